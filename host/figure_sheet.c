// figure_sheet.c: a sheet of patterns as in the published figures: voltage above, input below
// SPDX-License-Identifier: Apache-2.0
#include "figure.h"

#include <math.h>
#include <string.h>

// Points. Panels share the voltage scale; each has a time scale of its own, as published.
static const double panel_width = 128, panel_height = 100, gap_x = 18, gap_y = 12, margin = 14,
                    legend_height = 30, letter_width = 3.95;

// mV. Above the spikes is the title, below the lowest voltage the lane of the input.
static const double top = 70, lane_high = -104, lane_low = -120, bottom = -150;

static const double scale_bar_ms = 20, scale_bar_mv = 50;

static size_t rows(const struct izh_sheet *sheet)
{
    return (sheet->count + sheet->columns - 1) / sheet->columns;
}

double izh_sheet_width(const struct izh_sheet *sheet)
{
    size_t columns = sheet->columns < 3 ? 3 : sheet->columns; // the legend needs that
    return 2 * margin + (double)columns * (panel_width + gap_x) - gap_x;
}

double izh_sheet_height(const struct izh_sheet *sheet)
{
    return margin + (double)rows(sheet) * (panel_height + gap_y) + legend_height;
}

// ---- Data ---------------------------------------------------------------------------------------

static void write_curve(FILE *script, const char *name, size_t i, const struct izh_curve *curve)
{
    fprintf(script, "$%s%zu << END\n", name, i);
    for (size_t n = 0; n < curve->count; n++)
        fprintf(script, "%.4f %.3f\n", curve->points[n].t_ms, curve->points[n].v);
    fputs("END\n", script);
}

static void input_range(const struct izh_pattern *p, double *low, double *high)
{
    *low = *high = izh_pattern_input(p, 0);
    for (int n = 1; n < p->steps; n++) {
        *low = fmin(*low, izh_pattern_input(p, n));
        *high = fmax(*high, izh_pattern_input(p, n));
    }
}

// Every corner twice, and nothing between corners.
static void write_input(FILE *script, size_t i, const struct izh_pattern *p)
{
    double low, high, last = NAN;
    input_range(p, &low, &high);
    double scale = (lane_high - lane_low) / (high > low ? high - low : 1);
    fprintf(script, "$input%zu << END\n", i);
    for (int n = 0; n < p->steps; n++) {
        double y = lane_low + (izh_pattern_input(p, n) - low) * scale;
        if (n && y != last)
            fprintf(script, "%.4f %.3f\n", n * p->step_ms, last);
        if (!n || y != last || n == p->steps - 1)
            fprintf(script, "%.4f %.3f\n", n * p->step_ms, y);
        last = y;
    }
    fputs("END\n", script);
}

// An engine beside its reference, not the reference beside itself.
static bool has_reference(const struct izh_pattern_result *r)
{
    return r->reference->exists && r->engine[0] != 'r';
}

static void write_data(FILE *script, const struct izh_sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++) {
        const struct izh_pattern_result *r = sheet->panels[i];
        write_curve(script, "trace", i, &r->curve);
        if (has_reference(r))
            write_curve(script, "reference", i, &r->reference->curve);
        write_input(script, i, r->pattern);
    }
}

// ---- Panels -------------------------------------------------------------------------------------

static void place(FILE *script, const struct izh_sheet *sheet, size_t i)
{
    double width = izh_sheet_width(sheet), height = izh_sheet_height(sheet);
    double left = margin + (double)(i % sheet->columns) * (panel_width + gap_x);
    double upper = height - margin - (double)(i / sheet->columns) * (panel_height + gap_y);
    fprintf(script,
            "set lmargin at screen %.5f\nset rmargin at screen %.5f\n"
            "set tmargin at screen %.5f\nset bmargin at screen %.5f\n",
            left / width, (left + panel_width) / width, upper / height,
            (upper - panel_height) / height);
}

static void write_time_bar(FILE *script, double duration)
{
    double y = (lane_low + bottom) / 2;
    fprintf(script,
            "set arrow 1 from %.4f,%.1f to %.4f,%.1f nohead lw 1 lc rgb '" IZH_COLOUR_TEXT "'\n"
            "set label 2 '%.0f ms' at %.4f,%.1f right offset -0.5,0 font ',6' tc rgb "
            "'" IZH_COLOUR_TEXT "'\n",
            duration - scale_bar_ms, y, duration, y, scale_bar_ms, duration - scale_bar_ms, y);
}

static void write_panel(FILE *script, const struct izh_sheet *sheet, size_t i)
{
    const struct izh_pattern_result *r = sheet->panels[i];
    double duration = (r->pattern->steps - 1) * r->pattern->step_ms;
    place(script, sheet, i);
    fprintf(script, "set xrange [0:%.4f]\nset yrange [%.1f:%.1f]\n", duration, bottom, top);
    fprintf(script,
            "set label 1 '{/:Bold (%s)} %s' at graph 0,1 left offset 0,-0.6 font ',7.2' tc rgb "
            "'" IZH_COLOUR_TEXT "'\n",
            r->pattern->id, r->pattern->name);
    write_time_bar(script, duration);
    fputs("plot ", script);
    if (has_reference(r))
        fprintf(script, "$reference%zu with lines lw 1.1 lc rgb '" IZH_COLOUR_REFERENCE "', ", i);
    fprintf(script, "$trace%zu with lines lw 0.75 lc rgb '" IZH_COLOUR_TRACE "', ", i);
    fprintf(script, "$input%zu with lines lw 0.9 lc rgb '" IZH_COLOUR_INPUT "'\n", i);
}

// ---- Legend -------------------------------------------------------------------------------------

struct legend {
    FILE *script;
    double width, height; // of the page
    double x;             // of the next entry
    int tag;
};

static void legend_entry(struct legend *l, const char *colour, double line, const char *text)
{
    double y = 0.5 * legend_height / l->height;
    l->tag++;
    fprintf(l->script,
            "set arrow %d from screen %.5f,%.5f to screen %.5f,%.5f nohead lw %.2f lc rgb '%s'\n"
            "set label %d '%s' at screen %.5f,%.5f left font ',7' tc rgb '" IZH_COLOUR_TEXT "'\n",
            l->tag, l->x / l->width, y, (l->x + 14) / l->width, y, line, colour, l->tag, text,
            (l->x + 18) / l->width, y);
    l->x += 18 + letter_width * (double)strlen(text) + gap_x;
}

// Voltage scale: a bar of the panels' own height for so many mV.
static void legend_voltage(const struct legend *l)
{
    double height = scale_bar_mv / (top - bottom) * panel_height / l->height;
    double x = (l->width - margin - 1) / l->width, y = 0.25 * legend_height / l->height;
    fprintf(l->script,
            "set arrow 99 from screen %.5f,%.5f to screen %.5f,%.5f nohead lw 1 lc rgb "
            "'" IZH_COLOUR_TEXT "'\n"
            "set label 99 '%.0f mV' at screen %.5f,%.5f right font ',7' tc rgb "
            "'" IZH_COLOUR_TEXT "'\n",
            x, y, x, y + height, scale_bar_mv, x - 4 / l->width, y + height / 2);
}

static void write_legend(FILE *script, const struct izh_sheet *sheet)
{
    struct legend l = {script, izh_sheet_width(sheet), izh_sheet_height(sheet), margin, 100};
    bool beside = false;
    for (size_t i = 0; i < sheet->count; i++)
        beside = beside || has_reference(sheet->panels[i]);
    legend_entry(&l, IZH_COLOUR_TRACE, 1.2, sheet->engine);
    if (beside)
        legend_entry(&l, IZH_COLOUR_REFERENCE, 1.6,
                     sheet->panels[0]->accurate ? "exact solution"
                                                : "published script, double precision");
    legend_entry(&l, IZH_COLOUR_INPUT, 1.2, "input");
    legend_voltage(&l);
}

void izh_sheet_draw(FILE *script, const void *context)
{
    const struct izh_sheet *sheet = context;
    write_data(script, sheet);
    fputs("unset border\nunset tics\nunset key\nset multiplot\n", script);
    write_legend(script, sheet);
    for (size_t i = 0; i < sheet->count; i++) {
        write_panel(script, sheet, i);
        if (i == 0) // every plot draws the labels again
            fputs("unset label\nunset arrow\n", script);
    }
    fputs("unset multiplot\n", script);
}
