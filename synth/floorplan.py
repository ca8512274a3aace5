# floorplan.py: where the block memories of the lanes go on an ECP5
# SPDX-License-Identifier: Apache-2.0
"""Left to itself, nextpnr scatters the blocks of one memory over the chip once most of them are in use,
and a wire across it takes 8 ns. Each lane gets a strip from top to bottom, or half a wider one where that
would be too narrow, and what is in a loop of few clocks gets its middle. nextpnr places everything else
around them."""

import json
import pathlib
import re

# Of an LFE5U-85F: columns and rows with a block, as nextpnr names them.
COLUMNS = [first + step for first in (*range(4, 59, 9), *range(69, 115, 9)) for step in (0, 2, 4, 6)]
ROWS = (46, 70, 22, 82)  # the middle of the logic first; upper and lower half by turns
# Of sixteen lanes in such strips nextpnr's router did not end with two of four seeds, and made 84 MHz of the
# others; in halves, 99 MHz of one that had not ended.
WHOLE_STRIPS = 8
# Memories in the order of their hurry, by a part of their name; the rest follows.
FIRST = ("synapses.ring", "lane.states", "record_indices", "inputs.inputs", "biases", "records",
         "rows.ends")


def natural(name):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def hurry(name):
    return next((i for i, part in enumerate(FIRST) if part in name), len(FIRST)), natural(name)


def strip(lane, lanes):
    """The places of a lane, the middle rows first."""
    halves = [ROWS] if lanes <= WHOLE_STRIPS else [ROWS[0::2], ROWS[1::2]]
    width = len(COLUMNS) * len(halves) // lanes
    left = lane // len(halves) * width
    return [f"X{COLUMNS[i]}/Y{y}/EBR{i % 4}" for y in halves[lane % len(halves)]
            for i in range(left, left + width)]


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
