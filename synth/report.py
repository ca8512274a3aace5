#!/usr/bin/env python3
# report.py: place and route the core alone; cells and clock of every configuration
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/area.md. Fails when a required clock is missed, or a tool is missing or fails."""

import argparse
import collections
import dataclasses
import os
import pathlib
import statistics
import sys

import boards
import floorplan
import routed
import toolchain
from toolchain import ROOT, Endless, ToolError, run

BUILD = pathlib.Path("build/report")  # relative: the tools run in ROOT, YoWASP's see nothing else
# Of processor time, which the load of the machine does not change.
SYNTHESIS_SECONDS = 600
ROUTE_SECONDS = 900


@dataclasses.dataclass(frozen=True)
class Device:
    title: str
    synthesis: str      # Yosys' command
    route: tuple        # nextpnr and its arguments
    floorplan: bool     # block memories of the lanes are placed
    bands: tuple        # heading of the table, then the names of the resources in nextpnr's report


@dataclasses.dataclass(frozen=True)
class Configuration:
    name: str
    device: str
    cells: str          # file of rtl/cells
    parameters: dict
    required: float = 0.0  # MHz; 0: shown, not judged
    engine: str = "izh_core"


def up5k(title, megahertz):
    # Never -dsp: Yosys 0.23 then takes the registers out of the SB_MAC16 that are there already,
    # and the netlist computes something else.
    return Device(
        title, "synth_ice40 -device u -abc9",
        ("nextpnr-ice40", "--up5k", "--package", "sg48", "--freq", str(megahertz)),
        False,
        (("LC", "ICESTORM_LC"), ("SB_MAC16", "ICESTORM_DSP"), ("EBR", "ICESTORM_RAM"),
         ("SPRAM", "ICESTORM_SPRAM")))


def ecp5(size, megahertz):
    return Device(
        f"ECP5-{size}F, speed grade 6", "synth_ecp5",
        ("nextpnr-ecp5", f"--{size}k", "--package", "CABGA381", "--speed", "6",
         "--freq", str(megahertz), "--lpf-allow-unconstrained"),
        size == 85,
        (("LUT4 + carry", "TRELLIS_COMB"), ("FF", "TRELLIS_FF"), ("LUT RAM 16x4", "TRELLIS_RAMW"),
         ("MULT18X18D", "MULT18X18D"), ("DP16KD", "DP16KD")))


DEVICES = {
    "ecp5": ecp5(25, 200),
    "ecp5-85": ecp5(85, 135),
    "up5k": up5k("iCE40 UP5K", 60),
    "up5k-network": up5k("iCE40 UP5K, with synapses", 30),
}

WIDE = {"X_BITS": 20, "W_BITS": 24, "PORT_BITS": 18, "PROBE_DEPTH": 16}
NARROW = {"X_BITS": 16, "W_BITS": 24, "PORT_BITS": 16, "PROBE_DEPTH": 2}

# The wrapper has no CARRY_DEPTH; the engine's own is the board's.
SMALL = {name: value for name, value in boards.engine("small")[-1].items() if name != "CARRY_DEPTH"}

# Half the lanes of the ULX3S 85, with as many synapses.
FOUR_LANES = boards.engine("deep")[-1] | {"LANES": 4, "SYNAPSES": 26624, "WEIGHT_BITS": 8}

CONFIGURATIONS = [
    Configuration("20/24/18, 1024 neurons, 256 records", "ecp5", "ecp5",
                  WIDE | {"DEPTH": 1024, "RECORDS": 256}, 160.0),
    Configuration("20/24/18, 1024 neurons, a record each", "ecp5", "ecp5",
                  WIDE | {"DEPTH": 1024, "RECORDS": 0}),
    Configuration("20/24/18, 4096 neurons, 256 records", "ecp5", "ecp5",
                  WIDE | {"DEPTH": 4096, "RECORDS": 256}),
    Configuration("the first, cells inferred (portable.v)", "ecp5", "portable",
                  WIDE | {"DEPTH": 1024, "RECORDS": 256}),
    Configuration("20/24/18, 4 lanes, 1024 neurons, 106,496 synapses", "ecp5-85", "ecp5",
                  FOUR_LANES, 120.0),
    Configuration("16/24/16, 1024 neurons, 256 records", "up5k", "ice40",
                  NARROW | {"DEPTH": 1024, "RECORDS": 256}, 48.0),
    Configuration("16/24/16 compact, 1024 neurons, 128 records, 20,480 synapses", "up5k-network",
                  "ice40", SMALL, 24.0, "izh_core_compact"),
]


@dataclasses.dataclass
class Result:
    configuration: Configuration
    resources: dict     # nextpnr's name: used and available
    clocks: list        # MHz, one for each seed that ended
    path: str           # slowest, of the slowest seed
    seconds: tuple      # synthesis, each place and route; None: did not end
    problem: str = ""

    def missed(self):
        required = self.configuration.required
        return bool(self.problem) or min(self.clocks) < required


def tools_of(device):
    return toolchain.find_tools(DEVICES[device].route[0])


# ---- One configuration ----------------------------------------------------------------------


def script(configuration, netlist):
    sources = toolchain.verilog("rtl/*.v") + [f"rtl/cells/{configuration.cells}.v",
                                              "synth/report_top.v"]
    return toolchain.synthesis("report_top", sources, {"ENGINE": configuration.engine},
                               configuration.parameters,
                               f"{DEVICES[configuration.device].synthesis} -json {netlist}")


def synthesise(configuration, base):
    yosys, _ = tools_of(configuration.device)
    command = [yosys, *script(configuration, f"{base}.json")]
    seconds = run(command, f"{base}.yosys.log", SYNTHESIS_SECONDS)
    if DEVICES[configuration.device].floorplan:
        floorplan.place(ROOT / f"{base}.json", "report_top", configuration.parameters["LANES"])
    return seconds


def route(configuration, base, seed):
    _, nextpnr = tools_of(configuration.device)
    stem = f"{base}.seed{seed}"
    command = [nextpnr, *DEVICES[configuration.device].route[1:], "--json", f"{base}.json",
               "--seed", str(seed), "--timing-allow-fail", "--report", f"{stem}.json", "-q"]
    return routed.route(command, [f"{base}.json"], f"{stem}.done", f"{stem}.json",
                        lambda: run(command, f"{stem}.log", ROUTE_SECONDS))


def clock_of(report):
    return min(clock["achieved"] for clock in report["fmax"].values())


def measure(configuration, base, seeds, jobs):
    synthesis_seconds = synthesise(configuration, base)
    outcomes = routed.each(seeds, jobs, lambda seed: route(configuration, base, seed))
    reports = [report for report, _ in outcomes if report]
    if not reports:
        raise Endless(f"no seed found place and ended in {ROUTE_SECONDS} s")
    slowest = min(reports, key=clock_of)
    return Result(configuration, slowest["utilization"], sorted(map(clock_of, reports)),
                  toolchain.describe(max(toolchain.paths(slowest), key=toolchain.delay)),
                  (synthesis_seconds, *(s for _, s in outcomes)))


def attempt(number, configuration, seeds, jobs):
    base = str(BUILD / f"{number}-{configuration.device}-{configuration.cells}")
    print(f"{configuration.device}: {configuration.name} ...", end=" ", flush=True)
    try:
        result = measure(configuration, base, seeds, jobs)
    except ToolError as error:
        print(f"FAILED: {error}", flush=True)
        return Result(configuration, {}, [0.0], "", (), str(error))
    endless = result.seconds.count(None)
    print(f"{result.clocks[0]:.1f} MHz" + (", MISSED" if result.missed() else "")
          + (f", {endless} of {len(seeds)} seeds did not end or found no place" if endless else ""), flush=True)
    return result


# ---- docs/area.md ---------------------------------------------------------------------------

INTRODUCTION = """# Area and clock

Written by `make report`. The core alone, without a link or a board, inside `synth/report_top.v`,
which feeds every input from a shift register and folds the outputs into one bit. MHz over seeds
{first} to {last}: one netlist differs by 10 to 20 % from seed to seed, and the worst one counts.
Seconds, of processor time, are synthesis + each place and route; a seed that does not end within
{limit} s, or finds no legal placement, is a dash there and in no other figure. nextpnr times the
pins of multipliers and memories, not their inside: above 200 MHz look into the data sheet.
"""


def clock_columns(result):
    if result.problem:
        return ["-", "-", "-", "does not fit or failed"]
    worst, best = result.clocks[0], result.clocks[-1]
    required = result.configuration.required
    margin = f"{required:.0f}, {100 * (worst / required - 1):+.0f} %" if required else "-"
    return [f"**{worst:.0f}**", f"{statistics.median(result.clocks):.0f}", f"{best:.0f}", margin]


def wrapper_registers(configuration):
    """What synth/report_top.v adds."""
    size = configuration.parameters
    index_bits = (size["DEPTH"] - 1).bit_length()
    outputs = 84 + 2 * index_bits + size["X_BITS"] + size["W_BITS"]
    return 62 + outputs + -(-outputs // 16)


def band_heads(device, results):
    available = next((r.resources for r in results if r.resources), {})
    return [f"{head}, of {available[name]['available']}" if name in available else head
            for head, name in DEVICES[device].bands]


def table(device, results):
    heads = ["configuration", *band_heads(device, results), "MHz worst", "median", "best",
             "required, margin", "seconds"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for result in results:
        cells = [str(result.resources.get(name, {}).get("used", "-"))
                 for _, name in DEVICES[device].bands]
        seconds = " + ".join("-" if s is None else f"{s:.0f}" for s in result.seconds)
        row = [result.configuration.name, *cells, *clock_columns(result), seconds]
        lines.append(f"| {' | '.join(row)} |")
    return lines


def section(device, results):
    tools = toolchain.versions(tools_of(device))
    lines = [f"## {DEVICES[device].title}", "", f"{tools}.", "", *table(device, results)]
    lines += ["", "Slowest path of the slowest seed:", ""]
    for result in results:
        lines.append(f"- {result.configuration.name}: {result.problem or result.path}")
    registers = max(wrapper_registers(result.configuration) for result in results)
    return lines + ["", f"About {registers} registers and 60 LUTs of these are the wrapper's.", ""]


def document(results, seeds):
    groups = collections.defaultdict(list)
    for result in results:
        groups[result.configuration.device].append(result)
    lines = [INTRODUCTION.format(first=seeds[0], last=seeds[-1], limit=ROUTE_SECONDS)]
    for device, group in groups.items():
        lines += section(device, group)
    return "\n".join(lines)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="how many (3)")
    parser.add_argument("--only", default="", metavar="TEXT",
                        help="configurations with TEXT in device or name")
    parser.add_argument("--out", default="", metavar="FILE",
                        help="where to (docs/area.md; with --only: printed)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="seeds at a time")
    return parser.parse_args()


def main():
    toolchain.end_with_this("report")
    options = arguments()
    seeds = range(1, options.seeds + 1)
    chosen = [(number, c) for number, c in enumerate(CONFIGURATIONS)
              if options.only in f"{c.device} {c.name}"]
    if not chosen or not seeds:
        sys.exit(f"report: nothing to do for --only '{options.only}' --seeds {options.seeds}")
    (ROOT / BUILD).mkdir(parents=True, exist_ok=True)
    try:
        for device in {c.device for _, c in chosen}:
            tools_of(device)
        results = [attempt(n, c, seeds, options.jobs) for n, c in chosen]
        text = document(results, seeds)
    except ToolError as error:
        sys.exit(f"report: {error}")
    if options.only and not options.out:
        print(text)
    else:
        (ROOT / (options.out or "docs/area.md")).write_text(text)
    missed = [r.configuration.name for r in results if r.configuration.required and r.missed()]
    if missed:
        sys.exit(f"report: clock missed: {'; '.join(missed)}")


if __name__ == "__main__":
    main()
