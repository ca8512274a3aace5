// netm.h: the network of net.m of 2003, of any size, as every solver of bench/ takes it
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_MEASURE_NETM_H
#define IZH_MEASURE_NETM_H

#include <stdbool.h>
#include <stdint.h>

struct netm_neuron {
    double a, b, c, d; // 1/ms, 1/ms, mV, mV/ms
    double sd;         // of the noise current, mV/ms, new every millisecond
};

// The first four of five neurons are excitatory. Every neuron has degree synapses: one to each
// neuron, itself included, when degree is the number of neurons (target is NULL then), else to
// neurons drawn at random. Weights in mV/ms, uniform in 0..1/2 (excitatory) or -1..0, times
// 1000/degree; they act in the millisecond after the spike, for 1 ms.
struct netm {
    uint32_t neurons, excitatory, degree;
    struct netm_neuron *neuron; // [neurons]
    uint32_t *target;           // [neurons][degree], ascending in each row
    float *weight;              // [neurons][degree]
};

// even: the r of net.m, which sets each neuron's parameters, is evenly spaced in 0..1 and not
// drawn; with 1000 neurons the mean rate depends on the draw by 5 %. False without memory.
bool netm_new(struct netm *net, uint32_t neurons, uint32_t degree, bool even, uint64_t seed);
void netm_free(struct netm *net);

// Spikes of excitatory and inhibitory neurons, and the rates that they are.
struct netm_spikes {
    uint64_t excitatory, inhibitory;
};
void netm_count(const struct netm *net, uint32_t neuron, struct netm_spikes *spikes);
double netm_excitatory_hz(const struct netm *net, const struct netm_spikes *spikes, double ms);
double netm_inhibitory_hz(const struct netm *net, const struct netm_spikes *spikes, double ms);

#endif
