// usb_bench.h: the Verilated USB device on a host's port, its bytes looped back
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_TESTS_USB_BENCH_H
#define IZH_TESTS_USB_BENCH_H

#include "random.h"
#include "usb.h"
#include "usb_host.h"

enum {
    USB_MS = IZH_USBWIRE_CLOCKS_PER_MS,
    USB_ADDRESS = 5,
    USB_IN = 0x81,
    USB_OUT = 0x01,
};

struct usb_bench {
    struct izh_usb *usb;
    struct izh_usbhost host;
    struct izh_random random;
    uint8_t address; // that control transfers go to
    // Loopback: what came out of the host and has not gone back.
    uint8_t fifo[4096];
    size_t fifo_from, fifo_count;
    unsigned taken_of_1024; // how often the consumer is ready
    bool hold_back;         // nothing goes into the host
};

// A device with power and a host that has seen it; nothing asked yet. settings may be NULL.
struct usb_bench *usb_bench_new(uint64_t seed, const struct izh_usbwire_settings *settings);
void usb_bench_flush(struct usb_bench *bench, bool flush);

// Checks that both never drove at once, and that the device still enumerates.
void usb_bench_free(struct usb_bench *bench);

// Fixtures of a test with a device that is enumerated: which one says its initial state, a
// usb_bench_device.
struct usb_bench_device {
    enum izh_usb_kind kind;
    uint64_t seed; // unless the environment has another
};
int usb_bench_set_up(void **state);
int usb_bench_tear_down(void **state);
#define USB_TEST(prefix, test, device)                                                             \
    {                                                                                              \
        prefix #test, test, usb_bench_set_up, usb_bench_tear_down, &(device)                       \
    }

// One control transfer; data has room for length bytes; *actual may be NULL.
enum izh_usbhost_status usb_request(struct usb_bench *bench, uint8_t kind, uint8_t request,
                                    uint16_t value, uint16_t index, uint16_t length, uint8_t *data,
                                    size_t *actual);
enum izh_usbhost_status usb_command(struct usb_bench *bench, uint8_t kind, uint8_t request,
                                    uint16_t value, uint16_t index);

// Bus reset, SET_ADDRESS, SET_CONFIGURATION 1.
void usb_enumerate(struct usb_bench *bench);

// Bulk transfers of any length, 0.5 s of patience; returns the bytes that went.
enum izh_usbhost_status usb_bulk(struct usb_bench *bench, uint8_t endpoint, uint8_t *data,
                                 size_t length, unsigned flags, size_t *actual);

// A single OUT or SETUP with its data packet; a single IN. Nothing is retried.
enum izh_usbhost_answer usb_out(struct usb_bench *bench, uint8_t endpoint, bool toggle,
                                const uint8_t *data, size_t length, enum izh_usbwire_fault fault);
enum izh_usbhost_answer usb_setup(struct usb_bench *bench, const uint8_t setup[8],
                                  enum izh_usbwire_fault fault);
enum izh_usbhost_answer usb_in(struct usb_bench *bench, uint8_t endpoint, bool acknowledge,
                               struct izh_usbwire_packet *packet);

// Waits until the device has taken in what it can.
void usb_pause(struct usb_bench *bench, unsigned microseconds);

void usb_fill(struct usb_bench *bench, uint8_t *bytes, size_t length);

// --- the bulk endpoints with the host's toggles
// ---------------------------------------------------

// A packet to the device; the toggle moves on when it is acknowledged.
enum izh_usbhost_answer usb_send(struct usb_bench *bench, const uint8_t *bytes, size_t length,
                                 enum izh_usbwire_fault fault);

// Exactly these bytes come in the next packet; the toggle moves on when it is acknowledged.
void usb_expect_in(struct usb_bench *bench, const uint8_t *bytes, size_t length, bool acknowledge);
void usb_expect_nak(struct usb_bench *bench);

// So many packets of random lengths to the device and back.
void usb_loop(struct usb_bench *bench, int packets);

// Both toggles are DATA0 and nothing of before is left.
void usb_expect_fresh(struct usb_bench *bench);

#endif
