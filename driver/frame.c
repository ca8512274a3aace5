// frame.c: frames of the link: consistent overhead byte stuffing (COBS) around a CRC-32
// SPDX-License-Identifier: Apache-2.0
#include "frame.h"

#include "crc32.h"

#include <string.h>

enum { HEAD = 3, CRC = 4, BODY = HEAD + IZH_FRAME_PAYLOAD + CRC };

// CRC of any bytes and their own CRC behind them.
static const uint32_t residue = 0x2144df1c;

// A body is shorter than COBS's longest block, so every block ends in a zero, the last one in the
// delimiter, and stuffing takes one byte.
_Static_assert(BODY < 254, "a block of 254 bytes has no zero behind it");
_Static_assert(IZH_FRAME_OVERHEAD == HEAD + CRC + 2, "head, CRC, first count, delimiter");

size_t izh_frame_encode(const struct izh_frame *frame, uint8_t wire[IZH_FRAME_WIRE])
{
    uint8_t *body = wire + 1;
    size_t length = HEAD + (size_t)frame->length;
    body[0] = frame->kind;
    body[1] = (uint8_t)frame->number;
    body[2] = (uint8_t)(frame->number >> 8);
    memcpy(body + HEAD, frame->payload, frame->length);
    uint32_t crc = izh_crc32(0, body, length);
    for (int i = 0; i < CRC; i++)
        body[length++] = (uint8_t)(crc >> 8 * i);

    // From behind: each zero becomes the distance to the next.
    uint8_t distance = 1;
    body[length] = 0;
    for (size_t i = length; i-- > 0; distance++) {
        if (!body[i]) {
            body[i] = distance;
            distance = 0;
        }
    }
    wire[0] = distance;
    return length + 2;
}

// The body in place of the wire's bytes, its length returned; 0 when the distances do not end at
// the delimiter.
static size_t unstuff(uint8_t *bytes, size_t length)
{
    size_t next = 0;
    while (next < length) {
        uint8_t distance = bytes[next];
        bytes[next] = 0;
        next += distance;
    }
    memmove(bytes, bytes + 1, length - 1);
    return next == length ? length - 1 : 0;
}

static enum izh_frame_event take(struct izh_frame_decoder *decoder, struct izh_frame *frame)
{
    uint8_t *body = decoder->wire;
    if (decoder->length > sizeof decoder->wire)
        return IZH_FRAME_BROKEN;
    size_t length = unstuff(body, decoder->length);
    if (length < HEAD + CRC || izh_crc32(0, body, length) != residue)
        return IZH_FRAME_BROKEN;
    frame->kind = body[0];
    frame->number = (uint16_t)(body[1] | body[2] << 8);
    frame->length = (uint8_t)(length - HEAD - CRC);
    memcpy(frame->payload, body + HEAD, frame->length);
    return IZH_FRAME_WHOLE;
}

enum izh_frame_event izh_frame_decode(struct izh_frame_decoder *decoder, uint8_t byte,
                                      struct izh_frame *frame)
{
    if (byte) {
        if (decoder->length < sizeof decoder->wire)
            decoder->wire[decoder->length] = byte;
        if (decoder->length <= sizeof decoder->wire)
            decoder->length++;
        return IZH_FRAME_NONE;
    }
    if (!decoder->length)
        return IZH_FRAME_NONE;
    enum izh_frame_event event = take(decoder, frame);
    decoder->length = 0;
    return event;
}

size_t izh_frame_take(struct izh_frame_decoder *decoder, const uint8_t *bytes, size_t count,
                      struct izh_frame *frame, enum izh_frame_event *event)
{
    const uint8_t *delimiter = memchr(bytes, 0, count);
    size_t part = delimiter ? (size_t)(delimiter - bytes) : count;
    size_t room = sizeof decoder->wire;
    size_t kept = decoder->length < room ? room - decoder->length : 0;
    memcpy(decoder->wire + (kept ? decoder->length : 0), bytes, part < kept ? part : kept);
    decoder->length = part <= kept ? decoder->length + part : room + 1;
    *event = delimiter ? izh_frame_decode(decoder, 0, frame) : IZH_FRAME_NONE;
    return part + (delimiter != NULL);
}
