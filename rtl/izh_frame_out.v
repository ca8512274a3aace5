// izh_frame_out.v: frames are checked, stuffed, and kept in a ring of bytes until they are acknowledged
// SPDX-License-Identifier: Apache-2.0
// docs/link.md, "Frames". A frame is in the ring when its last byte is: whole_o moves on then. Positions
// count the bytes of the wire modulo 2^16; their low bits are the addresses of the ring.
`default_nettype none

module izh_frame_out #(
    parameter ADDRESS_BITS = 9  // the ring has 2^ADDRESS_BITS bytes, at least 256
) (
    input  wire                    clk_i,
    input  wire                    rst_i,      // forgets every frame
    // A frame without its CRC: at least one byte. Nothing is lost while ready is low.
    input  wire                    byte_valid_i,
    output wire                    byte_ready_o,
    input  wire [             7:0] byte_i,
    input  wire                    last_i,
    output reg  [            15:0] whole_o,    // position behind the last whole frame
    input  wire [            15:0] released_i, // position up to which bytes may be overwritten
    output reg                     room_o,     // for a byte more
    // The ring.
    output wire                    write_o,
    output wire [ADDRESS_BITS-1:0] write_address_o,
    output wire [             7:0] write_data_o
);
  localparam [2:0] BEGIN = 3'd0, BYTES = 3'd1, CRC = 3'd2, CLOSE = 3'd3, DELIMIT = 3'd4;
  localparam [15:0] SIZE = 16'd1 << ADDRESS_BITS;

  reg [2:0] state;
  reg [15:0] next;                      // position of the next byte
  reg [ADDRESS_BITS-1:0] distance_at;   // where the distance to the next zero goes
  reg [7:0] distance;
  reg [1:0] crc_left;
  wire [31:0] crc;

  wire room = next - released_i != SIZE;
  wire [7:0] data = state == CRC ? ~crc[7:0] : byte_i;
  wire offered = (state == BYTES && byte_valid_i) || state == CRC;
  wire zero = data == 8'd0;
  wire take = offered && room;  // a byte of the frame
  wire is_distance = state == CLOSE || (offered && zero);

  assign byte_ready_o = state == BYTES && take;
  assign write_o = state == CLOSE || ((offered || state == DELIMIT) && room);
  assign write_address_o = is_distance ? distance_at : next[ADDRESS_BITS-1:0];
  assign write_data_o = is_distance ? distance : state == DELIMIT ? 8'd0 : data;

  izh_crc32 check (
      .clk_i(clk_i), .clear_i(state == BEGIN), .valid_i(take), .out_i(state == CRC),
      .byte_i(byte_i), .crc_o(crc));

  always @(posedge clk_i) begin
    room_o <= room;
    case (state)
      // The place of the first distance is left free.
      BEGIN:
      if (byte_valid_i && room) begin
        state       <= BYTES;
        distance_at <= next[ADDRESS_BITS-1:0];
        distance    <= 8'd1;
        crc_left    <= 2'd3;
        next        <= next + 1'b1;
      end
      BYTES: if (take && last_i) state <= CRC;
      CRC:
      if (take) begin
        crc_left <= crc_left - 1'b1;
        if (crc_left == 2'd0) state <= CLOSE;
      end
      CLOSE: state <= DELIMIT;
      default:
      if (room) begin
        state   <= BEGIN;
        next    <= next + 1'b1;
        whole_o <= next + 1'b1;
      end
    endcase
    if (take) begin
      next     <= next + 1'b1;
      distance <= zero ? 8'd1 : distance + 1'b1;
      if (zero) distance_at <= next[ADDRESS_BITS-1:0];
    end
    if (rst_i) begin
      state   <= BEGIN;
      next    <= 16'd0;
      whole_o <= 16'd0;
    end
  end

  wire unused_bits = &{1'b0, crc[31:8]};
endmodule
`default_nettype wire
