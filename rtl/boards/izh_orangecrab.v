// izh_orangecrab.v: OrangeCrab r0.2.1: an engine behind the USB socket
// SPDX-License-Identifier: Apache-2.0
`default_nettype none

module izh_orangecrab #(
`include "izh_soc_parameters.vh"
) (
    input  wire clk48,
    inout  wire usb_d_p,
    inout  wire usb_d_n,
    output wire usb_pullup,
    output wire rgb_led0_r,
    output wire rgb_led0_g,
    output wire rgb_led0_b,
    output wire rst_n
);
  // ---- Clocks ------------------------------------------------------------------------------------

  localparam OSCILLATOR = 480000000, LINK_CLOCK = CLOCK / LINK_DIVIDER;
  wire clk, engine_clk, usb_clk, locked, rst, usb_rst;

  izh_ecp5_pll #(
      .LOOP_DIVIDER(10), .FIRST_DIVIDER(10),
      .SECOND_DIVIDER(OSCILLATOR / LINK_CLOCK), .THIRD_DIVIDER(OSCILLATOR / CLOCK)
  ) pll (
      .clk_i(clk48), .first_o(usb_clk), .second_o(clk), .third_o(engine_clk),
      .locked_o(locked));

  izh_power_on reset (.clk_i(clk), .good_i(locked), .rst_o(rst));
  izh_power_on usb_reset (.clk_i(usb_clk), .good_i(locked), .rst_o(usb_rst));

  // 0 would load the boot loader; r0.2 has nothing else that keeps it up.
  assign rst_n = 1'b1;

  // ---- Engine and USB ----------------------------------------------------------------------------

  wire dp, dn, oe, alive, link, spike;
  assign usb_d_p = oe ? dp : 1'bz;
  assign usb_d_n = oe ? dn : 1'bz;

  izh_soc_usb #(
`include "izh_soc_passed.vh"
  ) soc (
      .clk_i(clk), .rst_i(rst), .engine_clk_i(engine_clk),
      .usb_clk_i(usb_clk), .usb_rst_i(usb_rst),
      .usb_dp_i(usb_d_p), .usb_dn_i(usb_d_n), .usb_vbus_i(1'b1),
      .usb_dp_o(dp), .usb_dn_o(dn), .usb_oe_o(oe), .usb_pullup_o(usb_pullup),
      .alive_o(alive), .link_o(link), .spike_o(spike), .retired_o(), .synaptic_event_o());

  // 0: on.
  assign rgb_led0_g = !alive;
  assign rgb_led0_b = !link;
  assign rgb_led0_r = !spike;
endmodule
`default_nettype wire
