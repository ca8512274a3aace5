// network_image.c: the image of a compiled network
// SPDX-License-Identifier: Apache-2.0
#include "network_compile.h"

#include <stdlib.h>

enum { DELAY_AT = 56, TARGET_AT = 40, TARGET_MASK = 0xffff };

struct builder {
    const struct izh_compilation *c;
    struct izh_image *image;
};

static bool add_registers(struct builder *b, uint32_t first, const uint32_t *words, uint32_t count)
{
    return !izh_image_add_section(b->image, IZH_ADDRESS(IZH_REGION_REGISTER, 0, first), words,
                                  count);
}

static bool add_register(struct builder *b, uint32_t number, uint32_t word)
{
    return add_registers(b, number, &word, 1);
}

// ---- Settings -----------------------------------------------------------------------------------

static bool add_synapse_settings(struct builder *b)
{
    const struct izh_compilation *c = b->c;
    return add_register(b, IZH_REG_CLEAR, 1) && add_register(b, IZH_REG_SEED, c->network->seed) &&
           add_register(b, IZH_REG_WEIGHT_SHIFT, (uint32_t)c->weight_shift) &&
           add_register(b, IZH_REG_STIMULUS, c->compiled->stimulus_count > 0) &&
           add_register(b, IZH_REG_SATURATED_I, 0) && add_register(b, IZH_REG_LOST, 0);
}

static bool add_settings(struct builder *b)
{
    const struct izh_compilation *c = b->c;
    const struct izh_scale *scale = &c->compiled->scale;
    int32_t bound[IZH_LEVELS], kappa[IZH_LEVELS + 1];
    uint32_t bound_words[IZH_LEVELS], kappa_words[IZH_LEVELS + 1];
    // NEURONS, SUBSTEPS, STEP and MODE are neighbours.
    uint32_t settings[] = {c->network->neuron_count, c->network->substeps, (uint32_t)scale->step,
                           c->network->accurate};
    uint32_t zeros[3] = {0};

    izh_level_tables(&c->shape.format, scale, bound, kappa);
    for (int i = 0; i < IZH_LEVELS; i++)
        bound_words[i] = (uint32_t)bound[i];
    for (int i = 0; i <= IZH_LEVELS; i++)
        kappa_words[i] = (uint32_t)kappa[i];
    return (!c->shape.synapses || add_synapse_settings(b)) &&
           add_registers(b, IZH_REG_NEURONS, settings, 4) &&
           add_registers(b, IZH_REG_TICK, zeros, 1) &&
           add_registers(b, IZH_REG_SATURATED_X, zeros, 3) &&
           add_registers(b, IZH_REG_BOUND_0, bound_words, IZH_LEVELS) &&
           add_registers(b, IZH_REG_KAPPA_0, kappa_words, IZH_LEVELS + 1);
}

// ---- Neurons and records ------------------------------------------------------------------------

typedef uint32_t word_of(const struct izh_compilation *c, const struct izh_neuron_words *w);

#define WORD(name, expression)                                                                     \
    static uint32_t name(const struct izh_compilation *c, const struct izh_neuron_words *w)        \
    {                                                                                              \
        (void)c;                                                                                   \
        return (uint32_t)(expression);                                                             \
    }

WORD(word_a, w->record.a)
WORD(word_b, w->record.b)
WORD(word_e, w->record.e)
WORD(word_c, w->record.c)
WORD(word_d, w->record.d)
WORD(word_peak, w->record.peak)
WORD(word_decay, w->record.decay)
WORD(word_sd, w->sd)
WORD(word_x, w->state.x)
WORD(word_w, w->state.w)
WORD(word_level, w->state.level)
WORD(word_bias, w->bias)
WORD(word_record, w->record_index)
WORD(word_probe, c->network->probed[c->compiled->logical[w - c->words]])

static bool add_field(struct builder *b, uint32_t address, word_of *word, const uint32_t *which,
                      uint32_t count)
{
    const struct izh_compilation *c = b->c;
    uint32_t *words = malloc(count * sizeof *words);
    if (!words)
        return false;
    for (uint32_t i = 0; i < count; i++)
        words[i] = word(c, &c->words[which ? which[i] : i]);
    return !izh_image_give_section(b->image, address, words, count);
}

static const struct {
    uint32_t field;
    word_of *word;
} record_fields[] = {
    {IZH_FIELD_RECORD_A, word_a},         {IZH_FIELD_RECORD_B, word_b},
    {IZH_FIELD_RECORD_E, word_e},         {IZH_FIELD_RECORD_C, word_c},
    {IZH_FIELD_RECORD_D, word_d},         {IZH_FIELD_RECORD_PEAK, word_peak},
    {IZH_FIELD_RECORD_DECAY, word_decay}, {IZH_FIELD_RECORD_SD, word_sd},
};

static bool add_records(struct builder *b)
{
    const struct izh_compilation *c = b->c;
    bool shared = c->shape.records > 0, good = true;
    uint32_t count = shared ? c->record_count : c->network->neuron_count;
    for (size_t i = 0; good && i < sizeof record_fields / sizeof *record_fields; i++) {
        uint32_t field = record_fields[i].field;
        if (field == IZH_FIELD_RECORD_SD && !c->shape.synapses)
            continue;
        good = add_field(b, IZH_ADDRESS(IZH_REGION_RECORD, field, 0), record_fields[i].word,
                         shared ? c->shared : NULL, count);
    }
    return good;
}

static const struct {
    uint32_t address;
    word_of *word;
} neuron_fields[] = {
    {IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, 0), word_probe},
    {IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_X, 0), word_x},
    {IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_W, 0), word_w},
    {IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_LEVEL, 0), word_level},
    {IZH_ADDRESS(IZH_REGION_INPUT, IZH_FIELD_INPUT_I, 0), word_bias},
};

static bool add_neurons(struct builder *b)
{
    const struct izh_compilation *c = b->c;
    uint32_t count = c->network->neuron_count;
    bool good = !c->shape.records ||
                add_field(b, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, 0),
                          word_record, NULL, count);
    for (size_t i = 0; good && i < sizeof neuron_fields / sizeof *neuron_fields; i++)
        good = add_field(b, neuron_fields[i].address, neuron_fields[i].word, NULL, count);
    return good;
}

// ---- Synapses -----------------------------------------------------------------------------------

static uint32_t synapse_word(const struct izh_shape *shape, uint32_t delta, uint32_t weight,
                             uint32_t target)
{
    int target_bits = izh_target_bits(shape);
    uint32_t mask = (1u << shape->weight_bits) - 1;
    return (uint32_t)((uint64_t)delta << (target_bits + shape->weight_bits)) |
           (weight & mask) << target_bits | target;
}

// Writes a row behind words and returns how many words it took.
static uint32_t write_row(const struct izh_compilation *c, size_t row, uint32_t *words)
{
    const struct izh_row_table *t = &c->rows;
    uint32_t count = 0, before = 0, largest = (1u << c->shape.delta_bits) - 1;
    for (size_t i = t->begin[row]; i < t->begin[row + 1]; i++) {
        uint32_t delay = (uint32_t)(t->entries[i] >> DELAY_AT);
        uint32_t target = (uint32_t)(t->entries[i] >> TARGET_AT) & TARGET_MASK;
        for (; delay - before > largest; before += largest)
            words[count++] = synapse_word(&c->shape, largest, 0, target);
        words[count++] = synapse_word(&c->shape, delay - before, (uint32_t)t->entries[i], target);
        before = delay;
    }
    return count;
}

static bool add_lane(struct builder *b, uint32_t lane)
{
    const struct izh_compilation *c = b->c;
    size_t rows = (size_t)c->network->neuron_count * c->shape.parts;
    uint32_t count = c->compiled->report.load[lane].words, at = 0;
    uint32_t *words = malloc((count ? count : 1) * sizeof *words);
    uint32_t *ends = malloc(rows * sizeof *ends);
    if (!words || !ends) {
        free(words);
        free(ends);
        return false;
    }
    for (size_t r = 0; r < rows; r++) {
        at += write_row(c, lane * rows + r, words + at);
        ends[r] = at;
    }
    bool good = !izh_image_give_section(b->image, IZH_ADDRESS(IZH_REGION_ROW, lane, 0), ends,
                                        (uint32_t)rows);
    if (count)
        return !izh_image_give_section(b->image, IZH_ADDRESS(IZH_REGION_SYNAPSE, lane, 0), words,
                                       count) &&
               good;
    free(words);
    return good;
}

// ---- The image ----------------------------------------------------------------------------------

static uint32_t fullest_lane(const struct izh_compilation *c)
{
    uint32_t most = 0;
    for (uint32_t lane = 0; c->shape.synapses && lane < c->shape.lanes; lane++) {
        uint32_t words = c->compiled->report.load[lane].words;
        most = words > most ? words : most;
    }
    return most;
}

enum izh_network_status izh_compile_image(struct izh_compilation *c)
{
    struct izh_image_engine engine =
        izh_image_engine_of(&c->shape, c->network->neuron_count, fullest_lane(c));
    struct builder b = {c, izh_image_new(&engine)};
    c->compiled->image = b.image;
    bool good = b.image && add_settings(&b) && add_records(&b) && add_neurons(&b);
    for (uint32_t lane = 0; good && c->shape.synapses && lane < c->shape.lanes; lane++)
        good = add_lane(&b, lane);
    return good ? IZH_NETWORK_OK : izh_compile_no_memory(c);
}
