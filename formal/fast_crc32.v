// fast_crc32.v: izh_crc32 without its clocks: a byte in the clock in which it comes
// SPDX-License-Identifier: Apache-2.0
// In the place of izh_crc32 it makes proofs about frames eight times shorter. formal/crc32.v proves that
// both give the same.
`default_nettype none

module izh_crc32 (
    input  wire        clk_i,
    input  wire        clear_i,
    input  wire        valid_i,
    input  wire        out_i,
    input  wire [ 7:0] byte_i,
    output wire        busy_o,
    output reg  [31:0] crc_o
);
  reg [31:0] crc;
  integer i;
  always @* begin
    crc = crc_o;
    for (i = 0; i < 8; i = i + 1)
      crc = {1'b0, crc[31:1]} ^ (!out_i && (crc[0] ^ byte_i[i]) ? 32'hedb88320 : 32'd0);
  end

  assign busy_o = 1'b0;
  always @(posedge clk_i)
    if (clear_i) crc_o <= 32'hffffffff;
    else if (valid_i) crc_o <= crc;
endmodule
`default_nettype wire
