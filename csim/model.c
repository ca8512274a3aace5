// model.c: the golden model: an engine in C that gives the bits of docs/contract.md
// SPDX-License-Identifier: Apache-2.0
#include "model.h"

#include <stdlib.h>

struct izh_model {
    struct izh_shape shape;
    struct izh_arithmetic arithmetic;
    uint32_t neurons;
    uint32_t substeps;
    uint32_t ticks_left;
    uint32_t tick;
    uint32_t substep; // of the tick under way, 0 between ticks
    uint16_t saturated_x;
    uint16_t saturated_w;
    uint16_t saturated_port;
    struct izh_state *state;   // [shape.neurons]
    int64_t *input;            // [shape.neurons]
    uint16_t *record_index;    // [shape.neurons], NULL when records are per neuron
    bool *probed;              // [shape.neurons]
    struct izh_record *record; // [shape.records], or [shape.neurons] when that is 0
};

const char *izh_model_status_name(enum izh_model_status status)
{
    switch (status) {
    case IZH_MODEL_OK:
        return "IZH_MODEL_OK";
    case IZH_MODEL_NO_MEMORY:
        return "IZH_MODEL_NO_MEMORY";
    case IZH_MODEL_BAD_SHAPE:
        return "IZH_MODEL_BAD_SHAPE";
    case IZH_MODEL_BAD_ADDRESS:
        return "IZH_MODEL_BAD_ADDRESS";
    case IZH_MODEL_BAD_ACCESS:
        return "IZH_MODEL_BAD_ACCESS";
    case IZH_MODEL_BAD_VALUE:
        return "IZH_MODEL_BAD_VALUE";
    case IZH_MODEL_RUNNING:
        return "IZH_MODEL_RUNNING";
    }
    return "IZH_MODEL_UNKNOWN";
}

const char *izh_model_strerror(enum izh_model_status status)
{
    switch (status) {
    case IZH_MODEL_OK:
        return "success";
    case IZH_MODEL_NO_MEMORY:
        return "out of memory";
    case IZH_MODEL_BAD_SHAPE:
        return "no such engine: widths, neurons or records out of range";
    case IZH_MODEL_BAD_ADDRESS:
        return "no such address in this engine";
    case IZH_MODEL_BAD_ACCESS:
        return "this address cannot be accessed in this direction";
    case IZH_MODEL_BAD_VALUE:
        return "value out of range for this register";
    case IZH_MODEL_RUNNING:
        return "only possible between two ticks";
    }
    return "unknown status";
}

static uint32_t record_count(const struct izh_shape *shape)
{
    return shape->records ? shape->records : shape->neurons;
}

static bool shape_is_valid(const struct izh_shape *shape)
{
    uint32_t records = shape->records;
    return !izh_format_fault(&shape->format) && shape->neurons >= 2 && shape->neurons <= 65536 &&
           records != 1 && records <= 65536 && !(records & (records - 1));
}

static bool allocate(struct izh_model *m)
{
    uint32_t neurons = m->shape.neurons;
    m->state = calloc(neurons, sizeof *m->state);
    m->input = calloc(neurons, sizeof *m->input);
    m->probed = calloc(neurons, sizeof *m->probed);
    m->record = calloc(record_count(&m->shape), sizeof *m->record);
    if (m->shape.records)
        m->record_index = calloc(neurons, sizeof *m->record_index);
    return m->state && m->input && m->probed && m->record && (m->record_index || !m->shape.records);
}

enum izh_model_status izh_model_new(const struct izh_shape *shape, struct izh_model **model)
{
    if (!shape_is_valid(shape))
        return IZH_MODEL_BAD_SHAPE;
    struct izh_model *m = calloc(1, sizeof *m);
    if (!m)
        return IZH_MODEL_NO_MEMORY;
    m->shape = *shape;
    if (!allocate(m)) {
        izh_model_free(m);
        return IZH_MODEL_NO_MEMORY;
    }
    m->arithmetic.format = shape->format;
    m->arithmetic.step = 2;
    m->arithmetic.accurate = true;
    for (int i = 0; i < IZH_LEVELS; i++)
        m->arithmetic.bound[i] = (1 << IZH_BOUND_BITS) - 1;
    m->neurons = 1;
    m->substeps = 1;
    *model = m;
    return IZH_MODEL_OK;
}

void izh_model_free(struct izh_model *m)
{
    if (!m)
        return;
    free(m->state);
    free(m->input);
    free(m->probed);
    free(m->record);
    free(m->record_index);
    free(m);
}

// ---- The bus ------------------------------------------------------------------------------------

static int32_t sign_extend(uint32_t word, int bits)
{
    uint32_t sign = (uint32_t)1 << (bits - 1), mask = (sign << 1) - 1;
    return (int32_t)(((word & mask) ^ sign) - sign);
}

static uint32_t add_saturated(uint32_t a, uint32_t b)
{
    return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

static enum izh_model_status write_setting(struct izh_model *m, uint32_t number, uint32_t word)
{
    switch (number) {
    case IZH_REG_NEURONS:
        if (word < 1 || word > m->shape.neurons)
            return IZH_MODEL_BAD_VALUE;
        m->neurons = word;
        return IZH_MODEL_OK;
    case IZH_REG_SUBSTEPS:
        if (word < 1 || word > 255)
            return IZH_MODEL_BAD_VALUE;
        m->substeps = word;
        return IZH_MODEL_OK;
    case IZH_REG_STEP:
        m->arithmetic.step = word & 3;
        return IZH_MODEL_OK;
    case IZH_REG_MODE:
        m->arithmetic.accurate = word & 1;
        return IZH_MODEL_OK;
    case IZH_REG_TICK:
        m->tick = word;
        return IZH_MODEL_OK;
    case IZH_REG_SATURATED_X:
        m->saturated_x = 0;
        return IZH_MODEL_OK;
    case IZH_REG_SATURATED_W:
        m->saturated_w = 0;
        return IZH_MODEL_OK;
    case IZH_REG_SATURATED_PORT:
        m->saturated_port = 0;
        return IZH_MODEL_OK;
    }
    return IZH_MODEL_BAD_ACCESS;
}

static bool is_bound(uint32_t n)
{
    return n >= IZH_REG_BOUND_0 && n <= IZH_REG_BOUND_4;
}
static bool is_kappa(uint32_t n)
{
    return n >= IZH_REG_KAPPA_0 && n <= IZH_REG_KAPPA_5;
}

static bool is_register(uint32_t n)
{
    return n <= IZH_REG_SATURATED_PORT || is_bound(n) || is_kappa(n);
}

static enum izh_model_status write_register(struct izh_model *m, uint32_t number, uint32_t word)
{
    if (!is_register(number))
        return IZH_MODEL_BAD_ADDRESS;
    if (number == IZH_REG_RUN) {
        m->ticks_left = add_saturated(m->ticks_left, word);
        return IZH_MODEL_OK;
    }
    if (m->substep)
        return IZH_MODEL_RUNNING;
    if (is_bound(number)) {
        m->arithmetic.bound[number - IZH_REG_BOUND_0] = word & ((1 << IZH_BOUND_BITS) - 1);
        return IZH_MODEL_OK;
    }
    if (is_kappa(number)) {
        m->arithmetic.kappa[number - IZH_REG_KAPPA_0] =
            sign_extend(word, izh_kappa_bits(&m->shape.format));
        return IZH_MODEL_OK;
    }
    return write_setting(m, number, word);
}

static enum izh_model_status read_register(const struct izh_model *m, uint32_t number,
                                           uint32_t *word)
{
    const struct izh_format *f = &m->shape.format;
    if (!is_register(number))
        return IZH_MODEL_BAD_ADDRESS;
    if (is_bound(number)) {
        *word = (uint32_t)m->arithmetic.bound[number - IZH_REG_BOUND_0];
        return IZH_MODEL_OK;
    }
    if (is_kappa(number)) {
        *word = (uint32_t)m->arithmetic.kappa[number - IZH_REG_KAPPA_0];
        return IZH_MODEL_OK;
    }
    switch (number) {
    case IZH_REG_MAGIC:
        *word = IZH_MAGIC;
        break;
    case IZH_REG_WIDTHS:
        *word = (uint32_t)(f->x_bits | f->w_bits << 8 | f->port_bits << 16);
        break;
    case IZH_REG_NEURON_CAPACITY:
        *word = m->shape.neurons;
        break;
    case IZH_REG_RECORD_CAPACITY:
        *word = m->shape.records;
        break;
    case IZH_REG_NEURONS:
        *word = m->neurons;
        break;
    case IZH_REG_SUBSTEPS:
        *word = m->substeps;
        break;
    case IZH_REG_STEP:
        *word = (uint32_t)m->arithmetic.step;
        break;
    case IZH_REG_MODE:
        *word = m->arithmetic.accurate;
        break;
    case IZH_REG_RUN:
        return IZH_MODEL_BAD_ACCESS;
    case IZH_REG_TICKS_LEFT:
        *word = m->ticks_left;
        break;
    case IZH_REG_TICK:
        *word = m->tick;
        break;
    case IZH_REG_STATUS:
        *word = m->substep != 0;
        break;
    case IZH_REG_SATURATED_X:
        *word = m->saturated_x;
        break;
    case IZH_REG_SATURATED_W:
        *word = m->saturated_w;
        break;
    case IZH_REG_SATURATED_PORT:
        *word = m->saturated_port;
        break;
    }
    return IZH_MODEL_OK;
}

static enum izh_model_status write_state(struct izh_model *m, uint32_t field, uint32_t neuron,
                                         uint32_t word)
{
    struct izh_state *s = &m->state[neuron];
    switch (field) {
    case IZH_FIELD_STATE_X:
        s->x = sign_extend(word, m->shape.format.x_bits);
        break;
    case IZH_FIELD_STATE_W:
        s->w = sign_extend(word, m->shape.format.w_bits);
        break;
    case IZH_FIELD_STATE_LEVEL:
        s->level = word & 7;
        break;
    default:
        return IZH_MODEL_BAD_ADDRESS;
    }
    return IZH_MODEL_OK;
}

static enum izh_model_status read_state(const struct izh_model *m, uint32_t field, uint32_t neuron,
                                        uint32_t *word)
{
    const struct izh_state *s = &m->state[neuron];
    switch (field) {
    case IZH_FIELD_STATE_X:
        *word = (uint32_t)s->x;
        break;
    case IZH_FIELD_STATE_W:
        *word = (uint32_t)s->w;
        break;
    case IZH_FIELD_STATE_LEVEL:
        *word = s->level;
        break;
    default:
        return IZH_MODEL_BAD_ADDRESS;
    }
    return IZH_MODEL_OK;
}

static enum izh_model_status write_attribute(struct izh_model *m, uint32_t field, uint32_t neuron,
                                             uint32_t word)
{
    if (field == IZH_FIELD_ATTRIBUTE_PROBE)
        m->probed[neuron] = word & 1;
    else if (field == IZH_FIELD_ATTRIBUTE_RECORD && m->shape.records)
        m->record_index[neuron] = (uint16_t)(word & (m->shape.records - 1));
    else
        return IZH_MODEL_BAD_ADDRESS;
    return IZH_MODEL_OK;
}

static enum izh_model_status read_attribute(const struct izh_model *m, uint32_t field,
                                            uint32_t neuron, uint32_t *word)
{
    if (field == IZH_FIELD_ATTRIBUTE_PROBE)
        *word = m->probed[neuron];
    else if (field == IZH_FIELD_ATTRIBUTE_RECORD && m->shape.records)
        *word = m->record_index[neuron];
    else
        return IZH_MODEL_BAD_ADDRESS;
    return IZH_MODEL_OK;
}

static enum izh_model_status write_record(struct izh_model *m, uint32_t field, uint32_t index,
                                          uint32_t word)
{
    const struct izh_format *f = &m->shape.format;
    struct izh_record *r = &m->record[index];
    switch (field) {
    case IZH_FIELD_RECORD_A:
        r->a = sign_extend(word, f->port_bits);
        break;
    case IZH_FIELD_RECORD_B:
        r->b = sign_extend(word, f->port_bits);
        break;
    case IZH_FIELD_RECORD_E:
        r->e = sign_extend(word, f->w_bits);
        break;
    case IZH_FIELD_RECORD_C:
        r->c = sign_extend(word, f->x_bits);
        break;
    case IZH_FIELD_RECORD_D:
        r->d = sign_extend(word, f->w_bits);
        break;
    case IZH_FIELD_RECORD_PEAK:
        r->peak = sign_extend(word, f->x_bits);
        break;
    case IZH_FIELD_RECORD_DECAY:
        r->decay = word & 1;
        break;
    default:
        return IZH_MODEL_BAD_ADDRESS;
    }
    return IZH_MODEL_OK;
}

static enum izh_model_status read_record(const struct izh_model *m, uint32_t field, uint32_t index,
                                         uint32_t *word)
{
    const struct izh_record *r = &m->record[index];
    switch (field) {
    case IZH_FIELD_RECORD_A:
        *word = (uint32_t)r->a;
        break;
    case IZH_FIELD_RECORD_B:
        *word = (uint32_t)r->b;
        break;
    case IZH_FIELD_RECORD_E:
        *word = (uint32_t)r->e;
        break;
    case IZH_FIELD_RECORD_C:
        *word = (uint32_t)r->c;
        break;
    case IZH_FIELD_RECORD_D:
        *word = (uint32_t)r->d;
        break;
    case IZH_FIELD_RECORD_PEAK:
        *word = (uint32_t)r->peak;
        break;
    case IZH_FIELD_RECORD_DECAY:
        *word = r->decay;
        break;
    default:
        return IZH_MODEL_BAD_ADDRESS;
    }
    return IZH_MODEL_OK;
}

// An address split into its parts; false when nothing is there in an engine of this shape.
static bool decode(const struct izh_model *m, uint32_t address, uint32_t *region, uint32_t *field,
                   uint32_t *index)
{
    *region = address >> 20;
    *field = address >> 16 & 15;
    *index = address & 0xffff;
    switch (*region) {
    case IZH_REGION_REGISTER:
        return *field == 0;
    case IZH_REGION_RECORD:
        return *index < record_count(&m->shape);
    case IZH_REGION_STATE:
    case IZH_REGION_ATTRIBUTE:
        return *index < m->shape.neurons;
    case IZH_REGION_INPUT:
        return *field == IZH_FIELD_INPUT_I && *index < m->shape.neurons;
    }
    return false;
}

enum izh_model_status izh_model_write(struct izh_model *m, uint32_t address, uint32_t word)
{
    uint32_t region, field, index;
    if (!decode(m, address, &region, &field, &index))
        return IZH_MODEL_BAD_ADDRESS;
    if (region == IZH_REGION_REGISTER)
        return write_register(m, index, word);
    if (m->substep)
        return IZH_MODEL_RUNNING;
    switch (region) {
    case IZH_REGION_STATE:
        return write_state(m, field, index, word);
    case IZH_REGION_ATTRIBUTE:
        return write_attribute(m, field, index, word);
    case IZH_REGION_RECORD:
        return write_record(m, field, index, word);
    }
    m->input[index] = sign_extend(word, izh_input_bits(&m->shape.format));
    return IZH_MODEL_OK;
}

enum izh_model_status izh_model_read(const struct izh_model *m, uint32_t address, uint32_t *word)
{
    uint32_t region, field, index;
    if (!decode(m, address, &region, &field, &index))
        return IZH_MODEL_BAD_ADDRESS;
    if (region == IZH_REGION_REGISTER)
        return read_register(m, index, word);
    if (m->substep)
        return IZH_MODEL_RUNNING;
    switch (region) {
    case IZH_REGION_STATE:
        return read_state(m, field, index, word);
    case IZH_REGION_ATTRIBUTE:
        return read_attribute(m, field, index, word);
    case IZH_REGION_RECORD:
        return read_record(m, field, index, word);
    }
    *word = (uint32_t)m->input[index];
    return IZH_MODEL_OK;
}

struct izh_state izh_model_state(const struct izh_model *m, uint32_t neuron)
{
    return m->state[neuron];
}

// ---- Time ---------------------------------------------------------------------------------------

static const struct izh_record *record_of(const struct izh_model *m, uint32_t neuron)
{
    return &m->record[m->record_index ? m->record_index[neuron] : neuron];
}

static void count_event(uint16_t *counter, bool event)
{
    if (event && *counter < UINT16_MAX)
        ++*counter;
}

static void end_substep(struct izh_model *m)
{
    if (++m->substep < m->substeps)
        return;
    m->substep = 0;
    m->tick++;
    m->ticks_left--;
}

bool izh_model_substep(struct izh_model *m, struct izh_spike *spikes, size_t *count)
{
    size_t n = 0;
    if (!m->ticks_left)
        return false;
    for (uint32_t i = 0; i < m->neurons; i++) {
        struct izh_update u =
            izh_neuron_update(&m->arithmetic, record_of(m, i), &m->state[i], m->input[i]);
        m->state[i] = u.state;
        count_event(&m->saturated_x, u.saturated_x);
        count_event(&m->saturated_w, u.saturated_w);
        count_event(&m->saturated_port, u.saturated_port);
        if (u.spike)
            spikes[n++] = (struct izh_spike){m->tick, i, (uint8_t)m->substep, u.state.level};
    }
    *count = n;
    end_substep(m);
    return true;
}
