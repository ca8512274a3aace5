#!/usr/bin/env python3
# assemble_link.py: rtl/izh_link_small.s -> rtl/izh_link_small.vh, the program of the small link
# SPDX-License-Identifier: Apache-2.0
"""Assembles the program of rtl/izh_link_small.v, or with --check fails when the file differs.

Instructions of izh_micro, 16 bits:

  1 n ccc k tttttttttt    jump to t when condition c holds, with n when it does not; with k a call, with t from 768
                          on to behind the last call. c: 0 always, 1 A is 0, 2 carry, 3 A is negative, 4.. flags
  0 ooo ss .......... ..  A = A o operand; o: lda add adc sub sbc and or, 7 A itself. The carry of sub is set when
                          nothing was borrowed. s, the operand, and where the result goes besides:
        00 dd . aaaaaaa   a byte of page 0; d: 0 nowhere, 1 back, 2 ring+, 3 Y
        01 pp + ddd qqqq  the byte of page p at X, which + moves on; d: 1 back, 2 frames+, 3 ring+, 4 port q
        10 pp + ddd qqqq  the same at Y
        11 dd xxx ppppp   port p; d: 1 frames+, 2 ring+, 3 out to port p (the operand is not read)

ring+ and frames+ are bytes of pages 3 and 2 at Y, which moves on.

Source: `op operand [-> destination]`, `op!` for back, `#` for constants, which are put behind the variables."""

import re

import generated

SOURCE = generated.ROOT / "rtl" / "izh_link_small.s"
OPERATIONS = {name: code for code, name in enumerate("lda add adc sub sbc and or sta".split())}
CONDITIONS = {"mp": (0, 0), "z": (1, 0), "nz": (1, 1), "c": (2, 0), "nc": (2, 1), "n": (3, 0)}
PROGRAM_WORDS, PAGE_BYTES = 768, 128
RETURN = 768


class Program:
    def __init__(self, lines):
        self.symbols, self.bytes_used, self.constants = {}, 0, {}
        self.pages, self.flags = {"zero": 0}, {}
        self.ports = {"in": {"X": 0, "Y": 1}, "out": {"X": 0, "Y": 1}}
        self.links, self.words, instructions = [], [], []
        for number, line in enumerate(lines, 1):
            words = line.split(";")[0].replace(",", " , ").split()
            text = " ".join(words)
            try:
                if not words:
                    continue
                if words[0].startswith("."):
                    self.directive(words[0][1:], words[1:], text)
                elif words[0].endswith(":"):
                    self.define(words[0][:-1], len(instructions))
                else:
                    instructions.append((number, text))
            except (KeyError, ValueError, IndexError) as error:
                raise SystemExit(f"{SOURCE.name}:{number}: {text}: {error}") from None
        for number, text in instructions:
            try:
                self.words.append(self.instruction(text))
            except (KeyError, ValueError, IndexError) as error:
                raise SystemExit(f"{SOURCE.name}:{number}: {text}: {error}") from None
        if len(self.words) > PROGRAM_WORDS:
            raise SystemExit(f"{SOURCE.name}: {len(self.words)} instructions, room for {PROGRAM_WORDS}")
        if self.bytes_used + len(self.constants) > PAGE_BYTES:
            raise SystemExit(f"{SOURCE.name}: {self.bytes_used} variables and {len(self.constants)} "
                             f"constants, room for {PAGE_BYTES}")

    def define(self, name, value):
        if name in self.symbols:
            raise ValueError(f"{name} is defined twice")
        self.symbols[name] = value

    def directive(self, name, words, text):
        if name in ("in", "out"):
            self.ports[name][words[1]] = int(words[0])
        elif name == "flag":
            self.flags[words[1]] = int(words[0])
        elif name == "page":
            self.pages[words[1]] = int(words[0])
        elif name == "equ":
            self.define(words[0], self.value(" ".join(words[1:])))
        elif name == "byte":
            for word in words:
                self.define(word, self.bytes_used)
                self.bytes_used += 1
        elif name == "link":
            for word in words:
                self.define(word, self.bytes_used)
                self.links.append((word, self.bytes_used))
                self.bytes_used += 4
        else:
            raise ValueError(f"no directive .{name}")

    def value(self, text):
        names = re.sub(r"[A-Za-z_]\w*", lambda m: m[0] if m[0].startswith("0x") else
                       str(self.symbols[m[0]]), re.sub(r"0x[0-9a-f]+", lambda m: str(int(m[0], 16)), text))
        if not re.fullmatch(r"[\d\s+-]+", names):
            raise ValueError(f"no value: {text}")
        return eval(names)  # digits, + and - alone

    def constant(self, text):
        value = self.value(text) & 0xff
        if value not in self.constants:
            self.constants[value] = self.bytes_used + len(self.constants)
        return self.constants[value]

    def instruction(self, text):
        name, _, rest = text.partition(" ")
        if name in ("jif", "jifnot"):
            flag, target = rest.split()
            return 1 << 15 | (name == "jifnot") << 14 | 4 + self.flags[flag] << 11 | self.symbols[target]
        if name == "call":
            return 1 << 15 | 1 << 10 | self.symbols[rest]
        if name == "ret":
            return 1 << 15 | RETURN
        if name[0] in "jr" and name[1:] in CONDITIONS:
            condition, inverted = CONDITIONS[name[1:]]
            returns = name[0] == "r"
            target = RETURN if returns else self.symbols[rest]
            return 1 << 15 | inverted << 14 | condition << 11 | target
        if name == "out":
            return 7 << 12 | 3 << 10 | 3 << 8 | self.ports["out"][rest]
        back = name.endswith("!") or name == "sta"
        word = OPERATIONS[name.rstrip("!")] << 12
        operand, _, destination = (part.strip() for part in rest.partition("->"))
        if back and destination:
            raise ValueError("one destination")
        indexed = re.fullmatch(r"\[(\w+) , ([xy])(\+?)\]", operand)
        if indexed:
            page, register, moves = indexed.groups()
            to = {"": 0, "frames+": 2, "ring+": 3}.get(destination, 4)
            port = self.ports["out"][destination] if to == 4 else 0
            return (word | (1 if register == "x" else 2) << 10 | self.pages[page] << 8 | bool(moves) << 7
                    | (1 if back else to) << 4 | port)
        if operand.startswith("@"):
            if back:
                raise ValueError("a port takes nothing back")
            return word | 3 << 10 | {"": 0, "frames+": 1, "ring+": 2}[destination] << 8 \
                | self.ports["in"][operand[1:]]
        address = self.constant(operand[1:]) if operand.startswith("#") else self.symbols[operand]
        return word | (1 if back else {"": 0, "ring+": 2, "Y": 3}[destination]) << 8 | address


def verilog(program):
    lines = ["// izh_link_small.vh: program and first data of izh_link_small", "// SPDX-License-Identifier: Apache-2.0",
             "// Generated from rtl/izh_link_small.s by tools/assemble_link.py: do not edit.",
             f"// {len(program.words)} instructions, {program.bytes_used} variables, {len(program.constants)} constants."]
    for kind, width in (("in", 4), ("out", 5)):
        lines += [f"  localparam [{width - 1}:0] {kind.upper()}_{name} = {width}'d{number};"
                  for name, number in program.ports[kind].items() if number > 1]
    lines += [f"  reg [15:0] program_words[0:{PROGRAM_WORDS - 1}];", "  reg [7:0] bytes[0:511];", "  initial begin"]
    lines += [f"    program_words[{address}] = 16'h{word:04x};" for address, word in enumerate(program.words)]
    lines += [f"    bytes[{address}] = 8'h{value:02x};" for value, address in program.constants.items()]
    for name, address in program.links:
        if name in ("build", "board", "clock"):
            lines += [f"    bytes[{address + i}] = {name.upper()}[{8 * i}+:8];" for i in range(4)]
    return "\n".join(lines + ["  end"]) + "\n"


def main():
    program = Program(SOURCE.read_text().splitlines())
    generated.update(__doc__, {"rtl/izh_link_small.vh": verilog(program)}, "tools/assemble_link.py")


if __name__ == "__main__":
    main()
