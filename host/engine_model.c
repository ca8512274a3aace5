// engine_model.c: the golden model as an engine
// SPDX-License-Identifier: Apache-2.0
#include "engine.h"

#include <stdlib.h>

struct model_engine {
    struct izh_model *model;
    struct izh_spike *spikes; // [neurons], of one sub-step
    bool *probed;             // [neurons], as read before each run
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
    for (uint32_t i = 0; i < neurons; i++) {
        uint32_t word = 0;
        izh_model_read(e->model, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, i),
                       &word);
        e->probed[i] = word;
    }
}

static void observe(const struct model_engine *e, size_t spikes, struct izh_sample at,
                    uint32_t neurons, const struct izh_engine_observer *observer)
{
    for (size_t i = 0; observer->spike && i < spikes; i++)
        observer->spike(observer->context, &e->spikes[i]);
    for (uint32_t i = 0; observer->sample && i < neurons; i++) {
        if (!e->probed[i])
            continue;
        at.neuron = i;
        at.state = izh_model_state(e->model, i);
        observer->sample(observer->context, &at);
    }
}

static enum izh_model_status model_run(void *self, uint32_t ticks,
                                       const struct izh_engine_observer *observer)
{
    struct model_engine *e = self;
    uint32_t neurons = setting(e, IZH_REG_NEURONS), substeps = setting(e, IZH_REG_SUBSTEPS);
    struct izh_sample at = {.tick = setting(e, IZH_REG_TICK)};
    size_t count;
    read_probed(e, neurons);
    enum izh_model_status status =
        izh_model_write(e->model, IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_RUN), ticks);
    while (!status && izh_model_substep(e->model, e->spikes, &count)) {
        observe(e, count, at, neurons, observer);
        at.substep = (at.substep + 1) % substeps;
        at.tick += at.substep == 0;
    }
    return status;
}

static void model_free(void *self)
{
    struct model_engine *e = self;
    izh_model_free(e->model);
    free(e->spikes);
    free(e->probed);
    free(e);
}

static const struct izh_engine_ops model_ops = {"model", model_write, model_read, model_run,
                                                model_free};

enum izh_model_status izh_engine_model(const struct izh_shape *shape, struct izh_engine *engine)
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
    if (status)
        model_free(e);
    else
        *engine = (struct izh_engine){&model_ops, e, *shape};
    return status;
}
