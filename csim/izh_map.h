// izh_map.h: address map of the engine
// SPDX-License-Identifier: Apache-2.0
// Generated from contract/map.toml by tools/generate_map.py: do not edit.
// clang-format off
#ifndef IZH_MAP_H
#define IZH_MAP_H

#define IZH_ADDRESS(region, field, index) \
    ((uint32_t)(region) << 20 | (uint32_t)(field) << 16 | (uint32_t)(index))

enum izh_map {
    IZH_REGION_REGISTER = 0,
    IZH_REGION_STATE = 1,
    IZH_FIELD_STATE_X = 0,
    IZH_FIELD_STATE_W = 1,
    IZH_FIELD_STATE_LEVEL = 2,
    IZH_REGION_ATTRIBUTE = 2,
    IZH_FIELD_ATTRIBUTE_RECORD = 0,
    IZH_FIELD_ATTRIBUTE_PROBE = 1,
    IZH_REGION_RECORD = 3,
    IZH_FIELD_RECORD_A = 0,
    IZH_FIELD_RECORD_B = 1,
    IZH_FIELD_RECORD_E = 2,
    IZH_FIELD_RECORD_C = 3,
    IZH_FIELD_RECORD_D = 4,
    IZH_FIELD_RECORD_PEAK = 5,
    IZH_FIELD_RECORD_DECAY = 6,
    IZH_REGION_INPUT = 4,
    IZH_FIELD_INPUT_I = 0,
    IZH_REG_MAGIC = 0,
    IZH_REG_WIDTHS = 1,
    IZH_REG_NEURON_CAPACITY = 2,
    IZH_REG_RECORD_CAPACITY = 3,
    IZH_REG_NEURONS = 4,
    IZH_REG_SUBSTEPS = 5,
    IZH_REG_STEP = 6,
    IZH_REG_MODE = 7,
    IZH_REG_RUN = 8,
    IZH_REG_TICKS_LEFT = 9,
    IZH_REG_TICK = 10,
    IZH_REG_STATUS = 11,
    IZH_REG_SATURATED_X = 12,
    IZH_REG_SATURATED_W = 13,
    IZH_REG_SATURATED_PORT = 14,
    IZH_REG_BOUND_0 = 16,
    IZH_REG_BOUND_1 = 17,
    IZH_REG_BOUND_2 = 18,
    IZH_REG_BOUND_3 = 19,
    IZH_REG_BOUND_4 = 20,
    IZH_REG_KAPPA_0 = 24,
    IZH_REG_KAPPA_1 = 25,
    IZH_REG_KAPPA_2 = 26,
    IZH_REG_KAPPA_3 = 27,
    IZH_REG_KAPPA_4 = 28,
    IZH_REG_KAPPA_5 = 29,
    IZH_MAGIC = 0x697a6830,
};

#endif
