// test_transport_ftdi.c: "ftdi:" on unchanged libusb and libftdi, against chips that umockdev plays
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "carrier.h"
#include "random.h"
#include "transports.h"
#include "usb_fake.h"

static const struct usb_fake_model icebreaker = {.vendor = 0x0403,
                                                 .product_id = 0x6010,
                                                 .release = 0x0700,
                                                 .product = "iCEBreaker V1.0e",
                                                 .serial = "ib4X2a",
                                                 .interfaces = 2,
                                                 .in = 0x81,
                                                 .out = 0x02,
                                                 .packet = 512,
                                                 .kernel_driver = true,
                                                 .ftdi = true};
static const struct usb_fake_model ulx3s = {.vendor = 0x0403,
                                            .product_id = 0x6015,
                                            .release = 0x1000,
                                            .product = "ULX3S FPGA 85K v3.0.8",
                                            .serial = "D00123",
                                            .interfaces = 1,
                                            .in = 0x81,
                                            .out = 0x02,
                                            .packet = 64,
                                            .kernel_driver = true,
                                            .ftdi = true};
static const struct izh_transport_ops *const ftdi = &izh_transport_ftdi;
static const uint64_t forever_us = UINT64_MAX;

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

static void receive_all(struct izh_transport *transport, uint8_t *bytes, size_t count)
{
    for (size_t have = 0, got; have < count; have += got)
        assert_int_equal(ftdi->receive(transport, bytes + have, count - have, &got, forever_us),
                         IZH_OK);
}

// --- the chip ---------------------------------------------------------------------------------

enum { RESET = 0, FLOW = 2, BAUD = 3, DATA = 4, LATENCY = 9, BITMODE = 11 };

// The requests of FTDI's chips: value and index as their drivers send them. channel: 1 is A.
static void assert_set_up(struct usb_fake *fake, uint16_t channel, uint16_t divisor,
                          uint16_t divisor_high)
{
    // 8 bits, no parity, 1 stop bit; last, both buffers of the chip are emptied.
    const struct usb_fake_request expected[] = {
        {RESET, 0, channel},   {BITMODE, 0, channel},
        {LATENCY, 1, channel}, {BAUD, divisor, (uint16_t)(divisor_high | channel)},
        {DATA, 8, channel},    {FLOW, 0, channel},
        {RESET, 1, channel},   {RESET, 2, channel},
    };
    struct usb_fake_request got[USB_FAKE_REQUESTS];
    size_t count = sizeof expected / sizeof *expected;
    assert_int_equal(usb_fake_requests(fake, got), count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(got[i].request, expected[i].request);
        assert_int_equal(got[i].value, expected[i].value);
        if (expected[i].request == BAUD && !divisor_high)
            assert_int_equal(got[i].index, 0); // chips with one channel: high bits alone
        else
            assert_int_equal(got[i].index, expected[i].index);
    }
}

// The 12 MHz that a divisor divides are chosen by bit 9 of the index; divisor 0 is undivided.
static void test_icebreaker_is_set_up_for_3_mbaud_on_b(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&icebreaker, "1-1");
    struct izh_transport *transport = izh_must_open(ftdi, "");
    assert_set_up(fake, 2, 4, 0x0200);
    assert_int_equal(usb_fake_flying(fake, 0x83), 8);
    assert_int_equal(usb_fake_flying(fake, 0x81), 0);
    ftdi->close(transport);
}

static void test_ulx3s_is_set_up_for_3_mbaud(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&ulx3s, "1-1");
    struct izh_transport *transport = izh_must_open(ftdi, "");
    assert_set_up(fake, 1, 0, 0);
    assert_int_equal(usb_fake_flying(fake, 0x81), 8);
    ftdi->close(transport);
}

static void test_baud_and_channel_may_be_named(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&icebreaker, "1-1");
    ftdi->close(izh_must_open(ftdi, ",baud=6000000,channel=A"));
    assert_set_up(fake, 1, 2, 0x0200);
    usb_fake_unplug(fake);
    fake = usb_fake_plug(&icebreaker, "1-1");
    ftdi->close(izh_must_open(ftdi, "ib4X2a,channel=B,baud=1000000"));
    assert_set_up(fake, 2, 12, 0x0200);
    izh_must_refuse(ftdi, ",channel=C", IZH_NOT_IZH, "no endpoints 85 and 06");
    usb_fake_unplug(fake);
    usb_fake_plug(&ulx3s, "1-1");
    izh_must_refuse(ftdi, ",baud=12000000", IZH_BAD_URI, "12000000 baud");
}

static void test_wrong_uris_are_refused(void **unused)
{
    (void)unused;
    usb_fake_plug(&icebreaker, "1-1");
    static const char *const wrong[] = {",baud",
                                        ",baud=",
                                        ",baud=0",
                                        ",baud=-1",
                                        ",baud=12000001",
                                        ",baud=3M",
                                        ",baud= 1",
                                        ",channel=",
                                        ",channel=b",
                                        ",channel=BB",
                                        ",channel=E",
                                        ",id=0403:6010",
                                        ",,",
                                        ",baud=99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        izh_must_refuse(ftdi, wrong[i], IZH_BAD_URI, "ftdi:SERIAL");
}

// --- boards -----------------------------------------------------------------------------------

// Somebody's serial cable is not written to unless it is named.
static void test_an_unknown_product_must_be_named(void **unused)
{
    (void)unused;
    struct usb_fake_model cable = ulx3s, blank = icebreaker;
    cable.product = "FT231X USB UART";
    struct usb_fake *fake = usb_fake_plug(&cable, "1-1");
    izh_must_refuse(ftdi, "", IZH_NOT_IZH, "'FT231X USB UART'");
    izh_must_refuse(ftdi, "", IZH_NOT_IZH, "name it: ftdi:D00123");
    ftdi->close(izh_must_open(ftdi, "D00123"));
    assert_set_up(fake, 1, 0, 0);
    blank.product = "Dual RS232-HS";
    blank.serial = NULL;
    usb_fake_plug(&blank, "1-2");
    ftdi->close(izh_must_open(ftdi, ""));
    ftdi->close(izh_must_open(ftdi, "@1-2"));
}

static void test_two_boards_want_a_name(void **unused)
{
    (void)unused;
    izh_must_refuse(ftdi, "", IZH_NO_DEVICE, "is plugged in");
    usb_fake_plug(&icebreaker, "1-1");
    usb_fake_plug(&ulx3s, "1-2");
    izh_must_refuse(ftdi, "", IZH_AMBIGUOUS, "ftdi:ib4X2a, ftdi:D00123");
    izh_must_refuse(ftdi, "other", IZH_NO_DEVICE, "ftdi:ib4X2a, ftdi:D00123");
    ftdi->close(izh_must_open(ftdi, "D00123"));
    ftdi->close(izh_must_open(ftdi, "ib4X2a"));
    struct usb_fake_model forbidden = icebreaker;
    forbidden.forbidden = true;
    usb_fake_plug(&forbidden, "1-3");
    izh_must_refuse(ftdi, "@1-3", IZH_NO_PERMISSION, "70-izh.rules");
}

// Channel A may be programming the flash meanwhile.
static void test_the_other_channel_is_not_touched(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&icebreaker, "1-1");
    assert_int_equal(usb_fake_drivers(fake), 2);
    usb_fake_claim_elsewhere(fake);
    struct izh_transport *transport = izh_must_open(ftdi, "");
    assert_int_equal(usb_fake_drivers(fake), 1);
    izh_must_refuse(ftdi, "", IZH_BUSY, "in use by another process");
    izh_must_refuse(ftdi, ",channel=A", IZH_BUSY, "in use by another process");
    ftdi->close(transport);
    assert_int_equal(usb_fake_drivers(fake), 2);
}

static void count_it(void *context, const char *rest, const char *what)
{
    int *count = context;
    assert_string_equal(rest, *count ? "D00123" : "ib4X2a");
    assert_non_null(strstr(what, *count ? "ULX3S FPGA 85K v3.0.8" : "iCEBreaker V1.0e"));
    ++*count;
}

static void test_known_boards_are_listed(void **unused)
{
    (void)unused;
    struct usb_fake_model cable = ulx3s;
    cable.product = "FT231X USB UART";
    cable.serial = "A1";
    usb_fake_plug(&icebreaker, "1-1");
    usb_fake_plug(&ulx3s, "1-2");
    usb_fake_plug(&cable, "1-3");
    int count = 0;
    char message[IZH_MESSAGE];
    assert_int_equal(ftdi->list(count_it, &count, message), IZH_OK);
    assert_int_equal(count, 2);
}

// --- bytes ------------------------------------------------------------------------------------

static void fill(uint8_t *bytes, size_t count, uint64_t seed)
{
    struct izh_random random = {seed};
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)izh_random_next(&random);
}

// Lengths around the borders of packets and of transfers, then any.
static void strip_at_borders(const struct usb_fake_model *model)
{
    struct izh_random random = {izh_test_seed(20030602)};
    struct usb_fake *fake = usb_fake_plug(model, "1-1");
    struct izh_transport *transport = izh_must_open(ftdi, "");
    static uint8_t said[10000], got[sizeof said];
    size_t data = model->packet - 2u, transfer = 4096 / model->packet * data;
    const size_t borders[] = {1,        data - 1,     data,        data + 1, 2 * data, transfer - 1,
                              transfer, transfer + 1, 2 * transfer};
    for (size_t i = 0; i < 60; i++) {
        size_t count = i < sizeof borders / sizeof *borders
                           ? borders[i]
                           : 1 + izh_random_below(&random, sizeof said);
        fill(said, count, izh_random_next(&random));
        usb_fake_say(fake, NULL, 0); // nothing but status
        usb_fake_say(fake, said, count);
        receive_all(transport, got, count);
        assert_memory_equal(got, said, count);
    }
    size_t more;
    assert_int_equal(ftdi->receive(transport, got, 1, &more, 1000), IZH_OK);
    assert_int_equal(more, 0);
    struct izh_carrier_faults faults = izh_carrier_faults(transport);
    assert_int_equal(faults.overruns + faults.parities + faults.framings + faults.breaks, 0);
    ftdi->close(transport);
}

static void test_status_is_stripped_from_packets_of_512(void **unused)
{
    (void)unused;
    strip_at_borders(&icebreaker);
}

static void test_status_is_stripped_from_packets_of_64(void **unused)
{
    (void)unused;
    strip_at_borders(&ulx3s);
}

static void test_line_errors_are_counted(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&ulx3s, "1-1");
    struct izh_transport *transport = izh_must_open(ftdi, "");
    uint8_t said[200], got[200];
    uint64_t expected[4] = {0};
    fill(said, sizeof said, 1);
    for (unsigned bits = 0; bits < 16; bits++) {
        unsigned packets = 1 + bits % 3;
        usb_fake_set_line(fake, (uint8_t)(bits << 1));
        usb_fake_say(fake, said, packets * 62 - 1);
        receive_all(transport, got, packets * 62 - 1);
        for (unsigned i = 0; i < 4; i++)
            expected[i] += (bits >> i & 1) * packets;
    }
    struct izh_carrier_faults faults = izh_carrier_faults(transport);
    assert_int_equal(faults.overruns, expected[0]);
    assert_int_equal(faults.parities, expected[1]);
    assert_int_equal(faults.framings, expected[2]);
    assert_int_equal(faults.breaks, expected[3]);
    assert_int_equal(faults.clears, 0);
    ftdi->close(transport);
}

static void test_a_stalled_read_is_cleared(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&icebreaker, "1-1");
    struct izh_transport *transport = izh_must_open(ftdi, "");
    uint8_t said[1500], got[1500];
    fill(said, sizeof said, 2);
    usb_fake_say(fake, said, 600);
    usb_fake_fail_in(fake, -EPIPE, said + 600, 600);
    usb_fake_say(fake, said + 1200, 300);
    receive_all(transport, got, sizeof got);
    assert_memory_equal(got, said, sizeof said);
    assert_int_equal(usb_fake_clears(fake), 1);
    assert_int_equal(izh_carrier_faults(transport).clears, 1);
    ftdi->close(transport);
}

// Open, 20 requests out and answers in, close.
static enum izh_status exchange(struct usb_fake *fake, char *message)
{
    struct izh_transport *transport = NULL;
    enum izh_status status = ftdi->open("", &transport, message);
    if (status)
        return status;
    usb_fake_echo(fake, true);
    uint8_t out[700], back[700];
    for (int i = 0; !status && i < 20; i++) {
        fill(out, sizeof out, (uint64_t)i);
        size_t sent = 0, have = 0, got = 0;
        status = ftdi->send(transport, out, sizeof out, &sent);
        while (!status && have < sent) {
            status = ftdi->receive(transport, back + have, sizeof back - have, &got, forever_us);
            have += got;
        }
        if (!status)
            assert_memory_equal(back, out, sizeof out);
    }
    ftdi->close(transport);
    return status;
}

static void unplug_everywhere(const struct usb_fake_model *model)
{
    int seen[3] = {0};
    for (int instant = 0;; instant++) {
        struct usb_fake *fake = usb_fake_plug(model, "1-1");
        usb_fake_cut_at(fake, instant);
        char message[IZH_MESSAGE] = "";
        enum izh_status status = exchange(fake, message);
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
            fake = usb_fake_plug(model, "1-1");
            assert_int_equal(exchange(fake, message), IZH_OK);
            usb_fake_unplug(fake);
        }
    }
    print_message("# unplugged at %d instants of an exchange, %d of closing, %d of opening\n",
                  seen[1], seen[0], seen[2]);
    assert_true(seen[0] > 5 && seen[1] > 80 && seen[2] > 5);
}

static void test_icebreaker_unplugged_at_every_instant(void **unused)
{
    (void)unused;
    unplug_everywhere(&icebreaker);
}

static void test_ulx3s_unplugged_at_every_instant(void **unused)
{
    (void)unused;
    unplug_everywhere(&ulx3s);
}

int main(int argc, char **argv)
{
    (void)argc;
    usb_fake_main(argv);
#define WITH_USB(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        WITH_USB(test_icebreaker_is_set_up_for_3_mbaud_on_b),
        WITH_USB(test_ulx3s_is_set_up_for_3_mbaud),
        WITH_USB(test_baud_and_channel_may_be_named),
        WITH_USB(test_wrong_uris_are_refused),
        WITH_USB(test_an_unknown_product_must_be_named),
        WITH_USB(test_two_boards_want_a_name),
        WITH_USB(test_the_other_channel_is_not_touched),
        WITH_USB(test_known_boards_are_listed),
        WITH_USB(test_status_is_stripped_from_packets_of_512),
        WITH_USB(test_status_is_stripped_from_packets_of_64),
        WITH_USB(test_line_errors_are_counted),
        WITH_USB(test_a_stalled_read_is_cleared),
        WITH_USB(test_icebreaker_unplugged_at_every_instant),
        WITH_USB(test_ulx3s_unplugged_at_every_instant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
