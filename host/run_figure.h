// run_figure.h: a run as a picture: raster, rate of each population, spectrum of the rate
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_RUN_FIGURE_H
#define IZH_RUN_FIGURE_H

#include "run_session.h"

struct izh_run_picture {
    const struct izh_run_activity *activity;
    const struct izh_run_result *result;
    const char *name;   // of the network
    const char *engine; // "model", "sim w4", ...
};

// DIRECTORY/raster.png. IZH_EXIT_OK, or complains and returns another code; directory is not long.
int izh_run_figure(const struct izh_run_picture *picture, const char *directory);

#endif
