// usbip_connection.h: one client of the USB/IP server: its messages in, its replies out
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_USBIP_CONNECTION_H
#define IZH_USBIP_CONNECTION_H

#include "usbip_transfers.h"

enum izh_usbip_stage {
    IZH_USBIP_ASKS,    // the head of a request is to come
    IZH_USBIP_NAMES,   // the bus id of an import
    IZH_USBIP_LEAVES,  // nothing is to come; closed when the reply has gone
    IZH_USBIP_COMMANDS // imported: commands
};

struct izh_usbip_connection {
    int socket;
    enum izh_usbip_stage stage;
    char peer[64];
    uint8_t message[IZH_USBIP_COMMAND];
    size_t have; // bytes of the message
    // An OUT whose data is coming.
    struct izh_usbip_transfer *incoming;
    size_t incoming_have;
    // The reply to a request.
    uint8_t reply[IZH_USBIP_DEVLIST];
    size_t reply_length, reply_sent;
    uint64_t progress_ms; // when something came or went last, or was first to go
};

// What has become of a connection.
enum izh_usbip_event {
    IZH_USBIP_GOES_ON,
    IZH_USBIP_ENDED,      // the client has closed it, or everything is said
    IZH_USBIP_WANTS_LIST, // a whole request has come
    IZH_USBIP_WANTS_IMPORT,
    IZH_USBIP_BROKEN, // *fault says why
};

// Reads what is there, up to one request, or commands until there are no more or enough.
enum izh_usbip_event izh_usbip_read(struct izh_usbip_connection *c, struct izh_usbip_transfers *t,
                                    uint64_t now_ms, const char **fault);

// Sends what can be sent. t: of the importer, else NULL.
enum izh_usbip_event izh_usbip_write(struct izh_usbip_connection *c, struct izh_usbip_transfers *t,
                                     uint64_t now_ms, const char **fault);

// Whether there is something to read for, to send, or the client keeps the server waiting.
bool izh_usbip_reads(const struct izh_usbip_connection *c, const struct izh_usbip_transfers *t);
bool izh_usbip_writes(const struct izh_usbip_connection *c, const struct izh_usbip_transfers *t);
bool izh_usbip_is_slow(const struct izh_usbip_connection *c, const struct izh_usbip_transfers *t);

#endif
