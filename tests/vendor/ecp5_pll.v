// ecp5_pll.v: a model of the ECP5's PLL, as far as izh uses it
// SPDX-License-Identifier: Apache-2.0
// Written from the formulas and limits of Lattice's TN-02200 as Project Trellis' ecppll has them. It
// judges dividers, not the silicon. Phases are whatever comes.
`timescale 1ps / 1ps
`default_nettype none

module EHXPLLL #(
    parameter CLKI_DIV = 1,
    parameter CLKFB_DIV = 1,
    parameter FEEDBK_PATH = "CLKOP",
    parameter OUTDIVIDER_MUXA = "DIVA",
    parameter OUTDIVIDER_MUXB = "DIVB",
    parameter OUTDIVIDER_MUXC = "DIVC",
    parameter OUTDIVIDER_MUXD = "DIVD",
    parameter CLKOP_ENABLE = "ENABLED",
    parameter CLKOP_DIV = 1,
    parameter CLKOP_CPHASE = 0,
    parameter CLKOS_ENABLE = "DISABLED",
    parameter CLKOS_DIV = 1,
    parameter CLKOS_CPHASE = 0,
    parameter CLKOS2_ENABLE = "DISABLED",
    parameter CLKOS2_DIV = 1,
    parameter CLKOS2_CPHASE = 0,
    parameter CLKOS3_ENABLE = "DISABLED",
    parameter CLKOS3_DIV = 1,
    parameter CLKOS3_CPHASE = 0,
    parameter PLLRST_ENA = "DISABLED",
    parameter STDBY_ENABLE = "DISABLED",
    parameter INTFB_WAKE = "DISABLED",
    parameter DPHASE_SOURCE = "DISABLED"
) (
    input  wire CLKI,
    input  wire CLKFB,
    input  wire RST, STDBY, PLLWAKESYNC, ENCLKOP, ENCLKOS, ENCLKOS2, ENCLKOS3,
    input  wire PHASESEL0, PHASESEL1, PHASEDIR, PHASESTEP, PHASELOADREG,
    output reg  CLKOP,
    output reg  CLKOS,
    output reg  CLKOS2,
    output reg  CLKOS3,
    output wire CLKINTFB,
    output reg  LOCK
);
  real first_edge, compared, oscillator;  // ps

  assign CLKINTFB = 1'b0;

  initial begin
    {CLKOP, CLKOS, CLKOS2, CLKOS3, LOCK} = 0;
    @(posedge CLKI) first_edge = $realtime;
    repeat (100) @(posedge CLKI);
    compared = ($realtime - first_edge) / 100 * CLKI_DIV;
    oscillator = compared / (CLKFB_DIV * CLKOP_DIV);
    if (compared > 1000000 / 3.125)
      $display("FAIL %m: compares at less than 3.125 MHz, every %0t ps", compared);
    if (oscillator < 1250 || oscillator > 2500)
      $display("FAIL %m: oscillator not at 400 to 800 MHz, period %0t ps", oscillator);
    if (FEEDBK_PATH != "CLKOP") $display("FAIL %m: another feedback");
    fork
      forever #(oscillator * CLKOP_DIV / 2) CLKOP = !CLKOP;
      if (CLKOS_ENABLE == "ENABLED") forever #(oscillator * CLKOS_DIV / 2) CLKOS = !CLKOS;
      if (CLKOS3_ENABLE == "ENABLED") forever #(oscillator * CLKOS3_DIV / 2) CLKOS3 = !CLKOS3;
      if (CLKOS2_ENABLE == "ENABLED") forever #(oscillator * CLKOS2_DIV / 2) CLKOS2 = !CLKOS2;
      // Locked when the loop is closed.
      begin
        repeat (100) @(posedge CLKFB);
        LOCK = 1'b1;
      end
    join
  end
endmodule
`default_nettype wire
