// fifo.v: proof of izh_fifo: what goes in comes out, once and in order
// SPDX-License-Identifier: Apache-2.0
`default_nettype none

module prove (
    input wire       clk,
    input wire       write,
    input wire [1:0] data,
    input wire       ready
);
  localparam DEPTH = 4;

  reg rst = 1'b1;
  always @(posedge clk) rst <= 1'b0;

  wire valid;
  wire [1:0] out;
  izh_fifo #(.WIDTH(2), .DEPTH(DEPTH)) dut (
      .clk_i(clk), .rst_i(rst), .write_i(write), .data_i(data), .valid_o(valid), .ready_i(ready),
      .data_o(out));

  // Words in and out, modulo more than there is room for, and any one of them.
  (* anyconst *) reg [3:0] marked;
  reg [3:0] words_in = 4'd0, words_out = 4'd0;
  reg [1:0] marked_data;
  wire [3:0] inside = words_in - words_out;

  always @(posedge clk)
    if (!rst) begin
      if (write) words_in <= words_in + 1'b1;
      if (write && words_in == marked) marked_data <= data;
      if (valid && ready) words_out <= words_out + 1'b1;
    end

  always @* begin
    // The writer knows that there is room.
    if (!rst && inside > DEPTH) assume (!write);
    if (!rst && valid) begin
      assert (inside != 4'd0);
      if (words_out == marked) assert (out == marked_data);
    end
    // Nothing stays inside: what is behind the output comes to it at once.
    if (!rst && !valid) assert (inside <= 4'd1);
  end
endmodule
`default_nettype wire
