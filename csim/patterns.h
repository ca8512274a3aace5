// patterns.h: the 28 published firing patterns as data, in physical units
// SPDX-License-Identifier: Apache-2.0
//
// Twenty patterns of figure 1 in Izhikevich 2004 ("Which model to use for cortical spiking
// neurons?", ids "A".."T") and eight of figure 2 in Izhikevich 2003 ("Simple model of spiking
// neurons"), as in the public script izhi2003.m. The equation, with time in ms:
//
//     v' = 0.04 v^2 + k1 v + k0 - u + I
//     u' = a (b (v + recovery_shift) - recovery_decay u)
//     v > 30 mV: spike, v = c, u += d
//
// v is in mV; u and I are rates of v, in mV/ms.
#ifndef IZH_CSIM_PATTERNS_H
#define IZH_CSIM_PATTERNS_H

#include <stddef.h>

#define IZH_PEAK_MV 30.0

struct izh_neuron_type {
    double a; // 1/ms, rate of u
    double b; // 1/ms, coupling of v into u
    double c; // mV, v after a spike
    double d; // mV/ms, added to u by a spike
};

// Input over steps first..last, both included: level + gain * ((t - origin_ms) / scale_ms), where
// t is the time at the start of the step. A constant has gain 0; its origin and scale are unused.
struct izh_input_window {
    int first, last;
    double level, gain;         // mV/ms
    double origin_ms, scale_ms; // ms
};

struct izh_pattern {
    const char *id;   // "A".."T", "RS", "IB", "CH", "FS", "TC", "TCb", "RZ", "LTS"
    const char *name; // "tonic spiking"
    int year;         // 2004 or 2003
    struct izh_neuron_type type;
    double k1;             // 1/ms; 5, or 4.1 for G and L
    double k0;             // mV/ms; 140, or 108 for G and L
    double recovery_shift; // mV; 0, or 65 for R
    double recovery_decay; // 1, or 0 for R, whose u does not decay
    double v0;             // mV
    double u0;             // mV/ms
    double step_ms;        // published Euler step
    int steps;             // published number of steps
    double base_input;     // mV/ms, outside every window
    int window_count;
    const struct izh_input_window *windows; // disjoint
};

// Patterns come in the order A..T, RS, IB, CH, FS, TC, TCb, RZ, LTS.
size_t izh_pattern_count(void);

// NULL if i >= izh_pattern_count().
const struct izh_pattern *izh_pattern_at(size_t i);

// NULL if no pattern has this id. Case matters: "TC" and "TCb" are two patterns.
const struct izh_pattern *izh_pattern_find(const char *id);

// Input in mV/ms that the published script applies in a step. Before step 0 and from p->steps on,
// the first and the last sample are held.
double izh_pattern_input(const struct izh_pattern *p, int step);

// Mean in mV/ms, over begin_ms <= t < end_ms, of the published samples held for p->step_ms each.
// This is the input to give a solver with another step. Exactly the sample if the interval lies
// inside one published step. Requires begin_ms < end_ms.
double izh_pattern_mean_input(const struct izh_pattern *p, double begin_ms, double end_ms);

// The seven cortical types of the 2003 paper: RS, IB, CH, FS, TC, RZ, LTS.
struct izh_cortical_type {
    const char *id;
    struct izh_neuron_type type;
};

#define IZH_CORTICAL_TYPES 7

// NULL if i >= IZH_CORTICAL_TYPES.
const struct izh_cortical_type *izh_cortical_type(size_t i);

#endif
