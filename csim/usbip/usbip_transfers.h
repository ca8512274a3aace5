// usbip_transfers.h: transfers of an importer, cut into the packets of the device
// SPDX-License-Identifier: Apache-2.0
//
// A transfer begins as a command and ends as the reply to it; all memory that an importer can make
// the server take is counted here.
#ifndef IZH_USBIP_TRANSFERS_H
#define IZH_USBIP_TRANSFERS_H

#include "usbip_protocol.h"

// What an importer may have under way, replies that it has not read included. Linux lets all
// programs together have 16 MB by default (usbcore.usbfs_memory_mb).
enum { IZH_USBIP_MAX_TRANSFERS = 4096, IZH_USBIP_MAX_BYTES = 32 << 20 };

struct izh_usbip_transfer {
    struct izh_usbip_transfer *next;
    struct izh_usbip_command command;
    uint8_t *data;
    size_t length, done; // bytes
    bool zero_sent;      // the empty packet at the end
    // The reply: the head, then reply_length - IZH_USBIP_COMMAND bytes of data.
    uint8_t head[IZH_USBIP_COMMAND];
    size_t reply_length, sent;
};

struct izh_usbip_queue {
    struct izh_usbip_transfer *first, *last;
};

void izh_usbip_append(struct izh_usbip_queue *queue, struct izh_usbip_transfer *transfer);
struct izh_usbip_transfer *izh_usbip_take_first(struct izh_usbip_queue *queue); // NULL: empty

struct izh_usbip_transfers {
    const struct izh_usbip_device *device;
    struct izh_usbip_queue endpoints[2][16]; // [IN]; all of endpoint 0 at [0][0]
    struct izh_usbip_queue replies;          // in the order in which they are to be sent
    size_t count, bytes;
};

// A transfer for a CMD_SUBMIT, its data still to be filled in when it is an OUT. NULL: *fault says
// why.
struct izh_usbip_transfer *izh_usbip_begin(struct izh_usbip_transfers *t,
                                           const struct izh_usbip_command *command,
                                           const char **fault);

// Its data is there. Bytes that an OUT's command brings.
size_t izh_usbip_payload(const struct izh_usbip_command *command);
void izh_usbip_submit(struct izh_usbip_transfers *t, struct izh_usbip_transfer *transfer);

// NULL: done; else a fault. What an unlinked transfer has moved is not lost: then it is answered
// itself, with the status of an unlinked one, as it would end on a host's own bus.
const char *izh_usbip_unlink(struct izh_usbip_transfers *t,
                             const struct izh_usbip_command *command);

// Moves packets until the device has had enough, or many have gone. Whether one has moved.
bool izh_usbip_move(struct izh_usbip_transfers *t);

// Forgets a transfer: one that was begun, or the first reply.
void izh_usbip_release(struct izh_usbip_transfers *t, struct izh_usbip_transfer *transfer);
void izh_usbip_release_all(struct izh_usbip_transfers *t);

#endif
