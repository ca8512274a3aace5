# usb_watch.py : bus reset and suspend: how long the line has been at SE0, and at J
# SPDX-License-Identifier: Apache-2.0
from amaranth import Signal

RESET_MICROSECONDS = 2.5
SUSPEND_MICROSECONDS = 3000


def watch_line(m, line, off_idle, off_se0, megahertz):
    """Drives line.bus_reset and line.suspended. off_idle, off_se0: the line is not at J, at SE0;
    megahertz: of the domain usb."""
    suspend_cycles = SUSPEND_MICROSECONDS * megahertz
    reset_cycles = int(RESET_MICROSECONDS * megahertz)
    quiet = Signal(range(suspend_cycles + 1))
    se0 = Signal(range(reset_cycles + 1))
    m.d.comb += [
        line.suspended.eq(quiet == suspend_cycles),
        line.bus_reset.eq(se0 == reset_cycles),
    ]
    with m.If(off_idle):
        m.d.usb += quiet.eq(0)
    with m.Elif(~line.suspended):
        m.d.usb += quiet.eq(quiet + 1)
    with m.If(off_se0):
        m.d.usb += se0.eq(0)
    with m.Elif(~line.bus_reset):
        m.d.usb += se0.eq(se0 + 1)
