// frame.h: frames of the link, the same in both directions
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. docs/link.md says what is in a frame and what the kinds mean.
#ifndef IZH_FRAME_H
#define IZH_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum {
    IZH_FRAME_PAYLOAD = 246, // bytes at most
    IZH_FRAME_OVERHEAD = 9,  // bytes on the wire beside the payload
    IZH_FRAME_WIRE = IZH_FRAME_PAYLOAD + IZH_FRAME_OVERHEAD,
};

struct izh_frame {
    uint8_t kind;
    uint16_t number;
    uint8_t length; // of the payload, 0..IZH_FRAME_PAYLOAD
    uint8_t payload[IZH_FRAME_PAYLOAD];
};

// Bytes for the wire, delimiter included: payload and IZH_FRAME_OVERHEAD.
size_t izh_frame_encode(const struct izh_frame *frame, uint8_t wire[IZH_FRAME_WIRE]);

enum izh_frame_event {
    IZH_FRAME_NONE,   // more bytes must come
    IZH_FRAME_WHOLE,  // *frame is set
    IZH_FRAME_BROKEN, // what came up to this delimiter is not a frame
};

// What has come since the last delimiter. All zero: nothing.
struct izh_frame_decoder {
    size_t length; // above its room: too long to be a frame
    uint8_t wire[IZH_FRAME_WIRE - 1];
};

// Takes one byte. A delimiter right behind another says nothing.
enum izh_frame_event izh_frame_decode(struct izh_frame_decoder *decoder, uint8_t byte,
                                      struct izh_frame *frame);

// Takes many bytes, up to the first delimiter and with it; how many. *event is what
// izh_frame_decode would have answered to the last of them.
size_t izh_frame_take(struct izh_frame_decoder *decoder, const uint8_t *bytes, size_t count,
                      struct izh_frame *frame, enum izh_frame_event *event);

#endif
