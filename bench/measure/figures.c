// figures.c: the published firing patterns on the engine, beside the script and the exact equation
// SPDX-License-Identifier: Apache-2.0
#include "figures.h"

#include "pattern_image.h"
#include "train.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_SPIKES = 4096 };

// ---- Script mode --------------------------------------------------------------------------------

static bool run_script(const struct izh_pattern *p, const struct izh_format *format, int *steps,
                       size_t *count, struct izh_saturation *saturation)
{
    struct izh_cell cell = izh_pattern_cell(p, false);
    struct izh_single n;
    *count = 0;
    if (!izh_single_start(&n, format, &cell, p->step_ms, false, p->v0, p->u0))
        return false;
    for (int step = 0; step < p->steps; step++) {
        if (!izh_single_set_input(&n, izh_pattern_input(p, step)))
            return false;
        if (izh_single_step(&n, NULL))
            steps[(*count)++] = step;
    }
    izh_saturation_add(saturation, &n.saturation);
    return true;
}

bool izh_figure_run_script(const struct izh_pattern *p, const struct izh_format *format,
                           struct izh_figure_script *result, struct izh_saturation *saturation)
{
    int published[MAX_SPIKES], steps[MAX_SPIKES];
    struct izh_figure_script r = {0};
    if (p->steps > MAX_SPIKES || !run_script(p, format, steps, &r.spikes, saturation))
        return false;
    r.published = izh_script_run(p, p->step_ms, NULL, published, MAX_SPIKES);
    for (size_t i = 0; i < r.spikes && i < r.published; i++) {
        int apart = abs(steps[i] - published[i]);
        r.steps_apart = apart > r.steps_apart ? apart : r.steps_apart;
    }
    *result = r;
    return true;
}

bool izh_figures_run_script(const struct izh_format *format,
                            struct izh_figure_script result[IZH_FIGURES],
                            struct izh_figure_totals *totals, struct izh_saturation *saturation)
{
    *totals = (struct izh_figure_totals){0};
    for (size_t i = 0; i < IZH_FIGURES; i++) {
        const struct izh_pattern *p = izh_pattern_at(i);
        if (!izh_figure_run_script(p, format, &result[i], saturation))
            return false;
        bool equal = result[i].spikes == result[i].published;
        totals->counts_2003 += p->year == 2003 && equal;
        totals->counts_2004 += p->year == 2004 && equal;
        totals->within_step_2004 += p->year == 2004 && equal && result[i].steps_apart <= 1;
    }
    return true;
}

// ---- Accurate mode ------------------------------------------------------------------------------

static bool run_engine(const struct izh_pattern *p, const struct izh_figure_solver *solver,
                       struct izh_spike_list *spikes, struct izh_saturation *saturation)
{
    struct izh_cell cell = izh_pattern_cell(p, true);
    struct izh_single n;
    double h = solver->step_ms, before_end_ms;
    if (!izh_single_start(&n, solver->format, &cell, h, true, p->v0, p->u0))
        return false;
    for (size_t step = 0; step < izh_script_steps(p, h); step++) {
        double begin = (double)step * h;
        if (!izh_single_set_input(&n, izh_pattern_mean_input(p, begin, begin + h)))
            return false;
        if (izh_single_step(&n, &before_end_ms))
            izh_train_add(spikes, begin + h - before_end_ms);
    }
    izh_saturation_add(saturation, &n.saturation);
    return true;
}

static void run_euler(const struct izh_pattern *p, double step_ms, struct izh_spike_list *spikes)
{
    int steps[MAX_SPIKES];
    size_t count = izh_script_run(p, step_ms, NULL, steps, MAX_SPIKES);
    for (size_t i = 0; i < count && i < MAX_SPIKES; i++)
        izh_train_add(spikes, (steps[i] + 1) * step_ms);
}

bool izh_figure_run_exact(const struct izh_pattern *p, const struct izh_figure_solver *solver,
                          struct izh_figure_exact *result, struct izh_saturation *saturation)
{
    double exact_ms[MAX_SPIKES], ms[MAX_SPIKES];
    struct izh_spike_list exact = {exact_ms, MAX_SPIKES, 0}, spikes = {ms, MAX_SPIKES, 0};
    struct izh_ode ode = izh_ode_default(izh_pattern_equation(p));

    *result = (struct izh_figure_exact){.finite = !izh_ode_run_pattern(&ode, p, &exact)};
    if (!result->finite)
        return true;
    if (!solver->format)
        run_euler(p, solver->step_ms, &spikes);
    else if (!run_engine(p, solver, &spikes, saturation))
        return false;
    result->exact = exact.count;
    result->spikes = spikes.count;
    result->rms_ms = izh_train_rms_ms(&exact, &spikes);
    return true;
}

bool izh_figures_run_exact(const struct izh_figure_solver *solver,
                           struct izh_figure_exact result[IZH_FIGURES],
                           struct izh_figure_exact_totals *totals,
                           struct izh_saturation *saturation)
{
    double rms[IZH_FIGURES];
    size_t compared = 0;
    *totals = (struct izh_figure_exact_totals){0};
    for (size_t i = 0; i < IZH_FIGURES; i++) {
        struct izh_figure_exact *r = &result[i];
        if (!izh_figure_run_exact(izh_pattern_at(i), solver, r, saturation))
            return false;
        totals->finite += r->finite;
        totals->counts += r->finite && r->exact == r->spikes;
        if (r->finite && !isnan(r->rms_ms))
            rms[compared++] = r->rms_ms;
    }
    totals->median_rms_ms = compared ? izh_median(rms, compared) : 0;
    return true;
}
