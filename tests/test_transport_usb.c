// test_transport_usb.c: "usb:" on an unchanged libusb, against devices that umockdev plays
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "carrier.h"
#include "random.h"
#include "transports.h"
#include "usb_fake.h"

enum { IN = 0x81, OUT = 0x01 };

static const struct usb_fake_model engine = {.vendor = 0x1209,
                                             .product_id = 0x0001,
                                             .product = "izh neuron engine",
                                             .serial = "IZH-0001",
                                             .interfaces = 1,
                                             .in = IN,
                                             .out = OUT,
                                             .packet = 64};
static const struct izh_transport_ops *const usb = &izh_transport_usb;

static int begin(void **state)
{
    (void)state;
    usb_fake_begin();
    return 0;
}

static int end(void **state)
{
    (void)state;
    usb_fake_end();
    return 0;
}

// --- bytes
// ----------------------------------------------------------------------------------------

static const uint64_t forever_us = UINT64_MAX;

static void fill(uint8_t *bytes, size_t count, uint64_t seed)
{
    struct izh_random random = {seed};
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)izh_random_next(&random);
}

// Receives exactly count bytes, size at most at a time.
static void receive_all(struct izh_transport *transport, uint8_t *bytes, size_t count, size_t size)
{
    for (size_t have = 0, got; have < count; have += got) {
        size_t part = count - have < size ? count - have : size;
        assert_int_equal(usb->receive(transport, bytes + have, part, &got, forever_us), IZH_OK);
        assert_true(got <= part);
    }
}

static size_t receive_within(struct izh_transport *transport, uint8_t *bytes, size_t size,
                             uint64_t timeout_us)
{
    size_t got = 77;
    assert_int_equal(usb->receive(transport, bytes, size, &got, timeout_us), IZH_OK);
    return got;
}

static size_t receive_now(struct izh_transport *transport, uint8_t *bytes, size_t size)
{
    return receive_within(transport, bytes, size, 0);
}

static void send_all(struct izh_transport *transport, const uint8_t *bytes, size_t count)
{
    uint8_t none[1];
    for (size_t done = 0, sent, got; done < count; done += sent) {
        assert_int_equal(usb->send(transport, bytes + done, count - done, &sent), IZH_OK);
        if (!sent)
            assert_int_equal(usb->receive(transport, none, 0, &got, forever_us), IZH_OK);
    }
}

// Until the device has heard all, or the endpoint has nothing under way any more.
static void drain(struct izh_transport *transport, struct usb_fake *fake, size_t count)
{
    const uint8_t *heard;
    for (int i = 0; i < 1000 && usb_fake_heard(fake, &heard) < count; i++) {
        uint8_t none[1];
        receive_within(transport, none, 0, 2000);
    }
}

static void assert_heard(struct usb_fake *fake, const uint8_t *bytes, size_t count)
{
    const uint8_t *heard;
    assert_int_equal(usb_fake_heard(fake, &heard), count);
    assert_memory_equal(heard, bytes, count);
}

static void test_eight_reads_are_under_way(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
    struct izh_transport *transport = izh_must_open(usb, "");
    assert_int_equal(usb_fake_flying(fake, IN), 8);
    uint8_t said[8 * 32], got[sizeof said];
    fill(said, sizeof said, 1);
    for (int i = 0; i < 8; i++)
        usb_fake_say(fake, said + 32 * i, 32);
    assert_int_equal(usb_fake_flying(fake, IN), 0);
    receive_all(transport, got, sizeof got, sizeof got);
    assert_memory_equal(got, said, sizeof said);
    assert_int_equal(usb_fake_flying(fake, IN), 8);
    assert_int_equal(usb_fake_most_flying(fake, IN), 8);
    usb->close(transport);
}

// A reader that takes nothing stops the device, not the memory; nothing is lost.
static void test_a_slow_reader_stops_the_device(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
    struct izh_transport *transport = izh_must_open(usb, "");
    static uint8_t said[20 * 4096], got[sizeof said];
    fill(said, sizeof said, 2);
    usb_fake_say(fake, said, sizeof said);
    assert_int_equal(receive_now(transport, got, 1), 1);
    assert_int_equal(receive_now(transport, got + 1, 1), 1);
    assert_int_equal(usb_fake_flying(fake, IN), 0);
    receive_all(transport, got + 2, sizeof got - 2, 1000);
    assert_memory_equal(got, said, sizeof said);
    usb->close(transport);
}

static void test_zero_and_short_packets(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
    struct izh_transport *transport = izh_must_open(usb, "");
    uint8_t got[300], said[300];
    fill(said, sizeof said, 3);
    for (int i = 0; i < 20; i++)
        usb_fake_say(fake, NULL, 0);
    usb_fake_say(fake, said, 1);
    usb_fake_say(fake, NULL, 0);
    usb_fake_say(fake, said + 1, 64);
    usb_fake_say(fake, NULL, 0);
    usb_fake_say(fake, said + 65, 235);
    receive_all(transport, got, sizeof got, sizeof got);
    assert_memory_equal(got, said, sizeof said);
    assert_int_equal(receive_now(transport, got, sizeof got), 0);
    assert_int_equal(usb_fake_flying(fake, IN), 8);
    usb->close(transport);
}

// 64 random exchanges of a device that says back what it hears.
static void test_an_echo_comes_back_whole(void **unused)
{
    (void)unused;
    struct izh_random random = {izh_test_seed(20040101)};
    struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
    usb_fake_echo(fake, true);
    struct izh_transport *transport = izh_must_open(usb, "");
    static uint8_t out[6000], back[sizeof out];
    for (int i = 0; i < 64; i++) {
        size_t count = 1 + izh_random_below(&random, sizeof out);
        fill(out, count, izh_random_next(&random));
        size_t done = 0, have = 0, sent, got;
        while (have < count) {
            size_t part = izh_random_below(&random, 800);
            part = part < count - done ? part : count - done;
            assert_int_equal(usb->send(transport, out + done, part, &sent), IZH_OK);
            done += sent;
            assert_int_equal(usb->receive(transport, back + have, count - have, &got,
                                          done < count ? 0 : forever_us),
                             IZH_OK);
            have += got;
        }
        assert_memory_equal(back, out, count);
    }
    usb->close(transport);
}

// What does not fit is left with the caller; nothing waits; room is announced once.
static void test_send_takes_what_there_is_room_for(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
    usb_fake_hold(fake, false, true);
    struct izh_transport *transport = izh_must_open(usb, "");
    static uint8_t bytes[100000];
    fill(bytes, sizeof bytes, 4);
    size_t sent, more, got;
    uint8_t none[1];
    assert_int_equal(usb->send(transport, bytes, sizeof bytes, &sent), IZH_OK);
    assert_int_equal(sent, 4 * 4096);
    assert_int_equal(usb->send(transport, bytes + sent, sizeof bytes - sent, &more), IZH_OK);
    assert_int_equal(more, 0);
    assert_int_equal(usb_fake_flying(fake, OUT), 3);
    assert_int_equal(usb->receive(transport, none, 1, &got, 1000), IZH_OK);
    assert_int_equal(usb->send(transport, bytes + sent, sizeof bytes - sent, &more), IZH_OK);
    assert_int_equal(more, 0);
    usb_fake_hold(fake, false, false);
    assert_int_equal(usb->receive(transport, none, 1, &got, forever_us), IZH_OK);
    assert_int_equal(got, 0);
    send_all(transport, bytes + sent, sizeof bytes - sent);
    drain(transport, fake, sizeof bytes);
    assert_heard(fake, bytes, sizeof bytes);
    usb->close(transport);
}

// Pieces gather while transfers are under way, and leave at once otherwise.
static void test_small_pieces_travel_together(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
    usb_fake_hold(fake, false, true);
    struct izh_transport *transport = izh_must_open(usb, "");
    uint8_t bytes[200 * 10];
    fill(bytes, sizeof bytes, 5);
    for (size_t i = 0, sent; i < 200; i++) {
        assert_int_equal(usb->send(transport, bytes + 10 * i, 10, &sent), IZH_OK);
        assert_int_equal(sent, 10);
    }
    assert_int_equal(usb_fake_flying(fake, OUT), 3);
    usb_fake_hold(fake, false, false);
    drain(transport, fake, sizeof bytes);
    assert_heard(fake, bytes, sizeof bytes);
    assert_int_equal(usb_fake_longest(fake, OUT), 197 * 10);
    usb->close(transport);
}

static void test_nothing_comes_in_the_time_given(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
    struct izh_transport *transport = izh_must_open(usb, "");
    uint8_t bytes[16];
    size_t got = 1;
    uint64_t before_us = usb->now_us(transport);
    assert_int_equal(usb->receive(transport, bytes, sizeof bytes, &got, 30000), IZH_OK);
    assert_int_equal(got, 0);
    assert_true(usb->now_us(transport) - before_us >= 30000);
    assert_int_equal(usb_fake_flying(fake, IN), 8);
    usb_fake_say(fake, "late", 4);
    receive_all(transport, bytes, 4, 4);
    assert_memory_equal(bytes, "late", 4);
    usb->close(transport);
}

static void *interrupt_it(void *transport)
{
    usb->interrupt(transport);
    return NULL;
}

static void test_another_thread_ends_a_receive(void **unused)
{
    (void)unused;
    usb_fake_plug(&engine, "1-1");
    struct izh_transport *transport = izh_must_open(usb, "");
    uint8_t byte;
    size_t got;
    for (int i = 0; i < 200; i++) {
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, interrupt_it, transport), 0);
        if (i % 2) // before receive is called
            pthread_join(thread, NULL);
        assert_int_equal(usb->receive(transport, &byte, 1, &got, forever_us), IZH_OK);
        assert_int_equal(got, 0);
        if (i % 2 == 0)
            pthread_join(thread, NULL);
    }
    usb->close(transport);
}

// An interrupt does not eat bytes, and bytes do not eat the interrupt.
static void test_bytes_and_interrupt_both_arrive(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
    struct izh_transport *transport = izh_must_open(usb, "");
    uint8_t bytes[8];
    size_t got, all = 0, empty = 0;
    usb_fake_say(fake, "12345", 5);
    usb->interrupt(transport);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(usb->receive(transport, bytes, 8, &got, forever_us), IZH_OK);
        all += got;
        empty += !got;
    }
    assert_int_equal(all, 5);
    assert_int_equal(empty, 1);
    usb->close(transport);
}

// --- faults
// ---------------------------------------------------------------------------------------

static void test_a_stalled_read_is_cleared(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
    struct izh_transport *transport = izh_must_open(usb, "");
    static const int statuses[] = {-EPIPE, -EPROTO, -EOVERFLOW};
    for (int i = 0; i < 3; i++) {
        uint8_t said[200], got[200];
        fill(said, sizeof said, 6);
        usb_fake_say(fake, said, 50);
        usb_fake_fail_in(fake, statuses[i], said + 50, 50);
        usb_fake_say(fake, said + 100, 100);
        receive_all(transport, got, sizeof got, 30);
        assert_memory_equal(got, said, sizeof said);
        for (int n = 0; n < 1000 && usb_fake_clears(fake) <= i; n++)
            assert_int_equal(receive_within(transport, got, sizeof got, 2000), 0);
        assert_int_equal(usb_fake_clears(fake), i + 1);
        assert_int_equal(izh_carrier_faults(transport).clears, i + 1);
        assert_int_equal(usb_fake_flying(fake, IN), 8);
    }
    usb->close(transport);
}

// What counts is how often an endpoint is cleared in vain, not how often in all.
static void test_any_number_of_stalls_may_be_cleared(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
    struct izh_transport *transport = izh_must_open(usb, "");
    for (int i = 0; i < 30; i++) {
        uint8_t got[8];
        usb_fake_fail_in(fake, -EPIPE, "half", 4);
        usb_fake_say(fake, "rest", 4);
        receive_all(transport, got, sizeof got, sizeof got);
        assert_memory_equal(got, "halfrest", 8);
    }
    assert_int_equal(usb_fake_clears(fake), 30);
    usb->close(transport);
}

// What the device took before it stalled is not sent twice; the rest follows in order.
static void test_a_stalled_write_goes_on_where_it_was(void **unused)
{
    (void)unused;
    static uint8_t bytes[30000];
    fill(bytes, sizeof bytes, 7);
    static const int statuses[] = {-EPIPE, -EPROTO, 0};
    for (int i = 0; i < 3; i++) {
        for (size_t taken = 0; taken <= 64; taken += 64) {
            struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
            struct izh_transport *transport = izh_must_open(usb, "");
            usb_fake_hold(fake, false, true);
            usb_fake_fail_out(fake, statuses[i] ? 1 : 4, statuses[i], taken);
            size_t sent;
            assert_int_equal(usb->send(transport, bytes, sizeof bytes, &sent), IZH_OK);
            usb_fake_hold(fake, false, false);
            send_all(transport, bytes + sent, sizeof bytes - sent);
            drain(transport, fake, sizeof bytes);
            if (statuses[i] == -EPIPE) // others let through what is behind: the link mends that
                assert_heard(fake, bytes, sizeof bytes);
            assert_int_equal(usb_fake_clears(fake), 1);
            usb->close(transport);
            usb_fake_unplug(fake);
        }
    }
}

static void test_one_that_stays_stalled_ends_the_connection(void **unused)
{
    (void)unused;
    for (int in = 0; in < 2; in++) {
        struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
        struct izh_transport *transport = izh_must_open(usb, "");
        usb_fake_stall_for_good(fake, in);
        uint8_t byte = 0;
        size_t sent, got;
        uint64_t before_us = usb->now_us(transport);
        assert_int_equal(usb->send(transport, &byte, 1, &sent), IZH_OK);
        assert_int_equal(usb->receive(transport, &byte, 1, &got, forever_us), IZH_IO);
        assert_true(usb->now_us(transport) - before_us >= 480000); // no less, for a hub is slow
        assert_int_equal(usb->receive(transport, &byte, 1, &got, forever_us), IZH_IO);
        assert_int_equal(usb->send(transport, &byte, 1, &sent), IZH_IO);
        assert_int_equal(usb_fake_clears(fake), 25);
        usb->close(transport);
        usb_fake_unplug(fake);
    }
}

// A kernel reports errors first, and that the device is gone only when its hub has noticed.
static void test_errors_before_an_unplug_are_no_end_of_their_own(void **unused)
{
    (void)unused;
    for (int in = 0; in < 2; in++) {
        struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
        struct izh_transport *transport = izh_must_open(usb, "");
        usb_fake_stall_for_good(fake, in);
        usb_fake_cut_at(fake, 60);
        uint8_t byte = 0;
        size_t sent, got;
        assert_int_equal(usb->send(transport, &byte, 1, &sent), IZH_OK);
        assert_int_equal(usb->receive(transport, &byte, 1, &got, forever_us), IZH_GONE);
        assert_in_range(usb_fake_clears(fake), 1, 24);
        usb->close(transport);
        usb_fake_unplug(fake);
    }
}

static void test_close_leaves_nothing_under_way(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
    for (int i = 0; i < 4; i++) {
        usb_fake_hold(fake, true, true);
        struct izh_transport *transport = izh_must_open(usb, "");
        static uint8_t bytes[100000];
        size_t sent;
        assert_int_equal(usb->send(transport, bytes, i % 2 ? sizeof bytes : 10, &sent), IZH_OK);
        if (i / 2)
            usb_fake_say(fake, bytes, 100);
        assert_int_equal(usb_fake_flying(fake, IN), 8);
        usb->close(transport);
        assert_int_equal(usb_fake_flying(fake, IN), 0);
        assert_int_equal(usb_fake_flying(fake, OUT), 0);
        assert_int_equal(usb_fake_claims(fake), 0);
    }
}

static void test_a_detached_kernel_driver_comes_back(void **unused)
{
    (void)unused;
    struct usb_fake_model driven = engine;
    driven.kernel_driver = true;
    struct usb_fake *fake = usb_fake_plug(&driven, "1-1");
    struct izh_transport *transport = izh_must_open(usb, "");
    assert_int_equal(usb_fake_drivers(fake), 0);
    usb->close(transport);
    assert_int_equal(usb_fake_drivers(fake), 1);
}

static void test_bytes_that_came_before_the_end_are_given(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
    struct izh_transport *transport = izh_must_open(usb, "");
    uint8_t bytes[8];
    size_t got, sent;
    usb_fake_say(fake, "last", 4);
    usb_fake_unplug(fake);
    receive_all(transport, bytes, 4, 3);
    assert_memory_equal(bytes, "last", 4);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(usb->receive(transport, bytes, 8, &got, forever_us), IZH_GONE);
        assert_int_equal(got, 0);
        assert_int_equal(usb->send(transport, bytes, 8, &sent), IZH_GONE);
        assert_int_equal(sent, 0);
    }
    usb->close(transport);
}

// Open, 40 requests out and answers in, close. The number of bytes that came back right, or -1
// with what went wrong.
static enum izh_status exchange(const char *rest, struct usb_fake *fake, char *message)
{
    struct izh_transport *transport = NULL;
    enum izh_status status = usb->open(rest, &transport, message);
    if (status)
        return status;
    usb_fake_echo(fake, true);
    uint8_t out[96], back[96];
    for (int i = 0; !status && i < 40; i++) {
        fill(out, sizeof out, (uint64_t)i);
        size_t sent = 0, have = 0, got = 0;
        status = usb->send(transport, out, sizeof out, &sent);
        while (!status && have < sent) {
            status = usb->receive(transport, back + have, sizeof back - have, &got, forever_us);
            have += got;
        }
        if (!status) {
            assert_int_equal(sent, sizeof out);
            assert_memory_equal(back, out, sizeof out);
        }
    }
    usb->close(transport);
    return status;
}

// Whatever call of libusb the cable leaves at: a clear end, and the next plug works.
static void test_unplugged_at_every_instant(void **unused)
{
    (void)unused;
    int seen[3] = {0};
    for (int instant = 0;; instant++) {
        struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
        usb_fake_cut_at(fake, instant);
        char message[IZH_MESSAGE] = "";
        enum izh_status status = exchange("", fake, message);
        bool was_cut = usb_fake_is_cut(fake);
        usb_fake_unplug(fake);
        if (status == IZH_OK) // not reached, or in close
            seen[0] += was_cut;
        else if (status == IZH_GONE)
            seen[1]++;
        else if (status == IZH_NO_DEVICE)
            seen[2]++;
        else
            fail_msg("unplugged at call %d: %d, %s", instant, status, message);
        if (!was_cut)
            break;
        if (instant % 16 == 0) {
            fake = usb_fake_plug(&engine, "1-1");
            assert_int_equal(exchange("", fake, message), IZH_OK);
            usb_fake_unplug(fake);
        }
    }
    print_message("# unplugged at %d instants of an exchange, %d of closing, %d of opening\n",
                  seen[1], seen[0], seen[2]);
    assert_true(seen[0] > 5 && seen[1] > 150 && seen[2] > 5);
}

int main(int argc, char **argv)
{
    (void)argc;
    usb_fake_main(argv);
#define WITH_USB(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        WITH_USB(test_eight_reads_are_under_way),
        WITH_USB(test_a_slow_reader_stops_the_device),
        WITH_USB(test_zero_and_short_packets),
        WITH_USB(test_an_echo_comes_back_whole),
        WITH_USB(test_send_takes_what_there_is_room_for),
        WITH_USB(test_small_pieces_travel_together),
        WITH_USB(test_nothing_comes_in_the_time_given),
        WITH_USB(test_another_thread_ends_a_receive),
        WITH_USB(test_bytes_and_interrupt_both_arrive),
        WITH_USB(test_a_stalled_read_is_cleared),
        WITH_USB(test_any_number_of_stalls_may_be_cleared),
        WITH_USB(test_a_stalled_write_goes_on_where_it_was),
        WITH_USB(test_one_that_stays_stalled_ends_the_connection),
        WITH_USB(test_errors_before_an_unplug_are_no_end_of_their_own),
        WITH_USB(test_close_leaves_nothing_under_way),
        WITH_USB(test_a_detached_kernel_driver_comes_back),
        WITH_USB(test_bytes_that_came_before_the_end_are_given),
        WITH_USB(test_unplugged_at_every_instant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
