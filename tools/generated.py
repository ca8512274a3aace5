# generated.py: files that are made from a table, written or compared
# SPDX-License-Identifier: Apache-2.0
"""What the generators of tools/ share."""

import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def update(doc, texts, command):
    """Writes texts[path of the tree]; with --check writes nothing and fails on a difference."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check = parser.parse_args().check
    drifted = []
    for name, text in texts.items():
        path = ROOT / name
        if not check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            drifted.append(name)
    if drifted:
        sys.exit(f"{', '.join(drifted)}: not what its table says; run {command}")
