#!/usr/bin/env python3
# bitstream.py: a board's bitstream, from the table boards.toml
# SPDX-License-Identifier: Apache-2.0
"""Writes build/boards/BOARD/BOARD-SIZE.bit when every clock is met, and nothing of that name
otherwise. --check: only says whether there is such a board; --program: loads what was built."""

import argparse
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import boards
import floorplan
import toolchain
from toolchain import ROOT, ToolError

USB = "build/usb/izh_usb.v"
SYNTHESIS_SECONDS = 1800
ROUTE_SECONDS = 7200
PACK_SECONDS = 600


@dataclasses.dataclass(frozen=True)
class Family:
    synthesis: str     # Yosys' command
    route: str         # nextpnr
    pack: str          # what makes the bitstream
    constraints: str   # nextpnr's option for the pins
    placed: str        # nextpnr's option for its result
    cells: str         # file of rtl/cells


FAMILIES = {
    "ecp5": Family("synth_ecp5", "nextpnr-ecp5", "ecppack", "--lpf", "--textcfg", "ecp5"),
    "ice40": Family("synth_ice40", "nextpnr-ice40", "icepack", "--pcf", "--asc", "ice40"),
}


def stem(board, into):
    """Of all its files; relative where it can be, because YoWASP's tools run in ROOT."""
    return f"{into}/{board.name}/{board.name}-{board.size}"


def bitstream(base):
    return ROOT / f"{base}.bit"


# ---- What goes in ---------------------------------------------------------------------------


def sources(board):
    files = toolchain.verilog("rtl/*.v") + toolchain.verilog("rtl/boards/*.v")
    files.append(f"rtl/cells/{FAMILIES[board.family].cells}.v")
    return files + ([USB] if board.usb else [])


def inputs(board):
    """Every file that the bitstream depends on."""
    return [*sources(board), *toolchain.verilog("rtl/*.vh"), f"constraints/{board.constraints}",
            "synth/bitstream.py", "synth/boards.py", "synth/floorplan.py", "synth/toolchain.py",
            "synth/boards.toml", "contract/link.toml"]


def build_number():
    """Register BUILD: the last commit that changed what bitstreams are made from; 0 when files differ from it."""
    made_from = ["rtl", "synth", "constraints", "contract", "gateware"]

    def git(*arguments):
        try:
            answer = subprocess.run(["git", *arguments, "--", *made_from], cwd=ROOT,
                                    capture_output=True, text=True)
        except FileNotFoundError:
            return None
        return answer.stdout.strip() if answer.returncode == 0 else None

    commit = git("log", "-1", "--format=%H")
    return int(commit[:8], 16) if commit and git("status", "--porcelain") == "" else 0


def commands(board, base, tools, seed):
    """The command lines of synthesis, place and route, packing."""
    family = FAMILIES[board.family]
    yosys, nextpnr, packer = tools
    parameters = board.top_parameters() | {"BUILD": build_number()}
    synthesise = [yosys, *toolchain.synthesis(
        board.top, sources(board), {"IZH_ENGINE": board.module, "IZH_LINK": board.link}, parameters,
        f"{family.synthesis} {board.synthesis} -json {base}.json")]
    route = [nextpnr, *board.device, family.constraints, f"constraints/{board.constraints}",
             "--json", f"{base}.json", "--seed", str(seed), "--timing-allow-fail",
             "--report", f"{base}.report.json", family.placed, f"{base}.placed"]
    pack = [packer, *board.pack, f"{base}.placed", f"{base}.packed"]
    return synthesise, route, pack


def key(board, tools, lines):
    """Changes when the bitstream might."""
    total = hashlib.sha256(repr([[toolchain.version(t) for t in tools], lines]).encode())
    for name in inputs(board):
        total.update(hashlib.sha256((ROOT / name).read_bytes()).digest())
    return total.hexdigest()


# ---- What comes out -------------------------------------------------------------------------


def overfull(log):
    """What there is more of than the chip has, in nextpnr's log."""
    uses = re.findall(r"Info:\s+(\w+):\s+(\d+)/\s*(\d+)\s", (ROOT / log).read_text(errors="replace"))
    return [f"{name} {used} of {there}" for name, used, there in uses if int(used) > int(there)]


def check_clocks(board, report):
    """Says how well the clocks are met; refuses when one is missed, or is not one of the board's."""
    wanted = board.clocks
    clocks = report["fmax"]
    found = sorted(clock["constraint"] for clock in clocks.values())
    if len(found) != len(wanted) or any(abs(f - w) > 0.001 * w for f, w in zip(found, wanted)):
        raise ToolError(f"clocks of {', '.join(f'{f:g}' for f in found)} MHz are constrained, "
                        f"{', '.join(f'{w:g}' for w in wanted)} are the board's")
    for name, clock in clocks.items():
        if clock["achieved"] < clock["constraint"]:
            path = max(toolchain.paths(report, name), key=toolchain.delay)
            raise ToolError(f"timing missed: {clock['achieved']:.1f} MHz of "
                            f"{clock['constraint']:g} wanted, {toolchain.describe(path)}")
    return ", ".join(f"{clock['achieved']:.1f} MHz of {clock['constraint']:g}"
                     for clock in clocks.values())


def check_crossings(board, report):
    """The bits of a Gray code must come within a clock of each other: no way between two clocks may
    be longer than the shortest period. nextpnr gives the longest."""
    period = 1000 / max(board.clocks)
    for path in report["critical_paths"]:
        clocks = path["from"], path["to"]
        if all(c.startswith("posedge") for c in clocks) and clocks[0] != clocks[1] and \
                toolchain.delay(path["path"]) > period:
            raise ToolError(f"timing missed between clocks: {period:.2f} ns wanted, "
                            f"{toolchain.describe(path['path'])}")


def step(what, command, log, seconds):
    print(f"{what} ...", end=" ", flush=True)
    try:
        taken = toolchain.run(command, log, seconds)
    except ToolError:
        print("failed", flush=True)
        raise
    print(f"{taken:.0f} s", flush=True)


def route(board, base, command):
    log = f"{base}.nextpnr.log"
    try:
        step("place and route, some minutes", command, log, ROUTE_SECONDS)
    except ToolError as error:
        full = overfull(log)
        raise ToolError(f"does not fit: {', '.join(full)} ({log})" if full else str(error)) from None
    report = json.loads((ROOT / f"{base}.report.json").read_text())
    print(check_clocks(board, report), flush=True)
    check_crossings(board, report)


def build(board, base, seed):
    family = FAMILIES[board.family]
    tools = toolchain.find_tools(family.route, family.pack)
    synthesise, place, pack = lines = commands(board, base, tools, seed)
    made, done, now = bitstream(base), ROOT / f"{base}.key", key(board, tools, lines)
    if made.exists() and done.exists() and done.read_text() == now:
        print(f"{base}.bit is up to date")
        return
    made.parent.mkdir(parents=True, exist_ok=True)
    made.unlink(missing_ok=True)
    print(f"{board.title}, {board.size}: {toolchain.versions(tools)}", flush=True)
    step("synthesis, a minute or two", synthesise, f"{base}.yosys.log", SYNTHESIS_SECONDS)
    if "--85k" in board.device:
        floorplan.place(ROOT / f"{base}.json", board.top, board.parameters["LANES"])
    route(board, base, place)
    step("packing", pack, f"{base}.pack.log", PACK_SECONDS)
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
    options = arguments()
    try:
        board = boards.find(options.board, options.size)
        base = stem(board, options.into)
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
