// pattern_report.c: results of a pattern session as a table, as JSON, and as a verdict
// SPDX-License-Identifier: Apache-2.0
#include "pattern_report.h"

#include "command.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- Table --------------------------------------------------------------------------------------

enum { FIRST_SPIKES = 4 };

static void print_times(const struct izh_times *times)
{
    for (size_t i = 0; i < times->count && i < FIRST_SPIKES; i++)
        printf("%s%.2f", i ? " " : "", times->ms[i]);
    if (times->count > FIRST_SPIKES)
        fputs(" ...", stdout);
    if (!times->count)
        fputs("none", stdout);
}

static const char *mode_name(const struct izh_pattern_result *r)
{
    return r->accurate ? "accurate" : "script";
}

static const char runs_away[] = "none: the exact equation runs away";

static void print_counts(const struct izh_pattern_result *r)
{
    double error = izh_pattern_step_error(r);
    if (r->runs_away)
        printf("%6s ", "-");
    else
        printf("%6zu ", r->spikes.count);
    if (r->reference->exists)
        printf("%9zu ", r->reference->spikes.count);
    else
        printf("%9s ", "-");
    if (error < 0)
        printf("%9s  ", "-");
    else
        printf("%9.*f  ", r->accurate ? 2 : 0, error);
}

static bool is_reference(const struct izh_pattern_result *r)
{
    return !strcmp(r->engine, "reference");
}

static void print_row(const struct izh_pattern_result *r, int engine_width)
{
    printf("%-4s %-29s %-9s %-*s %5.4g ", r->pattern->id, r->pattern->name, mode_name(r),
           engine_width, r->engine, r->step_ms);
    print_counts(r);
    if (!r->runs_away)
        print_times(&r->spikes);
    if (!is_reference(r))
        fputs(" | ", stdout);
    if (!r->reference->exists)
        fputs(runs_away, stdout);
    else if (!is_reference(r))
        print_times(&r->reference->spikes);
    putchar('\n');
}

// One line for an engine: how many patterns agree with the reference.
static void print_summary(const struct izh_pattern_session *session, const char *engine)
{
    size_t all = 0, counts = 0, near = 0;
    for (size_t i = 0; i < session->result_count; i++) {
        const struct izh_pattern_result *r = &session->results[i];
        if (strcmp(r->engine, engine) || !r->reference->exists)
            continue;
        double error = izh_pattern_step_error(r);
        all++;
        counts += error >= 0;
        near += error >= 0 && error <= 1;
    }
    if (all)
        printf("%s spike count as the reference in %zu of %zu patterns, every spike within one "
               "step in %zu\n",
               engine, counts, all, near);
}

static int width_of_engines(const struct izh_pattern_options *o)
{
    size_t width = strlen("reference") + 1;
    for (size_t i = 0; i < o->on_count; i++)
        width = strlen(o->on[i]) > width ? strlen(o->on[i]) : width;
    return (int)width;
}

int izh_pattern_print_table(const struct izh_pattern_session *session)
{
    const struct izh_pattern_options *o = &session->options;
    int width = width_of_engines(o);
    printf("%-4s %-29s %-9s %-*s %5s %6s %9s %9s  %s\n", "id", "name", "mode", width, "engine",
           "step", "spikes", "reference", "max error", "first spikes | of the reference");
    printf("%-4s %-29s %-9s %-*s %5s %6s %9s %9s  %s\n", "", "", "", width, "", "ms", "", "spikes",
           "in steps", "ms");
    for (size_t i = 0; i < session->result_count; i++)
        print_row(&session->results[i], width);
    for (size_t i = 0; i < o->on_count; i++)
        print_summary(session, o->on[i]);
    return IZH_EXIT_OK;
}

// ---- JSON ---------------------------------------------------------------------------------------

// Takes over item; false when out of memory.
static bool add(cJSON *object, const char *name, cJSON *item)
{
    if (item && cJSON_AddItemToObject(object, name, item))
        return true;
    cJSON_Delete(item);
    return false;
}

// Times are multiples of decimal fractions: what the multiplication added behind is taken off.
static cJSON *times_json(const struct izh_times *times, bool exist)
{
    if (!exist)
        return cJSON_CreateNull();
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; array && i < times->count; i++) {
        cJSON *number = cJSON_CreateNumber(rint(times->ms[i] * 1e9) / 1e9);
        if (!number || !cJSON_AddItemToArray(array, number)) {
            cJSON_Delete(number);
            cJSON_Delete(array);
            return NULL;
        }
    }
    return array;
}

static bool fill_json(cJSON *object, const struct izh_pattern_result *r)
{
    const struct izh_pattern_reference *reference = r->reference;
    double error = izh_pattern_step_error(r);
    return add(object, "id", cJSON_CreateString(r->pattern->id)) &&
           add(object, "name", cJSON_CreateString(r->pattern->name)) &&
           add(object, "mode", cJSON_CreateString(mode_name(r))) &&
           add(object, "engine", cJSON_CreateString(r->engine)) &&
           add(object, "step_ms", cJSON_CreateNumber(r->step_ms)) &&
           add(object, "spikes", times_json(&r->spikes, !r->runs_away)) &&
           add(object, "reference_spikes", times_json(&reference->spikes, reference->exists)) &&
           add(object, "max_step_error",
               error < 0 ? cJSON_CreateNull() : cJSON_CreateNumber(rint(error * 1e9) / 1e9));
}

static bool fill_array(cJSON *array, const struct izh_pattern_session *session)
{
    for (size_t i = 0; i < session->result_count; i++) {
        cJSON *object = cJSON_CreateObject();
        if (!object || !cJSON_AddItemToArray(array, object)) {
            cJSON_Delete(object);
            return false;
        }
        if (!fill_json(object, &session->results[i]))
            return false;
    }
    return true;
}

int izh_pattern_print_json(const struct izh_pattern_session *session)
{
    cJSON *array = cJSON_CreateArray();
    char *text = array && fill_array(array, session) ? cJSON_Print(array) : NULL;
    cJSON_Delete(array);
    if (!text)
        return izh_out_of_memory();
    puts(text);
    free(text);
    return IZH_EXIT_OK;
}

// ---- Verdict ------------------------------------------------------------------------------------

static int complain_of(const struct izh_pattern_session *session, size_t run, size_t batch,
                       const struct izh_difference *d)
{
    char repeat[192];
    const char *first = session->runs[0].address, *other = session->runs[run].address;
    const char *id = session->runs[0].plan.batches[batch].slots[d->neuron].pattern->id;
    izh_pattern_repeat_text(&session->options, repeat, sizeof repeat);
    return izh_complain(IZH_EXIT_DIFFER,
                        "%s and %s differ: pattern %s, tick %lu, neuron %lu, %s: %lld and %lld; "
                        "repeat: izh patterns %s --on %s,%s%s",
                        first, other, id, (unsigned long)d->tick, (unsigned long)d->neuron, d->word,
                        (long long)d->expected, (long long)d->got, id, first, other, repeat);
}

static int compare_run(const struct izh_pattern_session *session, size_t run, FILE *stream)
{
    const struct izh_pattern_run *first = &session->runs[0], *other = &session->runs[run];
    size_t words = 0, spikes = 0, differ = 0;
    int code = IZH_EXIT_OK;
    for (size_t i = 0; i < first->plan.count; i++) {
        struct izh_comparison c = izh_compare(&first->recordings[i], &other->recordings[i]);
        words += c.words;
        spikes += first->recordings[i].spike_count;
        differ += c.differ;
        if (!c.equal && !code)
            code = complain_of(session, run, i, &c.first);
    }
    fprintf(stream, "%s and %s: %zu state words and %zu spikes compared, %zu words differ\n",
            first->address, other->address, words, spikes, differ);
    return code;
}

int izh_pattern_compare(const struct izh_pattern_session *session, FILE *stream)
{
    int code = IZH_EXIT_OK;
    for (size_t i = 1; i < session->options.on_count; i++) {
        int compared = compare_run(session, i, stream);
        code = code ? code : compared;
    }
    return code;
}
