// curve.h: a membrane's way through time, with its spikes as a figure shows them
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_CURVE_H
#define IZH_CURVE_H

#include "recording.h"

#include <stdbool.h>
#include <stddef.h>

struct izh_point {
    double t_ms;
    double v;  // mV
    double u;  // mV/ms
    bool jump; // reached from the point before by a reset, not by the equation
};

struct izh_curve {
    struct izh_point *points;
    size_t count;
    size_t capacity;
};

// false when out of memory.
bool izh_curve_add(struct izh_curve *curve, struct izh_point point);

// A spike whose reset led to v and u; d is what the reset added to u. The peak, then the reset.
bool izh_curve_add_spike(struct izh_curve *curve, double t_ms, double v, double u, double d);

void izh_curve_free(struct izh_curve *curve);

// The recorded way of one neuron of the batch, as long as its pattern.
bool izh_curve_of(const struct izh_recording *recording, const struct izh_pattern_batch *batch,
                  size_t neuron, struct izh_curve *curve);

#endif
