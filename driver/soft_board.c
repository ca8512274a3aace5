// soft_board.c: a board in software: the device's half of the link over the golden model
// SPDX-License-Identifier: Apache-2.0
#include "soft_board_internal.h"

#include <stdlib.h>

enum {
    RING_LEAST = 128,
    RING_MOST = 32767,
    SLOTS_MOST = 64,
    ROOM_LEAST = 8,
    ROOM_MOST = IZH_FRAME_PAYLOAD - 4,
    POSITIONS = 65536,
    COUNTER_MAX = 0xffff,
};

static bool options_are_valid(const struct izh_soft_board_options *o)
{
    return o->ring >= RING_LEAST && o->ring <= RING_MOST && o->slots >= 1 &&
           o->slots <= SLOTS_MOST && o->room >= ROOM_LEAST && o->room <= ROOM_MOST &&
           2 * (o->room + 4 + IZH_FRAME_OVERHEAD) <= o->ring;
}

// Two frames of the stream fit into the ring: one is sent while the next becomes whole.
static size_t stream_room(uint16_t ring)
{
    size_t room = ring / 2 - IZH_FRAME_OVERHEAD;
    return (room < IZH_FRAME_PAYLOAD ? room : IZH_FRAME_PAYLOAD) / 2 * 2;
}

struct izh_soft_board *izh_soft_board_new(const struct izh_soft_board_options *options,
                                          const struct izh_shape *shape, struct izh_model *model)
{
    struct izh_soft_board *b = calloc(1, sizeof *b);
    if (!b || !options_are_valid(options)) {
        free(b);
        return NULL;
    }
    b->options = *options;
    b->ring.bytes = malloc(POSITIONS);
    b->ring.size = options->ring;
    b->requests.queue = calloc(options->slots, sizeof *b->requests.queue);
    b->stream.room = stream_room(options->ring);
    b->engine.model = model;
    b->engine.shape = *shape;
    b->engine.shape.lanes = shape->lanes ? shape->lanes : 1;
    b->engine.spikes = calloc(shape->neurons, sizeof *b->engine.spikes);
    b->engine.probed = calloc(shape->neurons, sizeof *b->engine.probed);
    if (b->ring.bytes && b->requests.queue && b->engine.spikes && b->engine.probed)
        return b;
    izh_soft_board_free(b);
    return NULL;
}

void izh_soft_board_free(struct izh_soft_board *b)
{
    if (!b)
        return;
    free(b->ring.bytes);
    free(b->requests.queue);
    free(b->engine.spikes);
    free(b->engine.probed);
    free(b);
}

// ---- What comes ---------------------------------------------------------------------------------

static void begin_session(struct izh_soft_board *b, const struct izh_frame *hello)
{
    struct izh_frame welcome = {.kind = IZH_KIND_WELCOME, .length = 9};
    for (int i = 0; i < 4; i++)
        welcome.payload[i] = hello->payload[i];
    welcome.payload[4] = IZH_LINK_VERSION;
    welcome.payload[5] = b->options.slots;
    welcome.payload[6] = b->options.room;
    izh_soft_put(welcome.payload + 7, 2, b->options.ring);
    b->open = true;
    b->requests = (struct izh_soft_requests){.queue = b->requests.queue};
    b->stream = (struct izh_soft_stream){.room = b->stream.room};
    izh_soft_engine_reset(b);
    izh_soft_ring_begin(&b->ring);
    izh_soft_ring_put(&b->ring, &welcome);
}

static void take_frame(struct izh_soft_board *b, const struct izh_frame *f)
{
    if (f->kind == IZH_KIND_HELLO && f->length == 4)
        begin_session(b, f);
    if (!b->open)
        return;
    switch (f->kind) {
    case IZH_KIND_ACK:
        if (f->length == 3)
            izh_soft_ring_ack(&b->ring, f->number, (uint16_t)izh_soft_get(f->payload, 2),
                              f->payload[2] & 1);
        break;
    case IZH_KIND_READ:
    case IZH_KIND_WRITE:
    case IZH_KIND_CHECK:
    case IZH_KIND_STIMULI:
        izh_soft_requests_take(b, f);
        break;
    }
}

void izh_soft_board_receive(struct izh_soft_board *b, const uint8_t *bytes, size_t count)
{
    struct izh_frame frame;
    enum izh_frame_event event;
    for (size_t i = 0; i < count;) {
        i += izh_frame_take(&b->decoder, bytes + i, count - i, &frame, &event);
        if (event == IZH_FRAME_WHOLE)
            take_frame(b, &frame);
        if (event != IZH_FRAME_BROKEN)
            continue;
        b->broken += b->broken < COUNTER_MAX;
        if (b->open)
            izh_soft_requests_miss(b);
    }
}

// ---- What goes ----------------------------------------------------------------------------------

static bool work(struct izh_soft_board *b)
{
    return izh_soft_requests_work(b) || izh_soft_engine_work(b);
}

// What has been put off as long as something else was to be done.
static bool finish(struct izh_soft_board *b)
{
    izh_soft_stream_counts(b);
    return izh_soft_stream_flush(b);
}

size_t izh_soft_board_send(struct izh_soft_board *b, uint8_t *bytes, size_t size, uint64_t updates)
{
    size_t count = 0;
    b->engine.budget = updates;
    b->idle = false;
    while (b->open && count < size) {
        count += izh_soft_ring_send(&b->ring, bytes + count, size - count);
        if (count == size || work(b) || finish(b))
            continue;
        b->idle = b->engine.budget;
        break;
    }
    return count;
}

bool izh_soft_board_idle(const struct izh_soft_board *b)
{
    return b->idle || !b->open;
}

struct izh_soft_board_counts izh_soft_board_count(const struct izh_soft_board *b)
{
    return b->engine.counts;
}
