// network_random.h: the one generator behind everything that a network draws
// SPDX-License-Identifier: Apache-2.0
//
// xoshiro256**, its state filled by splitmix64 from the seed and the name of what is drawn. A name
// has a stream of its own: what is added to a file leaves all other draws as they were.
#ifndef IZH_NETWORK_RANDOM_H
#define IZH_NETWORK_RANDOM_H

#include <stdint.h>

struct izh_draws {
    uint64_t state[4];
};

// format and what follows make the name.
struct izh_draws izh_draws_of(uint32_t seed, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

uint64_t izh_draw_bits(struct izh_draws *random);
double izh_draw_unit(struct izh_draws *random);                  // [0, 1)
uint32_t izh_draw_below(struct izh_draws *random, uint32_t end); // 0..end-1, end > 0
double izh_draw_normal(struct izh_draws *random);                // mean 0, deviation 1
double izh_draw_gap(struct izh_draws *random, double rate);      // exponential, mean 1/rate

#endif
