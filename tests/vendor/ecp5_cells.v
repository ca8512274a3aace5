// ecp5_cells.v: models of the ECP5's multiplier and block memory, as far as izh uses them
// SPDX-License-Identifier: Apache-2.0
// Yosys has pins for these cells and no behaviour. Written from its pin lists and from how Yosys and
// nextpnr map memories to these blocks. Anything else that a netlist asks for is refused. They judge
// the netlist, not the silicon. tests/tb_cells.v and tests/test_netlist.c run on them.
`default_nettype none

// One clock, synchronous reset; a register is there when its _CLK is "CLK0".
module MULT18X18D #(
    parameter REG_INPUTA_CLK = "NONE",
    parameter REG_INPUTA_CE = "CE0",
    parameter REG_INPUTA_RST = "RST0",
    parameter REG_INPUTB_CLK = "NONE",
    parameter REG_INPUTB_CE = "CE0",
    parameter REG_INPUTB_RST = "RST0",
    parameter REG_PIPELINE_CLK = "NONE",
    parameter REG_PIPELINE_CE = "CE0",
    parameter REG_PIPELINE_RST = "RST0",
    parameter REG_OUTPUT_CLK = "NONE",
    parameter REG_OUTPUT_CE = "CE0",
    parameter REG_OUTPUT_RST = "RST0",
    parameter GSR = "ENABLED"
) (
    input wire A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6,
    input wire A5, A4, A3, A2, A1, A0,
    input wire B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6,
    input wire B5, B4, B3, B2, B1, B0,
    input wire SIGNEDA, SIGNEDB, SOURCEA, SOURCEB, CLK0, CE0, RST0,
    output wire P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24,
    output wire P23, P22, P21, P20, P19, P18, P17, P16, P15, P14, P13, P12,
    output wire P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0
);
  wire [17:0] a = {
      A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6,
      A5, A4, A3, A2, A1, A0
  };
  wire [17:0] b = {
      B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6,
      B5, B4, B3, B2, B1, B0
  };

  reg [17:0] a_register, b_register;
  reg [35:0] pipeline_register, output_register;
  wire [17:0] a_used = REG_INPUTA_CLK == "CLK0" ? a_register : a;
  wire [17:0] b_used = REG_INPUTB_CLK == "CLK0" ? b_register : b;
  wire signed [18:0] a_wide = {SIGNEDA & a_used[17], a_used};
  wire signed [18:0] b_wide = {SIGNEDB & b_used[17], b_used};
  wire signed [37:0] product = a_wide * b_wide;
  wire [35:0] pipelined = REG_PIPELINE_CLK == "CLK0" ? pipeline_register : product[35:0];

  always @(posedge CLK0)
    if (RST0) begin
      a_register        <= 0;
      b_register        <= 0;
      pipeline_register <= 0;
      output_register   <= 0;
    end else if (CE0) begin
      a_register        <= a;
      b_register        <= b;
      pipeline_register <= product[35:0];
      output_register   <= pipelined;
    end

  assign {
      P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24,
      P23, P22, P21, P20, P19, P18, P17, P16, P15, P14, P13, P12,
      P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0
  } = REG_OUTPUT_CLK == "CLK0" ? output_register : pipelined;

  initial begin
    if (SOURCEA === 1'b1 || SOURCEB === 1'b1 || REG_INPUTA_CE != "CE0" || REG_INPUTB_CE != "CE0"
        || REG_PIPELINE_CE != "CE0" || REG_OUTPUT_CE != "CE0")
    begin
      $display("FAIL %m: a use of MULT18X18D that the model does not know");
      $stop;
    end
  end
endmodule

// 1024 words of 18 bits. Widths 1, 2, 4 leave the ninth bit of each byte alone; two words make
// one of 36 bits, written by both data inputs at the address of port A and read at that of port B.
module DP16KD #(
    parameter DATA_WIDTH_A = 18,
    parameter DATA_WIDTH_B = 18,
    parameter REGMODE_A = "NOREG",
    parameter REGMODE_B = "NOREG",
    parameter RESETMODE = "SYNC",
    parameter CSDECODE_A = "0b000",
    parameter CSDECODE_B = "0b000",
    parameter WRITEMODE_A = "NORMAL",
    parameter WRITEMODE_B = "NORMAL",
    parameter GSR = "ENABLED"
) (
    input wire DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8,
    input wire DIA7, DIA6, DIA5, DIA4, DIA3, DIA2, DIA1, DIA0,
    input wire ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4,
    input wire ADA3, ADA2, ADA1, ADA0,
    input wire CEA, OCEA, CLKA, WEA, RSTA, CSA2, CSA1, CSA0,
    output wire DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8,
    output wire DOA7, DOA6, DOA5, DOA4, DOA3, DOA2, DOA1, DOA0,
    input wire DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8,
    input wire DIB7, DIB6, DIB5, DIB4, DIB3, DIB2, DIB1, DIB0,
    input wire ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4,
    input wire ADB3, ADB2, ADB1, ADB0,
    input wire CEB, OCEB, CLKB, WEB, RSTB, CSB2, CSB1, CSB0,
    output wire DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8,
    output wire DOB7, DOB6, DOB5, DOB4, DOB3, DOB2, DOB1, DOB0
);
  wire [17:0] dia = {
      DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8,
      DIA7, DIA6, DIA5, DIA4, DIA3, DIA2, DIA1, DIA0
  };
  wire [17:0] dib = {
      DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8,
      DIB7, DIB6, DIB5, DIB4, DIB3, DIB2, DIB1, DIB0
  };
  wire [13:0] ada = {
      ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4,
      ADA3, ADA2, ADA1, ADA0
  };
  wire [13:0] adb = {
      ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4,
      ADB3, ADB2, ADB1, ADB0
  };

  // The bits of a word of 36 that an address of a port of some width owns.
  function [35:0] mask(input integer width, input [13:0] address);
    case (width)
      36: mask = {{9{address[3]}}, {9{address[2]}}, {9{address[1]}}, {9{address[0]}}};
      18: mask = {{9{address[1]}}, {9{address[0]}}} << 18 * address[4];
      9: mask = 36'h1ff << 9 * address[4:3];
      default: mask = ((36'd1 << width) - 1) << 9 * address[4:3] + address[2:0] / width * width;
    endcase
  endfunction

  function [5:0] lowest(input integer width, input [13:0] address);
    case (width)
      36: lowest = 0;
      18: lowest = 18 * address[4];
      9: lowest = 9 * address[4:3];
      default: lowest = 9 * address[4:3] + address[2:0] / width * width;
    endcase
  endfunction

  localparam PAIR = DATA_WIDTH_A == 36;
  reg [35:0] word[0:511];
  reg [35:0] read_a, read_b, late_a, late_b;

  wire write_a = CEA && WEA && !(CSA2 || CSA1 || CSA0);
  wire write_b = !PAIR && CEB && WEB && !(CSB2 || CSB1 || CSB0);
  wire [35:0] mask_a = mask(DATA_WIDTH_A, ada);
  wire [35:0] mask_b = mask(DATA_WIDTH_B, adb);
  wire [35:0] data_a = PAIR ? {dib, dia} : {18'd0, dia} << lowest(DATA_WIDTH_A, ada);
  wire [35:0] data_b = {18'd0, dib} << lowest(DATA_WIDTH_B, adb);
  wire collides = write_a && ada[13:5] == adb[13:5]
      && (PAIR || lowest(DATA_WIDTH_A, ada) == lowest(DATA_WIDTH_B, adb));

  always @(posedge CLKA) begin
    if (write_a) word[ada[13:5]] <= (word[ada[13:5]] & ~mask_a) | (data_a & mask_a);
    if (CEA && !write_a) read_a <= word[ada[13:5]] >> lowest(DATA_WIDTH_A, ada);
    if (RSTA) late_a <= 0;
    else if (OCEA) late_a <= read_a;
  end

  // What is read while it is written is nobody's to use.
  always @(posedge CLKB) begin
    if (write_b) word[adb[13:5]] <= (word[adb[13:5]] & ~mask_b) | (data_b & mask_b);
    if (CEB && !write_b) read_b <= collides ? 36'hx : word[adb[13:5]] >> lowest(DATA_WIDTH_B, adb);
    if (RSTB) late_b <= 0;
    else if (OCEB) late_b <= read_b;
  end

  wire [35:0] out_a = REGMODE_A == "OUTREG" ? late_a : read_a;
  wire [35:0] out_b = REGMODE_B == "OUTREG" ? late_b : read_b;
  assign {
      DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8,
      DOA7, DOA6, DOA5, DOA4, DOA3, DOA2, DOA1, DOA0
  } = PAIR ? out_b[17:0] : out_a[17:0];
  assign {
      DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8,
      DOB7, DOB6, DOB5, DOB4, DOB3, DOB2, DOB1, DOB0
  } = PAIR ? out_b[35:18] : out_b[17:0];

  initial begin
    if (RESETMODE != "SYNC" || CSDECODE_A != "0b000" || CSDECODE_B != "0b000"
        || WRITEMODE_A != "NORMAL" || WRITEMODE_B != "NORMAL" || (PAIR && DATA_WIDTH_B != 36))
    begin
      $display("FAIL %m: a use of DP16KD that the model does not know");
      $stop;
    end
  end
endmodule
`default_nettype wire
