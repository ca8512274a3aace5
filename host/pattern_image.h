// pattern_image.h: published firing patterns become engine images and stimuli
// SPDX-License-Identifier: Apache-2.0
//
// Patterns that share a time step share an image: one neuron for each, one tick for each sub-step,
// the input written between ticks when it changes.
#ifndef IZH_PATTERN_IMAGE_H
#define IZH_PATTERN_IMAGE_H

#include "image.h"
#include "model.h"
#include "patterns.h"
#include "quantize.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct izh_pattern_request {
    const struct izh_pattern *const *patterns;
    size_t count;
    bool accurate;          // else script: the published Euler order
    double step_ms;         // of every pattern; 0: in script mode as published, else 1/4
    struct izh_shape shape; // of the engine
    uint32_t room;          // patterns in an image at most; 0: all that the engine has room for
};

// Patterns that an engine of this shape has room for in one image.
uint32_t izh_pattern_room(const struct izh_shape *shape);

// A pattern's neuron in a batch: the slot's index is the neuron's.
struct izh_pattern_slot {
    const struct izh_pattern *pattern;
    struct izh_cell cell;
    struct izh_scale scale;
    uint32_t steps; // the pattern's own length; the batch may run longer
    struct izh_record record;
    struct izh_state state;
};

// An input that changes: to be written before this tick.
struct izh_pattern_stimulus {
    uint32_t tick;
    uint32_t neuron;
    uint32_t word;
};

struct izh_pattern_batch {
    bool accurate;
    double step_ms;
    uint32_t ticks;
    struct izh_format format;
    struct izh_image *image;
    struct izh_pattern_slot *slots;
    size_t count;
    struct izh_pattern_stimulus *stimuli; // ascending in tick, then in neuron
    size_t stimulus_count;
};

// A pattern that was left out because a value does not fit its word.
struct izh_pattern_misfit {
    const struct izh_pattern *pattern;
    struct izh_misfit misfit;
};

struct izh_pattern_plan {
    struct izh_pattern_batch *batches;
    size_t count;
    struct izh_pattern_misfit *misfits;
    size_t misfit_count;
};

// The step that a request gives to a pattern.
double izh_pattern_step(const struct izh_pattern_request *request, const struct izh_pattern *p);

// The pattern's equation, with the spike at v > 30 mV (script) or v >= 30 mV (accurate).
struct izh_cell izh_pattern_cell(const struct izh_pattern *p, bool accurate);

// false when out of memory; the plan is then empty.
bool izh_pattern_compile(const struct izh_pattern_request *request, struct izh_pattern_plan *plan);
void izh_pattern_plan_free(struct izh_pattern_plan *plan);

// Time in ms of a spike of a neuron in the batch: in script mode the time that the published script
// gives to the step, in accurate mode the end of the sub-step minus what the level says.
double izh_pattern_spike_ms(const struct izh_pattern_batch *batch, uint32_t tick, int level);

// One line without a line feed: what does not fit, where, and what would.
void izh_misfit_text(const struct izh_misfit *misfit, char *text, size_t size);

#endif
