// izh_crossing.v: words from one clock to another, whatever the two are
// SPDX-License-Identifier: Apache-2.0
// A FIFO whose positions cross as Gray codes: of a position that moves while it is looked at, one bit is
// old or new, so it is read as it was or as it is. A word is written before its position says so,
// and a place is free before its position says so, by the two flops that positions pass.
`default_nettype none

module izh_crossing #(
    parameter WIDTH = 8,
    parameter DEPTH = 4  // a power of two, at least 4; with 8 a word moves in every clock
) (
    // Empties it: words inside are lost. Of any clock, held for four clocks of the slower side, both
    // running. Each side hears of it two clocks late: until then the reader may be given what
    // nobody wrote, from then on no word moves until the reset is over.
    input  wire             rst_i,
    input  wire             write_clk_i,
    input  wire             write_valid_i,
    output wire             write_ready_o,
    input  wire [WIDTH-1:0] write_data_i,
    input  wire             read_clk_i,
    output reg              read_valid_o,
    input  wire             read_ready_i,
    output reg  [WIDTH-1:0] read_data_o
);
  localparam TOP = $clog2(DEPTH);  // of positions, which count twice through the memory

  // Positions, and their Gray codes in flops of their own: what crosses must not glitch.
  reg [TOP:0] written, taken, written_gray, taken_gray;
  wire [TOP:0] written_seen, taken_seen;
  wire [TOP:0] next_written = written + 1'b1, next_taken = taken + 1'b1;
  wire write_rst, read_rst;

  // ---- The writer's clock ------------------------------------------------------------------------

  izh_synchroniser write_reset (.clk_i(write_clk_i), .d_i(rst_i), .q_o(write_rst));
  izh_synchroniser #(.WIDTH(TOP + 1)) from_reader (
      .clk_i(write_clk_i), .d_i(taken_gray), .q_o(taken_seen));

  // Full: once through the memory more than the reader, which turns over a Gray code's top two bits.
  wire full = (written_gray ^ taken_seen) == {2'b11, {TOP - 1{1'b0}}};
  wire write = write_valid_i && write_ready_o;
  assign write_ready_o = !full && !write_rst;

  always @(posedge write_clk_i) begin
    if (write) begin
      written      <= next_written;
      written_gray <= next_written ^ (next_written >> 1);
    end
    if (write_rst) begin
      written      <= 0;
      written_gray <= 0;
    end
  end

  wire [WIDTH-1:0] word;
  izh_short_memory #(.WIDTH(WIDTH), .DEPTH(DEPTH)) words (
      .clk_i(write_clk_i), .write_i(write), .write_address_i(written[TOP-1:0]),
      .write_data_i(write_data_i), .read_address_i(taken[TOP-1:0]), .read_data_o(word));

  // ---- The reader's clock ------------------------------------------------------------------------

  izh_synchroniser read_reset (.clk_i(read_clk_i), .d_i(rst_i), .q_o(read_rst));
  izh_synchroniser #(.WIDTH(TOP + 1)) from_writer (
      .clk_i(read_clk_i), .d_i(written_gray), .q_o(written_seen));

  wire waiting = written_seen != taken_gray;
  wire take = !read_valid_o || read_ready_i;

  always @(posedge read_clk_i) begin
    if (take) read_valid_o <= waiting;
    if (take && waiting) begin
      read_data_o <= word;
      taken       <= next_taken;
      taken_gray  <= next_taken ^ (next_taken >> 1);
    end
    if (read_rst) begin
      read_valid_o <= 1'b0;
      taken        <= 0;
      taken_gray   <= 0;
    end
  end
endmodule
`default_nettype wire
