// usb_fake.h: USB devices that are not there: umockdev answers libusb as the kernel would
// SPDX-License-Identifier: Apache-2.0
//
// The program must run under umockdev-wrapper: usb_fake_main sees to it. What a fake does with
// transfers is decided here, under one lock; nothing depends on the clock.
#ifndef IZH_TESTS_USB_FAKE_H
#define IZH_TESTS_USB_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { USB_FAKE_REQUESTS = 32 };

struct usb_fake_model {
    uint16_t vendor, product_id, release;
    const char *product, *serial; // serial NULL: none
    int interfaces;
    uint8_t in, out; // endpoints of interface 0, the next ones 2 higher for each
    uint16_t packet;
    bool forbidden;     // its file cannot be opened
    bool kernel_driver; // one is bound to every interface
    bool ftdi;          // two status bytes are in front of every packet
};

// A vendor request without data, as it came.
struct usb_fake_request {
    uint8_t request;
    uint16_t value, index;
};

struct usb_fake;

// Again under umockdev-wrapper, if this process is not; a minute later it is stopped.
void usb_fake_main(char **argv);

// A system with USB and nothing plugged in; end unplugs and frees all.
void usb_fake_begin(void);
void usb_fake_end(void);

// position: "1-1", "1-4.2"
struct usb_fake *usb_fake_plug(const struct usb_fake_model *model, const char *position);
void usb_fake_unplug(struct usb_fake *fake);

// The cable leaves at the n-th call of libusb from now, 0 the next one, whatever it is.
void usb_fake_cut_at(struct usb_fake *fake, int n);
bool usb_fake_is_cut(const struct usb_fake *fake);

// What the device sends as soon as it is asked; the last packet is short, so that the transfer
// ends. Of count 0: an empty packet.
void usb_fake_say(struct usb_fake *fake, const void *bytes, size_t count);

// The error bits of the status bytes of what is said from now on.
void usb_fake_set_line(struct usb_fake *fake, uint8_t status);

// Whatever comes is said back.
void usb_fake_echo(struct usb_fake *fake, bool on);

// Transfers stay under way.
void usb_fake_hold(struct usb_fake *fake, bool in, bool out);

// The transfer behind what was said, or the next one out after skip others, moves count bytes and
// ends with a negative errno; after -EPIPE the endpoint is stalled until it is cleared. 0: a
// transfer that is merely short.
void usb_fake_fail_in(struct usb_fake *fake, int status, const void *bytes, size_t count);
void usb_fake_fail_out(struct usb_fake *fake, int skip, int status, size_t count);

// An endpoint that stalls again whenever it is cleared.
void usb_fake_stall_for_good(struct usb_fake *fake, bool in);

// Another process claims interface 0.
void usb_fake_claim_elsewhere(struct usb_fake *fake);

// The bytes that have come, all of them in order.
size_t usb_fake_heard(struct usb_fake *fake, const uint8_t **bytes);

int usb_fake_flying(struct usb_fake *fake, uint8_t endpoint); // transfers under way
int usb_fake_most_flying(struct usb_fake *fake, uint8_t endpoint);
int usb_fake_longest(struct usb_fake *fake, uint8_t endpoint); // bytes of the longest one
int usb_fake_clears(struct usb_fake *fake);
int usb_fake_claims(struct usb_fake *fake);  // interfaces that are claimed now
int usb_fake_drivers(struct usb_fake *fake); // interfaces that a kernel driver has now
int usb_fake_requests(struct usb_fake *fake, struct usb_fake_request requests[USB_FAKE_REQUESTS]);

#endif
