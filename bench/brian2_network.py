#!/usr/bin/env python3
# brian2_network.py : the networks of bench/speed.c in Brian2, C++ standalone, one thread
# SPDX-License-Identifier: Apache-2.0
#
# usage: brian2_network.py build DIR NEURONS SYNAPSES [SECONDS]     generate and compile into DIR
#        brian2_network.py run DIR                                  one run of what was built there
#
# NEURONS SYNAPSES: 1000 1000 is net.m, every neuron to every other and to itself; else SYNAPSES is
# the fixed out-degree, targets drawn at random. `run` prints one line: seconds of wall clock per
# simulated second, the mean rates of excitatory and inhibitory neurons in Hz, synaptic events per
# simulated second, and with which versions and options it was built. The time is Brian2's own: the
# loop over the time steps, without building, compiling and loading.
"""The networks of bench/speed.c in Brian2."""
import array
import json
import os
import pathlib
import re
import subprocess
import sys

EXCITATORY = 0.8  # share

# The published scheme: noise and spikes of this millisecond into I, v in two half-steps, u in one.
# Brian2 then looks for v >= 30, sends the spikes into I, and resets: the order of net.m.
STEP = """
I += sd * randn()
v += 0.5 * (0.04 * v * v + 5 * v + 140 - u + I)
v += 0.5 * (0.04 * v * v + 5 * v + 140 - u + I)
u += a * (b * v - u)
I = 0
"""


def make_neurons(b2, count):
    group = b2.NeuronGroup(
        count,
        """v : 1
           u : 1
           I : 1
           sd : 1 (constant)
           a : 1 (constant)
           b : 1 (constant)
           c : 1 (constant)
           d : 1 (constant)""",
        threshold="v >= 30", reset="v = c; u += d", method="euler")
    group.run_regularly(STEP, when="groups")
    excitatory = int(count * EXCITATORY)
    # Evenly spaced instead of drawn: the rate would vary by 5 % with the draw.
    even = lambda n: (b2.np.arange(n) + 0.5) / n
    draws = b2.np.concatenate((even(excitatory), even(count - excitatory)))
    is_excitatory = b2.np.arange(count) < excitatory
    choose = lambda e, i: b2.np.where(is_excitatory, e, i)
    group.a = choose(0.02, 0.02 + 0.08 * draws)
    group.b = choose(0.2, 0.25 - 0.05 * draws)
    group.c = choose(-65 + 15 * draws**2, -65)
    group.d = choose(8 - 6 * draws**2, 2)
    group.sd = choose(5, 2)
    group.v = -65
    group.u = -65 * choose(0.2, 0.25 - 0.05 * draws)
    return group


def make_synapses(b2, group, degree):
    count = len(group)
    synapses = b2.Synapses(group, group, "w : 1 (constant)", on_pre="I_post += w")
    if degree == count:
        synapses.connect()
    else:
        targets = b2.np.random.default_rng(2004).integers(0, count, size=count * degree)
        synapses.connect(i=b2.np.repeat(b2.np.arange(count), degree), j=targets)
    scale = 1000 / degree
    synapses.w = f"{scale} * rand() * (1.5 * int(i < {int(count * EXCITATORY)}) - 1)"
    return synapses


def compiler(directory):
    command = os.environ.get("CXX", "g++")  # as make has it
    version = subprocess.run([command, "-dumpfullversion"], check=True, text=True,
                             stdout=subprocess.PIPE).stdout.strip()
    makefile = (directory / "makefile").read_text(encoding="utf-8")
    options = re.search(r"^OPTIMISATIONS *= *(.*)$", makefile, re.MULTILINE).group(1).split()
    return " ".join([command, version] + [o for o in options if not o.startswith(("-I", "-w"))])


def build(directory, neurons, degree, seconds):
    import brian2 as b2  # only here: a run needs no Brian2
    b2.set_device("cpp_standalone", directory=str(directory), build_on_run=False)
    b2.seed(2005)  # before the weights are drawn
    b2.defaultclock.dt = 1 * b2.ms
    b2.prefs.devices.cpp_standalone.openmp_threads = 0
    group = make_neurons(b2, neurons)
    synapses = make_synapses(b2, group, degree)
    monitor = b2.SpikeMonitor(group, record=False)
    network = b2.Network(group, synapses, monitor)
    network.run(seconds * b2.second)
    b2.device.build(directory=str(directory), compile=True, run=False)
    facts = {"neurons": neurons, "degree": degree, "seconds": seconds,
             "counts": b2.device.get_array_filename(monitor.variables["count"]),
             "built": f"Brian2 {b2.__version__}, {compiler(directory)}"}
    (directory / "speed.json").write_text(json.dumps(facts), encoding="ascii")


def run(directory):
    facts = json.loads((directory / "speed.json").read_text(encoding="ascii"))
    subprocess.run(["./main"], cwd=directory, check=True, stdout=subprocess.DEVNULL)
    wall = float((directory / "results" / "last_run_info.txt").read_text().split()[0])
    counts = array.array("i")
    counts.frombytes((directory / "results" / facts["counts"]).read_bytes())
    excitatory = int(facts["neurons"] * EXCITATORY)
    seconds = facts["seconds"]
    rate = lambda part: sum(part) / len(part) / seconds
    print(wall / seconds, rate(counts[:excitatory]), rate(counts[excitatory:]),
          round(sum(counts) * facts["degree"] / seconds), facts["built"])


def main(arguments):
    if len(arguments) in (4, 5) and arguments[0] == "build":
        build(pathlib.Path(arguments[1]).absolute(), int(arguments[2]), int(arguments[3]),
              float(arguments[4]) if len(arguments) == 5 else 1.0)
        return 0
    if len(arguments) == 2 and arguments[0] == "run":
        run(pathlib.Path(arguments[1]))
        return 0
    print("usage: brian2_network.py build DIR NEURONS SYNAPSES [SECONDS] | run DIR",
          file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
