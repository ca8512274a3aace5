// figures.h: the published firing patterns on the engine, beside the script and the exact equation
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_MEASURE_FIGURES_H
#define IZH_MEASURE_FIGURES_H

#include "patterns.h"
#include "single.h"

#include <stdbool.h>
#include <stddef.h>

#define IZH_FIGURES 28

// Script mode beside the double-precision script.
struct izh_figure_script {
    size_t published, spikes;
    int steps_apart; // largest, over the spikes that both have, in order
};

struct izh_figure_totals {
    int counts_2004, within_step_2004; // of 20: equal counts, and every spike within one step too
    int counts_2003;                   // of 8
};

// false when a value does not fit its word.
bool izh_figure_run_script(const struct izh_pattern *p, const struct izh_format *format,
                           struct izh_figure_script *result, struct izh_saturation *saturation);
bool izh_figures_run_script(const struct izh_format *format,
                            struct izh_figure_script result[IZH_FIGURES],
                            struct izh_figure_totals *totals, struct izh_saturation *saturation);

// A solver of the equation beside the exact solution.
struct izh_figure_solver {
    const struct izh_format *format; // accurate mode; NULL: the script's rule in double precision
    double step_ms;
};

struct izh_figure_exact {
    bool finite; // the exact solution exists; else the rest is 0
    size_t exact, spikes;
    double rms_ms; // NaN without a spike in either
};

struct izh_figure_exact_totals {
    int finite, counts;
    double median_rms_ms; // over the patterns in which both have a spike
};

bool izh_figure_run_exact(const struct izh_pattern *p, const struct izh_figure_solver *solver,
                          struct izh_figure_exact *result, struct izh_saturation *saturation);
bool izh_figures_run_exact(const struct izh_figure_solver *solver,
                           struct izh_figure_exact result[IZH_FIGURES],
                           struct izh_figure_exact_totals *totals,
                           struct izh_saturation *saturation);

#endif
