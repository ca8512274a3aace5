// quantize.h: millivolts, milliseconds and doubles become the engine's integers, and back
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_QUANTIZE_H
#define IZH_QUANTIZE_H

#include "neuron.h"

#include <stdbool.h>

// A neuron in the general quadratic form, physical units:
//   v' = square v^2 + linear v + constant - u + I      mV/ms
//   u' = a (b (v + shift) - u)                         without "- u" when decay is false
//   at the peak: v <- c, u <- u + d
struct izh_cell {
    double a;            // 1/ms
    double b;            // 1/ms
    double c;            // mV
    double d;            // mV/ms
    double square;       // 1/(mV ms), 0.04 in the published model
    double linear;       // 1/ms, 5
    double constant;     // mV/ms, 140
    double shift;        // mV, 0
    double peak;         // mV, 30
    bool peak_inclusive; // true: spike at v >= peak, false: at v > peak
    bool decay;
};

// The change of variables to the normal form of docs/contract.md:
//   x = (v - centre) / x_unit,   w = (u - offset) / w_unit,   i = I / w_unit
struct izh_scale {
    double h;      // sub-step, ms
    int step;      // k of the engine
    double centre; // mV
    double offset; // mV/ms
    double x_unit; // mV
    double w_unit; // mV/ms
};

// A value that does not fit its word.
struct izh_misfit {
    const char *name; // of the parameter, in the user's terms
    double value;     // asked for
    double low, high; // range that fits, same unit
    double nearest;   // value that fits and is nearest
};

// The scale that makes sub-steps of h ms exact. h > 0. Any two neurons of one engine share x_unit
// and w_unit when they share square and h; centre and offset may differ.
struct izh_scale izh_scale_of(const struct izh_cell *cell, double h);

// Each returns true, or false with *misfit filled and *word untouched.
bool izh_quantize_record(const struct izh_format *format, const struct izh_scale *scale,
                         const struct izh_cell *cell, bool accurate, struct izh_record *record,
                         struct izh_misfit *misfit);
bool izh_quantize_state(const struct izh_format *format, const struct izh_scale *scale,
                        const struct izh_cell *cell, bool accurate, double v, double u,
                        struct izh_state *state, struct izh_misfit *misfit);
bool izh_quantize_input(const struct izh_format *format, const struct izh_scale *scale,
                        double current, int32_t *input, struct izh_misfit *misfit);

// Level bounds and residual corrections for accurate mode with sub-steps of scale->h ms.
// Calibrated for h = 1, 1/2, 1/4 and 1/8 ms; another h takes the table of the nearest of these.
void izh_level_tables(const struct izh_format *format, const struct izh_scale *scale,
                      int32_t bound[IZH_LEVELS], int32_t kappa[IZH_LEVELS + 1]);

// State words back to physical units.
double izh_voltage(const struct izh_format *format, const struct izh_scale *scale, int32_t x);
double izh_recovery(const struct izh_format *format, const struct izh_scale *scale, int32_t w);

#endif
