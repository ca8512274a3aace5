// exact.c: dyadic rationals, exactly: numbers of which nothing is lost, for a test to compute with
// SPDX-License-Identifier: Apache-2.0
#include "exact.h"

static izh_exact_integer power_of_two(int n)
{
    izh_exact_integer power = 1;
    while (n-- > 0)
        power *= 2;
    return power;
}

static izh_exact_integer floor_divide(izh_exact_integer a, izh_exact_integer b)
{
    izh_exact_integer quotient = a / b;
    return a % b < 0 ? quotient - 1 : quotient;
}

// The numerator over 2^bits, bits >= a.bits.
static izh_exact_integer numerator_over(struct izh_exact a, int bits)
{
    return a.numerator * power_of_two(bits - a.bits);
}

struct izh_exact izh_exact_word(int64_t word, int fraction_bits)
{
    return (struct izh_exact){word, fraction_bits};
}

struct izh_exact izh_exact_add(struct izh_exact a, struct izh_exact b)
{
    int bits = a.bits > b.bits ? a.bits : b.bits;
    return (struct izh_exact){numerator_over(a, bits) + numerator_over(b, bits), bits};
}

struct izh_exact izh_exact_subtract(struct izh_exact a, struct izh_exact b)
{
    b.numerator = -b.numerator;
    return izh_exact_add(a, b);
}

struct izh_exact izh_exact_multiply(struct izh_exact a, struct izh_exact b)
{
    return (struct izh_exact){a.numerator * b.numerator, a.bits + b.bits};
}

struct izh_exact izh_exact_scale(struct izh_exact a, int n)
{
    a.bits += n;
    return a;
}

bool izh_exact_less(struct izh_exact a, struct izh_exact b)
{
    return izh_exact_subtract(a, b).numerator < 0;
}

struct izh_exact izh_exact_floor(struct izh_exact a, int bits)
{
    if (a.bits <= bits)
        return (struct izh_exact){numerator_over(a, bits), bits};
    return (struct izh_exact){floor_divide(a.numerator, power_of_two(a.bits - bits)), bits};
}

struct izh_exact izh_exact_nearest(struct izh_exact a, int bits)
{
    struct izh_exact half = {1, bits + 1};
    return izh_exact_floor(izh_exact_add(a, half), bits);
}

int64_t izh_exact_to_word(struct izh_exact a, int fraction_bits)
{
    return (int64_t)izh_exact_floor(a, fraction_bits).numerator;
}
