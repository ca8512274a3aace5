// pattern_session.h: patterns run on every engine asked for
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_PATTERN_SESSION_H
#define IZH_PATTERN_SESSION_H

#include "pattern_options.h"
#include "pattern_reference.h"

enum { IZH_SESSION_ENGINES = 2 }; // model, sim

// Room of an engine when no engine at hand says otherwise: the core's defaults.
enum { IZH_SESSION_NEURONS = 1024, IZH_SESSION_RECORDS = 256 };

// One pattern on one engine.
struct izh_pattern_result {
    const struct izh_pattern *pattern;
    const char *engine; // "reference", "model", "sim"
    bool accurate;
    double step_ms;
    bool runs_away; // the reference has no solution, so there are no spikes to list
    struct izh_times spikes;
    struct izh_curve curve;
    const struct izh_pattern_reference *reference;
};

struct izh_pattern_session {
    struct izh_pattern_options options;
    struct izh_pattern_request request;
    struct izh_pattern_plan plan;
    struct izh_pattern_reference *references;              // [options.count]
    struct izh_recording *recordings[IZH_SESSION_ENGINES]; // each [plan.count], or NULL
    struct izh_pattern_result *results;                    // by pattern, then by engine
    size_t result_count;
};

// Runs everything. Returns IZH_EXIT_OK, or complains and returns another code; IZH_EXIT_INPUT when
// patterns were left out because something did not fit: the others are there. To be freed always.
int izh_pattern_session_run(const struct izh_pattern_options *options,
                            struct izh_pattern_session *session);
void izh_pattern_session_free(struct izh_pattern_session *session);

// The compiled patterns only, for an engine of this shape; as above.
int izh_pattern_session_compile(const struct izh_pattern_options *options,
                                const struct izh_shape *shape, struct izh_pattern_session *session);

// Options that repeat a run, as " --mode accurate --step 0.25 --widths 20/24/18 --seed 1".
void izh_pattern_repeat_text(const struct izh_pattern_options *options, char *text, size_t size);

// Largest distance of a spike to its reference, in steps; a negative number when there is no
// reference or the counts differ.
double izh_pattern_step_error(const struct izh_pattern_result *result);

// The engine nearest to the silicon that ran the pattern: sim, else model, else reference.
const struct izh_pattern_result *izh_pattern_best(const struct izh_pattern_session *session,
                                                  const struct izh_pattern *pattern);

#endif
