# usb_control.py : endpoint 0: the requests of chapter 9 and the Microsoft OS 2.0 set
# SPDX-License-Identifier: Apache-2.0
#
# A request is decided when its SETUP packet is whole: either it is refused, or its data stage is a
# piece of the ROM, or it has none. So every later stage can be repeated, broken off or begun anew
# without anything to undo, and a new SETUP always wins.
from amaranth import Cat, Elaboratable, Module, Mux, Signal
from amaranth.lib.memory import Memory
from usb_descriptors import (IN_ENDPOINT, MS_OS_20_INDEX, OUT_ENDPOINT, PACKET, VENDOR_CODE, Rom,
                             descriptors, ms_os_20_set)
from usb_endpoints import Answer

GET_STATUS, CLEAR_FEATURE, SET_FEATURE, SET_ADDRESS = 0, 1, 3, 5
GET_DESCRIPTOR, GET_CONFIGURATION, SET_CONFIGURATION = 6, 8, 9
GET_INTERFACE, SET_INTERFACE = 10, 11
ENDPOINT_HALT = 0


class Setup:
    """The eight bytes of a SETUP packet."""

    def __init__(self):
        self.bytes = Signal(64)
        self.kind = self.bytes[0:8]      # bmRequestType
        self.request = self.bytes[8:16]
        self.value = self.bytes[16:32]
        self.index = self.bytes[32:48]
        self.length = self.bytes[48:64]


class Control(Elaboratable):
    def __init__(self, identity):
        self.identity = identity
        self.setup_asked, self.in_asked = Signal(), Signal()
        self.ended, self.toggle, self.is_setup = Signal(), Signal(), Signal()
        self.byte_valid, self.byte = Signal(), Signal(8)
        self.acked = Signal()
        self.answer = Answer()
        self.read_address, self.read_data = Signal(9), Signal(8)

        self.address = Signal(7)
        self.configured = Signal()
        self.halted_in, self.halted_out = Signal(), Signal()
        self.forget = Signal()                         # the bulk endpoints begin anew
        self.restart_in, self.restart_out = Signal(), Signal()

    def elaborate(self, platform):
        m = Module()
        self.setup = Setup()
        # What the decoder finds for the request in self.setup.
        self.known = Signal()
        self.piece_at, self.piece_length = Signal(9), Signal(9)
        # The stage of the transfer under way; neither: refused, STALL.
        self.reading, self.status_in = Signal(), Signal()
        self.new_address, self.address_due = Signal(7), Signal()

        decided = self._take_setup(m)
        self._decode_reads(m)
        self._decode_commands(m, decided)
        self._answer(m, decided)
        return m

    def _take_setup(self, m):
        """The request has come whole: a pulse, with its bytes in self.setup."""
        count = Signal(range(16))
        with m.If(self.byte_valid & self.is_setup & (count != 15)):
            m.d.usb += [count.eq(count + 1),
                        self.setup.bytes.eq(Cat(self.setup.bytes[8:], self.byte))]
        with m.If(self.setup_asked):
            m.d.usb += count.eq(0)
        # A SETUP packet is DATA0; none may be refused.
        whole = self.ended & self.is_setup & (count == 8) & ~self.toggle
        m.d.comb += self.answer.ack.eq(whole)
        decided = Signal()
        m.d.usb += decided.eq(whole)
        return decided

    def _decode_reads(self, m):
        """Requests with an answer, each a piece of the ROM."""
        setup, rom = self.setup, Rom()

        def reply(content, when=1):
            at, length = rom.place(content)
            with m.If(when):
                m.d.comb += [self.known.eq(1), self.piece_at.eq(at), self.piece_length.eq(length)]

        to_in, to_out, to_control, interface = self._recipients()
        with m.Switch(Cat(setup.request, setup.kind)):
            with m.Case(0x8000 | GET_DESCRIPTOR):
                with m.Switch(setup.value):
                    for value, content in descriptors(self.identity).items():
                        with m.Case(value):
                            reply(content)
            with m.Case(0xC000 | VENDOR_CODE):
                reply(ms_os_20_set(), setup.index == MS_OS_20_INDEX)
            with m.Case(0x8000 | GET_STATUS):
                reply(bytes(2))
            with m.Case(0x8100 | GET_STATUS):
                reply(bytes(2), interface)
            with m.Case(0x8200 | GET_STATUS):
                reply(bytes(2), to_control | to_in | to_out)
                reply(bytes([1, 0]), (to_in & self.halted_in) | (to_out & self.halted_out))
            with m.Case(0x8000 | GET_CONFIGURATION):
                reply(bytes([0]), ~self.configured)
                reply(bytes([1]), self.configured)
            with m.Case(0x8100 | GET_INTERFACE):
                reply(bytes([0]), interface)

        m.submodules.rom = memory = Memory(shape=8, depth=len(rom.content), init=rom.content)
        read = memory.read_port(domain="usb")
        m.d.comb += [read.addr.eq(self.read_address), self.read_data.eq(read.data)]

    def _decode_commands(self, m, decided):
        """Requests that change something, none of them with data."""
        setup = self.setup

        def do(*statements, when):
            with m.If(when & (setup.length == 0)):
                m.d.comb += self.known.eq(1)
                with m.If(decided):
                    m.d.usb += statements

        begin_anew = [self.forget.eq(1), self.halted_in.eq(0), self.halted_out.eq(0)]
        to_in, to_out, to_control, interface = self._recipients()
        halt = setup.value == ENDPOINT_HALT
        sets, clears = setup.request == SET_FEATURE, setup.request == CLEAR_FEATURE
        m.d.usb += [self.forget.eq(0), self.restart_in.eq(0), self.restart_out.eq(0)]
        with m.Switch(Cat(setup.request, setup.kind)):
            with m.Case(0x0200 | CLEAR_FEATURE, 0x0200 | SET_FEATURE):
                # The end of a halt that is none is asked for as well: to have the toggle at DATA0.
                do(self.halted_in.eq(sets), self.restart_in.eq(clears), when=halt & to_in)
                do(self.halted_out.eq(sets), self.restart_out.eq(clears), when=halt & to_out)
                # Endpoint 0 is never halted.
                do(when=halt & to_control & clears)
            with m.Case(0x0000 | SET_CONFIGURATION):
                do(self.configured.eq(setup.value[0]), *begin_anew, when=setup.value[1:] == 0)
            with m.Case(0x0100 | SET_INTERFACE):
                do(*begin_anew, when=interface & (setup.value == 0))
            with m.Case(0x0000 | SET_ADDRESS):
                do(self.new_address.eq(setup.value), self.address_due.eq(1),
                   when=setup.value[7:] == 0)

    def _recipients(self):
        index = self.setup.index
        return (self.configured & (index == 0x80 | IN_ENDPOINT),
                self.configured & (index == OUT_ENDPOINT),
                (index == 0) | (index == 0x80),
                self.configured & (index == 0))

    def _answer(self, m, decided):
        answer = self.answer
        at, left = Signal(9), Signal(9)
        sent = Signal()
        m.d.comb += [
            # Behind the last byte come empty packets: the end of a piece of a multiple of 64.
            answer.count.eq(Mux(left > PACKET, PACKET, left)),
            answer.address.eq(at),
            answer.send.eq(self.in_asked & (self.reading | self.status_in)),
        ]
        with m.If(self.in_asked & ~self.reading & ~self.status_in):
            m.d.comb += answer.stall.eq(1)
        # The status stage of a read. As long as no SETUP comes it is answered again and again: the
        # host may have missed the ACK.
        with m.If(self.ended & ~self.is_setup):
            m.d.comb += [answer.ack.eq(self.reading), answer.stall.eq(~self.reading)]

        with m.If(answer.send):
            m.d.usb += sent.eq(1)
        with m.If(self.acked & sent):
            m.d.usb += [sent.eq(0), at.eq(at + answer.count), left.eq(left - answer.count),
                        answer.toggle.eq(~answer.toggle)]
            # The status stage of SET_ADDRESS still has the old address.
            with m.If(self.address_due):
                m.d.usb += [self.address.eq(self.new_address), self.address_due.eq(0)]
        with m.If(self.setup_asked):
            m.d.usb += [self.reading.eq(0), self.status_in.eq(0), sent.eq(0),
                        self.address_due.eq(0)]
        with m.If(decided):
            m.d.usb += [
                at.eq(self.piece_at),
                left.eq(0),
                answer.toggle.eq(1),
                self.reading.eq(self.known & (self.setup.length != 0) & self.setup.kind[7]),
                self.status_in.eq(self.known & (self.setup.length == 0)),
            ]
            with m.If(self.setup.length != 0):
                m.d.usb += left.eq(Mux(self.setup.length < self.piece_length, self.setup.length,
                                       self.piece_length))
