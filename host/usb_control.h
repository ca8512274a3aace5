// usb_control.h: endpoint 0 of a board on USB that has no gateware for it
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_USB_CONTROL_H
#define IZH_USB_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct izh_usb_control {
    bool configured;
    bool halted_in, halted_out;
    bool forget; // set by a request: the bulk endpoints begin anew
};

// One request as gateware/usb_control.py answers it; SET_ADDRESS aside, which is the host
// controller's. data: where an IN's answer goes, wLength bytes; *length: how many. False: refused.
bool izh_usb_control(struct izh_usb_control *control, const uint8_t setup[8], uint8_t *data,
                     size_t *length);

// A descriptor by the wValue of GET_DESCRIPTOR; NULL: there is none.
const uint8_t *izh_usb_descriptor(uint16_t value, size_t *length);

#endif
