// izh_ecp5_pll.v: an ECP5's PLL: one clock in, three out, from one oscillator
// SPDX-License-Identifier: Apache-2.0
// Output n: oscillator / its divider. The oscillator, 400 to 800 MHz: input / INPUT_DIVIDER *
// FEEDBACK_DIVIDER * LOOP_DIVIDER.
// Charge pump and loop filter as Project Trellis' ecppll sets them for every rate; without the
// attributes nextpnr leaves them at 0, and nobody is known to have seen such a PLL lock.
`default_nettype none

module izh_ecp5_pll #(
    parameter INPUT_DIVIDER = 1,
    parameter FEEDBACK_DIVIDER = 1,
    parameter LOOP_DIVIDER = 1,      // of the output that is fed back, and nowhere else
    parameter FIRST_DIVIDER = 1,
    parameter SECOND_DIVIDER = 1,
    parameter THIRD_DIVIDER = 1
) (
    input  wire clk_i,
    output wire first_o,
    output wire second_o,
    output wire third_o,
    output wire locked_o  // of no clock
);
  wire loop;

  (* ICP_CURRENT="12", LPF_RESISTOR="8", MFG_ENABLE_FILTEROPAMP="1", MFG_GMCREF_SEL="2" *)
  EHXPLLL #(
      .CLKI_DIV(INPUT_DIVIDER), .CLKFB_DIV(FEEDBACK_DIVIDER), .FEEDBK_PATH("CLKOP"),
      .OUTDIVIDER_MUXA("DIVA"), .OUTDIVIDER_MUXB("DIVB"), .OUTDIVIDER_MUXC("DIVC"),
      .OUTDIVIDER_MUXD("DIVD"),
      .CLKOP_ENABLE("ENABLED"), .CLKOP_DIV(LOOP_DIVIDER), .CLKOP_CPHASE(LOOP_DIVIDER - 1),
      .CLKOS_ENABLE("ENABLED"), .CLKOS_DIV(FIRST_DIVIDER), .CLKOS_CPHASE(FIRST_DIVIDER - 1),
      .CLKOS2_ENABLE("ENABLED"), .CLKOS2_DIV(SECOND_DIVIDER), .CLKOS2_CPHASE(SECOND_DIVIDER - 1),
      .CLKOS3_ENABLE("ENABLED"), .CLKOS3_DIV(THIRD_DIVIDER), .CLKOS3_CPHASE(THIRD_DIVIDER - 1),
      .PLLRST_ENA("DISABLED"), .STDBY_ENABLE("DISABLED"), .INTFB_WAKE("DISABLED"),
      .DPHASE_SOURCE("DISABLED")
  ) pll (
      .CLKI(clk_i), .CLKFB(loop), .CLKOP(loop), .CLKOS(first_o), .CLKOS2(second_o), .CLKOS3(third_o),
      .LOCK(locked_o), .RST(1'b0), .STDBY(1'b0), .PLLWAKESYNC(1'b0), .ENCLKOP(1'b0),
      .ENCLKOS(1'b0), .ENCLKOS2(1'b0), .ENCLKOS3(1'b0), .PHASESEL0(1'b0), .PHASESEL1(1'b0), .PHASEDIR(1'b1),
      .PHASESTEP(1'b1), .PHASELOADREG(1'b1), .CLKINTFB());
endmodule
`default_nettype wire
