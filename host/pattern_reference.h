// pattern_reference.h: what double precision says about a pattern
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_PATTERN_REFERENCE_H
#define IZH_PATTERN_REFERENCE_H

#include "curve.h"
#include "patterns.h"

struct izh_times {
    double *ms; // ascending
    size_t count;
};

struct izh_pattern_reference {
    bool exists; // false: the exact solution runs away
    struct izh_times spikes;
    struct izh_curve curve;
};

// accurate: the exact solution of the differential equation; else the published script with steps
// of step_ms. false when out of memory.
bool izh_pattern_reference(const struct izh_pattern *p, bool accurate, double step_ms,
                           struct izh_pattern_reference *reference);
void izh_pattern_reference_free(struct izh_pattern_reference *reference);

#endif
