// network_stimuli.c: inputs of a network in order of time, and in the engine's words
// SPDX-License-Identifier: Apache-2.0
#include "network_compile.h"
#include "pattern_image.h"

#include <stdlib.h>
#include <string.h>

// ---- Order --------------------------------------------------------------------------------------

// Both structures begin with tick and neuron.
static int compare(uint32_t tick_a, uint32_t neuron_a, uint32_t tick_b, uint32_t neuron_b)
{
    if (tick_a != tick_b)
        return tick_a < tick_b ? -1 : 1;
    return neuron_a < neuron_b ? -1 : neuron_a > neuron_b;
}

static int compare_events(const void *left, const void *right)
{
    const struct izh_scheduled_event *a = left, *b = right;
    int order = compare(a->tick, a->neuron, b->tick, b->neuron);
    return order ? order : a->weight < b->weight ? -1 : a->weight > b->weight;
}

static int compare_changes(const void *left, const void *right)
{
    const struct izh_current_change *a = left, *b = right;
    int order = compare(a->tick, a->neuron, b->tick, b->neuron);
    return order ? order : a->change < b->change ? -1 : a->change > b->change;
}

enum izh_network_status izh_compile_schedule(struct izh_compilation *c)
{
    const struct izh_network *n = c->network;
    c->events = malloc((n->event_count + 1) * sizeof *c->events);
    c->changes = malloc((n->change_count + 1) * sizeof *c->changes);
    if (!c->events || !c->changes)
        return izh_compile_no_memory(c);
    if (n->event_count) {
        memcpy(c->events, n->events, n->event_count * sizeof *c->events);
        qsort(c->events, n->event_count, sizeof *c->events, compare_events);
    }
    if (n->change_count) {
        memcpy(c->changes, n->changes, n->change_count * sizeof *c->changes);
        qsort(c->changes, n->change_count, sizeof *c->changes, compare_changes);
    }
    c->uses_synapses = c->uses_synapses || n->event_count || n->change_count;
    return IZH_NETWORK_OK;
}

// ---- Words --------------------------------------------------------------------------------------

struct schedule {
    struct izh_compilation *c;
    double *current; // [logical], now
    size_t room;
};

static void add(struct schedule *s, uint32_t tick, enum izh_stimulus_kind kind, uint32_t logical,
                int32_t value)
{
    struct izh_compiled *compiled = s->c->compiled;
    compiled->stimuli[compiled->stimulus_count++] = (struct izh_timed_stimulus){
        tick, {.kind = kind, .neuron = compiled->physical[logical], .value = value}};
}

// All changes of one neuron at one tick, as one word; at tick 0 in the image.
static enum izh_network_status apply_changes(struct schedule *s, size_t *i)
{
    struct izh_compilation *c = s->c;
    uint32_t tick = c->changes[*i].tick, neuron = c->changes[*i].neuron;
    struct izh_neuron_words *words = &c->words[c->compiled->physical[neuron]];
    struct izh_misfit misfit;
    int32_t word;
    for (; *i < c->network->change_count && c->changes[*i].tick == tick &&
           c->changes[*i].neuron == neuron;
         ++*i)
        s->current[neuron] += c->changes[*i].change;
    if (!izh_quantize_input(&c->shape.format, &c->compiled->scale, s->current[neuron], &word,
                            &misfit)) {
        char name[IZH_NETWORK_MESSAGE / 2], text[IZH_NETWORK_MESSAGE / 2];
        izh_compile_neuron_name(c, neuron, name, sizeof name);
        izh_misfit_text(&misfit, text, sizeof text);
        return izh_network_say(c->message, IZH_NETWORK_DOES_NOT_FIT, "%s: at %.9g ms %s", name,
                               tick * c->network->tick_ms, text);
    }
    if (tick)
        add(s, tick, IZH_STIMULUS_CURRENT, neuron, word);
    else
        words->bias = word;
    return IZH_NETWORK_OK;
}

static enum izh_network_status merge(struct schedule *s)
{
    struct izh_compilation *c = s->c;
    size_t events = c->network->event_count, changes = c->network->change_count;
    size_t i = 0, j = 0;
    enum izh_network_status status = IZH_NETWORK_OK;
    while (!status && (i < events || j < changes)) {
        if (j < changes && (i == events || c->changes[j].tick <= c->events[i].tick)) {
            status = apply_changes(s, &j);
            continue;
        }
        const struct izh_scheduled_event *e = &c->events[i++];
        add(s, e->tick, IZH_STIMULUS_EVENT, e->neuron, (int32_t)izh_weight_word(c, e->weight));
    }
    return status;
}

enum izh_network_status izh_compile_stimuli(struct izh_compilation *c)
{
    const struct izh_network *n = c->network;
    struct schedule s = {.c = c, .current = malloc(n->neuron_count * sizeof(double))};
    size_t room = n->event_count + n->change_count;
    c->compiled->stimuli = malloc((room ? room : 1) * sizeof *c->compiled->stimuli);
    enum izh_network_status status = IZH_NETWORK_OK;
    if (!s.current || !c->compiled->stimuli)
        status = izh_compile_no_memory(c);
    for (uint32_t i = 0; !status && i < n->neuron_count; i++)
        s.current[i] = n->neurons[i].bias;
    if (!status)
        status = merge(&s);
    free(s.current);
    return status;
}
