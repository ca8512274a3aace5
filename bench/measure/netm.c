// netm.c: the network of net.m of 2003, of any size
// SPDX-License-Identifier: Apache-2.0
#include "netm.h"

#include "draw.h"

#include <stdlib.h>
#include <string.h>

static struct netm_neuron excitatory(double r)
{
    return (struct netm_neuron){0.02, 0.2, -65 + 15 * r * r, 8 - 6 * r * r, 5};
}

static struct netm_neuron inhibitory(double r)
{
    return (struct netm_neuron){0.02 + 0.08 * r, 0.25 - 0.05 * r, -65, 2, 2};
}

static void make_neurons(struct netm *n, bool even, uint64_t *random)
{
    for (uint32_t i = 0; i < n->neurons; i++) {
        bool first = i < n->excitatory;
        uint32_t number = first ? i : i - n->excitatory;
        uint32_t count = first ? n->excitatory : n->neurons - n->excitatory;
        double r = even ? (number + 0.5) / count : izh_draw_uniform(random);
        n->neuron[i] = first ? excitatory(r) : inhibitory(r);
    }
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void make_synapses(struct netm *n, uint64_t *random)
{
    double scale = 1000.0 / n->degree;
    for (uint32_t i = 0; i < n->neurons; i++) {
        size_t row = (size_t)i * n->degree;
        for (size_t s = row; s < row + n->degree; s++) {
            double draw = izh_draw_uniform(random);
            n->weight[s] = (float)(scale * (i < n->excitatory ? 0.5 * draw : -draw));
            if (n->target)
                n->target[s] = (uint32_t)(izh_draw_uniform(random) * n->neurons);
        }
        if (n->target)
            qsort(n->target + row, n->degree, sizeof *n->target, ascending);
    }
}

bool netm_new(struct netm *n, uint32_t neurons, uint32_t degree, bool even, uint64_t seed)
{
    size_t synapses = (size_t)neurons * degree;
    *n = (struct netm){.neurons = neurons, .excitatory = neurons / 5 * 4, .degree = degree};
    n->neuron = calloc(neurons, sizeof *n->neuron);
    n->weight = malloc(synapses * sizeof *n->weight);
    if (degree != neurons)
        n->target = malloc(synapses * sizeof *n->target);
    if (!n->neuron || !n->weight || (degree != neurons && !n->target)) {
        netm_free(n);
        return false;
    }
    make_neurons(n, even, &seed);
    make_synapses(n, &seed);
    return true;
}

void netm_free(struct netm *n)
{
    free(n->neuron);
    free(n->target);
    free(n->weight);
    memset(n, 0, sizeof *n);
}

void netm_count(const struct netm *n, uint32_t neuron, struct netm_spikes *spikes)
{
    if (neuron < n->excitatory)
        spikes->excitatory++;
    else
        spikes->inhibitory++;
}

double netm_excitatory_hz(const struct netm *n, const struct netm_spikes *spikes, double ms)
{
    return 1000 * (double)spikes->excitatory / n->excitatory / ms;
}

double netm_inhibitory_hz(const struct netm *n, const struct netm_spikes *spikes, double ms)
{
    return 1000 * (double)spikes->inhibitory / (n->neurons - n->excitatory) / ms;
}
