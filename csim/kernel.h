// kernel.h: the loops of the golden model that a compiler turns into vector code
// SPDX-License-Identifier: Apache-2.0
//
// One source, kernel_body.h, compiled once for each instruction set. All give the same bits.
#ifndef IZH_KERNEL_H
#define IZH_KERNEL_H

#include "neuron.h"
#include "noise.h"

#include <stddef.h>

// Neurons come in blocks; arrays of them are padded to whole groups and aligned.
enum { IZH_BLOCK = 512, IZH_GROUP = 16, IZH_ALIGN = 64 };

// The words of each neuron, and of its record, side by side.
struct izh_cells {
    int32_t *x, *w, *level;
    int32_t *bias;  // memory INPUT
    int32_t *input; // of the tick under way
    int32_t *a, *b;
    int32_t *e4;         // 4 e
    int32_t *below_peak; // the largest x that is no spike
    int32_t *decay;      // all bits set, or 0
    int32_t *sd;
};

// What an update leaves behind: the states before it, and whose update is another one.
struct izh_block {
    _Alignas(IZH_ALIGN) int32_t x[IZH_BLOCK];
    _Alignas(IZH_ALIGN) int32_t w[IZH_BLOCK];
    _Alignas(IZH_ALIGN) uint8_t marked[IZH_BLOCK];
};

// Input of the neurons first..first+count-1 in one tick.
struct izh_preparation {
    const struct izh_cells *cells;
    uint32_t *sums; // the accumulators of the tick, of neuron 0 on
    const struct izh_format *format;
    struct izh_noise_key key;
    bool noisy;
    int accumulator_bits;
    int weight_shift;
};

struct izh_kernel {
    const char *name;
    // One sub-step of the count neurons (a multiple of IZH_GROUP, at most IZH_BLOCK) from first, in
    // place, as if none spiked. Returns whether any is marked: its update is another one, from the
    // state in old, because it spikes, comes from a spike, or clips a word. A neuron that need not
    // be marked may be; all are when there is no loop for an engine like this.
    bool (*update)(const struct izh_arithmetic *m, const struct izh_cells *cells, uint32_t first,
                   uint32_t count, struct izh_block *old);
    // Takes the sums, which become 0, and returns how many inputs were clipped. Only for
    // formats of which izh_kernel_prepares is true.
    uint32_t (*prepare)(const struct izh_preparation *p, uint32_t first, uint32_t count);
    // Adds weights to consecutive sums.
    void (*add_narrow)(uint32_t *sum, const int16_t *weight, uint32_t count);
    void (*add_wide)(uint32_t *sum, const int32_t *weight, uint32_t count);
};

// Whether 32 bits are enough for everything that makes the input.
static inline bool izh_kernel_prepares(const struct izh_format *f)
{
    return f->w_bits == 24 && f->port_bits <= 18;
}

// The i-th kernel this machine can run, slowest first; NULL after the last.
const struct izh_kernel *izh_kernel(size_t i);

extern const struct izh_kernel izh_kernel_portable, izh_kernel_avx2, izh_kernel_avx512;

#endif
