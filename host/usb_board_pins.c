// usb_board_pins.c: a board on USB with pins: a host controller's packets on D+ and D-
// SPDX-License-Identifier: Apache-2.0
//
// What USB/IP does not carry is done here: bus reset, SET_ADDRESS, frames, toggles. One transaction
// at a time: a transfer of the host controller is one packet of a transfer of the importer.
#include "usb_board_internal.h"

#include "usb_host.h"

#include <string.h>

enum {
    ADDRESS = 2,
    SET_ADDRESS = 5,
    RESET = 10 * IZH_USBWIRE_CLOCKS_PER_MS,
    PATIENCE = 50 * IZH_USBWIRE_CLOCKS_PER_MS, // with a request
    SLICE = 480,
};

static enum izh_usbip_answer answer_of(enum izh_usbhost_status status)
{
    switch (status) {
    case IZH_USBHOST_DONE:
        return IZH_USBIP_ACK;
    case IZH_USBHOST_CANCELLED:
        return IZH_USBIP_NAK;
    case IZH_USBHOST_STALLED:
        return IZH_USBIP_STALL;
    default:
        return IZH_USBIP_NO_ANSWER;
    }
}

static bool attach(void *context)
{
    struct izh_usb_board *b = context;
    struct izh_usbhost_transfer set_address = {.setup = {0, SET_ADDRESS, ADDRESS}};
    if (!izh_usb_board_power_up(b))
        return false;
    b->host = izh_board_usb_host(b->board);
    izh_usbhost_reset(b->host, RESET);
    return izh_usbhost_finish(b->host, &set_address, PATIENCE) == IZH_USBHOST_DONE;
}

static int pump(void *context)
{
    struct izh_usb_board *b = context;
    bool moved = b->moved;
    izh_usbhost_run(b->host, SLICE);
    b->moved = false;
    return izh_usb_board_rest(b, SLICE, moved);
}

static enum izh_usbip_answer control(void *context, const uint8_t setup[8], uint8_t *data,
                                     size_t *length)
{
    struct izh_usb_board *b = context;
    struct izh_usbhost_transfer transfer = {.address = ADDRESS, .data = data, .length = *length};
    memcpy(transfer.setup, setup, sizeof transfer.setup);
    b->moved = true;
    enum izh_usbhost_status status = izh_usbhost_finish(b->host, &transfer, PATIENCE);
    *length = transfer.actual;
    return status == IZH_USBHOST_CANCELLED ? IZH_USBIP_NO_ANSWER : answer_of(status);
}

// Until the packet has gone or the device has said no; an error is tried again as a host does.
static enum izh_usbip_answer transact(struct izh_usb_board *b,
                                      struct izh_usbhost_transfer *transfer)
{
    izh_usbhost_submit(b->host, transfer);
    do {
        izh_usbhost_run(b->host, 1);
    } while (transfer->status == IZH_USBHOST_WAITING && transfer->errors);
    if (transfer->status == IZH_USBHOST_WAITING)
        izh_usbhost_cancel(b->host, transfer);
    enum izh_usbip_answer answer = answer_of(transfer->status);
    b->moved = b->moved || answer != IZH_USBIP_NAK;
    return answer;
}

static enum izh_usbip_answer in(void *context, uint8_t endpoint, uint8_t *packet, size_t *length)
{
    struct izh_usbhost_transfer transfer = {.address = ADDRESS,
                                            .endpoint = (uint8_t)(0x80 | endpoint),
                                            .data = packet,
                                            .length = IZH_USB_PACKET};
    enum izh_usbip_answer answer = transact(context, &transfer);
    *length = transfer.actual;
    return answer;
}

static enum izh_usbip_answer out(void *context, uint8_t endpoint, const uint8_t *packet,
                                 size_t length)
{
    uint8_t copy[IZH_USB_PACKET];
    struct izh_usbhost_transfer transfer = {
        .address = ADDRESS, .endpoint = endpoint, .data = copy, .length = length};
    if (length)
        memcpy(copy, packet, length);
    return transact(context, &transfer);
}

void izh_usb_board_set_pins(struct izh_usbip_device *device)
{
    device->attach = attach;
    device->pump = pump;
    device->control = control;
    device->in = in;
    device->out = out;
}
