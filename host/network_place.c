// network_place.c: which physical number a neuron gets
// SPDX-License-Identifier: Apache-2.0
//
// Lanes are the residues of the physical number, so numbers that are balanced over 16 residues are
// balanced over 8, 4, 2 and 1. There is one placement for all engines: noise and the order of
// events follow the physical number, and so do the bits.
#include "network_compile.h"

#include <stdlib.h>

struct load {
    double events; // that reach the neuron per second
    uint32_t neuron;
};

struct residue {
    double events;
    uint32_t room;
};

// Most first; equals in the order of the file.
static int compare_loads(const void *left, const void *right)
{
    const struct load *a = left, *b = right;
    if (a->events != b->events)
        return a->events < b->events ? 1 : -1;
    return a->neuron < b->neuron ? -1 : 1;
}

static void count_events(const struct izh_network *n, const double *hz, struct load *loads)
{
    const struct izh_synapse_list *s = &n->synapses;
    for (uint32_t i = 0; i < n->neuron_count; i++)
        loads[i] = (struct load){0, i};
    for (size_t i = 0; i < s->count; i++)
        loads[s->post[i]].events += hz[s->pre[i]];
}

// Expected rate of each neuron.
static void spread_rates(const struct izh_network *n, double *hz)
{
    for (size_t p = 0; p < n->population_count; p++) {
        for (uint32_t i = 0; i < n->populations[p].count; i++)
            hz[n->populations[p].first + i] = n->expected_hz[p];
    }
}

// The least loaded residue that has room; the first of equals.
static uint32_t least(const struct residue *residues)
{
    uint32_t best = IZH_LANES_MAX;
    for (uint32_t i = 0; i < IZH_LANES_MAX; i++) {
        if (residues[i].room &&
            (best == IZH_LANES_MAX || residues[i].events < residues[best].events))
            best = i;
    }
    return best;
}

// Longest first onto the least loaded, each residue getting exactly its share of neurons; within a
// residue in the order of the file.
static void place(const struct izh_network *n, struct load *loads, uint8_t *residue_of,
                  struct izh_compiled *compiled)
{
    struct residue residues[IZH_LANES_MAX];
    uint32_t next[IZH_LANES_MAX];
    for (uint32_t i = 0; i < IZH_LANES_MAX; i++) {
        residues[i] =
            (struct residue){0, (n->neuron_count + IZH_LANES_MAX - 1 - i) / IZH_LANES_MAX};
        next[i] = i;
    }
    qsort(loads, n->neuron_count, sizeof *loads, compare_loads);
    for (uint32_t i = 0; i < n->neuron_count; i++) {
        uint32_t r = least(residues);
        residues[r].events += loads[i].events;
        residues[r].room--;
        residue_of[loads[i].neuron] = (uint8_t)r;
    }
    for (uint32_t i = 0; i < n->neuron_count; i++) {
        uint32_t physical = next[residue_of[i]];
        next[residue_of[i]] += IZH_LANES_MAX;
        compiled->physical[i] = physical;
        compiled->logical[physical] = i;
    }
}

enum izh_network_status izh_compile_placement(struct izh_compilation *c)
{
    const struct izh_network *n = c->network;
    struct load *loads = malloc(n->neuron_count * sizeof *loads);
    double *hz = malloc(n->neuron_count * sizeof *hz);
    uint8_t *residue_of = malloc(n->neuron_count);
    c->compiled->physical = malloc(n->neuron_count * sizeof *c->compiled->physical);
    c->compiled->logical = malloc(n->neuron_count * sizeof *c->compiled->logical);
    bool good = loads && hz && residue_of && c->compiled->physical && c->compiled->logical;
    if (good) {
        spread_rates(n, hz);
        count_events(n, hz, loads);
        place(n, loads, residue_of, c->compiled);
    }
    free(loads);
    free(hz);
    free(residue_of);
    return good ? IZH_NETWORK_OK : izh_compile_no_memory(c);
}
