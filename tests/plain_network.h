// plain_network.h: random networks, and a second, plain computation of them
// SPDX-License-Identifier: Apache-2.0
//
// Written from docs/contract.md, "The input", "Synapses" and "Time": a list of synapses, each with
// its whole delay, walked for each spike. It shares the neuron and the noise with csim/, and
// nothing else.
#ifndef IZH_TESTS_PLAIN_NETWORK_H
#define IZH_TESTS_PLAIN_NETWORK_H

#include "model.h"
#include "random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct izh_plain_synapse {
    uint32_t from;
    uint32_t to; // beyond the neurons: nowhere
    uint32_t delay;
    int32_t weight;
    // The word that holds it.
    uint32_t lane, place, delta, target;
};

struct izh_plain_spike {
    uint32_t tick, neuron;
};

struct izh_plain {
    struct izh_shape shape;
    struct izh_arithmetic arithmetic;
    uint32_t neurons, substeps, tick, seed, weight_shift;
    // Of each neuron, or record.
    struct izh_record *record;
    int32_t *sd;
    uint32_t *record_of;
    struct izh_state *state;
    int32_t *bias, *input;
    // In the order of from, then delay.
    struct izh_plain_synapse *synapse;
    size_t synapses;
    size_t *first;     // [shape.neurons + 1] synapses of each neuron
    int64_t *sum;      // [slots][shape.neurons]
    uint32_t *fillers; // [shape.neurons * parts] words that say no more than a delay
    uint32_t *end;     // [lanes][shape.neurons * parts]
    uint32_t *word;    // [lanes][shape.synapses]
    // Of the last ticks, with parts that may be to come.
    struct izh_plain_spike *spike;
    size_t spikes, spike_room;
    uint64_t events;
    uint32_t saturated_x, saturated_w, saturated_port, saturated_i;
};

enum izh_plain_topology {
    IZH_PLAIN_NONE,
    IZH_PLAIN_SPARSE,
    IZH_PLAIN_DENSE,  // every pair
    IZH_PLAIN_BLOCKS, // each neuron reaches some ranges of neighbours
    IZH_PLAIN_TOPOLOGIES
};

// What is asked of a random network; no neurons and no chance leave it to chance.
struct izh_plain_wish {
    const struct izh_format *format;
    uint32_t neurons, lanes, slots, parts;
    enum izh_plain_topology topology;
    uint32_t chance; // of a pair in SPARSE, in 1/1000
    bool wild;       // words of all sizes, not those of neurons
    bool accurate;
    bool noisy;
};

struct izh_plain_wish izh_plain_draw_wish(struct izh_random *random);
struct izh_plain *izh_plain_draw(struct izh_random *random, const struct izh_plain_wish *wish);
void izh_plain_free(struct izh_plain *net);

// Puts the synapses into words for so many lanes, of which the neurons are a multiple.
void izh_plain_lay(struct izh_plain *net, uint32_t lanes);

// A model that holds the network, as laid.
struct izh_model *izh_plain_model(const struct izh_plain *net);

// One tick; seen is called for each spike.
typedef void izh_plain_seen(void *context, const struct izh_spike *spike);
void izh_plain_tick(struct izh_plain *net, izh_plain_seen *seen, void *context);

// Between ticks.
void izh_plain_stimulate(struct izh_plain *net, const struct izh_stimulus *stimulus);
void izh_plain_clear(struct izh_plain *net);

// An accumulator and the word of a synapse as the bus has them.
int32_t izh_plain_sum(const struct izh_plain *net, uint32_t slot, uint32_t neuron);
uint32_t izh_plain_word(const struct izh_plain *net, const struct izh_plain_synapse *synapse);

#endif
