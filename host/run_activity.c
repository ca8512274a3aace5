// run_activity.c: spikes counted in bins: what a picture of a run needs, in a memory of bounded
// size SPDX-License-Identifier: Apache-2.0
#include "run_activity.h"

#include <math.h>
#include <stdlib.h>

// The smallest of 1, 2, 5, 10, 20, ... ms that gives so many bins at most.
static double nice_width(double ms, double bins)
{
    static const double steps[] = {1, 2, 5};
    for (double decade = 1;; decade *= 10) {
        for (int i = 0; i < 3; i++) {
            if (ms <= decade * steps[i] * bins)
                return decade * steps[i];
        }
    }
}

// A spike at the end of a bin is of that bin: a tick's last spikes are, with level 0.
static size_t bin_of(double ms, double width, size_t bins)
{
    double bin = ceil(ms / width) - 1;
    return bin < 0 ? 0 : bin >= (double)bins ? bins - 1 : (size_t)bin;
}

static uint32_t rows_of(uint32_t neurons, uint32_t stride)
{
    return (neurons + stride - 1) / stride;
}

static void lay_out_rows(struct izh_run_activity *a)
{
    const struct izh_compiled *c = a->compiled;
    a->stride = c->neurons ? rows_of(c->neurons, IZH_ACTIVITY_ROWS) : 1;
    for (size_t i = 0; i < c->population_count; i++) {
        a->first_row[i] = a->rows;
        a->rows += rows_of(c->populations[i].count, a->stride);
    }
    a->first_row[c->population_count] = a->rows;
}

bool izh_run_activity_begin(struct izh_run_activity *a, const struct izh_compiled *compiled,
                            uint32_t ticks)
{
    double ms = fmax(ticks * compiled->tick_ms, compiled->tick_ms);
    *a = (struct izh_run_activity){.compiled = compiled, .planned_ms = ms};
    a->first_row = calloc(compiled->population_count + 1, sizeof *a->first_row);
    if (!a->first_row)
        return false;
    lay_out_rows(a);
    a->rate_ms = nice_width(ms, IZH_ACTIVITY_RATES);
    a->rate_bins = (size_t)ceil(ms / a->rate_ms);
    a->fine_bins = (size_t)fmin(ceil(ms), IZH_ACTIVITY_FINE);
    a->raster = calloc((size_t)a->rows + 1, IZH_ACTIVITY_COLUMNS / 8);
    a->rates = calloc((compiled->population_count + 1) * a->rate_bins, sizeof *a->rates);
    a->fine = calloc(a->fine_bins, sizeof *a->fine);
    if (a->raster && a->rates && a->fine)
        return true;
    izh_run_activity_free(a);
    return false;
}

static void set_dot(struct izh_run_activity *a, const struct izh_run_spike *s)
{
    uint32_t local = s->neuron - a->compiled->populations[s->population].first;
    if (local % a->stride)
        return;
    size_t row = a->first_row[s->population] + local / a->stride;
    size_t bit = row * IZH_ACTIVITY_COLUMNS +
                 bin_of(s->ms, a->planned_ms / IZH_ACTIVITY_COLUMNS, IZH_ACTIVITY_COLUMNS);
    a->raster[bit / 8] |= (uint8_t)(1u << bit % 8);
}

void izh_run_activity_add(struct izh_run_activity *a, const struct izh_run_spike *s)
{
    set_dot(a, s);
    a->rates[s->population * a->rate_bins + bin_of(s->ms, a->rate_ms, a->rate_bins)]++;
    if (s->ms <= (double)a->fine_bins)
        a->fine[bin_of(s->ms, 1, a->fine_bins)]++;
}

bool izh_run_activity_dot(const struct izh_run_activity *a, uint32_t row, uint32_t column)
{
    size_t bit = (size_t)row * IZH_ACTIVITY_COLUMNS + column;
    return a->raster[bit / 8] >> bit % 8 & 1;
}

void izh_run_activity_free(struct izh_run_activity *a)
{
    free(a->first_row);
    free(a->raster);
    free(a->rates);
    free(a->fine);
    *a = (struct izh_run_activity){0};
}
