// usbip_protocol.h: the messages of USB/IP 1.1.1 as bytes
// SPDX-License-Identifier: Apache-2.0
//
// As Linux has them: Documentation/usb/usbip_protocol.rst.
#ifndef IZH_USBIP_PROTOCOL_H
#define IZH_USBIP_PROTOCOL_H

#include "usbip_device.h"

// Bytes.
enum {
    IZH_USBIP_OP = 8,       // head of a request and of its reply
    IZH_USBIP_BUS_ID = 32,  // body of an import
    IZH_USBIP_DEVICE = 312, // of a device in replies
    IZH_USBIP_INTERFACE = 4,
    IZH_USBIP_DEVLIST = IZH_USBIP_OP + 4 + IZH_USBIP_DEVICE + IZH_USBIP_INTERFACE,
    IZH_USBIP_COMMAND = 48, // a command's head, and that of its reply
};

// The only device's name.
#define IZH_USBIP_BUS_NAME "1-1"

enum {
    IZH_USBIP_VERSION = 0x0111,
    IZH_USBIP_REQ_DEVLIST = 0x8005,
    IZH_USBIP_REP_DEVLIST = 0x0005,
    IZH_USBIP_REQ_IMPORT = 0x8003,
    IZH_USBIP_REP_IMPORT = 0x0003,
};

enum {
    IZH_USBIP_ST_OK = 0,
    IZH_USBIP_ST_BUSY = 2, // another one has it
    IZH_USBIP_ST_ERROR = 3,
    IZH_USBIP_ST_NODEV = 4,
};

enum {
    IZH_USBIP_CMD_SUBMIT = 1,
    IZH_USBIP_CMD_UNLINK = 2,
    IZH_USBIP_RET_SUBMIT = 3,
    IZH_USBIP_RET_UNLINK = 4,
};

// transfer_flags; the others mean nothing here.
enum { IZH_USBIP_SHORT_NOT_OK = 0x01, IZH_USBIP_ZERO_PACKET = 0x40 };

// Status of a transfer: Linux's numbers, whatever this machine's are.
enum {
    IZH_USBIP_DONE = 0,
    IZH_USBIP_INVALID = -22,
    IZH_USBIP_STALLED = -32,
    IZH_USBIP_PROTOCOL = -71, // no answer
    IZH_USBIP_OVERFLOW = -75,
    IZH_USBIP_UNLINKED = -104,
    IZH_USBIP_SHORT = -121,
};

struct izh_usbip_op {
    uint16_t version, code;
    uint32_t status;
};

struct izh_usbip_command {
    uint32_t command, number;
    uint32_t direction; // 1: IN
    uint32_t endpoint;
    uint32_t unlink; // the number of the transfer to take back
    uint32_t flags, length;
    uint32_t iso_packets; // 0, or all ones
    uint8_t setup[8];
};

void izh_usbip_unpack_op(const uint8_t bytes[IZH_USBIP_OP], struct izh_usbip_op *op);
void izh_usbip_pack_op(uint8_t bytes[IZH_USBIP_OP], uint16_t code, uint32_t status);
void izh_usbip_pack_device(uint8_t bytes[IZH_USBIP_DEVICE],
                           const struct izh_usbip_identity *identity);

// A whole reply to a list; NULL: no device is free. Returns its length.
size_t izh_usbip_pack_devlist(uint8_t bytes[IZH_USBIP_DEVLIST],
                              const struct izh_usbip_identity *identity);

void izh_usbip_unpack_command(const uint8_t bytes[IZH_USBIP_COMMAND],
                              struct izh_usbip_command *command);

// NULL: it can be a command. Else why not.
const char *izh_usbip_nonsense(const struct izh_usbip_command *command);

void izh_usbip_pack_ret_submit(uint8_t bytes[IZH_USBIP_COMMAND], uint32_t number, int32_t status,
                               uint32_t actual);
void izh_usbip_pack_ret_unlink(uint8_t bytes[IZH_USBIP_COMMAND], uint32_t number, int32_t status);

#endif
