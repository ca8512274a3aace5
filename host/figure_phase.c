// figure_phase.c: phase plane of a pattern: nullclines, equilibria, the way with its resets
// SPDX-License-Identifier: Apache-2.0
#include "figure.h"

#include <math.h>

#define COLOUR_V "#b5482a"
#define COLOUR_U "#3b7d4f"
#define COLOUR_JUMP "#7d8fb3"

struct window {
    double v_low, v_high; // mV
    double u_low, u_high; // mV/ms
};

struct equilibrium {
    double v, u;
    bool stable;
};

// ---- The equations ------------------------------------------------------------------------------

static double v_nullcline(const struct izh_cell *cell, double input, double v)
{
    return (cell->square * v + cell->linear) * v + cell->constant + input;
}

// Both eigenvalues of the Jacobian have a negative real part.
static bool is_stable(const struct izh_cell *cell, double v)
{
    double slope = 2 * cell->square * v + cell->linear, decay = cell->decay ? cell->a : 0;
    double trace = slope - decay, determinant = cell->a * cell->b - slope * decay;
    return trace < 0 && determinant > 0;
}

// At most two. Without decay of u the nullcline of u is the line v = -shift.
static size_t equilibria(const struct izh_cell *cell, double input, struct equilibrium *found)
{
    double middle = -cell->shift, half = 0;
    if (cell->decay) {
        double linear = cell->linear - cell->b;
        double constant = cell->constant - cell->b * cell->shift + input;
        double discriminant = linear * linear - 4 * cell->square * constant;
        if (discriminant < 0)
            return 0;
        middle = -linear / (2 * cell->square);
        half = sqrt(discriminant) / (2 * cell->square);
    }
    size_t count = half > 0 ? 2 : 1;
    for (size_t i = 0; i < count; i++) {
        double v = middle + (i ? half : -half);
        found[i] = (struct equilibrium){v, v_nullcline(cell, input, v), is_stable(cell, v)};
    }
    return count;
}

// The published input that is farthest from the one at the start.
static double strongest_input(const struct izh_pattern *p)
{
    double first = izh_pattern_input(p, 0), strongest = first;
    for (int n = 1; n < p->steps; n++) {
        double input = izh_pattern_input(p, n);
        if (fabs(input - first) > fabs(strongest - first))
            strongest = input;
    }
    return strongest;
}

// ---- Data ---------------------------------------------------------------------------------------

static struct window window_of(const struct izh_curve *curve)
{
    struct window w = {INFINITY, IZH_PEAK_MV + 5, INFINITY, -INFINITY};
    for (size_t i = 0; i < curve->count; i++) {
        w.v_low = fmin(w.v_low, curve->points[i].v);
        w.u_low = fmin(w.u_low, curve->points[i].u);
        w.u_high = fmax(w.u_high, curve->points[i].u);
    }
    double room = fmax(0.25 * (w.u_high - w.u_low), 1);
    w.v_low -= 8;
    w.u_low -= room;
    w.u_high += room;
    return w;
}

// A way is a line from reset to reset, a jump is a line of its own.
static void write_way(FILE *script, const struct izh_curve *curve)
{
    fputs("$way << END\n", script);
    for (size_t i = 0; i < curve->count; i++)
        fprintf(script, "%s%.4f %.4f\n", curve->points[i].jump ? "\n" : "", curve->points[i].v,
                curve->points[i].u);
    fputs("END\n$jumps << END\n0/0 0/0\n\n", script);
    for (size_t i = 1; i < curve->count; i++) {
        if (curve->points[i].jump)
            fprintf(script, "%.4f %.4f\n%.4f %.4f\n\n", curve->points[i - 1].v,
                    curve->points[i - 1].u, curve->points[i].v, curve->points[i].u);
    }
    fputs("END\n", script);
}

// gnuplot wants a data block to have a line: one outside every window, for none is possible.
static void write_equilibria(FILE *script, const char *name, bool stable,
                             const struct izh_cell *cell, const double *inputs, size_t count)
{
    fprintf(script, "$%s << END\n1e9 1e9\n", name);
    for (size_t i = 0; i < count; i++) {
        struct equilibrium found[2];
        size_t n = equilibria(cell, inputs[i], found);
        for (size_t j = 0; j < n; j++) {
            if (found[j].stable == stable)
                fprintf(script, "%.6f %.6f\n", found[j].v, found[j].u);
        }
    }
    fputs("END\n", script);
}

// ---- Plot ---------------------------------------------------------------------------------------

static void write_frame(FILE *script, const struct izh_pattern *p, const struct window *w)
{
    fprintf(script,
            "set encoding utf8\nset minussign\n"
            "set lmargin at screen 0.125\nset rmargin at screen 0.975\n"
            "set tmargin at screen 0.925\nset bmargin at screen 0.275\n"
            "set label 1 '{/:Bold (%s)} %s' at graph 0.5,1 center offset 0,0.9 font ',9' tc rgb "
            "'" IZH_COLOUR_TEXT "'\n"
            "set border 3 lw 0.8 lc rgb '" IZH_COLOUR_TEXT "'\n"
            "set tics nomirror out scale 0.6 font ',8'\n"
            "set xlabel '{/:Italic v} (mV)' offset 0,0.4\nset ylabel '{/:Italic u} (mV/ms)' "
            "offset 0.7,0\n"
            "set xrange [%.3f:%.3f]\nset yrange [%.3f:%.3f]\nset samples 400\n"
            "set key at screen 0.5,0.012 center bottom vertical maxrows 3 Left reverse samplen 2.5 "
            "spacing 1.1 width -1 font ',7.5' tc rgb '" IZH_COLOUR_TEXT "'\n",
            p->id, p->name, w->v_low, w->v_high, w->u_low, w->u_high);
}

static void write_v_nullcline(FILE *script, const struct izh_cell *cell, double input,
                              const char *dash)
{
    fprintf(script,
            "%.6g*x*x + %.6g*x + %.6g with lines lw 1.1 dt %s lc rgb '" COLOUR_V
            "' title \"{/:Italic v}' = 0, {/:Italic I} = %.4g\", ",
            cell->square, cell->linear, cell->constant + input, dash, input);
}

static void write_u_nullcline(FILE *script, const struct izh_cell *cell, const struct window *w)
{
    if (cell->decay)
        fprintf(script, "%.6g*(x + %.6g)", cell->b, cell->shift);
    else
        fprintf(script, "'+' using (%.6g):(%.4f + ($0/399)*%.4f)", -cell->shift, w->u_low,
                w->u_high - w->u_low);
    fputs(" with lines lw 1.1 lc rgb '" COLOUR_U "' title \"{/:Italic u}' = 0\", ", script);
}

static void write_plot(FILE *script, const struct izh_cell *cell, const double *inputs,
                       size_t count, const struct window *w)
{
    fputs("plot ", script);
    if (count > 1)
        write_v_nullcline(script, cell, inputs[0], "(8,5)");
    write_v_nullcline(script, cell, inputs[count - 1], "1");
    write_u_nullcline(script, cell, w);
    fputs("$jumps with lines lw 0.8 dt (2,5) lc rgb '" COLOUR_JUMP "' title 'reset', "
          "$way with lines lw 1 lc rgb '" IZH_COLOUR_TRACE "' title 'trajectory', "
          "$stable with points pt 7 ps 0.6 lc rgb '" IZH_COLOUR_TEXT
          "' title 'stable equilibrium', "
          "$unstable with points pt 7 ps 0.6 lc rgb '#ffffff' notitle, "
          "$unstable with points pt 6 ps 0.6 lw 1 lc rgb '" IZH_COLOUR_TEXT
          "' title 'unstable equilibrium'\n",
          script);
}

void izh_phase_draw(FILE *script, const void *context)
{
    const struct izh_pattern_result *r = context;
    struct izh_cell cell = izh_pattern_cell(r->pattern, r->accurate);
    struct window w = window_of(&r->curve);
    double inputs[2] = {izh_pattern_input(r->pattern, 0), strongest_input(r->pattern)};
    size_t count = inputs[0] == inputs[1] ? 1 : 2;
    write_way(script, &r->curve);
    write_equilibria(script, "stable", true, &cell, inputs, count);
    write_equilibria(script, "unstable", false, &cell, inputs, count);
    write_frame(script, r->pattern, &w);
    write_plot(script, &cell, inputs, count, &w);
}
