// pattern_image.c: published firing patterns become engine images and stimuli
// SPDX-License-Identifier: Apache-2.0
#include "pattern_image.h"

#include "network_engine.h"
#include "reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SQUARE 0.04          // 1/(mV ms), the same in every published pattern
#define ACCURATE_STEP_MS .25 // where accurate mode is at its best for its cost

double izh_pattern_step(const struct izh_pattern_request *request, const struct izh_pattern *p)
{
    if (request->step_ms > 0)
        return request->step_ms;
    return request->accurate ? ACCURATE_STEP_MS : p->step_ms;
}

struct izh_cell izh_pattern_cell(const struct izh_pattern *p, bool accurate)
{
    return (struct izh_cell){
        .a = p->type.a,
        .b = p->type.b,
        .c = p->type.c,
        .d = p->type.d,
        .square = SQUARE,
        .linear = p->k1,
        .constant = p->k0,
        .shift = p->recovery_shift,
        .peak = IZH_PEAK_MV,
        .peak_inclusive = accurate,
        .decay = p->recovery_decay != 0,
    };
}

double izh_pattern_spike_ms(const struct izh_pattern_batch *batch, uint32_t tick, int level)
{
    if (!batch->accurate)
        return tick * batch->step_ms;
    return (tick + 1.0 - level / 4.0) * batch->step_ms;
}

// ---- Values that do not fit ---------------------------------------------------------------------

static const char *unit_of(const char *name)
{
    if (!strcmp(name, "a") || !strcmp(name, "b"))
        return "1/ms";
    if (!strcmp(name, "c") || !strcmp(name, "v") || !strcmp(name, "peak"))
        return "mV";
    return "mV/ms";
}

// The shortest number from 6 digits on that, read back, still fits.
static void print_inside(char text[32], double value, const struct izh_misfit *misfit)
{
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, 32, "%.*g", digits, value);
        double printed = strtod(text, NULL);
        if (printed >= misfit->low && printed <= misfit->high)
            return;
    }
}

void izh_misfit_text(const struct izh_misfit *misfit, char *text, size_t size)
{
    char low[32], high[32], nearest[32];
    print_inside(low, misfit->low, misfit);
    print_inside(high, misfit->high, misfit);
    print_inside(nearest, misfit->nearest, misfit);
    snprintf(text, size, "%s = %.9g %s does not fit: it can be %s to %s; nearest: %s", misfit->name,
             misfit->value, unit_of(misfit->name), low, high, nearest);
}

// ---- Slots and stimuli --------------------------------------------------------------------------

// Mean over the tick, which is the published sample itself when the steps are the same.
static double input_at(const struct izh_pattern_slot *slot, uint32_t tick)
{
    double begin = tick * slot->scale.h;
    return izh_pattern_mean_input(slot->pattern, begin, begin + slot->scale.h);
}

static bool slot_of(const struct izh_pattern_request *request, const struct izh_pattern *p,
                    struct izh_pattern_slot *slot, struct izh_misfit *misfit)
{
    const struct izh_format *f = &request->shape.format;
    bool accurate = request->accurate;
    double h = izh_pattern_step(request, p);
    struct izh_pattern_slot s = {.pattern = p, .cell = izh_pattern_cell(p, accurate)};
    int32_t word;

    s.scale = izh_scale_of(&s.cell, h);
    s.steps = (uint32_t)izh_script_steps(p, h);
    if (!izh_quantize_record(f, &s.scale, &s.cell, accurate, &s.record, misfit) ||
        !izh_quantize_state(f, &s.scale, &s.cell, accurate, p->v0, p->u0, &s.state, misfit))
        return false;
    for (uint32_t tick = 0; tick < s.steps; tick++) {
        if (!izh_quantize_input(f, &s.scale, input_at(&s, tick), &word, misfit))
            return false;
    }
    *slot = s;
    return true;
}

static uint32_t input_word(const struct izh_pattern_batch *batch, size_t neuron, uint32_t tick)
{
    const struct izh_pattern_slot *slot = &batch->slots[neuron];
    struct izh_misfit unused;
    int32_t word = 0;
    uint32_t last = tick < slot->steps ? tick : slot->steps - 1;
    izh_quantize_input(&batch->format, &slot->scale, input_at(slot, last), &word, &unused);
    return (uint32_t)word;
}

static bool add_stimulus(struct izh_pattern_batch *batch, struct izh_pattern_stimulus stimulus)
{
    size_t n = batch->stimulus_count;
    if ((n & (n - 1)) == 0) { // full at every power of two
        struct izh_pattern_stimulus *grown =
            realloc(batch->stimuli, (n ? 2 * n : 1) * sizeof *grown);
        if (!grown)
            return false;
        batch->stimuli = grown;
    }
    batch->stimuli[batch->stimulus_count++] = stimulus;
    return true;
}

static bool add_stimuli(struct izh_pattern_batch *batch)
{
    for (uint32_t tick = 1; tick < batch->ticks; tick++) {
        for (size_t i = 0; i < batch->count; i++) {
            uint32_t word = input_word(batch, i, tick);
            if (word != input_word(batch, i, tick - 1) &&
                !add_stimulus(batch, (struct izh_pattern_stimulus){tick, (uint32_t)i, word}))
                return false;
        }
    }
    return true;
}

// ---- The image ----------------------------------------------------------------------------------

static bool add_registers(struct izh_image *image, uint32_t first, const uint32_t *words,
                          uint32_t count)
{
    return !izh_image_add_section(image, IZH_ADDRESS(IZH_REGION_REGISTER, 0, first), words, count);
}

static bool add_settings(const struct izh_pattern_batch *batch)
{
    const struct izh_scale *scale = &batch->slots[0].scale;
    int32_t bound[IZH_LEVELS], kappa[IZH_LEVELS + 1];
    uint32_t bound_words[IZH_LEVELS], kappa_words[IZH_LEVELS + 1];
    // NEURONS, SUBSTEPS, STEP and MODE are neighbours.
    uint32_t settings[] = {(uint32_t)batch->count, 1, (uint32_t)scale->step, batch->accurate};
    uint32_t zeros[3] = {0};

    izh_level_tables(&batch->format, scale, bound, kappa);
    for (int i = 0; i < IZH_LEVELS; i++)
        bound_words[i] = (uint32_t)bound[i];
    for (int i = 0; i <= IZH_LEVELS; i++)
        kappa_words[i] = (uint32_t)kappa[i];
    return add_registers(batch->image, IZH_REG_NEURONS, settings, 4) &&
           add_registers(batch->image, IZH_REG_TICK, zeros, 1) &&
           add_registers(batch->image, IZH_REG_SATURATED_X, zeros, 3) &&
           add_registers(batch->image, IZH_REG_BOUND_0, bound_words, IZH_LEVELS) &&
           add_registers(batch->image, IZH_REG_KAPPA_0, kappa_words, IZH_LEVELS + 1);
}

static uint32_t field_word(const struct izh_pattern_batch *batch, uint32_t address, size_t i)
{
    const struct izh_record *r = &batch->slots[i].record;
    const struct izh_state *s = &batch->slots[i].state;
    switch (address) {
    case IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_A, 0):
        return (uint32_t)r->a;
    case IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_B, 0):
        return (uint32_t)r->b;
    case IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_E, 0):
        return (uint32_t)r->e;
    case IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_C, 0):
        return (uint32_t)r->c;
    case IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_D, 0):
        return (uint32_t)r->d;
    case IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, 0):
        return (uint32_t)r->peak;
    case IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_DECAY, 0):
        return r->decay;
    case IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, 0):
        return (uint32_t)i;
    case IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, 0):
        return 1;
    case IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_X, 0):
        return (uint32_t)s->x;
    case IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_W, 0):
        return (uint32_t)s->w;
    case IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_LEVEL, 0):
        return s->level;
    }
    return input_word(batch, i, 0);
}

static bool add_field(const struct izh_pattern_batch *batch, uint32_t address)
{
    uint32_t *words = malloc(batch->count * sizeof *words);
    if (!words)
        return false;
    for (size_t i = 0; i < batch->count; i++)
        words[i] = field_word(batch, address, i);
    bool good = !izh_image_add_section(batch->image, address, words, (uint32_t)batch->count);
    free(words);
    return good;
}

static const uint32_t fields[] = {
    IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_A, 0),
    IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_B, 0),
    IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_E, 0),
    IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_C, 0),
    IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_D, 0),
    IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, 0),
    IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_DECAY, 0),
    IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, 0),
    IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, 0),
    IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_X, 0),
    IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_W, 0),
    IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_LEVEL, 0),
    IZH_ADDRESS(IZH_REGION_INPUT, IZH_FIELD_INPUT_I, 0),
};

static bool add_zeros(struct izh_image *image, uint32_t address, uint32_t count)
{
    uint32_t *zeros = calloc(count, sizeof *zeros);
    bool good = zeros && !izh_image_add_section(image, address, zeros, count);
    free(zeros);
    return good;
}

// In an engine that has synapses, rows without one, no noise, and nothing on its way; its ticks
// wait for their stimuli.
static bool add_silence(struct izh_pattern_batch *batch, const struct izh_shape *shape)
{
    // SEED, WEIGHT_SHIFT, STIMULUS, CLEAR, SATURATED_I and LOST are neighbours.
    static const uint32_t registers[] = {0, 0, 1, 0, 0, 0};
    uint32_t neurons = (uint32_t)batch->count;
    bool good =
        add_zeros(batch->image, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_SD, 0), neurons);
    for (uint32_t lane = 0; good && lane < shape->lanes; lane++)
        good = add_zeros(batch->image, IZH_ADDRESS(IZH_REGION_ROW, IZH_FIELD_ROW_END + lane, 0),
                         neurons * shape->parts);
    return good && add_registers(batch->image, IZH_REG_SEED, registers, 6);
}

static bool add_image(struct izh_pattern_batch *batch, const struct izh_shape *shape)
{
    struct izh_image_engine engine = izh_image_engine_of(shape, (uint32_t)batch->count, 0);
    batch->image = izh_image_new(&engine);
    bool good = batch->image && add_settings(batch);
    for (size_t i = 0; good && i < sizeof fields / sizeof *fields; i++) {
        bool absent =
            fields[i] == IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, 0) &&
            !shape->records;
        good = absent || add_field(batch, fields[i]);
    }
    return good && (!shape->synapses || add_silence(batch, shape));
}

// ---- The plan -----------------------------------------------------------------------------------

uint32_t izh_pattern_room(const struct izh_shape *shape)
{
    bool few = shape->records && shape->records < shape->neurons;
    return few ? shape->records : shape->neurons;
}

// The batch that takes a pattern: the first with its step and with room, or a new one.
static struct izh_pattern_batch *batch_for(struct izh_pattern_plan *plan,
                                           const struct izh_pattern_request *request, double step)
{
    uint32_t room = request->room ? request->room : izh_pattern_room(&request->shape);
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->batches[i].step_ms == step && plan->batches[i].count < room)
            return &plan->batches[i];
    }
    struct izh_pattern_batch *b = &plan->batches[plan->count];
    b->slots = calloc(request->count, sizeof *b->slots);
    if (!b->slots)
        return NULL;
    b->accurate = request->accurate;
    b->step_ms = step;
    b->format = request->shape.format;
    plan->count++;
    return b;
}

static bool add_pattern(struct izh_pattern_plan *plan, const struct izh_pattern_request *request,
                        const struct izh_pattern *p)
{
    struct izh_pattern_slot slot;
    struct izh_misfit misfit;
    if (!slot_of(request, p, &slot, &misfit)) {
        plan->misfits[plan->misfit_count++] = (struct izh_pattern_misfit){p, misfit};
        return true;
    }
    struct izh_pattern_batch *batch = batch_for(plan, request, slot.scale.h);
    if (!batch)
        return false;
    batch->slots[batch->count++] = slot;
    if (slot.steps > batch->ticks)
        batch->ticks = slot.steps;
    return true;
}

static bool compile(struct izh_pattern_plan *plan, const struct izh_pattern_request *request)
{
    plan->batches = calloc(request->count, sizeof *plan->batches);
    plan->misfits = calloc(request->count, sizeof *plan->misfits);
    bool good = plan->batches && plan->misfits;
    for (size_t i = 0; good && i < request->count; i++)
        good = add_pattern(plan, request, request->patterns[i]);
    for (size_t i = 0; good && i < plan->count; i++)
        good = add_image(&plan->batches[i], &request->shape) && add_stimuli(&plan->batches[i]);
    return good;
}

bool izh_pattern_compile(const struct izh_pattern_request *request, struct izh_pattern_plan *plan)
{
    *plan = (struct izh_pattern_plan){0};
    if (compile(plan, request))
        return true;
    izh_pattern_plan_free(plan);
    return false;
}

void izh_pattern_plan_free(struct izh_pattern_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        izh_image_free(plan->batches[i].image);
        free(plan->batches[i].slots);
        free(plan->batches[i].stimuli);
    }
    free(plan->batches);
    free(plan->misfits);
    *plan = (struct izh_pattern_plan){0};
}
