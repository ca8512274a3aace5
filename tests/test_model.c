// test_model.c: the golden model at its bus: every register and memory, every refusal
// SPDX-License-Identifier: Apache-2.0
#include "bus.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// ---- Life and status ----------------------------------------------------------------------------

static void every_status_has_a_name_and_a_sentence(void **unused)
{
    (void)unused;
    static const char *const names[] = {
        "IZH_MODEL_OK",          "IZH_MODEL_NO_MEMORY",  "IZH_MODEL_BAD_SHAPE",
        "IZH_MODEL_BAD_ADDRESS", "IZH_MODEL_BAD_ACCESS", "IZH_MODEL_BAD_VALUE",
        "IZH_MODEL_RUNNING",
    };
    for (int i = 0; i < 7; i++) {
        assert_string_equal(izh_model_status_name((enum izh_model_status) - i), names[i]);
        assert_non_null(izh_model_strerror((enum izh_model_status) - i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(izh_model_strerror((enum izh_model_status) - i),
                                    izh_model_strerror((enum izh_model_status) - j));
    }
    assert_string_equal(izh_model_status_name((enum izh_model_status) - 99), "IZH_MODEL_UNKNOWN");
    assert_string_equal(izh_model_strerror((enum izh_model_status) - 99), "unknown status");
}

static void shapes_outside_the_contract_are_refused(void **unused)
{
    (void)unused;
    static const struct izh_shape bad[] = {
        {{11, 24, 18}, 4, 0},          {{20, 24, 21}, 4, 0},     {{20, 24, 18}, 0, 0},
        {{20, 24, 18}, 1, 0},          {{20, 24, 18}, 65537, 0}, {{20, 24, 18}, 4, 1},
        {{20, 24, 18}, 4, 3},          {{20, 24, 18}, 4, 65535}, {{20, 24, 18}, 4, 131072},
        {{20, 24, 18}, 4, 0x80000000},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct izh_model *m = (struct izh_model *)&bad;
        assert_int_equal(izh_model_new(&bad[i], &m), IZH_MODEL_BAD_SHAPE);
        assert_ptr_equal(m, &bad);
    }
}

static void shapes_at_the_edge_are_made(void **unused)
{
    (void)unused;
    static const struct izh_shape good[] = {
        {{20, 24, 18}, 2, 2}, {{20, 24, 18}, 65536, 65536}, {{20, 24, 18}, 65536, 0}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct izh_model *m = izh_bus_model(&good[i]);
        uint32_t last = good[i].neurons - 1;
        izh_bus_put(m, izh_bus_register(IZH_REG_NEURONS), good[i].neurons);
        izh_bus_put(m, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_A, last), 1);
        izh_bus_put(m, IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_X, last), 7);
        assert_int_equal(izh_model_state(m, last).x, 7);
        izh_model_free(m);
    }
    izh_model_free(NULL);
}

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
    izh_model_free(m);
}

static void memories_after_reset_are_zero(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    struct izh_bus_words s = izh_bus_snapshot(m);
    size_t words = 0;
    for (size_t i = 0; i < s.count; i++) {
        if (s.address[i] >> 20 == IZH_REGION_REGISTER)
            continue;
        assert_int_equal(s.word[i], 0);
        words++;
    }
    assert_int_equal(words, IZH_BUS_NEURONS * (3 + 2 + 1) + IZH_BUS_RECORDS * 7);
    izh_model_free(m);
}

struct register_case {
    uint32_t number, word;
    enum izh_model_status status;
    uint32_t read; // after it, when the status is OK
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

static void registers_take_what_they_should(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++) {
        const struct register_case *c = &writes[i];
        struct izh_bus_words before = izh_bus_snapshot(m);
        assert_int_equal(izh_model_write(m, izh_bus_register(c->number), c->word), c->status);
        uint32_t expected = c->status ? izh_bus_get(m, izh_bus_register(c->number)) : c->read;
        izh_bus_assert_changed_only(&before, m,
                                    c->status ? 0xffffffff : izh_bus_register(c->number), expected);
    }
    izh_model_free(m);
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
    uint32_t address = IZH_ADDRESS(f->region, f->field, index);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct izh_bus_words before = izh_bus_snapshot(m);
        izh_bus_put(m, address, words[i]);
        izh_bus_assert_changed_only(&before, m, address, kept(f, words[i]));
    }
}

static void every_field_keeps_its_bits_and_touches_nothing_else(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    struct izh_random random = {izh_test_seed(3)};
    for (size_t i = 0; i < IZH_BUS_FIELDS; i++) {
        for (uint32_t index = 0; index < izh_bus_fields[i].indices; index++)
            check_field(m, &izh_bus_fields[i], index, &random);
    }
    izh_model_free(m);
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
    static const uint32_t registers[] = {15, 21, 22, 23, 30, 31, 32, 0x104, 0xffff};
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
    izh_bus_assert_nothing_there(m, IZH_ADDRESS(IZH_REGION_RECORD, 7, 0));
    izh_bus_assert_nothing_there(m, IZH_ADDRESS(IZH_REGION_INPUT, 1, 0));
    for (uint32_t region = 5; region < 16; region++)
        izh_bus_assert_nothing_there(m, IZH_ADDRESS(region, 0, 0));
    // An address has 24 bits: what is above them is no alias.
    izh_bus_assert_nothing_there(m, 0x01000000 | izh_bus_register(IZH_REG_NEURONS));
    izh_bus_assert_nothing_there(m,
                                 0x80000000 | IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_X, 0));
    izh_model_free(m);
}

static void run_cannot_be_read(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    uint32_t word = 0xdeadbeef;
    assert_int_equal(izh_model_read(m, izh_bus_register(IZH_REG_RUN), &word), IZH_MODEL_BAD_ACCESS);
    assert_int_equal(word, 0xdeadbeef);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_a_name_and_a_sentence),
        cmocka_unit_test(shapes_outside_the_contract_are_refused),
        cmocka_unit_test(shapes_at_the_edge_are_made),
        cmocka_unit_test(registers_after_reset),
        cmocka_unit_test(memories_after_reset_are_zero),
        cmocka_unit_test(registers_take_what_they_should),
        cmocka_unit_test(every_bound_and_kappa_is_a_word_of_its_own),
        cmocka_unit_test(every_field_keeps_its_bits_and_touches_nothing_else),
        cmocka_unit_test(state_gives_the_words_of_the_bus),
        cmocka_unit_test(addresses_where_nothing_is_are_refused),
        cmocka_unit_test(run_cannot_be_read),
        cmocka_unit_test(only_registers_are_read_and_run_is_written_in_a_tick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
