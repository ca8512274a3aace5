# usb_line.py : D+ and D-: LUNA's bit-level blocks in one 48 MHz clock
# SPDX-License-Identifier: Apache-2.0
#
# LUNA joins these blocks with clock-crossing FIFOs between 48 and 12 MHz and without use of the
# bit-stuffing error. Here the 12 MHz side is every fourth clock, so that a register is enough: the
# device answers three bit times sooner.
from amaranth import Elaboratable, Module, Mux, ResetInserter, Signal
from luna.gateware.interface.gateware_phy.receiver import (
    RxBitstuffRemover, RxClockDataRecovery, RxNRZIDecoder, RxPacketDetect, RxShifter)
from luna.gateware.interface.gateware_phy.transmitter import TxPipeline
from usb_watch import watch_line

MEGAHERTZ = 12  # of the domain usb


class Held(Elaboratable):
    """A pulse of one 48 MHz clock, kept until the 12 MHz side has seen it."""

    def __init__(self, enable):
        self.enable = enable
        self.i = Signal()
        self.o = Signal()

    def elaborate(self, platform):
        m = Module()
        kept = Signal()
        m.d.comb += self.o.eq(self.i | kept)
        m.d.usb_io += kept.eq(self.o & ~self.enable)
        return m


class Line(Elaboratable):
    """The transceiver as LUNA's packet blocks want it: rx_* and tx_* as in UTMI, 12 MHz.

    rx_bad: the packet that ended last, or is coming in, broke the rule of bit stuffing.
    """

    def __init__(self, enable):
        self.enable = enable

        self.dp_i, self.dn_i = Signal(init=1), Signal()
        self.dp_o, self.dn_o, self.oe_o = Signal(), Signal(), Signal()

        self.rx_data, self.rx_valid, self.rx_active = Signal(8), Signal(), Signal()
        self.rx_bad = Signal()
        self.tx_data, self.tx_valid, self.tx_ready = Signal(8), Signal(), Signal()

        self.bus_reset, self.suspended = Signal(), Signal()

    def elaborate(self, platform):
        m = Module()
        m.submodules.recovery = recovery = RxClockDataRecovery(self.dp_i, self.dn_i)
        self._transmit(m)
        self._receive(m, recovery)
        # LUNA's names are the wrong way round: its K is D+ high, and so the idle line.
        watch_line(m, self, ~recovery.line_state_dk, ~recovery.line_state_se0, MEGAHERTZ)
        return m

    def _transmit(self, m):
        m.submodules.transmitter = tx = TxPipeline()
        m.d.comb += [
            # The bit is three clocks on its way from the 12 MHz side: this phase takes it at once.
            tx.i_bit_strobe.eq(self.enable),
            tx.i_data_payload.eq(self.tx_data),
            tx.i_oe.eq(self.tx_valid),
            self.tx_ready.eq(tx.o_data_strobe),
            self.dp_o.eq(tx.o_usbp),
            self.dn_o.eq(tx.o_usbn),
            self.oe_o.eq(tx.o_oe),
        ]

    def _receive(self, m, recovery):
        m.submodules.nrzi = nrzi = RxNRZIDecoder()
        # Deaf while the device itself speaks.
        m.submodules.detect = detect = ResetInserter({"usb_io": self.oe_o})(RxPacketDetect())
        m.submodules.bitstuff = bitstuff = RxBitstuffRemover()
        m.submodules.shifter = shifter = RxShifter(width=8)
        m.submodules.held_start = start = Held(self.enable)
        m.submodules.held_end = end = Held(self.enable)
        m.submodules.held_byte = byte = Held(self.enable)

        active = Signal()
        kept_byte = Signal(8)
        m.d.usb_io += active.eq(detect.o_pkt_active)
        m.d.comb += [
            nrzi.i_valid.eq(recovery.line_state_valid),
            nrzi.i_dj.eq(recovery.line_state_dj),
            nrzi.i_dk.eq(recovery.line_state_dk),
            nrzi.i_se0.eq(recovery.line_state_se0),
            detect.i_valid.eq(nrzi.o_valid),
            detect.i_se0.eq(nrzi.o_se0),
            detect.i_data.eq(nrzi.o_data),
            bitstuff.i_valid.eq(nrzi.o_valid),
            bitstuff.i_data.eq(nrzi.o_data),
            shifter.reset.eq(detect.o_pkt_end),
            shifter.i_data.eq(bitstuff.o_data),
            shifter.i_valid.eq(~bitstuff.o_stall & active),
            start.i.eq(detect.o_pkt_start),
            end.i.eq(detect.o_pkt_end),
            byte.i.eq(shifter.o_put),
            self.rx_data.eq(Mux(byte.i, shifter.o_data[::-1], kept_byte)),
            self.rx_valid.eq(byte.o & self.rx_active),
        ]
        with m.If(byte.i):
            m.d.usb_io += kept_byte.eq(self.rx_data)
        with m.If(detect.o_pkt_start):
            m.d.usb_io += self.rx_bad.eq(0)
        with m.Elif(bitstuff.o_error & active):
            m.d.usb_io += self.rx_bad.eq(1)
        with m.If(start.o):
            m.d.usb += self.rx_active.eq(1)
        with m.Elif(end.o):
            m.d.usb += self.rx_active.eq(0)
