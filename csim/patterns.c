// patterns.c: the tables of the published firing patterns and cortical types
// SPDX-License-Identifier: Apache-2.0
#include "patterns.h"

#include <limits.h>
#include <math.h>
#include <string.h>

// Windows are step indices, not times: the scripts compare MATLAB's accumulated t with t > T1, and
// for steps of 0.2 and 0.1 ms which side a boundary falls on is a matter of rounding.
#define HOLD(first, last, level)                                                                   \
    {                                                                                              \
        (first), (last), (level), 0, 0, 0                                                          \
    }
#define RAMP(first, last, level, gain, origin, scale)                                              \
    {                                                                                              \
        (first), (last), (level), (gain), (origin), (scale)                                        \
    }
#define END INT_MAX

#define WINDOWS(...)                                                                               \
    .windows = (const struct izh_input_window[]){__VA_ARGS__},                                     \
    .window_count =                                                                                \
        sizeof((const struct izh_input_window[]){__VA_ARGS__}) / sizeof(struct izh_input_window)

#define STANDARD .k1 = 5, .k0 = 140, .recovery_shift = 0, .recovery_decay = 1
#define CLASS_1 .k1 = 4.1, .k0 = 108, .recovery_shift = 0, .recovery_decay = 1
#define NO_DECAY .k1 = 5, .k0 = 140, .recovery_shift = 65, .recovery_decay = 0

// The scripts start on the nullcline of u, computed as b*V in double.
#define START(b, v) .v0 = (v), .u0 = (b) * (v)

// clang-format off
static const struct izh_pattern patterns[] = {
    {"A", "tonic spiking", 2004, {0.02, 0.2, -65, 6}, STANDARD, START(0.2, -70),
     .step_ms = 0.25, .steps = 401, WINDOWS(HOLD(41, END, 14))},
    {"B", "phasic spiking", 2004, {0.02, 0.25, -65, 6}, STANDARD, START(0.25, -64),
     .step_ms = 0.25, .steps = 801, WINDOWS(HOLD(81, END, 0.5))},
    {"C", "tonic bursting", 2004, {0.02, 0.2, -50, 2}, STANDARD, START(0.2, -70),
     .step_ms = 0.25, .steps = 881, WINDOWS(HOLD(89, END, 15))},
    {"D", "phasic bursting", 2004, {0.02, 0.25, -55, 0.05}, STANDARD, START(0.25, -64),
     .step_ms = 0.2, .steps = 1001, WINDOWS(HOLD(101, END, 0.6))},
    {"E", "mixed mode", 2004, {0.02, 0.2, -55, 4}, STANDARD, START(0.2, -70),
     .step_ms = 0.25, .steps = 641, WINDOWS(HOLD(65, END, 10))},
    {"F", "spike frequency adaptation", 2004, {0.01, 0.2, -65, 8}, STANDARD, START(0.2, -70),
     .step_ms = 0.25, .steps = 341, WINDOWS(HOLD(35, END, 30))},
    {"G", "class 1 excitability", 2004, {0.02, -0.1, -55, 6}, CLASS_1, START(-0.1, -60),
     .step_ms = 0.25, .steps = 1201, WINDOWS(RAMP(121, END, 0, 0.075, 30, 1))},
    {"H", "class 2 excitability", 2004, {0.2, 0.26, -65, 0}, STANDARD, START(0.26, -64),
     .step_ms = 0.25, .steps = 1201, .base_input = -0.5,
     WINDOWS(RAMP(121, END, -0.5, 0.015, 30, 1))},
    {"I", "spike latency", 2004, {0.02, 0.2, -65, 6}, STANDARD, START(0.2, -70),
     .step_ms = 0.2, .steps = 501, WINDOWS(HOLD(51, 64, 7.04))},
    {"J", "subthreshold oscillations", 2004, {0.05, 0.26, -60, 0}, STANDARD, START(0.26, -62),
     .step_ms = 0.25, .steps = 801, WINDOWS(HOLD(81, 99, 2))},
    {"K", "resonator", 2004, {0.1, 0.26, -60, -1}, STANDARD, START(0.26, -62),
     .step_ms = 0.25, .steps = 1601,
     WINDOWS(HOLD(161, 175, 0.65), HOLD(241, 255, 0.65), HOLD(1121, 1135, 0.65),
             HOLD(1281, 1295, 0.65))},
    {"L", "integrator", 2004, {0.02, -0.1, -55, 6}, CLASS_1, START(-0.1, -60),
     .step_ms = 0.25, .steps = 401,
     WINDOWS(HOLD(37, 44, 9), HOLD(57, 64, 9), HOLD(281, 287, 9), HOLD(321, 327, 9))},
    {"M", "rebound spike", 2004, {0.03, 0.25, -60, 4}, STANDARD, START(0.25, -64),
     .step_ms = 0.2, .steps = 1001, WINDOWS(HOLD(101, 124, -15))},
    {"N", "rebound burst", 2004, {0.03, 0.25, -52, 0}, STANDARD, START(0.25, -64),
     .step_ms = 0.2, .steps = 1001, WINDOWS(HOLD(101, 124, -15))},
    {"O", "threshold variability", 2004, {0.03, 0.25, -60, 4}, STANDARD, START(0.25, -64),
     .step_ms = 0.25, .steps = 401,
     WINDOWS(HOLD(41, 59, 1), HOLD(281, 299, -6), HOLD(321, 339, 1))},
    {"P", "bistability", 2004, {0.1, 0.26, -60, 0}, STANDARD, START(0.26, -61),
     .step_ms = 0.25, .steps = 1201, .base_input = 0.24,
     WINDOWS(HOLD(151, 169, 1.24), HOLD(865, 883, 1.24))},
    {"Q", "depolarizing after-potential", 2004, {1, 0.2, -60, -21}, STANDARD, START(0.2, -70),
     .step_ms = 0.1, .steps = 501, WINDOWS(HOLD(91, 109, 20))},
    {"R", "accommodation", 2004, {0.02, 1, -55, 4}, NO_DECAY, .v0 = -65, .u0 = -16,
     .step_ms = 0.5, .steps = 801,
     WINDOWS(RAMP(0, 399, 0, 1, 0, 25), RAMP(600, 624, 0, 4, 300, 12.5))},
    {"S", "inhibition-induced spiking", 2004, {-0.02, -1, -60, 8}, STANDARD, START(-1, -63.8),
     .step_ms = 0.5, .steps = 701, .base_input = 80, WINDOWS(HOLD(100, 500, 75))},
    {"T", "inhibition-induced bursting", 2004, {-0.026, -1, -45, -2}, STANDARD, START(-1, -63.8),
     .step_ms = 0.5, .steps = 701, .base_input = 80, WINDOWS(HOLD(100, 500, 75))},

    {"RS", "regular spiking", 2003, {0.02, 0.2, -65, 8}, STANDARD, START(0.2, -63),
     .step_ms = 0.25, .steps = 601, WINDOWS(HOLD(61, END, 14))},
    {"IB", "intrinsically bursting", 2003, {0.02, 0.2, -55, 4}, STANDARD, START(0.2, -70),
     .step_ms = 0.25, .steps = 601, WINDOWS(HOLD(61, END, 11))},
    {"CH", "chattering", 2003, {0.02, 0.2, -50, 2}, STANDARD, START(0.2, -70),
     .step_ms = 0.25, .steps = 601, WINDOWS(HOLD(61, END, 10))},
    {"FS", "fast spiking", 2003, {0.1, 0.2, -65, 2}, STANDARD, START(0.2, -70),
     .step_ms = 0.25, .steps = 601, WINDOWS(HOLD(61, END, 10))},
    {"TC", "thalamo-cortical", 2003, {0.02, 0.25, -65, 0.05}, STANDARD, START(0.25, -63),
     .step_ms = 0.25, .steps = 601, WINDOWS(HOLD(121, END, 1.5))},
    {"TCb", "thalamo-cortical burst", 2003, {0.02, 0.25, -65, 0.05}, STANDARD, START(0.25, -87),
     .step_ms = 0.25, .steps = 601, WINDOWS(HOLD(0, 180, -25))},
    {"RZ", "resonator", 2003, {0.1, 0.26, -65, 2}, STANDARD, START(0.26, -70),
     .step_ms = 0.25, .steps = 401, .base_input = -2,
     WINDOWS(HOLD(41, 240, -0.5), HOLD(241, 259, 10), HOLD(260, END, -0.5))},
    {"LTS", "low-threshold spiking", 2003, {0.02, 0.25, -65, 2}, STANDARD, START(0.25, -63),
     .step_ms = 0.25, .steps = 1001, WINDOWS(HOLD(101, END, 10))},
};
// clang-format on

static const struct izh_cortical_type cortical_types[IZH_CORTICAL_TYPES] = {
    {"RS", {0.02, 0.2, -65, 8}},   {"IB", {0.02, 0.2, -55, 4}},     {"CH", {0.02, 0.2, -50, 2}},
    {"FS", {0.1, 0.2, -65, 2}},    {"TC", {0.02, 0.25, -65, 0.05}}, {"RZ", {0.1, 0.26, -65, 2}},
    {"LTS", {0.02, 0.25, -65, 2}},
};

size_t izh_pattern_count(void)
{
    return sizeof(patterns) / sizeof(patterns[0]);
}

const struct izh_pattern *izh_pattern_at(size_t i)
{
    return i < izh_pattern_count() ? &patterns[i] : NULL;
}

const struct izh_pattern *izh_pattern_find(const char *id)
{
    for (size_t i = 0; i < izh_pattern_count(); i++) {
        if (strcmp(patterns[i].id, id) == 0) {
            return &patterns[i];
        }
    }
    return NULL;
}

// The order of operations is that of the scripts' ramps, so that every sample has the same bits.
static double window_input(const struct izh_input_window *w, double t_ms)
{
    if (w->gain == 0) {
        return w->level;
    }
    return w->level + w->gain * ((t_ms - w->origin_ms) / w->scale_ms);
}

double izh_pattern_input(const struct izh_pattern *p, int step)
{
    if (step < 0) {
        step = 0;
    } else if (step >= p->steps) {
        step = p->steps - 1;
    }
    for (int i = 0; i < p->window_count; i++) {
        const struct izh_input_window *w = &p->windows[i];
        if (step >= w->first && step <= w->last) {
            return window_input(w, step * p->step_ms);
        }
    }
    return p->base_input;
}

// An interval end within this fraction of a published step counts as being on its boundary.
#define BOUNDARY_SLACK 1e-9

double izh_pattern_mean_input(const struct izh_pattern *p, double begin_ms, double end_ms)
{
    double begin = begin_ms / p->step_ms;
    double end = end_ms / p->step_ms;
    int first = (int)floor(begin + BOUNDARY_SLACK);
    int last = (int)ceil(end - BOUNDARY_SLACK) - 1;
    if (last <= first) {
        return izh_pattern_input(p, first);
    }
    double sum = 0;
    for (int n = first; n <= last; n++) {
        sum += izh_pattern_input(p, n) * (fmin(end, n + 1.0) - fmax(begin, n));
    }
    return sum / (end - begin);
}

const struct izh_cortical_type *izh_cortical_type(size_t i)
{
    return i < IZH_CORTICAL_TYPES ? &cortical_types[i] : NULL;
}
