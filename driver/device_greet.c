// device_greet.c: a session with a device begins: HELLO, and what answers
// SPDX-License-Identifier: Apache-2.0
#include "device_internal.h"

#include "izh_map.h"
#include "link_codes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    GREETING_RETRIES = 8,  // times that HELLO is said
    GREETING_US = 1000000, // or as long as this, if that is longer
};

static uint32_t draw_nonce(const struct izh_device *d)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t z = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
    z ^= (uint64_t)getpid() << 40 ^ (uint64_t)(uintptr_t)d << 8;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9; // SplitMix64: every bit counts in every other
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (uint32_t)(z >> 32);
}

static enum izh_status no_welcome(struct izh_device *d)
{
    if (d->session.heard)
        return izh_device_say(d, IZH_NOT_IZH, "%s:%s: something answers, but no izh engine",
                              d->info.scheme, d->info.address);
    return izh_device_say(d, IZH_TIMEOUT, "%s:%s: nothing answers; is the gateware loaded?",
                          d->info.scheme, d->info.address);
}

static enum izh_status say_hello(struct izh_device *d)
{
    uint64_t patience = GREETING_RETRIES * d->session.retry_us;
    izh_session_begin(&d->session, draw_nonce(d), izh_device_now(d));
    d->out_first = d->out_end = 0;
    uint64_t until = d->now_us + (patience > GREETING_US ? patience : GREETING_US);
    while (d->session.phase == IZH_SESSION_GREETING) {
        enum izh_status status = izh_device_pump(d, until);
        if (status)
            return status;
        if (d->session.phase == IZH_SESSION_GREETING && izh_device_now(d) >= until)
            return no_welcome(d);
    }
    return IZH_OK;
}

static enum izh_status read_register(struct izh_device *d, uint32_t number, uint32_t *word)
{
    return izh_device_read_locked(d, IZH_ADDRESS(IZH_REGION_REGISTER, 0, number), word, 1);
}

static enum izh_status read_link(struct izh_device *d, uint32_t field, uint32_t *word)
{
    return izh_device_read_locked(d, IZH_ADDRESS(IZH_REGION_LINK, field, 0), word, 1);
}

static enum izh_status read_magic(struct izh_device *d)
{
    uint32_t magic = 0;
    enum izh_status status = read_register(d, IZH_REG_MAGIC, &magic);
    if (status && status != IZH_REFUSED)
        return status;
    if (!status && magic == IZH_MAGIC)
        return IZH_OK;
    bool other = !status && magic >> 8 == IZH_MAGIC >> 8;
    return izh_device_say(d, other ? IZH_OTHER_VERSION : IZH_NOT_IZH,
                          other ? "%s:%s: an engine of another contract, MAGIC %08lx"
                                : "%s:%s: no izh engine, MAGIC %08lx",
                          d->info.scheme, d->info.address, (unsigned long)magic);
}

static enum izh_status read_synapses(struct izh_device *d, struct izh_device_info *i)
{
    uint32_t ring = 0, format = 0;
    enum izh_status status = read_register(d, IZH_REG_SYNAPSE_CAPACITY, &i->synapses);
    if (status || !i->synapses)
        return status;
    status = read_register(d, IZH_REG_RING, &ring);
    if (!status)
        status = read_register(d, IZH_REG_SYNAPSE_FORMAT, &format);
    i->ring_slots = ring & 0xffff;
    i->ring_parts = ring >> 16;
    i->target_bits = (uint8_t)format;
    i->weight_bits = (uint8_t)(format >> 8);
    i->delta_bits = (uint8_t)(format >> 16);
    i->accumulator_bits = (uint8_t)(format >> 24);
    return status;
}

static enum izh_status read_board(struct izh_device *d, struct izh_device_info *i)
{
    static const char *const names[] = IZH_BOARD_NAMES;
    enum izh_status status = read_link(d, IZH_FIELD_LINK_BUILD, &i->build);
    if (!status)
        status = read_link(d, IZH_FIELD_LINK_BOARD, &i->board_number);
    if (!status)
        status = read_link(d, IZH_FIELD_LINK_CLOCK, &i->clock_hz);
    bool known = i->board_number < sizeof names / sizeof *names;
    snprintf(i->board, sizeof i->board, "%s", known ? names[i->board_number] : "unknown");
    return status;
}

static bool is_power(uint32_t n, uint32_t least, uint32_t most)
{
    return n >= least && n <= most && !(n & (n - 1));
}

static bool widths_make_sense(int x, int w, int port)
{
    return port >= 13 && port <= 27 && x >= port && x <= 28 && w >= 16 && w <= 30 && w > port &&
           w <= x + 9 && 2 * port >= x + 13 && 2 * port >= w + 7;
}

static bool sizes_make_sense(const struct izh_device_info *i)
{
    return is_power(i->lanes, 1, 16) && i->neurons >= 2 && i->neurons <= 65536 &&
           i->neurons % i->lanes == 0 && (!i->records || is_power(i->records, 2, 65536));
}

static bool synapses_make_sense(const struct izh_device_info *i)
{
    return i->synapses <= 1 << 24 && is_power(i->ring_slots, 4, 64) &&
           is_power(i->ring_parts, 1, 4) && i->weight_bits >= 2 && i->weight_bits <= 24 &&
           i->delta_bits >= 1 && i->delta_bits <= 8 && i->accumulator_bits >= i->weight_bits &&
           i->accumulator_bits <= 28 && i->target_bits >= 1 &&
           i->target_bits + i->weight_bits + i->delta_bits <= 32 &&
           i->neurons / i->lanes <= (uint32_t)1 << i->target_bits;
}

// docs/contract.md, "Words" and "Synapses": what this library and its callers count on.
static bool makes_sense(const struct izh_device_info *i)
{
    return widths_make_sense(i->x_bits, i->w_bits, i->port_bits) && sizes_make_sense(i) &&
           (!i->synapses || synapses_make_sense(i));
}

static enum izh_status read_engine(struct izh_device *d, struct izh_device_info *i)
{
    uint32_t widths = 0;
    enum izh_status status = read_magic(d);
    if (!status)
        status = read_register(d, IZH_REG_WIDTHS, &widths);
    if (!status)
        status = read_register(d, IZH_REG_NEURON_CAPACITY, &i->neurons);
    if (!status)
        status = read_register(d, IZH_REG_RECORD_CAPACITY, &i->records);
    if (!status)
        status = read_register(d, IZH_REG_LANES, &i->lanes);
    if (!status)
        status = read_synapses(d, i);
    if (!status)
        status = read_board(d, i);
    i->x_bits = (uint8_t)widths;
    i->w_bits = (uint8_t)(widths >> 8);
    i->port_bits = (uint8_t)(widths >> 16);
    if (status == IZH_REFUSED || (!status && !makes_sense(i)))
        return izh_device_say(d, IZH_NOT_IZH, "%s:%s: what it says of its engine makes no sense",
                              d->info.scheme, d->info.address);
    return status;
}

// Nothing is known of the PROBE attributes: memories keep their words when an engine is reset.
static enum izh_status forget_probes(struct izh_device *d, uint32_t neurons)
{
    uint8_t *probed = realloc(d->probed, neurons);
    if (!probed)
        return izh_device_say(d, IZH_NO_MEMORY, "out of memory");
    memset(probed, IZH_PROBE_UNKNOWN, neurons);
    d->probed = probed;
    izh_stream_begin(&d->stream, neurons);
    return IZH_OK;
}

// Info is what a session has found, or the one before: others may ask for it meanwhile.
static enum izh_status begin(struct izh_device *d)
{
    enum izh_status status = say_hello(d);
    struct izh_device_info found = {.link_version = d->session.version,
                                    .slots = d->session.slots,
                                    .room = d->session.room,
                                    .ring = d->session.ring};
    memcpy(found.scheme, d->info.scheme, sizeof found.scheme);
    memcpy(found.address, d->info.address, sizeof found.address);
    if (!status)
        status = read_engine(d, &found);
    if (!status)
        status = forget_probes(d, found.neurons);
    if (!status)
        d->info = found;
    return status;
}

// Pumping gives the lock away, and until the session is open there is nothing to read or write by.
enum izh_status izh_device_greet(struct izh_device *d)
{
    d->failure = IZH_OK;
    izh_device_forget_stimuli(d);
    izh_stream_begin(&d->stream, d->info.neurons); // ticks that are left are of the old session
    d->greeting = true;
    enum izh_status status = begin(d);
    d->greeting = false;
    if (!d->failure)
        d->failure = status;
    return status;
}
