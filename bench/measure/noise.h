// noise.h: cortical neurons under white noise, spike by spike
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_MEASURE_NOISE_H
#define IZH_MEASURE_NOISE_H

#include "scheme.h"

#include <stdint.h>

#define IZH_NOISE_MS 10000
#define IZH_NOISE_WINDOW_MS 1.0

// A current with a new sample every millisecond. Each cortical type gets samples of its own.
struct izh_noise {
    double mean, deviation; // mV/ms
    uint64_t seed;
};

// Means over the seven types.
struct izh_noise_error {
    double rate;   // size of the relative error of the number of spikes, %
    double caught; // spikes of the exact solution with a spike of their own within the window, %
};

// The exact solution of every type, to be computed once and compared with often.
struct izh_noise_reference;

// NULL when out of memory or when the solution runs away.
struct izh_noise_reference *izh_noise_reference_new(const struct izh_noise *noise);
void izh_noise_reference_free(struct izh_noise_reference *reference);

// false as izh_scheme_run().
bool izh_noise_measure(const struct izh_scheme *scheme, const struct izh_noise_reference *reference,
                       struct izh_noise_error *error, struct izh_saturation *saturation);

#endif
