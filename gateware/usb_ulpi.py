# usb_ulpi.py : the line behind a ULPI transceiver: LUNA's translator, and patience
# SPDX-License-Identifier: Apache-2.0
#
# The transceiver stays at full speed: no chirp, so that no host asks for high speed. Its clock,
# 60 MHz, comes from the FPGA and is the device's own.
from types import SimpleNamespace

from amaranth import Elaboratable, Module, Signal
from luna.gateware.interface.ulpi import UTMITranslator
from usb_watch import watch_line

MEGAHERTZ = 60
# ULPI 1.1, full speed: a packet is answered 7 to 18 clocks after J has been told behind its SE0.
# Two of them are in the translator's registers.
PATIENCE = 8

SE0, J = 0b00, 0b01
FULL_SPEED = 0b01
# USB334x: D+ and D- exchanged.
SWAP_REGISTER, SWAPPED = 0x39, 0b110


class UlpiLine(Elaboratable):
    """What Line is to the packet blocks; vbus is what the transceiver says."""

    def __init__(self):
        self.data_i, self.data_o, self.data_oe = Signal(8), Signal(8), Signal()
        self.dir_i, self.nxt_i, self.stp_o, self.rst_o = Signal(), Signal(), Signal(), Signal()

        self.rx_data, self.rx_valid, self.rx_active = Signal(8), Signal(), Signal()
        self.rx_bad = Signal()
        self.tx_data, self.tx_valid, self.tx_ready = Signal(8), Signal(), Signal()

        self.bus_reset, self.suspended, self.vbus = Signal(), Signal(), Signal()

    def elaborate(self, platform):
        m = Module()
        bus = SimpleNamespace(
            data=SimpleNamespace(i=self.data_i, o=self.data_o, oe=self.data_oe),
            dir=SimpleNamespace(i=self.dir_i), nxt=SimpleNamespace(i=self.nxt_i),
            stp=SimpleNamespace(o=self.stp_o), rst=SimpleNamespace(o=self.rst_o))
        m.submodules.translator = utmi = UTMITranslator(
            ulpi=bus, use_platform_registers=False, handle_clocking=False)
        utmi.add_extra_register(SWAP_REGISTER, SWAPPED)
        m.d.comb += [
            self.vbus.eq(~utmi.session_end),
            # The pull-up on D+: termination at full speed.
            utmi.xcvr_select.eq(FULL_SPEED),
            utmi.term_select.eq(self.vbus),
            self.rx_data.eq(utmi.rx_data),
            self.rx_valid.eq(utmi.rx_valid),
            self.rx_active.eq(utmi.rx_active),
            utmi.tx_data.eq(self.tx_data),
            self.tx_ready.eq(utmi.tx_ready),
        ]
        self._watch_errors(m, utmi)
        self._wait(m, utmi)
        watch_line(m, self, utmi.line_state != J, utmi.line_state != SE0, MEGAHERTZ)
        return m

    def _watch_errors(self, m, utmi):
        active = Signal()
        m.d.usb += active.eq(utmi.rx_active)
        with m.If(utmi.rx_active & utmi.rx_error):
            m.d.usb += self.rx_bad.eq(1)
        with m.Elif(utmi.rx_active & ~active):
            m.d.usb += self.rx_bad.eq(0)

    def _wait(self, m, utmi):
        """No packet before its time; so the line is at J while the device speaks, as last told."""
        waited = Signal(range(PATIENCE + 1))
        due = waited == PATIENCE
        m.d.comb += utmi.tx_valid.eq(self.tx_valid & due)
        with m.If(utmi.rx_active | (utmi.line_state != J)):
            m.d.usb += waited.eq(0)
        with m.Elif(~due):
            m.d.usb += waited.eq(waited + 1)
