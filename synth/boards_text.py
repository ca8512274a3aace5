# boards_text.py: what docs/boards.md says beside its tables
# SPDX-License-Identifier: Apache-2.0
"""Words and figures of others, for boards_report.py; and a network's speed on the ULX3S, from the clocks
counted in docs/events.md."""

import re

INTRODUCTION = """# Boards

Written by `make boards`, which `make report` runs too. Every board and chip of `synth/boards.toml`, whole, with its link: synthesised once, then
placed and routed with seeds {first} to {last}. **Routed by nextpnr; no board was at hand.** Register BUILD is 0 here; another number is another
netlist, and its routing differs as from seed to seed.

- **Clocks**: the worst seed counts. nextpnr times the pins of multipliers and memories, not their inside.
- **Seconds** are of processor time: synthesis + each place and route. A seed that does not end within {limit} s is a dash there and in no other figure.
- **Real-time neurons**: what the engine's clock can update every 1/4 ms, a clock for each update in a lane of `izh_core`, four in
  `izh_core_compact`; for how many there is memory says the column neurons. The clock is the board's, or the worst seed's when that is less.
- **Updates and synaptic events a second** are the most there can be: every clock used, an event a clock and lane in
  `izh_core`, one in two clocks in `izh_core_compact`. What networks reach: [events.md](events.md).
- **Updates per clock and DSP**: of all DSP blocks of the design.
"""

# Nothing here that was not read in the source, or computed from what was.
PEERS = """## Others

As published. An update here is one neuron's one time step: updates a second are neurons x steps a second, by us, and nobody's own figure.

| system | source | device | neurons, synapses | speed | updates a second |
|---|---|---|---|---|---|
| Thomas & Luk | FCCM 2009 | Virtex-5 330T, 133 MHz | 1,024 Izhikevich, all to all | 100 x real time | 102 M if a step is 1 ms, which we could not verify |
| Bluehive | FCCM 2012 | Stratix IV 230, DDR2 | 64 k and 64 M per FPGA | real time | 65 M per FPGA if a step is 1 ms |
| NeuroFlow | 2016 | 6 x Virtex-6 | 400,000 | real time | 67 M per FPGA if a step is 1 ms |
| Pani and others | 2017 | Virtex-6 | 1,440, all to all | real time, steps of 0.1 ms | 14.4 M |
| FeNN | 2025 | Kria KV260, 175 MHz | 16,000 LIF on one core | | 67 M Izhikevich, by its authors' scaling |
| Caron and others | 2013 | | 65,536 LIF, 513,184 synapses | an event in 7 clocks | |
| HNC, Trensch & Morrison | 2022 | Zynq-7000 | 1,000 Izhikevich, 100,000 synapses | faster than real time | |
| uCaspian | open source | iCE40 UP5K | 256 LIF, 4,096 synapses | 28.7 MHz, placed by us: 3,880 LC, 27 EBR, no DSP | |

Comparable: neurons and synapses that a chip holds; the clock of uCaspian, placed with tools like ours on the same chip; updates a clock of the same
model. Not comparable: their speeds are of whole runs on hardware, ours the most that routed clocks allow; steps are 0.1 to 1 ms, ours 1/4 ms; a LIF
neuron is less work than Izhikevich's; arithmetic and memory (DDR2 there, block RAM here) differ. No publication found says updates per clock and
multiplier. A processor is faster in plain updates: one core with AVX-512 makes 3,800 M a second in single precision, of 10,000 neurons without
synapses (measured by us, a shared Zen 4). Energy was not measured.
"""

# The polychronization network: its row of docs/events.md, NEST's sweep (external current, rate in Hz, times
# real time on one and four threads), what is wanted.
LOADS = [
    ("idle", "polychronization-idle", (-3, 0.2, 9.4, 22.7), 50),
    ("as in `examples/`", "polychronization", (0, 7.2, 8.4, 22.8), 0),
    ("heaviest of the sweep", "polychronization-heavy", (100, 336, 1.5, 5.3), 15),
]
NEURONS, OUTDEGREE, SUBSTEPS = 1000, 100, 4


def counted(events, example, core):
    """Mean rate (Hz) and clocks a tick, in the table of docs/events.md; None: there is no such row."""
    row = re.search(rf"^\| {re.escape(example)} \| {re.escape(core)} \| \d+ \| ([\d.]+) \| (\d+) \|",
                    events, re.MULTILINE)
    return (float(row.group(1)), int(row.group(2))) if row else None


def fewest_clocks(rate, lanes):
    """A lane has an update slot and can add an event each clock: a tick of 1 ms takes no fewer."""
    events = NEURONS * rate / 1000 * OUTDEGREE
    return max(SUBSTEPS * NEURONS, events) / lanes


def load_row(load, events, megahertz, lanes):
    name, example, (current, rate, one, four), wanted = load
    least = fewest_clocks(rate, lanes)
    bound = f"{least:.0f}, {1000 * megahertz / least:.1f} x"
    verdict = f"{wanted} x" if wanted else "-"
    ours = counted(events, example, "deep")
    if not ours:
        measured = "not measured | not measured | not measured"
        if wanted and 1000 * megahertz / least < wanted:
            verdict += ", **out of reach**"
    else:
        hertz, clocks = ours
        speed = 1000 * megahertz / clocks
        measured = f"{hertz:g} Hz | {clocks} | {speed:.1f} x"
        if wanted:
            verdict += ", reached" if speed >= wanted else ", **missed**"
    return (f"| {name} | {current}, {rate} Hz | {one} x, {four} x | {measured} | {verdict} "
            f"| {bound} |")


def polychronization(events, megahertz, lanes):
    return "\n".join([f"""## The polychronization network on a ULX3S 85

1000 neurons, 100,000 synapses, ticks of 1 ms with {SUBSTEPS} sub-steps, on the engine `deep`: clocks a tick, counted on the Verilated core
([events.md](events.md)), at {megahertz:.1f} MHz. NEST on one workstation (static weights, steps of 0.1 ms; processor not stated;
gtrensch/RigorousNeuralNetworkSimulations) has other arithmetic and input than `examples/polychronization.json`: the rows stand at the
nearest of its loads, the third with the constant current that gives its rate. The last column is computed, not measured: what {lanes} lanes need at the least, of updates or of events at NEST's rate.

| load | NEST: external current, rate | 1, 4 threads | our rate | clocks a tick | times real time | wanted | at the least, at the most |
|---|---|---|---|---|---|---|---|""",
                      *(load_row(load, events, megahertz, lanes) for load in LOADS), ""])
