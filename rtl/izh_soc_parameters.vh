// izh_soc_parameters.vh: the parameters of izh_soc and of what stands around it, those of engine and link
// SPDX-License-Identifier: Apache-2.0
// Goes last into a module's list. izh_soc_passed.vh hands them on.
    parameter X_BITS = 20,
    parameter W_BITS = 24,
    parameter PORT_BITS = 18,
    parameter DEPTH = 1024,
    parameter RECORDS = 256,
    parameter PROBE_DEPTH = 16,
    parameter LANES = 1,
    parameter SYNAPSES = 0,
    parameter SLOTS = 32,
    parameter PARTS = 1,
    parameter WEIGHT_BITS = 16,
    parameter DELTA_BITS = 6,
    parameter ACCUMULATOR_BITS = 28,
    parameter CARRY_DEPTH = 1024,
    parameter LINK_DIVIDER = 1,  // the engine's clock is so many times the link's: 1, the same, or 2, one of its own
    parameter [31:0] BUILD = 32'd0,
    parameter [31:0] BOARD = 32'd1,
    parameter [31:0] CLOCK = 32'd48000000  // Hz, of the engine
