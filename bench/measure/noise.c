// noise.c: cortical neurons under white noise, spike by spike
// SPDX-License-Identifier: Apache-2.0
#include "noise.h"

#include "draw.h"
#include "train.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_SPIKES = 8192 };

struct neuron {
    double input[IZH_NOISE_MS];
    double ms[MAX_SPIKES];
    struct izh_spike_list spikes;
};

struct izh_noise_reference {
    struct neuron of[IZH_CORTICAL_TYPES];
};

struct izh_noise_reference *izh_noise_reference_new(const struct izh_noise *noise)
{
    static const struct izh_scheme exact = {.solver = IZH_SOLVER_ODE};
    struct izh_noise_reference *r = malloc(sizeof *r);
    uint64_t state = noise->seed;
    bool good = r;
    for (size_t t = 0; good && t < IZH_CORTICAL_TYPES; t++) {
        struct neuron *n = &r->of[t];
        for (size_t i = 0; i < IZH_NOISE_MS; i++)
            n->input[i] = noise->mean + noise->deviation * izh_draw_normal(&state);
        n->spikes = (struct izh_spike_list){n->ms, MAX_SPIKES, 0};
        good = izh_scheme_run(&exact, &izh_cortical_type(t)->type, n->input, IZH_NOISE_MS,
                              &n->spikes, NULL);
    }
    if (good)
        return r;
    free(r);
    return NULL;
}

void izh_noise_reference_free(struct izh_noise_reference *reference)
{
    free(reference);
}

bool izh_noise_measure(const struct izh_scheme *scheme, const struct izh_noise_reference *reference,
                       struct izh_noise_error *error, struct izh_saturation *saturation)
{
    double ms[MAX_SPIKES];
    *error = (struct izh_noise_error){0};
    for (size_t t = 0; t < IZH_CORTICAL_TYPES; t++) {
        const struct neuron *n = &reference->of[t];
        struct izh_spike_list spikes = {ms, MAX_SPIKES, 0};
        if (!izh_scheme_run(scheme, &izh_cortical_type(t)->type, n->input, IZH_NOISE_MS, &spikes,
                            saturation))
            return false;
        double expected = (double)n->spikes.count;
        size_t matches = izh_train_matches(&n->spikes, &spikes, IZH_NOISE_WINDOW_MS);
        error->rate += 100 * fabs((double)spikes.count / expected - 1) / IZH_CORTICAL_TYPES;
        error->caught += 100 * (double)matches / expected / IZH_CORTICAL_TYPES;
    }
    return true;
}
