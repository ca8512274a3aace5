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
    SET_CONFIGURATION = 9,
    PACKET = 64,
    BIT = IZH_USBWIRE_CLOCKS_PER_BIT,
};

// [USB 2.0] 7.1.18.1: a device answers after 2 to 6.5 bit times.
static const double least_turnaround = 2, most_turnaround = 6.5;

#define assert_done(status) assert_int_equal(status, IZH_USBHOST_DONE)
#define assert_answer(answer, expected) assert_int_equal(answer, IZH_USBHOST_##expected)

// A greedy host has 19 packets of 64 bytes in each frame.
static uint64_t packets_of_frames(struct usb_bench *bench, uint8_t endpoint, int frames)
{
    enum { ROOM = 64 * PACKET * 20 };
    uint8_t *data = malloc(ROOM);
    assert_non_null(data);
    usb_fill(bench, data, ROOM);
    struct izh_usbhost_transfer transfer = {
        .address = USB_ADDRESS, .endpoint = endpoint, .data = data, .length = ROOM};
    struct izh_usbhost_counts before = bench->host.counts;
    izh_usbhost_submit(&bench->host, &transfer);
    izh_usbhost_run(&bench->host, (uint64_t)frames * USB_MS);
    struct izh_usbhost_counts after = bench->host.counts;
    assert_int_equal(after.frames - before.frames, frames);
    assert_int_equal(after.errors, before.errors);
    assert_int_equal(after.late, before.late);
    izh_usbhost_cancel(&bench->host, &transfer);
    free(data);
    return after.packets_in - before.packets_in + after.packets_out - before.packets_out;
}

static bool always_ready(void *context)
{
    (void)context;
    return true;
}

static void drop(void *context, uint8_t byte)
{
    (void)context;
    (void)byte;
}

static bool always_more(void *context, uint8_t *byte)
{
    *byte = (uint8_t)izh_random_next(context);
    return true;
}

static void test_nineteen_packets_a_frame(void **state)
{
    enum { FRAMES = 20 };
    struct usb_bench *bench = *state;
    struct izh_usb_streams streams = {.context = &bench->random,
                                      .ready = always_ready,
                                      .out = drop,
                                      .in = always_more,
                                      .flush = true};
    izh_usb_set_streams(bench->usb, &streams);
    for (unsigned gap = 2; gap <= 4; gap++) {
        bench->host.wire.settings.gap_bits = gap;
        izh_usbhost_run(&bench->host, bench->host.next_sof - bench->host.wire.now);
        uint64_t in = packets_of_frames(bench, USB_IN, FRAMES);
        izh_usbhost_run(&bench->host, bench->host.next_sof - bench->host.wire.now);
        uint64_t out_packets = packets_of_frames(bench, USB_OUT, FRAMES);
        print_message("# gap %u bits: %.2f packets in, %.2f out a frame\n", gap,
                      (double)in / FRAMES, (double)out_packets / FRAMES);
        assert_true(in >= 19 * FRAMES);
        assert_true(out_packets >= 19 * FRAMES);
    }
    usb_bench_flush(bench, true);
    assert_done(usb_command(bench, 0, SET_CONFIGURATION, 1, 0));
}

// --- line
// -----------------------------------------------------------------------------------------

struct range {
    double least, most;
};

static void measure(struct range *range, const struct izh_usbhost *host)
{
    double bits = host->wire.turnaround / BIT;
    range->least = range->least < bits ? range->least : bits;
    range->most = range->most > bits ? range->most : bits;
}

static void test_turnaround(void **state)
{
    static const char *const names[] = {"IN, NAK", "IN, data", "OUT, ACK", "SETUP, ACK",
                                        "control IN"};
    static const uint8_t read_set[8] = {0xc0, 0x20, 0, 0, 7, 0, 162, 0};
    struct usb_bench *bench = *state;
    struct izh_usbwire_packet packet;
    struct range ranges[5];
    // The host's bits wander past the device's: every phase comes.
    bench->host.wire.settings.ppm = 500;
    for (int i = 0; i < 5; i++)
        ranges[i] = (struct range){1000, 0};
    for (int i = 0; i < 400; i++) {
        uint8_t bytes[PACKET];
        size_t length = 1 + izh_random_below(&bench->random, PACKET - 1);
        usb_fill(bench, bytes, length);
        assert_answer(usb_in(bench, USB_IN, true, &packet), NAK);
        measure(&ranges[0], &bench->host);
        assert_answer(usb_send(bench, bytes, length, IZH_USBWIRE_WHOLE), ACK);
        measure(&ranges[2], &bench->host);
        usb_pause(bench, 60);
        assert_answer(usb_in(bench, USB_IN, true, &packet), ACK);
        measure(&ranges[1], &bench->host);
        assert_answer(usb_setup(bench, read_set, IZH_USBWIRE_WHOLE), ACK);
        measure(&ranges[3], &bench->host);
        assert_answer(usb_in(bench, 0, true, &packet), ACK);
        measure(&ranges[4], &bench->host);
    }
    for (int i = 0; i < 5; i++) {
        print_message("# turnaround %-10s %5.2f to %5.2f bit times\n", names[i], ranges[i].least,
                      ranges[i].most);
        assert_true(ranges[i].least >= least_turnaround);
        assert_true(ranges[i].most <= most_turnaround);
    }
}

static void test_clock_recovery(void **unused)
{
    static const struct izh_usbwire_settings lines[] = {
        {.ppm = 0},
        {.ppm = 2500, .jitter_ns = 4, .skew_ns = 6},
        {.ppm = -2500, .jitter_ns = 4, .skew_ns = -6},
        {.ppm = 2500, .skew_ns = 12},
        {.ppm = -5000},
        {.ppm = 5000},
        {.jitter_ns = 8},
        {.skew_ns = 20},
        {.ppm = 2500, .dribble = true},
        {.ppm = -2500, .jitter_ns = 4, .dribble = true},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct izh_usbwire_settings line = lines[i];
        line.gap_bits = izh_usbwire_plain.gap_bits;
        line.timeout_bits = izh_usbwire_plain.timeout_bits;
        struct usb_bench *bench = usb_bench_new(izh_test_seed(20111103 + i), &line);
        usb_enumerate(bench);
        usb_loop(bench, i < 3 ? 1000 : 500);
        assert_int_equal(bench->host.counts.errors, 0);
        usb_bench_free(bench);
    }
}

static void test_suspend(void **state)
{
    struct usb_bench *bench = *state;
    usb_loop(bench, 1);
    for (int i = 0; i < 2; i++) {
        izh_usbhost_suspend(&bench->host, USB_MS * 29 / 10);
        assert_false(izh_usb_read_state(bench->usb).suspended);
        izh_usbhost_suspend(&bench->host, USB_MS * 2 / 10);
        assert_true(izh_usb_read_state(bench->usb).suspended);
        izh_usbhost_suspend(&bench->host, 30 * USB_MS);
        assert_true(izh_usb_read_state(bench->usb).suspended);
        izh_usbhost_resume(&bench->host, 20 * USB_MS);
        assert_false(izh_usb_read_state(bench->usb).suspended);
        assert_true(izh_usb_read_state(bench->usb).configured);
        usb_loop(bench, 3);
    }
    // A bus reset wakes it as well.
    izh_usbhost_suspend(&bench->host, 4 * USB_MS);
    usb_enumerate(bench);
    assert_false(izh_usb_read_state(bench->usb).suspended);
    usb_loop(bench, 3);
    // With an SOF in each millisecond it stays awake.
    izh_usbhost_run(&bench->host, 10 * USB_MS);
    assert_false(izh_usb_read_state(bench->usb).suspended);
}

static void test_reset_needs_its_time(void **state)
{
    struct usb_bench *bench = *state;
    struct izh_usbwire *wire = &bench->host.wire;
    uint8_t bytes[PACKET];
    usb_loop(bench, 1);
    usb_fill(bench, bytes, sizeof bytes);
    assert_answer(usb_send(bench, bytes, 60, IZH_USBWIRE_WHOLE), ACK);
    usb_pause(bench, 100);
    // 2 us are none, and half a microsecond of J begins anew.
    for (int i = 0; i < 10; i++) {
        izh_usbwire_hold(wire, IZH_USBWIRE_SE0, 96);
        assert_false(izh_usb_read_state(bench->usb).bus_reset);
        izh_usbwire_hold(wire, IZH_USBWIRE_RELEASED, 24);
    }
    usb_pause(bench, 10);
    usb_expect_in(bench, bytes, 60, true);
    izh_usbwire_hold(wire, IZH_USBWIRE_SE0, 144);
    assert_true(izh_usb_read_state(bench->usb).bus_reset);
    assert_false(izh_usb_read_state(bench->usb).configured);
    izh_usbwire_hold(wire, IZH_USBWIRE_SE0, 50 * USB_MS);
    assert_true(izh_usb_read_state(bench->usb).bus_reset);
    izh_usbwire_hold(wire, IZH_USBWIRE_RELEASED, 16);
    assert_false(izh_usb_read_state(bench->usb).bus_reset);
}

static void test_unplugged(void **state)
{
    struct usb_bench *bench = *state;
    usb_loop(bench, 1);
    izh_usb_set_vbus(bench->usb, false);
    // The line is at J all the same: a board may hold it there.
    izh_usbwire_hold(&bench->host.wire, IZH_USBWIRE_J, 100);
    assert_true(izh_usb_read_state(bench->usb).bus_reset);
    assert_false(bench->host.wire.drive.pullup);
    assert_false(izh_usb_read_state(bench->usb).configured);
    usb_pause(bench, 5000);
    assert_false(izh_usb_read_state(bench->usb).suspended);
    izh_usb_set_vbus(bench->usb, true);
    usb_pause(bench, 10);
    assert_true(bench->host.wire.drive.pullup);
    usb_enumerate(bench);
    usb_expect_fresh(bench);
}

// Levels at random, packets of random bytes: no answer that stops, no state that stays.
static void test_noise_on_the_line(void **state)
{
    struct usb_bench *bench = *state;
    struct izh_random *random = &bench->random;
    for (int i = 0; i < 400; i++) {
        for (uint32_t n = izh_random_below(random, 200); n--;)
            izh_usbwire_hold(&bench->host.wire, (enum izh_usbwire_state)izh_random_below(random, 3),
                             1 + izh_random_below(random, 12));
        usb_pause(bench, 80);
        uint8_t bytes[PACKET];
        size_t length = 1 + izh_random_below(random, PACKET - 1);
        usb_fill(bench, bytes, length);
        izh_usbwire_send(&bench->host.wire, bytes, length, IZH_USBWIRE_WHOLE);
        usb_pause(bench, 80);
        struct izh_usbwire_packet packet;
        izh_usbwire_receive(&bench->host.wire, &packet);
        assert_false(bench->host.wire.drive.oe);
    }
    bench->host.wire.contentions = 0;
    usb_enumerate(bench);
    usb_expect_fresh(bench);
}

static struct usb_bench_device pins = {IZH_USB_PINS, 20111102};
static struct usb_bench_device ulpi = {IZH_USB_ULPI, 20111102};

#define WITH_PINS(test) USB_TEST("", test, pins)
#define WITH_ULPI(test) USB_TEST("ulpi_", test, ulpi)
#define EACH_TEST(WITH)                                                                            \
    WITH(test_nineteen_packets_a_frame), WITH(test_turnaround), WITH(test_suspend),                \
        WITH(test_reset_needs_its_time), WITH(test_unplugged), WITH(test_noise_on_the_line)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH_TEST(WITH_PINS),
        cmocka_unit_test(test_clock_recovery),
        EACH_TEST(WITH_ULPI),
    };
    return cmocka_run_group_tests_name("usb_wire", tests, NULL, NULL);
}
