// soft_board_stream.c: events of a board in software as words of the stream
// SPDX-License-Identifier: Apache-2.0
#include "soft_board_internal.h"

enum { COUNT_MAX = 0xffffff, VALUE = 0xfff, VALUE_BITS = 12, LEVEL_AT = 12 };

// Words that all counts together take at most, that a spike takes, and a sample.
enum { COUNTS_WORDS = 6, SPIKE_WORDS = 3, SAMPLE_WORDS = 6 };

bool izh_soft_stream_flush(struct izh_soft_board *b)
{
    struct izh_frame *f = &b->stream.frame;
    f->kind = IZH_KIND_STREAM;
    if (!f->length || !izh_soft_ring_put(&b->ring, f))
        return false;
    f->length = 0;
    return true;
}

static bool has_room(struct izh_soft_board *b, size_t words)
{
    return b->stream.frame.length + 2 * words <= b->stream.room || izh_soft_stream_flush(b);
}

static void put_word(struct izh_soft_board *b, uint32_t word)
{
    struct izh_frame *f = &b->stream.frame;
    izh_soft_put(f->payload + f->length, 2, word);
    f->length += 2;
}

static void put_count(struct izh_soft_board *b, uint32_t kind, uint64_t *count)
{
    uint32_t part = *count < COUNT_MAX ? (uint32_t)*count : COUNT_MAX;
    if (!part)
        return;
    if (part >> VALUE_BITS)
        put_word(b, IZH_WORD_HIGH | part >> VALUE_BITS);
    put_word(b, kind | (part & VALUE));
    *count -= part;
}

bool izh_soft_stream_counts(struct izh_soft_board *b)
{
    struct izh_soft_stream *s = &b->stream;
    while (s->lost_spikes || s->lost_samples || s->ticks) {
        if (!has_room(b, COUNTS_WORDS))
            return false;
        put_count(b, IZH_WORD_LOST_SPIKES, &s->lost_spikes);
        put_count(b, IZH_WORD_LOST_SAMPLES, &s->lost_samples);
        if (s->ticks)
            s->substep = 0;
        put_count(b, IZH_WORD_TICKS, &s->ticks);
    }
    return true;
}

bool izh_soft_stream_spike(struct izh_soft_board *b, const struct izh_spike *spike)
{
    struct izh_soft_stream *s = &b->stream;
    uint16_t page = (uint16_t)(spike->neuron >> VALUE_BITS);
    if (!izh_soft_stream_counts(b) || !has_room(b, SPIKE_WORDS))
        return false;
    if (spike->substep != s->substep)
        put_word(b, IZH_WORD_SUBSTEP | spike->substep);
    if (page != s->page)
        put_word(b, IZH_WORD_PAGE | page);
    s->substep = spike->substep;
    s->page = page;
    put_word(b, (uint32_t)spike->level << LEVEL_AT | (spike->neuron & VALUE));
    return true;
}

bool izh_soft_stream_sample(struct izh_soft_board *b, uint32_t neuron)
{
    struct izh_state state = izh_model_state(b->engine.model, neuron);
    uint32_t w = (uint32_t)state.w, x = (uint32_t)state.x;
    const uint32_t words[SAMPLE_WORDS] = {
        IZH_WORD_SAMPLE | state.level, neuron, w & 0xffff, w >> 16, x & 0xffff, x >> 16};
    if (!izh_soft_stream_counts(b) || !has_room(b, SAMPLE_WORDS))
        return false;
    for (int i = 0; i < SAMPLE_WORDS; i++)
        put_word(b, words[i]);
    return true;
}
