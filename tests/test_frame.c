// test_frame.c: frames of the link: stuffing, check, and whatever a broken wire can make of them
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crc32.h"
#include "frame.h"
#include "random.h"

// A frame with many zeros or none, of any length.
static struct izh_frame random_frame(struct izh_random *random)
{
    struct izh_frame frame = {.kind = (uint8_t)izh_random_next(random),
                              .number = (uint16_t)izh_random_next(random),
                              .length = (uint8_t)izh_random_below(random, IZH_FRAME_PAYLOAD + 1)};
    uint32_t values = 1u << izh_random_below(random, 9);
    for (size_t i = 0; i < frame.length; i++)
        frame.payload[i] = (uint8_t)(izh_random_below(random, values) * (256 / values));
    return frame;
}

static bool same(const struct izh_frame *a, const struct izh_frame *b)
{
    return a->kind == b->kind && a->number == b->number && a->length == b->length &&
           !memcmp(a->payload, b->payload, a->length);
}

// Decodes bytes; the last event that says something.
static enum izh_frame_event decode(struct izh_frame_decoder *decoder, const uint8_t *bytes,
                                   size_t count, struct izh_frame *frame)
{
    enum izh_frame_event last = IZH_FRAME_NONE;
    for (size_t i = 0; i < count; i++) {
        enum izh_frame_event event = izh_frame_decode(decoder, bytes[i], frame);
        last = event ? event : last;
    }
    return last;
}

// The check value of the CRC catalogues, and the residue that the gateware looks for.
static void test_crc_is_the_published_one(void **unused)
{
    (void)unused;
    static const uint8_t digits[] = "123456789", own_crc[] = {0x26, 0x39, 0xf4, 0xcb};
    uint32_t crc = izh_crc32(0, digits, 9);
    assert_int_equal(crc, 0xcbf43926);
    assert_int_equal(izh_crc32(izh_crc32(0, digits, 4), digits + 4, 5), crc);
    assert_int_equal(izh_crc32(crc, own_crc, 4), 0x2144df1c);
}

static uint32_t bit_by_bit(uint32_t crc, const uint8_t *bytes, size_t count)
{
    crc = ~crc;
    for (size_t i = 0; i < 8 * count; i++) {
        crc ^= bytes[i / 8] >> i % 8 & 1;
        crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static void test_crc_is_that_of_its_bits(void **unused)
{
    (void)unused;
    struct izh_random random = {izh_test_seed(20030604)};
    uint8_t bytes[64];
    for (int round = 0; round < 5000; round++) {
        size_t count = izh_random_below(&random, sizeof bytes + 1);
        uint32_t crc = (uint32_t)izh_random_next(&random);
        for (size_t i = 0; i < count; i++)
            bytes[i] = (uint8_t)izh_random_next(&random);
        assert_int_equal(izh_crc32(crc, bytes, count), bit_by_bit(crc, bytes, count));
    }
}

// docs/link.md shows these bytes.
static void test_wire_is_as_documented(void **unused)
{
    (void)unused;
    static const struct izh_frame frame = {0x10, 0x0100, 5, {0x04, 0x00, 0x00, 0x00, 0x02}};
    static const uint8_t expected[] = {0x02, 0x10, 0x03, 0x01, 0x04, 0x01, 0x01,
                                       0x06, 0x02, 0x0b, 0xfa, 0x4b, 0xc9, 0x00};
    uint8_t wire[IZH_FRAME_WIRE];
    assert_int_equal(izh_frame_encode(&frame, wire), sizeof expected);
    assert_memory_equal(wire, expected, sizeof expected);
}

static void test_every_frame_comes_back(void **unused)
{
    (void)unused;
    struct izh_random random = {izh_test_seed(20030601)};
    struct izh_frame_decoder decoder = {0};
    for (int i = 0; i < 20000; i++) {
        struct izh_frame frame = random_frame(&random), back;
        uint8_t wire[IZH_FRAME_WIRE];
        size_t length = izh_frame_encode(&frame, wire);
        assert_int_equal(length, (size_t)frame.length + IZH_FRAME_OVERHEAD);
        assert_ptr_equal(memchr(wire, 0, length), wire + length - 1);
        assert_int_equal(decode(&decoder, wire, length, &back), IZH_FRAME_WHOLE);
        assert_true(same(&frame, &back));
    }
}

static void test_too_short_and_too_long_are_broken(void **unused)
{
    (void)unused;
    struct izh_frame_decoder decoder = {0};
    struct izh_frame frame;
    uint8_t bytes[IZH_FRAME_WIRE + 1];
    for (size_t length = 1; length < sizeof bytes; length++) {
        memset(bytes, 1, sizeof bytes);
        bytes[length] = 0;
        assert_int_equal(decode(&decoder, bytes, length + 1, &frame), IZH_FRAME_BROKEN);
    }
    assert_int_equal(izh_frame_decode(&decoder, 0, &frame), IZH_FRAME_NONE);

    // The longest frame, and one byte before its delimiter.
    struct izh_frame longest = {.length = IZH_FRAME_PAYLOAD};
    assert_int_equal(izh_frame_encode(&longest, bytes), IZH_FRAME_WIRE);
    assert_int_equal(decode(&decoder, bytes, IZH_FRAME_WIRE, &frame), IZH_FRAME_WHOLE);
    bytes[IZH_FRAME_WIRE - 1] = 1;
    bytes[IZH_FRAME_WIRE] = 0;
    assert_int_equal(decode(&decoder, bytes, IZH_FRAME_WIRE + 1, &frame), IZH_FRAME_BROKEN);
}

// Any one byte changed to any other.
static void test_every_changed_byte_is_noticed(void **unused)
{
    (void)unused;
    struct izh_random random = {izh_test_seed(20030602)};
    struct izh_frame frame = random_frame(&random), back;
    frame.length = 30;
    uint8_t wire[IZH_FRAME_WIRE];
    size_t length = izh_frame_encode(&frame, wire);
    for (size_t i = 0; i + 1 < length; i++) {
        for (unsigned change = 1; change < 256; change++) {
            struct izh_frame_decoder decoder = {0};
            wire[i] ^= (uint8_t)change;
            for (size_t j = 0; j < length; j++)
                assert_int_not_equal(izh_frame_decode(&decoder, wire[j], &back), IZH_FRAME_WHOLE);
            wire[i] ^= (uint8_t)change;
        }
    }
}

// Twelve million bytes: noise, and frames with bits changed and their ends cut off. Whatever came,
// a whole frame behind a delimiter is understood, and no frame appears that nobody sent.
static void test_noise_makes_no_frame_and_hides_none(void **unused)
{
    (void)unused;
    struct izh_random random = {izh_test_seed(20030603)};
    struct izh_frame_decoder decoder = {0};
    size_t bytes = 0, broken = 0;
    while (bytes < 12000000) {
        struct izh_frame frame = random_frame(&random), back;
        uint8_t wire[IZH_FRAME_WIRE + 8];
        size_t length = izh_frame_encode(&frame, wire);
        if (izh_random_below(&random, 2)) {
            for (size_t i = 0; i < length; i++)
                wire[i] = (uint8_t)izh_random_next(&random);
        }
        for (uint32_t n = izh_random_below(&random, 4) + 1; n--;)
            wire[izh_random_below(&random, (uint32_t)length)] ^= (uint8_t)(1u << (n & 7));
        length -= izh_random_below(&random, 4) == 0 ? izh_random_below(&random, 5) : 0;
        for (size_t i = 0; i < length; i++) {
            enum izh_frame_event event = izh_frame_decode(&decoder, wire[i], &back);
            broken += event == IZH_FRAME_BROKEN;
            assert_true(event != IZH_FRAME_WHOLE || same(&frame, &back));
        }
        izh_frame_decode(&decoder, 0, &back);
        bytes += length + 1;

        size_t good = izh_frame_encode(&frame, wire);
        assert_int_equal(decode(&decoder, wire, good, &back), IZH_FRAME_WHOLE);
        assert_true(same(&frame, &back));
        bytes += good;
    }
    assert_true(broken > 10000);
}

// Bytes of all kinds, in pieces of any size, are understood as if they came one by one.
static void test_pieces_are_as_good_as_bytes(void **unused)
{
    (void)unused;
    struct izh_random random = {izh_test_seed(20030605)};
    struct izh_frame_decoder one = {0}, many = {0};
    uint8_t bytes[600];
    for (int round = 0; round < 20000; round++) {
        struct izh_frame frame = random_frame(&random), by_one, by_many;
        size_t length = izh_frame_encode(&frame, bytes), event_at = 0;
        if (izh_random_below(&random, 3) == 0) {
            length = izh_random_below(&random, sizeof bytes);
            for (size_t i = 0; i < length; i++)
                bytes[i] = (uint8_t)izh_random_below(&random, 1u << izh_random_below(&random, 9));
        }
        while (event_at < length) {
            size_t piece = 1 + izh_random_below(&random, (uint32_t)(length - event_at));
            enum izh_frame_event event, expected = IZH_FRAME_NONE;
            size_t taken = izh_frame_take(&many, bytes + event_at, piece, &by_many, &event);
            assert_in_range(taken, 1, piece);
            for (size_t i = 0; i < taken; i++) {
                assert_int_equal(expected, IZH_FRAME_NONE);
                expected = izh_frame_decode(&one, bytes[event_at + i], &by_one);
            }
            assert_int_equal(event, expected);
            assert_true(event != IZH_FRAME_WHOLE || same(&by_one, &by_many));
            assert_true(taken == piece || !bytes[event_at + taken - 1]);
            event_at += taken;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc_is_the_published_one),
        cmocka_unit_test(test_crc_is_that_of_its_bits),
        cmocka_unit_test(test_wire_is_as_documented),
        cmocka_unit_test(test_every_frame_comes_back),
        cmocka_unit_test(test_too_short_and_too_long_are_broken),
        cmocka_unit_test(test_every_changed_byte_is_noticed),
        cmocka_unit_test(test_noise_makes_no_frame_and_hides_none),
        cmocka_unit_test(test_pieces_are_as_good_as_bytes),
    };
    return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
