// portable.v: multiplier, memory and delay line that any simulator or synthesiser infers
// SPDX-License-Identifier: Apache-2.0
// The device files beside this one replace it: same modules, same clocks, vendor cells inside.
`default_nettype none
// One file per device family holds all of its cells.
// verilator lint_off DECLFILENAME

// Signed product, three clocks after its operands.
module izh_multiplier #(
    parameter WIDTH = 18
) (
    input  wire                      clk_i,
    input  wire signed [  WIDTH-1:0] a_i,
    input  wire signed [  WIDTH-1:0] b_i,
    output wire signed [2*WIDTH-1:0] product_o
);
  reg signed [WIDTH-1:0] a_1, b_1;
  reg signed [2*WIDTH-1:0] product_2, product_3;

  always @(posedge clk_i) begin
    a_1       <= a_i;
    b_1       <= b_i;
    product_2 <= a_1 * b_1;
    product_3 <= product_2;
  end

  assign product_o = product_3;
endmodule

// Signed product and addend modulo 2^(2 WIDTH), two clocks after the operands. While hold_a_i is 1
// the register of a keeps what it has.
module izh_multiply_add #(
    parameter WIDTH = 18
) (
    input  wire                      clk_i,
    input  wire                      hold_a_i,
    input  wire signed [  WIDTH-1:0] a_i,
    input  wire signed [  WIDTH-1:0] b_i,
    input  wire        [2*WIDTH-1:0] addend_i,
    output wire        [2*WIDTH-1:0] sum_o
);
  reg signed [WIDTH-1:0] a_1, b_1;
  reg signed [2*WIDTH-1:0] addend_1, sum_2;

  always @(posedge clk_i) begin
    if (!hold_a_i) a_1 <= a_i;
    b_1      <= b_i;
    addend_1 <= addend_i;
    sum_2    <= a_1 * b_1 + addend_1;
  end

  assign sum_o = sum_2;
endmodule

// One write port, one read port; data two clocks after the read address.
// An address must not be read in the clock in which it is written.
module izh_memory #(
    parameter WIDTH = 36,
    parameter DEPTH = 512,
    parameter ADDRESS_BITS = $clog2(DEPTH)
) (
    input  wire                    clk_i,
    input  wire                    write_i,
    input  wire [ADDRESS_BITS-1:0] write_address_i,
    input  wire [       WIDTH-1:0] write_data_i,
    input  wire [ADDRESS_BITS-1:0] read_address_i,
    output wire [       WIDTH-1:0] read_data_o
);
  (* no_rw_check *)
  reg [WIDTH-1:0] word[0:DEPTH-1];
  reg [WIDTH-1:0] read_1, read_2;

  always @(posedge clk_i) begin
    if (write_i) word[write_address_i] <= write_data_i;
    read_1 <= word[read_address_i];
    read_2 <= read_1;
  end

  assign read_data_o = read_2;
endmodule

// As izh_memory, but a write replaces the bits of a word that its mask names.
module izh_masked_memory #(
    parameter WIDTH = 16,
    parameter DEPTH = 256,
    parameter ADDRESS_BITS = $clog2(DEPTH)
) (
    input  wire                    clk_i,
    input  wire                    write_i,
    input  wire [ADDRESS_BITS-1:0] write_address_i,
    input  wire [       WIDTH-1:0] write_mask_i,
    input  wire [       WIDTH-1:0] write_data_i,
    input  wire [ADDRESS_BITS-1:0] read_address_i,
    output wire [       WIDTH-1:0] read_data_o
);
  (* no_rw_check *)
  reg [WIDTH-1:0] word[0:DEPTH-1];
  reg [ADDRESS_BITS-1:0] address_1;
  reg [WIDTH-1:0] read_2;

  always @(posedge clk_i) begin
    if (write_i)
      word[write_address_i] <= (word[write_address_i] & ~write_mask_i) | (write_data_i & write_mask_i);
    address_1 <= read_address_i;
    read_2    <= word[address_1];
  end

  assign read_data_o = read_2;
endmodule

// One write port, one read port, deep; data six clocks after the read address.
// An address must not be read in the clock in which it is written.
module izh_store #(
    parameter WIDTH = 32,
    parameter DEPTH = 65536,
    parameter ADDRESS_BITS = $clog2(DEPTH)
) (
    input  wire                    clk_i,
    input  wire                    write_i,
    input  wire [ADDRESS_BITS-1:0] write_address_i,
    input  wire [       WIDTH-1:0] write_data_i,
    input  wire [ADDRESS_BITS-1:0] read_address_i,
    output reg  [       WIDTH-1:0] read_data_o
);
  wire [WIDTH-1:0] read_2;
  reg [WIDTH-1:0] read_3, read_4, read_5;
  izh_memory #(.WIDTH(WIDTH), .DEPTH(DEPTH)) words (
      .clk_i(clk_i), .write_i(write_i), .write_address_i(write_address_i),
      .write_data_i(write_data_i), .read_address_i(read_address_i), .read_data_o(read_2));
  always @(posedge clk_i) begin
    read_3      <= read_2;
    read_4      <= read_3;
    read_5      <= read_4;
    read_data_o <= read_5;
  end
endmodule

`include "cells/table.vh"

// One port: data one clock after the address, undefined after a clock with write_i.
module izh_bank #(
    parameter WIDTH = 16,
    parameter DEPTH = 16384,
    parameter ADDRESS_BITS = $clog2(DEPTH)
) (
    input  wire                    clk_i,
    input  wire                    write_i,
    input  wire [ADDRESS_BITS-1:0] address_i,
    input  wire [       WIDTH-1:0] write_data_i,
    output reg  [       WIDTH-1:0] read_data_o
);
  reg [WIDTH-1:0] word[0:DEPTH-1];
  always @(posedge clk_i)
    if (write_i) word[address_i] <= write_data_i;
    else read_data_o <= word[address_i];
endmodule

// A few words, read without a clock. DEPTH is a power of two.
module izh_short_memory #(
    parameter WIDTH = 8,
    parameter DEPTH = 4,
    parameter ADDRESS_BITS = $clog2(DEPTH)
) (
    input  wire                    clk_i,
    input  wire                    write_i,
    input  wire [ADDRESS_BITS-1:0] write_address_i,
    input  wire [       WIDTH-1:0] write_data_i,
    input  wire [ADDRESS_BITS-1:0] read_address_i,
    output wire [       WIDTH-1:0] read_data_o
);
  reg [WIDTH-1:0] word[0:DEPTH-1];
  always @(posedge clk_i) if (write_i) word[write_address_i] <= write_data_i;
  assign read_data_o = word[read_address_i];
endmodule

// d_i, CLOCKS clocks later. CLOCKS >= 1.
module izh_delay #(
    parameter WIDTH  = 1,
    parameter CLOCKS = 1
) (
    input  wire             clk_i,
    input  wire [WIDTH-1:0] d_i,
    output wire [WIDTH-1:0] q_o
);
  reg [WIDTH*CLOCKS-1:0] line;

  generate
    if (CLOCKS == 1) begin : g_one
      always @(posedge clk_i) line <= d_i;
    end else begin : g_many
      always @(posedge clk_i) line <= {line[WIDTH*(CLOCKS-1)-1:0], d_i};
    end
  endgenerate

  assign q_o = line[WIDTH*CLOCKS-1-:WIDTH];
endmodule
// verilator lint_on DECLFILENAME

// A counter's next value: load, or one more or less. Not more than a cell for each bit.
module izh_step #(
    parameter WIDTH = 8,
    parameter DOWN = 0
) (
    input  wire             load_i,
    input  wire [WIDTH-1:0] value_i,
    input  wire [WIDTH-1:0] count_i,
    input  wire             step_i,   // 0: count_i stays as it is
    output wire [WIDTH-1:0] next_o,
    output wire             over_o    // it steps over its end; only without load
);
  wire [WIDTH:0] by = {{WIDTH{1'b0}}, step_i};
  wire [WIDTH:0] sum = DOWN ? {1'b0, count_i} - by : {1'b0, count_i} + by;
  assign next_o = load_i ? value_i : sum[WIDTH-1:0];
  assign over_o = sum[WIDTH];
endmodule
`default_nettype wire
