// gnuplot.h: a script goes to gnuplot, its figure into a file
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_GNUPLOT_H
#define IZH_GNUPLOT_H

#include <stdio.h>

typedef void izh_gnuplot_script(FILE *script, const void *context);

// Draws into path, whole or not at all. terminal is the script's first line. IZH_EXIT_OK, or
// complains and returns IZH_EXIT_TOOL or IZH_EXIT_FILE; without is the option that does without.
int izh_gnuplot(const char *path, const char *terminal, izh_gnuplot_script *draw,
                const void *context, const char *without);

#endif
