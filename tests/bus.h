// bus.h: the golden model at its bus, and everything that an access may have changed
// SPDX-License-Identifier: Apache-2.0
//
// A refusal where none is expected fails the running test.
#ifndef IZH_TESTS_BUS_H
#define IZH_TESTS_BUS_H

#include "model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    IZH_BUS_NEURONS = 5,
    IZH_BUS_RECORDS = 4,
    IZH_BUS_FIELDS = 13,
    IZH_BUS_NETWORK = 6, // neurons of the engine with synapses, and their records
    IZH_BUS_SYNAPSES = 7,
    IZH_BUS_NETWORK_FIELDS = 12,
    IZH_BUS_WORDS = 320
};

// 20/24/18, with room for the numbers above; without synapses, and with: two lanes, four slots, two
// parts.
extern const struct izh_shape izh_bus_shared, izh_bus_network;

struct izh_bus_field {
    uint32_t region, field;
    uint32_t first; // index
    int bits;
    bool is_signed;
    uint32_t indices;
};

// Every field of every memory of the first, and all that are new or otherwise of the second.
extern const struct izh_bus_field izh_bus_fields[IZH_BUS_FIELDS];
extern const struct izh_bus_field izh_bus_network_fields[IZH_BUS_NETWORK_FIELDS];

struct izh_model *izh_bus_model(const struct izh_shape *shape);
uint32_t izh_bus_register(uint32_t number);
void izh_bus_put(struct izh_model *m, uint32_t address, uint32_t word);
uint32_t izh_bus_get(const struct izh_model *m, uint32_t address);

// All that can be read.
struct izh_bus_words {
    uint32_t address[IZH_BUS_WORDS], word[IZH_BUS_WORDS];
    size_t count;
};

struct izh_bus_words izh_bus_snapshot(const struct izh_model *m);
void izh_bus_assert_same(const struct izh_bus_words *a, const struct izh_bus_words *b);

// As before, except that the word at this address is this one.
void izh_bus_assert_changed_only(struct izh_bus_words *before, const struct izh_model *m,
                                 uint32_t address, uint32_t word);

// Neither read nor written: BAD_ADDRESS, and nothing changes.
void izh_bus_assert_nothing_there(struct izh_model *m, uint32_t address);

// A record, untouched since reset, whose neurons spike in every sub-step and add d to w; one whose
// neurons do not spike from small words.
void izh_bus_make_firing(struct izh_model *m, uint32_t record, uint32_t d);
void izh_bus_make_silent(struct izh_model *m, uint32_t record);

// One sub-step, of which there must be one to run; returns the number of its spikes, of which there
// must be room for one of each neuron. All sub-steps of so many ticks.
size_t izh_bus_substep(struct izh_model *m, struct izh_spike *spikes);
void izh_bus_run(struct izh_model *m, uint32_t ticks);

#endif
