// izh_link_memory.v: the bytes of the link: request slots and the ring of what goes out
// SPDX-License-Identifier: Apache-2.0
// Received bytes are written at once, for the carrier may not wait. A reader asks with read and address for a
// clock and has data in the clock of valid.
`default_nettype none

module izh_link_memory #(
    parameter SLOT_BITS = 8,  // addresses of all slots
    parameter RING_BITS = 8
) (
    input  wire                 clk_i,
    input  wire                 rst_i,
    // Slots.
    input  wire                 received_write_i,
    input  wire [SLOT_BITS-1:0] received_address_i,
    input  wire [          7:0] received_data_i,
    input  wire                 result_write_i,
    output wire                 result_ready_o,
    input  wire [SLOT_BITS-1:0] result_address_i,
    input  wire [          7:0] result_data_i,
    input  wire                 slot_read_i,
    input  wire [SLOT_BITS-1:0] slot_address_i,
    output wire                 slot_valid_o,
    // Ring.
    input  wire                 ring_write_i,
    input  wire [RING_BITS-1:0] ring_write_address_i,
    input  wire [          7:0] ring_write_data_i,
    input  wire                 ring_read_i,
    input  wire [RING_BITS-1:0] ring_address_i,
    output wire                 ring_valid_o,
    // What was read.
    output wire [          7:0] slot_data_o,
    output wire [          7:0] ring_data_o
);
  assign result_ready_o = !received_write_i;

  wire slot_write = received_write_i || result_write_i;
  wire [SLOT_BITS-1:0] slot_write_address = received_write_i ? received_address_i : result_address_i;
  wire [7:0] slot_write_data = received_write_i ? received_data_i : result_data_i;

  reg [2:1] slot_read, ring_read;  // on their way through the block
  assign slot_valid_o = slot_read[2];
  assign ring_valid_o = ring_read[2];

  always @(posedge clk_i) begin
    slot_read <= {slot_read[1], slot_read_i} & {2{!rst_i}};
    ring_read <= {ring_read[1], ring_read_i} & {2{!rst_i}};
  end
  izh_memory #(.WIDTH(8), .DEPTH(1 << SLOT_BITS)) slots (
      .clk_i(clk_i), .write_i(slot_write), .write_address_i(slot_write_address),
      .write_data_i(slot_write_data), .read_address_i(slot_address_i),
      .read_data_o(slot_data_o));
  izh_memory #(.WIDTH(8), .DEPTH(1 << RING_BITS)) ring (
      .clk_i(clk_i), .write_i(ring_write_i), .write_address_i(ring_write_address_i),
      .write_data_i(ring_write_data_i), .read_address_i(ring_address_i),
      .read_data_o(ring_data_o));
endmodule
`default_nettype wire
