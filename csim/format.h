// format.h: word widths of an engine and the shifts that follow from them
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_FORMAT_H
#define IZH_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

// Widths in bits. docs/contract.md, "Words", gives the Q format of every word in terms of these
// three.
struct izh_format {
    int x_bits;    // state word x, Q0.(x_bits-1)
    int w_bits;    // state word w, Q1.(w_bits-2)
    int port_bits; // every multiplier input
};

enum { IZH_BOUND_BITS = 12, IZH_BOUND_FRACTION = 7, IZH_LEVELS = 5, IZH_STEP_MAX = 3 };

// The arithmetic holds for x_bits in 13..28, w_bits in 16..30, port_bits in 13..27 with
// port_bits <= x_bits, port_bits < w_bits, x_bits + 13 <= 2 port_bits, w_bits + 7 <= 2 port_bits,
// w_bits <= x_bits + 9.
// Returns NULL when the widths are usable, else a sentence that says which rule is broken.
const char *izh_format_fault(const struct izh_format *format);

// Fraction bits of each word.
static inline int izh_x_fraction(const struct izh_format *f)
{
    return f->x_bits - 1;
}
static inline int izh_w_fraction(const struct izh_format *f)
{
    return f->w_bits - 2;
}
static inline int izh_a_fraction(const struct izh_format *f)
{
    return f->port_bits + 1;
}
static inline int izh_b_fraction(const struct izh_format *f)
{
    return f->port_bits - 2;
}
static inline int izh_kappa_fraction(const struct izh_format *f)
{
    return f->port_bits - 3;
}

// Widths of the words that are not state.
static inline int izh_input_bits(const struct izh_format *f)
{
    return f->w_bits + 2;
}
static inline int izh_kappa_bits(const struct izh_format *f)
{
    return f->port_bits - 1;
}

// Largest and smallest value of a two's complement word.
static inline int64_t izh_word_max(int bits)
{
    return ((int64_t)1 << (bits - 1)) - 1;
}
static inline int64_t izh_word_min(int bits)
{
    return -((int64_t)1 << (bits - 1));
}

#endif
