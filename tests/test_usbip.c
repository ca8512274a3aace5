// test_usbip.c: the USB/IP server against a client of its own, before a device that is played
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "random.h"
#include "usbip_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FIFO = 1 << 20, LENGTHS = 4096, STALLED = -32, UNLINKED = -104 };
enum { ZERO_PACKET = 0x40, SHORT_NOT_OK = 1 };

// ---- A device that gives back what it gets, packet for packet -----------------------------------

static struct {
    bool attached, dead, halted;
    bool closed;  // IN says NAK
    bool restful; // its time need not pass
    int attaches, detaches;
    uint8_t bytes[FIFO];
    size_t from, count;
    size_t lengths[LENGTHS]; // of the OUT packets, as they came
    size_t packets;
    size_t in_packet; // bytes that an IN packet has at most
    uint8_t control[64];
    size_t control_length;
} device;

static bool attach(void *context)
{
    (void)context;
    assert_false(device.attached);
    if (device.dead)
        return false;
    device.attached = true;
    device.attaches++;
    return true;
}

static void detach(void *context)
{
    (void)context;
    assert_true(device.attached);
    device.attached = device.halted = device.closed = false;
    device.from = device.count = device.packets = 0;
    device.detaches++;
}

static int pump(void *context)
{
    (void)context;
    assert_true(device.attached);
    return device.restful ? 5 : 0;
}

// Vendor requests: 1 OUT keeps, 2 IN gives that back, 3 answers later; CLEAR_FEATURE ends a halt.
static enum izh_usbip_answer control(void *context, const uint8_t setup[8], uint8_t *data,
                                     size_t *length)
{
    (void)context;
    assert_true(device.attached);
    if (setup[0] == 0x40 && setup[1] == 1 && *length <= sizeof device.control) {
        device.control_length = *length;
        if (*length)
            memcpy(device.control, data, *length);
        return IZH_USBIP_ACK;
    }
    if (setup[0] == 0xc0 && setup[1] == 2) {
        *length = *length < device.control_length ? *length : device.control_length;
        memcpy(data, device.control, *length);
        return IZH_USBIP_ACK;
    }
    if (setup[0] == 2 && setup[1] == 1) {
        device.halted = false;
        return IZH_USBIP_ACK;
    }
    return setup[1] == 3 ? IZH_USBIP_NAK : IZH_USBIP_STALL;
}

static enum izh_usbip_answer in(void *context, uint8_t endpoint, uint8_t *packet, size_t *length)
{
    (void)context;
    assert_true(device.attached);
    if (endpoint != 1)
        return IZH_USBIP_NO_ANSWER;
    if (device.halted)
        return IZH_USBIP_STALL;
    if (device.closed || !device.count)
        return IZH_USBIP_NAK;
    *length = device.count < device.in_packet ? device.count : device.in_packet;
    for (size_t i = 0; i < *length; i++)
        packet[i] = device.bytes[(device.from + i) % FIFO];
    device.from = (device.from + *length) % FIFO;
    device.count -= *length;
    return IZH_USBIP_ACK;
}

static enum izh_usbip_answer out(void *context, uint8_t endpoint, const uint8_t *packet,
                                 size_t length)
{
    (void)context;
    assert_true(device.attached);
    assert_in_range(length, 0, 64);
    if (endpoint != 1)
        return IZH_USBIP_NO_ANSWER;
    if (device.halted)
        return IZH_USBIP_STALL;
    if (device.count + length > FIFO)
        return IZH_USBIP_NAK;
    for (size_t i = 0; i < length; i++)
        device.bytes[(device.from + device.count + i) % FIFO] = packet[i];
    device.count += length;
    device.lengths[device.packets++ % LENGTHS] = length;
    return IZH_USBIP_ACK;
}

static const uint8_t device_descriptor[18] = {18,   1,    0,    2,    0xa1, 0xa2, 0xa3, 64, 0x34,
                                              0x12, 0x78, 0x56, 0xbc, 0x9a, 1,    2,    3,  1};
static const uint8_t configuration[18] = {9, 2, 32, 0, 1, 7,    0,    0x80, 50,
                                          9, 4, 0,  0, 2, 0xf1, 0xf2, 0xf3, 0};

static const struct izh_usbip_device played = {
    .identity = {device_descriptor, configuration, 64},
    .attach = attach,
    .detach = detach,
    .pump = pump,
    .control = control,
    .in = in,
    .out = out,
};

// ---- Around a test ------------------------------------------------------------------------------

static struct izh_usbip_server *server;
static struct izh_random random_numbers;
static unsigned lines;
static char last_line[256];

static void note(void *context, const char *line)
{
    (void)context;
    lines++;
    snprintf(last_line, sizeof last_line, "%s", line);
}

static int set_up(void **unused)
{
    (void)unused;
    enum izh_usbip_status status;
    const struct izh_usbip_options options = {.log = note};
    memset(&device, 0, sizeof device);
    device.in_packet = 64;
    lines = 0;
    server = izh_usbip_server_new(&options, &played, &status);
    return server ? 0 : -1;
}

static int tear_down(void **unused)
{
    (void)unused;
    izh_usbip_server_free(server);
    return device.attached || device.attaches != device.detaches ? -1 : 0;
}

static void expect_line(const char *part)
{
    if (!strstr(last_line, part))
        fail_msg("no \"%s\" in \"%s\"", part, last_line);
}

static void fill(uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)izh_random_next(&random_numbers);
}

// ---- List and import ----------------------------------------------------------------------------

static void expect_device(const uint8_t bytes[312])
{
    static const uint8_t tail[24] = {0,    0,    0,    1,    0,    0,
                                     0,    2,    0,    0,    0,    2, // bus 1, device 2, full speed
                                     0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc,
                                     0xa1, 0xa2, 0xa3, 7,    1,    1};
    assert_int_equal(bytes[0], '/');
    assert_string_equal((const char *)bytes + 256, "1-1");
    assert_memory_equal(bytes + 288, tail, sizeof tail);
}

static size_t list_devices(uint8_t reply[328])
{
    static const uint8_t request[8] = {0x01, 0x11, 0x80, 0x05};
    static const uint8_t head[11] = {0x01, 0x11, 0x00, 0x05};
    int client = usbip_connect(server);
    usbip_send(server, client, request, sizeof request);
    usbip_receive(server, client, reply, 12);
    assert_memory_equal(reply, head, sizeof head);
    if (reply[11])
        usbip_receive(server, client, reply + 12, 316);
    usbip_expect_closed(server, client);
    return reply[11];
}

static void shows_the_device(void **unused)
{
    (void)unused;
    static const uint8_t interface[4] = {0xf1, 0xf2, 0xf3, 0};
    uint8_t reply[328];
    assert_int_equal(list_devices(reply), 1);
    expect_device(reply + 12);
    assert_memory_equal(reply + 324, interface, 4);
    assert_int_equal(lines, 0);
}

static void gives_it_to_one_at_a_time(void **unused)
{
    (void)unused;
    uint8_t bytes[328];
    int first = usbip_connect(server);
    assert_int_equal(usbip_import(server, first, bytes), 0);
    expect_device(bytes);
    expect_line("imported");
    int second = usbip_connect(server);
    assert_int_equal(usbip_import(server, second, bytes), 2);
    expect_line("somebody else");
    usbip_expect_closed(server, second);
    assert_int_equal(list_devices(bytes), 0);
    usbip_close(server, first);
    expect_line("gave the device back");
    assert_int_equal(device.detaches, 1);
    usbip_close(server, usbip_connect_and_import(server));
    assert_int_equal(device.attaches, 2);
}

static void refuses_other_devices(void **unused)
{
    (void)unused;
    uint8_t request[40], reply[8];
    int client = usbip_connect(server);
    usbip_send(server, client, request, usbip_import_request(request, "1-10"));
    usbip_receive(server, client, reply, sizeof reply);
    assert_int_equal(reply[7], 4);
    usbip_expect_closed(server, client);
    expect_line("no such device");
    assert_int_equal(lines, 1);
    device.dead = true;
    client = usbip_connect(server);
    assert_int_equal(usbip_import(server, client, NULL), 3);
    usbip_expect_closed(server, client);
}

// ---- Transfers ----------------------------------------------------------------------------------

static void control_transfers(void **unused)
{
    (void)unused;
    uint8_t data[64] = "twelve bytes", back[64] = {0};
    int client = usbip_connect_and_import(server);
    const uint8_t keep[8] = {0x40, 1, 0, 0, 0, 0, 12, 0}, give[8] = {0xc0, 2, 0, 0, 0, 0, 64, 0};
    const uint8_t unknown[8] = {0x80, 77, 0, 0, 0, 0, 8, 0}, address[8] = {0, 5, 3};
    struct usbip_reply reply = usbip_control(server, client, keep, data);
    assert_int_equal(reply.status, 0);
    assert_int_equal(reply.actual, 12);
    reply = usbip_control(server, client, give, back);
    assert_int_equal(reply.status, 0);
    assert_int_equal(reply.actual, 12);
    assert_memory_equal(back, data, 12);
    assert_int_equal(usbip_control(server, client, unknown, back).status, STALLED);
    assert_int_equal(usbip_control(server, client, address, back).status, STALLED);
    usbip_close(server, client);
}

static void expect_packets(size_t count, size_t last)
{
    assert_int_equal(device.packets, count);
    for (size_t i = 0; i + 1 < count; i++)
        assert_int_equal(device.lengths[i], 64);
    assert_int_equal(device.lengths[count - 1], last);
    device.packets = device.count = 0;
}

static void cuts_out_transfers_into_packets(void **unused)
{
    (void)unused;
    static const struct {
        size_t length;
        uint32_t flags;
        size_t packets, last;
    } cases[] = {{300, 0, 5, 44},
                 {128, 0, 2, 64},
                 {64, 0, 1, 64},
                 {128, ZERO_PACKET, 3, 0},
                 {100, ZERO_PACKET, 2, 36},
                 {0, 0, 1, 0},
                 {0, ZERO_PACKET, 1, 0},
                 {1, 0, 1, 1},
                 {64, ZERO_PACKET, 2, 0}};
    uint8_t data[300] = {0};
    int client = usbip_connect_and_import(server);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct usbip_reply reply =
            usbip_bulk(server, client, false, data, cases[i].length, cases[i].flags);
        assert_int_equal(reply.status, 0);
        assert_int_equal(reply.actual, cases[i].length);
        expect_packets(cases[i].packets, cases[i].last);
    }
    usbip_close(server, client);
}

static void ends_in_transfers(void **unused)
{
    (void)unused;
    static const struct {
        size_t waiting, asked;
        uint32_t flags;
        int status;
        size_t actual;
    } cases[] = {{100, 300, 0, 0, 100}, // a short packet
                 {200, 128, 0, 0, 128}, // a full buffer
                 {10, 64, SHORT_NOT_OK, -121, 10},
                 {64, 64, SHORT_NOT_OK, 0, 64},
                 {100, 70, 0, -75, 70}}; // the device has more than there is room for
    uint8_t data[300] = {0};
    int client = usbip_connect_and_import(server);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        device.count = 0;
        usbip_bulk(server, client, false, data, cases[i].waiting, 0);
        struct usbip_reply reply =
            usbip_bulk(server, client, true, data, cases[i].asked, cases[i].flags);
        assert_int_equal(reply.status, cases[i].status);
        assert_int_equal(reply.actual, cases[i].actual);
    }
    usbip_close(server, client);
}

static void halts_and_goes_on(void **unused)
{
    (void)unused;
    const uint8_t clear[8] = {2, 1, 0, 0, 0x81, 0, 0, 0};
    uint8_t data[64] = {0};
    int client = usbip_connect_and_import(server);
    device.halted = true;
    assert_int_equal(usbip_bulk(server, client, true, data, 64, 0).status, STALLED);
    assert_int_equal(usbip_bulk(server, client, false, data, 5, 0).status, STALLED);
    assert_int_equal(usbip_control(server, client, clear, data).status, 0);
    assert_int_equal(usbip_bulk(server, client, false, data, 5, 0).status, 0);
    assert_int_equal(usbip_bulk(server, client, true, data, 64, 0).actual, 5);
    usbip_close(server, client);
}

static void says_when_nobody_answers(void **unused)
{
    (void)unused;
    int client = usbip_connect_and_import(server);
    struct usbip_submit submit = {.number = 5, .direction = 1, .endpoint = 3, .length = 64};
    uint8_t data[64];
    usbip_submit(server, client, &submit);
    assert_int_equal(usbip_take_reply(server, client, data, 64).status, -71);
    usbip_close(server, client);
}

// Eight reads under way as the driver has them, writes of all lengths, 300,000 bytes in one.
static void carries_long_transfers(void **unused)
{
    (void)unused;
    enum { TOTAL = 300000, READ = 4096 };
    uint8_t *sent = malloc(TOTAL), *received = malloc(TOTAL + READ);
    int client = usbip_connect_and_import(server);
    fill(sent, TOTAL);
    for (uint32_t i = 0; i < 8; i++)
        usbip_submit(
            server, client,
            &(struct usbip_submit){.number = i, .direction = 1, .endpoint = 1, .length = READ});
    usbip_submit(
        server, client,
        &(struct usbip_submit){.number = 99, .endpoint = 1, .length = TOTAL, .data = sent});
    size_t have = 0;
    for (uint32_t next = 0; have < TOTAL;) {
        uint8_t head_of_in[READ];
        struct usbip_reply reply = {0};
        uint8_t head[48];
        usbip_receive(server, client, head, sizeof head);
        reply.number = (uint32_t)head[6] << 8 | head[7];
        if (reply.number == 99)
            continue;
        assert_int_equal(reply.number, next);
        size_t actual = (size_t)head[26] << 8 | head[27];
        usbip_receive(server, client, head_of_in, actual);
        memcpy(received + have, head_of_in, actual);
        have += actual;
        usbip_submit(server, client,
                     &(struct usbip_submit){
                         .number = next + 100, .direction = 1, .endpoint = 1, .length = READ});
        next = next % 100 < 7 ? next + 1 : (next / 100 + 1) * 100;
    }
    assert_int_equal(have, TOTAL);
    assert_memory_equal(sent, received, TOTAL);
    free(sent);
    free(received);
    usbip_close(server, client);
}

// ---- Unlink -------------------------------------------------------------------------------------

static void takes_transfers_back(void **unused)
{
    (void)unused;
    uint8_t data[128] = {1, 2, 3};
    int client = usbip_connect_and_import(server);
    struct usbip_submit read = {.number = 7, .direction = 1, .endpoint = 1, .length = 128};
    usbip_submit(server, client, &read);
    usbip_expect_silence(server, client);
    usbip_unlink(server, client, 8, 7);
    struct usbip_reply reply = usbip_take_reply(server, client, NULL, 0);
    assert_int_equal(reply.command, 4);
    assert_int_equal(reply.number, 8);
    assert_int_equal(reply.status, UNLINKED);
    usbip_unlink(server, client, 9, 7); // it is not there any more
    assert_int_equal(usbip_take_reply(server, client, NULL, 0).status, 0);
    // What comes goes to the next read, not to the one taken back.
    usbip_bulk(server, client, false, data, 3, 0);
    assert_int_equal(usbip_bulk(server, client, true, data, 128, 0).actual, 3);
    usbip_close(server, client);
}

static void keeps_what_an_unlinked_read_has(void **unused)
{
    (void)unused;
    uint8_t sent[64], data[128];
    int client = usbip_connect_and_import(server);
    struct usbip_submit read = {.number = 7, .direction = 1, .endpoint = 1, .length = 128};
    fill(sent, sizeof sent);
    usbip_bulk(server, client, false, sent, 64, 0);
    usbip_submit(server, client, &read);
    usbip_expect_silence(server, client);
    usbip_unlink(server, client, 8, 7);
    struct usbip_reply reply = usbip_take_reply(server, client, data, sizeof data);
    assert_int_equal(reply.command, 3);
    assert_int_equal(reply.status, UNLINKED);
    assert_int_equal(reply.actual, 64);
    assert_memory_equal(data, sent, 64);
    reply = usbip_take_reply(server, client, NULL, 0);
    assert_int_equal(reply.command, 4);
    assert_int_equal(reply.status, 0);
    usbip_close(server, client);
}

// A queue of reads, one in the middle taken back, also a control transfer that waits.
static void takes_back_from_the_middle(void **unused)
{
    (void)unused;
    const uint8_t later[8] = {0xc0, 3, 0, 0, 0, 0, 8, 0};
    uint8_t data[64] = {0};
    int client = usbip_connect_and_import(server);
    for (uint32_t i = 1; i <= 3; i++)
        usbip_submit(
            server, client,
            &(struct usbip_submit){.number = i, .direction = 1, .endpoint = 1, .length = 64});
    usbip_submit(server, client,
                 &(struct usbip_submit){.number = 4, .direction = 1, .length = 8, .setup = later});
    usbip_unlink(server, client, 10, 2);
    assert_int_equal(usbip_take_reply(server, client, NULL, 0).status, UNLINKED);
    usbip_unlink(server, client, 11, 4);
    assert_int_equal(usbip_take_reply(server, client, NULL, 0).status, UNLINKED);
    for (uint32_t i = 0; i < 2; i++) {
        usbip_submit(
            server, client,
            &(struct usbip_submit){.number = 20 + i, .endpoint = 1, .length = 5, .data = data});
        struct usbip_reply a = usbip_take_reply(server, client, NULL, 0);
        assert_int_equal(a.number, 20 + i);
        struct usbip_reply b = usbip_take_reply(server, client, data, 64);
        assert_int_equal(b.number, i ? 3 : 1);
    }
    usbip_close(server, client);
}

// ---- Unplug -------------------------------------------------------------------------------------

static void unplugs(void **unused)
{
    (void)unused;
    int client = usbip_connect_and_import(server);
    usbip_submit(server, client,
                 &(struct usbip_submit){.number = 1, .direction = 1, .endpoint = 1, .length = 64});
    izh_usbip_server_run(server, 0);
    izh_usbip_server_unplug(server);
    assert_false(izh_usbip_server_imported(server));
    usbip_expect_closed(server, client);
    usbip_close(server, usbip_connect_and_import(server));
}

// A client that is cut off behind each byte of an import, and of a transfer with data.
static void stands_cut_connections(void **unused)
{
    (void)unused;
    uint8_t request[40], head[48], data[70] = {0};
    usbip_import_request(request, "1-1");
    for (size_t cut = 0; cut < sizeof request; cut++) {
        int client = usbip_connect(server);
        lines = 0;
        usbip_send(server, client, request, cut);
        usbip_close(server, client);
        assert_int_equal(lines, cut > 0);
        if (cut)
            expect_line("in the middle of a message");
    }
    assert_int_equal(device.attaches, 0);
    const struct usbip_submit submit = {.number = 3, .endpoint = 1, .length = 70};
    usbip_submit_head(head, &submit);
    for (size_t cut = 0; cut < sizeof head + sizeof data; cut++) {
        int client = usbip_connect_and_import(server);
        lines = 0;
        usbip_send(server, client, head, cut < sizeof head ? cut : sizeof head);
        if (cut > sizeof head)
            usbip_send(server, client, data, cut - sizeof head);
        usbip_close(server, client);
        assert_int_equal(lines, 1);
        assert_false(izh_usbip_server_imported(server));
        assert_int_equal(device.packets, 0);
    }
}

// ---- Nonsense -----------------------------------------------------------------------------------

static void put16(uint8_t *bytes, unsigned value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

// An importer is there, and stays whatever the others say.
static void closes_who_asks_nonsense(void **unused)
{
    (void)unused;
    static const struct {
        unsigned version, code, status;
        const char *says;
    } cases[] = {{0x0100, 0x8003, 0, "version"},
                 {0x4745, 0x5420, 0, "version"},
                 {0x0111, 0x8003, 1, "status"},
                 {0x0111, 0x8004, 0, "neither"}};
    uint8_t data[8] = {0};
    int importer = usbip_connect_and_import(server);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t request[40] = {0};
        int client = usbip_connect(server);
        put16(request, cases[i].version);
        put16(request + 2, cases[i].code);
        put16(request + 6, cases[i].status);
        lines = 0;
        usbip_send(server, client, request, sizeof request);
        usbip_expect_closed(server, client);
        assert_int_equal(lines, 1);
        expect_line(cases[i].says);
        assert_int_equal(usbip_bulk(server, importer, false, data, 8, 0).status, 0);
    }
    usbip_close(server, importer);
}

static void closes_an_importer_with_nonsense(void **unused)
{
    (void)unused;
    static const struct {
        size_t at;
        uint8_t bytes[4];
        const char *says;
    } cases[] = {{0, {0, 0, 0, 5}, "a command that there is not"},
                 {12, {0, 0, 0, 2}, "neither IN nor OUT"},
                 {16, {0, 0, 0, 16}, "an endpoint"},
                 {24, {0xff, 0xff, 0xff, 0xff}, "more than 16 MiB"},
                 {32, {0, 0, 0, 1}, "isochronous"},
                 {4, {0, 0, 0, 1}, "the number of a transfer that is under way"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t head[48];
        int client = usbip_connect_and_import(server);
        struct usbip_submit submit = {.number = 1, .direction = 1, .endpoint = 1, .length = 64};
        usbip_submit(server, client, &submit);
        submit.number = 2;
        usbip_submit_head(head, &submit);
        memcpy(head + cases[i].at, cases[i].bytes, 4);
        lines = 0;
        usbip_send(server, client, head, sizeof head);
        usbip_expect_closed(server, client);
        assert_int_equal(lines, 1);
        expect_line(cases[i].says);
    }
}

// Control transfers whose setup packet says something else than their head.
static void refuses_control_that_does_not_fit(void **unused)
{
    (void)unused;
    const uint8_t give[8] = {0xc0, 2, 0, 0, 0, 0, 64, 0};
    uint8_t data[128];
    int client = usbip_connect_and_import(server);
    usbip_submit(server, client,
                 &(struct usbip_submit){.number = 1, .direction = 1, .length = 128, .setup = give});
    assert_int_equal(usbip_take_reply(server, client, data, 128).status, -22);
    usbip_submit(server, client,
                 &(struct usbip_submit){.number = 2, .length = 64, .setup = give, .data = data});
    assert_int_equal(usbip_take_reply(server, client, NULL, 0).status, -22);
    usbip_close(server, client);
}

static void mutate(uint8_t *bytes, size_t length)
{
    uint32_t changes = izh_random_below(&random_numbers, 4) / 2;
    for (uint32_t i = 0; i < changes; i++)
        bytes[izh_random_below(&random_numbers, (uint32_t)length)] ^=
            (uint8_t)(1u << izh_random_below(&random_numbers, 8));
}

// A message of an importer that is often right, then bytes that may be its data.
static size_t random_message(uint8_t bytes[512])
{
    struct usbip_submit submit = {
        .number = izh_random_below(&random_numbers, 64),
        .direction = izh_random_below(&random_numbers, 2),
        .endpoint = izh_random_below(&random_numbers, 3),
        .flags = (uint32_t)izh_random_next(&random_numbers),
        .length = izh_random_below(&random_numbers, 200),
    };
    size_t length = usbip_submit_head(bytes, &submit);
    if (izh_random_below(&random_numbers, 4) == 0)
        bytes[3] = 2; // unlink; bytes 20.. are the number
    if (!submit.direction && bytes[3] == 1) {
        fill(bytes + length, submit.length);
        length += submit.length;
    }
    if (!submit.endpoint)
        bytes[46] = bytes[27];
    mutate(bytes, 48);
    return length;
}

// Whatever comes, the server goes on, and the next client has its device.
static void stands_random_messages(void **unused)
{
    (void)unused;
    enum { CLIENTS = 3000, MESSAGES = 40 };
    unsigned sent = 0, closed = 0;
    for (int i = 0; i < CLIENTS; i++) {
        uint8_t bytes[512];
        bool raw = izh_random_below(&random_numbers, 4) == 0;
        int client = raw ? usbip_connect(server) : usbip_connect_and_import(server);
        unsigned before = lines;
        bool open = true;
        for (int m = 0; open && m < MESSAGES; m++, sent++) {
            size_t length = raw ? izh_random_below(&random_numbers, 64) : random_message(bytes);
            if (raw)
                fill(bytes, length);
            usbip_send(server, client, bytes, length);
            open = izh_random_below(&random_numbers, 4) || !usbip_is_closed(server, client);
        }
        usbip_close(server, client);
        for (int turn = 0; turn < 100 && izh_usbip_server_imported(server); turn++)
            izh_usbip_server_run(server, 0);
        assert_in_range(lines - before, 0, 1);
        closed += lines != before;
        device.count = 0;
    }
    print_message("%u messages, %u of %d clients ended with a line\n", sent, closed, CLIENTS);
    assert_in_range(sent, 10000, UINT32_MAX);
    usbip_close(server, usbip_connect_and_import(server));
}

// ---- Slow and greedy clients --------------------------------------------------------------------

static struct izh_usbip_server *impatient(void)
{
    enum izh_usbip_status status;
    const struct izh_usbip_options options = {.patience_ms = 20, .log = note};
    device.restful = true;
    izh_usbip_server_free(server);
    server = izh_usbip_server_new(&options, &played, &status);
    assert_non_null(server);
    return server;
}

static void wait_for_line(void)
{
    lines = 0;
    for (int i = 0; !lines && i < 1000; i++)
        izh_usbip_server_run(server, 10);
    expect_line("kept the server waiting");
    assert_int_equal(lines, 1);
}

static void has_no_patience_with_half_a_message(void **unused)
{
    (void)unused;
    static const uint8_t half[24] = {0x01, 0x11, 0x80, 0x03};
    impatient();
    int client = usbip_connect(server);
    usbip_send(server, client, half, sizeof half);
    wait_for_line();
    usbip_expect_closed(server, client);
    client = usbip_connect_and_import(server);
    usbip_send(server, client, half, sizeof half);
    wait_for_line();
    usbip_expect_closed(server, client);
    client = usbip_connect(server); // says nothing at all
    wait_for_line();
    usbip_expect_closed(server, client);
}

static void lets_an_importer_rest(void **unused)
{
    (void)unused;
    uint8_t data[8] = {0};
    impatient();
    int client = usbip_connect_and_import(server);
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL); // five times its patience
    for (int i = 0; i < 10; i++)
        izh_usbip_server_run(server, 10);
    assert_int_equal(usbip_bulk(server, client, false, data, 8, 0).status, 0);
    usbip_close(server, client);
}

static void has_bounds(void **unused)
{
    (void)unused;
    int client = usbip_connect_and_import(server);
    lines = 0;
    for (uint32_t i = 0; i < 3; i++)
        usbip_submit(
            server, client,
            &(struct usbip_submit){.number = i, .direction = 1, .endpoint = 1, .length = 16 << 20});
    usbip_expect_closed(server, client);
    expect_line("more transfers under way");
    client = usbip_connect_and_import(server);
    for (uint32_t i = 0; i < 5000; i++)
        usbip_submit(
            server, client,
            &(struct usbip_submit){.number = i, .direction = 1, .endpoint = 1, .length = 1});
    usbip_expect_closed(server, client);
    expect_line("more transfers under way");
}

// ---- Listen -------------------------------------------------------------------------------------

static void says_why_it_cannot_listen(void **unused)
{
    (void)unused;
    static const struct {
        const char *address;
        enum izh_usbip_status status;
    } cases[] = {{"localhost", IZH_USBIP_BAD_ADDRESS},
                 {"1.2.3", IZH_USBIP_BAD_ADDRESS},
                 {"", IZH_USBIP_BAD_ADDRESS},
                 {"192.0.2.77", IZH_USBIP_NOT_HERE}};
    enum izh_usbip_status status;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct izh_usbip_options options = {.address = cases[i].address};
        assert_null(izh_usbip_server_new(&options, &played, &status));
        assert_int_equal(status, cases[i].status);
    }
    const struct izh_usbip_options same = {.port = izh_usbip_server_port(server)};
    assert_null(izh_usbip_server_new(&same, &played, &status));
    assert_int_equal(status, IZH_USBIP_PORT_IN_USE);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(shows_the_device),
        TEST(gives_it_to_one_at_a_time),
        TEST(refuses_other_devices),
        TEST(control_transfers),
        TEST(cuts_out_transfers_into_packets),
        TEST(ends_in_transfers),
        TEST(halts_and_goes_on),
        TEST(says_when_nobody_answers),
        TEST(carries_long_transfers),
        TEST(takes_transfers_back),
        TEST(keeps_what_an_unlinked_read_has),
        TEST(takes_back_from_the_middle),
        TEST(unplugs),
        TEST(stands_cut_connections),
        TEST(closes_who_asks_nonsense),
        TEST(closes_an_importer_with_nonsense),
        TEST(refuses_control_that_does_not_fit),
        TEST(stands_random_messages),
        TEST(has_no_patience_with_half_a_message),
        TEST(lets_an_importer_rest),
        TEST(has_bounds),
        TEST(says_why_it_cannot_listen),
    };
    random_numbers.state = izh_test_seed(1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
