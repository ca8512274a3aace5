// draw.c: seeded random numbers, the same bits on every machine
// SPDX-License-Identifier: Apache-2.0
#include "draw.h"

// splitmix64.
double izh_draw_uniform(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

// A sum of twelve: the usual ways take a logarithm, whose last bit is the library's affair.
double izh_draw_normal(uint64_t *state)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += izh_draw_uniform(state);
    return sum;
}
