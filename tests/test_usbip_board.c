// test_usbip_board.c: the simulated board over USB/IP: the gateware's answers, and the link's
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frame.h"
#include "izh_map.h"
#include "link_codes.h"
#include "link_host.h"
#include "random.h"
#include "usb_bench.h"
#include "usb_board.h"
#include "usb_control.h"
#include "usbip_client.h"

#include <stdlib.h>
#include <string.h>

enum { READ = 4096, SET_CONFIGURATION = 9, CLEAR_FEATURE = 1, SET_FEATURE = 3 };

static struct izh_usb_board *board;
static struct izh_usbip_server *server;
static int client;
static uint64_t seed;

static int plug_in(const char *core, bool pins)
{
    enum izh_usbip_status status;
    const struct izh_usbip_options options = {0};
    if (izh_usb_board_new(core, pins, (uint32_t)seed, &board))
        return -1;
    server = izh_usbip_server_new(&options, izh_usb_board_device(board), &status);
    if (!server)
        return -1;
    client = usbip_connect_and_import(server);
    return 0;
}

static int set_up(void **unused)
{
    (void)unused;
    return plug_in("w20", false);
}

static int set_up_pins(void **unused)
{
    (void)unused;
    return plug_in("s20x2", true);
}

static int tear_down(void **unused)
{
    (void)unused;
    usbip_close(server, client);
    izh_usbip_server_free(server);
    izh_usb_board_free(board);
    return 0;
}

static struct usbip_reply request(uint8_t kind, uint8_t number, uint16_t value, uint16_t index,
                                  uint16_t length, uint8_t *data)
{
    const uint8_t setup[8] = {kind,
                              number,
                              (uint8_t)value,
                              (uint8_t)(value >> 8),
                              (uint8_t)index,
                              (uint8_t)(index >> 8),
                              (uint8_t)length,
                              (uint8_t)(length >> 8)};
    return usbip_control(server, client, setup, data);
}

static void configure(void)
{
    assert_int_equal(request(0, SET_CONFIGURATION, 1, 0, 0, NULL).status, 0);
}

// ---- Endpoint 0 ---------------------------------------------------------------------------------

static uint16_t draw(struct izh_random *random, const uint16_t *choices, size_t count)
{
    if (izh_random_below(random, 16) == 0)
        return (uint16_t)izh_random_next(random);
    return choices[izh_random_below(random, (uint32_t)count)];
}

struct control_request {
    uint8_t kind, number;
    uint16_t value, index, length;
};

static void compare(struct usb_bench *bench, const struct control_request *r)
{
    static uint8_t ours[65536], theirs[65536];
    size_t actual = 0;
    enum izh_usbhost_status gateware =
        usb_request(bench, r->kind, r->number, r->value, r->index, r->length, theirs, &actual);
    struct usbip_reply reply = request(r->kind, r->number, r->value, r->index, r->length, ours);
    bool done = gateware == IZH_USBHOST_DONE;
    if (reply.status != (done ? 0 : -32) || (done && reply.actual != actual) ||
        (done && memcmp(ours, theirs, actual) != 0))
        fail_msg("request %02x %02x %04x %04x %u: gateware %d, %zu bytes; here %d, %u bytes",
                 r->kind, r->number, r->value, r->index, r->length, (int)gateware, actual,
                 reply.status, reply.actual);
}

static struct usb_bench *bench_with_address(void)
{
    struct usb_bench *bench = usb_bench_new(seed, NULL);
    izh_usbhost_reset(&bench->host, USB_MS / 10);
    assert_int_equal(usb_command(bench, 0, 5, USB_ADDRESS, 0), IZH_USBHOST_DONE);
    bench->address = USB_ADDRESS;
    return bench;
}

static void halts_and_settings_as_in_the_gateware(void **unused)
{
    (void)unused;
    static const struct control_request requests[] = {
        {0x82, 0, 0, 0x81, 2}, {0x00, 9, 2, 0, 0},    {0x80, 8, 0, 0, 1},    {0x00, 9, 1, 0, 0},
        {0x02, 3, 0, 0x81, 0}, {0x82, 0, 0, 0x81, 2}, {0x82, 0, 0, 0x01, 2}, {0x00, 9, 1, 0, 0},
        {0x82, 0, 0, 0x81, 2}, {0x02, 3, 0, 0x01, 0}, {0x82, 0, 0, 0x01, 2}, {0x01, 11, 0, 0, 0},
        {0x82, 0, 0, 0x01, 2}, {0x02, 3, 0, 0x81, 0}, {0x02, 1, 0, 0x81, 0}, {0x82, 0, 0, 0x81, 2},
        {0x81, 10, 0, 0, 1},   {0x01, 11, 1, 0, 0},   {0x00, 9, 0, 0, 0},    {0x81, 10, 0, 0, 1}};
    struct usb_bench *bench = bench_with_address();
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        compare(bench, &requests[i]);
    usb_bench_free(bench);
}

static void answers_as_the_gateware_does(void **unused)
{
    (void)unused;
    enum { REQUESTS = 1500 };
    static const uint16_t kinds[] = {0, 1, 2, 0x80, 0x80, 0x80, 0x81, 0x82, 0xc0, 0x40},
                          numbers[] = {0, 1, 3, 6, 6, 6, 8, 9, 10, 11, 0x20},
                          values[] = {0,     0,     0,     1,     0x100, 0x200,
                                      0x300, 0x301, 0x302, 0x303, 0x304, 0xf00},
                          indices[] = {0, 0, 1, 2, 7, 0x80, 0x81, 0x409},
                          lengths[] = {0, 0, 0, 1, 2, 8, 9, 18, 64, 162, 255};
    struct izh_random random = {.state = seed};
    struct usb_bench *bench = bench_with_address();
    unsigned done = 0;
    for (int i = 0; i < REQUESTS; i++) {
        struct control_request r = {
            .kind = (uint8_t)draw(&random, kinds, sizeof kinds / sizeof *kinds),
            .number = (uint8_t)draw(&random, numbers, sizeof numbers / sizeof *numbers),
            .value = draw(&random, values, sizeof values / sizeof *values),
            .index = draw(&random, indices, sizeof indices / sizeof *indices),
            .length = draw(&random, lengths, sizeof lengths / sizeof *lengths)};
        if (!(r.kind & 0x80))
            r.length %= 65; // data for a request that is refused
        if (r.kind == 0 && r.number == 5)
            continue; // SET_ADDRESS is the host controller's
        compare(bench, &r);
        done++;
    }
    assert_in_range(done, REQUESTS / 2, REQUESTS);
    usb_bench_free(bench);
}

static void has_the_descriptors_of_the_gateware(void **unused)
{
    (void)unused;
    static const uint16_t values[] = {0x100, 0x200, 0x300, 0x301, 0x302, 0x303, 0xf00};
    struct usb_bench *bench = usb_bench_new(seed, NULL);
    usb_enumerate(bench);
    configure();
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct control_request r = {0x80, 6, values[i], 0, 255};
        uint8_t data[255];
        compare(bench, &r);
        assert_int_equal(request(0x80, 6, values[i], 0, 255, data).status, 0);
    }
    compare(bench, &(struct control_request){0xc0, 0x20, 0, 7, 4096});
    usb_bench_free(bench);
}

// ---- Endpoint 1 ---------------------------------------------------------------------------------

static size_t append_frame(uint8_t *wire, uint8_t kind, uint16_t number, const void *payload,
                           uint8_t length)
{
    struct izh_frame frame = {.kind = kind, .number = number, .length = length};
    memcpy(frame.payload, payload, length);
    return izh_frame_encode(&frame, wire);
}

// Reads until a frame is whole; fails when a read brings what is none.
static struct izh_frame receive_frame(void)
{
    struct izh_frame_decoder decoder = {0};
    struct izh_frame frame = {0};
    enum izh_frame_event event = IZH_FRAME_NONE;
    while (event != IZH_FRAME_WHOLE) {
        uint8_t data[READ];
        struct usbip_reply reply = usbip_bulk(server, client, true, data, READ, 0);
        assert_int_equal(reply.status, 0);
        for (uint32_t i = 0; i < reply.actual && event != IZH_FRAME_WHOLE; i++) {
            event = izh_frame_decode(&decoder, data[i], &frame);
            assert_int_not_equal(event, IZH_FRAME_BROKEN);
        }
    }
    return frame;
}

static void hello(uint32_t nonce)
{
    uint8_t payload[4], wire[IZH_FRAME_WIRE + 1] = {0};
    izh_link_put32(payload, nonce);
    size_t count = 1 + append_frame(wire + 1, IZH_KIND_HELLO, 0, payload, sizeof payload);
    assert_int_equal(usbip_bulk(server, client, false, wire, count, 0).status, 0);
    struct izh_frame frame = receive_frame();
    assert_int_equal(frame.kind, IZH_KIND_WELCOME);
    assert_int_equal(izh_link_get32(frame.payload), nonce);
}

static void says_welcome(void **unused)
{
    (void)unused;
    configure();
    hello(0x12345678);
    hello(0x9abcdef0);
}

static void has_no_endpoint_before_it_is_configured(void **unused)
{
    (void)unused;
    uint8_t data[64] = {0};
    assert_int_equal(usbip_bulk(server, client, false, data, 8, 0).status, -71);
    assert_int_equal(usbip_bulk(server, client, true, data, 64, 0).status, -71);
    configure();
    hello(1);
}

static void halts_like_a_device(void **unused)
{
    (void)unused;
    uint8_t data[64] = {0};
    configure();
    assert_int_equal(request(2, SET_FEATURE, 0, 0x81, 0, NULL).status, 0);
    assert_int_equal(usbip_bulk(server, client, true, data, 64, 0).status, -32);
    assert_int_equal(request(2, SET_FEATURE, 0, 0x01, 0, NULL).status, 0);
    assert_int_equal(usbip_bulk(server, client, false, data, 64, 0).status, -32);
    assert_int_equal(request(2, CLEAR_FEATURE, 0, 0x81, 0, NULL).status, 0);
    assert_int_equal(request(2, CLEAR_FEATURE, 0, 0x01, 0, NULL).status, 0);
    hello(2);
}

// Credit and four requests, whose answers of 1, 1, 1 and 0 words are 64 bytes on the wire.
static void ask_for_64_bytes(void)
{
    enum { WELCOME_BYTES = 18, REQUESTS = 4 };
    static const uint8_t words[REQUESTS] = {1, 1, 1, 0}, limit[3] = {0, 16, 0};
    uint8_t wire[(REQUESTS + 1) * IZH_FRAME_WIRE];
    size_t count = append_frame(wire, IZH_KIND_ACK, WELCOME_BYTES, limit, sizeof limit);
    for (uint16_t i = 0; i < REQUESTS; i++) {
        uint8_t payload[5] = {[4] = words[i]};
        izh_link_put32(payload, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, 0));
        count += append_frame(wire + count, IZH_KIND_READ, i, payload, sizeof payload);
    }
    assert_int_equal(usbip_bulk(server, client, false, wire, count, 0).status, 0);
    usbip_expect_silence(server, client); // until all of them wait
}

// A full packet: the read, which has room for more, ends with an empty one.
static void ends_a_stream_of_full_packets(void **unused)
{
    (void)unused;
    struct izh_frame_decoder decoder = {0};
    uint8_t data[READ];
    unsigned whole = 0;
    configure();
    hello(3);
    ask_for_64_bytes();
    assert_int_equal(usbip_bulk(server, client, true, data, READ, 0).actual, 64);
    for (size_t i = 0; i < 64; i++) {
        struct izh_frame frame;
        whole += izh_frame_decode(&decoder, data[i], &frame) == IZH_FRAME_WHOLE;
    }
    assert_int_equal(whole, 4);
}

// A request, a stall, a session, bulk before the configuration: all of it on D+ and D-.
static void does_the_same_through_pins(void **unused)
{
    uint8_t ours[255], theirs[255];
    size_t length = 0;
    struct usbip_reply reply = request(0x80, 6, 0x302, 0, 255, ours);
    const uint8_t *text = izh_usb_descriptor(0x302, &length);
    assert_int_equal(reply.status, 0);
    assert_int_equal(reply.actual, length);
    assert_memory_equal(ours, text, length);
    assert_int_equal(request(0x80, 6, 0x304, 0, 255, theirs).status, -32);
    has_no_endpoint_before_it_is_configured(unused);
    halts_like_a_device(unused);
    ends_a_stream_of_full_packets(unused);
}

// ---- Plug ---------------------------------------------------------------------------------------

// Not even of its session it knows: it says nothing before the next HELLO.
static void forgets_when_it_is_unplugged(void **unused)
{
    (void)unused;
    uint8_t configuration[1];
    configure();
    hello(4);
    usbip_close(server, client);
    client = usbip_connect_and_import(server);
    assert_int_equal(request(0x80, 8, 0, 0, 1, configuration).actual, 1);
    assert_int_equal(configuration[0], 0);
    configure();
    ask_for_64_bytes();
    usbip_submit(
        server, client,
        &(struct usbip_submit){.number = 7, .direction = 1, .endpoint = 1, .length = READ});
    usbip_expect_silence(server, client);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define PINS(f) cmocka_unit_test_setup_teardown(f, set_up_pins, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(halts_and_settings_as_in_the_gateware),
        TEST(answers_as_the_gateware_does),
        TEST(has_the_descriptors_of_the_gateware),
        TEST(says_welcome),
        TEST(has_no_endpoint_before_it_is_configured),
        TEST(halts_like_a_device),
        TEST(ends_a_stream_of_full_packets),
        TEST(forgets_when_it_is_unplugged),
        PINS(does_the_same_through_pins),
        PINS(forgets_when_it_is_unplugged),
    };
    seed = izh_test_seed(1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
