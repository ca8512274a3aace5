// network_compile.c: a network in physical units becomes the image of one engine
// SPDX-License-Identifier: Apache-2.0
#include "network_compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum izh_network_status izh_compile_no_memory(const struct izh_compilation *c)
{
    return izh_network_say(c->message, IZH_NETWORK_NO_MEMORY, "%s: out of memory",
                           c->network->path);
}

void izh_compile_neuron_name(const struct izh_compilation *c, uint32_t logical, char *text,
                             size_t size)
{
    const struct izh_network *n = c->network;
    const struct izh_population *p =
        &n->populations[izh_population_of(n->populations, n->population_count, logical)];
    snprintf(text, size, "%.300s: populations.%.100s, neuron %lu", n->path, p->name,
             (unsigned long)(logical - p->first));
}

// ---- What an engine must have -------------------------------------------------------------------

static enum izh_network_status check_capacity(struct izh_compilation *c)
{
    const struct izh_network *n = c->network;
    if (n->neuron_count > c->shape.neurons)
        return izh_network_say(c->message, IZH_NETWORK_DOES_NOT_FIT,
                               "%s: %lu neurons; the engine has %lu", n->path,
                               (unsigned long)n->neuron_count, (unsigned long)c->shape.neurons);
    if (c->shape.synapses)
        return IZH_NETWORK_OK;
    if (n->synapses.count)
        return izh_network_say(c->message, IZH_NETWORK_DOES_NOT_FIT,
                               "%s: %zu synapses; the engine has none", n->path, n->synapses.count);
    return IZH_NETWORK_OK;
}

static enum izh_network_status check_use(struct izh_compilation *c)
{
    if (c->shape.synapses || !c->uses_synapses)
        return IZH_NETWORK_OK;
    return izh_network_say(c->message, IZH_NETWORK_DOES_NOT_FIT,
                           "%s: noise and inputs need an engine with synapses; this one has none",
                           c->network->path);
}

// ---- What a host wants to know ------------------------------------------------------------------

static bool copy_populations(struct izh_compilation *c)
{
    const struct izh_network *n = c->network;
    struct izh_compiled *compiled = c->compiled;
    compiled->populations = calloc(n->population_count, sizeof *compiled->populations);
    if (!compiled->populations)
        return false;
    for (size_t i = 0; i < n->population_count; i++) {
        compiled->populations[i] = n->populations[i];
        compiled->populations[i].name = strdup(n->populations[i].name);
        compiled->population_count = i + 1;
        if (!compiled->populations[i].name)
            return false;
    }
    return true;
}

static bool list_probes(struct izh_compilation *c)
{
    const struct izh_network *n = c->network;
    struct izh_compiled *compiled = c->compiled;
    size_t count = 0;
    for (uint32_t i = 0; i < n->neuron_count; i++)
        count += n->probed[i];
    compiled->probes = calloc(count ? count : 1, sizeof *compiled->probes);
    if (!compiled->probes)
        return false;
    for (uint32_t i = 0; i < n->neuron_count; i++) {
        uint32_t logical = compiled->logical[i];
        if (n->probed[logical])
            compiled->probes[compiled->probe_count++] = (struct izh_probed){
                logical, i, izh_scale_of(&n->neurons[logical].cell, compiled->scale.h)};
    }
    return true;
}

static enum izh_network_status describe(struct izh_compilation *c)
{
    const struct izh_network *n = c->network;
    struct izh_compiled *compiled = c->compiled;
    compiled->shape = c->shape;
    compiled->neurons = n->neuron_count;
    compiled->synapses = n->synapses.count;
    compiled->tick_ms = n->tick_ms;
    compiled->substeps = n->substeps;
    compiled->accurate = n->accurate;
    compiled->seed = n->seed;
    compiled->duration_ms = n->duration_ms;
    compiled->ticks = n->ticks;
    compiled->report.records = c->record_count;
    return copy_populations(c) && list_probes(c) ? IZH_NETWORK_OK : izh_compile_no_memory(c);
}

// ---- The steps ----------------------------------------------------------------------------------

typedef enum izh_network_status step(struct izh_compilation *c);

static step *const layout_steps[] = {
    check_capacity, izh_compile_placement, izh_compile_neurons, izh_compile_schedule,
    check_use,      izh_compile_weights,   izh_compile_rows,    NULL,
};

static step *const image_steps[] = {
    izh_compile_precision, izh_compile_stimuli, izh_compile_image, describe, NULL,
};

static enum izh_network_status run_steps(struct izh_compilation *c, step *const *steps)
{
    enum izh_network_status status = IZH_NETWORK_OK;
    for (size_t i = 0; !status && steps[i]; i++)
        status = steps[i](c);
    return status;
}

enum izh_network_status izh_compile_layout(struct izh_compilation *c)
{
    return run_steps(c, layout_steps);
}

enum izh_network_status izh_compile_begin(struct izh_compilation *c,
                                          const struct izh_network *network,
                                          const struct izh_shape *shape, char *message)
{
    *c = (struct izh_compilation){.network = network, .shape = *shape, .message = message};
    c->shape.lanes = shape->lanes ? shape->lanes : 1;
    c->compiled = calloc(1, sizeof *c->compiled);
    return c->compiled ? IZH_NETWORK_OK : izh_compile_no_memory(c);
}

void izh_compile_end(struct izh_compilation *c)
{
    free(c->words);
    free(c->shared);
    free(c->events);
    free(c->changes);
    free(c->rows.entries);
    free(c->rows.begin);
    izh_compiled_free(c->compiled);
}

enum izh_network_status izh_network_compile(const struct izh_network *network,
                                            const struct izh_shape *shape,
                                            struct izh_compiled **compiled,
                                            char message[IZH_NETWORK_MESSAGE])
{
    struct izh_compilation c;
    enum izh_network_status status = izh_compile_begin(&c, network, shape, message);
    if (!status)
        status = izh_compile_layout(&c);
    if (!status)
        status = run_steps(&c, image_steps);
    if (!status) {
        *compiled = c.compiled;
        c.compiled = NULL;
    }
    izh_compile_end(&c);
    return status;
}

void izh_compiled_free(struct izh_compiled *compiled)
{
    if (!compiled)
        return;
    izh_image_free(compiled->image);
    for (size_t i = 0; i < compiled->population_count; i++)
        free(compiled->populations[i].name);
    for (size_t i = 0; i < compiled->report.precision_count; i++)
        free(compiled->report.precision[i].where);
    free(compiled->physical);
    free(compiled->logical);
    free(compiled->populations);
    free(compiled->stimuli);
    free(compiled->probes);
    free(compiled->report.precision);
    free(compiled);
}

double izh_compiled_spike_ms(const struct izh_compiled *c, const struct izh_spike *spike)
{
    double substep = (double)spike->substep + (c->accurate ? 1 - spike->level / 4.0 : 0);
    return ((double)spike->tick + substep / c->substeps) * c->tick_ms;
}

size_t izh_compiled_population(const struct izh_compiled *compiled, uint32_t logical)
{
    return izh_population_of(compiled->populations, compiled->population_count, logical);
}
