#!/usr/bin/env python3
# generate_map.py: contract/map.toml -> rtl/izh_map.vh, csim/izh_map.h, docs/register-map.md
# SPDX-License-Identifier: Apache-2.0
"""Writes the three views of the address map, or with --check fails when one of them differs."""

import tomllib

import generated

SOURCE = generated.ROOT / "contract" / "map.toml"
NOTICE = "Generated from contract/map.toml by tools/generate_map.py: do not edit."


def registers(table):
    """Every register as (name, number): an array of registers becomes NAME_0, NAME_1, ..."""
    for register in table["register"]:
        if "count" in register:
            for i in range(register["count"]):
                yield f"{register['name']}_{i}", register["number"] + i
        else:
            yield register["name"], register["number"]


def constants(table):
    """Every constant of the map as (name, value), in the order of the table."""
    for region in table["region"]:
        yield f"REGION_{region['name']}", region["number"]
        for field in region.get("field", []):
            yield f"FIELD_{region['name']}_{field['name']}", field["number"]
    for name, number in registers(table):
        yield f"REG_{name}", number
    for register in table["register"]:
        if register["name"] == "MAGIC":
            yield "MAGIC", register["reset"]


def verilog(table):
    lines = ["// izh_map.vh: address map of the engine", "// SPDX-License-Identifier: Apache-2.0",
             f"// {NOTICE}", ""]
    for name, value in constants(table):
        if name.startswith("REG_"):
            lines.append(f"`define IZH_{name} 6'd{value}")
        elif name == "MAGIC":
            lines.append(f"`define IZH_{name} 32'h{value:08x}")
        else:
            lines.append(f"`define IZH_{name} 4'd{value}")
    return "\n".join(lines) + "\n"


def c_header(table):
    lines = ["// izh_map.h: address map of the engine", "// SPDX-License-Identifier: Apache-2.0",
             f"// {NOTICE}", "// clang-format off", "#ifndef IZH_MAP_H", "#define IZH_MAP_H", "",
             "#define IZH_ADDRESS(region, field, index) \\",
             "    ((uint32_t)(region) << 28 | (uint32_t)(field) << 24 | (uint32_t)(index))", "",
             "enum izh_map {"]
    for name, value in constants(table):
        lines.append(f"    IZH_{name} = {f'0x{value:08x}' if name == 'MAGIC' else value},")
    return "\n".join(lines + ["};", "", "#endif"]) + "\n"


def access(letters):
    return {"ro": "read", "rw": "read, write", "wo": "write", "rc": "read, write clears"}[letters]


def cell(value):
    """A value as a table cell: a bar would end the cell."""
    return str(value).replace("|", "\\|")


def span(entry):
    """The numbers of an entry: "7", or "16..20"."""
    first, count = entry["number"], entry.get("count", 1)
    return str(first) if count == 1 else f"{first}..{first + count - 1}"


def document(table):
    lines = ["# Register map", "", f"<!-- {NOTICE} -->", "",
             "Addresses and words are 32 bits. Signed fields are two's complement: a write keeps",
             "the low bits, a read sign-extends. What the words mean is in [contract.md](contract.md).", "",
             "```", " 31    28 27    24 23                    0",
             "+--------+--------+-----------------------+",
             "| region | field  | index                 |",
             "+--------+--------+-----------------------+", "```", ""]
    for region in table["region"]:
        lines += [f"## Region {region['number']}: {region['name']}", "",
                  f"{region['doc']} Index: {region['index']}.", ""]
        if region["name"] == "REGISTER":
            lines += ["| number | register | access | bits | after reset | meaning |",
                      "|---|---|---|---|---|---|"]
            for register in table["register"]:
                reset = register["reset"]
                if register["name"] == "MAGIC":
                    reset = f"0x{reset:08x}"
                lines.append(f"| {span(register)} | {register['name']} | {access(register['access'])} "
                             f"| {register['bits']} | {cell(reset)} | {register['doc']} |")
        else:
            lines += ["| field | name | bits | format | meaning |", "|---|---|---|---|---|"]
            for field in region["field"]:
                lines.append(f"| {span(field)} | {field['name']} | {field['bits']} "
                             f"| {field['format']} | {field['doc']} |")
        lines.append("")
    return "\n".join(lines)


def main():
    table = tomllib.loads(SOURCE.read_text())
    generated.update(__doc__, {"rtl/izh_map.vh": verilog(table), "csim/izh_map.h": c_header(table),
                               "docs/register-map.md": document(table)}, "tools/generate_map.py")


if __name__ == "__main__":
    main()
