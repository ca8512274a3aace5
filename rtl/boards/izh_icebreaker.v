// izh_icebreaker.v: iCEBreaker: an engine behind channel B of the FT2232H, a UART
// SPDX-License-Identifier: Apache-2.0
// One clock for all: 24 MHz, eight of it a bit of 3 Mbaud.
`default_nettype none

module izh_icebreaker #(
`include "izh_soc_parameters.vh"
) (
    input  wire CLK,
    input  wire RX,
    output wire TX,
    output wire LEDG_N,
    output wire LEDR_N,
    output wire LED1
);
  localparam BAUD = 3000000;

  // 12 MHz * 64 / 2^5.
  wire clk, locked, rst;
  izh_ice40_pll #(.LOOP(7'd63), .OUTPUT(3'd5)) pll (
      .clk_i(CLK), .clk_o(clk), .locked_o(locked));
  izh_power_on reset (.clk_i(clk), .good_i(locked), .rst_o(rst));

  wire alive, link, spike;
  izh_soc_uart #(
      .CLOCKS_PER_BIT(CLOCK / BAUD),
`include "izh_soc_passed.vh"
  ) soc (
      .clk_i(clk), .rst_i(rst), .engine_clk_i(clk), .uart_clk_i(clk), .uart_rst_i(rst), .rx_i(RX), .tx_o(TX),
      .alive_o(alive), .link_o(link), .spike_o(spike), .retired_o(), .synaptic_event_o());

  assign LEDG_N = !alive;
  assign LEDR_N = !link;
  assign LED1 = spike;
endmodule
`default_nettype wire
