// link_pair.h: both halves of the link, joined by a wire with faults, and a model to compare with
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_TESTS_LINK_PAIR_H
#define IZH_TESTS_LINK_PAIR_H

#include "model.h"
#include "random.h"
#include "session.h"
#include "soft_board.h"
#include "stream.h"

enum { IZH_PAIR_NEURONS = 40, IZH_PAIR_WIRE = 4096, IZH_PAIR_BAUD = 60 };

// Faults of each byte in millionths, of either direction.
struct izh_wire_faults {
    uint32_t lost, changed, added;
    uint32_t cut;   // many bytes in a row are lost
    uint32_t stall; // nothing moves for some time
};

struct izh_wire {
    const struct izh_wire_faults *faults;
    struct izh_random *random;
    uint8_t bytes[IZH_PAIR_WIRE];
    size_t count;
    unsigned cut, stall;
    uint64_t broken; // faults that were made
};

struct izh_pair {
    struct izh_wire_faults faults;
    struct izh_random random;
    struct izh_session session;
    struct izh_stream stream;
    struct izh_model *model, *reference;
    struct izh_soft_board *board;
    struct izh_wire up, down;
    uint64_t now_us;
    unsigned stopped; // the host does not read for so many steps
    bool deaf;        // the host does not take events
};

extern const struct izh_shape izh_pair_shape;

// Puts bytes on a wire, with faults.
void izh_wire_put(struct izh_wire *wire, const uint8_t *bytes, size_t count);

// A session that has not begun, and a board of these options; seed decides about faults.
void izh_pair_begin(struct izh_pair *pair, const struct izh_soft_board_options *options,
                    const struct izh_wire_faults *faults, uint64_t seed,
                    izh_session_answered *answered);
void izh_pair_end(struct izh_pair *pair);

// 50 us: IZH_PAIR_BAUD bytes move each way.
void izh_pair_step(struct izh_pair *pair);

// A random network of IZH_PAIR_NEURONS neurons with synapses, delays and probes, by calls of write.
// seed decides which. It has spikes in most ticks.
void izh_pair_network(uint64_t seed,
                      void (*write)(void *context, uint32_t address, const uint32_t *words,
                                    size_t count),
                      void *context);

// The same for a model.
void izh_pair_write_model(void *model, uint32_t address, const uint32_t *words, size_t count);

// The stimuli of a tick of that network, END included: how many.
enum { IZH_PAIR_STIMULI = 8 };
size_t izh_pair_stimuli(uint64_t seed, uint32_t tick,
                        struct izh_stimulus stimuli[IZH_PAIR_STIMULI]);

// What a model gives when it runs tick after tick, each with its stimuli.
struct izh_oracle {
    struct izh_model *model;
    uint64_t seed;
    bool stimuli;
    uint32_t tick, substep;
    struct izh_spike spikes[IZH_PAIR_NEURONS];
    size_t spike_count, spike_at;
    uint32_t probed[IZH_PAIR_NEURONS], probed_count, probed_at;
    uint32_t substeps;
};

void izh_oracle_begin(struct izh_oracle *oracle, struct izh_model *model, uint64_t seed,
                      bool stimuli);

// The next spike or sample, and IZH_EVENT_TICKS with count 1 at each end of a tick. Spikes of a
// sub-step come before its samples.
struct izh_event izh_oracle_next(struct izh_oracle *oracle);

#endif
