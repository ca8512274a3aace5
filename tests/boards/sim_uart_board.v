// sim_uart_board.v: the top of a board with the ports of izh_soc_uart, for co-simulation
// SPDX-License-Identifier: Apache-2.0
// The board makes its own clock and reset: what comes out of its PLL is given here, and the resets and the
// UART's clock are not used.
`default_nettype none

module sim_uart_board #(
`include "izh_soc_parameters.vh"
) (
    input  wire             clk_i,
    input  wire             rst_i,
    input  wire             uart_clk_i,
    input  wire             uart_rst_i,
    input  wire             rx_i,
    output wire             tx_o,
    output wire             alive_o,
    output wire             link_o,
    output wire             spike_o,
    output wire [LANES-1:0] retired_o,
    output wire [LANES-1:0] synaptic_event_o
);
  wire unused_inputs = &{1'b0, rst_i, uart_rst_i, uart_clk_i};
  wire carrier_clk = uart_clk_i;  // what tests/boards/sim_ecp5_pll.v has as its first output: not used
  reg half = 1'b0;  // the link's
  always @(posedge clk_i) half <= !half;
  assign retired_o = board.soc.retired_o;
  assign synaptic_event_o = board.soc.synaptic_event_o;

`ifdef SIM_ICEBREAKER
  wire green_n, red_n;
  assign {alive_o, link_o} = ~{green_n, red_n};
  izh_icebreaker #(
`include "izh_soc_passed.vh"
  ) board (
      .CLK(1'b0), .RX(rx_i), .TX(tx_o), .LEDG_N(green_n), .LEDR_N(red_n), .LED1(spike_o));
`endif
`ifdef SIM_HX8K_EVN
  izh_hx8k_evn #(
`include "izh_soc_passed.vh"
  ) board (
      .CLK(1'b0), .RX(rx_i), .TX(tx_o), .LED({spike_o, link_o, alive_o}));
`endif
`ifdef SIM_COLORLIGHT
  wire unused_led_n;
  assign {alive_o, link_o, spike_o} = {board.alive, board.link, board.spike};
  izh_colorlight #(
      .BAUD(2000000),
`include "izh_soc_passed.vh"
  ) board (
      .clk_25mhz(1'b0), .rx(rx_i), .tx(tx_o), .led_n(unused_led_n));
`endif
endmodule

// In the place of the PLL of rtl/boards.
module izh_ice40_pll #(
    parameter PAD = 1,
    parameter [3:0] INPUT = 4'd0,
    parameter [6:0] LOOP = 7'd0,
    parameter [2:0] OUTPUT = 3'd0,
    parameter [2:0] FILTER = 3'd1
) (
    input  wire clk_i,
    output wire clk_o,
    output wire locked_o
);
  wire unused_pin = &{1'b0, clk_i};
  assign clk_o = sim_uart_board.clk_i;
  assign locked_o = 1'b1;
endmodule
`default_nettype wire
