// usb_board.h: a Verilated board as a USB device: packets there, the byte port here
// SPDX-License-Identifier: Apache-2.0
//
// Two kinds of the same device. Without pins the packets of endpoint 1 are the bytes of the link,
// and endpoint 0 is C: fast. With pins everything is the gateware's own, from D+ and D- on.
#ifndef IZH_USB_BOARD_H
#define IZH_USB_BOARD_H

#include "board.h"
#include "usbip_device.h"

struct izh_usb_board;

// core: a name of izh_board_configuration with IZH_BOARD_BYTES, or with IZH_BOARD_USB when pins is
// set. What memories hold at each power-up is drawn from seed.
enum izh_board_status izh_usb_board_new(const char *core, bool pins, uint32_t seed,
                                        struct izh_usb_board **board);
void izh_usb_board_free(struct izh_usb_board *board); // NULL is allowed

// Valid as long as the board is. Plugged in it is a board after power-up: it remembers nothing.
const struct izh_usbip_device *izh_usb_board_device(const struct izh_usb_board *board);

#endif
