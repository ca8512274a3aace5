// run_session.h: a compiled network runs on an engine, chunk after chunk, and its spikes go where
// they are wanted
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits.
#ifndef IZH_RUN_SESSION_H
#define IZH_RUN_SESSION_H

#include "engine.h"
#include "run_activity.h"
#include "run_files.h"

#include <stdbool.h>
#include <stdint.h>

enum { IZH_RUN_COUNTERS = 5 };

// Of the engine, each 16 bits there: read and cleared after every chunk.
struct izh_run_counter {
    const char *name; // "x", "w", "port", "i", "lost"
    uint64_t count;
    bool at_least; // it stood at its end once
};

struct izh_run_request {
    const struct izh_engine *engine; // loaded by nobody yet
    const struct izh_compiled *compiled;
    uint32_t ticks;
    // Each may be NULL.
    struct izh_run_files *files;
    struct izh_run_activity *activity;
    void *context;
    void (*progress)(void *context, uint32_t done, double wall_s); // after each chunk
    bool (*stop)(void *context); // asked while the image is loaded, and before each chunk
};

struct izh_run_result {
    uint32_t ticks; // that have run: fewer than asked for after a stop or a failure
    uint64_t spikes;
    uint64_t checksum;
    uint64_t *population_spikes; // [compiled->population_count]
    struct izh_run_counter counters[IZH_RUN_COUNTERS];
    struct izh_engine_counts counts; // of the ticks alone
    double wall_s;                   // likewise
    enum izh_model_status status;    // of the engine
    uint32_t refused;                // address, when the image could not be loaded
    bool loaded;
    bool out_of_memory;
    bool file_failed; // files->error says how
};

// Loads the image and runs. true when every tick that was asked for or that came before a stop has
// run and its spikes are where they are wanted. The result must be freed in any case.
bool izh_run(const struct izh_run_request *request, struct izh_run_result *result);
void izh_run_result_free(struct izh_run_result *result);

double izh_run_rate_hz(const struct izh_compiled *compiled, const struct izh_run_result *result,
                       size_t population);

// Seconds of a clock that never goes back.
double izh_run_clock(void);

#endif
