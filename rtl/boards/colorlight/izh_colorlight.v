// izh_colorlight.v: Colorlight i5 and i9 in their extension board: an engine behind its DAPLink, a UART
// SPDX-License-Identifier: Apache-2.0
`default_nettype none

module izh_colorlight #(
    parameter BAUD = 115200,
`include "izh_soc_parameters.vh"
) (
    input  wire clk_25mhz,
    input  wire rx,
    output wire tx,
    output wire led_n
);
  // 25 MHz * 24; the first output is not used.
  localparam OSCILLATOR = 600000000, LINK_CLOCK = CLOCK / LINK_DIVIDER;
  wire clk, engine_clk, unused_clk, locked, rst;
  izh_ecp5_pll #(
      .LOOP_DIVIDER(24), .FIRST_DIVIDER(OSCILLATOR / LINK_CLOCK),
      .SECOND_DIVIDER(OSCILLATOR / LINK_CLOCK), .THIRD_DIVIDER(OSCILLATOR / CLOCK)
  ) pll (
      .clk_i(clk_25mhz), .first_o(unused_clk), .second_o(clk), .third_o(engine_clk),
      .locked_o(locked));
  izh_power_on reset (.clk_i(clk), .good_i(locked), .rst_o(rst));

  wire alive, link, spike;
  izh_soc_uart #(
      .CLOCKS_PER_BIT(LINK_CLOCK / BAUD),
`include "izh_soc_passed.vh"
  ) soc (
      .clk_i(clk), .rst_i(rst), .engine_clk_i(engine_clk), .uart_clk_i(clk), .uart_rst_i(rst),
      .rx_i(rx), .tx_o(tx),
      .alive_o(alive), .link_o(link), .spike_o(spike), .retired_o(), .synaptic_event_o());

  // One light for three: it beats, and flickers with bytes and spikes.
  assign led_n = !(alive ^ link ^ spike);
endmodule
`default_nettype wire
