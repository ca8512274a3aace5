// test_usb_device.c: what the USB device says and does when it is asked on endpoint 0
// SPDX-License-Identifier: Apache-2.0
#include "usb_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    GET_STATUS = 0,
    CLEAR_FEATURE = 1,
    SET_FEATURE = 3,
    SET_ADDRESS = 5,
    GET_DESCRIPTOR = 6,
    GET_CONFIGURATION = 8,
    SET_CONFIGURATION = 9,
    GET_INTERFACE = 10,
    SET_INTERFACE = 11,
    MS_OS_20 = 0x20,
};

#define assert_done(status) assert_int_equal(status, IZH_USBHOST_DONE)
#define assert_stalled(status) assert_int_equal(status, IZH_USBHOST_STALLED)

static const uint8_t device_descriptor[] = {18,   1,    1,    2, 0, 0, 0, 64, 0x09,
                                            0x12, 0x01, 0x00, 0, 1, 1, 2, 3,  1};

static const uint8_t configuration[] = {9,  2, 32, 0,    1, 1,    0, 0x80, 250, 9, 4,
                                        0,  0, 2,  0xff, 0, 0,    0, 7,    5,   1, 0x02,
                                        64, 0, 0,  7,    5, 0x81, 2, 64,   0,   0};

static const uint8_t bos[] = {5,    15,   40,   0,    2,    7,    16,   2,    0,    0,
                              0,    0,    28,   16,   5,    0,    0xdf, 0x60, 0xdd, 0xd8,
                              0x89, 0x45, 0xc7, 0x4c, 0x9c, 0xd2, 0x65, 0x9d, 0x9e, 0x64,
                              0x8a, 0x9f, 0,    0,    3,    6,    162,  0,    0x20, 0};

// Asks for a descriptor with one length after the other; each answer is as much of it as asked for.
static void expect_descriptor(struct usb_bench *bench, uint16_t value, const uint8_t *expected,
                              size_t length)
{
    const uint16_t asked[] = {2, 4, 6, 8, 9, 18, 40, 63, 64, 65, 255, 4096};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        uint8_t data[4096];
        size_t actual, whole = asked[i] < length ? asked[i] : length;
        assert_done(usb_request(bench, 0x80, GET_DESCRIPTOR, value, 0, asked[i], data, &actual));
        assert_int_equal(actual, whole);
        assert_memory_equal(data, expected, whole);
    }
    assert_done(usb_request(bench, 0x80, GET_DESCRIPTOR, value, 0, 0, NULL, NULL));
}

static void expect_text(struct usb_bench *bench, uint8_t index, const char *text)
{
    uint8_t expected[255] = {(uint8_t)(2 + 2 * strlen(text)), 3};
    for (size_t i = 0; text[i]; i++)
        expected[2 + 2 * i] = (uint8_t)text[i];
    expect_descriptor(bench, (uint16_t)(0x300 | index), expected, expected[0]);
}

// As Linux and Windows do it: 64 bytes of the device descriptor from address 0, a second reset.
static void test_enumeration(void **state)
{
    struct usb_bench *bench = *state;
    uint8_t data[64];
    size_t actual;
    izh_usbhost_reset(&bench->host, 10 * USB_MS);
    bench->address = 0;
    assert_done(usb_request(bench, 0x80, GET_DESCRIPTOR, 0x100, 0, 64, data, &actual));
    assert_int_equal(actual, 18);
    izh_usbhost_reset(&bench->host, 10 * USB_MS);
    assert_done(usb_command(bench, 0, SET_ADDRESS, 77, 0));
    usb_pause(bench, 2000);
    bench->address = 77;
    assert_done(usb_request(bench, 0x80, GET_DESCRIPTOR, 0x100, 0, 18, data, &actual));
    assert_memory_equal(data, device_descriptor, 18);
}

static void test_descriptors(void **state)
{
    static const uint8_t languages[] = {4, 3, 9, 4};
    struct usb_bench *bench = *state;
    expect_descriptor(bench, 0x100, device_descriptor, sizeof device_descriptor);
    expect_descriptor(bench, 0x200, configuration, sizeof configuration);
    expect_descriptor(bench, 0xf00, bos, sizeof bos);
    expect_descriptor(bench, 0x300, languages, sizeof languages);
    expect_text(bench, 1, "izh");
    expect_text(bench, 2, "izh neuron engine");
    expect_text(bench, 3, "0001");
}

// The wide characters of text at *at, with their final zero.
static void expect_wide(const uint8_t *set, size_t *at, const char *text)
{
    for (size_t i = 0; i <= strlen(text); i++, *at += 2)
        assert_int_equal(set[*at] | set[*at + 1] << 8, (uint8_t)text[i]);
}

static void test_microsoft_set(void **state)
{
    static const uint8_t head[] = {10, 0,   0,   0,   0,   0,   3,   6, 162, 0, 20, 0, 3,
                                   0,  'W', 'I', 'N', 'U', 'S', 'B', 0, 0,   0, 0,  0, 0,
                                   0,  0,   0,   0,   132, 0,   4,   0, 7,   0, 42, 0};
    struct usb_bench *bench = *state;
    uint8_t set[162], part[255];
    size_t actual, at = sizeof head;
    assert_done(usb_request(bench, 0xc0, MS_OS_20, 0, 7, 162, set, &actual));
    assert_int_equal(actual, 162);
    assert_memory_equal(set, head, sizeof head);
    expect_wide(set, &at, "DeviceInterfaceGUIDs");
    assert_int_equal(set[at] | set[at + 1] << 8, 80);
    at += 2;
    expect_wide(set, &at, "{009e899f-2066-4c39-a3a9-778ea13de968}");
    expect_wide(set, &at, "");
    assert_int_equal(at, 162);
    for (uint16_t length = 0; length < 255; length++) {
        size_t whole = length < 162 ? length : 162;
        assert_done(usb_request(bench, 0xc0, MS_OS_20, 0, 7, length, part, &actual));
        assert_int_equal(actual, whole);
        assert_memory_equal(part, set, whole);
    }
}

struct request {
    uint8_t kind, request;
    uint16_t value, index, length;
};

static void expect_stalls(struct usb_bench *bench, const struct request *requests, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct request *r = &requests[i];
        uint8_t data[256] = {0};
        enum izh_usbhost_status status =
            usb_request(bench, r->kind, r->request, r->value, r->index, r->length, data, NULL);
        if (status != IZH_USBHOST_STALLED)
            print_message("request %zu of the list: status %d\n", i, status);
        assert_stalled(status);
        // And the next request is served.
        assert_done(usb_request(bench, 0x80, GET_DESCRIPTOR, 0x100, 0, 18, data, NULL));
    }
}

static void test_refused_requests(void **state)
{
    static const struct request refused[] = {
        {0x80, GET_DESCRIPTOR, 0x304, 0x409, 255}, // a fifth string
        {0x80, GET_DESCRIPTOR, 0x3ee, 0, 18},      // Microsoft OS 1.0
        {0x80, GET_DESCRIPTOR, 0x201, 0, 9},       // a second configuration
        {0x80, GET_DESCRIPTOR, 0x600, 0, 10},      // qualifier: high speed only
        {0x80, GET_DESCRIPTOR, 0x700, 0, 9},
        {0x80, GET_DESCRIPTOR, 0xff00, 0, 9},
        {0x81, GET_DESCRIPTOR, 0x2200, 0, 64}, // a HID report
        {0xc0, MS_OS_20, 0, 8, 162},           // the alternate enumeration
        {0xc0, 0x21, 0, 7, 162},
        {0xc1, MS_OS_20, 0, 7, 162},
        {0x40, MS_OS_20, 0, 8, 0},
        {0x00, 7, 0x100, 0, 18}, // SET_DESCRIPTOR
        {0x82, 12, 0, 0x81, 2},  // SYNCH_FRAME
        {0x00, SET_ADDRESS, 128, 0, 0},
        {0x00, SET_ADDRESS, 3, 0, 1},
        {0x21, 0x22, 1, 0, 0}, // a class request
        {0xa1, 0x21, 0, 0, 7},
    };
    expect_stalls(*state, refused, sizeof refused / sizeof refused[0]);
}

static void test_configurations(void **state)
{
    static const struct request unknown[] = {
        {0, SET_CONFIGURATION, 2, 0, 0},
        {0, SET_CONFIGURATION, 7, 0, 0},
        {0, SET_CONFIGURATION, 0x101, 0, 0},
        {0, SET_CONFIGURATION, 1, 0, 4},
    };
    struct usb_bench *bench = *state;
    uint8_t value;
    for (uint16_t wanted = 0; wanted < 2; wanted++) {
        assert_done(usb_command(bench, 0, SET_CONFIGURATION, wanted, 0));
        expect_stalls(bench, unknown, sizeof unknown / sizeof unknown[0]);
        assert_done(usb_request(bench, 0x80, GET_CONFIGURATION, 0, 0, 1, &value, NULL));
        assert_int_equal(value, wanted);
        assert_int_equal(izh_usb_read_state(bench->usb).configured, wanted);
    }
}

static void test_interfaces(void **state)
{
    static const struct request wrong[] = {
        {1, SET_INTERFACE, 1, 0, 0}, {1, SET_INTERFACE, 0, 1, 0}, {0x81, GET_INTERFACE, 0, 1, 1}};
    static const struct request too_early[] = {{1, SET_INTERFACE, 0, 0, 0},
                                               {0x81, GET_INTERFACE, 0, 0, 1}};
    struct usb_bench *bench = *state;
    uint8_t value = 9;
    assert_done(usb_command(bench, 1, SET_INTERFACE, 0, 0));
    assert_done(usb_request(bench, 0x81, GET_INTERFACE, 0, 0, 1, &value, NULL));
    assert_int_equal(value, 0);
    expect_stalls(bench, wrong, sizeof wrong / sizeof wrong[0]);
    assert_done(usb_command(bench, 0, SET_CONFIGURATION, 0, 0));
    expect_stalls(bench, too_early, sizeof too_early / sizeof too_early[0]);
}

static unsigned status_of(struct usb_bench *bench, uint8_t kind, uint16_t index)
{
    uint8_t data[2] = {0xff, 0xff};
    size_t actual;
    assert_done(usb_request(bench, kind, GET_STATUS, 0, index, 2, data, &actual));
    assert_int_equal(actual, 2);
    return data[0] | (unsigned)data[1] << 8;
}

static void test_status(void **state)
{
    static const struct request wrong[] = {{0x82, GET_STATUS, 0, 0x02, 2},
                                           {0x82, GET_STATUS, 0, 0x82, 2},
                                           {0x82, GET_STATUS, 0, 0x100, 2},
                                           {0x81, GET_STATUS, 0, 1, 2}};
    struct usb_bench *bench = *state;
    assert_int_equal(status_of(bench, 0x80, 0), 0); // bus powered, no remote wake-up
    assert_int_equal(status_of(bench, 0x81, 0), 0);
    assert_int_equal(status_of(bench, 0x82, 0x00), 0);
    assert_int_equal(status_of(bench, 0x82, 0x80), 0);
    expect_stalls(bench, wrong, sizeof wrong / sizeof wrong[0]);
}

static void expect_halted(struct usb_bench *bench, bool in, bool out)
{
    struct izh_usbwire_packet packet;
    bool *toggle = &bench->host.toggle[1][0];
    enum izh_usbhost_answer answer = usb_in(bench, USB_IN, true, &packet);
    assert_int_equal(answer == IZH_USBHOST_STALL, in);
    assert_int_equal(status_of(bench, 0x82, USB_IN), in);
    answer = usb_out(bench, USB_OUT, *toggle, NULL, 0, IZH_USBWIRE_WHOLE);
    assert_int_equal(answer == IZH_USBHOST_STALL, out);
    assert_int_equal(status_of(bench, 0x82, USB_OUT), out);
    *toggle ^= !out;
}

static void test_halt(void **state)
{
    static const struct request wrong[] = {
        {2, SET_FEATURE, 0, 0x02, 0},   {2, SET_FEATURE, 0, 0x82, 0}, {2, SET_FEATURE, 1, 0x81, 0},
        {2, CLEAR_FEATURE, 1, 0x81, 0}, {2, SET_FEATURE, 0, 0, 0},    {0, SET_FEATURE, 1, 0, 0},
        {0, CLEAR_FEATURE, 1, 0, 0},    {1, SET_FEATURE, 0, 0, 0}};
    struct usb_bench *bench = *state;
    expect_halted(bench, false, false);
    assert_done(usb_command(bench, 2, SET_FEATURE, 0, USB_IN));
    expect_halted(bench, true, false);
    assert_done(usb_command(bench, 2, SET_FEATURE, 0, USB_OUT));
    expect_halted(bench, true, true);
    expect_stalls(bench, wrong, sizeof wrong / sizeof wrong[0]);
    expect_halted(bench, true, true);
    assert_done(usb_command(bench, 2, CLEAR_FEATURE, 0, USB_IN));
    expect_halted(bench, false, true);
    assert_done(usb_command(bench, 2, CLEAR_FEATURE, 0, USB_OUT));
    expect_halted(bench, false, false);
    assert_done(usb_command(bench, 2, CLEAR_FEATURE, 0, 0));

    const uint8_t set_configuration[] = {0, SET_CONFIGURATION},
                  set_interface[] = {1, SET_INTERFACE};
    for (int i = 0; i < 2; i++) {
        const uint8_t *request = i ? set_interface : set_configuration;
        assert_done(usb_command(bench, 2, SET_FEATURE, 0, USB_IN));
        assert_done(usb_command(bench, 2, SET_FEATURE, 0, USB_OUT));
        assert_done(usb_command(bench, request[0], request[1], i ? 0 : 1, 0));
        expect_halted(bench, false, false);
    }
}

// The status stage belongs to the old address, everything behind it to the new one.
static void test_address(void **state)
{
    static const uint8_t set_address[8] = {0, SET_ADDRESS, 99};
    struct usb_bench *bench = *state;
    struct izh_usbwire_packet packet;
    assert_int_equal(usb_setup(bench, set_address, IZH_USBWIRE_WHOLE), IZH_USBHOST_ACK);
    // Our ACK is lost: the device must still be where it was.
    for (int i = 0; i < 3; i++) {
        assert_int_equal(usb_in(bench, 0, false, &packet), IZH_USBHOST_ACK);
        assert_int_equal(packet.length, 3);
        assert_int_equal(packet.bytes[0], IZH_USBPACKET_DATA1);
    }
    assert_int_equal(usb_in(bench, 0, true, &packet), IZH_USBHOST_ACK);
    usb_pause(bench, 10);
    assert_int_equal(usb_in(bench, 0, true, &packet), IZH_USBHOST_NOTHING);
    bench->address = 99;
    assert_int_equal(status_of(bench, 0x80, 0), 0);
    assert_done(usb_command(bench, 0, SET_ADDRESS, 0, 0));
    bench->address = 0;
    assert_int_equal(status_of(bench, 0x80, 0), 0);
}

// A SET_ADDRESS whose status stage never came leaves no trace.
static void test_abandoned_address(void **state)
{
    static const uint8_t set_address[8] = {0, SET_ADDRESS, 99};
    struct usb_bench *bench = *state;
    assert_int_equal(usb_setup(bench, set_address, IZH_USBWIRE_WHOLE), IZH_USBHOST_ACK);
    assert_int_equal(status_of(bench, 0x80, 0), 0);
    assert_done(usb_command(bench, 0, SET_CONFIGURATION, 1, 0));
    assert_int_equal(status_of(bench, 0x80, 0), 0);
}

static void test_no_endpoints_without_configuration(void **state)
{
    struct usb_bench *bench = *state;
    struct izh_usbwire_packet packet;
    assert_done(usb_command(bench, 0, SET_CONFIGURATION, 0, 0));
    assert_int_equal(usb_in(bench, USB_IN, true, &packet), IZH_USBHOST_NOTHING);
    assert_int_equal(usb_out(bench, USB_OUT, false, NULL, 0, IZH_USBWIRE_WHOLE),
                     IZH_USBHOST_NOTHING);
    assert_done(usb_command(bench, 0, SET_CONFIGURATION, 1, 0));
    assert_int_equal(usb_in(bench, 0x82, true, &packet), IZH_USBHOST_NOTHING);
    assert_int_equal(usb_out(bench, 0x02, false, NULL, 0, IZH_USBWIRE_WHOLE), IZH_USBHOST_NOTHING);
}

static const uint8_t read_set[8] = {0xc0, MS_OS_20, 0, 0, 7, 0, 162, 0};

// The packet of a control read whose ACK is lost comes again, and counts once.
static void test_repeated_control_packets(void **state)
{
    struct usb_bench *bench = *state;
    struct izh_usbwire_packet packet;
    uint8_t set[162], back[192];
    size_t got = 0;
    assert_done(usb_request(bench, 0xc0, MS_OS_20, 0, 7, 162, set, NULL));
    assert_int_equal(usb_setup(bench, read_set, IZH_USBWIRE_WHOLE), IZH_USBHOST_ACK);
    for (int i = 0; i < 3; i++) {
        for (int again = 0; again < 3; again++) {
            assert_int_equal(usb_in(bench, 0, again == 2, &packet), IZH_USBHOST_ACK);
            assert_int_equal(packet.bytes[0], i % 2 ? IZH_USBPACKET_DATA0 : IZH_USBPACKET_DATA1);
            assert_int_equal(packet.length, i < 2 ? 67 : 37);
        }
        memcpy(back + got, packet.bytes + 1, packet.length - 3);
        got += packet.length - 3;
    }
    assert_int_equal(got, 162);
    assert_memory_equal(back, set, 162);
    // The device's ACK of the status stage is lost: the host asks again.
    for (int i = 0; i < 3; i++)
        assert_int_equal(usb_out(bench, 0, true, NULL, 0, IZH_USBWIRE_WHOLE), IZH_USBHOST_ACK);
}

// A host may begin the status stage before it has everything, or a new request before that.
static void test_abandoned_control_reads(void **state)
{
    static const uint8_t read_device[8] = {0x80, GET_DESCRIPTOR, 0, 1, 0, 0, 18, 0};
    struct usb_bench *bench = *state;
    struct izh_usbwire_packet packet;
    for (int packets = 0; packets < 4; packets++) {
        for (int how = 0; how < 6; how++) {
            bool acknowledge = how % 2;
            assert_int_equal(usb_setup(bench, how < 4 ? read_set : read_device, IZH_USBWIRE_WHOLE),
                             IZH_USBHOST_ACK);
            for (int i = 0; i < packets; i++)
                assert_int_equal(usb_in(bench, 0, acknowledge, &packet), IZH_USBHOST_ACK);
            if (how < 2)
                assert_int_equal(usb_out(bench, 0, true, NULL, 0, IZH_USBWIRE_WHOLE),
                                 IZH_USBHOST_ACK);
            assert_int_equal(status_of(bench, 0x80, 0), 0);
        }
    }
    expect_descriptor(bench, 0x100, device_descriptor, sizeof device_descriptor);
}

// What the host sends in a SETUP stage that fails, and the next attempt: the first must do.
static void test_setup_after_broken_packets(void **state)
{
    struct usb_bench *bench = *state;
    uint8_t bytes[64];
    usb_fill(bench, bytes, sizeof bytes);
    for (size_t length = 0; length < 12; length++) {
        assert_int_equal(usb_out(bench, USB_OUT, false, bytes, length, IZH_USBWIRE_BAD_CRC),
                         IZH_USBHOST_NOTHING);
        assert_int_equal(usb_setup(bench, read_set, IZH_USBWIRE_WHOLE), IZH_USBHOST_ACK);
        assert_int_equal(usb_setup(bench, read_set, IZH_USBWIRE_BAD_CRC), IZH_USBHOST_NOTHING);
        assert_int_equal(usb_setup(bench, read_set, IZH_USBWIRE_CUT), IZH_USBHOST_NOTHING);
        assert_int_equal(usb_setup(bench, read_set, IZH_USBWIRE_WHOLE), IZH_USBHOST_ACK);
        // No request: it has not 8 bytes.
        izh_usbhost_token(&bench->host, IZH_USBPACKET_SETUP, bench->address, 0, IZH_USBWIRE_WHOLE);
        izh_usbhost_data(&bench->host, false, bytes, length == 8 ? 9 : length, IZH_USBWIRE_WHOLE);
        assert_int_equal(izh_usbhost_receive_handshake(&bench->host), IZH_USBHOST_NOTHING);
    }
    // Nor is this one: a SETUP packet is DATA0.
    izh_usbhost_token(&bench->host, IZH_USBPACKET_SETUP, bench->address, 0, IZH_USBWIRE_WHOLE);
    izh_usbhost_data(&bench->host, true, read_set, 8, IZH_USBWIRE_WHOLE);
    assert_int_equal(izh_usbhost_receive_handshake(&bench->host), IZH_USBHOST_NOTHING);
    assert_int_equal(status_of(bench, 0x80, 0), 0);
}

// Bulk traffic between the stages of a request: neither may take the other's ACK.
static void test_bulk_between_stages(void **state)
{
    static const uint8_t clear_halt[8] = {2, CLEAR_FEATURE, 0, 0, USB_IN};
    struct usb_bench *bench = *state;
    struct izh_usbwire_packet packet;
    uint8_t bytes[3] = {1, 2, 3};
    assert_done(usb_bulk(bench, USB_OUT, bytes, 3, 0, NULL));
    usb_pause(bench, 20);
    assert_int_equal(usb_setup(bench, clear_halt, IZH_USBWIRE_WHOLE), IZH_USBHOST_ACK);
    assert_int_equal(usb_in(bench, USB_IN, true, &packet), IZH_USBHOST_ACK);
    assert_int_equal(packet.length, 6);
    assert_memory_equal(packet.bytes + 1, bytes, 3);
    assert_int_equal(usb_in(bench, 0, true, &packet), IZH_USBHOST_ACK);
    assert_int_equal(packet.length, 3);

    assert_int_equal(usb_setup(bench, read_set, IZH_USBWIRE_WHOLE), IZH_USBHOST_ACK);
    assert_int_equal(usb_in(bench, 0, true, &packet), IZH_USBHOST_ACK);
    assert_int_equal(usb_in(bench, USB_IN, true, &packet), IZH_USBHOST_NAK);
    assert_int_equal(usb_out(bench, USB_OUT, bench->host.toggle[1][0], bytes, 3, IZH_USBWIRE_WHOLE),
                     IZH_USBHOST_ACK);
    assert_int_equal(usb_in(bench, 0, true, &packet), IZH_USBHOST_ACK);
    assert_int_equal(packet.bytes[0], IZH_USBPACKET_DATA0);
    assert_int_equal(packet.length, 67);
}

// Ten thousand transactions on endpoint 0 as they come; whatever was, a request is then served.
static void test_any_order(void **state)
{
    static const uint8_t requests[][8] = {{0x80, GET_DESCRIPTOR, 0, 1, 0, 0, 18, 0},
                                          {0x80, GET_DESCRIPTOR, 0, 2, 0, 0, 255, 0},
                                          {0xc0, MS_OS_20, 0, 0, 7, 0, 162, 0},
                                          {0x80, GET_STATUS, 0, 0, 0, 0, 2, 0},
                                          {0, SET_CONFIGURATION, 1},
                                          {0, SET_CONFIGURATION, 9},
                                          {0, 7, 0, 1, 0, 0, 8, 0},
                                          {2, CLEAR_FEATURE, 0, 0, USB_OUT},
                                          {0x80, GET_DESCRIPTOR, 9, 3, 0, 0, 8, 0}};
    struct usb_bench *bench = *state;
    struct izh_random *random = &bench->random;
    struct izh_usbwire_packet packet;
    for (int i = 0; i < 10000; i++) {
        enum izh_usbwire_fault fault =
            izh_random_below(random, 8) ? IZH_USBWIRE_WHOLE : izh_random_below(random, 4);
        const uint8_t *setup = requests[izh_random_below(random, 9)];
        enum izh_usbhost_answer answer;
        switch (izh_random_below(random, 4)) {
        case 0:
            answer = usb_setup(bench, setup, fault);
            // Not every packet has a bit that is stuffed.
            if (fault != IZH_USBWIRE_BAD_STUFF)
                assert_int_equal(answer == IZH_USBHOST_ACK, fault == IZH_USBWIRE_WHOLE);
            break;
        case 1:
            usb_out(bench, 0, true, setup, izh_random_below(random, 9), fault);
            break;
        default:
            usb_in(bench, 0, fault == IZH_USBWIRE_WHOLE, &packet);
        }
        if (i % 100 == 0)
            assert_int_equal(status_of(bench, 0x80, 0), 0);
    }
}

static struct usb_bench_device pins = {IZH_USB_PINS, 20111101};
static struct usb_bench_device ulpi = {IZH_USB_ULPI, 20111101};

#define WITH_PINS(test) USB_TEST("", test, pins)
#define WITH_ULPI(test) USB_TEST("ulpi_", test, ulpi)
#define EACH_TEST(WITH)                                                                            \
    WITH(test_enumeration), WITH(test_descriptors), WITH(test_microsoft_set),                      \
        WITH(test_refused_requests), WITH(test_configurations), WITH(test_interfaces),             \
        WITH(test_status), WITH(test_halt), WITH(test_address), WITH(test_abandoned_address),      \
        WITH(test_no_endpoints_without_configuration), WITH(test_repeated_control_packets),        \
        WITH(test_abandoned_control_reads), WITH(test_setup_after_broken_packets),                 \
        WITH(test_bulk_between_stages), WITH(test_any_order)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH_TEST(WITH_PINS),
        EACH_TEST(WITH_ULPI),
    };
    return cmocka_run_group_tests_name("usb_device", tests, NULL, NULL);
}
