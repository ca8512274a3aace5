// usb_device.h: finds boards on USB by what they are and by name, and opens one
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits.
#ifndef IZH_USB_DEVICE_H
#define IZH_USB_DEVICE_H

#include "status.h"

#include <stdbool.h>
#include <stdint.h>

struct libusb_context;
struct libusb_device_handle;

enum { IZH_USB_NAME = 128 }; // bytes of a serial number or a product name, the end included

struct izh_usb_identity {
    uint16_t vendor, product_id, release; // release: bcdDevice
    bool readable;                        // else the two strings are empty
    char serial[IZH_USB_NAME];
    char product[IZH_USB_NAME];
    char position[32]; // "1-4.2": bus and ports, as Linux names them
};

// What a scheme looks for.
struct izh_usb_kind {
    const char *scheme;
    const char *what; // "izh engine", for messages

    // By numbers alone: worth asking for its strings.
    bool (*candidate)(const void *context, const struct izh_usb_identity *identity);

    // With its strings: one that may be opened without being named.
    bool (*known)(const void *context, const struct izh_usb_identity *identity);

    bool strict; // one that is not known may not be opened when it is named, either
    const void *context;
};

struct izh_usb_device {
    struct libusb_context *context;
    struct libusb_device_handle *handle;
    int interface; // claimed; -1: none
    struct izh_usb_identity identity;
};

// Opens the device that name means: a serial number, "@" and a position, or "" for the only one
// there is. IZH_OK, or a status and message: IZH_NO_DEVICE, IZH_AMBIGUOUS, IZH_NOT_IZH,
// IZH_NO_PERMISSION, IZH_NO_MEMORY, IZH_IO.
enum izh_status izh_usb_open(const struct izh_usb_kind *kind, const char *name,
                             struct izh_usb_device *device, char *message);

// Takes an interface with these two endpoints; a kernel driver that has it is detached until
// close. IZH_OK, or a status and message: IZH_BUSY, IZH_NOT_IZH (no such endpoints), IZH_GONE,
// IZH_NO_PERMISSION, IZH_IO.
enum izh_status izh_usb_claim(const struct izh_usb_kind *kind, struct izh_usb_device *device,
                              int interface, uint8_t in, uint8_t out, char *message);

// Bytes of an endpoint's packets.
int izh_usb_packet(const struct izh_usb_device *device, uint8_t endpoint);

// Asks the device.
bool izh_usb_is_gone(const struct izh_usb_device *device);

// Also one whose open or claim has failed.
void izh_usb_close(struct izh_usb_device *device);

// As list of transport.h. A system without USB has no devices.
enum izh_status izh_usb_list(const struct izh_usb_kind *kind,
                             void (*found)(void *context, const char *rest, const char *what),
                             void *context, char *message);

#endif
