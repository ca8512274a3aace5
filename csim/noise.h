// noise.h: Gaussian noise as a function of seed, tick and neuron, as docs/contract.md, "Noise"
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_NOISE_H
#define IZH_NOISE_H

#include "neuron.h"

enum { IZH_NOISE_KEY_ROUNDS = 16, IZH_NOISE_ROUNDS = 10 };

// A draw is in -IZH_NOISE_MAX..IZH_NOISE_MAX, its mean 0, its variance 21976405/2.
enum { IZH_NOISE_MAX = 24063 };
#define IZH_NOISE_SD 3314.845773184629

// What all draws of a tick share; the 64 bits of one draw are kept in it too.
struct izh_noise_key {
    uint32_t x;
    uint32_t y;
};

// One-to-one, whatever number is.
static inline struct izh_noise_key izh_noise_round(struct izh_noise_key s, uint32_t number)
{
    s.x = ((s.x >> 8 | s.x << 24) + s.y) ^ number;
    s.y = (s.y << 3 | s.y >> 29) ^ s.x;
    return s;
}

static inline struct izh_noise_key izh_noise_tick_key(uint32_t seed, uint32_t tick)
{
    struct izh_noise_key s = {tick, seed};
    for (uint32_t i = 0; i < IZH_NOISE_KEY_ROUNDS; i++)
        s = izh_noise_round(s, i);
    return s;
}

// Ones in x and in the low seven bits of y, 0..39. Fields of bits are added side by side, so that a
// loop over neurons becomes vector instructions.
static inline uint32_t izh_noise_ones(uint32_t x, uint32_t y)
{
    x -= x >> 1 & 0x55555555;
    y = (y & 0x55) + (y >> 1 & 0x15);
    x = (x & 0x33333333) + (x >> 2 & 0x33333333) + (y & 0x33) + (y >> 2 & 0x33);
    x = (x & 0x0f0f0f0f) + (x >> 4 & 0x0f0f0f0f);
    x += x >> 8;
    return (x + (x >> 16)) & 63;
}

// A Gaussian number from 64 random bits: the binomial of 39 bits is its body, two uniform numbers
// fill the steps, and a jump of three steps in 1 of 16 draws lifts the tails, which a binomial
// lacks.
static inline int32_t izh_noise_gaussian(uint32_t x, uint32_t y)
{
    uint32_t top = y >> 27;
    int32_t coarse = (int32_t)izh_noise_ones(x, y) + 3 * (top == 31) - 3 * (top == 0);
    int32_t fine = (int32_t)((y >> 7 & 1023) + (y >> 17 & 1023));
    return 1024 * coarse + fine - 20991;
}

// neuron is below 2^16.
static inline int32_t izh_noise_draw(struct izh_noise_key key, uint32_t neuron)
{
    struct izh_noise_key s = {key.x ^ neuron, key.y};
    for (uint32_t i = 0; i < IZH_NOISE_ROUNDS; i++)
        s = izh_noise_round(s, i);
    return izh_noise_gaussian(s.x, s.y);
}

// The current of a draw g, Q3.(w_bits-2) like the input but one bit wider. sd is the word of the
// record, 0..2^(port_bits-1)-1. The shift is 1 at least in every usable format.
static inline int64_t izh_noise_current(int32_t g, int32_t sd, const struct izh_format *f)
{
    return izh_shift((int64_t)g * sd, f->port_bits + 12 - f->w_bits);
}

#endif
