// run_spectrum.h: rhythms in the rate of a network
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits.
#ifndef IZH_RUN_SPECTRUM_H
#define IZH_RUN_SPECTRUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct izh_run_spectrum {
    double step_hz; // power[i] is at i * step_hz
    double
        *power;   // over that of independent Poisson spikes of the same mean rate: 1 without rhythm
    size_t count; // up to half the rate of the bins
    size_t segments;
};

// Of spikes counted in bins of bin_ms, by Welch's method: Hann windows of at most 2048 bins that
// overlap by half, the mean removed. false when there is no spectrum: fewer than 64 bins, no spike,
// or out of memory.
bool izh_run_spectrum(const uint32_t *counts, size_t bins, double bin_ms,
                      struct izh_run_spectrum *spectrum);
void izh_run_spectrum_free(struct izh_run_spectrum *spectrum);

// Frequency of the largest power from low_hz to high_hz, 0 when there is none.
double izh_run_spectrum_peak(const struct izh_run_spectrum *spectrum, double low_hz,
                             double high_hz);

#endif
