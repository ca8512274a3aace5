// izh_soc_crossed.v: izh_soc behind bytes that have a clock of their own
// SPDX-License-Identifier: Apache-2.0
`default_nettype none

module izh_soc_crossed #(
`include "izh_soc_parameters.vh"
) (
    input  wire             clk_i,         // link; the engine, too, with LINK_DIVIDER 1
    input  wire             rst_i,         // four clocks of the slower one, or more
    input  wire             engine_clk_i,  // else the engine, whatever the phase
    input  wire             byte_clk_i,    // whatever its phase to clk_i
    input  wire             byte_valid_i,  // received
    output wire             byte_ready_o,
    input  wire [      7:0] byte_i,
    output wire             byte_valid_o,  // to send
    input  wire             byte_ready_i,
    output wire [      7:0] byte_o,
    // Lights: izh_status.
    output wire             alive_o,
    output wire             link_o,
    output wire             spike_o,
    output wire [LANES-1:0] retired_o,
    output wire [LANES-1:0] synaptic_event_o
);
  wire in_valid, in_ready, out_valid, out_ready;
  wire [7:0] in_byte, out_byte;
  izh_crossing inward (
      .rst_i(rst_i), .write_clk_i(byte_clk_i), .write_valid_i(byte_valid_i),
      .write_ready_o(byte_ready_o), .write_data_i(byte_i),
      .read_clk_i(clk_i), .read_valid_o(in_valid), .read_ready_i(in_ready), .read_data_o(in_byte));
  izh_crossing outward (
      .rst_i(rst_i), .write_clk_i(clk_i), .write_valid_i(out_valid), .write_ready_o(out_ready),
      .write_data_i(out_byte), .read_clk_i(byte_clk_i), .read_valid_o(byte_valid_o),
      .read_ready_i(byte_ready_i), .read_data_o(byte_o));

  izh_soc #(
`include "izh_soc_passed.vh"
  ) soc (
      .clk_i(clk_i), .rst_i(rst_i), .engine_clk_i(engine_clk_i),
      .byte_valid_i(in_valid), .byte_ready_o(in_ready), .byte_i(in_byte), .carrier_error_i(1'b0),
      .byte_valid_o(out_valid), .byte_ready_i(out_ready), .byte_o(out_byte),
      .alive_o(alive_o), .link_o(link_o), .spike_o(spike_o),
      .retired_o(retired_o), .synaptic_event_o(synaptic_event_o));
endmodule
`default_nettype wire
