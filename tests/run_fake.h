// run_fake.h: a network made by hand, and an engine that spikes by a rule, for tests of runs
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_TESTS_RUN_FAKE_H
#define IZH_TESTS_RUN_FAKE_H

#include "run_session.h"

enum { IZH_FAKE_NEURONS = 6, IZH_FAKE_SUBSTEPS = 4, IZH_FAKE_TICKS = 50 };

// "E" of 4 neurons, one with a name that wants quotes, and one that is silent. Physical numbers
// are not the logical ones.
extern struct izh_population izh_fake_populations[3];

// What the engine is asked to give when the network has it: it asserts that it comes in its ticks.
extern struct izh_timed_stimulus izh_fake_stimuli[4];

// Whether a physical neuron spikes in this sub-step. Levels reach back before spikes that came
// earlier; neuron order is not time order.
bool izh_fake_fires(uint32_t tick, uint32_t substep, uint32_t neuron, struct izh_spike *spike);

struct izh_fake {
    uint32_t tick;
    uint32_t interrupt_at; // SIGINT during this tick
    uint32_t stuck_at;     // fails in this tick
    unsigned copies;       // of every spike's neuron, to fill disks
    uint32_t counters;     // what every counter stands at after a run
    uint32_t runs, words;  // words that were written
    size_t stimuli;
    uint32_t slow_us; // a tick
};

// One run on this engine, to be changed at will before it begins. It stops at a signal.
struct izh_fake_run {
    struct izh_fake fake;
    struct izh_engine engine;
    struct izh_compiled compiled;
    struct izh_image image;
    struct izh_run_files files;
    struct izh_run_result result;
    struct izh_run_request request;
};

void izh_fake_prepare(struct izh_fake_run *f);

struct izh_spike_list {
    struct izh_run_spike spikes[4096];
    size_t count;
};

// The spikes of so many ticks, in order of time.
void izh_fake_collect(struct izh_fake_run *f, uint32_t ticks, struct izh_spike_list *list);

#endif
