// random.c: seeded random numbers for tests
// SPDX-License-Identifier: Apache-2.0
#include "random.h"

#include <stdio.h>
#include <stdlib.h>

uint64_t izh_test_seed(uint64_t fallback)
{
    const char *text = getenv("IZH_SEED");
    uint64_t seed = text && *text ? strtoull(text, NULL, 0) : fallback;
    printf("# seed %llu\n", (unsigned long long)seed);
    return seed;
}

uint64_t izh_random_next(struct izh_random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

uint32_t izh_random_below(struct izh_random *random, uint32_t limit)
{
    return (uint32_t)((izh_random_next(random) >> 32) * limit >> 32);
}

double izh_random_unit(struct izh_random *random)
{
    return (double)(izh_random_next(random) >> 11) * 0x1p-53;
}

int32_t izh_random_word(struct izh_random *random, int bits)
{
    int64_t max = ((int64_t)1 << (bits - 1)) - 1;
    const int64_t corners[] = {-max - 1, -max, max, max - 1, 0, 1, -1};
    uint32_t kind = izh_random_below(random, 8);
    if (kind == 0)
        return (int32_t)corners[izh_random_below(random, sizeof corners / sizeof corners[0])];
    int64_t word = (int64_t)(izh_random_next(random) >> (64 - bits)) - max - 1;
    if (kind < 4)
        word >>= izh_random_below(random, (uint32_t)bits);
    return (int32_t)word;
}
