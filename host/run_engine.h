// run_engine.h: an engine that a network fits, and the network compiled for it
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_RUN_ENGINE_H
#define IZH_RUN_ENGINE_H

#include "engine.h"
#include "network.h"

#include <stdbool.h>
#include <stdint.h>

// What a user asks for.
struct izh_run_target {
    const char *uri;  // of a device; NULL: an engine of this program, chosen to fit
    bool sim;         // the Verilated core, else the golden model
    const char *core; // a Verilated core, whose shape counts also for the model; NULL: any
    uint32_t lanes;   // 0: any
};

// The network, and which engine it became.
struct izh_run_choice {
    struct izh_network *network;
    const char *core;         // of the Verilated cores; NULL: a model of the network's own shape
    struct izh_engine engine; // of the device, when that was asked for
    struct izh_compiled *compiled;
};

// Reads the network and compiles it for the smallest engine that fits. IZH_EXIT_OK, or complains
// and returns another code, and then nothing is left to free.
int izh_run_prepare(const char *file, const struct izh_network_options *options,
                    const struct izh_run_target *target, struct izh_run_choice *choice);
void izh_run_choice_free(struct izh_run_choice *choice);

// Exit code of a network status that is not OK.
int izh_run_network_code(enum izh_network_status status);

// "model:", "sim:", or the address of a device. IZH_EXIT_OK or IZH_EXIT_USAGE.
int izh_run_parse_on(struct izh_run_target *target, const char *value);

// A whole number from low to high. Complains in the option's name; IZH_EXIT_OK or IZH_EXIT_USAGE.
int izh_run_parse_number(const char *option, const char *value, uint32_t low, uint32_t high,
                         uint32_t *number);

int izh_run_parse_lanes(struct izh_run_target *target, const char *value);

#endif
