// ice40_cells.v: models of the UltraPlus' multiplier, single-port RAM, look-up table and carry, as far as izh uses them
// SPDX-License-Identifier: Apache-2.0
// Written from the pin lists and the behaviour in Yosys' cell library. Anything else that
// a netlist asks for is refused. They judge the netlist, not the silicon.
`default_nettype none

// The 16 x 16 product, in two uses: with the registers of the operands, the partial products and
// the product; or with the registers of the operands, {C, D} added, and the register of the sum.
module SB_MAC16 #(
    parameter [0:0] A_REG = 0,
    parameter [0:0] B_REG = 0,
    parameter [0:0] C_REG = 0,
    parameter [0:0] D_REG = 0,
    parameter [0:0] TOP_8x8_MULT_REG = 0,
    parameter [0:0] BOT_8x8_MULT_REG = 0,
    parameter [0:0] PIPELINE_16x16_MULT_REG1 = 0,
    parameter [0:0] PIPELINE_16x16_MULT_REG2 = 0,
    parameter [1:0] TOPADDSUB_LOWERINPUT = 0,
    parameter [0:0] TOPADDSUB_UPPERINPUT = 0,
    parameter [1:0] TOPADDSUB_CARRYSELECT = 0,
    parameter [1:0] TOPOUTPUT_SELECT = 0,
    parameter [1:0] BOTADDSUB_LOWERINPUT = 0,
    parameter [0:0] BOTADDSUB_UPPERINPUT = 0,
    parameter [1:0] BOTADDSUB_CARRYSELECT = 0,
    parameter [1:0] BOTOUTPUT_SELECT = 0,
    parameter [0:0] A_SIGNED = 0,
    parameter [0:0] B_SIGNED = 0
) (
    input wire CLK, CE,
    input wire [15:0] A, B, C, D,
    input wire AHOLD, BHOLD, CHOLD, DHOLD, IRSTTOP, IRSTBOT, ORSTTOP, ORSTBOT, OLOADTOP, OLOADBOT,
    input wire ADDSUBTOP, ADDSUBBOT, OHOLDTOP, OHOLDBOT, CI, ACCUMCI, SIGNEXTIN,
    output wire [31:0] O
);
  localparam IS_PRODUCT = TOPOUTPUT_SELECT == 3 && BOTOUTPUT_SELECT == 3;
  localparam IS_SUM = TOPOUTPUT_SELECT == 1 && BOTOUTPUT_SELECT == 1
      && TOPADDSUB_LOWERINPUT == 2 && BOTADDSUB_LOWERINPUT == 2
      && TOPADDSUB_UPPERINPUT == 1 && BOTADDSUB_UPPERINPUT == 1
      && TOPADDSUB_CARRYSELECT == 3 && BOTADDSUB_CARRYSELECT == 0
      && A_REG == 1 && B_REG == 1 && C_REG == 1 && D_REG == 1
      && PIPELINE_16x16_MULT_REG1 == 0 && PIPELINE_16x16_MULT_REG2 == 0;

  reg [15:0] a_register, b_register, c_register, d_register;
  reg [31:0] product_1, product_2, sum;
  wire [15:0] a_used = A_REG ? a_register : A;
  wire [15:0] b_used = B_REG ? b_register : B;
  wire signed [16:0] a_wide = {A_SIGNED & a_used[15], a_used};
  wire signed [16:0] b_wide = {B_SIGNED & b_used[15], b_used};
  wire signed [33:0] product = a_wide * b_wide;
  wire [31:0] pipelined = PIPELINE_16x16_MULT_REG1 ? product_1 : product[31:0];

  always @(posedge CLK)
    if (CE) begin
      if (!AHOLD) a_register <= A;
      if (!BHOLD) b_register <= B;
      if (!CHOLD) c_register <= C;
      if (!DHOLD) d_register <= D;
      product_1 <= product[31:0];
      product_2 <= pipelined;
      sum       <= product[31:0] + {c_register, d_register};
    end
  assign O = IS_SUM ? sum : PIPELINE_16x16_MULT_REG2 ? product_2 : pipelined;

  // The partial products have registers at two places that must agree.
  initial begin
    if (!(IS_PRODUCT || IS_SUM)
        || TOP_8x8_MULT_REG != PIPELINE_16x16_MULT_REG1
        || BOT_8x8_MULT_REG != PIPELINE_16x16_MULT_REG1)
      $display("FAIL %m: a use of SB_MAC16 that the model does not know");
  end
endmodule

// 16384 words of 16 bits, one port; what is read in a clock that writes is nobody's to use.
module SB_SPRAM256KA (
    input wire [13:0] ADDRESS,
    input wire [15:0] DATAIN,
    input wire [3:0] MASKWREN,
    input wire WREN, CHIPSELECT, CLOCK, STANDBY, SLEEP, POWEROFF,
    output reg [15:0] DATAOUT
);
  reg [15:0] word[0:16383];
  wire [15:0] mask = {{4{MASKWREN[3]}}, {4{MASKWREN[2]}}, {4{MASKWREN[1]}}, {4{MASKWREN[0]}}};

  always @(posedge CLOCK)
    if (!POWEROFF || SLEEP || STANDBY) DATAOUT <= 16'hx;
    else if (CHIPSELECT && WREN) begin
      word[ADDRESS] <= (word[ADDRESS] & ~mask) | (DATAIN & mask);
      DATAOUT <= 16'hx;
    end else if (CHIPSELECT) DATAOUT <= word[ADDRESS];
endmodule

module SB_LUT4 #(
    parameter [15:0] LUT_INIT = 0
) (
    input  wire I0,
    input  wire I1,
    input  wire I2,
    input  wire I3,
    output wire O
);
  assign O = LUT_INIT[{I3, I2, I1, I0}];
endmodule

module SB_CARRY (
    input  wire I0,
    input  wire I1,
    input  wire CI,
    output wire CO
);
  assign CO = (I0 && I1) || (CI && (I0 || I1));
endmodule
`default_nettype wire
