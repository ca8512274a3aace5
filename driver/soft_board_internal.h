// soft_board_internal.h: what the parts of the board in software share
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_SOFT_BOARD_INTERNAL_H
#define IZH_SOFT_BOARD_INTERNAL_H

#include "frame.h"
#include "link_codes.h"
#include "soft_board.h"

// The bytes of the wire, positions modulo 2^16.
struct izh_soft_ring {
    uint8_t *bytes; // [65536]
    uint16_t size;
    uint16_t acknowledged;
    uint16_t at;    // next to be sent
    uint16_t sent;  // up to here everything has been sent once
    uint16_t end;   // up to here there are bytes
    uint16_t limit; // the host's credit
    bool zero_due;  // before the next byte
};

// The request in turn, and those behind it.
struct izh_soft_requests {
    struct izh_frame *queue; // [slots]
    unsigned first, count;
    uint16_t wanted; // number of the next one to be taken
    bool missed_due, missed_said;
    size_t progress; // words of the first that are done, or bytes of its stimuli
    uint32_t stimuli;
    bool answered; // its answer waits for room
    struct izh_frame answer;
};

// Words on their way to the ring.
struct izh_soft_stream {
    size_t room; // bytes of a frame's payload
    struct izh_frame frame;
    uint16_t substep, page;                    // as the host knows them
    uint64_t ticks, lost_spikes, lost_samples; // not yet told
};

// The model in time. spike_at..spikes-1 and probe_at..probe_count-1 wait for the stream.
struct izh_soft_engine {
    struct izh_model *model;
    struct izh_shape shape;
    struct izh_spike *spikes; // [neurons]
    uint32_t *probed;         // [neurons], as of the beginning of the tick
    size_t spike_count, spike_at;
    uint32_t probe_count, probe_at;
    uint32_t neurons, substeps; // of the tick under way
    bool probes_written, settings_written;
    bool in_tick; // until all its events are in the stream
    bool ended;   // its last sub-step is done
    bool armed;   // END has come for the next tick
    bool stimulus;
    bool lossy;
    uint32_t pace;
    uint64_t clock, due; // its own time; when the next tick is due
    uint16_t overruns;
    uint64_t budget; // updates
    struct izh_soft_board_counts counts;
};

struct izh_soft_board {
    struct izh_soft_board_options options;
    bool open; // HELLO has come
    bool idle;
    uint16_t broken;
    struct izh_frame_decoder decoder;
    struct izh_soft_ring ring;
    struct izh_soft_requests requests;
    struct izh_soft_stream stream;
    struct izh_soft_engine engine;
};

// soft_board_ring.c
void izh_soft_ring_begin(struct izh_soft_ring *ring);
bool izh_soft_ring_put(struct izh_soft_ring *ring, struct izh_frame *frame); // false: no room
void izh_soft_ring_ack(struct izh_soft_ring *ring, uint16_t position, uint16_t limit, bool again);
size_t izh_soft_ring_send(struct izh_soft_ring *ring, uint8_t *bytes, size_t size);

// soft_board_requests.c
void izh_soft_requests_take(struct izh_soft_board *b, const struct izh_frame *frame);
void izh_soft_requests_miss(struct izh_soft_board *b); // something was broken
bool izh_soft_requests_work(struct izh_soft_board *b); // false: nothing can be done

// soft_board_stream.c: each false when there is no room, and then nothing has been said
bool izh_soft_stream_spike(struct izh_soft_board *b, const struct izh_spike *spike);
bool izh_soft_stream_sample(struct izh_soft_board *b, uint32_t neuron);
bool izh_soft_stream_counts(struct izh_soft_board *b);
bool izh_soft_stream_flush(struct izh_soft_board *b); // true: something is in the ring now

// soft_board_engine.c
void izh_soft_engine_reset(struct izh_soft_board *b);
bool izh_soft_engine_work(struct izh_soft_board *b);
bool izh_soft_engine_rests(const struct izh_soft_board *b); // between ticks
void izh_soft_engine_settle(struct izh_soft_engine *e);     // settings that were written count
// What the host may access. false: refused. The engine rests, unless the address is one of LINK or
// it is a write of RUN.
bool izh_soft_engine_read(const struct izh_soft_board *b, uint32_t address, uint32_t *word);
bool izh_soft_engine_write(struct izh_soft_board *b, uint32_t address, uint32_t word);

static inline uint32_t izh_soft_get(const uint8_t *bytes, int count)
{
    uint32_t value = 0;
    for (int i = 0; i < count; i++)
        value |= (uint32_t)bytes[i] << 8 * i;
    return value;
}

static inline void izh_soft_put(uint8_t *bytes, int count, uint32_t value)
{
    for (int i = 0; i < count; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}

#endif
