// test_accuracy.c: the numbers that docs/accuracy.md promises
// SPDX-License-Identifier: Apache-2.0
//
// The same measurements as bench/accuracy.c. What is measured beside the engine is held to its
// known error as well: a reference compared with itself would be found out.
#include "measure/figures.h"
#include "measure/noise.h"
#include "measure/rates.h"
#include "measure/train.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <math.h>

static const struct izh_format ecp5 = {20, 24, 18};
static const struct izh_format up5k = {16, 24, 16};

static struct izh_rates exact_rates;

static int solve_exactly(void **unused)
{
    (void)unused;
    struct izh_scheme ode = {.solver = IZH_SOLVER_ODE};
    return !izh_rates_measure(&ode, &exact_rates, NULL);
}

static void assert_between(double low, double value, double high)
{
    if (!(value >= low && value <= high))
        fail_msg("%g is not in %g..%g", value, low, high);
}

static void assert_nothing_clipped(const struct izh_saturation *s)
{
    assert_true(s->x == 0 && s->w == 0 && s->port == 0);
}

// ---- Script mode --------------------------------------------------------------------------------

static struct izh_figure_totals script_totals(const struct izh_format *format)
{
    struct izh_figure_script result[IZH_FIGURES];
    struct izh_figure_totals totals;
    struct izh_saturation saturation = {0};
    assert_int_equal(izh_pattern_count(), IZH_FIGURES);
    assert_true(izh_figures_run_script(format, result, &totals, &saturation));
    assert_nothing_clipped(&saturation);
    for (size_t i = 0; i < IZH_FIGURES; i++)
        assert_true(result[i].published > 0);
    return totals;
}

static void script_mode_repeats_the_published_figures(void **unused)
{
    (void)unused;
    struct izh_figure_totals t = script_totals(&ecp5);
    assert_int_equal(t.counts_2004, 20);
    assert_int_equal(t.within_step_2004, 19);
    assert_int_equal(t.counts_2003, 8);
}

static void script_mode_in_narrow_words_repeats_most(void **unused)
{
    (void)unused;
    struct izh_figure_totals t = script_totals(&up5k);
    assert_int_equal(t.counts_2004, 18);
    assert_int_equal(t.within_step_2004, 11);
    assert_int_equal(t.counts_2003, 8);
}

// ---- Accurate mode ------------------------------------------------------------------------------

static struct izh_rates_error rate_error(enum izh_solver solver, const struct izh_format *format,
                                         double step_ms)
{
    struct izh_scheme scheme = {solver, *format, step_ms, NULL};
    struct izh_saturation saturation = {0};
    struct izh_rates rates;
    assert_true(izh_rates_measure(&scheme, &rates, &saturation));
    assert_nothing_clipped(&saturation);
    struct izh_rates_error e = izh_rates_compare(&rates, &exact_rates);
    printf("# f-I, solver %d, %d/%d/%d, h = %g ms: mean %.3f %%, max %.2f %%, %d points\n", solver,
           format->x_bits, format->w_bits, format->port_bits, step_ms, e.mean, e.max, e.points);
    assert_int_equal(e.points, 268);
    return e;
}

// Promised are 0.5 and 0.3 %. The limits here are nearer to what is measured, so that a bound or a
// correction that is off is noticed.
static void rates_at_a_quarter_millisecond_are_accurate(void **unused)
{
    (void)unused;
    assert_between(0.05, rate_error(IZH_SOLVER_ENGINE, &ecp5, 0.25).mean, 0.45);
    assert_between(0.05, rate_error(IZH_SOLVER_ENGINE, &up5k, 0.25).mean, 0.45);
}

static void rates_at_an_eighth_are_accurate(void **unused)
{
    (void)unused;
    assert_between(0.05, rate_error(IZH_SOLVER_ENGINE, &ecp5, 0.125).mean, 0.25);
    assert_between(0.05, rate_error(IZH_SOLVER_ENGINE, &up5k, 0.125).mean, 0.25);
}

static void the_published_rule_has_its_known_error(void **unused)
{
    (void)unused;
    assert_between(12.5, rate_error(IZH_SOLVER_EULER, &ecp5, 0.25).mean, 12.6);
    assert_between(6.9, rate_error(IZH_SOLVER_EULER, &ecp5, 0.125).mean, 7.0);
}

static void assert_figures(const struct izh_format *format, double step_ms, int least_counts,
                           double largest_rms_ms)
{
    struct izh_figure_solver solver = {format, step_ms};
    struct izh_figure_exact result[IZH_FIGURES];
    struct izh_figure_exact_totals t;
    struct izh_saturation saturation = {0};
    assert_true(izh_figures_run_exact(&solver, result, &t, &saturation));
    assert_nothing_clipped(&saturation);
    printf("# patterns, %s, h = %g ms: %d of %d counts, median RMS %.3f ms\n",
           format ? "engine" : "Euler", step_ms, t.counts, t.finite, t.median_rms_ms);
    assert_int_equal(t.finite, 27);
    assert_between(least_counts, t.counts, 26);
    assert_between(0.01, t.median_rms_ms, largest_rms_ms);
}

static void patterns_have_the_spikes_of_the_equation(void **unused)
{
    (void)unused;
    assert_figures(&ecp5, 0.25, 24, 0.3);
    assert_figures(&up5k, 0.25, 24, 0.3);
    assert_figures(&ecp5, 0.125, 25, 0.2);
    assert_figures(&up5k, 0.125, 25, 0.2);
    assert_figures(NULL, 0.25, 14, 5);
}

// ---- White noise --------------------------------------------------------------------------------

static struct izh_noise_error noise_error(const struct izh_noise_reference *reference,
                                          enum izh_solver solver, double step_ms)
{
    struct izh_scheme scheme = {solver, ecp5, step_ms, NULL};
    struct izh_saturation saturation = {0};
    struct izh_noise_error e;
    assert_true(izh_noise_measure(&scheme, reference, &e, &saturation));
    assert_nothing_clipped(&saturation);
    printf("# noise, solver %d, h = %g ms: rate error %.2f %%, caught %.1f %%\n", solver, step_ms,
           e.rate, e.caught);
    return e;
}

static void spikes_under_noise_are_where_they_belong(void **unused)
{
    (void)unused;
    const struct izh_noise noise = {7, 8, 5};
    struct izh_noise_reference *reference = izh_noise_reference_new(&noise);
    assert_non_null(reference);
    struct izh_noise_error quarter = noise_error(reference, IZH_SOLVER_ENGINE, 0.25);
    struct izh_noise_error eighth = noise_error(reference, IZH_SOLVER_ENGINE, 0.125);
    struct izh_noise_error euler = noise_error(reference, IZH_SOLVER_EULER, 0.25);
    struct izh_noise_error net = noise_error(reference, IZH_SOLVER_NET, 1);
    struct izh_noise_error itself = noise_error(reference, IZH_SOLVER_ODE, 0);
    izh_noise_reference_free(reference);
    assert_between(85, quarter.caught, 99);
    assert_between(90, eighth.caught, 99);
    assert_true(quarter.rate < 1.5 && eighth.rate < 1);
    assert_between(11.8, euler.rate, 12);
    assert_between(49, euler.caught, 49.5);
    assert_between(39.5, net.rate, 40);
    assert_between(18.5, net.caught, 19.5);
    assert_true(itself.caught > 99.999 && itself.rate == 0);
}

// ---- The yardsticks -----------------------------------------------------------------------------

#define COUNT(...) (sizeof((double[]){__VA_ARGS__}) / sizeof(double))
#define TRAIN(...)                                                                                 \
    (&(struct izh_spike_list){(double[]){__VA_ARGS__}, COUNT(__VA_ARGS__), COUNT(__VA_ARGS__)})

static void spikes_are_matched_one_to_one(void **unused)
{
    (void)unused;
    assert_int_equal(izh_train_matches(TRAIN(10, 20, 30), TRAIN(10, 20, 30), 0), 3);
    assert_int_equal(izh_train_matches(TRAIN(10, 20, 30), TRAIN(11, 18, 29), 1), 2);
    assert_int_equal(izh_train_matches(TRAIN(10, 20), TRAIN(9.5, 10, 10.5), 1), 1);
    assert_int_equal(izh_train_matches(TRAIN(9.5, 10, 10.5), TRAIN(10), 1), 1);
    // 10.5 is nearer to 10, but 11 has nothing else.
    assert_int_equal(izh_train_matches(TRAIN(10, 11), TRAIN(9.2, 10.5), 1), 2);
    assert_int_equal(izh_train_matches(TRAIN(5), TRAIN(6.5), 1), 0);
}

static void times_are_compared_in_order(void **unused)
{
    (void)unused;
    const struct izh_spike_list none = {NULL, 0, 0};
    assert_between(0, izh_train_rms_ms(TRAIN(1, 2), TRAIN(1, 2, 3)), 0);
    assert_between(2.5, izh_train_rms_ms(TRAIN(1, 2), TRAIN(2, 2 + sqrt(11.5))), 2.500001);
    assert_true(isnan(izh_train_rms_ms(TRAIN(1), &none)));
    assert_between(2, izh_median((double[]){9, 1, 2}, 3), 2);
    assert_between(3, izh_median((double[]){9, 1, 2, 4}, 4), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(script_mode_repeats_the_published_figures),
        cmocka_unit_test(script_mode_in_narrow_words_repeats_most),
        cmocka_unit_test(rates_at_a_quarter_millisecond_are_accurate),
        cmocka_unit_test(rates_at_an_eighth_are_accurate),
        cmocka_unit_test(the_published_rule_has_its_known_error),
        cmocka_unit_test(patterns_have_the_spikes_of_the_equation),
        cmocka_unit_test(spikes_under_noise_are_where_they_belong),
        cmocka_unit_test(spikes_are_matched_one_to_one),
        cmocka_unit_test(times_are_compared_in_order),
    };
    return cmocka_run_group_tests(tests, solve_exactly, NULL);
}
