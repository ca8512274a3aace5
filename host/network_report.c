// network_report.c: what compiling a network has cost, for people
// SPDX-License-Identifier: Apache-2.0
#include "network.h"

static void print_precision(const struct izh_network_report *r, FILE *stream)
{
    fprintf(stream, "%-28s %-9s %-6s %10s  %-19s  %-19s\n", "quantisation", "of", "unit", "count",
            "largest error", "rms error");
    for (size_t i = 0; i < r->precision_count; i++) {
        const struct izh_precision *p = &r->precision[i];
        fprintf(stream, "%-28s %-9s %-6s %10zu  %-9.2e %8.4f%%  %-9.2e %8.4f%%\n", p->where,
                p->what, p->unit, p->count, p->largest, 100 * p->largest_part, p->rms,
                100 * p->rms_part);
    }
}

static void print_load(const struct izh_network_report *r, FILE *stream)
{
    fprintf(stream, "%-6s %10s %12s %10s %16s\n", "lane", "neurons", "words", "fillers",
            "expected events");
    for (uint32_t i = 0; i < r->lanes; i++) {
        const struct izh_lane_load *l = &r->load[i];
        fprintf(stream, "%-6lu %10lu %12lu %10lu %14.0f/s\n", (unsigned long)i,
                (unsigned long)l->neurons, (unsigned long)l->words, (unsigned long)l->fillers,
                l->events);
    }
    fprintf(stream, "fullest lane over mean: events %.4f, words %.4f\n", r->events_max_over_mean,
            r->words_max_over_mean);
}

void izh_network_report_print(const struct izh_compiled *c, FILE *stream)
{
    const struct izh_network_report *r = &c->report;
    fprintf(stream, "neurons %lu, synapses %zu, parameter records %lu, stimuli %zu\n",
            (unsigned long)c->neurons, c->synapses, (unsigned long)r->records, c->stimulus_count);
    print_precision(r, stream);
    if (c->shape.synapses) {
        fprintf(stream,
                "weight unit %.4g mV/ms (WEIGHT_SHIFT %d), largest %.6g; at most %.6g arrives at "
                "a neuron in a tick; %zu synapses became 0\n",
                r->weight_unit, r->weight_shift, r->largest_weight, r->largest_sum,
                r->unused_synapses);
        print_load(r, stream);
    }
}
