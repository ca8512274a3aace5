// izh_crc32_serial.v: CRC-32 of IEEE 802.3 of bytes, a bit in a clock
// SPDX-License-Identifier: Apache-2.0
// As izh_crc32, in fewer cells.
`default_nettype none

module izh_crc32_serial (
    input  wire        clk_i,
    input  wire        clear_i,  // begin anew
    input  wire        valid_i,  // only while not busy
    input  wire        out_i,    // with valid: crc_o moves on by a byte, and byte_i comes in behind it
    input  wire [ 7:0] byte_i,
    output wire        busy_o,   // seven clocks after valid without out
    output reg  [31:0] crc_o
);
  localparam [31:0] POLYNOMIAL = 32'hedb88320;

  reg [6:0] waiting;  // bits of the byte, the next one lowest
  reg [2:0] left;
  assign busy_o = left != 3'd0;

  wire bit_in = busy_o ? waiting[0] : byte_i[0];
  wire feedback = crc_o[0] ^ bit_in;

  always @(posedge clk_i) begin
    if (valid_i && out_i) crc_o <= {byte_i, crc_o[31:8]};
    else if (valid_i || busy_o) crc_o <= {1'b0, crc_o[31:1]} ^ (POLYNOMIAL & {32{feedback}});
    waiting <= busy_o ? {1'b0, waiting[6:1]} : byte_i[7:1];
    left    <= valid_i && !out_i ? 3'd7 : busy_o ? left - 1'b1 : 3'd0;
    if (clear_i) begin
      crc_o <= 32'hffffffff;
      left  <= 3'd0;
    end
  end
endmodule
`default_nettype wire
