#!/usr/bin/env bash
# real_kernel.sh : the izh command under a real Linux kernel, the simulated board plugged in
# SPDX-License-Identifier: Apache-2.0
#
# usage: tools/real_kernel.sh [--pins] [--quick] [--ticks N]     after `make build`; make test-long
#
# Boots Debian's kernel in QEMU (no KVM) with the very build/izh of this tree, and attaches the board
# that `izh board --usbip` serves here: list, info, verify, the patterns of 2004, two networks run,
# unplugged in mid-stream, plugged in again. docs/real-kernel.md says what that shows. Prints a table;
# exit code 1 when a step went wrong. The kernel is downloaded once, into build/long; the log is there.
# --pins: through D+ and D-; --quick: without net.json and its million synapses; --ticks: of verify.
set -euo pipefail
cd "$(dirname "$0")/.."

ticks=50 pins='' nets='cpg net'
while [ $# -gt 0 ]; do
    case $1 in
    --pins) pins=--pins ;;
    --quick) nets=cpg ;;
    --ticks)
        ticks=$2
        shift
        ;;
    *)
        echo "usage: tools/real_kernel.sh [--pins] [--quick] [--ticks N]" >&2
        exit 2
        ;;
    esac
    shift
done

core=s20x2
work=$PWD/build/long
izh=$work/izh
limit_s=3000
mkdir -p "$work"

die() {
    echo "real_kernel: $*" >&2
    exit 1
}

# ---- The guest ------------------------------------------------------------------------------------

# The packages are unpacked, never installed.
fetch_kernel() {
    kernel=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -1)
    [ -n "$kernel" ] || die "apt knows no linux-image-amd64: is this Debian, with 'apt-get update' done?"
    version=${kernel#linux-image-}
    [ ! -e "$work/$version/vmlinux" ] || return 0
    echo "real_kernel: downloading $kernel, usbip and udev"
    rm -rf "${work:?}/$version"
    mkdir -p "$work/$version"
    (
        cd "$work/$version"
        apt-get -qq download "$kernel" usbip udev 2>/dev/null
        mkdir kernel tools
        dpkg-deb -x "$kernel"_*.deb kernel
        dpkg-deb -x usbip_*.deb tools
        dpkg-deb -x udev_*.deb tools
        ls ./*.deb >packages
        rm ./*.deb
        depmod -b kernel "$version"
        unpack_kernel "kernel/boot/vmlinuz-$version" vmlinux.new
        mv vmlinux.new vmlinux
    )
}

# QEMU starts the uncompressed kernel in half the time.
unpack_kernel() { # FROM TO
    python3 - "$1" "$2" <<'P'
import lzma
import sys
content = open(sys.argv[1], "rb").read()
xz = content.index(b"\xfd7zXZ\0")
open(sys.argv[2], "wb").write(lzma.LZMADecompressor().decompress(content[xz:]))
P
}

# A program and every library that it is linked with.
add_program() { # FILE
    cp "$1" "$root/bin/"
    ldd "$1" | grep -o '/[^ ]*\.so[^ ]*' | while read -r library; do
        mkdir -p "$root$(dirname "$library")"
        cp -nL "$library" "$root$library"
    done
}

add_modules() {
    local module file
    for module in vhci-hcd virtio_pci virtio_net; do
        modprobe -d "$work/$version/kernel" -S "$version" --show-depends "$module"
    done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r file; do
        cp "$file" "$root/mod/"
        basename "$file" >>"$root/mod/order"
    done
}

make_initramfs() {
    root=$work/root
    rm -rf "$root"
    mkdir -p "$root"/{bin,dev,proc,sys,run,tmp,var,mod,net,etc/udev,lib/udev/rules.d}
    ln -s /run "$root/var/run"
    : >"$root/etc/passwd"
    cp "$(command -v busybox)" "$root/bin/busybox"
    local applet
    for applet in sh mount insmod ip sleep poweroff cat dmesg grep sed wc; do
        ln -s busybox "$root/bin/$applet"
    done
    add_modules
    add_program "$work/$version/tools/usr/sbin/usbip"
    add_program "$work/$version/tools/bin/udevadm"
    add_program "$izh"
    strip "$root/bin/izh"
    ln -s udevadm "$root/bin/systemd-udevd"
    cp examples/cpg.json examples/net.json "$root/net/"
    install -m755 tools/real_kernel_init.sh "$root/init"
    (cd "$root" && find . -print0 | LC_ALL=C sort -z | cpio --null -o -H newc --quiet -R 0:0) |
        gzip -1 >"$work/initramfs.gz"
}

# ---- The board ------------------------------------------------------------------------------------

board='' qemu=''
plug() { # PORT; sets port
    rm -f "$work/port"
    "$izh" board --usbip "$1" --core $core $pins >"$work/port" 2>>"$work/board.log" </dev/null &
    board=$!
    local count=0
    until [ -s "$work/port" ]; do
        sleep 0.1
        count=$((count + 1))
        [ $count -lt 100 ] || die "izh board does not come up: $(cat "$work/board.log")"
    done
    port=$(cat "$work/port")
}

# No good-bye: as a cable that is pulled.
unplug() {
    kill -KILL "$board"
    wait "$board" 2>/dev/null || true
    board=
}

finish() {
    [ -z "$board" ] || kill -KILL "$board" 2>/dev/null || true
    [ -z "$qemu" ] || kill -KILL "$qemu" 2>/dev/null || true
}
trap finish EXIT

# ---- Boot and follow ------------------------------------------------------------------------------

boot() {
    qemu-system-x86_64 -M pc -accel tcg -cpu max -smp 1 -m 768 -nodefaults -no-user-config \
        -display none -monitor none -no-reboot -serial stdio \
        -netdev user,id=n0 -device virtio-net-pci,netdev=n0,romfile= \
        -kernel "$work/$version/vmlinux" -initrd "$work/initramfs.gz" \
        -append "console=ttyS0 quiet panic=-1 port=$port ticks=$ticks nets=${nets// /,}" </dev/null >"$work/log" 2>&1 &
    qemu=$!
}

# Waits until the guest says that it wants this, and not longer than the limit.
wait_for() { # WORD
    until grep -q "^WANT $1" "$work/log"; do
        kill -0 "$qemu" 2>/dev/null || die "the guest ended before 'WANT $1'; its log is $work/log"
        [ $SECONDS -lt $limit_s ] || die "no 'WANT $1' in $limit_s s; the guest's log is $work/log"
        sleep 0.2
    done
}

# ---- Judge ----------------------------------------------------------------------------------------

failures=0
fail() {
    failures=$((failures + 1))
    echo "FAILED $*"
}

expect_code() { # NAME CODE
    local got
    got=$(sed -n "s/^RESULT $1 \([0-9]*\) .*/\1/p" "$work/log")
    [ "$got" = "$2" ] || fail "$1: exit code '${got:-none}', not $2"
}

expect_checksum() { # NAME NETWORK
    local of_model of_board
    of_model=$(checksum "$2")
    of_board=$(sed -n "s/^CHECKSUM $1 .*\"\([0-9a-f]*\)\".*/\1/p" "$work/log")
    echo "spikes of $1: board $of_board, model $of_model"
    [ "$of_model" = "$of_board" ] || fail "the spikes of $1 differ"
}

checksum() { # NETWORK
    "$izh" run "examples/$1.json" --on model: --quiet --no-figure --out "$work/$1-model" >/dev/null
    sed -n 's/.*"spike_checksum":[^"]*"\([0-9a-f]*\)".*/\1/p' "$work/$1-model/run.json"
}

judge() {
    local name
    for name in attach open list info verify-cpg patterns gone attach-again open-again verify-again \
        run-again; do
        expect_code $name 0
    done
    for name in $nets; do
        expect_code "run-$name" 0
        expect_checksum "$name" "$name"
    done
    expect_code unplug 7
    expect_code without 7
    [ "$(grep -c '^SAID ' "$work/log")" = 1 ] || fail "unplug: not one line on the standard error"
    grep -q '^usb:0001 ' "$work/log" || fail "izh list does not show the board"
    ! grep -E '^FAIL|^DMESG.*(BUG|WARN|Call Trace)' "$work/log" || fail "the guest complains"
    expect_checksum cpg-again cpg
}

report() {
    echo "kernel $version, $(qemu-system-x86_64 --version | head -1), board $core${pins:+, D+ and D-}"
    awk '$1 == "RESULT" { printf "%-14s exit code %d %8.2f s\n", $2, $3, $4 / 100 }' "$work/log"
    sed -n 's/^SAID /unplugged: /p; s/^model: and usb: /patterns: /p' "$work/log"
}

[ -x build/izh ] || die "no build/izh: run make build"
cp build/izh "$izh" # whoever builds meanwhile changes nothing here
fetch_kernel
make_initramfs
: >"$work/board.log"
plug 0
boot
wait_for unplug
unplug
wait_for plug
plug "$port"
wait_for end
wait "$qemu" || fail "QEMU ended with code $?"
qemu=
tr -d '\r' <"$work/log" >"$work/log.text"
mv "$work/log.text" "$work/log"
report
judge
[ $failures = 0 ] || die "$failures failed; the guest's log is $work/log, the board's $work/board.log"
echo "real_kernel: all steps as they should be"
