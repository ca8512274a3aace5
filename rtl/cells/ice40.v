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

// One write port, one read port; data two clocks after the read address.
// An address must not be read in the clock in which it is written.
// Yosys infers the block RAM. It has no output register of its own: the first of the two clocks is
// a register on the address, which is narrower than the data.
module izh_memory #(
    parameter WIDTH = 16,
    parameter DEPTH = 256,
    parameter ADDRESS_BITS = $clog2(DEPTH)
) (
    input  wire                    clk_i,
    input  wire                    write_i,
    input  wire [ADDRESS_BITS-1:0] write_address_i,
    input  wire [       WIDTH-1:0] write_data_i,
    input  wire [ADDRESS_BITS-1:0] read_address_i,
    output wire [       WIDTH-1:0] read_data_o
);
  (* ram_style = "block", no_rw_check *)
  reg [WIDTH-1:0] word[0:DEPTH-1];
  reg [ADDRESS_BITS-1:0] address_1;
  reg [WIDTH-1:0] read_2;

  always @(posedge clk_i) begin
    if (write_i) word[write_address_i] <= write_data_i;
    address_1 <= read_address_i;
    read_2    <= word[address_1];
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
  (* ram_style = "block", no_rw_check *)
  reg [WIDTH-1:0] word[0:DEPTH-1];
  reg [ADDRESS_BITS-1:0] address_1;
  reg [WIDTH-1:0] read_2;

  genvar i;
  generate
    for (i = 0; i < WIDTH; i = i + 1) begin : g_bit
      always @(posedge clk_i)
        if (write_i && write_mask_i[i]) word[write_address_i][i] <= write_data_i[i];
    end
  endgenerate

  always @(posedge clk_i) begin
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
  (* ram_style = "logic" *)
  reg [WIDTH-1:0] word[0:DEPTH-1];
  always @(posedge clk_i) if (write_i) word[write_address_i] <= write_data_i;
  assign read_data_o = word[read_address_i];
endmodule

// d_i, CLOCKS clocks later. CLOCKS >= 1. There is no LUT RAM: flip-flops, or a ring in block RAM
// where that saves 100 of them for each block.
module izh_delay #(
    parameter WIDTH  = 1,
    parameter CLOCKS = 1
) (
    input  wire             clk_i,
    input  wire [WIDTH-1:0] d_i,
    output wire [WIDTH-1:0] q_o
);
  localparam BLOCKS = (WIDTH + 15) / 16;

  generate
    if (WIDTH * CLOCKS >= 100 * BLOCKS) begin : g_ring
      // The block's own register is one of the clocks.
      localparam [7:0] DISTANCE = CLOCKS - 1;
      (* ram_style = "block", no_rw_check *)
      reg [WIDTH-1:0] word[0:255];
      reg [WIDTH-1:0] read_1;
      reg [7:0] position = 8'd0;
      wire [7:0] read_position = position - DISTANCE;
      always @(posedge clk_i) begin
        position       <= position + 8'd1;
        word[position] <= d_i;
        read_1         <= word[read_position];
      end
      assign q_o = read_1;
    end else if (CLOCKS == 1) begin : g_one
      reg [WIDTH-1:0] line;
      always @(posedge clk_i) line <= d_i;
      assign q_o = line;
    end else begin : g_many
      reg [WIDTH*CLOCKS-1:0] line;
      always @(posedge clk_i) line <= {line[WIDTH*(CLOCKS-1)-1:0], d_i};
      assign q_o = line[WIDTH*CLOCKS-1-:WIDTH];
    end
  endgenerate
endmodule

// A counter's next value: load, or one more or less. Not more than a cell for each bit: Yosys would put the
// choice into a second one. Here it is an operand of the carry, which means nothing while load is 1.
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
  wire [WIDTH:0] carry;
  wire operand = DOWN ? !load_i : load_i;
  assign carry[0] = DOWN ? !step_i : step_i;
  assign over_o = DOWN ? !carry[WIDTH] : carry[WIDTH];
  genvar i;
  generate
    for (i = 0; i < WIDTH; i = i + 1) begin : g_bit
      SB_CARRY next_carry (.I0(count_i[i]), .I1(operand), .CI(carry[i]), .CO(carry[i+1]));
      // Up I2 ? I0 : I1 ^ I3, down I2 ? ~(I1 ^ I3) : I0.
      SB_LUT4 #(.LUT_INIT(DOWN ? 16'hca3a : 16'ha3ac)) next_bit (
          .I0(value_i[i]), .I1(count_i[i]), .I2(operand), .I3(carry[i]), .O(next_o[i]));
    end
  endgenerate
endmodule
`default_nettype wire
