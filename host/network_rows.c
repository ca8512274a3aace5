// network_rows.c: synapses sorted into the rows of each lane
// SPDX-License-Identifier: Apache-2.0
#include "network_compile.h"

#include <stdlib.h>
#include <string.h>

enum { DELAY_AT = 56, TARGET_AT = 40, SHORT_ROW = 48 };

uint32_t izh_row_fillers(const struct izh_shape *shape, uint32_t gap)
{
    uint32_t largest = (1u << shape->delta_bits) - 1;
    return gap ? (gap - 1) / largest : 0;
}

// ---- What does not fit --------------------------------------------------------------------------

static const char *projection_of(const struct izh_network *n, size_t synapse)
{
    for (size_t i = 0; i < n->projection_count; i++) {
        if (synapse - n->projections[i].first < n->projections[i].count)
            return n->projections[i].label;
    }
    return "synapses";
}

static enum izh_network_status check_delays(const struct izh_compilation *c)
{
    const struct izh_network *n = c->network;
    uint32_t reach = c->shape.parts * (c->shape.slots - 1);
    for (size_t i = 0; i < n->synapses.count; i++) {
        uint32_t delay = n->synapses.delay[i];
        if (delay > reach)
            return izh_network_say(c->message, IZH_NETWORK_DOES_NOT_FIT,
                                   "%s: %s: a delay of %.9g ms, %lu ticks; the engine reaches %lu "
                                   "ticks, %.9g ms",
                                   n->path, projection_of(n, i), delay * n->tick_ms,
                                   (unsigned long)delay, (unsigned long)reach, reach * n->tick_ms);
    }
    return IZH_NETWORK_OK;
}

static enum izh_network_status fail_words(const struct izh_compilation *c, uint32_t lane,
                                          uint64_t words, uint64_t fillers)
{
    return izh_network_say(c->message, IZH_NETWORK_DOES_NOT_FIT,
                           "%s: lane %lu needs %llu synapse words, %llu of them to bridge gaps "
                           "between delays; the engine has %lu in each of %lu lanes",
                           c->network->path, (unsigned long)lane, (unsigned long long)words,
                           (unsigned long long)fillers, (unsigned long)c->shape.synapses,
                           (unsigned long)c->shape.lanes);
}

// ---- Sorting ------------------------------------------------------------------------------------

struct place {
    size_t row;
    uint64_t entry;
};

static struct place place_of(const struct izh_compilation *c, size_t i)
{
    const struct izh_synapse_list *s = &c->network->synapses;
    uint32_t pre = c->compiled->physical[s->pre[i]], post = c->compiled->physical[s->post[i]];
    uint32_t lanes = c->shape.lanes, span = c->shape.slots - 1, beyond = s->delay[i] - 1u;
    uint32_t part = beyond / span;
    uint32_t weight = (uint32_t)izh_weight_word(c, s->weight[i]);
    return (struct place){
        ((size_t)(post % lanes) * c->network->neuron_count + pre) * c->shape.parts + part,
        (uint64_t)(beyond % span) << DELAY_AT | (uint64_t)(post / lanes) << TARGET_AT | weight};
}

static void sort_short(uint64_t *entries, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint64_t entry = entries[i];
        size_t j = i;
        for (; j > 0 && entries[j - 1] >> TARGET_AT > entry >> TARGET_AT; j--)
            entries[j] = entries[j - 1];
        entries[j] = entry;
    }
}

// By one byte, equal ones as they come.
static void sort_byte(const uint64_t *from, uint64_t *to, size_t count, int shift)
{
    size_t next[257] = {0};
    for (size_t i = 0; i < count; i++)
        next[(from[i] >> shift & 0xff) + 1]++;
    for (size_t i = 0; i < 256; i++)
        next[i + 1] += next[i];
    for (size_t i = 0; i < count; i++)
        to[next[from[i] >> shift & 0xff]++] = from[i];
}

// By delay, then target. scratch has room for the row.
static void sort_row(uint64_t *entries, size_t count, uint64_t *scratch)
{
    if (count <= SHORT_ROW) {
        sort_short(entries, count);
        return;
    }
    sort_byte(entries, scratch, count, TARGET_AT);
    sort_byte(scratch, entries, count, TARGET_AT + 8);
    sort_byte(entries, scratch, count, DELAY_AT);
    memcpy(entries, scratch, count * sizeof *entries);
}

static bool sort_rows(const struct izh_row_table *t)
{
    size_t longest = 0;
    for (size_t r = 0; r < t->rows; r++) {
        size_t count = t->begin[r + 1] - t->begin[r];
        longest = count > longest ? count : longest;
    }
    uint64_t *scratch = malloc((longest ? longest : 1) * sizeof *scratch);
    for (size_t r = 0; scratch && r < t->rows; r++)
        sort_row(t->entries + t->begin[r], t->begin[r + 1] - t->begin[r], scratch);
    free(scratch);
    return scratch != NULL;
}

static void fill(struct izh_compilation *c)
{
    struct izh_row_table *t = &c->rows;
    size_t count = c->network->synapses.count;
    uint32_t *begin = t->begin;
    for (size_t i = 0; i < count; i++)
        begin[place_of(c, i).row + 1]++;
    for (size_t r = 0; r < t->rows; r++)
        begin[r + 1] += begin[r];
    for (size_t i = 0; i < count; i++) { // begin[r] goes to the end of its row
        struct place p = place_of(c, i);
        t->entries[begin[p.row]++] = p.entry;
    }
    for (size_t r = t->rows; r > 0; r--)
        begin[r] = begin[r - 1];
    begin[0] = 0;
}

// ---- Loads --------------------------------------------------------------------------------------

static uint64_t fillers_of(const struct izh_compilation *c, size_t row)
{
    const struct izh_row_table *t = &c->rows;
    uint64_t fillers = 0;
    uint32_t before = 0;
    for (size_t i = t->begin[row]; i < t->begin[row + 1]; i++) {
        uint32_t delay = (uint32_t)(t->entries[i] >> DELAY_AT);
        fillers += izh_row_fillers(&c->shape, delay - before);
        before = delay;
    }
    return fillers;
}

static enum izh_network_status load_lane(struct izh_compilation *c, uint32_t lane)
{
    const struct izh_network *n = c->network;
    struct izh_lane_load *load = &c->compiled->report.load[lane];
    size_t rows = (size_t)n->neuron_count * c->shape.parts;
    uint64_t words = 0, fillers = 0;
    for (size_t r = 0; r < rows; r++) {
        size_t row = lane * rows + r;
        uint32_t pre = c->compiled->logical[r / c->shape.parts];
        uint32_t count = c->rows.begin[row + 1] - c->rows.begin[row];
        if (!count)
            continue;
        words += count;
        fillers += fillers_of(c, row);
        load->events +=
            count * n->expected_hz[izh_population_of(n->populations, n->population_count, pre)];
    }
    words += fillers;
    if (words > c->shape.synapses)
        return fail_words(c, lane, words, fillers);
    load->words = (uint32_t)words;
    load->fillers = (uint32_t)fillers;
    return IZH_NETWORK_OK;
}

static enum izh_network_status load_lanes(struct izh_compilation *c)
{
    struct izh_network_report *r = &c->compiled->report;
    double events = 0, words = 0, most_events = 0, most_words = 0;
    for (uint32_t lane = 0; lane < r->lanes; lane++) {
        enum izh_network_status status = load_lane(c, lane);
        if (status)
            return status;
        events += r->load[lane].events;
        words += r->load[lane].words;
        most_events = r->load[lane].events > most_events ? r->load[lane].events : most_events;
        most_words = r->load[lane].words > most_words ? r->load[lane].words : most_words;
    }
    r->events_max_over_mean = events > 0 ? most_events * r->lanes / events : 1;
    r->words_max_over_mean = words > 0 ? most_words * r->lanes / words : 1;
    return IZH_NETWORK_OK;
}

enum izh_network_status izh_compile_rows(struct izh_compilation *c)
{
    const struct izh_network *n = c->network;
    struct izh_network_report *r = &c->compiled->report;
    size_t synapses = n->synapses.count;
    r->lanes = c->shape.lanes;
    r->events_max_over_mean = r->words_max_over_mean = 1;
    for (uint32_t lane = 0; lane < r->lanes; lane++)
        r->load[lane].neurons = (n->neuron_count + r->lanes - 1 - lane) / r->lanes;
    if (!c->shape.synapses)
        return IZH_NETWORK_OK;
    enum izh_network_status status = check_delays(c);
    if (status)
        return status;
    c->rows.rows = (size_t)r->lanes * n->neuron_count * c->shape.parts;
    c->rows.begin = calloc(c->rows.rows + 1, sizeof *c->rows.begin);
    c->rows.entries = malloc((synapses ? synapses : 1) * sizeof *c->rows.entries);
    if (!c->rows.begin || !c->rows.entries)
        return izh_compile_no_memory(c);
    fill(c);
    return sort_rows(&c->rows) ? load_lanes(c) : izh_compile_no_memory(c);
}
