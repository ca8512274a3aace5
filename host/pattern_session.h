// pattern_session.h: patterns run on every engine asked for
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_PATTERN_SESSION_H
#define IZH_PATTERN_SESSION_H

#include "pattern_options.h"
#include "pattern_reference.h"

// One pattern on one engine.
struct izh_pattern_result {
    const struct izh_pattern *pattern;
    const char *engine; // "reference", or the address of a device
    bool accurate;
    double step_ms;
    bool runs_away; // the reference has no solution, so there are no spikes to list
    struct izh_times spikes;
    struct izh_curve curve;
    const struct izh_pattern_reference *reference;
};

// A device with its images and what it did with them. Plans differ in their images alone.
struct izh_pattern_run {
    const char *address;
    struct izh_pattern_plan plan;
    struct izh_recording *recordings; // [plan.count]
};

struct izh_pattern_session {
    struct izh_pattern_options options;
    struct izh_pattern_request request;
    struct izh_pattern_reference *references; // [options.count]
    struct izh_pattern_run runs[IZH_PATTERN_ENGINES_MAX];
    struct izh_pattern_result *results; // by pattern, then by engine
    size_t result_count;
};

// Runs everything. Returns IZH_EXIT_OK, or complains and returns another code; IZH_EXIT_INPUT when
// patterns were left out because something did not fit: the others are there. To be freed always.
int izh_pattern_session_run(const struct izh_pattern_options *options,
                            struct izh_pattern_session *session);
void izh_pattern_session_free(struct izh_pattern_session *session);

// The compiled patterns only; as above, and the plan is to be freed always. The request is for
// engines of this shape, and points into the options.
struct izh_pattern_request izh_pattern_request_of(const struct izh_pattern_options *options,
                                                  const struct izh_shape *shape);
int izh_pattern_plan(const struct izh_pattern_request *request, struct izh_pattern_plan *plan);

// Options that repeat a run, as " --mode accurate --step 0.25 --widths 20/24/18".
void izh_pattern_repeat_text(const struct izh_pattern_options *options, char *text, size_t size);

// Largest distance of a spike to its reference, in steps; a negative number when there is no
// reference or the counts differ.
double izh_pattern_step_error(const struct izh_pattern_result *result);

// The last engine that ran the pattern, as they are listed.
const struct izh_pattern_result *izh_pattern_best(const struct izh_pattern_session *session,
                                                  const struct izh_pattern *pattern);

#endif
