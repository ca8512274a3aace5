// plain_network.c: random networks, and a second, plain computation of them
// SPDX-License-Identifier: Apache-2.0
#include "plain_network.h"

#include "noise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

// ---- One tick -----------------------------------------------------------------------------------

// The whole number at or below value / 2^n, found by division.
static int64_t floor_of(int64_t value, int n)
{
    int64_t unit = (int64_t)1 << n, quotient = value / unit;
    return quotient - (value % unit < 0);
}

int32_t izh_plain_sum(const struct izh_plain *net, uint32_t slot, uint32_t neuron)
{
    int64_t size = (int64_t)1 << net->shape.accumulator_bits;
    int64_t rest = net->sum[slot * net->shape.neurons + neuron] % size;
    rest += rest < 0 ? size : 0;
    return (int32_t)(rest < size / 2 ? rest : rest - size);
}

static void take_input(struct izh_plain *net, uint32_t n)
{
    const struct izh_format *f = &net->arithmetic.format;
    uint32_t slot = net->tick % net->shape.slots;
    int32_t g = izh_noise_draw(izh_noise_tick_key(net->seed, net->tick), n);
    int64_t noise =
        floor_of((int64_t)g * net->sd[net->record_of[n]], f->port_bits + 12 - f->w_bits);
    int64_t synaptic = izh_plain_sum(net, slot, n) * ((int64_t)1 << net->weight_shift);
    int64_t total = net->bias[n] + noise + synaptic;
    int64_t most = ((int64_t)1 << (f->w_bits + 1)) - 1, least = -most - 1;
    net->saturated_i += total > most || total < least;
    net->input[n] = (int32_t)(total > most ? most : total < least ? least : total);
    net->sum[slot * net->shape.neurons + n] = 0;
}

static void note_spike(struct izh_plain *net, uint32_t neuron)
{
    if (net->spikes == net->spike_room) {
        net->spike_room = 2 * net->spike_room + 64;
        net->spike = realloc(net->spike, net->spike_room * sizeof *net->spike);
        assert_non_null(net->spike);
    }
    net->spike[net->spikes++] = (struct izh_plain_spike){net->tick, neuron};
}

static void substep(struct izh_plain *net, uint32_t substep, izh_plain_seen *seen, void *context)
{
    for (uint32_t n = 0; n < net->neurons; n++) {
        struct izh_update u = izh_neuron_update(&net->arithmetic, &net->record[net->record_of[n]],
                                                &net->state[n], net->input[n]);
        net->state[n] = u.state;
        net->saturated_x += u.saturated_x;
        net->saturated_w += u.saturated_w;
        net->saturated_port += u.saturated_port;
        if (!u.spike)
            continue;
        note_spike(net, n);
        seen(context, &(struct izh_spike){net->tick, n, (uint8_t)substep, u.state.level});
    }
}

static uint32_t part_of(const struct izh_plain *net, uint32_t delay)
{
    return (delay - 1) / (net->shape.slots - 1);
}

// Adds a part of what a spike does; a part comes p (S - 1) ticks after the spike.
static void add_part(struct izh_plain *net, const struct izh_plain_spike *spike, uint32_t part)
{
    for (size_t i = net->first[spike->neuron]; i < net->first[spike->neuron + 1]; i++) {
        const struct izh_plain_synapse *s = &net->synapse[i];
        if (part_of(net, s->delay) != part || s->to >= net->shape.neurons)
            continue;
        uint32_t slot = (spike->tick + s->delay) % net->shape.slots;
        net->sum[slot * net->shape.neurons + s->to] += s->weight;
        net->events++;
    }
    net->events += net->fillers[spike->neuron * net->shape.parts + part];
}

static void add_spikes(struct izh_plain *net)
{
    size_t kept = 0;
    uint32_t period = net->shape.slots - 1;
    for (size_t i = 0; i < net->spikes; i++) {
        struct izh_plain_spike spike = net->spike[i];
        uint32_t age = net->tick - spike.tick;
        if (age % period == 0)
            add_part(net, &spike, age / period);
        if (age < (net->shape.parts - 1) * period)
            net->spike[kept++] = spike;
    }
    net->spikes = kept;
}

void izh_plain_tick(struct izh_plain *net, izh_plain_seen *seen, void *context)
{
    for (uint32_t n = 0; n < net->neurons; n++)
        take_input(net, n);
    for (uint32_t i = 0; i < net->substeps; i++)
        substep(net, i, seen, context);
    add_spikes(net);
    net->tick++;
}

void izh_plain_stimulate(struct izh_plain *net, const struct izh_stimulus *s)
{
    int64_t size = (int64_t)1 << (net->arithmetic.format.w_bits + 2);
    int64_t rest = ((int64_t)s->value % size + size) % size;
    if (s->neuron >= net->shape.neurons)
        return;
    if (s->kind == IZH_STIMULUS_EVENT)
        net->sum[net->tick % net->shape.slots * net->shape.neurons + s->neuron] += s->value;
    if (s->kind == IZH_STIMULUS_CURRENT)
        net->bias[s->neuron] = (int32_t)(rest < size / 2 ? rest : rest - size);
}

void izh_plain_clear(struct izh_plain *net)
{
    for (uint32_t i = 0; i < net->shape.slots * net->shape.neurons; i++)
        net->sum[i] = 0;
    net->spikes = 0;
}
