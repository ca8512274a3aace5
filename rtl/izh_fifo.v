// izh_fifo.v: a few words between two valid/ready ports
// SPDX-License-Identifier: Apache-2.0
// A word is at the output one clock after it came in. DEPTH is a power of two.
`default_nettype none

module izh_fifo #(
    parameter WIDTH = 8,
    parameter DEPTH = 4
) (
    input  wire             clk_i,
    input  wire             rst_i,
    input  wire             valid_i,
    output wire             ready_o,
    input  wire [WIDTH-1:0] data_i,
    output wire             valid_o,
    input  wire             ready_i,
    output wire [WIDTH-1:0] data_o
);
  localparam POINTER_BITS = $clog2(DEPTH);

  reg [POINTER_BITS:0] written, taken;
  wire [POINTER_BITS:0] used = written - taken;

  assign ready_o = !used[POINTER_BITS];
  assign valid_o = written != taken;
  wire put = valid_i && ready_o;

  izh_short_memory #(.WIDTH(WIDTH), .DEPTH(DEPTH)) words (
      .clk_i(clk_i), .write_i(put), .write_address_i(written[POINTER_BITS-1:0]),
      .write_data_i(data_i), .read_address_i(taken[POINTER_BITS-1:0]), .read_data_o(data_o));

  always @(posedge clk_i) begin
    if (put) written <= written + 1'b1;
    if (valid_o && ready_i) taken <= taken + 1'b1;
    if (rst_i) begin
      written <= 0;
      taken   <= 0;
    end
  end
endmodule
`default_nettype wire
