// izh_block_fifo.v: many words in block memory between a writer that cannot wait and a reader
// SPDX-License-Identifier: Apache-2.0
// The writer must stop while room_o is low; RESERVE - 1 words may still come after that.
// DEPTH is a power of two, RESERVE < DEPTH.
`default_nettype none

module izh_block_fifo #(
    parameter WIDTH   = 16,
    parameter DEPTH   = 256,
    parameter RESERVE = 64
) (
    input  wire             clk_i,
    input  wire             rst_i,
    input  wire             write_i,
    input  wire [WIDTH-1:0] data_i,
    output reg              room_o,
    output wire             empty_o,   // nothing inside, and nothing on its way out
    output wire             valid_o,
    input  wire             ready_i,
    output wire [WIDTH-1:0] data_o
);
  localparam POINTER_BITS = $clog2(DEPTH);
  localparam [31:0] FULL = DEPTH - RESERVE;

  reg [POINTER_BITS-1:0] written, fetched;
  reg [POINTER_BITS:0] inside;  // written and not yet fetched
  reg [2:0] outside;            // fetched and not yet taken, 0..4
  reg fetch, fetch_1, fetch_2;  // every other clock at most: the counts follow behind it
  wire take = valid_o && ready_i;

  assign empty_o = inside == 0 && outside == 0;

  wire [WIDTH-1:0] word;
  izh_memory #(.WIDTH(WIDTH), .DEPTH(DEPTH)) words (
      .clk_i(clk_i), .write_i(write_i), .write_address_i(written),
      .write_data_i(data_i), .read_address_i(fetched), .read_data_o(word));

  izh_fifo #(.WIDTH(WIDTH), .DEPTH(4)) front (
      .clk_i(clk_i), .rst_i(rst_i), .write_i(fetch_2), .data_i(word),
      .valid_o(valid_o), .ready_i(ready_i), .data_o(data_o));

  always @(posedge clk_i) begin
    if (write_i) written <= written + 1'b1;
    if (fetch) fetched <= fetched + 1'b1;
    inside  <= inside + {{POINTER_BITS{1'b0}}, write_i} - {{POINTER_BITS{1'b0}}, fetch};
    outside <= outside + {2'b00, fetch} - {2'b00, take};
    fetch   <= inside != 0 && !outside[2] && !fetch;
    fetch_1 <= fetch;
    fetch_2 <= fetch_1;
    room_o  <= inside < FULL[POINTER_BITS:0];
    if (rst_i) begin
      written <= 0;
      fetched <= 0;
      inside  <= 0;
      outside <= 0;
      fetch   <= 1'b0;
      fetch_1 <= 1'b0;
      fetch_2 <= 1'b0;
      room_o  <= 1'b0;
    end
  end
endmodule
`default_nettype wire
