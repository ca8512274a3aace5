// test_stream.c: words of the stream become events, one by one
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "link_codes.h"
#include "stream.h"

enum { NEURONS = 10000, SUBSTEPS = 2, ROOM = 16 };

static uint8_t probed[NEURONS];

static void begin(struct izh_stream *s, uint32_t ticks)
{
    memset(probed, 0, sizeof probed);
    izh_stream_begin(s, NEURONS);
    izh_stream_settle(s, 100, SUBSTEPS, NEURONS, probed);
    izh_stream_run(s, ticks);
}

static size_t decode(struct izh_stream *s, const uint16_t *words, size_t count,
                     struct izh_event events[ROOM])
{
    uint8_t bytes[64];
    size_t used;
    for (size_t i = 0; i < count; i++) {
        bytes[2 * i] = (uint8_t)words[i];
        bytes[2 * i + 1] = (uint8_t)(words[i] >> 8);
    }
    size_t made = izh_stream_decode(s, bytes, 2 * count, events, ROOM, &used);
    assert_true(s->fault || used == 2 * count);
    return made;
}

#define DECODE(s, events, ...)                                                                     \
    decode(s, (const uint16_t[]){__VA_ARGS__},                                                     \
           sizeof(const uint16_t[]){__VA_ARGS__} / sizeof(uint16_t), events)

static void is(const struct izh_event *e, enum izh_event_kind kind, uint32_t tick, uint16_t substep)
{
    assert_int_equal(e->kind, kind);
    assert_int_equal(e->tick, tick);
    assert_int_equal(e->substep, substep);
}

static void test_spikes_have_page_substep_and_level(void **unused)
{
    (void)unused;
    struct izh_stream s;
    struct izh_event e[ROOM];
    begin(&s, 3);
    assert_int_equal(DECODE(&s, e, 0x5003, IZH_WORD_SUBSTEP | 1, 0x0fff, IZH_WORD_PAGE | 2, 0x0001,
                            IZH_WORD_TICKS | 2, 0x0001),
                     5);
    is(&e[0], IZH_EVENT_SPIKE, 100, 0);
    assert_int_equal(e[0].neuron, 3);
    assert_int_equal(e[0].level, 5);
    is(&e[1], IZH_EVENT_SPIKE, 100, 1);
    assert_int_equal(e[1].neuron, 0xfff);
    assert_int_equal(e[2].neuron, 0x2001);
    is(&e[3], IZH_EVENT_TICKS, 101, 0);
    assert_int_equal(e[3].count, 2);
    is(&e[4], IZH_EVENT_SPIKE, 102, 0); // the page stays, the sub-step does not
    assert_int_equal(e[4].neuron, 0x2001);
}

static void test_counts_have_24_bits(void **unused)
{
    (void)unused;
    struct izh_stream s;
    struct izh_event e[ROOM];
    begin(&s, 0x3000);
    assert_int_equal(DECODE(&s, e, IZH_WORD_HIGH | 0x123, IZH_WORD_LOST_SPIKES | 0x456,
                            IZH_WORD_LOST_SPIKES | 1, IZH_WORD_HIGH | 1, IZH_WORD_TICKS,
                            IZH_WORD_TICKS, IZH_WORD_HIGH | 2, IZH_WORD_TICKS),
                     5);
    assert_int_equal(e[0].count, 0x123456);
    assert_int_equal(e[1].count, 1);
    assert_int_equal(e[2].count, 0x1000);
    assert_int_equal(e[3].count, 0x2000);
    is(&e[4], IZH_EVENT_REST, 100 + 0x3000 - 1, 0);
    assert_true(s.lost_spikes == 0x123457);
}

static void test_samples_are_counted_into_their_substep(void **unused)
{
    (void)unused;
    struct izh_stream s;
    struct izh_event e[ROOM];
    begin(&s, 2);
    probed[7] = probed[9] = 1;
    izh_stream_settle(&s, 100, SUBSTEPS, NEURONS, probed);
    // In pieces, as frames may cut them; the last sample comes behind the end of its tick.
    assert_int_equal(DECODE(&s, e, IZH_WORD_SAMPLE | 3, 7, 0x5678, 0xf234), 0);
    assert_int_equal(DECODE(&s, e, 0x0001, 0x8000, IZH_WORD_LOST_SAMPLES | 4, IZH_WORD_TICKS | 2),
                     3);
    is(&e[0], IZH_EVENT_SAMPLE, 100, 0);
    assert_int_equal(e[0].w, (int32_t)0xf2345678);
    assert_int_equal(e[0].x, (int32_t)0x80000001);
    assert_int_equal(e[0].level, 3);
    is(&e[1], IZH_EVENT_LOST_SAMPLES, 100, 0);
    is(&e[2], IZH_EVENT_TICKS, 101, 0);
    assert_false(izh_stream_rests(&s));
    assert_int_equal(DECODE(&s, e, IZH_WORD_SAMPLE, 9, 0, 0, 0, 0, IZH_WORD_SAMPLE, 7, 0, 0, 0, 0),
                     2);
    is(&e[0], IZH_EVENT_SAMPLE, 101, 0);
    is(&e[1], IZH_EVENT_SAMPLE, 101, 1);
    assert_int_equal(DECODE(&s, e, IZH_WORD_SAMPLE, 9, 0, 0, 0, 0), 2);
    is(&e[0], IZH_EVENT_SAMPLE, 101, 1);
    is(&e[1], IZH_EVENT_REST, 101, 0);
}

static void fails(const uint16_t *words, size_t count)
{
    struct izh_stream s;
    struct izh_event e[ROOM];
    begin(&s, 1);
    decode(&s, words, count, e);
    assert_non_null(s.fault);
}

static void test_words_that_make_no_sense(void **unused)
{
    (void)unused;
    fails((const uint16_t[]){IZH_WORD_PAGE | 2, 10000 - 0x2000}, 2);
    fails((const uint16_t[]){IZH_WORD_TICKS | 1, 0x0001}, 2); // when all have ended
    fails((const uint16_t[]){IZH_WORD_TICKS | 2}, 1);
    fails((const uint16_t[]){IZH_WORD_SUBSTEP | SUBSTEPS}, 1);
    fails((const uint16_t[]){IZH_WORD_SAMPLE, 7, 0, 0, 0, 0}, 6); // not probed
    fails((const uint16_t[]){IZH_WORD_LOST_SAMPLES | 1}, 1);
    fails((const uint16_t[]){0xf000}, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spikes_have_page_substep_and_level),
        cmocka_unit_test(test_counts_have_24_bits),
        cmocka_unit_test(test_samples_are_counted_into_their_substep),
        cmocka_unit_test(test_words_that_make_no_sense),
    };
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
