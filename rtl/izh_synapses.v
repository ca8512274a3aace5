// izh_synapses.v: synapses and accumulators of a lane
// SPDX-License-Identifier: Apache-2.0
// One operation on an accumulator a clock. A neuron that takes its input comes first, then a
// stimulus, then the words of rows: who comes first says so ahead, and no word is read for that
// clock. Clocks are counted from the decision.
`default_nettype none
`include "izh_map.vh"

module izh_synapses #(
    parameter LOCAL_BITS = 10,         // number within the lane: TARGET_BITS of a synapse
    parameter ROWS = 2048,             // presynaptic neurons, times parts
    parameter SYNAPSES = 65536,
    parameter WEIGHT_BITS = 16,
    parameter DELTA_BITS = 6,
    parameter ACCUMULATOR_BITS = 28,
    parameter SLOTS = 32,
    parameter SLOT_BITS = $clog2(SLOTS),
    parameter ROW_BITS = $clog2(ROWS),
    parameter RING_BITS = SLOT_BITS + LOCAL_BITS
) (
    input  wire                               clk_i,
    input  wire                               rst_i,
    // Rows to read.
    input  wire                               row_valid_i,
    input  wire        [        ROW_BITS-1:0] row_i,
    output wire                               row_room_o,
    // Slots of the tick that runs and of the one after it.
    input  wire        [       SLOT_BITS-1:0] slot_i,
    input  wire        [       SLOT_BITS-1:0] next_slot_i,
    // A neuron takes its input.
    input  wire                               take_ahead_i,    // it will be decided in a clock
    input  wire        [      LOCAL_BITS-1:0] take_index_7_i,
    output wire signed [ACCUMULATOR_BITS-1:0] sum_14_o,
    // A stimulus: held until done.
    input  wire                               stimulus_i,
    input  wire        [       SLOT_BITS-1:0] stimulus_slot_i,
    input  wire        [      LOCAL_BITS-1:0] stimulus_index_i,
    input  wire signed [ACCUMULATOR_BITS-1:0] stimulus_value_i,
    output wire                               stimulus_done_o,
    // Every accumulator to 0, one a clock.
    input  wire                               clear_i,
    input  wire        [       RING_BITS-1:0] clear_index_i,
    output reg                                busy_o,
    output wire                               event_o,         // for those who count
    // Bus, only while nothing is under way: data nine clocks after the index.
    input  wire                               bus_select_i,
    input  wire                               bus_write_i,
    input  wire        [                 3:0] bus_region_i,
    input  wire        [                23:0] bus_index_i,     // accumulators: slot, local number
    input  wire        [                31:0] bus_data_i,
    output reg         [                31:0] bus_data_o
);
  localparam WORD_BITS = LOCAL_BITS + WEIGHT_BITS + DELTA_BITS;
  localparam POINTER_BITS = $clog2(SYNAPSES + 1);

  reg bus_is_synapse, bus_is_row, bus_is_accumulator;
  reg bus_select, bus_write, write_synapse, write_row;
  reg [23:0] bus_index;
  reg [31:0] bus_data;
  always @(posedge clk_i) begin
    {bus_select, bus_write, bus_index, bus_data} <=
        {bus_select_i, bus_write_i, bus_index_i, bus_data_i};
    bus_is_synapse     <= bus_region_i == `IZH_REGION_SYNAPSE;
    bus_is_row         <= bus_region_i == `IZH_REGION_ROW;
    bus_is_accumulator <= bus_region_i == `IZH_REGION_ACCUMULATOR;
    write_synapse      <= bus_write && bus_is_synapse;
    write_row          <= bus_write && bus_is_row;
  end

  // ---- Whose turn ------------------------------------------------------------------------------------

  reg stimulus_under_way, take_0, stimulus_0, hold_0;
  wire stimulus_ahead = stimulus_i && !stimulus_under_way && !take_ahead_i;
  wire take_7, stimulus_7;

  izh_delay #(.WIDTH(2), .CLOCKS(7)) delay_turn (
      .clk_i(clk_i), .d_i({take_0, stimulus_0}), .q_o({take_7, stimulus_7}));
  assign stimulus_done_o = stimulus_7;

  always @(posedge clk_i) begin
    take_0     <= take_ahead_i;
    stimulus_0 <= stimulus_ahead && !rst_i;
    hold_0     <= take_ahead_i || stimulus_ahead;
    stimulus_under_way <= !rst_i && (stimulus_ahead || (stimulus_under_way && !stimulus_7));
  end

  // ---- Rows ------------------------------------------------------------------------------------------

  wire [SLOT_BITS-1:0] event_slot;
  wire [LOCAL_BITS-1:0] event_target;
  wire signed [WEIGHT_BITS-1:0] event_weight;
  wire [WORD_BITS-1:0] bus_synapse;
  wire [POINTER_BITS-1:0] bus_row;
  wire rows_busy, ring_busy;

  izh_rows #(
      .SYNAPSES(SYNAPSES), .ROWS(ROWS), .TARGET_BITS(LOCAL_BITS), .WEIGHT_BITS(WEIGHT_BITS),
      .DELTA_BITS(DELTA_BITS), .SLOT_BITS(SLOT_BITS)
  ) rows (
      .clk_i(clk_i), .rst_i(rst_i),
      .row_valid_i(row_valid_i), .row_i(row_i), .row_room_o(row_room_o),
      .hold_i(hold_0), .next_slot_i(next_slot_i),
      .event_o(event_o), .slot_o(event_slot), .target_o(event_target), .weight_o(event_weight),
      .busy_o(rows_busy),
      .bus_select_i(bus_select), .bus_write_synapse_i(write_synapse),
      .bus_write_row_i(write_row), .bus_index_i(bus_index),
      .bus_data_i(bus_data), .bus_synapse_o(bus_synapse), .bus_row_o(bus_row));

  // ---- Accumulators ----------------------------------------------------------------------------------
  // The bus reads by adding nothing.

  reg valid, take, set;
  reg [RING_BITS-1:0] address;
  reg signed [ACCUMULATOR_BITS-1:0] value;

  always @(posedge clk_i) begin
    valid   <= event_o || take_7 || stimulus_7 || clear_i || (bus_select && bus_is_accumulator);
    take    <= take_7;
    set     <= clear_i || (bus_write && bus_is_accumulator);
    address <= clear_i ? clear_index_i
        : bus_select ? bus_index[RING_BITS-1:0]
        : take_7 ? {slot_i, take_index_7_i}
        : stimulus_7 ? {stimulus_slot_i, stimulus_index_i} : {event_slot, event_target};
    value   <= clear_i || (bus_select && !bus_write) ? {ACCUMULATOR_BITS{1'b0}}
        : bus_select ? bus_data[ACCUMULATOR_BITS-1:0]
        : stimulus_7 ? stimulus_value_i
        : {{(ACCUMULATOR_BITS - WEIGHT_BITS + 1) {event_weight[WEIGHT_BITS-1]}},
           event_weight[WEIGHT_BITS-2:0]};
    if (rst_i) valid <= 1'b0;
  end

  izh_ring #(.WIDTH(ACCUMULATOR_BITS), .DEPTH(1 << RING_BITS)) ring (
      .clk_i(clk_i), .rst_i(rst_i), .valid_i(valid), .take_i(take), .set_i(set),
      .address_i(address), .value_i(value), .busy_o(ring_busy), .before_o(sum_14_o));

  always @(posedge clk_i) busy_o <= rows_busy || ring_busy || valid || stimulus_i;

  // ---- What the bus reads ----------------------------------------------------------------------------

  // The memories are far apart.
  reg [WORD_BITS-1:0] read_synapse;
  reg [POINTER_BITS-1:0] read_row;
  reg signed [ACCUMULATOR_BITS-1:0] read_sum;
  always @(posedge clk_i) begin
    read_synapse <= bus_synapse;
    read_row     <= bus_row;
    read_sum     <= sum_14_o;
    bus_data_o   <= bus_is_synapse ? {{(32 - WORD_BITS) {1'b0}}, read_synapse}
        : bus_is_row ? {{(32 - POINTER_BITS) {1'b0}}, read_row}
        : {{(32 - ACCUMULATOR_BITS) {read_sum[ACCUMULATOR_BITS-1]}}, read_sum};
  end

  wire unused_bits = &{1'b0, bus_index, bus_data};
endmodule
`default_nettype wire
