// izh_crc32.v: CRC-32 of IEEE 802.3 of bytes
// SPDX-License-Identifier: Apache-2.0
// The published CRC is the inverse of crc_o. A frame whose own CRC has been taken in leaves
// 32'hdebb20e3.
`default_nettype none

module izh_crc32 #(
    parameter BITS = 1  // in a clock: 1, small, or 8, fast
) (
    input  wire        clk_i,
    input  wire        clear_i,  // begin anew
    input  wire        valid_i,  // only while not busy
    input  wire        out_i,    // with valid: crc_o moves on by a byte, whatever byte_i is
    input  wire [ 7:0] byte_i,
    output wire        busy_o,   // seven clocks after valid, or never
    output reg  [31:0] crc_o
);
  localparam [31:0] POLYNOMIAL = 32'hedb88320;

  generate
    if (BITS == 8) begin : g_byte
      assign busy_o = 1'b0;
      reg [31:0] next;
      integer i;
      always @(*) begin
        next = crc_o ^ {24'd0, byte_i};
        for (i = 0; i < 8; i = i + 1) next = {1'b0, next[31:1]} ^ (POLYNOMIAL & {32{next[0]}});
        if (out_i) next = {8'd0, crc_o[31:8]};
      end
      always @(posedge clk_i) if (clear_i) crc_o <= 32'hffffffff; else if (valid_i) crc_o <= next;
    end else begin : g_bit
      reg [6:0] waiting;  // bits of the byte, the next one lowest
      reg [2:0] left;
      reg out;
      assign busy_o = left != 3'd0;

      wire bit_in = busy_o ? waiting[0] : byte_i[0];
      wire feed = busy_o ? !out : !out_i;
      wire feedback = feed && (crc_o[0] ^ bit_in);

      always @(posedge clk_i) begin
        if (valid_i || busy_o) crc_o <= {1'b0, crc_o[31:1]} ^ (POLYNOMIAL & {32{feedback}});
        waiting <= busy_o ? {1'b0, waiting[6:1]} : byte_i[7:1];
        left    <= valid_i ? 3'd7 : busy_o ? left - 1'b1 : 3'd0;
        if (!busy_o) out <= out_i;
        if (clear_i) begin
          crc_o <= 32'hffffffff;
          left  <= 3'd0;
        end
      end
    end
  endgenerate
endmodule
`default_nettype wire
