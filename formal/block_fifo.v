// block_fifo.v: proof of izh_block_fifo: what goes in comes out, once and in order
// SPDX-License-Identifier: Apache-2.0
// Words are numbers that count: no circuit here looks at what a word is. None is written over, and none is
// read in the clock in which it is written, as long as the writer sends no more than
// RESERVE - 1 words while room_o is low.
`default_nettype none

module prove (
    input wire clk,
    input wire write,
    input wire ready
);
  localparam DEPTH = 4, RESERVE = 2;

  reg rst = 1'b1;
  always @(posedge clk) rst <= 1'b0;

  wire valid, room, empty;
  wire [3:0] out;
  reg [3:0] words_in = 4'd0, words_out = 4'd0;
  izh_block_fifo #(.WIDTH(4), .DEPTH(DEPTH), .RESERVE(RESERVE)) dut (
      .clk_i(clk), .rst_i(rst), .write_i(write), .data_i(words_in), .room_o(room),
      .empty_o(empty), .valid_o(valid), .ready_i(ready), .data_o(out));

  reg [1:0] late = 2'd0;  // words since room fell
  wire [3:0] inside = words_in - words_out;

  always @(posedge clk)
    if (!rst) begin
      if (write) words_in <= words_in + 1'b1;
      if (valid && ready) words_out <= words_out + 1'b1;
      late <= room ? 2'd0 : late + write;
    end

  always @* begin
    if (!rst && !room && late == RESERVE - 1) assume (!write);
    if (!rst) begin
      assert (inside <= DEPTH + 5);
      assert (empty == (inside == 4'd0));
      if (valid) assert (inside != 4'd0 && out == words_out);
    end
  end
endmodule
`default_nettype wire
