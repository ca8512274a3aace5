// cosim.h: the Verilated core behind a C interface
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. Instances share nothing; one instance is for one thread at a
// time. Addresses and words are those of docs/register-map.md, shapes and statuses those of
// model.h.
#ifndef IZH_COSIM_H
#define IZH_COSIM_H

#include "model.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// One neuron update as the core writes it back to its state memory.
struct izh_retired {
    uint32_t neuron;
    struct izh_update update;
};

// The input of one neuron as the core prepares it for a tick.
struct izh_prepared {
    uint32_t neuron;
    int32_t sum;   // the accumulator it took
    int32_t input; // i, Q3.(w_bits-2)
};

// One sample of the probe port.
struct izh_probe_sample {
    uint32_t neuron;
    struct izh_state state;
};

// Called while the core is clocked, in the order of the core's ports. Any pointer may be NULL.
struct izh_cosim_observer {
    void *context;
    void (*retired)(void *context, const struct izh_retired *retired);
    void (*prepared)(void *context, const struct izh_prepared *prepared);
    void (*spike)(void *context, const struct izh_spike *spike);
    // Asked for the stimuli of each tick, in order; false: that was all. Its STIMULUS register must
    // be 1.
    bool (*stimulus)(void *context, uint32_t tick, struct izh_stimulus *stimulus);
    void (*tick_end)(void *context, uint32_t tick);
    void (*probe)(void *context, const struct izh_probe_sample *sample);
    // A posted write has been served: every update before it is out, none after it has begun.
    void (*served)(void *context, uint32_t address, uint32_t word, enum izh_model_status status);
};

struct izh_cosim;

// Names of the configurations built in ("w20", "w16", ...), NULL after the last. Those for tests
// alone are not listed, such as "broken", a core with a fault.
const char *izh_cosim_configuration(size_t i);

// A core after reset, its uninitialised registers and memories random from seed.
// IZH_MODEL_OK, IZH_MODEL_NO_MEMORY, or IZH_MODEL_BAD_SHAPE for an unknown configuration.
enum izh_model_status izh_cosim_new(const char *configuration, uint32_t seed,
                                    struct izh_cosim **cosim);
void izh_cosim_free(struct izh_cosim *cosim); // NULL is allowed

// What this core is built for.
struct izh_shape izh_cosim_shape(const struct izh_cosim *cosim);

// One bus access. The core refuses with one error for any reason: IZH_MODEL_BAD_ADDRESS here.
// IZH_MODEL_RUNNING when the core does not answer because a port is not drained.
enum izh_model_status izh_cosim_write(struct izh_cosim *cosim, uint32_t address, uint32_t word);
enum izh_model_status izh_cosim_read(struct izh_cosim *cosim, uint32_t address, uint32_t *word);

// Puts a write on the bus during the next izh_cosim_run, where the core serves it between two
// ticks. One at a time: another call replaces a write that has not been served.
void izh_cosim_post(struct izh_cosim *cosim, uint32_t address, uint32_t word);

// Reset for a few clocks, at any moment. Memories keep their words.
void izh_cosim_reset(struct izh_cosim *cosim);

// From now on the event and probe ports refuse, and the stimulus port is not fed, in each clock
// with these chances, in 1/1024.
void izh_cosim_set_stalls(struct izh_cosim *cosim, unsigned event, unsigned probe,
                          unsigned stimulus);

// Runs ticks (at least one) and returns when the last of them has ended and every event and probe
// sample is out, and the core rests. false when the core makes no progress for a million clocks.
bool izh_cosim_run(struct izh_cosim *cosim, uint32_t ticks,
                   const struct izh_cosim_observer *observer);

// Counters since the core was made.
struct izh_cosim_counts {
    uint64_t clocks;
    uint64_t updates; // of neurons
    uint64_t events;  // synaptic, added to an accumulator, in all lanes
};
struct izh_cosim_counts izh_cosim_count(const struct izh_cosim *cosim);

#ifdef __cplusplus
}
#endif

#endif
