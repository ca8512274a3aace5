// usb.h: the Verilated USB device behind a C interface
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. Instances share nothing. build/usb/izh_usb.v alone, or
// izh_usb_ulpi.v and a transceiver, the byte streams in the hands of the caller.
#ifndef IZH_USB_H
#define IZH_USB_H

#include "usb_wire.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What stands behind the device's byte streams; asked in every clock. NULL: nothing comes, nothing
// is taken.
struct izh_usb_streams {
    void *context;
    bool (*ready)(void *context);             // a byte out of the host would be taken now
    void (*out)(void *context, uint8_t byte); // and was
    bool (*in)(void *context, uint8_t *byte); // a byte into the host; it is gone when true
    bool flush;
};

struct izh_usb;

enum izh_usb_kind {
    IZH_USB_PINS,
    IZH_USB_ULPI, // there is no pull-up before its first millisecond is over
};

// NULL without memory. Registers without a reset start at random, from the seed.
struct izh_usb *izh_usb_new(enum izh_usb_kind kind, uint32_t seed);
void izh_usb_free(struct izh_usb *usb);

// For izh_usbwire_init; valid as long as the device is.
struct izh_usbwire_port izh_usb_port(struct izh_usb *usb);

void izh_usb_set_streams(struct izh_usb *usb, const struct izh_usb_streams *streams);
void izh_usb_set_vbus(struct izh_usb *usb, bool vbus);

struct izh_usb_state {
    bool configured, suspended, bus_reset;
};
struct izh_usb_state izh_usb_read_state(const struct izh_usb *usb);

#ifdef __cplusplus
}
#endif
#endif
