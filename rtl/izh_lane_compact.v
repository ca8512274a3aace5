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
  localparam STATE_WIDTH = 4 + W_BITS + X_BITS;
  localparam RECORD_WIDTH = 1 + 2 * W_BITS + PORT_BITS - 1 + X_BITS;  // of each of two words

  wire is_state = bus_region_i == `IZH_REGION_STATE;
  wire is_attribute = bus_region_i == `IZH_REGION_ATTRIBUTE;
  wire is_probe = is_attribute && bus_field_i == `IZH_FIELD_ATTRIBUTE_PROBE;
  wire is_number = is_attribute && bus_field_i == `IZH_FIELD_ATTRIBUTE_RECORD;
  wire is_record = bus_region_i == `IZH_REGION_RECORD;

  // ---- State -------------------------------------------------------------------------------------

  wire [INDEX_BITS-1:0] index = bus_select_i ? bus_index_i[INDEX_BITS-1:0] : index_i;
  wire [STATE_WIDTH-1:0] state_0, new_state_14, bus_state;
  wire flag_0;
  wire [2:0] level_0;
  wire signed [W_BITS-1:0] w_0;
  wire signed [X_BITS-1:0] x_0;
  assign {flag_0, level_0, w_0, x_0} = state_0;
  assign flag_o = flag_0;
  assign bus_state = {
    is_probe ? bus_data_i[0] : flag_0,
    is_state && bus_field_i == `IZH_FIELD_STATE_LEVEL ? bus_data_i[2:0] : level_0,
    is_state && bus_field_i == `IZH_FIELD_STATE_W ? bus_data_i[W_BITS-1:0] : w_0,
    is_state && bus_field_i == `IZH_FIELD_STATE_X ? bus_data_i[X_BITS-1:0] : x_0
  };

  izh_memory #(.WIDTH(STATE_WIDTH), .DEPTH(DEPTH)) states (
      .clk_i(clk_i),
      .write_i(retired_o || (bus_write_i && (is_state || is_probe))),
      .write_address_i(bus_select_i ? bus_index_i[INDEX_BITS-1:0] : retired_index_o),
      .write_data_i(bus_select_i ? bus_state : new_state_14),
      .read_address_i(index), .read_data_o(state_0));

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

  // One field replaced. A field that is in the other word changes nothing here.
  wire write_peak = bus_field_i == `IZH_FIELD_RECORD_PEAK && !late;
  wire write_a = bus_field_i == `IZH_FIELD_RECORD_A;
  wire write_sd = bus_field_i == `IZH_FIELD_RECORD_SD && !late;
  wire write_b = bus_field_i == `IZH_FIELD_RECORD_B;
  wire write_e = bus_field_i == `IZH_FIELD_RECORD_E && !late;
  wire write_c = bus_field_i == `IZH_FIELD_RECORD_C;
  wire [RECORD_WIDTH-1:0] bus_word = {
    bus_field_i == `IZH_FIELD_RECORD_DECAY ? bus_data_i[0] : decay_7,
    bus_field_i == `IZH_FIELD_RECORD_D ? bus_data_i[W_BITS-1:0] : d_7,
    write_e ? bus_data_i[W_BITS-1] : write_b ? bus_data_i[PORT_BITS-1] : e_7[W_BITS-1],
    write_e || write_c ? bus_data_i[W_BITS-2:0] : e_7[W_BITS-2:0],
    write_sd || write_b ? bus_data_i[PORT_BITS-2:0] : sd_7_o,
    write_peak || write_a ? bus_data_i[X_BITS-1:0] ^ {X_BITS{write_peak}} : peak_inverted_7
  };

  izh_memory #(.WIDTH(RECORD_WIDTH), .DEPTH(2 * RECORD_DEPTH)) records (
      .clk_i(clk_i), .write_i(is_record && (bus_write_i || written[3])),
      .write_address_i({record_5, late}), .write_data_i(bus_word),
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

  izh_turn #(.INDEX_BITS(INDEX_BITS)) turn (
      .clk_i(clk_i), .rst_i(rst_i), .last_i(last_neuron_i), .step_i(retired_o),
      .index_o(retired_index_o), .end_o(retired_last_o));

  // The probe flag is no part of the update: it waits four slots for the rest of its word.
  reg [3:0] flags;
  always @(posedge clk_i) if (phase_i == 2'd2) flags <= {flags[2:0], flag_0};
  assign retired_flag_o = flags[3];
  assign new_state_14 = {retired_flag_o, retired_level_o, retired_w_o, retired_x_o};

  // ---- What the bus reads ------------------------------------------------------------------------------

  reg [31:0] bus_of_record, bus_of_state;
  always @(*) begin
    case (bus_field_i)
      `IZH_FIELD_RECORD_A: bus_of_record = {{(32 - PORT_BITS) {a_9[PORT_BITS-1]}}, a_9};
      `IZH_FIELD_RECORD_B: bus_of_record = {{(32 - PORT_BITS) {b_9[PORT_BITS-1]}}, b_9};
      `IZH_FIELD_RECORD_C: bus_of_record = {{(32 - X_BITS) {c_9[X_BITS-1]}}, c_9};
      `IZH_FIELD_RECORD_D: bus_of_record = {{(32 - W_BITS) {d_7[W_BITS-1]}}, d_7};
      `IZH_FIELD_RECORD_E: bus_of_record = {{(32 - W_BITS) {e_7[W_BITS-1]}}, e_7};
      `IZH_FIELD_RECORD_PEAK:
      bus_of_record = ~{{(32 - X_BITS) {peak_inverted_7[X_BITS-1]}}, peak_inverted_7};
      `IZH_FIELD_RECORD_SD: bus_of_record = {{(33 - PORT_BITS) {1'b0}}, sd_7_o};
      default: bus_of_record = {31'd0, decay_7};
    endcase
    case (bus_field_i)
      `IZH_FIELD_STATE_X: bus_of_state = {{(32 - X_BITS) {x_0[X_BITS-1]}}, x_0};
      `IZH_FIELD_STATE_W: bus_of_state = {{(32 - W_BITS) {w_0[W_BITS-1]}}, w_0};
      default: bus_of_state = {29'd0, level_0};
    endcase
  end
  always @(posedge clk_i)
    if (!is_record && !is_attribute && !is_state) bus_data_o <= 32'd0;
    else
      bus_data_o <= is_record ? bus_of_record : is_number ? bus_number
          : is_probe ? {31'd0, flag_0} : bus_of_state;

  // The widest word of this engine may be narrower than the bus.
  wire unused_bits = &{1'b0, bus_index_i, bus_data_i};
endmodule
`default_nettype wire
