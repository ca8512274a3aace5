// usb_board_packets.c: a board on USB without pins: the packets are the bytes of the link
// SPDX-License-Identifier: Apache-2.0
//
// Both endpoints hold two packets, as the gateware's. Without room for its bytes the board's time
// stands still, so it never waits for the host; with pins it does.
#include "usb_board_internal.h"

#include <string.h>

enum {
    ENDPOINT = 1,
    SLICE = 256, // clocks in one turn: an answer is soon on its way
};

static void take(struct izh_usb_pipe *pipe, size_t count)
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

static bool attach(void *context)
{
    struct izh_usb_board *b = context;
    b->control = (struct izh_usb_control){0};
    forget(b);
    return izh_usb_board_power_up(b);
}

static int pump(void *context)
{
    struct izh_usb_board *b = context;
    struct izh_board_bytes bytes = {.in = b->to_board.bytes,
                                    .in_count = b->to_board.count,
                                    .out = b->from_board.bytes + b->from_board.count,
                                    .out_room = IZH_USB_ROOM - b->from_board.count};
    uint64_t clocks = izh_board_step(b->board, SLICE, false, &bytes);
    take(&b->to_board, bytes.taken);
    b->from_board.count += bytes.got;
    // A packet that is not full leaves when the burst is over.
    b->lull = bytes.got < bytes.out_room && bytes.got < SLICE / 8;
    // Full is as good as quiet: it goes on when the host has taken a packet.
    return izh_usb_board_rest(b, bytes.out_room ? clocks : UINT32_MAX, bytes.taken || bytes.got);
}

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
    struct izh_usb_pipe *pipe = &b->from_board;
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
    struct izh_usb_pipe *pipe = &b->to_board;
    if (endpoint != ENDPOINT || !b->control.configured)
        return IZH_USBIP_NO_ANSWER;
    if (b->control.halted_out)
        return IZH_USBIP_STALL;
    if (IZH_USB_ROOM - pipe->count < IZH_USB_PACKET)
        return IZH_USBIP_NAK;
    memcpy(pipe->bytes + pipe->count, packet, length);
    pipe->count += length;
    return IZH_USBIP_ACK;
}

void izh_usb_board_set_packets(struct izh_usbip_device *device)
{
    device->attach = attach;
    device->pump = pump;
    device->control = control;
    device->in = in;
    device->out = out;
}
