// run_progress.c: a line on a terminal that says how far a run is
// SPDX-License-Identifier: Apache-2.0
#include "run_progress.h"

enum { BAR = 24, LINE = 160 };

static const double shortest_show_s = 0.1;

static void duration_text(double s, char *text, size_t size)
{
    if (s < 60)
        snprintf(text, size, "%.1f s", s);
    else if (s < 3600)
        snprintf(text, size, "%.0f min %02.0f s", (double)((int)s / 60), (double)((int)s % 60));
    else if (s < 360000)
        snprintf(text, size, "%.0f h %02.0f min", (double)((int)s / 3600),
                 (double)((int)s % 3600 / 60));
    else
        snprintf(text, size, "%.0f days", s / 86400);
}

void izh_run_progress_text(uint32_t done, uint32_t ticks, double tick_ms, double wall_s, char *text,
                           size_t size)
{
    double part = ticks ? (double)done / ticks : 1;
    char bar[BAR + 1], spent[32], left[32] = "";
    for (int i = 0; i < BAR; i++)
        bar[i] = i < (int)(part * BAR) ? '#' : '.';
    bar[BAR] = '\0';
    duration_text(wall_s, spent, sizeof spent);
    if (done)
        duration_text(wall_s * (ticks - done) / done, left, sizeof left);
    snprintf(text, size, "%3.0f %% [%s] %.0f ticks/s, %.0f of %.0f ms in %s%s%s", 100 * part, bar,
             wall_s > 0 ? done / wall_s : 0, done * tick_ms, ticks * tick_ms, spent,
             done ? ", left " : "", left);
}

void izh_run_progress_say(struct izh_run_progress *p, const char *text)
{
    if (!p->stream)
        return;
    fprintf(p->stream, "\r%s\033[K", text);
    fflush(p->stream);
    p->standing = true;
}

void izh_run_progress_show(struct izh_run_progress *p, uint32_t done, double wall_s)
{
    char text[LINE];
    if (!p->stream || (p->standing && wall_s - p->shown_at < shortest_show_s))
        return;
    izh_run_progress_text(done, p->ticks, p->tick_ms, wall_s, text, sizeof text);
    izh_run_progress_say(p, text);
    p->shown_at = wall_s;
}

void izh_run_progress_clear(struct izh_run_progress *p)
{
    if (p->standing)
        fputs("\r\033[K", p->stream);
    p->standing = false;
}
