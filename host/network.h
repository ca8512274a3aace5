// network.h: a network in physical units, and the image, the order and the stimuli it becomes
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. docs/network.md documents the file, docs/contract.md what the
// compiled network means. Logical neurons are numbered as the file names them, population after
// population; physical neurons as the engine does. Times are in ms and ticks, currents in mV/ms.
#ifndef IZH_NETWORK_H
#define IZH_NETWORK_H

#include "image.h"
#include "model.h"
#include "quantize.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum izh_network_status {
    IZH_NETWORK_OK = 0,
    IZH_NETWORK_NO_MEMORY = -1,    // an allocation failed
    IZH_NETWORK_CANNOT_READ = -2,  // a file is missing or cannot be read
    IZH_NETWORK_BAD_FILE = -3,     // a file that is not what it must be: JSON, CSV or HDF5
    IZH_NETWORK_BAD_VALUE = -4,    // a key is unknown or missing, or a value is not allowed
    IZH_NETWORK_TOO_LARGE = -5,    // needs more memory than this machine or the file format has
    IZH_NETWORK_DOES_NOT_FIT = -6, // good, but not for this engine
};

// Room for a message: one line, no line feed. It names the file and the line, or the JSON path, and
// says what is allowed.
enum { IZH_NETWORK_MESSAGE = 1024 };

// Token for a status ("IZH_NETWORK_BAD_VALUE"), and a sentence. Never NULL.
const char *izh_network_status_name(enum izh_network_status status);
const char *izh_network_strerror(enum izh_network_status status);

// ---- The network
// ---------------------------------------------------------------------------------

// Logical neurons first .. first + count - 1.
struct izh_population {
    char *name;
    uint32_t first;
    uint32_t count;
};

// What overrides the file. All zero: nothing does.
struct izh_network_options {
    // How long the run is, and inputs that are drawn at random are drawn for; one of them at most.
    // 0: as the file says.
    uint32_t ticks;
    double duration_ms;
    bool has_seed;
    uint32_t seed;
    int mode; // 0: the file's, 1: accurate, 2: script
};

struct izh_network; // host/network_internal.h

// Reads the description and every file it names, draws what is random, and checks all that does
// not depend on an engine. options may be NULL. Any status but DOES_NOT_FIT; *network is set only
// on IZH_NETWORK_OK, message (unless NULL) only otherwise.
enum izh_network_status izh_network_read(const char *path,
                                         const struct izh_network_options *options,
                                         struct izh_network **network,
                                         char message[IZH_NETWORK_MESSAGE]);
void izh_network_free(struct izh_network *network); // NULL is allowed

// What the file says. Strings and arrays live as long as the network.
const char *izh_network_name(const struct izh_network *network);
uint32_t izh_network_neurons(const struct izh_network *network);
size_t izh_network_synapses(const struct izh_network *network);
uint32_t izh_network_largest_delay(const struct izh_network *network); // ticks, 0: no synapses
uint32_t izh_network_ticks(const struct izh_network *network);         // of the run
double izh_network_tick_ms(const struct izh_network *network);

// An engine that the network fits, for a simulated engine that may have any shape: formats as
// given, weights of 16 bits, memories of the size needed. IZH_NETWORK_OK or DOES_NOT_FIT.
enum izh_network_status izh_network_shape(const struct izh_network *network,
                                          const struct izh_format *format, uint32_t lanes,
                                          struct izh_shape *shape,
                                          char message[IZH_NETWORK_MESSAGE]);

// ---- The compiled network
// ------------------------------------------------------------------------

// To be given to the engine for this tick: EVENT or CURRENT, physical neuron, the engine's units.
// The END of each tick is not in the list.
struct izh_timed_stimulus {
    uint32_t tick;
    struct izh_stimulus word;
};

// A neuron whose v and u the probe streams.
struct izh_probed {
    uint32_t logical;
    uint32_t physical;
    struct izh_scale scale; // for izh_voltage and izh_recovery
};

// What became of one number of the file: wanted against what the engine's words say.
struct izh_precision {
    char *where;         // "populations.E" or "projections[2]"
    const char *what;    // "a", "weight", ...
    const char *unit;    // "1/ms", "mV", "mV/ms"
    size_t count;        // values compared
    double largest;      // error, in the unit
    double rms;          // error, in the unit
    double largest_part; // error over wanted value, where that is not 0
    double rms_part;
};

// How evenly the lanes are loaded. Events: synapses that a spike of every neuron would reach, each
// weighted with the expected rate of its source.
struct izh_lane_load {
    uint32_t neurons;
    uint32_t words;   // of the synapse memory, fillers included
    uint32_t fillers; // words of weight 0 that only bridge a gap between delays
    double events;    // expected per second
};

enum { IZH_LANES_MAX = 16 };

struct izh_network_report {
    struct izh_precision *precision;
    size_t precision_count;
    uint32_t lanes;
    struct izh_lane_load load[IZH_LANES_MAX];
    double events_max_over_mean; // 1 is perfect
    double words_max_over_mean;
    uint32_t records;       // distinct parameter records
    int weight_shift;       // the register
    double weight_unit;     // mV/ms of a weight of 1
    double largest_weight;  // mV/ms, of a synapse or a scheduled event
    double largest_sum;     // mV/ms, worst case that arrives at one neuron in one tick
    size_t unused_synapses; // weight that became 0
};

struct izh_compiled {
    struct izh_image *image;
    struct izh_shape shape; // it was compiled for
    uint32_t neurons;
    uint32_t *physical; // [logical]
    uint32_t *logical;  // [physical]
    struct izh_population *populations;
    size_t population_count;
    struct izh_timed_stimulus *stimuli; // ascending in tick; none: register STIMULUS is 0
    size_t stimulus_count;
    struct izh_probed *probes; // ascending in physical, the order in which samples come
    size_t probe_count;
    size_t synapses; // without fillers
    double tick_ms;
    uint32_t substeps;
    bool accurate;
    uint32_t seed;
    double duration_ms;
    uint32_t ticks;         // of the run: duration / tick
    struct izh_scale scale; // units of all; centre and offset are those of logical neuron 0
    struct izh_network_report report;
};

// IZH_NETWORK_OK, NO_MEMORY, TOO_LARGE or DOES_NOT_FIT; message as above. *compiled is set only on
// success. The network is unchanged and may be compiled again for another engine. Physical numbers
// do not depend on the shape.
enum izh_network_status izh_network_compile(const struct izh_network *network,
                                            const struct izh_shape *shape,
                                            struct izh_compiled **compiled,
                                            char message[IZH_NETWORK_MESSAGE]);
void izh_compiled_free(struct izh_compiled *compiled); // NULL is allowed

// Time of a spike: in script mode that which the published script gives to the step, in accurate
// mode the end of the sub-step minus what the level says.
double izh_compiled_spike_ms(const struct izh_compiled *compiled, const struct izh_spike *spike);

// Population of a logical neuron: index into populations.
size_t izh_compiled_population(const struct izh_compiled *compiled, uint32_t logical);

// The report as text, for people.
void izh_network_report_print(const struct izh_compiled *compiled, FILE *stream);

#endif
