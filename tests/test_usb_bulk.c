// test_usb_wire.c: the USB device's bulk endpoints and its line: nothing lost, whatever is on the
// bus SPDX-License-Identifier: Apache-2.0
#include "usb_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    SET_FEATURE = 3,
    CLEAR_FEATURE = 1,
    SET_CONFIGURATION = 9,
    SET_INTERFACE = 11,
    PACKET = 64,
    OTHER_ADDRESS = 9,
};

#define assert_done(status) assert_int_equal(status, IZH_USBHOST_DONE)
#define assert_answer(answer, expected) assert_int_equal(answer, IZH_USBHOST_##expected)

static void test_loopback_of_transfers(void **state)
{
    struct usb_bench *bench = *state;
    const size_t lengths[] = {1, 63, 64, 65, 128, 1000, 1024, 2000, 4096};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        uint8_t bytes[4096], back[8192];
        size_t length = lengths[i], actual, got = 0;
        usb_fill(bench, bytes, length);
        assert_done(usb_bulk(bench, USB_OUT, bytes, length, IZH_USBHOST_ZERO_PACKET, &actual));
        assert_int_equal(actual, length);
        while (got < length) {
            assert_done(usb_bulk(bench, USB_IN, back + got, sizeof back - got, 0, &actual));
            got += actual;
        }
        assert_int_equal(got, length);
        assert_memory_equal(back, bytes, length);
    }
    assert_int_equal(bench->host.counts.errors, 0);
}

// With flush, a transfer of any length ends: behind a full packet comes an empty one, once.
static void test_flush_ends_a_full_packet(void **state)
{
    struct usb_bench *bench = *state;
    uint8_t bytes[2 * PACKET];
    usb_fill(bench, bytes, sizeof bytes);
    for (size_t packets = 1; packets <= 2; packets++) {
        assert_done(usb_bulk(bench, USB_OUT, bytes, packets * PACKET, 0, NULL));
        usb_pause(bench, 200);
        for (size_t i = 0; i < packets; i++)
            usb_expect_in(bench, bytes + i * PACKET, PACKET, true);
        usb_expect_in(bench, bytes, 0, true);
        usb_expect_nak(bench);
    }
}

static void test_without_flush_packets_are_full(void **state)
{
    struct usb_bench *bench = *state;
    uint8_t bytes[PACKET];
    usb_fill(bench, bytes, sizeof bytes);
    usb_bench_flush(bench, false);
    assert_answer(usb_send(bench, bytes, PACKET - 1, IZH_USBWIRE_WHOLE), ACK);
    usb_pause(bench, 200);
    usb_expect_nak(bench);
    assert_answer(usb_send(bench, bytes + PACKET - 1, 1, IZH_USBWIRE_WHOLE), ACK);
    usb_pause(bench, 200);
    usb_expect_in(bench, bytes, PACKET, true);
    usb_expect_nak(bench);
}

static void test_two_packets_of_room(void **state)
{
    struct usb_bench *bench = *state;
    uint8_t bytes[4 * PACKET];
    usb_fill(bench, bytes, sizeof bytes);
    bench->taken_of_1024 = 0;
    for (int i = 0; i < 2; i++) {
        assert_answer(usb_send(bench, bytes + i * PACKET, PACKET, IZH_USBWIRE_WHOLE), ACK);
        usb_pause(bench, 10);
    }
    for (int i = 0; i < 3; i++)
        assert_answer(usb_send(bench, bytes + 2 * PACKET, PACKET, IZH_USBWIRE_WHOLE), NAK);
    bench->taken_of_1024 = 1024;
    usb_pause(bench, 100);
    for (int i = 2; i < 4; i++)
        assert_answer(usb_send(bench, bytes + i * PACKET, PACKET, IZH_USBWIRE_WHOLE), ACK);
    usb_pause(bench, 200);
    for (int i = 0; i < 4; i++) {
        usb_expect_in(bench, bytes + i * PACKET, PACKET, true);
        usb_pause(bench, 50);
    }
}

// The device's ACK is lost: the host sends the packet again, it counts once.
static void test_repeated_out(void **state)
{
    struct usb_bench *bench = *state;
    bool *toggle = &bench->host.toggle[1][0];
    uint8_t bytes[3][PACKET];
    for (int i = 0; i < 3; i++) {
        usb_fill(bench, bytes[i], PACKET);
        for (int again = 0; again < 3; again++)
            assert_answer(usb_out(bench, USB_OUT, *toggle, bytes[i], 40, IZH_USBWIRE_WHOLE), ACK);
        *toggle = !*toggle;
        usb_pause(bench, 60);
        usb_expect_in(bench, bytes[i], 40, true);
        usb_expect_nak(bench);
    }
}

// As above, when there is no room for more: a packet that is here already is not refused.
static void test_repeated_out_without_room(void **state)
{
    struct usb_bench *bench = *state;
    uint8_t bytes[PACKET] = {0};
    bench->taken_of_1024 = 0;
    for (int i = 0; i < 2; i++)
        assert_answer(usb_send(bench, bytes, PACKET, IZH_USBWIRE_WHOLE), ACK);
    assert_answer(usb_out(bench, USB_OUT, true, bytes, PACKET, IZH_USBWIRE_WHOLE), ACK);
    assert_answer(usb_out(bench, USB_OUT, false, bytes, PACKET, IZH_USBWIRE_WHOLE), NAK);
}

static void test_broken_out(void **state)
{
    static const enum izh_usbwire_fault faults[] = {IZH_USBWIRE_BAD_CRC, IZH_USBWIRE_BAD_STUFF,
                                                    IZH_USBWIRE_CUT};
    struct usb_bench *bench = *state;
    for (int i = 0; i < 60; i++) {
        uint8_t bytes[PACKET];
        size_t length = 4 + izh_random_below(&bench->random, PACKET - 3);
        usb_fill(bench, bytes, length);
        memset(bytes + izh_random_below(&bench->random, (uint32_t)length), 0xff, 1);
        for (int again = 0; again < 3; again++)
            assert_answer(usb_send(bench, bytes, length, faults[i % 3]), NOTHING);
        assert_answer(usb_send(bench, bytes, length, IZH_USBWIRE_WHOLE), ACK);
        usb_pause(bench, 80);
        usb_expect_in(bench, bytes, length, true);
        if (length == PACKET)
            usb_expect_in(bench, bytes, 0, true);
        usb_expect_nak(bench);
    }
}

// The token of a transaction is broken: its data packet must find nobody.
static void test_broken_tokens(void **state)
{
    static const enum izh_usbwire_fault faults[] = {IZH_USBWIRE_BAD_CRC, IZH_USBWIRE_CUT};
    struct usb_bench *bench = *state;
    uint8_t bytes[PACKET];
    usb_fill(bench, bytes, sizeof bytes);
    for (int i = 0; i < 2; i++) {
        usb_loop(bench, 1);
        izh_usbhost_token(&bench->host, IZH_USBPACKET_OUT, USB_ADDRESS, USB_OUT, faults[i]);
        izh_usbhost_data(&bench->host, bench->host.toggle[1][0], bytes, 8, IZH_USBWIRE_WHOLE);
        assert_answer(izh_usbhost_receive_handshake(&bench->host), NOTHING);
        usb_pause(bench, 20);
        usb_expect_nak(bench);
        izh_usbhost_token(&bench->host, IZH_USBPACKET_IN, USB_ADDRESS, USB_IN, faults[i]);
        assert_answer(izh_usbhost_receive_handshake(&bench->host), NOTHING);
    }
}

// A token in which six ones meet, and the seventh where the 0 should be.
static void test_badly_stuffed_token(void **state)
{
    enum { ADDRESS = 0x7f };
    struct usb_bench *bench = *state;
    enum { SET_ADDRESS = 5 };
    assert_done(usb_request(bench, 0, SET_ADDRESS, ADDRESS, 0, 0, NULL, NULL));
    bench->address = ADDRESS;
    uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    struct izh_usbwire_packet packet;
    izh_usbhost_token(&bench->host, IZH_USBPACKET_IN, ADDRESS, USB_IN, IZH_USBWIRE_BAD_STUFF);
    assert_answer(izh_usbhost_receive_data(&bench->host, &packet), NOTHING);
    izh_usbhost_token(&bench->host, IZH_USBPACKET_OUT, ADDRESS, USB_OUT, IZH_USBWIRE_BAD_STUFF);
    izh_usbhost_data(&bench->host, false, bytes, 8, IZH_USBWIRE_WHOLE);
    assert_answer(izh_usbhost_receive_handshake(&bench->host), NOTHING);
    assert_answer(usb_send(bench, bytes, 8, IZH_USBWIRE_WHOLE), ACK);
    usb_pause(bench, 20);
    usb_expect_in(bench, bytes, 8, true);
    usb_expect_nak(bench);
}

// More than 64 bytes with a good CRC: not taken, nothing of it seen.
static void test_too_long_out(void **state)
{
    struct usb_bench *bench = *state;
    uint8_t packet[1 + PACKET + 2 + 2], bytes[PACKET + 2];
    usb_fill(bench, bytes, sizeof bytes);
    for (size_t length = PACKET + 1; length <= PACKET + 2; length++) {
        uint16_t crc = izh_usbpacket_crc16(bytes, length);
        packet[0] = bench->host.toggle[1][0] ? IZH_USBPACKET_DATA1 : IZH_USBPACKET_DATA0;
        memcpy(packet + 1, bytes, length);
        packet[1 + length] = (uint8_t)crc;
        packet[2 + length] = (uint8_t)(crc >> 8);
        izh_usbhost_token(&bench->host, IZH_USBPACKET_OUT, USB_ADDRESS, USB_OUT, IZH_USBWIRE_WHOLE);
        izh_usbwire_send(&bench->host.wire, packet, length + 3, IZH_USBWIRE_WHOLE);
        assert_answer(izh_usbhost_receive_handshake(&bench->host), NOTHING);
        usb_loop(bench, 3);
    }
}

// High speed's DATA2 and MDATA, and identifiers whose check bits are wrong.
static void test_other_identifiers(void **state)
{
    static const uint8_t pids[] = {0x87, 0x0f, 0xc2, 0x4a, 0x43, 0xd3};
    struct usb_bench *bench = *state;
    uint8_t packet[IZH_USBPACKET_BYTES], bytes[8] = {1, 2, 3};
    for (size_t i = 0; i < sizeof pids; i++) {
        size_t length = izh_usbpacket_data(packet, false, bytes, sizeof bytes);
        packet[0] = pids[i];
        izh_usbhost_token(&bench->host, IZH_USBPACKET_OUT, USB_ADDRESS, USB_OUT, IZH_USBWIRE_WHOLE);
        izh_usbwire_send(&bench->host.wire, packet, length, IZH_USBWIRE_WHOLE);
        assert_answer(izh_usbhost_receive_handshake(&bench->host), NOTHING);
    }
    usb_expect_nak(bench);
    usb_loop(bench, 2);
}

static void test_empty_out(void **state)
{
    struct usb_bench *bench = *state;
    for (int i = 0; i < 5; i++) {
        assert_answer(usb_send(bench, NULL, 0, IZH_USBWIRE_WHOLE), ACK);
        usb_pause(bench, 10);
        usb_expect_nak(bench);
    }
    usb_loop(bench, 3);
}

static void test_lost_ack(void **state)
{
    struct usb_bench *bench = *state;
    for (int i = 0; i < 6; i++) {
        uint8_t bytes[PACKET];
        usb_fill(bench, bytes, sizeof bytes);
        assert_answer(usb_send(bench, bytes, 50, IZH_USBWIRE_WHOLE), ACK);
        usb_pause(bench, 60);
        for (int again = 0; again < i; again++)
            usb_expect_in(bench, bytes, 50, false);
        usb_expect_in(bench, bytes, 50, true);
        usb_expect_nak(bench);
    }
}

// --- other devices on the bus ----------------------------------------------------------------

enum { FOREIGN_KINDS = 6 };

// What a hub lets through of other devices, and what may become of it.
static void foreign_traffic(struct usb_bench *bench, int kind)
{
    struct izh_usbhost *host = &bench->host;
    uint8_t bytes[PACKET];
    bool toggle = izh_random_below(&bench->random, 2);
    enum izh_usbwire_fault fault = kind >= 3 ? IZH_USBWIRE_BAD_CRC : IZH_USBWIRE_WHOLE;
    usb_fill(bench, bytes, sizeof bytes);
    switch (kind % 3) {
    case 0: // its data, the host's ACK
        izh_usbhost_token(host, IZH_USBPACKET_IN, OTHER_ADDRESS, USB_IN, fault);
        izh_usbhost_data(host, toggle, bytes, 1 + izh_random_below(&bench->random, PACKET),
                         IZH_USBWIRE_WHOLE);
        izh_usbhost_handshake(host, IZH_USBPACKET_ACK);
        break;
    case 1: // the host's data, its ACK
        izh_usbhost_token(host, IZH_USBPACKET_OUT, OTHER_ADDRESS, USB_OUT, fault);
        izh_usbhost_data(host, toggle, bytes, 1 + izh_random_below(&bench->random, PACKET),
                         IZH_USBWIRE_WHOLE);
        izh_usbhost_handshake(host, IZH_USBPACKET_ACK);
        break;
    default:
        izh_usbhost_token(host, IZH_USBPACKET_SETUP, OTHER_ADDRESS, 0, fault);
        izh_usbhost_data(host, false, bytes, 8, IZH_USBWIRE_WHOLE);
        izh_usbhost_handshake(host, IZH_USBPACKET_ACK);
    }
    // To none of these does the device say anything.
    assert_answer(izh_usbhost_receive_handshake(host), NOTHING);
}

static void test_foreign_ack_is_not_ours(void **state)
{
    struct usb_bench *bench = *state;
    for (int kind = 0; kind < FOREIGN_KINDS; kind++) {
        uint8_t bytes[2][PACKET];
        for (int i = 0; i < 2; i++) {
            usb_fill(bench, bytes[i], PACKET);
            assert_answer(usb_send(bench, bytes[i], PACKET - 1, IZH_USBWIRE_WHOLE), ACK);
        }
        usb_pause(bench, 100);
        // The packets have run together; the first is full.
        uint8_t first[PACKET];
        memcpy(first, bytes[0], PACKET - 1);
        first[PACKET - 1] = bytes[1][0];
        usb_expect_in(bench, first, PACKET, false);
        foreign_traffic(bench, kind);
        usb_expect_in(bench, first, PACKET, true);
        usb_expect_in(bench, bytes[1] + 1, PACKET - 2, true);
        usb_expect_nak(bench);
    }
}

static void test_foreign_data_is_not_ours(void **state)
{
    struct usb_bench *bench = *state;
    for (int i = 0; i < 60; i++) {
        foreign_traffic(bench, i % FOREIGN_KINDS);
        usb_pause(bench, 20);
        usb_expect_nak(bench);
        usb_loop(bench, 1);
        foreign_traffic(bench, (int)izh_random_below(&bench->random, FOREIGN_KINDS));
    }
}

// The same when the last token that the device understood was an OUT or a SETUP of its own.
static void test_foreign_data_behind_our_own(void **state)
{
    static const uint8_t read_status[8] = {0x80, 0, 0, 0, 0, 0, 2, 0};
    struct usb_bench *bench = *state;
    struct izh_usbwire_packet packet;
    for (int kind = 0; kind < FOREIGN_KINDS; kind++) {
        uint8_t bytes[PACKET];
        usb_fill(bench, bytes, sizeof bytes);
        assert_answer(usb_send(bench, bytes, 30, IZH_USBWIRE_WHOLE), ACK);
        foreign_traffic(bench, kind);
        usb_pause(bench, 30);
        usb_expect_in(bench, bytes, 30, true);
        usb_expect_nak(bench);
        usb_loop(bench, 1);
        assert_answer(usb_setup(bench, read_status, IZH_USBWIRE_WHOLE), ACK);
        foreign_traffic(bench, kind);
        assert_answer(usb_in(bench, 0, true, &packet), ACK);
        assert_int_equal(packet.length, 5);
        assert_answer(usb_out(bench, 0, true, NULL, 0, IZH_USBWIRE_WHOLE), ACK);
        foreign_traffic(bench, kind);
    }
    assert_int_equal(bench->host.wire.contentions, 0);
}

// Both halves of the memory wait to be read: nothing foreign may be written over them.
static void test_foreign_data_over_full_memory(void **state)
{
    struct usb_bench *bench = *state;
    for (int kind = 0; kind < FOREIGN_KINDS; kind++) {
        uint8_t bytes[PACKET + 10];
        usb_fill(bench, bytes, sizeof bytes);
        bench->taken_of_1024 = 0;
        assert_answer(usb_send(bench, bytes, PACKET, IZH_USBWIRE_WHOLE), ACK);
        assert_answer(usb_send(bench, bytes + PACKET, 10, IZH_USBWIRE_WHOLE), ACK);
        foreign_traffic(bench, kind);
        bench->taken_of_1024 = 1024;
        usb_pause(bench, 100);
        usb_expect_in(bench, bytes, PACKET, true);
        usb_expect_in(bench, bytes + PACKET, 10, true);
    }
}

// --- a new beginning -----------------------------------------------------------------------------

// One packet each way, so that both toggles are 1 (or one packet of each waits in the device).
static void unsettle(struct usb_bench *bench, bool waiting)
{
    uint8_t bytes[PACKET] = {7};
    assert_answer(usb_send(bench, bytes, 20, IZH_USBWIRE_WHOLE), ACK);
    usb_pause(bench, 40);
    usb_expect_in(bench, bytes, 20, true);
    if (waiting) {
        assert_answer(usb_send(bench, bytes, 30, IZH_USBWIRE_WHOLE), ACK);
        usb_pause(bench, 60);
        usb_expect_in(bench, bytes, 30, false);
        bench->taken_of_1024 = 0;
        assert_answer(usb_send(bench, bytes, 40, IZH_USBWIRE_WHOLE), ACK);
    }
}

static void test_toggles_after_requests(void **state)
{
    struct usb_bench *bench = *state;
    for (int waiting = 0; waiting < 2; waiting++) {
        unsettle(bench, waiting);
        assert_done(usb_command(bench, 0, SET_CONFIGURATION, 1, 0));
        usb_expect_fresh(bench);
        unsettle(bench, waiting);
        assert_done(usb_command(bench, 1, SET_INTERFACE, 0, 0));
        usb_expect_fresh(bench);
    }
}

static void test_toggles_after_bus_reset(void **state)
{
    struct usb_bench *bench = *state;
    for (int waiting = 0; waiting < 2; waiting++) {
        unsettle(bench, waiting);
        usb_enumerate(bench);
        usb_expect_fresh(bench);
    }
}

// A halted endpoint refuses, with a packet waiting in it as well.
static void expect_halt(struct usb_bench *bench, uint8_t endpoint)
{
    struct izh_usbwire_packet packet;
    uint8_t byte = 0;
    assert_done(usb_command(bench, 2, SET_FEATURE, 0, endpoint));
    if (endpoint & 0x80)
        assert_answer(usb_in(bench, endpoint, true, &packet), STALL);
    else
        assert_answer(usb_send(bench, &byte, 1, IZH_USBWIRE_WHOLE), STALL);
}

// The end of a halt sets the toggle and keeps what waits.
static void test_toggles_after_halt(void **state)
{
    struct usb_bench *bench = *state;
    uint8_t bytes[PACKET];
    usb_fill(bench, bytes, sizeof bytes);
    for (int real = 0; real < 2; real++) {
        unsettle(bench, false);
        assert_answer(usb_send(bench, bytes, 33, IZH_USBWIRE_WHOLE), ACK);
        usb_pause(bench, 50);
        usb_expect_in(bench, bytes, 33, false);
        for (int in = 0; in < 2; in++) {
            if (real)
                expect_halt(bench, in ? USB_IN : USB_OUT);
            assert_done(usb_command(bench, 2, CLEAR_FEATURE, 0, in ? USB_IN : USB_OUT));
        }
        assert_false(bench->host.toggle[1][0] || bench->host.toggle[1][1]);
        usb_expect_in(bench, bytes, 33, true);
        usb_loop(bench, 3);
    }
}

// --- streams
// --------------------------------------------------------------------------------------

// What the consumer has taken is what was sent, in order.
static void compare_taken(struct usb_bench *bench, const uint8_t *sent, size_t *compared)
{
    while (bench->fifo_count) {
        assert_int_equal(bench->fifo[bench->fifo_from], sent[*compared]);
        bench->fifo_from = (bench->fifo_from + 1) % sizeof bench->fifo;
        bench->fifo_count--;
        (*compared)++;
    }
}

static void test_slow_consumer(void **state)
{
    enum { PACKETS = 1800 };
    struct usb_bench *bench = *state;
    uint8_t *sent = malloc(PACKETS * PACKET);
    assert_non_null(sent);
    size_t length = 0, compared = 0;
    bench->hold_back = true;
    for (int i = 0; i < PACKETS; i++) {
        size_t packet = 1 + izh_random_below(&bench->random, PACKET);
        usb_fill(bench, sent + length, packet);
        // About as fast as the bus: full at one time, empty at another.
        bench->taken_of_1024 = 4 + izh_random_below(&bench->random, 60);
        enum izh_usbhost_answer answer = IZH_USBHOST_NAK;
        for (int attempt = 0; answer == IZH_USBHOST_NAK && attempt < 1000; attempt++) {
            answer = usb_send(bench, sent + length, packet, IZH_USBWIRE_WHOLE);
            compare_taken(bench, sent, &compared);
        }
        assert_answer(answer, ACK);
        length += packet;
    }
    bench->taken_of_1024 = 1024;
    usb_pause(bench, 200);
    compare_taken(bench, sent, &compared);
    assert_int_equal(compared, length);
    free(sent);
}

// Both ways at once with a consumer that comes and goes; every byte is compared.
static void test_streams_both_ways(void **state)
{
    enum { LENGTH = 60000 };
    struct usb_bench *bench = *state;
    uint8_t *bytes = malloc(LENGTH), *back = malloc(LENGTH);
    assert_true(bytes && back);
    usb_fill(bench, bytes, LENGTH);
    struct izh_usbhost_transfer to = {
        .address = USB_ADDRESS, .endpoint = USB_OUT, .data = bytes, .length = LENGTH};
    struct izh_usbhost_transfer from = {.address = USB_ADDRESS, .endpoint = USB_IN};
    size_t got = 0;
    izh_usbhost_submit(&bench->host, &to);
    for (int round = 0; got < LENGTH && round < 20000; round++) {
        bench->taken_of_1024 = izh_random_below(&bench->random, 4) ? 1024 : 20;
        from.data = back + got;
        from.length = LENGTH - got;
        izh_usbhost_finish(&bench->host, &from, USB_MS);
        got += from.actual;
    }
    assert_int_equal(got, LENGTH);
    assert_done(to.status);
    assert_memory_equal(bytes, back, LENGTH);
    assert_int_equal(bench->host.counts.errors, 0);
    free(bytes);
    free(back);
}

static struct usb_bench_device pins = {IZH_USB_PINS, 20111102};
static struct usb_bench_device ulpi = {IZH_USB_ULPI, 20111102};

#define WITH_PINS(test) USB_TEST("", test, pins)
#define WITH_ULPI(test) USB_TEST("ulpi_", test, ulpi)
#define EACH_TEST(WITH)                                                                            \
    WITH(test_loopback_of_transfers), WITH(test_flush_ends_a_full_packet),                         \
        WITH(test_without_flush_packets_are_full), WITH(test_two_packets_of_room),                 \
        WITH(test_repeated_out), WITH(test_repeated_out_without_room), WITH(test_broken_out),      \
        WITH(test_broken_tokens), WITH(test_badly_stuffed_token), WITH(test_too_long_out),         \
        WITH(test_other_identifiers), WITH(test_empty_out), WITH(test_lost_ack),                   \
        WITH(test_foreign_ack_is_not_ours), WITH(test_foreign_data_is_not_ours),                   \
        WITH(test_foreign_data_behind_our_own), WITH(test_foreign_data_over_full_memory),          \
        WITH(test_toggles_after_requests), WITH(test_toggles_after_bus_reset),                     \
        WITH(test_toggles_after_halt), WITH(test_slow_consumer), WITH(test_streams_both_ways)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH_TEST(WITH_PINS),
        EACH_TEST(WITH_ULPI),
    };
    return cmocka_run_group_tests_name("usb_bulk", tests, NULL, NULL);
}
