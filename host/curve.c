// curve.c: a membrane's way through time, with its spikes as a figure shows them
// SPDX-License-Identifier: Apache-2.0
#include "curve.h"

#include <stdlib.h>

bool izh_curve_add(struct izh_curve *curve, struct izh_point point)
{
    if (curve->count == curve->capacity) {
        size_t capacity = curve->capacity ? 2 * curve->capacity : 256;
        struct izh_point *grown = realloc(curve->points, capacity * sizeof *grown);
        if (!grown)
            return false;
        curve->points = grown;
        curve->capacity = capacity;
    }
    curve->points[curve->count++] = point;
    return true;
}

bool izh_curve_add_spike(struct izh_curve *curve, double t_ms, double v, double u, double d)
{
    return izh_curve_add(curve, (struct izh_point){t_ms, IZH_PEAK_MV, u - d, false}) &&
           izh_curve_add(curve, (struct izh_point){t_ms, v, u, true});
}

void izh_curve_free(struct izh_curve *curve)
{
    free(curve->points);
    *curve = (struct izh_curve){0};
}

// The published scripts draw the end of step n at n steps.
static double end_of(const struct izh_pattern_batch *batch, uint32_t tick)
{
    return (tick + (batch->accurate ? 1.0 : 0.0)) * batch->step_ms;
}

static bool add_tick(const struct izh_recording *recording, const struct izh_pattern_batch *batch,
                     size_t neuron, uint32_t tick, const struct izh_spike *spike,
                     struct izh_curve *curve)
{
    const struct izh_pattern_slot *slot = &batch->slots[neuron];
    const struct izh_state *state = &recording->states[(size_t)tick * recording->neurons + neuron];
    double v = izh_voltage(&batch->format, &slot->scale, state->x);
    double u = izh_recovery(&batch->format, &slot->scale, state->w);
    if (!spike)
        return izh_curve_add(curve, (struct izh_point){end_of(batch, tick), v, u, false});
    // A spike of level 5 was h/4 before the sub-step that found it; the curve does not go back.
    double t_ms = izh_pattern_spike_ms(batch, tick, spike->level);
    if (curve->count && t_ms < curve->points[curve->count - 1].t_ms)
        t_ms = curve->points[curve->count - 1].t_ms;
    return izh_curve_add_spike(curve, t_ms, v, u, slot->cell.d);
}

bool izh_curve_of(const struct izh_recording *recording, const struct izh_pattern_batch *batch,
                  size_t neuron, struct izh_curve *curve)
{
    size_t next = 0;
    *curve = (struct izh_curve){0};
    for (uint32_t tick = 0; tick < batch->slots[neuron].steps; tick++) {
        const struct izh_spike *spike = NULL;
        for (; next < recording->spike_count && recording->spikes[next].tick <= tick; next++) {
            if (recording->spikes[next].tick == tick && recording->spikes[next].neuron == neuron)
                spike = &recording->spikes[next];
        }
        if (!add_tick(recording, batch, neuron, tick, spike, curve)) {
            izh_curve_free(curve);
            return false;
        }
    }
    return true;
}
