// network_precision.c: what the engine's words say, against what the file says
// SPDX-License-Identifier: Apache-2.0
#include "network_compile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- One row of the report ----------------------------------------------------------------------

static void compare(struct izh_precision *p, double wanted, double got)
{
    double error = fabs(got - wanted);
    p->count++;
    p->largest = fmax(p->largest, error);
    p->rms += error * error;
    if (wanted == 0)
        return;
    double part = error / fabs(wanted);
    p->largest_part = fmax(p->largest_part, part);
    p->rms_part += part * part;
}

static void finish(struct izh_precision *p)
{
    if (!p->count)
        return;
    p->rms = sqrt(p->rms / (double)p->count);
    p->rms_part = sqrt(p->rms_part / (double)p->count);
}

// The report has room. false when out of memory.
static struct izh_precision *begin(struct izh_compilation *c, const char *head, const char *where,
                                   const char *what, const char *unit)
{
    struct izh_network_report *r = &c->compiled->report;
    size_t size = strlen(head) + strlen(where) + 1;
    char *text = malloc(size);
    if (!text)
        return NULL;
    snprintf(text, size, "%s%s", head, where);
    struct izh_precision *p = &r->precision[r->precision_count++];
    *p = (struct izh_precision){.where = text, .what = what, .unit = unit};
    return p;
}

// ---- Words back to physical units ---------------------------------------------------------------

struct decoded {
    const struct izh_compilation *c;
    const struct izh_biophysics *neuron;
    const struct izh_neuron_words *words;
    struct izh_scale scale;
};

static double decode_a(const struct decoded *d)
{
    double factor = ldexp(d->words->record.a, -izh_a_fraction(&d->c->shape.format));
    bool exponential = d->c->network->accurate && d->neuron->cell.decay;
    return (exponential ? -log1p(-factor) : factor) / d->scale.h;
}

static double decode_b(const struct decoded *d)
{
    return ldexp(d->words->record.b, -izh_b_fraction(&d->c->shape.format)) * d->scale.w_unit /
           d->scale.x_unit;
}

static double decode_c(const struct decoded *d)
{
    return izh_voltage(&d->c->shape.format, &d->scale, d->words->record.c);
}

static double decode_current(const struct decoded *d, int32_t word)
{
    return ldexp(word, -izh_w_fraction(&d->c->shape.format)) * d->scale.w_unit;
}

static double decode_d(const struct decoded *d)
{
    return decode_current(d, d->words->record.d);
}

static double decode_v0(const struct decoded *d)
{
    return izh_voltage(&d->c->shape.format, &d->scale, d->words->state.x);
}

// In accurate mode the state stands half a sub-step ahead (izh_quantize_state).
static double decode_u0(const struct decoded *d)
{
    const struct izh_cell *cell = &d->neuron->cell;
    double ahead = izh_recovery(&d->c->shape.format, &d->scale, d->words->state.w);
    double half = cell->a * d->scale.h / 2, factor = cell->decay ? -expm1(-half) : half;
    if (!d->c->network->accurate)
        return ahead;
    return (ahead - factor * cell->b * (d->neuron->v0 + cell->shift)) /
           (cell->decay ? 1 - factor : 1);
}

static double decode_bias(const struct decoded *d)
{
    return decode_current(d, d->words->bias);
}

static double decode_noise(const struct decoded *d)
{
    return d->words->sd * izh_sd_unit(d->c);
}

static double wanted_a(const struct izh_biophysics *b)
{
    return b->cell.a;
}

static double wanted_b(const struct izh_biophysics *b)
{
    return b->cell.b;
}

static double wanted_c(const struct izh_biophysics *b)
{
    return b->cell.c;
}

static double wanted_d(const struct izh_biophysics *b)
{
    return b->cell.d;
}

static double wanted_v0(const struct izh_biophysics *b)
{
    return b->v0;
}

static double wanted_u0(const struct izh_biophysics *b)
{
    return b->u0;
}

static double wanted_bias(const struct izh_biophysics *b)
{
    return b->bias;
}

static double wanted_noise(const struct izh_biophysics *b)
{
    return b->noise_sd;
}

static const struct {
    const char *what, *unit;
    double (*wanted)(const struct izh_biophysics *);
    double (*decode)(const struct decoded *);
} parameters[] = {
    {"a", "1/ms", wanted_a, decode_a},
    {"b", "1/ms", wanted_b, decode_b},
    {"c", "mV", wanted_c, decode_c},
    {"d", "mV/ms", wanted_d, decode_d},
    {"v0", "mV", wanted_v0, decode_v0},
    {"u0", "mV/ms", wanted_u0, decode_u0},
    {"bias", "mV/ms", wanted_bias, decode_bias},
    {"noise_sd", "mV/ms", wanted_noise, decode_noise},
};

enum { PARAMETERS = sizeof parameters / sizeof *parameters };

// ---- Populations and projections ----------------------------------------------------------------

static bool add_parameter(struct izh_compilation *c, const struct izh_population *population,
                          size_t i)
{
    struct izh_precision *p =
        begin(c, "populations.", population->name, parameters[i].what, parameters[i].unit);
    if (!p)
        return false;
    for (uint32_t j = 0; j < population->count; j++) {
        uint32_t logical = population->first + j;
        const struct izh_biophysics *b = &c->network->neurons[logical];
        struct decoded d = {c, b, &c->words[c->compiled->physical[logical]],
                            izh_scale_of(&b->cell, c->compiled->scale.h)};
        compare(p, parameters[i].wanted(b), parameters[i].decode(&d));
    }
    finish(p);
    return true;
}

static bool add_weights(struct izh_compilation *c, const struct izh_projection *projection)
{
    const double *weights = c->network->synapses.weight + projection->first;
    struct izh_precision *p = begin(c, "", projection->label, "weight", "mV/ms");
    if (!p)
        return false;
    for (size_t i = 0; i < projection->count; i++) {
        int64_t word = izh_weight_word(c, weights[i]);
        compare(p, weights[i], (double)word * c->weight_unit);
        c->compiled->report.unused_synapses += !word;
    }
    finish(p);
    return true;
}

static bool add_events(struct izh_compilation *c)
{
    struct izh_precision *p = begin(c, "", "inputs", "weight", "mV/ms");
    if (!p)
        return false;
    for (size_t i = 0; i < c->network->event_count; i++) {
        double weight = c->network->events[i].weight;
        compare(p, weight, (double)izh_weight_word(c, weight) * c->weight_unit);
    }
    finish(p);
    return true;
}

enum izh_network_status izh_compile_precision(struct izh_compilation *c)
{
    const struct izh_network *n = c->network;
    size_t rows = n->population_count * PARAMETERS + n->projection_count + 1;
    c->compiled->report.precision = calloc(rows, sizeof *c->compiled->report.precision);
    bool good = c->compiled->report.precision;
    for (size_t i = 0; good && i < n->population_count; i++) {
        for (size_t j = 0; good && j < PARAMETERS; j++)
            good = add_parameter(c, &n->populations[i], j);
    }
    for (size_t i = 0; good && i < n->projection_count; i++)
        good = add_weights(c, &n->projections[i]);
    if (good && n->event_count)
        good = add_events(c);
    return good ? IZH_NETWORK_OK : izh_compile_no_memory(c);
}
