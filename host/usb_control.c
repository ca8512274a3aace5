// usb_control.c: endpoint 0 of a board on USB that has no gateware for it
// SPDX-License-Identifier: Apache-2.0
#include "usb_control.h"

#include "usb_descriptors.h"

#include <string.h>

enum {
    GET_STATUS = 0,
    CLEAR_FEATURE = 1,
    SET_FEATURE = 3,
    GET_DESCRIPTOR = 6,
    GET_CONFIGURATION = 8,
    SET_CONFIGURATION = 9,
    GET_INTERFACE = 10,
    SET_INTERFACE = 11,
    ENDPOINT_HALT = 0,
};

// bmRequestType.
enum {
    TO_DEVICE = 0x00,
    TO_INTERFACE = 0x01,
    TO_ENDPOINT = 0x02,
    FROM_DEVICE = 0x80,
    FROM_INTERFACE = 0x81,
    FROM_ENDPOINT = 0x82,
    VENDOR_FROM_DEVICE = 0xc0,
};

struct setup {
    uint8_t kind, request;
    uint16_t value, index, length;
};

// An answer; bytes NULL: none.
struct piece {
    const uint8_t *bytes;
    size_t length;
};

static const struct piece nothing = {0};

const uint8_t *izh_usb_descriptor(uint16_t value, size_t *length)
{
    for (size_t i = 0; i < sizeof izh_usb_descriptors / sizeof *izh_usb_descriptors; i++) {
        const struct izh_usb_descriptor *d = &izh_usb_descriptors[i];
        if (d->value == value) {
            *length = d->length;
            return d->bytes;
        }
    }
    return NULL;
}

static bool *halt_of(struct izh_usb_control *c, uint16_t index)
{
    if (!c->configured)
        return NULL;
    return index == IZH_USB_IN ? &c->halted_in : index == IZH_USB_OUT ? &c->halted_out : NULL;
}

static bool is_control(uint16_t index)
{
    return (index & ~0x80) == 0;
}

static bool is_interface(const struct izh_usb_control *c, uint16_t index)
{
    return c->configured && index == 0;
}

// ---- Reads --------------------------------------------------------------------------------------

static struct piece number(bool value, size_t length)
{
    static const uint8_t zero[2] = {0, 0}, one[2] = {1, 0};
    return (struct piece){value ? one : zero, length};
}

static struct piece read_endpoint_status(struct izh_usb_control *c, const struct setup *s)
{
    const bool *halted = halt_of(c, s->index);
    if (!halted && !is_control(s->index))
        return nothing;
    return number(halted && *halted, 2);
}

static struct piece read_descriptor(const struct setup *s)
{
    struct piece piece = nothing;
    piece.bytes = izh_usb_descriptor(s->value, &piece.length);
    return piece;
}

static struct piece read(struct izh_usb_control *c, const struct setup *s)
{
    switch (s->kind << 8 | s->request) {
    case FROM_DEVICE << 8 | GET_DESCRIPTOR:
        return read_descriptor(s);
    case VENDOR_FROM_DEVICE << 8 | IZH_USB_VENDOR_CODE:
        return s->index == IZH_USB_MS_OS_20_INDEX
                   ? (struct piece){izh_usb_ms_os_20_set.bytes, izh_usb_ms_os_20_set.length}
                   : nothing;
    case FROM_DEVICE << 8 | GET_STATUS:
        return number(false, 2);
    case FROM_INTERFACE << 8 | GET_STATUS:
        return is_interface(c, s->index) ? number(false, 2) : nothing;
    case FROM_ENDPOINT << 8 | GET_STATUS:
        return read_endpoint_status(c, s);
    case FROM_DEVICE << 8 | GET_CONFIGURATION:
        return number(c->configured, 1);
    case FROM_INTERFACE << 8 | GET_INTERFACE:
        return is_interface(c, s->index) ? number(false, 1) : nothing;
    default:
        return nothing;
    }
}

// ---- Commands -----------------------------------------------------------------------------------

static void begin_anew(struct izh_usb_control *c)
{
    c->halted_in = c->halted_out = false;
    c->forget = true;
}

// The end of a halt that is none is asked for as well: to have the toggle at DATA0.
static bool set_halt(struct izh_usb_control *c, const struct setup *s, bool halt)
{
    bool *halted = halt_of(c, s->index);
    if (s->value != ENDPOINT_HALT)
        return false;
    if (!halted)
        return is_control(s->index) && !halt;
    *halted = halt;
    return true;
}

static bool set_configuration(struct izh_usb_control *c, const struct setup *s)
{
    if (s->value > 1)
        return false;
    c->configured = s->value;
    begin_anew(c);
    return true;
}

static bool set_interface(struct izh_usb_control *c, const struct setup *s)
{
    if (!is_interface(c, s->index) || s->value)
        return false;
    begin_anew(c);
    return true;
}

static bool command(struct izh_usb_control *c, const struct setup *s)
{
    if (s->length)
        return false;
    switch (s->kind << 8 | s->request) {
    case TO_ENDPOINT << 8 | CLEAR_FEATURE:
    case TO_ENDPOINT << 8 | SET_FEATURE:
        return set_halt(c, s, s->request == SET_FEATURE);
    case TO_DEVICE << 8 | SET_CONFIGURATION:
        return set_configuration(c, s);
    case TO_INTERFACE << 8 | SET_INTERFACE:
        return set_interface(c, s);
    default:
        return false;
    }
}

bool izh_usb_control(struct izh_usb_control *control, const uint8_t setup[8], uint8_t *data,
                     size_t *length)
{
    const struct setup s = {
        .kind = setup[0],
        .request = setup[1],
        .value = (uint16_t)(setup[2] | setup[3] << 8),
        .index = (uint16_t)(setup[4] | setup[5] << 8),
        .length = (uint16_t)(setup[6] | setup[7] << 8),
    };
    *length = 0;
    if (!(s.kind & FROM_DEVICE))
        return command(control, &s);
    struct piece piece = read(control, &s);
    if (!piece.bytes)
        return false;
    *length = s.length < piece.length ? s.length : piece.length;
    if (*length)
        memcpy(data, piece.bytes, *length);
    return true;
}
