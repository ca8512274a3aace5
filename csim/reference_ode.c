// reference_ode.c: the exact hybrid ODE by Taylor series, with the spike located inside the step
// SPDX-License-Identifier: Apache-2.0
#include "reference.h"

#include <math.h>
#include <stdbool.h>

#define DEFAULT_ORDER 28
#define DEFAULT_TOLERANCE 1e-15
#define CROSSING_MS 1e-15L

// At the peak the solver takes steps of about 0.05 ms. A step this short means |v| > 50 000 mV.
#define SHORTEST_STEP_MS 1e-4L

// Taylor coefficients of v and u about the start of a step, time in ms.
struct series {
    int order;
    long double v[IZH_ODE_MAX_ORDER + 1];
    long double u[IZH_ODE_MAX_ORDER + 1];
};

struct burst {
    long double begin_ms;
    int spikes;
};

struct izh_ode izh_ode_default(struct izh_equation eq)
{
    return (struct izh_ode){.eq = eq, .order = DEFAULT_ORDER, .tolerance = DEFAULT_TOLERANCE};
}

// Coefficient n of v^2: half of the symmetric convolution, twice.
static long double square_coefficient(const long double *v, int n)
{
    long double sum = 0;
    for (int i = 0, j = n; i < j; i++, j--) {
        sum += v[i] * v[j];
    }
    sum *= 2;
    return n % 2 == 0 ? sum + v[n / 2] * v[n / 2] : sum;
}

static void expand(struct series *s, const struct izh_ode *ode, const struct izh_ode_state *state,
                   double input)
{
    const struct izh_equation *eq = &ode->eq;
    long double a = eq->type.a, b = eq->type.b;
    // The published constant is the decimal 0.04; the nearest double is what every script uses.
    long double square = 0.04;

    s->order = ode->order;
    s->v[0] = state->v;
    s->u[0] = state->u;
    for (int n = 0; n < s->order; n++) {
        long double dv = square * square_coefficient(s->v, n) + eq->k1 * s->v[n] - s->u[n];
        long double du = a * (b * s->v[n] - eq->recovery_decay * s->u[n]);
        if (n == 0) {
            dv += (long double)eq->k0 + input;
            du += a * b * eq->recovery_shift;
        }
        s->v[n + 1] = dv / (n + 1);
        s->u[n + 1] = du / (n + 1);
    }
}

static long double evaluate(const long double *coefficients, int order, long double t)
{
    long double sum = coefficients[order];
    for (int n = order - 1; n >= 0; n--) {
        sum = sum * t + coefficients[n];
    }
    return sum;
}

static long double slope(const long double *coefficients, int order, long double t)
{
    long double sum = order * coefficients[order];
    for (int n = order - 1; n >= 1; n--) {
        sum = sum * t + n * coefficients[n];
    }
    return sum;
}

// The t at which term n reaches the tolerance: infinite if the coefficient is 0, NaN if it is. The
// sum of both sizes passes a NaN on, where fmax() would hide it.
static double term_limit(const struct series *s, int n, double tolerance)
{
    double size = (double)(fabsl(s->v[n]) + fabsl(s->u[n]));
    return size == 0 ? (double)INFINITY : pow(tolerance / size, 1.0 / n);
}

// Two terms, because every second coefficient vanishes where v is symmetric in time.
static long double choose_step(const struct series *s, double tolerance)
{
    double last = term_limit(s, s->order, tolerance);
    double before = term_limit(s, s->order - 1, tolerance);
    return last < before ? last : before;
}

// The t in 0..end at which v crosses the peak, given v(0) < peak <= v(end): Newton's method, kept
// inside a bracket by bisection.
static long double find_crossing(const struct series *s, long double end)
{
    long double low = 0, high = end, t = end;
    for (;;) {
        long double excess = evaluate(s->v, s->order, t) - (long double)IZH_PEAK_MV;
        if (excess < 0) {
            low = t;
        } else {
            high = t;
        }
        long double correction = excess / slope(s->v, s->order, t);
        if (fabsl(correction) < CROSSING_MS || high - low < CROSSING_MS) {
            return t;
        }
        t -= correction;
        if (!(t > low && t < high)) {
            t = low + (high - low) / 2;
        }
    }
}

// Moves to the crossing of the peak, to the end of the series' range or to end_ms, whichever comes
// first. Returns false if v or u diverges.
static bool take_step(const struct izh_ode *ode, struct izh_ode_state *state, double input,
                      long double end_ms)
{
    struct series s;
    expand(&s, ode, state, input);
    long double step = choose_step(&s, ode->tolerance);
    if (!(step >= SHORTEST_STEP_MS)) {
        return false;
    }
    bool last = step >= end_ms - state->t_ms;
    if (last) {
        step = end_ms - state->t_ms;
    }
    bool crosses = evaluate(s.v, s.order, step) >= (long double)IZH_PEAK_MV;
    if (crosses) {
        step = find_crossing(&s, step);
    }
    // Assigned rather than added up where it is known, so that the caller's comparisons hold.
    state->t_ms = last && !crosses ? end_ms : state->t_ms + step;
    state->v = crosses ? (long double)IZH_PEAK_MV : evaluate(s.v, s.order, step);
    state->u = evaluate(s.u, s.order, step);
    return true;
}

// Resets the neuron and lists the spike. Returns false if it is one too many in this millisecond.
static bool fire(const struct izh_neuron_type *type, struct izh_ode_state *state,
                 struct burst *burst, struct izh_spike_list *spikes)
{
    state->v = type->c;
    state->u += type->d;
    if (spikes->count < spikes->capacity) {
        spikes->ms[spikes->count] = (double)state->t_ms;
    }
    spikes->count++;

    if (state->t_ms - burst->begin_ms > 1) {
        *burst = (struct burst){.begin_ms = state->t_ms};
    }
    return ++burst->spikes <= IZH_ODE_MAX_BURST;
}

static bool solvable(const struct izh_ode *ode, double input, double duration_ms)
{
    return ode->order >= IZH_ODE_MIN_ORDER && ode->order <= IZH_ODE_MAX_ORDER &&
           ode->tolerance >= IZH_ODE_MIN_TOLERANCE && ode->tolerance <= IZH_ODE_MAX_TOLERANCE &&
           duration_ms >= 0 && isfinite(duration_ms) && isfinite(input);
}

enum izh_ode_status izh_ode_advance(const struct izh_ode *ode, struct izh_ode_state *state,
                                    double input, double duration_ms, struct izh_spike_list *spikes)
{
    if (!solvable(ode, input, duration_ms)) {
        return IZH_ODE_ARGUMENT;
    }
    long double end_ms = state->t_ms + duration_ms;
    struct burst burst = {.begin_ms = state->t_ms};

    for (;;) {
        while (state->v >= (long double)IZH_PEAK_MV) {
            if (!fire(&ode->eq.type, state, &burst, spikes)) {
                return IZH_ODE_RUNAWAY;
            }
        }
        if (state->t_ms >= end_ms) {
            return IZH_ODE_OK;
        }
        if (!take_step(ode, state, input, end_ms)) {
            return IZH_ODE_RUNAWAY;
        }
    }
}

enum izh_ode_status izh_ode_run_pattern(const struct izh_ode *ode, const struct izh_pattern *p,
                                        struct izh_spike_list *spikes)
{
    struct izh_ode_state state = {.v = p->v0, .u = p->u0};
    for (int n = 0; n < p->steps; n++) {
        enum izh_ode_status status =
            izh_ode_advance(ode, &state, izh_pattern_input(p, n), p->step_ms, spikes);
        if (status != IZH_ODE_OK) {
            return status;
        }
    }
    return IZH_ODE_OK;
}
