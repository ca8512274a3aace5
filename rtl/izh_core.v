// izh_core.v: a time-multiplexed Izhikevich engine: bus in, events and probe samples out
// SPDX-License-Identifier: Apache-2.0
// Semantics: docs/contract.md. Addresses: docs/register-map.md. After rst_i falls the core needs 64
// clocks before it answers the bus.
`default_nettype none
`include "izh_map.vh"

module izh_core #(
    parameter X_BITS = 20,       // Q0.(X_BITS-1)
    parameter W_BITS = 24,       // Q1.(W_BITS-2)
    parameter PORT_BITS = 18,    // multiplier inputs
    parameter DEPTH = 1024,      // neurons, 2..65536
    parameter RECORDS = 256,     // shared parameter records, a power of two; 0: one per neuron
    parameter PROBE_DEPTH = 16,  // probe samples under way, a power of two; 64: never in the way
    parameter INDEX_BITS = $clog2(DEPTH)
) (
    input  wire                     clk_i,
    input  wire                     rst_i,
    // Bus: valid holds the access until ready, which comes for one clock with data and error.
    input  wire                     bus_valid_i,
    input  wire                     bus_write_i,
    input  wire [             23:0] bus_address_i,
    input  wire [             31:0] bus_data_i,
    output wire                     bus_ready_o,
    output wire [             31:0] bus_data_o,
    output wire                     bus_error_o,
    // Events: a spike, the end of a tick, or both at once: the spike came first.
    output wire                     event_valid_o,
    input  wire                     event_ready_i,
    output wire                     event_spike_o,
    output wire                     event_tick_end_o,
    output wire [             31:0] event_tick_o,
    output wire [              7:0] event_substep_o,
    output wire [              2:0] event_level_o,
    output wire [   INDEX_BITS-1:0] event_neuron_o,
    // Probe: the state of each probed neuron after each sub-step, in the order of the updates.
    output wire                     probe_valid_o,
    input  wire                     probe_ready_i,
    output wire [   INDEX_BITS-1:0] probe_neuron_o,
    output wire signed [X_BITS-1:0] probe_x_o,
    output wire signed [W_BITS-1:0] probe_w_o,
    output wire [              2:0] probe_level_o,
    // Each update as it is written back: for synapses, and for test benches. No handshake.
    output wire                     retired_o,
    output wire [   INDEX_BITS-1:0] retired_neuron_o,
    output wire signed [X_BITS-1:0] retired_x_o,
    output wire signed [W_BITS-1:0] retired_w_o,
    output wire [              2:0] retired_level_o,
    output wire                     retired_spike_o,
    output wire                     retired_saturated_x_o,
    output wire                     retired_saturated_w_o,
    output wire                     retired_saturated_port_o
);
  localparam PASS_SLOTS = 40;

  // Delay lines have no reset: the core stays in reset until nothing old is left in them.
  reg [5:0] flushed;
  reg rst;
  always @(posedge clk_i) begin
    rst     <= rst_i || !(&flushed);
    flushed <= rst_i ? 6'd0 : (&flushed) ? flushed : flushed + 1'b1;
  end

  // ---- Bus and run control -----------------------------------------------------------------------

  wire memory_select, memory_write;
  wire [31:0] lane_data, input_data, flag_data;
  reg [31:0] memory_data;
  wire [15:0] last_neuron;
  wire [7:0] last_substep;
  wire start, started, between, resting, drained, tick_write;
  wire [1:0] step;
  wire accurate;
  wire [59:0] bounds;
  wire [6*(PORT_BITS-1)-1:0] kappas;

  wire [3:0] region = bus_address_i[23:20];
  wire [3:0] field = bus_address_i[19:16];
  wire [15:0] bus_index = bus_address_i[15:0];

  izh_registers #(
      .X_BITS(X_BITS), .W_BITS(W_BITS), .PORT_BITS(PORT_BITS), .DEPTH(DEPTH), .RECORDS(RECORDS)
  ) registers (
      .clk_i(clk_i), .rst_i(rst),
      .bus_valid_i(bus_valid_i), .bus_write_i(bus_write_i), .bus_address_i(bus_address_i),
      .bus_data_i(bus_data_i), .bus_ready_o(bus_ready_o), .bus_data_o(bus_data_o),
      .bus_error_o(bus_error_o),
      .memory_select_o(memory_select), .memory_write_o(memory_write), .memory_data_i(memory_data),
      .last_neuron_o(last_neuron), .last_substep_o(last_substep),
      .start_o(start), .started_i(started), .resting_i(resting), .drained_i(drained),
      .tick_i(event_tick_o), .tick_write_o(tick_write),
      .step_o(step), .accurate_o(accurate), .bounds_o(bounds), .kappas_o(kappas),
      .saturated_x_i(retired_saturated_x_o), .saturated_w_i(retired_saturated_w_o),
      .saturated_port_i(retired_saturated_port_o));

  reg bus_is_input, bus_is_flag;
  always @(posedge clk_i) begin
    bus_is_input <= region == `IZH_REGION_INPUT;
    bus_is_flag  <= region == `IZH_REGION_ATTRIBUTE && field == `IZH_FIELD_ATTRIBUTE_PROBE;
    memory_data  <= bus_is_input ? input_data : bus_is_flag ? flag_data : lane_data;
  end

  // ---- Which neuron next ---------------------------------------------------------------------------

  wire issue, issue_probe;
  wire [INDEX_BITS-1:0] issue_index, flag_index;
  wire flag, event_room;
  reg probe_taken;

  izh_sequencer #(
      .INDEX_BITS(INDEX_BITS), .PASS_SLOTS(PASS_SLOTS), .PROBE_DEPTH(PROBE_DEPTH)
  ) sequencer (
      .clk_i(clk_i), .rst_i(rst),
      .last_neuron_i(last_neuron[INDEX_BITS-1:0]), .last_substep_i(last_substep),
      .start_i(start), .started_o(started), .between_o(between),
      .flag_index_o(flag_index), .flag_i(flag),
      .event_room_i(event_room), .probe_taken_i(probe_taken),
      .issue_o(issue), .issue_index_o(issue_index), .issue_probe_o(issue_probe));

  izh_table #(.WIDTH(1), .DEPTH(DEPTH)) probe_flags (
      .clk_i(clk_i), .write_i(memory_write && bus_is_flag),
      .address_i(memory_select ? bus_index[INDEX_BITS-1:0] : flag_index),
      .write_data_i(bus_data_i[0]), .read_data_o(flag));
  assign flag_data = {31'd0, flag};

  // Ticks that have started and have not left the pipeline.
  reg [2:0] under_way;
  wire tick_end;
  assign resting = between && under_way == 3'd0;
  always @(posedge clk_i) begin
    under_way <= under_way + {2'd0, started} - {2'd0, tick_end};
    if (rst) under_way <= 3'd0;
  end

  // ---- The neurons -----------------------------------------------------------------------------------

  wire [INDEX_BITS-1:0] input_index;
  wire signed [W_BITS+1:0] input_current;
  wire retired_probe, retired_last;

  izh_input #(.W_BITS(W_BITS), .DEPTH(DEPTH)) inputs (
      .clk_i(clk_i), .index_i(input_index), .input_o(input_current),
      .bus_write_i(memory_write && bus_is_input), .bus_data_i(bus_data_i),
      .bus_data_o(input_data));

  izh_lane #(
      .X_BITS(X_BITS), .W_BITS(W_BITS), .PORT_BITS(PORT_BITS), .DEPTH(DEPTH), .RECORDS(RECORDS)
  ) lane (
      .clk_i(clk_i), .rst_i(rst),
      .step_i(step), .accurate_i(accurate), .bounds_i(bounds), .kappas_i(kappas),
      .last_neuron_i(last_neuron[INDEX_BITS-1:0]),
      .issue_i(issue), .issue_index_i(issue_index), .issue_probe_i(issue_probe),
      .input_index_o(input_index), .input_i(input_current),
      .retired_o(retired_o), .retired_index_o(retired_neuron_o), .retired_probe_o(retired_probe),
      .retired_last_o(retired_last),
      .retired_x_o(retired_x_o), .retired_w_o(retired_w_o), .retired_level_o(retired_level_o),
      .retired_spike_o(retired_spike_o), .retired_saturated_x_o(retired_saturated_x_o),
      .retired_saturated_w_o(retired_saturated_w_o),
      .retired_saturated_port_o(retired_saturated_port_o),
      .bus_select_i(memory_select), .bus_write_i(memory_write), .bus_region_i(region),
      .bus_field_i(field), .bus_index_i(bus_index), .bus_data_i(bus_data_i),
      .bus_data_o(lane_data));

  // ---- What comes out --------------------------------------------------------------------------------

  izh_events #(.INDEX_BITS(INDEX_BITS)) events (
      .clk_i(clk_i), .rst_i(rst),
      .spike_i(retired_spike_o), .neuron_i(retired_neuron_o), .level_i(retired_level_o),
      .pass_end_i(retired_last), .last_substep_i(last_substep), .tick_end_o(tick_end),
      .room_o(event_room), .empty_o(drained),
      .tick_write_i(tick_write), .tick_data_i(bus_data_i), .tick_o(event_tick_o),
      .event_valid_o(event_valid_o), .event_ready_i(event_ready_i),
      .event_spike_o(event_spike_o), .event_tick_end_o(event_tick_end_o),
      .event_substep_o(event_substep_o), .event_level_o(event_level_o),
      .event_neuron_o(event_neuron_o));

  izh_fifo #(.WIDTH(INDEX_BITS + X_BITS + W_BITS + 3), .DEPTH(PROBE_DEPTH)) samples (
      .clk_i(clk_i), .rst_i(rst),
      .write_i(retired_probe),
      .data_i({retired_neuron_o, retired_x_o, retired_w_o, retired_level_o}),
      .valid_o(probe_valid_o), .ready_i(probe_ready_i),
      .data_o({probe_neuron_o, probe_x_o, probe_w_o, probe_level_o}));
  always @(posedge clk_i) probe_taken <= probe_valid_o && probe_ready_i;

  wire unused_bits = &{1'b0, last_neuron};
endmodule
`default_nettype wire
