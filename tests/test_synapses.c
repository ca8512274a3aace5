// test_synapses.c: the golden model's synapses, inputs and stimuli, one rule at a time
// SPDX-License-Identifier: Apache-2.0
#include "bus.h"
#include "random.h"
#include "synapses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

// 4 bits of target, 12 of weight, 6 of delta.
enum { TARGET_BITS = 4, WEIGHT_BITS = 12, NEURONS = 16, SYNAPSES = 256 };

static const struct izh_shape shape = {.format = {20, 24, 18},
                                       .neurons = NEURONS,
                                       .lanes = 1,
                                       .synapses = SYNAPSES,
                                       .slots = 8,
                                       .parts = 1,
                                       .weight_bits = WEIGHT_BITS,
                                       .delta_bits = 6,
                                       .accumulator_bits = 14};

static void put(struct izh_model *m, uint32_t region, uint32_t field, uint32_t index, int32_t word)
{
    izh_bus_put(m, IZH_ADDRESS(region, field, index), (uint32_t)word);
}

static int32_t get(const struct izh_model *m, uint32_t region, uint32_t field, uint32_t index)
{
    return (int32_t)izh_bus_get(m, IZH_ADDRESS(region, field, index));
}

static void put_register(struct izh_model *m, uint32_t number, uint32_t word)
{
    izh_bus_put(m, izh_bus_register(number), word);
}

static void put_synapse(struct izh_model *m, uint32_t index, uint32_t target, int32_t weight,
                        uint32_t delta)
{
    uint32_t low = (uint32_t)weight & ((1u << WEIGHT_BITS) - 1);
    put(m, IZH_REGION_SYNAPSE, 0, index,
        (int32_t)(delta << (TARGET_BITS + WEIGHT_BITS) | low << TARGET_BITS | target));
}

// Ends of the rows from this one on.
static void put_ends(struct izh_model *m, const struct izh_shape *s, uint32_t first, uint32_t end)
{
    for (uint32_t lane = 0; lane < s->lanes; lane++) {
        for (uint32_t row = first; row < s->neurons * s->parts; row++)
            put(m, IZH_REGION_ROW, lane, row, (int32_t)end);
    }
}

static int32_t sum(const struct izh_model *m, uint32_t slot, uint32_t neuron)
{
    return get(m, IZH_REGION_ACCUMULATOR, 0, slot << 16 | neuron);
}

// No neuron spikes.
static struct izh_model *quiet_model(const struct izh_shape *s)
{
    struct izh_model *m = izh_bus_model(s);
    for (uint32_t i = 0; i < s->neurons; i++)
        izh_bus_make_silent(m, i);
    put_register(m, IZH_REG_NEURONS, s->neurons);
    put_register(m, IZH_REG_CLEAR, 0);
    return m;
}

// Neuron n alone spikes in each sub-step of the tick that is run.
static void run_with_spike(struct izh_model *m, uint32_t n)
{
    izh_bus_make_firing(m, n, 0);
    izh_bus_run(m, 1);
    izh_bus_make_silent(m, n);
}

// ---- Delays -------------------------------------------------------------------------------------

// From neuron 0, one synapse of each delay there is, to neuron delay % NEURONS. In row (0, p) the
// delays are p (S - 1) + 1 to (p + 1) (S - 1).
static void put_every_delay(struct izh_model *m, const struct izh_shape *s)
{
    uint32_t word = 0;
    for (uint32_t part = 0; part < s->parts; part++) {
        for (uint32_t delay = 1; delay < s->slots; delay++, word++)
            put_synapse(m, word, (part * (s->slots - 1) + delay) % NEURONS, (int32_t)(word + 1),
                        delay > 1);
        put_ends(m, s, part, word);
    }
}

static void check_every_delay(uint32_t slots, uint32_t parts)
{
    struct izh_shape s = shape;
    s.slots = slots;
    s.parts = parts;
    struct izh_model *m = quiet_model(&s);
    put_every_delay(m, &s);
    put_register(m, IZH_REG_WEIGHT_SHIFT, 3);
    put_register(m, IZH_REG_TICK, 0xfffffff5);
    run_with_spike(m, 0);
    for (uint32_t delay = 1; delay <= parts * (slots - 1) + 3; delay++) {
        izh_bus_run(m, 1);
        for (uint32_t n = 0; n < NEURONS; n++) {
            bool hit = delay <= parts * (slots - 1) && delay % NEURONS == n;
            assert_int_equal(izh_model_input(m, n), hit ? 8 * delay : 0);
        }
    }
    assert_int_equal(izh_model_synaptic_events(m), parts * (slots - 1));
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_LOST)), 0);
    izh_model_free(m);
}

static void every_delay_arrives_in_its_tick(void **unused)
{
    (void)unused;
    for (uint32_t slots = 4; slots <= 64; slots *= 2) {
        for (uint32_t parts = 1; parts <= 4; parts *= 2)
            check_every_delay(slots, parts);
    }
}

static void a_part_is_added_when_it_is_due(void **unused)
{
    (void)unused;
    struct izh_shape s = shape;
    s.slots = 4;
    s.parts = 2;
    struct izh_model *m = quiet_model(&s);
    put_synapse(m, 0, 1, 5, 2); // part 1, delay 3 + 1 + 2
    put_ends(m, &s, 0, 0);
    put_ends(m, &s, 1, 1);
    run_with_spike(m, 0); // tick 0; added in tick 3, arrives in tick 6
    for (uint32_t tick = 1; tick < 6; tick++) {
        assert_int_equal(sum(m, 6 % 4, 1), tick == 4 || tick == 5 ? 5 : 0);
        izh_bus_run(m, 1);
    }
    izh_bus_run(m, 1);
    assert_int_equal(izh_model_input(m, 1), 5);
    assert_int_equal(sum(m, 6 % 4, 1), 0);
    izh_model_free(m);
}

// A word is read when its part is added, not when the neuron spikes.
static void a_weight_counts_from_the_next_addition(void **unused)
{
    (void)unused;
    struct izh_shape s = shape;
    s.slots = 4;
    s.parts = 2;
    struct izh_model *m = quiet_model(&s);
    put_synapse(m, 0, 1, 5, 0); // part 0, delay 1
    put_synapse(m, 1, 1, 7, 0); // part 1, delay 4
    put_ends(m, &s, 0, 1);
    put_ends(m, &s, 1, 2);
    run_with_spike(m, 0);
    put_synapse(m, 0, 1, 50, 0);
    put_synapse(m, 1, 1, 70, 0);
    assert_int_equal(sum(m, 1, 1), 5);
    for (uint32_t tick = 1; tick <= 4; tick++) {
        izh_bus_run(m, 1);
        assert_int_equal(izh_model_input(m, 1), tick == 1 ? 5 : tick == 4 ? 70 : 0);
    }
    run_with_spike(m, 0);
    izh_bus_run(m, 1);
    assert_int_equal(izh_model_input(m, 1), 50);
    izh_model_free(m);
}

static void clear_forgets_sums_and_parts_to_come(void **unused)
{
    (void)unused;
    struct izh_shape s = shape;
    s.slots = 4;
    s.parts = 4;
    for (uint32_t when = 1; when < 12; when++) {
        struct izh_model *m = quiet_model(&s);
        put_every_delay(m, &s);
        run_with_spike(m, 0);
        izh_bus_run(m, when - 1);
        put_register(m, IZH_REG_CLEAR, 0);
        for (uint32_t tick = 0; tick < 16; tick++) {
            for (uint32_t i = 0; i < 4 * NEURONS; i++)
                assert_int_equal(sum(m, i / NEURONS, i % NEURONS), 0);
            izh_bus_run(m, 1);
        }
        assert_int_equal(izh_model_synaptic_events(m), 3 * ((when - 1) / 3 + 1));
        run_with_spike(m, 0);
        izh_bus_run(m, 12);
        assert_int_equal(izh_model_input(m, 12), 12);
        izh_model_free(m);
    }
}

// ---- Rows ---------------------------------------------------------------------------------------

static void a_neuron_reaches_its_targets_as_often_as_it_spikes(void **unused)
{
    (void)unused;
    struct izh_model *m = quiet_model(&shape);
    put_register(m, IZH_REG_SUBSTEPS, 5);
    put_synapse(m, 0, 3, -7, 0);
    put_synapse(m, 1, 3, 1, 0);
    put_ends(m, &shape, 2, 2); // of neuron 2
    run_with_spike(m, 2);
    assert_int_equal(sum(m, 1, 3), 5 * (1 - 7));
    assert_int_equal(izh_model_synaptic_events(m), 10);
    izh_model_free(m);
}

static void a_row_follows_its_ends_and_words(void **unused)
{
    (void)unused;
    struct izh_model *m = quiet_model(&shape);
    for (uint32_t i = 0; i < 4; i++)
        put_synapse(m, i, i, 1 << i, 0);
    put_ends(m, &shape, 0, 2);
    run_with_spike(m, 1); // tick 0, an empty row
    run_with_spike(m, 0);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(sum(m, 2, i), i < 2 ? 1 << i : 0);
    put(m, IZH_REGION_ROW, 0, 0, 1); // word 1 is neuron 1's now
    put_synapse(m, 0, 9, 100, 3);
    run_with_spike(m, 0); // tick 2
    assert_int_equal(sum(m, 3, 1), 0);
    assert_int_equal(sum(m, 6, 9), 100);
    run_with_spike(m, 1);
    assert_int_equal(sum(m, 4, 1), 2);
    put(m, IZH_REGION_ROW, 0, 1, 4);
    run_with_spike(m, 1);
    assert_int_equal(sum(m, 5, 1) + sum(m, 5, 2) + sum(m, 5, 3), 2 + 4 + 8);
    izh_model_free(m);
}

static void targets_beyond_the_neurons_are_nowhere(void **unused)
{
    (void)unused;
    struct izh_shape s = shape;
    s.neurons = 12; // numbered by 4 bits
    s.lanes = 1;
    struct izh_model *m = quiet_model(&s);
    for (uint32_t i = 0; i < 16; i++)
        put_synapse(m, i, i, 1, 0);
    put_ends(m, &s, 0, 16);
    run_with_spike(m, 0);
    for (uint32_t slot = 0; slot < s.slots; slot++) {
        for (uint32_t n = 0; n < 12; n++)
            assert_int_equal(sum(m, slot, n), slot == 1);
    }
    assert_int_equal(izh_model_synaptic_events(m), 12);
    izh_model_free(m);
}

// What it computes is not defined, but it comes to an end, and the sums stay words.
static void any_words_and_ends_do_no_harm(void **unused)
{
    (void)unused;
    struct izh_random random = {izh_test_seed(77)};
    for (int i = 0; i < 40; i++) {
        struct izh_shape s = shape;
        s.lanes = 1u << izh_random_below(&random, 4);
        s.parts = 1u << izh_random_below(&random, 3);
        struct izh_model *m = izh_bus_model(&s);
        put_register(m, IZH_REG_NEURONS, NEURONS);
        assert_int_equal(izh_model_set_threads(m, 1 + izh_random_below(&random, 3)), 0);
        for (uint32_t lane = 0; lane < s.lanes; lane++) {
            for (uint32_t j = 0; j < SYNAPSES; j++)
                put(m, IZH_REGION_SYNAPSE, lane, j, (int32_t)izh_random_next(&random));
        }
        for (uint32_t tick = 0; tick < 60; tick++) {
            uint32_t lane = izh_random_below(&random, s.lanes);
            uint32_t row = izh_random_below(&random, NEURONS * s.parts);
            put(m, IZH_REGION_ROW, lane, row, (int32_t)izh_random_next(&random));
            put(m, IZH_REGION_SYNAPSE, lane, izh_random_below(&random, SYNAPSES),
                (int32_t)izh_random_next(&random));
            run_with_spike(m, izh_random_below(&random, NEURONS));
        }
        for (uint32_t n = 0; n < NEURONS; n++)
            assert_true(abs(sum(m, 0, n)) <= 1 << 13);
        izh_model_free(m);
    }
}

// What is done without memory for the fast form, and what is done with it.
static void rows_add_the_same_in_both_forms(void **unused)
{
    (void)unused;
    struct izh_random random = {izh_test_seed(78)};
    for (int i = 0; i < 50; i++) {
        struct izh_shape of = shape;
        of.lanes = 1u << izh_random_below(&random, 4);
        of.weight_bits = i & 1 ? WEIGHT_BITS : 17;
        of.accumulator_bits = 20;
        struct izh_synapses s;
        assert_true(izh_synapses_new(&s, &of));
        uint32_t *slots[64], *one = s.sum, *other = calloc(of.slots * s.stride, sizeof *other);
        assert_non_null(other);
        for (uint32_t lane = 0; lane < of.lanes; lane++) {
            izh_synapses_write_end(&s, lane, 0, SYNAPSES);
            for (uint32_t j = 0; j < SYNAPSES; j++)
                izh_synapses_write_word(&s, lane, j, (uint32_t)izh_random_next(&random));
        }
        for (uint32_t delay = 0; delay < of.slots; delay++)
            slots[delay] = one + delay * s.stride;
        assert_int_equal(izh_row_add_words(&s, 0, slots), of.lanes * SYNAPSES);
        assert_true(izh_row_compile(&s, 0));
        assert_int_equal(s.row[0].events, of.lanes * SYNAPSES);
        for (uint32_t delay = 0; delay < of.slots; delay++)
            slots[delay] = other + delay * s.stride;
        izh_row_add(&s, 0, 0, slots, &izh_kernel_portable);
        assert_memory_equal(one, other, of.slots * s.stride * sizeof *other);
        izh_synapses_free(&s);
        free(other);
    }
}

// ---- Accumulators and input ---------------------------------------------------------------------

static void a_sum_wraps_and_comes_back(void **unused)
{
    (void)unused;
    struct izh_model *m = quiet_model(&shape); // accumulators of 14 bits
    for (uint32_t i = 0; i < 10; i++)
        put_synapse(m, i, 3, i < 5 ? 2047 : -2000, 0);
    put_ends(m, &shape, 0, 5);
    put_ends(m, &shape, 1, 10);
    run_with_spike(m, 0);
    assert_int_equal(sum(m, 1, 3), 5 * 2047 - (1 << 14));
    put(m, IZH_REGION_ACCUMULATOR, 0, 2 << 16 | 3, sum(m, 1, 3));
    izh_bus_run(m, 1);
    assert_int_equal(izh_model_input(m, 3), 5 * 2047 - (1 << 14));
    put(m, IZH_REGION_ACCUMULATOR, 0, 3 << 16 | 3, 5 * 2047); // 14 bits of it are kept
    run_with_spike(m, 1);
    assert_int_equal(sum(m, 3, 3), 5 * 2047 - 5 * 2000);
    izh_model_free(m);
}

static void idle_neurons_keep_what_arrives(void **unused)
{
    (void)unused;
    struct izh_model *m = quiet_model(&shape);
    put_register(m, IZH_REG_NEURONS, 3);
    put_synapse(m, 0, 2, 4, 0);
    put_synapse(m, 1, 3, 5, 0);
    put_synapse(m, 2, 15, 6, 0);
    put_ends(m, &shape, 0, 3);
    run_with_spike(m, 0);
    izh_bus_run(m, 20);
    assert_int_equal(sum(m, 1, 2), 0);
    assert_int_equal(sum(m, 1, 3), 5);
    assert_int_equal(sum(m, 1, 15), 6);
    izh_model_free(m);
}

static void clipped_inputs_are_counted(void **unused)
{
    (void)unused;
    const int32_t top = (1 << 25) - 1;
    struct izh_model *m = quiet_model(&shape);
    put_register(m, IZH_REG_WEIGHT_SHIFT, 15);
    for (uint32_t n = 0; n < NEURONS; n++)
        put(m, IZH_REGION_INPUT, 0, n, n < 8 ? top : -top - 1);
    put(m, IZH_REGION_ACCUMULATOR, 0, 1, 1);
    put(m, IZH_REGION_ACCUMULATOR, 0, 2, 8191);
    put(m, IZH_REGION_ACCUMULATOR, 0, 3, -1);
    put(m, IZH_REGION_ACCUMULATOR, 0, 9, -8192);
    put(m, IZH_REGION_ACCUMULATOR, 0, 10, 2);
    izh_bus_run(m, 1);
    static const int32_t sums[NEURONS] = {[3] = -1, [10] = 2};
    for (uint32_t n = 0; n < NEURONS; n++)
        assert_int_equal(izh_model_input(m, n), (n < 8 ? top : -top - 1) + sums[n] * 32768);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_SATURATED_I)), 3);
    for (uint32_t tick = 1; tick < 16; tick++) {
        put(m, IZH_REGION_ACCUMULATOR, 0, (tick & 7) << 16 | 1, 1);
        izh_bus_run(m, 1);
        assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_SATURATED_I)), 3 + tick);
    }
    put_register(m, IZH_REG_SATURATED_I, 9);
    assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_SATURATED_I)), 0);
    izh_model_free(m);
}

static void the_counter_of_inputs_stops_at_the_top(void **unused)
{
    (void)unused;
    struct izh_shape s = shape;
    s.neurons = 16384;
    s.weight_bits = 2;
    struct izh_model *m = quiet_model(&s);
    for (uint32_t n = 0; n < s.neurons; n++)
        put(m, IZH_REGION_INPUT, 0, n, (1 << 25) - 1);
    for (uint32_t tick = 0; tick < 5; tick++) {
        for (uint32_t n = 0; n < s.neurons; n++)
            put(m, IZH_REGION_ACCUMULATOR, 0, tick << 16 | n, 1);
        izh_bus_run(m, 1);
        assert_int_equal(izh_bus_get(m, izh_bus_register(IZH_REG_SATURATED_I)),
                         tick < 3 ? (tick + 1) * 16384 : 65535);
    }
    izh_model_free(m);
}

// ---- Stimuli ------------------------------------------------------------------------------------

static void stimulate(struct izh_model *m, enum izh_stimulus_kind kind, uint32_t neuron,
                      int32_t value)
{
    const struct izh_stimulus s = {kind, neuron, value};
    assert_int_equal(izh_model_stimulate(m, &s), IZH_MODEL_OK);
}

static void stimuli_are_for_the_next_tick(void **unused)
{
    (void)unused;
    struct izh_model *m = quiet_model(&shape);
    put_register(m, IZH_REG_TICK, 5);
    stimulate(m, IZH_STIMULUS_EVENT, 2, 3000);
    stimulate(m, IZH_STIMULUS_EVENT, 2, 3000);
    stimulate(m, IZH_STIMULUS_CURRENT, 3, -77);
    stimulate(m, IZH_STIMULUS_CURRENT, 4, 0x7fffffff); // 26 bits of it
    stimulate(m, IZH_STIMULUS_END, 5, 5);
    assert_int_equal(sum(m, 5, 2), 6000);
    izh_bus_run(m, 1);
    assert_int_equal(izh_model_input(m, 2), 6000);
    assert_int_equal(izh_model_input(m, 3), -77);
    assert_int_equal(izh_model_input(m, 4), -1);
    assert_int_equal(izh_model_input(m, 5), 0);
    izh_bus_run(m, 1);
    assert_int_equal(izh_model_input(m, 2), 0);
    assert_int_equal(izh_model_input(m, 3), -77);
    izh_model_free(m);
}

static void stimuli_for_no_neuron_do_nothing(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_network);
    struct izh_bus_words before = izh_bus_snapshot(m);
    static const uint32_t nobody[] = {IZH_BUS_NETWORK, 7, 65535, 65536, 0xffffffff};
    for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++) {
        stimulate(m, IZH_STIMULUS_EVENT, nobody[i], 1);
        stimulate(m, IZH_STIMULUS_CURRENT, nobody[i], 1);
        stimulate(m, IZH_STIMULUS_END, nobody[i], 1);
    }
    struct izh_bus_words after = izh_bus_snapshot(m);
    izh_bus_assert_same(&before, &after);
    izh_model_free(m);
}

static void an_engine_without_synapses_takes_currents(void **unused)
{
    (void)unused;
    struct izh_model *m = izh_bus_model(&izh_bus_shared);
    put_register(m, IZH_REG_NEURONS, IZH_BUS_NEURONS);
    stimulate(m, IZH_STIMULUS_EVENT, 1, 100);
    stimulate(m, IZH_STIMULUS_CURRENT, 2, 200);
    izh_bus_run(m, 1);
    for (uint32_t n = 0; n < IZH_BUS_NEURONS; n++)
        assert_int_equal(izh_model_input(m, n), n == 2 ? 200 : 0);
    assert_int_equal(izh_model_synaptic_events(m), 0);
    izh_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_delay_arrives_in_its_tick),
        cmocka_unit_test(a_part_is_added_when_it_is_due),
        cmocka_unit_test(a_weight_counts_from_the_next_addition),
        cmocka_unit_test(clear_forgets_sums_and_parts_to_come),
        cmocka_unit_test(a_neuron_reaches_its_targets_as_often_as_it_spikes),
        cmocka_unit_test(a_row_follows_its_ends_and_words),
        cmocka_unit_test(targets_beyond_the_neurons_are_nowhere),
        cmocka_unit_test(any_words_and_ends_do_no_harm),
        cmocka_unit_test(rows_add_the_same_in_both_forms),
        cmocka_unit_test(a_sum_wraps_and_comes_back),
        cmocka_unit_test(idle_neurons_keep_what_arrives),
        cmocka_unit_test(clipped_inputs_are_counted),
        cmocka_unit_test(the_counter_of_inputs_stops_at_the_top),
        cmocka_unit_test(stimuli_are_for_the_next_tick),
        cmocka_unit_test(stimuli_for_no_neuron_do_nothing),
        cmocka_unit_test(an_engine_without_synapses_takes_currents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
