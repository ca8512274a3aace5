// neuron.h: one sub-step of one neuron, bit for bit as docs/contract.md, "The update"
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_NEURON_H
#define IZH_NEURON_H

#include "format.h"

// Parameter record. Formats: docs/contract.md, "Words".
struct izh_record {
    int32_t a;
    int32_t b;
    int32_t e;
    int32_t c;
    int32_t d;
    int32_t peak;
    bool decay;
};

struct izh_state {
    int32_t x;
    int32_t w;
    uint8_t level;
};

// What every neuron of an engine shares: widths, time step, mode, level tables.
struct izh_arithmetic {
    struct izh_format format;
    int step;      // k, h = 2^-k ms
    bool accurate; // false: script mode
    int32_t bound[IZH_LEVELS];
    int32_t kappa[IZH_LEVELS + 1];
};

struct izh_update {
    struct izh_state state;
    bool spike;
    bool saturated_x;
    bool saturated_w;
    bool saturated_port;
};

// Products are cut this many bits below the last bit of the state word they are added to; the sums
// are exact, and one rounding follows.
enum { IZH_GUARD_X = 8, IZH_GUARD_W = 7 };

// A recovery difference that fits is given this many more fraction bits at the multiplier.
enum { IZH_FINE = 4 };

// Arithmetic shift right by n, left when n is negative. Right shift of a negative number is
// arithmetic in every compiler we build with; the tests fail where it is not.
static inline int64_t izh_shift(int64_t value, int n)
{
    return n >= 0 ? value >> n : value * ((int64_t)1 << -n);
}

// Removes n fraction bits, rounding half up.
static inline int64_t izh_round(int64_t value, int n)
{
    return n > 0 ? (value + ((int64_t)1 << (n - 1))) >> n : value;
}

static inline int64_t izh_clip(int64_t value, int bits, bool *clipped)
{
    int64_t max = izh_word_max(bits), min = izh_word_min(bits);
    *clipped = value > max || value < min;
    return value > max ? max : value < min ? min : value;
}

// level/4 of a value, each term cut to the value's own last bit.
static inline int64_t izh_level_part(int64_t value, int level)
{
    int64_t coarse = level & 4 ? value : level & 2 ? value >> 1 : 0;
    return coarse + (level & 1 ? value >> 2 : 0);
}

// The new x before reset, Q6.(x_bits-1).
static inline int64_t izh_next_x(const struct izh_arithmetic *m, const struct izh_state *s,
                                 int64_t input, bool *clipped)
{
    const struct izh_format *f = &m->format;
    int port = f->port_bits, guard = izh_x_fraction(f) + IZH_GUARD_X;
    int level = m->accurate ? s->level : 0;
    bool unused;

    int64_t x = (int64_t)s->x * (1 << IZH_GUARD_X);
    int64_t drive = izh_shift(input - s->w, izh_w_fraction(f) + m->step - guard);
    int64_t xp = izh_clip(izh_round(s->x, f->x_bits - port), port, &unused);
    int square_shift = 2 * (port - 1) - guard - 2 + m->step;
    int64_t slope;
    *clipped = false;
    if (m->accurate) {
        int64_t half = izh_shift(xp * xp, square_shift) + drive;
        int64_t middle = 2 * x + half + izh_level_part(half, level);
        int64_t mp = izh_clip(izh_round(middle, guard + 1 - (port - 2)), port, clipped);
        slope = izh_shift(mp * mp, square_shift - 2) + drive;
    } else {
        slope = izh_shift(xp * xp, square_shift) + drive;
    }
    return izh_round(x + slope + izh_level_part(slope, level), IZH_GUARD_X);
}

static inline int izh_level_of(const struct izh_arithmetic *m, int64_t above_peak)
{
    int64_t coarse = above_peak >> (izh_x_fraction(&m->format) - IZH_BOUND_FRACTION);
    int level = 0;
    for (int i = 0; i < IZH_LEVELS; i++)
        level += coarse >= m->bound[i];
    return level;
}

// The recovery difference as the multiplier gets it, and in *fine how many fraction bits beyond
// port_bits-3 it has.
static inline int64_t izh_difference_port(const struct izh_format *f, int64_t difference,
                                          int fraction, int *fine, bool *clipped)
{
    int port = f->port_bits;
    bool coarse;
    int64_t value = izh_round(difference, fraction - (port - 3) - IZH_FINE);
    int64_t narrow = izh_clip(value, port, &coarse);
    *fine = coarse ? 0 : IZH_FINE;
    int64_t wide = izh_clip(value >> IZH_FINE, port, clipped);
    return coarse ? wide : narrow;
}

// The new w, before it is clipped to its word. drive is the x that drives the recovery, at port
// resolution; level is the new level.
static inline int64_t izh_next_w(const struct izh_arithmetic *m, const struct izh_record *r,
                                 int64_t w, int64_t drive, bool spike, int level, bool *clipped)
{
    const struct izh_format *f = &m->format;
    int port = f->port_bits, fraction = izh_w_fraction(f) + 2, fine;

    int64_t target = izh_shift(r->b * drive, 2 * port - 5 - fraction) + 4 * (int64_t)r->e;
    int64_t present = r->decay ? 4 * w + izh_level_part(4 * (int64_t)r->d, level) : 0;
    int64_t difference = izh_difference_port(f, target - present, fraction, &fine, clipped);
    int cut = 2 * port - 2 + fine - (izh_w_fraction(f) + IZH_GUARD_W);
    int64_t increment = izh_shift(r->a * difference, cut);
    int64_t base = w + (spike ? r->d : 0);
    // The cut above is half a guard bit too low on average; with one guard bit it is half too high.
    // docs/accuracy.md says why this one was chosen.
    return izh_round(base * (1 << IZH_GUARD_W) + increment + 1, IZH_GUARD_W);
}

// One sub-step. input is i of the contract, Q3.(w_bits-2).
static inline struct izh_update izh_neuron_update(const struct izh_arithmetic *m,
                                                  const struct izh_record *r,
                                                  const struct izh_state *s, int64_t input)
{
    const struct izh_format *f = &m->format;
    int drop = f->x_bits - 1 - izh_kappa_fraction(f);
    struct izh_update out;
    bool clipped_middle, clipped_x, clipped_drive, clipped_difference;

    int64_t x = izh_next_x(m, s, input, &clipped_middle);
    out.spike = x >= r->peak;
    int level = out.spike && m->accurate ? izh_level_of(m, x - r->peak) : 0;
    bool corrected = out.spike && m->accurate;
    int64_t drive = izh_clip(izh_round(x, drop), f->port_bits, &clipped_drive);
    if (corrected)
        drive = izh_round(r->c, drop) + m->kappa[level];
    int64_t w = izh_next_w(m, r, s->w, drive, out.spike, level, &clipped_difference);

    int64_t stored = izh_clip(x, f->x_bits, &clipped_x);
    out.state.x = (int32_t)(out.spike ? r->c : stored);
    out.state.w = (int32_t)izh_clip(w, f->w_bits, &out.saturated_w);
    out.state.level = (uint8_t)level;
    out.saturated_x = clipped_x && !out.spike;
    out.saturated_port = clipped_middle || (clipped_drive && !corrected) || clipped_difference;
    return out;
}

#endif
