# board_build.py: what goes into a board's synthesis and routing, and what is asked of what comes out
# SPDX-License-Identifier: Apache-2.0
"""What bitstream.py and boards_report.py share."""

import dataclasses
import hashlib
import re
import subprocess

import floorplan
import toolchain
from toolchain import ROOT, Endless, ToolError

# Of processor time.
SYNTHESIS_SECONDS = 1800
ROUTE_SECONDS = 7200


@dataclasses.dataclass(frozen=True)
class Family:
    synthesis: str     # Yosys' command
    route: str         # nextpnr
    pack: str          # what makes the bitstream
    constraints: str   # nextpnr's option for the pins
    placed: str        # nextpnr's option for its result


FAMILIES = {
    "ecp5": Family("synth_ecp5", "nextpnr-ecp5", "ecppack", "--lpf", "--textcfg"),
    "ice40": Family("synth_ice40", "nextpnr-ice40", "icepack", "--pcf", "--asc"),
}


def stem(board, into):
    """Of all its files; relative where it can be, because YoWASP's tools run in ROOT."""
    return f"{into}/{board.name}/{board.name}-{board.size}"


# ---- What goes in ---------------------------------------------------------------------------


def sources(board):
    """A top in a folder of its own is no other board's source: each file that Yosys reads moves the
    numbers in its names, and by them the order of cells, the mapping and what routing reaches."""
    files = [path for place in ("rtl/*.v", "rtl/boards/*.v", f"rtl/boards/*/{board.top}.v")
             for path in toolchain.verilog(place)]
    files.append(f"rtl/cells/{board.cells}.v")
    return files + ([f"build/usb/{board.usb}.v"] if board.usb else [])


def inputs(board):
    """Every file that the bitstream depends on."""
    return [*sources(board), *toolchain.verilog("rtl/*.vh"), *toolchain.verilog("rtl/cells/*.vh"),
            f"constraints/{board.constraints}",
            "synth/bitstream.py", "synth/board_build.py", "synth/boards.py", "synth/floorplan.py",
            "synth/toolchain.py", "synth/boards.toml", "contract/link.toml"]


def build_number():
    """Register BUILD: the last commit that changed what bitstreams are made from; 0 when files differ
    from it, or the clone is shallow and may lack it."""
    made_from = ["--", "rtl", "synth", "constraints", "contract", "gateware"]

    def git(*arguments):
        try:
            answer = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
        except FileNotFoundError:
            return None
        return answer.stdout.strip() if answer.returncode == 0 else None

    commit = git("log", "-1", "--format=%H", *made_from)
    whole = git("rev-parse", "--is-shallow-repository") == "false" and \
        git("status", "--porcelain", *made_from) == ""
    return int(commit[:8], 16) if commit and whole else 0


def synthesis(board, base, yosys, build):
    """Yosys' command line; the netlist is BASE.json."""
    parameters = board.top_parameters() | {"BUILD": build}
    return [yosys, *toolchain.synthesis(
        board.top, sources(board), {"IZH_ENGINE": board.module, "IZH_LINK": board.link}, parameters,
        f"{FAMILIES[board.family].synthesis} {board.synthesis} -json {base}.json")]


def routing(board, base, result, nextpnr, seed):
    """nextpnr's command line; what it writes is called RESULT."""
    family = FAMILIES[board.family]
    return [nextpnr, *board.device, family.constraints, f"constraints/{board.constraints}",
            "--json", f"{base}.json", "--seed", str(seed), "--timing-allow-fail",
            "--report", f"{result}.report.json", family.placed, f"{result}.placed"]


def key(board, tools, lines):
    """Changes when what is made by these lines might."""
    total = hashlib.sha256(repr([[toolchain.version(t) for t in tools], lines]).encode())
    for name in inputs(board):
        total.update(hashlib.sha256((ROOT / name).read_bytes()).digest())
    return total.hexdigest()


# ---- The tools at work ----------------------------------------------------------------------


def synthesise(board, base, command):
    seconds = toolchain.run(command, f"{base}.yosys.log", SYNTHESIS_SECONDS)
    if "--85k" in board.device:
        floorplan.place(ROOT / f"{base}.json", board.top, board.parameters["LANES"])
    return seconds


def route(result, command):
    log = f"{result}.nextpnr.log"
    try:
        return toolchain.run(command, log, ROUTE_SECONDS)
    except Endless:
        raise
    except ToolError as error:
        full = overfull(log)
        raise ToolError(f"does not fit: {', '.join(full)} ({log})" if full else str(error)) from None


# ---- What comes out -------------------------------------------------------------------------


def overfull(log):
    """What there is more of than the chip has, in nextpnr's log."""
    uses = re.findall(r"Info:\s+(\w+):\s+(\d+)/\s*(\d+)\s", (ROOT / log).read_text(errors="replace"))
    return [f"{name} {used} of {there}" for name, used, there in uses if int(used) > int(there)]


def strange_clocks(board, report):
    """What is wrong with the constraints: a clock without its own would be judged by another's."""
    wanted = board.clocks
    found = sorted(clock["constraint"] for clock in report["fmax"].values())
    if len(found) != len(wanted) or any(abs(f - w) > 0.001 * w for f, w in zip(found, wanted)):
        return [f"clocks of {', '.join(f'{f:g}' for f in found)} MHz are constrained, "
                f"{', '.join(f'{w:g}' for w in wanted)} are the board's"]
    return []


def missed_clocks(report):
    problems = []
    for name, clock in report["fmax"].items():
        if clock["achieved"] < clock["constraint"]:
            path = max(toolchain.paths(report, name), key=toolchain.delay)
            problems.append(f"timing missed: {clock['achieved']:.1f} MHz of "
                            f"{clock['constraint']:g} wanted, {toolchain.describe(path)}")
    return problems


def far_crossings(board, report):
    """The bits of a Gray code must come within a clock of each other: no way between two clocks may
    be longer than the shortest period. nextpnr gives the longest."""
    period = 1000 / max(board.clocks)
    problems = []
    for path in report["critical_paths"]:
        clocks = path["from"], path["to"]
        if all(c.startswith("posedge") for c in clocks) and clocks[0] != clocks[1] and \
                toolchain.delay(path["path"]) > period:
            problems.append(f"timing missed between clocks: {period:.2f} ns wanted, "
                            f"{toolchain.describe(path['path'])}")
    return problems


def problems(board, report):
    """Why the routing of a report will not do, a line each."""
    return strange_clocks(board, report) or missed_clocks(report) + far_crossings(board, report)
