// pattern_session.c: patterns run on every engine asked for
// SPDX-License-Identifier: Apache-2.0
#include "pattern_session.h"

#include "command.h"
#include "device.h"
#include "pattern_engine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- Compile ------------------------------------------------------------------------------------

static int complain_of_misfits(const struct izh_pattern_plan *plan)
{
    for (size_t i = 0; i < plan->misfit_count; i++) {
        char text[256];
        izh_misfit_text(&plan->misfits[i].misfit, text, sizeof text);
        izh_complain(IZH_EXIT_INPUT, "pattern %s left out: %s", plan->misfits[i].pattern->id, text);
    }
    return plan->misfit_count ? IZH_EXIT_INPUT : IZH_EXIT_OK;
}

struct izh_pattern_request izh_pattern_request_of(const struct izh_pattern_options *options,
                                                  const struct izh_shape *shape)
{
    return (struct izh_pattern_request){
        .patterns = options->patterns,
        .count = options->count,
        .accurate = options->accurate,
        .step_ms = options->step_ms,
        .shape = *shape,
    };
}

int izh_pattern_plan(const struct izh_pattern_request *request, struct izh_pattern_plan *plan)
{
    return izh_pattern_compile(request, plan) ? complain_of_misfits(plan) : izh_out_of_memory();
}

void izh_pattern_repeat_text(const struct izh_pattern_options *options, char *text, size_t size)
{
    char step[48] = "";
    if (options->step_ms > 0)
        snprintf(step, sizeof step, " --step %.17g", options->step_ms);
    snprintf(text, size, " --mode %s%s --widths %d/%d/%d",
             options->accurate ? "accurate" : "script", step, options->format.x_bits,
             options->format.w_bits, options->format.port_bits);
}

// ---- Engines ------------------------------------------------------------------------------------

// What does not fit one engine fits none, for all have the same words: it is said once.
static int compile(struct izh_pattern_session *session, const struct izh_engine *engines)
{
    uint32_t room = UINT32_MAX;
    int code = IZH_EXIT_OK;
    for (size_t i = 0; i < session->options.on_count; i++) {
        uint32_t own = izh_pattern_room(&engines[i].shape);
        room = own < room ? own : room;
    }
    for (size_t i = 0; i < session->options.on_count; i++) {
        struct izh_pattern_request request = session->request;
        request.shape = engines[i].shape;
        request.room = room;
        if (!izh_pattern_compile(&request, &session->runs[i].plan))
            return izh_out_of_memory();
        if (!i)
            code = complain_of_misfits(&session->runs[i].plan);
    }
    return code;
}

static int complain_of_engine(const char *address, const struct izh_engine *engine,
                              enum izh_model_status status)
{
    char message[IZH_MESSAGE];
    if (status == IZH_MODEL_NO_MEMORY)
        return izh_out_of_memory();
    izh_engine_message(engine, status, message);
    return izh_complain(izh_engine_exit(engine), "%s: %s", address, message);
}

static int record(struct izh_pattern_run *run, const struct izh_engine *engine)
{
    run->recordings = calloc(run->plan.count + 1, sizeof *run->recordings);
    if (!run->recordings)
        return izh_out_of_memory();
    for (size_t i = 0; i < run->plan.count; i++) {
        enum izh_model_status status =
            izh_record(engine, &run->plan.batches[i], &run->recordings[i]);
        if (status)
            return complain_of_engine(run->address, engine, status);
    }
    return IZH_EXIT_OK;
}

// ---- Results ------------------------------------------------------------------------------------

static int add_references(struct izh_pattern_session *session)
{
    const struct izh_pattern_options *o = &session->options;
    session->references = calloc(o->count, sizeof *session->references);
    if (!session->references)
        return izh_out_of_memory();
    for (size_t i = 0; i < o->count; i++) {
        double step_ms = izh_pattern_step(&session->request, o->patterns[i]);
        if (!izh_pattern_reference(o->patterns[i], o->accurate, step_ms, &session->references[i]))
            return izh_out_of_memory();
    }
    return IZH_EXIT_OK;
}

static struct izh_pattern_result *new_result(struct izh_pattern_session *session, size_t pattern,
                                             const char *engine)
{
    const struct izh_pattern_options *o = &session->options;
    struct izh_pattern_result *r = &session->results[session->result_count++];
    *r = (struct izh_pattern_result){.pattern = o->patterns[pattern],
                                     .engine = engine,
                                     .accurate = o->accurate,
                                     .reference = &session->references[pattern]};
    r->step_ms = izh_pattern_step(&session->request, r->pattern);
    return r;
}

static bool copy_reference(const struct izh_pattern_reference *from, struct izh_pattern_result *to)
{
    to->runs_away = !from->exists;
    to->spikes.ms = calloc(from->spikes.count + 1, sizeof(double));
    if (!to->spikes.ms)
        return false;
    to->spikes.count = from->spikes.count;
    memcpy(to->spikes.ms, from->spikes.ms, from->spikes.count * sizeof(double));
    for (size_t i = 0; i < from->curve.count; i++) {
        if (!izh_curve_add(&to->curve, from->curve.points[i]))
            return false;
    }
    return true;
}

static bool take_recording(const struct izh_recording *recording,
                           const struct izh_pattern_batch *batch, size_t neuron,
                           struct izh_pattern_result *result)
{
    result->spikes.ms = calloc(recording->spike_count + 1, sizeof(double));
    if (!result->spikes.ms)
        return false;
    for (size_t i = 0; i < recording->spike_count; i++) {
        const struct izh_spike *s = &recording->spikes[i];
        if (s->neuron == neuron && s->tick < batch->slots[neuron].steps)
            result->spikes.ms[result->spikes.count++] =
                izh_pattern_spike_ms(batch, s->tick, s->level);
    }
    return izh_curve_of(recording, batch, neuron, &result->curve);
}

// The batch and the neuron of a pattern; false when it was left out.
static bool find_slot(const struct izh_pattern_plan *plan, const struct izh_pattern *p,
                      size_t *batch, size_t *neuron)
{
    for (*batch = 0; *batch < plan->count; ++*batch) {
        for (*neuron = 0; *neuron < plan->batches[*batch].count; ++*neuron) {
            if (plan->batches[*batch].slots[*neuron].pattern == p)
                return true;
        }
    }
    return false;
}

static bool add_results(struct izh_pattern_session *session, size_t pattern)
{
    const struct izh_pattern_options *o = &session->options;
    size_t batch, neuron;
    bool good = true;
    if (o->reference)
        good = copy_reference(&session->references[pattern],
                              new_result(session, pattern, "reference"));
    for (size_t i = 0; good && i < o->on_count; i++) {
        const struct izh_pattern_run *run = &session->runs[i];
        if (find_slot(&run->plan, o->patterns[pattern], &batch, &neuron))
            good = take_recording(&run->recordings[batch], &run->plan.batches[batch], neuron,
                                  new_result(session, pattern, run->address));
    }
    return good;
}

static int collect(struct izh_pattern_session *session)
{
    size_t count = session->options.count, engines = session->options.on_count + 1;
    int code = add_references(session);
    if (code)
        return code;
    session->results = calloc(count * engines, sizeof *session->results);
    if (!session->results)
        return izh_out_of_memory();
    for (size_t i = 0; i < count; i++) {
        if (!add_results(session, i))
            return izh_out_of_memory();
    }
    return IZH_EXIT_OK;
}

static int run_on(struct izh_pattern_session *session, const struct izh_engine *engines)
{
    int compiled = compile(session, engines), code = IZH_EXIT_OK;
    if (compiled && compiled != IZH_EXIT_INPUT)
        return compiled;
    for (size_t i = 0; !code && i < session->options.on_count; i++) {
        session->runs[i].address = session->options.on[i];
        code = record(&session->runs[i], &engines[i]);
    }
    if (!code)
        code = collect(session);
    return code ? code : compiled;
}

int izh_pattern_session_run(const struct izh_pattern_options *options,
                            struct izh_pattern_session *session)
{
    struct izh_engine engines[IZH_PATTERN_ENGINES_MAX] = {{0}};
    *session = (struct izh_pattern_session){.options = *options};
    session->request = izh_pattern_request_of(&session->options, &(struct izh_shape){0});
    int code = izh_pattern_open(&session->options, engines);
    if (!code)
        code = run_on(session, engines);
    for (size_t i = 0; i < IZH_PATTERN_ENGINES_MAX; i++)
        izh_engine_free(&engines[i]);
    return code;
}

static void run_free(struct izh_pattern_run *run)
{
    for (size_t i = 0; run->recordings && i < run->plan.count; i++)
        izh_recording_free(&run->recordings[i]);
    free(run->recordings);
    izh_pattern_plan_free(&run->plan);
}

void izh_pattern_session_free(struct izh_pattern_session *session)
{
    for (size_t i = 0; i < session->result_count; i++) {
        free(session->results[i].spikes.ms);
        izh_curve_free(&session->results[i].curve);
    }
    for (size_t i = 0; session->references && i < session->options.count; i++)
        izh_pattern_reference_free(&session->references[i]);
    for (size_t i = 0; i < IZH_PATTERN_ENGINES_MAX; i++)
        run_free(&session->runs[i]);
    free(session->results);
    free(session->references);
    *session = (struct izh_pattern_session){0};
}

// ---- Questions ----------------------------------------------------------------------------------

double izh_pattern_step_error(const struct izh_pattern_result *result)
{
    const struct izh_times *got = &result->spikes, *expected = &result->reference->spikes;
    double error = 0;
    if (!result->reference->exists || got->count != expected->count)
        return -1;
    for (size_t i = 0; i < got->count; i++)
        error = fmax(error, fabs(got->ms[i] - expected->ms[i]) / result->step_ms);
    // Both are whole numbers of steps in script mode, and of steps only up to a rounding.
    return result->accurate ? error : floor(error + 0.5);
}

const struct izh_pattern_result *izh_pattern_best(const struct izh_pattern_session *session,
                                                  const struct izh_pattern *pattern)
{
    const struct izh_pattern_result *best = NULL;
    for (size_t i = 0; i < session->result_count; i++) {
        if (session->results[i].pattern == pattern)
            best = &session->results[i]; // they stand in that order
    }
    return best;
}
