// oracle.c: one sub-step of one neuron a second time, in numbers instead of words
// SPDX-License-Identifier: Apache-2.0
#include "oracle.h"

#include "exact.h"

typedef struct izh_exact number;

// Fraction bits of what the contract cuts or rounds to, from the widths X, W and P.
struct resolution {
    int x, w;       // state words
    int sum_x;      // F: sums that give x
    int sum_w;      // sums that give w
    int difference; // D: recovery difference
    int port_x;     // xp
    int port_m;     // mp
    int port_y;     // y, and m without the fine bits
};

enum { FINE_BITS = 4, BOUND_FRACTION = 7 };

static struct resolution resolution_of(const struct izh_format *f)
{
    int x = f->x_bits, w = f->w_bits, p = f->port_bits;
    return (struct resolution){
        .x = x - 1,
        .w = w - 2,
        .sum_x = x - 1 + 8,
        .sum_w = w - 2 + 7,
        .difference = w,
        .port_x = p - 1,
        .port_m = p - 2,
        .port_y = p - 3,
    };
}

// Limits a to a word of so many bits, of which fraction_bits are fraction.
static number limit(number a, int bits, int fraction_bits, bool *clipped)
{
    int integer_bits = bits - 1 - fraction_bits;
    number end = izh_exact_scale((number){1, 0}, -integer_bits);
    number low = {-end.numerator, end.bits};
    number high = izh_exact_subtract(end, (number){1, fraction_bits});
    *clipped = izh_exact_less(a, low) || izh_exact_less(high, a);
    return izh_exact_less(a, low) ? low : izh_exact_less(high, a) ? high : a;
}

// level/4 of a: a half or the whole for the upper bits, a quarter for the lowest, each cut.
static number level_part(number a, int level, int bits)
{
    number zero = {0, bits};
    number upper = level / 4       ? izh_exact_floor(a, bits)
                   : level / 2 % 2 ? izh_exact_floor(izh_exact_scale(a, 1), bits)
                                   : zero;
    number lower = level % 2 ? izh_exact_floor(izh_exact_scale(a, 2), bits) : zero;
    return izh_exact_add(upper, lower);
}

// 2^(2-k) x^2 + drive, in h-scaled units.
static number slope_at(number x, number drive, int k, int bits)
{
    number square = izh_exact_scale(izh_exact_multiply(x, x), k - 2);
    return izh_exact_add(izh_exact_floor(square, bits), drive);
}

static number next_x(const struct izh_arithmetic *m, const struct resolution *q, number x,
                     number excess, int level, bool *clipped)
{
    int k = m->step, port = m->format.port_bits;
    bool unused;
    number drive = izh_exact_floor(izh_exact_scale(excess, k), q->sum_x);
    number xp = limit(izh_exact_nearest(x, q->port_x), port, q->port_x, &unused);
    number slope = slope_at(xp, drive, k, q->sum_x);

    *clipped = false;
    if (m->accurate) {
        number gain = izh_exact_add(slope, level_part(slope, level, q->sum_x));
        number middle = izh_exact_add(x, izh_exact_scale(gain, 1));
        number mp = limit(izh_exact_nearest(middle, q->port_m), port, q->port_m, clipped);
        slope = slope_at(mp, drive, k, q->sum_x);
    }
    number gain = izh_exact_add(slope, level_part(slope, level, q->sum_x));
    return izh_exact_nearest(izh_exact_add(x, gain), q->x);
}

static int level_above(const struct izh_arithmetic *m, number above_peak)
{
    number coarse = izh_exact_floor(above_peak, BOUND_FRACTION);
    int passed = 0;
    for (int j = 0; j < IZH_LEVELS; j++)
        passed += !izh_exact_less(coarse, izh_exact_word(m->bound[j], BOUND_FRACTION));
    return passed;
}

// A m: the increment of w, the difference at the resolution that its size allows.
static number increment(const struct izh_arithmetic *m, const struct resolution *q, number a,
                        number difference, bool *clipped)
{
    int port = m->format.port_bits;
    bool large;
    number fine = izh_exact_nearest(difference, q->port_y + FINE_BITS);
    number coarse = limit(izh_exact_floor(fine, q->port_y), port, q->port_y, clipped);
    limit(fine, port, q->port_y + FINE_BITS, &large);
    return izh_exact_floor(izh_exact_multiply(a, large ? coarse : fine), q->sum_w);
}

static number next_w(const struct izh_arithmetic *m, const struct izh_record *r,
                     const struct resolution *q, number w, number y, bool spike, int level,
                     bool *clipped)
{
    int port = m->format.port_bits;
    number a = izh_exact_word(r->a, port + 1), b = izh_exact_word(r->b, port - 2);
    number d = izh_exact_word(r->d, q->w), e = izh_exact_word(r->e, q->w);

    number target = izh_exact_add(izh_exact_floor(izh_exact_multiply(b, y), q->difference), e);
    if (r->decay)
        target = izh_exact_subtract(target, izh_exact_add(w, level_part(d, level, q->difference)));
    number sum = izh_exact_add(w, increment(m, q, a, target, clipped));
    if (spike)
        sum = izh_exact_add(sum, d);
    return izh_exact_nearest(izh_exact_add(sum, (number){1, q->sum_w}), q->w);
}

struct izh_update izh_oracle_update(const struct izh_arithmetic *m, const struct izh_record *r,
                                    const struct izh_state *s, int64_t input)
{
    const struct izh_format *f = &m->format;
    struct resolution q = resolution_of(f);
    struct izh_update out = {.spike = false};
    bool middle_clipped, y_clipped = false, difference_clipped, x_clipped;

    number x = izh_exact_word(s->x, q.x), w = izh_exact_word(s->w, q.w);
    number peak = izh_exact_word(r->peak, q.x), c = izh_exact_word(r->c, q.x);
    number excess = izh_exact_subtract(izh_exact_word(input, q.w), w);
    number new_x = next_x(m, &q, x, excess, m->accurate ? s->level : 0, &middle_clipped);
    out.spike = !izh_exact_less(new_x, peak);
    if (out.spike && m->accurate)
        out.state.level = (uint8_t)level_above(m, izh_exact_subtract(new_x, peak));

    number y = izh_exact_nearest(new_x, q.port_y);
    if (out.spike && m->accurate)
        y = izh_exact_add(izh_exact_nearest(c, q.port_y),
                          izh_exact_word(m->kappa[out.state.level], q.port_y));
    else
        y = limit(y, f->port_bits, q.port_y, &y_clipped);
    number new_w = next_w(m, r, &q, w, y, out.spike, out.state.level, &difference_clipped);

    number stored = limit(new_x, f->x_bits, q.x, &x_clipped);
    out.state.x = (int32_t)izh_exact_to_word(out.spike ? c : stored, q.x);
    out.state.w = (int32_t)izh_exact_to_word(limit(new_w, f->w_bits, q.w, &out.saturated_w), q.w);
    out.saturated_x = x_clipped && !out.spike;
    out.saturated_port = middle_clipped || y_clipped || difference_clipped;
    return out;
}
