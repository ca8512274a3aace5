// test_session.c: both halves of the link over a wire that loses, changes and adds bytes
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>

#include "link_codes.h"
#include "link_pair.h"

enum { TICKS = 300, REGISTER_STIMULUS = IZH_REG_STIMULUS, STEPS_MAX = 20000000, BATCH = 64 };

// What was asked, in order, and what came of it.
struct log {
    uint64_t answers, refused;
    uint32_t last_result;
};

static void on_answer(void *owner, const struct izh_answer *answer)
{
    struct log *log = owner;
    log->answers++;
    log->refused += answer->status != IZH_DONE_OK;
    log->last_result = answer->length >= 4 ? answer->result[0] | answer->result[1] << 8u : 0;
}

struct run {
    struct izh_pair pair;
    struct izh_oracle oracle;
    struct log log;
    uint64_t submitted;
    uint32_t ticks_seen, spikes, samples;
    uint64_t seed;
    const char *name;
};

static void tell(const struct run *r, const char *what, const struct izh_event *got,
                 const struct izh_event *expected)
{
    fail_msg(
        "%s: %s: expected kind %d tick %u sub-step %u neuron %u level %u x %d w %d, got kind %d "
        "tick %u sub-step %u neuron %u level %u x %d w %d; IZH_SEED=%llu make test TEST=session",
        r->name, what, (int)expected->kind, expected->tick, expected->substep, expected->neuron,
        expected->level, expected->x, expected->w, (int)got->kind, got->tick, got->substep,
        got->neuron, got->level, got->x, got->w, (unsigned long long)r->seed);
}

static bool same(const struct izh_event *a, const struct izh_event *b)
{
    return a->kind == b->kind && a->tick == b->tick && a->neuron == b->neuron &&
           a->count == b->count && a->x == b->x && a->w == b->w && a->substep == b->substep &&
           a->level == b->level;
}

// The next event of the model that is not the end of a tick; ends are counted.
static void compare(struct run *r, const struct izh_event *got)
{
    if (got->kind == IZH_EVENT_REST)
        return;
    for (uint32_t i = 0; i < (got->kind == IZH_EVENT_TICKS ? got->count : 1); i++) {
        struct izh_event expected = izh_oracle_next(&r->oracle);
        struct izh_event one = *got;
        if (got->kind == IZH_EVENT_TICKS) {
            one.count = 1;
            one.tick = got->tick - got->count + 1 + i;
        }
        if (!same(&one, &expected))
            tell(r, "event", &one, &expected);
        r->ticks_seen += got->kind == IZH_EVENT_TICKS;
    }
    r->spikes += got->kind == IZH_EVENT_SPIKE;
    r->samples += got->kind == IZH_EVENT_SAMPLE;
}

static void take_events(struct run *r)
{
    struct izh_event events[BATCH];
    size_t bytes, used, count;
    do {
        const uint8_t *words = izh_session_words(&r->pair.session, &bytes);
        count = izh_stream_decode(&r->pair.stream, words, bytes, events, BATCH, &used);
        izh_session_take(&r->pair.session, used);
        assert_null(r->pair.stream.fault);
        for (size_t i = 0; i < count; i++)
            compare(r, &events[i]);
    } while (count == BATCH);
}

static void step(struct run *r)
{
    izh_pair_step(&r->pair);
    if (!r->pair.deaf)
        take_events(r);
    if (r->pair.session.phase == IZH_SESSION_FAILED)
        fail_msg("%s: %s; IZH_SEED=%llu make test TEST=session", r->name, r->pair.session.reason,
                 (unsigned long long)r->seed);
    if (r->pair.now_us / 50 > STEPS_MAX)
        fail_msg("%s: no end; IZH_SEED=%llu make test TEST=session", r->name,
                 (unsigned long long)r->seed);
}

static void submit(struct run *r, uint8_t kind, const uint8_t *payload, size_t length)
{
    while (!izh_session_submit(&r->pair.session, kind, payload, (uint8_t)length, &r->log))
        step(r);
    r->submitted++;
}

static void put(uint8_t *bytes, uint32_t word)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(word >> 8 * i);
}

static void write_link(void *context, uint32_t address, const uint32_t *words, size_t count)
{
    struct run *r = context;
    size_t most = (r->pair.session.room - 4) / 4;
    uint8_t payload[IZH_FRAME_PAYLOAD];
    izh_pair_write_model(r->pair.reference, address, words, count);
    for (size_t at = 0; at < count;) {
        size_t n = count - at < most ? count - at : most;
        put(payload, address + (uint32_t)at);
        for (size_t i = 0; i < n; i++)
            put(payload + 4 + 4 * i, words[at + i]);
        submit(r, IZH_KIND_WRITE, payload, 4 + 4 * n);
        at += n;
    }
}

static void write_word(struct run *r, uint32_t address, uint32_t word)
{
    uint8_t payload[8];
    put(payload, address);
    put(payload + 4, word);
    submit(r, IZH_KIND_WRITE, payload, 8);
}

// Stimuli in as many requests as their room asks for.
static void send_stimuli(struct run *r, uint32_t tick)
{
    struct izh_stimulus stimuli[IZH_PAIR_STIMULI];
    uint8_t payload[IZH_FRAME_PAYLOAD];
    size_t count = izh_pair_stimuli(r->seed, tick, stimuli), length = 0;
    for (size_t i = 0; i < count; i++) {
        if (length + 7 > r->pair.session.room) {
            submit(r, IZH_KIND_STIMULI, payload, length);
            length = 0;
        }
        payload[length] = (uint8_t)stimuli[i].kind;
        payload[length + 1] = (uint8_t)stimuli[i].neuron;
        payload[length + 2] = (uint8_t)(stimuli[i].neuron >> 8);
        put(payload + length + 3, (uint32_t)stimuli[i].value);
        length += stimuli[i].kind == IZH_STIMULUS_END ? 1 : 7;
    }
    submit(r, IZH_KIND_STIMULI, payload, length);
}

static void wait_for_answers(struct run *r)
{
    while (r->log.answers < r->submitted)
        step(r);
    assert_int_equal(r->log.refused, 0);
}

static void begin(struct run *r, const char *name, const struct izh_soft_board_options *options,
                  const struct izh_wire_faults *faults, uint64_t seed)
{
    memset(r, 0, sizeof *r);
    r->name = name;
    r->seed = seed;
    izh_pair_begin(&r->pair, options, faults, seed, on_answer);
    while (r->pair.session.phase == IZH_SESSION_GREETING)
        step(r);
    izh_pair_network(seed, write_link, r);
    wait_for_answers(r);
    struct izh_stream *s = &r->pair.stream;
    static uint8_t probed[IZH_PAIR_NEURONS];
    memset(probed, 0, sizeof probed);
    izh_oracle_begin(&r->oracle, r->pair.reference, seed, true);
    for (uint32_t i = 0; i < r->oracle.probed_count; i++)
        probed[r->oracle.probed[i]] = 1;
    izh_stream_settle(s, 0, r->oracle.substeps, IZH_PAIR_NEURONS, probed);
    write_link(r, REGISTER_STIMULUS, &(uint32_t){1}, 1);
}

// A RUN and stimuli for each tick: done twice or never, either would show.
static void run_ticks(struct run *r, uint32_t first, uint32_t ticks)
{
    for (uint32_t i = first; i < first + ticks; i++) {
        izh_stream_run(&r->pair.stream, 1);
        write_word(r, IZH_REG_RUN, 1);
        send_stimuli(r, i);
        if (izh_random_below(&r->pair.random, 50) == 0)
            r->pair.stopped = izh_random_below(&r->pair.random, 300);
    }
    wait_for_answers(r);
    while (!izh_stream_rests(&r->pair.stream))
        step(r);
}

static void end(struct run *r)
{
    assert_int_equal(r->pair.stream.ticks_left, 0);
    assert_int_equal(r->log.answers, r->submitted);
    printf(
        "# %s: %u ticks, %u spikes, %u samples, %llu requests, %llu faults, %.3f s of the wire\n",
        r->name, r->ticks_seen, r->spikes, r->samples, (unsigned long long)r->submitted,
        (unsigned long long)(r->pair.up.broken + r->pair.down.broken),
        1e-6 * (double)r->pair.now_us);
    assert_true(r->spikes > r->ticks_seen);
    izh_pair_end(&r->pair);
}

// ---- The wire with faults -----------------------------------------------------------------------

static const struct izh_soft_board_options smallest = {128, 1, 8, 0, 0, 1},
                                           small = {256, 4, 32, 0, 0, 1},
                                           middle = {1024, 8, 64, 0, 0, 1},
                                           large = {32767, 64, 240, 0, 0, 1};

static const struct {
    const char *name;
    const struct izh_soft_board_options *options;
    struct izh_wire_faults faults;
} wires[] = {
    {"smallest, no faults", &smallest, {0}},
    {"small, no faults", &small, {0}},
    {"large, no faults", &large, {0}},
    {"small, 0.1 % lost", &small, {.lost = 1000}},
    {"small, 0.1 % changed", &small, {.changed = 1000}},
    {"small, 0.1 % added", &small, {.added = 1000}},
    {"smallest, 0.1 % of each", &smallest, {1000, 1000, 1000, 0, 0}},
    {"middle, 0.1 % of each", &middle, {1000, 1000, 1000, 0, 0}},
    {"large, 0.1 % of each", &large, {1000, 1000, 1000, 0, 0}},
    {"smallest, 1 % lost", &smallest, {.lost = 10000}},
    {"smallest, 1 % changed", &smallest, {.changed = 10000}},
    {"smallest, 1 % added", &smallest, {.added = 10000}},
    {"small, 1 % in all", &small, {3333, 3333, 3333, 0, 0}},
    {"middle, cut frames", &middle, {.cut = 1000}},
    {"small, stalls", &small, {.stall = 20000}},
    {"middle, everything", &middle, {300, 300, 300, 300, 3000}},
};

static void test_every_event_and_request_once_on_any_wire(void **unused)
{
    (void)unused;
    uint64_t seed = izh_test_seed(20031101);
    for (size_t i = 0; i < sizeof wires / sizeof *wires; i++) {
        static struct run r;
        begin(&r, wires[i].name, wires[i].options, &wires[i].faults, seed + i);
        run_ticks(&r, 0, TICKS);
        assert_int_equal(r.ticks_seen, TICKS);
        end(&r);
    }
}

// ---- A host that does not read ------------------------------------------------------------------

static void test_engine_waits_for_a_host_that_takes_no_events(void **unused)
{
    (void)unused;
    static struct run r;
    static const struct izh_wire_faults none;
    begin(&r, "deaf host", &middle, &none, izh_test_seed(20031102));
    write_link(&r, REGISTER_STIMULUS, &(uint32_t){0}, 1);
    r.oracle.stimuli = false;
    izh_stream_run(&r.pair.stream, 3000);
    write_word(&r, IZH_REG_RUN, 3000);
    wait_for_answers(&r);

    r.pair.deaf = true;
    for (int i = 0; i < 100000; i++)
        step(&r);
    uint64_t ticks = izh_soft_board_count(r.pair.board).ticks;
    for (int i = 0; i < 100000; i++)
        step(&r);
    assert_int_equal(izh_soft_board_count(r.pair.board).ticks, ticks);
    assert_true(ticks < 2000);

    // Somebody waits for a slot that comes free only when ticks go on.
    r.pair.session.waiting = 1;
    for (int i = 0; i < 10000; i++)
        step(&r);
    r.pair.session.waiting = 0;
    assert_true(izh_soft_board_count(r.pair.board).ticks > ticks);

    r.pair.deaf = false;
    while (!izh_stream_rests(&r.pair.stream))
        step(&r);
    assert_int_equal(r.ticks_seen, 3000);
    end(&r);
}

// The request is served at the end of a tick whose events nobody takes yet.
static void test_a_request_makes_room_for_the_events_before_it(void **unused)
{
    (void)unused;
    static struct run r;
    static const struct izh_wire_faults none;
    begin(&r, "request of a deaf host", &small, &none, izh_test_seed(20031103));
    write_link(&r, REGISTER_STIMULUS, &(uint32_t){0}, 1);
    r.oracle.stimuli = false;
    izh_stream_run(&r.pair.stream, 5000);
    write_word(&r, IZH_REG_RUN, 5000);
    wait_for_answers(&r);
    r.pair.deaf = true;
    for (int i = 0; i < 100000; i++)
        step(&r);
    uint8_t payload[5];
    put(payload, IZH_REG_TICK);
    payload[4] = 1;
    submit(&r, IZH_KIND_READ, payload, 5);
    wait_for_answers(&r);
    assert_true(r.log.last_result > 0 && r.log.last_result < 5000);
    r.pair.deaf = false;
    while (!izh_stream_rests(&r.pair.stream))
        step(&r);
    end(&r);
}

// ---- Acknowledging ------------------------------------------------------------------------------

// Counts frames of one kind that a session sends.
static unsigned count_kind(struct izh_session *s, uint8_t kind, uint64_t now)
{
    uint8_t bytes[4096];
    struct izh_frame_decoder decoder = {0};
    struct izh_frame frame;
    unsigned found = 0;
    size_t count = izh_session_output(s, bytes, sizeof bytes, now);
    for (size_t i = 0; i < count; i++)
        found +=
            izh_frame_decode(&decoder, bytes[i], &frame) == IZH_FRAME_WHOLE && frame.kind == kind;
    return found;
}

static void give(struct izh_session *s, const struct izh_frame *frame, uint64_t now)
{
    uint8_t wire[IZH_FRAME_WIRE];
    izh_session_receive(s, wire, izh_frame_encode(frame, wire), now);
}

static void open_session(struct izh_session *s, uint8_t version, uint8_t slots, uint8_t room,
                         uint16_t ring)
{
    struct izh_frame welcome = {.kind = IZH_KIND_WELCOME, .length = 9};
    assert_true(izh_session_init(s, 100000, on_answer));
    izh_session_begin(s, 0x12345678, 0);
    assert_int_equal(count_kind(s, IZH_KIND_HELLO, 0), 1);
    put(welcome.payload, 0x12345678);
    welcome.payload[4] = version;
    welcome.payload[5] = slots;
    welcome.payload[6] = room;
    welcome.payload[7] = (uint8_t)ring;
    welcome.payload[8] = (uint8_t)(ring >> 8);
    give(s, &welcome, 0);
}

static struct izh_frame stream_frame(uint16_t position, uint8_t length)
{
    return (struct izh_frame){.kind = IZH_KIND_STREAM, .number = position, .length = length};
}

// A few small frames cost no ACK each; a share of the ring costs one at once.
static void test_acks_are_for_shares_of_the_ring(void **unused)
{
    (void)unused;
    struct izh_session s;
    uint16_t at = 18;
    open_session(&s, 1, 4, 64, 4096);
    assert_int_equal(count_kind(&s, IZH_KIND_ACK, 0), 1);
    for (int i = 0; i < 20; i++, at += 11) {
        struct izh_frame f = stream_frame(at, 2);
        give(&s, &f, 10);
        assert_int_equal(count_kind(&s, IZH_KIND_ACK, 10), 0);
    }
    assert_int_equal(count_kind(&s, IZH_KIND_ACK, 20000), 1);
    unsigned found = 0;
    for (int i = 0; i < 16; i++, at += 255) {
        struct izh_frame f = stream_frame(at, 246);
        give(&s, &f, 20010);
        found += count_kind(&s, IZH_KIND_ACK, 20010);
    }
    assert_in_range(found, 5, 8);
    izh_session_free(&s);
}

// ---- Asking again -------------------------------------------------------------------------------

// The ACKs of what a session sends now: how many, and what the last one says.
static unsigned acks(struct izh_session *s, uint64_t now, uint16_t *position, bool *again)
{
    uint8_t bytes[4096];
    struct izh_frame_decoder decoder = {0};
    struct izh_frame frame;
    unsigned found = 0;
    size_t count = izh_session_output(s, bytes, sizeof bytes, now);
    for (size_t i = 0; i < count; i++) {
        if (izh_frame_decode(&decoder, bytes[i], &frame) != IZH_FRAME_WHOLE ||
            frame.kind != IZH_KIND_ACK)
            continue;
        *position = frame.number;
        *again = frame.payload[2] & 1;
        found++;
    }
    return found;
}

static void asks(struct izh_session *s, uint64_t now, uint16_t position)
{
    uint16_t at = 0;
    bool again = false;
    assert_int_equal(acks(s, now, &at, &again), 1);
    assert_int_equal(at, position);
    assert_true(again);
}

static void asks_not(struct izh_session *s, uint64_t now)
{
    uint16_t at;
    bool again = false;
    acks(s, now, &at, &again);
    assert_false(again);
}

static void give_broken(struct izh_session *s, uint64_t now)
{
    izh_session_receive(s, (const uint8_t *)"\x05\x05", 3, now);
}

// The retry time is 100000.
static void test_what_was_missed_is_asked_for_once(void **unused)
{
    (void)unused;
    struct izh_session s;
    struct izh_frame first = stream_frame(18, 2), second = stream_frame(29, 2);
    open_session(&s, 1, 4, 64, 4096);
    asks_not(&s, 0);
    give(&s, &second, 10);
    asks(&s, 10, 18);
    give_broken(&s, 20);
    give(&s, &second, 30);
    asks_not(&s, 30);
    asks(&s, 100010, 18);
    give(&s, &first, 100020);
    give_broken(&s, 100030); // cut off by the device, when it went back
    asks_not(&s, 100040);
    asks_not(&s, 200010);
    asks(&s, 200020, 29); // no: nothing comes
    give(&s, &second, 200040);
    asks_not(&s, 299000);
    asks(&s, 300040, 40); // it is silent: sooner at first, later less often
    asks_not(&s, 500030);
    asks(&s, 500040, 40);
    give_broken(&s, 510000); // perhaps cut off again, but then it would come
    asks_not(&s, 600030);
    asks(&s, 600040, 40);
    give_broken(&s, 700050); // long after: asked for at once
    asks(&s, 700050, 40);
    izh_session_free(&s);
}

static void test_what_comes_twice_is_acknowledged_twice(void **unused)
{
    (void)unused;
    struct izh_session s;
    struct izh_frame f = stream_frame(18, 246);
    uint16_t at = 0;
    bool again;
    open_session(&s, 1, 4, 64, 512);
    acks(&s, 0, &at, &again);
    give(&s, &f, 10);
    assert_int_equal(acks(&s, 10, &at, &again), 1);
    assert_int_equal(at, 18 + 255);
    give(&s, &f, 20);
    assert_int_equal(acks(&s, 20, &at, &again), 1);
    assert_int_equal(at, 18 + 255);
    size_t bytes;
    izh_session_words(&s, &bytes);
    assert_int_equal(bytes, 246);
    izh_session_free(&s);
}

// Its own zero is at the limit: it was ended by the zero of sending again.
static void test_a_frame_across_the_limit_has_not_come(void **unused)
{
    (void)unused;
    struct izh_session s;
    struct izh_frame f = stream_frame(18, 6);
    uint16_t at = 0;
    bool again;
    open_session(&s, 1, 4, 64, 512);
    give(&s, &f, 10);
    assert_int_equal(s.phase, IZH_SESSION_OPEN);
    acks(&s, 10, &at, &again);
    assert_int_equal(at, 18);
    give(&s, &f, 20);
    acks(&s, 200000, &at, &again);
    assert_int_equal(at, 33);
    izh_session_free(&s);
}

static void test_a_request_that_was_missed_and_done_is_not_sent_again(void **unused)
{
    (void)unused;
    struct izh_session s;
    struct log log = {0};
    struct izh_frame missed = {.kind = IZH_KIND_MISSED, .number = 18, .length = 2};
    struct izh_frame done = {.kind = IZH_KIND_DONE, .number = 29, .length = 4};
    open_session(&s, 1, 4, 64, 512);
    assert_true(izh_session_submit(&s, IZH_KIND_READ, (const uint8_t *)"\0\0\0\0\1", 5, &log));
    assert_int_equal(count_kind(&s, IZH_KIND_READ, 0), 1);
    give(&s, &missed, 10);
    assert_int_equal(count_kind(&s, IZH_KIND_READ, 10), 1);
    missed.number = 29;
    done.number = 40;
    uint8_t wire[2 * IZH_FRAME_WIRE];
    size_t length = izh_frame_encode(&missed, wire);
    length += izh_frame_encode(&done, wire + length);
    izh_session_receive(&s, wire, length, 20);
    assert_int_equal(log.answers, 1);
    assert_int_equal(count_kind(&s, IZH_KIND_READ, 20), 0);
    // With nothing under way it was an ACK that the device could not read.
    missed.number = 53;
    missed.payload[0] = 1;
    uint16_t at;
    bool again;
    give(&s, &missed, 30);
    assert_int_equal(acks(&s, 30, &at, &again), 1);
    izh_session_free(&s);
}

// ---- The other end ------------------------------------------------------------------------------

static void fails_with(uint8_t version, uint8_t slots, uint8_t room, uint16_t ring,
                       enum izh_status status)
{
    struct izh_session s;
    open_session(&s, version, slots, room, ring);
    assert_int_equal(s.phase, status ? IZH_SESSION_FAILED : IZH_SESSION_OPEN);
    assert_int_equal(s.status, status);
    izh_session_free(&s);
}

static void test_welcomes_are_judged(void **unused)
{
    (void)unused;
    fails_with(1, 4, 64, 512, IZH_OK);
    fails_with(2, 4, 64, 512, IZH_OTHER_VERSION);
    fails_with(1, 0, 64, 512, IZH_NOT_IZH);
    fails_with(1, 4, 7, 512, IZH_NOT_IZH);
    fails_with(1, 4, 64, 31, IZH_NOT_IZH);
    fails_with(1, 4, 64, 0x8000, IZH_NOT_IZH);
}

static void breaks_with(const struct izh_frame *frame)
{
    struct izh_session s;
    open_session(&s, 1, 4, 64, 512);
    count_kind(&s, IZH_KIND_ACK, 0);
    give(&s, frame, 0);
    assert_int_equal(s.phase, IZH_SESSION_FAILED);
    assert_int_equal(s.status, IZH_NOT_IZH);
    assert_non_null(s.reason);
    assert_int_equal(izh_session_free_slots(&s), 0);
    assert_true(izh_session_deadline(&s) == UINT64_MAX);
    izh_session_free(&s);
}

static void test_frames_that_make_no_sense_end_the_session(void **unused)
{
    (void)unused;
    breaks_with(&(struct izh_frame){.kind = IZH_KIND_STREAM, .number = 18, .length = 3});
    breaks_with(&(struct izh_frame){.kind = 0x77, .number = 18, .length = 2});
    breaks_with(&(struct izh_frame){.kind = IZH_KIND_HELLO, .number = 18, .length = 4});
    breaks_with(&(struct izh_frame){.kind = IZH_KIND_DONE, .number = 18, .length = 4});
    breaks_with(&(struct izh_frame){.kind = IZH_KIND_DONE, .number = 18, .length = 0});
    breaks_with(
        &(struct izh_frame){.kind = IZH_KIND_MISSED, .number = 18, .length = 2, .payload = {1}});
    breaks_with(&(struct izh_frame){.kind = IZH_KIND_MISSED, .number = 18, .length = 1});
}

static void test_a_device_that_ignores_its_limit_is_cut_off(void **unused)
{
    (void)unused;
    struct izh_session s;
    uint16_t at = 18;
    open_session(&s, 1, 4, 64, 512);
    for (int i = 0; i < 200 && s.phase == IZH_SESSION_OPEN; i++, at += 255) {
        struct izh_frame f = stream_frame(at, 246);
        give(&s, &f, 0); // and nothing is taken
        count_kind(&s, IZH_KIND_ACK, 0);
    }
    for (int i = 0; i < 200 && s.phase == IZH_SESSION_OPEN; i++, at += 255) {
        struct izh_frame f = stream_frame(at, 246);
        give(&s, &f, 0);
        count_kind(&s, IZH_KIND_ACK, 0);
    }
    assert_int_equal(s.phase, IZH_SESSION_FAILED);
    assert_int_equal(s.status, IZH_NOT_IZH);
    izh_session_free(&s);
}

// What the other end could send with good CRCs and positions: mostly sense, and then not.
static struct izh_frame random_frame(struct izh_random *random, const struct izh_session *s)
{
    static const uint8_t kinds[] = {IZH_KIND_STREAM, IZH_KIND_DONE, IZH_KIND_MISSED,
                                    IZH_KIND_WELCOME};
    struct izh_frame f = {.kind = kinds[izh_random_below(random, 4)], .number = s->expected};
    bool sense = izh_random_below(random, 16);
    if (f.kind == IZH_KIND_DONE)
        f.length = (uint8_t)(4 + 4 * izh_random_below(random, 17));
    if (f.kind == IZH_KIND_MISSED)
        f.length = 2;
    if (f.kind == IZH_KIND_STREAM)
        f.length = (uint8_t)(2 * izh_random_below(random, 124));
    for (size_t i = 0; i < f.length; i++)
        f.payload[i] = (uint8_t)izh_random_next(random);
    if (f.kind != IZH_KIND_STREAM && sense) {
        f.payload[0] = (uint8_t)s->oldest;
        f.payload[1] = (uint8_t)(s->oldest >> 8);
    }
    if (!sense)
        f.length = (uint8_t)izh_random_below(random, IZH_FRAME_PAYLOAD + 1);
    if (!izh_random_below(random, 8))
        f.number = (uint16_t)izh_random_next(random);
    return f;
}

static void test_a_hostile_device_ends_in_a_status(void **unused)
{
    (void)unused;
    struct izh_random random = {izh_test_seed(20031107)};
    uint64_t failed = 0, answers = 0;
    for (int round = 0; round < 2000; round++) {
        struct izh_session s;
        struct izh_stream stream;
        struct izh_event events[BATCH];
        struct log log = {0};
        uint8_t out[4096];
        size_t bytes, used;
        open_session(&s, 1, 4, 64, 4096);
        izh_stream_begin(&stream, IZH_PAIR_NEURONS);
        izh_stream_run(&stream, 1000);
        for (int i = 0; i < 100 && s.phase == IZH_SESSION_OPEN; i++) {
            struct izh_frame f = random_frame(&random, &s);
            izh_session_submit(&s, IZH_KIND_READ, (const uint8_t *)"\0\0\0\0\1", 5, &log);
            give(&s, &f, (uint64_t)i * 1000);
            izh_session_output(&s, out, sizeof out, (uint64_t)i * 1000);
            const uint8_t *words = izh_session_words(&s, &bytes);
            izh_stream_decode(&stream, words, bytes, events, BATCH, &used);
            izh_session_take(&s, used);
        }
        failed += s.phase == IZH_SESSION_FAILED;
        answers += log.answers;
        izh_session_free(&s);
    }
    assert_true(failed > 100 && answers > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_event_and_request_once_on_any_wire),
        cmocka_unit_test(test_engine_waits_for_a_host_that_takes_no_events),
        cmocka_unit_test(test_a_request_makes_room_for_the_events_before_it),
        cmocka_unit_test(test_acks_are_for_shares_of_the_ring),
        cmocka_unit_test(test_what_was_missed_is_asked_for_once),
        cmocka_unit_test(test_what_comes_twice_is_acknowledged_twice),
        cmocka_unit_test(test_a_frame_across_the_limit_has_not_come),
        cmocka_unit_test(test_a_request_that_was_missed_and_done_is_not_sent_again),
        cmocka_unit_test(test_welcomes_are_judged),
        cmocka_unit_test(test_frames_that_make_no_sense_end_the_session),
        cmocka_unit_test(test_a_device_that_ignores_its_limit_is_cut_off),
        cmocka_unit_test(test_a_hostile_device_ends_in_a_status),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
