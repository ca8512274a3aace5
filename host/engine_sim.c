// engine_sim.c: the Verilated core as an engine
// SPDX-License-Identifier: Apache-2.0
#include "engine.h"

#include "cosim.h"

static enum izh_model_status sim_write(void *self, uint32_t address, uint32_t word)
{
    return izh_cosim_write(self, address, word);
}

static enum izh_model_status sim_read(void *self, uint32_t address, uint32_t *word)
{
    return izh_cosim_read(self, address, word);
}

struct run {
    const struct izh_engine_observer *observer;
    struct izh_sample at; // the last sample
    uint32_t substeps;
    bool any;
};

static void on_spike(void *context, const struct izh_spike *spike)
{
    const struct run *run = context;
    if (run->observer->spike)
        run->observer->spike(run->observer->context, spike);
}

// A sample says which neuron, not when: a neuron that is not after the last one is of the next
// sub-step.
static void on_probe(void *context, const struct izh_probe_sample *sample)
{
    struct run *run = context;
    if (run->any && sample->neuron <= run->at.neuron) {
        run->at.substep = (run->at.substep + 1) % run->substeps;
        run->at.tick += run->at.substep == 0;
    }
    run->any = true;
    run->at.neuron = sample->neuron;
    run->at.state = sample->state;
    if (run->observer->sample)
        run->observer->sample(run->observer->context, &run->at);
}

static bool on_stimulus(void *context, uint32_t tick, struct izh_stimulus *stimulus)
{
    const struct run *run = context;
    return run->observer->stimulus(run->observer->context, tick, stimulus);
}

static enum izh_model_status setting(void *self, uint32_t number, uint32_t *word)
{
    return sim_read(self, IZH_ADDRESS(IZH_REGION_REGISTER, 0, number), word);
}

static enum izh_model_status sim_run(void *self, uint32_t ticks,
                                     const struct izh_engine_observer *observer)
{
    struct run run = {.observer = observer};
    struct izh_cosim_observer ports = {.context = &run,
                                       .spike = on_spike,
                                       .probe = on_probe,
                                       .stimulus = observer->stimulus ? on_stimulus : NULL};
    enum izh_model_status status = setting(self, IZH_REG_TICK, &run.at.tick);
    if (!status)
        status = setting(self, IZH_REG_SUBSTEPS, &run.substeps);
    if (status || !ticks)
        return status;
    return izh_cosim_run(self, ticks, &ports) ? IZH_MODEL_OK : IZH_MODEL_RUNNING;
}

static void sim_counts(void *self, struct izh_engine_counts *counts)
{
    struct izh_cosim_counts c = izh_cosim_count(self);
    *counts =
        (struct izh_engine_counts){.updates = c.updates, .events = c.events, .clocks = c.clocks};
}

static void sim_free(void *self)
{
    izh_cosim_free(self);
}

static const struct izh_engine_ops sim_ops = {
    .write = sim_write,
    .read = sim_read,
    .run = sim_run,
    .counts = sim_counts,
    .free = sim_free,
};

enum izh_model_status izh_engine_sim(const char *core, uint32_t seed, struct izh_engine *engine)
{
    struct izh_cosim *cosim;
    enum izh_model_status status = izh_cosim_new(core, seed, &cosim);
    if (!status)
        *engine = (struct izh_engine){"sim", &sim_ops, cosim, izh_cosim_shape(cosim)};
    return status;
}

bool izh_engine_sim_core(size_t i, const char **name, struct izh_shape *shape)
{
    struct izh_cosim *cosim;
    *name = izh_cosim_configuration(i);
    if (!*name || izh_cosim_new(*name, 1, &cosim))
        return false;
    *shape = izh_cosim_shape(cosim);
    izh_cosim_free(cosim);
    return true;
}
