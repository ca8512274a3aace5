// run_verify.h: golden model and core in lockstep on a compiled network, every word compared as it
// leaves the core
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits.
#ifndef IZH_RUN_VERIFY_H
#define IZH_RUN_VERIFY_H

#include "network.h"

#include <stdbool.h>
#include <stdint.h>

struct izh_verify_request {
    const char *core; // of the Verilated cores
    const struct izh_compiled *compiled;
    uint32_t ticks;
    uint32_t seed; // of the core's memories before they are written, and of the stalls
    bool stalls;   // ports that are not served now and then
    // Each may be NULL.
    void *context;
    void (*progress)(void *context, uint32_t done, double wall_s);
    bool (*stop)(void *context);
};

struct izh_verify_difference {
    uint32_t tick;
    uint32_t substep;
    uint32_t neuron; // physical
    const char *word;
    int64_t expected; // of the model
    int64_t got;      // of the core
};

enum izh_verify_status {
    IZH_VERIFY_EQUAL = 0,
    IZH_VERIFY_DIFFER = 1,   // *first says where
    IZH_VERIFY_NO_CORE = -1, // of this name
    IZH_VERIFY_NO_MEMORY = -2,
    IZH_VERIFY_STUCK = -3, // the core makes no progress
};

struct izh_verify_result {
    uint32_t ticks;  // compared
    uint64_t words;  // compared
    uint64_t differ; // of these, up to the end of the chunk of the first difference
    uint64_t updates, inputs, spikes, samples;
    struct izh_verify_difference first;
    double wall_s;
};

enum izh_verify_status izh_verify(const struct izh_verify_request *request,
                                  struct izh_verify_result *result);

#endif
