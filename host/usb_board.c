// usb_board.c: a Verilated board as a USB device, its packets the bytes of the link
// SPDX-License-Identifier: Apache-2.0
//
// Both endpoints hold two packets, as the gateware's. Without room for its bytes the board's time
// stands still, so it never waits for the host; with pins it does.
#include "usb_board.h"

#include "usb_control.h"
#include "usb_descriptors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ENDPOINT = 1,
    ROOM = 2 * IZH_USB_PACKET,
    SLICE = 256,     // clocks in one turn: an answer is soon on its way
    QUIET = 1 << 22, // clocks in which nothing happens: it will rest
    REST_MS = 20,
};

struct pipe {
    uint8_t bytes[ROOM];
    size_t count;
};

struct izh_usb_board {
    struct izh_usbip_device device;
    char core[32];
    uint32_t seed;
    struct izh_board *board; // NULL: no power
    struct izh_usb_control control;
    struct pipe to_board, from_board;
    bool empty_due; // behind a full packet, when nothing follows
    bool lull;      // little or nothing has followed
    uint64_t quiet; // clocks since something happened
    uint64_t updates;
};

static void take(struct pipe *pipe, size_t count)
{
    pipe->count -= count;
    memmove(pipe->bytes, pipe->bytes + count, pipe->count);
}

static void forget(struct izh_usb_board *b)
{
    b->to_board.count = b->from_board.count = 0;
    b->empty_due = b->lull = false;
    b->control.forget = false;
}

// ---- Plug ---------------------------------------------------------------------------------------

static bool attach(void *context)
{
    struct izh_usb_board *b = context;
    if (!b->board && izh_board_new(b->core, NULL, b->seed, &b->board))
        return false;
    b->control = (struct izh_usb_control){0};
    b->quiet = b->updates = 0;
    forget(b);
    return true;
}

static void detach(void *context)
{
    struct izh_usb_board *b = context;
    izh_board_free(b->board);
    b->board = NULL;
}

// ---- Time ---------------------------------------------------------------------------------------

static void watch(struct izh_usb_board *b, uint64_t clocks, bool bytes)
{
    uint64_t updates = izh_board_count(b->board).updates;
    b->quiet = bytes || updates != b->updates ? 0 : b->quiet + clocks;
    b->updates = updates;
}

static int pump(void *context)
{
    struct izh_usb_board *b = context;
    struct izh_board_bytes bytes = {.in = b->to_board.bytes,
                                    .in_count = b->to_board.count,
                                    .out = b->from_board.bytes + b->from_board.count,
                                    .out_room = ROOM - b->from_board.count};
    if (!b->control.configured) // the gateware's byte streams are closed
        bytes.in_count = 0;
    uint64_t clocks = izh_board_step(b->board, SLICE, false, &bytes);
    take(&b->to_board, bytes.taken);
    b->from_board.count += bytes.got;
    b->lull = bytes.got < bytes.out_room && bytes.got < SLICE / 8;
    watch(b, clocks, bytes.taken || bytes.got);
    return !clocks || b->quiet > QUIET ? REST_MS : 0;
}

// ---- Packets ------------------------------------------------------------------------------------

static enum izh_usbip_answer control(void *context, const uint8_t setup[8], uint8_t *data,
                                     size_t *length)
{
    struct izh_usb_board *b = context;
    bool known = izh_usb_control(&b->control, setup, data, length);
    if (b->control.forget)
        forget(b);
    return known ? IZH_USBIP_ACK : IZH_USBIP_STALL;
}

static enum izh_usbip_answer in(void *context, uint8_t endpoint, uint8_t *packet, size_t *length)
{
    struct izh_usb_board *b = context;
    struct pipe *pipe = &b->from_board;
    if (endpoint != ENDPOINT || !b->control.configured)
        return IZH_USBIP_NO_ANSWER;
    if (b->control.halted_in)
        return IZH_USBIP_STALL;
    if (pipe->count < IZH_USB_PACKET && !(b->lull && (pipe->count || b->empty_due)))
        return IZH_USBIP_NAK;
    *length = pipe->count < IZH_USB_PACKET ? pipe->count : IZH_USB_PACKET;
    memcpy(packet, pipe->bytes, *length);
    take(pipe, *length);
    b->empty_due = *length == IZH_USB_PACKET;
    return IZH_USBIP_ACK;
}

static enum izh_usbip_answer out(void *context, uint8_t endpoint, const uint8_t *packet,
                                 size_t length)
{
    struct izh_usb_board *b = context;
    struct pipe *pipe = &b->to_board;
    if (endpoint != ENDPOINT || !b->control.configured)
        return IZH_USBIP_NO_ANSWER;
    if (b->control.halted_out)
        return IZH_USBIP_STALL;
    if (ROOM - pipe->count < IZH_USB_PACKET)
        return IZH_USBIP_NAK;
    memcpy(pipe->bytes + pipe->count, packet, length);
    pipe->count += length;
    return IZH_USBIP_ACK;
}

// ---- Life ---------------------------------------------------------------------------------------

static struct izh_usbip_identity identity(void)
{
    enum { DEVICE = 0x0100, CONFIGURATION = 0x0200 };
    size_t length;
    return (struct izh_usbip_identity){.device = izh_usb_descriptor(DEVICE, &length),
                                       .configuration = izh_usb_descriptor(CONFIGURATION, &length),
                                       .packet = IZH_USB_PACKET};
}

enum izh_board_status izh_usb_board_new(const char *core, uint32_t seed,
                                        struct izh_usb_board **board)
{
    struct izh_usb_board *b = calloc(1, sizeof *b);
    if (!b)
        return IZH_BOARD_NO_MEMORY;
    enum izh_board_status status = izh_board_new(core, NULL, seed, &b->board);
    if (status) {
        free(b);
        return status;
    }
    snprintf(b->core, sizeof b->core, "%s", core);
    b->seed = seed;
    b->device = (struct izh_usbip_device){.identity = identity(),
                                          .context = b,
                                          .attach = attach,
                                          .detach = detach,
                                          .pump = pump,
                                          .control = control,
                                          .in = in,
                                          .out = out};
    *board = b;
    return IZH_BOARD_OK;
}

void izh_usb_board_free(struct izh_usb_board *board)
{
    if (!board)
        return;
    izh_board_free(board->board);
    free(board);
}

const struct izh_usbip_device *izh_usb_board_device(const struct izh_usb_board *board)
{
    return &board->device;
}
