// pattern_reference.c: what double precision says about a pattern
// SPDX-License-Identifier: Apache-2.0
#include "pattern_reference.h"

#include "reference.h"

#include <stdlib.h>

enum { POINTS_PER_STEP = 5 }; // of the exact solution's curve

// ---- The published script -----------------------------------------------------------------------

struct script {
    size_t steps;
    double *v, *u;
    int *spikes;
};

static bool add_script_curve(const struct izh_pattern *p, const struct script *s, size_t spikes,
                             double step_ms, struct izh_pattern_reference *reference)
{
    bool good = true;
    size_t next = 0;
    for (size_t n = 0; good && n < s->steps; n++) {
        double t_ms = (double)n * step_ms;
        if (next < spikes && s->spikes[next] == (int)n) {
            reference->spikes.ms[next++] = t_ms;
            good = izh_curve_add_spike(&reference->curve, t_ms, p->type.c, s->u[n], p->type.d);
        } else {
            good =
                izh_curve_add(&reference->curve, (struct izh_point){t_ms, s->v[n], s->u[n], false});
        }
    }
    return good;
}

static bool run_script(const struct izh_pattern *p, double step_ms,
                       struct izh_pattern_reference *reference)
{
    size_t steps = izh_script_steps(p, step_ms);
    struct script s = {steps, calloc(steps, sizeof(double)), calloc(steps, sizeof(double)),
                       calloc(steps, sizeof(int))};
    reference->spikes.ms = calloc(steps, sizeof(double));
    bool good = s.v && s.u && s.spikes && reference->spikes.ms;
    if (good) {
        struct izh_trace trace = {s.v, s.u};
        size_t spikes = izh_script_run(p, step_ms, &trace, s.spikes, steps);
        good = add_script_curve(p, &s, spikes, step_ms, reference);
        reference->spikes.count = spikes;
        reference->exists = true;
    }
    free(s.v);
    free(s.u);
    free(s.spikes);
    return good;
}

// ---- The exact solution -------------------------------------------------------------------------

// One piece of constant input. Spikes in it are points of their own.
static bool add_piece(const struct izh_ode *ode, struct izh_ode_state *state, double input,
                      double duration_ms, struct izh_curve *curve)
{
    double ms[IZH_ODE_MAX_BURST];
    struct izh_spike_list spikes = {.ms = ms, .capacity = IZH_ODE_MAX_BURST};
    if (izh_ode_advance(ode, state, input, duration_ms, &spikes) != IZH_ODE_OK)
        return true; // cannot be: the pattern was solved before
    double c = ode->eq.type.c, d = ode->eq.type.d;
    bool good = true;
    for (size_t i = 0; good && i < spikes.count && i < spikes.capacity; i++)
        good = izh_curve_add_spike(curve, ms[i], c, (double)state->u, d);
    return good && izh_curve_add(curve, (struct izh_point){(double)state->t_ms, (double)state->v,
                                                           (double)state->u, false});
}

static bool add_exact_curve(const struct izh_ode *ode, const struct izh_pattern *p,
                            struct izh_curve *curve)
{
    struct izh_ode_state state = {.v = p->v0, .u = p->u0};
    bool good = true;
    for (int n = 0; good && n < p->steps; n++) {
        double input = izh_pattern_input(p, n);
        for (int i = 0; good && i < POINTS_PER_STEP; i++)
            good = add_piece(ode, &state, input, p->step_ms / POINTS_PER_STEP, curve);
    }
    return good;
}

static bool solve(const struct izh_pattern *p, struct izh_pattern_reference *reference)
{
    struct izh_ode ode = izh_ode_default(izh_pattern_equation(p));
    size_t capacity = (size_t)(p->steps * p->step_ms * IZH_ODE_MAX_BURST) + IZH_ODE_MAX_BURST;
    reference->spikes.ms = calloc(capacity, sizeof(double));
    if (!reference->spikes.ms)
        return false;
    struct izh_spike_list spikes = {.ms = reference->spikes.ms, .capacity = capacity};
    reference->exists =
        izh_ode_run_pattern(&ode, p, &spikes) == IZH_ODE_OK && spikes.count <= capacity;
    if (!reference->exists)
        return true;
    reference->spikes.count = spikes.count;
    return add_exact_curve(&ode, p, &reference->curve);
}

// -------------------------------------------------------------------------------------------------

bool izh_pattern_reference(const struct izh_pattern *p, bool accurate, double step_ms,
                           struct izh_pattern_reference *reference)
{
    *reference = (struct izh_pattern_reference){0};
    if (accurate ? solve(p, reference) : run_script(p, step_ms, reference))
        return true;
    izh_pattern_reference_free(reference);
    return false;
}

void izh_pattern_reference_free(struct izh_pattern_reference *reference)
{
    free(reference->spikes.ms);
    izh_curve_free(&reference->curve);
    *reference = (struct izh_pattern_reference){0};
}
