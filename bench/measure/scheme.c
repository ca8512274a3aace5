// scheme.c: one cortical neuron under a sampled current, solved by the engine and by others
// SPDX-License-Identifier: Apache-2.0
#include "scheme.h"

#include "train.h"

#include <math.h>
#include <string.h>

static const double rest_mv = -65;

struct izh_cell izh_scheme_cell(const struct izh_neuron_type *type)
{
    return (struct izh_cell){
        .a = type->a,
        .b = type->b,
        .c = type->c,
        .d = type->d,
        .square = 0.04,
        .linear = 5,
        .constant = 140,
        .peak = IZH_PEAK_MV,
        .peak_inclusive = true,
        .decay = true,
    };
}

static void set_levels(struct izh_arithmetic *arithmetic, const struct izh_levels *levels)
{
    memcpy(arithmetic->bound, levels->bound, sizeof arithmetic->bound);
    memcpy(arithmetic->kappa, levels->kappa, sizeof arithmetic->kappa);
}

static bool run_engine(const struct izh_scheme *s, const struct izh_neuron_type *type,
                       const double *input, size_t milliseconds, struct izh_spike_list *spikes,
                       struct izh_saturation *saturation)
{
    struct izh_cell cell = izh_scheme_cell(type);
    struct izh_single n;
    int steps = (int)lround(1 / s->step_ms);
    double before_end_ms;

    if (!izh_single_start(&n, &s->format, &cell, s->step_ms, true, rest_mv, type->b * rest_mv))
        return false;
    if (s->levels)
        set_levels(&n.arithmetic, s->levels);
    for (size_t ms = 0; ms < milliseconds; ms++) {
        if (!izh_single_set_input(&n, input[ms]))
            return false;
        for (int i = 1; i <= steps; i++) {
            if (izh_single_step(&n, &before_end_ms))
                izh_train_add(spikes, (double)ms + i * s->step_ms - before_end_ms);
        }
    }
    izh_saturation_add(saturation, &n.saturation);
    return true;
}

static void run_euler(double step_ms, const struct izh_neuron_type *type, const double *input,
                      size_t milliseconds, struct izh_spike_list *spikes)
{
    struct izh_equation eq = izh_standard_equation(*type);
    struct izh_membrane state = {rest_mv, type->b * rest_mv};
    int steps = (int)lround(1 / step_ms);

    for (size_t ms = 0; ms < milliseconds; ms++) {
        for (int i = 1; i <= steps; i++) {
            if (izh_script_step(&eq, &state, input[ms], step_ms))
                izh_train_add(spikes, (double)ms + i * step_ms);
        }
    }
}

// A spike is seen, and v reset, at the start of the millisecond after the one that passed the peak.
static void run_net(const struct izh_neuron_type *type, const double *input, size_t milliseconds,
                    struct izh_spike_list *spikes)
{
    double v = rest_mv, u = type->b * rest_mv;
    for (size_t ms = 0; ms < milliseconds; ms++) {
        if (v >= IZH_PEAK_MV) {
            izh_train_add(spikes, (double)ms);
            v = type->c;
            u += type->d;
        }
        v += 0.5 * (0.04 * (v * v) + 5 * v + 140 - u + input[ms]);
        v += 0.5 * (0.04 * (v * v) + 5 * v + 140 - u + input[ms]);
        u += type->a * (type->b * v - u);
    }
}

// The solver takes long steps where it may, so equal samples are given to it as one.
static bool run_ode(const struct izh_neuron_type *type, const double *input, size_t milliseconds,
                    struct izh_spike_list *spikes)
{
    struct izh_ode ode = izh_ode_default(izh_standard_equation(*type));
    struct izh_ode_state state = {0, rest_mv, type->b * rest_mv};
    size_t first = 0;
    for (size_t ms = 1; ms <= milliseconds; ms++) {
        if (ms < milliseconds && input[ms] == input[first])
            continue;
        if (izh_ode_advance(&ode, &state, input[first], (double)(ms - first), spikes))
            return false;
        first = ms;
    }
    return true;
}

bool izh_scheme_run(const struct izh_scheme *scheme, const struct izh_neuron_type *type,
                    const double *input, size_t milliseconds, struct izh_spike_list *spikes,
                    struct izh_saturation *saturation)
{
    switch (scheme->solver) {
    case IZH_SOLVER_ENGINE:
        return run_engine(scheme, type, input, milliseconds, spikes, saturation);
    case IZH_SOLVER_EULER:
        run_euler(scheme->step_ms, type, input, milliseconds, spikes);
        return true;
    case IZH_SOLVER_NET:
        run_net(type, input, milliseconds, spikes);
        return true;
    case IZH_SOLVER_ODE:
        return run_ode(type, input, milliseconds, spikes);
    }
    return false;
}
