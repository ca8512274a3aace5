// faulty_transport.h: a transport over another one that changes, loses and adds bytes, or goes deaf
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_TESTS_FAULTY_TRANSPORT_H
#define IZH_TESTS_FAULTY_TRANSPORT_H

#include "link_pair.h"
#include "transport.h"

struct faulty_plan {
    const struct izh_transport_ops *ops; // of the transport below
    struct izh_wire_faults faults;
    // So long the host takes nothing, each time that it has got so many bytes; 0: it always does.
    uint64_t deaf_us, deaf_after;
    uint64_t seed;
    // What was done.
    uint64_t broken, deafs;
};

// "faulty:REST" opens REST below. For devices that are opened from now on, one at a time.
extern struct faulty_plan faulty_plan;
extern const struct izh_transport_ops faulty_transport;

#endif
