// lockstep.h: model and core side by side, every word that leaves the core compared as it leaves
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_TESTS_LOCKSTEP_H
#define IZH_TESTS_LOCKSTEP_H

#include "cosim.h"

#include <stdbool.h>
#include <stdint.h>

// What a port of the core still owes, in order.
struct izh_owed_spikes {
    struct izh_spike *ring;
    uint32_t made, seen;
};

struct izh_owed_samples {
    struct izh_probe_sample *ring;
    uint32_t made, seen;
};

// Inputs that the core has prepared and the model has not computed yet, stimuli that the core has
// been given and the model has not.
struct izh_owed_inputs {
    int32_t *sums; // that the model takes in this tick
    struct izh_prepared *ring;
    uint32_t made, seen;
};

struct izh_given_stimuli {
    struct {
        uint32_t tick;
        struct izh_stimulus stimulus;
    } * ring;
    uint32_t made, seen;
};

struct izh_lockstep {
    const char *configuration;
    const char *command; // that repeats the run, without the seed
    uint64_t seed;
    struct izh_model *model;
    struct izh_cosim *core;
    struct izh_shape shape;
    // Followed through the writes.
    uint32_t neurons;
    uint32_t substeps;
    bool *probed;
    // Where the core is.
    uint32_t tick;
    uint32_t substep;
    uint32_t next_neuron;
    struct izh_owed_spikes owed_spikes;
    struct izh_owed_samples owed_samples;
    struct izh_owed_inputs owed_inputs;
    struct izh_given_stimuli given_stimuli;
    uint32_t next_prepared;
    // Asked for stimuli of each tick when not NULL, as in struct izh_cosim_observer.
    bool (*stimulus)(void *context, uint32_t tick, struct izh_stimulus *stimulus);
    void *stimulus_context;
    struct izh_spike *made; // by the model in one sub-step
    // Totals.
    uint64_t updates;
    uint64_t spikes;
    uint64_t served; // posted writes
    uint64_t words;  // compared
    uint64_t differ; // of these
    // The first difference: tick, sub-step, neuron, word, both values, the seed, and the command
    // that repeats it. Empty while there is none.
    char report[512];
};

// 0, or -1 when there is no such configuration or no memory. command is what repeats the run.
int izh_lockstep_open(struct izh_lockstep *l, const char *configuration, const char *command,
                      uint64_t seed);
void izh_lockstep_close(struct izh_lockstep *l);

// Writes the same word to both.
void izh_lockstep_write(struct izh_lockstep *l, uint32_t address, uint32_t word);

// Runs ticks on both; compares every prepared input with the accumulator it took, every update,
// spike and probe sample, then registers.
void izh_lockstep_run(struct izh_lockstep *l, uint32_t ticks);

// A write that the core serves between two ticks of the next run, and then the model.
void izh_lockstep_post(struct izh_lockstep *l, uint32_t address, uint32_t word);

// Reads every word of every memory, of the neurons in use, from both; of more than 2048 every
// seventh.
void izh_lockstep_compare_memories(struct izh_lockstep *l);

#endif
