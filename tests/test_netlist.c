// test_netlist.c: what Yosys made of an engine against the golden model, word by word
// SPDX-License-Identifier: Apache-2.0
//
// Linked once for each netlist (`make netlist`), which is the first configuration of its cosim.
#include "cosim.h"
#include "random_networks.h"
#include "random_neurons.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

// A netlist runs at a hundredth of the speed of the source it was made from, 4000 clocks in a
// second of a processor when there are many lanes. Only in the small ones is there room for any
// number of spikes.
enum { NETWORKS = 12, FEW_NETWORKS = 6, UPDATES = 60000, SMALL = 64 };

static void netlist_agrees(void **state)
{
    const char *const *command = *state;
    const char *name = izh_cosim_configuration(0);
    struct izh_cosim *cosim = NULL;
    assert_int_equal(izh_cosim_new(name, 1, &cosim), IZH_MODEL_OK);
    struct izh_shape shape = izh_cosim_shape(cosim);
    izh_cosim_free(cosim);
    uint64_t networks = shape.lanes > 4 ? FEW_NETWORKS : NETWORKS;
    uint64_t most_lost = shape.neurons > SMALL ? networks : 0;
    assert_int_equal(shape.synapses ? izh_random_networks(name, *command, networks, most_lost)
                                    : izh_random_neurons(name, *command, UPDATES),
                     0);
}

int main(int argc, char **argv)
{
    (void)argc;
    const struct CMUnitTest tests[] = {
        {"netlist_agrees", netlist_agrees, NULL, NULL, argv},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
