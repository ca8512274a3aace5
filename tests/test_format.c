// test_format.c: which widths an engine may have, at the edge of every rule
// SPDX-License-Identifier: Apache-2.0
#include "format.h"
#include "neuron.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ABOVE_EVERY_WIDTH = 40 };

// docs/contract.md, "Words", read as numbers rather than as code.
static bool contract_allows(int x, int w, int p)
{
    bool ranges = p >= 13 && p <= 27 && x <= 28 && w >= 16 && w <= 30;
    bool port = p <= x && p < w && 2 * p >= x + 13 && 2 * p >= w + 7;
    return ranges && port && w <= x + 9;
}

static void every_combination_is_as_the_contract_says(void **unused)
{
    (void)unused;
    int allowed = 0;
    for (int x = -1; x < ABOVE_EVERY_WIDTH; x++) {
        for (int w = -1; w < ABOVE_EVERY_WIDTH; w++) {
            for (int p = -1; p < ABOVE_EVERY_WIDTH; p++) {
                const char *fault = izh_format_fault(&(struct izh_format){x, w, p});
                if ((fault == NULL) != contract_allows(x, w, p))
                    fail_msg("%d/%d/%d: %s", x, w, p, fault ? fault : "allowed");
                allowed += fault == NULL;
            }
        }
    }
    assert_true(allowed > 0);
}

// Just inside and just outside a rule that nothing else breaks, and what the outside one is told.
struct edge {
    struct izh_format inside, outside;
    const char *fault;
};

static const struct edge edges[] = {
    {{28, 30, 21}, {29, 30, 21}, "x width must be 13..28 bits"},
    {{13, 16, 13}, {12, 16, 13}, "x width must be 13..28 bits"},
    {{13, 16, 13}, {13, 15, 13}, "w width must be 16..30 bits"},
    {{24, 30, 20}, {24, 31, 20}, "w width must be 16..30 bits"},
    {{28, 30, 27}, {28, 30, 28}, "port width must be 13..27 bits"},
    {{13, 16, 13}, {13, 16, 12}, "port width must be 13..27 bits"},
    {{18, 24, 18}, {18, 24, 19}, "port width must not exceed x width"},
    {{23, 24, 18}, {24, 24, 18}, "port width must be at least (x width + 13) / 2"},
    {{18, 19, 18}, {18, 18, 18}, "port width must be less than w width"},
    {{17, 26, 17}, {17, 27, 17}, "w width must not exceed x width by more than 9 bits"},
    {{20, 29, 18}, {20, 30, 18}, "w width must not exceed x width by more than 9 bits"},
    {{22, 29, 18}, {22, 30, 18}, "port width must be at least (w width + 7) / 2"},
};

static void every_rule_has_its_edge_and_its_sentence(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        assert_null(izh_format_fault(&edges[i].inside));
        const char *fault = izh_format_fault(&edges[i].outside);
        if (!fault || strcmp(fault, edges[i].fault) != 0)
            fail_msg("edge %zu: %s, expected: %s", i, fault ? fault : "allowed", edges[i].fault);
    }
}

static void engines_that_are_built_are_allowed(void **unused)
{
    (void)unused;
    assert_null(izh_format_fault(&(struct izh_format){20, 24, 18}));
    assert_null(izh_format_fault(&(struct izh_format){16, 24, 16}));
}

// What the rules are for: no product has to be extended, and every word fits 32 bits.
static void assert_shifts_are_right(const struct izh_format *f)
{
    int port = f->port_bits, sum_x = izh_x_fraction(f) + IZH_GUARD_X;
    int sum_w = izh_w_fraction(f) + IZH_GUARD_W, difference = izh_w_fraction(f) + 2;
    assert_true(2 * (port - 1) - sum_x - 2 >= 0);                    // square at k = 0
    assert_true(2 * (port - 2) - sum_x - 2 >= 0);                    // square of the middle
    assert_true(izh_b_fraction(f) + port - 3 - difference >= 0);     // b y
    assert_true(izh_a_fraction(f) + port - 3 - sum_w >= 0);          // A m
    assert_true(difference - (port - 3) - IZH_FINE >= 0);            // rounding of the difference
    assert_true(izh_x_fraction(f) - izh_kappa_fraction(f) >= 0);     // rounding of c
    assert_true(izh_x_fraction(f) - IZH_BOUND_FRACTION >= 0);        // level bounds
    assert_true(izh_input_bits(f) <= 32 && izh_kappa_bits(f) <= 32); // words
}

static void no_allowed_width_needs_a_left_shift(void **unused)
{
    (void)unused;
    for (int x = 0; x < ABOVE_EVERY_WIDTH; x++) {
        for (int w = 0; w < ABOVE_EVERY_WIDTH; w++) {
            for (int p = 0; p < ABOVE_EVERY_WIDTH; p++) {
                struct izh_format f = {x, w, p};
                if (!izh_format_fault(&f))
                    assert_shifts_are_right(&f);
            }
        }
    }
}

static void words_have_the_formats_of_the_contract(void **unused)
{
    (void)unused;
    const struct izh_format f = {20, 24, 18};
    assert_int_equal(izh_x_fraction(&f), 19);
    assert_int_equal(izh_w_fraction(&f), 22);
    assert_int_equal(izh_a_fraction(&f), 19);
    assert_int_equal(izh_b_fraction(&f), 16);
    assert_int_equal(izh_kappa_fraction(&f), 15);
    assert_int_equal(izh_kappa_bits(&f), 17);
    assert_int_equal(izh_input_bits(&f), 26);
}

static void word_limits_are_those_of_twos_complement(void **unused)
{
    (void)unused;
    assert_int_equal(izh_word_max(1), 0);
    assert_int_equal(izh_word_min(1), -1);
    assert_int_equal(izh_word_max(20), 524287);
    assert_int_equal(izh_word_min(20), -524288);
    assert_true(izh_word_max(32) == INT32_MAX);
    assert_true(izh_word_min(32) == INT32_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_combination_is_as_the_contract_says),
        cmocka_unit_test(every_rule_has_its_edge_and_its_sentence),
        cmocka_unit_test(engines_that_are_built_are_allowed),
        cmocka_unit_test(no_allowed_width_needs_a_left_shift),
        cmocka_unit_test(words_have_the_formats_of_the_contract),
        cmocka_unit_test(word_limits_are_those_of_twos_complement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
