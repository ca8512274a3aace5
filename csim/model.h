// model.h: the golden model: an engine in C that gives the bits of docs/contract.md
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. Instances share nothing; one instance is for one thread at a
// time. Addresses and words are those of docs/register-map.md (izh_map.h), as on the core's bus.
#ifndef IZH_MODEL_H
#define IZH_MODEL_H

#include "izh_map.h"
#include "neuron.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What an engine is built for; the core's parameters of the same meaning. docs/contract.md,
// "Synapses", says what the last seven are. Without synapses they are 0.
struct izh_shape {
    struct izh_format format;
    uint32_t neurons;     // room for 2..65536, a multiple of lanes
    uint32_t records;     // shared parameter records, a power of two in 2..65536; 0: one per neuron
    uint32_t lanes;       // 1, 2, 4, 8 or 16; 0 is taken for 1
    uint32_t synapses;    // words of each lane, up to 2^24
    uint32_t slots;       // accumulators per neuron, a power of two in 4..64
    uint32_t parts;       // of a row: 1, 2 or 4
    int weight_bits;      // 2..24
    int delta_bits;       // 1..8; target, weight and delta together at most 32
    int accumulator_bits; // weight_bits..28
};

enum izh_model_status {
    IZH_MODEL_OK = 0,
    IZH_MODEL_NO_MEMORY = -1,
    IZH_MODEL_BAD_SHAPE = -2,   // widths, neurons, records or synapses outside the contract
    IZH_MODEL_BAD_ADDRESS = -3, // nothing there in this engine
    IZH_MODEL_BAD_ACCESS = -4,  // a write where one may only read, or the reverse
    IZH_MODEL_BAD_VALUE = -5,   // out of range for this register or setting
    IZH_MODEL_RUNNING = -6,     // may only be accessed between ticks
};

struct izh_spike {
    uint32_t tick;
    uint32_t neuron;
    uint8_t substep; // of the tick, from 0
    uint8_t level;   // the spike was at the end of the sub-step minus level h/4
};

// A word of the stimulus port: docs/contract.md, "Stimuli".
enum izh_stimulus_kind { IZH_STIMULUS_END = 0, IZH_STIMULUS_EVENT = 1, IZH_STIMULUS_CURRENT = 2 };

struct izh_stimulus {
    enum izh_stimulus_kind kind;
    uint32_t neuron;
    int32_t value; // EVENT: in units of a weight; CURRENT: the new bias, Q3.(w_bits-2)
};

struct izh_model;

// Token for a status ("IZH_MODEL_BAD_SHAPE"), and a sentence. Never NULL.
const char *izh_model_status_name(enum izh_model_status status);
const char *izh_model_strerror(enum izh_model_status status);

// A model after reset: registers as in the register map, memories all zero.
// IZH_MODEL_OK, IZH_MODEL_BAD_SHAPE or IZH_MODEL_NO_MEMORY; *model is set only on success.
enum izh_model_status izh_model_new(const struct izh_shape *shape, struct izh_model **model);
void izh_model_free(struct izh_model *model); // NULL is allowed

// Reset, at any time: registers as in the register map, accumulators 0, nothing under way. The
// other memories, the kernel and the threads stay.
void izh_model_reset(struct izh_model *model);

// One bus access. IZH_MODEL_OK or any status but NO_MEMORY and BAD_SHAPE; nothing is changed unless
// IZH_MODEL_OK.
enum izh_model_status izh_model_write(struct izh_model *model, uint32_t address, uint32_t word);
enum izh_model_status izh_model_read(const struct izh_model *model, uint32_t address,
                                     uint32_t *word);

// Runs one sub-step when ticks are left to run (register RUN). Returns false, and does nothing,
// when none are. spikes has room for NEURONS entries; *count of them are written, neurons
// ascending.
bool izh_model_substep(struct izh_model *model, struct izh_spike *spikes, size_t *count);

// Applies a stimulus for the next tick to start. Between two ticks only: IZH_MODEL_RUNNING else.
enum izh_model_status izh_model_stimulate(struct izh_model *model,
                                          const struct izh_stimulus *stimulus);

// Input i of a neuron below NEURON_CAPACITY in the last tick that has started with it in use,
// Q3.(w_bits-2).
int32_t izh_model_input(const struct izh_model *model, uint32_t neuron);

// Synaptic events so far: words of rows that were added to an accumulator, those of weight 0 too.
uint64_t izh_model_synaptic_events(const struct izh_model *model);

// Name of the i-th kernel this machine can run ("portable", "avx2", "avx512"), slowest first; NULL
// after the last. A new model uses the last. All give the same bits.
const char *izh_model_kernel(size_t i);

// Both at any time between ticks: IZH_MODEL_OK, BAD_VALUE (no such kernel; threads not in 1..64),
// RUNNING or NO_MEMORY, and then nothing has changed. A thread is worth waking for 1024 neurons or
// 8192 synaptic events of a tick; with less for each, one thread does all.
enum izh_model_status izh_model_set_kernel(struct izh_model *model, const char *name);
enum izh_model_status izh_model_set_threads(struct izh_model *model, unsigned threads);

// State of a neuron below NEURON_CAPACITY, as izh_model_read would give its three words.
struct izh_state izh_model_state(const struct izh_model *model, uint32_t neuron);

#endif
