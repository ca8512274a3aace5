// izh_core_compact.v: an Izhikevich engine for small chips: one update every four clocks
// SPDX-License-Identifier: Apache-2.0
// One lane with synapses; docs/contract.md, bit for bit as izh_core, and its ports. Made for the
// memories of an iCE40 UP5K at 24 MHz: synapses, biases and accumulators in single-port blocks, two
// clocks for a synaptic event, eight to prepare an input. After rst_i falls the core needs 64 clocks
// before it answers the bus.
`default_nettype none
`include "izh_map.vh"

module izh_core_compact #(
    parameter X_BITS = 16,            // Q0.(X_BITS-1)
    parameter W_BITS = 24,            // Q1.(W_BITS-2)
    parameter PORT_BITS = 16,         // multiplier inputs
    parameter DEPTH = 1024,           // neurons, a power of two, 2..32768
    parameter RECORDS = 128,          // shared parameter records, a power of two; 0: one per neuron
    parameter PROBE_DEPTH = 1,        // or more, to no effect: one sample at a time
    parameter LANES = 1,              // no more
    parameter SYNAPSES = 20480,
    parameter SLOTS = 16,             // accumulators per neuron, a power of two, 4..64
    parameter PARTS = 4,              // of a row: 1, 2 or 4
    parameter WEIGHT_BITS = 16,       // at most 16
    parameter DELTA_BITS = 4,         // at most 16 - INDEX_BITS
    parameter ACCUMULATOR_BITS = 16,  // PORT_BITS
    parameter CARRY_DEPTH = 2048,     // spikes with parts to come, a power of two above 2 SLOTS
    parameter INDEX_BITS = $clog2(DEPTH)
) (
    input  wire                               clk_i,
    input  wire                               rst_i,
    // Bus: valid holds the access until ready, which comes for one clock with data and error.
    input  wire                               bus_valid_i,
    input  wire                               bus_write_i,
    input  wire        [                31:0] bus_address_i,
    input  wire        [                31:0] bus_data_i,
    output wire                               bus_ready_o,
    output wire        [                31:0] bus_data_o,
    output wire                               bus_error_o,
    // Ticks: while hold is 1 none starts (it takes 8 clocks to be heard); wanted: there are some to run.
    input  wire                               hold_i,
    output wire                               tick_wanted_o,
    output wire                               tick_started_o,
    // Stimuli for the next tick to start: 0 END, 1 EVENT, 2 CURRENT.
    input  wire                               stimulus_valid_i,
    output wire                               stimulus_ready_o,
    input  wire        [                 1:0] stimulus_kind_i,
    input  wire        [                15:0] stimulus_neuron_i,
    input  wire        [                31:0] stimulus_value_i,
    // Events: a spike, the end of a tick, or both at once: the spike came first.
    output wire                               event_valid_o,
    input  wire                               event_ready_i,
    output wire                               event_spike_o,
    output wire                               event_tick_end_o,
    output wire        [                31:0] event_tick_o,
    output wire        [                 7:0] event_substep_o,
    output wire        [                 2:0] event_level_o,
    output wire        [      INDEX_BITS-1:0] event_neuron_o,
    // Probe: the state of each probed neuron after each sub-step, in the order of the updates.
    output wire                               probe_valid_o,
    input  wire                               probe_ready_i,
    output wire        [      INDEX_BITS-1:0] probe_neuron_o,
    output wire signed [          X_BITS-1:0] probe_x_o,
    output wire signed [          W_BITS-1:0] probe_w_o,
    output wire        [                 2:0] probe_level_o,
    // Each update as it is written back: for test benches. No handshake.
    output wire                               retired_o,
    output wire        [      INDEX_BITS-1:0] retired_first_o,
    output wire signed [          X_BITS-1:0] retired_x_o,
    output wire signed [          W_BITS-1:0] retired_w_o,
    output wire        [                 2:0] retired_level_o,
    output wire                               retired_spike_o,
    output wire                               retired_saturated_x_o,
    output wire                               retired_saturated_w_o,
    output wire                               retired_saturated_port_o,
    // Each input as it is prepared, and each synaptic event: for test benches.
    output wire                               prepared_o,
    output wire        [      INDEX_BITS-1:0] prepared_first_o,
    output wire signed [ACCUMULATOR_BITS-1:0] prepared_sum_o,
    output wire signed [          W_BITS+1:0] prepared_input_o,
    output wire                               synaptic_event_o
);
  localparam SLOT_BITS = $clog2(SLOTS);
  localparam RING_BITS = SLOT_BITS + INDEX_BITS;
  localparam SAMPLE_BITS = X_BITS + W_BITS + 3;
  localparam [31:0] SYNAPSE_FORMAT =
      INDEX_BITS | WEIGHT_BITS << 8 | DELTA_BITS << 16 | ACCUMULATOR_BITS << 24;

  generate
    if (ACCUMULATOR_BITS != PORT_BITS || LANES != 1 || PROBE_DEPTH == 0) begin : g_refused
      izh_core_compact_has_one_lane_and_accumulators_as_wide_as_ports refused ();
    end
  endgenerate

  // The update has no reset: the core stays in reset until nothing old is left in it. Phases are
  // those of two slots of four clocks, or of four turns of two.
  reg [5:0] flushed;
  reg rst;
  reg [2:0] phase = 3'd0;
  always @(posedge clk_i) begin
    phase   <= phase + 3'd1;
    rst     <= rst_i || !(&flushed);
    flushed <= rst_i ? 6'd0 : (&flushed) ? flushed : flushed + 1'b1;
  end

  // ---- Bus and run control -----------------------------------------------------------------------

  wire memory_select, memory_write, pending;
  wire [INDEX_BITS-1:0] last_neuron;
  wire [7:0] last_substep;
  wire start, started, between, quiet, tick_left, turning;
  wire [1:0] step;
  assign tick_started_o = started;
  wire accurate;
  wire [59:0] bounds;
  wire [6*(PORT_BITS-1)-1:0] kappas;
  wire [31:0] seed;
  wire [3:0] weight_shift;
  wire stimulus_on, clear, stale, lost, saturated_input;
  wire [31:0] lane_data, synapse_data;

  izh_registers_compact #(
      .X_BITS(X_BITS), .W_BITS(W_BITS), .PORT_BITS(PORT_BITS), .DEPTH(DEPTH), .RECORDS(RECORDS),
      .SYNAPSES(SYNAPSES), .SYNAPSE_FORMAT(SYNAPSE_FORMAT), .SLOTS(SLOTS), .PARTS(PARTS)
  ) registers (
      .clk_i(clk_i), .rst_i(rst),
      .bus_valid_i(bus_valid_i), .bus_write_i(bus_write_i), .bus_address_i(bus_address_i),
      .bus_data_i(bus_data_i), .bus_ready_o(bus_ready_o), .bus_data_o(bus_data_o),
      .bus_error_o(bus_error_o),
      .memory_select_o(memory_select), .memory_write_o(memory_write),
      .memory_data_i(lane_data | synapse_data), .pending_o(pending),
      .last_neuron_o(last_neuron), .last_substep_o(last_substep),
      .hold_i(hold_i), .wanted_o(tick_wanted_o), .start_o(start), .started_i(started),
      .tick_left_i(tick_left), .resting_i(quiet), .tick_o(event_tick_o), .turning_o(turning),
      .step_o(step), .accurate_o(accurate), .bounds_o(bounds), .kappas_o(kappas),
      .seed_o(seed), .weight_shift_o(weight_shift), .stimulus_on_o(stimulus_on),
      .clear_o(clear), .stale_o(stale),
      .saturated_x_i(retired_saturated_x_o), .saturated_w_i(retired_saturated_w_o),
      .saturated_port_i(retired_saturated_port_o), .saturated_input_i(saturated_input),
      .lost_i(lost));

  wire [3:0] region = bus_address_i[31:28];
  wire [3:0] field = bus_address_i[27:24];
  wire [23:0] bus_index = bus_address_i[23:0];
  wire is_accumulator = region == `IZH_REGION_ACCUMULATOR;
  wire [RING_BITS-1:0] accumulator = {bus_index[16+:SLOT_BITS], bus_index[INDEX_BITS-1:0]};

  // ---- Which neuron next -----------------------------------------------------------------------------

  wire event_room, may_start, flag, launch, preparing, prepare, prepare_busy, sample_taken;
  wire [INDEX_BITS-1:0] index, prepare_index;

  izh_sequencer_compact #(.INDEX_BITS(INDEX_BITS)) sequencer (
      .clk_i(clk_i), .rst_i(rst), .phase_i(phase),
      .last_neuron_i(last_neuron), .last_substep_i(last_substep),
      .start_i(start && may_start), .started_o(started), .between_o(between),
      .event_room_i(event_room), .probe_taken_i(sample_taken),
      .preparing_i(preparing), .prepare_index_i(prepare_index),
      .prepared_index_i(prepared_first_o),
      .index_o(index), .flag_i(flag), .launch_o(launch));

  // A tick has started and is not over: its events have left.
  reg under_way;
  always @(posedge clk_i) under_way <= !rst && (started || (under_way && !tick_left));

  // ---- The update ------------------------------------------------------------------------------------

  wire retired_last, retired_flag;
  wire [PORT_BITS-2:0] sd;
  wire signed [W_BITS+1:0] input_current;

  izh_lane_compact #(
      .X_BITS(X_BITS), .W_BITS(W_BITS), .PORT_BITS(PORT_BITS), .DEPTH(DEPTH), .RECORDS(RECORDS)
  ) lane (
      .clk_i(clk_i), .rst_i(rst), .phase_i(phase[1:0]),
      .step_i(step), .accurate_i(accurate), .bounds_i(bounds), .kappas_i(kappas),
      .last_neuron_i(last_neuron),
      .index_i(index), .flag_o(flag), .launch_i(launch), .input_i(input_current), .sd_7_o(sd),
      .retired_o(retired_o), .retired_index_o(retired_first_o), .retired_last_o(retired_last),
      .retired_flag_o(retired_flag),
      .retired_x_o(retired_x_o), .retired_w_o(retired_w_o), .retired_level_o(retired_level_o),
      .retired_spike_o(retired_spike_o), .retired_saturated_x_o(retired_saturated_x_o),
      .retired_saturated_w_o(retired_saturated_w_o),
      .retired_saturated_port_o(retired_saturated_port_o),
      .bus_select_i(memory_select), .bus_write_i(memory_write), .bus_region_i(region),
      .bus_field_i(field), .bus_index_i(bus_index[15:0]), .bus_data_i(bus_data_i),
      .bus_data_o(lane_data));

  // ---- Inputs and synapses ---------------------------------------------------------------------------

  wire key_start, key_busy, take, clearing;
  wire [SLOT_BITS-1:0] slot, next_slot;
  wire [RING_BITS-1:0] clear_index;
  wire signed [W_BITS+1:0] bias;
  wire spike_valid, spike_ready, synapses_busy;
  wire stimulus_event, stimulus_done, current_write, armed;

  izh_prepare_compact #(.W_BITS(W_BITS), .PORT_BITS(PORT_BITS), .DEPTH(DEPTH)) inputs (
      .clk_i(clk_i), .rst_i(rst), .phase_i(phase),
      .key_start_i(key_start), .key_tick_i(event_tick_o), .seed_i(seed), .key_busy_o(key_busy),
      .started_i(started), .prepare_i(prepare), .prepare_index_i(prepare_index), .busy_o(prepare_busy),
      .take_3_o(take), .sd_i(sd), .bias_6_i(bias), .sum_8_i(prepared_sum_o),
      .weight_shift_i(weight_shift),
      .prepared_o(prepared_o), .prepared_index_o(prepared_first_o),
      .prepared_input_o(prepared_input_o), .saturated_o(saturated_input),
      .input_index_i(index), .input_o(input_current));

  izh_synapses_compact #(
      .W_BITS(W_BITS), .DEPTH(DEPTH), .SYNAPSES(SYNAPSES), .WEIGHT_BITS(WEIGHT_BITS),
      .DELTA_BITS(DELTA_BITS), .ACCUMULATOR_BITS(ACCUMULATOR_BITS), .SLOTS(SLOTS), .PARTS(PARTS),
      .CARRY_DEPTH(CARRY_DEPTH)
  ) synapses (
      .clk_i(clk_i), .rst_i(rst), .second_i(phase[0]),
      .started_i(started), .tick_left_i(tick_left), .slot_i(slot), .next_slot_i(next_slot),
      .busy_o(synapses_busy), .lost_o(lost), .event_o(synaptic_event_o),
      .spike_valid_i(spike_valid), .spike_ready_o(spike_ready), .spike_i(event_neuron_o),
      .take_3_i(take), .take_index_i(prepared_first_o), .bias_6_o(bias), .sum_8_o(prepared_sum_o),
      .stimulus_i(stimulus_event), .current_i(current_write), .done_o(stimulus_done),
      .stimulus_index_i(stimulus_neuron_i[INDEX_BITS-1:0]), .stimulus_value_i(stimulus_value_i),
      .clear_i(clear), .clearing_i(clearing), .clear_index_i(clear_index),
      .bus_select_i(memory_select), .bus_write_i(memory_write), .bus_region_i(region),
      .bus_index_i(is_accumulator ? {{(24 - RING_BITS) {1'b0}}, accumulator} : bus_index),
      .bus_data_i(bus_data_i), .bus_data_o(synapse_data));

  izh_stimulus_compact #(.DEPTH(DEPTH)) stimulus (
      .clk_i(clk_i), .rst_i(rst), .on_i(stimulus_on), .hold_i(pending || clearing),
      .started_i(started), .preparing_i(preparing), .armed_o(armed),
      .stimulus_valid_i(stimulus_valid_i), .stimulus_ready_o(stimulus_ready_o),
      .stimulus_kind_i(stimulus_kind_i), .stimulus_neuron_i(stimulus_neuron_i),
      .event_o(stimulus_event), .current_o(current_write), .done_i(stimulus_done));

  izh_conductor_compact #(.LOCAL_BITS(INDEX_BITS), .SLOT_BITS(SLOT_BITS)) conductor (
      .clk_i(clk_i), .rst_i(rst),
      .running_i(!between || under_way), .busy_i(synapses_busy),
      .stimulus_busy_i(stimulus_event || current_write),
      .stimulus_on_i(stimulus_on), .armed_i(armed),
      .may_start_o(may_start), .quiet_o(quiet), .started_i(started),
      .tick_i(event_tick_o[SLOT_BITS-1:0]), .tick_left_i(tick_left), .turning_i(turning),
      .stale_i(stale), .slot_o(slot), .next_slot_o(next_slot),
      .last_local_i(last_neuron), .prepare_step_i(phase == 3'd0),
      .prepare_o(prepare), .prepare_index_o(prepare_index),
      .prepare_busy_i(prepare_busy), .preparing_o(preparing),
      .key_start_o(key_start), .key_busy_i(key_busy),
      .clear_i(clear), .clear_step_i(phase[0]), .clearing_o(clearing),
      .clear_index_o(clear_index));

  // ---- What comes out --------------------------------------------------------------------------------

  izh_events_compact #(.INDEX_BITS(INDEX_BITS)) events (
      .clk_i(clk_i), .rst_i(rst),
      .spike_i(retired_spike_o), .neuron_i(retired_first_o), .level_i(retired_level_o),
      .pass_end_i(retired_last), .last_substep_i(last_substep),
      .tick_left_o(tick_left), .room_o(event_room),
      .event_valid_o(event_valid_o), .event_ready_i(event_ready_i),
      .event_spike_o(event_spike_o), .event_tick_end_o(event_tick_end_o),
      .event_substep_o(event_substep_o), .event_level_o(event_level_o),
      .event_neuron_o(event_neuron_o),
      .broadcast_valid_o(spike_valid), .broadcast_ready_i(spike_ready));

  // One sample at a time: a probed neuron is not updated before the last sample has been taken.
  reg sample_valid;
  reg [INDEX_BITS+SAMPLE_BITS-1:0] sample;
  assign probe_valid_o = sample_valid;
  assign {probe_neuron_o, probe_x_o, probe_w_o, probe_level_o} = sample;
  assign sample_taken = probe_valid_o && probe_ready_i;
  always @(posedge clk_i) begin
    sample_valid <= !rst && ((retired_o && retired_flag) || (sample_valid && !probe_ready_i));
    if (retired_o && retired_flag)
      sample <= {retired_first_o, retired_x_o, retired_w_o, retired_level_o};
  end

  wire unused_bits = &{1'b0, bus_index};
endmodule
`default_nettype wire
