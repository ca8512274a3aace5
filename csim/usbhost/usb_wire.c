// usb_wire.c: D+ and D- of a full-speed port, sampled at 48 MHz: bits, edges, packets
// SPDX-License-Identifier: Apache-2.0
#include "usb_wire.h"

#include <math.h>
#include <string.h>

enum {
    MOST_BYTES = IZH_USBPACKET_BYTES + 3, // somewhat too long can be sent as well
    MOST_BITS = 8 + MOST_BYTES * 8 * 7 / 6 + 8,
    BIT = IZH_USBWIRE_CLOCKS_PER_BIT,
    ONES = 6, // behind so many comes a stuffed 0
};

static const double clocks_per_ns = 0.048;

const struct izh_usbwire_settings izh_usbwire_plain = {
    .gap_bits = 3, .timeout_bits = 18, .seed = 1};

// xorshift64: 0 <= value < 1.
static double draw(struct izh_usbwire *wire)
{
    wire->random ^= wire->random << 13;
    wire->random ^= wire->random >> 7;
    wire->random ^= wire->random << 17;
    return (double)(wire->random >> 11) / 9007199254740992.0;
}

void izh_usbwire_init(struct izh_usbwire *wire, const struct izh_usbwire_port *port,
                      const struct izh_usbwire_settings *settings)
{
    *wire = (struct izh_usbwire){.port = *port, .settings = *settings};
    wire->random = settings->seed ? settings->seed : 1;
    wire->shortest = INFINITY;
    // A small seed needs some rounds before it looks random.
    for (int i = 0; i < 20; i++)
        wire->origin = draw(wire) * BIT;
}

static double bit_clocks(const struct izh_usbwire *wire)
{
    return BIT / (1 + wire->settings.ppm * 1e-6);
}

static void clock_driven(struct izh_usbwire *wire, bool dp, bool dn)
{
    wire->contentions += wire->drive.oe;
    wire->drive = wire->port.clock(wire->port.device, dp, dn);
    wire->now++;
}

static void clock_released(struct izh_usbwire *wire)
{
    struct izh_usbwire_drive drive = wire->drive;
    bool dp = drive.oe ? drive.dp : drive.pullup;
    wire->drive = wire->port.clock(wire->port.device, dp, drive.oe && drive.dn);
    wire->now++;
}

void izh_usbwire_hold(struct izh_usbwire *wire, enum izh_usbwire_state state, uint64_t clocks)
{
    for (uint64_t end = wire->now + clocks; wire->now < end;) {
        if (state == IZH_USBWIRE_RELEASED)
            clock_released(wire);
        else
            clock_driven(wire, state == IZH_USBWIRE_J, state == IZH_USBWIRE_K);
    }
}

// --- sending -------------------------------------------------------------------------------------

// The states of the line, bit after bit, and how early or late each begins.
struct states {
    int count;
    int ones;
    bool spoil_stuffing;
    enum izh_usbwire_state state[MOST_BITS];
    double jitter[MOST_BITS + 1]; // clocks
};

static void append(struct states *states, enum izh_usbwire_state state)
{
    states->state[states->count++] = state;
}

static void append_bit(struct states *states, bool bit)
{
    enum izh_usbwire_state last = states->count ? states->state[states->count - 1] : IZH_USBWIRE_J;
    enum izh_usbwire_state other = last == IZH_USBWIRE_J ? IZH_USBWIRE_K : IZH_USBWIRE_J;
    append(states, bit ? last : other);
    states->ones = bit ? states->ones + 1 : 0;
}

static void append_stuffed(struct states *states, bool bit)
{
    append_bit(states, bit);
    if (states->ones < ONES)
        return;
    append_bit(states, states->spoil_stuffing);
    states->ones = 0;
    states->spoil_stuffing = false;
}

static void encode(struct states *states, const uint8_t *bytes, size_t length,
                   enum izh_usbwire_fault fault, bool dribble)
{
    size_t bits = fault == IZH_USBWIRE_CUT ? length * 4 + 1 : length * 8;
    size_t spoiled = fault == IZH_USBWIRE_BAD_CRC ? bits - 1 : bits;
    *states = (struct states){.spoil_stuffing = fault == IZH_USBWIRE_BAD_STUFF};
    for (int i = 0; i < 8; i++)
        append_bit(states, i == 7);
    for (size_t i = 0; i < bits; i++)
        append_stuffed(states, (bytes[i / 8] >> i % 8 & 1) ^ (i == spoiled));
    if (dribble)
        append(states, states->state[states->count - 1]);
    append(states, IZH_USBWIRE_SE0);
    append(states, IZH_USBWIRE_SE0);
    append(states, IZH_USBWIRE_J);
}

// The state at a time since the packet's start, clocks; the edge next to it decides.
static enum izh_usbwire_state state_at(const struct states *states, double time, double bit)
{
    int edge = (int)floor(time / bit + 0.5);
    if (edge < 0 || (edge == 0 && time < states->jitter[0]))
        return IZH_USBWIRE_J;
    if (edge > states->count)
        edge = states->count;
    if (time < edge * bit + states->jitter[edge])
        edge--;
    return edge < states->count ? states->state[edge] : IZH_USBWIRE_J;
}

// The host's bits begin where its own clock wants it, not where the device's does.
static double next_edge(const struct izh_usbwire *wire, double earliest)
{
    double bit = bit_clocks(wire), from = fmax(earliest, (double)wire->now) - wire->origin;
    return wire->origin + ceil(from / bit) * bit;
}

void izh_usbwire_send(struct izh_usbwire *wire, const uint8_t *bytes, size_t length,
                      enum izh_usbwire_fault fault)
{
    struct states states;
    double bit = bit_clocks(wire), skew = wire->settings.skew_ns * clocks_per_ns;
    encode(&states, bytes, length < MOST_BYTES ? length : MOST_BYTES, fault,
           wire->settings.dribble);
    for (int i = 0; i <= states.count; i++)
        states.jitter[i] = wire->settings.jitter_ns * clocks_per_ns * (2 * draw(wire) - 1);

    double start = next_edge(wire, wire->packet_end + wire->settings.gap_bits * bit);
    while ((double)wire->now < floor(start))
        clock_released(wire);
    while ((double)wire->now < start + states.count * bit) {
        double time = (double)wire->now - start;
        clock_driven(wire, state_at(&states, time, bit) == IZH_USBWIRE_J,
                     state_at(&states, time - skew, bit) == IZH_USBWIRE_K);
    }
    wire->packet_end = start + (states.count - 1) * bit;
}

// --- receiving -----------------------------------------------------------------------------------

struct receiver {
    enum izh_usbwire_state line, last_bit;
    int phase; // clocks since the line changed
    int sync;  // zeros of SYNC; -1 when it is over
    int ones;
    int bits;
    bool broken;
    struct izh_usbwire_packet *packet;
};

static enum izh_usbwire_state driven_state(struct izh_usbwire_drive drive)
{
    if (drive.dp == drive.dn)
        return IZH_USBWIRE_SE0; // SE1 ends in a wrong EOP
    return drive.dp ? IZH_USBWIRE_J : IZH_USBWIRE_K;
}

static void take_data_bit(struct receiver *receiver, bool bit)
{
    struct izh_usbwire_packet *packet = receiver->packet;
    if (receiver->ones == ONES) {
        receiver->broken |= bit;
        receiver->ones = 0;
        return;
    }
    receiver->ones = bit ? receiver->ones + 1 : 0;
    size_t at = (size_t)receiver->bits / 8;
    if (at == sizeof packet->bytes) {
        receiver->broken = true;
        return;
    }
    packet->bytes[at] = (uint8_t)(packet->bytes[at] | bit << receiver->bits % 8);
    receiver->bits++;
}

static void take_bit(struct receiver *receiver, bool bit)
{
    if (receiver->sync < 0) {
        take_data_bit(receiver, bit);
    } else if (bit) {
        receiver->broken |= receiver->sync != 7;
        receiver->sync = -1;
        receiver->ones = 1;
    } else {
        receiver->sync++;
    }
}

// One clock of the line; a bit is taken in its second clock.
static void take_clock(struct receiver *receiver, enum izh_usbwire_state line)
{
    receiver->phase = line == receiver->line ? receiver->phase + 1 : 0;
    receiver->line = line;
    if (receiver->phase % BIT != 1 || line == IZH_USBWIRE_SE0)
        return;
    take_bit(receiver, line == receiver->last_bit);
    receiver->last_bit = line;
}

static bool wait_for_start(struct izh_usbwire *wire)
{
    double limit = wire->packet_end + wire->settings.timeout_bits * bit_clocks(wire);
    while (!(wire->drive.oe && driven_state(wire->drive) == IZH_USBWIRE_K)) {
        if ((double)wire->now > limit)
            return false;
        clock_released(wire);
    }
    wire->turnaround = (double)(wire->now - 1) - wire->packet_end;
    wire->shortest = fmin(wire->shortest, wire->turnaround);
    wire->longest = fmax(wire->longest, wire->turnaround);
    return true;
}

// SE0 for two bits, J for one, then the line is free.
static bool take_end(struct izh_usbwire *wire)
{
    uint64_t start = wire->now;
    while (wire->drive.oe && driven_state(wire->drive) == IZH_USBWIRE_SE0 &&
           wire->now - start < 4 * BIT)
        clock_released(wire);
    bool good = wire->now - start == 2 * BIT && driven_state(wire->drive) == IZH_USBWIRE_J;
    wire->packet_end = (double)(wire->now - 1);
    start = wire->now;
    while (wire->drive.oe && wire->now - start < 4 * BIT)
        clock_released(wire);
    return good && wire->now - start == BIT;
}

enum izh_usbwire_result izh_usbwire_receive(struct izh_usbwire *wire,
                                            struct izh_usbwire_packet *packet)
{
    struct receiver receiver = {.line = IZH_USBWIRE_J, .last_bit = IZH_USBWIRE_J, .packet = packet};
    memset(packet, 0, sizeof *packet);
    if (!wait_for_start(wire))
        return IZH_USBWIRE_TIMEOUT;
    uint64_t limit = wire->now + (uint64_t)MOST_BITS * BIT;
    while (wire->drive.oe && driven_state(wire->drive) != IZH_USBWIRE_SE0 && wire->now < limit) {
        take_clock(&receiver, driven_state(wire->drive));
        clock_released(wire);
    }
    bool ended = take_end(wire);
    packet->length = (size_t)receiver.bits / 8;
    bool whole =
        ended && !receiver.broken && receiver.sync < 0 && receiver.bits && receiver.bits % 8 == 0;
    return whole ? IZH_USBWIRE_OK : IZH_USBWIRE_BROKEN;
}
