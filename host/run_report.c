// run_report.c: what came out of a run, as text and as JSON
// SPDX-License-Identifier: Apache-2.0
#include "run_report.h"

#include "command.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LOST = IZH_RUN_COUNTERS - 1, MANY_POPULATIONS = 12 };

// ---- Derived ------------------------------------------------------------------------------------

static double simulated_ms(const struct izh_run_report *r)
{
    return r->result->ticks * r->compiled->tick_ms;
}

static double times_real_time(const struct izh_run_report *r)
{
    return r->result->wall_s > 0 ? simulated_ms(r) / 1000 / r->result->wall_s : 0;
}

static bool has_clock(const struct izh_run_report *r)
{
    return r->result->counts.clocks > 0 && r->result->ticks > 0;
}

// Clocks of a tick in which every lane updates a neuron.
static double update_clocks(const struct izh_run_report *r)
{
    return (double)r->result->counts.updates / r->compiled->report.lanes / r->result->ticks;
}

static double clocks(const struct izh_run_report *r)
{
    return (double)r->result->counts.clocks / r->result->ticks;
}

static double events_per_clock(const struct izh_run_report *r)
{
    return (double)r->result->counts.events / (double)r->result->counts.clocks;
}

// Part of the clocks in which no neuron is updated.
static double stall_share(const struct izh_run_report *r)
{
    return fmax(0, 1 - update_clocks(r) / clocks(r));
}

// What makes the result another one than the network's.
static uint64_t lost(const struct izh_run_report *r)
{
    return r->result->counters[LOST].count + r->result->counts.lost;
}

void izh_run_engine_text(const struct izh_run_report *r, char *text, size_t size)
{
    const char *engine = r->engine->name;
    bool sim = !strcmp(engine, "sim");
    if (r->uri)
        snprintf(text, size, "%s", r->uri);
    else if (r->core)
        snprintf(text, size, sim ? "%s %s" : "%s of %s", engine, r->core);
    else
        snprintf(text, size, "%s", engine);
}

// ---- Text ---------------------------------------------------------------------------------------

static void print_rates(const struct izh_run_report *r, FILE *stream)
{
    const struct izh_compiled *c = r->compiled;
    size_t shown = c->population_count < MANY_POPULATIONS ? c->population_count : MANY_POPULATIONS;
    fputs("rates            ", stream);
    for (size_t i = 0; i < shown; i++)
        fprintf(stream, "%s%s %.4g Hz", i ? ", " : "", c->populations[i].name,
                izh_run_rate_hz(c, r->result, i));
    if (shown < c->population_count)
        fprintf(stream, ", and %zu more (--json has all)", c->population_count - shown);
    fputc('\n', stream);
}

static void print_counters(const struct izh_run_report *r, FILE *stream)
{
    const struct izh_run_counter *n = r->result->counters;
    fprintf(stream, "lost             %llu\n", (unsigned long long)lost(r));
    fputs("saturated       ", stream);
    for (int i = 0; i < LOST; i++)
        fprintf(stream, "%s %s %s%llu", i ? "," : "", n[i].name, n[i].at_least ? ">= " : "",
                (unsigned long long)n[i].count);
    fputc('\n', stream);
}

static void print_clocks(const struct izh_run_report *r, FILE *stream)
{
    if (!has_clock(r))
        return;
    fprintf(stream,
            "clocks           %llu, %.6g a tick: %.6g of updates, %.2f %% stalled; "
            "%.3g events a clock\n",
            (unsigned long long)r->result->counts.clocks, clocks(r), update_clocks(r),
            100 * stall_share(r), events_per_clock(r));
}

// The first number of its kind, which speaks for all of them.
static bool is_first(const struct izh_network_report *report, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (!strcmp(report->precision[j].what, report->precision[i].what))
            return false;
    return true;
}

static double largest_error(const struct izh_network_report *report, const char *what)
{
    double largest = 0;
    for (size_t i = 0; i < report->precision_count; i++)
        if (!strcmp(report->precision[i].what, what))
            largest = fmax(largest, report->precision[i].largest);
    return largest;
}

static void print_quantisation(const struct izh_run_report *r, FILE *stream)
{
    const struct izh_network_report *report = &r->compiled->report;
    const char *between = "quantisation     largest errors: ";
    for (size_t i = 0; i < report->precision_count; i++) {
        const struct izh_precision *p = &report->precision[i];
        double largest = is_first(report, i) ? largest_error(report, p->what) : 0;
        if (largest == 0)
            continue;
        fprintf(stream, "%s%s %.2g %s", between, p->what, largest, p->unit);
        between = ", ";
    }
    if (*between == ',')
        fputc('\n', stream);
    if (report->lanes > 1)
        fprintf(stream, "lanes            fullest over mean: events %.3f, words %.3f\n",
                report->events_max_over_mean, report->words_max_over_mean);
}

void izh_run_report_text(const struct izh_run_report *r, FILE *stream)
{
    const struct izh_compiled *c = r->compiled;
    char engine[96];
    izh_run_engine_text(r, engine, sizeof engine);
    fprintf(stream, "%s on %s, %lu lane%s, seed %lu\n", r->name, engine,
            (unsigned long)c->report.lanes, c->report.lanes == 1 ? "" : "s",
            (unsigned long)c->seed);
    fprintf(stream, "ticks            %lu", (unsigned long)r->result->ticks);
    if (r->interrupted)
        fprintf(stream, " of %lu, interrupted", (unsigned long)r->asked);
    fprintf(stream, " (%.10g ms)\nspikes           %llu\n", simulated_ms(r),
            (unsigned long long)r->result->spikes);
    print_rates(r, stream);
    print_counters(r, stream);
    if (r->result->counts.events_unknown)
        fputs("synaptic events  not counted by a board\n", stream);
    else
        fprintf(stream, "synaptic events  %llu\n", (unsigned long long)r->result->counts.events);
    fprintf(stream, "neuron updates   %llu\n", (unsigned long long)r->result->counts.updates);
    print_clocks(r, stream);
    fprintf(stream, "wall time        %.3f s, %.3g times real time\n", r->result->wall_s,
            times_real_time(r));
    print_quantisation(r, stream);
    if (r->directory)
        fprintf(stream, "files            %s/\n", r->directory);
    fprintf(stream, "spike_checksum   %016llx\n", (unsigned long long)r->result->checksum);
}

// ---- JSON ---------------------------------------------------------------------------------------

static void add_populations(cJSON *root, const struct izh_run_report *r)
{
    const struct izh_compiled *c = r->compiled;
    cJSON *rates = cJSON_AddObjectToObject(root, "rates");
    cJSON *list = cJSON_AddArrayToObject(root, "populations");
    for (size_t i = 0; i < c->population_count; i++) {
        const struct izh_population *p = &c->populations[i];
        cJSON *item = cJSON_CreateObject();
        cJSON_AddNumberToObject(rates, p->name, izh_run_rate_hz(c, r->result, i));
        cJSON_AddItemToArray(list, item);
        cJSON_AddStringToObject(item, "name", p->name);
        cJSON_AddNumberToObject(item, "first", p->first);
        cJSON_AddNumberToObject(item, "neurons", p->count);
        cJSON_AddNumberToObject(item, "spikes", (double)r->result->population_spikes[i]);
        cJSON_AddNumberToObject(item, "rate_hz", izh_run_rate_hz(c, r->result, i));
    }
}

static void add_counters(cJSON *root, const struct izh_run_report *r)
{
    cJSON_AddNumberToObject(root, "lost", (double)lost(r));
    cJSON *saturated = cJSON_AddObjectToObject(root, "saturated");
    bool at_least = false;
    for (int i = 0; i < LOST; i++) {
        const struct izh_run_counter *n = &r->result->counters[i];
        cJSON_AddNumberToObject(saturated, n->name, (double)n->count);
        at_least = at_least || n->at_least;
    }
    cJSON_AddBoolToObject(saturated, "at_least", at_least);
}

static void add_work(cJSON *root, const struct izh_run_report *r)
{
    if (r->result->counts.events_unknown)
        cJSON_AddNullToObject(root, "synaptic_events");
    else
        cJSON_AddNumberToObject(root, "synaptic_events", (double)r->result->counts.events);
    cJSON_AddNumberToObject(root, "neuron_updates", (double)r->result->counts.updates);
    if (has_clock(r)) {
        cJSON_AddNumberToObject(root, "clocks", (double)r->result->counts.clocks);
        cJSON_AddNumberToObject(root, "clocks_per_tick", clocks(r));
        cJSON_AddNumberToObject(root, "update_clocks_per_tick", update_clocks(r));
        cJSON_AddNumberToObject(root, "events_per_clock", events_per_clock(r));
        cJSON_AddNumberToObject(root, "stall_share", stall_share(r));
    }
    cJSON_AddNumberToObject(root, "wall_s", r->result->wall_s);
    cJSON_AddNumberToObject(root, "times_real_time", times_real_time(r));
}

static void add_precision(cJSON *root, const struct izh_network_report *report)
{
    cJSON *list = cJSON_AddArrayToObject(root, "quantisation");
    for (size_t i = 0; i < report->precision_count; i++) {
        const struct izh_precision *p = &report->precision[i];
        cJSON *item = cJSON_CreateObject();
        cJSON_AddItemToArray(list, item);
        cJSON_AddStringToObject(item, "where", p->where);
        cJSON_AddStringToObject(item, "what", p->what);
        cJSON_AddStringToObject(item, "unit", p->unit);
        cJSON_AddNumberToObject(item, "values", (double)p->count);
        cJSON_AddNumberToObject(item, "largest_error", p->largest);
        cJSON_AddNumberToObject(item, "rms_error", p->rms);
        cJSON_AddNumberToObject(item, "largest_relative_error", p->largest_part);
        cJSON_AddNumberToObject(item, "rms_relative_error", p->rms_part);
    }
    cJSON_AddNumberToObject(root, "weight_unit", report->weight_unit);
    cJSON_AddNumberToObject(root, "synapses_of_weight_0", (double)report->unused_synapses);
}

static void add_lanes(cJSON *root, const struct izh_network_report *report)
{
    cJSON *balance = cJSON_AddObjectToObject(root, "lane_balance");
    cJSON_AddNumberToObject(balance, "events_max_over_mean", report->events_max_over_mean);
    cJSON_AddNumberToObject(balance, "words_max_over_mean", report->words_max_over_mean);
    cJSON *list = cJSON_AddArrayToObject(balance, "lanes");
    for (uint32_t i = 0; i < report->lanes && i < IZH_LANES_MAX; i++) {
        cJSON *item = cJSON_CreateObject();
        cJSON_AddItemToArray(list, item);
        cJSON_AddNumberToObject(item, "neurons", report->load[i].neurons);
        cJSON_AddNumberToObject(item, "words", report->load[i].words);
        cJSON_AddNumberToObject(item, "fillers", report->load[i].fillers);
        cJSON_AddNumberToObject(item, "expected_events_per_s", report->load[i].events);
    }
}

static void add_what_ran(cJSON *root, const struct izh_run_report *r)
{
    const struct izh_compiled *c = r->compiled;
    cJSON_AddStringToObject(root, "network", r->name);
    cJSON_AddStringToObject(root, "file", r->file);
    cJSON_AddStringToObject(root, "engine", r->uri ? r->uri : r->engine->name);
    if (r->core)
        cJSON_AddStringToObject(root, "core", r->core);
    else
        cJSON_AddNullToObject(root, "core");
    cJSON_AddNumberToObject(root, "lanes", c->report.lanes);
    cJSON_AddNumberToObject(root, "threads", r->threads);
    cJSON_AddNumberToObject(root, "seed", c->seed);
    cJSON_AddStringToObject(root, "mode", c->accurate ? "accurate" : "script");
    cJSON_AddNumberToObject(root, "neurons", c->neurons);
    cJSON_AddNumberToObject(root, "synapses", (double)c->synapses);
    cJSON_AddNumberToObject(root, "tick_ms", c->tick_ms);
    cJSON_AddNumberToObject(root, "substeps", c->substeps);
}

// cJSON's own way to say that it was out of memory is to leave out: so the last one is looked for.
char *izh_run_report_json(const struct izh_run_report *r)
{
    char checksum[32], *text = NULL, *line = NULL;
    cJSON *root = cJSON_CreateObject();
    add_what_ran(root, r);
    cJSON_AddNumberToObject(root, "ticks", r->result->ticks);
    cJSON_AddNumberToObject(root, "ticks_asked", r->asked);
    cJSON_AddBoolToObject(root, "interrupted", r->interrupted);
    cJSON_AddNumberToObject(root, "simulated_ms", simulated_ms(r));
    cJSON_AddNumberToObject(root, "spikes", (double)r->result->spikes);
    add_populations(root, r);
    add_counters(root, r);
    add_work(root, r);
    add_precision(root, &r->compiled->report);
    add_lanes(root, &r->compiled->report);
    snprintf(checksum, sizeof checksum, "%016llx", (unsigned long long)r->result->checksum);
    if (cJSON_AddStringToObject(root, "spike_checksum", checksum))
        text = cJSON_Print(root);
    cJSON_Delete(root);
    if (text)
        line = realloc(text, strlen(text) + 2);
    if (line)
        strcat(line, "\n");
    else
        free(text);
    return line;
}

// ---- Warnings -----------------------------------------------------------------------------------

int izh_run_report_warn(const struct izh_run_report *r)
{
    const struct izh_run_counter *n = r->result->counters;
    uint64_t saturated = 0;
    for (int i = 0; i < LOST; i++)
        saturated += n[i].count;
    if (saturated)
        izh_complain(IZH_EXIT_OK,
                     "words were clipped: x %llu, w %llu, port %llu, i %llu times; every engine "
                     "gives the same, but it is not the network's equation",
                     (unsigned long long)n[0].count, (unsigned long long)n[1].count,
                     (unsigned long long)n[2].count, (unsigned long long)n[3].count);
    if (n[LOST].count)
        izh_complain(IZH_EXIT_DIFFER,
                     "%s%llu parts of rows were lost, because too many spikes were under way: "
                     "the result is not the network's",
                     n[LOST].at_least ? "at least " : "", (unsigned long long)n[LOST].count);
    if (r->result->counts.lost)
        izh_complain(IZH_EXIT_DIFFER,
                     "the device says that it could not send %llu spikes or samples: the files are "
                     "without them",
                     (unsigned long long)r->result->counts.lost);
    return lost(r) ? IZH_EXIT_DIFFER : IZH_EXIT_OK;
}
