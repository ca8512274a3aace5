// izh_synchroniser.v: bits of another clock, or of none, two flip-flops later
// SPDX-License-Identifier: Apache-2.0
// Of bits that change at once some may come a clock before the others: give it one bit, or a Gray code.
`default_nettype none

module izh_synchroniser #(
    parameter WIDTH = 1
) (
    input  wire             clk_i,
    input  wire [WIDTH-1:0] d_i,
    output wire [WIDTH-1:0] q_o
);
  // Neither merged with flops beside them, nor made a shift register, nor put far apart.
  (* keep, async_reg = "true", shreg_extract = "no" *)
  reg [WIDTH-1:0] first, second;

  always @(posedge clk_i) begin
    first  <= d_i;
    second <= first;
  end

  assign q_o = second;
endmodule
`default_nettype wire
