// crc32.v: proof that izh_crc32 and izh_crc32_serial give the same
// SPDX-License-Identifier: Apache-2.0
`default_nettype none

module prove (
    input wire       clk,
    input wire       clear,
    input wire       valid,
    input wire       out,
    input wire [7:0] data
);
  reg rst = 1'b1;
  always @(posedge clk) rst <= 1'b0;

  wire busy;
  wire [31:0] crc, expected;
  izh_crc32_serial slow (
      .clk_i(clk), .clear_i(clear || rst), .valid_i(valid && !busy), .out_i(out), .byte_i(data),
      .busy_o(busy), .crc_o(crc));
  izh_crc32 fast (
      .clk_i(clk), .clear_i(clear || rst), .valid_i(valid && !busy), .out_i(out), .byte_i(data),
      .crc_o(expected));

  reg [2:0] clocks = 3'd0;
  always @(posedge clk) clocks <= busy && !clear ? clocks + 1'b1 : 3'd0;
  always @* if (!rst) begin
    if (!busy) assert (crc == expected);
    assert (!busy || clocks < 3'd7);
  end
endmodule
`default_nettype wire
