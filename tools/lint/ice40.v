// ice40.v: ports and parameters of the Lattice iCE40 cells that rtl/cells/ice40.v uses
// SPDX-License-Identifier: Apache-2.0
// For lint alone: no behaviour. Simulation of the real cells uses Yosys' models.
// verilator lint_off DECLFILENAME
// verilator lint_off UNUSED
// verilator lint_off UNDRIVEN
`default_nettype none

module SB_MAC16 #(
    parameter A_REG = 1'b0, parameter A_SIGNED = 1'b0, parameter BOTADDSUB_CARRYSELECT = 2'h0,
    parameter BOTADDSUB_LOWERINPUT = 2'h0, parameter BOTADDSUB_UPPERINPUT = 1'b0,
    parameter BOTOUTPUT_SELECT = 2'h0, parameter BOT_8x8_MULT_REG = 1'b0, parameter B_REG = 1'b0,
    parameter B_SIGNED = 1'b0, parameter C_REG = 1'b0, parameter D_REG = 1'b0,
    parameter MODE_8x8 = 1'b0, parameter NEG_TRIGGER = 1'b0,
    parameter PIPELINE_16x16_MULT_REG1 = 1'b0, parameter PIPELINE_16x16_MULT_REG2 = 1'b0,
    parameter TOPADDSUB_CARRYSELECT = 2'h0, parameter TOPADDSUB_LOWERINPUT = 2'h0,
    parameter TOPADDSUB_UPPERINPUT = 1'b0, parameter TOPOUTPUT_SELECT = 2'h0,
    parameter TOP_8x8_MULT_REG = 1'b0
) (
    input wire CLK, CE,
    input wire [15:0] C, A, B, D,
    input wire AHOLD, BHOLD, CHOLD, DHOLD, IRSTTOP, IRSTBOT, ORSTTOP, ORSTBOT, OLOADTOP, OLOADBOT,
        ADDSUBTOP, ADDSUBBOT, OHOLDTOP, OHOLDBOT, CI, ACCUMCI, SIGNEXTIN,
    output wire [31:0] O,
    output wire CO, ACCUMCO, SIGNEXTOUT
);
endmodule

module SB_RAM40_4K #(
    parameter READ_MODE = 0, parameter WRITE_MODE = 0
) (
    output wire [15:0] RDATA,
    input wire RCLK, RCLKE, RE,
    input wire [10:0] RADDR,
    input wire WCLK, WCLKE, WE,
    input wire [10:0] WADDR,
    input wire [15:0] MASK, WDATA
);
endmodule

module SB_SPRAM256KA (
    input wire [13:0] ADDRESS,
    input wire [15:0] DATAIN,
    input wire [3:0] MASKWREN,
    input wire WREN, CHIPSELECT, CLOCK, STANDBY, SLEEP, POWEROFF,
    output wire [15:0] DATAOUT
);
endmodule

module SB_LUT4 #(
    parameter [15:0] LUT_INIT = 0
) (
    input wire I0, I1, I2, I3,
    output wire O
);
endmodule

module SB_CARRY (
    input wire I0, I1, CI,
    output wire CO
);
endmodule

module SB_PLL40_PAD #(
    parameter FEEDBACK_PATH = "SIMPLE", parameter [3:0] DIVR = 0, parameter [6:0] DIVF = 0,
    parameter [2:0] DIVQ = 0, parameter [2:0] FILTER_RANGE = 0
) (
    input wire PACKAGEPIN, RESETB, BYPASS,
    output wire PLLOUTGLOBAL, LOCK
);
endmodule

module SB_PLL40_CORE #(
    parameter FEEDBACK_PATH = "SIMPLE", parameter [3:0] DIVR = 0, parameter [6:0] DIVF = 0,
    parameter [2:0] DIVQ = 0, parameter [2:0] FILTER_RANGE = 0
) (
    input wire REFERENCECLK, RESETB, BYPASS,
    output wire PLLOUTGLOBAL, LOCK
);
endmodule
`default_nettype wire
// verilator lint_on UNDRIVEN
// verilator lint_on UNUSED
// verilator lint_on DECLFILENAME
