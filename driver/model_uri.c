// model_uri.c: which golden model "model:KEY=VALUE,..." names
// SPDX-License-Identifier: Apache-2.0
#include "model_uri.h"

#include "link_codes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_MAX = 32 };

// In the order of the numbers below.
static const struct {
    const char *name;
    unsigned long least, most, fallback;
} keys[] = {
    {"neurons", 2, 65536, 1024},
    {"lanes", 1, 16, 1},
    {"records", 0, 65536, 0},
    {"synapses", 0, 1 << 24, 1 << 20},
    {"slots", 0, 64, 32},
    {"parts", 0, 4, 1},
    {"weight", 0, 24, 0}, // 0: what fits
    {"delta", 0, 8, 5},
    {"accumulator", 0, 28, 28},
    {"x", 13, 28, 20},
    {"w", 16, 30, 24},
    {"port", 13, 27, 18},
    {"threads", 1, 64, 1},
    {"link_ring", 128, 32767, 32767},
    {"link_slots", 1, 64, 64},
    {"link_room", 8, 242, 240},
    {"clock", 1, 4294967295, 48000000},
};

enum {
    NEURONS,
    LANES,
    RECORDS,
    SYNAPSES,
    SLOTS,
    PARTS,
    WEIGHT,
    DELTA,
    ACCUMULATOR,
    X,
    W,
    PORT,
    THREADS,
    LINK_RING,
    LINK_SLOTS,
    LINK_ROOM,
    CLOCK,
    KEYS
};

_Static_assert(sizeof keys / sizeof *keys == KEYS, "a number for each key");

static enum izh_status refuse(char *message, const char *what, size_t length)
{
    size_t n = (size_t)snprintf(message, IZH_MESSAGE, "model: does not take '%.*s'; keys:",
                                length < VALUE_MAX ? (int)length : VALUE_MAX, what);
    for (size_t i = 0; i < KEYS && n < IZH_MESSAGE; i++)
        n += (size_t)snprintf(message + n, IZH_MESSAGE - n, " %s=%lu..%lu", keys[i].name,
                              keys[i].least, keys[i].most);
    if (n < IZH_MESSAGE)
        snprintf(message + n, IZH_MESSAGE - n, " kernel=NAME");
    return IZH_BAD_URI;
}

static bool parse_number(const char *text, size_t length, size_t key, unsigned long *value)
{
    char digits[VALUE_MAX], *end;
    if (!length || length >= sizeof digits || *text < '0' || *text > '9')
        return false;
    memcpy(digits, text, length);
    digits[length] = 0;
    errno = 0;
    *value = strtoul(digits, &end, 10);
    return !*end && !errno && *value >= keys[key].least && *value <= keys[key].most;
}

// One KEY=VALUE.
static bool parse_pair(const char *pair, size_t length, unsigned long values[KEYS], char kernel[16])
{
    const char *equals = memchr(pair, '=', length);
    if (!equals)
        return false;
    size_t name = (size_t)(equals - pair), value = length - name - 1;
    if (name == 6 && !memcmp(pair, "kernel", 6)) {
        snprintf(kernel, 16, "%.*s", (int)value, equals + 1);
        return value && value < 16;
    }
    for (size_t i = 0; i < KEYS; i++) {
        if (strlen(keys[i].name) == name && !memcmp(keys[i].name, pair, name))
            return parse_number(equals + 1, value, i, &values[i]);
    }
    return false;
}

static int bits_for(uint32_t values)
{
    int bits = 1;
    while (values > 1u << bits)
        bits++;
    return bits;
}

static void fill_synapses(struct izh_shape *s, const unsigned long v[KEYS])
{
    int left = 32 - bits_for(s->neurons / s->lanes) - (int)v[DELTA];
    s->synapses = (uint32_t)v[SYNAPSES];
    if (!s->synapses)
        return;
    s->slots = (uint32_t)v[SLOTS];
    s->parts = (uint32_t)v[PARTS];
    s->weight_bits = v[WEIGHT] ? (int)v[WEIGHT] : left < 16 ? left : 16;
    s->delta_bits = (int)v[DELTA];
    s->accumulator_bits = (int)v[ACCUMULATOR];
}

enum izh_status izh_model_uri_parse(const char *rest, struct izh_model_uri *uri, char *message)
{
    unsigned long v[KEYS];
    *uri = (struct izh_model_uri){0};
    for (size_t i = 0; i < KEYS; i++)
        v[i] = keys[i].fallback;
    for (const char *at = rest; *at;) {
        size_t length = strcspn(at, ",");
        if (!parse_pair(at, length, v, uri->kernel))
            return refuse(message, at, length);
        at += length + (at[length] == ',');
    }
    uri->shape = (struct izh_shape){.format = {(int)v[X], (int)v[W], (int)v[PORT]},
                                    .neurons = (uint32_t)v[NEURONS],
                                    .records = (uint32_t)v[RECORDS],
                                    .lanes = (uint32_t)v[LANES]};
    fill_synapses(&uri->shape, v);
    uri->board = (struct izh_soft_board_options){.ring = (uint16_t)v[LINK_RING],
                                                 .slots = (uint8_t)v[LINK_SLOTS],
                                                 .room = (uint8_t)v[LINK_ROOM],
                                                 .board = IZH_BOARD_MODEL,
                                                 .clock_hz = (uint32_t)v[CLOCK]};
    uri->threads = (uint32_t)v[THREADS];
    return IZH_OK;
}
