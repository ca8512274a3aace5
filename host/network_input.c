// network_input.c: inputs and probes of a description
// SPDX-License-Identifier: Apache-2.0
#include "network_input.h"

#include "network_csv.h"
#include "network_population.h"
#include "network_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COMPILE_BYTES = 48 }; // that a stimulus costs the compiler at its peak

struct input {
    struct izh_reader *reader;
    const struct izh_node *node;
    struct izh_selection to;
    struct izh_value weight;
    uint32_t start, stop; // ticks
    double rate;          // expected events per tick and neuron
    struct izh_draws random, weights;
};

// ---- Room ---------------------------------------------------------------------------------------

static bool room_for(struct input *in, double count)
{
    char path[IZH_JSON_PATH];
    izh_node_path(in->node, path);
    return izh_reader_room(in->reader, count * COMPILE_BYTES, "%s: %.0f stimuli", path, count);
}

// Twice as large when full.
static bool grow(struct input *in, void **array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return true;
    size_t wanted = *room ? 2 * *room : 1024;
    if (!room_for(in, (double)wanted))
        return false;
    void *grown = realloc(*array, wanted * size);
    if (!grown)
        return izh_reader_no_memory(in->reader);
    *array = grown;
    *room = wanted;
    return true;
}

static bool add_event(struct input *in, uint32_t tick, uint32_t neuron, double weight)
{
    struct izh_network *n = in->reader->network;
    void *array = n->events;
    bool good = grow(in, &array, n->event_count, &n->event_room, sizeof *n->events);
    n->events = array;
    if (good)
        n->events[n->event_count++] = (struct izh_scheduled_event){tick, neuron, weight};
    return good;
}

static bool add_drawn_event(struct input *in, uint32_t tick, uint32_t neuron)
{
    return add_event(in, tick, neuron, izh_value_draw(&in->weight, &in->weights, 0));
}

static bool add_change(struct input *in, uint32_t tick, uint32_t neuron, double change)
{
    struct izh_network *n = in->reader->network;
    void *array = n->changes;
    bool good = grow(in, &array, n->change_count, &n->change_room, sizeof *n->changes);
    n->changes = array;
    if (good)
        n->changes[n->change_count++] = (struct izh_current_change){tick, neuron, change};
    return good;
}

// ---- Current ------------------------------------------------------------------------------------

// One step of a waveform, for every neuron. Steps behind the end of the run are of no consequence.
static bool add_step(struct input *in, uint32_t tick, double change)
{
    if (tick >= in->reader->network->ticks || change == 0)
        return true;
    for (uint32_t i = 0; i < in->to.count; i++) {
        if (!add_change(in, tick, in->to.neurons[i], change))
            return false;
    }
    return true;
}

static bool fail_order(struct input *in, const struct izh_node *node)
{
    return izh_node_fail(in->reader, node, "times must increase");
}

static bool read_waveform(struct input *in, const struct izh_node *times, const double *values,
                          size_t count)
{
    int found = 0;
    size_t i = 0;
    uint32_t tick = 0, before = 0;
    if (!izh_json_array(in->reader, times, 1, &found))
        return false;
    if ((size_t)found != count)
        return izh_node_fail(in->reader, times, "%d times for %zu values", found, count);
    for (const cJSON *e = times->json->child; e; e = e->next, i++) {
        struct izh_node element = izh_json_element(times, e, (int)i);
        if (!izh_json_ticks(in->reader, &element, 0, UINT32_MAX, &tick))
            return false;
        if (i && tick <= before)
            return fail_order(in, &element);
        before = tick;
        if (!add_step(in, tick, values[i] - (i ? values[i - 1] : 0)))
            return false;
    }
    return true;
}

static bool read_lists(struct input *in)
{
    struct izh_node times, list;
    double *values = NULL;
    size_t count = 0;
    if (!izh_json_need(in->reader, in->node, "times_ms", &times) ||
        !izh_json_need(in->reader, in->node, "values", &list) ||
        !izh_json_numbers(in->reader, &list, &values, &count))
        return false;
    bool good = read_waveform(in, &times, values, count);
    free(values);
    return good;
}

static bool read_current_rows(struct input *in, struct izh_csv *csv)
{
    int time = -1, column = -1;
    bool end = false;
    uint32_t tick = 0, before = 0;
    double value = 0, last = 0;
    if (!izh_csv_need(csv, "time_ms", &time) || !izh_csv_need(csv, "value", &column))
        return false;
    for (bool first = true; izh_csv_next(csv, &end) && !end; first = false) {
        if (!izh_csv_ticks(csv, time, 0, UINT32_MAX, &tick) || !izh_csv_number(csv, column, &value))
            return false;
        if (!first && tick <= before)
            return izh_csv_fail(csv, time, "times must increase");
        if (!add_step(in, tick, value - last))
            return false;
        before = tick;
        last = value;
    }
    return end;
}

// ---- Spikes -------------------------------------------------------------------------------------

static bool read_times(struct input *in, const struct izh_node *node)
{
    int count = 0, i = 0;
    uint32_t tick = 0, ticks = in->reader->network->ticks;
    if (!izh_json_array(in->reader, node, 1, &count))
        return false;
    for (const cJSON *e = node->json->child; e; e = e->next, i++) {
        struct izh_node element = izh_json_element(node, e, i);
        if (!izh_json_ticks(in->reader, &element, 0, UINT32_MAX, &tick))
            return false;
        for (uint32_t j = 0; tick < ticks && j < in->to.count; j++) {
            if (!add_drawn_event(in, tick, in->to.neurons[j]))
                return false;
        }
    }
    return true;
}

static bool read_spike_rows(struct input *in, struct izh_csv *csv)
{
    int time = -1, neuron = -1, column = izh_csv_has(csv, "weight");
    bool end = false;
    uint32_t tick = 0, at = 0;
    double weight = 0;
    if (!izh_csv_need(csv, "time_ms", &time) || !izh_csv_need(csv, "neuron", &neuron))
        return false;
    while (izh_csv_next(csv, &end) && !end) {
        if (!izh_csv_ticks(csv, time, 0, UINT32_MAX, &tick) ||
            !izh_csv_index(csv, neuron, in->to.count, &at) ||
            (column >= 0 && !izh_csv_number(csv, column, &weight)))
            return false;
        if (column < 0)
            weight = izh_value_draw(&in->weight, &in->weights, 0);
        if (tick < in->reader->network->ticks && !add_event(in, tick, in->to.neurons[at], weight))
            return false;
    }
    return end;
}

// Each neuron has draws of its own, so a longer run begins as a shorter one does.
static bool draw_poisson(struct input *in, const char *name)
{
    double span = (double)in->stop - in->start;
    if (in->rate <= 0)
        return true;
    if (!room_for(in, span * in->rate * in->to.count))
        return false;
    for (uint32_t i = 0; i < in->to.count; i++) {
        struct izh_draws random =
            izh_draws_of(in->reader->network->seed, "inputs.%s.neuron.%lu", name, (unsigned long)i);
        in->weights =
            izh_draws_of(in->reader->network->seed, "inputs.%s.weight.%lu", name, (unsigned long)i);
        for (double at = izh_draw_gap(&random, in->rate); at < span;
             at += izh_draw_gap(&random, in->rate)) {
            if (!add_drawn_event(in, in->start + (uint32_t)at, in->to.neurons[i]))
                return false;
        }
    }
    return true;
}

static bool draw_one_each(struct input *in, uint32_t interval)
{
    if (!room_for(in, ((double)in->stop - in->start) / interval))
        return false;
    for (uint64_t tick = in->start; tick < in->stop; tick += interval) {
        uint32_t i = izh_draw_below(&in->random, in->to.count);
        if (!add_drawn_event(in, (uint32_t)tick, in->to.neurons[i]))
            return false;
    }
    return true;
}

// ---- One input ----------------------------------------------------------------------------------

static bool read_csv(struct input *in, const struct izh_node *node,
                     bool (*read_rows)(struct input *, struct izh_csv *))
{
    struct izh_csv csv;
    char *path = NULL;
    if (!izh_json_file(in->reader, node, &path))
        return false;
    bool good = izh_csv_open(&csv, in->reader, path, ',');
    if (good) {
        good = read_rows(in, &csv);
        izh_csv_close(&csv);
    }
    free(path);
    return good;
}

static bool read_current(struct input *in)
{
    static const char *const lists[] = {"name",     "type",   "to", "neurons",
                                        "times_ms", "values", NULL};
    static const char *const table[] = {"name", "type", "to", "neurons", "csv", NULL};
    struct izh_node csv;
    bool has_csv = izh_json_has(in->node, "csv", &csv);
    if (!izh_json_keys(in->reader, in->node, has_csv ? table : lists))
        return false;
    return has_csv ? read_csv(in, &csv, read_current_rows) : read_lists(in);
}

static bool read_span(struct input *in)
{
    struct izh_node node;
    uint32_t ticks = in->reader->network->ticks;
    in->stop = ticks;
    if (izh_json_has(in->node, "start_ms", &node) &&
        !izh_json_ticks(in->reader, &node, 0, UINT32_MAX, &in->start))
        return false;
    if (izh_json_has(in->node, "stop_ms", &node) &&
        !izh_json_ticks(in->reader, &node, in->start, UINT32_MAX, &in->stop))
        return false;
    in->stop = in->stop < ticks ? in->stop : ticks;
    in->start = in->start < in->stop ? in->start : in->stop;
    return true;
}

static bool read_random(struct input *in, const char *name)
{
    struct izh_node poisson, one;
    double hz = 0, tick_ms = in->reader->network->tick_ms;
    uint32_t interval = 0;
    if (!read_span(in))
        return false;
    if (izh_json_has(in->node, "one_random_neuron_every_ms", &one))
        return izh_json_ticks(in->reader, &one, 1, UINT32_MAX, &interval) &&
               draw_one_each(in, interval);
    izh_json_has(in->node, "poisson_hz", &poisson);
    if (!izh_json_number(in->reader, &poisson, 0, 1e6, &hz))
        return false;
    in->rate = hz * tick_ms / 1000;
    return draw_poisson(in, name);
}

static const char *const sources[] = {"times_ms", "csv", "poisson_hz",
                                      "one_random_neuron_every_ms"};

// Which of the four ways to say when; they exclude each other.
static bool find_source(struct input *in, size_t *source)
{
    struct izh_node node;
    size_t found = 0;
    for (size_t i = 0; i < 4; i++) {
        if (izh_json_has(in->node, sources[i], &node)) {
            *source = i;
            found++;
        }
    }
    return found == 1 || izh_node_fail(in->reader, in->node,
                                       "must have one of times_ms, csv, poisson_hz, "
                                       "one_random_neuron_every_ms");
}

static bool read_spikes(struct input *in, const char *name)
{
    const char *keys[9] = {"name", "type", "to", "neurons", "weight"};
    struct izh_node weight, node;
    size_t source = 0;
    if (!find_source(in, &source))
        return false;
    keys[5] = sources[source];
    if (source >= 2) {
        keys[6] = "start_ms";
        keys[7] = "stop_ms";
    }
    if (!izh_json_keys(in->reader, in->node, keys))
        return false;
    bool has_weight = izh_json_has(in->node, "weight", &weight);
    if (!has_weight && source != 1)
        return izh_node_fail(in->reader, &weight, "is missing");
    if (has_weight && !izh_value_read(in->reader, &weight, NULL, &in->weight))
        return false;
    if (source >= 2)
        return read_random(in, name);
    izh_json_has(in->node, sources[source], &node);
    return source ? read_csv(in, &node, read_spike_rows) : read_times(in, &node);
}

static bool read_target(struct input *in, const char **type, const char **name)
{
    struct izh_node to, node;
    if (!cJSON_IsObject(in->node->json))
        return izh_node_fail(in->reader, in->node, "must be an object, {...}");
    if (izh_json_has(in->node, "name", &node) && !izh_json_name(in->reader, &node, name))
        return false;
    return izh_json_need(in->reader, in->node, "type", &node) &&
           izh_json_string(in->reader, &node, type) &&
           (!strcmp(*type, "current") || !strcmp(*type, "spikes") ||
            izh_node_fail(in->reader, &node, "'%s' is no type; types: current, spikes", *type)) &&
           izh_json_need(in->reader, in->node, "to", &to) &&
           izh_selection_part(in->reader, in->node, &to, &in->to);
}

static bool read_input(struct izh_reader *reader, const struct izh_node *node)
{
    struct input in = {.reader = reader, .node = node};
    char path[IZH_JSON_PATH];
    const char *type = "", *name = path;
    izh_node_path(node, path);
    bool good = read_target(&in, &type, &name);
    in.random = izh_draws_of(reader->network->seed, "inputs.%s.neurons", name);
    in.weights = izh_draws_of(reader->network->seed, "inputs.%s.weights", name);
    if (good)
        good = strcmp(type, "spikes") ? read_current(&in) : read_spikes(&in, name);
    izh_selection_free(&in.to);
    izh_value_free(&in.weight);
    return good;
}

// ---- Lists --------------------------------------------------------------------------------------

static bool read_probe(struct izh_reader *reader, const struct izh_node *node)
{
    static const char *const keys[] = {"population", "neurons", NULL};
    struct izh_node population;
    struct izh_selection s = {0};
    if (!izh_json_keys(reader, node, keys) ||
        !izh_json_need(reader, node, "population", &population) ||
        !izh_selection_part(reader, node, &population, &s))
        return false;
    for (uint32_t i = 0; i < s.count; i++)
        reader->network->probed[s.neurons[i]] = true;
    izh_selection_free(&s);
    return true;
}

static bool read_each(struct izh_reader *reader, const struct izh_node *node,
                      bool (*read)(struct izh_reader *, const struct izh_node *))
{
    int count = 0, i = 0;
    if (!izh_json_array(reader, node, 0, &count) || !izh_json_unique(reader, node))
        return false;
    for (const cJSON *e = node->json->child; e; e = e->next, i++) {
        struct izh_node element = izh_json_element(node, e, i);
        if (!read(reader, &element))
            return false;
    }
    return true;
}

bool izh_inputs_read(struct izh_reader *reader, const struct izh_node *node)
{
    return read_each(reader, node, read_input);
}

bool izh_probes_read(struct izh_reader *reader, const struct izh_node *node)
{
    return read_each(reader, node, read_probe);
}
