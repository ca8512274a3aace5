// izh_link_receive.v: frames from the host: what they are, and requests into their slots
// SPDX-License-Identifier: Apache-2.0
// docs/link.md. A slot is for one request: the length of its payload, its kind, the payload. It may be
// written before the frame is known to be good, for it is free until then.
`default_nettype none
`include "izh_link.vh"

module izh_link_receive #(
    parameter ADDRESS_BITS = 8,  // of all slots
    parameter FRAME_BITS = 7,    // of a slot
    parameter [7:0] ROOM = 8'd124  // bytes of a payload that fit it
) (
    input  wire                    clk_i,
    input  wire                    rst_i,
    // From izh_frame_in.
    input  wire                    data_valid_i,
    input  wire [             7:0] data_i,
    input  wire                    end_i,
    input  wire                    good_i,
    // To the memory.
    output reg                     write_o,
    output reg  [ADDRESS_BITS-1:0] write_address_o,
    output reg  [             7:0] write_data_o,
    // Requests: numbers of the next to come, and of the next to be served.
    output reg  [            15:0] wanted_o,
    input  wire [            15:0] served_i,
    // What has come, for one clock each.
    output reg                     hello_o,
    output reg                     ack_o,
    output reg                     missed_o,  // the wanted request must be sent again
    output reg                     broken_o,  // something that is no frame
    // Valid with them.
    output wire [            31:0] nonce_o,
    output reg  [            15:0] position_o,
    output wire [            15:0] limit_o,
    output wire                    again_o
);
  localparam SLOT_BITS = ADDRESS_BITS - FRAME_BITS;
  localparam [15:0] SLOTS = 16'd1 << SLOT_BITS;
  // Bytes of a frame: head, payload, CRC.
  localparam [7:0] EMPTY = 8'd7, HELLO = 8'd11, ACK = 8'd10, LONGEST = ROOM + EMPTY;

  reg [7:0] bytes;  // of this frame so far; stays at its top
  reg [7:0] kind;
  reg [31:0] first; // bytes of the payload
  reg open;         // a session has begun
  reg told;         // the host knows which request is missed
  reg free;         // the wanted request has a slot

  assign nonce_o = first;
  assign limit_o = first[15:0];
  assign again_o = first[16];

  // ---- The bytes: number into position_o, the first of the payload into first, all into the slot ------

  wire [8:0] offset = bytes - 9'd1;
  wire in_slot = offset >> FRAME_BITS == 9'd0;
  wire [SLOT_BITS-1:0] slot = wanted_o[SLOT_BITS-1:0];
  wire is_payload = bytes > 8'd2;
  wire [7:0] length = bytes - EMPTY;

  always @(posedge clk_i) begin
    free <= wanted_o - served_i < SLOTS;
    if (data_valid_i) begin
      bytes <= &bytes ? bytes : bytes + 1'b1;
      if (bytes == 8'd0) kind <= data_i;
      if (!is_payload) position_o <= {data_i, position_o[15:8]};
      if (is_payload && bytes < 8'd7) first <= {data_i, first[31:8]};
    end
    if (end_i || rst_i) bytes <= 8'd0;

    write_o         <= open && free && (end_i || (data_valid_i && bytes >= 8'd2 && in_slot));
    write_address_o <= {slot, end_i ? {FRAME_BITS{1'b0}} : offset[FRAME_BITS-1:0]};
    write_data_o    <= end_i ? length : is_payload ? data_i : kind;
  end

  // ---- What the frame was, a clock after its end ------------------------------------------------------

  reg ended, good, is_hello, is_ack, is_request;
  wire [15:0] ahead = position_o - wanted_o;
  wire accepted = is_request && ahead == 16'd0 && free;

  always @(posedge clk_i) begin
    ended      <= end_i && !rst_i;
    good       <= good_i;
    is_hello   <= good_i && kind == `IZH_KIND_HELLO && bytes == HELLO;
    is_ack     <= good_i && kind == `IZH_KIND_ACK && bytes == ACK && open;
    is_request <= good_i && kind[7:4] == 4'h1 && bytes <= LONGEST && open;
    hello_o  <= ended && is_hello;
    ack_o    <= ended && is_ack;
    broken_o <= ended && !good;
    // Said once: until the request comes all others behind it are too early.
    missed_o <= ended && open && !told && (!good || (is_request && !accepted && !ahead[15]));
    if (missed_o) told <= 1'b1;
    if (ended && accepted) begin
      wanted_o <= wanted_o + 1'b1;
      told     <= 1'b0;
    end
    if (ended && is_hello) begin
      wanted_o <= 16'd0;
      told     <= 1'b0;
      open     <= 1'b1;
    end
    if (rst_i) begin
      wanted_o <= 16'd0;
      open     <= 1'b0;
    end
  end
endmodule
`default_nettype wire
