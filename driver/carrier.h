// carrier.h: the transports over USB: "usb", the board's own port, and "ftdi", a UART behind a chip
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_CARRIER_H
#define IZH_CARRIER_H

#include "bulk.h"
#include "transport.h"
#include "usb_device.h"

extern const struct izh_transport_ops izh_transport_usb;
extern const struct izh_transport_ops izh_transport_ftdi;

// What went wrong on the way and was mended, or is left to the link to mend.
struct izh_carrier_faults {
    uint64_t clears;                               // stalled endpoints
    uint64_t overruns, parities, framings, breaks; // packets of a UART that say so
};

// Of a transport of one of the two schemes.
struct izh_carrier_faults izh_carrier_faults(const struct izh_transport *transport);

// --- for the two schemes ---------------------------------------------------------------------

struct izh_transport {
    struct izh_transport_base base;
    struct izh_usb_device device;
    struct izh_bulk *bulk;
    struct izh_carrier_faults faults; // but clears
    size_t packet;                    // bytes of a packet from the device
};

enum izh_status izh_carrier_send(struct izh_transport *transport, const uint8_t *bytes,
                                 size_t count, size_t *sent);
enum izh_status izh_carrier_receive(struct izh_transport *transport, uint8_t *bytes, size_t size,
                                    size_t *got, uint64_t timeout_us);
void izh_carrier_interrupt(struct izh_transport *transport);
void izh_carrier_close(struct izh_transport *transport);

#endif
