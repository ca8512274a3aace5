// synapses.c: the synapse memories of a golden model
// SPDX-License-Identifier: Apache-2.0
#include "synapses.h"

#include <stdlib.h>
#include <string.h>

// Bits that number so many things.
static int bits_for(uint32_t things)
{
    int bits = 0;
    while (((uint64_t)1 << bits) < things)
        bits++;
    return bits;
}

static uint32_t lanes_of(const struct izh_shape *shape)
{
    return shape->lanes ? shape->lanes : 1;
}

// At least one, as in the core.
static int target_bits_of(const struct izh_shape *shape)
{
    int bits = bits_for(shape->neurons / lanes_of(shape));
    return bits ? bits : 1;
}

static bool is_power(uint32_t n, uint32_t least, uint32_t most)
{
    return n >= least && n <= most && !(n & (n - 1));
}

bool izh_synapses_valid(const struct izh_shape *s)
{
    if (!s->synapses)
        return !s->slots && !s->parts && !s->weight_bits && !s->delta_bits && !s->accumulator_bits;
    return s->synapses <= 1 << 24 && is_power(s->slots, 4, 64) && is_power(s->parts, 1, 4) &&
           s->weight_bits >= 2 && s->weight_bits <= 24 && s->delta_bits >= 1 &&
           s->delta_bits <= 8 && s->accumulator_bits >= s->weight_bits &&
           s->accumulator_bits <= 28 && target_bits_of(s) + s->weight_bits + s->delta_bits <= 32;
}

bool izh_synapses_new(struct izh_synapses *s, const struct izh_shape *shape)
{
    *s = (struct izh_synapses){.neurons = shape->neurons,
                               .lanes = lanes_of(shape),
                               .capacity = shape->synapses,
                               .slots = shape->slots,
                               .parts = shape->parts,
                               .target_bits = target_bits_of(shape),
                               .weight_bits = shape->weight_bits,
                               .delta_bits = shape->delta_bits,
                               .accumulator_bits = shape->accumulator_bits,
                               .end_bits = bits_for(shape->synapses + 1),
                               .rows = shape->neurons * shape->parts,
                               .partitions = 1,
                               .ends_written = true,
                               .bound = {0, shape->neurons}};
    s->stride = (shape->neurons + IZH_GROUP - 1) / IZH_GROUP * IZH_GROUP;
    s->word = calloc((size_t)s->lanes * s->capacity, sizeof *s->word);
    s->end = calloc((size_t)s->lanes * s->rows, sizeof *s->end);
    s->sum = calloc(s->slots * s->stride, sizeof *s->sum);
    s->row = calloc(s->rows, sizeof *s->row);
    for (uint32_t r = 0; s->row && r < s->rows; r++)
        s->row[r].stale = true;
    return s->word && s->end && s->sum && s->row;
}

void izh_synapses_free(struct izh_synapses *s)
{
    for (uint32_t r = 0; s->row && r < s->rows; r++)
        free(s->row[r].data);
    free(s->word);
    free(s->end);
    free(s->sum);
    free(s->row);
    free(s->scratch);
    free(s->flights.list);
}

// ---- Words and rows -----------------------------------------------------------------------------

// Only rows before s->ordered are put in their fast form: a word belongs to one of them at most,
// and row_with finds it. Rows of neurons that a host does not use may have any END.
void izh_synapses_order(struct izh_synapses *s)
{
    if (!s->ends_written)
        return;
    s->ends_written = false;
    s->ordered = s->rows;
    for (uint32_t lane = 0; lane < s->lanes; lane++) {
        const uint32_t *ends = s->end + (size_t)lane * s->rows;
        for (uint32_t r = 1; r < s->ordered; r++)
            if (ends[r] < ends[r - 1])
                s->ordered = r;
    }
    for (uint32_t r = s->ordered; r < s->rows; r++)
        s->row[r].stale = true;
}

static void make_all_stale(struct izh_synapses *s)
{
    for (uint32_t r = 0; r < s->rows; r++)
        s->row[r].stale = true;
    s->any_row = false;
}

// The row before s->ordered that has this word; s->rows when none has.
static uint32_t row_with(const struct izh_synapses *s, uint32_t lane, uint32_t index)
{
    const uint32_t *ends = s->end + (size_t)lane * s->rows;
    uint32_t low = 0, high = s->ordered;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (ends[middle] > index)
            high = middle;
        else
            low = middle + 1;
    }
    return low < s->ordered ? low : s->rows;
}

static void make_stale(struct izh_synapses *s, uint32_t lane, uint32_t index)
{
    uint32_t first, end;
    if (!s->any_row)
        return;
    if (s->ends_written) {
        make_all_stale(s);
        return;
    }
    izh_synapses_span(s, lane, s->last_row[lane], &first, &end);
    if (s->last_row[lane] >= s->ordered || index < first || index >= end) {
        uint32_t r = row_with(s, lane, index);
        if (r == s->rows)
            return;
        s->last_row[lane] = r;
    }
    s->row[s->last_row[lane]].stale = true;
}

static uint32_t *word_at(const struct izh_synapses *s, uint32_t lane, uint32_t index)
{
    return lane < s->lanes && index < s->capacity ? s->word + (size_t)lane * s->capacity + index
                                                  : NULL;
}

bool izh_synapses_write_word(struct izh_synapses *s, uint32_t lane, uint32_t index, uint32_t word)
{
    uint32_t *at = word_at(s, lane, index);
    int unused = 32 - s->target_bits - s->weight_bits - s->delta_bits;
    if (!at)
        return false;
    *at = word << unused >> unused;
    make_stale(s, lane, index);
    return true;
}

bool izh_synapses_read_word(const struct izh_synapses *s, uint32_t lane, uint32_t index,
                            uint32_t *word)
{
    const uint32_t *at = word_at(s, lane, index);
    if (at)
        *word = *at;
    return at;
}

static uint32_t *end_at(const struct izh_synapses *s, uint32_t lane, uint32_t r)
{
    return lane < s->lanes && r < s->rows ? s->end + (size_t)lane * s->rows + r : NULL;
}

bool izh_synapses_write_end(struct izh_synapses *s, uint32_t lane, uint32_t index, uint32_t word)
{
    uint32_t *at = end_at(s, lane, index);
    if (!at)
        return false;
    *at = word & (((uint32_t)1 << s->end_bits) - 1);
    s->ends_written = true;
    s->row[index].stale = true;
    if (index + 1 < s->rows)
        s->row[index + 1].stale = true;
    return true;
}

bool izh_synapses_read_end(const struct izh_synapses *s, uint32_t lane, uint32_t index,
                           uint32_t *word)
{
    const uint32_t *at = end_at(s, lane, index);
    if (at)
        *word = *at;
    return at;
}

// ---- Accumulators -------------------------------------------------------------------------------

static uint32_t *sum_at(const struct izh_synapses *s, uint32_t index)
{
    uint32_t slot = index >> 16, neuron = index & 0xffff;
    return slot < s->slots && neuron < s->neurons ? s->sum + slot * s->stride + neuron : NULL;
}

bool izh_synapses_write_sum(struct izh_synapses *s, uint32_t index, uint32_t word)
{
    uint32_t *at = sum_at(s, index);
    if (at)
        *at = word;
    return at;
}

bool izh_synapses_read_sum(const struct izh_synapses *s, uint32_t index, uint32_t *word)
{
    const uint32_t *at = sum_at(s, index);
    int unused = 32 - s->accumulator_bits;
    if (at)
        *word = (uint32_t)((int32_t)(*at << unused) >> unused);
    return at;
}

void izh_synapses_clear(struct izh_synapses *s)
{
    memset(s->sum, 0, s->slots * s->stride * sizeof *s->sum);
    s->flights.count = 0;
    memset(s->flights.cursor, 0, sizeof s->flights.cursor);
}

void izh_synapses_divide(struct izh_synapses *s, unsigned partitions, const uint32_t *bound)
{
    size_t size = (partitions + 1) * sizeof *bound;
    if (s->partitions == partitions && !memcmp(s->bound, bound, size))
        return;
    s->partitions = partitions;
    memcpy(s->bound, bound, size);
    make_all_stale(s);
}
