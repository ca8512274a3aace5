// test_run_activity.c: spikes in bins, and the spectrum of their rate
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run_activity.h"
#include "run_spectrum.h"

#include <math.h>

// ---- Bins and spectrum --------------------------------------------------------------------------

static void bins_are_of_bounded_size(void **unused)
{
    (void)unused;
    struct izh_population two[] = {{"E", 0, 8000}, {"I", 8000, 2001}};
    struct izh_compiled c = {
        .neurons = 10001, .populations = two, .population_count = 2, .tick_ms = 1, .substeps = 4};
    struct izh_run_activity a;
    assert_true(izh_run_activity_begin(&a, &c, 1000));
    assert_int_equal(a.stride, 11);
    assert_int_equal(a.rows, 728 + 182);
    assert_true(a.rate_ms == 5 && a.rate_bins == 200 && a.fine_bins == 1000);
    struct izh_run_spike s = {.ms = 10, .neuron = 8011, .population = 1};
    izh_run_activity_add(&a, &s);
    assert_int_equal(a.rates[200 + 1], 1); // at the end of the bin 5..10
    assert_int_equal(a.fine[9], 1);
    assert_true(izh_run_activity_dot(&a, 729, 20));
    s.neuron = 8012; // not shown, and counted
    s.ms = 1000;
    izh_run_activity_add(&a, &s);
    assert_int_equal(a.rates[200 + 199], 1);
    assert_false(izh_run_activity_dot(&a, 729, IZH_ACTIVITY_COLUMNS - 1));
    izh_run_activity_free(&a);
    assert_true(izh_run_activity_begin(&a, &c, 1000000000));
    assert_int_equal(a.fine_bins, IZH_ACTIVITY_FINE);
    assert_true(a.rate_bins <= IZH_ACTIVITY_RATES);
    izh_run_activity_free(&a);
}

static double uniform(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) / 9007199254740992.0;
}

// Many trials of small chance: Poisson enough.
static uint32_t count_of(uint64_t *state, double mean)
{
    uint32_t n = 0;
    for (int i = 0; i < 200; i++)
        n += uniform(state) < mean / 200;
    return n;
}

static void independent_spikes_have_power_1(void **unused)
{
    (void)unused;
    static uint32_t counts[20000];
    struct izh_run_spectrum s;
    uint64_t state = 1;
    double sum = 0;
    for (size_t i = 0; i < 20000; i++)
        counts[i] = count_of(&state, 4);
    assert_true(izh_run_spectrum(counts, 20000, 1, &s));
    assert_int_equal(s.count, 1025);
    assert_true(fabs(s.step_hz - 1000.0 / 2048) < 1e-12);
    for (size_t i = 10; i < 1000; i++)
        sum += s.power[i] / 990;
    assert_true(fabs(sum - 0.98) < 0.05); // binomial: 1 - 4/200
    izh_run_spectrum_free(&s);
}

static void a_rhythm_stands_out_at_its_frequency(void **unused)
{
    (void)unused;
    static const size_t lengths[] = {500, 1000, 5000};
    static uint32_t counts[5000];
    for (size_t k = 0; k < 3; k++) {
        struct izh_run_spectrum s;
        uint64_t state = 7;
        for (size_t i = 0; i < lengths[k]; i++)
            counts[i] = count_of(&state, 10 + 8 * sin(2 * 3.14159265358979 * 0.040 * (double)i));
        assert_true(izh_run_spectrum(counts, lengths[k], 1, &s));
        double hz = izh_run_spectrum_peak(&s, 2, 100);
        assert_true(fabs(hz - 40) <= s.step_hz);
        assert_true(s.power[(size_t)(hz / s.step_hz + 0.5)] > 20);
        izh_run_spectrum_free(&s);
    }
}

static void no_spectrum_of_nothing(void **unused)
{
    (void)unused;
    uint32_t counts[100] = {0};
    struct izh_run_spectrum s;
    assert_false(izh_run_spectrum(counts, 100, 1, &s));
    counts[3] = 1;
    assert_false(izh_run_spectrum(counts, 63, 1, &s));
    assert_true(izh_run_spectrum(counts, 64, 1, &s));
    izh_run_spectrum_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bins_are_of_bounded_size),
        cmocka_unit_test(independent_spikes_have_power_1),
        cmocka_unit_test(a_rhythm_stands_out_at_its_frequency),
        cmocka_unit_test(no_spectrum_of_nothing),
    };
    return cmocka_run_group_tests_name("run_activity", tests, NULL, NULL);
}
