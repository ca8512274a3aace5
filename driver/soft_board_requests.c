// soft_board_requests.c: what the host asks a board in software, one after the other
// SPDX-License-Identifier: Apache-2.0
#include "soft_board_internal.h"

#include "crc32.h"

enum { WORD = 4, READ_LENGTH = 5, CHECK_LENGTH = 8, CHECK_MAX = 1 << 24, STIMULUS_LENGTH = 7 };

static struct izh_frame *first(struct izh_soft_requests *q)
{
    return &q->queue[q->first];
}

void izh_soft_requests_miss(struct izh_soft_board *b)
{
    struct izh_soft_requests *q = &b->requests;
    q->missed_due = q->missed_due || !q->missed_said;
    q->missed_said = true;
}

void izh_soft_requests_take(struct izh_soft_board *b, const struct izh_frame *frame)
{
    struct izh_soft_requests *q = &b->requests;
    uint16_t ahead = (uint16_t)(frame->number - q->wanted);
    if (ahead >= 0x8000)
        return;
    if (ahead || q->count == b->options.slots) {
        izh_soft_requests_miss(b);
        return;
    }
    q->queue[(q->first + q->count++) % b->options.slots] = *frame;
    q->wanted++;
    q->missed_due = q->missed_said = false;
}

// ---- One of them --------------------------------------------------------------------------------

static void answer(struct izh_soft_board *b, enum izh_link status, size_t count, uint8_t length)
{
    struct izh_soft_requests *q = &b->requests;
    struct izh_frame *a = &q->answer;
    a->kind = IZH_KIND_DONE;
    a->length = (uint8_t)(length + 4);
    izh_soft_put(a->payload, 2, first(q)->number);
    a->payload[2 + length] = (uint8_t)count;
    a->payload[3 + length] = (uint8_t)status;
    q->answered = true;
}

// The i-th word from an address on; false: behind the end of its field.
static bool address_of(const struct izh_frame *f, size_t i, uint32_t *address)
{
    uint32_t base = izh_soft_get(f->payload, 4);
    *address = base + (uint32_t)i;
    return (base & 0xffffff) + i <= 0xffffff;
}

static bool is_link(uint32_t address)
{
    return address >> 28 == IZH_REGION_LINK;
}

static bool is_run(uint32_t address)
{
    return address == IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_RUN);
}

static bool serve_write(struct izh_soft_board *b)
{
    struct izh_soft_requests *q = &b->requests;
    const struct izh_frame *f = first(q);
    size_t count = f->length < WORD ? 0 : (size_t)(f->length - WORD) / WORD;
    for (; q->progress < count; q->progress++) {
        uint32_t address, word = izh_soft_get(f->payload + WORD + WORD * q->progress, 4);
        bool there = address_of(f, q->progress, &address);
        if (there && !is_link(address) && !is_run(address) && !izh_soft_engine_rests(b))
            return false;
        if (there && izh_soft_engine_write(b, address, word))
            continue;
        answer(b, IZH_DONE_REFUSED, q->progress, 0);
        return true;
    }
    bool whole = f->length >= WORD && f->length % WORD == 0;
    answer(b, whole ? IZH_DONE_OK : IZH_DONE_MALFORMED, count, 0);
    return true;
}

static bool serve_read(struct izh_soft_board *b)
{
    struct izh_soft_requests *q = &b->requests;
    const struct izh_frame *f = first(q);
    if (f->length < READ_LENGTH) {
        answer(b, IZH_DONE_MALFORMED, 0, 0);
        return true;
    }
    size_t wanted = f->payload[4], most = b->options.room / WORD;
    size_t count = wanted < most ? wanted : most;
    for (; q->progress < count; q->progress++) {
        uint32_t address, word;
        bool there = address_of(f, q->progress, &address);
        if (there && !is_link(address) && !izh_soft_engine_rests(b))
            return false;
        if (!there || !izh_soft_engine_read(b, address, &word)) {
            answer(b, IZH_DONE_REFUSED, q->progress, (uint8_t)(WORD * q->progress));
            return true;
        }
        izh_soft_put(q->answer.payload + 2 + WORD * q->progress, 4, word);
    }
    answer(b, wanted > most ? IZH_DONE_MALFORMED : IZH_DONE_OK, count, (uint8_t)(WORD * count));
    return true;
}

static bool serve_check(struct izh_soft_board *b)
{
    const struct izh_frame *f = first(&b->requests);
    uint32_t count = f->length < CHECK_LENGTH ? CHECK_MAX : izh_soft_get(f->payload + 4, 4);
    uint32_t crc = 0, address, word;
    uint8_t bytes[WORD];
    if (count >= CHECK_MAX) {
        answer(b, IZH_DONE_MALFORMED, 0, 0);
        return true;
    }
    if (!is_link(izh_soft_get(f->payload, 4)) && !izh_soft_engine_rests(b))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!address_of(f, i, &address) || !izh_soft_engine_read(b, address, &word)) {
            answer(b, IZH_DONE_REFUSED, i, 0);
            return true;
        }
        izh_soft_put(bytes, WORD, word);
        crc = izh_crc32(crc, bytes, WORD);
    }
    izh_soft_put(b->requests.answer.payload + 2, WORD, crc);
    answer(b, IZH_DONE_OK, count, WORD);
    return true;
}

// One stimulus, from so many bytes; how many it took, 0: it is cut off or of no kind.
static size_t stimulate(struct izh_soft_engine *e, const uint8_t *bytes, size_t length)
{
    struct izh_stimulus s = {.kind = bytes[0]};
    if (bytes[0] == IZH_STIMULUS_END) {
        e->armed = e->stimulus;
        return 1;
    }
    if (length < STIMULUS_LENGTH ||
        (bytes[0] != IZH_STIMULUS_EVENT && bytes[0] != IZH_STIMULUS_CURRENT))
        return 0;
    s.neuron = izh_soft_get(bytes + 1, 2);
    s.value = (int32_t)izh_soft_get(bytes + 3, 4);
    izh_model_stimulate(e->model, &s);
    return STIMULUS_LENGTH;
}

static bool serve_stimuli(struct izh_soft_board *b)
{
    struct izh_soft_requests *q = &b->requests;
    struct izh_soft_engine *e = &b->engine;
    const struct izh_frame *f = first(q);
    if (!e->shape.synapses) {
        answer(b, IZH_DONE_REFUSED, 0, 0);
        return true;
    }
    if (!izh_soft_engine_rests(b))
        return false;
    izh_soft_engine_settle(e);
    while (q->progress < f->length) {
        if (e->armed)
            return false;
        size_t took = stimulate(e, f->payload + q->progress, f->length - q->progress);
        if (!took) {
            answer(b, IZH_DONE_MALFORMED, q->stimuli, 0);
            return true;
        }
        q->progress += took;
        q->stimuli++;
    }
    answer(b, IZH_DONE_OK, q->stimuli, 0);
    return true;
}

// false: it has to wait.
static bool serve(struct izh_soft_board *b)
{
    switch (first(&b->requests)->kind) {
    case IZH_KIND_READ:
        return serve_read(b);
    case IZH_KIND_WRITE:
        return serve_write(b);
    case IZH_KIND_CHECK:
        return serve_check(b);
    }
    return serve_stimuli(b);
}

// ---- All of them --------------------------------------------------------------------------------

static bool give_answer(struct izh_soft_board *b)
{
    struct izh_soft_requests *q = &b->requests;
    if (!izh_soft_ring_put(&b->ring, &q->answer))
        return false;
    q->answered = false;
    q->progress = 0;
    q->stimuli = 0;
    q->first = (q->first + 1) % b->options.slots;
    q->count--;
    return true;
}

static bool give_missed(struct izh_soft_board *b)
{
    struct izh_frame missed = {.kind = IZH_KIND_MISSED, .length = 2};
    izh_soft_put(missed.payload, 2, b->requests.wanted);
    if (!izh_soft_ring_put(&b->ring, &missed))
        return false;
    b->requests.missed_due = false;
    return true;
}

bool izh_soft_requests_work(struct izh_soft_board *b)
{
    struct izh_soft_requests *q = &b->requests;
    if (q->missed_due && give_missed(b))
        return true;
    if (q->answered)
        return give_answer(b);
    return q->count && serve(b);
}
