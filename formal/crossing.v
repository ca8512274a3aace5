// crossing.v: proof of izh_crossing: what goes in comes out, once and in order, for any two clocks
// SPDX-License-Identifier: Apache-2.0
// The clocks are inputs that the solver moves as it likes (clk2fflogic), so an edge of one falls
// before, with or after any move of the other side.
`default_nettype none

module prove (
    input wire       write_clk,
    input wire       write,
    input wire [0:0] data,
    input wire       read_clk,
    input wire       ready
);
  localparam DEPTH = 4;

  // Four clocks of both sides of reset.
  reg [2:0] writer_clocks = 3'd0, reader_clocks = 3'd0;
  wire rst = !(writer_clocks[2] && reader_clocks[2]);
  always @(posedge write_clk) if (!writer_clocks[2]) writer_clocks <= writer_clocks + 1'b1;
  always @(posedge read_clk) if (!reader_clocks[2]) reader_clocks <= reader_clocks + 1'b1;

  wire room, valid;
  wire [0:0] out;
  izh_crossing #(.WIDTH(1), .DEPTH(DEPTH)) dut (
      .rst_i(rst), .write_clk_i(write_clk), .write_valid_i(write), .write_ready_o(room),
      .write_data_i(data), .read_clk_i(read_clk), .read_valid_o(valid), .read_ready_i(ready),
      .read_data_o(out));

  (* anyconst *) reg [2:0] marked;
  reg [2:0] words_in = 3'd0, words_out = 3'd0;
  reg [0:0] marked_data;
  wire [2:0] inside = words_in - words_out;

  always @(posedge write_clk)
    if (!rst && write && room) begin
      words_in <= words_in + 1'b1;
      if (words_in == marked) marked_data <= data;
    end
  always @(posedge read_clk) if (!rst && valid && ready) words_out <= words_out + 1'b1;

  always @*
    if (!rst) begin
      assert (inside <= DEPTH + 1);
      if (valid) assert (inside != 3'd0);
      if (valid && words_out == marked) assert (out == marked_data);
    end
endmodule
`default_nettype wire
