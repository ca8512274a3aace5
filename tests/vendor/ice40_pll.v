// ice40_pll.v: a model of the iCE40's PLL with simple feedback, from its pad or from a pin
// SPDX-License-Identifier: Apache-2.0
// Written from the formula and limits that Project IceStorm's icepll has. It judges dividers, not the
// silicon. The phase is whatever comes.
`timescale 1ps / 1ps
`default_nettype none

module ice40_pll #(
    parameter [3:0] DIVR = 0,
    parameter [6:0] DIVF = 0,
    parameter [2:0] DIVQ = 0
) (
    input  wire reference,
    output reg  clk,
    output reg  lock
);
  real first_edge, compared, oscillator;  // ps

  initial begin
    {clk, lock} = 0;
    @(posedge reference) first_edge = $realtime;
    repeat (100) @(posedge reference);
    compared = ($realtime - first_edge) / 100 * (DIVR + 1);
    oscillator = compared / (DIVF + 1);
    if (compared > 100000 || compared < 1000000 / 133.0)
      $display("FAIL %m: compares not at 10 to 133 MHz, every %0t ps", compared);
    if (oscillator < 1000000 / 1066.0 || oscillator > 1000000 / 533.0)
      $display("FAIL %m: oscillator not at 533 to 1066 MHz, period %0t ps", oscillator);
    fork
      forever #(oscillator * (1 << DIVQ) / 2) clk = !clk;
      #10000000 lock = 1'b1;
    join
  end
endmodule

module SB_PLL40_PAD #(
    parameter FEEDBACK_PATH = "SIMPLE",
    parameter [3:0] DIVR = 0,
    parameter [6:0] DIVF = 0,
    parameter [2:0] DIVQ = 0,
    parameter [2:0] FILTER_RANGE = 0
) (
    input  wire PACKAGEPIN,
    input  wire RESETB, BYPASS,
    output wire PLLOUTGLOBAL,
    output wire LOCK
);
  ice40_pll #(.DIVR(DIVR), .DIVF(DIVF), .DIVQ(DIVQ)) pll (
      .reference(PACKAGEPIN), .clk(PLLOUTGLOBAL), .lock(LOCK));
  initial #1 if (!RESETB || BYPASS || FEEDBACK_PATH != "SIMPLE") $display("FAIL %m: not as it is used");
endmodule

module SB_PLL40_CORE #(
    parameter FEEDBACK_PATH = "SIMPLE",
    parameter [3:0] DIVR = 0,
    parameter [6:0] DIVF = 0,
    parameter [2:0] DIVQ = 0,
    parameter [2:0] FILTER_RANGE = 0
) (
    input  wire REFERENCECLK,
    input  wire RESETB, BYPASS,
    output wire PLLOUTGLOBAL,
    output wire LOCK
);
  ice40_pll #(.DIVR(DIVR), .DIVF(DIVF), .DIVQ(DIVQ)) pll (
      .reference(REFERENCECLK), .clk(PLLOUTGLOBAL), .lock(LOCK));
  initial #1 if (!RESETB || BYPASS || FEEDBACK_PATH != "SIMPLE") $display("FAIL %m: not as it is used");
endmodule
`default_nettype wire
