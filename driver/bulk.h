// bulk.h: bytes over two bulk endpoints, several transfers on their way in each direction
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. For one thread at a time, except izh_bulk_interrupt.
#ifndef IZH_BULK_H
#define IZH_BULK_H

#include "status.h"

#include <stddef.h>
#include <stdint.h>

struct libusb_context;
struct libusb_device_handle;
struct izh_bulk;

struct izh_bulk_pipes {
    uint8_t in, out; // addresses of the endpoints

    // Leaves of one transfer's bytes, in place, those that are data; returns how many. NULL: all.
    size_t (*unpack)(void *context, uint8_t *bytes, size_t count);
    void *context;
};

// Reads from now on. The interface is claimed, and the libusb context has no other user. IZH_OK
// and *bulk set, or IZH_NO_MEMORY, IZH_GONE, IZH_IO.
enum izh_status izh_bulk_start(struct izh_bulk **bulk, struct libusb_context *context,
                               struct libusb_device_handle *handle,
                               const struct izh_bulk_pipes *pipes);

// As send, receive, interrupt of transport.h. A stalled endpoint is cleared, and what did not go
// through goes again; one that stays stalled for half a second is IZH_IO.
enum izh_status izh_bulk_send(struct izh_bulk *bulk, const uint8_t *bytes, size_t count,
                              size_t *sent);
enum izh_status izh_bulk_receive(struct izh_bulk *bulk, uint8_t *bytes, size_t size, size_t *got,
                                 uint64_t timeout_us);
void izh_bulk_interrupt(struct izh_bulk *bulk);

// How often an endpoint was cleared.
uint64_t izh_bulk_clears(const struct izh_bulk *bulk);

// Cancels what is on its way and waits for it: no callback comes later. What was sent and has not
// left is lost. The caller then releases the interface and closes the handle.
void izh_bulk_stop(struct izh_bulk *bulk);

#endif
