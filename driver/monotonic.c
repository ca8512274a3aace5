// monotonic.c: the time of the transports that are not simulated
// SPDX-License-Identifier: Apache-2.0
#include "monotonic.h"

#include <time.h>

uint64_t izh_monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t izh_deadline_us(uint64_t timeout_us)
{
    uint64_t now_us = izh_monotonic_us();
    return timeout_us < UINT64_MAX - now_us ? now_us + timeout_us : UINT64_MAX;
}

uint64_t izh_transport_monotonic_us(struct izh_transport *transport)
{
    (void)transport;
    return izh_monotonic_us();
}
