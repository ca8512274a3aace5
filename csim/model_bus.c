// model_bus.c: the memories of the golden model, and its bus
// SPDX-License-Identifier: Apache-2.0
#include "model_internal.h"

// ---- Memories: false where there is no such word ------------------------------------------------

static bool write_state(struct izh_model *m, uint32_t field, uint32_t neuron, uint32_t word)
{
    switch (field) {
    case IZH_FIELD_STATE_X:
        m->cells.x[neuron] = izh_sign_extend(word, m->shape.format.x_bits);
        return true;
    case IZH_FIELD_STATE_W:
        m->cells.w[neuron] = izh_sign_extend(word, m->shape.format.w_bits);
        return true;
    case IZH_FIELD_STATE_LEVEL:
        m->cells.level[neuron] = word & 7;
        return true;
    }
    return false;
}

static bool read_state(const struct izh_model *m, uint32_t field, uint32_t neuron, uint32_t *word)
{
    struct izh_state s = izh_model_state(m, neuron);
    switch (field) {
    case IZH_FIELD_STATE_X:
        *word = (uint32_t)s.x;
        return true;
    case IZH_FIELD_STATE_W:
        *word = (uint32_t)s.w;
        return true;
    case IZH_FIELD_STATE_LEVEL:
        *word = s.level;
        return true;
    }
    return false;
}

static bool write_attribute(struct izh_model *m, uint32_t field, uint32_t neuron, uint32_t word)
{
    if (field == IZH_FIELD_ATTRIBUTE_PROBE) {
        m->probed[neuron] = word & 1;
        return true;
    }
    if (field != IZH_FIELD_ATTRIBUTE_RECORD || !m->shape.records)
        return false;
    m->record_index[neuron] = (uint16_t)(word & (m->shape.records - 1));
    m->records_written = true;
    return true;
}

static bool read_attribute(const struct izh_model *m, uint32_t field, uint32_t neuron,
                           uint32_t *word)
{
    if (field == IZH_FIELD_ATTRIBUTE_PROBE)
        *word = m->probed[neuron];
    else if (field == IZH_FIELD_ATTRIBUTE_RECORD && m->shape.records)
        *word = m->record_index[neuron];
    else
        return false;
    return true;
}

// Where a word of a record is, and in *bits how many bits it has; NULL: nowhere.
static int32_t *record_word(const struct izh_model *m, uint32_t field, uint32_t index, int *bits)
{
    const struct izh_format *f = &m->shape.format;
    struct izh_record *r = &m->record[index];
    switch (field) {
    case IZH_FIELD_RECORD_A:
        *bits = f->port_bits;
        return &r->a;
    case IZH_FIELD_RECORD_B:
        *bits = f->port_bits;
        return &r->b;
    case IZH_FIELD_RECORD_E:
        *bits = f->w_bits;
        return &r->e;
    case IZH_FIELD_RECORD_C:
        *bits = f->x_bits;
        return &r->c;
    case IZH_FIELD_RECORD_D:
        *bits = f->w_bits;
        return &r->d;
    case IZH_FIELD_RECORD_PEAK:
        *bits = f->x_bits;
        return &r->peak;
    }
    return NULL;
}

static bool write_record(struct izh_model *m, uint32_t field, uint32_t index, uint32_t word)
{
    int bits;
    int32_t *at = record_word(m, field, index, &bits);
    if (at)
        *at = izh_sign_extend(word, bits);
    else if (field == IZH_FIELD_RECORD_DECAY)
        m->record[index].decay = word & 1;
    else if (field == IZH_FIELD_RECORD_SD && izh_has_synapses(m))
        m->sd[index] = (int32_t)(word & (((uint32_t)1 << (m->shape.format.port_bits - 1)) - 1));
    else
        return false;
    m->records_written = true;
    return true;
}

static bool read_record(const struct izh_model *m, uint32_t field, uint32_t index, uint32_t *word)
{
    int bits;
    const int32_t *at = record_word(m, field, index, &bits);
    if (at)
        *word = (uint32_t)*at;
    else if (field == IZH_FIELD_RECORD_DECAY)
        *word = m->record[index].decay;
    else if (field == IZH_FIELD_RECORD_SD && izh_has_synapses(m))
        *word = (uint32_t)m->sd[index];
    else
        return false;
    return true;
}

static bool write_input(struct izh_model *m, uint32_t neuron, uint32_t word)
{
    m->cells.bias[neuron] = izh_sign_extend(word, izh_input_bits(&m->shape.format));
    return true;
}

static bool read_input(const struct izh_model *m, uint32_t neuron, uint32_t *word)
{
    *word = (uint32_t)m->cells.bias[neuron];
    return true;
}

// ---- The bus ------------------------------------------------------------------------------------

struct place {
    uint32_t region, field, index;
};

// The memory exists in an engine of this shape, and has a word of this index in some field.
static bool is_place(const struct izh_model *m, const struct place *p)
{
    switch (p->region) {
    case IZH_REGION_RECORD:
        return p->index < izh_record_count(&m->shape);
    case IZH_REGION_STATE:
    case IZH_REGION_ATTRIBUTE:
        return p->index < m->shape.neurons;
    case IZH_REGION_INPUT:
        return p->field == IZH_FIELD_INPUT_I && p->index < m->shape.neurons;
    case IZH_REGION_ACCUMULATOR:
        return p->field == IZH_FIELD_ACCUMULATOR_SUM && izh_has_synapses(m);
    case IZH_REGION_SYNAPSE:
    case IZH_REGION_ROW:
        return izh_has_synapses(m);
    }
    return false;
}

static struct place place_of(uint32_t address)
{
    return (struct place){address >> 28, address >> 24 & 15, address & 0xffffff};
}

static bool write_memory(struct izh_model *m, const struct place *p, uint32_t word)
{
    switch (p->region) {
    case IZH_REGION_STATE:
        return write_state(m, p->field, p->index, word);
    case IZH_REGION_ATTRIBUTE:
        return write_attribute(m, p->field, p->index, word);
    case IZH_REGION_RECORD:
        return write_record(m, p->field, p->index, word);
    case IZH_REGION_SYNAPSE:
        return izh_synapses_write_word(&m->synapses, p->field, p->index, word);
    case IZH_REGION_ROW:
        return izh_synapses_write_end(&m->synapses, p->field, p->index, word);
    case IZH_REGION_ACCUMULATOR:
        return izh_synapses_write_sum(&m->synapses, p->index, word);
    }
    return write_input(m, p->index, word);
}

static bool read_memory(const struct izh_model *m, const struct place *p, uint32_t *word)
{
    switch (p->region) {
    case IZH_REGION_STATE:
        return read_state(m, p->field, p->index, word);
    case IZH_REGION_ATTRIBUTE:
        return read_attribute(m, p->field, p->index, word);
    case IZH_REGION_RECORD:
        return read_record(m, p->field, p->index, word);
    case IZH_REGION_SYNAPSE:
        return izh_synapses_read_word(&m->synapses, p->field, p->index, word);
    case IZH_REGION_ROW:
        return izh_synapses_read_end(&m->synapses, p->field, p->index, word);
    case IZH_REGION_ACCUMULATOR:
        return izh_synapses_read_sum(&m->synapses, p->index, word);
    }
    return read_input(m, p->index, word);
}

enum izh_model_status izh_model_write(struct izh_model *m, uint32_t address, uint32_t word)
{
    struct place p = place_of(address);
    if (p.region == IZH_REGION_REGISTER)
        return p.field ? IZH_MODEL_BAD_ADDRESS : izh_model_write_register(m, p.index, word);
    if (!is_place(m, &p))
        return IZH_MODEL_BAD_ADDRESS;
    if (m->substep)
        return IZH_MODEL_RUNNING;
    return write_memory(m, &p, word) ? IZH_MODEL_OK : IZH_MODEL_BAD_ADDRESS;
}

enum izh_model_status izh_model_read(const struct izh_model *m, uint32_t address, uint32_t *word)
{
    struct place p = place_of(address);
    if (p.region == IZH_REGION_REGISTER)
        return p.field ? IZH_MODEL_BAD_ADDRESS : izh_model_read_register(m, p.index, word);
    if (!is_place(m, &p))
        return IZH_MODEL_BAD_ADDRESS;
    if (m->substep)
        return IZH_MODEL_RUNNING;
    return read_memory(m, &p, word) ? IZH_MODEL_OK : IZH_MODEL_BAD_ADDRESS;
}

enum izh_model_status izh_model_stimulate(struct izh_model *m, const struct izh_stimulus *stimulus)
{
    if (m->substep)
        return IZH_MODEL_RUNNING;
    if (stimulus->neuron >= m->shape.neurons)
        return IZH_MODEL_OK;
    uint32_t value = (uint32_t)stimulus->value;
    if (stimulus->kind == IZH_STIMULUS_CURRENT)
        write_input(m, stimulus->neuron, value);
    if (stimulus->kind == IZH_STIMULUS_EVENT && izh_has_synapses(m))
        izh_synapses_inject(&m->synapses, m->tick, stimulus->neuron, value);
    return IZH_MODEL_OK;
}
