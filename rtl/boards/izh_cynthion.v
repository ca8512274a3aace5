// izh_cynthion.v: Cynthion r1.4: an engine behind the socket AUX and its ULPI transceiver
// SPDX-License-Identifier: Apache-2.0
`default_nettype none

module izh_cynthion #(
`include "izh_soc_parameters.vh"
) (
    input  wire        clk_60mhz,
    inout  wire [ 7:0] aux_data,
    output wire        aux_clk,
    input  wire        aux_dir,
    input  wire        aux_nxt,
    output wire        aux_stp,
    output wire        aux_rst_n,
    output wire [ 5:0] led_n,
    output wire [30:0] pseudo_vccio,
    output wire [19:0] pseudo_gnd
);
  // ---- Clocks ------------------------------------------------------------------------------------

  localparam OSCILLATOR = 480000000, LINK_CLOCK = CLOCK / LINK_DIVIDER;
  wire clk, engine_clk, usb_clk, locked, rst, usb_rst;

  izh_ecp5_pll #(
      .LOOP_DIVIDER(8), .FIRST_DIVIDER(8),
      .SECOND_DIVIDER(OSCILLATOR / LINK_CLOCK), .THIRD_DIVIDER(OSCILLATOR / CLOCK)
  ) pll (
      .clk_i(clk_60mhz), .first_o(usb_clk), .second_o(clk), .third_o(engine_clk),
      .locked_o(locked));

  izh_power_on reset (.clk_i(clk), .good_i(locked), .rst_o(rst));
  // The transceiver's as well: 68 us with its clock.
  izh_power_on #(.CLOCKS(4096)) usb_reset (.clk_i(usb_clk), .good_i(locked), .rst_o(usb_rst));

  // Pins that the board ties to its supply and to ground: as outputs they carry current.
  assign pseudo_vccio = {31{1'b1}};
  assign pseudo_gnd = 20'd0;

  // ---- Engine and USB ----------------------------------------------------------------------------

  wire [7:0] data;
  wire oe, aux_rst, alive, link, spike;
  assign aux_data = oe ? data : 8'bz;
  assign aux_clk = usb_clk;
  assign aux_rst_n = !aux_rst;

  izh_soc_ulpi #(
`include "izh_soc_passed.vh"
  ) soc (
      .clk_i(clk), .rst_i(rst), .engine_clk_i(engine_clk),
      .usb_clk_i(usb_clk), .usb_rst_i(usb_rst),
      .ulpi_data_i(aux_data), .ulpi_data_o(data), .ulpi_data_oe_o(oe), .ulpi_dir_i(aux_dir),
      .ulpi_nxt_i(aux_nxt), .ulpi_stp_o(aux_stp), .ulpi_rst_o(aux_rst),
      .alive_o(alive), .link_o(link), .spike_o(spike), .retired_o(), .synaptic_event_o());

  // 0: on.
  assign led_n = ~{3'd0, spike, link, alive};
endmodule
`default_nettype wire
