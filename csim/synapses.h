// synapses.h: the synapses of a golden model: memories, rows in flight, accumulators
// SPDX-License-Identifier: Apache-2.0
//
// docs/contract.md, "Synapses". The words as the bus sees them are kept; a row is put in a form
// that is fast to add when its neuron first spikes after a write.
#ifndef IZH_SYNAPSES_H
#define IZH_SYNAPSES_H

#include "kernel.h"
#include "model.h"
#include "pool.h"

enum { IZH_THREADS_MAX = 64 };

// A row of all lanes together. Up to date when it is not stale; data is NULL when there is nothing
// to add.
struct izh_row {
    uint32_t *data; // rows.c says what is in it
    uint32_t events;
    bool stale;
};

// A spike whose row, or part of it, is still to be added.
struct izh_flight {
    uint32_t time; // synapses.now of the tick of the spike
    uint32_t neuron;
};

// Spikes in the order of time; part p of the row of all before cursor[p] has been added.
struct izh_flights {
    struct izh_flight *list;
    size_t count, capacity;
    size_t cursor[4];
};

struct izh_synapses {
    uint32_t neurons, lanes, capacity, slots, parts;
    int target_bits, weight_bits, delta_bits, accumulator_bits, end_bits;
    uint32_t rows;  // neurons * parts
    uint32_t *word; // [lanes][capacity]
    uint32_t *end;  // [lanes][rows]
    size_t stride;  // of a slot
    uint32_t *sum;  // [slots][stride], of which accumulator_bits count
    struct izh_row *row;
    uint32_t last_row[16]; // of each lane: where a word was last written
    bool any_row;          // one has been put in its fast form
    bool ends_written;     // since izh_synapses_order
    uint32_t ordered;      // rows before this one have ascending ENDs in every lane
    uint64_t *scratch;     // for one row
    size_t scratch_size;
    unsigned partitions;
    uint32_t bound[IZH_THREADS_MAX + 1]; // partition i has the targets bound[i]..bound[i+1]-1
    uint32_t now;                        // counts ticks
    struct izh_flights flights;
    uint64_t events;
    uint32_t lost; // parts, for lack of memory
};

// Whether the contract has synapses of this shape; without any it has too.
bool izh_synapses_valid(const struct izh_shape *shape);

// False without memory; to be freed either way. The shape has synapses.
bool izh_synapses_new(struct izh_synapses *s, const struct izh_shape *shape);
void izh_synapses_free(struct izh_synapses *s);

// Finds s->ordered, when ENDs have been written since. Before rows are put in their fast form.
void izh_synapses_order(struct izh_synapses *s);

// The memories. false: no such word.
bool izh_synapses_write_word(struct izh_synapses *s, uint32_t lane, uint32_t index, uint32_t word);
bool izh_synapses_read_word(const struct izh_synapses *s, uint32_t lane, uint32_t index,
                            uint32_t *word);
bool izh_synapses_write_end(struct izh_synapses *s, uint32_t lane, uint32_t index, uint32_t word);
bool izh_synapses_read_end(const struct izh_synapses *s, uint32_t lane, uint32_t index,
                           uint32_t *word);
bool izh_synapses_write_sum(struct izh_synapses *s, uint32_t index, uint32_t word);
bool izh_synapses_read_sum(const struct izh_synapses *s, uint32_t index, uint32_t *word);

// Register CLEAR.
void izh_synapses_clear(struct izh_synapses *s);

// Targets are divided so from now on; bound[0] is 0, bound[partitions] at least the neurons.
void izh_synapses_divide(struct izh_synapses *s, unsigned partitions, const uint32_t *bound);

// The accumulators of a tick, of neuron 0 on.
static inline uint32_t *izh_synapses_slot(const struct izh_synapses *s, uint32_t tick)
{
    return s->sum + (tick & (s->slots - 1)) * s->stride;
}

// Adds to an accumulator of the next tick to start.
static inline void izh_synapses_inject(struct izh_synapses *s, uint32_t tick, uint32_t neuron,
                                       uint32_t value)
{
    izh_synapses_slot(s, tick)[neuron] += value;
}

// The words of row r in a lane: first..end-1, whatever END holds.
static inline void izh_synapses_span(const struct izh_synapses *s, uint32_t lane, uint32_t r,
                                     uint32_t *first, uint32_t *end)
{
    const uint32_t *ends = s->end + (size_t)lane * s->rows;
    *first = r ? ends[r - 1] : 0;
    *end = ends[r] < s->capacity ? ends[r] : s->capacity;
}

// The parts of a word.
struct izh_synapse {
    uint32_t target; // number within the lane
    int32_t weight;
    uint32_t delta;
};

static inline struct izh_synapse izh_synapses_parts(const struct izh_synapses *s, uint32_t word)
{
    uint32_t low = word & (((uint32_t)1 << s->target_bits) - 1);
    uint32_t high = s->target_bits ? word >> s->target_bits : word;
    int unused = 32 - s->weight_bits;
    return (struct izh_synapse){low, (int32_t)(high << unused) >> unused, high >> s->weight_bits};
}

// rows.c. Puts a row in its fast form; false without memory, and then it stays stale.
bool izh_row_compile(struct izh_synapses *s, uint32_t r);

// Adds one partition of a row that is not stale; slots[d] is where delay d goes, and 0 is S.
void izh_row_add(const struct izh_synapses *s, uint32_t r, unsigned partition,
                 uint32_t *const *slots, const struct izh_kernel *kernel);

// Adds a whole row from its words, without memory. Returns its events.
uint32_t izh_row_add_words(const struct izh_synapses *s, uint32_t r, uint32_t *const *slots);

// delivery.c. Notes that a neuron has spiked in the tick under way.
void izh_synapses_spike(struct izh_synapses *s, uint32_t neuron);

// Ends a tick: adds all that is due in it. The pool has as many threads as there are partitions.
void izh_synapses_end_tick(struct izh_synapses *s, uint32_t tick, struct izh_pool *pool,
                           const struct izh_kernel *kernel);

#endif
