// network_words.c: neurons in physical units become records, states and input words
// SPDX-License-Identifier: Apache-2.0
#include "network_compile.h"
#include "pattern_image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- Noise --------------------------------------------------------------------------------------

// Standard deviation of g of docs/contract.md, "Noise": 39 coins, a jump of 3 with probability 1/32
// on either side, all times 1024, and two uniform numbers of 10 bits.
static double gaussian_deviation(void)
{
    double coins = (32 + 7) / 4.0, jump = 2 * 9 / 32.0, uniform = (1024.0 * 1024 - 1) / 12;
    return sqrt((coins + jump) * 1024 * 1024 + 2 * uniform);
}

double izh_sd_unit(const struct izh_compilation *c)
{
    const struct izh_format *f = &c->shape.format;
    double input_unit = ldexp(c->compiled->scale.w_unit, -izh_w_fraction(f));
    return input_unit * ldexp(gaussian_deviation(), f->w_bits - 12 - f->port_bits);
}

static bool quantize_sd(const struct izh_compilation *c, double sd, uint32_t *word,
                        struct izh_misfit *misfit)
{
    double unit = izh_sd_unit(c), max = ldexp(1, c->shape.format.port_bits - 1) - 1;
    double scaled = floor(sd / unit + 0.5);
    if (scaled >= 0 && scaled <= max) {
        *word = (uint32_t)scaled;
        return true;
    }
    *misfit = (struct izh_misfit){"noise_sd", sd, 0, max * unit, max * unit};
    return false;
}

// ---- One neuron ---------------------------------------------------------------------------------

static enum izh_network_status fail_misfit(const struct izh_compilation *c, uint32_t logical,
                                           const struct izh_misfit *misfit)
{
    char name[IZH_NETWORK_MESSAGE / 2], text[IZH_NETWORK_MESSAGE / 2];
    izh_compile_neuron_name(c, logical, name, sizeof name);
    izh_misfit_text(misfit, text, sizeof text);
    return izh_network_say(c->message, IZH_NETWORK_DOES_NOT_FIT, "%s: %s", name, text);
}

static enum izh_network_status quantize_neuron(struct izh_compilation *c, uint32_t logical)
{
    const struct izh_network *n = c->network;
    const struct izh_biophysics *b = &n->neurons[logical];
    const struct izh_format *f = &c->shape.format;
    struct izh_neuron_words *w = &c->words[c->compiled->physical[logical]];
    struct izh_scale scale = izh_scale_of(&b->cell, c->compiled->scale.h);
    struct izh_misfit misfit;
    if (!izh_quantize_record(f, &scale, &b->cell, n->accurate, &w->record, &misfit) ||
        !izh_quantize_state(f, &scale, &b->cell, n->accurate, b->v0, b->u0, &w->state, &misfit) ||
        !izh_quantize_input(f, &scale, b->bias, &w->bias, &misfit) ||
        !quantize_sd(c, b->noise_sd, &w->sd, &misfit))
        return fail_misfit(c, logical, &misfit);
    c->uses_synapses = c->uses_synapses || w->sd;
    return IZH_NETWORK_OK;
}

// ---- Shared records -----------------------------------------------------------------------------

// A record and its noise as one row of numbers, to be compared.
struct key {
    int32_t fields[8];
    uint32_t neuron; // physical
};

static struct key key_of(const struct izh_neuron_words *w, uint32_t neuron)
{
    const struct izh_record *r = &w->record;
    return (struct key){{r->a, r->b, r->e, r->c, r->d, r->peak, r->decay, (int32_t)w->sd}, neuron};
}

static int compare_fields(const struct key *a, const struct key *b)
{
    for (size_t i = 0; i < 8; i++) {
        if (a->fields[i] != b->fields[i])
            return a->fields[i] < b->fields[i] ? -1 : 1;
    }
    return 0;
}

static int compare_keys(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    int order = compare_fields(a, b);
    return order ? order : a->neuron < b->neuron ? -1 : 1;
}

static void share(struct izh_compilation *c, const struct key *keys)
{
    for (uint32_t i = 0; i < c->network->neuron_count; i++) {
        if (!i || compare_fields(&keys[i - 1], &keys[i]))
            c->shared[c->record_count++] = keys[i].neuron;
        c->words[keys[i].neuron].record_index = c->record_count - 1;
    }
}

static enum izh_network_status share_records(struct izh_compilation *c)
{
    uint32_t count = c->network->neuron_count;
    struct key *keys = malloc(count * sizeof *keys);
    c->shared = malloc(count * sizeof *c->shared);
    if (!keys || !c->shared) {
        free(keys);
        return izh_compile_no_memory(c);
    }
    for (uint32_t i = 0; i < count; i++)
        keys[i] = key_of(&c->words[i], i);
    qsort(keys, count, sizeof *keys, compare_keys);
    share(c, keys);
    free(keys);
    if (!c->shape.records || c->record_count <= c->shape.records)
        return IZH_NETWORK_OK;
    return izh_network_say(c->message, IZH_NETWORK_DOES_NOT_FIT,
                           "%s: the neurons have %lu different sets of parameters; the engine has "
                           "%lu shared records: take one with a record per neuron",
                           c->network->path, (unsigned long)c->record_count,
                           (unsigned long)c->shape.records);
}

// ---- All neurons --------------------------------------------------------------------------------

static enum izh_network_status check_squares(const struct izh_compilation *c)
{
    const struct izh_network *n = c->network;
    double square = n->neurons[0].cell.square;
    for (uint32_t i = 1; i < n->neuron_count; i++) {
        char name[IZH_NETWORK_MESSAGE / 2];
        if (n->neurons[i].cell.square == square)
            continue;
        izh_compile_neuron_name(c, i, name, sizeof name);
        return izh_network_say(c->message, IZH_NETWORK_DOES_NOT_FIT,
                               "%s: square = %.9g; it must be the same for all neurons, %.9g for "
                               "the first",
                               name, n->neurons[i].cell.square, square);
    }
    return IZH_NETWORK_OK;
}

enum izh_network_status izh_compile_neurons(struct izh_compilation *c)
{
    const struct izh_network *n = c->network;
    enum izh_network_status status = check_squares(c);
    c->compiled->scale = izh_scale_of(&n->neurons[0].cell, n->tick_ms / n->substeps);
    c->words = calloc(n->neuron_count, sizeof *c->words);
    if (!c->words)
        return izh_compile_no_memory(c);
    for (uint32_t i = 0; !status && i < n->neuron_count; i++)
        status = quantize_neuron(c, i);
    return status ? status : share_records(c);
}
