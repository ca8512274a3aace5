// stream.c: words of the stream become events
// SPDX-License-Identifier: Apache-2.0
#include "stream.h"

#include "link_codes.h"

enum { VALUE = 0xfff, LEVEL_AT = 12, KIND = 0xf000, SAMPLE_BYTES = 12 };

void izh_stream_begin(struct izh_stream *s, uint32_t neurons)
{
    *s = (struct izh_stream){.neurons = neurons, .substeps = 1, .resting = true};
}

void izh_stream_settle(struct izh_stream *s, uint32_t tick, uint32_t substeps, uint32_t neurons,
                       const uint8_t *probed)
{
    s->tick = s->sample_tick = tick;
    s->sample_substep = 0;
    s->sample_next = 0;
    s->substeps = substeps;
    s->neurons = neurons;
    s->probed = probed;
    s->probed_count = 0;
    for (uint32_t i = 0; probed && i < neurons; i++)
        s->probed_count += probed[i];
}

void izh_stream_run(struct izh_stream *s, uint32_t ticks)
{
    s->ticks_left += ticks;
    s->resting = s->resting && !ticks;
}

bool izh_stream_rests(const struct izh_stream *s)
{
    return !s->ticks_left && !s->sample_length && (!s->probed_count || s->sample_tick == s->tick);
}

static uint32_t count_of(struct izh_stream *s, uint32_t word)
{
    uint32_t count = (word & VALUE) | s->high << 12;
    s->high = 0;
    return count;
}

static bool fault(struct izh_stream *s, const char *what)
{
    s->fault = what;
    return false;
}

// ---- Each gives an event or none; false: none ---------------------------------------------------

static bool take_spike(struct izh_stream *s, uint32_t word, struct izh_event *e)
{
    uint32_t neuron = (uint32_t)s->page << 12 | (word & VALUE);
    if (neuron >= s->neurons || !s->ticks_left)
        return fault(s, "a spike of a neuron that is not updated");
    *e = (struct izh_event){.kind = IZH_EVENT_SPIKE,
                            .tick = s->tick,
                            .neuron = neuron,
                            .substep = s->substep,
                            .level = (uint8_t)(word >> LEVEL_AT)};
    return true;
}

static bool take_ticks(struct izh_stream *s, uint32_t word, struct izh_event *e)
{
    uint32_t count = count_of(s, word);
    if (count > s->ticks_left)
        return fault(s, "the end of a tick that nobody asked for");
    s->ticks_left -= count;
    s->tick += count;
    s->substep = 0;
    *e = (struct izh_event){.kind = IZH_EVENT_TICKS, .tick = s->tick - 1, .count = count};
    return count;
}

static bool take_lost_spikes(struct izh_stream *s, uint32_t word, struct izh_event *e)
{
    uint32_t count = count_of(s, word);
    s->lost_spikes += count;
    *e = (struct izh_event){.kind = IZH_EVENT_LOST_SPIKES, .tick = s->tick, .count = count};
    return count;
}

// The time of the sample that is so many ahead.
static void pass_samples(struct izh_stream *s, uint64_t count)
{
    uint64_t next = s->sample_next + count;
    uint64_t substep = s->sample_substep + next / s->probed_count;
    s->sample_next = (uint32_t)(next % s->probed_count);
    s->sample_tick += (uint32_t)(substep / s->substeps);
    s->sample_substep = (uint16_t)(substep % s->substeps);
}

static bool take_lost_samples(struct izh_stream *s, uint32_t word, struct izh_event *e)
{
    uint32_t count = count_of(s, word);
    if (count && !s->probed_count)
        return fault(s, "lost samples where no neuron is probed");
    *e = (struct izh_event){.kind = IZH_EVENT_LOST_SAMPLES,
                            .tick = s->sample_tick,
                            .substep = s->sample_substep,
                            .count = count};
    s->lost_samples += count;
    if (count)
        pass_samples(s, count);
    return count;
}

static int32_t long_word(const uint8_t *bytes)
{
    return (int32_t)(bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
                     (uint32_t)bytes[3] << 24);
}

static bool end_sample(struct izh_stream *s, struct izh_event *e)
{
    const uint8_t *b = s->sample;
    uint32_t neuron = (uint32_t)(b[2] | b[3] << 8);
    s->sample_length = 0;
    if (!s->probed_count || neuron >= s->neurons || !s->probed[neuron])
        return fault(s, "a sample of a neuron that is not probed");
    *e = (struct izh_event){.kind = IZH_EVENT_SAMPLE,
                            .tick = s->sample_tick,
                            .neuron = neuron,
                            .w = long_word(b + 4),
                            .x = long_word(b + 8),
                            .substep = s->sample_substep,
                            .level = b[0]};
    pass_samples(s, 1);
    return true;
}

static bool take_substep(struct izh_stream *s, uint32_t word)
{
    s->substep = word & VALUE;
    return s->substep < s->substeps ? false : fault(s, "a sub-step that no tick has");
}

static bool take_high(struct izh_stream *s, uint32_t word)
{
    s->high = word & VALUE;
    return false;
}

static bool take_word(struct izh_stream *s, uint32_t word, struct izh_event *e)
{
    if (!(word & 0x8000))
        return take_spike(s, word, e);
    switch (word & KIND) {
    case IZH_WORD_SUBSTEP:
        return take_substep(s, word);
    case IZH_WORD_PAGE:
        s->page = word & VALUE;
        return false;
    case IZH_WORD_TICKS:
        return take_ticks(s, word, e);
    case IZH_WORD_SAMPLE:
        s->sample[0] = word & 7;
        s->sample_length = 2;
        return false;
    case IZH_WORD_LOST_SPIKES:
        return take_lost_spikes(s, word, e);
    case IZH_WORD_LOST_SAMPLES:
        return take_lost_samples(s, word, e);
    case IZH_WORD_HIGH:
        return take_high(s, word);
    }
    return fault(s, "a word of a kind that this library does not know");
}

static bool take(struct izh_stream *s, const uint8_t *bytes, struct izh_event *e)
{
    if (!s->sample_length)
        return take_word(s, (uint32_t)(bytes[0] | bytes[1] << 8), e);
    s->sample[s->sample_length++] = bytes[0];
    s->sample[s->sample_length++] = bytes[1];
    return s->sample_length == SAMPLE_BYTES && end_sample(s, e);
}

size_t izh_stream_decode(struct izh_stream *s, const uint8_t *bytes, size_t count,
                         struct izh_event *events, size_t size, size_t *used)
{
    size_t made = 0, i = 0;
    while (made < size && !s->fault) {
        if (!s->resting && izh_stream_rests(s)) {
            events[made++] = (struct izh_event){.kind = IZH_EVENT_REST, .tick = s->tick - 1};
            s->resting = true;
        } else if (count - i >= 2) {
            made += take(s, bytes + i, &events[made]);
            i += 2;
        } else {
            break;
        }
    }
    *used = i;
    return made;
}
