// izh_crc32.v: CRC-32 of IEEE 802.3 of bytes, one in a clock
// SPDX-License-Identifier: Apache-2.0
// The published CRC is the inverse of crc_o. A frame whose own CRC has been taken in leaves
// 32'hdebb20e3.
`default_nettype none

module izh_crc32 (
    input  wire        clk_i,
    input  wire        clear_i,  // begin anew
    input  wire        valid_i,
    input  wire        out_i,    // with valid: crc_o moves on by a byte, and byte_i comes in behind it
    input  wire [ 7:0] byte_i,
    output reg  [31:0] crc_o
);
  localparam [31:0] POLYNOMIAL = 32'hedb88320;

  reg [31:0] next;
  integer i;
  always @(*) begin
    next = crc_o ^ {24'd0, byte_i};
    for (i = 0; i < 8; i = i + 1) next = {1'b0, next[31:1]} ^ (POLYNOMIAL & {32{next[0]}});
    if (out_i) next = {byte_i, crc_o[31:8]};
  end
  always @(posedge clk_i) if (clear_i) crc_o <= 32'hffffffff; else if (valid_i) crc_o <= next;
endmodule
`default_nettype wire
