// izh_fifo.v: a few words on their way to a valid/ready port
// SPDX-License-Identifier: Apache-2.0
// The writer must know that there is room: DEPTH words and the one at the output. The output is
// flops; a word is there two clocks after it came in. DEPTH is a power of two.
`default_nettype none

module izh_fifo #(
    parameter WIDTH = 8,
    parameter DEPTH = 4
) (
    input  wire             clk_i,
    input  wire             rst_i,
    input  wire             write_i,
    input  wire [WIDTH-1:0] data_i,
    output reg              valid_o,
    input  wire             ready_i,
    output reg  [WIDTH-1:0] data_o
);
  localparam POINTER_BITS = $clog2(DEPTH);

  reg [POINTER_BITS:0] written, taken;
  wire waiting = written != taken;
  wire take = !valid_o || ready_i;
  wire [WIDTH-1:0] next;

  izh_short_memory #(.WIDTH(WIDTH), .DEPTH(DEPTH)) words (
      .clk_i(clk_i), .write_i(write_i), .write_address_i(written[POINTER_BITS-1:0]),
      .write_data_i(data_i), .read_address_i(taken[POINTER_BITS-1:0]), .read_data_o(next));

  always @(posedge clk_i) begin
    if (write_i) written <= written + 1'b1;
    if (take) begin
      valid_o <= waiting;
      data_o  <= next;
    end
    if (take && waiting) taken <= taken + 1'b1;
    if (rst_i) begin
      written <= 0;
      taken   <= 0;
      valid_o <= 1'b0;
    end
  end
endmodule
`default_nettype wire
