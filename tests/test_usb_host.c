// test_usb_host.c: the host controller model: checksums, how transfers end, frames
// SPDX-License-Identifier: Apache-2.0
#include "usb_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { PACKET = 64 };

static int set_up(void **state)
{
    struct usb_bench *bench = usb_bench_new(izh_test_seed(20111120), NULL);
    usb_enumerate(bench);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    usb_bench_free(*state);
    return 0;
}

// As captured from buses: SETUP to 0:0, SOF 1, a token to 9:2, the first request of most hosts; and
// the check value of CRC-16/USB.
static void test_checksums(void **unused)
{
    (void)unused;
    static const uint8_t request[] = {0x80, 6, 0, 1, 0, 0, 0x40, 0}, digits[] = "123456789";
    static const struct {
        uint16_t bits;
        uint8_t wire[2];
    } tokens[] = {{0, {0x00, 0x10}}, {1, {0x01, 0xe8}}, {9 | 2 << 7, {0x09, 0xb1}}};
    uint8_t token[IZH_USBPACKET_TOKEN], packet[IZH_USBPACKET_BYTES];
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        izh_usbpacket_token(token, IZH_USBPACKET_SETUP, tokens[i].bits);
        assert_int_equal(token[0], 0x2d);
        assert_memory_equal(token + 1, tokens[i].wire, 2);
    }
    assert_int_equal(izh_usbpacket_crc16(request, 8), 0x94dd);
    assert_int_equal(izh_usbpacket_crc16(digits, 9), 0xb4c8);
    size_t length = izh_usbpacket_data(packet, true, digits, 4);
    assert_int_equal(length, 7);
    assert_true(izh_usbpacket_is_data(packet, length));
    for (size_t bit = 8; bit < 8 * length; bit++) {
        packet[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(izh_usbpacket_is_data(packet, length));
        packet[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void test_short_packets_against_the_flag(void **state)
{
    struct usb_bench *bench = *state;
    uint8_t bytes[100] = {0};
    size_t actual;
    assert_int_equal(usb_bulk(bench, USB_OUT, bytes, 100, 0, NULL), IZH_USBHOST_DONE);
    usb_pause(bench, 200);
    assert_int_equal(usb_bulk(bench, USB_IN, bytes, 100, IZH_USBHOST_SHORT_NOT_OK, &actual),
                     IZH_USBHOST_DONE);
    assert_int_equal(usb_bulk(bench, USB_OUT, bytes, 90, 0, NULL), IZH_USBHOST_DONE);
    usb_pause(bench, 200);
    assert_int_equal(usb_bulk(bench, USB_IN, bytes, 100, IZH_USBHOST_SHORT_NOT_OK, &actual),
                     IZH_USBHOST_TOO_SHORT);
    assert_int_equal(actual, 90);
}

static void test_zero_packets(void **state)
{
    static const struct {
        size_t length;
        unsigned flags;
        uint64_t packets;
    } cases[] = {{64, 0, 1},
                 {64, IZH_USBHOST_ZERO_PACKET, 2},
                 {65, IZH_USBHOST_ZERO_PACKET, 2},
                 {128, IZH_USBHOST_ZERO_PACKET, 3},
                 {0, 0, 1}};
    struct usb_bench *bench = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t bytes[128] = {0};
        uint64_t before = bench->host.counts.packets_out;
        assert_int_equal(usb_bulk(bench, USB_OUT, bytes, cases[i].length, cases[i].flags, NULL),
                         IZH_USBHOST_DONE);
        assert_int_equal(bench->host.counts.packets_out - before, cases[i].packets);
    }
}

static void test_more_than_asked_for(void **state)
{
    struct usb_bench *bench = *state;
    uint8_t bytes[PACKET] = {0};
    size_t actual;
    assert_int_equal(usb_bulk(bench, USB_OUT, bytes, 40, 0, NULL), IZH_USBHOST_DONE);
    usb_pause(bench, 200);
    assert_int_equal(usb_bulk(bench, USB_IN, bytes, 39, 0, &actual), IZH_USBHOST_OVERFLOW);
    assert_int_equal(actual, 0);
}

// Three attempts at a device that is not there, and the queue goes on.
static void test_nobody_answers(void **state)
{
    struct usb_bench *bench = *state;
    uint8_t byte = 1;
    struct izh_usbhost_transfer nobody = {
        .address = 100, .endpoint = USB_OUT, .data = &byte, .length = 1};
    assert_int_equal(izh_usbhost_finish(&bench->host, &nobody, 10 * USB_MS), IZH_USBHOST_FAILED);
    assert_int_equal(bench->host.counts.errors, 3);
    assert_int_equal(usb_bulk(bench, USB_OUT, &byte, 1, 0, NULL), IZH_USBHOST_DONE);
}

static void test_what_waits_is_cancelled(void **state)
{
    struct usb_bench *bench = *state;
    uint8_t bytes[PACKET];
    struct izh_usbhost_transfer in = {
        .address = USB_ADDRESS, .endpoint = USB_IN, .data = bytes, .length = PACKET};
    assert_int_equal(izh_usbhost_finish(&bench->host, &in, 2 * USB_MS), IZH_USBHOST_CANCELLED);
    assert_true(bench->host.counts.naks > 100);
    assert_null(bench->host.first);
}

struct queue {
    struct izh_usbhost *host;
    int done;
    uint8_t order[16];
};

static void note(void *context, struct izh_usbhost_transfer *transfer)
{
    struct queue *queue = context;
    queue->order[queue->done++] = transfer->data[0];
    // A done transfer may be submitted again from here.
    if (transfer->data[0] == 1 && queue->done < 8)
        izh_usbhost_submit(queue->host, transfer);
}

static void test_transfers_keep_their_order(void **state)
{
    struct usb_bench *bench = *state;
    struct queue queue = {.host = &bench->host};
    struct izh_usbhost_transfer transfers[3];
    uint8_t bytes[3] = {1, 2, 3}, back[PACKET];
    for (int i = 0; i < 3; i++) {
        transfers[i] = (struct izh_usbhost_transfer){.address = USB_ADDRESS,
                                                     .endpoint = USB_OUT,
                                                     .data = &bytes[i],
                                                     .length = 1,
                                                     .done = note,
                                                     .context = &queue};
        izh_usbhost_submit(&bench->host, &transfers[i]);
    }
    izh_usbhost_run(&bench->host, 5 * USB_MS);
    static const uint8_t expected[] = {1, 2, 3, 1, 1, 1, 1, 1};
    assert_int_equal(queue.done, sizeof expected);
    assert_memory_equal(queue.order, expected, sizeof expected);
    size_t got = 0, actual;
    while (got < sizeof expected) {
        assert_int_equal(usb_bulk(bench, USB_IN, back + got, PACKET - got, 0, &actual),
                         IZH_USBHOST_DONE);
        got += actual;
    }
    assert_memory_equal(back, expected, sizeof expected);
}

// A transfer that fills every frame does not shut out the others.
static void test_endpoints_take_turns(void **state)
{
    enum { LENGTH = 3000 };
    struct usb_bench *bench = *state;
    uint8_t bytes[LENGTH], status[2];
    usb_fill(bench, bytes, LENGTH);
    struct izh_usbhost_transfer out = {
        .address = USB_ADDRESS, .endpoint = USB_OUT, .data = bytes, .length = LENGTH};
    izh_usbhost_submit(&bench->host, &out);
    assert_int_equal(usb_request(bench, 0x80, 0, 0, 0, 2, status, NULL), IZH_USBHOST_DONE);
    assert_int_equal(out.status, IZH_USBHOST_WAITING);
    izh_usbhost_run(&bench->host, 5 * USB_MS);
    assert_int_equal(out.status, IZH_USBHOST_DONE);
}

static void test_a_frame_is_a_millisecond(void **state)
{
    struct usb_bench *bench = *state;
    uint64_t before = bench->host.counts.frames, start = bench->host.wire.now;
    uint16_t frame = bench->host.frame;
    izh_usbhost_run(&bench->host, 3000 * (uint64_t)USB_MS / 10);
    uint64_t frames = bench->host.counts.frames - before;
    uint64_t expected = (bench->host.wire.now - start) / USB_MS;
    assert_in_range(frames, expected, expected + 1);
    assert_int_equal(bench->host.frame, (frame + frames) & 0x7ff);
}

int main(void)
{
#define WITH_DEVICE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checksums),
        WITH_DEVICE(test_short_packets_against_the_flag),
        WITH_DEVICE(test_zero_packets),
        WITH_DEVICE(test_more_than_asked_for),
        WITH_DEVICE(test_nobody_answers),
        WITH_DEVICE(test_what_waits_is_cancelled),
        WITH_DEVICE(test_transfers_keep_their_order),
        WITH_DEVICE(test_endpoints_take_turns),
        WITH_DEVICE(test_a_frame_is_a_millisecond),
    };
    return cmocka_run_group_tests_name("usb_host", tests, NULL, NULL);
}
