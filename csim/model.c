// model.c: the golden model: an engine in C that gives the bits of docs/contract.md
// SPDX-License-Identifier: Apache-2.0
#include "model_internal.h"

#include <stdlib.h>
#include <string.h>

const char *izh_model_status_name(enum izh_model_status status)
{
    switch (status) {
    case IZH_MODEL_OK:
        return "IZH_MODEL_OK";
    case IZH_MODEL_NO_MEMORY:
        return "IZH_MODEL_NO_MEMORY";
    case IZH_MODEL_BAD_SHAPE:
        return "IZH_MODEL_BAD_SHAPE";
    case IZH_MODEL_BAD_ADDRESS:
        return "IZH_MODEL_BAD_ADDRESS";
    case IZH_MODEL_BAD_ACCESS:
        return "IZH_MODEL_BAD_ACCESS";
    case IZH_MODEL_BAD_VALUE:
        return "IZH_MODEL_BAD_VALUE";
    case IZH_MODEL_RUNNING:
        return "IZH_MODEL_RUNNING";
    }
    return "IZH_MODEL_UNKNOWN";
}

const char *izh_model_strerror(enum izh_model_status status)
{
    switch (status) {
    case IZH_MODEL_OK:
        return "success";
    case IZH_MODEL_NO_MEMORY:
        return "out of memory";
    case IZH_MODEL_BAD_SHAPE:
        return "no such engine: widths, neurons, records, lanes or synapses out of range";
    case IZH_MODEL_BAD_ADDRESS:
        return "no such address in this engine";
    case IZH_MODEL_BAD_ACCESS:
        return "this address cannot be accessed in this direction";
    case IZH_MODEL_BAD_VALUE:
        return "value out of range for this register";
    case IZH_MODEL_RUNNING:
        return "only possible between two ticks";
    }
    return "unknown status";
}

// ---- Life ---------------------------------------------------------------------------------------

static bool shape_is_valid(const struct izh_shape *shape)
{
    uint32_t records = shape->records, lanes = shape->lanes;
    return !izh_format_fault(&shape->format) && shape->neurons >= 2 && shape->neurons <= 65536 &&
           records != 1 && records <= 65536 && !(records & (records - 1)) && lanes <= 16 &&
           !(lanes & (lanes - 1)) && shape->neurons % (lanes ? lanes : 1) == 0 &&
           izh_synapses_valid(shape);
}

// Every word of the neurons is one array of words; whole groups may be read beyond the last neuron.
static bool allocate_cells(struct izh_model *m)
{
    enum { FIELDS = 11 };
    size_t stride = ((size_t)m->shape.neurons + IZH_GROUP - 1) / IZH_GROUP * IZH_GROUP;
    size_t size = FIELDS * stride * sizeof(int32_t);
    int32_t *words = aligned_alloc(IZH_ALIGN, size);
    if (!words)
        return false;
    m->cell_words = memset(words, 0, size);
    struct izh_cells *c = &m->cells;
    int32_t **const field[FIELDS] = {&c->x, &c->w,  &c->level,      &c->bias,  &c->input, &c->a,
                                     &c->b, &c->e4, &c->below_peak, &c->decay, &c->sd};
    for (size_t i = 0; i < FIELDS; i++)
        *field[i] = words + i * stride;
    return true;
}

static bool allocate(struct izh_model *m)
{
    uint32_t neurons = m->shape.neurons, records = izh_record_count(&m->shape);
    m->probed = calloc(neurons, sizeof *m->probed);
    m->record = calloc(records, sizeof *m->record);
    m->sd = calloc(records, sizeof *m->sd);
    if (m->shape.records)
        m->record_index = calloc(neurons, sizeof *m->record_index);
    return allocate_cells(m) && m->probed && m->record && m->sd &&
           (m->record_index || !m->shape.records) &&
           (!izh_has_synapses(m) || izh_synapses_new(&m->synapses, &m->shape));
}

static const struct izh_kernel *best_kernel(void)
{
    size_t i = 0;
    while (izh_kernel(i + 1))
        i++;
    return izh_kernel(i);
}

void izh_model_reset(struct izh_model *m)
{
    m->arithmetic = (struct izh_arithmetic){m->shape.format, .step = 2, .accurate = true};
    for (int i = 0; i < IZH_LEVELS; i++)
        m->arithmetic.bound[i] = (1 << IZH_BOUND_BITS) - 1;
    m->neurons = 1;
    m->substeps = 1;
    m->ticks_left = m->tick = m->substep = 0;
    m->seed = m->weight_shift = m->stimulus = 0;
    m->saturated_x = m->saturated_w = m->saturated_port = m->saturated_i = 0;
    m->records_written = true;
    if (izh_has_synapses(m)) {
        izh_synapses_clear(&m->synapses);
        m->synapses.lost = 0;
    }
    izh_model_divide(m);
}

enum izh_model_status izh_model_new(const struct izh_shape *shape, struct izh_model **model)
{
    if (!shape_is_valid(shape))
        return IZH_MODEL_BAD_SHAPE;
    struct izh_model *m = calloc(1, sizeof *m);
    if (!m)
        return IZH_MODEL_NO_MEMORY;
    m->shape = *shape;
    m->shape.lanes = shape->lanes ? shape->lanes : 1;
    if (!allocate(m)) {
        izh_model_free(m);
        return IZH_MODEL_NO_MEMORY;
    }
    m->kernel = best_kernel();
    m->threads = 1;
    izh_model_reset(m);
    *model = m;
    return IZH_MODEL_OK;
}

void izh_model_free(struct izh_model *m)
{
    if (!m)
        return;
    izh_pool_free(m->pool);
    izh_synapses_free(&m->synapses);
    free(m->cell_words);
    free(m->probed);
    free(m->record);
    free(m->sd);
    free(m->record_index);
    free(m);
}

// ---- How it is computed -------------------------------------------------------------------------

const char *izh_model_kernel(size_t i)
{
    const struct izh_kernel *kernel = izh_kernel(i);
    return kernel ? kernel->name : NULL;
}

enum izh_model_status izh_model_set_kernel(struct izh_model *m, const char *name)
{
    if (m->substep)
        return IZH_MODEL_RUNNING;
    for (size_t i = 0; izh_kernel(i); i++) {
        if (strcmp(izh_kernel(i)->name, name))
            continue;
        m->kernel = izh_kernel(i);
        return IZH_MODEL_OK;
    }
    return IZH_MODEL_BAD_VALUE;
}

enum izh_model_status izh_model_set_threads(struct izh_model *m, unsigned threads)
{
    struct izh_pool *pool = NULL;
    if (m->substep)
        return IZH_MODEL_RUNNING;
    if (threads < 1 || threads > IZH_THREADS_MAX)
        return IZH_MODEL_BAD_VALUE;
    if (threads > 1) {
        pool = izh_pool_new(threads);
        if (!pool)
            return IZH_MODEL_NO_MEMORY;
    }
    izh_pool_free(m->pool);
    m->pool = pool;
    m->threads = threads;
    izh_model_divide(m);
    return IZH_MODEL_OK;
}

// ---- Looking at it ------------------------------------------------------------------------------

struct izh_state izh_model_state(const struct izh_model *m, uint32_t neuron)
{
    const struct izh_cells *c = &m->cells;
    return (struct izh_state){c->x[neuron], c->w[neuron], (uint8_t)c->level[neuron]};
}

int32_t izh_model_input(const struct izh_model *m, uint32_t neuron)
{
    return m->cells.input[neuron];
}

uint64_t izh_model_synaptic_events(const struct izh_model *m)
{
    return m->synapses.events;
}
