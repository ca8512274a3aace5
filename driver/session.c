// session.c: the host's half of the link: what comes, what is acknowledged, when to ask again
// SPDX-License-Identifier: Apache-2.0
#include "session.h"

#include "link_codes.h"

#include <stdlib.h>
#include <string.h>

enum {
    WINDOW = 16384, // bytes that the device may be allowed ahead; below 2^15
    WORDS_ROOM = 4 * WINDOW,
    RING_SHARE = 8,    // an ACK for each of these shares of the device's ring
    WINDOW_SHARE = 4,  // or of the window
    DELAYED_SHARE = 8, // the rest is acknowledged after this share of the retry time
    RETRIES_MAX = 3,   // the retry time doubles so often
    WELCOME_LENGTH = 9,
    WELCOME_LIMIT = 32,
    ROOM_LEAST = 8, // one word with its address, one stimulus
    SEND_AGAIN = 1,
};

// ---- Little things ------------------------------------------------------------------------------

static uint32_t get(const uint8_t *bytes, int count)
{
    uint32_t value = 0;
    for (int i = 0; i < count; i++)
        value |= (uint32_t)bytes[i] << 8 * i;
    return value;
}

static void put(uint8_t *bytes, int count, uint32_t value)
{
    for (int i = 0; i < count; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}

// How far position or number a is ahead of b; negative: behind.
static int ahead(uint16_t a, uint16_t b)
{
    int d = (uint16_t)(a - b);
    return d < 0x8000 ? d : d - 0x10000;
}

static void fail(struct izh_session *s, enum izh_status status, const char *reason)
{
    s->phase = IZH_SESSION_FAILED;
    s->status = status;
    s->reason = reason;
}

static uint16_t unacknowledged(const struct izh_session *s)
{
    return (uint16_t)(s->expected - s->acknowledged);
}

static bool is_later(const struct izh_session *s, uint64_t at, uint64_t wait)
{
    return s->now >= at + wait;
}

// ---- Life ---------------------------------------------------------------------------------------

bool izh_session_init(struct izh_session *s, uint64_t retry_us, izh_session_answered *answered)
{
    *s = (struct izh_session){.retry_us = retry_us, .answered = answered, .words_room = WORDS_ROOM};
    s->words = malloc(s->words_room);
    s->requests = calloc(IZH_SESSION_SLOTS, sizeof *s->requests);
    return s->words && s->requests;
}

void izh_session_free(struct izh_session *s)
{
    free(s->words);
    free(s->requests);
    *s = (struct izh_session){0};
}

void izh_session_begin(struct izh_session *s, uint32_t nonce, uint64_t now_us)
{
    struct izh_session begun = {
        .phase = IZH_SESSION_GREETING,
        .answered = s->answered,
        .retry_us = s->retry_us,
        .now = now_us,
        .nonce = nonce,
        .hello_due = true,
        .broken = s->broken,
        .waiting = s->waiting,
        .words = s->words,
        .words_room = s->words_room,
        .requests = s->requests,
    };
    *s = begun;
}

// ---- Words of the stream ------------------------------------------------------------------------

static bool make_room(struct izh_session *s, size_t room)
{
    uint8_t *words = malloc(room);
    if (!words)
        return false;
    memcpy(words, s->words + s->words_first, s->words_count);
    free(s->words);
    s->words = words;
    s->words_room = room;
    s->words_first = 0;
    return true;
}

// Room for a frame has been promised with the limit.
static void keep_words(struct izh_session *s, const uint8_t *bytes, size_t count)
{
    if (s->words_first + s->words_count + count > s->words_room) {
        memmove(s->words, s->words + s->words_first, s->words_count);
        s->words_first = 0;
    }
    memcpy(s->words + s->words_first + s->words_count, bytes, count);
    s->words_count += count;
}

const uint8_t *izh_session_words(const struct izh_session *s, size_t *bytes)
{
    *bytes = s->words_count;
    return s->words + s->words_first;
}

// The limit that there is room for now. It never goes back: what comes takes no more room than
// bytes.
static uint16_t possible_limit(const struct izh_session *s)
{
    size_t room = s->words_room - s->words_count;
    return (uint16_t)(s->expected + (room < WINDOW ? room : WINDOW));
}

// A request is served at the end of a tick, so what that tick gives must be taken first, and the
// caller may be the one who waits.
static void make_way_for_requests(struct izh_session *s)
{
    if ((s->owned || s->waiting) && s->words_room - s->words_count < WINDOW)
        make_room(s, 2 * s->words_room);
}

// What is left of the ring or of the limit may be too little for the frame that comes next.
static bool is_short(const struct izh_session *s)
{
    return s->ring - unacknowledged(s) < IZH_FRAME_WIRE ||
           ahead(s->limit, s->expected) < IZH_FRAME_WIRE;
}

static void consider_ack(struct izh_session *s)
{
    uint16_t behind = unacknowledged(s);
    make_way_for_requests(s);
    if (behind >= s->ring / RING_SHARE && behind)
        s->ack_due = true;
    if (ahead(possible_limit(s), s->limit) >= WINDOW / WINDOW_SHARE)
        s->ack_due = true;
    if (behind && s->decoder.length && is_short(s))
        s->ack_due = true;
    // Nothing is acknowledged, but room has come back for a device that has used up its limit.
    if (ahead(s->limit, s->expected) < IZH_FRAME_WIRE && possible_limit(s) != s->limit)
        s->ack_due = true;
}

void izh_session_take(struct izh_session *s, size_t bytes)
{
    s->words_first += bytes;
    s->words_count -= bytes;
    if (!s->words_count)
        s->words_first = 0;
    if (s->phase == IZH_SESSION_OPEN)
        consider_ack(s);
}

// ---- Frames -------------------------------------------------------------------------------------

static void ask_again(struct izh_session *s)
{
    s->asked = s->has_asked = true;
    s->asked_at = s->now;
    s->ack_due = s->again_due = true;
}

// What is broken off by the device because it was asked to go back looks like this too: asked
// again for every such piece, it would go back for ever.
static void take_broken(struct izh_session *s)
{
    s->broken++;
    if (s->phase != IZH_SESSION_OPEN || s->asked)
        return;
    if (!s->has_asked || is_later(s, s->asked_at, s->retry_us))
        ask_again(s);
    else
        s->silences = 0; // if nothing comes, it is asked for before long
}

static void take_welcome(struct izh_session *s, const struct izh_frame *f)
{
    const uint8_t *p = f->payload;
    if (f->kind != IZH_KIND_WELCOME || f->number || f->length < WELCOME_LENGTH ||
        get(p, 4) != s->nonce)
        return;
    s->version = p[4];
    s->slots = p[5];
    s->room = p[6];
    s->ring = (uint16_t)get(p + 7, 2);
    s->expected = (uint16_t)(f->length + IZH_FRAME_OVERHEAD);
    s->limit = WELCOME_LIMIT;
    s->news_at = s->unacknowledged_at = s->now;
    if (s->version != IZH_LINK_VERSION)
        fail(s, IZH_OTHER_VERSION, "it speaks another version of the link");
    else if (!s->slots || s->room < ROOM_LEAST || s->ring < WELCOME_LIMIT || s->ring >= 0x8000 ||
             f->length != WELCOME_LENGTH)
        fail(s, IZH_NOT_IZH, "its WELCOME makes no sense");
    else
        s->phase = IZH_SESSION_OPEN;
    s->ack_due = true;
}

static void take_missed(struct izh_session *s, const struct izh_frame *f)
{
    uint16_t wanted = (uint16_t)get(f->payload, 2);
    if (f->length != 2 || (uint16_t)(wanted - s->oldest) > (uint16_t)(s->unsent - s->oldest)) {
        fail(s, IZH_NOT_IZH, "it misses a request that was not made");
        return;
    }
    if ((uint16_t)(wanted - s->oldest) < (uint16_t)(s->send - s->oldest))
        s->send = wanted;
    s->ack_due = true; // that may be what was broken
}

static void take_done(struct izh_session *s, const struct izh_frame *f)
{
    uint16_t number = (uint16_t)get(f->payload, 2);
    if (f->length < 4 || s->oldest == s->unsent || number != s->oldest || f->length - 4 > s->room) {
        fail(s, IZH_NOT_IZH, "it has done a request that was not made");
        return;
    }
    void *owner = s->requests[number % IZH_SESSION_SLOTS].owner;
    struct izh_answer answer = {f->payload[f->length - 1], f->payload[f->length - 2],
                                (uint8_t)(f->length - 4), f->payload + 2};
    if (s->send == s->oldest)
        s->send++;
    s->oldest++;
    s->request_at = s->now;
    s->retries = 0;
    if (!owner)
        return;
    s->owned--;
    s->answered(owner, &answer);
}

static void take_next(struct izh_session *s, const struct izh_frame *f)
{
    uint16_t end = (uint16_t)(s->expected + f->length + IZH_FRAME_OVERHEAD);
    // The zero that comes with sending again ends a frame whose own zero is behind the limit. The
    // device does not know that it has come, and would ignore its position.
    if (ahead(end, s->limit) == 1) {
        take_broken(s);
        return;
    }
    if (!unacknowledged(s))
        s->unacknowledged_at = s->now;
    s->expected = end;
    s->asked = false;
    s->news_at = s->now;
    s->silences = 0;
    if (ahead(s->limit, s->expected) < 0)
        fail(s, IZH_NOT_IZH, "it sends more than it may");
    else if (f->kind == IZH_KIND_STREAM && f->length % 2 == 0)
        keep_words(s, f->payload, f->length);
    else if (f->kind == IZH_KIND_DONE)
        take_done(s, f);
    else if (f->kind == IZH_KIND_MISSED)
        take_missed(s, f);
    else
        fail(s, IZH_NOT_IZH, "it sends a frame that no device sends");
}

static void take_frame(struct izh_session *s, const struct izh_frame *f)
{
    if (s->phase == IZH_SESSION_GREETING) {
        take_welcome(s, f);
        return;
    }
    if (s->phase != IZH_SESSION_OPEN)
        return;
    int distance = ahead(f->number, s->expected);
    if (!distance)
        take_next(s, f);
    else if (distance < 0)
        s->ack_due = true; // it does not know that they have come
    else if (!s->asked)
        ask_again(s);
}

void izh_session_receive(struct izh_session *s, const uint8_t *bytes, size_t count, uint64_t now_us)
{
    struct izh_frame frame;
    s->now = now_us;
    s->heard += count;
    enum izh_frame_event event;
    for (size_t i = 0; i < count;) {
        i += izh_frame_take(&s->decoder, bytes + i, count - i, &frame, &event);
        if (event == IZH_FRAME_WHOLE)
            take_frame(s, &frame);
        else if (event == IZH_FRAME_BROKEN)
            take_broken(s);
    }
    if (s->phase == IZH_SESSION_OPEN)
        consider_ack(s);
}

// ---- Requests -----------------------------------------------------------------------------------

unsigned izh_session_free_slots(const struct izh_session *s)
{
    unsigned slots = s->slots < IZH_SESSION_SLOTS ? s->slots : IZH_SESSION_SLOTS;
    return s->phase == IZH_SESSION_OPEN ? slots - (uint16_t)(s->next - s->oldest) : 0;
}

bool izh_session_submit(struct izh_session *s, uint8_t kind, const uint8_t *payload, uint8_t length,
                        void *owner)
{
    if (!izh_session_free_slots(s))
        return false;
    struct izh_request *r = &s->requests[s->next % IZH_SESSION_SLOTS];
    r->owner = owner;
    s->owned += owner != NULL;
    r->kind = kind;
    r->length = length;
    memcpy(r->payload, payload, length);
    s->next++;
    consider_ack(s);
    return true;
}

void izh_session_forget(struct izh_session *s, const void *owner)
{
    for (uint16_t i = s->oldest; i != s->next; i++) {
        struct izh_request *r = &s->requests[i % IZH_SESSION_SLOTS];
        if (!owner || r->owner != owner)
            continue;
        r->owner = NULL;
        s->owned--;
    }
}

// ---- Time ---------------------------------------------------------------------------------------

static uint64_t patience(const struct izh_session *s, unsigned times)
{
    return s->retry_us << (times < RETRIES_MAX ? times : RETRIES_MAX);
}

static bool waits_for_request(const struct izh_session *s)
{
    return s->oldest != s->unsent;
}

static void advance(struct izh_session *s)
{
    if (s->phase == IZH_SESSION_GREETING && is_later(s, s->hello_at, s->retry_us))
        s->hello_due = true;
    if (s->phase != IZH_SESSION_OPEN)
        return;
    if (s->asked && is_later(s, s->asked_at, s->retry_us))
        ask_again(s);
    if (waits_for_request(s) && is_later(s, s->request_at, patience(s, s->retries))) {
        s->send = s->oldest;
        s->retries++;
    }
    // An ACK may have been lost, or the last frame of all.
    if (is_later(s, s->news_at, patience(s, s->silences))) {
        s->silences++;
        s->news_at = s->asked_at = s->now;
        s->has_asked = true;
        s->ack_due = s->again_due = true;
    }
    if (unacknowledged(s) && is_later(s, s->unacknowledged_at, s->retry_us / DELAYED_SHARE))
        s->ack_due = true;
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t izh_session_deadline(const struct izh_session *s)
{
    uint64_t at = UINT64_MAX;
    if (s->phase == IZH_SESSION_GREETING)
        return s->hello_due ? 0 : s->hello_at + s->retry_us;
    if (s->phase != IZH_SESSION_OPEN)
        return at;
    if (s->ack_due || s->send != s->next)
        return 0;
    at = s->news_at + patience(s, s->silences);
    if (s->asked)
        at = sooner(at, s->asked_at + s->retry_us);
    if (waits_for_request(s))
        at = sooner(at, s->request_at + patience(s, s->retries));
    if (unacknowledged(s))
        at = sooner(at, s->unacknowledged_at + s->retry_us / DELAYED_SHARE);
    return at;
}

// ---- What is sent -------------------------------------------------------------------------------

static void make_hello(struct izh_session *s, struct izh_frame *f)
{
    *f = (struct izh_frame){.kind = IZH_KIND_HELLO, .length = 4};
    put(f->payload, 4, s->nonce);
    s->hello_due = false;
    s->hello_at = s->now;
}

static void make_ack(struct izh_session *s, struct izh_frame *f)
{
    s->limit = possible_limit(s);
    s->acknowledged = s->expected;
    *f = (struct izh_frame){.kind = IZH_KIND_ACK, .number = s->expected, .length = 3};
    put(f->payload, 2, s->limit);
    f->payload[2] = s->again_due ? SEND_AGAIN : 0;
    s->ack_due = s->again_due = false;
}

static void make_request(struct izh_session *s, struct izh_frame *f)
{
    const struct izh_request *r = &s->requests[s->send % IZH_SESSION_SLOTS];
    if (s->send == s->oldest)
        s->request_at = s->now;
    if (s->send == s->unsent)
        s->unsent++;
    f->kind = r->kind;
    f->number = s->send++;
    f->length = r->length;
    memcpy(f->payload, r->payload, r->length);
}

static bool make_frame(struct izh_session *s, struct izh_frame *f)
{
    // Its answer must not wait for the ACK of what came before.
    bool request = s->send != s->next;
    if (s->phase != IZH_SESSION_OPEN)
        return false;
    if (s->ack_due || (request && unacknowledged(s) && is_short(s)))
        make_ack(s, f);
    else if (request)
        make_request(s, f);
    else
        return false;
    return true;
}

size_t izh_session_output(struct izh_session *s, uint8_t *bytes, size_t size, uint64_t now_us)
{
    struct izh_frame frame;
    size_t count = 0;
    s->now = now_us;
    advance(s);
    if (s->phase == IZH_SESSION_GREETING && s->hello_due) {
        make_hello(s, &frame);
        bytes[count++] = 0; // ends what someone else may have begun
        count += izh_frame_encode(&frame, bytes + count);
    }
    while (size - count >= IZH_FRAME_WIRE && make_frame(s, &frame))
        count += izh_frame_encode(&frame, bytes + count);
    return count;
}
