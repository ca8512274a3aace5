#!/usr/bin/env python3
# boards.py: the table of boards, boards.toml; run alone: a line for each board, for make check
# SPDX-License-Identifier: Apache-2.0
"""A board with its chip, its engine and the numbers that its hello gives."""

import dataclasses
import sys
import tomllib

from toolchain import ROOT, ToolError

TABLE = ROOT / "synth" / "boards.toml"
LINK = ROOT / "contract" / "link.toml"


@dataclasses.dataclass(frozen=True)
class Board:
    name: str
    size: str           # "" when there is but one
    title: str
    number: int         # register BOARD
    family: str
    cells: str          # file of rtl/cells
    synthesis: str      # options of Yosys' command
    top: str
    constraints: str
    device: tuple       # nextpnr's arguments
    pack: tuple         # the packer's
    module: str         # of the engine
    link: str           # of the link
    parameters: dict
    clock: int          # Hz, of the engine
    link_divider: int
    clocks: tuple       # MHz, of all
    usb: str            # the generated device
    loaders: tuple

    def top_parameters(self):
        """All but BUILD."""
        return self.parameters | {"CLOCK": self.clock, "BOARD": self.number,
                                  "LINK_DIVIDER": self.link_divider}


def read():
    with open(TABLE, "rb") as table:
        return tomllib.load(table)


def engine(name):
    """Modules of an engine and of the link in front of it, and its parameters."""
    parameters = dict(read()["engine"][name])
    return parameters.pop("module"), parameters.pop("link", "izh_link"), parameters


def numbers():
    with open(LINK, "rb") as table:
        return {board["name"]: board["number"] for board in tomllib.load(table)["board"]}


def find(name, size=""):
    table = read()["board"]
    if name not in table:
        raise ToolError(f"no board is called '{name}'; BOARD= one of: {', '.join(table)}")
    row = table[name]
    sizes = row["size"]
    size = size or next(iter(sizes))
    if size not in sizes:
        raise ToolError(f"no {name} has SIZE={size}; there are: {', '.join(sizes)}")
    chip = sizes[size]
    module, link, parameters = engine(chip["engine"])
    return Board(name=name, size=size, title=row["title"], number=numbers()[name],
                 family=row["family"], cells=row.get("cells", row["family"]),
                 synthesis=row.get("synthesis", ""), top=row["top"], constraints=row["constraints"],
                 device=(*chip["device"], *row["device"]), pack=tuple(row["pack"]),
                 module=module, link=link, parameters=parameters,
                 clock=chip["clock"], link_divider=row["link_divider"],
                 clocks=tuple(sorted([chip["clock"] / 1e6 / d for d in {1, row["link_divider"]}]
                                     + row["clocks"])),
                 usb=row["usb"], loaders=tuple(row["loaders"]))


def everything():
    table = read()["board"]
    return [find(name, size) for name in table for size in table[name]["size"]]


def set_parameters(parameters):
    """Verilator's options."""
    return " ".join(f"-G{name}={value}" for name, value in parameters.items())


def options(board):
    """Verilator's."""
    return (f"-DIZH_ENGINE={board.module} -DIZH_LINK={board.link} "
            + set_parameters(board.top_parameters()))


def main():
    """Options of an engine, or of a board and size; without arguments a line for each: board, size,
    cells, top, options."""
    if len(sys.argv) == 2:
        print(set_parameters(engine(sys.argv[1])[-1]))
        return
    if len(sys.argv) == 3:
        print(options(find(*sys.argv[1:])))
        return
    for board in everything():
        print(board.name, board.size, board.cells, board.top, options(board))


if __name__ == "__main__":
    main()
