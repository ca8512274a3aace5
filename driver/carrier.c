// carrier.c: what the transports over USB have in common
// SPDX-License-Identifier: Apache-2.0
#include "carrier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool izh_carrier_parse(const char *rest, char name[IZH_USB_NAME],
                       bool (*option)(void *context, const char *key, const char *value),
                       void *context)
{
    size_t length = strcspn(rest, ",");
    if (length >= IZH_USB_NAME)
        return false;
    snprintf(name, IZH_USB_NAME, "%.*s", (int)length, rest);
    while (rest[length]) {
        char text[64]; // what is cut here is no option's form
        rest += length + 1;
        length = strcspn(rest, ",");
        snprintf(text, sizeof text, "%.*s", (int)length, rest);
        char *value = strchr(text, '=');
        if (!value)
            return false;
        *value++ = 0;
        if (!option(context, text, value))
            return false;
    }
    return true;
}

struct izh_carrier_faults izh_carrier_faults(const struct izh_transport *transport)
{
    struct izh_carrier_faults faults = transport->faults;
    faults.clears = izh_bulk_clears(transport->bulk);
    return faults;
}

enum izh_status izh_carrier_send(struct izh_transport *transport, const uint8_t *bytes,
                                 size_t count, size_t *sent)
{
    return izh_bulk_send(transport->bulk, bytes, count, sent);
}

enum izh_status izh_carrier_receive(struct izh_transport *transport, uint8_t *bytes, size_t size,
                                    size_t *got, uint64_t timeout_us)
{
    return izh_bulk_receive(transport->bulk, bytes, size, got, timeout_us);
}

uint64_t izh_carrier_now_us(struct izh_transport *transport)
{
    (void)transport;
    return izh_bulk_now_us();
}

void izh_carrier_interrupt(struct izh_transport *transport)
{
    izh_bulk_interrupt(transport->bulk);
}

void izh_carrier_close(struct izh_transport *transport)
{
    if (transport->bulk)
        izh_bulk_stop(transport->bulk);
    izh_usb_close(&transport->device);
    free(transport);
}
