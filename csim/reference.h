// reference.h: double-precision references: the published scripts and the exact hybrid ODE
// SPDX-License-Identifier: Apache-2.0
//
// Two references, because the published figures and the published equation disagree: several of
// the 2004 patterns exist only through the coarse Euler step (docs/contract.md).
//
// Every function that lists spikes counts all of them, also beyond the capacity of the caller's
// array; only the first `capacity` entries are written. The array may be NULL if capacity is 0.
#ifndef IZH_CSIM_REFERENCE_H
#define IZH_CSIM_REFERENCE_H

#include <stddef.h>

#include "patterns.h"

// The right-hand side and the reset, see patterns.h for the equation and the units.
struct izh_equation {
    struct izh_neuron_type type;
    double k1, k0;
    double recovery_shift, recovery_decay;
};

struct izh_membrane {
    double v; // mV
    double u; // mV/ms
};

// k1 = 5, k0 = 140, u decays.
struct izh_equation izh_standard_equation(struct izh_neuron_type type);
struct izh_equation izh_pattern_equation(const struct izh_pattern *p);

// Mean rate in Hz from the first to the last of n spikes, times in ms and ascending; 0 if n < 2.
double izh_rate_hz(const double *spike_ms, size_t n);

// ---- the published script --------------------------------------------------------------------
//
// IEEE double, in the scripts' order of operations: v, then u with the new v (also when v
// overshoots the peak), then the reset if v > 30 mV.

// One step with constant input. Returns 1 if the neuron spiked, and then *state is after the
// reset; else 0.
int izh_script_step(const struct izh_equation *eq, struct izh_membrane *state, double input,
                    double step_ms);

// Per-step outputs, arrays of izh_script_steps() doubles; each may be NULL. As published, v is
// 30 mV in a step with a spike, and u is after the reset.
struct izh_trace {
    double *v;
    double *u;
};

// Steps of step_ms needed to cover the pattern; p->steps if step_ms is p->step_ms.
size_t izh_script_steps(const struct izh_pattern *p, double step_ms);

// Runs a pattern's script. With step_ms other than p->step_ms, the input of a step is the mean of
// the published input over it. trace may be NULL. spike_steps receives step indices, from 0.
// Returns the number of spikes.
size_t izh_script_run(const struct izh_pattern *p, double step_ms, const struct izh_trace *trace,
                      int *spike_steps, size_t capacity);

// Runs the script's step rule with constant input (mV/ms) for the steps that fit in duration_ms.
// spike_ms receives the times of the ends of the spiking steps, counted from the call; *state is
// advanced. Returns the number of spikes.
size_t izh_script_run_constant(const struct izh_equation *eq, struct izh_membrane *state,
                               double input, double step_ms, double duration_ms, double *spike_ms,
                               size_t capacity);

// ---- the exact hybrid ODE ---------------------------------------------------------------------
//
// Taylor series in long double. The step follows from the last two coefficients, so that neither
// term exceeds the tolerance; the step is then about a quarter of the distance to the nearest
// singularity, and what is cut off is smaller than the tolerance. The reset is applied where the
// polynomial crosses v = 30 mV from below, located to 1e-15 ms.
//
// A crossing is looked for at the ends of steps: v above the peak grows without bound as long as
// u - I < 326 mV/ms (267 for G and L), far outside every published pattern.
//
// How long the answer means anything depends on the neuron. Of the seven cortical types with
// constant input 1..40 mV/ms, IB at 30, 31, 33, 34, 35 and CH at 22 are chaotic: after 300 to 500
// ms their spikes depend on rounding, and their rate over 4 s is defined to about 0.1 % only.

enum izh_ode_status {
    IZH_ODE_OK = 0,
    IZH_ODE_RUNAWAY = -1,  // more than IZH_ODE_MAX_BURST spikes in 1 ms, or v or u diverges
    IZH_ODE_ARGUMENT = -2, // order, tolerance, duration or input outside its range
};

#define IZH_ODE_MIN_ORDER 8
#define IZH_ODE_MAX_ORDER 40
#define IZH_ODE_MIN_TOLERANCE 1e-18
#define IZH_ODE_MAX_TOLERANCE 1e-6
#define IZH_ODE_MAX_BURST 10

// An equation and how accurately to solve it.
struct izh_ode {
    struct izh_equation eq;
    int order;        // of the Taylor polynomial, IZH_ODE_MIN_ORDER..IZH_ODE_MAX_ORDER
    double tolerance; // largest last term, in mV and in mV/ms, in the range above
};

// Order 28, tolerance 1e-15.
struct izh_ode izh_ode_default(struct izh_equation eq);

struct izh_ode_state {
    long double t_ms, v, u; // ms, mV, mV/ms
};

struct izh_spike_list {
    double *ms; // array of capacity times, or NULL
    size_t capacity;
    size_t count; // all spikes, may exceed capacity
};

// Advances *state by duration_ms >= 0 with constant input (mV/ms) and appends the spikes, in the
// time of state->t_ms. A state that starts at or above the peak spikes at once. After an error,
// *state is where the solver gave up; after IZH_ODE_ARGUMENT it is unchanged.
enum izh_ode_status izh_ode_advance(const struct izh_ode *ode, struct izh_ode_state *state,
                                    double input, double duration_ms,
                                    struct izh_spike_list *spikes);

// Solves ode, usually izh_ode_default(izh_pattern_equation(p)), from the pattern's initial state
// over its published duration, with each sample of its script held for p->step_ms.
enum izh_ode_status izh_ode_run_pattern(const struct izh_ode *ode, const struct izh_pattern *p,
                                        struct izh_spike_list *spikes);

#endif
