// run_progress.h: a line on a terminal that says how far a run is
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_RUN_PROGRESS_H
#define IZH_RUN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct izh_run_progress {
    FILE *stream; // NULL: nobody looks
    double tick_ms;
    uint32_t ticks;  // to run
    double shown_at; // s of wall time, of the line that stands there
    bool standing;
};

// The line, without its end: how much of the ticks is done after so many seconds.
void izh_run_progress_text(uint32_t done, uint32_t ticks, double tick_ms, double wall_s, char *text,
                           size_t size);

// Shows at most ten lines a second, one over the other.
void izh_run_progress_show(struct izh_run_progress *progress, uint32_t done, double wall_s);
void izh_run_progress_say(struct izh_run_progress *progress, const char *text); // instead of it
void izh_run_progress_clear(struct izh_run_progress *progress);

#endif
