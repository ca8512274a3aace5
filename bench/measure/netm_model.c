// netm_model.c: net.m's network in a golden model
// SPDX-License-Identifier: Apache-2.0
#include "netm_model.h"

#include "quantize.h"
#include "scheme.h"

#include <math.h>
#include <stdlib.h>

static const double rest_mv = -65;
static const double noise_deviation = 3314.8; // of g, docs/contract.md

enum { WEIGHT_BITS = 16, DELTA_BITS = 1, ACCUMULATOR_BITS = 28, SLOTS = 4 };

struct writer {
    struct izh_model *model;
    bool good;
};

static void put(struct writer *w, uint32_t region, uint32_t field, uint32_t index, int64_t word)
{
    uint32_t address = IZH_ADDRESS(region, field, index);
    w->good = w->good && izh_model_write(w->model, address, (uint32_t)word) == IZH_MODEL_OK;
}

static void put_register(struct writer *w, uint32_t number, int64_t word)
{
    put(w, IZH_REGION_REGISTER, 0, number, word);
}

static void put_registers(struct writer *w, const struct netm *n, const struct netm_engine *e,
                          const struct izh_scale *scale)
{
    int32_t bound[IZH_LEVELS], kappa[IZH_LEVELS + 1];
    izh_level_tables(&e->format, scale, bound, kappa);
    put_register(w, IZH_REG_NEURONS, n->neurons);
    put_register(w, IZH_REG_SUBSTEPS, e->substeps);
    put_register(w, IZH_REG_STEP, scale->step);
    put_register(w, IZH_REG_MODE, e->accurate);
    for (uint32_t i = 0; i < IZH_LEVELS; i++)
        put_register(w, IZH_REG_BOUND_0 + i, bound[i]);
    for (uint32_t i = 0; i <= IZH_LEVELS; i++)
        put_register(w, IZH_REG_KAPPA_0 + i, kappa[i]);
}

static struct izh_cell cell_of(const struct netm_neuron *n)
{
    return izh_scheme_cell(&(struct izh_neuron_type){n->a, n->b, n->c, n->d});
}

static void put_neuron(struct writer *w, const struct netm_neuron *neuron,
                       const struct netm_engine *e, uint32_t index)
{
    struct izh_cell cell = cell_of(neuron);
    struct izh_scale scale = izh_scale_of(&cell, 1.0 / e->substeps);
    struct izh_misfit unused;
    struct izh_record r = {0};
    double sd = ldexp(neuron->sd / scale.w_unit, e->format.port_bits + 10) / noise_deviation;

    w->good = w->good && izh_quantize_record(&e->format, &scale, &cell, e->accurate, &r, &unused);
    put(w, IZH_REGION_RECORD, IZH_FIELD_RECORD_A, index, r.a);
    put(w, IZH_REGION_RECORD, IZH_FIELD_RECORD_B, index, r.b);
    put(w, IZH_REGION_RECORD, IZH_FIELD_RECORD_E, index, r.e);
    put(w, IZH_REGION_RECORD, IZH_FIELD_RECORD_C, index, r.c);
    put(w, IZH_REGION_RECORD, IZH_FIELD_RECORD_D, index, r.d);
    put(w, IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, index, r.peak);
    put(w, IZH_REGION_RECORD, IZH_FIELD_RECORD_DECAY, index, r.decay);
    put(w, IZH_REGION_RECORD, IZH_FIELD_RECORD_SD, index, lround(sd));
    put(w, IZH_REGION_INPUT, IZH_FIELD_INPUT_I, index, 0);
}

static void put_state(struct writer *w, const struct netm_neuron *neuron,
                      const struct netm_engine *e, uint32_t index)
{
    struct izh_cell cell = cell_of(neuron);
    struct izh_scale scale = izh_scale_of(&cell, 1.0 / e->substeps);
    struct izh_misfit unused;
    struct izh_state s = {0};
    w->good = w->good && izh_quantize_state(&e->format, &scale, &cell, e->accurate, rest_mv,
                                            neuron->b * rest_mv, &s, &unused);
    put(w, IZH_REGION_STATE, IZH_FIELD_STATE_X, index, s.x);
    put(w, IZH_REGION_STATE, IZH_FIELD_STATE_W, index, s.w);
    put(w, IZH_REGION_STATE, IZH_FIELD_STATE_LEVEL, index, s.level);
}

// Smallest shift at which the largest weight fits.
static int weight_shift(const struct netm *n, double unit)
{
    float largest = 0;
    for (size_t i = 0; i < (size_t)n->neurons * n->degree; i++)
        largest = fmaxf(largest, fabsf(n->weight[i]));
    int shift = 0;
    while (largest / ldexp(unit, shift) > (1 << (WEIGHT_BITS - 1)) - 1)
        shift++;
    return shift;
}

static int bits_for(uint32_t count)
{
    int bits = 1;
    while ((uint32_t)1 << bits < count)
        bits++;
    return bits;
}

static uint32_t per_lane(const struct netm *n, const struct netm_engine *e)
{
    return (n->neurons + e->lanes - 1) / e->lanes;
}

// The rows of one lane: every delay is 1 tick, so the deltas are 0.
static void put_lane(struct writer *w, const struct netm *n, const struct netm_engine *e,
                     uint32_t lane, double unit)
{
    int target_bits = bits_for(per_lane(n, e));
    uint32_t word = 0, mask = ((uint32_t)1 << WEIGHT_BITS) - 1;
    for (uint32_t source = 0; source < n->neurons; source++) {
        for (uint32_t s = 0; s < n->degree; s++) {
            size_t i = (size_t)source * n->degree + s;
            uint32_t target = n->target ? n->target[i] : s;
            if (target % e->lanes != lane)
                continue;
            uint32_t weight = (uint32_t)lround(n->weight[i] / unit) & mask;
            put(w, IZH_REGION_SYNAPSE, lane, word++, weight << target_bits | target / e->lanes);
        }
        put(w, IZH_REGION_ROW, lane, source, word);
    }
}

struct izh_model *netm_model_new(const struct netm *n, const struct netm_engine *e)
{
    struct izh_cell cell = cell_of(&n->neuron[0]); // any: the units are the same for all
    struct izh_scale scale = izh_scale_of(&cell, 1.0 / e->substeps);
    struct izh_shape shape = {
        .format = e->format,
        .neurons = per_lane(n, e) * e->lanes,
        .lanes = e->lanes,
        .synapses = (uint32_t)((uint64_t)n->neurons * n->degree / e->lanes * 5 / 4),
        .slots = SLOTS,
        .parts = 1,
        .weight_bits = WEIGHT_BITS,
        .delta_bits = DELTA_BITS,
        .accumulator_bits = ACCUMULATOR_BITS,
    };
    struct writer w = {.good = true};
    if (izh_model_new(&shape, &w.model) != IZH_MODEL_OK)
        return NULL;
    double unit = ldexp(scale.w_unit, -izh_w_fraction(&e->format));
    int shift = weight_shift(n, unit);
    put_registers(&w, n, e, &scale);
    put_register(&w, IZH_REG_WEIGHT_SHIFT, shift);
    for (uint32_t i = 0; i < n->neurons; i++)
        put_neuron(&w, &n->neuron[i], e, i);
    for (uint32_t lane = 0; lane < e->lanes; lane++)
        put_lane(&w, n, e, lane, ldexp(unit, shift));
    if (w.good && netm_model_start(w.model, n, e))
        return w.model;
    izh_model_free(w.model);
    return NULL;
}

bool netm_model_start(struct izh_model *model, const struct netm *n, const struct netm_engine *e)
{
    struct writer w = {model, true};
    put_register(&w, IZH_REG_TICK, 0);
    put_register(&w, IZH_REG_SEED, e->seed);
    put_register(&w, IZH_REG_CLEAR, 1);
    for (uint32_t i = 0; i < n->neurons; i++)
        put_state(&w, &n->neuron[i], e, i);
    return w.good;
}

bool netm_model_run(struct izh_model *model, const struct netm *n, uint32_t milliseconds,
                    struct netm_spikes *spikes)
{
    struct izh_spike *list = malloc(n->neurons * sizeof *list);
    uint32_t run = IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_RUN);
    size_t count;
    if (!list || izh_model_write(model, run, milliseconds) != IZH_MODEL_OK) {
        free(list);
        return false;
    }
    while (izh_model_substep(model, list, &count)) {
        for (size_t i = 0; spikes && i < count; i++)
            netm_count(n, list[i].neuron, spikes);
    }
    free(list);
    return true;
}
