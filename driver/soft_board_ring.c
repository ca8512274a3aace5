// soft_board_ring.c: the bytes that a board in software sends, kept until they are acknowledged
// SPDX-License-Identifier: Apache-2.0
#include "soft_board_internal.h"

#include <string.h>

static uint16_t distance(uint16_t from, uint16_t to)
{
    return (uint16_t)(to - from);
}

void izh_soft_ring_begin(struct izh_soft_ring *r)
{
    enum { FIRST_LIMIT = 32 };
    *r = (struct izh_soft_ring){.bytes = r->bytes, .size = r->size, .limit = FIRST_LIMIT};
    r->zero_due = true; // a frame of an older session may be on its way
}

bool izh_soft_ring_put(struct izh_soft_ring *r, struct izh_frame *frame)
{
    uint8_t wire[IZH_FRAME_WIRE];
    size_t length = (size_t)frame->length + IZH_FRAME_OVERHEAD;
    if (distance(r->acknowledged, r->end) + length > r->size)
        return false;
    frame->number = r->end;
    izh_frame_encode(frame, wire);
    // Each position has a place: size only says how many count, so that it may be any number.
    for (size_t i = 0; i < length; i++)
        r->bytes[(uint16_t)(r->end + i)] = wire[i];
    r->end = (uint16_t)(r->end + length);
    return true;
}

void izh_soft_ring_ack(struct izh_soft_ring *r, uint16_t position, uint16_t limit, bool again)
{
    if (distance(r->acknowledged, position) > distance(r->acknowledged, r->sent) ||
        distance(position, limit) >= 0x8000)
        return;
    bool behind = distance(r->acknowledged, r->at) < distance(r->acknowledged, position);
    r->acknowledged = position;
    r->limit = limit;
    if (again || behind) {
        r->at = position;
        r->zero_due = true;
    }
}

// Bytes that may be sent now.
static uint16_t sendable(const struct izh_soft_ring *r)
{
    uint16_t credit = distance(r->at, r->limit), there = distance(r->at, r->end);
    if (credit >= 0x8000)
        return 0;
    return credit < there ? credit : there;
}

size_t izh_soft_ring_send(struct izh_soft_ring *r, uint8_t *bytes, size_t size)
{
    size_t count = 0;
    if (size && r->zero_due) {
        bytes[count++] = 0;
        r->zero_due = false;
    }
    size_t part = sendable(r);
    if (part > size - count)
        part = size - count;
    for (size_t i = 0; i < part; i++)
        bytes[count++] = r->bytes[(uint16_t)(r->at + i)];
    r->at = (uint16_t)(r->at + part);
    if (distance(r->acknowledged, r->at) > distance(r->acknowledged, r->sent))
        r->sent = r->at;
    return count;
}
