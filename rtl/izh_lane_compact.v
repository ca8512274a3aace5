// izh_lane_compact.v: the update every fourth clock, and the memories of its neurons
// SPDX-License-Identifier: Apache-2.0
// Clocks are counted from the operands at izh_neuron_compact; a slot's number stands in clocks -2 to
// 1, the early word of its record in clocks 7 and 8, the late one in clocks 9 and 10, its new state is
// written in clock 14. While nothing is under way the bus reads and writes the same memories: data is
// there five clocks after its address, and a write replaces one field of the word read.
`default_nettype none
`include "izh_map.vh"

module izh_lane_compact #(
    parameter X_BITS = 16,
    parameter W_BITS = 24,
    parameter PORT_BITS = 16,
    parameter DEPTH = 1024,
    parameter RECORDS = 128,  // shared parameter records, a power of two; 0: one per neuron
    parameter INDEX_BITS = $clog2(DEPTH)
) (
    input  wire                              clk_i,
    input  wire                              rst_i,
    input  wire        [                1:0] phase_i,          // 2 in clock 0 of an update
    // Settings of the update.
    input  wire        [                1:0] step_i,
    input  wire                              accurate_i,
    input  wire        [           5*12-1:0] bounds_i,
    input  wire        [6*(PORT_BITS-1)-1:0] kappas_i,
    input  wire        [     INDEX_BITS-1:0] last_neuron_i,
    // The slot.
    input  wire        [     INDEX_BITS-1:0] index_i,
    output wire                              flag_o,           // clock 0
    input  wire                              launch_i,         // clock 0
    input  wire signed [         W_BITS+1:0] input_i,          // clocks 0 to 3
    output wire        [      PORT_BITS-2:0] sd_7_o,           // clocks 7 and 8
    // The update that leaves, written back in this clock.
    output wire                              retired_o,
    output wire        [     INDEX_BITS-1:0] retired_index_o,
    output wire                              retired_last_o,   // of its pass
    output wire                              retired_flag_o,
    output wire signed [         X_BITS-1:0] retired_x_o,
    output wire signed [         W_BITS-1:0] retired_w_o,
    output wire        [                2:0] retired_level_o,
    output wire                              retired_spike_o,
    output wire                              retired_saturated_x_o,
    output wire                              retired_saturated_w_o,
    output wire                              retired_saturated_port_o,
    // Bus, only while nothing is under way.
    input  wire                              bus_select_i,
    input  wire                              bus_write_i,      // one clock, on data read
    input  wire        [                3:0] bus_region_i,
    input  wire        [                3:0] bus_field_i,
    input  wire        [               15:0] bus_index_i,
    input  wire        [               31:0] bus_data_i,
    output reg         [               31:0] bus_data_o        // 0 when another's
);
  localparam RECORD_DEPTH = RECORDS == 0 ? DEPTH : RECORDS;
  localparam RECORD_BITS = $clog2(RECORD_DEPTH);
  localparam RECORD_WIDTH = 1 + 2 * W_BITS + PORT_BITS - 1 + X_BITS;  // of each of two words

  wire is_state = bus_region_i == `IZH_REGION_STATE;
  wire is_attribute = bus_region_i == `IZH_REGION_ATTRIBUTE;
  wire is_probe = is_attribute && bus_field_i == `IZH_FIELD_ATTRIBUTE_PROBE;
  wire is_number = is_attribute && bus_field_i == `IZH_FIELD_ATTRIBUTE_RECORD;
  wire is_record = bus_region_i == `IZH_REGION_RECORD;

  // ---- State -------------------------------------------------------------------------------------

  wire [INDEX_BITS-1:0] index = bus_select_i ? bus_index_i[INDEX_BITS-1:0] : index_i;
  wire flag_0;
  wire [2:0] level_0;
  wire signed [W_BITS-1:0] w_0;
  wire signed [X_BITS-1:0] x_0;
  assign flag_o = flag_0;
  wire is_x = is_state && bus_field_i == `IZH_FIELD_STATE_X;
  wire is_w = is_state && bus_field_i == `IZH_FIELD_STATE_W;
  wire is_level = is_state && bus_field_i == `IZH_FIELD_STATE_LEVEL;
  wire [INDEX_BITS-1:0] write_index = bus_select_i ? bus_index_i[INDEX_BITS-1:0] : retired_index_o;

  // Words of their own, so that a bus write of one needs not the others: in blocks of four bits.
  izh_memory #(.WIDTH(X_BITS), .DEPTH(DEPTH)) states_x (
      .clk_i(clk_i), .write_i(retired_o || (bus_write_i && is_x)), .write_address_i(write_index),
      .write_data_i(bus_select_i ? bus_data_i[X_BITS-1:0] : retired_x_o),
      .read_address_i(index), .read_data_o(x_0));
  izh_memory #(.WIDTH(W_BITS), .DEPTH(DEPTH)) states_w (
      .clk_i(clk_i), .write_i(retired_o || (bus_write_i && is_w)), .write_address_i(write_index),
      .write_data_i(bus_select_i ? bus_data_i[W_BITS-1:0] : retired_w_o),
      .read_address_i(index), .read_data_o(w_0));
  izh_memory #(.WIDTH(4), .DEPTH(DEPTH)) states_level (
      .clk_i(clk_i), .write_i(retired_o || (bus_write_i && (is_level || is_probe))),
      .write_address_i(write_index),
      .write_data_i(!bus_select_i ? {retired_flag_o, retired_level_o}
          : is_probe ? {bus_data_i[0], level_0} : {flag_0, bus_data_i[2:0]}),
      .read_address_i(index), .read_data_o({flag_0, level_0}));

  // ---- The record: its number stands in clocks 4 to 7, its address in clocks 5 to 8 ---------------

  wire [RECORD_BITS-1:0] number_4;
  wire [31:0] bus_number;
  reg [INDEX_BITS-1:0] index_2;
  always @(posedge clk_i) if (phase_i == 2'd3 || bus_select_i) index_2 <= index;
  generate
    if (RECORDS == 0) begin : g_record_per_neuron
      reg [INDEX_BITS-1:0] index_4;
      always @(posedge clk_i) if (phase_i == 2'd1 || bus_select_i) index_4 <= index_2;
      assign number_4 = index_4;
      assign bus_number = 32'd0;
    end else begin : g_record_shared
      izh_memory #(.WIDTH(RECORD_BITS), .DEPTH(DEPTH)) numbers (
          .clk_i(clk_i), .write_i(bus_write_i && is_number),
          .write_address_i(bus_index_i[INDEX_BITS-1:0]),
          .write_data_i(bus_data_i[RECORD_BITS-1:0]),
          .read_address_i(index_2), .read_data_o(number_4));
      assign bus_number = {{(32 - RECORD_BITS) {1'b0}}, number_4};
    end
  endgenerate

  reg [RECORD_BITS-1:0] record_5;
  always @(posedge clk_i)
    if (phase_i == 2'd2 || bus_select_i)
      record_5 <= bus_select_i ? bus_index_i[RECORD_BITS-1:0] : number_4;

  // Two words a record, read one after the other, take five blocks of an iCE40 for 128 records where one
  // took eight. What both halves of an update need stands in both.
  //
  //   early   decay  d  e              sd          ~peak, which the update adds
  //   late    decay  d  sign of b, c   rest of b   a
  reg wrote_early;
  reg [3:0] written;  // a bus write goes into the early word and four clocks later into the late one
  wire is_late_field = bus_field_i == `IZH_FIELD_RECORD_A || bus_field_i == `IZH_FIELD_RECORD_B
      || bus_field_i == `IZH_FIELD_RECORD_C;
  wire late = bus_select_i ? is_late_field || wrote_early : phase_i[1] ^ phase_i[0];
  always @(posedge clk_i) begin
    wrote_early <= bus_select_i && (wrote_early || bus_write_i);
    written     <= {written[2:0], bus_write_i};
  end

  wire [RECORD_WIDTH-1:0] word_7;
  wire decay_7;
  wire signed [W_BITS-1:0] d_7, e_7;
  wire signed [X_BITS-1:0] peak_inverted_7;
  assign {decay_7, d_7, e_7, sd_7_o, peak_inverted_7} = word_7;
  wire signed [PORT_BITS-1:0] a_9 = peak_inverted_7[PORT_BITS-1:0];
  wire signed [PORT_BITS-1:0] b_9 = {e_7[W_BITS-1], sd_7_o};
  wire signed [X_BITS-1:0] c_9 = e_7[X_BITS-1:0];

  // A write leaves alone what is not its field's: peak, sd and e are in the early word alone, a, b and c
  // in the late one, decay and d in both.
  wire write_peak = bus_field_i == `IZH_FIELD_RECORD_PEAK && !late;
  wire write_a = bus_field_i == `IZH_FIELD_RECORD_A;
  wire write_sd = bus_field_i == `IZH_FIELD_RECORD_SD && !late;
  wire write_b = bus_field_i == `IZH_FIELD_RECORD_B;
  wire write_e = bus_field_i == `IZH_FIELD_RECORD_E && !late;
  wire write_c = bus_field_i == `IZH_FIELD_RECORD_C;
  wire [RECORD_WIDTH-1:0] mask = {
    bus_field_i == `IZH_FIELD_RECORD_DECAY, {W_BITS{bus_field_i == `IZH_FIELD_RECORD_D}},
    write_e || write_b, {(W_BITS - 1) {write_e || write_c}}, {(PORT_BITS - 1) {write_sd || write_b}},
    {X_BITS{write_peak || write_a}}
  };
  wire [RECORD_WIDTH-1:0] bus_word = {
    bus_data_i[0], bus_data_i[W_BITS-1:0], write_b ? bus_data_i[PORT_BITS-1] : bus_data_i[W_BITS-1],
    bus_data_i[W_BITS-2:0], bus_data_i[PORT_BITS-2:0], bus_data_i[X_BITS-1:0] ^ {X_BITS{write_peak}}
  };

  izh_masked_memory #(.WIDTH(RECORD_WIDTH), .DEPTH(2 * RECORD_DEPTH)) records (
      .clk_i(clk_i), .write_i(is_record && (bus_write_i || written[3])),
      .write_address_i({record_5, late}), .write_mask_i(mask), .write_data_i(bus_word),
      .read_address_i({record_5, late}), .read_data_o(word_7));

  // ---- The update ----------------------------------------------------------------------------------

  wire spike_14, saturated_x_14, saturated_w_14, saturated_port_14;
  izh_neuron_compact #(.X_BITS(X_BITS), .W_BITS(W_BITS), .PORT_BITS(PORT_BITS)) neuron (
      .clk_i(clk_i), .step_i(step_i), .accurate_i(accurate_i),
      .bounds_i(bounds_i), .kappas_i(kappas_i),
      .valid_i(launch_i), .x_i(x_0), .w_i(w_0), .level_i(level_0), .input_i(input_i),
      .peak_inverted_i(peak_inverted_7), .c_i(c_9), .d_i(d_7), .e_i(e_7), .decay_i(decay_7),
      .a_i(a_9), .b_i(b_9),
      .valid_o(retired_o), .x_o(retired_x_o), .w_o(retired_w_o), .level_o(retired_level_o),
      .spike_o(spike_14), .saturated_x_o(saturated_x_14), .saturated_w_o(saturated_w_14),
      .saturated_port_o(saturated_port_14));

  assign retired_spike_o = retired_o && spike_14;
  assign retired_saturated_x_o = retired_o && saturated_x_14;
  assign retired_saturated_w_o = retired_o && saturated_w_14;
  assign retired_saturated_port_o = retired_o && saturated_port_14;

  // Updates stay in order: the number of the one that leaves is counted, not carried.
  reg [INDEX_BITS-1:0] retired_index;
  assign retired_index_o = retired_index;
  assign retired_last_o = retired_o && retired_index == last_neuron_i;
  always @(posedge clk_i)
    if (rst_i) retired_index <= {INDEX_BITS{1'b0}};
    else if (retired_o) retired_index <= retired_last_o ? {INDEX_BITS{1'b0}} : retired_index + 1'b1;

  // The probe flag is no part of the update: it waits four slots for the rest of its word.
  reg [3:0] flags;
  always @(posedge clk_i) if (phase_i == 2'd2) flags <= {flags[2:0], flag_0};
  assign retired_flag_o = flags[3];

  // ---- What the bus reads ------------------------------------------------------------------------------

  // Each word of the memories behind its own gate; fields that share bits share the gate.
  wire is_a = is_record && bus_field_i == `IZH_FIELD_RECORD_A;
  wire is_b = is_record && bus_field_i == `IZH_FIELD_RECORD_B;
  wire is_c = is_record && bus_field_i == `IZH_FIELD_RECORD_C;
  wire is_d = is_record && bus_field_i == `IZH_FIELD_RECORD_D;
  wire is_e = is_record && bus_field_i == `IZH_FIELD_RECORD_E;
  wire is_peak = is_record && bus_field_i == `IZH_FIELD_RECORD_PEAK;
  wire is_decay = is_record && bus_field_i == `IZH_FIELD_RECORD_DECAY;
  wire is_sd = is_record && bus_field_i == `IZH_FIELD_RECORD_SD;

  function [31:0] extended(input chosen, input [W_BITS-1:0] word);
    extended = {{(32 - W_BITS) {chosen && word[W_BITS-1]}}, {W_BITS{chosen}} & word};
  endfunction

  wire [W_BITS-1:0] x_wide = {{(W_BITS - X_BITS) {x_0[X_BITS-1]}}, x_0};
  wire [W_BITS-1:0] peak_wide = {{(W_BITS - X_BITS) {peak_inverted_7[X_BITS-1]}}, peak_inverted_7}
      ^ {W_BITS{is_peak}};
  wire [W_BITS-1:0] b_wide = {{(W_BITS - PORT_BITS + 1) {is_b && b_9[PORT_BITS-1]}}, sd_7_o};
  wire [W_BITS-1:0] e_wide = {is_c ? {(W_BITS - X_BITS + 1) {c_9[X_BITS-1]}} : e_7[W_BITS-1:X_BITS-1], e_7[X_BITS-2:0]};
  wire [31:0] short_word = ({29'd0, level_0} & {32{is_level}}) | (bus_number & {32{is_number}})
      | {31'd0, (is_probe && flag_0) || (is_decay && decay_7)};
  always @(posedge clk_i)
    bus_data_o <= extended(is_x, x_wide) | extended(is_w, w_0) | extended(is_d, d_7)
        | extended(is_c || is_e, e_wide) | extended(is_b || is_sd, b_wide)
        | extended(is_a || is_peak, peak_wide) | short_word;

  // The widest word of this engine may be narrower than the bus.
  wire unused_bits = &{1'b0, bus_index_i, bus_data_i};
endmodule
`default_nettype wire
