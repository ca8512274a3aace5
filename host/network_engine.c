// network_engine.c: what an image says of the engine it is for
// SPDX-License-Identifier: Apache-2.0
#include "network_engine.h"

static uint32_t lanes_of(const struct izh_shape *shape)
{
    return shape->lanes ? shape->lanes : 1;
}

int izh_target_bits(const struct izh_shape *shape)
{
    int bits = 1;
    while (1u << bits < shape->neurons / lanes_of(shape))
        bits++;
    return bits;
}

struct izh_image_engine izh_image_engine_of(const struct izh_shape *shape, uint32_t neurons,
                                            uint32_t synapses)
{
    const struct izh_format *f = &shape->format;
    struct izh_image_engine engine = {
        .widths = (uint32_t)(f->x_bits | f->w_bits << 8 | f->port_bits << 16),
        .neurons = neurons,
        .records = shape->records,
        .lanes = lanes_of(shape),
        .synapses = synapses,
    };
    if (!shape->synapses)
        return engine;
    engine.ring = shape->slots | shape->parts << 16;
    engine.synapse_format = (uint32_t)izh_target_bits(shape) | (uint32_t)shape->weight_bits << 8 |
                            (uint32_t)shape->delta_bits << 16 |
                            (uint32_t)shape->accumulator_bits << 24;
    return engine;
}
