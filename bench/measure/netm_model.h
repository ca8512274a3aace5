// netm_model.h: net.m's network in a golden model, written word by word
// SPDX-License-Identifier: Apache-2.0
//
// Without host/network.h, so that every solver of bench/ gets the very same synapses.
#ifndef IZH_MEASURE_NETM_MODEL_H
#define IZH_MEASURE_NETM_MODEL_H

#include "format.h"
#include "model.h"
#include "netm.h"

struct netm_engine {
    struct izh_format format;
    bool accurate;
    uint32_t substeps; // of 1/substeps ms
    uint32_t lanes;
    uint32_t seed; // of the noise
};

// One tick is 1 ms. NULL: no memory, or a value does not fit its word. izh_model_free frees it.
struct izh_model *netm_model_new(const struct netm *net, const struct netm_engine *engine);

// Back to tick 0 and the initial state; synapses and parameters stay. False: not between two ticks.
bool netm_model_start(struct izh_model *model, const struct netm *net,
                      const struct netm_engine *engine);

// Runs milliseconds and counts spikes, unless NULL.
bool netm_model_run(struct izh_model *model, const struct netm *net, uint32_t milliseconds,
                    struct netm_spikes *spikes);

#endif
