// figure.c: figures of a pattern session: which ones, and gnuplot for each
// SPDX-License-Identifier: Apache-2.0
#include "figure.h"

#include "command.h"
#include "directory.h"
#include "gnuplot.h"

#include <string.h>

// ---- One figure ---------------------------------------------------------------------------------

struct terminal {
    const char *ending;
    const char *command; // with width and height
    double scale;        // of width and height
};

static const struct terminal terminals[] = {
    {"svg",
     "set terminal svg size %.0f,%.0f dynamic font 'Arial,9' linewidth 1 background '#ffffff'", 1},
    {"png",
     "set terminal pngcairo size %.0f,%.0f font 'Arial,9' fontscale 2.5 linewidth 2.5 pointscale "
     "2.5 background "
     "'#ffffff'",
     2.5},
};

static int draw_on(const struct izh_figure *figure, const struct terminal *terminal)
{
    char path[IZH_PATH_SIZE], name[64], command[256];
    snprintf(name, sizeof name, "%s.%s", figure->name, terminal->ending);
    snprintf(command, sizeof command, terminal->command, figure->width * terminal->scale,
             figure->height * terminal->scale);
    int code = izh_join_path(path, figure->directory, name);
    return code ? code : izh_gnuplot(path, command, figure->draw, figure->context, "--no-plot");
}

int izh_figure_draw(const struct izh_figure *figure)
{
    int code = IZH_EXIT_OK;
    for (size_t i = 0; !code && i < sizeof terminals / sizeof *terminals; i++)
        code = draw_on(figure, &terminals[i]);
    return code;
}

// ---- Which figures ------------------------------------------------------------------------------

static void name_engine(const struct izh_pattern_result *r, const struct izh_format *f, char *text,
                        size_t size)
{
    const char *mode = r->accurate ? "accurate" : "script";
    if (!strcmp(r->engine, "reference"))
        snprintf(text, size, "%s", r->accurate ? "exact solution" : "published script, double");
    else
        snprintf(text, size, "%s %d/%d/%d, %s mode", r->engine, f->x_bits, f->w_bits, f->port_bits,
                 mode);
}

static int draw_sheet(const struct izh_pattern_session *session, int year, const char *name,
                      const char *directory)
{
    const struct izh_pattern_result *panels[IZH_PATTERNS_MAX];
    char engine[96];
    struct izh_sheet sheet = {.panels = panels, .columns = 4, .engine = engine};
    for (size_t i = 0; i < session->options.count; i++) {
        const struct izh_pattern *p = session->options.patterns[i];
        const struct izh_pattern_result *r = izh_pattern_best(session, p);
        if (p->year == year && r && !r->runs_away)
            panels[sheet.count++] = r;
    }
    if (!sheet.count)
        return IZH_EXIT_OK;
    if (sheet.count < sheet.columns)
        sheet.columns = sheet.count;
    name_engine(panels[0], &session->options.format, engine, sizeof engine);
    return izh_figure_draw(&(struct izh_figure){directory, name, izh_sheet_width(&sheet),
                                                izh_sheet_height(&sheet), izh_sheet_draw, &sheet});
}

static const struct izh_pattern_result *phase_result(const struct izh_pattern_session *session,
                                                     const struct izh_pattern *phase)
{
    const struct izh_pattern_result *r = NULL;
    if (phase || (r = izh_pattern_best(session, izh_pattern_find("C"))) == NULL)
        r = izh_pattern_best(session, phase ? phase : session->options.patterns[0]);
    return r;
}

static int draw_phase(const struct izh_pattern_session *session, const struct izh_pattern *phase,
                      const char *directory)
{
    const struct izh_pattern_result *r = phase_result(session, phase);
    if (phase && !r)
        return izh_complain(IZH_EXIT_USAGE, "pattern %s for --phase was not run", phase->id);
    if (!r || r->runs_away)
        return IZH_EXIT_OK;
    return izh_figure_draw(
        &(struct izh_figure){directory, "phase_plane", 420, 330, izh_phase_draw, r});
}

int izh_figures_write(const struct izh_pattern_session *session, const struct izh_pattern *phase,
                      const char *directory)
{
    int code = izh_make_directory(directory);
    if (!code)
        code = draw_sheet(session, 2004, "patterns", directory);
    if (!code)
        code = draw_sheet(session, 2003, "patterns_2003", directory);
    if (!code)
        code = draw_phase(session, phase, directory);
    return code;
}
