// example_run.h: a network file, compiled and run on the golden model, tick by tick
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_TESTS_EXAMPLE_RUN_H
#define IZH_TESTS_EXAMPLE_RUN_H

#include "network.h"

struct example_run {
    struct izh_network *network;
    struct izh_compiled *compiled;
    struct izh_model *model;
    struct izh_spike *spikes; // of the last tick, neurons as the file numbers them
    size_t count;
    size_t room;
    size_t stimulus; // the next one
    uint32_t tick;
    char message[IZH_NETWORK_MESSAGE]; // why not
};

// False with a message when the file cannot be read, compiled or loaded. options may be NULL.
// Either way example_end frees what there is.
bool example_start(struct example_run *run, const char *path,
                   const struct izh_network_options *options);
void example_end(struct example_run *run);

// One tick more. False with a message when the model refuses.
bool example_tick(struct example_run *run);

#endif
