// izh_prepare.v: the input of each neuron of a lane for the tick that starts
// SPDX-License-Identifier: Apache-2.0
// docs/contract.md, "The input": bias + noise + synaptic input, clipped, once a tick, and kept for its
// sub-steps. One neuron a clock. Clocks are counted from the neuron's number at the noise generator,
// whose draw is there in clock NOISE = 14; the sum that the neuron takes is there in clock 17.
`default_nettype none
`include "izh_map.vh"

module izh_prepare #(
    parameter W_BITS = 24,
    parameter PORT_BITS = 18,
    parameter DEPTH = 1024,           // neurons of this lane
    parameter RECORDS = 256,          // shared parameter records; 0: one per neuron
    parameter ACCUMULATOR_BITS = 28,
    parameter LANE = 0,
    parameter LANES = 1,
    parameter LOCAL_BITS = 10
) (
    input  wire                               clk_i,
    // Noise of this tick, and the weight of a synaptic unit.
    input  wire        [                31:0] key_x_i,
    input  wire        [                31:0] key_y_i,
    input  wire        [                 3:0] weight_shift_i,
    // The neuron to prepare. Its synaptic sum is asked for at clock 10 - 7 = 3, by number in 10.
    input  wire                               prepare_0_i,
    input  wire        [      LOCAL_BITS-1:0] index_0_i,
    output wire                               take_2_o,
    output wire        [      LOCAL_BITS-1:0] index_10_o,
    input  wire signed [ACCUMULATOR_BITS-1:0] sum_17_i,
    // Prepared: written in this clock, may be read in the next.
    output reg                                prepared_o,
    output wire        [      LOCAL_BITS-1:0] prepared_index_o,
    output wire signed [ACCUMULATOR_BITS-1:0] prepared_sum_o,
    output wire signed [          W_BITS+1:0] prepared_input_o,
    output reg                                saturated_o,
    // Input of a neuron, two clocks after its index.
    input  wire        [      LOCAL_BITS-1:0] input_index_i,
    output wire signed [          W_BITS+1:0] input_o,          // Q3.(W_BITS-2)
    // Who writes memories, while no neuron is prepared: the index holds for three clocks before, and
    // in the clock of the write.
    input  wire                               write_select_i,
    input  wire                               write_bias_i,
    input  wire                               write_record_i,   // the record's number
    input  wire                               write_sd_i,
    input  wire        [                15:0] write_index_i,
    input  wire        [                31:0] write_data_i,
    output wire        [                31:0] bias_o,           // four clocks after the index
    output wire        [                31:0] sd_o              // likewise
);
  localparam INPUT_BITS = W_BITS + 2;
  localparam SD_BITS = PORT_BITS - 1;
  localparam NOISE = 14;
  localparam SD_DEPTH = RECORDS == 0 ? DEPTH : RECORDS;
  localparam RECORD_BITS = $clog2(SD_DEPTH);
  // An accumulator after its shift, and the sum of all three.
  localparam SHIFTED_BITS = ACCUMULATOR_BITS + 15;
  localparam TOTAL_BITS = (SHIFTED_BITS > INPUT_BITS + 3 ? SHIFTED_BITS : INPUT_BITS + 3) + 1;

  // ---- What is written, and where it goes: from far away ------------------------------------------

  reg write_select, write_bias, write_record, write_sd;
  reg [31:0] write_data;
  always @(posedge clk_i) begin
    write_select <= write_select_i;
    write_bias   <= write_bias_i;
    write_record <= write_record_i;
    write_sd     <= write_sd_i;
    write_data   <= write_data_i;
  end

  // ---- Where the neuron's number is needed ---------------------------------------------------------

  wire [LOCAL_BITS-1:0] index_8, index_14;
  wire prepare_21;
  izh_delay #(.WIDTH(1), .CLOCKS(2)) delay_take (
      .clk_i(clk_i), .d_i(prepare_0_i), .q_o(take_2_o));
  izh_delay #(.WIDTH(1), .CLOCKS(19)) delay_prepare (
      .clk_i(clk_i), .d_i(take_2_o), .q_o(prepare_21));
  izh_delay #(.WIDTH(LOCAL_BITS), .CLOCKS(8)) delay_index_8 (
      .clk_i(clk_i), .d_i(index_0_i), .q_o(index_8));
  izh_delay #(.WIDTH(LOCAL_BITS), .CLOCKS(2)) delay_index_10 (
      .clk_i(clk_i), .d_i(index_8), .q_o(index_10_o));
  izh_delay #(.WIDTH(LOCAL_BITS), .CLOCKS(4)) delay_index_14 (
      .clk_i(clk_i), .d_i(index_10_o), .q_o(index_14));
  izh_delay #(.WIDTH(LOCAL_BITS), .CLOCKS(8)) delay_index_22 (
      .clk_i(clk_i), .d_i(index_14), .q_o(prepared_index_o));

  // ---- Noise -----------------------------------------------------------------------------------------

  wire [15:0] neuron_0;
  generate
    if (LANES == 1) begin : g_one_lane
      assign neuron_0 = {{(16 - LOCAL_BITS) {1'b0}}, index_0_i};
    end else begin : g_lanes
      localparam LANE_BITS = $clog2(LANES);
      localparam [LANE_BITS-1:0] NUMBER = LANE;
      wire [15+LANE_BITS:0] joined = {{(16 - LOCAL_BITS) {1'b0}}, index_0_i, NUMBER};
      wire unused_top = &{1'b0, joined[15+LANE_BITS:16]};
      assign neuron_0 = joined[15:0];
    end
  endgenerate

  wire signed [15:0] draw_14;
  izh_noise #(.CLOCKS(NOISE)) noise (
      .clk_i(clk_i), .key_x_i(key_x_i), .key_y_i(key_y_i), .neuron_i(neuron_0), .g_o(draw_14));

  // The standard deviation is that of the neuron's record.
  reg [LOCAL_BITS-1:0] record_index_9;
  wire [RECORD_BITS-1:0] record_11;
  reg [RECORD_BITS-1:0] sd_index_12;
  wire [SD_BITS-1:0] sd_14;

  always @(posedge clk_i) begin
    record_index_9 <= write_select ? write_index_i[LOCAL_BITS-1:0] : index_8;
    sd_index_12    <= write_select ? write_index_i[RECORD_BITS-1:0] : record_11;
  end
  generate
    if (RECORDS == 0) begin : g_record_per_neuron
      izh_delay #(.WIDTH(RECORD_BITS), .CLOCKS(2)) delay_record (
          .clk_i(clk_i), .d_i(record_index_9), .q_o(record_11));
      wire unused_write = &{1'b0, write_record};
    end else begin : g_record_shared
      izh_table #(.WIDTH(RECORD_BITS), .DEPTH(DEPTH)) records (
          .clk_i(clk_i), .write_i(write_record), .address_i(record_index_9),
          .write_data_i(write_data[RECORD_BITS-1:0]), .read_data_o(record_11));
    end
  endgenerate

  izh_table #(.WIDTH(SD_BITS), .DEPTH(SD_DEPTH)) deviations (
      .clk_i(clk_i), .write_i(write_sd), .address_i(sd_index_12),
      .write_data_i(write_data[SD_BITS-1:0]), .read_data_o(sd_14));
  assign sd_o = {{(32 - SD_BITS) {1'b0}}, sd_14};

  wire signed [PORT_BITS-1:0] draw_port, sd_port;
  generate
    if (PORT_BITS >= 16) begin : g_wide_port
      assign draw_port = {{(PORT_BITS - 15) {draw_14[15]}}, draw_14[14:0]};
    end else begin : g_refused
      izh_noise_needs_a_port_of_16_bits refused ();
    end
  endgenerate
  assign sd_port = {1'b0, sd_14};
  wire signed [2*PORT_BITS-1:0] product_17;
  izh_multiplier #(.WIDTH(PORT_BITS)) scale (
      .clk_i(clk_i), .a_i(draw_port), .b_i(sd_port), .product_o(product_17));

  // ---- Bias ------------------------------------------------------------------------------------------

  reg [LOCAL_BITS-1:0] bias_index_15;
  wire signed [INPUT_BITS-1:0] bias_17;
  always @(posedge clk_i)
    bias_index_15 <= write_select ? write_index_i[LOCAL_BITS-1:0] : index_14;
  izh_table #(.WIDTH(INPUT_BITS), .DEPTH(DEPTH)) biases (
      .clk_i(clk_i), .write_i(write_bias), .address_i(bias_index_15),
      .write_data_i(write_data[INPUT_BITS-1:0]), .read_data_o(bias_17));
  assign bias_o = {{(33 - INPUT_BITS) {bias_17[INPUT_BITS-1]}}, bias_17[INPUT_BITS-2:0]};

  // ---- The sum ---------------------------------------------------------------------------------------
  // |noise| < 2^15 2^(P-1) / 2^(P+12-W) = 2^(W+2): two bits more than a bias, and their sum no more,
  // because a draw is below 3/4 of 2^15.

  localparam NOISE_SHIFT = PORT_BITS + 12 - W_BITS;
  wire signed [2*PORT_BITS-1:0] noise_17 = product_17 >>> NOISE_SHIFT;
  wire signed [SHIFTED_BITS-1:0] sum_17 =
      {{(SHIFTED_BITS - ACCUMULATOR_BITS) {sum_17_i[ACCUMULATOR_BITS-1]}}, sum_17_i};
  reg signed [INPUT_BITS-1:0] bias_18;
  reg signed [INPUT_BITS+1:0] noise_18, without_19;
  reg signed [SHIFTED_BITS-1:0] shifted_18, shifted_19;
  reg signed [TOTAL_BITS-1:0] total_20;
  reg [INPUT_BITS-1:0] low_21, input_22;
  reg fits_21, negative_21;
  assign prepared_input_o = input_22;

  always @(posedge clk_i) begin
    bias_18    <= bias_17;
    noise_18   <= noise_17[INPUT_BITS+1:0];
    without_19 <= {{2{bias_18[INPUT_BITS-1]}}, bias_18} + noise_18;
    shifted_18 <= sum_17 <<< weight_shift_i[1:0];
    shifted_19 <= shifted_18 <<< {weight_shift_i[3:2], 2'b00};
    total_20   <= {{(TOTAL_BITS - INPUT_BITS - 2) {without_19[INPUT_BITS+1]}}, without_19}
        + {{(TOTAL_BITS - SHIFTED_BITS) {shifted_19[SHIFTED_BITS-1]}}, shifted_19};

    low_21      <= total_20[INPUT_BITS-1:0];
    negative_21 <= total_20[TOTAL_BITS-1];
    fits_21     <= &total_20[TOTAL_BITS-1:INPUT_BITS-1] || ~|total_20[TOTAL_BITS-1:INPUT_BITS-1];

    input_22    <= fits_21 ? low_21 : {negative_21, {(INPUT_BITS - 1) {!negative_21}}};
    prepared_o  <= prepare_21;
    saturated_o <= prepare_21 && !fits_21;
  end

  // ---- It is kept for the sub-steps ----------------------------------------------------------------

  izh_memory #(.WIDTH(INPUT_BITS), .DEPTH(DEPTH)) inputs (
      .clk_i(clk_i), .write_i(prepared_o), .write_address_i(prepared_index_o),
      .write_data_i(input_22), .read_address_i(input_index_i), .read_data_o(input_o));

  izh_delay #(.WIDTH(ACCUMULATOR_BITS), .CLOCKS(5)) delay_sum (
      .clk_i(clk_i), .d_i(sum_17_i), .q_o(prepared_sum_o));

  wire unused_bits = &{1'b0, noise_17, write_index_i, write_data};
endmodule
`default_nettype wire
