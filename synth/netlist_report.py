#!/usr/bin/env python3
# netlist_report.py: run the tests of netlists; docs/netlist.md
# SPDX-License-Identifier: Apache-2.0
"""usage: netlist_report.py build/netlist/NAME/test_netlist_NAME ... Fails when a netlist differs."""

import collections
import re
import sys

import toolchain
from netlist import NETLISTS
from toolchain import ROOT, ToolError

TEST_SECONDS = 1800

INTRODUCTION = """# Netlist check

Written by `make netlist`. What Yosys makes of the engines of the boards, each with its exact parameters
(`synth/boards.toml`) and the options of its bitstream, against the golden model; in the bitstream Yosys
sees link and pins around it, too, and the ports for test benches are left open. `tests/test_netlist.c`
runs random networks (random neurons where there are no synapses) on both, and compares every word that
leaves the core, and then states, attributes, records, inputs and accumulators of the neurons in use, of
more than 2048 every seventh word. A network has at most 3000 synapses: most words of a large engine's
are not in use. The netlist is simulated in Verilator with the cell models that Yosys ships, those of
MULT18X18D and DP16KD excepted: Yosys has none, `tests/vendor/ecp5_cells.v` has. They judge the netlist,
not the silicon, and know nothing of time. A network for whose spikes the engine has too little room,
which it says, is not judged. `up5k` is the engine without synapses of [area.md](area.md), on no board.
`make test` does the same with two small engines.

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


def shape(netlist):
    """Module and sizes."""
    size = netlist.parameters
    lanes = size.get("LANES", 1)
    parts = [f"{size['X_BITS']}/{size['W_BITS']}/{size['PORT_BITS']}"]
    parts += [f"{lanes} lanes"] if lanes > 1 else []
    parts += [f"{size['DEPTH']:,} neurons", f"{size['RECORDS']:,} records"]
    parts += [f"{lanes * size['SYNAPSES']:,} synapses"] if size.get("SYNAPSES") else []
    return f"`{netlist.module}`, {', '.join(parts)}"


def row(directory, totals, seconds):
    yosys = (directory / "yosys.txt").read_text().strip()
    netlist = NETLISTS[directory.name]
    head = [f"`{directory.name}`", ", ".join(netlist.boards) or "-", netlist.family, shape(netlist), yosys]
    counts = [str(totals.get(kind, 0)) for kind in COUNTS]
    return f"| {' | '.join([*head, *cells(directory), *counts, f'{seconds:.0f}'])} |"


def document(results):
    counts = [{"more networks": "not judged"}.get(kind, kind) for kind in COUNTS]
    heads = ["engine", "boards", "family", "what it is", "made by", *CELLS, *counts, "seconds"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return INTRODUCTION + "\n".join(lines + [row(*result) for result in results]) + "\n"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    toolchain.end_with_this("netlist")
    try:
        text = document([run_test(test) for test in sys.argv[1:]])
    except ToolError as error:
        sys.exit(f"netlist: {error}")
    (ROOT / "docs" / "netlist.md").write_text(text)


if __name__ == "__main__":
    main()
