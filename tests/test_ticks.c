// test_ticks.c: the golden model in time: ticks, sub-steps, records, counters, instances
// SPDX-License-Identifier: Apache-2.0
#include "bus.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct izh_shape per_neuron = {.format = {16, 24, 16}, .neurons = IZH_BUS_NEURONS};

// ---- Time ---------------------------------------------------------------------------------------

static void ticks_to_run_add_up_and_stop_at_the_top(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    izh_bus_put(m, izh_bus_register(IZH_REG_RUN), 0);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_TICKS_LEFT)), 0);
    izh_bus_put(m, izh_bus_register(IZH_REG_RUN), 3);
    izh_bus_put(m, izh_bus_register(IZH_REG_RUN), 0xfffffffb);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_TICKS_LEFT)), 0xfffffffe);
    izh_bus_put(m, izh_bus_register(IZH_REG_RUN), 1);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_TICKS_LEFT)), 0xffffffff);
    izh_bus_put(m, izh_bus_register(IZH_REG_RUN), 1);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_TICKS_LEFT)), 0xffffffff);
    izh_bus_put(m, izh_bus_register(IZH_REG_RUN), 0xffffffff);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_TICKS_LEFT)), 0xffffffff);
    izh_model_free(m);
}

static void nothing_happens_without_ticks_to_run(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    struct izh_spike spikes[IZH_BUS_NEURONS] = {{1, 2, 3, 4}};
    size_t count = 99;
    struct izh_bus_words before = izh_bus_snapshot(m);
    assert_false(izh_model_substep(m, spikes, &count));
    struct izh_bus_words after = izh_bus_snapshot(m);
    izh_bus_assert_same(&before, &after);
    assert_int_equal(count, 99);
    assert_int_equal(spikes[0].neuron, 2);
    izh_model_free(m);
}

static void assert_spike(const struct izh_spike *s, uint32_t tick, uint32_t part, uint32_t neuron)
{
    assert_int_equal(s->tick, tick);
    assert_int_equal(s->substep, part);
    assert_int_equal(s->neuron, neuron);
}

static void substeps_are_counted_and_the_tick_wraps(void **unused)
{
    (void)unused;
    struct izh_spike spikes[IZH_BUS_NEURONS];
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    izh_bus_make_firing(m, 0, 0);
    izh_bus_put(m, izh_bus_register(IZH_REG_NEURONS), 3);
    izh_bus_put(m, izh_bus_register(IZH_REG_SUBSTEPS), 2);
    izh_bus_put(m, izh_bus_register(IZH_REG_TICK), 0xffffffff);
    izh_bus_put(m, izh_bus_register(IZH_REG_RUN), 2);
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t tick = i < 2 ? 0xffffffff : 0;
        assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_TICK)), tick);
        assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_STATUS)), i % 2);
        assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_TICKS_LEFT)), i < 2 ? 2 : 1);
        assert_int_equal(izh_bus_substep(m, spikes), 3);
        for (uint32_t neuron = 0; neuron < 3; neuron++)
            assert_spike(&spikes[neuron], tick, i % 2, neuron);
    }
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_TICK)), 1);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_STATUS)), 0);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_TICKS_LEFT)), 0);
    izh_model_free(m);
}

static void many_substeps_make_one_tick(void **unused)
{
    (void)unused;
    struct izh_spike spikes[IZH_BUS_NEURONS];
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    izh_bus_make_firing(m, 0, 0);
    izh_bus_put(m, izh_bus_register(IZH_REG_SUBSTEPS), 255);
    izh_bus_put(m, izh_bus_register(IZH_REG_RUN), 1);
    for (uint32_t i = 0; i < 255; i++) {
        assert_int_equal(izh_bus_substep(m, spikes), 1);
        assert_spike(&spikes[0], 0, i, 0);
    }
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_TICK)), 1);
    izh_model_free(m);
}

static void only_the_neurons_in_use_are_updated(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    izh_bus_put(m, izh_bus_register(IZH_REG_MODE), 0);
    izh_bus_make_silent(m, 0);
    for (uint32_t i = 0; i < IZH_BUS_NEURONS; i++)
        izh_bus_put(m, IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_X, i), 1 << 17);
    izh_bus_put(m, izh_bus_register(IZH_REG_NEURONS), 3);
    izh_bus_run(m, 1);
    // h = 1/4 ms: x + x^2 with x = 1/4.
    for (uint32_t i = 0; i < IZH_BUS_NEURONS; i++)
        assert_int_equal(izh_model_state(m, i).x, i < 3 ? 5 << 15 : 1 << 17);
    izh_model_free(m);
}

static void step_and_mode_reach_the_update(void **unused)
{
    (void)unused;
    // x + 2^(2-k) x^2 with x = 1/8 in script mode; midpoint rule in accurate mode.
    static const struct {
        uint32_t step, mode;
        int32_t x;
    } cases[] = {{0, 0, 98304}, {1, 0, 81920}, {2, 0, 73728}, {3, 0, 69632}, {2, 1, 74784}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct izh_model *m = izh_bus_model(&izh_bus_shared);
        izh_bus_make_silent(m, 0);
        izh_bus_put(m, izh_bus_register(IZH_REG_STEP), cases[i].step);
        izh_bus_put(m, izh_bus_register(IZH_REG_MODE), cases[i].mode);
        izh_bus_put(m, IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_X, 0), 1 << 16);
        izh_bus_run(m, 1);
        assert_int_equal(izh_model_state(m, 0).x, cases[i].x);
        izh_model_free(m);
    }
}

static void levels_come_from_the_bounds(void **unused)
{
    (void)unused;
    struct izh_spike spikes[IZH_BUS_NEURONS];
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    izh_bus_make_firing(m, 0, 0); // x' is 0 here: 1.0 above the peak, 128 in the bounds' unit
    for (uint32_t level = 0; level <= 5; level++) {
        for (uint32_t i = 0; i < 5; i++)
            izh_bus_put(m, izh_bus_register(IZH_REG_BOUND_0 + i), i < level ? 128 : 129);
        izh_bus_put(m, IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_LEVEL, 0), 0);
        izh_bus_put(m, izh_bus_register(IZH_REG_RUN), 1);
        assert_int_equal(izh_bus_substep(m, spikes), 1);
        assert_int_equal(spikes[0].level, level);
        assert_int_equal(izh_model_state(m, 0).level, level);
    }
    izh_model_free(m);
}

// ---- Records ------------------------------------------------------------------------------------

static void neurons_share_records(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    izh_bus_put(m, izh_bus_register(IZH_REG_NEURONS), IZH_BUS_NEURONS);
    for (uint32_t r = 0; r < IZH_BUS_RECORDS; r++)
        izh_bus_make_firing(m, r, 100 * (r + 1));
    for (uint32_t i = 0; i < IZH_BUS_NEURONS;
         i++) // neuron 4 asks for record 5, of which 2 bits are kept
        izh_bus_put(m, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, i),
                    i < 4 ? 3 - i : 5);
    izh_bus_run(m, 1);
    static const int32_t w[IZH_BUS_NEURONS] = {400, 300, 200, 100, 200};
    for (uint32_t i = 0; i < IZH_BUS_NEURONS; i++)
        assert_int_equal(izh_model_state(m, i).w, w[i]);
    izh_model_free(m);
}

static void neurons_have_records_of_their_own(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&per_neuron);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_RECORD_CAPACITY)), 0);
    izh_bus_assert_nothing_there(m,
                                 IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, 0));
    izh_bus_assert_nothing_there(
        m, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_A, IZH_BUS_NEURONS));
    izh_bus_put(m, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, 1), 1);
    izh_bus_put(m, izh_bus_register(IZH_REG_NEURONS), IZH_BUS_NEURONS);
    for (uint32_t i = 0; i < IZH_BUS_NEURONS; i++)
        izh_bus_make_firing(m, i, 10 * i);
    izh_bus_run(m, 2);
    for (uint32_t i = 0; i < IZH_BUS_NEURONS; i++)
        assert_int_equal(izh_model_state(m, i).w, 20 * i);
    izh_model_free(m);
}

// ---- Counters -----------------------------------------------------------------------------------

// In every sub-step, w of neurons 0 and 1 is clipped at a spike, and x of neuron 2 at its lower
// end.
static void make_clipping(struct izh_model *m)
{
    const struct izh_format *f = &izh_bus_shared.format;
    izh_bus_put(m, izh_bus_register(IZH_REG_MODE), 0);
    izh_bus_put(m, izh_bus_register(IZH_REG_NEURONS), 3);
    izh_bus_make_firing(m, 0, (uint32_t)izh_word_max(f->w_bits));
    izh_bus_make_silent(m, 1);
    izh_bus_put(m, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, 2), 1);
    izh_bus_put(m, IZH_ADDRESS(IZH_REGION_INPUT, IZH_FIELD_INPUT_I, 2),
                (uint32_t)izh_word_min(izh_input_bits(f)));
    izh_bus_put(m, IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_W, 0), 1);
    izh_bus_put(m, IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_W, 1), 1);
}

// Neuron 2: b x' + e is 4 and almost 2, more than the recovery's multiplier takes.
static void make_difference_clip(struct izh_model *m)
{
    izh_bus_put(m, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_B, 1), 0x20000);
    izh_bus_put(m, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_E, 1), 0x7fffff);
}

static void assert_counters(const struct izh_model *m, uint32_t x, uint32_t w, uint32_t port)
{
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_SATURATED_X)), x);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_SATURATED_W)), w);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_SATURATED_PORT)), port);
}

static void clipped_words_are_counted_each_in_its_counter(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    make_clipping(m);
    izh_bus_run(m, 1);
    assert_counters(m, 1, 2, 0);
    izh_bus_run(m, 2);
    assert_counters(m, 3, 6, 0);
    izh_bus_put(m, izh_bus_register(IZH_REG_SATURATED_X), 0xffffffff);
    assert_counters(m, 0, 6, 0);
    izh_bus_put(m, izh_bus_register(IZH_REG_SATURATED_W), 0);
    assert_counters(m, 0, 0, 0);
    make_difference_clip(m);
    izh_bus_run(m, 1);
    assert_counters(m, 1, 2, 1);
    izh_bus_put(m, izh_bus_register(IZH_REG_SATURATED_PORT), 1);
    assert_counters(m, 1, 2, 0);
    izh_model_free(m);
}

static void counters_stop_at_the_top(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    make_clipping(m);
    make_difference_clip(m);
    izh_bus_put(m, izh_bus_register(IZH_REG_SUBSTEPS), 255);
    izh_bus_run(m, 128);
    assert_counters(m, 128 * 255, 2 * 128 * 255, 128 * 255);
    izh_bus_run(m, 128);
    assert_counters(m, 65280, 65535, 65280);
    izh_bus_run(m, 1);
    assert_counters(m, 65535, 65535, 65535);
    izh_bus_run(m, 1);
    assert_counters(m, 65535, 65535, 65535);
    izh_model_free(m);
}

// ---- Instances ----------------------------------------------------------------------------------

static void fill(struct izh_model *m, struct izh_random *random)
{
    for (size_t i = 0; i < IZH_BUS_FIELDS; i++) {
        for (uint32_t index = 0; index < izh_bus_fields[i].indices; index++)
            izh_bus_put(m, IZH_ADDRESS(izh_bus_fields[i].region, izh_bus_fields[i].field, index),
                        (uint32_t)izh_random_next(random));
    }
    izh_bus_put(m, izh_bus_register(IZH_REG_NEURONS), IZH_BUS_NEURONS);
    izh_bus_put(m, izh_bus_register(IZH_REG_SUBSTEPS), 1 + izh_random_below(random, 4));
    izh_bus_put(m, izh_bus_register(IZH_REG_MODE), izh_random_below(random, 2));
    izh_bus_put(m, izh_bus_register(IZH_REG_RUN), 50);
}

static void two_instances_do_not_disturb_each_other(void **unused)
{
    (void)unused;
    uint64_t seed = izh_test_seed(11);
    struct izh_random first = {seed}, second = {seed + 1}, again = {seed};
    struct izh_model *a = izh_bus_model(&izh_bus_shared), *b = izh_bus_model(&izh_bus_shared),
                     *alone = izh_bus_model(&izh_bus_shared);
    struct izh_spike spikes[IZH_BUS_NEURONS];
    size_t count;
    fill(a, &first);
    fill(b, &second);
    fill(alone, &again);
    while (izh_model_substep(a, spikes, &count))
        izh_model_substep(b, spikes, &count);
    izh_model_free(b);
    while (izh_model_substep(alone, spikes, &count))
        ;
    struct izh_bus_words together = izh_bus_snapshot(a), apart = izh_bus_snapshot(alone);
    izh_bus_assert_same(&apart, &together);
    izh_model_free(a);
    izh_model_free(alone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_to_run_add_up_and_stop_at_the_top),
        cmocka_unit_test(nothing_happens_without_ticks_to_run),
        cmocka_unit_test(substeps_are_counted_and_the_tick_wraps),
        cmocka_unit_test(many_substeps_make_one_tick),
        cmocka_unit_test(only_the_neurons_in_use_are_updated),
        cmocka_unit_test(step_and_mode_reach_the_update),
        cmocka_unit_test(levels_come_from_the_bounds),
        cmocka_unit_test(neurons_share_records),
        cmocka_unit_test(neurons_have_records_of_their_own),
        cmocka_unit_test(clipped_words_are_counted_each_in_its_counter),
        cmocka_unit_test(counters_stop_at_the_top),
        cmocka_unit_test(two_instances_do_not_disturb_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
