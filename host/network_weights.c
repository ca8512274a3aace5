// network_weights.c: the unit of the weights, so that no sum of a tick leaves its accumulator
// SPDX-License-Identifier: Apache-2.0
#include "network_compile.h"

#include <math.h>
#include <stdlib.h>

enum { SHIFT_MAX = 15 };

// Worst cases that arrive at a neuron in one tick, in units of a weight. Exact as far as they can
// fit; the weight of an event may be any number, and no integer holds all of those.
struct sums {
    double most, least; // of synapses, each spiking once in every sub-step, and of events
    double plus, minus; // events of one tick
    uint32_t tick;      // that plus and minus are of
    double event_most, event_least;
};

static double in_units(const struct izh_compilation *c, double weight)
{
    return floor(weight / c->weight_unit + 0.5);
}

int64_t izh_weight_word(const struct izh_compilation *c, double weight)
{
    return (int64_t)in_units(c, weight);
}

static void set_shift(struct izh_compilation *c, int shift)
{
    const struct izh_format *f = &c->shape.format;
    c->weight_shift = shift;
    c->weight_unit = ldexp(c->compiled->scale.w_unit, shift - izh_w_fraction(f));
}

// ---- Single weights -----------------------------------------------------------------------------

static void find_range(const struct izh_network *n, double *low, double *high)
{
    *low = *high = 0;
    for (size_t i = 0; i < n->synapses.count; i++) {
        *low = fmin(*low, n->synapses.weight[i]);
        *high = fmax(*high, n->synapses.weight[i]);
    }
}

static bool range_fits(const struct izh_compilation *c, double low, double high)
{
    int bits = c->shape.weight_bits;
    return in_units(c, low) >= izh_word_min(bits) && in_units(c, high) <= izh_word_max(bits);
}

static enum izh_network_status fail_range(struct izh_compilation *c, double low, double high)
{
    int bits = c->shape.weight_bits;
    return izh_network_say(c->message, IZH_NETWORK_DOES_NOT_FIT,
                           "%s: weights go from %.9g to %.9g mV/ms; in %d bits the engine has %.9g "
                           "to %.9g at most",
                           c->network->path, low, high, bits,
                           (double)izh_word_min(bits) * c->weight_unit,
                           (double)izh_word_max(bits) * c->weight_unit);
}

// ---- Sums ---------------------------------------------------------------------------------------

static void add_synapses(const struct izh_compilation *c, struct sums *sums)
{
    const struct izh_synapse_list *s = &c->network->synapses;
    double spikes =
        c->network->substeps; // a neuron that spikes in each reaches its targets as often
    for (size_t i = 0; i < s->count; i++) {
        double word = spikes * in_units(c, s->weight[i]);
        if (word > 0)
            sums[s->post[i]].most += word;
        else
            sums[s->post[i]].least += word;
    }
}

static void add_events(const struct izh_compilation *c, struct sums *sums)
{
    for (size_t i = 0; i < c->network->event_count; i++) {
        const struct izh_scheduled_event *e = &c->events[i];
        struct sums *s = &sums[e->neuron];
        double word = in_units(c, e->weight);
        if (s->tick != e->tick) {
            s->plus = s->minus = 0;
            s->tick = e->tick;
        }
        if (word > 0)
            s->plus += word;
        else
            s->minus += word;
        s->event_most = fmax(s->event_most, s->plus);
        s->event_least = fmin(s->event_least, s->minus);
    }
}

// The largest sum and whose it is.
static uint32_t find_worst(const struct izh_compilation *c, struct sums *sums)
{
    uint32_t worst = 0;
    double largest = -1;
    for (uint32_t i = 0; i < c->network->neuron_count; i++) {
        struct sums *s = &sums[i];
        s->most += s->event_most;
        s->least += s->event_least;
        double size = fmax(s->most + 1, -s->least); // one more below than above
        if (size > largest) {
            largest = size;
            worst = i;
        }
    }
    return worst;
}

static enum izh_network_status check_sums(struct izh_compilation *c, bool *fits, uint32_t *worst,
                                          struct sums *result)
{
    uint32_t count = c->network->neuron_count;
    int bits = c->shape.accumulator_bits;
    struct sums *sums = calloc(count, sizeof *sums);
    if (!sums)
        return izh_compile_no_memory(c);
    add_synapses(c, sums);
    add_events(c, sums);
    *worst = find_worst(c, sums);
    *result = sums[*worst];
    *fits = result->most <= izh_word_max(bits) && result->least >= izh_word_min(bits);
    free(sums);
    return IZH_NETWORK_OK;
}

static enum izh_network_status fail_sum(struct izh_compilation *c, uint32_t worst,
                                        const struct sums *sums)
{
    char name[IZH_NETWORK_MESSAGE / 2];
    int bits = c->shape.accumulator_bits;
    izh_compile_neuron_name(c, worst, name, sizeof name);
    return izh_network_say(c->message, IZH_NETWORK_DOES_NOT_FIT,
                           "%s: %.9g to %.9g mV/ms can arrive in one tick; in %d bits the engine "
                           "sums %.9g to %.9g at most",
                           name, sums->least * c->weight_unit, sums->most * c->weight_unit, bits,
                           (double)izh_word_min(bits) * c->weight_unit,
                           (double)izh_word_max(bits) * c->weight_unit);
}

// ---- The shift ----------------------------------------------------------------------------------

static void report(struct izh_compilation *c, double low, double high, const struct sums *worst)
{
    struct izh_network_report *r = &c->compiled->report;
    r->weight_shift = c->weight_shift;
    r->weight_unit = c->weight_unit;
    r->largest_weight = fmax(-low, high);
    for (size_t i = 0; i < c->network->event_count; i++)
        r->largest_weight = fmax(r->largest_weight, fabs(c->network->events[i].weight));
    r->largest_sum = fmax(worst->most, -worst->least) * c->weight_unit;
}

enum izh_network_status izh_compile_weights(struct izh_compilation *c)
{
    double low, high;
    int shift = 0;
    bool fits = false;
    uint32_t worst = 0;
    struct sums sums = {0};
    set_shift(c, 0);
    if (!c->shape.synapses)
        return IZH_NETWORK_OK;
    find_range(c->network, &low, &high);
    while (!range_fits(c, low, high) && shift < SHIFT_MAX)
        set_shift(c, ++shift);
    if (!range_fits(c, low, high))
        return fail_range(c, low, high);
    for (;; set_shift(c, ++shift)) {
        enum izh_network_status status = check_sums(c, &fits, &worst, &sums);
        if (status)
            return status;
        if (fits)
            break;
        if (shift == SHIFT_MAX)
            return fail_sum(c, worst, &sums);
    }
    report(c, low, high, &sums);
    return IZH_NETWORK_OK;
}
