// run_spike.c: a spike of a run in the terms of the network, spikes in order of time, their
// checksum SPDX-License-Identifier: Apache-2.0
#include "run_spike.h"

#include <stdlib.h>
#include <string.h>

enum { LEVEL_MAX = 7, QUARTERS = 4 };

static uint64_t substep_of(const struct izh_compiled *compiled, uint32_t tick, uint8_t substep)
{
    return (uint64_t)tick * compiled->substeps + substep;
}

struct izh_run_spike izh_run_spike_of(const struct izh_compiled *compiled,
                                      const struct izh_spike *spike)
{
    uint32_t neuron = compiled->logical[spike->neuron];
    uint64_t end = QUARTERS * (substep_of(compiled, spike->tick, spike->substep) + 1);
    return (struct izh_run_spike){
        .quarter = end - spike->level,
        .ms = izh_compiled_spike_ms(compiled, spike),
        .tick = spike->tick,
        .neuron = neuron,
        .population = (uint32_t)izh_compiled_population(compiled, neuron),
        .substep = spike->substep,
        .level = spike->level,
    };
}

// ---- Checksum -----------------------------------------------------------------------------------

// One step of SplitMix64, a bijection of 64 bits.
static uint64_t mix(uint64_t z)
{
    z += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

uint64_t izh_run_spike_hash(uint32_t tick, uint8_t substep, uint8_t level, uint32_t neuron)
{
    uint64_t when = (uint64_t)substep << 8 | level;
    return mix(mix((uint64_t)tick << 32 | neuron) ^ when);
}

// ---- Order --------------------------------------------------------------------------------------

static int by_time(const void *a, const void *b)
{
    const struct izh_run_spike *s = a, *t = b;
    if (s->quarter != t->quarter)
        return s->quarter < t->quarter ? -1 : 1;
    if (s->neuron != t->neuron)
        return s->neuron < t->neuron ? -1 : 1;
    return s->level < t->level ? 1 : s->level > t->level ? -1 : 0; // the earlier sub-step
}

// Gives what is before this quarter.
static void give_before(struct izh_run_sorter *s, uint64_t quarter)
{
    size_t n = 0;
    if (!s->count)
        return;
    qsort(s->held, s->count, sizeof *s->held, by_time);
    while (n < s->count && s->held[n].quarter < quarter)
        s->give(s->context, &s->held[n++]);
    memmove(s->held, s->held + n, (s->count - n) * sizeof *s->held);
    s->count -= n;
}

bool izh_run_sorter_take(struct izh_run_sorter *s, const struct izh_compiled *compiled,
                         const struct izh_run_spike *spike)
{
    uint64_t substep = substep_of(compiled, spike->tick, spike->substep);
    if (substep != s->substep) {
        // What is to come is of this sub-step or later, and its level is LEVEL_MAX or less.
        uint64_t end = QUARTERS * (substep + 1);
        give_before(s, end > LEVEL_MAX ? end - LEVEL_MAX : 0);
        s->substep = substep;
    }
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? 2 * s->capacity : 256;
        struct izh_run_spike *grown = realloc(s->held, capacity * sizeof *grown);
        if (!grown)
            return false;
        s->held = grown;
        s->capacity = capacity;
    }
    s->held[s->count++] = *spike;
    return true;
}

void izh_run_sorter_finish(struct izh_run_sorter *s)
{
    give_before(s, UINT64_MAX);
}

void izh_run_sorter_free(struct izh_run_sorter *s)
{
    free(s->held);
    *s = (struct izh_run_sorter){0};
}
