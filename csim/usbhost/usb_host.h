// usb_host.h: a full-speed host controller: frames, transactions, transfers
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. One device on the port. Time stands still unless the host is
// run; then SOFs go out every millisecond, and between them as many transactions as fit, endpoint
// after endpoint.
#ifndef IZH_USB_HOST_H
#define IZH_USB_HOST_H

#include "usb_wire.h"

enum izh_usbhost_status {
    IZH_USBHOST_WAITING, // submitted, not yet done
    IZH_USBHOST_DONE,
    IZH_USBHOST_STALLED,
    IZH_USBHOST_FAILED,    // the same transaction failed three times
    IZH_USBHOST_TOO_SHORT, // a short packet, against the flag
    IZH_USBHOST_OVERFLOW,  // more than was asked for
    IZH_USBHOST_CANCELLED,
};

enum {
    IZH_USBHOST_ZERO_PACKET = 1,  // OUT: behind a last full packet goes an empty one
    IZH_USBHOST_SHORT_NOT_OK = 2, // IN: a short packet is an error
};

struct izh_usbhost_transfer {
    uint8_t address;
    uint8_t endpoint; // 81h: IN of endpoint 1; 0: control
    uint8_t setup[8]; // of a control transfer
    unsigned flags;
    uint8_t *data;
    size_t length;
    // Called once, from izh_usbhost_run or _cancel; may submit.
    void (*done)(void *context, struct izh_usbhost_transfer *transfer);
    void *context;

    enum izh_usbhost_status status;
    size_t actual; // bytes

    // The host's own.
    struct izh_usbhost_transfer *next;
    int stage;
    int errors;
    bool toggle;
};

enum izh_usbhost_answer {
    IZH_USBHOST_ACK, // or data
    IZH_USBHOST_NAK,
    IZH_USBHOST_STALL,
    IZH_USBHOST_NOTHING, // no answer, or one that is no packet
    IZH_USBHOST_WRONG,   // a packet that has no place there
};

struct izh_usbhost_counts {
    uint64_t frames;
    uint64_t late; // frames whose SOF had to wait for the end of a transaction
    uint64_t naks;
    uint64_t errors;                  // no answer, or a wrong one
    uint64_t packets_out, packets_in; // bulk, acknowledged
};

struct izh_usbhost {
    struct izh_usbwire wire;
    bool sof;          // frames are started; without them a device goes to sleep
    uint64_t next_sof; // clocks
    uint16_t frame;
    bool toggle[16][2]; // [endpoint][IN]
    unsigned last;      // the endpoint served last
    struct izh_usbhost_transfer *first;
    struct izh_usbhost_counts counts;
};

void izh_usbhost_init(struct izh_usbhost *host, const struct izh_usbwire_port *port,
                      const struct izh_usbwire_settings *settings);

// --- transfers -----------------------------------------------------------------------------------

void izh_usbhost_submit(struct izh_usbhost *host, struct izh_usbhost_transfer *transfer);
void izh_usbhost_cancel(struct izh_usbhost *host, struct izh_usbhost_transfer *transfer);

// Runs for at least so many clocks: the last transaction is finished.
void izh_usbhost_run(struct izh_usbhost *host, uint64_t clocks);

// Submits and runs until it is done, or cancels it after so many clocks.
enum izh_usbhost_status izh_usbhost_finish(struct izh_usbhost *host,
                                           struct izh_usbhost_transfer *transfer, uint64_t clocks);

// SE0 for so long; the toggles are forgotten.
void izh_usbhost_reset(struct izh_usbhost *host, uint64_t clocks);

// No SOF for so long, then K for so long, and on.
void izh_usbhost_suspend(struct izh_usbhost *host, uint64_t clocks);
void izh_usbhost_resume(struct izh_usbhost *host, uint64_t clocks);

// --- single transactions, for whoever wants to do something unusual ------------------------------

void izh_usbhost_token(struct izh_usbhost *host, uint8_t pid, uint8_t address, uint8_t endpoint,
                       enum izh_usbwire_fault fault);
void izh_usbhost_data(struct izh_usbhost *host, bool toggle, const uint8_t *payload, size_t length,
                      enum izh_usbwire_fault fault);
void izh_usbhost_handshake(struct izh_usbhost *host, uint8_t pid);
enum izh_usbhost_answer izh_usbhost_receive_handshake(struct izh_usbhost *host);
// ACK: the packet is data with a good CRC.
enum izh_usbhost_answer izh_usbhost_receive_data(struct izh_usbhost *host,
                                                 struct izh_usbwire_packet *packet);

#endif
