// random.h: seeded random numbers for tests
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_TESTS_RANDOM_H
#define IZH_TESTS_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct izh_random {
    uint64_t state;
};

// The seed from the environment variable IZH_SEED, or fallback without it; printed either way.
uint64_t izh_test_seed(uint64_t fallback);

// splitmix64: every seed is good, and any two seeds give unrelated streams.
uint64_t izh_random_next(struct izh_random *random);

// 0..limit-1, limit > 0.
uint32_t izh_random_below(struct izh_random *random, uint32_t limit);

// 0 <= value < 1.
double izh_random_unit(struct izh_random *random);

// A two's complement word of bits: now and then a corner (least, largest, 0, -1, 1), often small,
// else uniform.
int32_t izh_random_word(struct izh_random *random, int bits);

#endif
