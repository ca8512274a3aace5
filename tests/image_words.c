// image_words.c: what an image says, for tests
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "image_words.h"

#include <stdlib.h>

static const uint32_t *find(const struct izh_image *image, uint32_t address)
{
    for (uint32_t i = image->section_count; i-- > 0;) {
        const struct izh_image_section *s = &image->sections[i];
        if (address >= s->address && address - s->address < s->count)
            return &s->words[address - s->address];
    }
    return NULL;
}

uint32_t izh_image_word(const struct izh_image *image, uint32_t address)
{
    const uint32_t *word = find(image, address);
    if (!word)
        fail_msg("no word at %08lx", (unsigned long)address);
    return word ? *word : 0;
}

bool izh_image_has(const struct izh_image *image, uint32_t address)
{
    return find(image, address);
}

int32_t izh_signed_word(uint32_t word, int bits)
{
    return (int32_t)(word << (32 - bits)) >> (32 - bits);
}

// ---- Synapses -----------------------------------------------------------------------------------

struct rows {
    const struct izh_image *image;
    struct izh_arrival *arrivals;
    size_t count;
    uint32_t lanes, slots, parts;
    int target_bits, weight_bits, delta_bits;
};

static uint32_t end_of(const struct rows *r, uint32_t lane, uint32_t row)
{
    return izh_image_word(r->image, IZH_ADDRESS(IZH_REGION_ROW, lane, row));
}

static void read_row(struct rows *r, uint32_t lane, uint32_t pre, uint32_t part)
{
    uint32_t row = pre * r->parts + part, begin = row ? end_of(r, lane, row - 1) : 0, sum = 0;
    for (uint32_t i = begin; i < end_of(r, lane, row); i++) {
        uint32_t word = izh_image_word(r->image, IZH_ADDRESS(IZH_REGION_SYNAPSE, lane, i));
        uint32_t target = word & ((1u << r->target_bits) - 1);
        sum += word >> (r->target_bits + r->weight_bits);
        assert_true(1 + sum <= r->slots - 1);
        r->arrivals[r->count++] =
            (struct izh_arrival){pre, target * r->lanes + lane, part * (r->slots - 1) + 1 + sum,
                                 izh_signed_word(word >> r->target_bits, r->weight_bits)};
    }
}

int izh_compare_arrivals(const void *left, const void *right)
{
    const struct izh_arrival *a = left, *b = right;
    if (a->pre != b->pre)
        return a->pre < b->pre ? -1 : 1;
    if (a->post != b->post)
        return a->post < b->post ? -1 : 1;
    if (a->delay != b->delay)
        return a->delay < b->delay ? -1 : 1;
    return a->weight < b->weight ? -1 : a->weight > b->weight;
}

struct izh_arrival *izh_image_synapses(const struct izh_image *image, size_t *count)
{
    const struct izh_image_engine *e = &image->engine;
    struct rows r = {.image = image,
                     .lanes = e->lanes,
                     .slots = e->ring & 0xffff,
                     .parts = e->ring >> 16,
                     .target_bits = e->synapse_format & 0xff,
                     .weight_bits = e->synapse_format >> 8 & 0xff,
                     .delta_bits = e->synapse_format >> 16 & 0xff};
    r.arrivals = malloc(((size_t)e->synapses * e->lanes + 1) * sizeof *r.arrivals);
    assert_non_null(r.arrivals);
    for (uint32_t lane = 0; lane < e->lanes; lane++) {
        uint32_t last = end_of(&r, lane, e->neurons * r.parts - 1);
        assert_true(last <= e->synapses);
        assert_int_equal(last > 0, izh_image_has(image, IZH_ADDRESS(IZH_REGION_SYNAPSE, lane, 0)));
        for (uint32_t row = 0; row < e->neurons * r.parts; row++)
            read_row(&r, lane, row / r.parts, row % r.parts);
    }
    qsort(r.arrivals, r.count, sizeof *r.arrivals, izh_compare_arrivals);
    *count = r.count;
    return r.arrivals;
}
