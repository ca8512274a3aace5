// test_quantize.c: physical units to words and back, and what is said of a value that does not fit
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "pattern_image.h"
#include "quantize.h"

static const struct izh_format formats[] = {{20, 24, 18}, {16, 24, 16}, {12, 16, 12}, {28, 30, 27}};

enum { FORMATS = sizeof formats / sizeof *formats };

static struct izh_cell regular_spiking(void)
{
    return (struct izh_cell){.a = 0.02,
                             .b = 0.2,
                             .c = -65,
                             .d = 8,
                             .square = 0.04,
                             .linear = 5,
                             .constant = 140,
                             .peak = 30,
                             .peak_inclusive = true,
                             .decay = true};
}

// ---- Ranges -------------------------------------------------------------------------------------

// One value of a cell, a state or an input.
struct subject {
    struct izh_format format;
    bool accurate;
    double h;
    const char *name;
};

static double *field_of(struct izh_cell *cell, const char *name)
{
    switch (name[0]) {
    case 'a':
        return &cell->a;
    case 'b':
        return &cell->b;
    case 'c':
        return &cell->c;
    case 'd':
        return &cell->d;
    default:
        return &cell->peak;
    }
}

// Whether everything fits when the named value is this; the others are those of regular spiking.
static bool fits(const struct subject *s, double value, struct izh_misfit *misfit)
{
    struct izh_cell cell = regular_spiking();
    struct izh_scale scale = izh_scale_of(&cell, s->h);
    struct izh_record record;
    struct izh_state state;
    int32_t input;
    if (!strcmp(s->name, "I"))
        return izh_quantize_input(&s->format, &scale, value, &input, misfit);
    if (!strcmp(s->name, "v"))
        return izh_quantize_state(&s->format, &scale, &cell, s->accurate, value, -13, &state,
                                  misfit);
    if (!strcmp(s->name, "u"))
        return izh_quantize_state(&s->format, &scale, &cell, s->accurate, -65, value, &state,
                                  misfit);
    *field_of(&cell, s->name) = value;
    return izh_quantize_record(&s->format, &scale, &cell, s->accurate, &record, misfit);
}

static void assert_fits(const struct subject *s, double value, bool expected)
{
    struct izh_misfit misfit = {0};
    if (fits(s, value, &misfit) != expected)
        fail_msg("%d/%d/%d %s = %.17g %s", s->format.x_bits, s->format.w_bits, s->format.port_bits,
                 s->name, value, expected ? "does not fit" : "fits");
}

// What is said of a value that is too large holds: the bounds fit, and what lies beyond does not.
static void assert_range(const struct subject *s, double low, double high)
{
    struct izh_misfit misfit, below;
    double slack = 1e-9 * (high - low);
    assert_false(fits(s, 1e6, &misfit));
    assert_string_equal(misfit.name, s->name);
    assert_true(misfit.value == 1e6);
    assert_true(misfit.nearest == misfit.high);
    assert_true(fabs(misfit.low - low) <= 0.002 * (high - low));
    assert_true(fabs(misfit.high - high) <= 0.002 * (high - low));
    assert_fits(s, misfit.high, true);
    assert_fits(s, misfit.low, true);
    assert_fits(s, (misfit.low + misfit.high) / 2, true);
    assert_fits(s, misfit.high + 0.002 * (high - low), false);
    assert_fits(s, misfit.low - 0.002 * (high - low), false);
    assert_false(fits(s, -1e6, &below));
    assert_true(below.nearest == below.low);
    assert_true(fabs(below.low - misfit.low) < slack && fabs(below.high - misfit.high) < slack);
}

// Ranges from docs/contract.md: the fraction bits are the contract's, the units those of h = 1/4
// ms.
static void every_value_fits_exactly_in_the_range_that_is_told(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < FORMATS; i++) {
        struct subject s = {formats[i], false, 0.25, "a"};
        assert_range(&s, -1, 1); // A of -1/4..1/4 is a h
        s.name = "b";
        assert_range(&s, -2, 2);
        s.name = "c";
        assert_range(&s, -162.5, 37.5);
        s.name = "peak";
        assert_range(&s, -162.5, 37.5);
        s.name = "d";
        assert_range(&s, -200, 200);
        s.name = "I";
        assert_range(&s, -800, 800);
        s.name = "v";
        assert_range(&s, -162.5, 37.5);
        s.name = "u";
        assert_range(&s, -216.25, 183.75);
    }
}

static void a_in_accurate_mode_fits_in_the_range_of_its_exponential(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < FORMATS; i++) {
        struct subject s = {formats[i], true, 0.25, "a"};
        assert_range(&s, -4 * log(1.25), 4 * -log(0.75));
        s.h = 0.5;
        assert_range(&s, -2 * log(1.25), 2 * -log(0.75));
    }
}

static void u_in_accurate_mode_is_judged_where_it_is_used(void **unused)
{
    (void)unused;
    struct izh_misfit misfit;
    struct subject s = {formats[0], true, 0.25, "u"};
    assert_false(fits(&s, 190, &misfit));
    assert_string_equal(misfit.name, "u");
    assert_fits(&s, 183.9, true); // half a step later it is lower, and fits
    assert_fits(&s, 180, true);
}

static void a_derived_constant_is_named_with_what_it_comes_from(void **unused)
{
    (void)unused;
    struct izh_cell cell = regular_spiking();
    struct izh_scale scale;
    struct izh_record record;
    struct izh_misfit misfit;
    cell.constant = 400;
    scale = izh_scale_of(&cell, 0.25);
    assert_false(izh_quantize_record(&formats[0], &scale, &cell, false, &record, &misfit));
    assert_string_equal(misfit.name, "e (from b and the membrane)");
    assert_true(fabs(misfit.value - (0.2 * -62.5 - 243.75)) < 1e-9);
}

static void what_is_no_number_does_not_fit(void **unused)
{
    (void)unused;
    static const char *const names[] = {"a", "b", "c", "d", "peak", "I", "v", "u"};
    struct izh_misfit misfit;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct subject s = {formats[0], i % 2 == 0, 0.25, names[i]};
        assert_false(fits(&s, NAN, &misfit));
        assert_false(fits(&s, INFINITY, &misfit));
        assert_false(fits(&s, -INFINITY, &misfit));
    }
}

static void nothing_is_written_when_something_does_not_fit(void **unused)
{
    (void)unused;
    struct izh_cell cell = regular_spiking();
    struct izh_scale scale = izh_scale_of(&cell, 0.25);
    struct izh_record record = {.a = 7, .b = 8, .peak = 9}, before = record;
    struct izh_state state = {.x = 1, .w = 2, .level = 3};
    struct izh_misfit misfit;
    int32_t input = 4;
    cell.d = 1e3;
    assert_false(izh_quantize_record(&formats[0], &scale, &cell, true, &record, &misfit));
    assert_memory_equal(&record, &before, sizeof record);
    assert_false(izh_quantize_state(&formats[0], &scale, &cell, true, -65, 1e3, &state, &misfit));
    assert_int_equal(state.x, 1);
    assert_int_equal(state.w, 2);
    assert_int_equal(state.level, 3);
    assert_false(izh_quantize_input(&formats[0], &scale, -1e3, &input, &misfit));
    assert_int_equal(input, 4);
}

// ---- Messages -----------------------------------------------------------------------------------

static void assert_message(const char *name, double value, const char *expected)
{
    struct subject s = {formats[0], false, 0.5, name};
    struct izh_misfit misfit;
    char text[256];
    assert_false(fits(&s, value, &misfit));
    izh_misfit_text(&misfit, text, sizeof text);
    assert_string_equal(text, expected);
}

static void a_message_has_the_value_its_unit_the_range_and_the_nearest(void **unused)
{
    (void)unused;
    assert_message("a", 1,
                   "a = 1 1/ms does not fit: it can be -0.5 to 0.499996; "
                   "nearest: 0.499996");
    assert_message("a", -0.75,
                   "a = -0.75 1/ms does not fit: it can be -0.5 to 0.499996; "
                   "nearest: -0.5");
    assert_message("b", 2,
                   "b = 2 1/ms does not fit: it can be -2 to 1.99998; "
                   "nearest: 1.99998");
    assert_message("c", -163,
                   "c = -163 mV does not fit: it can be -162.5 to 37.4998; "
                   "nearest: -162.5");
    assert_message("d", 201,
                   "d = 201 mV/ms does not fit: it can be -200 to 199.999976; "
                   "nearest: 199.999976");
    assert_message("peak", 40,
                   "peak = 40 mV does not fit: it can be -162.5 to 37.4998; "
                   "nearest: 37.4998");
    assert_message("v", 50,
                   "v = 50 mV does not fit: it can be -162.5 to 37.4998; "
                   "nearest: 37.4998");
    assert_message("u", -300,
                   "u = -300 mV/ms does not fit: it can be -216.25 to 183.749976; "
                   "nearest: -216.25");
    assert_message("I", 900,
                   "I = 900 mV/ms does not fit: it can be -800 to 799.999976; "
                   "nearest: 799.999976");
}

// A user who takes the nearest value from the message must not be refused again.
static void the_nearest_value_as_printed_fits(void **unused)
{
    (void)unused;
    static const char *const names[] = {"a", "b", "c", "d", "peak", "I", "v", "u"};
    for (size_t i = 0; i < FORMATS * sizeof names / sizeof *names; i++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            struct subject s = {formats[i / 8], i % 3 == 0, 0.25, names[i % 8]};
            struct izh_misfit misfit;
            char text[256];
            double nearest;
            assert_false(fits(&s, sign * 1e6, &misfit));
            izh_misfit_text(&misfit, text, sizeof text);
            assert_int_equal(sscanf(strstr(text, "nearest: "), "nearest: %lf", &nearest), 1);
            assert_fits(&s, nearest, true);
        }
    }
}

// ---- Round trip ---------------------------------------------------------------------------------

static void v_and_u_come_back_within_half_a_unit_of_the_word(void **unused)
{
    (void)unused;
    static const double steps[] = {1, 0.5, 0.25, 0.2, 0.1, 0.125, 0.3};
    for (size_t i = 0; i < FORMATS; i++) {
        for (size_t j = 0; j < sizeof steps / sizeof *steps; j++) {
            struct izh_cell cell = regular_spiking();
            struct izh_scale scale = izh_scale_of(&cell, steps[j]);
            double x_half = ldexp(scale.x_unit, -izh_x_fraction(&formats[i]) - 1);
            double w_half = ldexp(scale.w_unit, -izh_w_fraction(&formats[i]) - 1);
            for (double v = -160, u = -210; v < 37; v += 3.7, u += 7.3) {
                struct izh_state state;
                struct izh_misfit misfit;
                assert_true(
                    izh_quantize_state(&formats[i], &scale, &cell, false, v, u, &state, &misfit));
                double v_back = izh_voltage(&formats[i], &scale, state.x);
                double u_back = izh_recovery(&formats[i], &scale, state.w);
                assert_true(fabs(v_back - v) <= x_half * 1.000001);
                assert_true(fabs(u_back - u) <= w_half * 1.000001);
            }
        }
    }
}

static void every_word_of_v_and_u_comes_back_as_itself(void **unused)
{
    (void)unused;
    struct izh_format f = {12, 16, 12};
    struct izh_cell cell = regular_spiking();
    struct izh_scale scale = izh_scale_of(&cell, 0.25);
    for (int32_t w = -32768; w < 32768; w++) {
        struct izh_state state;
        struct izh_misfit misfit;
        int32_t x = w / 16;
        assert_true(izh_quantize_state(&f, &scale, &cell, false, izh_voltage(&f, &scale, x),
                                       izh_recovery(&f, &scale, w), &state, &misfit));
        assert_int_equal(state.x, x);
        assert_int_equal(state.w, w);
        assert_int_equal(state.level, 0);
    }
}

static void the_peak_is_the_first_word_that_spikes(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < FORMATS; i++) {
        struct izh_cell cell = regular_spiking();
        struct izh_scale scale = izh_scale_of(&cell, 0.25);
        struct izh_record at, above;
        struct izh_misfit misfit;
        // A word of its own, so that "at" and "above" are not the same.
        cell.peak = izh_voltage(&formats[i], &scale, izh_word_max(formats[i].x_bits) / 2);
        assert_true(izh_quantize_record(&formats[i], &scale, &cell, true, &at, &misfit));
        cell.peak_inclusive = false;
        assert_true(izh_quantize_record(&formats[i], &scale, &cell, true, &above, &misfit));
        assert_true(izh_voltage(&formats[i], &scale, at.peak) == cell.peak);
        assert_int_equal(above.peak, at.peak + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_fits_exactly_in_the_range_that_is_told),
        cmocka_unit_test(a_in_accurate_mode_fits_in_the_range_of_its_exponential),
        cmocka_unit_test(u_in_accurate_mode_is_judged_where_it_is_used),
        cmocka_unit_test(a_derived_constant_is_named_with_what_it_comes_from),
        cmocka_unit_test(what_is_no_number_does_not_fit),
        cmocka_unit_test(nothing_is_written_when_something_does_not_fit),
        cmocka_unit_test(a_message_has_the_value_its_unit_the_range_and_the_nearest),
        cmocka_unit_test(the_nearest_value_as_printed_fits),
        cmocka_unit_test(v_and_u_come_back_within_half_a_unit_of_the_word),
        cmocka_unit_test(every_word_of_v_and_u_comes_back_as_itself),
        cmocka_unit_test(the_peak_is_the_first_word_that_spikes),
    };
    return cmocka_run_group_tests_name("quantize", tests, NULL, NULL);
}
