// random_networks.c: random networks on a core against the golden model, word by word
// SPDX-License-Identifier: Apache-2.0
#include "random_networks.h"

#include "lockstep.h"
#include "random.h"

#include <stdio.h>

enum { MOST_WORDS = 3000 };

struct totals {
    uint64_t synapses, updates, events, words, differ, spikes, served, clocks;
};

struct round {
    struct izh_lockstep l;
    struct izh_random random;
    uint32_t words[16]; // of each lane
    uint32_t stimuli;   // at most, in a tick
    uint32_t stimulus_tick, stimuli_left;
    uint64_t networks, lost; // judged, not judged
    uint64_t synapses;       // of this core
    struct totals earlier;   // of the cores before this one
    struct totals judged;    // with those of this core
};

static uint32_t below(struct round *r, uint32_t limit)
{
    return izh_random_below(&r->random, limit);
}

static void put(struct round *r, uint32_t region, uint32_t field, uint32_t index, uint32_t word)
{
    izh_lockstep_write(&r->l, IZH_ADDRESS(region, field, index), word);
}

static void put_register(struct round *r, uint32_t number, uint32_t word)
{
    put(r, IZH_REGION_REGISTER, 0, number, word);
}

static uint32_t fixed(double value, int fraction)
{
    return (uint32_t)(int32_t)(value * (double)((int64_t)1 << fraction));
}

static uint32_t near(struct round *r, double value, int fraction)
{
    return fixed(value * (0.75 + izh_random_unit(&r->random) / 2), fraction);
}

// Cortical neurons with some bias, so that they fire without a network too.
static void put_records(struct round *r, bool noisy)
{
    const struct izh_format *f = &r->l.shape.format;
    uint32_t records = r->l.shape.records ? r->l.shape.records : r->l.neurons;
    for (uint32_t i = 0; i < records; i++) {
        const uint32_t word[] = {
            near(r, 0.01, izh_a_fraction(f)),
            near(r, 0.22, izh_b_fraction(f)),
            near(r, 0.03, izh_w_fraction(f)),
            near(r, 0.05, izh_x_fraction(f)),
            near(r, 0.06, izh_w_fraction(f)),
            near(r, 0.75, izh_x_fraction(f)),
            below(r, 8) != 0,
            !noisy        ? 0
            : below(r, 8) ? below(r, 1u << (f->port_bits - 6))
                          : below(r, 1u << (f->port_bits - 1)),
        };
        for (uint32_t field = 0; field < sizeof word / sizeof word[0]; field++)
            put(r, IZH_REGION_RECORD, field, i, word[field]);
    }
}

static void put_neurons(struct round *r)
{
    const struct izh_format *f = &r->l.shape.format;
    uint32_t probed = below(r, 3) ? 0 : below(r, 17);
    for (uint32_t i = 0; i < r->l.neurons; i++) {
        put(r, IZH_REGION_STATE, IZH_FIELD_STATE_X, i, near(r, -0.1, izh_x_fraction(f)));
        put(r, IZH_REGION_STATE, IZH_FIELD_STATE_W, i, near(r, 0.1, izh_w_fraction(f)));
        put(r, IZH_REGION_STATE, IZH_FIELD_STATE_LEVEL, i, below(r, 6));
        if (r->l.shape.records)
            put(r, IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, i,
                below(r, r->l.shape.records));
        put(r, IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, i, below(r, 16) < probed);
        put(r, IZH_REGION_INPUT, IZH_FIELD_INPUT_I, i, near(r, 0.2, izh_w_fraction(f)));
    }
}

static uint32_t target_bits(const struct izh_shape *shape)
{
    uint32_t bits = 1;
    while ((1u << bits) < shape->neurons / shape->lanes)
        bits++;
    return bits;
}

// A word with this delta: any weight, any neuron of the lane, often one of few.
static uint32_t random_word(struct round *r, uint32_t lane, uint32_t delta)
{
    const struct izh_shape *s = &r->l.shape;
    uint32_t here = (r->l.neurons + s->lanes - 1 - lane) / s->lanes;
    uint32_t target = below(r, below(r, 4) ? here : here < 3 ? here : 3);
    uint32_t weight = (uint32_t)izh_random_word(&r->random, s->weight_bits);
    if (below(r, 4))
        weight = (uint32_t)((int32_t)weight / 64);
    weight &= (1u << s->weight_bits) - 1;
    return (delta << s->weight_bits | weight) << target_bits(s) | target;
}

static void put_row(struct round *r, uint32_t lane, uint32_t row, uint32_t length)
{
    const struct izh_shape *s = &r->l.shape;
    uint32_t left = s->slots - 2; // of the sum of deltas
    for (uint32_t i = 0; i < length; i++) {
        uint32_t most = left < (1u << s->delta_bits) - 1 ? left : (1u << s->delta_bits) - 1;
        uint32_t delta = below(r, 3) ? below(r, most / (1 + below(r, 8)) + 1) : 0;
        left -= delta;
        put(r, IZH_REGION_SYNAPSE, lane, r->words[lane]++, random_word(r, lane, delta));
    }
    put(r, IZH_REGION_ROW, lane, row, r->words[lane]);
    r->synapses += length;
}

static void put_synapses(struct round *r)
{
    const struct izh_shape *s = &r->l.shape;
    uint32_t rows = r->l.neurons * s->parts, lanes = s->lanes;
    uint32_t most = MOST_WORDS / lanes < s->synapses ? MOST_WORDS / lanes : s->synapses;
    uint32_t kind = below(r, 4); // no synapse at all, few, many, as many as there is room for
    uint32_t mean = kind == 0 ? 0 : kind == 1 ? 1 : kind == 2 ? most / rows : 2 * most / rows;
    for (uint32_t lane = 0; lane < lanes; lane++) {
        bool some = r->l.neurons > lane;
        r->words[lane] = 0;
        for (uint32_t row = 0; row < rows; row++) {
            uint32_t length = some ? below(r, 2 * mean + 1) : 0;
            if (length > most - r->words[lane])
                length = most - r->words[lane];
            put_row(r, lane, row, length);
        }
    }
}

static void put_settings(struct round *r, bool noisy)
{
    const struct izh_shape *s = &r->l.shape;
    uint32_t limit = below(r, 3) ? s->neurons < 2048 ? s->neurons : 2048 : 64;
    if (limit > 400 && below(r, 4))
        limit = 400;
    put_register(r, IZH_REG_NEURONS, 1 + below(r, limit));
    put_register(r, IZH_REG_SUBSTEPS, 1 + below(r, 5));
    put_register(r, IZH_REG_MODE, below(r, 4) != 0);
    uint32_t close_to_carry = below(r, 2) ? 0xfffc : 0;
    put_register(r, IZH_REG_TICK, (uint32_t)izh_random_next(&r->random) | close_to_carry);
    put_register(r, IZH_REG_SEED, noisy ? (uint32_t)izh_random_next(&r->random) : 0);
    put_register(r, IZH_REG_WEIGHT_SHIFT,
                 below(r, 4) ? (uint32_t)(s->format.w_bits - 4 - s->weight_bits) : below(r, 16));
    put_register(r, IZH_REG_STIMULUS, r->stimuli != 0);
    put_register(r, IZH_REG_CLEAR, 1);
    for (uint32_t i = 0; i < IZH_LEVELS; i++)
        put_register(r, IZH_REG_BOUND_0 + i, i * (20 + 16 * i));
    for (uint32_t i = 0; i <= IZH_LEVELS; i++)
        put_register(r, IZH_REG_KAPPA_0 + i,
                     near(r, 0.1 - 0.1 * i, izh_kappa_fraction(&s->format)));
}

// Events and currents for any neuron, some of them beyond the engine's.
static bool draw_stimulus(void *context, uint32_t tick, struct izh_stimulus *stimulus)
{
    struct round *r = context;
    if (tick != r->stimulus_tick) {
        r->stimulus_tick = tick;
        r->stimuli_left = below(r, 3) ? 0 : below(r, r->stimuli);
    }
    if (!r->stimuli_left)
        return false;
    r->stimuli_left--;
    const struct izh_format *f = &r->l.shape.format;
    bool event = below(r, 2);
    stimulus->kind = event ? IZH_STIMULUS_EVENT : IZH_STIMULUS_CURRENT;
    stimulus->neuron = below(r, 16) ? below(r, r->l.neurons) : below(r, 65536);
    stimulus->value = event ? izh_random_word(&r->random, r->l.shape.weight_bits)
                            : (int32_t)near(r, 0.2, izh_w_fraction(f));
    return true;
}

// A word of a row in use, its delta kept, its weight and target new: what plasticity would do.
static void post_weight(struct round *r)
{
    const struct izh_shape *s = &r->l.shape;
    uint32_t lane = below(r, s->lanes), old = 0;
    if (!r->words[lane])
        return;
    uint32_t address = IZH_ADDRESS(IZH_REGION_SYNAPSE, lane, below(r, r->words[lane]));
    izh_model_read(r->l.model, address, &old);
    uint32_t delta = old >> (target_bits(s) + (uint32_t)s->weight_bits);
    izh_lockstep_post(&r->l, address, random_word(r, lane, delta));
}

static void run_network(struct round *r)
{
    bool noisy = below(r, 2);
    r->stimuli = below(r, 2) * 20;
    r->l.stimulus = r->stimuli ? draw_stimulus : NULL;
    r->l.stimulus_context = r;
    put_settings(r, noisy);
    put_records(r, noisy);
    put_neurons(r);
    put_synapses(r);
    izh_cosim_set_stalls(r->l.core, below(r, 2) * below(r, 1000), below(r, 2) * below(r, 1000),
                         below(r, 2) * below(r, 1000));
    for (int chunk = 0; chunk < 4 && !r->l.differ; chunk++) {
        post_weight(r);
        izh_lockstep_run(&r->l, 1 + below(r, below(r, 3) ? 12 : 60));
    }
    izh_lockstep_compare_memories(&r->l);
}

static struct totals totals(const struct round *r)
{
    struct izh_cosim_counts counts = izh_cosim_count(r->l.core);
    const struct totals *e = &r->earlier;
    return (struct totals){
        .synapses = e->synapses + r->synapses,
        .updates = e->updates + counts.updates,
        .events = e->events + counts.events,
        .words = e->words + r->l.words,
        .differ = e->differ + r->l.differ,
        .spikes = e->spikes + r->l.spikes,
        .served = e->served + r->l.served,
        .clocks = e->clocks + counts.clocks,
    };
}

// Parts of rows that found no room: what comes of it is not for the model to say.
static bool lost_parts(struct round *r)
{
    uint32_t lost = 0;
    izh_cosim_read(r->l.core, IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_LOST), &lost);
    return lost != 0;
}

// Takes the last network back. 0, or -1.
static int start_again(struct round *r)
{
    const char *configuration = r->l.configuration, *command = r->l.command;
    uint64_t seed = r->l.seed;
    izh_lockstep_close(&r->l);
    r->lost++;
    r->synapses = 0;
    r->earlier = r->judged;
    return izh_lockstep_open(&r->l, configuration, command, seed);
}

static void print_totals(const struct round *r)
{
    const struct totals *t = &r->judged;
    printf(
        "# %s: %llu networks, %llu synapses, %llu updates, %llu synaptic events, %llu words "
        "compared, %llu differ, %llu spikes, %llu weights written while running, %llu clocks\n%s",
        r->l.configuration, (unsigned long long)r->networks, (unsigned long long)t->synapses,
        (unsigned long long)t->updates, (unsigned long long)t->events, (unsigned long long)t->words,
        (unsigned long long)t->differ, (unsigned long long)t->spikes, (unsigned long long)t->served,
        (unsigned long long)t->clocks, r->l.report);
    if (r->lost)
        printf("# %s: %llu more networks lost parts of rows and were not judged\n",
               r->l.configuration, (unsigned long long)r->lost);
}

int64_t izh_random_networks(const char *configuration, const char *command, uint64_t networks,
                            uint64_t most_lost)
{
    uint64_t seed = izh_test_seed(20061001);
    struct round r = {.random = {seed}};
    if (izh_lockstep_open(&r.l, configuration, command, seed))
        return -1;
    while (r.networks < networks && !r.judged.differ) {
        run_network(&r);
        if (r.lost < most_lost && lost_parts(&r)) {
            if (start_again(&r))
                return -1;
        } else {
            r.networks++;
            r.judged = totals(&r);
        }
    }
    print_totals(&r);
    izh_lockstep_close(&r.l);
    return (int64_t)r.judged.differ;
}
