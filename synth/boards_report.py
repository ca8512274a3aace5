#!/usr/bin/env python3
# boards_report.py: place and route every board with several seeds; docs/boards.md
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/boards.md. Fails, when that is written, if a board misses a clock, does not fit or
does not end with any seed. Seeds that are done are not routed again."""

import argparse
import dataclasses
import os
import re
import statistics
import sys

import board_build
import boards
import boards_text
import routed
import toolchain
from toolchain import ROOT, Endless, ToolError

# Names of nextpnr's report; flip-flops of an iCE40 are in its log.
RESOURCES = {
    "ecp5": {"logic cells": "TRELLIS_COMB", "flip-flops": "TRELLIS_FF", "block RAM": "DP16KD",
             "SPRAM": "", "DSP": "MULT18X18D"},
    "ice40": {"logic cells": "ICESTORM_LC", "flip-flops": "flip-flops",
              "block RAM": "ICESTORM_RAM", "SPRAM": "ICESTORM_SPRAM", "DSP": "ICESTORM_DSP"},
}
HEADS = list(RESOURCES["ecp5"])
# Of a lane: clocks for an update, clocks for an event.
PACE = {"izh_core": (1, 1), "izh_core_compact": (4, 2)}
STEPS_PER_SECOND = 4000  # h = 1/4 ms


@dataclasses.dataclass
class Result:
    board: boards.Board
    resources: dict     # nextpnr's name: used and available
    reached: dict       # what a clock is for: (constraint, [MHz reached by each seed that ended])
    seconds: list       # synthesis, each place and route; None: did not end
    problems: list      # a line each

    def clock(self):
        """MHz that rates are counted with."""
        return min(self.board.clock / 1e6, *self.reached["engine"][1])

    def endless(self):
        return self.seconds.count(None)


# ---- One board ------------------------------------------------------------------------------


def synthesise(board, base, tools):
    # BUILD would make another netlist of every commit.
    command = board_build.synthesis(board, base, tools[0], 0)
    return routed.once(f"{base}.synthesis.done", board_build.key(board, tools, command),
                       lambda: board_build.synthesise(board, base, command))


def route(board, base, nextpnr, seed):
    stem = f"{base}.seed{seed}"
    command = board_build.routing(board, base, stem, nextpnr, seed)
    return routed.route(command, [f"{base}.json", f"constraints/{board.constraints}"],
                        f"{stem}.done", f"{stem}.report.json",
                        lambda: board_build.route(stem, command))


def resources(board, report, log):
    """With the flip-flops of an iCE40, of which each logic cell has one."""
    used = dict(report["utilization"])
    if board.family == "ice40":
        counts = re.findall(r"(\d+) LCs used as (?:LUT4 and DFF|DFF only)", log)
        used["flip-flops"] = {"used": sum(map(int, counts)),
                              "available": used["ICESTORM_LC"]["available"]}
    return used


def purpose(board, name, constraint):
    """Of a clock by its rate, and where link and USB have the same by nextpnr's name, the PLL's
    output: the first one is USB's (rtl/boards)."""
    def has(clock):
        return abs(constraint * 1e6 - clock) < 0.001 * clock

    if has(board.clock):
        return "engine"
    return "link" if has(board.clock / board.link_divider) and not name.endswith("first_o") else "USB"


def reached(board, reports):
    """By what a clock is for: nextpnr's constraint, and what each seed reached."""
    clocks = {}
    for report in reports:
        for name, clock in report["fmax"].items():
            for_what = purpose(board, name, clock["constraint"])
            clocks.setdefault(for_what, (clock["constraint"], []))[1].append(clock["achieved"])
    return clocks


def measure(board, base, tools, seeds, jobs):
    (ROOT / base).parent.mkdir(parents=True, exist_ok=True)
    seconds = synthesise(board, base, tools)
    outcomes = routed.each(seeds, jobs, lambda seed: route(board, base, tools[1], seed))
    ended = {seed: report for seed, (report, _) in zip(seeds, outcomes) if report}
    if not ended:
        raise Endless(f"no seed ended in {board_build.ROUTE_SECONDS} s")
    for report in ended.values():
        if strange := board_build.strange_clocks(board, report):
            raise ToolError(strange[0])
    first = next(iter(ended))
    log = (ROOT / f"{base}.seed{first}.nextpnr.log").read_text(errors="replace")
    problems = [f"seed {seed}: {problem}" for seed, report in ended.items()
                for problem in board_build.problems(board, report)]
    return Result(board, resources(board, ended[first], log), reached(board, ended.values()),
                  [seconds, *(s for _, s in outcomes)], problems)


def tools_of(board):
    return toolchain.find_tools(board_build.FAMILIES[board.family].route)


def attempt(board, into, seeds, jobs):
    print(f"{board.title}, {board.size} ...", end=" ", flush=True)
    try:
        result = measure(board, board_build.stem(board, into), tools_of(board), seeds, jobs)
    except ToolError as error:
        print(f"FAILED: {error}", flush=True)
        return Result(board, {}, {}, [], [str(error)])
    print(f"{result.clock():.1f} MHz" + (", MISSED" if result.problems else "")
          + (f", {result.endless()} of {len(seeds)} seeds did not end" if result.endless() else ""),
          flush=True)
    return result


# ---- docs/boards.md -------------------------------------------------------------------------


def table(heads, rows):
    return [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)] + [""]


def resource_row(result):
    cells = []
    for name in RESOURCES[result.board.family].values():
        use = result.resources.get(name)
        cells.append(f"{use['used']:,} of {use['available']:,}" if use else "-")
    seconds = " + ".join("-" if s is None else f"{s:.0f}" for s in result.seconds)
    return [result.board.size, *cells, seconds or "-"]


def clock_rows(result):
    rows = []
    for name, (constraint, seeds) in sorted(result.reached.items()):
        worst = min(seeds)
        margin = f"{100 * (worst / constraint - 1):+.1f} %"
        rows.append([result.board.size, name, f"**{worst:.1f}**", f"{statistics.median(seeds):.1f}",
                     f"{max(seeds):.1f}", f"{constraint:.1f}",
                     margin + (", **missed**" if worst < constraint else "")])
    return rows or [[result.board.size, *["-"] * 6]]


def rate_row(result):
    board = result.board
    size = board.parameters
    held = [board.size, f"`{board.module}`", str(size["LANES"]), f"{size['DEPTH']:,}",
            f"{size['LANES'] * size['SYNAPSES']:,}"]
    if not result.reached:
        return held + ["-"] * 4
    update_clocks, event_clocks = PACE[board.module]
    updates = size["LANES"] / update_clocks
    hertz = 1e6 * result.clock()
    events = size["LANES"] / event_clocks if size["SYNAPSES"] else 0
    multipliers = result.resources.get(RESOURCES[board.family]["DSP"])
    return held + [f"{hertz * updates / STEPS_PER_SECOND:,.0f}", f"{hertz * updates / 1e6:,.0f} M",
                   f"{hertz * events / 1e6:,.0f} M" if events else "-",
                   f"{updates / multipliers['used']:.3f}" if multipliers else "-"]


def notes(results):
    lines = [f"- **{r.board.size}: {problem}**" for r in results for problem in r.problems]
    lines += [f"- {r.board.size}: {r.endless()} of {len(r.seconds) - 1} seeds did not end within "
              f"{board_build.ROUTE_SECONDS} s" for r in results if r.endless()]
    return [*lines, ""] if lines else []


def section(results):
    board = results[0].board
    return [f"## {board.title}", "", f"{toolchain.versions(tools_of(board))}.", "",
            *table(["SIZE", *HEADS, "seconds"], map(resource_row, results)),
            *table(["SIZE", "clock", "MHz worst", "median", "best", "constraint", "margin"],
                   [row for result in results for row in clock_rows(result)]),
            *table(["SIZE", "engine", "lanes", "neurons", "synapses", "real-time neurons",
                    "updates a second", "synaptic events a second", "updates per clock and DSP"],
                   map(rate_row, results)),
            *notes(results)]


def document(results, seeds):
    lines = [boards_text.INTRODUCTION.format(first=seeds[0], last=seeds[-1],
                                             limit=board_build.ROUTE_SECONDS)]
    for name in dict.fromkeys(r.board.name for r in results):
        lines += section([r for r in results if r.board.name == name])
    events = (ROOT / "docs/events.md").read_text()
    for result in results:
        if (result.board.name, result.board.size) == ("ulx3s", "85") and result.reached:
            lines.append(boards_text.polychronization(events, result.clock(),
                                                      result.board.parameters["LANES"]))
    return "\n".join([*lines, boards_text.PEERS])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how many (5)")
    parser.add_argument("--only", default="", metavar="TEXT",
                        help="boards with TEXT in name and size, such as 'ulx3s 85'")
    parser.add_argument("--out", default="", metavar="FILE",
                        help="where to (docs/boards.md; with --only: printed)")
    parser.add_argument("--into", default="build/report", help="a folder (build/report)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="seeds at a time")
    return parser.parse_args()


def main():
    toolchain.end_with_this("boards")
    options = arguments()
    seeds = range(1, options.seeds + 1)
    try:
        chosen = [b for b in boards.everything() if options.only in f"{b.name} {b.size}"]
        if not chosen or not seeds or options.jobs < 1:
            raise ToolError(f"nothing to do for --only '{options.only}' --seeds {options.seeds} "
                            f"--jobs {options.jobs}")
        for family in {b.family: b for b in chosen}.values():
            tools_of(family)
        results = [attempt(board, options.into, seeds, options.jobs) for board in chosen]
        text = document(results, seeds)
    except ToolError as error:
        sys.exit(f"boards: {error}")
    except KeyboardInterrupt:
        sys.exit("boards: interrupted")
    if options.only and not options.out:
        print(text, end="")
    else:
        (ROOT / (options.out or "docs/boards.md")).write_text(text)
    bad = [f"{r.board.name} {r.board.size}" for r in results if r.problems]
    if bad:
        sys.exit(f"boards: not as wanted: {', '.join(bad)}")


if __name__ == "__main__":
    main()
