// test_soft_board.c: the device's half of the link: what it serves, refuses, counts and survives
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>

#include "crc32.h"
#include "link_codes.h"
#include "link_pair.h"

enum { ROOM = 32, SLOTS = 4, RING = 1024, UPDATES = 1 << 20, GARBAGE = 10000000 };

static const struct izh_soft_board_options options = {RING, SLOTS, ROOM, 0xabcd, 0, 1000000};

struct bench {
    struct izh_model *model;
    struct izh_soft_board *board;
    struct izh_frame_decoder decoder;
    uint16_t number;   // of the next request
    uint16_t position; // of the next frame that is expected
    unsigned window;   // how far the limit is ahead
    uint64_t updates;  // of one call
    struct izh_frame done, missed;
    unsigned dones, misseds;
    struct izh_stream stream;
    uint64_t spikes, samples, lost_spikes, lost_samples, ticks, neurons;
};

// ---- Talking ------------------------------------------------------------------------------------

static void send_frame(struct bench *b, uint8_t kind, uint16_t number, const void *payload,
                       size_t length)
{
    struct izh_frame f = {.kind = kind, .number = number, .length = (uint8_t)length};
    uint8_t wire[IZH_FRAME_WIRE];
    if (length)
        memcpy(f.payload, payload, length);
    izh_soft_board_receive(b->board, wire, izh_frame_encode(&f, wire));
}

static void send_ack(struct bench *b, uint8_t flags)
{
    uint16_t limit = (uint16_t)(b->position + b->window);
    uint8_t payload[3] = {(uint8_t)limit, (uint8_t)(limit >> 8), flags};
    send_frame(b, IZH_KIND_ACK, b->position, payload, 3);
}

static void count_event(struct bench *b, const struct izh_event *e)
{
    b->spikes += e->kind == IZH_EVENT_SPIKE;
    b->neurons += e->kind == IZH_EVENT_SPIKE ? e->neuron : 0;
    b->samples += e->kind == IZH_EVENT_SAMPLE;
    b->ticks += e->kind == IZH_EVENT_TICKS ? e->count : 0;
    b->lost_spikes += e->kind == IZH_EVENT_LOST_SPIKES ? e->count : 0;
    b->lost_samples += e->kind == IZH_EVENT_LOST_SAMPLES ? e->count : 0;
}

static void take_frame(struct bench *b, const struct izh_frame *f)
{
    struct izh_event events[IZH_FRAME_PAYLOAD];
    size_t used;
    if (f->number != b->position)
        return;
    b->position = (uint16_t)(b->position + f->length + IZH_FRAME_OVERHEAD);
    if (f->kind == IZH_KIND_DONE) {
        b->done = *f;
        b->dones++;
    } else if (f->kind == IZH_KIND_MISSED) {
        b->missed = *f;
        b->misseds++;
    } else if (f->kind == IZH_KIND_STREAM) {
        size_t n =
            izh_stream_decode(&b->stream, f->payload, f->length, events, IZH_FRAME_PAYLOAD, &used);
        assert_null(b->stream.fault);
        for (size_t i = 0; i < n; i++)
            count_event(b, &events[i]);
    }
}

// One call of send; how many bytes came.
static size_t take_some(struct bench *b, size_t size)
{
    uint8_t bytes[4096];
    struct izh_frame f;
    size_t count = izh_soft_board_send(b->board, bytes, size, b->updates);
    for (size_t i = 0; i < count; i++) {
        if (izh_frame_decode(&b->decoder, bytes[i], &f) == IZH_FRAME_WHOLE)
            take_frame(b, &f);
    }
    return count;
}

static void take_all(struct bench *b)
{
    while (take_some(b, 4096))
        send_ack(b, 0);
}

static void hello(struct bench *b)
{
    static const uint8_t nonce[4] = {1, 2, 3, 4};
    b->position = b->number = 0;
    b->window = 4096;
    izh_stream_begin(&b->stream, IZH_PAIR_NEURONS);
    send_frame(b, IZH_KIND_HELLO, 0, nonce, 4);
    b->position = 0;
    take_all(b);
    assert_int_equal(b->position, 18);
}

static void begin_with(struct bench *b, const struct izh_soft_board_options *o,
                       const struct izh_shape *shape)
{
    memset(b, 0, sizeof *b);
    assert_int_equal(izh_model_new(shape, &b->model), IZH_MODEL_OK);
    b->board = izh_soft_board_new(o, shape, b->model);
    assert_non_null(b->board);
    b->updates = UPDATES;
    hello(b);
}

static void begin(struct bench *b)
{
    begin_with(b, &options, &izh_pair_shape);
}

static void end(struct bench *b)
{
    izh_soft_board_free(b->board);
    izh_model_free(b->model);
}

// A request and its answer.
static void ask(struct bench *b, uint8_t kind, const uint8_t *payload, size_t length)
{
    unsigned dones = b->dones;
    send_frame(b, kind, b->number++, payload, length);
    take_all(b);
    assert_int_equal(b->dones, dones + 1);
    assert_int_equal(b->done.payload[0] | b->done.payload[1] << 8, (uint16_t)(b->number - 1));
}

static void answered(const struct bench *b, uint8_t status, uint8_t count, uint8_t length)
{
    assert_int_equal(b->done.length, length + 4);
    assert_int_equal(b->done.payload[length + 3], status);
    assert_int_equal(b->done.payload[length + 2], count);
}

static void put(uint8_t *bytes, uint32_t word)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(word >> 8 * i);
}

static uint32_t get(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void write_words(struct bench *b, uint32_t address, const uint32_t *words, size_t count)
{
    uint8_t payload[IZH_FRAME_PAYLOAD];
    put(payload, address);
    for (size_t i = 0; i < count; i++)
        put(payload + 4 + 4 * i, words[i]);
    ask(b, IZH_KIND_WRITE, payload, 4 + 4 * count);
}

static void write_word(struct bench *b, uint32_t address, uint32_t word)
{
    write_words(b, address, &word, 1);
    answered(b, IZH_DONE_OK, 1, 0);
}

static void read_words(struct bench *b, uint32_t address, uint8_t count)
{
    uint8_t payload[5];
    put(payload, address);
    payload[4] = count;
    ask(b, IZH_KIND_READ, payload, 5);
}

static uint32_t read_word(struct bench *b, uint32_t address)
{
    read_words(b, address, 1);
    answered(b, IZH_DONE_OK, 1, 4);
    return get(b->done.payload + 2);
}

static void check_words(struct bench *b, uint32_t address, uint32_t count)
{
    uint8_t payload[8];
    put(payload, address);
    put(payload + 4, count);
    ask(b, IZH_KIND_CHECK, payload, 8);
}

// ---- Requests -----------------------------------------------------------------------------------

static void test_words_are_written_read_and_checked(void **unused)
{
    (void)unused;
    struct bench b;
    const uint32_t words[3] = {5, 0x00800000, 7}, address = IZH_ADDRESS(IZH_REGION_STATE, 1, 2);
    const uint32_t read[3] = {5, 0xff800000, 7};
    uint8_t bytes[12];
    begin(&b);
    write_words(&b, address, words, 3);
    answered(&b, IZH_DONE_OK, 3, 0);
    read_words(&b, address, 3);
    answered(&b, IZH_DONE_OK, 3, 12);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(get(b.done.payload + 2 + 4 * i), read[i]);
        put(bytes + 4 * i, read[i]);
    }
    check_words(&b, address, 3);
    answered(&b, IZH_DONE_OK, 3, 4);
    assert_int_equal(get(b.done.payload + 2), izh_crc32(0, bytes, 12));
    check_words(&b, address, 0);
    answered(&b, IZH_DONE_OK, 0, 4);
    end(&b);
}

static void test_refusals_say_how_far_they_came(void **unused)
{
    (void)unused;
    struct bench b;
    const uint32_t words[4] = {0};
    const uint32_t last = IZH_ADDRESS(IZH_REGION_STATE, 0, IZH_PAIR_NEURONS - 2);
    begin(&b);
    write_words(&b, last, words, 4);
    answered(&b, IZH_DONE_REFUSED, 2, 0);
    read_words(&b, last, 4);
    answered(&b, IZH_DONE_REFUSED, 2, 8);
    check_words(&b, last, 4);
    answered(&b, IZH_DONE_REFUSED, 2, 0);
    write_words(&b, IZH_REG_MAGIC, words, 1);
    answered(&b, IZH_DONE_REFUSED, 0, 0);
    read_words(&b, IZH_REG_RUN, 1);
    answered(&b, IZH_DONE_REFUSED, 0, 0);
    read_words(&b, IZH_ADDRESS(IZH_REGION_LINK, 15, 0), 1);
    answered(&b, IZH_DONE_REFUSED, 0, 0);
    read_words(&b, IZH_ADDRESS(IZH_REGION_LINK, 0, 1), 1);
    answered(&b, IZH_DONE_REFUSED, 0, 0);
    end(&b);
}

static void test_malformed_requests_do_what_came_before(void **unused)
{
    (void)unused;
    struct bench b;
    uint8_t payload[IZH_FRAME_PAYLOAD] = {0};
    begin(&b);
    put(payload, IZH_ADDRESS(IZH_REGION_INPUT, 0, 3));
    put(payload + 4, 77);
    ask(&b, IZH_KIND_WRITE, payload, 10);
    answered(&b, IZH_DONE_MALFORMED, 1, 0);
    assert_int_equal(read_word(&b, IZH_ADDRESS(IZH_REGION_INPUT, 0, 3)), 77);
    ask(&b, IZH_KIND_WRITE, payload, 3);
    answered(&b, IZH_DONE_MALFORMED, 0, 0);
    ask(&b, IZH_KIND_READ, payload, 4);
    answered(&b, IZH_DONE_MALFORMED, 0, 0);
    read_words(&b, IZH_ADDRESS(IZH_REGION_INPUT, 0, 0), ROOM / 4 + 1);
    answered(&b, IZH_DONE_MALFORMED, ROOM / 4, ROOM);
    ask(&b, IZH_KIND_CHECK, payload, 7);
    answered(&b, IZH_DONE_MALFORMED, 0, 0);
    check_words(&b, 0, 1 << 24);
    answered(&b, IZH_DONE_MALFORMED, 0, 0);
    static const uint8_t cut_off[] = {IZH_STIMULUS_EVENT, 1, 0, 9, 0, 0, 0, IZH_STIMULUS_EVENT, 2};
    ask(&b, IZH_KIND_STIMULI, cut_off, sizeof cut_off);
    answered(&b, IZH_DONE_MALFORMED, 1, 0);
    static const uint8_t unknown[] = {IZH_STIMULUS_END, 3, 1, 0, 9, 0, 0, 0};
    ask(&b, IZH_KIND_STIMULI, unknown, sizeof unknown);
    answered(&b, IZH_DONE_MALFORMED, 1, 0);
    end(&b);
}

static void test_link_registers(void **unused)
{
    (void)unused;
    struct bench b;
    begin(&b);
    assert_int_equal(read_word(&b, IZH_ADDRESS(IZH_REGION_LINK, IZH_FIELD_LINK_BUILD, 0)), 0xabcd);
    assert_int_equal(read_word(&b, IZH_ADDRESS(IZH_REGION_LINK, IZH_FIELD_LINK_CLOCK, 0)), 1000000);
    write_words(&b, IZH_ADDRESS(IZH_REGION_LINK, IZH_FIELD_LINK_CLOCK, 0), &(uint32_t){1}, 1);
    answered(&b, IZH_DONE_REFUSED, 0, 0);
    write_word(&b, IZH_ADDRESS(IZH_REGION_LINK, IZH_FIELD_LINK_PACE, 0), 123);
    assert_int_equal(read_word(&b, IZH_ADDRESS(IZH_REGION_LINK, IZH_FIELD_LINK_PACE, 0)), 123);
    izh_soft_board_receive(b.board, (const uint8_t *)"\x05\x05", 3);
    take_all(&b);
    assert_int_equal(read_word(&b, IZH_ADDRESS(IZH_REGION_LINK, IZH_FIELD_LINK_BROKEN, 0)), 1);
    write_word(&b, IZH_ADDRESS(IZH_REGION_LINK, IZH_FIELD_LINK_BROKEN, 0), 0);
    assert_int_equal(read_word(&b, IZH_ADDRESS(IZH_REGION_LINK, IZH_FIELD_LINK_BROKEN, 0)), 0);
    hello(&b);
    assert_int_equal(read_word(&b, IZH_ADDRESS(IZH_REGION_LINK, IZH_FIELD_LINK_PACE, 0)), 0);
    end(&b);
}

static void test_hello_resets_registers_and_keeps_memories(void **unused)
{
    (void)unused;
    struct bench b;
    const uint32_t settings[4] = {8, 3, 1, 0};
    begin(&b);
    write_words(&b, IZH_REG_NEURONS, settings, 4);
    write_word(&b, IZH_REG_SEED, 9);
    write_word(&b, IZH_REG_KAPPA_0, 9);
    write_word(&b, IZH_ADDRESS(IZH_REGION_INPUT, 0, 3), 77);
    write_word(&b, IZH_ADDRESS(IZH_REGION_SYNAPSE, 1, 3), 78);
    b.window = 0; // so that it stops in the middle of a tick
    send_ack(&b, 0);
    uint8_t run[8];
    put(run, IZH_REG_RUN);
    put(run + 4, 100000);
    send_frame(&b, IZH_KIND_WRITE, b.number, run, 8);
    take_some(&b, 4096);
    hello(&b);
    assert_int_equal(read_word(&b, IZH_REG_NEURONS), 1);
    assert_int_equal(read_word(&b, IZH_REG_SUBSTEPS), 1);
    assert_int_equal(read_word(&b, IZH_REG_STEP), 2);
    assert_int_equal(read_word(&b, IZH_REG_MODE), 1);
    assert_int_equal(read_word(&b, IZH_REG_SEED), 0);
    assert_int_equal(read_word(&b, IZH_REG_KAPPA_0), 0);
    assert_int_equal(read_word(&b, IZH_REG_TICK), 0);
    assert_int_equal(read_word(&b, IZH_REG_TICKS_LEFT), 0);
    assert_int_equal(read_word(&b, IZH_REG_STATUS), 0);
    assert_int_equal(read_word(&b, IZH_ADDRESS(IZH_REGION_INPUT, 0, 3)), 77);
    assert_int_equal(read_word(&b, IZH_ADDRESS(IZH_REGION_SYNAPSE, 1, 3)), 78);
    end(&b);
}

// ---- Order --------------------------------------------------------------------------------------

static void test_requests_out_of_turn_are_not_done(void **unused)
{
    (void)unused;
    struct bench b;
    uint8_t payload[8];
    begin(&b);
    put(payload, IZH_ADDRESS(IZH_REGION_INPUT, 0, 3));
    put(payload + 4, 77);
    send_frame(&b, IZH_KIND_WRITE, 1, payload, 8); // one ahead, twice: missed once
    take_all(&b);
    send_frame(&b, IZH_KIND_WRITE, 2, payload, 8);
    take_all(&b);
    assert_int_equal(b.misseds, 1);
    assert_int_equal(b.missed.payload[0], 0);
    assert_int_equal(b.dones, 0);
    assert_int_equal(read_word(&b, IZH_ADDRESS(IZH_REGION_INPUT, 0, 3)), 0);
    put(payload, IZH_REG_RUN);
    put(payload + 4, 2);
    b.number = 1;
    izh_stream_run(&b.stream, 2);
    ask(&b, IZH_KIND_WRITE, payload, 8);
    send_frame(&b, IZH_KIND_WRITE, 1, payload, 8); // behind: it was done
    take_all(&b);
    assert_int_equal(b.dones, 2);
    assert_int_equal(b.misseds, 1);
    assert_int_equal(b.ticks, 2);
    izh_soft_board_receive(b.board, (const uint8_t *)"\x05\x05", 3);
    take_all(&b);
    assert_int_equal(b.misseds, 2);
    assert_int_equal(b.missed.payload[0], 2);
    end(&b);
}

static void test_nothing_is_said_before_hello_and_beyond_the_limit(void **unused)
{
    (void)unused;
    struct bench b;
    struct izh_model *model;
    begin(&b);
    uint8_t bytes[64];
    assert_int_equal(izh_model_new(&izh_pair_shape, &model), IZH_MODEL_OK);
    struct izh_soft_board *silent = izh_soft_board_new(&options, &izh_pair_shape, model);
    izh_soft_board_receive(silent, (const uint8_t *)"\x05\x05", 3);
    assert_int_equal(izh_soft_board_send(silent, bytes, sizeof bytes, UPDATES), 0);
    assert_true(izh_soft_board_idle(silent));
    izh_soft_board_free(silent);
    izh_model_free(model);

    b.window = 10;
    send_ack(&b, 0);
    send_frame(&b, IZH_KIND_READ, 0, "\0\0\0\0\1", 5);
    assert_int_equal(take_some(&b, 4096), 10);
    send_ack(&b, 1); // again: a zero, and the same ten
    assert_int_equal(take_some(&b, 4096), 11);
    b.window = 17;
    send_ack(&b, 1);
    assert_int_equal(take_some(&b, 4096), 18);
    assert_int_equal(b.dones, 1);

    // An ACK of what has not been sent counts for nothing, its limit too.
    send_frame(&b, IZH_KIND_ACK, (uint16_t)(b.position + 1), "\xff\x7f\0", 3);
    send_frame(&b, IZH_KIND_READ, 1, "\0\0\0\0\1", 5);
    assert_int_equal(take_some(&b, 4096), 0);
    b.window = 17;
    send_ack(&b, 0);
    assert_int_equal(take_some(&b, 4096), 17);
    assert_int_equal(b.dones, 2);
    // The one behind what it is sending: it goes on from there, with a zero.
    send_frame(&b, IZH_KIND_READ, 2, "\0\0\0\0\1", 5);
    send_ack(&b, 0);
    assert_int_equal(take_some(&b, 4096), 17);
    assert_int_equal(b.dones, 3);
    b.position = (uint16_t)(b.position - 17);
    send_ack(&b, 1);
    assert_int_equal(take_some(&b, 10), 10);
    b.position = (uint16_t)(b.position + 17);
    b.window = 100;
    send_ack(&b, 0);
    send_frame(&b, IZH_KIND_READ, 3, "\0\0\0\0\1", 5);
    assert_int_equal(take_some(&b, 4096), 18);
    assert_int_equal(b.dones, 4);
    end(&b);
}

// ---- Stimuli ------------------------------------------------------------------------------------

static void run(struct bench *b, uint32_t ticks)
{
    izh_stream_run(&b->stream, ticks);
    write_word(b, IZH_REG_RUN, ticks);
}

// A CURRENT behind an END waits for the tick, a request behind it too; without STIMULUS neither.
static void test_stimuli_wait_for_their_tick(void **unused)
{
    (void)unused;
    struct bench b;
    static const uint8_t two_ticks[] = {IZH_STIMULUS_CURRENT, 0, 0, 5, 0, 0, 0, IZH_STIMULUS_END,
                                        IZH_STIMULUS_CURRENT, 0, 0, 6, 0, 0, 0, IZH_STIMULUS_END};
    const uint32_t bias = IZH_ADDRESS(IZH_REGION_INPUT, 0, 0);
    begin(&b);
    ask(&b, IZH_KIND_STIMULI, two_ticks, sizeof two_ticks);
    answered(&b, IZH_DONE_OK, 4, 0);
    assert_int_equal(read_word(&b, bias), 6);

    write_word(&b, IZH_REG_STIMULUS, 1);
    run(&b, 2);
    take_all(&b);
    assert_int_equal(b.ticks, 0);
    ask(&b, IZH_KIND_STIMULI, two_ticks, sizeof two_ticks);
    answered(&b, IZH_DONE_OK, 4, 0);
    assert_int_equal(b.ticks, 2);
    assert_int_equal(read_word(&b, bias), 6);

    unsigned dones = b.dones;
    send_frame(&b, IZH_KIND_STIMULI, b.number++, two_ticks, sizeof two_ticks);
    take_all(&b);
    assert_int_equal(b.dones, dones); // no tick will start
    uint32_t word;
    assert_int_equal(izh_model_read(b.model, bias, &word), IZH_MODEL_OK);
    assert_int_equal(word, 5);
    end(&b);
}

static void test_an_engine_without_synapses_takes_no_stimuli(void **unused)
{
    (void)unused;
    struct bench b;
    static const struct izh_shape plain = {.format = {20, 24, 18}, .neurons = IZH_PAIR_NEURONS};
    begin_with(&b, &options, &plain);
    ask(&b, IZH_KIND_STIMULI, (const uint8_t *)"", 1);
    answered(&b, IZH_DONE_REFUSED, 0, 0);
    end(&b);
}

// ---- Time ---------------------------------------------------------------------------------------

// 40 neurons on 2 lanes and 3 sub-steps take 60 clocks of the board's own time.
static void test_pace_counts_overruns(void **unused)
{
    (void)unused;
    struct bench b;
    const uint32_t settings[4] = {IZH_PAIR_NEURONS, 3, 2, 1};
    const uint32_t pace = IZH_ADDRESS(IZH_REGION_LINK, IZH_FIELD_LINK_PACE, 0);
    const uint32_t overruns = IZH_ADDRESS(IZH_REGION_LINK, IZH_FIELD_LINK_OVERRUNS, 0);
    begin(&b);
    write_words(&b, IZH_REG_NEURONS, settings, 4);
    izh_stream_settle(&b.stream, 0, 3, IZH_PAIR_NEURONS, NULL);
    write_word(&b, pace, 60);
    run(&b, 100);
    assert_int_equal(read_word(&b, overruns), 0);
    write_word(&b, pace, 30);
    run(&b, 101); // at 0, 60, 120, ...: every second one that is due
    assert_int_equal(read_word(&b, overruns), 100);
    write_word(&b, overruns, 0);
    write_word(&b, pace, 45);
    run(&b, 99); // at 0, 60, 120, 180, ...: of those due at 0, 45, 90, 135, 180 that of 135 not
    assert_int_equal(read_word(&b, overruns), 32);
    end(&b);
}

// Every neuron of pages 0 to 3 spikes in each sub-step: the peak is the least x.
static void test_spikes_of_all_pages(void **unused)
{
    (void)unused;
    struct bench b;
    enum { MANY = 16384 };
    static const struct izh_shape many = {.format = {20, 24, 18}, .neurons = MANY};
    const uint32_t settings[2] = {MANY, 2};
    begin_with(&b, &options, &many);
    for (uint32_t i = 0; i < MANY; i++)
        izh_model_write(b.model, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, i), 0x80000);
    write_words(&b, IZH_REG_NEURONS, settings, 2);
    izh_stream_begin(&b.stream, MANY);
    izh_stream_settle(&b.stream, 0, 2, MANY, NULL);
    run(&b, 3);
    take_all(&b);
    assert_int_equal(b.ticks, 3);
    assert_int_equal(b.spikes, 6 * MANY);
    assert_true(b.neurons == (uint64_t)6 * MANY * (MANY - 1) / 2);
    end(&b);
}

// ---- Lossy --------------------------------------------------------------------------------------

static void write_bench(void *context, uint32_t address, const uint32_t *words, size_t count)
{
    const size_t most = (ROOM - 4) / 4;
    for (size_t at = 0; at < count; at += most) {
        size_t n = count - at < most ? count - at : most;
        write_words(context, address + (uint32_t)at, words + at, n);
        answered(context, IZH_DONE_OK, (uint8_t)n, 0);
    }
}

static void load(struct bench *b, uint8_t probed[IZH_PAIR_NEURONS])
{
    izh_pair_network(20031110, write_bench, b);
    for (uint32_t i = 0; i < IZH_PAIR_NEURONS; i++)
        probed[i] =
            (uint8_t)read_word(b, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, i));
    izh_stream_settle(&b->stream, 0, 3, IZH_PAIR_NEURONS, probed);
}

static void test_lossy_counts_what_it_does_not_send(void **unused)
{
    (void)unused;
    struct bench b;
    struct izh_random random = {izh_test_seed(20031104)};
    uint8_t probed[IZH_PAIR_NEURONS];
    begin(&b);
    load(&b, probed);
    write_word(&b, IZH_ADDRESS(IZH_REGION_LINK, IZH_FIELD_LINK_LOSSY, 0), 1);
    uint8_t payload[8];
    put(payload, IZH_REG_RUN);
    put(payload + 4, 20000);
    izh_stream_run(&b.stream, 20000);
    send_frame(&b, IZH_KIND_WRITE, b.number++, payload, 8);
    // A host that is now and then too slow, and at last not there at all.
    uint8_t bytes[4096];
    b.updates = 1000;
    for (int i = 0; i < 2000; i++) {
        take_some(&b, 1 + izh_random_below(&random, 400));
        izh_soft_board_send(b.board, bytes, 0, izh_random_below(&random, 1000));
        if (izh_random_below(&random, 2))
            send_ack(&b, 0);
    }
    while (izh_soft_board_send(b.board, bytes, 4096, UPDATES))
        ;
    send_ack(&b, 1);
    take_all(&b);
    struct izh_soft_board_counts made = izh_soft_board_count(b.board);
    assert_int_equal(made.ticks, 20000);
    assert_int_equal(b.ticks, 20000);
    assert_true(izh_stream_rests(&b.stream));
    assert_int_equal(b.spikes + b.lost_spikes, made.spikes);
    assert_int_equal(b.samples + b.lost_samples, made.samples);
    assert_int_equal(b.lost_spikes, made.lost_spikes);
    assert_int_equal(b.lost_samples, made.lost_samples);
    assert_true(b.lost_spikes > 100 && b.spikes > 100 && b.samples > 100);
    end(&b);
}

// Its DONE waits for room, the ticks do not.
static void test_run_is_served_in_the_middle_of_a_tick(void **unused)
{
    (void)unused;
    struct bench b;
    uint8_t probed[IZH_PAIR_NEURONS], payload[8];
    uint32_t left, more;
    begin(&b);
    load(&b, probed);
    put(payload, IZH_REG_RUN);
    put(payload + 4, 100);
    b.window = 0;
    send_ack(&b, 0);
    send_frame(&b, IZH_KIND_WRITE, b.number++, payload, 8);
    assert_int_equal(take_some(&b, 4096), 0);
    izh_model_read(b.model, IZH_REG_TICKS_LEFT, &left);
    send_frame(&b, IZH_KIND_WRITE, b.number++, payload, 8);
    take_some(&b, 4096);
    izh_model_read(b.model, IZH_REG_TICKS_LEFT, &more);
    assert_int_equal(more, left + 100);
    b.window = 4096;
    send_ack(&b, 0);
    izh_stream_run(&b.stream, 200);
    take_all(&b);
    assert_int_equal(b.ticks, 200);
    end(&b);
}

// More are lost than a count of 24 bits holds, and more ticks end than one of 12.
static void test_counts_of_any_size(void **unused)
{
    (void)unused;
    struct bench b;
    uint8_t probed[IZH_PAIR_NEURONS], bytes[4096];
    begin(&b);
    load(&b, probed);
    write_word(&b, IZH_ADDRESS(IZH_REGION_LINK, IZH_FIELD_LINK_LOSSY, 0), 1);
    uint8_t payload[8];
    put(payload, IZH_REG_RUN);
    put(payload + 4, 400000);
    izh_stream_run(&b.stream, 400000);
    b.window = 300;
    send_ack(&b, 0);
    send_frame(&b, IZH_KIND_WRITE, b.number++, payload, 8);
    while (!izh_soft_board_idle(b.board))
        izh_soft_board_send(b.board, bytes, 4096, UPDATES);
    b.window = 4096;
    send_ack(&b, 1);
    take_all(&b);
    struct izh_soft_board_counts made = izh_soft_board_count(b.board);
    assert_true(made.lost_samples > 1 << 24);
    assert_int_equal(b.ticks, 400000);
    assert_int_equal(b.spikes + b.lost_spikes, made.spikes);
    assert_int_equal(b.samples + b.lost_samples, made.samples);
    end(&b);
}

// ---- Garbage ------------------------------------------------------------------------------------

// Bytes of all sorts: noise, frames with a bit changed, pieces of frames.
static size_t garbage(struct izh_random *random, uint8_t bytes[512])
{
    struct izh_frame f = {.kind = (uint8_t)(izh_random_below(random, 2)
                                                ? IZH_KIND_READ + izh_random_below(random, 4)
                                                : izh_random_next(random)),
                          .number = (uint16_t)izh_random_below(random, 8),
                          .length = (uint8_t)izh_random_below(random, IZH_FRAME_PAYLOAD + 1)};
    size_t length = izh_random_below(random, 400) + 1;
    if (izh_random_below(random, 3)) {
        for (size_t i = 0; i < length; i++)
            bytes[i] = (uint8_t)izh_random_next(random);
        return length;
    }
    for (size_t i = 0; i < f.length; i++)
        f.payload[i] = (uint8_t)(izh_random_below(random, 2) * izh_random_next(random));
    length = izh_frame_encode(&f, bytes);
    bytes[izh_random_below(random, (uint32_t)length)] ^=
        (uint8_t)(1u << izh_random_below(random, 8));
    return length - izh_random_below(random, 2) * izh_random_below(random, (uint32_t)length);
}

static uint32_t memory_crc(const struct izh_model *model)
{
    static const uint32_t counts[8] = {0, 40, 40, 40, 40, 256, 40, 40};
    uint32_t crc = 0;
    for (uint32_t region = 1; region < 8; region++) {
        for (uint32_t i = 0; i < 8 * counts[region]; i++) {
            uint32_t word = 0;
            uint8_t bytes[4];
            if (izh_model_read(model, IZH_ADDRESS(region, i % 8, i / 8), &word))
                continue;
            put(bytes, word);
            crc = izh_crc32(crc, bytes, 4);
        }
    }
    return crc;
}

static void test_garbage_changes_nothing_on_a_board(void **unused)
{
    (void)unused;
    struct bench b;
    struct izh_random random = {izh_test_seed(20031105)};
    uint8_t probed[IZH_PAIR_NEURONS], bytes[512], out[4096];
    begin(&b);
    load(&b, probed);
    uint32_t before = memory_crc(b.model);
    for (size_t sent = 0; sent < GARBAGE;) {
        size_t count = garbage(&random, bytes);
        izh_soft_board_receive(b.board, bytes, count);
        izh_soft_board_send(b.board, out, sizeof out, UPDATES);
        sent += count;
    }
    assert_int_equal(memory_crc(b.model), before);
    izh_soft_board_receive(b.board, (const uint8_t *)"", 1);
    send_ack(&b, 1);
    take_all(&b);
    assert_int_equal(read_word(&b, IZH_REG_NEURONS), IZH_PAIR_NEURONS);
    hello(&b);
    end(&b);
}

static void ignore(void *owner, const struct izh_answer *answer)
{
    (void)owner;
    (void)answer;
}

static void test_garbage_ends_no_session_of_a_host(void **unused)
{
    (void)unused;
    static struct izh_pair pair;
    static const struct izh_wire_faults none;
    struct izh_random random = {izh_test_seed(20031106)};
    uint8_t bytes[512], out[IZH_SESSION_OUTPUT];
    izh_pair_begin(&pair, &options, &none, 1, ignore);
    for (size_t sent = 0; sent < GARBAGE / 2;) { // before it has begun
        size_t count = garbage(&random, bytes);
        izh_session_receive(&pair.session, bytes, count, 0);
        sent += count;
    }
    izh_session_receive(&pair.session, bytes, 0, 0);
    while (pair.session.phase == IZH_SESSION_GREETING)
        izh_pair_step(&pair);
    assert_int_equal(pair.session.phase, IZH_SESSION_OPEN);
    for (size_t sent = 0; sent < GARBAGE / 2;) { // and while it is on
        size_t count = garbage(&random, bytes);
        izh_session_receive(&pair.session, bytes, count, pair.now_us += 50);
        while (izh_session_output(&pair.session, out, sizeof out, pair.now_us))
            ;
        sent += count;
    }
    assert_int_equal(pair.session.phase, IZH_SESSION_OPEN);
    izh_session_receive(&pair.session, (const uint8_t *)"", 1, pair.now_us);
    assert_true(
        izh_session_submit(&pair.session, IZH_KIND_READ, (const uint8_t *)"\0\0\0\0\1", 5, &pair));
    for (int i = 0; i < 100000 && pair.session.owned; i++)
        izh_pair_step(&pair);
    assert_int_equal(pair.session.owned, 0);
    izh_pair_end(&pair);
}

static void test_options_are_judged(void **unused)
{
    (void)unused;
    static const struct izh_soft_board_options bad[] = {
        {127, 4, 32, 0, 0, 0},  {32768, 4, 32, 0, 0, 0}, {512, 0, 32, 0, 0, 0},
        {512, 65, 32, 0, 0, 0}, {512, 4, 7, 0, 0, 0},    {1024, 4, 243, 0, 0, 0},
        {128, 4, 64, 0, 0, 0},
    };
    struct izh_model *model;
    assert_int_equal(izh_model_new(&izh_pair_shape, &model), IZH_MODEL_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(izh_soft_board_new(&bad[i], &izh_pair_shape, model));
    izh_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_written_read_and_checked),
        cmocka_unit_test(test_refusals_say_how_far_they_came),
        cmocka_unit_test(test_malformed_requests_do_what_came_before),
        cmocka_unit_test(test_link_registers),
        cmocka_unit_test(test_hello_resets_registers_and_keeps_memories),
        cmocka_unit_test(test_requests_out_of_turn_are_not_done),
        cmocka_unit_test(test_nothing_is_said_before_hello_and_beyond_the_limit),
        cmocka_unit_test(test_stimuli_wait_for_their_tick),
        cmocka_unit_test(test_an_engine_without_synapses_takes_no_stimuli),
        cmocka_unit_test(test_pace_counts_overruns),
        cmocka_unit_test(test_spikes_of_all_pages),
        cmocka_unit_test(test_lossy_counts_what_it_does_not_send),
        cmocka_unit_test(test_run_is_served_in_the_middle_of_a_tick),
        cmocka_unit_test(test_counts_of_any_size),
        cmocka_unit_test(test_garbage_changes_nothing_on_a_board),
        cmocka_unit_test(test_garbage_ends_no_session_of_a_host),
        cmocka_unit_test(test_options_are_judged),
    };
    return cmocka_run_group_tests_name("soft_board", tests, NULL, NULL);
}
