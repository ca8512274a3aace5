// random_neurons.c: random neurons on a core against the golden model, on every word of every
// update SPDX-License-Identifier: Apache-2.0
#include "random_neurons.h"

#include "random.h"

#include <stdio.h>

// An engine of more neurons has rounds of few, and a last one that needs every bit of its
// addresses.
enum { LARGE = 2048, FEW = 256 };

static uint32_t state_address(uint32_t field, uint32_t neuron)
{
    return IZH_ADDRESS(IZH_REGION_STATE, field, neuron);
}

static uint32_t register_address(uint32_t number)
{
    return IZH_ADDRESS(IZH_REGION_REGISTER, 0, number);
}

// A word near value: fixed point with fraction bits, up to a quarter off.
static uint32_t near(struct izh_random *random, double value, int fraction)
{
    double spread = 0.75 + izh_random_unit(random) / 2;
    return (uint32_t)(int32_t)(value * spread * (double)((int64_t)1 << fraction));
}

static void write_wild_record(struct izh_lockstep *l, struct izh_random *random, uint32_t index)
{
    const struct izh_format *f = &l->shape.format;
    const int bits[] = {f->port_bits, f->port_bits, f->w_bits, f->x_bits, f->w_bits, f->x_bits, 1};
    for (uint32_t field = 0; field < sizeof bits / sizeof bits[0]; field++)
        izh_lockstep_write(l, IZH_ADDRESS(IZH_REGION_RECORD, field, index),
                           (uint32_t)izh_random_word(random, bits[field]));
}

// Cortical neurons in the normal form, h = 1/4 ms: they fire, and pass every level.
static void write_cortical_record(struct izh_lockstep *l, struct izh_random *random, uint32_t index)
{
    const struct izh_format *f = &l->shape.format;
    const uint32_t word[] = {
        near(random, 0.01, izh_a_fraction(f)), near(random, 0.22, izh_b_fraction(f)),
        near(random, 0.03, izh_w_fraction(f)), near(random, 0.05, izh_x_fraction(f)),
        near(random, 0.06, izh_w_fraction(f)), near(random, 0.75, izh_x_fraction(f)),
        izh_random_below(random, 8) != 0,
    };
    for (uint32_t field = 0; field < sizeof word / sizeof word[0]; field++)
        izh_lockstep_write(l, IZH_ADDRESS(IZH_REGION_RECORD, field, index), word[field]);
}

static void write_records(struct izh_lockstep *l, struct izh_random *random, bool wild)
{
    uint32_t records = l->shape.records ? l->shape.records : l->neurons;
    for (uint32_t i = 0; i < records; i++) {
        if (wild)
            write_wild_record(l, random, i);
        else
            write_cortical_record(l, random, i);
    }
}

static uint32_t input_address(uint32_t neuron)
{
    return IZH_ADDRESS(IZH_REGION_INPUT, IZH_FIELD_INPUT_I, neuron);
}

static uint32_t random_input(const struct izh_lockstep *l, struct izh_random *random, bool wild)
{
    const struct izh_format *f = &l->shape.format;
    return wild ? (uint32_t)izh_random_word(random, izh_input_bits(f))
                : near(random, 0.3, izh_w_fraction(f));
}

static void write_neuron(struct izh_lockstep *l, struct izh_random *random, bool wild,
                         uint32_t probed_of_16, uint32_t neuron)
{
    const struct izh_format *f = &l->shape.format;
    uint32_t x =
        wild ? (uint32_t)izh_random_word(random, f->x_bits) : near(random, -0.1, izh_x_fraction(f));
    uint32_t w =
        wild ? (uint32_t)izh_random_word(random, f->w_bits) : near(random, 0.1, izh_w_fraction(f));
    izh_lockstep_write(l, state_address(IZH_FIELD_STATE_X, neuron), x);
    izh_lockstep_write(l, state_address(IZH_FIELD_STATE_W, neuron), w);
    izh_lockstep_write(l, state_address(IZH_FIELD_STATE_LEVEL, neuron),
                       wild ? izh_random_below(random, 8) : izh_random_below(random, 6));
    if (l->shape.records)
        izh_lockstep_write(l, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, neuron),
                           izh_random_below(random, l->shape.records));
    izh_lockstep_write(l, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, neuron),
                       izh_random_below(random, 16) < probed_of_16);
    izh_lockstep_write(l, input_address(neuron), random_input(l, random, wild));
}

static void write_settings(struct izh_lockstep *l, struct izh_random *random, bool wild,
                           uint32_t more_neurons)
{
    const struct izh_format *f = &l->shape.format;
    // Every count around the length of the pipeline now and then, else any.
    uint32_t most = l->shape.neurons > LARGE ? FEW : l->shape.neurons;
    uint32_t limit = izh_random_below(random, 4) ? most : 64;
    izh_lockstep_write(l, register_address(IZH_REG_NEURONS),
                       more_neurons + 1 + izh_random_below(random, limit));
    izh_lockstep_write(l, register_address(IZH_REG_SUBSTEPS), 1 + izh_random_below(random, 5));
    izh_lockstep_write(l, register_address(IZH_REG_STEP), wild ? izh_random_below(random, 4) : 2);
    izh_lockstep_write(l, register_address(IZH_REG_MODE), izh_random_below(random, 4) != 0);
    izh_lockstep_write(l, register_address(IZH_REG_TICK), (uint32_t)izh_random_next(random));
    for (uint32_t i = 0; i < IZH_LEVELS; i++)
        izh_lockstep_write(l, register_address(IZH_REG_BOUND_0 + i),
                           wild ? izh_random_below(random, 4096) : i * (20 + 16 * i));
    for (uint32_t i = 0; i <= IZH_LEVELS; i++)
        izh_lockstep_write(l, register_address(IZH_REG_KAPPA_0 + i),
                           wild ? (uint32_t)izh_random_word(random, izh_kappa_bits(f))
                                : near(random, 0.1 - 0.1 * i, izh_kappa_fraction(f)));
}

static void random_round(struct izh_lockstep *l, struct izh_random *random, uint32_t more_neurons)
{
    bool wild = izh_random_below(random, 3) != 0;
    uint32_t probed = izh_random_below(random, 3) ? izh_random_below(random, 17) : 0;
    write_settings(l, random, wild, more_neurons);
    write_records(l, random, wild);
    for (uint32_t i = 0; i < l->neurons; i++)
        write_neuron(l, random, wild, probed, i);
    izh_cosim_set_stalls(l->core, izh_random_below(random, 2) * izh_random_below(random, 1000),
                         izh_random_below(random, 2) * izh_random_below(random, 1000), 0);
    for (int chunk = 0; chunk < 4; chunk++) {
        izh_lockstep_post(l, input_address(izh_random_below(random, l->neurons)),
                          random_input(l, random, wild));
        izh_lockstep_run(l, 1 + izh_random_below(random, wild ? 4 : 24));
        for (uint32_t i = 0; i < 16; i++)
            izh_lockstep_write(l, input_address(izh_random_below(random, l->neurons)),
                               random_input(l, random, wild));
    }
    izh_lockstep_compare_memories(l);
}

int izh_random_neurons_open(struct izh_lockstep *l, const char *configuration, const char *command,
                            uint64_t updates)
{
    uint64_t seed = izh_test_seed(20040101);
    struct izh_random random = {seed};
    if (izh_lockstep_open(l, configuration, command, seed))
        return -1;
    while (l->updates < updates && !l->differ)
        random_round(l, &random, 0);
    if (l->shape.neurons > LARGE && !l->differ)
        random_round(l, &random, l->shape.neurons / 2);
    return 0;
}

int64_t izh_random_neurons(const char *configuration, const char *command, uint64_t updates)
{
    struct izh_lockstep l;
    if (izh_random_neurons_open(&l, configuration, command, updates))
        return -1;
    printf("# %s: %llu updates, %llu words compared, %llu differ, %llu spikes, "
           "%llu writes served while running, %llu clocks\n%s",
           configuration, (unsigned long long)l.updates, (unsigned long long)l.words,
           (unsigned long long)l.differ, (unsigned long long)l.spikes, (unsigned long long)l.served,
           (unsigned long long)izh_cosim_count(l.core).clocks, l.report);
    int64_t differ = (int64_t)l.differ;
    izh_lockstep_close(&l);
    return differ;
}
