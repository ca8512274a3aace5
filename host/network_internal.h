// network_internal.h: a network in physical units, as its reader leaves it and its compiler takes
// it SPDX-License-Identifier: Apache-2.0
#ifndef IZH_NETWORK_INTERNAL_H
#define IZH_NETWORK_INTERNAL_H

#include "network.h"

// What every engine can do at most: docs/contract.md.
enum {
    IZH_NETWORK_NEURONS_MAX = 1 << 24,   // that a file may ask for; engines have fewer
    IZH_NETWORK_DELAY_MAX = 4 * (64 - 1) // ticks, PARTS (SLOTS - 1)
};

// A neuron before it is quantised.
struct izh_biophysics {
    struct izh_cell cell;
    double v0;       // mV
    double u0;       // mV/ms
    double bias;     // mV/ms
    double noise_sd; // mV/ms
};

// One array for each column: millions of them.
struct izh_synapse_list {
    uint32_t *pre;
    uint32_t *post;
    double *weight; // mV/ms
    uint8_t *delay; // ticks
    size_t count;
    size_t room;
};

// Synapses that one projection, or one population of edges, has given.
struct izh_projection {
    char *label; // "projections[2]"
    size_t first;
    size_t count;
};

struct izh_scheduled_event {
    uint32_t tick;
    uint32_t neuron;
    double weight; // mV/ms
};

// From this tick on the neuron's input current is so much more.
struct izh_current_change {
    uint32_t tick;
    uint32_t neuron;
    double change; // mV/ms
};

struct izh_network {
    char *name;
    char *path;
    uint32_t seed;
    double tick_ms;
    uint32_t substeps;
    bool accurate;
    double duration_ms;
    uint32_t ticks;
    struct izh_population *populations;
    double *expected_hz; // [population]
    size_t population_count;
    struct izh_biophysics *neurons; // [logical]
    bool *probed;                   // [logical]
    uint32_t neuron_count;
    struct izh_synapse_list synapses;
    struct izh_projection *projections;
    size_t projection_count;
    struct izh_scheduled_event *events; // in no order
    size_t event_count, event_room;
    struct izh_current_change *changes; // in no order
    size_t change_count, change_room;
};

// Fills message with one line and returns status.
enum izh_network_status izh_network_say(char *message, enum izh_network_status status,
                                        const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Index of the population that a logical neuron belongs to.
size_t izh_population_of(const struct izh_population *populations, size_t count, uint32_t logical);

#endif
