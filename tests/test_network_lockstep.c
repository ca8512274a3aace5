// test_network_lockstep.c: networks on the Verilated core against the golden model, word by word
// SPDX-License-Identifier: Apache-2.0
#include "random_networks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { NETWORKS_PER_CONFIGURATION = 30 };

static void networks_agree(void **state)
{
    assert_int_equal(izh_random_networks(*state, "build/tests/test_network_lockstep",
                                         NETWORKS_PER_CONFIGURATION, 0),
                     0);
}

// usage: test_network_lockstep [NAME]    networks_on_c16, or with * in it; all when there is none
int main(int argc, char **argv)
{
#define ON(name)                                                                                   \
    {                                                                                              \
        "networks_on_" name, networks_agree, NULL, NULL, (void *)(name)                            \
    }
    const struct CMUnitTest tests[] = {
        ON("s20"),    ON("s20x2"), ON("s20x4"), ON("s20x8"),
        ON("s20x16"), ON("s16"),   ON("c16"),   ON("deep"),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
