// exact.h: dyadic rationals, exactly: numbers of which nothing is lost, for a test to compute with
// SPDX-License-Identifier: Apache-2.0
//
// Written without a shift, so that it has no mistake in common with the engine's arithmetic.
#ifndef IZH_TESTS_EXACT_H
#define IZH_TESTS_EXACT_H

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 izh_exact_integer;

// numerator / 2^bits, -2 <= bits. Sums and products of a neuron's words stay far below 2^127.
struct izh_exact {
    izh_exact_integer numerator;
    int bits;
};

struct izh_exact izh_exact_word(int64_t word, int fraction_bits);

struct izh_exact izh_exact_add(struct izh_exact a, struct izh_exact b);
struct izh_exact izh_exact_subtract(struct izh_exact a, struct izh_exact b);
struct izh_exact izh_exact_multiply(struct izh_exact a, struct izh_exact b);

// a / 2^n, n >= -2.
struct izh_exact izh_exact_scale(struct izh_exact a, int n);

bool izh_exact_less(struct izh_exact a, struct izh_exact b);

// The largest multiple of 2^-bits that is not above a.
struct izh_exact izh_exact_floor(struct izh_exact a, int bits);

// The multiple of 2^-bits nearest to a; of two equally near ones the greater.
struct izh_exact izh_exact_nearest(struct izh_exact a, int bits);

// a as the integer in a word, of which it must be a multiple.
int64_t izh_exact_to_word(struct izh_exact a, int fraction_bits);

#endif
