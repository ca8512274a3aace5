// stream.h: words of the stream become events
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. docs/link.md, "Stream".
#ifndef IZH_STREAM_H
#define IZH_STREAM_H

#include "izh.h"

#include <stdbool.h>

struct izh_stream {
    const char *fault; // what makes no sense in the words, NULL: nothing
    // What the engine was told. probed: of each neuron, 1 or 0; NULL: nothing is known about
    // samples.
    uint32_t neurons, substeps;
    const uint8_t *probed;
    uint32_t probed_count; // those of them that are updated
    uint64_t ticks_left;   // asked for, and not known to have ended
    bool resting;          // REST has been said
    // Where the words are.
    uint32_t tick;
    uint16_t substep, page;
    uint32_t high; // upper half of the next count
    // Where the samples are: next is the place of the next one in its sub-step.
    uint32_t sample_tick, sample_next;
    uint16_t sample_substep;
    uint8_t sample[12]; // words of a sample that has begun
    size_t sample_length;
    uint64_t lost_spikes, lost_samples;
};

// A session has begun: nothing runs, nothing is known but how many neurons there are.
void izh_stream_begin(struct izh_stream *stream, uint32_t neurons);

// The next tick is number tick, has so many sub-steps, and neurons 0..neurons-1 are updated, of
// which those are probed that are marked. While nothing runs.
void izh_stream_settle(struct izh_stream *stream, uint32_t tick, uint32_t substeps,
                       uint32_t neurons, const uint8_t *probed);

void izh_stream_run(struct izh_stream *stream, uint32_t ticks);

// No tick is left, and all that they gave has become events.
bool izh_stream_rests(const struct izh_stream *stream);

// Events of so many bytes of words; *used is set to those that need not come again. Stops when
// size events are there, or at a fault.
size_t izh_stream_decode(struct izh_stream *stream, const uint8_t *bytes, size_t count,
                         struct izh_event *events, size_t size, size_t *used);

#endif
