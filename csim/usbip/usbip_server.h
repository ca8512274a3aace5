// usbip_server.h: shows one USB device to other machines: a USB/IP server
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. One importer at a time has the device; anybody may ask for the
// list. USB/IP knows neither passwords nor encryption: who reaches the port has the device.
#ifndef IZH_USBIP_SERVER_H
#define IZH_USBIP_SERVER_H

#include "usbip_device.h"

enum izh_usbip_status {
    IZH_USBIP_OK,
    IZH_USBIP_NO_MEMORY,
    IZH_USBIP_BAD_ADDRESS,   // not a numeric IPv4 or IPv6 address
    IZH_USBIP_NOT_HERE,      // no interface of this machine has the address
    IZH_USBIP_PORT_IN_USE,   // something else listens there
    IZH_USBIP_NO_PERMISSION, // ports below 1024 are for root
    IZH_USBIP_FAILED,        // errno says why
};

struct izh_usbip_options {
    const char *address; // numeric, IPv4 or IPv6; NULL: 127.0.0.1
    uint16_t port;       // 0: a free one
    // A client that stops in the middle of a message, or does not take its replies, is closed after
    // so many milliseconds; so is one that asks for nothing. 0: ten seconds.
    unsigned patience_ms;
    // One line, without its end, for each client that comes, goes or is closed. May be NULL.
    void (*log)(void *context, const char *line);
    void *context;
};

struct izh_usbip_server;

// Listens. NULL: *status says why. Uses the device, and does not free it.
struct izh_usbip_server *izh_usbip_server_new(const struct izh_usbip_options *options,
                                              const struct izh_usbip_device *device,
                                              enum izh_usbip_status *status);
void izh_usbip_server_free(struct izh_usbip_server *server); // NULL is allowed

uint16_t izh_usbip_server_port(const struct izh_usbip_server *server);

// Serves whoever is there, and waits for at most so many milliseconds when there is nothing to do;
// a signal ends the wait. Call it again and again.
void izh_usbip_server_run(struct izh_usbip_server *server, int wait_ms);

bool izh_usbip_server_imported(const struct izh_usbip_server *server);

// Pulls the plug: whoever has imported the device loses it, with all that is under way.
void izh_usbip_server_unplug(struct izh_usbip_server *server);

#endif
