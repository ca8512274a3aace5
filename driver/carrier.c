// carrier.c: what the transports over USB have in common
// SPDX-License-Identifier: Apache-2.0
#include "carrier.h"

#include <stdlib.h>

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
