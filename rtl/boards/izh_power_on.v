// izh_power_on.v: the reset of one clock, from power-on until the clock has been good for a while
// SPDX-License-Identifier: Apache-2.0
// An FPGA's flip-flops are 0 when its configuration is loaded; the initial values say so to simulators.
`default_nettype none

module izh_power_on #(
    parameter CLOCKS = 64  // a power of two
) (
    input  wire clk_i,
    input  wire good_i,  // of no clock
    output reg  rst_o
);
  localparam TOP = $clog2(CLOCKS);

  reg [TOP:0] count;
  wire good;
  izh_synchroniser seen (.clk_i(clk_i), .d_i(good_i), .q_o(good));

  initial begin
    count = 0;
    rst_o = 1'b1;
  end

  always @(posedge clk_i) begin
    if (!good) count <= 0;
    else if (!count[TOP]) count <= count + 1'b1;
    rst_o <= !count[TOP];
  end
endmodule
`default_nettype wire
