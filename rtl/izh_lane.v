// izh_lane.v: one update pipeline and the memories of its neurons
// SPDX-License-Identifier: Apache-2.0
// An update issued in clock 0 reads its neuron's state and input, its parameter record later, when
// the pipeline wants it, and writes the new state back 40 clocks later. While the lane rests, the
// bus reads and writes the same memories: the bus holds its address, data is there four clocks
// later, and a write replaces one field of the word read.
`default_nettype none
`include "izh_map.vh"

module izh_lane #(
    parameter X_BITS = 20,
    parameter W_BITS = 24,
    parameter PORT_BITS = 18,
    parameter DEPTH = 1024,   // neurons of this lane
    parameter RECORDS = 256,  // shared parameter records, a power of two; 0: one per neuron
    parameter INDEX_BITS = $clog2(DEPTH)
) (
    input  wire                              clk_i,
    input  wire                              rst_i,
    // Settings of the update.
    input  wire        [                1:0] step_i,
    input  wire                              accurate_i,
    input  wire        [           5*12-1:0] bounds_i,
    input  wire        [6*(PORT_BITS-1)-1:0] kappas_i,
    input  wire        [     INDEX_BITS-1:0] last_neuron_i,
    // The update that enters.
    input  wire                              issue_i,
    input  wire        [     INDEX_BITS-1:0] issue_index_i,
    // Input current of a neuron, two clocks after its index.
    output wire        [     INDEX_BITS-1:0] input_index_o,
    input  wire signed [         W_BITS+1:0] input_i,
    // The update that leaves, written back in this clock.
    output reg                               retired_o,
    output wire        [     INDEX_BITS-1:0] retired_index_o,
    output reg                               retired_last_o,  // of its pass
    output wire signed [         X_BITS-1:0] retired_x_o,
    output wire signed [         W_BITS-1:0] retired_w_o,
    output wire        [                2:0] retired_level_o,
    output reg                               retired_spike_o,
    output reg                               retired_saturated_x_o,
    output reg                               retired_saturated_w_o,
    output reg                               retired_saturated_port_o,
    // Bus, only while nothing is in the pipeline.
    input  wire                              bus_select_i,  // the bus owns the memories
    input  wire                              bus_write_i,   // one clock, on data read
    input  wire        [                3:0] bus_region_i,
    input  wire        [                3:0] bus_field_i,
    input  wire        [               15:0] bus_index_i,
    input  wire        [               31:0] bus_data_i,
    output wire        [               31:0] bus_data_o
);
  localparam RECORD_DEPTH = RECORDS == 0 ? DEPTH : RECORDS;
  localparam RECORD_BITS = $clog2(RECORD_DEPTH);
  localparam STATE_WIDTH = 3 + W_BITS + X_BITS;
  localparam EARLY_WIDTH = 1 + 2 * W_BITS + 2 * X_BITS;
  localparam LATE_WIDTH = 2 * PORT_BITS;

  // What the bus writes, in flops: the strobe has far to go.
  reg bus_is_state, bus_is_number, bus_is_early, bus_is_late;
  wire bus_late = bus_field_i == `IZH_FIELD_RECORD_A || bus_field_i == `IZH_FIELD_RECORD_B;
  always @(posedge clk_i) begin
    bus_is_state  <= bus_region_i == `IZH_REGION_STATE;
    bus_is_number <= bus_region_i == `IZH_REGION_ATTRIBUTE
        && bus_field_i == `IZH_FIELD_ATTRIBUTE_RECORD;
    bus_is_early  <= bus_region_i == `IZH_REGION_RECORD && !bus_late;
    bus_is_late   <= bus_region_i == `IZH_REGION_RECORD && bus_late;
  end

  // ---- State -------------------------------------------------------------------------------------
  // Clocks are counted from the operands at the pipeline: the address stands at clock -2.

  reg [INDEX_BITS-1:0] read_index;
  wire [STATE_WIDTH-1:0] state_0;
  reg state_write;
  reg [INDEX_BITS-1:0] state_write_index;
  reg [STATE_WIDTH-1:0] state_write_data;

  izh_memory #(.WIDTH(STATE_WIDTH), .DEPTH(DEPTH)) states (
      .clk_i(clk_i), .write_i(state_write), .write_address_i(state_write_index),
      .write_data_i(state_write_data), .read_address_i(read_index), .read_data_o(state_0));

  wire [2:0] level_0;
  wire signed [W_BITS-1:0] w_0;
  wire signed [X_BITS-1:0] x_0;
  assign {level_0, w_0, x_0} = state_0;
  assign input_index_o = read_index;

  always @(posedge clk_i) read_index <= bus_select_i ? bus_index_i[INDEX_BITS-1:0] : issue_index_i;

  // ---- Whose turn it is, further down the pipeline -------------------------------------------------

  wire issue_12, issue_36;
  izh_delay #(.WIDTH(1), .CLOCKS(15)) delay_issue_12 (
      .clk_i(clk_i), .d_i(issue_i), .q_o(issue_12));
  izh_delay #(.WIDTH(1), .CLOCKS(24)) delay_issue_36 (
      .clk_i(clk_i), .d_i(issue_12), .q_o(issue_36));

  wire [INDEX_BITS-1:0] index_12, index_36;
  wire last_36, unused_last_12;
  izh_turn #(.INDEX_BITS(INDEX_BITS)) turn_12 (
      .clk_i(clk_i), .rst_i(rst_i), .last_i(last_neuron_i), .step_i(issue_12),
      .index_o(index_12), .end_o(unused_last_12));
  izh_turn #(.INDEX_BITS(INDEX_BITS)) turn_36 (
      .clk_i(clk_i), .rst_i(rst_i), .last_i(last_neuron_i), .step_i(issue_36),
      .index_o(index_36), .end_o(last_36));

  // ---- Which record: known at clock 15 -------------------------------------------------------------

  reg [INDEX_BITS-1:0] index_13;
  always @(posedge clk_i) index_13 <= bus_select_i ? bus_index_i[INDEX_BITS-1:0] : index_12;

  wire [RECORD_BITS-1:0] record_15, record_21;
  wire [31:0] bus_attribute;
  generate
    if (RECORDS == 0) begin : g_record_per_neuron
      izh_delay #(.WIDTH(INDEX_BITS), .CLOCKS(2)) delay_record_15 (
          .clk_i(clk_i), .d_i(index_13), .q_o(record_15));
      assign bus_attribute = 32'd0;
    end else begin : g_record_shared
      izh_table #(.WIDTH(RECORD_BITS), .DEPTH(DEPTH)) record_indices (
          .clk_i(clk_i),
          .write_i(bus_write_i && bus_is_number),
          .address_i(index_13), .write_data_i(bus_data_i[RECORD_BITS-1:0]),
          .read_data_o(record_15));
      assign bus_attribute = {{(32 - RECORD_BITS) {1'b0}}, record_15};
    end
  endgenerate

  // ---- Records: read at clock 16 for clock 18, and at clock 22 for clock 24 -------------------------

  izh_delay #(.WIDTH(RECORD_BITS), .CLOCKS(6)) delay_record_21 (
      .clk_i(clk_i), .d_i(record_15), .q_o(record_21));

  reg [RECORD_BITS-1:0] early_index, late_index;
  always @(posedge clk_i) begin
    early_index <= bus_select_i ? bus_index_i[RECORD_BITS-1:0] : record_15;
    late_index  <= bus_select_i ? bus_index_i[RECORD_BITS-1:0] : record_21;
  end

  wire [EARLY_WIDTH-1:0] early_18;
  wire [LATE_WIDTH-1:0] late_24;
  wire decay_18;
  wire signed [W_BITS-1:0] d_18, e_18;
  wire signed [X_BITS-1:0] c_18, peak_inverted_18;  // kept as ~peak, which the update adds
  wire signed [PORT_BITS-1:0] a_24, b_24;
  assign {decay_18, d_18, e_18, c_18, peak_inverted_18} = early_18;
  assign {b_24, a_24} = late_24;

  wire [EARLY_WIDTH-1:0] early_write_data = {
    bus_field_i == `IZH_FIELD_RECORD_DECAY ? bus_data_i[0] : decay_18,
    bus_field_i == `IZH_FIELD_RECORD_D ? bus_data_i[W_BITS-1:0] : d_18,
    bus_field_i == `IZH_FIELD_RECORD_E ? bus_data_i[W_BITS-1:0] : e_18,
    bus_field_i == `IZH_FIELD_RECORD_C ? bus_data_i[X_BITS-1:0] : c_18,
    bus_field_i == `IZH_FIELD_RECORD_PEAK ? ~bus_data_i[X_BITS-1:0] : peak_inverted_18
  };
  wire [LATE_WIDTH-1:0] late_write_data = {
    bus_field_i == `IZH_FIELD_RECORD_B ? bus_data_i[PORT_BITS-1:0] : b_24,
    bus_field_i == `IZH_FIELD_RECORD_A ? bus_data_i[PORT_BITS-1:0] : a_24
  };

  izh_memory #(.WIDTH(EARLY_WIDTH), .DEPTH(RECORD_DEPTH)) early_records (
      .clk_i(clk_i), .write_i(bus_write_i && bus_is_early),
      .write_address_i(early_index), .write_data_i(early_write_data),
      .read_address_i(early_index), .read_data_o(early_18));
  izh_memory #(.WIDTH(LATE_WIDTH), .DEPTH(RECORD_DEPTH)) late_records (
      .clk_i(clk_i), .write_i(bus_write_i && bus_is_late),
      .write_address_i(late_index), .write_data_i(late_write_data),
      .read_address_i(late_index), .read_data_o(late_24));

  // ---- The update ----------------------------------------------------------------------------------

  wire signed [X_BITS-1:0] x_36;
  wire signed [W_BITS-1:0] w_36;
  wire [2:0] level_36;
  wire spike_36, saturated_x_36, saturated_w_36, saturated_port_36;

  izh_neuron #(.X_BITS(X_BITS), .W_BITS(W_BITS), .PORT_BITS(PORT_BITS)) neuron (
      .clk_i(clk_i), .step_i(step_i), .accurate_i(accurate_i),
      .bounds_i(bounds_i), .kappas_i(kappas_i),
      .x_i(x_0), .w_i(w_0), .level_i(level_0), .input_i(input_i),
      .peak_inverted_i(peak_inverted_18), .c_i(c_18), .d_i(d_18), .e_i(e_18), .decay_i(decay_18),
      .a_i(a_24), .b_i(b_24),
      .x_o(x_36), .w_o(w_36), .level_o(level_36), .spike_o(spike_36),
      .saturated_x_o(saturated_x_36), .saturated_w_o(saturated_w_36),
      .saturated_port_o(saturated_port_36));

  // ---- Write-back ------------------------------------------------------------------------------------

  always @(posedge clk_i) begin
    state_write       <= issue_36 || (bus_write_i && bus_is_state);
    state_write_index <= bus_select_i ? bus_index_i[INDEX_BITS-1:0] : index_36;
    state_write_data  <= {level_36, w_36, x_36};
    if (bus_select_i)
      state_write_data <= {
        bus_field_i == `IZH_FIELD_STATE_LEVEL ? bus_data_i[2:0] : level_0,
        bus_field_i == `IZH_FIELD_STATE_W ? bus_data_i[W_BITS-1:0] : w_0,
        bus_field_i == `IZH_FIELD_STATE_X ? bus_data_i[X_BITS-1:0] : x_0
      };

    retired_o                <= issue_36;
    retired_last_o           <= last_36;
    retired_spike_o          <= issue_36 && spike_36;
    retired_saturated_x_o    <= issue_36 && saturated_x_36;
    retired_saturated_w_o    <= issue_36 && saturated_w_36;
    retired_saturated_port_o <= issue_36 && saturated_port_36;
  end

  assign retired_index_o = state_write_index;
  assign {retired_level_o, retired_w_o, retired_x_o} = state_write_data;

  // ---- What the bus reads ------------------------------------------------------------------------------

  reg [31:0] bus_record, bus_state, bus_number;
  always @(posedge clk_i) begin
    case (bus_field_i)
      `IZH_FIELD_RECORD_A: bus_record <= {{(32 - PORT_BITS) {a_24[PORT_BITS-1]}}, a_24};
      `IZH_FIELD_RECORD_B: bus_record <= {{(32 - PORT_BITS) {b_24[PORT_BITS-1]}}, b_24};
      `IZH_FIELD_RECORD_C: bus_record <= {{(32 - X_BITS) {c_18[X_BITS-1]}}, c_18};
      `IZH_FIELD_RECORD_D: bus_record <= {{(32 - W_BITS) {d_18[W_BITS-1]}}, d_18};
      `IZH_FIELD_RECORD_E: bus_record <= {{(32 - W_BITS) {e_18[W_BITS-1]}}, e_18};
      `IZH_FIELD_RECORD_PEAK:
      bus_record <= ~{{(32 - X_BITS) {peak_inverted_18[X_BITS-1]}}, peak_inverted_18};
      default: bus_record <= {31'd0, decay_18};
    endcase
    case (bus_field_i)
      `IZH_FIELD_STATE_X: bus_state <= {{(32 - X_BITS) {x_0[X_BITS-1]}}, x_0};
      `IZH_FIELD_STATE_W: bus_state <= {{(32 - W_BITS) {w_0[W_BITS-1]}}, w_0};
      default: bus_state <= {29'd0, level_0};
    endcase
    bus_number <= bus_attribute;
  end
  assign bus_data_o = bus_is_early || bus_is_late ? bus_record
      : bus_is_number ? bus_number : bus_state;

  // The widest word of this engine may be narrower than the bus.
  wire unused_bits = &{1'b0, bus_index_i, bus_data_i};
endmodule
`default_nettype wire
