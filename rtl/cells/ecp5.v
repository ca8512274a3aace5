// ecp5.v: multiplier, memory and delay line on the blocks of the Lattice ECP5
// SPDX-License-Identifier: Apache-2.0
// Same modules and clocks as portable.v. Yosys infers the blocks but leaves their registers
// outside, and an unregistered block costs a third of the clock: hence instances.
`default_nettype none

// Signed product, three clocks after its operands: input, pipeline and output register.
module izh_multiplier #(
    parameter WIDTH = 18
) (
    input  wire                      clk_i,
    input  wire signed [  WIDTH-1:0] a_i,
    input  wire signed [  WIDTH-1:0] b_i,
    output wire signed [2*WIDTH-1:0] product_o
);
  // Operands stand at the upper end, where no sign needs to be extended; bit -1 is nobody's.
  localparam PAD = 18 - WIDTH;

  generate
    if (PAD < 0) begin : g_refused
      izh_multiplier_is_at_most_18_bits_wide refused ();
    end else begin : g_block
      wire [17:-1] a = {a_i, {(PAD + 1) {1'b0}}};
      wire [17:-1] b = {b_i, {(PAD + 1) {1'b0}}};
      wire [35:0] p;
      wire unused_bits = &{1'b0, a[-1], b[-1], p};
      assign product_o = p[35-:2*WIDTH];

      MULT18X18D #(
          .REG_INPUTA_CLK("CLK0"),
          .REG_INPUTB_CLK("CLK0"),
          .REG_PIPELINE_CLK("CLK0"),
          .REG_OUTPUT_CLK("CLK0"),
          .GSR("DISABLED")
      ) block (
          .A17(a[17]), .A16(a[16]), .A15(a[15]), .A14(a[14]), .A13(a[13]), .A12(a[12]),
          .A11(a[11]), .A10(a[10]), .A9(a[9]), .A8(a[8]), .A7(a[7]), .A6(a[6]),
          .A5(a[5]), .A4(a[4]), .A3(a[3]), .A2(a[2]), .A1(a[1]), .A0(a[0]),
          .B17(b[17]), .B16(b[16]), .B15(b[15]), .B14(b[14]), .B13(b[13]), .B12(b[12]),
          .B11(b[11]), .B10(b[10]), .B9(b[9]), .B8(b[8]), .B7(b[7]), .B6(b[6]),
          .B5(b[5]), .B4(b[4]), .B3(b[3]), .B2(b[2]), .B1(b[1]), .B0(b[0]),
          .P35(p[35]), .P34(p[34]), .P33(p[33]), .P32(p[32]), .P31(p[31]), .P30(p[30]),
          .P29(p[29]), .P28(p[28]), .P27(p[27]), .P26(p[26]), .P25(p[25]), .P24(p[24]),
          .P23(p[23]), .P22(p[22]), .P21(p[21]), .P20(p[20]), .P19(p[19]), .P18(p[18]),
          .P17(p[17]), .P16(p[16]), .P15(p[15]), .P14(p[14]), .P13(p[13]), .P12(p[12]),
          .P11(p[11]), .P10(p[10]), .P9(p[9]), .P8(p[8]), .P7(p[7]), .P6(p[6]),
          .P5(p[5]), .P4(p[4]), .P3(p[3]), .P2(p[2]), .P1(p[1]), .P0(p[0]),
          .SIGNEDA(1'b1), .SIGNEDB(1'b1), .SOURCEA(1'b0), .SOURCEB(1'b0),
          .CLK0(clk_i), .CE0(1'b1), .RST0(1'b0)
      );
    end
  endgenerate
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

// One block RAM with its output register, in the shape WIDTH x (18 K / WIDTH).
module izh_memory_tile #(
    parameter WIDTH = 36,  // 36, 18, 9, 4, 2 or 1
    parameter ADDRESS_BITS = 9
) (
    input  wire                    clk_i,
    input  wire                    write_i,
    input  wire [ADDRESS_BITS-1:0] write_address_i,
    input  wire [       WIDTH-1:0] write_data_i,
    input  wire [ADDRESS_BITS-1:0] read_address_i,
    output wire [       WIDTH-1:0] read_data_o
);
  // An address counts bits. The low bits of the write address are byte enables when words are
  // wider than a byte. Words of 36 bits are written by both ports, low half by A.
  localparam SHIFT = WIDTH == 36 ? 5 : WIDTH == 18 ? 4 : WIDTH == 9 ? 3 : WIDTH / 2;
  localparam [14:0] BYTES = WIDTH == 36 ? 15'd15 : WIDTH == 18 ? 15'd3 : 15'd0;

  wire [14:0] ada = {{(15 - ADDRESS_BITS) {1'b0}}, write_address_i} << SHIFT | BYTES;
  wire [14:0] adb = {{(15 - ADDRESS_BITS) {1'b0}}, read_address_i} << SHIFT;
  wire [18:0] dia;
  wire [17:0] dib, doa, dob;
  wire unused_bits = &{1'b0, ada[14], adb[14], dia[18], doa, dob};

  generate
    if (WIDTH == 36) begin : g_wide
      assign {dib, dia} = {write_data_i[35:18], 1'b0, write_data_i[17:0]};
      assign read_data_o = {dob, doa};
    end else begin : g_narrow
      assign dia = {{(19 - WIDTH) {1'b0}}, write_data_i};
      assign dib = 18'd0;
      assign read_data_o = dob[WIDTH-1:0];
    end
  endgenerate

  DP16KD #(
      .DATA_WIDTH_A(WIDTH),
      .DATA_WIDTH_B(WIDTH),
      .REGMODE_A("OUTREG"),
      .REGMODE_B("OUTREG"),
      .GSR("DISABLED")
  ) block (
      .ADA13(ada[13]), .ADA12(ada[12]), .ADA11(ada[11]), .ADA10(ada[10]), .ADA9(ada[9]),
      .ADA8(ada[8]), .ADA7(ada[7]), .ADA6(ada[6]), .ADA5(ada[5]), .ADA4(ada[4]),
      .ADA3(ada[3]), .ADA2(ada[2]), .ADA1(ada[1]), .ADA0(ada[0]),
      .DIA17(dia[17]), .DIA16(dia[16]), .DIA15(dia[15]), .DIA14(dia[14]), .DIA13(dia[13]),
      .DIA12(dia[12]), .DIA11(dia[11]), .DIA10(dia[10]), .DIA9(dia[9]), .DIA8(dia[8]),
      .DIA7(dia[7]), .DIA6(dia[6]), .DIA5(dia[5]), .DIA4(dia[4]), .DIA3(dia[3]),
      .DIA2(dia[2]), .DIA1(dia[1]), .DIA0(dia[0]),
      .ADB13(adb[13]), .ADB12(adb[12]), .ADB11(adb[11]), .ADB10(adb[10]), .ADB9(adb[9]),
      .ADB8(adb[8]), .ADB7(adb[7]), .ADB6(adb[6]), .ADB5(adb[5]), .ADB4(adb[4]),
      .ADB3(adb[3]), .ADB2(adb[2]), .ADB1(adb[1]), .ADB0(adb[0]),
      .DIB17(dib[17]), .DIB16(dib[16]), .DIB15(dib[15]), .DIB14(dib[14]), .DIB13(dib[13]),
      .DIB12(dib[12]), .DIB11(dib[11]), .DIB10(dib[10]), .DIB9(dib[9]), .DIB8(dib[8]),
      .DIB7(dib[7]), .DIB6(dib[6]), .DIB5(dib[5]), .DIB4(dib[4]), .DIB3(dib[3]),
      .DIB2(dib[2]), .DIB1(dib[1]), .DIB0(dib[0]),
      .DOA17(doa[17]), .DOA16(doa[16]), .DOA15(doa[15]), .DOA14(doa[14]), .DOA13(doa[13]),
      .DOA12(doa[12]), .DOA11(doa[11]), .DOA10(doa[10]), .DOA9(doa[9]), .DOA8(doa[8]),
      .DOA7(doa[7]), .DOA6(doa[6]), .DOA5(doa[5]), .DOA4(doa[4]), .DOA3(doa[3]),
      .DOA2(doa[2]), .DOA1(doa[1]), .DOA0(doa[0]),
      .DOB17(dob[17]), .DOB16(dob[16]), .DOB15(dob[15]), .DOB14(dob[14]), .DOB13(dob[13]),
      .DOB12(dob[12]), .DOB11(dob[11]), .DOB10(dob[10]), .DOB9(dob[9]), .DOB8(dob[8]),
      .DOB7(dob[7]), .DOB6(dob[6]), .DOB5(dob[5]), .DOB4(dob[4]), .DOB3(dob[3]),
      .DOB2(dob[2]), .DOB1(dob[1]), .DOB0(dob[0]),
      .CLKA(clk_i), .CEA(write_i), .OCEA(1'b1), .WEA(1'b1), .RSTA(1'b0),
      .CSA2(1'b0), .CSA1(1'b0), .CSA0(1'b0),
      .CLKB(clk_i), .CEB(1'b1), .OCEB(1'b1), .WEB(1'b0), .RSTB(1'b0),
      .CSB2(1'b0), .CSB1(1'b0), .CSB0(1'b0)
  );
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
  // The widest shape that is deep enough: no multiplexer follows the blocks.
  localparam TILE_WIDTH = DEPTH <= 512 ? 36 : DEPTH <= 1024 ? 18 : DEPTH <= 2048 ? 9
      : DEPTH <= 4096 ? 4 : DEPTH <= 8192 ? 2 : 1;
  localparam TILES = (WIDTH + TILE_WIDTH - 1) / TILE_WIDTH;
  // A block is dear for what a few LUT RAMs of 16 x 4 bits hold: the number of a record for each of 128 neurons.
  localparam LUT_RAMS = (DEPTH + 15) / 16 * ((WIDTH + 3) / 4);

  genvar i;
  generate
    if (DEPTH <= 16 || LUT_RAMS <= 8) begin : g_lut_ram
      (* ram_style = "distributed", no_rw_check *)
      reg [WIDTH-1:0] word[0:DEPTH-1];
      reg [WIDTH-1:0] read_1, read_2;
      always @(posedge clk_i) begin
        if (write_i) word[write_address_i] <= write_data_i;
        read_1 <= word[read_address_i];
        read_2 <= read_1;
      end
      assign read_data_o = read_2;
    end else if (DEPTH <= 16384) begin : g_block_ram
      wire [TILES*TILE_WIDTH:0] write_data = {{(TILES*TILE_WIDTH+1-WIDTH) {1'b0}}, write_data_i};
      wire [TILES*TILE_WIDTH:0] read_data;
      wire unused_bits = &{1'b0, write_data[TILES*TILE_WIDTH], read_data};
      assign read_data[TILES*TILE_WIDTH] = 1'b0;
      assign read_data_o = read_data[WIDTH-1:0];
      for (i = 0; i < TILES; i = i + 1) begin : g_tile
        izh_memory_tile #(.WIDTH(TILE_WIDTH), .ADDRESS_BITS(ADDRESS_BITS)) tile (
            .clk_i(clk_i), .write_i(write_i), .write_address_i(write_address_i),
            .write_data_i(write_data[TILE_WIDTH*i+:TILE_WIDTH]), .read_address_i(read_address_i),
            .read_data_o(read_data[TILE_WIDTH*i+:TILE_WIDTH]));
      end
    end else begin : g_refused
      izh_memory_is_at_most_16384_words_deep refused ();
    end
  endgenerate
endmodule

// As izh_memory, but a write replaces the bits of a word that its mask names: each in a block of its own,
// because these have no such mask.
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
  genvar i;
  generate
    for (i = 0; i < WIDTH; i = i + 1) begin : g_bit
      izh_memory #(.WIDTH(1), .DEPTH(DEPTH)) bits (
          .clk_i(clk_i), .write_i(write_i && write_mask_i[i]), .write_address_i(write_address_i),
          .write_data_i(write_data_i[i]), .read_address_i(read_address_i),
          .read_data_o(read_data_o[i]));
    end
  endgenerate
endmodule

// One write port, one read port, deep; data six clocks after the read address.
// An address must not be read in the clock in which it is written. Banks of 2048 words waste few
// blocks at any depth; two registers behind them select one of 16 in two steps.
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
  localparam BANKS = (DEPTH + 2047) / 2048;
  localparam TILES = (WIDTH + 8) / 9;
  localparam PAD = 9 * TILES - WIDTH;

  wire [15:0] write_address = {{(16 - ADDRESS_BITS) {1'b0}}, write_address_i};
  wire [15:0] read_address = {{(16 - ADDRESS_BITS) {1'b0}}, read_address_i};
  wire [9*TILES:0] write_data = {{(PAD + 1) {1'b0}}, write_data_i};
  wire [16*WIDTH-1:0] bank_4;
  reg [3:0] bank_number_1, bank_number_2, bank_number_3, bank_number_4;
  reg [1:0] bank_number_5;
  reg [4*WIDTH-1:0] group_5;

  // The blocks are far apart: addresses and data have a clock for the way to them.
  reg [10:0] write_address_1, read_address_1;
  reg [9*TILES:0] write_data_1;
  always @(posedge clk_i) begin
    write_address_1 <= write_address[10:0];
    write_data_1    <= write_data;
    read_address_1  <= read_address[10:0];
  end

  genvar b, t;
  generate
    if (DEPTH > 32768) begin : g_refused
      izh_store_is_at_most_32768_words_deep refused ();
    end
    for (b = 0; b < 16; b = b + 1) begin : g_bank
      if (b < BANKS) begin : g_used
        // Beside the block: what selects is far away.
        wire [9*TILES:0] word_3;
        reg [WIDTH-1:0] word_4;
        reg write_1;
        always @(posedge clk_i) write_1 <= write_i && write_address[14:11] == b;
        always @(posedge clk_i) word_4 <= word_3[WIDTH-1:0];
        assign word_3[9*TILES] = 1'b0;
        for (t = 0; t < TILES; t = t + 1) begin : g_tile
          izh_memory_tile #(.WIDTH(9), .ADDRESS_BITS(11)) tile (
              .clk_i(clk_i), .write_i(write_1), .write_address_i(write_address_1),
              .write_data_i(write_data_1[9*t+:9]), .read_address_i(read_address_1), .read_data_o(word_3[9*t+:9]));
        end
        assign bank_4[WIDTH*b+:WIDTH] = word_4;
        wire unused_bits = &{1'b0, word_3};
      end else begin : g_unused
        assign bank_4[WIDTH*b+:WIDTH] = {WIDTH{1'b0}};
      end
    end
  endgenerate

  integer g;
  always @(posedge clk_i) begin
    bank_number_1 <= read_address[14:11];
    bank_number_2 <= bank_number_1;
    bank_number_3 <= bank_number_2;
    bank_number_4 <= bank_number_3;
    bank_number_5 <= bank_number_4[3:2];
    for (g = 0; g < 4; g = g + 1)
      case (bank_number_4[1:0])
        2'd0: group_5[WIDTH*g+:WIDTH] <= bank_4[WIDTH*(4*g)+:WIDTH];
        2'd1: group_5[WIDTH*g+:WIDTH] <= bank_4[WIDTH*(4*g+1)+:WIDTH];
        2'd2: group_5[WIDTH*g+:WIDTH] <= bank_4[WIDTH*(4*g+2)+:WIDTH];
        default: group_5[WIDTH*g+:WIDTH] <= bank_4[WIDTH*(4*g+3)+:WIDTH];
      endcase
    case (bank_number_5)
      2'd0: read_data_o <= group_5[0+:WIDTH];
      2'd1: read_data_o <= group_5[WIDTH+:WIDTH];
      2'd2: read_data_o <= group_5[2*WIDTH+:WIDTH];
      default: read_data_o <= group_5[3*WIDTH+:WIDTH];
    endcase
  end

  wire unused_bits = &{1'b0, write_address, read_address, write_data_1};
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
  (* ram_style = "distributed" *)
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
  // A ring of LUT RAM holds up to 16 words; the register behind it is one clock more. It needs no
  // reset: from any position the count comes round. One ring pays from RING_COST cells of LUT and
  // FF on: 6 LUTs for each 4 bits, 8 cells that count, the register.
  localparam MOST_RINGS = (CLOCKS + 16) / 17;
  localparam RING_CLOCKS = CLOCKS / MOST_RINGS;
  localparam RING_COST = (WIDTH + 3) / 4 * 6 + 8 + WIDTH;
  localparam RINGS = WIDTH * RING_CLOCKS > RING_COST ? MOST_RINGS : 0;
  localparam STAGES = RINGS + CLOCKS - RINGS * RING_CLOCKS;

  wire [WIDTH*(STAGES+1)-1:0] line;
  assign line[WIDTH-1:0] = d_i;
  assign q_o = line[WIDTH*STAGES+:WIDTH];

  genvar i;
  generate
    for (i = 0; i < STAGES; i = i + 1) begin : g_stage
      wire [WIDTH-1:0] in = line[WIDTH*i+:WIDTH];
      reg [WIDTH-1:0] out;
      assign line[WIDTH*(i+1)+:WIDTH] = out;
      if (i < RINGS) begin : g_ring
        localparam LAST = RING_CLOCKS - 2;
        (* ram_style = "distributed" *)
        reg [WIDTH-1:0] word[0:15];
        reg [3:0] position = 4'd0;
        always @(posedge clk_i) begin
          position <= position == LAST[3:0] ? 4'd0 : position + 4'd1;
          out <= word[position];
          word[position] <= in;
        end
      end else begin : g_register
        always @(posedge clk_i) out <= in;
      end
    end
  endgenerate
endmodule

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
