// izh_ring.v: the accumulators of a lane: a slot for each coming tick and neuron
// SPDX-License-Identifier: Apache-2.0
// One operation a clock, each a read, an addition and a write of one word; operations on the same
// word may follow each other in any distance. Clocks are counted from the operation at the input.
`default_nettype none

module izh_ring #(
    parameter WIDTH = 18,         // of an accumulator; additions are modulo 2^WIDTH
    parameter DEPTH = 8192,       // words, at least 2
    parameter ADDRESS_BITS = $clog2(DEPTH)
) (
    input  wire                          clk_i,
    input  wire                          rst_i,
    input  wire                          valid_i,
    input  wire                          take_i,     // the word becomes 0 ...
    input  wire                          set_i,      // the word becomes value_i, else grows by it
    input  wire       [ADDRESS_BITS-1:0] address_i,
    input  wire signed [ WIDTH-1:0]      value_i,
    output wire                          busy_o,     // something is under way
    output reg  signed [      WIDTH-1:0] before_o    // the word before the operation, 6 clocks later
);
  // ---- The word is read: clocks 1 to 3, and one clock for the way from the memory ------------------

  reg [9:1] valid;
  reg take_1, take_2, take_3, take_4, take_5;
  reg set_1, set_2, set_3;
  reg [9*ADDRESS_BITS-1:0] addresses;  // in clocks 1 to 9, the latest in the low bits
  reg signed [WIDTH-1:0] value_1, value_2, value_3, value_4, value_5;
  wire signed [WIDTH-1:0] word_3;
  reg signed [WIDTH-1:0] word_4, before_5, sum_6, sum_7, sum_8, sum_9, sum_10, sum_11, sum_12;

  izh_memory #(.WIDTH(WIDTH), .DEPTH(DEPTH)) words (
      .clk_i(clk_i), .write_i(valid[9]), .write_address_i(addresses[8*ADDRESS_BITS+:ADDRESS_BITS]),
      .write_data_i(sum_9), .read_address_i(addresses[0+:ADDRESS_BITS]), .read_data_o(word_3));

  // ---- Unless an operation up to eight clocks ahead has not written it yet: the way to the memory is
  // ---- long, so its sum waits there for a clock ----------------------------------------------------

  // Word as the operation so many clocks ahead: compared in halves.
  localparam HALF = ADDRESS_BITS / 2;
  reg [8:1] low_1, high_1, same_2;
  reg [8:1] nearest_3, nearest_4;
  reg fresh_3, fresh_4, same_1_5;
  integer n;

  always @(posedge clk_i) begin
    addresses <= {addresses[8*ADDRESS_BITS-1:0], address_i};
    {take_1, set_1, value_1} <= {take_i, set_i, value_i};
    {take_2, set_2, value_2} <= {take_1, set_1, value_1};
    {take_3, set_3, value_3} <= {take_2, set_2, value_2};
    {take_4, value_4} <= {take_3, value_3};
    {take_5, value_5} <= {take_4, value_4};
    word_4 <= word_3;

    for (n = 1; n <= 8; n = n + 1) begin
      low_1[n]  <= address_i[HALF-1:0] == addresses[ADDRESS_BITS*(n-1)+:HALF];
      high_1[n] <= address_i[ADDRESS_BITS-1:HALF]
          == addresses[ADDRESS_BITS*(n-1)+HALF+:ADDRESS_BITS-HALF];
    end
    same_2 <= low_1 & high_1 & valid[9:2];

    // The nearest counts. A word that is set has no past.
    nearest_3 <= same_2 & (~same_2 + 1'b1);
    fresh_3   <= same_2 == 8'd0;
    nearest_4 <= set_3 ? 8'd0 : nearest_3;
    fresh_4   <= fresh_3 && !set_3;

    // In clock 4 the sums of the operations 2 to 8 ahead stand in 6 to 12; that of the one ahead is
    // being made.
    before_5 <= ({WIDTH{fresh_4}} & word_4) | ({WIDTH{nearest_4[2]}} & sum_6)
        | ({WIDTH{nearest_4[3]}} & sum_7) | ({WIDTH{nearest_4[4]}} & sum_8)
        | ({WIDTH{nearest_4[5]}} & sum_9) | ({WIDTH{nearest_4[6]}} & sum_10)
        | ({WIDTH{nearest_4[7]}} & sum_11) | ({WIDTH{nearest_4[8]}} & sum_12);
    same_1_5 <= nearest_4[1];

    sum_6 <= take_5 ? {WIDTH{1'b0}} : (same_1_5 ? sum_6 : before_5) + value_5;
    sum_7 <= sum_6;
    sum_8 <= sum_7;
    sum_9 <= sum_8;
    sum_10 <= sum_9;
    sum_11 <= sum_10;
    sum_12 <= sum_11;
    before_o <= same_1_5 ? sum_6 : before_5;

    valid <= rst_i ? 9'd0 : {valid[8:1], valid_i};
  end

  assign busy_o = |valid;
endmodule
`default_nettype wire
