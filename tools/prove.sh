#!/usr/bin/env bash
# prove.sh : the proofs of formal/, and for each of them a broken copy of the RTL that it must refute
# SPDX-License-Identifier: Apache-2.0
#
# usage: tools/prove.sh [NAME ...]       (default: all proofs)
#
# A proof is formal/NAME.v, module prove: its assertions hold for all inputs, from any contents of the
# flops that have no initial value. Yosys makes the circuit, the ABC that comes with it decides:
#   always    for ever, by property directed reachability
#   CLOCKS    for so many clocks, by bounded model checking
# Prints a row for each proof and for each broken copy; the last line is "N passed, N failed".
#
# ABC rather than yosys-smtbmc with z3: the 118 clocks of uart_baud took ABC 25 s, z3 had not done clock
# 92 after 43 s.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

wanted=" $* "
passed=0 failed=0

for name in "$@"; do
    if [ ! -f "formal/$name.v" ]; then
        echo "prove: no proof is called '$name'; there are: $(basename -s .v formal/*.v | xargs)" >&2
        exit 1
    fi
done

# model DIRECTORY NAME FILE...: the circuit of a proof as an and-inverter graph
model() {
    local directory=$1 name=$2 clocks=
    shift 2
    # Clocks that are inputs of the proof move as the solver likes.
    if grep -q clk2fflogic "formal/$name.v"; then clocks='clk2fflogic;'; fi
    yosys -q -e 'implicitly declared' -p "read_verilog -formal -Irtl formal/$name.v $*;
        hierarchy -check -top prove; prep -flatten -top prove; memory_map; $clocks
        async2sync; setundef -undriven -anyseq; opt -full; formalff -clk2ff -ff2anyinit;
        techmap; opt -fast; dffunmap; abc -g AND -fast; opt_clean; write_aiger -zinit $directory/model.aig"
}

# decide DIRECTORY BOUND: proved, refuted, or undecided
decide() {
    local directory=$1 bound=$2 by=pdr
    if [ "$bound" != always ]; then by="bmc3 -F $bound"; fi
    yosys-abc -c "read_aiger $directory/model.aig; fold; strash; $by" \
        >"$directory/abc.log" 2>&1
    if grep -q 'was asserted in frame' "$directory/abc.log"; then
        echo refuted
    elif grep -Eq "^Property proved|^No output asserted in $bound frames" "$directory/abc.log"; then
        echo proved
    else
        echo undecided
    fi
}

# row WHAT NAME BOUND EXPECTED FILE...
row() {
    local what=$1 name=$2 bound=$3 expected=$4 result start=${EPOCHREALTIME/./} word=ok
    local directory=build/prove/$name-$what
    shift 4
    mkdir -p "$directory"
    result='no model'
    if model "$directory" "$name" "$@" >"$directory/yosys.log" 2>&1; then
        result=$(decide "$directory" "$bound")
    fi
    if [ "$result" = "$expected" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        word=FAILED
    fi
    local ms=$(((${EPOCHREALTIME/./} - start) / 1000))
    printf '%-6s %-12s %-7s %8s %-10s %4d.%d s\n' "$word" "$name" "$what" "$bound" "$result" \
        $((ms / 1000)) $((ms % 1000 / 100))
}

# proof NAME BOUND FILE:SED FILE...: the files hold, and no longer do when FILE is broken by SED
proof() {
    local name=$1 bound=$2 file=${3%%:*} break=${3#*:} broken=build/prove/$1-broken.v
    shift 3
    if [ "$wanted" != '  ' ] && [[ $wanted != *" $name "* ]]; then return; fi
    row proof "$name" "$bound" proved "$@"
    sed "$break" "$file" >"$broken"
    if cmp -s "$file" "$broken"; then
        echo "FAILED $name: nothing to break in $file"
        failed=$((failed + 1))
        return
    fi
    row broken "$name" "$bound" refuted "${@/#$file/$broken}"
}

mkdir -p build/prove
cells=rtl/cells/portable.v

proof fifo always 'rtl/izh_fifo.v:s/if (take && waiting)/if (waiting)/' rtl/izh_fifo.v $cells
proof block_fifo 22 'rtl/izh_block_fifo.v:s/FULL = DEPTH - RESERVE/FULL = DEPTH - RESERVE + 1/' \
    rtl/izh_block_fifo.v rtl/izh_fifo.v $cells
proof crossing always 'rtl/izh_crossing.v:s/next_written ^ (next_written >> 1)/next_written/' \
    rtl/izh_crossing.v rtl/izh_synchroniser.v $cells
proof crc32 30 'rtl/izh_crc32_serial.v:s/3.d7/3'"'"'d6/' rtl/izh_crc32_serial.v rtl/izh_crc32.v
proof frames 50 "rtl/izh_frame_out.v:s/distance <= zero ? 8'd1/distance <= zero ? 8'd2/" \
    rtl/izh_frame_out.v rtl/izh_frame_in.v rtl/izh_crc32.v
# What is sent again would count as new.
proof link_send 20 'rtl/izh_link_send.v:s/if (sent == reach) reach/reach/' rtl/izh_link_send.v
proof uart 110 "rtl/izh_uart_receive.v:s/HALF\[PHASE_BITS-1:0\] - 1'b1/HALF[PHASE_BITS-1:0]/" \
    rtl/izh_uart_send.v rtl/izh_uart_receive.v rtl/izh_synchroniser.v
# Looked at in its middle, the stop bit of a fast sender is over.
proof uart_baud 118 'rtl/izh_uart_receive.v:s/CLOCKS_PER_BIT - 2;/CLOCKS_PER_BIT - 1;/' \
    rtl/izh_uart_receive.v rtl/izh_synchroniser.v

echo
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed != 0 ]
