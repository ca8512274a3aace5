// link_pair.c: both halves of the link, joined by a wire with faults, and a model to compare with
// SPDX-License-Identifier: Apache-2.0
#include "link_pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum {
    NEURONS = IZH_PAIR_NEURONS,
    LANES = 2,
    SYNAPSES = 256,
    ROW_WORDS = 5,
    SUBSTEPS = 3,
    STEP_US = 50,
    RETRY_US = 2000,
    MILLION = 1000000,
};

const struct izh_shape izh_pair_shape = {.format = {20, 24, 18},
                                         .neurons = NEURONS,
                                         .lanes = LANES,
                                         .synapses = SYNAPSES,
                                         .slots = 8,
                                         .parts = 1,
                                         .weight_bits = 16,
                                         .delta_bits = 3,
                                         .accumulator_bits = 24};

// ---- The wire -----------------------------------------------------------------------------------

static bool happens(struct izh_wire *w, uint32_t millionths)
{
    bool is = millionths && izh_random_below(w->random, MILLION) < millionths;
    w->broken += is;
    return is;
}

static void put_byte(struct izh_wire *w, uint8_t byte)
{
    const struct izh_wire_faults *f = w->faults;
    if (happens(w, f->cut))
        w->cut = izh_random_below(w->random, 60);
    if (happens(w, f->added) && w->count < IZH_PAIR_WIRE)
        w->bytes[w->count++] = (uint8_t)izh_random_next(w->random);
    if (happens(w, f->changed))
        byte ^= (uint8_t)(1 + izh_random_below(w->random, 255));
    bool lost = w->cut || happens(w, f->lost);
    w->cut -= w->cut > 0;
    if (!lost && w->count < IZH_PAIR_WIRE)
        w->bytes[w->count++] = byte;
}

void izh_wire_put(struct izh_wire *w, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_byte(w, bytes[i]);
    if (happens(w, w->faults->stall))
        w->stall = izh_random_below(w->random, 200);
}

// What comes out of a wire in one step.
static size_t take(struct izh_wire *w, uint8_t bytes[IZH_PAIR_BAUD])
{
    size_t count = w->count < IZH_PAIR_BAUD ? w->count : IZH_PAIR_BAUD;
    if (w->stall) {
        w->stall--;
        return 0;
    }
    memcpy(bytes, w->bytes, count);
    memmove(w->bytes, w->bytes + count, w->count - count);
    w->count -= count;
    return count;
}

// ---- The halves ---------------------------------------------------------------------------------

void izh_pair_begin(struct izh_pair *p, const struct izh_soft_board_options *options,
                    const struct izh_wire_faults *faults, uint64_t seed,
                    izh_session_answered *answered)
{
    *p = (struct izh_pair){.faults = *faults, .random = {seed}};
    p->up.faults = p->down.faults = &p->faults;
    p->up.random = p->down.random = &p->random;
    assert_true(izh_session_init(&p->session, RETRY_US, answered));
    assert_int_equal(izh_model_new(&izh_pair_shape, &p->model), IZH_MODEL_OK);
    assert_int_equal(izh_model_new(&izh_pair_shape, &p->reference), IZH_MODEL_OK);
    p->board = izh_soft_board_new(options, &izh_pair_shape, p->model);
    assert_non_null(p->board);
    izh_stream_begin(&p->stream, NEURONS);
    izh_session_begin(&p->session, (uint32_t)izh_random_next(&p->random), 0);
}

void izh_pair_end(struct izh_pair *p)
{
    izh_session_free(&p->session);
    izh_soft_board_free(p->board);
    izh_model_free(p->model);
    izh_model_free(p->reference);
}

void izh_pair_step(struct izh_pair *p)
{
    uint8_t bytes[IZH_PAIR_WIRE];
    p->now_us += STEP_US;
    while (IZH_PAIR_WIRE - p->up.count >= 2 * (size_t)IZH_SESSION_OUTPUT && p->up.count < 512) {
        size_t count = izh_session_output(&p->session, bytes, IZH_SESSION_OUTPUT, p->now_us);
        if (!count)
            break;
        izh_wire_put(&p->up, bytes, count);
    }
    izh_soft_board_receive(p->board, bytes, take(&p->up, bytes));
    if (p->down.count < 512)
        izh_wire_put(&p->down, bytes,
                     izh_soft_board_send(p->board, bytes, IZH_PAIR_BAUD, 4 * NEURONS));
    if (p->stopped)
        p->stopped--;
    else
        izh_session_receive(&p->session, bytes, take(&p->down, bytes), p->now_us);
}

// ---- The network --------------------------------------------------------------------------------

static void write_random(struct izh_random *random, uint32_t region, uint32_t field, int32_t least,
                         int32_t most,
                         void (*write)(void *context, uint32_t address, const uint32_t *words,
                                       size_t count),
                         void *context)
{
    uint32_t words[NEURONS];
    for (size_t i = 0; i < NEURONS; i++)
        words[i] =
            (uint32_t)(least + (int32_t)izh_random_below(random, (uint32_t)(most - least + 1)));
    write(context, IZH_ADDRESS(region, field, 0), words, NEURONS);
}

static void write_synapses(struct izh_random *random,
                           void (*write)(void *context, uint32_t address, const uint32_t *words,
                                         size_t count),
                           void *context)
{
    uint32_t words[SYNAPSES], ends[NEURONS];
    for (uint32_t lane = 0; lane < LANES; lane++) {
        for (size_t i = 0; i < SYNAPSES; i++)
            words[i] = izh_random_below(random, NEURONS / LANES) |
                       (izh_random_below(random, 4000) & 0xffff) << 5 |
                       izh_random_below(random, 2) << 21;
        for (uint32_t i = 0; i < NEURONS; i++)
            ends[i] = ROW_WORDS * (i + 1);
        write(context, IZH_ADDRESS(IZH_REGION_SYNAPSE, lane, 0), words, SYNAPSES);
        write(context, IZH_ADDRESS(IZH_REGION_ROW, lane, 0), ends, NEURONS);
    }
}

void izh_pair_network(uint64_t seed,
                      void (*write)(void *context, uint32_t address, const uint32_t *words,
                                    size_t count),
                      void *context)
{
    struct izh_random r = {seed};
    const uint32_t settings[] = {NEURONS, SUBSTEPS, 2, 1}, one = 1, shift = 4;
    write(context, IZH_REG_CLEAR, &one, 1);
    write(context, IZH_REG_NEURONS, settings, 4);
    write(context, IZH_REG_WEIGHT_SHIFT, &shift, 1);
    write_random(&r, IZH_REGION_STATE, IZH_FIELD_STATE_X, -(1 << 18), 1 << 18, write, context);
    write_random(&r, IZH_REGION_STATE, IZH_FIELD_STATE_W, -(1 << 19), 1 << 19, write, context);
    write_random(&r, IZH_REGION_STATE, IZH_FIELD_STATE_LEVEL, 0, 0, write, context);
    write_random(&r, IZH_REGION_RECORD, IZH_FIELD_RECORD_A, 1 << 10, 1 << 14, write, context);
    write_random(&r, IZH_REGION_RECORD, IZH_FIELD_RECORD_B, -(1 << 14), 1 << 14, write, context);
    write_random(&r, IZH_REGION_RECORD, IZH_FIELD_RECORD_E, -(1 << 18), 1 << 18, write, context);
    write_random(&r, IZH_REGION_RECORD, IZH_FIELD_RECORD_C, -(1 << 18), 0, write, context);
    write_random(&r, IZH_REGION_RECORD, IZH_FIELD_RECORD_D, 0, 1 << 18, write, context);
    write_random(&r, IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, 1 << 17, 1 << 18, write, context);
    write_random(&r, IZH_REGION_RECORD, IZH_FIELD_RECORD_DECAY, 1, 1, write, context);
    write_random(&r, IZH_REGION_RECORD, IZH_FIELD_RECORD_SD, 0, 1 << 12, write, context);
    write_random(&r, IZH_REGION_INPUT, 0, 0, 1 << 20, write, context);
    write_random(&r, IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, 0, 1, write, context);
    write_synapses(&r, write, context);
}

void izh_pair_write_model(void *model, uint32_t address, const uint32_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_int_equal(izh_model_write(model, address + (uint32_t)i, words[i]), IZH_MODEL_OK);
}

size_t izh_pair_stimuli(uint64_t seed, uint32_t tick, struct izh_stimulus stimuli[IZH_PAIR_STIMULI])
{
    struct izh_random random = {seed + tick * 0x9e3779b97f4a7c15};
    size_t count = izh_random_below(&random, IZH_PAIR_STIMULI);
    for (size_t i = 0; i < count; i++) {
        stimuli[i].kind = izh_random_below(&random, 8) ? IZH_STIMULUS_EVENT : IZH_STIMULUS_CURRENT;
        stimuli[i].neuron = izh_random_below(&random, NEURONS + 1); // one that there is not
        stimuli[i].value = (int32_t)izh_random_below(&random, 1 << 16);
    }
    stimuli[count++] = (struct izh_stimulus){.kind = IZH_STIMULUS_END};
    return count;
}

// ---- The oracle ---------------------------------------------------------------------------------

void izh_oracle_begin(struct izh_oracle *o, struct izh_model *model, uint64_t seed, bool stimuli)
{
    *o = (struct izh_oracle){.model = model, .seed = seed, .stimuli = stimuli};
    izh_model_read(model, IZH_REG_SUBSTEPS, &o->substeps);
    o->substep = o->substeps;
    o->tick = UINT32_MAX;
    for (uint32_t i = 0; i < NEURONS; i++) {
        uint32_t word = 0;
        izh_model_read(model, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, i),
                       &word);
        if (word)
            o->probed[o->probed_count++] = i;
    }
    o->probed_at = o->probed_count;
}

static void begin_tick(struct izh_oracle *o)
{
    struct izh_stimulus stimuli[IZH_PAIR_STIMULI];
    o->tick++;
    o->substep = 0;
    size_t count = o->stimuli ? izh_pair_stimuli(o->seed, o->tick, stimuli) : 0;
    for (size_t i = 0; i < count; i++)
        izh_model_stimulate(o->model, &stimuli[i]);
    izh_model_write(o->model, IZH_REG_RUN, 1);
}

static struct izh_event next_spike(struct izh_oracle *o)
{
    const struct izh_spike *s = &o->spikes[o->spike_at++];
    return (struct izh_event){.kind = IZH_EVENT_SPIKE,
                              .tick = s->tick,
                              .neuron = s->neuron,
                              .substep = s->substep,
                              .level = s->level};
}

static struct izh_event next_sample(struct izh_oracle *o)
{
    uint32_t neuron = o->probed[o->probed_at++];
    struct izh_state s = izh_model_state(o->model, neuron);
    return (struct izh_event){.kind = IZH_EVENT_SAMPLE,
                              .tick = o->tick,
                              .neuron = neuron,
                              .x = s.x,
                              .w = s.w,
                              .substep = (uint16_t)(o->substep - 1),
                              .level = s.level};
}

struct izh_event izh_oracle_next(struct izh_oracle *o)
{
    for (;;) {
        if (o->spike_at < o->spike_count)
            return next_spike(o);
        if (o->probed_at < o->probed_count)
            return next_sample(o);
        if (o->substep == o->substeps) {
            bool first = o->tick == UINT32_MAX;
            begin_tick(o);
            if (!first)
                return (struct izh_event){.kind = IZH_EVENT_TICKS, .tick = o->tick - 1, .count = 1};
        }
        izh_model_substep(o->model, o->spikes, &o->spike_count);
        o->substep++;
        o->spike_at = 0;
        o->probed_at = 0;
    }
}
