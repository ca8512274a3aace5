# usb_endpoints.py : the bulk endpoints: two packets of room each, toggles, halt
# SPDX-License-Identifier: Apache-2.0
#
# All signals are of the 12 MHz side. A transaction is answered in the clock after its packet: at
# `asked` (an IN token), at `ended` (a data packet, its CRC good). `forget` drops everything (a new
# configuration); `restart` is the end of a halt: the toggle alone.
from amaranth import Array, Cat, Elaboratable, Module, Mux, Signal
from amaranth.lib.memory import Memory
from usb_descriptors import PACKET


class Answer:
    """What an endpoint wants to say now; pulses of one clock."""

    def __init__(self):
        self.ack, self.nak, self.stall = Signal(), Signal(), Signal()
        self.send = Signal()                  # a data packet: count bytes from address
        self.count = Signal(range(PACKET + 1))
        self.address = Signal(9)
        self.toggle = Signal()


class BulkIn(Elaboratable):
    """Bytes into the host.

    A packet goes when it is full; with flush also when it is not, and behind a full packet that
    nothing follows goes an empty one, so that the host's transfer ends. Which bytes are in it is
    decided at the token, so that none waits for a packet of its own.
    """

    def __init__(self):
        self.valid, self.ready, self.data, self.flush = Signal(), Signal(), Signal(8), Signal()
        self.asked, self.acked = Signal(), Signal()
        self.halted, self.forget, self.restart = Signal(), Signal(), Signal()
        self.answer = Answer()
        self.read_address, self.read_data = Signal(9), Signal(8)

    def elaborate(self, platform):
        m = Module()
        m.submodules.memory = self.memory = Memory(shape=8, depth=2 * PACKET, init=[])
        self.full = Array(Signal(name=f"full_{i}") for i in range(2))
        self.length = Array(Signal(range(PACKET + 1), name=f"length_{i}") for i in range(2))
        # Halves of the memory. When none is full, the one to be sent is the one being filled.
        self.filling, self.sending = Signal(), Signal()
        self.fill = Signal(range(PACKET))
        self.end_due = Signal()   # the last packet was full and nothing has followed it
        self.close = Signal()     # the packet being filled goes as it is
        self._fill(m)
        self._answer(m)
        with m.If(self.forget):
            m.d.usb += [self.full[0].eq(0), self.full[1].eq(0), self.filling.eq(0),
                        self.sending.eq(0), self.fill.eq(0), self.end_due.eq(0)]
        return m

    def _fill(self, m):
        write = self.memory.write_port(domain="usb")
        full, length, filling, fill = self.full, self.length, self.filling, self.fill
        m.d.comb += [
            self.ready.eq(~full[filling] & ~self.asked & ~self.forget),
            write.en.eq(self.valid & self.ready),
            write.addr.eq(Cat(fill, filling)),
            write.data.eq(self.data),
        ]
        with m.If(write.en):
            m.d.usb += fill.eq(fill + 1)
            with m.If(fill == PACKET - 1):
                m.d.usb += [full[filling].eq(1), length[filling].eq(PACKET), filling.eq(~filling)]
        with m.If(self.close):
            m.d.usb += [full[filling].eq(1), length[filling].eq(fill), filling.eq(~filling),
                        fill.eq(0)]

    def _answer(self, m):
        read = self.memory.read_port(domain="usb")
        full, length, sending, answer = self.full, self.length, self.sending, self.answer
        sent = Signal()
        asked = self.asked & ~self.halted
        partly = self.flush & ((self.fill != 0) | self.end_due)
        m.d.comb += [
            read.addr.eq(self.read_address),
            self.read_data.eq(read.data),
            self.close.eq(asked & ~full[sending] & partly),
            answer.stall.eq(self.asked & self.halted),
            answer.send.eq(asked & (full[sending] | partly)),
            answer.nak.eq(asked & ~full[sending] & ~partly),
            answer.count.eq(Mux(self.close, self.fill, length[sending])),
            answer.address.eq(sending * PACKET),
        ]
        with m.If(answer.send):
            m.d.usb += sent.eq(1)
        with m.If(self.acked & sent):
            m.d.usb += [
                sent.eq(0),
                full[sending].eq(0),
                sending.eq(~sending),
                answer.toggle.eq(~answer.toggle),
                self.end_due.eq(length[sending] == PACKET),
            ]
        with m.If(self.restart | self.forget):
            m.d.usb += [answer.toggle.eq(0), sent.eq(0)]


class BulkOut(Elaboratable):
    """Bytes out of the host: whole packets, or NAK when neither half of the memory is free.

    Whether there is room is decided at the token: what becomes free while the packet comes does
    not count, for its first bytes would be missing.
    """

    def __init__(self):
        self.valid, self.ready, self.data = Signal(), Signal(), Signal(8)
        self.asked, self.ended, self.toggle = Signal(), Signal(), Signal()
        self.byte_valid, self.byte = Signal(), Signal(8)
        self.halted, self.forget, self.restart = Signal(), Signal(), Signal()
        self.answer = Answer()

    def elaborate(self, platform):
        m = Module()
        m.submodules.memory = self.memory = Memory(shape=8, depth=2 * PACKET, init=[])
        self.full = Array(Signal(name=f"full_{i}") for i in range(2))
        self.length = Array(Signal(range(PACKET + 1), name=f"length_{i}") for i in range(2))
        self._receive(m)
        self._hand_out(m)
        return m

    def _receive(self, m):
        write = self.memory.write_port(domain="usb")
        filling, room, too_long = Signal(), Signal(), Signal()
        expected = Signal()
        count = Signal(range(PACKET + 1))
        answer = self.answer

        answerable = self.ended & ~too_long
        wanted = answerable & ~self.halted & (self.toggle == expected)
        repeated = answerable & ~self.halted & (self.toggle != expected)
        m.d.comb += [
            write.en.eq(self.byte_valid & room & (count != PACKET)),
            write.addr.eq(Cat(count[:6], filling)),
            write.data.eq(self.byte),
            answer.stall.eq(answerable & self.halted),
            # A packet with the old toggle is here already: the host has missed the ACK.
            answer.ack.eq((wanted & room) | repeated),
            answer.nak.eq(wanted & ~room),
        ]
        with m.If(self.byte_valid):
            with m.If(count == PACKET):
                m.d.usb += too_long.eq(1)
            with m.Else():
                m.d.usb += count.eq(count + 1)
        with m.If(wanted & room):
            m.d.usb += [self.full[filling].eq(1), self.length[filling].eq(count),
                        filling.eq(~filling), expected.eq(~expected)]
        with m.If(self.asked):
            m.d.usb += [room.eq(~self.full[filling]), count.eq(0), too_long.eq(0)]
        with m.If(self.restart | self.forget):
            m.d.usb += expected.eq(0)
        with m.If(self.forget):
            m.d.usb += filling.eq(0)

    def _hand_out(self, m):
        read = self.memory.read_port(domain="usb")
        emptying = Signal()
        at = Signal(range(PACKET))
        last = at + 1 == self.length[emptying]
        m.d.comb += [read.addr.eq(Cat(at, emptying)), self.data.eq(read.data)]
        taken = self.valid & self.ready
        with m.If(taken):
            m.d.usb += [self.valid.eq(0), at.eq(at + 1)]
        with m.Elif(self.full[emptying] & (self.length[emptying] != 0)):
            m.d.usb += self.valid.eq(1)
        with m.If((taken & last) | (self.full[emptying] & (self.length[emptying] == 0))):
            m.d.usb += [self.full[emptying].eq(0), emptying.eq(~emptying), at.eq(0)]
        with m.If(self.forget):
            m.d.usb += [self.full[0].eq(0), self.full[1].eq(0), emptying.eq(0), at.eq(0),
                        self.valid.eq(0)]
