// tb_crossing.v: words from clock to clock, with every ratio and with flops that hesitate
// SPDX-License-Identifier: Apache-2.0
// A position that moved less than a clock before it is looked at is seen as it was or as it is, at random.
// Whatever the clocks, every word arrives once, in order.
`timescale 1ns / 1ps
`default_nettype none

module crossing_run #(
    parameter DEPTH = 4,
    parameter [31:0] SEED = 1
) (
    input  wire    start_i,
    output reg     done_o,
    output integer failures_o
);
  localparam TOP = $clog2(DEPTH);

  integer seed = SEED;
  real write_period = 10.0, read_period = 10.0, drift = 0.0;
  reg write_clk = 1'b0, read_clk = 1'b0;
  always #(write_period / 2.0) write_clk = !write_clk;
  // The reader's period wanders between 2/3 and 4/3 of what it was.
  real wander = 0.0;
  always begin
    wander = wander + drift;
    if (wander > 0.33 || wander < -0.33) drift = -drift;
    #(read_period * (1.0 + wander) / 2.0) read_clk = !read_clk;
  end

  reg rst = 1'b1, write_valid = 1'b0, read_ready = 1'b0;
  reg [7:0] write_data = 8'd0;
  wire write_ready, read_valid;
  wire [7:0] read_data;
  izh_crossing #(.WIDTH(8), .DEPTH(DEPTH)) dut (
      .rst_i(rst), .write_clk_i(write_clk), .write_valid_i(write_valid),
      .write_ready_o(write_ready), .write_data_i(write_data), .read_clk_i(read_clk),
      .read_valid_o(read_valid), .read_ready_i(read_ready), .read_data_o(read_data));

  // ---- Flops that hesitate -------------------------------------------------------------------------

  // Less than a clock of either side: at most one move is in doubt, and only once.
  real doubtful = 0.0;
  integer hesitations = 0;
  real written_at = 0.0, taken_at = 0.0;
  reg [TOP:0] written_now = 0, written_before = 0, taken_now = 0, taken_before = 0;
  always @(dut.written_gray) begin
    written_before = written_now;
    written_now    = dut.written_gray;
    written_at     = $realtime;
  end
  always @(dut.taken_gray) begin
    taken_before = taken_now;
    taken_now    = dut.taken_gray;
    taken_at     = $realtime;
  end
  always @(posedge read_clk)
    if ($realtime - written_at < doubtful && ($random(seed) & 1)) begin
      hesitations = hesitations + 1;
      #0.002 dut.from_writer.first = written_before;
    end
  always @(posedge write_clk)
    if ($realtime - taken_at < doubtful && ($random(seed) & 1)) begin
      hesitations = hesitations + 1;
      #0.002 dut.from_reader.first = taken_before;
    end

  // ---- Writer and reader ---------------------------------------------------------------------------

  integer write_one_in = 1, read_one_in = 1;  // clocks a word, on average
  integer to_write = 0, words_written = 0, words_read = 0;
  reg [7:0] sent[0:65535];
  always @(posedge write_clk) begin
    if (write_valid && write_ready) begin
      sent[words_written] = write_data;
      words_written = words_written + 1;
    end
    if (!write_valid || write_ready) begin
      write_valid <= words_written < to_write && $unsigned($random(seed)) % write_one_in == 0;
      write_data  <= $random(seed);
    end
  end

  always @(posedge read_clk) begin
    if (read_valid && read_ready && !rst) begin
      if (words_read >= words_written || sent[words_read] !== read_data) begin
        if (failures_o < 10)
          $display("FAIL: depth %0d, periods %f %f: word %0d is %h, %h of %0d was written", DEPTH,
                   write_period, read_period, words_read, read_data, sent[words_read],
                   words_written);
        failures_o = failures_o + 1;
      end
      words_read = words_read + 1;
    end
    read_ready <= $unsigned($random(seed)) % read_one_in == 0;
  end

  task reset;
    real slower;
    begin
      to_write = 0;
      slower = write_period > read_period * 1.34 ? write_period : read_period * 1.34;
      rst = 1'b1;
      #(4.0 * slower);
      rst = 1'b0;
      words_written = 0;
      words_read = 0;
    end
  endtask

  task run(input real writer, input real reader, input real wandering, input integer one_in_w,
           input integer one_in_r, input integer words);
    real deadline;
    begin
      write_period = writer;
      read_period  = reader;
      doubtful     = 0.66 * (writer < reader ? writer : reader);
      drift        = wandering;
      wander       = 0.0;
      write_one_in = one_in_w;
      read_one_in  = one_in_r;
      @(negedge write_clk);
      #(3.0 * read_period);  // what is under way has the old period
      reset;
      deadline = $realtime + words * 40.0 * (writer * one_in_w + reader * one_in_r) + 1000.0 * writer;
      to_write = words;
      while (words_read < words && $realtime < deadline) @(posedge read_clk);
      #(20.0 * (writer + reader));
      if (words_read != words || words_written != words) begin
        $display("FAIL: depth %0d, periods %f %f: of %0d words %0d went in, %0d came out", DEPTH,
                 writer, reader, words, words_written, words_read);
        failures_o = failures_o + 1;
      end
    end
  endtask

  integer k;
  real began;
  initial begin
    failures_o = 0;
    done_o = 1'b0;
    wait (start_i);
    // Both as fast as they can, the same clock: no clock without a word where the depth is 8.
    run(10.0, 10.0, 0.0, 1, 1, 3000);
    began = $realtime;
    run(10.0, 10.0, 0.0, 1, 1, 3000);
    if (DEPTH >= 8 && $realtime - began > 31000.0) begin
      $display("FAIL: depth %0d: 3000 words in %f ns at 10 ns each", DEPTH, $realtime - began);
      failures_o = failures_o + 1;
    end
    run(10.0, 10.01, 0.0, 1, 1, 5000);       // nearly equal: every phase comes by
    run(10.01, 10.0, 0.0, 1, 1, 5000);
    run(10.0, 61.7, 0.0, 1, 1, 3000);        // fast to slow: full all the time
    run(61.7, 10.0, 0.0, 1, 1, 3000);        // slow to fast: empty all the time
    run(20.833, 25.0, 0.0, 3, 2, 3000);      // 48 and 40 MHz
    run(10.0, 10.0, 0.0007, 1, 1, 5000);     // drifting
    run(9.0, 13.0, 0.003, 2, 1, 5000);
    for (k = 0; k < 30; k = k + 1)
      run(2.0 + ($unsigned($random(seed)) % 40000) / 1000.0,
          2.0 + ($unsigned($random(seed)) % 40000) / 1000.0, 0.0,
          1 + ($unsigned($random(seed)) & 3), 1 + ($unsigned($random(seed)) & 3), 800);
    // A reset with words inside.
    write_one_in = 1;
    read_one_in  = 1000000;
    to_write     = 65536;
    repeat (60) @(posedge write_clk);
    run(10.0, 7.0, 0.0, 1, 1, 200);
    $display("depth %0d: %0d times a flop hesitated", DEPTH, hesitations);
    if (hesitations < 10000) begin
      $display("FAIL: flops hesitated less than meant");
      failures_o = failures_o + 1;
    end
    done_o = 1'b1;
  end
endmodule

module tb_crossing;
  wire done_4, done_8;
  wire [31:0] failures_4, failures_8;
  crossing_run #(.DEPTH(4), .SEED(20030605)) four (
      .start_i(1'b1), .done_o(done_4), .failures_o(failures_4));
  crossing_run #(.DEPTH(8), .SEED(20030606)) eight (
      .start_i(done_4), .done_o(done_8), .failures_o(failures_8));

  initial begin
    wait (done_8);
    if (failures_4 == 0 && failures_8 == 0) $display("PASS");
    $finish;
  end
endmodule
`default_nettype wire
