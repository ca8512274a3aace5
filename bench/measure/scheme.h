// scheme.h: one cortical neuron under a sampled current, solved by the engine and by others
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_MEASURE_SCHEME_H
#define IZH_MEASURE_SCHEME_H

#include "reference.h"
#include "single.h"

#include <stdbool.h>
#include <stddef.h>

// Level bounds and residual corrections as the engine has them, in place of host/quantize.c's.
struct izh_levels {
    int32_t bound[IZH_LEVELS];
    int32_t kappa[IZH_LEVELS + 1];
};

enum izh_solver {
    IZH_SOLVER_ENGINE, // accurate mode
    IZH_SOLVER_EULER,  // the published step rule in double precision
    IZH_SOLVER_NET,    // net.m of 2003 in double precision: v in two steps of 1/2 ms, u in one of 1
    IZH_SOLVER_ODE,    // exact
};

struct izh_scheme {
    enum izh_solver solver;
    struct izh_format format;        // of the engine
    double step_ms;                  // of the engine and of Euler: 1 ms divided by an integer
    const struct izh_levels *levels; // of the engine; NULL: those of host/quantize.c
};

// Runs a neuron from v = -65 mV, u = b v; input[n] in mV/ms is held for millisecond n. Spikes are
// appended, what the engine clips is added to *saturation. Returns false when a value does not fit
// its word or the exact solution runs away.
bool izh_scheme_run(const struct izh_scheme *scheme, const struct izh_neuron_type *type,
                    const double *input, size_t milliseconds, struct izh_spike_list *spikes,
                    struct izh_saturation *saturation);

// A cortical neuron as host/quantize.h takes it, in accurate mode.
struct izh_cell izh_scheme_cell(const struct izh_neuron_type *type);

#endif
