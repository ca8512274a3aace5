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
    output reg  signed [      WIDTH-1:0] before_o    // the word before the operation, 5 clocks later
);
  // ---- The word is read: clocks 0 to 2 -----------------------------------------------------------

  reg valid_1, valid_2, valid_3, valid_4, valid_5;
  reg take_1, take_2, take_3;
  reg set_1, set_2;
  reg [ADDRESS_BITS-1:0] address_1, address_2, address_3, address_4, address_5;
  reg signed [WIDTH-1:0] value_1, value_2, value_3;
  wire signed [WIDTH-1:0] word_3;
  reg signed [WIDTH-1:0] sum_5, sum_6, sum_7;

  izh_memory #(.WIDTH(WIDTH), .DEPTH(DEPTH)) words (
      .clk_i(clk_i), .write_i(valid_5), .write_address_i(address_5), .write_data_i(sum_5),
      .read_address_i(address_1), .read_data_o(word_3));

  // ---- Unless an operation up to four clocks ahead has not written it yet -------------------------

  reg same_1_2, same_2_2, same_3_2, same_4_2;  // as the operation so many clocks ahead
  reg same_1_3, same_2_3, same_3_3, same_4_3, fresh_3, same_1_4;
  reg signed [WIDTH-1:0] before_4;
  reg take_4;
  reg signed [WIDTH-1:0] value_4;

  always @(posedge clk_i) begin
    address_1 <= address_i;
    address_2 <= address_1;
    address_3 <= address_2;
    address_4 <= address_3;
    address_5 <= address_4;
    {take_1, set_1, value_1} <= {take_i, set_i, value_i};
    {take_2, set_2, value_2} <= {take_1, set_1, value_1};
    {take_3, value_3} <= {take_2, value_2};
    {take_4, value_4} <= {take_3, value_3};

    same_1_2 <= valid_2 && address_1 == address_2;
    same_2_2 <= valid_3 && address_1 == address_3;
    same_3_2 <= valid_4 && address_1 == address_4;
    same_4_2 <= valid_5 && address_1 == address_5;

    // The nearest counts. A word that is set has no past.
    same_1_3 <= same_1_2 && !set_2;
    same_2_3 <= same_2_2 && !same_1_2 && !set_2;
    same_3_3 <= same_3_2 && !same_1_2 && !same_2_2 && !set_2;
    same_4_3 <= same_4_2 && !same_1_2 && !same_2_2 && !same_3_2 && !set_2;
    fresh_3  <= !same_1_2 && !same_2_2 && !same_3_2 && !same_4_2 && !set_2;

    // In clock 3 the sums of the operations 2, 3 and 4 ahead stand in 5, 6 and 7; that of the one
    // ahead is being made.
    before_4 <= ({WIDTH{fresh_3}} & word_3) | ({WIDTH{same_2_3}} & sum_5)
        | ({WIDTH{same_3_3}} & sum_6) | ({WIDTH{same_4_3}} & sum_7);
    same_1_4 <= same_1_3;

    sum_5 <= take_4 ? {WIDTH{1'b0}} : (same_1_4 ? sum_5 : before_4) + value_4;
    sum_6 <= sum_5;
    sum_7 <= sum_6;
    before_o <= same_1_4 ? sum_5 : before_4;

    {valid_5, valid_4, valid_3, valid_2, valid_1} <= {valid_4, valid_3, valid_2, valid_1, valid_i};
    if (rst_i) {valid_5, valid_4, valid_3, valid_2, valid_1} <= 5'd0;
  end

  assign busy_o = valid_1 || valid_2 || valid_3 || valid_4 || valid_5;
endmodule
`default_nettype wire
