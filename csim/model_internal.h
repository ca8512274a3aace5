// model_internal.h: what the parts of the golden model share
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_MODEL_INTERNAL_H
#define IZH_MODEL_INTERNAL_H

#include "kernel.h"
#include "model.h"
#include "pool.h"
#include "synapses.h"

struct izh_model {
    struct izh_shape shape; // lanes not 0
    struct izh_arithmetic arithmetic;
    // Registers.
    uint32_t neurons;
    uint32_t substeps;
    uint32_t ticks_left;
    uint32_t tick;
    uint32_t substep; // of the tick under way, 0 between ticks
    uint32_t seed;
    uint32_t weight_shift;
    uint32_t stimulus;
    uint16_t saturated_x, saturated_w, saturated_port, saturated_i;
    // Memories. SYNAPSE, ROW and ACCUMULATOR are in synapses.
    struct izh_cells cells;    // state, bias; the rest follows from these below
    void *cell_words;          // memory of the cells
    uint16_t *record_index;    // [shape.neurons], NULL when records are per neuron
    bool *probed;              // [shape.neurons]
    struct izh_record *record; // [shape.records], or [shape.neurons] when that is 0
    int32_t *sd;               // of each record
    bool records_written;      // the cells are behind
    bool noisy;                // a neuron in use has an sd
    struct izh_synapses synapses;
    // How it is computed.
    const struct izh_kernel *kernel;
    unsigned threads;
    struct izh_pool *pool;               // NULL: one thread
    uint32_t bound[IZH_THREADS_MAX + 1]; // thread i has the neurons bound[i]..bound[i+1]-1
};

static inline uint32_t izh_record_count(const struct izh_shape *shape)
{
    return shape->records ? shape->records : shape->neurons;
}

static inline uint32_t izh_record_of(const struct izh_model *m, uint32_t neuron)
{
    return m->record_index ? m->record_index[neuron] : neuron;
}

static inline int32_t izh_sign_extend(uint32_t word, int bits)
{
    uint32_t sign = (uint32_t)1 << (bits - 1), mask = (sign << 1) - 1;
    return (int32_t)(((word & mask) ^ sign) - sign);
}

static inline bool izh_has_synapses(const struct izh_model *m)
{
    return m->shape.synapses != 0;
}

// model_registers.c: region REGISTER.
enum izh_model_status izh_model_write_register(struct izh_model *m, uint32_t number, uint32_t word);
enum izh_model_status izh_model_read_register(const struct izh_model *m, uint32_t number,
                                              uint32_t *word);

// model_tick.c. Divides the neurons in use among the threads.
void izh_model_divide(struct izh_model *m);

#endif
