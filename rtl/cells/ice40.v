// ice40.v: multiplier, memory and delay line on the blocks of the Lattice iCE40 UltraPlus
// SPDX-License-Identifier: Apache-2.0
// Same modules and clocks as portable.v. The multiplier is an instance because Yosys merges a
// product with two output registers into a constant (ice40_dsp of Yosys 0.23 and 0.55).
`default_nettype none

// Signed product, three clocks after its operands: input, first and second product register.
module izh_multiplier #(
    parameter WIDTH = 16
) (
    input  wire                      clk_i,
    input  wire signed [  WIDTH-1:0] a_i,
    input  wire signed [  WIDTH-1:0] b_i,
    output wire signed [2*WIDTH-1:0] product_o
);
  // Operands stand at the upper end, where no sign needs to be extended; bit -1 is nobody's.
  localparam PAD = 16 - WIDTH;

  generate
    if (PAD < 0) begin : g_refused
      izh_multiplier_is_at_most_16_bits_wide refused ();
    end else begin : g_block
      wire [15:-1] a = {a_i, {(PAD + 1) {1'b0}}};
      wire [15:-1] b = {b_i, {(PAD + 1) {1'b0}}};
      wire [31:0] p;
      wire unused_bits = &{1'b0, a[-1], b[-1], p};
      assign product_o = p[31-:2*WIDTH];

      SB_MAC16 #(
          .A_REG(1'b1),
          .B_REG(1'b1),
          .TOP_8x8_MULT_REG(1'b1),
          .BOT_8x8_MULT_REG(1'b1),
          .PIPELINE_16x16_MULT_REG1(1'b1),
          .PIPELINE_16x16_MULT_REG2(1'b1),
          .TOPOUTPUT_SELECT(2'd3),
          .BOTOUTPUT_SELECT(2'd3),
          .A_SIGNED(1'b1),
          .B_SIGNED(1'b1)
      ) block (
          .CLK(clk_i), .CE(1'b1),
          .A(a[15:0]), .B(b[15:0]), .C(16'd0), .D(16'd0),
          .AHOLD(1'b0), .BHOLD(1'b0), .CHOLD(1'b0), .DHOLD(1'b0),
          .IRSTTOP(1'b0), .IRSTBOT(1'b0), .ORSTTOP(1'b0), .ORSTBOT(1'b0),
          .OLOADTOP(1'b0), .OLOADBOT(1'b0), .ADDSUBTOP(1'b0), .ADDSUBBOT(1'b0),
          .OHOLDTOP(1'b0), .OHOLDBOT(1'b0), .CI(1'b0), .ACCUMCI(1'b0), .SIGNEXTIN(1'b0),
          .O(p)
      );
    end
  endgenerate
endmodule

// Signed product and addend modulo 2^(2 WIDTH), two clocks after the operands. While hold_a_i is 1
// the register of a keeps what it has.
// Every pin has its register, so that nextpnr times every path outside the block. Of the inside it
// knows nothing: from the operands to the sum 9 ns (IceStorm), then 2 ns to the pins, not 0.1.
module izh_multiply_add #(
    parameter WIDTH = 16
) (
    input  wire                      clk_i,
    input  wire                      hold_a_i,
    input  wire signed [  WIDTH-1:0] a_i,
    input  wire signed [  WIDTH-1:0] b_i,
    input  wire        [2*WIDTH-1:0] addend_i,
    output wire        [2*WIDTH-1:0] sum_o
);
  // Everything stands at the upper end, where no sign needs to be extended; bit -1 is nobody's.
  localparam PAD = 16 - WIDTH;

  generate
    if (PAD < 0) begin : g_refused
      izh_multiply_add_is_at_most_16_bits_wide refused ();
    end else begin : g_block
      wire [15:-1] a = {a_i, {(PAD + 1) {1'b0}}};
      wire [15:-1] b = {b_i, {(PAD + 1) {1'b0}}};
      wire [31:-1] addend = {addend_i, {(2 * PAD + 1) {1'b0}}};
      wire [31:0] sum;
      wire unused_bits = &{1'b0, a[-1], b[-1], addend[-1], sum};
      assign sum_o = sum[31-:2*WIDTH];

      SB_MAC16 #(
          .A_REG(1'b1),
          .B_REG(1'b1),
          .C_REG(1'b1),
          .D_REG(1'b1),
          .TOPADDSUB_LOWERINPUT(2'd2),
          .TOPADDSUB_UPPERINPUT(1'b1),
          .TOPADDSUB_CARRYSELECT(2'd3),
          .TOPOUTPUT_SELECT(2'd1),
          .BOTADDSUB_LOWERINPUT(2'd2),
          .BOTADDSUB_UPPERINPUT(1'b1),
          .BOTADDSUB_CARRYSELECT(2'd0),
          .BOTOUTPUT_SELECT(2'd1),
          .A_SIGNED(1'b1),
          .B_SIGNED(1'b1)
      ) block (
          .CLK(clk_i), .CE(1'b1),
          .A(a[15:0]), .B(b[15:0]), .C(addend[31:16]), .D(addend[15:0]),
          .AHOLD(hold_a_i), .BHOLD(1'b0), .CHOLD(1'b0), .DHOLD(1'b0),
          .IRSTTOP(1'b0), .IRSTBOT(1'b0), .ORSTTOP(1'b0), .ORSTBOT(1'b0),
          .OLOADTOP(1'b0), .OLOADBOT(1'b0), .ADDSUBTOP(1'b0), .ADDSUBBOT(1'b0),
          .OHOLDTOP(1'b0), .OHOLDBOT(1'b0), .CI(1'b0), .ACCUMCI(1'b0), .SIGNEXTIN(1'b0),
          .O(sum)
      );
    end
  endgenerate
endmodule

`include "cells/ice40_memory.vh"

// One port: data two clocks after the address. While a write goes on the data read is undefined.
module izh_table #(
    parameter WIDTH = 36,
    parameter DEPTH = 512,
    parameter ADDRESS_BITS = $clog2(DEPTH)
) (
    input  wire                    clk_i,
    input  wire                    write_i,
    input  wire [ADDRESS_BITS-1:0] address_i,
    input  wire [       WIDTH-1:0] write_data_i,
    output wire [       WIDTH-1:0] read_data_o
);
  localparam BLOCKS = (WIDTH + 15) / 16;

  wire [16*BLOCKS:0] write_data = {{(16 * BLOCKS + 1 - WIDTH) {1'b0}}, write_data_i};
  wire [16*BLOCKS-1:0] read_data;
  wire [13:0] address;
  reg [13:0] address_1;
  reg [16*BLOCKS-1:0] write_data_1;
  reg write_1;
  wire unused_bits = &{1'b0, write_data[16*BLOCKS], read_data};

  genvar i;
  generate
    if (DEPTH > 16384) begin : g_refused
      izh_table_is_at_most_16384_words_deep refused ();
    end else if (ADDRESS_BITS == 14) begin : g_whole
      assign address = address_i;
    end else begin : g_part
      assign address = {{(14 - ADDRESS_BITS) {1'b0}}, address_i};
    end
    for (i = 0; i < BLOCKS; i = i + 1) begin : g_block
      SB_SPRAM256KA block (
          .CLOCK(clk_i), .ADDRESS(address_1), .DATAIN(write_data_1[16*i+:16]), .MASKWREN(4'b1111),
          .WREN(write_1), .CHIPSELECT(1'b1), .STANDBY(1'b0), .SLEEP(1'b0), .POWEROFF(1'b1),
          .DATAOUT(read_data[16*i+:16]));
    end
  endgenerate

  always @(posedge clk_i) begin
    address_1    <= address;
    write_data_1 <= write_data[16*BLOCKS-1:0];
    write_1      <= write_i;
  end
  assign read_data_o = read_data[WIDTH-1:0];
endmodule

// One port: data one clock after the address, undefined after a clock with write_i. In SPRAM.
module izh_bank #(
    parameter WIDTH = 16,
    parameter DEPTH = 16384,
    parameter ADDRESS_BITS = $clog2(DEPTH)
) (
    input  wire                    clk_i,
    input  wire                    write_i,
    input  wire [ADDRESS_BITS-1:0] address_i,
    input  wire [       WIDTH-1:0] write_data_i,
    output wire [       WIDTH-1:0] read_data_o
);
  localparam BLOCKS = (DEPTH + 16383) / 16384;

  wire [15:0] address = {{(16 - ADDRESS_BITS) {1'b0}}, address_i};
  wire [15:0] write_data = {{(16 - WIDTH) {1'b0}}, write_data_i};
  wire [63:0] words;
  reg [1:0] block_1;
  wire [15:0] word = words[16*block_1+:16];
  wire unused_bits = &{1'b0, word};
  assign read_data_o = word[WIDTH-1:0];

  always @(posedge clk_i) block_1 <= address[15:14];

  genvar i;
  generate
    if (DEPTH > 65536 || WIDTH > 16) begin : g_refused
      izh_bank_is_at_most_65536_words_of_16_bits refused ();
    end
    for (i = 0; i < 4; i = i + 1) begin : g_block
      if (i < BLOCKS) begin : g_used
        SB_SPRAM256KA block (
            .CLOCK(clk_i), .ADDRESS(address[13:0]), .DATAIN(write_data), .MASKWREN(4'b1111),
            .WREN(write_i && address[15:14] == i), .CHIPSELECT(1'b1), .STANDBY(1'b0),
            .SLEEP(1'b0), .POWEROFF(1'b1), .DATAOUT(words[16*i+:16]));
      end else begin : g_unused
        assign words[16*i+:16] = 16'd0;
      end
    end
  endgenerate
endmodule
`default_nettype wire
