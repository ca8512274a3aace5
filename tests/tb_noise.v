// tb_noise.v: the three noise modules against the formula and against frozen draws, clock by clock
// SPDX-License-Identifier: Apache-2.0
// +seed=N repeats a run.
`default_nettype none

module tb_noise;
  localparam CLOCKS = 14;         // of the pipeline
  localparam SERIAL_CLOCKS = 7;   // of a serial draw
  localparam KEY_CLOCKS = 17, SERIAL_KEY_CLOCKS = 11;
  localparam GOLDEN = 8;

  reg clk, rst;
  integer seed, failures, draws, i, j, k;

  // ---- The formula, in one clock

  function [63:0] rounds(input [31:0] first_x, input [31:0] first_y, input integer number);
    reg [31:0] x, y;
    integer r;
    begin
      x = first_x;
      y = first_y;
      for (r = 0; r < number; r = r + 1) begin
        x = ((x >> 8 | x << 24) + y) ^ r;
        y = (y << 3 | y >> 29) ^ x;
      end
      rounds = {x, y};
    end
  endfunction

  function integer gaussian(input [63:0] key, input [15:0] neuron);
    reg [31:0] x, y;
    integer place, coarse;
    begin
      {x, y} = rounds(key[63:32] ^ neuron, key[31:0], 10);
      coarse = 0;
      for (place = 0; place < 32; place = place + 1) coarse = coarse + x[place];
      for (place = 0; place < 7; place = place + 1) coarse = coarse + y[place];
      if (y[31:27] == 0) coarse = coarse - 3;
      if (y[31:27] == 31) coarse = coarse + 3;
      gaussian = 1024 * coarse + y[16:7] + y[26:17] - 20991;
    end
  endfunction

  // tests/test_noise.c has the same.
  function [111:0] golden(input integer which);
    case (which)
      0: golden = {32'h00000000, 32'h00000000, 16'h0000, -32'sd2329};
      1: golden = {32'h00000001, 32'h00000000, 16'h0000, -32'sd2810};
      2: golden = {32'h00000000, 32'h00000001, 16'h0000, 32'sd2421};
      3: golden = {32'h00000000, 32'h00000000, 16'h0001, -32'sd836};
      4: golden = {32'hffffffff, 32'hffffffff, 16'hffff, -32'sd9959};
      5: golden = {32'h0131ccd3, 32'h000003e8, 16'h002a, -32'sd7033};
      6: golden = {32'h12345678, 32'h9abcdef0, 16'h1234, 32'sd7596};
      default: golden = {32'h00000000, 32'h80000000, 16'h8000, 32'sd1542};
    endcase
  endfunction

  // ---- The modules

  reg start;
  reg [31:0] key_seed, key_tick;
  wire busy;
  wire [31:0] key_x, key_y;

  izh_noise_key key_dut (
      .clk_i(clk), .rst_i(rst), .start_i(start), .seed_i(key_seed), .tick_i(key_tick),
      .busy_o(busy), .key_x_o(key_x), .key_y_o(key_y));

  reg [63:0] pipe_key;
  reg [15:0] pipe_neuron;
  wire signed [15:0] pipe_g;

  izh_noise #(.CLOCKS(CLOCKS)) pipe_dut (
      .clk_i(clk), .key_x_i(pipe_key[63:32]), .key_y_i(pipe_key[31:0]), .neuron_i(pipe_neuron),
      .g_o(pipe_g));

  reg serial_key, serial_draw;
  reg [31:0] serial_seed, serial_tick;
  reg [15:0] serial_neuron;
  wire serial_ready, serial_done;
  wire signed [15:0] serial_g;

  izh_noise_serial serial_dut (
      .clk_i(clk), .rst_i(rst), .ready_o(serial_ready), .key_i(serial_key), .seed_i(serial_seed),
      .tick_i(serial_tick), .draw_i(serial_draw), .neuron_i(serial_neuron), .done_o(serial_done),
      .g_o(serial_g));

  task fail(input [8*24-1:0] what, input integer got, input integer expected);
    begin
      failures = failures + 1;
      if (failures <= 10) $display("FAIL %0s: %0d, not %0d, at %0t", what, got, expected, $time);
    end
  endtask

  task clock;
    begin
      #5 clk = 1;
      #5 clk = 0;
    end
  endtask

  // A key from izh_noise_key, with the clocks that it says; the outputs must be what is held.
  task make_key(input [31:0] from_seed, input [31:0] from_tick);
    reg [63:0] expected;
    begin
      expected = rounds(from_tick, from_seed, 16);
      start = 1;
      key_seed = from_seed;
      key_tick = from_tick;
      clock;
      start = 0;
      key_seed = $random(seed);
      key_tick = $random(seed);
      for (i = 1; i < KEY_CLOCKS; i = i + 1) begin
        if (busy !== 1'b1) fail("key done too early", i, KEY_CLOCKS);
        clock;
      end
      if (busy !== 1'b0) fail("key not done", busy, 0);
      if ({key_x, key_y} !== expected) fail("key", key_x, expected[63:32]);
      for (i = 0; i < 3; i = i + 1) begin
        clock;
        if (busy !== 1'b0) fail("busy after the key", busy, 0);
        if ({key_x, key_y} !== expected) fail("key not held", key_x, expected[63:32]);
      end
    end
  endtask

  reg signed [15:0] held;
  task serial_command(input is_key, input integer clocks);
    begin
      held = serial_g;
      if (serial_ready !== 1'b1) fail("serial not ready", serial_ready, 1);
      serial_key = is_key;
      serial_draw = !is_key;
      clock;
      serial_key = 0;
      serial_draw = 0;
      // The words of a key stand one clock more. A command without ready_o is none.
      if (is_key) begin
        if (serial_ready !== 1'b0 || serial_done !== 1'b0) fail("serial key, ready", 1, 0);
        clock;
      end
      for (i = is_key ? 2 : 1; i < clocks; i = i + 1) begin
        if (serial_ready !== 1'b0 || serial_done !== 1'b0) fail("serial ready or done", i, clocks);
        if (draws != 0 && serial_g !== held) fail("last draw not held", serial_g, held);
        serial_neuron = $random(seed);
        serial_seed = $random(seed);
        serial_tick = $random(seed);
        {serial_key, serial_draw} = $random(seed);
        clock;
        {serial_key, serial_draw} = 0;
      end
      if (serial_ready !== 1'b1) fail("serial ready too late", clocks, clocks);
      if (serial_done !== !is_key) fail("serial done", serial_done, !is_key);
    end
  endtask

  task make_serial_key(input [31:0] from_seed, input [31:0] from_tick);
    begin
      serial_seed = from_seed;
      serial_tick = from_tick;
      serial_neuron = $random(seed);
      serial_command(1, SERIAL_KEY_CLOCKS);
    end
  endtask

  task draw_serial(input [15:0] neuron, input integer expected);
    begin
      serial_neuron = neuron;
      serial_command(0, SERIAL_CLOCKS);
      if (serial_g !== expected) fail("serial draw", serial_g, expected);
      draws = draws + 1;
      // A pause now and then, in which the draw must stay.
      for (j = $random(seed) & 3; j == 3; j = $random(seed) & 3) begin
        clock;
        if (serial_done !== 1'b0 || serial_ready !== 1'b1) fail("serial at rest", serial_done, 0);
        if (serial_g !== expected) fail("serial draw not held", serial_g, expected);
      end
    end
  endtask

  // A draw a clock. Now and then the key changes; the neuron of the clock before sees both keys and
  // counts for nothing.
  localparam NOTHING = 32'h7fffffff;
  integer expected[0:CLOCKS-1];
  task stream(input integer number);
    reg new_key;
    begin
      new_key = 0;
      for (i = 0; i < number; i = i + 1) begin
        for (k = CLOCKS - 1; k > 0; k = k - 1) expected[k] = expected[k-1];
        if (new_key) pipe_key = {$random(seed), $random(seed)};
        new_key = !new_key && ($random(seed) & 15) == 0;
        pipe_neuron = $random(seed);
        expected[0] = new_key ? NOTHING : gaussian(pipe_key, pipe_neuron);
        clock;
        if (i >= CLOCKS && expected[CLOCKS-1] != NOTHING) begin
          if (pipe_g !== expected[CLOCKS-1]) fail("draw", pipe_g, expected[CLOCKS-1]);
          draws = draws + 1;
        end
      end
    end
  endtask

  // Jumps and the largest draws: keys made backwards from what shall be drawn.
  function [63:0] key_before(input [31:0] last_x, input [31:0] last_y, input [15:0] neuron);
    reg [31:0] x, y;
    integer r;
    begin
      x = last_x;
      y = last_y;
      for (r = 9; r >= 0; r = r - 1) begin
        y = y ^ x;
        y = y >> 3 | y << 29;
        x = (x ^ r) - y;
        x = x << 8 | x >> 24;
      end
      key_before = {x ^ neuron, y};
    end
  endfunction

  task corner(input [31:0] last_x, input [31:0] last_y);
    reg signed [31:0] wanted;
    begin
      pipe_neuron = $random(seed);
      pipe_key = key_before(last_x, last_y, pipe_neuron);
      wanted = gaussian(pipe_key, pipe_neuron);
      if (last_x == 0 && last_y == 0 && wanted != -24063) fail("least draw", wanted, -24063);
      if (&last_x && &last_y && wanted != 24063) fail("largest draw", wanted, 24063);
      for (i = 0; i < CLOCKS; i = i + 1) clock;
      if (pipe_g !== wanted) fail("corner draw", pipe_g, wanted);
      // The serial module makes its keys itself: here they are put into it.
      serial_dut.key_x = pipe_key[63:32];
      serial_dut.key_y = pipe_key[31:0];
      draw_serial(pipe_neuron, wanted);
    end
  endtask

  reg [31:0] golden_seed, golden_tick;
  reg [15:0] golden_neuron;
  reg signed [31:0] golden_g;
  reg [63:0] serial_kept;
  integer n;

  initial begin
    if (!$value$plusargs("seed=%d", seed)) seed = 1;
    $display("seed %0d", seed);
    clk = 0;
    failures = 0;
    draws = 0;
    start = 0;
    serial_key = 0;
    serial_draw = 0;
    pipe_key = 0;
    pipe_neuron = 0;
    rst = 1;
    clock;
    rst = 0;
    for (n = 0; n < GOLDEN; n = n + 1) begin
      {golden_seed, golden_tick, golden_neuron, golden_g} = golden(n);
      if (gaussian(rounds(golden_tick, golden_seed, 16), golden_neuron) !== golden_g)
        fail("formula", gaussian(rounds(golden_tick, golden_seed, 16), golden_neuron), golden_g);
      make_key(golden_seed, golden_tick);
      pipe_key = {key_x, key_y};
      pipe_neuron = golden_neuron;
      for (i = 0; i < CLOCKS; i = i + 1) clock;
      if (pipe_g !== golden_g) fail("frozen draw", pipe_g, golden_g);
      make_serial_key(golden_seed, golden_tick);
      draw_serial(golden_neuron, golden_g);
    end
    stream(3000);
    for (n = 0; n < 40; n = n + 1) make_key($random(seed), $random(seed));
    for (n = 0; n < 320; n = n + 1) begin
      if (n % 16 == 0) begin
        golden_seed = $random(seed);
        golden_tick = $random(seed);
        serial_kept = rounds(golden_tick, golden_seed, 16);
        make_serial_key(golden_seed, golden_tick);
      end
      golden_neuron = $random(seed);
      draw_serial(golden_neuron, gaussian(serial_kept, golden_neuron));
    end
    // A start amid a key starts again; a reset ends a serial command.
    start = 1;
    clock;
    start = 0;
    for (n = 0; n < 7; n = n + 1) clock;
    make_key($random(seed), $random(seed));
    serial_draw = 1;
    clock;
    serial_draw = 0;
    clock;
    rst = 1;
    clock;
    rst = 0;
    for (n = 0; n < 20; n = n + 1) begin
      if (serial_ready !== 1'b1 || serial_done !== 1'b0) fail("serial after reset", serial_done, 0);
      clock;
    end
    corner(0, 0);
    corner(32'hffffffff, 32'hffffffff);
    for (n = 0; n < 32; n = n + 1) begin
      corner($random(seed), {n[4:0], 27'd0});
      corner($random(seed), {n[4:0], 27'h7ffffff});
      corner({32{n[0]}}, {n[4:0], {27{n[1]}}});
    end
    $display("%0d draws", draws);
    if (failures == 0) $display("PASS");
    else $display("FAIL: %0d times", failures);
    $finish;
  end
endmodule
`default_nettype wire
