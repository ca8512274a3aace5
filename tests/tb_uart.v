// tb_uart.v: bytes over a line with a wrong baud rate, jitter, glitches, breaks and bad stop bits
// SPDX-License-Identifier: Apache-2.0
// The gateware's sender first, without gaps and from clocks that are off; then a line that a bench draws.
// Every byte sent comes back as it was, or there is a carrier error.
`timescale 1ns / 1ps
`default_nettype none

module uart_run #(
    parameter CLOCKS_PER_BIT = 4,
    parameter [31:0] SEED = 1
) (
    input  wire    start_i,
    output reg     done_o,
    output integer failures_o
);
  localparam real CLOCK = 20.834;  // 48 MHz
  localparam real BIT = CLOCK * CLOCKS_PER_BIT;
  localparam integer HALF = CLOCKS_PER_BIT / 2;
  // What izh_uart_receive.v derives, at most 1/20.
  localparam real DERIVED = (HALF - 1.0) / (9.0 * CLOCKS_PER_BIT);
  localparam real BOUND = DERIVED < 0.05 ? DERIVED : 0.05;

  localparam integer BYTES = 4000 / CLOCKS_PER_BIT;

  integer seed = SEED;

  // 0 <= value < 1.
  function real unit(input integer unused);
    unit = $itor($unsigned($random(seed)) % 1000000) / 1000000.0;
  endfunction

  // ---- The receiver --------------------------------------------------------------------------------

  reg clk = 1'b0, rst = 1'b1, ready = 1'b1;
  always #(CLOCK / 2.0) clk = !clk;
  reg from_sender = 1'b1, drawn = 1'b1, glitch = 1'b0;
  wire sent_line, valid, carrier_error;
  wire [7:0] data;
  wire line = from_sender ? sent_line : drawn ^ glitch;
  izh_uart_receive #(.CLOCKS_PER_BIT(CLOCKS_PER_BIT)) receiver (
      .clk_i(clk), .rst_i(rst), .line_i(line), .byte_valid_o(valid), .byte_ready_i(ready),
      .byte_o(data), .carrier_error_o(carrier_error));

  reg [7:0] expected[0:65535];
  integer sent = 0, received = 0, wrong = 0, errors = 0;
  always @(posedge clk) begin
    if (valid && ready && !rst) begin
      if (received >= sent || expected[received] !== data) wrong = wrong + 1;
      received = received + 1;
    end
    if (carrier_error && !rst) errors = errors + 1;
  end

  task begin_anew;
    begin
      sent = 0;
      received = 0;
      wrong = 0;
      errors = 0;
    end
  endtask

  task fail(input integer code);
    begin
      if (failures_o < 20)
        $display("FAIL %0d: %0d clocks a bit: %0d sent, %0d received, %0d of them wrong, %0d errors",
                 code, CLOCKS_PER_BIT, sent, received, wrong, errors);
      failures_o = failures_o + 1;
    end
  endtask

  // ---- The sender ----------------------------------------------------------------------------------

  real sender_clock = CLOCK;
  reg sender_clk = 1'b0;
  always #(sender_clock / 2.0) sender_clk = !sender_clk;
  reg send_valid = 1'b0;
  reg [7:0] send_byte = 8'd0;
  wire send_ready;
  izh_uart_send #(.CLOCKS_PER_BIT(CLOCKS_PER_BIT)) sender (
      .clk_i(sender_clk), .rst_i(rst), .byte_valid_i(send_valid), .byte_ready_o(send_ready),
      .byte_i(send_byte), .line_o(sent_line));

  // Bytes from the sender; without pauses each takes ten bits.
  task send(input integer count, input real offset, input integer pauses);
    integer i, clocks;
    begin
      begin_anew;
      sender_clock = CLOCK * (1.0 + offset);
      repeat (20) @(posedge sender_clk);
      clocks = 0;
      for (i = 0; i < count; i = i + 1) begin
        send_byte  <= $random(seed);
        send_valid <= 1'b1;
        @(posedge sender_clk);
        clocks = clocks + 1;
        while (!send_ready) begin
          @(posedge sender_clk);
          clocks = clocks + 1;
        end
        expected[sent] = send_byte;
        sent = sent + 1;
        send_valid <= 1'b0;
        if (pauses) #(unit(0) * 3.0 * BIT) @(posedge sender_clk);
      end
      if (!pauses && clocks != (count - 1) * 10 * CLOCKS_PER_BIT + 1) fail(1);
      #(20.0 * BIT);
      if (received != count || wrong != 0 || errors != 0) fail(2);
    end
  endtask

  // ---- A line that is drawn ------------------------------------------------------------------------

  // A byte whose bits last 1 + offset of ours, its edges off by up to jitter clocks either way.
  task draw(input [7:0] value, input stop, input real offset, input real jitter);
    integer i;
    real began, at;
    begin
      expected[sent] = value;
      sent = sent + 1;
      began = $realtime;
      for (i = 0; i < 10; i = i + 1) begin
        at = began + i * BIT * (1.0 + offset) + (i == 0 ? 0.0 : (2.0 * unit(0) - 1.0) * jitter * CLOCK);
        if (at > $realtime) #(at - $realtime);
        drawn = i == 0 ? 1'b0 : i == 9 ? stop : value[i-1];
      end
      #(began + 10 * BIT * (1.0 + offset) - $realtime);
    end
  endtask

  task rest(input real bits);
    begin
      drawn = 1'b1;
      #(bits * BIT);
    end
  endtask

  // Back to back, or with pauses of any length.
  task drawn_bytes(input integer count, input real offset, input real jitter);
    integer i;
    begin
      begin_anew;
      for (i = 0; i < count; i = i + 1) begin
        draw($random(seed), 1'b1, offset, jitter);
        if (($random(seed) & 3) == 0) rest(3.0 * unit(0));
      end
      rest(12.0);
    end
  endtask

  // Whether a glitch would touch an edge: then it were jitter.
  function touches(input [7:0] value, input real at, input real length);
    integer i;
    reg [10:0] bits;
    real edge_at;
    begin
      bits = {1'b1, value, 1'b0, 1'b1};
      touches = 1'b0;
      for (i = 0; i < 10; i = i + 1) begin
        edge_at = i * BIT;
        if (bits[i] != bits[i+1] && at - 1.05 * CLOCK < edge_at && at + length + 1.05 * CLOCK > edge_at)
          touches = 1'b1;
      end
    end
  endfunction

  // One byte and one glitch shorter than half a bit, from before its start bit to its stop bit.
  integer misread = 0, passed_over = 0;
  task glitched_byte;
    reg [7:0] value;
    real at, length;
    begin
      begin_anew;
      value  = $random(seed);
      length = unit(0) * 0.99 * HALF * CLOCK;
      at     = (unit(0) * 14.0 - 4.0) * BIT;
      while (touches(value, at, length)) at = (unit(0) * 14.0 - 4.0) * BIT;
      fork
        begin
          #(4.0 * BIT) draw(value, 1'b1, 0.0, 0.0);
          rest(15.0);
        end
        begin
          #(4.0 * BIT + at) glitch = 1'b1;
          #(length) glitch = 1'b0;
        end
      join
      if (errors == 0 && (received != 1 || wrong != 0)) fail(3);
      // Before the middle of the start bit is known, what begins may begin at the wrong time.
      if (wrong != 0 && at > HALF * CLOCK + CLOCK) fail(4);
      misread     = misread + (wrong != 0);
      passed_over = passed_over + (errors == 0);
    end
  endtask

  // A stop bit that is low, and a line that stays low: one error, then all is as before.
  task broken_byte(input real low_bits);
    begin
      begin_anew;
      draw($random(seed), 1'b0, 0.0, 0.0);
      #(low_bits * BIT);
      rest(3.0);
      if (received != 0 || errors != 1) fail(5);
      begin_anew;
      draw($random(seed), 1'b1, 0.0, 0.0);
      rest(3.0);
      if (received != 1 || wrong != 0 || errors != 0) fail(6);
    end
  endtask

  // Bytes that nobody takes: the first one stays, each other is an error.
  task untaken;
    integer i;
    begin
      begin_anew;
      ready = 1'b0;
      for (i = 0; i < 5; i = i + 1) draw($random(seed), 1'b1, 0.0, 0.0);
      rest(3.0);
      if (received != 0 || errors != 4) fail(7);
      ready = 1'b1;
      rest(3.0);
      if (received != 1 || wrong != 0) fail(8);
    end
  endtask

  // A line that is low from reset on says nothing; high, low, high: one error.
  task low_from_reset;
    begin
      drawn = 1'b0;
      rst   = 1'b1;
      #(10.0 * CLOCK) rst = 1'b0;
      begin_anew;
      #(50.0 * BIT);
      if (errors != 0 || received != 0) fail(9);
      rest(2.0);
      broken_byte(0.0);
    end
  endtask

  integer k;
  initial begin
    failures_o = 0;
    done_o = 1'b0;
    wait (start_i);
    #(10.0 * CLOCK) rst = 1'b0;
    send(BYTES, 0.0, 0);
    send(500, 0.0, 1);
    for (k = 0; k < 20; k = k + 1) send(100, 0.02 * (2.0 * unit(0) - 1.0), k & 1);
    send(BYTES, 0.02, 0);
    send(BYTES, -0.02, 0);
    from_sender = 1'b0;
    // Right up to the bound, and no longer beyond it.
    for (k = -1; k <= 1; k = k + 2) begin
      drawn_bytes(BYTES, k * 0.97 * BOUND, 0.0);
      if (received != sent || wrong != 0 || errors != 0) fail(10);
      drawn_bytes(BYTES, k * 0.02, 0.9 * (1.0 - 36.0 * 0.02));
      if (received != sent || wrong != 0 || errors != 0) fail(11);
      drawn_bytes(500, k * (BOUND + 0.03), 0.0);
      if (wrong == 0 && errors == 0) fail(12);
      rest(30.0);
    end
    for (k = 0; k < 2 * BYTES; k = k + 1) glitched_byte;
    if (passed_over == 0 || passed_over > BYTES) fail(13);
    for (k = 0; k < 100; k = k + 1) broken_byte(k & 1 ? 0.0 : unit(0) * 100.0);
    untaken;
    low_from_reset;
    $display("%0d clocks a bit: of %0d glitches %0d changed nothing, %0d made a wrong byte and an error",
             CLOCKS_PER_BIT, 2 * BYTES, passed_over, misread);
    done_o = 1'b1;
  end
endmodule

module tb_uart;
  wire done_4, done_7, done_16;
  wire [31:0] failures_4, failures_7, failures_16;
  uart_run #(.CLOCKS_PER_BIT(4), .SEED(20030607)) four (
      .start_i(1'b1), .done_o(done_4), .failures_o(failures_4));
  uart_run #(.CLOCKS_PER_BIT(7), .SEED(20030608)) seven (
      .start_i(done_4), .done_o(done_7), .failures_o(failures_7));
  uart_run #(.CLOCKS_PER_BIT(16), .SEED(20030609)) sixteen (
      .start_i(done_7), .done_o(done_16), .failures_o(failures_16));

  initial begin
    wait (done_16);
    if (failures_4 + failures_7 + failures_16 == 0) $display("PASS");
    $finish;
  end
endmodule
`default_nettype wire
