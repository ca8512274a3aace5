// izh_ice40_pll.v: one clock of an iCE40's PLL
// SPDX-License-Identifier: Apache-2.0
// clk_o is clk_i * (LOOP + 1) / (INPUT + 1) / 2^OUTPUT, as icepll writes them.
`default_nettype none

module izh_ice40_pll #(
    parameter PAD = 1,  // clk_i is the pad that feeds the PLL; 0: another pin
    parameter [3:0] INPUT = 4'd0,
    parameter [6:0] LOOP = 7'd0,
    parameter [2:0] OUTPUT = 3'd0,
    parameter [2:0] FILTER = 3'd1
) (
    input  wire clk_i,
    output wire clk_o,
    output wire locked_o
);
  generate
    if (PAD) begin : g_pad
      SB_PLL40_PAD #(
          .FEEDBACK_PATH("SIMPLE"), .DIVR(INPUT), .DIVF(LOOP), .DIVQ(OUTPUT), .FILTER_RANGE(FILTER)
      ) pll (
          .PACKAGEPIN(clk_i), .PLLOUTGLOBAL(clk_o), .LOCK(locked_o), .RESETB(1'b1), .BYPASS(1'b0));
    end else begin : g_core
      SB_PLL40_CORE #(
          .FEEDBACK_PATH("SIMPLE"), .DIVR(INPUT), .DIVF(LOOP), .DIVQ(OUTPUT), .FILTER_RANGE(FILTER)
      ) pll (
          .REFERENCECLK(clk_i), .PLLOUTGLOBAL(clk_o), .LOCK(locked_o), .RESETB(1'b1), .BYPASS(1'b0));
    end
  endgenerate
endmodule
`default_nettype wire
