// test_shape.c: which golden models can be made, and the names of statuses
// SPDX-License-Identifier: Apache-2.0
#include "bus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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
        {.format = {11, 24, 18}, .neurons = 4},
        {.format = {20, 24, 21}, .neurons = 4},
        {.format = {20, 24, 18}, .neurons = 0},
        {.format = {20, 24, 18}, .neurons = 1},
        {.format = {20, 24, 18}, .neurons = 65537},
        {.format = {20, 24, 18}, .neurons = 4, .records = 1},
        {.format = {20, 24, 18}, .neurons = 4, .records = 3},
        {.format = {20, 24, 18}, .neurons = 4, .records = 65535},
        {.format = {20, 24, 18}, .neurons = 4, .records = 131072},
        {.format = {20, 24, 18}, .neurons = 4, .records = 0x80000000},
        {.format = {20, 24, 18}, .neurons = 6, .lanes = 3},
        {.format = {20, 24, 18}, .neurons = 64, .lanes = 32},
        {.format = {20, 24, 18}, .neurons = 6, .lanes = 4},
        {.format = {20, 24, 18}, .neurons = 4, .slots = 4},
        {.format = {20, 24, 18}, .neurons = 4, .parts = 1},
        {.format = {20, 24, 18}, .neurons = 4, .weight_bits = 8},
        {.format = {20, 24, 18}, .neurons = 4, .delta_bits = 8},
        {.format = {20, 24, 18}, .neurons = 4, .accumulator_bits = 8},
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
        {.format = {20, 24, 18}, .neurons = 2, .records = 2},
        {.format = {20, 24, 18}, .neurons = 65536, .records = 65536},
        {.format = {20, 24, 18}, .neurons = 65536},
        {.format = {20, 24, 18}, .neurons = 65536, .lanes = 16}};
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

// Changes of izh_bus_network that leave the contract, and ones that just do not.
struct change {
    size_t offset; // of a member of 32 bits
    int32_t value;
    bool allowed;
};

static const struct change changes[] = {
    {offsetof(struct izh_shape, lanes), 0, true},
    {offsetof(struct izh_shape, lanes), 1, true},
    {offsetof(struct izh_shape, lanes), 4, false}, // 6 neurons
    {offsetof(struct izh_shape, synapses), 1 << 24, true},
    {offsetof(struct izh_shape, synapses), (1 << 24) + 1, false},
    {offsetof(struct izh_shape, slots), 2, false},
    {offsetof(struct izh_shape, slots), 6, false},
    {offsetof(struct izh_shape, slots), 64, true},
    {offsetof(struct izh_shape, slots), 128, false},
    {offsetof(struct izh_shape, parts), 0, false},
    {offsetof(struct izh_shape, parts), 1, true},
    {offsetof(struct izh_shape, parts), 3, false},
    {offsetof(struct izh_shape, parts), 4, true},
    {offsetof(struct izh_shape, parts), 8, false},
    {offsetof(struct izh_shape, weight_bits), 1, false},
    {offsetof(struct izh_shape, weight_bits), 2, true},
    {offsetof(struct izh_shape, weight_bits), 8, true},
    {offsetof(struct izh_shape, weight_bits), 9, false}, // more than an accumulator
    {offsetof(struct izh_shape, delta_bits), 0, false},
    {offsetof(struct izh_shape, delta_bits), 1, true},
    {offsetof(struct izh_shape, delta_bits), 8, true},
    {offsetof(struct izh_shape, delta_bits), 9, false},
    {offsetof(struct izh_shape, accumulator_bits), 4, false},
    {offsetof(struct izh_shape, accumulator_bits), 5, true},
    {offsetof(struct izh_shape, accumulator_bits), 28, true},
    {offsetof(struct izh_shape, accumulator_bits), 29, false},
};

static void assert_shape(const struct izh_shape *shape, bool allowed)
{
    struct izh_model *m = NULL;
    assert_int_equal(izh_model_new(shape, &m), allowed ? IZH_MODEL_OK : IZH_MODEL_BAD_SHAPE);
    assert_int_equal(m != NULL, allowed);
    izh_model_free(m);
}

static void synapse_shapes_are_as_in_the_contract(void **unused)
{
    (void)unused;
    assert_shape(&izh_bus_network, true);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct izh_shape shape = izh_bus_network;
        memcpy((char *)&shape + changes[i].offset, &changes[i].value, sizeof changes[i].value);
        assert_shape(&shape, changes[i].allowed);
    }
}

static void a_synapse_word_has_at_most_32_bits(void **unused)
{
    (void)unused;
    struct izh_shape shape = izh_bus_network; // 2 bits of target
    shape.weight_bits = 24;
    shape.accumulator_bits = 24;
    shape.delta_bits = 6;
    assert_shape(&shape, true);
    shape.delta_bits = 7;
    assert_shape(&shape, false);
    shape.lanes = 1; // 3 bits of target
    shape.delta_bits = 6;
    assert_shape(&shape, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_a_name_and_a_sentence),
        cmocka_unit_test(shapes_outside_the_contract_are_refused),
        cmocka_unit_test(shapes_at_the_edge_are_made),
        cmocka_unit_test(synapse_shapes_are_as_in_the_contract),
        cmocka_unit_test(a_synapse_word_has_at_most_32_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
