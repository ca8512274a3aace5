#!/usr/bin/env python3
# bitstream.py: a board's bitstream, from the table boards.toml
# SPDX-License-Identifier: Apache-2.0
"""Writes build/boards/BOARD/BOARD-SIZE.bit when every clock is met, and nothing of that name
otherwise. --check: only says whether there is such a board; --program: loads what was built."""

import argparse
import json
import os
import shutil
import subprocess
import sys

import board_build
import boards
import toolchain
from toolchain import ROOT, ToolError

PACK_SECONDS = 600


def bitstream(base):
    return ROOT / f"{base}.bit"


def step(what, work):
    """Shows what is at work, and its seconds."""
    print(f"{what} ...", end=" ", flush=True)
    try:
        taken = work()
    except ToolError:
        print("failed", flush=True)
        raise
    print(f"{taken:.0f} s", flush=True)


def route(board, base, command):
    step("place and route, some minutes", lambda: board_build.route(base, command))
    report = json.loads((ROOT / f"{base}.report.json").read_text())
    for problem in board_build.problems(board, report):
        raise ToolError(problem)
    print(", ".join(f"{clock['achieved']:.1f} MHz of {clock['constraint']:g}"
                    for clock in report["fmax"].values()), flush=True)


def build(board, base, seed):
    family = board_build.FAMILIES[board.family]
    yosys, nextpnr, packer = tools = toolchain.find_tools(family.route, family.pack)
    synthesise = board_build.synthesis(board, base, yosys, board_build.build_number())
    place = board_build.routing(board, base, base, nextpnr, seed)
    pack = [packer, *board.pack, f"{base}.placed", f"{base}.packed"]
    made, done = bitstream(base), ROOT / f"{base}.key"
    now = board_build.key(board, tools, [synthesise, place, pack])
    made.parent.mkdir(parents=True, exist_ok=True)
    with toolchain.alone(base):
        if made.exists() and done.exists() and done.read_text() == now:
            print(f"{base}.bit is up to date")
            return
        made.unlink(missing_ok=True)
        print(f"{board.title}, {board.size}: {toolchain.versions(tools)}", flush=True)
        step("synthesis, a minute or two", lambda: board_build.synthesise(board, base, synthesise))
        route(board, base, place)
        step("packing", lambda: toolchain.run(pack, f"{base}.pack.log", PACK_SECONDS))
        done.write_text(now)
        os.replace(ROOT / f"{base}.packed", made)
        print(f"{base}.bit: {made.stat().st_size} bytes")


# ---- Onto the board -------------------------------------------------------------------------


def program(board, base):
    made = bitstream(base)
    if not made.exists():
        raise ToolError(f"no {base}.bit: make bitstream BOARD={board.name} SIZE={board.size}")
    steps = next((s for s in board.loaders if all(shutil.which(line[0]) for line in s)), None)
    if not steps:
        names = " or ".join(" and ".join(line[0] for line in s) for s in board.loaders)
        raise ToolError(f"{board.title} is loaded with {names}: not on PATH")
    copy = f"{base}.copy"
    shutil.copyfile(made, ROOT / copy)
    for line in steps:
        command = [part.format(file=made, copy=ROOT / copy) for part in line]
        status = subprocess.run(command, stdin=subprocess.DEVNULL).returncode
        if status != 0:
            raise ToolError(f"{line[0]} failed ({status}): is the {board.title} plugged in, "
                            "and may you open it?")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("board", nargs="?", default="", help="a name of boards.toml")
    parser.add_argument("--size", default="", help="of the chip (the board's first)")
    parser.add_argument("--into", default="build/boards", help="a folder (build/boards)")
    parser.add_argument("--seed", type=int, default=1, help="of place and route (1)")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--program", action="store_true")
    return parser.parse_args()


def main():
    toolchain.end_with_this("bitstream")
    options = arguments()
    try:
        board = boards.find(options.board, options.size)
        base = board_build.stem(board, options.into)
        if options.program:
            program(board, base)
        elif not options.check:
            build(board, base, options.seed)
    except ToolError as error:
        sys.exit(f"bitstream: {error}")
    except KeyboardInterrupt:
        sys.exit("bitstream: interrupted")


if __name__ == "__main__":
    main()
