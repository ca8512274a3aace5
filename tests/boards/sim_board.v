// sim_board.v: the top of a board (`SIM_BOARD) with the ports of izh_soc_usb, for co-simulation
// SPDX-License-Identifier: Apache-2.0
// The board makes its own clocks and resets: what comes out of its PLL is given here, and the resets
// are not used.
`default_nettype none

module sim_board #(
`include "izh_soc_parameters.vh"
) (
    input  wire             clk_i,  // the engine's
    input  wire             rst_i,
    input  wire             engine_clk_i,
    input  wire             usb_clk_i,
    input  wire             usb_rst_i,
    input  wire             usb_dp_i,
    input  wire             usb_dn_i,
    input  wire             usb_vbus_i,
    output wire             usb_dp_o,
    output wire             usb_dn_o,
    output wire             usb_oe_o,
    output wire             usb_pullup_o,
    output wire             alive_o,
    output wire             link_o,
    output wire             spike_o,
    output wire [LANES-1:0] retired_o,
    output wire [LANES-1:0] synaptic_event_o
);
  wire unused_inputs = &{1'b0, rst_i, usb_rst_i, usb_vbus_i, engine_clk_i};
  wire carrier_clk = usb_clk_i;
  reg half = 1'b0;  // the link's
  always @(posedge clk_i) half <= !half;
  assign retired_o = board.soc.retired_o;
  assign synaptic_event_o = board.soc.synaptic_event_o;

`ifdef SIM_CYNTHION
  // The transceiver has usb_clk_i, of 48 MHz: four clocks to a bit instead of five.
  wire [7:0] data, to_link;
  wire ulpi_clk, dir, nxt, stp, rst_n, unused_pullup;
  wire [2:0] unused_leds, lights_n;
  wire [30:0] unused_vccio;
  wire [19:0] unused_gnd;
  assign data = dir ? to_link : 8'bz;
  assign {spike_o, link_o, alive_o} = ~lights_n;

  ulpi_phy #(.CLOCKS_PER_BIT(4)) phy (
      .clk_i(ulpi_clk), .rst_ni(rst_n), .data_i(data), .data_oe_i(board.oe), .data_o(to_link),
      .dir_o(dir), .nxt_o(nxt), .stp_i(stp),
      .dp_i(usb_dn_i), .dn_i(usb_dp_i), .vbus_i(1'b1), .dp_o(usb_dn_o), .dn_o(usb_dp_o),
      .oe_o(usb_oe_o), .pullup_p_o(unused_pullup), .pullup_n_o(usb_pullup_o));
  izh_cynthion #(
`include "izh_soc_passed.vh"
  ) board (
      .clk_60mhz(1'b0), .aux_data(data), .aux_clk(ulpi_clk), .aux_dir(dir), .aux_nxt(nxt),
      .aux_stp(stp), .aux_rst_n(rst_n), .led_n({unused_leds, lights_n}),
      .pseudo_vccio(unused_vccio), .pseudo_gnd(unused_gnd));
`else
  wire dp, dn;
  assign usb_oe_o = board.oe;
  assign dp = usb_oe_o ? 1'bz : usb_dp_i;
  assign dn = usb_oe_o ? 1'bz : usb_dn_i;
  assign usb_dp_o = dp;
  assign usb_dn_o = dn;
`ifdef SIM_ULX3S
  wire [4:0] unused_leds;
  izh_ulx3s #(
`include "izh_soc_passed.vh"
  ) board (
      .clk_25mhz(1'b0), .usb_fpga_bd_dp(dp), .usb_fpga_bd_dn(dn),
      .usb_fpga_pu_dp(usb_pullup_o), .wifi_gpio0(2'b11),
      .led({unused_leds, spike_o, link_o, alive_o}));
`else
  wire red, green, blue, unused_rst_n;
  izh_orangecrab #(
`include "izh_soc_passed.vh"
  ) board (
      .clk48(1'b0), .usb_d_p(dp), .usb_d_n(dn), .usb_pullup(usb_pullup_o),
      .rgb_led0_r(red), .rgb_led0_g(green), .rgb_led0_b(blue), .rst_n(unused_rst_n));
  assign {alive_o, link_o, spike_o} = ~{green, blue, red};
`endif
`endif
endmodule
`default_nettype wire
