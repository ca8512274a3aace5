// soft_board.h: a board in software: the device's half of the link over the golden model
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits, and has neither a clock nor a wire: bytes in, bytes out. What
// it does is docs/link.md; where that leaves it open:
//
// Its own time is that of an engine which updates one neuron a clock and lane and never waits for a
// memory: PACE and OVERRUNS are of this time, and it stands still while the engine waits for the
// host. An access to a memory, or to a register that is not RUN, waits until all events of the tick
// before it are in the ring. A stream frame is whole in the ring or not at all, and is put there
// when it is as long as may be, or when nothing else is to be done.
#ifndef IZH_SOFT_BOARD_H
#define IZH_SOFT_BOARD_H

#include "model.h"

// What docs/link.md leaves to the device. ring 128..32767; slots 1..64; room 8..242, and a frame
// of that room must fit into half of the ring.
struct izh_soft_board_options {
    uint16_t ring;
    uint8_t slots, room;
    uint32_t build, board, clock_hz; // registers LINK
};

struct izh_soft_board;

// A board after power-up; it uses the model, and does not free it. NULL without memory, or when the
// options are out of range. It is for one thread at a time.
struct izh_soft_board *izh_soft_board_new(const struct izh_soft_board_options *options,
                                          const struct izh_shape *shape, struct izh_model *model);
void izh_soft_board_free(struct izh_soft_board *board); // NULL is allowed

// Bytes from the host. All are taken.
void izh_soft_board_receive(struct izh_soft_board *board, const uint8_t *bytes, size_t count);

// Gives what the board puts on the wire, at most size bytes, and works for it, at most for so many
// updates of neurons (the last sub-step is done whole).
size_t izh_soft_board_send(struct izh_soft_board *board, uint8_t *bytes, size_t size,
                           uint64_t updates);

// izh_soft_board_send has nothing to give and nothing to do until something is received.
bool izh_soft_board_idle(const struct izh_soft_board *board);

// What the engine has made since HELLO, given and lost: for tests of LOSSY.
struct izh_soft_board_counts {
    uint64_t spikes, samples, ticks, lost_spikes, lost_samples;
};

struct izh_soft_board_counts izh_soft_board_count(const struct izh_soft_board *board);

#endif
