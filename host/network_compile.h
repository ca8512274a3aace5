// network_compile.h: the steps from a network in physical units to the image of one engine
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_NETWORK_COMPILE_H
#define IZH_NETWORK_COMPILE_H

#include "network_engine.h"
#include "network_internal.h"

// A neuron in the engine's words.
struct izh_neuron_words {
    struct izh_record record;
    uint32_t sd;
    struct izh_state state;
    int32_t bias;
    uint32_t record_index; // shared records only
};

// A synapse in the engine's words, within its row: ascending is the order of the row.
//   63:56 delay beyond the part's first, 55:40 target within the lane, 31:0 weight
struct izh_row_table {
    uint64_t *entries;
    uint32_t *begin; // [(lane * neurons + pre) * parts + part], and one more
    size_t rows;
};

// What the steps share; each fills its part.
struct izh_compilation {
    const struct izh_network *network;
    struct izh_shape shape; // lanes at least 1
    struct izh_compiled *compiled;
    char *message;
    struct izh_neuron_words *words; // [physical]
    uint32_t *shared;               // [record]: a physical neuron that has it
    uint32_t record_count;          // distinct ones
    int weight_shift;
    double weight_unit;                 // mV/ms
    struct izh_scheduled_event *events; // ascending in tick
    struct izh_current_change *changes; // ascending in tick
    struct izh_row_table rows;
    bool uses_synapses; // or noise, or stimuli: what an engine without synapses does not have
};

// The whole, for network_compile.c and network_shape.c: begin, the steps up to the rows, end.
enum izh_network_status izh_compile_begin(struct izh_compilation *c,
                                          const struct izh_network *network,
                                          const struct izh_shape *shape, char *message);
enum izh_network_status izh_compile_layout(struct izh_compilation *c);
void izh_compile_end(struct izh_compilation *c);

// Each returns IZH_NETWORK_OK, or a status with the message written.

// physical and logical, which no shape changes.
enum izh_network_status izh_compile_placement(struct izh_compilation *c);

// words, shared, record_count and scale.
enum izh_network_status izh_compile_neurons(struct izh_compilation *c);

// events and changes in order.
enum izh_network_status izh_compile_schedule(struct izh_compilation *c);

// weight_shift and weight_unit.
enum izh_network_status izh_compile_weights(struct izh_compilation *c);

// rows and the report's loads.
enum izh_network_status izh_compile_rows(struct izh_compilation *c);

// compiled->stimuli, and the bias of tick 0 into words.
enum izh_network_status izh_compile_stimuli(struct izh_compilation *c);

// compiled->image.
enum izh_network_status izh_compile_image(struct izh_compilation *c);

// compiled->report.precision.
enum izh_network_status izh_compile_precision(struct izh_compilation *c);

// A weight in mV/ms in units of c->weight_unit.
int64_t izh_weight_word(const struct izh_compilation *c, double weight);

// Standard deviation of the noise: its word, and back. Words are of shape.format.port_bits - 1
// bits.
double izh_sd_unit(const struct izh_compilation *c); // mV/ms

// Words that a gap between delays takes before the one that ends it.
uint32_t izh_row_fillers(const struct izh_shape *shape, uint32_t gap);

enum izh_network_status izh_compile_no_memory(const struct izh_compilation *c);

// "FILE: populations.NAME, neuron N", for messages.
void izh_compile_neuron_name(const struct izh_compilation *c, uint32_t logical, char *text,
                             size_t size);

#endif
