// run_spike.h: a spike of a run in the terms of the network, spikes in order of time, their
// checksum SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. docs/run.md defines order and checksum.
#ifndef IZH_RUN_SPIKE_H
#define IZH_RUN_SPIKE_H

#include "network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct izh_run_spike {
    uint64_t quarter; // of h: 4 (tick SUBSTEPS + substep + 1) - level
    double ms;        // the same, as izh_compiled_spike_ms
    uint32_t tick;
    uint32_t neuron;     // logical
    uint32_t population; // index
    uint8_t substep;
    uint8_t level;
};

struct izh_run_spike izh_run_spike_of(const struct izh_compiled *compiled,
                                      const struct izh_spike *spike);

// What a spike adds to the checksum of its run, modulo 2^64.
uint64_t izh_run_spike_hash(uint32_t tick, uint8_t substep, uint8_t level, uint32_t neuron);

typedef void izh_run_spike_taker(void *context, const struct izh_run_spike *spike);

// Spikes come in order of sub-step; a level puts a spike before some of the sub-step before. Takes
// them and gives them in order of quarter, then of neuron, holding back two sub-steps at most.
struct izh_run_sorter {
    izh_run_spike_taker *give;
    void *context;
    struct izh_run_spike *held;
    size_t count, capacity;
    uint64_t substep; // of the last spike, from tick 0
};

// false when out of memory; the spike is lost then.
bool izh_run_sorter_take(struct izh_run_sorter *sorter, const struct izh_compiled *compiled,
                         const struct izh_run_spike *spike);
void izh_run_sorter_finish(struct izh_run_sorter *sorter); // gives all that is held
void izh_run_sorter_free(struct izh_run_sorter *sorter);

#endif
