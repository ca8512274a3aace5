// recording.h: a batch of patterns runs on an engine, and every state word and spike is kept
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_RECORDING_H
#define IZH_RECORDING_H

#include "engine.h"
#include "pattern_image.h"

struct izh_recording {
    uint32_t ticks;
    uint32_t neurons;
    struct izh_state *states; // [ticks * neurons], after each tick
    size_t samples;           // that came
    struct izh_spike *spikes; // in the order in which they came
    size_t spike_count;
    size_t spike_capacity;
    bool out_of_memory;
};

// Loads the image, runs every tick with its stimuli. Statuses of izh_engine_load and _run; the
// recording must be freed also after a failure.
enum izh_model_status izh_record(const struct izh_engine *engine,
                                 const struct izh_pattern_batch *batch,
                                 struct izh_recording *recording);
void izh_recording_free(struct izh_recording *recording);

// Where two recordings first differ.
struct izh_difference {
    uint32_t tick;
    uint32_t neuron;
    const char *word; // "x", "w", "level", "spike", or "samples": their number, and no tick
    int64_t expected;
    int64_t got;
};

// State words that were compared, and how many of them differ. *first is set when any does, or when
// the spikes or the number of samples differ, which the counts do not show.
struct izh_comparison {
    size_t words;
    size_t differ;
    bool equal;
    struct izh_difference first;
};

// Two recordings of the same batch.
struct izh_comparison izh_compare(const struct izh_recording *expected,
                                  const struct izh_recording *got);

#endif
