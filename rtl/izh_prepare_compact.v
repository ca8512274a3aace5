// izh_prepare_compact.v: the input of each neuron for the tick that starts, one every eight clocks
// SPDX-License-Identifier: Apache-2.0
// docs/contract.md, "The input". A neuron's draw begins in phase 1. In the next eight phases its
// standard deviation stands in 5 and 6, its bias in 6, its synaptic sum from 8 on; the input made of
// them is written in phase 3 of those that follow.
`default_nettype none

module izh_prepare_compact #(
    parameter W_BITS = 24,
    parameter PORT_BITS = 16,
    parameter DEPTH = 1024,
    parameter INDEX_BITS = $clog2(DEPTH)
) (
    input  wire                         clk_i,
    input  wire                         rst_i,
    input  wire        [           2:0] phase_i,
    // Noise key of the tick to come.
    input  wire                         key_start_i,
    input  wire        [          31:0] key_tick_i,
    input  wire        [          31:0] seed_i,
    output wire                         key_busy_o,
    // The neuron to prepare: phases 1 to 8.
    input  wire                         started_i,        // a tick has: the first is neuron 0
    input  wire                         prepare_i,
    input  wire        [INDEX_BITS-1:0] prepare_index_i,
    output wire                         busy_o,           // inputs are under way
    // What its input is made of.
    output wire                         take_3_o,         // its bias and sum are wanted
    input  wire        [ PORT_BITS-2:0] sd_i,
    input  wire signed [    W_BITS+1:0] bias_6_i,
    input  wire signed [ PORT_BITS-1:0] sum_8_i,
    input  wire        [           3:0] weight_shift_i,
    // Prepared: written in this clock, and the first that is not.
    output wire                         prepared_o,
    output reg         [INDEX_BITS-1:0] prepared_index_o,
    output reg  signed [    W_BITS+1:0] prepared_input_o,
    output wire                         saturated_o,
    // Input of a neuron, two clocks after its index.
    input  wire        [INDEX_BITS-1:0] input_index_i,
    output wire signed [    W_BITS+1:0] input_o           // Q3.(W_BITS-2)
);
  localparam INPUT_BITS = W_BITS + 2;
  localparam SUM_BITS = 2 * PORT_BITS;
  localparam NOISE_SHIFT = PORT_BITS + 12 - W_BITS;

  // ---- Whose turn: a draw, eight clocks later the rest, eight clocks later the result -------------

  reg drawn, summed;
  always @(posedge clk_i) begin
    if (phase_i == 3'd0) begin
      drawn  <= prepare_i;
      summed <= drawn;
    end
    if (rst_i) {drawn, summed} <= 2'b00;
  end
  assign busy_o = drawn || summed;
  assign take_3_o = drawn && phase_i == 3'd3;
  assign prepared_o = summed && phase_i == 3'd3;

  always @(posedge clk_i)
    if (started_i) prepared_index_o <= {INDEX_BITS{1'b0}};
    else if (prepared_o) prepared_index_o <= prepared_index_o + 1'b1;

  // ---- Noise -----------------------------------------------------------------------------------------

  wire noise_ready, noise_done;
  wire signed [15:0] draw;
  assign key_busy_o = !noise_ready;
  izh_noise_serial noise (
      .clk_i(clk_i), .rst_i(rst_i), .ready_o(noise_ready),
      .key_i(key_start_i), .seed_i(seed_i), .tick_i(key_tick_i),
      .draw_i(prepare_i && phase_i == 3'd1),
      .neuron_i({{(16 - INDEX_BITS) {1'b0}}, prepare_index_i}),
      .done_o(noise_done), .g_o(draw));

  // The bias joins in where the product has its unit: what is cut from both is cut from noise alone.
  wire [SUM_BITS-1:0] noise_and_bias;
  wire signed [PORT_BITS-1:0] draw_port = {{(PORT_BITS - 15) {draw[15]}}, draw[14:0]};
  wire signed [SUM_BITS-1:0] bias = {{(SUM_BITS - INPUT_BITS) {bias_6_i[INPUT_BITS-1]}}, bias_6_i};
  izh_multiply_add #(.WIDTH(PORT_BITS)) scale (
      .clk_i(clk_i), .hold_a_i(1'b0), .a_i(draw_port), .b_i({1'b0, sd_i}),
      .addend_i(bias <<< NOISE_SHIFT), .sum_o(noise_and_bias));

  // ---- The sum ---------------------------------------------------------------------------------------
  // 2^WEIGHT_SHIFT does not fit a port, -2^WEIGHT_SHIFT does: the complement of the total is made,
  // -1 - (noise + bias + sum).

  wire signed [SUM_BITS-1:0] without = $signed(noise_and_bias) >>> NOISE_SHIFT;
  wire [PORT_BITS-1:0] weight = {PORT_BITS{1'b1}} << weight_shift_i;
  wire [SUM_BITS-1:0] total_inverted;
  izh_multiply_add #(.WIDTH(PORT_BITS)) join_sum (
      .clk_i(clk_i), .hold_a_i(1'b0), .a_i(sum_8_i), .b_i(weight), .addend_i(~without),
      .sum_o(total_inverted));

  wire [SUM_BITS-1:0] total = ~total_inverted;
  wire negative = total[SUM_BITS-1];
  wire fits = &total[SUM_BITS-1:INPUT_BITS-1] || ~|total[SUM_BITS-1:INPUT_BITS-1];
  reg clipped;
  always @(posedge clk_i) begin
    prepared_input_o <= fits ? total[INPUT_BITS-1:0] : {negative, {(INPUT_BITS - 1) {!negative}}};
    clipped          <= !fits;
  end
  assign saturated_o = prepared_o && clipped;

  // ---- It is kept for the sub-steps ----------------------------------------------------------------

  izh_memory #(.WIDTH(INPUT_BITS), .DEPTH(DEPTH)) inputs (
      .clk_i(clk_i), .write_i(prepared_o), .write_address_i(prepared_index_o),
      .write_data_i(prepared_input_o), .read_address_i(input_index_i), .read_data_o(input_o));

  wire unused_bits = &{1'b0, noise_done, draw};
endmodule
`default_nettype wire
