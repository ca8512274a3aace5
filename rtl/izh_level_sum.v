// izh_level_sum.v: base + (1 + level/4) value, each term of the level cut to the last bit of value
// SPDX-License-Identifier: Apache-2.0
// Three clocks, one addition each: no multiplexer stands in front of a carry chain.
`default_nettype none

module izh_level_sum #(
    parameter WIDTH = 32
) (
    input  wire                    clk_i,
    input  wire        [      2:0] level_i,  // clock 0
    input  wire signed [WIDTH-1:0] value_i,  // clock 0
    input  wire signed [WIDTH-1:0] base_i,   // clock 1
    output wire signed [WIDTH-1:0] sum_o     // clock 3
);
  wire signed [WIDTH-1:0] half = value_i >>> 1;
  wire signed [WIDTH-1:0] quarter = value_i >>> 2;

  reg signed [WIDTH-1:0] value_1, coarse_1, fine_1, high_2, low_2, sum_3;

  always @(posedge clk_i) begin
    value_1  <= value_i;
    coarse_1 <= ({WIDTH{level_i[2]}} & value_i) | ({WIDTH{level_i[1] & ~level_i[2]}} & half);
    fine_1   <= {WIDTH{level_i[0]}} & quarter;
    high_2   <= value_1 + coarse_1;
    low_2    <= base_i + fine_1;
    sum_3    <= high_2 + low_2;
  end

  assign sum_o = sum_3;
endmodule
`default_nettype wire
