// example_run.c: a network file, compiled and run on the golden model, tick by tick
// SPDX-License-Identifier: Apache-2.0
#include "example_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct izh_format format = {20, 24, 18};

static bool fail(struct example_run *r, const char *what)
{
    snprintf(r->message, sizeof r->message, "%s", what);
    return false;
}

static bool write_word(void *context, uint32_t address, uint32_t word)
{
    struct izh_model *model = context;
    return izh_model_write(model, address, word) == IZH_MODEL_OK;
}

bool example_start(struct example_run *r, const char *path,
                   const struct izh_network_options *options)
{
    struct izh_shape shape;
    memset(r, 0, sizeof *r);
    if (izh_network_read(path, options, &r->network, r->message) != IZH_NETWORK_OK ||
        izh_network_shape(r->network, &format, 1, &shape, r->message) != IZH_NETWORK_OK ||
        izh_network_compile(r->network, &shape, &r->compiled, r->message) != IZH_NETWORK_OK)
        return false;
    r->room = (size_t)shape.neurons * r->compiled->substeps;
    r->spikes = malloc(r->room * sizeof *r->spikes);
    if (!r->spikes || izh_model_new(&r->compiled->shape, &r->model) != IZH_MODEL_OK)
        return fail(r, "no such model");
    return izh_image_load(r->compiled->image, write_word, r->model, NULL) ||
           fail(r, "the model refuses the image");
}

void example_end(struct example_run *r)
{
    izh_model_free(r->model);
    izh_compiled_free(r->compiled);
    izh_network_free(r->network);
    free(r->spikes);
    memset(r, 0, sizeof *r);
}

static bool stimulate(struct example_run *r)
{
    const struct izh_compiled *c = r->compiled;
    struct izh_stimulus end = {IZH_STIMULUS_END, 0, 0};
    while (r->stimulus < c->stimulus_count && c->stimuli[r->stimulus].tick == r->tick) {
        if (izh_model_stimulate(r->model, &c->stimuli[r->stimulus++].word) != IZH_MODEL_OK)
            return false;
    }
    return izh_model_stimulate(r->model, &end) == IZH_MODEL_OK;
}

bool example_tick(struct example_run *r)
{
    uint32_t run = IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_RUN);
    size_t count;
    if (!stimulate(r) || izh_model_write(r->model, run, 1) != IZH_MODEL_OK)
        return fail(r, "the model refuses a stimulus");
    r->count = 0;
    while (izh_model_substep(r->model, r->spikes + r->count, &count)) {
        for (size_t i = 0; i < count; i++)
            r->spikes[r->count + i].neuron = r->compiled->logical[r->spikes[r->count + i].neuron];
        r->count += count;
    }
    r->tick++;
    return true;
}
