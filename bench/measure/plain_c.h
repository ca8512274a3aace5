// plain_c.h: net.m's scheme as a plain C float loop, a peer of the golden model's speed
// SPDX-License-Identifier: Apache-2.0
//
// The published scheme of 2003: a spike is seen at v >= 30 at the start of a millisecond and
// reaches its targets in that millisecond; v in two half-steps, u in one step of 1 ms. Float,
// written so that gcc makes SIMD code of it for the machine it runs on, with its own Gaussian noise
// drawn fresh for every neuron and millisecond.
#ifndef IZH_PLAIN_C_H
#define IZH_PLAIN_C_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Rows in presynaptic order: those of neuron n are first[n] up to first[n + 1]. With target NULL
// every row has a weight for each neuron.
struct plain_synapses {
    const uint64_t *first;  // [neurons + 1], NULL when target is
    const uint32_t *target; // [first[neurons]]
    const float *weight;    // [first[neurons]], or [neurons * neurons]
};

struct plain_neuron {
    float a, b, c, d;
    float bias, sd; // of the current, mV/ms
};

// How the normal numbers are made; the same uniform generator and both in float.
enum plain_noise {
    PLAIN_NOISE_BLOCKS, // Box and Muller in polynomials, whole blocks, in SIMD
    PLAIN_NOISE_ONE,    // Marsaglia's polar method, one pair after the other, logf and sqrtf
};

struct plain_network;

// Copies the neurons, keeps the synapses' pointers. v = -65 mV, u = b v. NULL: out of memory.
struct plain_network *plain_network_new(const struct plain_neuron *neurons, size_t count,
                                        const struct plain_synapses *synapses,
                                        enum plain_noise noise, uint32_t seed);
void plain_network_free(struct plain_network *network); // NULL is allowed

// One millisecond. spiked has room for every neuron; returns how many are in it.
size_t plain_network_step(struct plain_network *network, uint32_t *spiked);

// count normal numbers, mean 0, deviation 1, from the network's own generator: what a step draws.
void plain_network_draw(struct plain_network *network, float *normal, size_t count);

// Synaptic events so far.
uint64_t plain_network_events(const struct plain_network *network);

#endif
