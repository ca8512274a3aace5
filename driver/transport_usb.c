// transport_usb.c: "usb:", the port of a board that has a USB device in its gateware
// SPDX-License-Identifier: Apache-2.0
//
// usb:  usb:SERIAL  usb:@1-4.2  each with ",id=1209:0001" for a gateware built with other numbers
#include "carrier.h"
#include "monotonic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INTERFACE = 0, IN = 0x81, OUT = 0x01 };

static const char product[] = "izh neuron engine";

struct id {
    uint16_t vendor, product;
};

// The test number of pid.codes: anyone may use it, so the product's name decides.
static const struct id default_id = {0x1209, 0x0001};

static bool is_candidate(const void *context, const struct izh_usb_identity *identity)
{
    const struct id *id = context;
    return identity->vendor == id->vendor && identity->product_id == id->product;
}

static bool is_known(const void *context, const struct izh_usb_identity *identity)
{
    (void)context;
    return !strcmp(identity->product, product);
}

static struct izh_usb_kind kind_of(const struct id *id)
{
    return (struct izh_usb_kind){.scheme = "usb",
                                 .what = "izh engine",
                                 .candidate = is_candidate,
                                 .known = is_known,
                                 .strict = true,
                                 .context = id};
}

static bool hexadecimal(const char *text, uint16_t *value)
{
    *value = (uint16_t)strtoul(text, NULL, 16);
    return strspn(text, "0123456789abcdefABCDEF") == 4;
}

static bool set_option(void *context, const char *key, const char *value)
{
    struct id *id = context;
    return !strcmp(key, "id") && strlen(value) == 9 && value[4] == ':' &&
           hexadecimal(value, &id->vendor) && hexadecimal(value + 5, &id->product);
}

static enum izh_status start(const struct izh_usb_kind *kind, const char *name,
                             struct izh_transport *transport, char *message)
{
    struct izh_usb_device *device = &transport->device;
    static const struct izh_bulk_pipes pipes = {.in = IN, .out = OUT};
    enum izh_status status = izh_usb_open(kind, name, device, message);
    if (!status)
        status = izh_usb_claim(kind, device, INTERFACE, IN, OUT, message);
    if (status)
        return status;
    status = izh_bulk_start(&transport->bulk, device->context, device->handle, &pipes);
    if (status)
        snprintf(message, IZH_MESSAGE, "usb: the device at %s takes no transfers",
                 device->identity.position);
    return status;
}

static enum izh_status open_usb(const char *rest, struct izh_transport **transport, char *message)
{
    struct id id = default_id;
    char name[IZH_USB_NAME];
    if (!izh_transport_parse(rest, name, sizeof name, set_option, &id)) {
        snprintf(message, IZH_MESSAGE,
                 "usb:%.200s is not usb:, usb:SERIAL or usb:@POSITION, then maybe ,id=1209:0001",
                 rest);
        return IZH_BAD_URI;
    }
    struct izh_transport *new = calloc(1, sizeof *new);
    if (!new) {
        snprintf(message, IZH_MESSAGE, "usb: no memory");
        return IZH_NO_MEMORY;
    }
    new->base.ops = &izh_transport_usb;
    struct izh_usb_kind kind = kind_of(&id);
    enum izh_status status = start(&kind, name, new, message);
    if (status)
        izh_carrier_close(new);
    else
        *transport = new;
    return status;
}

static enum izh_status list_usb(void (*found)(void *context, const char *rest, const char *what),
                                void *context, char *message)
{
    struct izh_usb_kind kind = kind_of(&default_id);
    return izh_usb_list(&kind, found, context, message);
}

const struct izh_transport_ops izh_transport_usb = {
    .scheme = "usb",
    .open = open_usb,
    .list = list_usb,
    .send = izh_carrier_send,
    .receive = izh_carrier_receive,
    .now_us = izh_transport_monotonic_us,
    .interrupt = izh_carrier_interrupt,
    .close = izh_carrier_close,
    .retry_us = 100000,
};
