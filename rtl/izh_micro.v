// izh_micro.v: an 8-bit accumulator machine, for what a small chip has no room to do in logic
// SPDX-License-Identifier: Apache-2.0
// An instruction each two clocks: in the first its operand is read, in the second the result is made and
// stored. tools/assemble_link.py says what the 16 bits of an instruction mean.
//
// Of the four pages of 128 bytes two are open to others, who never wait: bytes written to page 1, in the
// first clock, and bytes read from page 3, in the second.
`default_nettype none

module izh_micro (
    input  wire        clk_i,
    input  wire        rst_i,
    output wire        second_o,       // of the two clocks
    // The program; what is asked for in the second clock stands in the next two.
    output reg  [ 9:0] program_address_o,
    input  wire [15:0] instruction_i,
    // The data, one clock from address to word.
    output wire        write_o,
    output wire [ 8:0] write_address_o,
    output wire [ 7:0] write_data_o,
    output wire [ 8:0] read_address_o,
    input  wire [ 7:0] read_data_i,
    // Others' bytes.
    input  wire        page1_write_i,  // in the first clock
    input  wire [ 6:0] page1_address_i,
    input  wire [ 7:0] page1_data_i,
    input  wire [ 6:0] page3_address_i,  // what is there stands on read_data_i in the next first clock
    // Ports.
    output wire [ 3:0] in_port_o,      // 0 and 1 are X and Y, and stand in here
    input  wire [ 7:0] in_i,           // in the first clock
    output wire        out_o,          // in the second clock
    output wire [ 4:0] out_port_o,     // 0 and 1 are X and Y
    output wire [ 7:0] out_data_o,
    // Conditions of a jump.
    input  wire [ 3:0] condition_i
);
  localparam [2:0] LDA = 3'd0, ADD = 3'd1, ADC = 3'd2, SUB = 3'd3, SBC = 3'd4, AND = 3'd5, OR = 3'd6;
  localparam [1:0] DIRECT = 2'd0, BY_X = 2'd1, BY_Y = 2'd2, PORT = 2'd3;
  localparam [4:0] PORT_X = 5'd0, PORT_Y = 5'd1;

  reg second, runs;
  reg [7:0] a, x, y;
  reg carry;
  reg [9:0] link;  // where a call came from
  assign second_o = second;

  // ---- What the instruction says ---------------------------------------------------------------------

  wire is_jump = instruction_i[15];
  wire [2:0] operation = instruction_i[14:12];
  wire [1:0] source = instruction_i[11:10];
  wire indexed = source == BY_X || source == BY_Y;
  wire [1:0] page = indexed ? instruction_i[9:8] : 2'd0;
  wire moves_on = instruction_i[7];

  // Where the result goes besides the accumulator: back, to where Y points in page 2 or 3, to a port.
  reg back, to_2, to_3, to_port;
  reg [4:0] out_port;
  always @(*) begin
    {back, to_2, to_3, to_port} = 4'd0;
    out_port = PORT_Y;
    case (source)
      DIRECT: begin
        back    = instruction_i[9:8] == 2'd1;
        to_3    = instruction_i[9:8] == 2'd2;
        to_port = instruction_i[9:8] == 2'd3;
      end
      PORT: begin
        to_2     = instruction_i[9:8] == 2'd1;
        to_3     = instruction_i[9:8] == 2'd2;
        to_port  = instruction_i[9:8] == 2'd3;
        out_port = instruction_i[4:0];
      end
      default: begin
        back     = instruction_i[6:4] == 3'd1;
        to_2     = instruction_i[6:4] == 3'd2;
        to_3     = instruction_i[6:4] == 3'd3;
        to_port  = instruction_i[6:4] == 3'd4;
        out_port = {1'b0, instruction_i[3:0]};
      end
    endcase
  end

  // ---- First clock: the operand is asked for, and the next instruction is known ------------------------

  wire [6:0] address = source == BY_X ? x[6:0] : source == BY_Y ? y[6:0] : instruction_i[6:0];
  assign read_address_o = second ? {2'd3, page3_address_i} : {page, address};

  reg condition;
  always @(*) begin
    case (instruction_i[13:11])
      3'd0: condition = 1'b1;
      3'd1: condition = a == 8'd0;
      3'd2: condition = carry;
      3'd3: condition = a[7];
      default: condition = condition_i[instruction_i[12:11]];
    endcase
  end
  wire jumps = is_jump && condition != instruction_i[14];
  wire calls = instruction_i[10];
  wire returns = &instruction_i[9:8];
  wire [9:0] next = program_address_o + 1'b1;

  // ---- Second clock: the result --------------------------------------------------------------------------

  assign in_port_o = instruction_i[3:0];
  reg [7:0] in;  // as it was in the first clock
  always @(posedge clk_i) in <= in_port_o == PORT_X[3:0] ? x : in_port_o == PORT_Y[3:0] ? y : in_i;
  wire [7:0] operand = source == PORT ? in : read_data_i;
  wire subtracts = operation == SUB || operation == SBC;
  wire with_carry = operation == ADC || operation == SBC;
  wire carry_in = with_carry ? carry : subtracts;
  wire [8:0] sum = {1'b0, a} + {1'b0, operand ^ {8{subtracts}}} + {8'd0, carry_in};
  wire is_sum = operation == ADD || operation == ADC || subtracts;
  reg [7:0] result;
  always @(*) begin
    case (operation)
      LDA: result = operand;
      AND: result = a & operand;
      OR: result = a | operand;
      ADD, ADC, SUB, SBC: result = sum[7:0];
      default: result = a;
    endcase
  end

  wire executes = second && runs && !is_jump;
  assign out_o = executes && to_port;
  assign out_port_o = out_port;
  assign out_data_o = result;
  assign write_o = second ? executes && (back || to_2 || to_3) : page1_write_i;
  assign write_address_o = !second ? {2'd1, page1_address_i} : back ? {page, address}
      : {1'b1, to_3, y[6:0]};
  assign write_data_o = second ? result : page1_data_i;

  always @(posedge clk_i) begin
    second <= !second;
    if (second) runs <= 1'b1;
    if (!second && runs) begin
      program_address_o <= jumps ? (returns ? link : instruction_i[9:0]) : next;
      if (jumps && calls) link <= next;
    end
    if (executes) begin
      a <= result;
      if (is_sum) carry <= sum[8];
      if (out_o && out_port == PORT_X) x <= result;
      else if (source == BY_X && moves_on) x <= x + 1'b1;
      if (out_o && out_port == PORT_Y) y <= result;
      else if ((source == BY_Y && moves_on) || to_2 || to_3) y <= y + 1'b1;
    end
    if (rst_i) begin
      second            <= 1'b0;
      runs              <= 1'b0;
      program_address_o <= 10'd0;
    end
  end
endmodule
`default_nettype wire
