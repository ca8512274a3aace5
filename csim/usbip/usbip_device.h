// usbip_device.h: the USB device that a USB/IP server shows, packet for packet
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_USBIP_DEVICE_H
#define IZH_USBIP_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum izh_usbip_answer {
    IZH_USBIP_ACK,   // it took the packet, or gave one
    IZH_USBIP_NAK,   // not now: ask again
    IZH_USBIP_STALL, // the endpoint is halted, or the request refused
    IZH_USBIP_NO_ANSWER,
};

// What lists and imports say of it, read from its own descriptors. One configuration of one
// interface; bulk endpoints of full speed.
struct izh_usbip_identity {
    const uint8_t *device;        // descriptor
    const uint8_t *configuration; // descriptor, then the interface's
    size_t packet;                // bytes at most, bulk endpoints
};

// Calls come one at a time, from izh_usbip_server_run.
struct izh_usbip_device {
    struct izh_usbip_identity identity;
    void *context;
    // It is plugged in: power, bus reset, an address. False: it does not come up.
    bool (*attach)(void *context);
    void (*detach)(void *context);
    // Its time passes, a little. Returns how many milliseconds it may rest when no packet comes.
    int (*pump)(void *context);
    // A whole request. data: wLength bytes, those of an OUT; *length: how many an IN has given.
    enum izh_usbip_answer (*control)(void *context, const uint8_t setup[8], uint8_t *data,
                                     size_t *length);
    // One packet of at most identity.packet bytes.
    enum izh_usbip_answer (*in)(void *context, uint8_t endpoint, uint8_t *packet, size_t *length);
    enum izh_usbip_answer (*out)(void *context, uint8_t endpoint, const uint8_t *packet,
                                 size_t length);
};

#endif
