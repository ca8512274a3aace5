// run_report.h: what came out of a run, as text and as JSON
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_RUN_REPORT_H
#define IZH_RUN_REPORT_H

#include "run_session.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct izh_run_report {
    const char *file; // the network's
    const char *name; // the network's
    const char *uri;  // of the device; or NULL
    const char *core; // a Verilated core, whose shape it ran on; or NULL
    const struct izh_engine *engine;
    const struct izh_compiled *compiled;
    const struct izh_run_result *result;
    unsigned threads;
    uint32_t asked; // ticks
    bool interrupted;
    const char *directory; // of the files
};

// "model", "sim", "model as w4": engine and core.
void izh_run_engine_text(const struct izh_run_report *report, char *text, size_t size);

void izh_run_report_text(const struct izh_run_report *report, FILE *stream);

// The report as one JSON object with a line feed behind it, to be freed; NULL when out of memory.
char *izh_run_report_json(const struct izh_run_report *report);

// What the user must know of, one line each on the standard error: words that were clipped, events
// that were lost. IZH_EXIT_OK, or IZH_EXIT_DIFFER when the result is not that of the network.
int izh_run_report_warn(const struct izh_run_report *report);

#endif
