// single.h: one neuron on the engine's arithmetic, in physical units
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_MEASURE_SINGLE_H
#define IZH_MEASURE_SINGLE_H

#include "neuron.h"
#include "quantize.h"

#include <stdbool.h>
#include <stdint.h>

// Values that were clipped, as the engine's counters have them.
struct izh_saturation {
    uint64_t x, w, port;
};

struct izh_single {
    struct izh_arithmetic arithmetic;
    struct izh_scale scale;
    struct izh_record record;
    struct izh_state state;
    int32_t input;
    struct izh_saturation saturation;
};

// Both return false when a value does not fit its word.
bool izh_single_start(struct izh_single *n, const struct izh_format *format,
                      const struct izh_cell *cell, double step_ms, bool accurate, double v,
                      double u);
bool izh_single_set_input(struct izh_single *n, double current);

// One sub-step. Returns whether the neuron spiked; *before_end_ms (may be NULL) is then how long
// before the end of the sub-step, as the level says.
bool izh_single_step(struct izh_single *n, double *before_end_ms);

void izh_saturation_add(struct izh_saturation *sum, const struct izh_saturation *more);

#endif
