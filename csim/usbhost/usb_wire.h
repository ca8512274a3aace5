// usb_wire.h: D+ and D- of a full-speed port, sampled at 48 MHz: bits, edges, packets
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. Time counts in clocks of the device's 48 MHz, four to a bit.
// The host's edges fall anywhere between them, as its clock, jitter and skew want it.
#ifndef IZH_USB_WIRE_H
#define IZH_USB_WIRE_H

#include "usb_packet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    IZH_USBWIRE_CLOCKS_PER_BIT = 4,
    IZH_USBWIRE_CLOCKS_PER_MS = 48000,
};

// What a device does with its pins.
struct izh_usbwire_drive {
    bool oe, dp, dn;
    bool pullup; // on D+: without it no device is there
};

// A device behind the port: one clock with these levels on its pins.
struct izh_usbwire_port {
    void *device;
    struct izh_usbwire_drive (*clock)(void *device, bool dp, bool dn);
};

struct izh_usbwire_settings {
    double ppm;            // the host's clock against the device's
    double jitter_ns;      // each edge of the host, at most, either way
    double skew_ns;        // D- behind D+
    bool dribble;          // hubs have drawn the last bit before SE0 out to two
    unsigned gap_bits;     // between a packet's end and the host's next
    unsigned timeout_bits; // the host waits for an answer, 16 to 18
    uint64_t seed;
};

// An ordinary host: no offset, 3 bits of gap, 18 of patience.
extern const struct izh_usbwire_settings izh_usbwire_plain;

enum izh_usbwire_state { IZH_USBWIRE_SE0, IZH_USBWIRE_J, IZH_USBWIRE_K, IZH_USBWIRE_RELEASED };

// What is wrong with a packet that the host sends.
enum izh_usbwire_fault {
    IZH_USBWIRE_WHOLE,
    IZH_USBWIRE_BAD_CRC,   // the last bit of its last byte is turned
    IZH_USBWIRE_BAD_STUFF, // the first stuffed bit is 1, everything else as it should be
    IZH_USBWIRE_CUT,       // it ends in the middle
};

enum izh_usbwire_result {
    IZH_USBWIRE_OK,
    IZH_USBWIRE_TIMEOUT, // the device said nothing
    IZH_USBWIRE_BROKEN,  // SYNC, stuffing, length in bits, or EOP is wrong
};

struct izh_usbwire_packet {
    size_t length;
    uint8_t bytes[IZH_USBPACKET_BYTES];
};

struct izh_usbwire {
    struct izh_usbwire_port port;
    struct izh_usbwire_settings settings;
    struct izh_usbwire_drive drive;
    uint64_t now;      // clocks
    double packet_end; // clocks, SE0 to J of the last packet
    double origin;     // clocks, an edge of the host's bit clock
    uint64_t random;
    uint64_t contentions; // clocks in which both drove
    // From a packet's SE0 to J until the device's first K, clocks.
    double turnaround, shortest, longest;
};

void izh_usbwire_init(struct izh_usbwire *wire, const struct izh_usbwire_port *port,
                      const struct izh_usbwire_settings *settings);

void izh_usbwire_hold(struct izh_usbwire *wire, enum izh_usbwire_state state, uint64_t clocks);

// A packet, not before the gap behind the last one has passed.
void izh_usbwire_send(struct izh_usbwire *wire, const uint8_t *bytes, size_t length,
                      enum izh_usbwire_fault fault);

// The device's packet, up to its EOP.
enum izh_usbwire_result izh_usbwire_receive(struct izh_usbwire *wire,
                                            struct izh_usbwire_packet *packet);

#ifdef __cplusplus
}
#endif
#endif
