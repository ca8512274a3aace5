// test_lockstep.c: the Verilated core against the golden model, on every state word of every update
// SPDX-License-Identifier: Apache-2.0
#include "random_neurons.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// Over the configurations built in, more than ten million updates.
enum { UPDATES_PER_CONFIGURATION = 3500000 };

static const char command[] = "build/tests/test_lockstep";

static void run_configuration(const char *configuration)
{
    assert_int_equal(izh_random_neurons(configuration, command, UPDATES_PER_CONFIGURATION), 0);
}

static void test_shared_records(void **unused)
{
    (void)unused;
    run_configuration("w20");
}

static void test_narrow_words(void **unused)
{
    (void)unused;
    run_configuration("w16");
}

static void test_record_per_neuron_and_short_probe(void **unused)
{
    (void)unused;
    run_configuration("w20n");
}

// A test of the tests: the broken core is found, and the report says all that is needed.
static void test_broken_core_is_found(void **unused)
{
    (void)unused;
    static const char *const parts[] = {"broken: tick ", " sub-step ", " neuron ",  ": expected ",
                                        ", got ",        "; seed ",    "IZH_SEED=", command};
    struct izh_lockstep l;
    assert_int_equal(izh_random_neurons_open(&l, "broken", command, UPDATES_PER_CONFIGURATION), 0);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        assert_non_null(strstr(l.report, parts[i]));
    printf("# found after %llu updates; it says:\n%s", (unsigned long long)l.updates, l.report);
    uint64_t differ = l.differ;
    izh_lockstep_close(&l);
    assert_int_not_equal(differ, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shared_records),
        cmocka_unit_test(test_narrow_words),
        cmocka_unit_test(test_record_per_neuron_and_short_probe),
        cmocka_unit_test(test_broken_core_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
