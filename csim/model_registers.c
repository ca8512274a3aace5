// model_registers.c: the registers of the golden model
// SPDX-License-Identifier: Apache-2.0
#include "model_internal.h"

static uint32_t add_saturated(uint32_t a, uint32_t b)
{
    return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

static bool is_bound(uint32_t n)
{
    return n >= IZH_REG_BOUND_0 && n <= IZH_REG_BOUND_4;
}

static bool is_kappa(uint32_t n)
{
    return n >= IZH_REG_KAPPA_0 && n <= IZH_REG_KAPPA_5;
}

// Without synapses there are three registers above KAPPA.
static bool is_register(const struct izh_model *m, uint32_t n)
{
    if (n <= IZH_REG_SATURATED_PORT || is_bound(n) || is_kappa(n))
        return true;
    if (n == IZH_REG_LANES || n == IZH_REG_SYNAPSE_CAPACITY || n == IZH_REG_RING)
        return true;
    return izh_has_synapses(m) && n > IZH_REG_LANES && n <= IZH_REG_LOST;
}

static enum izh_model_status write_number(uint32_t *setting, uint32_t word, uint32_t most)
{
    if (word < 1 || word > most)
        return IZH_MODEL_BAD_VALUE;
    *setting = word;
    return IZH_MODEL_OK;
}

static enum izh_model_status write_neurons(struct izh_model *m, uint32_t word)
{
    enum izh_model_status status = write_number(&m->neurons, word, m->shape.neurons);
    if (!status)
        izh_model_divide(m);
    return status;
}

static enum izh_model_status write_synaptic(struct izh_model *m, uint32_t number, uint32_t word)
{
    switch (number) {
    case IZH_REG_SEED:
        m->seed = word;
        return IZH_MODEL_OK;
    case IZH_REG_WEIGHT_SHIFT:
        m->weight_shift = word & 15;
        return IZH_MODEL_OK;
    case IZH_REG_STIMULUS:
        m->stimulus = word & 1;
        return IZH_MODEL_OK;
    case IZH_REG_CLEAR:
        izh_synapses_clear(&m->synapses);
        return IZH_MODEL_OK;
    case IZH_REG_SATURATED_I:
        m->saturated_i = 0;
        return IZH_MODEL_OK;
    case IZH_REG_LOST:
        m->synapses.lost = 0;
        return IZH_MODEL_OK;
    }
    return IZH_MODEL_BAD_ACCESS;
}

static enum izh_model_status write_setting(struct izh_model *m, uint32_t number, uint32_t word)
{
    switch (number) {
    case IZH_REG_NEURONS:
        return write_neurons(m, word);
    case IZH_REG_SUBSTEPS:
        return write_number(&m->substeps, word, 255);
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
    return write_synaptic(m, number, word);
}

enum izh_model_status izh_model_write_register(struct izh_model *m, uint32_t number, uint32_t word)
{
    if (!is_register(m, number))
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
            izh_sign_extend(word, izh_kappa_bits(&m->shape.format));
        return IZH_MODEL_OK;
    }
    return write_setting(m, number, word);
}

static uint32_t widths(const struct izh_format *f)
{
    return (uint32_t)(f->x_bits | f->w_bits << 8 | f->port_bits << 16);
}

static uint32_t synapse_format(const struct izh_synapses *s)
{
    return (uint32_t)(s->target_bits | s->weight_bits << 8 | s->delta_bits << 16 |
                      s->accumulator_bits << 24);
}

static enum izh_model_status read_synaptic(const struct izh_model *m, uint32_t number,
                                           uint32_t *word)
{
    switch (number) {
    case IZH_REG_LANES:
        *word = m->shape.lanes;
        break;
    case IZH_REG_SYNAPSE_CAPACITY:
        *word = m->shape.synapses;
        break;
    case IZH_REG_SYNAPSE_FORMAT:
        *word = synapse_format(&m->synapses);
        break;
    case IZH_REG_RING:
        *word = m->shape.slots | m->shape.parts << 16;
        break;
    case IZH_REG_SEED:
        *word = m->seed;
        break;
    case IZH_REG_WEIGHT_SHIFT:
        *word = m->weight_shift;
        break;
    case IZH_REG_STIMULUS:
        *word = m->stimulus;
        break;
    case IZH_REG_SATURATED_I:
        *word = m->saturated_i;
        break;
    case IZH_REG_LOST:
        *word = m->synapses.lost < UINT16_MAX ? m->synapses.lost : UINT16_MAX;
        break;
    default: // CLEAR
        return IZH_MODEL_BAD_ACCESS;
    }
    return IZH_MODEL_OK;
}

static enum izh_model_status read_setting(const struct izh_model *m, uint32_t number,
                                          uint32_t *word)
{
    switch (number) {
    case IZH_REG_MAGIC:
        *word = IZH_MAGIC;
        break;
    case IZH_REG_WIDTHS:
        *word = widths(&m->shape.format);
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
    default:
        return read_synaptic(m, number, word);
    }
    return IZH_MODEL_OK;
}

enum izh_model_status izh_model_read_register(const struct izh_model *m, uint32_t number,
                                              uint32_t *word)
{
    if (!is_register(m, number))
        return IZH_MODEL_BAD_ADDRESS;
    if (is_bound(number))
        *word = (uint32_t)m->arithmetic.bound[number - IZH_REG_BOUND_0];
    else if (is_kappa(number))
        *word = (uint32_t)m->arithmetic.kappa[number - IZH_REG_KAPPA_0];
    else
        return read_setting(m, number, word);
    return IZH_MODEL_OK;
}
