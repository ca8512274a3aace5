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

// What an engine is built for; the core's parameters of the same meaning.
struct izh_shape {
    struct izh_format format;
    uint32_t neurons; // room for 2..65536
    uint32_t records; // shared parameter records, a power of two in 2..65536; 0: one per neuron
};

enum izh_model_status {
    IZH_MODEL_OK = 0,
    IZH_MODEL_NO_MEMORY = -1,
    IZH_MODEL_BAD_SHAPE = -2,   // widths, neurons or records outside the contract
    IZH_MODEL_BAD_ADDRESS = -3, // nothing there in this engine
    IZH_MODEL_BAD_ACCESS = -4,  // a write where one may only read, or the reverse
    IZH_MODEL_BAD_VALUE = -5,   // NEURONS or SUBSTEPS out of range
    IZH_MODEL_RUNNING = -6,     // may only be accessed between ticks
};

struct izh_spike {
    uint32_t tick;
    uint32_t neuron;
    uint8_t substep; // of the tick, from 0
    uint8_t level;   // the spike was at the end of the sub-step minus level h/4
};

struct izh_model;

// Token for a status ("IZH_MODEL_BAD_SHAPE"), and a sentence. Never NULL.
const char *izh_model_status_name(enum izh_model_status status);
const char *izh_model_strerror(enum izh_model_status status);

// A model after reset: registers as in the register map, memories all zero.
// IZH_MODEL_OK, IZH_MODEL_BAD_SHAPE or IZH_MODEL_NO_MEMORY; *model is set only on success.
enum izh_model_status izh_model_new(const struct izh_shape *shape, struct izh_model **model);
void izh_model_free(struct izh_model *model); // NULL is allowed

// One bus access. IZH_MODEL_OK or any status but NO_MEMORY and BAD_SHAPE; nothing is changed unless
// IZH_MODEL_OK.
enum izh_model_status izh_model_write(struct izh_model *model, uint32_t address, uint32_t word);
enum izh_model_status izh_model_read(const struct izh_model *model, uint32_t address,
                                     uint32_t *word);

// Runs one sub-step when ticks are left to run (register RUN). Returns false, and does nothing,
// when none are. spikes has room for NEURONS entries; *count of them are written, neurons
// ascending.
bool izh_model_substep(struct izh_model *model, struct izh_spike *spikes, size_t *count);

// State of a neuron below NEURON_CAPACITY, as izh_model_read would give its three words.
struct izh_state izh_model_state(const struct izh_model *model, uint32_t neuron);

#endif
