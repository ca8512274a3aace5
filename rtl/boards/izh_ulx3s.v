// izh_ulx3s.v: ULX3S: an engine behind the socket US2, whose wires go to the FPGA
// SPDX-License-Identifier: Apache-2.0
`default_nettype none

module izh_ulx3s #(
`include "izh_soc_parameters.vh"
) (
    input  wire       clk_25mhz,
    inout  wire       usb_fpga_bd_dp,
    inout  wire       usb_fpga_bd_dn,
    output wire       usb_fpga_pu_dp,
    /* verilator lint_off UNUSED */
    input  wire [1:0] wifi_gpio0,  // of the ESP32, on v3.0 and on v3.1: only pulled up
    /* verilator lint_on UNUSED */
    output wire [7:0] led
);
  // ---- Clocks ------------------------------------------------------------------------------------

  // 25 MHz / 5 * 2 * 48: nothing that compares at 25 MHz gives 48 exactly.
  localparam OSCILLATOR = 480000000, LINK_CLOCK = CLOCK / LINK_DIVIDER;
  wire clk, engine_clk, usb_clk, locked, rst, usb_rst;

  izh_ecp5_pll #(
      .INPUT_DIVIDER(5), .FEEDBACK_DIVIDER(2), .LOOP_DIVIDER(48), .FIRST_DIVIDER(10),
      .SECOND_DIVIDER(OSCILLATOR / LINK_CLOCK), .THIRD_DIVIDER(OSCILLATOR / CLOCK)
  ) pll (
      .clk_i(clk_25mhz), .first_o(usb_clk), .second_o(clk), .third_o(engine_clk),
      .locked_o(locked));

  izh_power_on reset (.clk_i(clk), .good_i(locked), .rst_o(rst));
  izh_power_on usb_reset (.clk_i(usb_clk), .good_i(locked), .rst_o(usb_rst));

  // ---- Engine and USB ----------------------------------------------------------------------------

  wire dp, dn, oe, alive, link, spike;
  assign usb_fpga_bd_dp = oe ? dp : 1'bz;
  assign usb_fpga_bd_dn = oe ? dn : 1'bz;

  // 1 pulls D+ up through 1.1 kohm, 0 pulls it down through 15: the output is never open.
  izh_soc_usb #(
`include "izh_soc_passed.vh"
  ) soc (
      .clk_i(clk), .rst_i(rst), .engine_clk_i(engine_clk),
      .usb_clk_i(usb_clk), .usb_rst_i(usb_rst),
      .usb_dp_i(usb_fpga_bd_dp), .usb_dn_i(usb_fpga_bd_dn), .usb_vbus_i(1'b1),
      .usb_dp_o(dp), .usb_dn_o(dn), .usb_oe_o(oe), .usb_pullup_o(usb_fpga_pu_dp),
      .alive_o(alive), .link_o(link), .spike_o(spike), .retired_o(), .synaptic_event_o());

  assign led = {5'd0, spike, link, alive};
endmodule
`default_nettype wire
