// vectors.h: golden vectors of a batch of patterns, as docs/vectors.md
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_VECTORS_H
#define IZH_VECTORS_H

#include "recording.h"

#include <stdio.h>

// What an engine answers after the run.
struct izh_readback {
    uint32_t address;
    uint32_t word;
};

struct izh_vectors {
    const struct izh_pattern_batch *batch;
    const struct izh_recording *recording;
    const struct izh_readback *readbacks;
    size_t readback_count;
};

// The three streams. Each returns how many words it wrote; errors are the stream's.
size_t izh_vectors_write_bus(FILE *stream, const struct izh_vectors *vectors);
size_t izh_vectors_write_probe(FILE *stream, const struct izh_vectors *vectors);
size_t izh_vectors_write_event(FILE *stream, const struct izh_vectors *vectors);

#endif
