// engine_model.c: the golden model as an engine
// SPDX-License-Identifier: Apache-2.0
#include "engine.h"

#include <stdlib.h>

struct model_engine {
    struct izh_model *model;
    struct izh_spike *spikes; // [neurons], of one sub-step
    uint32_t *probed;         // [neurons], those whose samples are wanted, as read before each run
    uint32_t probed_count;
    uint64_t updates;
};

static enum izh_model_status model_write(void *self, uint32_t address, uint32_t word)
{
    struct model_engine *e = self;
    return izh_model_write(e->model, address, word);
}

static enum izh_model_status model_read(void *self, uint32_t address, uint32_t *word)
{
    struct model_engine *e = self;
    return izh_model_read(e->model, address, word);
}

static uint32_t setting(const struct model_engine *e, uint32_t number)
{
    uint32_t word = 0;
    izh_model_read(e->model, IZH_ADDRESS(IZH_REGION_REGISTER, 0, number), &word);
    return word;
}

static void read_probed(struct model_engine *e, uint32_t neurons)
{
    e->probed_count = 0;
    for (uint32_t i = 0; i < neurons; i++) {
        uint32_t word = 0;
        izh_model_read(e->model, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, i),
                       &word);
        if (word)
            e->probed[e->probed_count++] = i;
    }
}

static void observe(const struct model_engine *e, size_t spikes, struct izh_sample at,
                    const struct izh_engine_observer *observer)
{
    for (size_t i = 0; observer->spike && i < spikes; i++)
        observer->spike(observer->context, &e->spikes[i]);
    for (uint32_t i = 0; observer->sample && i < e->probed_count; i++) {
        at.neuron = e->probed[i];
        at.state = izh_model_state(e->model, at.neuron);
        observer->sample(observer->context, &at);
    }
}

static enum izh_model_status stimulate(struct model_engine *e, uint32_t tick,
                                       const struct izh_engine_observer *observer)
{
    enum izh_model_status status = IZH_MODEL_OK;
    struct izh_stimulus stimulus;
    while (!status && observer->stimulus && observer->stimulus(observer->context, tick, &stimulus))
        status = izh_model_stimulate(e->model, &stimulus);
    return status;
}

static enum izh_model_status model_run(void *self, uint32_t ticks,
                                       const struct izh_engine_observer *observer)
{
    struct model_engine *e = self;
    uint32_t neurons = setting(e, IZH_REG_NEURONS), substeps = setting(e, IZH_REG_SUBSTEPS);
    struct izh_sample at = {.tick = setting(e, IZH_REG_TICK)};
    enum izh_model_status status = IZH_MODEL_OK;
    size_t count;
    read_probed(e, neurons);
    // Tick by tick: a stimulus is taken between ticks only.
    for (uint32_t i = 0; !status && i < ticks; i++, at.tick++) {
        status = stimulate(e, at.tick, observer);
        if (!status)
            status = izh_model_write(e->model, IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_RUN), 1);
        for (at.substep = 0; !status && izh_model_substep(e->model, e->spikes, &count);
             at.substep++)
            observe(e, count, at, observer);
        e->updates += (uint64_t)neurons * substeps;
    }
    return status;
}

static void model_counts(void *self, struct izh_engine_counts *counts)
{
    const struct model_engine *e = self;
    counts->updates = e->updates;
    counts->events = izh_model_synaptic_events(e->model);
}

static void model_free(void *self)
{
    struct model_engine *e = self;
    izh_model_free(e->model);
    free(e->spikes);
    free(e->probed);
    free(e);
}

static const struct izh_engine_ops model_ops = {
    .name = "model",
    .write = model_write,
    .read = model_read,
    .run = model_run,
    .counts = model_counts,
    .free = model_free,
};

enum izh_model_status izh_engine_model(const struct izh_shape *shape, unsigned threads,
                                       struct izh_engine *engine)
{
    struct model_engine *e = calloc(1, sizeof *e);
    if (!e)
        return IZH_MODEL_NO_MEMORY;
    enum izh_model_status status = izh_model_new(shape, &e->model);
    if (!status) {
        e->spikes = calloc(shape->neurons, sizeof *e->spikes);
        e->probed = calloc(shape->neurons, sizeof *e->probed);
        status = e->spikes && e->probed ? IZH_MODEL_OK : IZH_MODEL_NO_MEMORY;
    }
    if (!status && threads != 1)
        status = izh_model_set_threads(e->model, threads);
    if (status)
        model_free(e);
    else
        *engine = (struct izh_engine){&model_ops, e, *shape};
    return status;
}
