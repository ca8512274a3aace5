// tb_cells.v: the cells of one device against what each must do, clock by clock, on random stimuli
// SPDX-License-Identifier: Apache-2.0
// Compiled once for each file of rtl/cells, with the models of tests/vendor. +seed=N repeats a run.
`default_nettype none

// The widest multiplier of the device.
`ifdef CELLS_ice40
`define MULTIPLIER_BITS 16
`else
`define MULTIPLIER_BITS 18
`endif

module check_multiplier #(
    parameter WIDTH = 16
) (
    input  wire        clk_i,
    input  wire [31:0] seed_i,
    input  wire        compare_i,
    output reg  [31:0] failures_o
);
  localparam signed [WIDTH-1:0] LOWEST = {1'b1, {(WIDTH - 1) {1'b0}}};

  integer seed;
  reg signed [WIDTH-1:0] a, b;
  wire signed [2*WIDTH-1:0] product;
  reg signed [2*WIDTH-1:0] expected_1, expected_2, expected_3;

  izh_multiplier #(.WIDTH(WIDTH)) dut (.clk_i(clk_i), .a_i(a), .b_i(b), .product_o(product));

  function signed [WIDTH-1:0] operand(input integer kind, input integer value);
    case (kind & 7)
      0: operand = LOWEST;
      1: operand = ~LOWEST;
      2: operand = value % 3;
      default: operand = value;
    endcase
  endfunction

  initial begin
    #1 seed = seed_i;
    failures_o = 0;
  end
  always @(negedge clk_i) begin
    if (compare_i && product !== expected_3) begin
      failures_o = failures_o + 1;
      if (failures_o <= 3)
        $display("FAIL multiplier %0d: %h, not %h, at %0t", WIDTH, product, expected_3, $time);
    end
    a = operand($random(seed), $random(seed));
    b = operand($random(seed), $random(seed));
  end
  always @(posedge clk_i) begin
    expected_1 <= a * b;
    expected_2 <= expected_1;
    expected_3 <= expected_2;
  end
endmodule

module check_multiply_add #(
    parameter WIDTH = 16
) (
    input  wire        clk_i,
    input  wire [31:0] seed_i,
    input  wire        compare_i,
    output reg  [31:0] failures_o
);
  localparam signed [WIDTH-1:0] LOWEST = {1'b1, {(WIDTH - 1) {1'b0}}};

  integer seed;
  reg hold;
  reg signed [WIDTH-1:0] a, b, kept_1, b_1;
  reg signed [2*WIDTH-1:0] addend, addend_1, expected_2;
  wire [2*WIDTH-1:0] sum;

  izh_multiply_add #(.WIDTH(WIDTH)) dut (
      .clk_i(clk_i), .hold_a_i(hold), .a_i(a), .b_i(b), .addend_i(addend), .sum_o(sum));

  function signed [WIDTH-1:0] operand(input integer kind, input integer value);
    case (kind & 7)
      0: operand = LOWEST;
      1: operand = ~LOWEST;
      2: operand = value % 3;
      default: operand = value;
    endcase
  endfunction

  initial begin
    #1 seed = seed_i;
    failures_o = 0;
  end
  always @(negedge clk_i) begin
    if (compare_i && sum !== expected_2) begin
      failures_o = failures_o + 1;
      if (failures_o <= 3)
        $display("FAIL multiply-add %0d: %h, not %h, at %0t", WIDTH, sum, expected_2, $time);
    end
    hold   = $random(seed);
    a      = operand($random(seed), $random(seed));
    b      = operand($random(seed), $random(seed));
    addend = {$random(seed), $random(seed)};
  end
  always @(posedge clk_i) begin
    if (!hold) kept_1 <= a;
    b_1        <= b;
    addend_1   <= addend;
    expected_2 <= kept_1 * b_1 + addend_1;
  end
endmodule

module check_memory #(
    parameter WIDTH = 36,
    parameter DEPTH = 512,
    parameter STORE = 0,    // 1: izh_store
    parameter MASKED = 0    // 1: izh_masked_memory
) (
    input  wire        clk_i,
    input  wire [31:0] seed_i,
    input  wire        compare_i,
    output reg  [31:0] failures_o
);
  localparam ADDRESS_BITS = $clog2(DEPTH);
  localparam CLOCKS = STORE != 0 ? 6 : 2;

  integer seed, i;
  reg write;
  reg [ADDRESS_BITS-1:0] write_address, read_address;
  reg [WIDTH-1:0] write_data, write_mask;
  wire [WIDTH-1:0] read_data;
  reg [WIDTH-1:0] word[0:DEPTH-1];
  reg [WIDTH*CLOCKS-1:0] expected;
  reg [DEPTH-1:0] known;
  reg [CLOCKS-1:0] knew;

  generate
    if (STORE != 0) begin : g_store
      izh_store #(.WIDTH(WIDTH), .DEPTH(DEPTH)) dut (
          .clk_i(clk_i), .write_i(write), .write_address_i(write_address),
          .write_data_i(write_data), .read_address_i(read_address), .read_data_o(read_data));
    end else if (MASKED != 0) begin : g_masked
      izh_masked_memory #(.WIDTH(WIDTH), .DEPTH(DEPTH)) dut (
          .clk_i(clk_i), .write_i(write), .write_address_i(write_address), .write_mask_i(write_mask),
          .write_data_i(write_data), .read_address_i(read_address), .read_data_o(read_data));
    end else begin : g_memory
      izh_memory #(.WIDTH(WIDTH), .DEPTH(DEPTH)) dut (
          .clk_i(clk_i), .write_i(write), .write_address_i(write_address),
          .write_data_i(write_data), .read_address_i(read_address), .read_data_o(read_data));
    end
  endgenerate

  // Mostly few addresses, from both ends and from blocks apart, so that words are read again.
  function [ADDRESS_BITS-1:0] address_of(input integer kind, input integer value);
    case (kind & 3)
      0: address_of = (value & 7) % DEPTH;
      1: address_of = DEPTH - 1 - ((value & 7) % DEPTH);
      2: address_of = (1 << ((value & 255) % ADDRESS_BITS)) % DEPTH;
      default: address_of = (value & 32'h7fffffff) % DEPTH;
    endcase
  endfunction

  initial begin
    #1 seed = seed_i;
    failures_o = 0;
    known = 0;
    write = 0;
  end
  always @(negedge clk_i) begin
    if (compare_i && knew[CLOCKS-1] && read_data !== expected[WIDTH*CLOCKS-1-:WIDTH]) begin
      failures_o = failures_o + 1;
      if (failures_o <= 3)
        $display("FAIL memory %0d x %0d: %h, not %h, at %0t", DEPTH, WIDTH, read_data,
                 expected[WIDTH*CLOCKS-1-:WIDTH], $time);
    end
    write = $random(seed);
    write_address = address_of($random(seed), $random(seed));
    for (i = 0; i < WIDTH; i = i + 1) write_data[i] = $random(seed);
    write_mask = {WIDTH{1'b1}};
    if (MASKED != 0 && known[write_address])
      for (i = 0; i < WIDTH; i = i + 1) write_mask[i] = $random(seed);
    read_address = address_of($random(seed), $random(seed));
    if (write && read_address == write_address) write = 0;
  end
  always @(posedge clk_i) begin
    if (write) begin
      word[write_address]  <= (word[write_address] & ~write_mask) | (write_data & write_mask);
      known[write_address] <= 1;
    end
    expected <= {expected[WIDTH*(CLOCKS-1)-1:0], word[read_address]};
    knew     <= {knew[CLOCKS-2:0], known[read_address]};
  end
endmodule

module check_table #(
    parameter WIDTH = 36,
    parameter DEPTH = 512,
    parameter BANK = 0      // 1: izh_bank
) (
    input  wire        clk_i,
    input  wire [31:0] seed_i,
    input  wire        compare_i,
    output reg  [31:0] failures_o
);
  localparam ADDRESS_BITS = $clog2(DEPTH);

  integer seed, i;
  reg write;
  reg [ADDRESS_BITS-1:0] address;
  reg [WIDTH-1:0] write_data;
  wire [WIDTH-1:0] read_data;
  reg [WIDTH-1:0] word[0:DEPTH-1];
  reg [WIDTH-1:0] expected_1, expected_2;
  reg [DEPTH-1:0] known;
  reg known_1, known_2;

  generate
    if (BANK != 0) begin : g_bank
      izh_bank #(.WIDTH(WIDTH), .DEPTH(DEPTH)) dut (
          .clk_i(clk_i), .write_i(write), .address_i(address), .write_data_i(write_data),
          .read_data_o(read_data));
    end else begin : g_table
      izh_table #(.WIDTH(WIDTH), .DEPTH(DEPTH)) dut (
          .clk_i(clk_i), .write_i(write), .address_i(address), .write_data_i(write_data),
          .read_data_o(read_data));
    end
  endgenerate
  wire expects = BANK != 0 ? known_1 : known_2;
  wire [WIDTH-1:0] expected = BANK != 0 ? expected_1 : expected_2;

  function [ADDRESS_BITS-1:0] address_of(input integer kind, input integer value);
    case (kind & 3)
      0: address_of = (value & 7) % DEPTH;
      1: address_of = DEPTH - 1 - ((value & 7) % DEPTH);
      2: address_of = (1 << ((value & 255) % ADDRESS_BITS)) % DEPTH;
      default: address_of = (value & 32'h7fffffff) % DEPTH;
    endcase
  endfunction

  initial begin
    #1 seed = seed_i;
    failures_o = 0;
    known = 0;
    write = 0;
  end
  always @(negedge clk_i) begin
    if (compare_i && expects && read_data !== expected) begin
      failures_o = failures_o + 1;
      if (failures_o <= 3)
        $display("FAIL table %0d x %0d: %h, not %h, at %0t", DEPTH, WIDTH, read_data, expected,
                 $time);
    end
    write = $random(seed);
    address = address_of($random(seed), $random(seed));
    for (i = 0; i < WIDTH; i = i + 1) write_data[i] = $random(seed);
  end
  always @(posedge clk_i) begin
    if (write) begin
      word[address]  <= write_data;
      known[address] <= 1;
    end
    expected_1 <= word[address];
    expected_2 <= expected_1;
    known_1    <= known[address] && !write;
    known_2    <= known_1;
  end
endmodule

module check_short_memory #(
    parameter WIDTH = 8,
    parameter DEPTH = 4
) (
    input  wire        clk_i,
    input  wire [31:0] seed_i,
    input  wire        compare_i,
    output reg  [31:0] failures_o
);
  localparam ADDRESS_BITS = $clog2(DEPTH);

  integer seed, i;
  reg write;
  reg [ADDRESS_BITS-1:0] write_address, read_address;
  reg [WIDTH-1:0] write_data;
  wire [WIDTH-1:0] read_data;
  reg [WIDTH-1:0] word[0:DEPTH-1];

  izh_short_memory #(.WIDTH(WIDTH), .DEPTH(DEPTH)) dut (
      .clk_i(clk_i), .write_i(write), .write_address_i(write_address),
      .write_data_i(write_data), .read_address_i(read_address), .read_data_o(read_data));

  initial begin
    #1 seed = seed_i;
    failures_o = 0;
    write = 0;
  end
  always @(negedge clk_i) begin
    if (compare_i && read_data !== word[read_address]) begin
      failures_o = failures_o + 1;
      if (failures_o <= 3)
        $display("FAIL short memory %0d x %0d: %h, not %h, at %0t", DEPTH, WIDTH, read_data,
                 word[read_address], $time);
    end
    write = $random(seed);
    write_address = $random(seed);
    for (i = 0; i < WIDTH; i = i + 1) write_data[i] = $random(seed);
    read_address = $random(seed);
  end
  always @(posedge clk_i) if (write) word[write_address] <= write_data;
endmodule

module check_delay #(
    parameter WIDTH  = 1,
    parameter CLOCKS = 1
) (
    input  wire        clk_i,
    input  wire [31:0] seed_i,
    input  wire        compare_i,
    output reg  [31:0] failures_o
);
  integer seed, i;
  reg [WIDTH-1:0] in;
  wire [WIDTH-1:0] out;
  reg [WIDTH-1:0] line[0:CLOCKS-1];

  izh_delay #(.WIDTH(WIDTH), .CLOCKS(CLOCKS)) dut (.clk_i(clk_i), .d_i(in), .q_o(out));

  initial begin
    #1 seed = seed_i;
    failures_o = 0;
  end
  always @(negedge clk_i) begin
    if (compare_i && out !== line[CLOCKS-1]) begin
      failures_o = failures_o + 1;
      if (failures_o <= 3)
        $display("FAIL delay %0d x %0d clocks: %h, not %h, at %0t", WIDTH, CLOCKS, out,
                 line[CLOCKS-1], $time);
    end
    for (i = 0; i < WIDTH; i = i + 1) in[i] = $random(seed);
  end
  always @(posedge clk_i) begin
    line[0] <= in;
    for (i = 1; i < CLOCKS; i = i + 1) line[i] <= line[i-1];
  end
endmodule

module check_step #(
    parameter WIDTH = 8,
    parameter DOWN = 0
) (
    input  wire        clk_i,
    input  wire [31:0] seed_i,
    input  wire        compare_i,
    output reg  [31:0] failures_o
);
  integer seed;
  reg load, step;
  reg [WIDTH-1:0] value, count;
  wire [WIDTH-1:0] next;
  wire over;
  wire [WIDTH-1:0] end_count = DOWN ? {WIDTH{1'b0}} : {WIDTH{1'b1}};
  wire [WIDTH-1:0] expected = load ? value : !step ? count : DOWN ? count - 1'b1 : count + 1'b1;

  izh_step #(.WIDTH(WIDTH), .DOWN(DOWN)) dut (
      .load_i(load), .value_i(value), .count_i(count), .step_i(step), .next_o(next), .over_o(over));

  initial begin
    #1 seed = seed_i;
    failures_o = 0;
  end
  always @(negedge clk_i) begin
    if (compare_i && (next !== expected || (!load && over !== (step && count == end_count)))) begin
      failures_o = failures_o + 1;
      if (failures_o <= 3)
        $display("FAIL step %0d: %h over %b, not %h, at %0t", WIDTH, next, over, expected, $time);
    end
    load = ($random(seed) & 3) == 0;
    step = ($random(seed) & 3) != 0;
    value = $random(seed);
    count = ($random(seed) & 3) == 0 ? end_count : ($random(seed) & 3) == 0 ? ~end_count : $random(seed);
  end
endmodule

module tb_cells;
  localparam CHECKS = 42;
  localparam CLOCKS = 2500;

  reg clk, compare;
  reg [31:0] seed;
  wire [32*CHECKS-1:0] failures;
  integer i, failed;

`define CHECK(n) .clk_i(clk), .seed_i(seed + n), .compare_i(compare), \
    .failures_o(failures[32*n+:32])

  check_multiplier #(.WIDTH(`MULTIPLIER_BITS)) multiplier_widest (`CHECK(0));
  check_multiplier #(.WIDTH(16)) multiplier_16 (`CHECK(1));
  check_multiplier #(.WIDTH(11)) multiplier_11 (`CHECK(2));

  // Every shape of a block, with a part of a block left over, and a block more than full.
  check_memory #(.WIDTH(5), .DEPTH(12)) memory_12 (`CHECK(3));
  check_memory #(.WIDTH(36), .DEPTH(512)) memory_512 (`CHECK(4));
  check_memory #(.WIDTH(89), .DEPTH(256)) memory_256 (`CHECK(5));
  check_memory #(.WIDTH(47), .DEPTH(1024)) memory_1024 (`CHECK(6));
  check_memory #(.WIDTH(36), .DEPTH(1000)) memory_1000 (`CHECK(7));
  check_memory #(.WIDTH(20), .DEPTH(2048)) memory_2048 (`CHECK(8));
  check_memory #(.WIDTH(9), .DEPTH(1025)) memory_1025 (`CHECK(9));
  check_memory #(.WIDTH(10), .DEPTH(4096)) memory_4096 (`CHECK(10));
  check_memory #(.WIDTH(3), .DEPTH(8192)) memory_8192 (`CHECK(11));
  check_memory #(.WIDTH(2), .DEPTH(16384)) memory_16384 (`CHECK(12));
  check_memory #(.WIDTH(1), .DEPTH(17)) memory_17 (`CHECK(13));

  check_delay #(.WIDTH(1), .CLOCKS(1)) delay_1 (`CHECK(14));
  check_delay #(.WIDTH(24), .CLOCKS(2)) delay_2 (`CHECK(15));
  check_delay #(.WIDTH(24), .CLOCKS(3)) delay_3 (`CHECK(16));
  check_delay #(.WIDTH(20), .CLOCKS(10)) delay_10 (`CHECK(17));
  check_delay #(.WIDTH(33), .CLOCKS(17)) delay_17 (`CHECK(18));
  check_delay #(.WIDTH(24), .CLOCKS(18)) delay_18 (`CHECK(19));
  check_delay #(.WIDTH(25), .CLOCKS(20)) delay_20 (`CHECK(20));
  check_delay #(.WIDTH(7), .CLOCKS(39)) delay_39 (`CHECK(21));
  check_delay #(.WIDTH(1), .CLOCKS(40)) delay_40 (`CHECK(22));
  check_delay #(.WIDTH(18), .CLOCKS(60)) delay_60 (`CHECK(23));

  check_table #(.WIDTH(26), .DEPTH(1024)) table_1024 (`CHECK(24));
  check_table #(.WIDTH(1), .DEPTH(1000)) table_1000 (`CHECK(25));
  check_table #(.WIDTH(8), .DEPTH(16384)) table_16384 (`CHECK(26));

  check_short_memory #(.WIDTH(53), .DEPTH(16)) short_memory_16 (`CHECK(27));
  check_short_memory #(.WIDTH(7), .DEPTH(2)) short_memory_2 (`CHECK(28));
  check_multiply_add #(.WIDTH(`MULTIPLIER_BITS)) multiply_add_widest (`CHECK(29));
  check_multiply_add #(.WIDTH(16)) multiply_add_16 (`CHECK(30));
  check_multiply_add #(.WIDTH(11)) multiply_add_11 (`CHECK(31));
  check_memory #(.WIDTH(80), .DEPTH(256), .MASKED(1)) masked_256 (`CHECK(41));
  check_memory #(.WIDTH(18), .DEPTH(26624), .STORE(1)) store_26624 (`CHECK(32));
  check_memory #(.WIDTH(32), .DEPTH(2048), .STORE(1)) store_2048 (`CHECK(33));
  check_memory #(.WIDTH(9), .DEPTH(9000), .STORE(1)) store_9000 (`CHECK(34));
  check_table #(.WIDTH(16), .DEPTH(49152), .BANK(1)) bank_49152 (`CHECK(35));
  check_table #(.WIDTH(16), .DEPTH(16384), .BANK(1)) bank_16384 (`CHECK(36));
  check_table #(.WIDTH(11), .DEPTH(32000), .BANK(1)) bank_32000 (`CHECK(37));
  check_step #(.WIDTH(24)) step_24 (`CHECK(38));
  check_step #(.WIDTH(32), .DOWN(1)) step_32 (`CHECK(39));
  check_step #(.WIDTH(1), .DOWN(1)) step_1 (`CHECK(40));

  initial begin
    if (!$value$plusargs("seed=%d", seed)) seed = 1;
    $display("seed %0d", seed);
    clk = 0;
    compare = 0;
    for (i = 0; i < CLOCKS; i = i + 1) begin
      // Until then memories have words that nobody wrote, and lines what they held at power-up.
      if (i == 500) compare = 1;
      #5 clk = 1;
      #5 clk = 0;
    end
    failed = 0;
    for (i = 0; i < CHECKS; i = i + 1) failed = failed + (failures[32*i+:32] != 0);
    if (failed == 0) $display("PASS");
    else $display("FAIL: %0d of %0d cells", failed, CHECKS);
    $finish;
  end
endmodule
`default_nettype wire
