// izh_soc_uart.v: an engine behind a UART: what a board with an FTDI chip or the like holds
// SPDX-License-Identifier: Apache-2.0
`default_nettype none

module izh_soc_uart #(
    parameter CLOCKS_PER_BIT = 4,  // of the UART's clock, 4 or more
    parameter CROSSED = 0,         // 1: the UART has a clock of its own
`include "izh_soc_parameters.vh"
) (
    input  wire             clk_i,       // link; the engine, too, with LINK_DIVIDER 1
    input  wire             rst_i,       // four clocks of the slower one, or more
    input  wire             engine_clk_i,  // else the engine, whatever the phase
    input  wire             uart_clk_i,  // without CROSSED the same as clk_i, and its reset as rst_i
    input  wire             uart_rst_i,
    input  wire             rx_i,        // of any clock
    output wire             tx_o,
    // Lights: izh_status.
    output wire             alive_o,
    output wire             link_o,
    output wire             spike_o,
    output wire [LANES-1:0] retired_o,
    output wire [LANES-1:0] synaptic_event_o
);
  // ---- The line ----------------------------------------------------------------------------------

  wire received, received_ready, line_error, sent, sent_ready;
  wire [7:0] received_byte, sent_byte;

  izh_uart_receive #(.CLOCKS_PER_BIT(CLOCKS_PER_BIT)) receive (
      .clk_i(uart_clk_i), .rst_i(uart_rst_i), .line_i(rx_i),
      .byte_valid_o(received), .byte_ready_i(received_ready), .byte_o(received_byte),
      .carrier_error_o(line_error));

  izh_uart_send #(.CLOCKS_PER_BIT(CLOCKS_PER_BIT)) send (
      .clk_i(uart_clk_i), .rst_i(uart_rst_i),
      .byte_valid_i(sent), .byte_ready_o(sent_ready), .byte_i(sent_byte), .line_o(tx_o));

  // ---- From clock to clock -----------------------------------------------------------------------

  wire in_valid, in_ready, in_error, out_valid, out_ready;
  wire [7:0] in_byte, out_byte;
  generate
    if (CROSSED != 0) begin : g_crossed
      // An error goes the way of the bytes, in its place among them.
      reg failed;
      wire word_ready, word_valid, word_error;
      wire [7:0] word_byte;
      always @(posedge uart_clk_i)
        failed <= !uart_rst_i && (line_error || (failed && !word_ready));
      assign received_ready = word_ready && !failed;
      izh_crossing #(.WIDTH(9)) inward (
          .rst_i(rst_i), .write_clk_i(uart_clk_i), .write_valid_i(received || failed),
          .write_ready_o(word_ready), .write_data_i({failed, received_byte}),
          .read_clk_i(clk_i), .read_valid_o(word_valid), .read_ready_i(in_ready || word_error),
          .read_data_o({word_error, word_byte}));
      assign in_valid = word_valid && !word_error;
      assign in_error = word_valid && word_error;
      assign in_byte = word_byte;
      izh_crossing outward (
          .rst_i(rst_i), .write_clk_i(clk_i), .write_valid_i(out_valid), .write_ready_o(out_ready),
          .write_data_i(out_byte), .read_clk_i(uart_clk_i), .read_valid_o(sent),
          .read_ready_i(sent_ready), .read_data_o(sent_byte));
    end else begin : g_together
      assign in_valid = received;
      assign in_error = line_error;
      assign in_byte = received_byte;
      assign received_ready = in_ready;
      assign sent = out_valid;
      assign sent_byte = out_byte;
      assign out_ready = sent_ready;
    end
  endgenerate

  // ---- Link and engine ---------------------------------------------------------------------------

  izh_soc #(
`include "izh_soc_passed.vh"
  ) soc (
      .clk_i(clk_i), .rst_i(rst_i), .engine_clk_i(engine_clk_i),
      .byte_valid_i(in_valid), .byte_ready_o(in_ready), .byte_i(in_byte),
      .carrier_error_i(in_error),
      .byte_valid_o(out_valid), .byte_ready_i(out_ready), .byte_o(out_byte),
      .alive_o(alive_o), .link_o(link_o), .spike_o(spike_o),
      .retired_o(retired_o), .synaptic_event_o(synaptic_event_o));
endmodule
`default_nettype wire
