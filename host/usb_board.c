// usb_board.c: a Verilated board as a USB device: its life, and when it may rest
// SPDX-License-Identifier: Apache-2.0
#include "usb_board_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    QUIET = 1 << 28, // clocks in which nothing happens: it will rest. No CHECK has as many
    REST_MS = 20,
};

bool izh_usb_board_power_up(struct izh_usb_board *b)
{
    b->quiet = b->updates = 0;
    return b->board || !izh_board_new(b->core, &b->wiring, b->seed, &b->board);
}

void izh_usb_board_detach(void *context)
{
    struct izh_usb_board *b = context;
    izh_board_free(b->board);
    b->board = NULL;
}

int izh_usb_board_rest(struct izh_usb_board *b, uint64_t clocks, bool traffic)
{
    uint64_t updates = izh_board_count(b->board).updates;
    b->quiet = traffic || updates != b->updates ? 0 : b->quiet + clocks;
    b->updates = updates;
    return b->quiet > QUIET ? REST_MS : 0;
}

// What is the device's own is read from its descriptors, with pins as well: they are the same.
static struct izh_usbip_identity identity(void)
{
    enum { DEVICE = 0x0100, CONFIGURATION = 0x0200 };
    size_t length;
    return (struct izh_usbip_identity){.device = izh_usb_descriptor(DEVICE, &length),
                                       .configuration = izh_usb_descriptor(CONFIGURATION, &length),
                                       .packet = IZH_USB_PACKET};
}

enum izh_board_status izh_usb_board_new(const char *core, bool pins, uint32_t seed,
                                        struct izh_usb_board **board)
{
    struct izh_usb_board *b = calloc(1, sizeof *b);
    if (!b)
        return IZH_BOARD_NO_MEMORY;
    b->wiring.carrier = pins ? IZH_BOARD_USB : IZH_BOARD_BYTES;
    enum izh_board_status status = izh_board_new(core, &b->wiring, seed, &b->board);
    if (status) {
        free(b);
        return status;
    }
    snprintf(b->core, sizeof b->core, "%s", core);
    b->seed = seed;
    b->device = (struct izh_usbip_device){
        .identity = identity(), .context = b, .detach = izh_usb_board_detach};
    if (pins)
        izh_usb_board_set_pins(&b->device);
    else
        izh_usb_board_set_packets(&b->device);
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
