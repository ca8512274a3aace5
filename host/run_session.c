// run_session.c: a compiled network runs on an engine, chunk after chunk, and its spikes go where
// they are wanted
// SPDX-License-Identifier: Apache-2.0
#include "run_session.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

// A chunk is as long as this takes, so that Ctrl-C is heard and the bar moves.
static const double chunk_s = 0.1;

enum { COUNTER_MAX = 0xffff };

static const struct {
    const char *name;
    uint32_t number;
    bool synaptic; // absent in an engine without synapses
} counters[IZH_RUN_COUNTERS] = {
    {"x", IZH_REG_SATURATED_X, false},
    {"w", IZH_REG_SATURATED_W, false},
    {"port", IZH_REG_SATURATED_PORT, false},
    {"i", IZH_REG_SATURATED_I, true},
    {"lost", IZH_REG_LOST, true},
};

struct session {
    const struct izh_run_request *request;
    struct izh_run_result *result;
    struct izh_run_sorter sorter;
    size_t next_stimulus;
    bool stopped;
};

double izh_run_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// ---- What the engine gives and asks -------------------------------------------------------------

static void give(void *context, const struct izh_run_spike *spike)
{
    struct session *s = context;
    if (s->request->files)
        izh_run_files_spike(s->request->files, spike);
    if (s->request->activity)
        izh_run_activity_add(s->request->activity, spike);
}

static void on_spike(void *context, const struct izh_spike *spike)
{
    struct session *s = context;
    struct izh_run_spike r = izh_run_spike_of(s->request->compiled, spike);
    s->result->spikes++;
    s->result->checksum += izh_run_spike_hash(r.tick, r.substep, r.level, r.neuron);
    s->result->population_spikes[r.population]++;
    if (!izh_run_sorter_take(&s->sorter, s->request->compiled, &r))
        s->result->out_of_memory = true;
}

static void on_sample(void *context, const struct izh_sample *sample)
{
    struct session *s = context;
    izh_run_files_sample(s->request->files, sample);
}

static bool on_stimulus(void *context, uint32_t tick, struct izh_stimulus *stimulus)
{
    struct session *s = context;
    const struct izh_compiled *c = s->request->compiled;
    if (s->next_stimulus == c->stimulus_count || c->stimuli[s->next_stimulus].tick != tick)
        return false;
    *stimulus = c->stimuli[s->next_stimulus++].word;
    return true;
}

// ---- Chunks -------------------------------------------------------------------------------------

static enum izh_model_status take_counter(const struct session *s, size_t i)
{
    const struct izh_engine *engine = s->request->engine;
    struct izh_run_counter *counter = &s->result->counters[i];
    uint32_t address = IZH_ADDRESS(IZH_REGION_REGISTER, 0, counters[i].number), word = 0;
    if (counters[i].synaptic && !engine->shape.synapses)
        return IZH_MODEL_OK;
    enum izh_model_status status = izh_engine_read(engine, address, &word);
    if (status || !word)
        return status;
    counter->count += word;
    counter->at_least = counter->at_least || word == COUNTER_MAX;
    return izh_engine_write(engine, address, 0);
}

static bool take_counters(struct session *s)
{
    for (size_t i = 0; !s->result->status && i < IZH_RUN_COUNTERS; i++)
        s->result->status = take_counter(s, i);
    return !s->result->status;
}

// A chunk is left out of the result when it does not come to its end.
static bool run_chunk(struct session *s, uint32_t ticks)
{
    const struct izh_run_request *q = s->request;
    struct izh_run_result *r = s->result;
    struct izh_engine_observer observer = {
        .context = s,
        .spike = on_spike,
        .sample = q->files && q->compiled->probe_count ? on_sample : NULL,
        .stimulus = q->compiled->stimulus_count ? on_stimulus : NULL,
    };
    struct izh_engine_counts before = izh_engine_count(q->engine);
    double start = izh_run_clock();
    r->status = izh_engine_run(q->engine, ticks, &observer);
    r->wall_s += izh_run_clock() - start;
    struct izh_engine_counts after = izh_engine_count(q->engine);
    r->counts.updates += after.updates - before.updates;
    r->counts.clocks += after.clocks - before.clocks;
    r->counts.lost += after.lost - before.lost;
    r->counts.events_unknown = after.events_unknown;
    r->file_failed = q->files && q->files->error;
    if (r->status || r->out_of_memory || r->file_failed || !take_counters(s))
        return false;
    // A board may still read the rows of its last spikes when the end of the tick has come; it has
    // done so when it answers.
    r->counts.events += izh_engine_count(q->engine).events - before.events;
    r->ticks += ticks;
    return true;
}

// Twice or half as many ticks, so that a chunk takes about its time beyond what the shortest one
// took: a device that is far away takes so long for any chunk.
static uint32_t next_chunk(uint32_t ticks, double took_s, double shortest_s)
{
    double beyond_s = took_s - shortest_s;
    if (beyond_s < chunk_s / 2 && ticks < UINT32_MAX / 2)
        return 2 * ticks;
    return beyond_s > chunk_s && ticks > 1 ? ticks / 2 : ticks;
}

static bool wants_stop(void *context)
{
    struct session *s = context;
    const struct izh_run_request *q = s->request;
    s->stopped = s->stopped || (q->stop && q->stop(q->context));
    return s->stopped;
}

static bool run_all(struct session *s)
{
    const struct izh_run_request *q = s->request;
    struct izh_run_result *r = s->result;
    uint32_t chunk = 1;
    double shortest_s = HUGE_VAL;
    while (r->ticks < q->ticks) {
        uint32_t left = q->ticks - r->ticks;
        double before = r->wall_s;
        if (wants_stop(s))
            return true;
        if (!run_chunk(s, chunk < left ? chunk : left))
            return false;
        shortest_s = fmin(shortest_s, r->wall_s - before);
        chunk = next_chunk(chunk, r->wall_s - before, shortest_s);
        if (q->progress)
            q->progress(q->context, r->ticks, r->wall_s);
    }
    return true;
}

static bool load(struct session *s)
{
    struct izh_run_result *r = s->result;
    const struct izh_stop stop = {s, wants_stop};
    r->status =
        izh_engine_load(s->request->engine, s->request->compiled->image, &stop, &r->refused);
    r->loaded = !r->status;
    if (s->stopped)
        r->status = IZH_MODEL_OK;
    return r->loaded || s->stopped;
}

bool izh_run(const struct izh_run_request *request, struct izh_run_result *result)
{
    struct session s = {.request = request, .result = result};
    *result = (struct izh_run_result){0};
    s.sorter.give = give;
    s.sorter.context = &s;
    for (size_t i = 0; i < IZH_RUN_COUNTERS; i++)
        result->counters[i].name = counters[i].name;
    result->population_spikes =
        calloc(request->compiled->population_count + 1, sizeof *result->population_spikes);
    result->out_of_memory = !result->population_spikes;
    bool good = !result->out_of_memory && load(&s) && run_all(&s);
    izh_run_sorter_finish(&s.sorter);
    result->file_failed = request->files && request->files->error;
    izh_run_sorter_free(&s.sorter);
    return good && !result->file_failed;
}

void izh_run_result_free(struct izh_run_result *result)
{
    free(result->population_spikes);
    result->population_spikes = NULL;
}

double izh_run_rate_hz(const struct izh_compiled *compiled, const struct izh_run_result *result,
                       size_t population)
{
    double seconds = result->ticks * compiled->tick_ms / 1000;
    double neurons = compiled->populations[population].count;
    return seconds > 0 && neurons > 0
               ? (double)result->population_spikes[population] / neurons / seconds
               : 0;
}
