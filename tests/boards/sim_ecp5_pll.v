// sim_ecp5_pll.v: in the place of the PLL of rtl/boards: the clocks that a simulated top (`SIM_TOP) is given
// SPDX-License-Identifier: Apache-2.0
// tests/tb_boards.v looks at the dividers.
`default_nettype none

module izh_ecp5_pll #(
    parameter INPUT_DIVIDER = 1,
    parameter FEEDBACK_DIVIDER = 1,
    parameter LOOP_DIVIDER = 1,
    parameter FIRST_DIVIDER = 1,
    parameter SECOND_DIVIDER = 1,
    parameter THIRD_DIVIDER = 1
) (
    input  wire clk_i,
    output wire first_o,
    output wire second_o,
    output wire third_o,
    output wire locked_o
);
  wire unused_pin = &{1'b0, clk_i};
  assign first_o = `SIM_TOP.carrier_clk;
  assign second_o = `SIM_TOP.half;
  assign third_o = `SIM_TOP.clk_i;
  assign locked_o = 1'b1;
endmodule
`default_nettype wire
