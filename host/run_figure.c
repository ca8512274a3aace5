// run_figure.c: a run as a picture: raster, rate of each population, spectrum of the rate
// SPDX-License-Identifier: Apache-2.0
#include "run_figure.h"

#include "directory.h"
#include "figure.h"
#include "gnuplot.h"
#include "network_name.h"
#include "run_spectrum.h"

#include <math.h>
#include <string.h>

// Points; the file has PIXELS of them to a point.
static const double width = 640, height = 508, left = 74, right = 16, title_height = 36,
                    raster_height = 250, rate_height = 78, spectrum_height = 62, gap = 9,
                    axis_height = 36, label_height = 9, side = 10;
static const double pixels = 2.5;

static const double highest_hz = 100, slowest_rhythm_hz = 2, clear_peak = 3;

enum { COLOURS = 8, BAR_ROWS = 60, DIGITS = 48, TICS = 4, FIRST_NAME = 10 };

static const char *const colours[COLOURS] = {"#17376e", "#b5482a", "#3b7d4f", "#8a5a2b",
                                             "#7d4f9e", "#2b8a99", "#c08a1e", "#6b6b6b"};

struct page {
    FILE *script;
    const struct izh_run_picture *picture;
    const struct izh_compiled *compiled;
    const struct izh_run_activity *activity;
    double ms;    // that have run
    double unit;  // ms of the time axis: 1, or 1000
    double upper; // of the next panel, points from below
};

// ---- Text ---------------------------------------------------------------------------------------

// Inside single quotes, and nothing that gnuplot takes for markup. A line end would end the quotes,
// and what follows would be a command, perhaps one of the shell's. gnuplot loses its way in quotes
// that are doubled twice: they become apostrophes.
static void write_text(FILE *script, const char *text)
{
    for (size_t control; *text; text += control ? control : 1) {
        control = izh_control_length(text);
        if (control)
            fputc('?', script);
        else if (*text == '\'')
            fputs("\u2019", script);
        else
            fprintf(script, strchr("_^{}@&~\\", *text) ? "\\%c" : "%c", *text);
    }
}

static const char *grouped(uint64_t number, char text[DIGITS])
{
    char digits[DIGITS / 2];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number), n = 0;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            text[n++] = ',';
        text[n++] = digits[i];
    }
    text[n] = '\0';
    return text;
}

static void write_label(const struct page *p, double y, const char *font)
{
    fprintf(p->script, "' at screen %.5f,%.5f left font ',%s' tc rgb '" IZH_COLOUR_TEXT "'\n",
            left / width, (height - y) / height, font);
}

static void write_title(const struct page *p)
{
    char neurons[DIGITS], synapses[DIGITS], spikes[DIGITS];
    const struct izh_compiled *c = p->compiled;
    fputs("set label 1 '{/:Bold ", p->script);
    write_text(p->script, p->picture->name);
    fputs("} on ", p->script);
    write_text(p->script, p->picture->engine);
    write_label(p, 12, "8");
    fprintf(p->script, "set label 2 '%s neurons, %s synapses, %s spikes in %.6g %s",
            grouped(c->neurons, neurons), grouped(c->synapses, synapses),
            grouped(p->picture->result->spikes, spikes), p->ms / p->unit, p->unit > 1 ? "s" : "ms");
    if (p->activity->stride > 1)
        fprintf(p->script, "; 1 of %lu neurons is shown", (unsigned long)p->activity->stride);
    write_label(p, 25, "7");
}

// Beside a panel whose upper end is so many points below that of the page.
static void write_side(const struct page *p, int tag, const char *text, double upper,
                       double panel_height)
{
    fprintf(p->script,
            "set label %d '%s' at screen %.5f,%.5f center rotate by 90 font ',7' tc rgb "
            "'" IZH_COLOUR_TEXT "'\n",
            tag, text, side / width, (height - upper - 0.5 * panel_height) / height);
}

static void write_sides(const struct page *p)
{
    double rate = title_height + raster_height + gap;
    write_side(p, 3, "rate (Hz)", rate, rate_height);
    write_side(p, 4, "power / Poisson", rate + rate_height + axis_height, spectrum_height);
}

// ---- Panels -------------------------------------------------------------------------------------

static void place(struct page *p, double panel_height)
{
    fprintf(p->script,
            "set lmargin at screen %.5f\nset rmargin at screen %.5f\n"
            "set tmargin at screen %.5f\nset bmargin at screen %.5f\n",
            left / width, 1 - right / width, p->upper / height, (p->upper - panel_height) / height);
    p->upper -= panel_height;
}

static void axis_label(FILE *script, const char *text)
{
    fprintf(script, "set xlabel '%s' font ',7' tc rgb '" IZH_COLOUR_TEXT "' offset 0,0.7\n", text);
}

// From 0 to a little above the highest, with few tics at round numbers.
static void write_height(FILE *script, double highest)
{
    static const double steps[] = {1, 2, 5, 10};
    double decade = pow(10, floor(log10(fmax(highest, 1e-6) / TICS))), step = decade;
    for (int i = 1; i < 4 && step * (TICS + 1) < highest; i++)
        step = decade * steps[i];
    fprintf(script, "set yrange [0:%.6g]\nset ytics %.6g\n", fmax(1.06 * highest, 1e-3), step);
}

static const char *colour_of(size_t population)
{
    return colours[population % COLOURS];
}

// ---- Raster -------------------------------------------------------------------------------------

static bool has_dots(const struct izh_run_activity *a, size_t population)
{
    size_t bytes = IZH_ACTIVITY_COLUMNS / 8;
    for (size_t i = a->first_row[population] * bytes; i < a->first_row[population + 1] * bytes; i++)
        if (a->raster[i])
            return true;
    return false;
}

static void write_dots(const struct page *p, size_t population)
{
    const struct izh_run_activity *a = p->activity;
    double column_ms = a->planned_ms / IZH_ACTIVITY_COLUMNS;
    fprintf(p->script, "$dots%zu << END\n", population);
    for (uint32_t row = a->first_row[population]; row < a->first_row[population + 1]; row++)
        for (uint32_t column = 0; column < IZH_ACTIVITY_COLUMNS; column++)
            if (izh_run_activity_dot(a, row, column))
                fprintf(p->script, "%.6g %lu\n", (column + 0.5) * column_ms / p->unit,
                        (unsigned long)row);
    fputs("END\n", p->script);
}

// The names beside their rows, as far as they do not touch.
static void write_names(const struct page *p)
{
    const struct izh_run_activity *a = p->activity;
    double row_height = raster_height / a->rows, last = -label_height;
    for (size_t i = 0; i < p->compiled->population_count; i++) {
        double middle = 0.5 * (a->first_row[i] + a->first_row[i + 1]) * row_height;
        if (middle - last < label_height)
            continue;
        last = middle;
        fprintf(p->script, "set label %zu '", i + FIRST_NAME);
        write_text(p->script, p->compiled->populations[i].name);
        fprintf(p->script, "' at graph 0,%.5f right offset -0.6,0 font ',7' tc rgb '%s'\n",
                middle / raster_height, colour_of(i));
    }
}

static size_t count_dots(const struct izh_run_activity *a)
{
    size_t count = 0;
    for (size_t i = 0; i < (size_t)a->rows * (IZH_ACTIVITY_COLUMNS / 8); i++)
        for (unsigned bits = a->raster[i]; bits; bits &= bits - 1)
            count++;
    return count;
}

// As large as a row is high, but small enough that they leave most of the panel white.
static double dot_size(const struct page *p)
{
    double row_height = raster_height / p->activity->rows;
    double area = (width - left - right) * raster_height;
    double share = sqrt(0.2 * area / (double)(count_dots(p->activity) + 1));
    return fmax(fmin(fmin(fmax(0.9 * row_height, 1), 2.4), share), 0.4);
}

static void write_dot_style(const struct page *p, size_t population, double size)
{
    if (p->activity->rows <= BAR_ROWS)
        fprintf(p->script,
                "$dots%zu using 1:($2-0.4):(0):(0.8) with vectors nohead lw 0.6 lc rgb '%s'",
                population, colour_of(population));
    else
        fprintf(p->script, "$dots%zu with points pt 7 ps %.3f lc rgb '%s'", population, size / 6,
                colour_of(population));
}

static void write_raster(struct page *p)
{
    const char *between = "plot ";
    double size = dot_size(p);
    place(p, raster_height);
    fprintf(p->script, "set xrange [0:%.9g]\nset yrange [-0.5:%.1f]\n", p->ms / p->unit,
            p->activity->rows - 0.5);
    for (size_t i = 0; i < p->compiled->population_count; i++)
        write_dots(p, i);
    write_names(p);
    fputs("set border 2 lw 0.4 lc rgb '#999999'\nunset tics\n", p->script);
    for (size_t i = 0; i < p->compiled->population_count; i++) {
        if (!has_dots(p->activity, i))
            continue;
        fputs(between, p->script);
        write_dot_style(p, i, size);
        between = ", ";
    }
    fputs(*between == 'p' ? "plot -1\n" : "\n", p->script);
    fputs("unset label\n", p->script);
}

// ---- Rates --------------------------------------------------------------------------------------

// Bins of the activity to a bin of the picture: so many that a bin has a few spikes.
static size_t merged(const struct page *p)
{
    static const size_t merges[] = {1, 2, 4, 10, 20};
    const struct izh_run_activity *a = p->activity;
    double bins = ceil(p->ms / a->rate_ms), curves = (double)p->compiled->population_count;
    double spikes = (double)p->picture->result->spikes / (curves > COLOURS ? 1 : curves);
    size_t i = 0;
    while (i < 4 && spikes * (double)merges[i] / bins < 4 && bins / (double)merges[i + 1] >= 40)
        i++;
    return merges[i];
}

// Of bins first..last-1 of one population, or of all when it is none.
static double rate_hz(const struct page *p, size_t population, size_t first, size_t last)
{
    const struct izh_run_activity *a = p->activity;
    size_t count = p->compiled->population_count;
    double end_ms = fmin((double)last * a->rate_ms, p->ms), spikes = 0, neurons = 0;
    double seconds = (end_ms - (double)first * a->rate_ms) / 1000;
    for (size_t i = 0; i < count; i++) {
        if (population != i && population != count)
            continue;
        neurons += p->compiled->populations[i].count;
        for (size_t bin = first; bin < last && bin < a->rate_bins; bin++)
            spikes += a->rates[i * a->rate_bins + bin];
    }
    return neurons > 0 ? spikes / neurons / seconds : 0;
}

// Returns the highest.
static double write_rate(const struct page *p, size_t population, size_t merge)
{
    double width_ms = (double)merge * p->activity->rate_ms, highest = 0;
    fprintf(p->script, "$rate%zu << END\n", population);
    for (size_t i = 0; (double)i * width_ms < p->ms * (1 - 1e-9); i++) {
        double hz = rate_hz(p, population, i * merge, (i + 1) * merge);
        double end_ms = fmin((double)(i + 1) * width_ms, p->ms);
        highest = fmax(highest, hz);
        fprintf(p->script, "%.9g %.6g\n", 0.5 * ((double)i * width_ms + end_ms) / p->unit, hz);
    }
    fputs("END\n", p->script);
    return highest;
}

static void write_tics(FILE *script)
{
    fputs("set border 3 lw 0.4 lc rgb '#999999'\n"
          "set xtics nomirror out scale 0.5 font ',6.5' offset 0,0.4 tc rgb '" IZH_COLOUR_TEXT "'\n"
          "set ytics nomirror out scale 0.5 font ',6.5' offset 0.5,0 tc rgb '" IZH_COLOUR_TEXT
          "'\n",
          script);
}

// One curve for each population, or one for all when there are too many.
static void write_rates(struct page *p)
{
    size_t count = p->compiled->population_count, merge = merged(p);
    size_t first = count > COLOURS ? count : 0, last = count > COLOURS ? count : count - 1;
    double highest = 0;
    char label[96];
    p->upper -= gap;
    place(p, rate_height);
    for (size_t i = first; i <= last; i++)
        highest = fmax(highest, write_rate(p, i, merge));
    write_tics(p->script);
    write_height(p->script, highest);
    snprintf(label, sizeof label, "time (%s); rates in bins of %g ms", p->unit > 1 ? "s" : "ms",
             (double)merge * p->activity->rate_ms);
    axis_label(p->script, label);
    for (size_t i = first; i <= last; i++)
        fprintf(p->script, "%s$rate%zu with lines lw 0.7 lc rgb '%s'", i == first ? "plot " : ", ",
                i, count > COLOURS ? IZH_COLOUR_TEXT : colour_of(i));
    fputc('\n', p->script);
}

// ---- Spectrum -----------------------------------------------------------------------------------

static void write_peak(const struct page *p, const struct izh_run_spectrum *s)
{
    double hz = izh_run_spectrum_peak(s, slowest_rhythm_hz, highest_hz);
    double power = s->power[(size_t)(hz / s->step_hz + 0.5)];
    if (hz > 0 && power > clear_peak)
        fprintf(p->script,
                "set label 1 '%.*f Hz' at %.4g,%.6g left offset 0.6,-0.2 font ',7' tc rgb "
                "'" IZH_COLOUR_TEXT "'\n",
                s->step_hz < 1, hz, hz, power);
}

static void write_no_spectrum(const struct page *p)
{
    fputs("unset xlabel\nunset tics\nset border 0\n"
          "set label 1 'no spectrum: too short, or no spike' at graph 0.5,0.5 center font ',7' "
          "tc rgb '#6b6b6b'\nset yrange [0:1]\nplot -1\n",
          p->script);
}

static void write_spectrum(struct page *p)
{
    struct izh_run_spectrum s;
    size_t bins = (size_t)fmin(p->ms, (double)p->activity->fine_bins);
    p->upper -= axis_height;
    place(p, spectrum_height);
    if (!izh_run_spectrum(p->activity->fine, bins, 1, &s)) {
        write_no_spectrum(p);
        return;
    }
    double highest = 1;
    fputs("$power << END\n", p->script);
    for (size_t i = 1; i < s.count && (double)i * s.step_hz <= highest_hz; i++) {
        highest = fmax(highest, s.power[i]);
        fprintf(p->script, "%.6g %.6g\n", (double)i * s.step_hz, s.power[i]);
    }
    fputs("END\n", p->script);
    fprintf(p->script, "set xrange [0:%.0f]\n", highest_hz);
    write_height(p->script, highest);
    axis_label(p->script, "frequency of all spikes together (Hz)");
    write_peak(p, &s);
    fprintf(p->script, "plot 1 with lines lw 0.5 dt 2 lc rgb '" IZH_COLOUR_REFERENCE
                       "', $power with lines lw 0.9 lc rgb '" IZH_COLOUR_TRACE "'\n");
    izh_run_spectrum_free(&s);
}

// ---- The page -----------------------------------------------------------------------------------

static void draw(FILE *script, const void *context)
{
    const struct izh_run_picture *picture = context;
    const struct izh_run_activity *a = picture->activity;
    struct page p = {script, picture, a->compiled, a, 0, 1, height - title_height};
    p.ms = fmax(picture->result->ticks * a->compiled->tick_ms, a->compiled->tick_ms);
    p.unit = p.ms >= 10000 ? 1000 : 1;
    fputs("unset key\nset multiplot\n", script);
    write_title(&p);
    write_sides(&p);
    write_raster(&p);
    write_rates(&p);
    write_spectrum(&p);
    fputs("unset multiplot\n", script);
}

int izh_run_figure(const struct izh_run_picture *picture, const char *directory)
{
    char path[IZH_PATH_SIZE], terminal[256];
    int code = izh_join_path(path, directory, "raster.png");
    if (code)
        return code;
    snprintf(terminal, sizeof terminal,
             "set terminal pngcairo size %.0f,%.0f font 'Arial,9' fontscale %.1f linewidth %.1f "
             "pointscale %.1f background '#ffffff'",
             width * pixels, height * pixels, pixels, pixels, pixels);
    return izh_gnuplot(path, terminal, draw, picture, "--no-figure");
}
