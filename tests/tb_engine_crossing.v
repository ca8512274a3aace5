// tb_engine_crossing.v: a link and an engine that number what they say, at every ratio of clocks
// SPDX-License-Identifier: Apache-2.0
// What arrives must be the next number, on each port; accesses and stimuli share theirs, for none may
// overtake another. After a reset of one clock everybody begins at 0, and nothing of before is seen.
`timescale 1ns / 1ps
`default_nettype none

module tb_engine_crossing;
  integer seed = 1, failures = 0;
  real period = 16.0, engine_period = 8.0;
  reg clk = 0, engine_clk = 0;
  always #(period / 2.0) clk = !clk;
  always #(engine_period / 2.0) engine_clk = !engine_clk;

  task wrong(input [8*32-1:0] what, input integer got, input integer expected);
    begin
      if (failures < 10)
        $display("FAIL at %0t, periods %f %f: %0s %0d, expected %0d", $realtime, period, engine_period,
                 what, got, expected);
      failures = failures + 1;
    end
  endtask

  function one_in(input integer n);
    one_in = $unsigned($random(seed)) % n == 0;
  endfunction

  reg rst = 1, hold = 0;
  reg bus_valid = 0, stimulus_valid = 0, event_ready = 0, probe_ready = 0;
  reg [31:0] said = 0;  // number of the next access or stimulus
  wire bus_ready, bus_error, tick_wanted, tick_started, stimulus_ready;
  wire event_valid, event_spike, event_tick_end, probe_valid;
  wire [31:0] bus_data;
  wire [7:0] event_substep;
  wire [2:0] event_level, probe_level;
  wire [9:0] event_neuron, probe_neuron;
  wire [19:0] probe_x;
  wire [23:0] probe_w;

  wire engine_rst, engine_hold, to_bus, to_write, to_stimulus;
  wire [31:0] to_address, to_data, to_value;
  wire [1:0] to_kind;
  wire [15:0] to_neuron;
  reg bus_answers = 0, stimulus_taken = 0, event_offered = 0, probe_offered = 0;
  reg wanted = 0, started = 0;
  reg [21:0] event_number = 0;
  reg [56:0] probe_number = 0;
  reg [31:0] heard = 0;
  wire event_taken, probe_taken;

  izh_engine_crossing dut (
      .clk_i(clk), .rst_i(rst),
      .bus_valid_i(bus_valid), .bus_write_i(said[0]), .bus_address_i(~said), .bus_data_i(said),
      .bus_ready_o(bus_ready), .bus_data_o(bus_data), .bus_error_o(bus_error),
      .hold_i(hold), .tick_wanted_o(tick_wanted), .tick_started_o(tick_started),
      .stimulus_valid_i(stimulus_valid), .stimulus_ready_o(stimulus_ready),
      .stimulus_kind_i(said[1:0]), .stimulus_neuron_i(~said[15:0]), .stimulus_value_i(said),
      .event_valid_o(event_valid), .event_ready_i(event_ready), .event_spike_o(event_spike),
      .event_tick_end_o(event_tick_end), .event_substep_o(event_substep),
      .event_level_o(event_level), .event_neuron_o(event_neuron),
      .probe_valid_o(probe_valid), .probe_ready_i(probe_ready), .probe_neuron_o(probe_neuron),
      .probe_x_o(probe_x), .probe_w_o(probe_w), .probe_level_o(probe_level),
      .engine_clk_i(engine_clk), .engine_rst_o(engine_rst),
      .engine_bus_valid_o(to_bus), .engine_bus_write_o(to_write), .engine_bus_address_o(to_address),
      .engine_bus_data_o(to_data), .engine_bus_ready_i(bus_answers), .engine_bus_data_i(to_data + 32'd7),
      .engine_bus_error_i(to_data[1]),
      .engine_hold_o(engine_hold), .engine_tick_wanted_i(wanted), .engine_tick_started_i(started),
      .engine_stimulus_valid_o(to_stimulus), .engine_stimulus_ready_i(stimulus_taken),
      .engine_stimulus_kind_o(to_kind), .engine_stimulus_neuron_o(to_neuron),
      .engine_stimulus_value_o(to_value),
      .engine_event_valid_i(event_offered), .engine_event_ready_o(event_taken),
      .engine_event_spike_i(event_number[21]), .engine_event_tick_end_i(event_number[20]),
      .engine_event_substep_i(event_number[19:12]), .engine_event_level_i(event_number[2:0]),
      .engine_event_neuron_i({1'b0, event_number[11:3]}),
      .engine_probe_valid_i(probe_offered), .engine_probe_ready_o(probe_taken),
      .engine_probe_neuron_i(probe_number[56:47]), .engine_probe_x_i(probe_number[46:27]),
      .engine_probe_w_i(probe_number[26:3]), .engine_probe_level_i(probe_number[2:0]));

  // ---- The link ----------------------------------------------------------------------------------

  reg stop = 1;
  integer events = 0, probes = 0, starts = 0, slow = 1;
  wire [21:0] event_word = {event_spike, event_tick_end, event_substep, event_neuron[8:0], event_level};
  wire [56:0] probe_word = {probe_neuron, probe_x, probe_w, probe_level};

  always @(posedge clk) begin
    if (bus_valid && bus_ready) begin
      if (bus_data !== said + 32'd7 || bus_error !== said[1]) wrong("answer", bus_data, said + 7);
      bus_valid <= 0;
      said <= said + 1;
    end
    if (stimulus_valid && stimulus_ready) begin
      stimulus_valid <= 0;
      said <= said + 1;
    end
    if (!stop && !bus_valid && !stimulus_valid && one_in(2)) begin
      if (one_in(2)) bus_valid <= 1;
      else stimulus_valid <= 1;
    end
    if (event_valid && event_ready) begin
      if (event_word !== events[21:0]) wrong("event", event_word, events);
      events = events + 1;
    end
    if (probe_valid && probe_ready) begin
      if (probe_word !== probes) wrong("sample", probe_word[31:0], probes);
      probes = probes + 1;
    end
    if (tick_started) starts = starts + 1;
    event_ready <= one_in(slow);
    probe_ready <= one_in(slow);
    if (rst) begin
      {bus_valid, stimulus_valid} <= 0;
      said <= 0;
      events = 0;
      probes = 0;
      if (event_valid || probe_valid || bus_ready || stimulus_ready) wrong("open in reset", 1, 0);
    end
  end

  // ---- The engine --------------------------------------------------------------------------------

  integer ticks = 0, since_start = 0;

  always @(posedge engine_clk) begin
    if (to_bus && bus_answers) begin
      if ({to_write, to_address, to_data} !== {heard[0], ~heard, heard}) wrong("access", to_data, heard);
      heard = heard + 1;
    end
    if (to_stimulus && stimulus_taken) begin
      if ({to_kind, to_neuron, to_value} !== {heard[1:0], ~heard[15:0], heard})
        wrong("stimulus", to_value, heard);
      heard = heard + 1;
    end
    bus_answers <= to_bus && !bus_answers && one_in(3);
    stimulus_taken <= one_in(3);
    if (event_offered && event_taken) event_number <= event_number + 1;
    if (probe_offered && probe_taken) probe_number <= probe_number + 1;
    if (!event_offered || event_taken) event_offered <= !stop && one_in(2);
    if (!probe_offered || probe_taken) probe_offered <= !stop && one_in(5);
    started <= 0;
    since_start = since_start + 1;
    if (!stop && since_start >= 40 && !engine_rst && one_in(4)) begin
      started <= 1;
      ticks = ticks + 1;
      since_start = 0;
    end
    if (engine_rst) begin
      {bus_answers, event_offered, probe_offered} <= 0;
      event_number <= 0;
      probe_number <= 0;
      heard = 0;
    end
  end

  // ---- Runs --------------------------------------------------------------------------------------

  task run(input real link, input real engine, input integer slowness);
    begin
      period = link;
      engine_period = engine;
      slow = slowness;
      #(4.0 * (link + engine));
      // In the midst of everything, for a single clock.
      @(negedge clk) rst = 1;
      @(negedge clk) rst = 0;
      stop = 0;
      repeat (2000) @(negedge clk);
      stop = 1;
      repeat (400 * slowness) @(negedge clk);
      if (events != event_number || probes != probe_number || heard != said)
        wrong("not all came", events + probes + heard, event_number + probe_number + said);
      if (events * slowness < 1000 || probes * slowness < 250 || said < 200) wrong("too few", said, 200);
      // Starts, without a reset between.
      starts = 0;
      ticks = 0;
      since_start = 0;
      stop = 0;
      repeat (3000) @(negedge clk);
      stop = 1;
      repeat (400 * slowness) @(negedge clk);
      if (starts != ticks || ticks < 20) wrong("starts", starts, ticks);
      // Levels, soon enough to keep the next tick from starting.
      repeat (4) begin
        @(negedge clk) hold = !hold;
        wanted = hold;
        repeat (4) @(negedge engine_clk);
        if (engine_hold !== hold) wrong("hold", engine_hold, hold);
        repeat (4) @(negedge clk);
        if (tick_wanted !== wanted) wrong("wanted", tick_wanted, wanted);
      end
      stop = 0;
      repeat (100) @(negedge clk);
    end
  endtask

  initial begin
    repeat (8) @(negedge clk);
    rst = 0;
    run(16.0, 8.0, 1);       // as on the boards
    run(16.1, 8.0, 3);       // every phase
    run(16.667, 8.333, 20);  // a link that has no room
    run(20.0, 9.7, 2);
    run(10.0, 10.0, 1);
    if (failures == 0) $display("PASS");
    $finish;
  end
endmodule
`default_nettype wire
