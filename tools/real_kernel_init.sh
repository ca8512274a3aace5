#!/bin/sh
# real_kernel_init.sh : the first program of the guest of tools/real_kernel.sh
# SPDX-License-Identifier: Apache-2.0
#
# Says what it does on the serial console: "RESULT NAME CODE CENTISECONDS" for each step, and "WANT
# WORD" when the other side is to pull or put the plug.
export PATH=/bin HOME=/tmp
mount -t proc p /proc
mount -t sysfs s /sys
mount -t devtmpfs d /dev
while read -r module; do insmod "/mod/$module" || echo "FAIL insmod $module"; done </mod/order
systemd-udevd --daemon && udevadm control --ping
ip link set lo up
ip addr add 10.0.2.15/24 dev eth0
ip link set eth0 up
line=$(cat /proc/cmdline)
word() { echo "$line" | sed -n "s/.*$1=\([^ ]*\).*/\1/p"; }
port=$(word port)
ticks=$(word ticks)
nets=$(word nets | sed 's/,/ /g')

here() { grep -q 1209 /sys/bus/usb/devices/*/idVendor 2>/dev/null; }
centiseconds() { sed 's/ .*//; s/\.//' /proc/uptime; }

# Whoever has lost the board plugs it in again; the kernel takes a moment to see it.
(while :; do
    here || usbip --tcp-port "$port" attach -r 10.0.2.2 -b 1-1 2>/tmp/attach
    sleep 1
done) &

# step NAME COMMAND...
step() {
    name=$1
    shift
    echo "== $*"
    start=$(centiseconds)
    "$@" </dev/null
    code=$?
    echo "RESULT $name $code $(($(centiseconds) - start))"
}

wait_for() {
    count=0
    until "$@"; do
        sleep 0.1
        count=$((count + 1))
        [ $count -lt 600 ] || return 1
    done
}

gone() { ! here; }

open() { izh info --on usb: >/tmp/info 2>&1; }

# A run whose board is taken away: it is streaming when its first spikes are in the file.
streaming() { [ "$(cat /tmp/unplugged/spikes.csv* 2>/dev/null | wc -l)" -gt 100 ]; }
unplugged_run() {
    izh run cpg.json --on usb: --ticks 1000000 --quiet --no-figure --out /tmp/unplugged 2>/tmp/said &
    run=$!
    wait_for streaming || echo "FAIL no stream"
    echo "WANT unplug"
    wait $run
    code=$?
    sed 's/^/SAID /' /tmp/said
    return $code
}

cd /net || exit
step attach wait_for here
here || {
    sed 's/^/FAIL attach: /' /tmp/attach
    poweroff -f
}
step open wait_for open
step list izh list
step info izh info --on usb:
step verify-cpg izh verify cpg.json --on usb: --ticks "$ticks" --quiet
step patterns izh patterns 2004 --on model:,usb:
for net in $nets; do
    step "run-$net" izh run "$net.json" --on usb: --quiet --no-figure --out "/tmp/$net"
    grep spike_checksum "/tmp/$net/run.json" | sed "s/^/CHECKSUM $net /"
done
step unplug unplugged_run
step gone wait_for gone
step without izh info --on usb:
echo "WANT plug"
step attach-again wait_for here
step open-again wait_for open
step verify-again izh verify cpg.json --on usb: --ticks "$ticks" --quiet
step run-again izh run cpg.json --on usb: --quiet --no-figure --out /tmp/again
grep spike_checksum /tmp/again/run.json | sed 's/^/CHECKSUM cpg-again /'
dmesg | grep -E 'usb 1-1|BUG|WARN|Call Trace' | sed 's/^/DMESG /'
echo "WANT end"
poweroff -f
