#!/usr/bin/env python3
# netlist_report.py: run the tests of netlists; docs/netlist.md
# SPDX-License-Identifier: Apache-2.0
"""usage: netlist_report.py build/netlist/NAME/test_netlist_NAME ... Fails when a netlist differs."""

import collections
import re
import sys

import report
import toolchain
from netlist import NETLISTS
from toolchain import ROOT, ToolError

TEST_SECONDS = 5400

INTRODUCTION = """# Netlist check

Written by `make netlist`. What Yosys makes of the configurations of [area.md](area.md) that have to
meet a clock, with the ports for test benches that are left open there, against the golden model.
`tests/test_netlist.c` runs random networks (random neurons where there are no synapses) on both, and
compares every word that leaves the core and every memory. The netlist is simulated in Verilator with
the cell models that Yosys ships, those of MULT18X18D and DP16KD excepted: Yosys has none,
`tests/vendor/ecp5_cells.v` has. They judge the netlist, not the silicon, and know nothing of time.
A network for whose spikes the engine has too little room, which it says, is not judged. `make test`
does the same with two small engines.

"""

CELLS = {
    "LUT": ("SB_LUT4", "LUT4"),
    "FF": ("SB_DFF", "TRELLIS_FF"),
    "carry": ("SB_CARRY", "CCU2C"),
    "multipliers": ("SB_MAC16", "MULT18X18D"),
    "block memories": ("SB_RAM40_4K", "SB_SPRAM256KA", "DP16KD"),
    "LUT RAM 16x4": ("TRELLIS_DPR16X4",),
}
COUNTS = ("networks", "more networks", "updates", "synaptic events", "spikes", "words compared",
          "differ", "clocks")


def cells(directory):
    text = (directory / "netlist.v").read_text()
    found = collections.Counter(re.findall(r"^  ([A-Z]\w+) .*\($", text, flags=re.M))
    return [str(sum(n for cell, n in found.items() if cell.startswith(kinds)))
            for kinds in CELLS.values()]


def run_test(test):
    """The totals that it prints, or ToolError when it fails or finds a difference."""
    log = f"{test}.log"
    directory = (ROOT / test).parent
    name = directory.name
    print(f"{name} ...", end=" ", flush=True)
    try:
        seconds = toolchain.run([str(ROOT / test)], log, TEST_SECONDS)
    except ToolError:
        raise ToolError(f"{name}: the netlist differs from the model, or failed to run: {log}") from None
    text = (ROOT / log).read_text()
    totals = {kind: int(n) for n, kind in re.findall(rf"(\d+) ({'|'.join(COUNTS)})", text)}
    print(f"{totals['words compared']} words compared, {totals['differ']} differ", flush=True)
    return directory, totals, seconds


def row(directory, totals, seconds):
    yosys = (directory / "yosys.txt").read_text().strip()
    configuration = NETLISTS[directory.name]
    title = f"{report.DEVICES[configuration.device].title}: {configuration.name}"
    counts = [str(totals.get(kind, 0)) for kind in COUNTS]
    return f"| {' | '.join([title, yosys, *cells(directory), *counts, f'{seconds:.0f}'])} |"


def document(results):
    counts = [{"more networks": "not judged"}.get(kind, kind) for kind in COUNTS]
    heads = ["configuration", "made by", *CELLS, *counts, "seconds"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return INTRODUCTION + "\n".join(lines + [row(*result) for result in results]) + "\n"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        text = document([run_test(test) for test in sys.argv[1:]])
    except ToolError as error:
        sys.exit(f"netlist: {error}")
    (ROOT / "docs" / "netlist.md").write_text(text)


if __name__ == "__main__":
    main()
