// tb_vectors.v: the core answers the golden vectors of docs/vectors.md, word for word
// SPDX-License-Identifier: Apache-2.0
// Plusargs: +vectors=DIR (build/vectors), +widths=20-24-18 or 16-24-16 (both), +set=NAME (all of
// the list), +seed=N (1), +stall=N: chance of a port to refuse, in 1/1024 (128).
`default_nettype none
`include "izh_map.vh"

module tb_vectors;
  wire [31:0] failures_wide, failures_narrow;
  wire done_wide, done_narrow;

  replay #(.X_BITS(20), .W_BITS(24), .PORT_BITS(18)) wide (
      .failures_o(failures_wide), .done_o(done_wide));
  replay #(.X_BITS(16), .W_BITS(24), .PORT_BITS(16)) narrow (
      .failures_o(failures_narrow), .done_o(done_narrow));

  always @(done_wide or done_narrow)
    if (done_wide === 1'b1 && done_narrow === 1'b1) begin
      if (failures_wide == 0 && failures_narrow == 0) $display("PASS");
      $finish;
    end
endmodule

// One core of these widths, and all vectors for it.
module replay #(
    parameter X_BITS = 20,
    parameter W_BITS = 24,
    parameter PORT_BITS = 18
) (
    output reg [31:0] failures_o,
    output reg        done_o
);
  // Room for the vectors of 28 patterns.
  localparam BUS_WORDS = 16384, PROBE_WORDS = 131072, EVENT_WORDS = 16384;
  localparam DEPTH = 64, RECORDS = 64, INDEX_BITS = 6;
  localparam PATIENCE = 100000, MOST_FAILURES = 10, TEXT = 8 * 256;

  localparam KIND_WRITE = 8'h00, KIND_READ = 8'h01, KIND_REST = 8'h02, KIND_END = 8'hff;
  localparam KIND_SPIKE = 8'h00, KIND_TICK_END = 8'h01;

  reg [71:0] bus_words[0:BUS_WORDS-1];       // kind address word
  reg [127:0] probe_words[0:PROBE_WORDS-1];  // tick substep neuron level x w
  reg [71:0] event_words[0:EVENT_WORDS-1];   // kind tick substep level neuron

  // ---- The core ---------------------------------------------------------------------------------

  reg clk, rst;
  reg bus_valid, bus_write;
  reg [31:0] bus_address;
  reg [31:0] bus_data;
  wire bus_ready, bus_error;
  wire [31:0] bus_answer;
  reg event_ready, probe_ready;
  wire event_valid, event_spike, event_tick_end, probe_valid;
  wire [31:0] event_tick;
  wire [7:0] event_substep;
  wire [2:0] event_level, probe_level;
  wire [INDEX_BITS-1:0] event_neuron, probe_neuron;
  wire signed [X_BITS-1:0] probe_x;
  wire signed [W_BITS-1:0] probe_w;

  izh_core #(
      .X_BITS(X_BITS), .W_BITS(W_BITS), .PORT_BITS(PORT_BITS), .DEPTH(DEPTH), .RECORDS(RECORDS)
  ) core (
      .clk_i(clk), .rst_i(rst),
      .bus_valid_i(bus_valid), .bus_write_i(bus_write), .bus_address_i(bus_address),
      .bus_data_i(bus_data), .bus_ready_o(bus_ready), .bus_data_o(bus_answer),
      .bus_error_o(bus_error),
      .hold_i(1'b0), .tick_wanted_o(), .tick_started_o(),
      .stimulus_valid_i(1'b0), .stimulus_ready_o(), .stimulus_kind_i(2'd0),
      .stimulus_neuron_i(16'd0), .stimulus_value_i(32'd0),
      .event_valid_o(event_valid), .event_ready_i(event_ready), .event_spike_o(event_spike),
      .event_tick_end_o(event_tick_end), .event_tick_o(event_tick),
      .event_substep_o(event_substep), .event_level_o(event_level),
      .event_neuron_o(event_neuron),
      .probe_valid_o(probe_valid), .probe_ready_i(probe_ready), .probe_neuron_o(probe_neuron),
      .probe_x_o(probe_x), .probe_w_o(probe_w), .probe_level_o(probe_level),
      .retired_o(), .retired_first_o(), .retired_x_o(), .retired_w_o(), .retired_level_o(),
      .retired_spike_o(), .retired_saturated_x_o(), .retired_saturated_w_o(),
      .retired_saturated_port_o(), .prepared_o(), .prepared_first_o(), .prepared_sum_o(),
      .prepared_input_o(), .synaptic_event_o());

  // Clocked only while there is something to do.
  always #5 if (done_o === 1'b0) clk = !clk;

  // ---- Failures ---------------------------------------------------------------------------------

  reg [TEXT-1:0] directory, widths, only_widths, set, only_set, path;
  reg [8*48-1:0] chances;
  integer seed, stall;

  task fail(input [31:0] tick, input [31:0] neuron, input [8*16-1:0] word, input [31:0] expected,
            input [31:0] got);
    begin
      $display("FAIL %0s %0s tick %0d neuron %0d %0s: expected %h got %h", widths, set, tick,
               neuron, word, expected, got);
      give_up(failures_o + 1 >= MOST_FAILURES);
    end
  endtask

  task fail_text(input [8*48-1:0] what);
    begin
      $display("FAIL %0s %0s: %0s", widths, set, what);
      give_up(1);
    end
  endtask

  task give_up(input now);
    begin
      if (failures_o == 0)
        $display("repeat: vvp -N build/tests/tb_vectors.vvp +vectors=%0s +widths=%0s +set=%0s%0s",
                 directory, widths, set, chances);
      failures_o = failures_o + 1;
      if (now) $finish;
    end
  endtask

  // ---- Ports: compared in the clock in which they are taken ---------------------------------

  integer probe_next, event_next;
  integer stream; // of $random

  function [31:0] wide_x(input [X_BITS-1:0] x);
    wide_x = {{(32 - X_BITS) {x[X_BITS-1]}}, x};
  endfunction

  function [31:0] wide_w(input [W_BITS-1:0] w);
    wide_w = {{(32 - W_BITS) {w[W_BITS-1]}}, w};
  endfunction

  task check_probe(input [127:0] expected);
    begin
      if (expected[127:96] === 32'hffffffff) fail_text("more probe samples than expected");
      if (expected[87:72] !== {{(16 - INDEX_BITS) {1'b0}}, probe_neuron})
        fail(expected[127:96], expected[87:72], "probe neuron", expected[87:72], probe_neuron);
      if (expected[63:32] !== wide_x(probe_x))
        fail(expected[127:96], expected[87:72], "x", expected[63:32], wide_x(probe_x));
      if (expected[31:0] !== wide_w(probe_w))
        fail(expected[127:96], expected[87:72], "w", expected[31:0], wide_w(probe_w));
      if (expected[71:64] !== {5'd0, probe_level})
        fail(expected[127:96], expected[87:72], "level", expected[71:64], probe_level);
      probe_next = probe_next + 1;
    end
  endtask

  task check_event(input [71:0] expected, input [7:0] kind, input [7:0] level,
                   input [15:0] neuron);
    begin
      if (expected[71:64] === KIND_END) fail_text("more events than expected");
      if (expected[71:64] !== kind)
        fail(expected[63:32], expected[15:0], "event kind", expected[71:64], kind);
      if (expected[63:32] !== event_tick)
        fail(expected[63:32], expected[15:0], "event tick", expected[63:32], event_tick);
      if (expected[31:24] !== event_substep)
        fail(expected[63:32], expected[15:0], "event substep", expected[31:24], event_substep);
      if (expected[23:16] !== level)
        fail(expected[63:32], expected[15:0], "spike level", expected[23:16], level);
      if (expected[15:0] !== neuron)
        fail(expected[63:32], expected[15:0], "spike neuron", expected[15:0], neuron);
      event_next = event_next + 1;
    end
  endtask

  always @(posedge clk) begin
    if (probe_valid && probe_ready) check_probe(probe_words[probe_next]);
    if (event_valid && event_ready) begin
      if (event_spike)
        check_event(event_words[event_next], KIND_SPIKE, {5'd0, event_level},
                    {{(16 - INDEX_BITS) {1'b0}}, event_neuron});
      if (event_tick_end)
        check_event(event_words[event_next], KIND_TICK_END, 8'd0, 16'd0);
    end
    probe_ready <= ($random(stream) & 1023) >= stall;
    event_ready <= ($random(stream) & 1023) >= stall;
  end

  // ---- Bus --------------------------------------------------------------------------------------

  reg [31:0] answer;

  task access(input write, input [31:0] address, input [31:0] data);
    integer waited;
    begin
      bus_valid   <= 1'b1;
      bus_write   <= write;
      bus_address <= address;
      bus_data    <= data;
      @(posedge clk);
      for (waited = 0; bus_ready !== 1'b1; waited = waited + 1) begin
        if (waited == PATIENCE) fail_text("the bus does not answer");
        @(posedge clk);
      end
      answer = bus_answer;
      if (bus_error !== 1'b0) fail_text("the bus reports an error");
      bus_valid <= 1'b0;
      @(posedge clk);
    end
  endtask

  // Until every tick has ended and everything it gave has been taken.
  task rest;
    integer waited;
    reg busy;
    begin
      busy = 1'b1;
      for (waited = 0; busy; waited = waited + 1) begin
        if (waited == PATIENCE) fail_text("the engine does not come to rest");
        access(1'b0, `IZH_REG_TICKS_LEFT, 32'd0);
        busy = answer !== 32'd0;
        access(1'b0, `IZH_REG_STATUS, 32'd0);
        busy = busy || answer[0] !== 1'b0;
        // A word on its way to a port shows within a few clocks.
        repeat (8) begin
          @(negedge clk);
          busy = busy || event_valid !== 1'b0 || probe_valid !== 1'b0;
        end
      end
    end
  endtask

  task read_back(input [31:0] address, input [31:0] expected);
    begin
      access(1'b0, address, 32'd0);
      if (answer !== expected) begin
        $display("FAIL %0s %0s after the last tick, address %h: expected %h got %h", widths, set,
                 address, expected, answer);
        give_up(failures_o + 1 >= MOST_FAILURES);
      end
    end
  endtask

  // ---- Sets -------------------------------------------------------------------------------------

  task reset;
    begin
      rst <= 1'b1;
      bus_valid <= 1'b0;
      repeat (4) @(posedge clk);
      rst <= 1'b0;
      repeat (80) @(posedge clk);
    end
  endtask

  integer bus_count, probe_count, event_count;

  task load;
    begin
      $sformat(path, "%0s/%0s/%0s/bus.hex", directory, widths, set);
      $readmemh(path, bus_words, 0, bus_count - 1);
      $sformat(path, "%0s/%0s/%0s/probe.hex", directory, widths, set);
      $readmemh(path, probe_words, 0, probe_count - 1);
      $sformat(path, "%0s/%0s/%0s/event.hex", directory, widths, set);
      $readmemh(path, event_words, 0, event_count - 1);
      probe_next = 0;
      event_next = 0;
    end
  endtask

  task run_set;
    integer i;
    reg [7:0] kind;
    begin
      load;
      kind = KIND_WRITE;
      for (i = 0; kind !== KIND_END; i = i + 1) begin
        kind = bus_words[i][71:64];
        case (kind)
          KIND_WRITE: access(1'b1, bus_words[i][63:32], bus_words[i][31:0]);
          KIND_READ: read_back(bus_words[i][63:32], bus_words[i][31:0]);
          KIND_REST: rest;
          KIND_END: ;
          default: fail_text("bus.hex is missing or damaged");
        endcase
      end
      if (probe_words[probe_next][127:96] !== 32'hffffffff) fail_text("probe samples are missing");
      if (event_words[event_next][71:64] !== KIND_END) fail_text("events are missing");
    end
  endtask

  integer list, sets;

  task run_list;
    begin
      $sformat(path, "%0s/%0s/list.txt", directory, widths);
      list = $fopen(path, "r");
      sets = 0;
      if (list == 0) fail_text("no vectors: make vectors");
      while (list != 0
             && $fscanf(list, "%s %d %d %d", set, bus_count, probe_count, event_count) == 4)
        if (only_set == 0 || only_set == set) begin
          run_set;
          sets = sets + 1;
        end
      if (sets == 0) fail_text("no such set in list.txt");
    end
  endtask

  initial begin
    failures_o = 0;
    done_o = 1'b0;
    clk = 1'b0;
    set = "";
    only_set = 0;
    only_widths = 0;
    probe_next = 0;
    event_next = 0;
    if (!$value$plusargs("vectors=%s", directory)) directory = "build/vectors";
    if (!$value$plusargs("seed=%d", seed)) seed = 1;
    if (!$value$plusargs("stall=%d", stall)) stall = 128;
    if ($value$plusargs("set=%s", only_set)) ;
    if ($value$plusargs("widths=%s", only_widths)) ;
    stream = seed;
    $sformat(chances, " +seed=%0d +stall=%0d", seed, stall);
    $sformat(widths, "%0d-%0d-%0d", X_BITS, W_BITS, PORT_BITS);
    if (only_widths == 0 || only_widths == widths) begin
      reset;
      run_list;
    end
    done_o = 1'b1;
  end
endmodule
`default_nettype wire
