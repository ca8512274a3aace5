#!/usr/bin/env bash
# check.sh : everything that can be judged without running the code; `make check` calls it
# SPDX-License-Identifier: Apache-2.0
#
# usage: tools/check.sh ENGINE...    each a string: the top module and its -G overrides
set -uo pipefail
cd "$(dirname "$0")/.." || exit
shopt -s nullglob extglob

engines=("$@")

mapfile -t sources < <(git ls-files -co --exclude-standard | sort)
failures=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT

# step NAME COMMAND...: silent when the command succeeds.
step() {
    local name=$1
    shift
    if "$@" >"$output" 2>&1; then
        echo "ok     $name"
    else
        failures=$((failures + 1))
        echo "FAILED $name"
        head -n 30 "$output"
    fi
}

# ending SUFFIX...: the files of the tree with one of these endings.
ending() {
    local file suffix
    for file in "${sources[@]}"; do
        for suffix in "$@"; do
            if [[ $file == *$suffix && -f $file ]]; then echo "$file"; fi
        done
    done
}

# quiet COMMAND...: fails when the command fails, and when it says anything.
quiet() {
    local said
    said=$("$@" 2>&1)
    local status=$?
    if [ -n "$said" ]; then printf '%s\n' "$said"; fi
    [ $status = 0 ] && [ -z "$said" ]
}

rtl=(rtl/*.v)
waivers=(tools/lint/*.vlt rtl/*.vlt)

lint_verilog() { # CELLS ENGINE
    local stubs=()
    if [ -f "tools/lint/${1%%_*}.v" ]; then stubs=("tools/lint/${1%%_*}.v"); fi
    # shellcheck disable=SC2086 # the parameters are meant to be split
    verilator --lint-only -Wall --default-language 1364-2005 -Irtl --top-module $2 \
        "${waivers[@]}" "${rtl[@]}" "rtl/cells/$1.v" "${stubs[@]}"
}

# All that make check knows of boards: none of them must not pass for all of them.
boards=()
read_boards() {
    local lines
    lines=$("${PYTHON:-python3}" synth/boards.py) && [ -n "$lines" ] && mapfile -t boards <<<"$lines"
}

lint_board() { # CELLS TOP OPTION...
    local cells=$1
    shift
    make -s "${usb[@]}" || return
    verilator --lint-only -Wall --default-language 1364-2005 -Irtl --top-module "$@" \
        "${waivers[@]}" "${rtl[@]}" rtl/boards/*.v rtl/boards/*/*.v "rtl/cells/$cells.v" "tools/lint/${cells%%_*}.v" "${usb[@]}"
}

read_yosys() { # ENGINE, such as "izh_core -GX_BITS=20 -GW_BITS=24"
    local top=${1%% *} set_parameters='' defines=''
    for override in ${1#* }; do
        case $override in
        -D*) defines+=" $override" ;;
        *)
            override=${override#-G}
            set_parameters+=" -set ${override%=*} ${override#*=}"
            ;;
        esac
    done
    yosys -q -e '.*' -p "read_verilog -Irtl$defines ${rtl[*]} rtl/cells/portable.v; chparam$set_parameters $top; \
        hierarchy -check -top $top; proc; check -assert"
}

headers_stand_alone() {
    local header failed=0
    make -s build/usb/usb_descriptors.h || return
    for header in $(ending .h); do
        case $header in
        csim/cosim/*) ;;
        *.h)
            echo "#include \"$(basename "$header")\"" |
                ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror \
                    -fsyntax-only -I"$(dirname "$header")" -Icsim -Icsim/cosim -Icsim/usbhost -Icsim/usbip -Idriver -Ihost -Ibuild/usb -x c - || failed=1
            ;;
        esac
    done
    return $failed
}

files_in_form() {
    local file failed=0
    for file in $(ending .c .h .cpp .v .vh .sh .py Makefile); do
        if ! head -n 3 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0'; then
            echo "$file: no SPDX-License-Identifier in the first three lines"
            failed=1
        fi
    done
    for file in $(ending .v); do
        case $file in rtl/*) ;; *) continue ;; esac
        if ! grep -q '^`default_nettype none' "$file"; then
            echo "$file: no \`default_nettype none"
            failed=1
        fi
        if [ "$(wc -l <"$file")" -gt 500 ]; then
            echo "$file: more than 500 lines, more than one job"
            failed=1
        fi
    done
    return $failed
}

# The USB devices: the same bytes in every run, whatever order a hash table has; and every tool reads them.
usb=(build/usb/izh_usb.v build/usb/izh_usb_ulpi.v)
usb_twice() { # FILE OPTION...
    make -s "$1" || return
    # shellcheck disable=SC2046 # options
    PYTHONHASHSEED=1 .venv/bin/python gateware/usb_device.py --output build/usb/again.v "${@:2}" \
        $(cat build/usb/options) || return
    cmp "$1" build/usb/again.v
}

lint_usb() { # FILE
    verilator --lint-only -Wall --default-language 1364-2005 --top-module "$(basename "$1" .v)" \
        tools/lint/usb.vlt "$1"
}

step 'register map as generated' "${PYTHON:-python3}" tools/generate_map.py --check
step 'link codes as generated' "${PYTHON:-python3}" tools/generate_link.py --check
step 'program of the small link as assembled' "${PYTHON:-python3}" tools/assemble_link.py --check
for cells in portable ecp5 ice40 ice40_hx; do
    for engine in "${engines[@]}"; do
        # The UltraPlus' multipliers are 16 bits wide.
        if [ $cells = ice40 ] && [[ $engine != *PORT_BITS=16* ]]; then continue; fi
        # Engines for tests may have more memory than any device.
        if [ $cells != portable ] && [[ $engine =~ SYNAPSES=[0-9]{6} ]]; then continue; fi
        if [ $cells != portable ]; then engine=${engine/-GCARRY_DEPTH=+([0-9])/}; fi
        step "verilator lint, $cells cells, $engine" lint_verilog $cells "$engine"
    done
done
for top in izh_frame_in izh_frame_out izh_uart_receive izh_uart_send izh_crossing; do
    step "verilator lint, $top" lint_verilog portable $top
done
for top in izh_core izh_core_compact izh_soc; do
    step "iverilog reads the RTL, $top" quiet "${IVERILOG:-iverilog}" -g2005 -Wall -Wno-timescale -Irtl \
        -t null -s $top "${rtl[@]}" rtl/cells/portable.v
done
step 'USB device generated twice' usb_twice "${usb[0]}"
step 'USB device with ULPI generated twice' usb_twice "${usb[1]}" --ulpi
step 'boards.toml' read_boards
for board in "${boards[@]}"; do
    read -r board size cells options <<<"$board"
    # shellcheck disable=SC2086 # the options are meant to be split
    step "verilator lint, $board $size" lint_board "$cells" $options
done
for device in "${usb[@]}"; do
    name=$(basename "$device" .v)
    step "verilator lint, $name" lint_usb "$device"
    step "iverilog reads $name" quiet "${IVERILOG:-iverilog}" -g2005 -Wall -Wno-timescale -t null -s "$name" "$device"
done
for engine in "${engines[@]}"; do
    step "yosys reads the RTL, $engine" read_yosys "$engine"
done
step 'headers stand alone' headers_stand_alone
step 'SPDX, nettype, size' files_in_form
mapfile -t c_files < <(ending .c .h .cpp)
if [ ${#c_files[@]} -gt 0 ]; then
    step 'clang-format' clang-format --dry-run -Werror "${c_files[@]}"
    mapfile -t c_files < <(ending .c)
    step 'cppcheck' cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr --language=c \
        --enable=warning,portability -j "$(nproc)" -Icsim -Icsim/usbhost -Icsim/usbip -Icsim/cosim -Idriver -Ihost "${c_files[@]}"
fi
mapfile -t scripts < <(ending .sh .ci/run)
step 'shellcheck' shellcheck "${scripts[@]}"

if [ $failures != 0 ]; then
    echo "check: $failures failed"
    exit 1
fi
