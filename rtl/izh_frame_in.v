// izh_frame_in.v: bytes from the carrier become the bytes of frames
// SPDX-License-Identifier: Apache-2.0
// docs/link.md, "Frames". Each byte of a frame comes out as it is read, the CRC too; whether it was
// a frame is known at its end.
`default_nettype none

module izh_frame_in (
    input  wire       clk_i,
    input  wire       rst_i,
    input  wire       byte_valid_i,
    input  wire [7:0] byte_i,
    output reg        data_valid_o,
    output reg  [7:0] data_o,
    output reg        end_o,   // for one clock; nothing comes with it
    output reg        good_o   // with the end: these were a frame
);
  localparam [31:0] RESIDUE = 32'hdebb20e3;
  localparam [7:0] SHORTEST = 8'd7, LONGEST = 8'd253;

  reg [7:0] left;   // bytes until the next zero
  reg [7:0] bytes;  // of this frame, CRC too; stays at its top
  reg first;        // nothing since the delimiter
  wire [31:0] crc;
  wire delimiter = byte_i == 8'd0;
  wire is_zero = left == 8'd0;
  wire unstuffed = byte_valid_i && !delimiter && !first;

  izh_crc32 check (
      .clk_i(clk_i), .clear_i(rst_i || (byte_valid_i && delimiter)), .valid_i(unstuffed), .out_i(1'b0),
      .byte_i(is_zero ? 8'd0 : byte_i), .crc_o(crc));

  always @(posedge clk_i) begin
    data_valid_o <= unstuffed && !rst_i;
    data_o       <= is_zero ? 8'd0 : byte_i;
    end_o        <= byte_valid_i && delimiter && !first && !rst_i;
    good_o       <= is_zero && bytes >= SHORTEST && bytes <= LONGEST && crc == RESIDUE;
    if (byte_valid_i) begin
      first <= delimiter;
      left  <= first || is_zero ? byte_i - 1'b1 : left - 1'b1;
      bytes <= first ? 8'd0 : &bytes ? bytes : bytes + 1'b1;
    end
    if (rst_i) first <= 1'b1;
  end
endmodule
`default_nettype wire
