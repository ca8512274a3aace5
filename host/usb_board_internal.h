// usb_board_internal.h: what the two kinds of boards on USB share
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_USB_BOARD_INTERNAL_H
#define IZH_USB_BOARD_INTERNAL_H

#include "usb_board.h"

#include "usb_control.h"
#include "usb_descriptors.h"

enum { IZH_USB_ROOM = 2 * IZH_USB_PACKET }; // bytes that an endpoint holds

struct izh_usb_pipe {
    uint8_t bytes[IZH_USB_ROOM];
    size_t count;
};

struct izh_usb_board {
    struct izh_usbip_device device;
    char core[32];
    struct izh_board_wiring wiring;
    uint32_t seed;
    struct izh_board *board; // NULL: no power
    uint64_t quiet;          // clocks since something happened
    uint64_t updates;
    // Without pins.
    struct izh_usb_control control;
    struct izh_usb_pipe to_board, from_board;
    bool empty_due; // behind a full packet, when nothing follows
    bool lull;      // little or nothing has followed
    // With pins.
    struct izh_usbhost *host; // the board's
    bool moved;               // a packet, since its time passed last
};

// Power and address, time, packets.
void izh_usb_board_set_packets(struct izh_usbip_device *device);
void izh_usb_board_set_pins(struct izh_usbip_device *device);

bool izh_usb_board_power_up(struct izh_usb_board *board);
void izh_usb_board_detach(void *board);

// So many clocks have passed, with or without anything on the bus. How long it may rest, in ms.
int izh_usb_board_rest(struct izh_usb_board *board, uint64_t clocks, bool traffic);

#endif
