// delivery.c: spikes in flight, and the rows that are due at the end of a tick
// SPDX-License-Identifier: Apache-2.0
#include "synapses.h"

#include <stdlib.h>
#include <string.h>

// So many synaptic events for each thread take less time than it takes to tell the threads.
enum { SMALL_PART = 8192 };

// gcc 12 drops calls of a function that only prefetches, unless they are inlined first.
#define IZH_FETCH static inline __attribute__((always_inline)) void

enum { LINE = 16, FETCHED = 512 }; // words

// ---- Spikes in flight ---------------------------------------------------------------------------

// Room for one more; forgets spikes of which every part has been added.
static bool make_room(struct izh_synapses *s)
{
    struct izh_flights *f = &s->flights;
    size_t gone = f->cursor[s->parts - 1];
    if (f->count < f->capacity)
        return true;
    if (gone && gone >= f->count / 2) {
        memmove(f->list, f->list + gone, (f->count - gone) * sizeof *f->list);
        f->count -= gone;
        for (uint32_t p = 0; p < s->parts; p++)
            f->cursor[p] -= gone;
        return true;
    }
    size_t capacity = f->capacity ? 2 * f->capacity : 1024;
    struct izh_flight *list = realloc(f->list, capacity * sizeof *list);
    if (!list)
        return false;
    f->list = list;
    f->capacity = capacity;
    return true;
}

// The beginning of the row is on its way while the rest of the tick is computed.
IZH_FETCH fetch_part(const struct izh_synapses *s, uint32_t neuron)
{
    const struct izh_row *row = &s->row[neuron * s->parts];
    for (uint32_t i = 0; i < row->events && i < FETCHED; i += LINE)
        __builtin_prefetch(row->data + i);
}

void izh_synapses_spike(struct izh_synapses *s, uint32_t neuron)
{
    struct izh_flights *f = &s->flights;
    fetch_part(s, neuron);
    if (make_room(s))
        f->list[f->count++] = (struct izh_flight){s->now, neuron};
    else
        s->lost += s->parts;
}

// Where the spikes end whose part p is due, from the cursor on.
static size_t due(const struct izh_synapses *s, uint32_t p)
{
    const struct izh_flights *f = &s->flights;
    uint32_t time = s->now - p * (s->slots - 1);
    size_t i = f->cursor[p];
    while (i < f->count && f->list[i].time == time)
        i++;
    return i;
}

// ---- The end of a tick --------------------------------------------------------------------------

struct delivery {
    const struct izh_synapses *synapses;
    const struct izh_kernel *kernel;
    size_t end[4];       // spikes cursor[p]..end[p]-1 have their part p added
    uint32_t *slots[64]; // of each delay
    bool starved;        // no memory to make rows ready with
};

// Makes the row ready, or adds it when there is no memory for that: then also its next spikes of
// this tick, of which add_partition must add all or none.
static void ready_row(struct izh_synapses *s, uint32_t r, struct delivery *d)
{
    if (r < s->ordered && s->row[r].stale && !d->starved)
        d->starved = !izh_row_compile(s, r);
    s->events += s->row[r].stale ? izh_row_add_words(s, r, d->slots) : s->row[r].events;
}

IZH_FETCH fetch_row(const struct izh_synapses *s, const struct delivery *d, uint32_t p, size_t i)
{
    if (i < d->end[p])
        __builtin_prefetch(s->row[s->flights.list[i].neuron * s->parts + p].data);
}

static void add_partition(void *context, unsigned partition)
{
    const struct delivery *d = context;
    const struct izh_synapses *s = d->synapses;
    for (uint32_t p = 0; p < s->parts; p++) {
        for (size_t i = s->flights.cursor[p]; i < d->end[p]; i++) {
            fetch_row(s, d, p, i + 1);
            uint32_t r = s->flights.list[i].neuron * s->parts + p;
            if (!s->row[r].stale)
                izh_row_add(s, r, partition, d->slots, d->kernel);
        }
    }
}

void izh_synapses_end_tick(struct izh_synapses *s, uint32_t tick, struct izh_pool *pool,
                           const struct izh_kernel *kernel)
{
    struct delivery d = {.synapses = s, .kernel = kernel};
    uint64_t before = s->events;
    izh_synapses_order(s);
    for (uint32_t delay = 0; delay < s->slots; delay++)
        d.slots[delay] = izh_synapses_slot(s, tick + delay);
    for (uint32_t p = 0; p < s->parts; p++) {
        d.end[p] = due(s, p);
        for (size_t i = s->flights.cursor[p]; i < d.end[p]; i++)
            ready_row(s, s->flights.list[i].neuron * s->parts + p, &d);
    }
    uint64_t events = s->events - before;
    if (events)
        izh_pool_run(pool, add_partition, &d, events / s->partitions < SMALL_PART);
    for (uint32_t p = 0; p < s->parts; p++)
        s->flights.cursor[p] = d.end[p];
    s->now++;
}
