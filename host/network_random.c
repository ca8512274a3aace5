// network_random.c: the one generator behind everything that a network draws
// SPDX-License-Identifier: Apache-2.0
#include "network_random.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

enum { NAME = 512 };

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

struct izh_draws izh_draws_of(uint32_t seed, const char *format, ...)
{
    char name[NAME];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);

    uint64_t hash = 0xcbf29ce484222325u; // FNV-1a
    for (const char *c = name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 0x100000001b3u;
    uint64_t state = seed;
    state = splitmix(&state) ^ hash;
    struct izh_draws random;
    for (int i = 0; i < 4; i++)
        random.state[i] = splitmix(&state);
    return random;
}

static uint64_t rotate(uint64_t x, int n)
{
    return x << n | x >> (64 - n);
}

uint64_t izh_draw_bits(struct izh_draws *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9, shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

double izh_draw_unit(struct izh_draws *random)
{
    return ldexp((double)(izh_draw_bits(random) >> 11), -53);
}

// Multiply and reject (Lemire): every number exactly as likely.
uint32_t izh_draw_below(struct izh_draws *random, uint32_t end)
{
    uint32_t unfair = -end % end;
    uint64_t product;
    do
        product = (izh_draw_bits(random) >> 32) * end;
    while ((uint32_t)product < unfair);
    return (uint32_t)(product >> 32);
}

// Marsaglia's polar method.
double izh_draw_normal(struct izh_draws *random)
{
    double x, y, square;
    do {
        x = 2 * izh_draw_unit(random) - 1;
        y = 2 * izh_draw_unit(random) - 1;
        square = x * x + y * y;
    } while (square >= 1 || square == 0);
    return x * sqrt(-2 * log(square) / square);
}

double izh_draw_gap(struct izh_draws *random, double rate)
{
    return -log1p(-izh_draw_unit(random)) / rate;
}
