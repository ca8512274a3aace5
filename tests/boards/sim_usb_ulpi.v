// sim_usb_ulpi.v: izh_usb_ulpi behind a transceiver, with the ports of izh_usb, for co-simulation
// SPDX-License-Identifier: Apache-2.0
// D+ and D- are crossed between transceiver and socket, as on a Cynthion.
`default_nettype none

module sim_usb_ulpi (
    input  wire       clk_i,  // 60 MHz
    input  wire       rst_i,
    input  wire       usb_dp_i,
    input  wire       usb_dn_i,
    input  wire       usb_vbus_i,
    output wire       usb_dp_o,
    output wire       usb_dn_o,
    output wire       usb_oe_o,
    output wire       usb_pullup_o,
    output wire       out_valid_o,
    input  wire       out_ready_i,
    output wire [7:0] out_data_o,
    input  wire       in_valid_i,
    output wire       in_ready_o,
    input  wire [7:0] in_data_i,
    input  wire       in_flush_i,
    output wire       configured_o,
    output wire       suspended_o,
    output wire       bus_reset_o
);
  wire [7:0] to_link, to_phy;
  wire dir, nxt, stp, oe, rst;
  wire unused_pullup;

  ulpi_phy phy (
      .clk_i(clk_i), .rst_ni(!rst), .data_i(to_phy), .data_oe_i(oe), .data_o(to_link),
      .dir_o(dir), .nxt_o(nxt), .stp_i(stp),
      .dp_i(usb_dn_i), .dn_i(usb_dp_i), .vbus_i(usb_vbus_i), .dp_o(usb_dn_o), .dn_o(usb_dp_o),
      .oe_o(usb_oe_o), .pullup_p_o(unused_pullup), .pullup_n_o(usb_pullup_o));

  izh_usb_ulpi usb (
      .clk_i(clk_i), .rst_i(rst_i),
      .ulpi_data_i(to_link), .ulpi_data_o(to_phy), .ulpi_data_oe_o(oe), .ulpi_dir_i(dir),
      .ulpi_nxt_i(nxt), .ulpi_stp_o(stp), .ulpi_rst_o(rst),
      .out_valid_o(out_valid_o), .out_ready_i(out_ready_i), .out_data_o(out_data_o),
      .in_valid_i(in_valid_i), .in_ready_o(in_ready_o), .in_data_i(in_data_i),
      .in_flush_i(in_flush_i), .configured_o(configured_o), .suspended_o(suspended_o),
      .bus_reset_o(bus_reset_o));
endmodule
`default_nettype wire
