// pattern_session.c: patterns run on every engine asked for
// SPDX-License-Identifier: Apache-2.0
#include "pattern_session.h"

#include "command.h"
#include "engine.h"

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

int izh_pattern_session_compile(const struct izh_pattern_options *options,
                                const struct izh_shape *shape, struct izh_pattern_session *session)
{
    *session = (struct izh_pattern_session){.options = *options};
    session->request = (struct izh_pattern_request){
        .patterns = session->options.patterns,
        .count = options->count,
        .accurate = options->accurate,
        .step_ms = options->step_ms,
        .shape = *shape,
    };
    if (!izh_pattern_compile(&session->request, &session->plan))
        return izh_out_of_memory();
    return complain_of_misfits(&session->plan);
}

void izh_pattern_repeat_text(const struct izh_pattern_options *options, char *text, size_t size)
{
    char step[48] = "", engine[80];
    if (options->step_ms > 0)
        snprintf(step, sizeof step, " --step %.17g", options->step_ms);
    if (options->core)
        snprintf(engine, sizeof engine, "--core %.64s", options->core);
    else
        snprintf(engine, sizeof engine, "--widths %d/%d/%d", options->format.x_bits,
                 options->format.w_bits, options->format.port_bits);
    snprintf(text, size, " --mode %s%s %s --seed %lu", options->accurate ? "accurate" : "script",
             step, engine, (unsigned long)options->seed);
}

// ---- Engines ------------------------------------------------------------------------------------

static int no_such_core(const struct izh_format *asked)
{
    char list[128] = "";
    const char *name;
    struct izh_shape shape;
    for (size_t i = 0; izh_engine_sim_core(i, &name, &shape); i++) {
        struct izh_format f = shape.format;
        char one[32];
        snprintf(one, sizeof one, "%d/%d/%d", f.x_bits, f.w_bits, f.port_bits);
        if (!strstr(list, one) && strlen(list) + strlen(one) + 3 < sizeof list)
            strcat(strcat(list, *list ? ", " : ""), one);
    }
    return izh_complain(IZH_EXIT_USAGE,
                        "sim has no core of widths %d/%d/%d; it has %s; make build makes all",
                        asked->x_bits, asked->w_bits, asked->port_bits, list);
}

static int open_sim(const struct izh_pattern_options *options, struct izh_engine *engine)
{
    if (!(options->on & IZH_ON_SIM))
        return IZH_EXIT_OK;
    enum izh_model_status status =
        izh_engine_sim(options->core, &options->format, options->seed, engine);
    if (status == IZH_MODEL_BAD_SHAPE && options->core)
        return izh_complain(IZH_EXIT_USAGE, "sim has no core '%s'; make build makes all",
                            options->core);
    if (status == IZH_MODEL_BAD_SHAPE)
        return no_such_core(&options->format);
    return status ? izh_complain(IZH_EXIT_INTERNAL, "sim: %s", izh_model_strerror(status))
                  : IZH_EXIT_OK;
}

static int open_model(const struct izh_pattern_options *options, const struct izh_shape *shape,
                      struct izh_engine *engine)
{
    if (!(options->on & IZH_ON_MODEL))
        return IZH_EXIT_OK;
    enum izh_model_status status = izh_engine_model(shape, 1, engine);
    return status ? izh_complain(IZH_EXIT_INTERNAL, "model: %s", izh_model_strerror(status))
                  : IZH_EXIT_OK;
}

static int record(struct izh_pattern_session *session, size_t which,
                  const struct izh_engine *engine)
{
    if (!engine->ops || !session->plan.count)
        return IZH_EXIT_OK;
    struct izh_recording *r = calloc(session->plan.count, sizeof *r);
    session->recordings[which] = r;
    if (!r)
        return izh_out_of_memory();
    for (size_t i = 0; i < session->plan.count; i++) {
        enum izh_model_status status = izh_record(engine, &session->plan.batches[i], &r[i]);
        if (status)
            return izh_complain(IZH_EXIT_INTERNAL, "%s: %s", engine->ops->name,
                                izh_model_strerror(status));
    }
    return IZH_EXIT_OK;
}

static int run_engines(struct izh_pattern_session *session, const struct izh_engine *engines)
{
    int code = IZH_EXIT_OK;
    for (size_t i = 0; !code && i < IZH_SESSION_ENGINES; i++)
        code = record(session, i, &engines[i]);
    return code;
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
    size_t batch, neuron;
    bool good = true;
    if (session->options.on & IZH_ON_REFERENCE)
        good = copy_reference(&session->references[pattern],
                              new_result(session, pattern, "reference"));
    if (!find_slot(&session->plan, session->options.patterns[pattern], &batch, &neuron))
        return good;
    for (size_t i = 0; good && i < IZH_SESSION_ENGINES; i++) {
        if (!session->recordings[i])
            continue;
        const struct izh_recording *r = &session->recordings[i][batch];
        good = take_recording(r, &session->plan.batches[batch], neuron,
                              new_result(session, pattern, r->engine));
    }
    return good;
}

static int collect(struct izh_pattern_session *session)
{
    size_t count = session->options.count;
    int code = add_references(session);
    if (code)
        return code;
    session->results = calloc(count * (IZH_SESSION_ENGINES + 1), sizeof *session->results);
    if (!session->results)
        return izh_out_of_memory();
    for (size_t i = 0; i < count; i++) {
        if (!add_results(session, i))
            return izh_out_of_memory();
    }
    return IZH_EXIT_OK;
}

static int run_with(struct izh_pattern_session *session, struct izh_pattern_options options,
                    struct izh_engine *engines)
{
    struct izh_shape shape = {
        .format = options.format, .neurons = IZH_SESSION_NEURONS, .records = IZH_SESSION_RECORDS};
    int code = open_sim(&options, &engines[1]);
    if (code)
        return code;
    if (engines[1].ops)
        shape = engines[1].shape;
    options.format = shape.format;
    code = open_model(&options, &shape, &engines[0]);
    if (code)
        return code;
    int compiled = izh_pattern_session_compile(&options, &shape, session);
    if (compiled && compiled != IZH_EXIT_INPUT)
        return compiled;
    code = run_engines(session, engines);
    if (!code)
        code = collect(session);
    return code ? code : compiled;
}

int izh_pattern_session_run(const struct izh_pattern_options *options,
                            struct izh_pattern_session *session)
{
    struct izh_engine engines[IZH_SESSION_ENGINES] = {{0}};
    *session = (struct izh_pattern_session){.options = *options};
    int code = run_with(session, *options, engines);
    for (size_t i = 0; i < IZH_SESSION_ENGINES; i++)
        izh_engine_free(&engines[i]);
    return code;
}

void izh_pattern_session_free(struct izh_pattern_session *session)
{
    for (size_t i = 0; i < session->result_count; i++) {
        free(session->results[i].spikes.ms);
        izh_curve_free(&session->results[i].curve);
    }
    for (size_t i = 0; session->references && i < session->options.count; i++)
        izh_pattern_reference_free(&session->references[i]);
    for (size_t i = 0; i < IZH_SESSION_ENGINES; i++) {
        for (size_t j = 0; session->recordings[i] && j < session->plan.count; j++)
            izh_recording_free(&session->recordings[i][j]);
        free(session->recordings[i]);
    }
    free(session->results);
    free(session->references);
    izh_pattern_plan_free(&session->plan);
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
