// rows.c: rows in a form that is fast to add
// SPDX-License-Identifier: Apache-2.0
//
// A row of all lanes is sorted by partition, delay and target. Its data is where each partition
// begins (and the last ends), then for each partition its segments, each of one delay:
//
//   header  delay | kind << 6 | count << 8
//   LIST    count synapses: weight << 16 | target, or target and weight when a weight is wide
//   RUN     first target, then count weights of 16 bits (wide: 32), for consecutive targets
#include "synapses.h"

#include <stdlib.h>
#include <string.h>

enum { KIND_SHIFT = 6, COUNT_SHIFT = 8, LONGEST_LIST = 1 << 20, SHORTEST_RUN = 16 };

static bool is_wide(const struct izh_synapses *s)
{
    return s->weight_bits > 16;
}

// ---- The words of a row, sorted -----------------------------------------------------------------

// A synapse in 64 bits that sort as they should.
enum { TARGET_SHIFT = 32, DELAY_SHIFT = 48, PARTITION_SHIFT = 54 };

static uint32_t target_of(uint64_t synapse)
{
    return (uint32_t)(synapse >> TARGET_SHIFT) & 0xffff;
}

static unsigned partition_of(const struct izh_synapses *s, uint32_t target)
{
    unsigned p = 0;
    while (target >= s->bound[p + 1])
        p++;
    return p;
}

static size_t words_of(const struct izh_synapses *s, uint32_t r)
{
    size_t count = 0;
    for (uint32_t lane = 0; lane < s->lanes; lane++) {
        uint32_t first, end;
        izh_synapses_span(s, lane, r, &first, &end);
        count += first < end ? end - first : 0;
    }
    return count;
}

static size_t gather_lane(const struct izh_synapses *s, uint32_t r, uint32_t lane, uint64_t *list)
{
    uint32_t first, end, delay = 1;
    size_t count = 0;
    const uint32_t *words = s->word + (size_t)lane * s->capacity;
    izh_synapses_span(s, lane, r, &first, &end);
    for (uint32_t i = first; i < end; i++) {
        struct izh_synapse synapse = izh_synapses_parts(s, words[i]);
        uint32_t target = synapse.target * s->lanes + lane;
        delay = (delay + synapse.delta) & (s->slots - 1);
        if (target < s->neurons)
            list[count++] = (uint64_t)partition_of(s, target) << PARTITION_SHIFT |
                            (uint64_t)delay << DELAY_SHIFT | (uint64_t)target << TARGET_SHIFT |
                            (uint32_t)synapse.weight;
    }
    return count;
}

static bool is_sorted(const uint64_t *list, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (list[i - 1] >> TARGET_SHIFT > list[i] >> TARGET_SHIFT)
            return false;
    }
    return true;
}

// Sorts by 8 bits from shift on, those of equal bits as before; false when all are equal.
static bool sort_by_byte(const uint64_t *from, uint64_t *to, size_t count, int shift)
{
    size_t place[257] = {0};
    for (size_t i = 0; i < count; i++)
        place[(from[i] >> shift & 255) + 1]++;
    if (place[(from[0] >> shift & 255) + 1] == count)
        return false;
    for (int i = 0; i < 256; i++)
        place[i + 1] += place[i];
    for (size_t i = 0; i < count; i++)
        to[place[from[i] >> shift & 255]++] = from[i];
    return true;
}

// Returns list or other, whichever has the result.
static uint64_t *sort(uint64_t *list, uint64_t *other, size_t count)
{
    if (is_sorted(list, count))
        return list;
    for (int shift = TARGET_SHIFT; shift < 64; shift += 8) {
        if (sort_by_byte(list, other, count, shift)) {
            uint64_t *swap = list;
            list = other;
            other = swap;
        }
    }
    return list;
}

// ---- Segments -----------------------------------------------------------------------------------

struct writer {
    uint32_t *at;
    bool wide;
};

static uint32_t run_length(const uint64_t *list, size_t count)
{
    uint32_t length = 1;
    while (length < count && target_of(list[length]) == target_of(list[0]) + length)
        length++;
    return length;
}

static void write_synapse(struct writer *w, uint64_t synapse)
{
    if (!w->wide) {
        *w->at++ = (uint32_t)synapse << 16 | target_of(synapse);
        return;
    }
    *w->at++ = target_of(synapse);
    *w->at++ = (uint32_t)synapse;
}

static void write_lists(struct writer *w, uint32_t delay, const uint64_t *list, size_t count)
{
    uint32_t *header = NULL;
    for (size_t i = 0; i < count;) {
        uint32_t length = run_length(list + i, count - i);
        for (uint32_t j = 0; length < SHORTEST_RUN && j < length; j++) {
            if (!header || *header >> COUNT_SHIFT == LONGEST_LIST) {
                header = w->at++;
                *header = delay;
            }
            write_synapse(w, list[i + j]);
            *header += 1 << COUNT_SHIFT;
        }
        i += length;
    }
}

static void write_run(struct writer *w, uint32_t delay, const uint64_t *list, uint32_t length)
{
    *w->at++ = delay | 1 << KIND_SHIFT | length << COUNT_SHIFT;
    *w->at++ = target_of(list[0]);
    for (uint32_t i = 0; w->wide && i < length; i++)
        *w->at++ = (uint32_t)list[i];
    int16_t *narrow = (int16_t *)w->at;
    for (uint32_t i = 0; !w->wide && i < length; i++)
        narrow[i] = (int16_t)list[i];
    w->at += w->wide ? 0 : (length + 1) / 2;
}

static void write_runs(struct writer *w, uint32_t delay, const uint64_t *list, size_t count)
{
    for (size_t i = 0; i < count;) {
        uint32_t length = run_length(list + i, count - i);
        if (length >= SHORTEST_RUN)
            write_run(w, delay, list + i, length);
        i += length;
    }
}

// Every synapse, sorted, of one partition from *next on.
static void write_partition(struct writer *w, unsigned partition, const uint64_t *list,
                            size_t count, size_t *next)
{
    while (*next < count && list[*next] >> PARTITION_SHIFT == partition) {
        size_t first = *next, i = first;
        while (i < count && list[i] >> DELAY_SHIFT == list[first] >> DELAY_SHIFT)
            i++;
        uint32_t delay = (uint32_t)(list[first] >> DELAY_SHIFT) & 63;
        write_lists(w, delay, list + first, i - first);
        write_runs(w, delay, list + first, i - first);
        *next = i;
    }
}

// A header for every synapse is more than there can be; no run is longer than its list.
static size_t most_data(const struct izh_synapses *s, size_t words)
{
    return s->partitions + 1 + 3 * words;
}

static bool reserve(struct izh_synapses *s, size_t words)
{
    size_t size = 2 * words + (most_data(s, words) + 1) / 2;
    if (size <= s->scratch_size)
        return true;
    uint64_t *scratch = realloc(s->scratch, size * sizeof *scratch);
    if (!scratch)
        return false;
    s->scratch = scratch;
    s->scratch_size = size;
    return true;
}

bool izh_row_compile(struct izh_synapses *s, uint32_t r)
{
    struct izh_row *row = &s->row[r];
    size_t words = words_of(s, r), count = 0, next = 0;
    free(row->data);
    *row = (struct izh_row){.stale = words > 0};
    if (!words)
        return true;
    if (!reserve(s, words))
        return false;
    for (uint32_t lane = 0; lane < s->lanes; lane++)
        count += gather_lane(s, r, lane, s->scratch + count);
    const uint64_t *list = sort(s->scratch, s->scratch + words, count);
    uint32_t *data = (uint32_t *)(s->scratch + 2 * words);
    struct writer w = {data + s->partitions + 1, is_wide(s)};
    for (unsigned p = 0; p < s->partitions; p++) {
        data[p] = (uint32_t)(w.at - data);
        write_partition(&w, p, list, count, &next);
    }
    data[s->partitions] = (uint32_t)(w.at - data);
    row->data = malloc((size_t)(w.at - data) * sizeof *data);
    if (!row->data)
        return false;
    memcpy(row->data, data, (size_t)(w.at - data) * sizeof *data);
    row->events = (uint32_t)count;
    row->stale = false;
    s->any_row = true;
    return true;
}

// ---- Adding -------------------------------------------------------------------------------------

// Rows of a large network are in no cache; the processor's own prefetch stops at a page's end.
enum { LINE = 16, AHEAD = 256 }; // words

static const uint32_t *add_list(uint32_t *slot, const uint32_t *at, uint32_t count)
{
    uint32_t i = 0;
    for (; i + LINE <= count; i += LINE) {
        __builtin_prefetch(at + i + AHEAD);
        for (uint32_t j = i; j < i + LINE; j++)
            slot[at[j] & 0xffff] += (uint32_t)((int32_t)at[j] >> 16);
    }
    for (; i < count; i++)
        slot[at[i] & 0xffff] += (uint32_t)((int32_t)at[i] >> 16);
    return at + count;
}

static const uint32_t *add_wide_list(uint32_t *slot, const uint32_t *at, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        slot[at[2 * i]] += at[2 * i + 1];
    return at + 2 * (size_t)count;
}

static const uint32_t *add_run(uint32_t *slot, const uint32_t *at, uint32_t count, bool wide,
                               const struct izh_kernel *kernel)
{
    if (wide) {
        kernel->add_wide(slot + at[0], (const int32_t *)(at + 1), count);
        return at + 1 + count;
    }
    kernel->add_narrow(slot + at[0], (const int16_t *)(at + 1), count);
    return at + 1 + (count + 1) / 2;
}

void izh_row_add(const struct izh_synapses *s, uint32_t r, unsigned partition,
                 uint32_t *const *slots, const struct izh_kernel *kernel)
{
    const uint32_t *data = s->row[r].data;
    bool wide = is_wide(s);
    if (!data)
        return;
    const uint32_t *at = data + data[partition], *end = data + data[partition + 1];
    while (at < end) {
        uint32_t header = *at++, count = header >> COUNT_SHIFT;
        uint32_t *slot = slots[header & 63];
        if (header >> KIND_SHIFT & 1)
            at = add_run(slot, at, count, wide, kernel);
        else
            at = wide ? add_wide_list(slot, at, count) : add_list(slot, at, count);
    }
}

uint32_t izh_row_add_words(const struct izh_synapses *s, uint32_t r, uint32_t *const *slots)
{
    uint32_t events = 0;
    for (uint32_t lane = 0; lane < s->lanes; lane++) {
        const uint32_t *words = s->word + (size_t)lane * s->capacity;
        uint32_t first, end, delay = 1;
        izh_synapses_span(s, lane, r, &first, &end);
        for (uint32_t i = first; i < end; i++) {
            struct izh_synapse synapse = izh_synapses_parts(s, words[i]);
            uint32_t target = synapse.target * s->lanes + lane;
            delay = (delay + synapse.delta) & (s->slots - 1);
            if (target >= s->neurons)
                continue;
            slots[delay][target] += (uint32_t)synapse.weight;
            events++;
        }
    }
    return events;
}
