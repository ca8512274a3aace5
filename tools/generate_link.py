#!/usr/bin/env python3
# generate_link.py: contract/link.toml -> rtl/izh_link.vh, driver/link_codes.h, docs/link-codes.md
# SPDX-License-Identifier: Apache-2.0
"""Writes the three views of the link's codes, or with --check fails when one of them differs."""

import tomllib

import generated

SOURCE = generated.ROOT / "contract" / "link.toml"
NOTICE = "Generated from contract/link.toml by tools/generate_link.py: do not edit."


def prefix(word):
    """The leading bits as a number of 16 bits, their count."""
    return int(word["prefix"], 2) << 16 - len(word["prefix"]), len(word["prefix"])


def code_name(name):
    return name.upper().replace("-", "_")


def verilog(table):
    lines = ["// izh_link.vh: codes of the link", "// SPDX-License-Identifier: Apache-2.0",
             f"// {NOTICE}", "", f"`define IZH_LINK_VERSION 8'd{table['version']}"]
    lines += [f"`define IZH_KIND_{k['name']} 8'h{k['code']:02x}" for k in table["kind"]]
    lines += [f"`define IZH_BOARD_{code_name(b['name'])} 32'd{b['number']}" for b in table["board"]]
    lines += [f"`define IZH_DONE_{s['name']} 8'd{s['code']}" for s in table["status"]]
    for word in table["word"]:
        value, bits = prefix(word)
        lines.append(f"`define IZH_WORD_{word['name']} {bits}'b{value >> 16 - bits:0{bits}b}")
    return "\n".join(lines) + "\n"


def c_header(table):
    lines = ["// link_codes.h: codes of the link", "// SPDX-License-Identifier: Apache-2.0",
             f"// {NOTICE}", "// clang-format off", "#ifndef IZH_LINK_CODES_H",
             "#define IZH_LINK_CODES_H", "", "enum izh_link {",
             f"    IZH_LINK_VERSION = {table['version']},"]
    lines += [f"    IZH_KIND_{k['name']} = 0x{k['code']:02x}," for k in table["kind"]]
    lines += [f"    IZH_DONE_{s['name']} = {s['code']}," for s in table["status"]]
    lines += [f"    IZH_WORD_{w['name']} = 0x{prefix(w)[0]:04x}," for w in table["word"]]
    lines += [f"    IZH_BOARD_{code_name(b['name'])} = {b['number']}," for b in table["board"]]
    boards = [f'    "{b["name"]}",' for b in sorted(table["board"], key=lambda b: b["number"])]
    lines += ["};", "", "#define IZH_BOARD_NAMES {\\"] + [b + "\\" for b in boards] + ["}"]
    return "\n".join(lines + ["", "#endif"]) + "\n"


def payload(kind):
    return ", ".join(f"{name} {bits}" if bits else name for name, bits in kind["payload"])


def document(table):
    lines = ["# Codes of the link", "", f"{NOTICE} What they are for: [link.md](link.md).", "",
             f"Version {table['version']}.", "", "## Kinds of frames", "",
             "| code | name | to | number | payload | |", "|---|---|---|---|---|---|"]
    lines += [f"| {k['code']:02x} | {k['name']} | {k['to']} | {k['number']} | {payload(k)} | "
              f"{k['doc']} |" for k in table["kind"]]
    lines += ["", "## Status of a request", "", "| code | name | |", "|---|---|---|"]
    lines += [f"| {s['code']} | {s['name']} | {s['doc']} |" for s in table["status"]]
    lines += ["", "## Boards", "", "| number | name | |", "|---|---|---|"]
    lines += [f"| {b['number']} | {b['name']} | {b['doc']} |" for b in table["board"]]
    lines += ["", "## Words of the stream", "", "| leading bits | name | value, bits | |",
              "|---|---|---|---|"]
    lines += [f"| {w['prefix']} | {w['name']} | {w['value']} | {w['doc']} |" for w in table["word"]]
    return "\n".join(lines) + "\n"


def main():
    table = tomllib.loads(SOURCE.read_text())
    generated.update(__doc__, {"rtl/izh_link.vh": verilog(table),
                               "driver/link_codes.h": c_header(table),
                               "docs/link-codes.md": document(table)}, "tools/generate_link.py")


if __name__ == "__main__":
    main()
