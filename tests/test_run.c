// test_run.c: what a run makes of an engine's spikes: checksum, order, counters
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run_fake.h"
#include "run_progress.h"

#include <math.h>
#include <string.h>

// ---- Checksum and order -------------------------------------------------------------------------

// The values are of a program in another language, written from docs/run.md.
static void a_spike_has_the_hash_of_the_document(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t tick;
        uint8_t substep, level;
        uint32_t neuron;
        uint64_t hash;
    } golden[] = {
        {0, 0, 0, 0, 0xa706dd2f4d197e6f},
        {0, 0, 0, 1, 0x5e41ab087439611e},
        {1, 0, 0, 0, 0xbff505763b60ad4e},
        {0, 1, 0, 0, 0x287302af7f8ecce1},
        {0, 0, 1, 0, 0x08b4fda8c892b50e},
        {1000, 3, 5, 65535, 0x3eab66d4425c3ba4},
        {4294967295, 254, 7, 65535, 0x077c8887abbe0647},
    };
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++)
        assert_int_equal(izh_run_spike_hash(golden[i].tick, golden[i].substep, golden[i].level,
                                            golden[i].neuron),
                         golden[i].hash);
}

static void spikes_come_in_order_of_time_and_none_is_lost(void **unused)
{
    (void)unused;
    static struct izh_spike_list list;
    struct izh_fake_run f;
    struct izh_spike spike;
    size_t count = 0, swapped = 0;
    izh_fake_prepare(&f);
    list.count = 0;
    izh_fake_collect(&f, IZH_FAKE_TICKS, &list);
    for (uint32_t t = 0; t < IZH_FAKE_TICKS; t++)
        for (uint32_t s = 0; s < IZH_FAKE_SUBSTEPS; s++)
            for (uint32_t n = 0; n < IZH_FAKE_NEURONS; n++)
                count += izh_fake_fires(t, s, n, &spike);
    assert_int_equal(list.count, count);
    for (size_t i = 1; i < list.count; i++) {
        const struct izh_run_spike *a = &list.spikes[i - 1], *b = a + 1;
        assert_true(a->quarter < b->quarter ||
                    (a->quarter == b->quarter && a->neuron <= b->neuron));
        assert_true(a->ms <= b->ms);
        swapped +=
            a->tick * IZH_FAKE_SUBSTEPS + a->substep > b->tick * IZH_FAKE_SUBSTEPS + b->substep;
    }
    assert_true(swapped > 10); // there was something to sort
}

static void a_spike_has_its_logical_neuron_and_time(void **unused)
{
    (void)unused;
    struct izh_fake_run f;
    izh_fake_prepare(&f);
    struct izh_spike spike = {10, 5, 2, 3};
    struct izh_run_spike r = izh_run_spike_of(&f.compiled, &spike);
    assert_int_equal(r.neuron, 4);
    assert_int_equal(r.population, 1);
    assert_int_equal(r.quarter, 4 * 43 - 3);
    assert_true(r.ms == 10.75 - 0.1875);
}

// ---- The session --------------------------------------------------------------------------------

static void the_result_does_not_depend_on_the_chunks(void **unused)
{
    (void)unused;
    struct izh_fake_run fast, slow;
    izh_fake_prepare(&fast);
    izh_fake_prepare(&slow);
    slow.fake.slow_us = 60000;
    fast.request.ticks = slow.request.ticks = 10;
    assert_true(izh_run(&fast.request, &fast.result));
    assert_true(izh_run(&slow.request, &slow.result));
    assert_true(slow.fake.runs > fast.fake.runs);
    assert_int_equal(fast.result.checksum, slow.result.checksum);
    assert_int_equal(fast.result.spikes, slow.result.spikes);
    assert_true(slow.result.wall_s > 10 * 0.06);
    izh_run_result_free(&fast.result);
    izh_run_result_free(&slow.result);
}

static bool third_time(void *context)
{
    return ++*(int *)context == 3;
}

// Word by word, as into a core without a link.
static void a_load_is_stopped_between_two_words(void **unused)
{
    (void)unused;
    static uint32_t words[20000];
    struct izh_image_section section = {IZH_ADDRESS(IZH_REGION_SYNAPSE, 0, 0), 20000, words};
    struct izh_fake_run f;
    int asked = 0;
    izh_fake_prepare(&f);
    f.image = (struct izh_image){.section_count = 1, .sections = &section};
    f.request.context = &asked;
    f.request.stop = third_time;
    assert_true(izh_run(&f.request, &f.result));
    assert_int_equal(asked, 3);
    assert_int_equal(f.fake.words, 2 * 4096);
    assert_int_equal(f.result.status, IZH_MODEL_OK);
    assert_false(f.result.loaded);
    assert_int_equal(f.result.ticks, 0);
    assert_int_equal(f.fake.runs, 0);
    izh_run_result_free(&f.result);
}

static void counters_add_up_over_chunks(void **unused)
{
    (void)unused;
    struct izh_fake_run f;
    izh_fake_prepare(&f);
    assert_true(izh_run(&f.request, &f.result));
    assert_string_equal(f.result.counters[1].name, "w");
    assert_int_equal(f.result.counters[1].count, 0xffff + 3 * (f.fake.runs - 1));
    assert_true(f.result.counters[1].at_least);
    assert_int_equal(f.result.counters[0].count, 0);
    assert_int_equal(f.result.counts.updates, IZH_FAKE_TICKS * 10);
    assert_int_equal(f.result.counts.events, IZH_FAKE_TICKS * 100);
    assert_int_equal(f.result.counts.clocks, IZH_FAKE_TICKS * 1000);
    izh_run_result_free(&f.result);
}

static void stimuli_come_in_their_ticks(void **unused)
{
    (void)unused;
    struct izh_fake_run f;
    izh_fake_prepare(&f);
    f.compiled.stimuli = izh_fake_stimuli;
    f.compiled.stimulus_count = 4;
    assert_true(izh_run(&f.request, &f.result));
    assert_int_equal(f.fake.stimuli, f.compiled.stimulus_count);
    izh_run_result_free(&f.result);
}

static void a_rate_is_spikes_per_neuron_and_second(void **unused)
{
    (void)unused;
    struct izh_fake_run f;
    izh_fake_prepare(&f);
    assert_true(izh_run(&f.request, &f.result));
    assert_true(fabs(izh_run_rate_hz(&f.compiled, &f.result, 0) -
                     (double)f.result.population_spikes[0] / 4 / 0.05) < 1e-9);
    assert_true(izh_run_rate_hz(&f.compiled, &f.result, 2) == 0);
    izh_run_result_free(&f.result);
}

static void progress_says_what_is_left(void **unused)
{
    (void)unused;
    char text[160];
    izh_run_progress_text(250, 1000, 1, 5, text, sizeof text);
    assert_string_equal(text, " 25 % [######..................] 50 ticks/s, 250 of 1000 ms in 5.0 "
                              "s, left 15.0 s");
    izh_run_progress_text(0, 1000, 0.5, 0, text, sizeof text);
    assert_string_equal(text, "  0 % [........................] 0 ticks/s, 0 of 500 ms in 0.0 s");
    izh_run_progress_text(1, 10001, 1, 10, text, sizeof text);
    assert_non_null(strstr(text, "left 27 h 46 min"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spike_has_the_hash_of_the_document),
        cmocka_unit_test(spikes_come_in_order_of_time_and_none_is_lost),
        cmocka_unit_test(a_spike_has_its_logical_neuron_and_time),
        cmocka_unit_test(the_result_does_not_depend_on_the_chunks),
        cmocka_unit_test(a_load_is_stopped_between_two_words),
        cmocka_unit_test(counters_add_up_over_chunks),
        cmocka_unit_test(stimuli_come_in_their_ticks),
        cmocka_unit_test(a_rate_is_spikes_per_neuron_and_second),
        cmocka_unit_test(progress_says_what_is_left),
    };
    return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
