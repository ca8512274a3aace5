// usb_bench.c: the Verilated USB device on a host's port, its bytes looped back
// SPDX-License-Identifier: Apache-2.0
#include "usb_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool ready(void *context)
{
    struct usb_bench *bench = context;
    return bench->fifo_count < sizeof bench->fifo &&
           izh_random_below(&bench->random, 1024) < bench->taken_of_1024;
}

static void take(void *context, uint8_t byte)
{
    struct usb_bench *bench = context;
    bench->fifo[(bench->fifo_from + bench->fifo_count++) % sizeof bench->fifo] = byte;
}

static bool give(void *context, uint8_t *byte)
{
    struct usb_bench *bench = context;
    if (bench->hold_back || !bench->fifo_count)
        return false;
    *byte = bench->fifo[bench->fifo_from];
    bench->fifo_from = (bench->fifo_from + 1) % sizeof bench->fifo;
    bench->fifo_count--;
    return true;
}

void usb_bench_flush(struct usb_bench *bench, bool flush)
{
    struct izh_usb_streams streams = {
        .context = bench, .ready = ready, .out = take, .in = give, .flush = flush};
    izh_usb_set_streams(bench->usb, &streams);
}

static struct usb_bench *new_bench(enum izh_usb_kind kind, uint64_t seed,
                                   const struct izh_usbwire_settings *settings)
{
    struct usb_bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    bench->usb = izh_usb_new(kind, (uint32_t)seed);
    assert_non_null(bench->usb);
    bench->random.state = seed;
    bench->taken_of_1024 = 1024;
    usb_bench_flush(bench, true);

    struct izh_usbwire_settings plain = settings ? *settings : izh_usbwire_plain;
    plain.seed = seed + 1;
    struct izh_usbwire_port port = izh_usb_port(bench->usb);
    izh_usbhost_init(&bench->host, &port, &plain);
    for (int i = 0; i < 20 && !bench->host.wire.drive.pullup; i++)
        usb_pause(bench, 100);
    assert_true(bench->host.wire.drive.pullup);
    return bench;
}

struct usb_bench *usb_bench_new(uint64_t seed, const struct izh_usbwire_settings *settings)
{
    return new_bench(IZH_USB_PINS, seed, settings);
}

int usb_bench_set_up(void **state)
{
    const struct usb_bench_device *device = *state;
    struct usb_bench *bench = new_bench(device->kind, izh_test_seed(device->seed), NULL);
    usb_enumerate(bench);
    *state = bench;
    return 0;
}

int usb_bench_tear_down(void **state)
{
    usb_bench_free(*state);
    return 0;
}

void usb_bench_free(struct usb_bench *bench)
{
    // A test that failed has left its transfers there.
    bench->host.first = NULL;
    usb_enumerate(bench);
    assert_int_equal(bench->host.wire.contentions, 0);
    izh_usb_free(bench->usb);
    free(bench);
}

enum izh_usbhost_status usb_request(struct usb_bench *bench, uint8_t kind, uint8_t request,
                                    uint16_t value, uint16_t index, uint16_t length, uint8_t *data,
                                    size_t *actual)
{
    struct izh_usbhost_transfer transfer = {
        .address = bench->address,
        .setup = {kind, request, (uint8_t)value, (uint8_t)(value >> 8), (uint8_t)index,
                  (uint8_t)(index >> 8), (uint8_t)length, (uint8_t)(length >> 8)},
        .data = data,
        .length = length,
    };
    enum izh_usbhost_status status = izh_usbhost_finish(&bench->host, &transfer, 20 * USB_MS);
    if (actual)
        *actual = transfer.actual;
    return status;
}

enum izh_usbhost_status usb_command(struct usb_bench *bench, uint8_t kind, uint8_t request,
                                    uint16_t value, uint16_t index)
{
    return usb_request(bench, kind, request, value, index, 0, NULL, NULL);
}

void usb_enumerate(struct usb_bench *bench)
{
    enum { SET_ADDRESS = 5, SET_CONFIGURATION = 9 };
    izh_usbhost_reset(&bench->host, USB_MS / 10);
    bench->address = 0;
    assert_int_equal(usb_command(bench, 0, SET_ADDRESS, USB_ADDRESS, 0), IZH_USBHOST_DONE);
    bench->address = USB_ADDRESS;
    assert_int_equal(usb_command(bench, 0, SET_CONFIGURATION, 1, 0), IZH_USBHOST_DONE);
    assert_true(izh_usb_read_state(bench->usb).configured);
}

enum izh_usbhost_status usb_bulk(struct usb_bench *bench, uint8_t endpoint, uint8_t *data,
                                 size_t length, unsigned flags, size_t *actual)
{
    struct izh_usbhost_transfer transfer = {.address = bench->address,
                                            .endpoint = endpoint,
                                            .flags = flags,
                                            .data = data,
                                            .length = length};
    enum izh_usbhost_status status = izh_usbhost_finish(&bench->host, &transfer, 500 * USB_MS);
    if (actual)
        *actual = transfer.actual;
    return status;
}

enum izh_usbhost_answer usb_out(struct usb_bench *bench, uint8_t endpoint, bool toggle,
                                const uint8_t *data, size_t length, enum izh_usbwire_fault fault)
{
    izh_usbhost_token(&bench->host, IZH_USBPACKET_OUT, bench->address, endpoint, IZH_USBWIRE_WHOLE);
    izh_usbhost_data(&bench->host, toggle, data, length, fault);
    return izh_usbhost_receive_handshake(&bench->host);
}

enum izh_usbhost_answer usb_setup(struct usb_bench *bench, const uint8_t setup[8],
                                  enum izh_usbwire_fault fault)
{
    izh_usbhost_token(&bench->host, IZH_USBPACKET_SETUP, bench->address, 0, IZH_USBWIRE_WHOLE);
    izh_usbhost_data(&bench->host, false, setup, 8, fault);
    return izh_usbhost_receive_handshake(&bench->host);
}

enum izh_usbhost_answer usb_in(struct usb_bench *bench, uint8_t endpoint, bool acknowledge,
                               struct izh_usbwire_packet *packet)
{
    izh_usbhost_token(&bench->host, IZH_USBPACKET_IN, bench->address, endpoint, IZH_USBWIRE_WHOLE);
    enum izh_usbhost_answer answer = izh_usbhost_receive_data(&bench->host, packet);
    if (answer == IZH_USBHOST_ACK && acknowledge)
        izh_usbhost_handshake(&bench->host, IZH_USBPACKET_ACK);
    return answer;
}

void usb_pause(struct usb_bench *bench, unsigned microseconds)
{
    izh_usbwire_hold(&bench->host.wire, IZH_USBWIRE_RELEASED, (uint64_t)microseconds * 48);
}

void usb_fill(struct usb_bench *bench, uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)izh_random_next(&bench->random);
}

// A packet to the device with the host's toggle, which is kept when it is acknowledged.
enum izh_usbhost_answer usb_send(struct usb_bench *bench, const uint8_t *bytes, size_t length,
                                 enum izh_usbwire_fault fault)
{
    bool *toggle = &bench->host.toggle[1][0];
    enum izh_usbhost_answer answer = usb_out(bench, USB_OUT, *toggle, bytes, length, fault);
    if (answer == IZH_USBHOST_ACK)
        *toggle = !*toggle;
    return answer;
}

// Exactly these bytes come in the next packet, with the host's toggle.
void usb_expect_in(struct usb_bench *bench, const uint8_t *bytes, size_t length, bool acknowledge)
{
    struct izh_usbwire_packet packet;
    bool *toggle = &bench->host.toggle[1][1];
    assert_int_equal(usb_in(bench, USB_IN, acknowledge, &packet), IZH_USBHOST_ACK);
    assert_int_equal(packet.bytes[0], *toggle ? IZH_USBPACKET_DATA1 : IZH_USBPACKET_DATA0);
    assert_int_equal(packet.length, length + 3);
    assert_memory_equal(packet.bytes + 1, bytes, length);
    *toggle ^= acknowledge;
}

void usb_expect_nak(struct usb_bench *bench)
{
    struct izh_usbwire_packet packet;
    assert_int_equal(usb_in(bench, USB_IN, true, &packet), IZH_USBHOST_NAK);
}

// There and back, so many bytes in packets of any length.
void usb_loop(struct usb_bench *bench, int packets)
{
    for (int i = 0; i < packets; i++) {
        uint8_t bytes[IZH_USBPACKET_PAYLOAD];
        size_t length = 1 + izh_random_below(&bench->random, IZH_USBPACKET_PAYLOAD - 1);
        usb_fill(bench, bytes, length);
        assert_int_equal(usb_send(bench, bytes, length, IZH_USBWIRE_WHOLE), IZH_USBHOST_ACK);
        usb_pause(bench, 16);
        usb_expect_in(bench, bytes, length, true);
    }
}

// Both toggles are DATA0 again and nothing of before is left.
void usb_expect_fresh(struct usb_bench *bench)
{
    bench->taken_of_1024 = 1024;
    bench->fifo_count = 0;
    assert_false(bench->host.toggle[1][0]);
    assert_false(bench->host.toggle[1][1]);
    usb_pause(bench, 100);
    usb_expect_nak(bench);
    usb_loop(bench, 3);
}
