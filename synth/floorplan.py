# floorplan.py: where the block memories of the lanes go on an ECP5
# SPDX-License-Identifier: Apache-2.0
"""Left to itself, nextpnr scatters the blocks of one memory over the chip once most of them are in use,
and a wire across it takes 8 ns. Each lane gets a strip from top to bottom, and what is in a loop of
few clocks gets its middle. nextpnr places everything else around them."""

import json
import pathlib
import re

# Of an LFE5U-85F: columns and rows with a block, as nextpnr names them.
COLUMNS = [first + step for first in (*range(4, 59, 9), *range(69, 115, 9)) for step in (0, 2, 4, 6)]
ROWS = (46, 70, 22, 82)  # the middle of the logic first
# Memories in the order of their hurry, by a part of their name; the rest follows.
FIRST = ("synapses.ring", "lane.states", "record_indices", "inputs.inputs", "biases", "records",
         "rows.ends")


def natural(name):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def hurry(name):
    return next((i for i, part in enumerate(FIRST) if part in name), len(FIRST)), natural(name)


def strip(lane, lanes):
    """The places of a lane, the middle rows first."""
    width = len(COLUMNS) // lanes
    columns = range(lane * width, (lane + 1) * width)
    return [f"X{COLUMNS[i]}/Y{y}/EBR{i % 4}" for y in ROWS for i in columns]


def place(netlist, top, lanes):
    """Writes the places into the netlist; blocks beyond a strip stay nextpnr's."""
    path = pathlib.Path(netlist)
    design = json.loads(path.read_text())
    cells = design["modules"][top]["cells"]
    for lane in range(lanes):
        blocks = sorted((name for name, cell in cells.items()
                         if cell["type"] == "DP16KD" and f"g_lane[{lane}]." in name), key=hurry)
        for name, bel in zip(blocks, strip(lane, lanes)):
            cells[name]["attributes"]["BEL"] = bel
    path.write_text(json.dumps(design))
