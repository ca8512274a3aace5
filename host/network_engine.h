// network_engine.h: what an image says of the engine it is for
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_NETWORK_ENGINE_H
#define IZH_NETWORK_ENGINE_H

#include "image.h"
#include "model.h"

// Bits of a synapse's target: those that number the neurons of a lane, at least one.
int izh_target_bits(const struct izh_shape *shape);

// The engine of an image that uses so many neurons and, in the fullest lane, synapse words.
struct izh_image_engine izh_image_engine_of(const struct izh_shape *shape, uint32_t neurons,
                                            uint32_t synapses);

#endif
