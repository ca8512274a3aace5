// ice40_hx.v: multiplier, memory and delay line on a Lattice iCE40 that has neither multipliers nor SPRAM
// SPDX-License-Identifier: Apache-2.0
// Same modules and clocks as portable.v.
`default_nettype none

// Signed product, three clocks after its operands.
module izh_multiplier #(
    parameter WIDTH = 16
) (
    input  wire                      clk_i,
    input  wire signed [  WIDTH-1:0] a_i,
    input  wire signed [  WIDTH-1:0] b_i,
    output reg  signed [2*WIDTH-1:0] product_o
);
  wire [2*WIDTH-1:0] product_2;
  izh_multiply_add #(.WIDTH(WIDTH)) multiply (
      .clk_i(clk_i), .hold_a_i(1'b0), .a_i(a_i), .b_i(b_i), .addend_i({(2 * WIDTH) {1'b0}}),
      .sum_o(product_2));
  always @(posedge clk_i) product_o <= product_2;
endmodule

// Signed product and addend modulo 2^(2 WIDTH), two clocks after the operands. While hold_a_i is 1
// the register of a keeps what it has.
//
// Row by row, two bits of b at once: 0, a, 2 a or 3 a; of the highest two, 0, a, -2 a or -a. A row's sum
// has but a few bits more than a, because what is below is done: 425 look-up tables for 16 bits, where
// Yosys' own array takes 857. Rows are kept, or it would make that of them.
module izh_multiply_add #(
    parameter WIDTH = 16
) (
    input  wire                      clk_i,
    input  wire                      hold_a_i,
    input  wire signed [  WIDTH-1:0] a_i,
    input  wire signed [  WIDTH-1:0] b_i,
    input  wire        [2*WIDTH-1:0] addend_i,
    output reg         [2*WIDTH-1:0] sum_o
);
  localparam ROWS = (WIDTH + 1) / 2;

  reg signed [WIDTH-1:0] a, b;
  reg [2*WIDTH-1:0] addend;
  always @(posedge clk_i) begin
    if (!hold_a_i) a <= a_i;
    b      <= b_i;
    addend <= addend_i;
  end

  wire [2*ROWS-1:0] digits = {{(2 * ROWS - WIDTH + 1) {b[WIDTH-1]}}, b[WIDTH-2:0]};
  wire signed [WIDTH+1:0] once = {{2{a[WIDTH-1]}}, a};
  wire signed [WIDTH+1:0] twice = once <<< 1;
  // The sign added to itself is the carry and the sign. A cell with one net at both inputs of its carry
  // can keep nextpnr's routers at work for ever (its issue 1341).
  (* keep *) wire signed [WIDTH+1:0] thrice;
  assign thrice = {a[WIDTH-1], {1'b0, a[WIDTH-1:1]} + {1'b0, a[WIDTH-2:0]}, a[0]};

  // The low half of the addend is there from the start, the high half joins in at the end.
  wire [2*ROWS-1:0] below;
  wire [2*WIDTH-2*ROWS-1:0] above = g_row[ROWS-1].rest[2*WIDTH-2*ROWS-1:0] + addend[2*WIDTH-1:2*ROWS];
  genvar i;
  generate
    for (i = 0; i < ROWS; i = i + 1) begin : g_row
      localparam LAST = i == ROWS - 1;
      wire [1:0] digit = digits[2*i+:2];
      wire negative = LAST && digit[1];
      (* keep *) wire signed [WIDTH+1:0] multiple;
      (* keep *) wire signed [WIDTH+2:0] sum;
      wire signed [WIDTH+2:0] before, rest;
      if (i == 0) begin : g_first
        assign before = {{(WIDTH + 3 - 2 * ROWS) {1'b0}}, addend[2*ROWS-1:0]};
      end else begin : g_next
        assign before = g_row[i-1].rest;
      end
      // Inverted where it is negative, and one more in the sum.
      assign multiple = digit == 2'd0 ? {(WIDTH + 2) {1'b0}} : digit == 2'd1 ? once
          : digit == 2'd2 ? (LAST ? ~twice : twice) : LAST ? ~once : thrice;
      assign sum = before + {multiple[WIDTH+1], multiple} + {{(WIDTH + 2) {1'b0}}, negative};
      assign rest = sum >>> 2;
      assign below[2*i+:2] = sum[1:0];
    end
  endgenerate
  always @(posedge clk_i) sum_o <= {above, below};
  wire unused_bits = &{1'b0, g_row[ROWS-1].rest};
endmodule

`include "cells/ice40_memory.vh"

`include "cells/table.vh"

// One port: data one clock after the address, undefined after a clock with write_i.
module izh_bank #(
    parameter WIDTH = 16,
    parameter DEPTH = 1024,
    parameter ADDRESS_BITS = $clog2(DEPTH)
) (
    input  wire                    clk_i,
    input  wire                    write_i,
    input  wire [ADDRESS_BITS-1:0] address_i,
    input  wire [       WIDTH-1:0] write_data_i,
    output reg  [       WIDTH-1:0] read_data_o
);
  (* ram_style = "block", no_rw_check *)
  reg [WIDTH-1:0] word[0:DEPTH-1];
  always @(posedge clk_i) begin
    if (write_i) word[address_i] <= write_data_i;
    read_data_o <= word[address_i];
  end
endmodule
`default_nettype wire
