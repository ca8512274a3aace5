// figure.h: figures of a pattern session, drawn by gnuplot
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_FIGURE_H
#define IZH_FIGURE_H

#include "pattern_session.h"

#include <stdio.h>

// Sheets of the chosen patterns and a phase plane, into a directory that is made if it is missing.
// phase may be NULL: C when it was chosen, else the first. IZH_EXIT_OK, or complains and returns
// another code.
int izh_figures_write(const struct izh_pattern_session *session, const struct izh_pattern *phase,
                      const char *directory);

// ---- For the files that draw --------------------------------------------------------------------

struct izh_figure {
    const char *directory;
    const char *name;     // of the files, without ending
    double width, height; // points
    void (*draw)(FILE *script, const void *context);
    const void *context;
};

// Writes NAME.svg and NAME.png, each whole or not at all. As izh_figures_write.
int izh_figure_draw(const struct izh_figure *figure);

struct izh_sheet {
    const struct izh_pattern_result *const *panels;
    size_t count;
    size_t columns;
    const char *engine; // as the legend names it
};

void izh_sheet_draw(FILE *script, const void *sheet);
double izh_sheet_height(const struct izh_sheet *sheet);
double izh_sheet_width(const struct izh_sheet *sheet);

void izh_phase_draw(FILE *script, const void *result); // struct izh_pattern_result

#define IZH_COLOUR_TRACE "#17376e"
#define IZH_COLOUR_REFERENCE "#b4b4b4"
#define IZH_COLOUR_INPUT "#8a5a2b"
#define IZH_COLOUR_TEXT "#222222"

#endif
