// test_model.c: the golden model at its bus: every register and memory, every refusal
// SPDX-License-Identifier: Apache-2.0
#include "bus.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// ---- Registers ----------------------------------------------------------------------------------

static void registers_after_reset(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_MAGIC)), 0x697a6830);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_WIDTHS)), 20 | 24 << 8 | 18 << 16);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_NEURON_CAPACITY)), IZH_BUS_NEURONS);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_RECORD_CAPACITY)), IZH_BUS_RECORDS);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_NEURONS)), 1);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_SUBSTEPS)), 1);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_STEP)), 2);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_MODE)), 1);
    for (uint32_t n = IZH_REG_TICKS_LEFT; n <= IZH_REG_SATURATED_PORT; n++)
        assert_int_equal(izh_bus_get(m, izh_bus_register(n)), 0);
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_BOUND_0 + i)), 4095);
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_KAPPA_0 + i)), 0);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_LANES)), 1);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_SYNAPSE_CAPACITY)), 0);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_RING)), 0);
    izh_model_free(m);
}

static void registers_of_a_network_after_reset(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_network);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_LANES)), 2);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_SYNAPSE_CAPACITY)), IZH_BUS_SYNAPSES);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_SYNAPSE_FORMAT)),
                     2 | 5 << 8 | 2 << 16 | 8 << 24);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_RING)), 4 | 2 << 16);
    static const uint32_t zero[] = {IZH_REG_SEED, IZH_REG_WEIGHT_SHIFT, IZH_REG_STIMULUS,
                                    IZH_REG_SATURATED_I, IZH_REG_LOST};
    for (size_t i = 0; i < sizeof zero / sizeof zero[0]; i++)
        assert_int_equal(izh_bus_get(m, izh_bus_register(zero[i])), 0);
    izh_model_free(m);
}

static void memories_after_reset_are_zero(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    struct izh_bus_words s = izh_bus_snapshot(m);
    size_t words = 0;
    for (size_t i = 0; i < s.count; i++) {
        if (s.address[i] >> 28 == IZH_REGION_REGISTER)
            continue;
        assert_int_equal(s.word[i], 0);
        words++;
    }
    assert_int_equal(words, IZH_BUS_NEURONS * (3 + 2 + 1) + IZH_BUS_RECORDS * 7);
    izh_model_free(m);
}

// In the middle of a tick, with a spike's row under way.
static void reset_is_as_new_but_for_the_memories(void **unused)
{
    (void)unused;
    static const struct izh_shape shape = {.format = {20, 24, 18},
                                           .neurons = 8,
                                           .synapses = 16,
                                           .slots = 4,
                                           .parts = 2,
                                           .weight_bits = 16,
                                           .delta_bits = 2,
                                           .accumulator_bits = 28};
    static const uint32_t bias = IZH_ADDRESS(IZH_REGION_INPUT, 0, 3);
    struct izh_spike spikes[8];
    struct izh_model *m, *fresh;
    assert_int_equal(izh_model_new(&shape, &m), IZH_MODEL_OK);
    assert_int_equal(izh_model_new(&shape, &fresh), IZH_MODEL_OK);
    for (uint32_t n = 0; n < 64; n++)
        izh_model_write(m, izh_bus_register(n), 3);
    izh_bus_put(m, bias, 77);
    izh_bus_put(m, IZH_ADDRESS(IZH_REGION_ACCUMULATOR, 0, 2), 5);
    izh_bus_substep(m, spikes);
    izh_model_reset(m);
    for (uint32_t n = 0; n < 64; n++) {
        uint32_t word = 0, expected = 0;
        assert_int_equal(izh_model_read(m, izh_bus_register(n), &word),
                         izh_model_read(fresh, izh_bus_register(n), &expected));
        assert_int_equal(word, expected);
    }
    assert_int_equal(izh_bus_get(m, bias), 77);
    assert_int_equal(izh_bus_get(m, IZH_ADDRESS(IZH_REGION_ACCUMULATOR, 0, 2)), 0);
    izh_model_free(m);
    izh_model_free(fresh);
}

struct register_case {
    uint32_t number, word;
    enum izh_model_status status;
    uint32_t read; // after it, when the status is OK
};

static const struct register_case network_writes[] = {
    {IZH_REG_LANES, 1, IZH_MODEL_BAD_ACCESS, 0},
    {IZH_REG_SYNAPSE_CAPACITY, 1, IZH_MODEL_BAD_ACCESS, 0},
    {IZH_REG_SYNAPSE_FORMAT, 1, IZH_MODEL_BAD_ACCESS, 0},
    {IZH_REG_RING, 1, IZH_MODEL_BAD_ACCESS, 0},
    {IZH_REG_SEED, 0x89abcdef, IZH_MODEL_OK, 0x89abcdef},
    {IZH_REG_WEIGHT_SHIFT, 0xfffffff9, IZH_MODEL_OK, 9},
    {IZH_REG_STIMULUS, 3, IZH_MODEL_OK, 1},
    {IZH_REG_STIMULUS, 2, IZH_MODEL_OK, 0},
    {IZH_REG_SATURATED_I, 5, IZH_MODEL_OK, 0},
    {IZH_REG_LOST, 5, IZH_MODEL_OK, 0},
};

static const struct register_case writes[] = {
    {IZH_REG_NEURONS, IZH_BUS_NEURONS, IZH_MODEL_OK, IZH_BUS_NEURONS},
    {IZH_REG_NEURONS, 1, IZH_MODEL_OK, 1},
    {IZH_REG_NEURONS, 0, IZH_MODEL_BAD_VALUE, 0},
    {IZH_REG_NEURONS, IZH_BUS_NEURONS + 1, IZH_MODEL_BAD_VALUE, 0},
    {IZH_REG_NEURONS, 0x80000001, IZH_MODEL_BAD_VALUE, 0},
    {IZH_REG_SUBSTEPS, 255, IZH_MODEL_OK, 255},
    {IZH_REG_SUBSTEPS, 1, IZH_MODEL_OK, 1},
    {IZH_REG_SUBSTEPS, 0, IZH_MODEL_BAD_VALUE, 0},
    {IZH_REG_SUBSTEPS, 256, IZH_MODEL_BAD_VALUE, 0},
    {IZH_REG_SUBSTEPS, 257, IZH_MODEL_BAD_VALUE, 0},
    {IZH_REG_STEP, 0xfffffff4, IZH_MODEL_OK, 0},
    {IZH_REG_STEP, 7, IZH_MODEL_OK, 3},
    {IZH_REG_MODE, 0xfffffffe, IZH_MODEL_OK, 0},
    {IZH_REG_MODE, 3, IZH_MODEL_OK, 1},
    {IZH_REG_TICK, 0xffffffff, IZH_MODEL_OK, 0xffffffff},
    {IZH_REG_SATURATED_X, 5, IZH_MODEL_OK, 0},
    {IZH_REG_SATURATED_W, 5, IZH_MODEL_OK, 0},
    {IZH_REG_SATURATED_PORT, 5, IZH_MODEL_OK, 0},
    {IZH_REG_BOUND_0, 0xfffff123, IZH_MODEL_OK, 0x123},
    {IZH_REG_BOUND_4, 4096, IZH_MODEL_OK, 0},
    {IZH_REG_KAPPA_0, 0x0000ffff, IZH_MODEL_OK, 0x0000ffff}, // 17 bits
    {IZH_REG_KAPPA_0, 0xfffeffff, IZH_MODEL_OK, 0x0000ffff},
    {IZH_REG_KAPPA_5, 0x00010000, IZH_MODEL_OK, 0xffff0000},
    {IZH_REG_KAPPA_5, 0x0001ffff, IZH_MODEL_OK, 0xffffffff},
    {IZH_REG_MAGIC, 0, IZH_MODEL_BAD_ACCESS, 0},
    {IZH_REG_WIDTHS, 0, IZH_MODEL_BAD_ACCESS, 0},
    {IZH_REG_NEURON_CAPACITY, 0, IZH_MODEL_BAD_ACCESS, 0},
    {IZH_REG_RECORD_CAPACITY, 0, IZH_MODEL_BAD_ACCESS, 0},
    {IZH_REG_TICKS_LEFT, 1, IZH_MODEL_BAD_ACCESS, 0},
    {IZH_REG_STATUS, 1, IZH_MODEL_BAD_ACCESS, 0},
};

static void write_registers(const struct izh_shape *shape, const struct register_case *cases,
                            size_t count)
{
    struct izh_model *m = izh_bus_model(shape);
    for (size_t i = 0; i < count; i++) {
        const struct register_case *c = &cases[i];
        struct izh_bus_words before = izh_bus_snapshot(m);
        assert_int_equal(izh_model_write(m, izh_bus_register(c->number), c->word), c->status);
        uint32_t expected = c->status ? izh_bus_get(m, izh_bus_register(c->number)) : c->read;
        izh_bus_assert_changed_only(&before, m,
                                    c->status ? 0xffffffff : izh_bus_register(c->number), expected);
    }
    izh_model_free(m);
}

static void registers_take_what_they_should(void **unused)
{
    (void)unused;
    write_registers(&izh_bus_shared, writes, sizeof writes / sizeof writes[0]);
    write_registers(&izh_bus_network, network_writes,
                    sizeof network_writes / sizeof network_writes[0]);
}

static void every_bound_and_kappa_is_a_word_of_its_own(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    for (uint32_t i = 0; i < 5; i++)
        izh_bus_put(m, izh_bus_register(IZH_REG_BOUND_0 + i), 100 + i);
    for (uint32_t i = 0; i < 6; i++)
        izh_bus_put(m, izh_bus_register(IZH_REG_KAPPA_0 + i), 0u - i);
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_BOUND_0 + i)), 100 + i);
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_KAPPA_0 + i)), 0u - i);
    izh_model_free(m);
}

// ---- Memories -----------------------------------------------------------------------------------

// What a field gives back, worked out in numbers.
static uint32_t kept(const struct izh_bus_field *f, uint32_t word)
{
    int64_t size = (int64_t)1 << f->bits, value = (int64_t)word % size;
    return (uint32_t)(f->is_signed && value >= size / 2 ? value - size : value);
}

static void check_field(struct izh_model *m, const struct izh_bus_field *f, uint32_t index,
                        struct izh_random *random)
{
    uint32_t top = (uint32_t)1 << (f->bits - 1);
    const uint32_t words[] = {0xffffffff, 0,       top,         top - 1,
                              ~top,       2 * top, 2 * top - 1, (uint32_t)izh_random_next(random)};
    uint32_t address = IZH_ADDRESS(f->region, f->field, f->first + index);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct izh_bus_words before = izh_bus_snapshot(m);
        izh_bus_put(m, address, words[i]);
        izh_bus_assert_changed_only(&before, m, address, kept(f, words[i]));
    }
}

static void check_fields(const struct izh_shape *shape, const struct izh_bus_field *fields,
                         size_t count, uint64_t seed)
{
    struct izh_model *m = izh_bus_model(shape);
    struct izh_random random = {seed};
    for (size_t i = 0; i < count; i++) {
        for (uint32_t index = 0; index < fields[i].indices; index++)
            check_field(m, &fields[i], index, &random);
    }
    izh_model_free(m);
}

static void every_field_keeps_its_bits_and_touches_nothing_else(void **unused)
{
    (void)unused;
    uint64_t seed = izh_test_seed(3);
    check_fields(&izh_bus_shared, izh_bus_fields, IZH_BUS_FIELDS, seed);
    check_fields(&izh_bus_network, izh_bus_network_fields, IZH_BUS_NETWORK_FIELDS, seed);
}

static void state_gives_the_words_of_the_bus(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    izh_bus_put(m, IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_X, 3), 0x80000);
    izh_bus_put(m, IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_W, 3), 0x7fffff);
    izh_bus_put(m, IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_LEVEL, 3), 13);
    struct izh_state s = izh_model_state(m, 3);
    assert_int_equal(s.x, -0x80000);
    assert_int_equal(s.w, 0x7fffff);
    assert_int_equal(s.level, 5);
    izh_model_free(m);
}

// ---- Refusals -----------------------------------------------------------------------------------

static void addresses_where_nothing_is_are_refused(void **unused)
{
    (void)unused;
    static const uint32_t registers[] = {15, 21, 22, 23, 30, 31,    34,     36,      37,
                                         38, 39, 40, 41, 42, 0x104, 0xffff, 0xffffff};
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    for (size_t i = 0; i < sizeof registers / sizeof registers[0]; i++)
        izh_bus_assert_nothing_there(m, izh_bus_register(registers[i]));
    izh_bus_assert_nothing_there(m, IZH_ADDRESS(IZH_REGION_REGISTER, 1, IZH_REG_NEURONS));
    izh_bus_assert_nothing_there(m, IZH_ADDRESS(IZH_REGION_REGISTER, 15, IZH_REG_MAGIC));
    for (size_t i = 0; i < IZH_BUS_FIELDS; i++) {
        izh_bus_assert_nothing_there(m,
                                     IZH_ADDRESS(izh_bus_fields[i].region, izh_bus_fields[i].field,
                                                 izh_bus_fields[i].indices));
        izh_bus_assert_nothing_there(
            m, IZH_ADDRESS(izh_bus_fields[i].region, izh_bus_fields[i].field, 0xffff));
    }
    izh_bus_assert_nothing_there(m, IZH_ADDRESS(IZH_REGION_STATE, 3, 0));
    izh_bus_assert_nothing_there(m, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, 2, 0));
    izh_bus_assert_nothing_there(m, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_SD, 0));
    izh_bus_assert_nothing_there(m, IZH_ADDRESS(IZH_REGION_INPUT, 1, 0));
    for (uint32_t region = 5; region < 16; region++)
        izh_bus_assert_nothing_there(m, IZH_ADDRESS(region, 0, 0));
    izh_model_free(m);
}

static void addresses_beyond_the_synapses_are_refused(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_network);
    for (uint32_t number = 42; number < 64; number++)
        izh_bus_assert_nothing_there(m, izh_bus_register(number));
    for (size_t i = 0; i < IZH_BUS_NETWORK_FIELDS; i++) {
        const struct izh_bus_field *f = &izh_bus_network_fields[i];
        izh_bus_assert_nothing_there(m, IZH_ADDRESS(f->region, f->field, f->first + f->indices));
    }
    for (uint32_t region = IZH_REGION_SYNAPSE; region <= IZH_REGION_ROW; region++) {
        for (uint32_t lane = 2; lane < 16; lane++)
            izh_bus_assert_nothing_there(m, IZH_ADDRESS(region, lane, 0));
        izh_bus_assert_nothing_there(m, IZH_ADDRESS(region, 1, 0xffffff));
    }
    izh_bus_assert_nothing_there(m, IZH_ADDRESS(IZH_REGION_ACCUMULATOR, 1, 0));
    izh_bus_assert_nothing_there(m, IZH_ADDRESS(IZH_REGION_ACCUMULATOR, 0, 4 << 16));
    izh_bus_assert_nothing_there(m, IZH_ADDRESS(IZH_REGION_ACCUMULATOR, 0, 0xffffff));
    izh_bus_assert_nothing_there(m, IZH_ADDRESS(IZH_REGION_RECORD, 8, 0));
    izh_bus_assert_nothing_there(m, IZH_ADDRESS(8, 0, 0));
    izh_model_free(m);
}

static void run_and_clear_cannot_be_read(void **unused)
{
    (void)unused;
    static const uint32_t registers[] = {IZH_REG_RUN, IZH_REG_CLEAR};
    struct izh_model *m = izh_bus_model(&izh_bus_network);
    for (size_t i = 0; i < 2; i++) {
        uint32_t word = 0xdeadbeef;
        assert_int_equal(izh_model_read(m, izh_bus_register(registers[i]), &word),
                         IZH_MODEL_BAD_ACCESS);
        assert_int_equal(word, 0xdeadbeef);
    }
    izh_model_free(m);
}

static void assert_refused_in_a_tick(struct izh_model *m, uint32_t address, uint32_t word)
{
    struct izh_bus_words before = izh_bus_snapshot(m);
    assert_int_equal(izh_model_write(m, address, word), IZH_MODEL_RUNNING);
    struct izh_bus_words after = izh_bus_snapshot(m);
    izh_bus_assert_same(&before, &after);
}

static void assert_memory_closed(struct izh_model *m, uint32_t address)
{
    uint32_t word = 0xdeadbeef;
    assert_int_equal(izh_model_write(m, address, 1), IZH_MODEL_RUNNING);
    assert_int_equal(izh_model_read(m, address, &word), IZH_MODEL_RUNNING);
    assert_int_equal(word, 0xdeadbeef);
}

// One that no update writes: after reset only neuron 0 is in use.
static uint32_t idle_neuron(const struct izh_bus_field *field)
{
    return IZH_ADDRESS(field->region, field->field, 1);
}

static void only_registers_are_read_and_run_is_written_in_a_tick(void **unused)
{
    (void)unused;
    static const uint32_t registers[] = {
        IZH_REG_NEURONS, IZH_REG_SUBSTEPS,    IZH_REG_STEP,        IZH_REG_MODE,
        IZH_REG_TICK,    IZH_REG_SATURATED_X, IZH_REG_SATURATED_W, IZH_REG_SATURATED_PORT,
        IZH_REG_BOUND_0, IZH_REG_BOUND_4,     IZH_REG_KAPPA_0,     IZH_REG_KAPPA_5};
    struct izh_spike spikes[IZH_BUS_NEURONS];
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    izh_bus_put(m, izh_bus_register(IZH_REG_SUBSTEPS), 3);
    izh_bus_put(m, izh_bus_register(IZH_REG_RUN), 1);
    for (int part = 0; part < 2; part++) {
        izh_bus_substep(m, spikes);
        for (size_t i = 0; i < sizeof registers / sizeof registers[0]; i++)
            assert_refused_in_a_tick(m, izh_bus_register(registers[i]), 2);
        for (size_t i = 0; i < IZH_BUS_FIELDS; i++)
            assert_memory_closed(m, idle_neuron(&izh_bus_fields[i]));
        izh_bus_put(m, izh_bus_register(IZH_REG_RUN), 1);
    }
    izh_bus_substep(m, spikes);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_TICKS_LEFT)), 2);
    for (size_t i = 0; i < IZH_BUS_FIELDS; i++)
        assert_int_equal(izh_bus_get(m, idle_neuron(&izh_bus_fields[i])), 0);
    izh_bus_put(m, izh_bus_register(IZH_REG_NEURONS), 2); // between ticks, with ticks left to run
    izh_model_free(m);
}

static void synapses_are_closed_in_a_tick(void **unused)
{
    (void)unused;
    static const uint32_t registers[] = {IZH_REG_SEED,  IZH_REG_WEIGHT_SHIFT, IZH_REG_STIMULUS,
                                         IZH_REG_CLEAR, IZH_REG_SATURATED_I,  IZH_REG_LOST};
    static const struct izh_stimulus stimulus = {IZH_STIMULUS_CURRENT, 1, 5};
    struct izh_spike spikes[IZH_BUS_NETWORK];
    struct izh_model *m = izh_bus_model(&izh_bus_network);
    izh_bus_put(m, izh_bus_register(IZH_REG_SUBSTEPS), 2);
    izh_bus_put(m, izh_bus_register(IZH_REG_RUN), 1);
    izh_bus_substep(m, spikes);
    for (size_t i = 0; i < sizeof registers / sizeof registers[0]; i++)
        assert_refused_in_a_tick(m, izh_bus_register(registers[i]), 1);
    for (size_t i = 0; i < IZH_BUS_NETWORK_FIELDS; i++)
        assert_memory_closed(m, IZH_ADDRESS(izh_bus_network_fields[i].region,
                                            izh_bus_network_fields[i].field,
                                            izh_bus_network_fields[i].first + 1));
    assert_int_equal(izh_model_stimulate(m, &stimulus), IZH_MODEL_RUNNING);
    assert_int_equal(izh_model_set_threads(m, 2), IZH_MODEL_RUNNING);
    assert_int_equal(izh_model_set_kernel(m, "portable"), IZH_MODEL_RUNNING);
    izh_bus_substep(m, spikes);
    for (uint32_t i = 0; i < IZH_BUS_NETWORK; i++)
        assert_int_equal(izh_bus_get(m, IZH_ADDRESS(IZH_REGION_INPUT, IZH_FIELD_INPUT_I, i)), 0);
    izh_model_free(m);
}

static void kernels_and_threads_are_chosen_by_name_and_number(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    assert_string_equal(izh_model_kernel(0), "portable");
    size_t count = 0;
    for (; izh_model_kernel(count); count++)
        assert_int_equal(izh_model_set_kernel(m, izh_model_kernel(count)), IZH_MODEL_OK);
    assert_null(izh_model_kernel(count + 1));
    assert_int_equal(izh_model_set_kernel(m, "abacus"), IZH_MODEL_BAD_VALUE);
    static const unsigned bad[] = {0, 65, 0x80000000};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(izh_model_set_threads(m, bad[i]), IZH_MODEL_BAD_VALUE);
    static const unsigned good[] = {64, 2, 1};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(izh_model_set_threads(m, good[i]), IZH_MODEL_OK);
        izh_bus_run(m, 3);
    }
    izh_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registers_after_reset),
        cmocka_unit_test(registers_of_a_network_after_reset),
        cmocka_unit_test(memories_after_reset_are_zero),
        cmocka_unit_test(reset_is_as_new_but_for_the_memories),
        cmocka_unit_test(registers_take_what_they_should),
        cmocka_unit_test(every_bound_and_kappa_is_a_word_of_its_own),
        cmocka_unit_test(every_field_keeps_its_bits_and_touches_nothing_else),
        cmocka_unit_test(state_gives_the_words_of_the_bus),
        cmocka_unit_test(addresses_where_nothing_is_are_refused),
        cmocka_unit_test(addresses_beyond_the_synapses_are_refused),
        cmocka_unit_test(run_and_clear_cannot_be_read),
        cmocka_unit_test(only_registers_are_read_and_run_is_written_in_a_tick),
        cmocka_unit_test(synapses_are_closed_in_a_tick),
        cmocka_unit_test(kernels_and_threads_are_chosen_by_name_and_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
