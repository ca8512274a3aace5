// draw.h: seeded random numbers, the same bits on every machine
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_MEASURE_DRAW_H
#define IZH_MEASURE_DRAW_H

#include <stdint.h>

// Each advances *state, which starts as the seed. 0 <= uniform < 1; mean 0, deviation 1.
double izh_draw_uniform(uint64_t *state);
double izh_draw_normal(uint64_t *state);

#endif
