# routed.py: place and route with several seeds, each once
# SPDX-License-Identifier: Apache-2.0
"""What report.py and boards_report.py share: a seed that is done is as slow and as good the next time."""

import concurrent.futures
import hashlib
import json

import toolchain
from toolchain import ROOT, Endless, Unplaced


def once(done, key, work):
    """The seconds that work takes, or took when it was last done, if that was under the same key."""
    done = ROOT / done
    if done.exists() and done.read_text().split()[0] == key:
        return float(done.read_text().split()[1])
    done.unlink(missing_ok=True)
    seconds = work()
    done.write_text(f"{key} {seconds}\n")
    return seconds


def route(command, files, done, report, work):
    """nextpnr's report of one seed, and its seconds: those of an earlier run of the same command
    and files, if there is one. None twice if the seed does not end or finds no place."""
    total = hashlib.sha256(repr((toolchain.version(command[0]), command[1:])).encode())
    for name in files:
        total.update((ROOT / name).read_bytes())
    try:
        seconds = once(done, total.hexdigest(), work)
    except (Endless, Unplaced):
        return None, None
    return json.loads((ROOT / report).read_text()), seconds


def each(seeds, jobs, route_seed):
    """(report, seconds) of every seed, so many of them at a time."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(route_seed, seeds))
