// recording.c: a batch of patterns runs on an engine, and every state word and spike is kept
// SPDX-License-Identifier: Apache-2.0
#include "recording.h"

#include <stdlib.h>

static void keep_spike(struct izh_recording *r, const struct izh_spike *spike)
{
    if (r->spike_count == r->spike_capacity) {
        size_t capacity = r->spike_capacity ? 2 * r->spike_capacity : 256;
        struct izh_spike *grown = realloc(r->spikes, capacity * sizeof *grown);
        if (!grown) {
            r->out_of_memory = true;
            return;
        }
        r->spikes = grown;
        r->spike_capacity = capacity;
    }
    r->spikes[r->spike_count++] = *spike;
}

// A sample that should not be there is counted, and so found by izh_compare.
static void keep_sample(struct izh_recording *r, const struct izh_sample *sample)
{
    r->samples++;
    if (sample->tick < r->ticks && sample->neuron < r->neurons)
        r->states[(size_t)sample->tick * r->neurons + sample->neuron] = sample->state;
}

// ---- Running ------------------------------------------------------------------------------------

struct run {
    struct izh_recording *recording;
    const struct izh_pattern_batch *batch;
    size_t next; // of the stimuli
};

static void on_spike(void *context, const struct izh_spike *spike)
{
    const struct run *run = context;
    keep_spike(run->recording, spike);
}

static void on_sample(void *context, const struct izh_sample *sample)
{
    const struct run *run = context;
    keep_sample(run->recording, sample);
}

static const struct izh_pattern_stimulus *next_stimulus(struct run *run, uint32_t tick)
{
    const struct izh_pattern_batch *batch = run->batch;
    bool any = run->next < batch->stimulus_count && batch->stimuli[run->next].tick == tick;
    return any ? &batch->stimuli[run->next++] : NULL;
}

static bool on_stimulus(void *context, uint32_t tick, struct izh_stimulus *stimulus)
{
    const struct izh_pattern_stimulus *s = next_stimulus(context, tick);
    if (s)
        *stimulus = (struct izh_stimulus){IZH_STIMULUS_CURRENT, s->neuron, (int32_t)s->word};
    return s;
}

// An engine without a port for stimuli has them written: those of a tick, then all ticks up to the
// next.
static enum izh_model_status run_piecewise(struct run *run, const struct izh_engine *engine,
                                           const struct izh_engine_observer *observer)
{
    const struct izh_pattern_batch *batch = run->batch;
    const struct izh_pattern_stimulus *s;
    enum izh_model_status status = IZH_MODEL_OK;
    for (uint32_t tick = 0; !status && tick < batch->ticks;) {
        while (!status && (s = next_stimulus(run, tick)))
            status = izh_engine_write(
                engine, IZH_ADDRESS(IZH_REGION_INPUT, IZH_FIELD_INPUT_I, s->neuron), s->word);
        uint32_t end =
            run->next < batch->stimulus_count ? batch->stimuli[run->next].tick : batch->ticks;
        if (!status)
            status = izh_engine_run(engine, end - tick, observer);
        tick = end;
    }
    return status;
}

enum izh_model_status izh_record(const struct izh_engine *engine,
                                 const struct izh_pattern_batch *batch,
                                 struct izh_recording *recording)
{
    *recording = (struct izh_recording){.ticks = batch->ticks, .neurons = (uint32_t)batch->count};
    recording->states = calloc((size_t)batch->ticks * batch->count, sizeof *recording->states);
    if (!recording->states)
        return IZH_MODEL_NO_MEMORY;
    struct run run = {recording, batch, 0};
    struct izh_engine_observer observer = {.context = &run, .spike = on_spike, .sample = on_sample};
    enum izh_model_status status = izh_engine_load(engine, batch->image, NULL, NULL);
    if (!status && engine->shape.synapses) {
        observer.stimulus = on_stimulus;
        status = izh_engine_run(engine, batch->ticks, &observer);
    } else if (!status) {
        status = run_piecewise(&run, engine, &observer);
    }
    return recording->out_of_memory ? IZH_MODEL_NO_MEMORY : status;
}

void izh_recording_free(struct izh_recording *recording)
{
    free(recording->states);
    free(recording->spikes);
    *recording = (struct izh_recording){0};
}

// ---- Comparison ---------------------------------------------------------------------------------

static void note(struct izh_comparison *c, struct izh_difference difference)
{
    if (c->equal)
        c->first = difference;
    c->equal = false;
}

static void compare_word(struct izh_comparison *c, struct izh_difference d)
{
    c->words++;
    if (d.expected == d.got)
        return;
    c->differ++;
    note(c, d);
}

static void compare_spikes(struct izh_comparison *c, const struct izh_recording *expected,
                           const struct izh_recording *got)
{
    size_t n = expected->spike_count < got->spike_count ? got->spike_count : expected->spike_count;
    for (size_t i = 0; i < n; i++) {
        bool here = i < expected->spike_count, there = i < got->spike_count;
        struct izh_spike e = here ? expected->spikes[i] : got->spikes[i];
        struct izh_spike g = there ? got->spikes[i] : e;
        if (here && there && e.tick == g.tick && e.neuron == g.neuron && e.level == g.level)
            continue;
        bool earlier = g.tick < e.tick || (g.tick == e.tick && g.neuron < e.neuron);
        struct izh_spike at = earlier ? g : e;
        note(c, (struct izh_difference){at.tick, at.neuron, "spike", here && !earlier,
                                        there && (earlier || !here)});
        return;
    }
}

struct izh_comparison izh_compare(const struct izh_recording *expected,
                                  const struct izh_recording *got)
{
    struct izh_comparison c = {.equal = true};
    if (expected->samples != got->samples)
        note(&c, (struct izh_difference){0, 0, "samples", (int64_t)expected->samples,
                                         (int64_t)got->samples});
    for (uint32_t tick = 0; tick < expected->ticks; tick++) {
        for (uint32_t i = 0; i < expected->neurons; i++) {
            const struct izh_state *e = &expected->states[(size_t)tick * expected->neurons + i];
            const struct izh_state *g = &got->states[(size_t)tick * expected->neurons + i];
            compare_word(&c, (struct izh_difference){tick, i, "x", e->x, g->x});
            compare_word(&c, (struct izh_difference){tick, i, "w", e->w, g->w});
            compare_word(&c, (struct izh_difference){tick, i, "level", e->level, g->level});
        }
    }
    compare_spikes(&c, expected, got);
    return c;
}
