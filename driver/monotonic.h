// monotonic.h: the time of the transports that are not simulated
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_MONOTONIC_H
#define IZH_MONOTONIC_H

#include <stdint.h>

// Microseconds since some instant; setting the machine's clock does not move it.
uint64_t izh_monotonic_us(void);

// So long from now; UINT64_MAX is never.
uint64_t izh_deadline_us(uint64_t timeout_us);

// now_us of transport.h.
struct izh_transport;
uint64_t izh_transport_monotonic_us(struct izh_transport *transport);

#endif
