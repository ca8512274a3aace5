// bus.c: the golden model at its bus, and everything that an access may have changed
// SPDX-License-Identifier: Apache-2.0
#include "bus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

const struct izh_bus_field izh_bus_fields[IZH_BUS_FIELDS] = {
    {IZH_REGION_STATE, IZH_FIELD_STATE_X, 0, 20, true, IZH_BUS_NEURONS},
    {IZH_REGION_STATE, IZH_FIELD_STATE_W, 0, 24, true, IZH_BUS_NEURONS},
    {IZH_REGION_STATE, IZH_FIELD_STATE_LEVEL, 0, 3, false, IZH_BUS_NEURONS},
    {IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, 0, 2, false, IZH_BUS_NEURONS},
    {IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, 0, 1, false, IZH_BUS_NEURONS},
    {IZH_REGION_RECORD, IZH_FIELD_RECORD_A, 0, 18, true, IZH_BUS_RECORDS},
    {IZH_REGION_RECORD, IZH_FIELD_RECORD_B, 0, 18, true, IZH_BUS_RECORDS},
    {IZH_REGION_RECORD, IZH_FIELD_RECORD_E, 0, 24, true, IZH_BUS_RECORDS},
    {IZH_REGION_RECORD, IZH_FIELD_RECORD_C, 0, 20, true, IZH_BUS_RECORDS},
    {IZH_REGION_RECORD, IZH_FIELD_RECORD_D, 0, 24, true, IZH_BUS_RECORDS},
    {IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, 0, 20, true, IZH_BUS_RECORDS},
    {IZH_REGION_RECORD, IZH_FIELD_RECORD_DECAY, 0, 1, false, IZH_BUS_RECORDS},
    {IZH_REGION_INPUT, IZH_FIELD_INPUT_I, 0, 26, true, IZH_BUS_NEURONS},
};

// 2 bits of target, 5 of weight, 2 of delta; an end is 0..7.
const struct izh_bus_field izh_bus_network_fields[IZH_BUS_NETWORK_FIELDS] = {
    {IZH_REGION_STATE, IZH_FIELD_STATE_X, 0, 20, true, IZH_BUS_NETWORK},
    {IZH_REGION_RECORD, IZH_FIELD_RECORD_DECAY, 0, 1, false, IZH_BUS_NETWORK},
    {IZH_REGION_RECORD, IZH_FIELD_RECORD_SD, 0, 17, false, IZH_BUS_NETWORK},
    {IZH_REGION_INPUT, IZH_FIELD_INPUT_I, 0, 26, true, IZH_BUS_NETWORK},
    {IZH_REGION_SYNAPSE, 0, 0, 9, false, IZH_BUS_SYNAPSES},
    {IZH_REGION_SYNAPSE, 1, 0, 9, false, IZH_BUS_SYNAPSES},
    {IZH_REGION_ROW, 0, 0, 3, false, 2 * IZH_BUS_NETWORK},
    {IZH_REGION_ROW, 1, 0, 3, false, 2 * IZH_BUS_NETWORK},
    {IZH_REGION_ACCUMULATOR, 0, 0, 8, true, IZH_BUS_NETWORK},
    {IZH_REGION_ACCUMULATOR, 0, 1 << 16, 8, true, IZH_BUS_NETWORK},
    {IZH_REGION_ACCUMULATOR, 0, 2 << 16, 8, true, IZH_BUS_NETWORK},
    {IZH_REGION_ACCUMULATOR, 0, 3 << 16, 8, true, IZH_BUS_NETWORK},
};

const struct izh_shape izh_bus_shared = {
    .format = {20, 24, 18}, .neurons = IZH_BUS_NEURONS, .records = IZH_BUS_RECORDS};

const struct izh_shape izh_bus_network = {.format = {20, 24, 18},
                                          .neurons = IZH_BUS_NETWORK,
                                          .lanes = 2,
                                          .synapses = IZH_BUS_SYNAPSES,
                                          .slots = 4,
                                          .parts = 2,
                                          .weight_bits = 5,
                                          .delta_bits = 2,
                                          .accumulator_bits = 8};

struct izh_model *izh_bus_model(const struct izh_shape *shape)
{
    struct izh_model *m = NULL;
    assert_int_equal(izh_model_new(shape, &m), IZH_MODEL_OK);
    return m;
}

uint32_t izh_bus_register(uint32_t number)
{
    return IZH_ADDRESS(IZH_REGION_REGISTER, 0, number);
}

void izh_bus_put(struct izh_model *m, uint32_t address, uint32_t word)
{
    assert_int_equal(izh_model_write(m, address, word), IZH_MODEL_OK);
}

uint32_t izh_bus_get(const struct izh_model *m, uint32_t address)
{
    uint32_t word = 0xdeadbeef;
    assert_int_equal(izh_model_read(m, address, &word), IZH_MODEL_OK);
    return word;
}

// ---- Everything that can be read, to see what an access changes ---------------------------------

static void snap(struct izh_bus_words *s, const struct izh_model *m, uint32_t address)
{
    uint32_t word;
    if (izh_model_read(m, address, &word) != IZH_MODEL_OK)
        return;
    assert_true(s->count < IZH_BUS_WORDS);
    s->address[s->count] = address;
    s->word[s->count++] = word;
}

struct izh_bus_words izh_bus_snapshot(const struct izh_model *m)
{
    struct izh_bus_words s = {.count = 0};
    for (uint32_t region = 0; region < 16; region++) {
        for (uint32_t field = 0; field < 16; field++) {
            for (uint32_t index = 0; index < 48; index++)
                snap(&s, m, IZH_ADDRESS(region, field, index));
            for (uint32_t slot = 1; slot < 5; slot++) {
                for (uint32_t neuron = 0; neuron < 8; neuron++)
                    snap(&s, m, IZH_ADDRESS(region, field, slot << 16 | neuron));
            }
        }
    }
    return s;
}

void izh_bus_assert_same(const struct izh_bus_words *a, const struct izh_bus_words *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        if (a->address[i] != b->address[i] || a->word[i] != b->word[i])
            fail_msg("address %06x: %08x, was %08x", b->address[i], b->word[i], a->word[i]);
    }
}

void izh_bus_assert_changed_only(struct izh_bus_words *before, const struct izh_model *m,
                                 uint32_t address, uint32_t word)
{
    struct izh_bus_words after = izh_bus_snapshot(m);
    for (size_t i = 0; i < before->count; i++) {
        if (before->address[i] == address)
            before->word[i] = word;
    }
    izh_bus_assert_same(before, &after);
}

void izh_bus_assert_nothing_there(struct izh_model *m, uint32_t address)
{
    struct izh_bus_words before = izh_bus_snapshot(m);
    uint32_t word = 0xdeadbeef;
    assert_int_equal(izh_model_read(m, address, &word), IZH_MODEL_BAD_ADDRESS);
    assert_int_equal(word, 0xdeadbeef);
    assert_int_equal(izh_model_write(m, address, 1), IZH_MODEL_BAD_ADDRESS);
    struct izh_bus_words after = izh_bus_snapshot(m);
    izh_bus_assert_same(&before, &after);
}

// ---- Neurons that do something known ------------------------------------------------------------

static int x_bits_of(const struct izh_model *m)
{
    return (int)(izh_bus_get(m, izh_bus_register(IZH_REG_WIDTHS)) & 0xff);
}

// The peak is the least x: it is always passed. a = 0, so nothing but d moves w.
void izh_bus_make_firing(struct izh_model *m, uint32_t record, uint32_t d)
{
    izh_bus_put(m, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, record),
                (uint32_t)izh_word_min(x_bits_of(m)));
    izh_bus_put(m, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_D, record), d);
}

// The peak is the greatest x.
void izh_bus_make_silent(struct izh_model *m, uint32_t record)
{
    izh_bus_put(m, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, record),
                (uint32_t)izh_word_max(x_bits_of(m)));
}

size_t izh_bus_substep(struct izh_model *m, struct izh_spike *spikes)
{
    size_t count = 99;
    assert_true(izh_model_substep(m, spikes, &count));
    return count;
}

void izh_bus_run(struct izh_model *m, uint32_t ticks)
{
    uint32_t neurons = izh_bus_get(m, izh_bus_register(IZH_REG_NEURON_CAPACITY));
    struct izh_spike *spikes = malloc(neurons * sizeof *spikes);
    size_t count;
    assert_non_null(spikes);
    izh_bus_put(m, izh_bus_register(IZH_REG_RUN), ticks);
    while (izh_model_substep(m, spikes, &count))
        ;
    free(spikes);
}
