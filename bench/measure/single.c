// single.c: one neuron on the engine's arithmetic, in physical units
// SPDX-License-Identifier: Apache-2.0
#include "single.h"

#include <stddef.h>

bool izh_single_start(struct izh_single *n, const struct izh_format *format,
                      const struct izh_cell *cell, double step_ms, bool accurate, double v,
                      double u)
{
    struct izh_misfit unused;
    *n = (struct izh_single){.scale = izh_scale_of(cell, step_ms)};
    n->arithmetic.format = *format;
    n->arithmetic.step = n->scale.step;
    n->arithmetic.accurate = accurate;
    izh_level_tables(format, &n->scale, n->arithmetic.bound, n->arithmetic.kappa);
    return izh_quantize_record(format, &n->scale, cell, accurate, &n->record, &unused) &&
           izh_quantize_state(format, &n->scale, cell, accurate, v, u, &n->state, &unused);
}

bool izh_single_set_input(struct izh_single *n, double current)
{
    struct izh_misfit unused;
    return izh_quantize_input(&n->arithmetic.format, &n->scale, current, &n->input, &unused);
}

bool izh_single_step(struct izh_single *n, double *before_end_ms)
{
    struct izh_update u = izh_neuron_update(&n->arithmetic, &n->record, &n->state, n->input);
    n->state = u.state;
    n->saturation.x += u.saturated_x;
    n->saturation.w += u.saturated_w;
    n->saturation.port += u.saturated_port;
    if (before_end_ms)
        *before_end_ms = u.state.level * n->scale.h / 4;
    return u.spike;
}

void izh_saturation_add(struct izh_saturation *sum, const struct izh_saturation *more)
{
    sum->x += more->x;
    sum->w += more->w;
    sum->port += more->port;
}
