// reference_script.c: the published Euler scripts, bit for bit in IEEE double
// SPDX-License-Identifier: Apache-2.0
#include "reference.h"

#include <float.h>
#include <math.h>

// FS, LTS and H tell one rounding from another: -std=c11 keeps the compiler from fusing a multiply
// and an add, and an excess-precision FPU cannot be used.
#if FLT_EVAL_METHOD != 0
#error "the published scripts need plain IEEE double arithmetic"
#endif

// A step count within this of an integer is that integer.
#define STEP_SLACK 1e-9

struct izh_equation izh_standard_equation(struct izh_neuron_type type)
{
    return (struct izh_equation){
        .type = type, .k1 = 5, .k0 = 140, .recovery_shift = 0, .recovery_decay = 1};
}

struct izh_equation izh_pattern_equation(const struct izh_pattern *p)
{
    return (struct izh_equation){.type = p->type,
                                 .k1 = p->k1,
                                 .k0 = p->k0,
                                 .recovery_shift = p->recovery_shift,
                                 .recovery_decay = p->recovery_decay};
}

double izh_rate_hz(const double *spike_ms, size_t n)
{
    if (n < 2) {
        return 0;
    }
    return 1000.0 * (double)(n - 1) / (spike_ms[n - 1] - spike_ms[0]);
}

int izh_script_step(const struct izh_equation *eq, struct izh_membrane *state, double input,
                    double step_ms)
{
    const struct izh_neuron_type *type = &eq->type;
    double v = state->v;
    double u = state->u;

    // Parenthesised as MATLAB evaluates it. A shift of 0 and a decay of 1 or 0 are exact.
    v = v + step_ms * (0.04 * (v * v) + eq->k1 * v + eq->k0 - u + input);
    u = u + step_ms * type->a * (type->b * (v + eq->recovery_shift) - eq->recovery_decay * u);

    int spiked = v > IZH_PEAK_MV;
    state->v = spiked ? type->c : v;
    state->u = spiked ? u + type->d : u;
    return spiked;
}

size_t izh_script_steps(const struct izh_pattern *p, double step_ms)
{
    return (size_t)ceil(p->steps * p->step_ms / step_ms - STEP_SLACK);
}

static void record(const struct izh_trace *trace, size_t step, const struct izh_membrane *state,
                   int spiked)
{
    if (trace == NULL) {
        return;
    }
    if (trace->v != NULL) {
        trace->v[step] = spiked ? IZH_PEAK_MV : state->v;
    }
    if (trace->u != NULL) {
        trace->u[step] = state->u;
    }
}

size_t izh_script_run(const struct izh_pattern *p, double step_ms, const struct izh_trace *trace,
                      int *spike_steps, size_t capacity)
{
    struct izh_equation eq = izh_pattern_equation(p);
    struct izh_membrane state = {p->v0, p->u0};
    size_t steps = izh_script_steps(p, step_ms);
    size_t count = 0;

    for (size_t n = 0; n < steps; n++) {
        double begin_ms = (double)n * step_ms;
        double input = izh_pattern_mean_input(p, begin_ms, begin_ms + step_ms);
        int spiked = izh_script_step(&eq, &state, input, step_ms);
        record(trace, n, &state, spiked);
        if (spiked) {
            if (count < capacity) {
                spike_steps[count] = (int)n;
            }
            count++;
        }
    }
    return count;
}

size_t izh_script_run_constant(const struct izh_equation *eq, struct izh_membrane *state,
                               double input, double step_ms, double duration_ms, double *spike_ms,
                               size_t capacity)
{
    size_t steps = (size_t)floor(duration_ms / step_ms + STEP_SLACK);
    size_t count = 0;

    for (size_t n = 0; n < steps; n++) {
        if (izh_script_step(eq, state, input, step_ms)) {
            if (count < capacity) {
                spike_ms[count] = (double)(n + 1) * step_ms;
            }
            count++;
        }
    }
    return count;
}
