// run_activity.h: spikes counted in bins: what a picture of a run needs, in a memory of bounded
// size SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits.
#ifndef IZH_RUN_ACTIVITY_H
#define IZH_RUN_ACTIVITY_H

#include "run_spike.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    IZH_ACTIVITY_COLUMNS = 2048, // of the raster
    IZH_ACTIVITY_ROWS = 1000,    // about: every population has one at least
    IZH_ACTIVITY_RATES = 400,    // bins of a population's rate, at most
    IZH_ACTIVITY_FINE = 1 << 22, // bins of 1 ms, at most
};

struct izh_run_activity {
    const struct izh_compiled *compiled;
    double planned_ms;
    // The raster: one bit for each row and column, set where a shown neuron spikes.
    uint32_t stride; // neurons to a row, of which the first is shown
    uint32_t rows;
    uint32_t *first_row; // [population_count + 1]
    uint8_t *raster;     // [rows * IZH_ACTIVITY_COLUMNS / 8]
    // Spikes of each population in bins of rate_ms.
    double rate_ms;
    size_t rate_bins;
    uint32_t *rates; // [population_count * rate_bins]
    // Spikes of all neurons in bins of 1 ms, of the first IZH_ACTIVITY_FINE.
    size_t fine_bins;
    uint32_t *fine;
};

// false when out of memory, and then nothing is left to free. compiled must outlive it.
bool izh_run_activity_begin(struct izh_run_activity *a, const struct izh_compiled *compiled,
                            uint32_t ticks);
void izh_run_activity_add(struct izh_run_activity *a, const struct izh_run_spike *spike);
void izh_run_activity_free(struct izh_run_activity *a);

bool izh_run_activity_dot(const struct izh_run_activity *a, uint32_t row, uint32_t column);

#endif
