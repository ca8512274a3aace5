// ice40_memory.vh: block RAM, delay line and counter of every Lattice iCE40
// SPDX-License-Identifier: Apache-2.0
// Goes into the files of rtl/cells, which differ in multipliers and deep memories.

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
