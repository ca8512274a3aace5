#!/usr/bin/env python3
# release.py: a release of this commit: bitstreams, driver, documents, checksums, versions of the tools
# SPDX-License-Identifier: Apache-2.0
"""Writes build/release/izh-VERSION/ and izh-VERSION.tar.gz, whole or not at all. The same commit
built twice with the same tools gives the same bytes. --check: only says whether it could begin."""

import argparse
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

import bitstream
import board_build
import boards
import toolchain
from toolchain import ROOT, ToolError

INTO = ROOT / "build" / "release"
NEW = INTO / ".new"  # one name, so that what a killed run left is cleared by the next
PREFIX = "/usr/local"
DOCUMENTS = ["README.md", "CHANGELOG.md", "LICENSE", "docs", "examples"]
TEST_NUMBERS = re.compile(r"1209:00(0[1-9a-f]|10)", re.IGNORECASE)


# ---- The commit -----------------------------------------------------------------------------


def git(*arguments):
    try:
        answer = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        raise ToolError("git is not on PATH: a release is made of a commit") from None
    if answer.returncode != 0:
        raise ToolError("no commit here: a release is made in a clone of the repository")
    return answer.stdout


def clean_commit():
    """Its hash; refuses when a file differs from it, or the commit that BUILD names may be missing."""
    commit = git("rev-parse", "--verify", "HEAD").strip()
    if git("rev-parse", "--is-shallow-repository").strip() != "false":
        raise ToolError("a shallow clone, where register BUILD would be 0: git fetch --unshallow")
    changed = [line[3:] for line in git("status", "--porcelain").splitlines()]
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise ToolError(f"uncommitted changes ({changed[0]}{more}): commit or stash them")
    return commit


def version():
    found = re.search(r'IZH_VERSION "(.*)"', (ROOT / "host/command.h").read_text())
    return found.group(1)


# ---- What is in it --------------------------------------------------------------------------


def wanted_boards(names):
    """All of the table, or those of BOARD and BOARD:SIZE."""
    if names == "all":
        return boards.everything()
    return [boards.find(*name.split(":", 1)) for name in names.split()]


def make(target, **variables):
    line = ["make", target, *(f"{name}={value}" for name, value in variables.items())]
    code, _ = toolchain.wait_for(subprocess.Popen(
        [*line, "--no-print-directory", f"-j{os.cpu_count()}"], cwd=ROOT, stdin=subprocess.DEVNULL))
    if code != 0:
        raise ToolError(f"{' '.join(line)} failed")


def copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o755 if os.access(source, os.X_OK) else 0o644)


def add_bitstreams(chosen, tree):
    for board in chosen:
        make("bitstream", BOARD=board.name, SIZE=board.size, SEED=1)
        made = bitstream.bitstream(board_build.stem(board, "build/boards"))
        copy(made, tree / "bitstreams" / made.name)


def add_driver(tree):
    make("install", DESTDIR=tree, PREFIX=PREFIX)
    strip(tree)


def strip(tree):
    """Debug information and build numbers name the folder that this was built in."""
    for path in sorted(tree.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        kind = path.read_bytes()[:8]
        if kind.startswith(b"\x7fELF"):
            line = ["objcopy", "--strip-unneeded", "--remove-section=.note.gnu.build-id", path]
        elif kind.startswith(b"!<arch>"):
            line = ["objcopy", "--strip-debug", "--enable-deterministic-archives", path]
        else:
            continue
        if subprocess.run(line).returncode != 0:
            raise ToolError(f"objcopy failed on {path.relative_to(tree)}")


def add_documents(tree):
    for name in git("ls-files", "-z", "--", *DOCUMENTS).split("\0"):
        if name:
            copy(ROOT / name, tree / name)


# ---- What made it ---------------------------------------------------------------------------


def says(*command):
    """The first line that names a version; icepack has none, so that its bytes must do. Not those of
    YoWASP's, a script that names the folder it is in: its package is in the list."""
    try:
        answer = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, text=True,
                                errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError:
        return "not found"
    lines = [line.strip() for line in answer.stdout.splitlines() if re.search(r"\d\.\d", line)]
    if answer.returncode == 0 and lines:
        return lines[0]
    if "yowasp" in os.path.basename(command[0]):
        return "no version, see the packages"
    path = shutil.which(command[0])
    return f"no version, sha256 {digest(pathlib.Path(path))}"


def synthesis_tools(chosen):
    """Of every family among the boards; of YoWASP's the packages too, which are pinned."""
    lines, yowasp = {}, False
    for family in sorted({board.family for board in chosen}):
        made_by = board_build.FAMILIES[family]
        tools = toolchain.find_tools(made_by.route, made_by.pack)
        for tool in tools:
            yowasp |= "yowasp" in os.path.basename(tool)
            lines[os.path.basename(tool)] = says(tool, toolchain.version_option(tool))
    if yowasp:
        for line in (ROOT / "tools/requirements-report.txt").read_text().splitlines():
            if "==" in line:
                name, number = line.split("==")
                lines[name + " of PyPI"] = number
    return lines


def usb_options():
    """What the USB device was generated with."""
    return (ROOT / "build/usb/options").read_text().strip()


def write_tools(tree, commit, chosen):
    lines = {"izh": version(), "commit": commit, "date": git("log", "-1", "--format=%cI").strip(),
             "cc": says(os.environ.get("CC") or "cc", "--version"),
             "c++": says(os.environ.get("CXX") or "c++", "--version"),
             "ld": says("ld", "--version"),
             "verilator": says(os.environ.get("VERILATOR") or "verilator", "--version"),
             **synthesis_tools(chosen)}
    if any(board.usb for board in chosen):
        lines["USB device"] = usb_options()
        lines["its generator, sha256"] = digest(ROOT / "tools/requirements-usb.txt")
    for board in chosen:
        lines[f"{board.name}-{board.size}.bit"] = "nextpnr's seed 1, all clocks met"
    width = max(map(len, lines))
    (tree / "TOOLS").write_text("".join(f"{k:{width}}  {v}\n" for k, v in lines.items()))


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_sums(tree):
    files = sorted(str(path.relative_to(tree)) for path in tree.rglob("*")
                   if path.is_file() and not path.is_symlink())
    (tree / "SHA256SUMS").write_text("".join(f"{digest(tree / name)}  {name}\n" for name in files))


# ---- Into its place -------------------------------------------------------------------------


def settle(tree, epoch):
    """Times and modes are those of the commit, not of the clock and the umask."""
    for path in [tree, *tree.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
    for path in sorted([tree, *tree.rglob("*")], reverse=True):
        os.utime(path, (epoch, epoch), follow_symlinks=False)


def pack(tree, epoch):
    archive = tree.parent / f"{tree.name}.tar"
    for line in (["tar", "--sort=name", f"--mtime=@{epoch}", "--owner=0", "--group=0",
                  "--numeric-owner", "--format=gnu", "-C", tree.parent, "-cf", archive, tree.name],
                 ["gzip", "-n9", archive]):
        if subprocess.run(line).returncode != 0:
            raise ToolError(f"{line[0]} failed")
    return archive.with_suffix(".tar.gz")


def put(tree, archive):
    """The archive of the last release goes first: there is never one beside another's files."""
    (INTO / archive.name).unlink(missing_ok=True)
    shutil.rmtree(INTO / tree.name, ignore_errors=True)
    os.rename(tree, INTO / tree.name)
    os.rename(archive, INTO / archive.name)


def release(chosen):
    commit = clean_commit()
    epoch = int(git("log", "-1", "--format=%ct"))
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch)
    os.umask(0o022)
    shutil.rmtree(NEW, ignore_errors=True)
    tree = NEW / f"izh-{version()}"
    tree.mkdir(parents=True)
    try:
        add_bitstreams(chosen, tree)
        add_driver(tree)
        add_documents(tree)
        write_tools(tree, commit, chosen)
        write_sums(tree)
        settle(tree, epoch)
        archive = pack(tree, epoch)
        if clean_commit() != commit:
            raise ToolError("another commit was checked out meanwhile: start again")
        put(tree, archive)
    finally:
        shutil.rmtree(NEW, ignore_errors=True)
    made = INTO / archive.name
    print(f"{made.relative_to(ROOT)}: {made.stat().st_size} bytes, sha256 {digest(made)}")
    if any(board.usb for board in chosen) and TEST_NUMBERS.search(usb_options()):
        print("release: its USB boards have a test's number, which must not leave the house: "
              "make release USB_ID=...", file=sys.stderr)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", default="all", help="BOARD and BOARD:SIZE, or all")
    parser.add_argument("--check", action="store_true")
    return parser.parse_args()


def main():
    toolchain.end_with_this("release")
    options = arguments()
    try:
        chosen = wanted_boards(options.boards)
        if options.check:
            clean_commit()
        else:
            release(chosen)
    except (ToolError, OSError) as error:
        sys.exit(f"release: {error}")
    except KeyboardInterrupt:
        sys.exit("release: interrupted")


if __name__ == "__main__":
    main()
