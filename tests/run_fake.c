// run_fake.c: a network made by hand, and an engine that spikes by a rule, for tests of runs
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run_fake.h"

#include "run_interrupt.h"

#include <signal.h>
#include <time.h>

static const struct izh_shape shape = {
    .format = {20, 24, 18}, .neurons = 8, .lanes = 1, .synapses = 16, .slots = 32, .parts = 2};

struct izh_population izh_fake_populations[3] = {
    {"E", 0, 4}, {"I, \"odd\"", 4, 1}, {"silent", 5, 1}};
static uint32_t physical[IZH_FAKE_NEURONS] = {3, 1, 2, 0, 5, 4},
                logical[IZH_FAKE_NEURONS] = {3, 1, 2, 0, 5, 4};
struct izh_timed_stimulus izh_fake_stimuli[4] = {
    {0, {IZH_STIMULUS_EVENT, 1, 10}},
    {7, {IZH_STIMULUS_CURRENT, 2, -5}},
    {7, {IZH_STIMULUS_EVENT, 3, 4}},
    {IZH_FAKE_TICKS - 1, {IZH_STIMULUS_EVENT, 0, 1}},
};

static struct izh_compiled network_by_hand(void)
{
    return (struct izh_compiled){
        .shape = shape,
        .neurons = IZH_FAKE_NEURONS,
        .physical = physical,
        .logical = logical,
        .populations = izh_fake_populations,
        .population_count = 3,
        .tick_ms = 1,
        .substeps = IZH_FAKE_SUBSTEPS,
        .accurate = true,
        .ticks = IZH_FAKE_TICKS,
        .report = {.lanes = 1},
    };
}

static void pause_us(uint32_t us)
{
    struct timespec time = {0, (long)us * 1000};
    nanosleep(&time, NULL);
}

bool izh_fake_fires(uint32_t tick, uint32_t substep, uint32_t neuron, struct izh_spike *spike)
{
    uint32_t h = (tick * IZH_FAKE_SUBSTEPS + substep) * 2654435761u + neuron * 40503u;
    h ^= h >> 13;
    if (neuron == 4 || h % 3) // physical 4 is logical 5: silent
        return false;
    *spike = (struct izh_spike){tick, neuron, (uint8_t)substep, (uint8_t)(h >> 8) % 6};
    return true;
}

static enum izh_model_status fake_write(void *self, uint32_t address, uint32_t word)
{
    struct izh_fake *f = self;
    (void)address;
    (void)word;
    f->words++;
    f->counters = 0;
    return IZH_MODEL_OK;
}

static enum izh_model_status fake_read(void *self, uint32_t address, uint32_t *word)
{
    struct izh_fake *f = self;
    *word = address == IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_SATURATED_W) ? f->counters : 0;
    return IZH_MODEL_OK;
}

static void fake_tick(struct izh_fake *f, const struct izh_engine_observer *o)
{
    struct izh_spike spike;
    struct izh_stimulus stimulus;
    while (o->stimulus && o->stimulus(o->context, f->tick, &stimulus)) {
        assert_true(f->stimuli < 4);
        assert_int_equal(izh_fake_stimuli[f->stimuli].tick, f->tick);
        assert_memory_equal(&izh_fake_stimuli[f->stimuli].word, &stimulus, sizeof stimulus);
        f->stimuli++;
    }
    for (uint32_t s = 0; s < IZH_FAKE_SUBSTEPS; s++) {
        for (uint32_t n = 0; n < IZH_FAKE_NEURONS; n++)
            for (unsigned i = 0; izh_fake_fires(f->tick, s, n, &spike) && i <= f->copies; i++)
                o->spike(o->context, &spike);
        struct izh_sample sample = {f->tick, s, 2, {.x = (int32_t)f->tick * 1000, .w = -1000}};
        if (o->sample)
            o->sample(o->context, &sample);
    }
    if (f->slow_us)
        pause_us(f->slow_us);
}

static enum izh_model_status fake_run(void *self, uint32_t ticks,
                                      const struct izh_engine_observer *observer)
{
    struct izh_fake *f = self;
    f->runs++;
    for (uint32_t i = 0; i < ticks; i++, f->tick++) {
        if (f->stuck_at && f->tick == f->stuck_at)
            return IZH_MODEL_RUNNING;
        if (f->interrupt_at && f->tick == f->interrupt_at)
            raise(SIGINT);
        fake_tick(f, observer);
    }
    f->counters = f->tick > 1 ? f->counters + 3 : 0xffff;
    return IZH_MODEL_OK;
}

static void fake_counts(void *self, struct izh_engine_counts *counts)
{
    struct izh_fake *f = self;
    *counts = (struct izh_engine_counts){
        .updates = f->tick * 10, .events = f->tick * 100, .clocks = f->tick * 1000 + 7};
}

static void fake_free(void *self)
{
    (void)self;
}

static const struct izh_engine_ops fake_ops = {
    .write = fake_write,
    .read = fake_read,
    .run = fake_run,
    .counts = fake_counts,
    .free = fake_free,
};

static bool interrupted(void *context)
{
    (void)context;
    return izh_run_interrupt_signal() != 0;
}

void izh_fake_prepare(struct izh_fake_run *f)
{
    *f = (struct izh_fake_run){.engine = {"fake", &fake_ops, NULL, shape},
                               .compiled = network_by_hand()};
    f->engine.self = &f->fake;
    f->compiled.image = &f->image;
    f->request = (struct izh_run_request){.engine = &f->engine,
                                          .compiled = &f->compiled,
                                          .ticks = IZH_FAKE_TICKS,
                                          .stop = interrupted};
}

static void append(void *context, const struct izh_run_spike *spike)
{
    struct izh_spike_list *list = context;
    assert_true(list->count < sizeof list->spikes / sizeof *list->spikes);
    list->spikes[list->count++] = *spike;
}

void izh_fake_collect(struct izh_fake_run *f, uint32_t ticks, struct izh_spike_list *list)
{
    struct izh_run_sorter sorter = {.give = append, .context = list};
    struct izh_spike spike;
    for (uint32_t t = 0; t < ticks; t++)
        for (uint32_t s = 0; s < IZH_FAKE_SUBSTEPS; s++)
            for (uint32_t n = 0; n < IZH_FAKE_NEURONS; n++)
                if (izh_fake_fires(t, s, n, &spike)) {
                    struct izh_run_spike r = izh_run_spike_of(&f->compiled, &spike);
                    assert_true(izh_run_sorter_take(&sorter, &f->compiled, &r));
                    assert_true(sorter.count <= 3 * IZH_FAKE_NEURONS);
                }
    izh_run_sorter_finish(&sorter);
    izh_run_sorter_free(&sorter);
}
