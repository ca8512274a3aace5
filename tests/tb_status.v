// tb_status.v: what the lights of izh_status show, with a clock of 1024 Hz
// SPDX-License-Identifier: Apache-2.0
`default_nettype none

module tb_status;
  localparam CLOCK = 1024;
  localparam STEP = 32;  // clocks that what has happened is shown

  reg clk = 0, rst = 1, byte_gone = 0, spike = 0;
  wire alive, link, spike_light;
  always #1 clk = ~clk;

  izh_status #(.CLOCK(CLOCK)) status (
      .clk_i(clk), .rst_i(rst), .byte_i(byte_gone), .spike_i(spike),
      .alive_o(alive), .link_o(link), .spike_o(spike_light));

  integer failures = 0;
  integer alive_high, link_high, spike_high;  // clocks of the last watch

  task expect_that(input condition, input [8*40-1:0] what);
    if (!condition) begin
      $display("FAIL at %0t: %0s", $time, what);
      failures = failures + 1;
    end
  endtask

  task clocks(input integer n);
    repeat (n) @(negedge clk);
  endtask

  task watch(input integer n);
    begin
      alive_high = 0;
      link_high  = 0;
      spike_high = 0;
      repeat (n) begin
        clocks(1);
        alive_high = alive_high + alive;
        link_high  = link_high + link;
        spike_high = spike_high + spike_light;
      end
    end
  endtask

  initial begin
    clocks(3);
    rst = 0;
    // Alive: high for half of the time, once a second.
    watch(CLOCK);
    expect_that(alive_high == CLOCK / 2, "alive is high for half a second");
    expect_that(!link && !spike_light, "nothing has happened");

    // A single spike is seen for a whole step, and no longer, wherever in a step it comes.
    clocks(5);
    spike = 1;
    clocks(1);
    spike = 0;
    watch(4 * STEP);
    expect_that(spike_high == STEP, "a spike is shown for one step");
    expect_that(!link, "a spike opens no session");

    // The session stays open; bytes make its light flicker.
    byte_gone = 1;
    clocks(1);
    byte_gone = 0;
    clocks(4 * STEP);
    expect_that(link, "a session is open");
    byte_gone = 1;
    clocks(2 * STEP);
    watch(2 * STEP);
    expect_that(link_high == STEP, "half of the time dark while bytes leave");

    if (failures == 0) $display("PASS");
    $finish;
  end
endmodule
`default_nettype wire
