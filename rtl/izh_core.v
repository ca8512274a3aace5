// izh_core.v: a time-multiplexed Izhikevich engine: bus and stimuli in, events and probe samples out
// SPDX-License-Identifier: Apache-2.0
// Semantics: docs/contract.md. Addresses: docs/register-map.md. After rst_i falls the core needs 64
// clocks before it answers the bus.
`default_nettype none
`include "izh_map.vh"

module izh_core #(
    parameter X_BITS = 20,            // Q0.(X_BITS-1)
    parameter W_BITS = 24,            // Q1.(W_BITS-2)
    parameter PORT_BITS = 18,         // multiplier inputs
    parameter DEPTH = 1024,           // neurons, 2..65536, a multiple of LANES, 2 or more for each
    parameter RECORDS = 256,          // shared parameter records, a power of two; 0: one per neuron
    parameter PROBE_DEPTH = 16,       // probed slots under way, a power of two; 64: never in the way
    parameter LANES = 1,              // 1, 2, 4, 8 or 16
    parameter SYNAPSES = 0,           // words of each lane; 0: no synapses, no noise
    parameter SLOTS = 32,             // accumulators per neuron, a power of two, 4..64
    parameter PARTS = 1,              // of a row: 1, 2 or 4
    parameter WEIGHT_BITS = 16,
    parameter DELTA_BITS = 6,
    parameter ACCUMULATOR_BITS = 28,
    parameter CARRY_DEPTH = 1024,     // spikes with parts to come, a power of two above 2 SLOTS
    parameter INDEX_BITS = $clog2(DEPTH)
) (
    input  wire                           clk_i,
    input  wire                           rst_i,
    // Bus: valid holds the access until ready, which comes for one clock with data and error.
    input  wire                           bus_valid_i,
    input  wire                           bus_write_i,
    input  wire [                   31:0] bus_address_i,
    input  wire [                   31:0] bus_data_i,
    output wire                           bus_ready_o,
    output wire [                   31:0] bus_data_o,
    output wire                           bus_error_o,
    // Ticks: while hold is 1 none starts (it takes 8 clocks to be heard); wanted: there are some to run.
    input  wire                           hold_i,
    output wire                           tick_wanted_o,
    output wire                           tick_started_o,
    // Stimuli for the next tick to start: 0 END, 1 EVENT, 2 CURRENT.
    input  wire                           stimulus_valid_i,
    output wire                           stimulus_ready_o,
    input  wire [                    1:0] stimulus_kind_i,
    input  wire [                   15:0] stimulus_neuron_i,
    input  wire [                   31:0] stimulus_value_i,
    // Events: a spike, the end of a tick, or both at once: the spike came first.
    output wire                           event_valid_o,
    input  wire                           event_ready_i,
    output wire                           event_spike_o,
    output wire                           event_tick_end_o,
    output wire [                   31:0] event_tick_o,
    output wire [                    7:0] event_substep_o,
    output wire [                    2:0] event_level_o,
    output wire [         INDEX_BITS-1:0] event_neuron_o,
    // Probe: the state of each probed neuron after each sub-step, in the order of the updates.
    output wire                           probe_valid_o,
    input  wire                           probe_ready_i,
    output wire [         INDEX_BITS-1:0] probe_neuron_o,
    output wire signed [      X_BITS-1:0] probe_x_o,
    output wire signed [      W_BITS-1:0] probe_w_o,
    output wire [                    2:0] probe_level_o,
    // Each update as it is written back, by lane: for synapses, and for test benches. No handshake.
    output wire [              LANES-1:0] retired_o,
    output wire [         INDEX_BITS-1:0] retired_first_o,  // neuron of lane 0, the others follow
    output wire [       LANES*X_BITS-1:0] retired_x_o,
    output wire [       LANES*W_BITS-1:0] retired_w_o,
    output wire [            LANES*3-1:0] retired_level_o,
    output wire [              LANES-1:0] retired_spike_o,
    output wire [              LANES-1:0] retired_saturated_x_o,
    output wire [              LANES-1:0] retired_saturated_w_o,
    output wire [              LANES-1:0] retired_saturated_port_o,
    // Each input as it is prepared, and each synaptic event: for test benches.
    output wire [              LANES-1:0] prepared_o,
    output wire [         INDEX_BITS-1:0] prepared_first_o,
    output wire [LANES*ACCUMULATOR_BITS-1:0] prepared_sum_o,
    output wire [   LANES*(W_BITS+2)-1:0] prepared_input_o,
    output wire [              LANES-1:0] synaptic_event_o
);
  localparam PASS_SLOTS = 40;
  localparam NETWORK = SYNAPSES != 0;
  localparam LANE_BITS = $clog2(LANES);
  localparam LOCAL = DEPTH / LANES;
  localparam LOCAL_BITS = $clog2(LOCAL);
  localparam SLOT_BITS = $clog2(SLOTS);
  localparam ROWS = DEPTH * PARTS;
  localparam ROW_BITS = $clog2(ROWS);
  localparam SAMPLE_BITS = X_BITS + W_BITS + 3;
  localparam [31:0] SYNAPSE_FORMAT = NETWORK
      ? LOCAL_BITS | WEIGHT_BITS << 8 | DELTA_BITS << 16 | ACCUMULATOR_BITS << 24 : 0;

  // Delay lines have no reset: the core stays in reset until nothing old is left in them.
  reg [5:0] flushed;
  reg rst;
  always @(posedge clk_i) begin
    rst     <= rst_i || !(&flushed);
    flushed <= rst_i ? 6'd0 : (&flushed) ? flushed : flushed + 1'b1;
  end

  // ---- Bus and run control -----------------------------------------------------------------------

  wire memory_select, memory_write, pending;
  wire [31:0] flag_data;
  reg [31:0] memory_data;
  wire [15:0] last_neuron;
  wire [7:0] last_substep;
  wire start, started, between, resting, drained, tick_write;
  wire [1:0] step;
  assign tick_started_o = started;
  wire accurate;
  wire [59:0] bounds;
  wire [6*(PORT_BITS-1)-1:0] kappas;
  wire [31:0] seed;
  wire [3:0] weight_shift;
  wire stimulus_on, clear, stale, lost;
  reg [4*5-1:0] saturated, saturated_now;  // in how many lanes: input, port, w, x
  wire [LANES-1:0] input_saturated;

  izh_registers #(
      .X_BITS(X_BITS), .W_BITS(W_BITS), .PORT_BITS(PORT_BITS), .DEPTH(DEPTH), .RECORDS(RECORDS),
      .LANES(LANES), .SYNAPSES(SYNAPSES), .SYNAPSE_FORMAT(SYNAPSE_FORMAT), .SLOTS(SLOTS),
      .PARTS(PARTS)
  ) registers (
      .clk_i(clk_i), .rst_i(rst),
      .bus_valid_i(bus_valid_i), .bus_write_i(bus_write_i), .bus_address_i(bus_address_i),
      .bus_data_i(bus_data_i), .bus_ready_o(bus_ready_o), .bus_data_o(bus_data_o),
      .bus_error_o(bus_error_o),
      .memory_select_o(memory_select), .memory_write_o(memory_write), .memory_data_i(memory_data),
      .pending_o(pending),
      .last_neuron_o(last_neuron), .last_substep_o(last_substep),
      .hold_i(hold_i), .wanted_o(tick_wanted_o), .start_o(start), .started_i(started), .resting_i(resting), .drained_i(drained),
      .tick_i(event_tick_o), .tick_write_o(tick_write),
      .step_o(step), .accurate_o(accurate), .bounds_o(bounds), .kappas_o(kappas),
      .seed_o(seed), .weight_shift_o(weight_shift), .stimulus_on_o(stimulus_on),
      .clear_o(clear), .stale_o(stale),
      .saturated_x_i(saturated[4:0]), .saturated_w_i(saturated[9:5]),
      .saturated_port_i(saturated[14:10]), .saturated_input_i(saturated[19:15]), .lost_i(lost));

  integer s;
  always @(*) begin
    saturated_now = 20'd0;
    for (s = 0; s < LANES; s = s + 1) begin
      saturated_now[4:0]   = saturated_now[4:0] + {4'd0, retired_saturated_x_o[s]};
      saturated_now[9:5]   = saturated_now[9:5] + {4'd0, retired_saturated_w_o[s]};
      saturated_now[14:10] = saturated_now[14:10] + {4'd0, retired_saturated_port_o[s]};
      saturated_now[19:15] = saturated_now[19:15] + {4'd0, input_saturated[s]};
    end
  end
  always @(posedge clk_i) saturated <= saturated_now;

  // Where an access goes: the lane and the word in it. The bus holds still long before.
  wire [3:0] region = bus_address_i[31:28];
  wire [3:0] field = bus_address_i[27:24];
  wire [23:0] bus_index = bus_address_i[23:0];
  wire by_lane = region == `IZH_REGION_SYNAPSE || region == `IZH_REGION_ROW;
  wire shared = region == `IZH_REGION_RECORD && RECORDS != 0;
  reg bus_is_flag;
  reg [LANES-1:0] bus_lanes, bus_answers;  // who is meant, and whose word is read
  reg [23:0] bus_local;
  wire [23:0] accumulator = {{(24 - SLOT_BITS) {1'b0}}, bus_index[16+:SLOT_BITS]} << LOCAL_BITS
      | {8'd0, bus_index[15:0]} >> LANE_BITS;
  integer k;
  always @(posedge clk_i) begin
    bus_is_flag <= region == `IZH_REGION_ATTRIBUTE && field == `IZH_FIELD_ATTRIBUTE_PROBE;
    for (k = 0; k < LANES; k = k + 1) begin
      bus_lanes[k] <= shared || (by_lane ? field == k[3:0]
          : (bus_index[3:0] & (LANES[3:0] - 4'd1)) == k[3:0]);
      bus_answers[k] <= bus_lanes[k] && (k == 0 || !shared);
    end
    bus_local <= by_lane || shared ? bus_index
        : region == `IZH_REGION_ACCUMULATOR ? accumulator : bus_index >> LANE_BITS;
  end

  wire [LANES*32-1:0] lane_data;
  reg [31:0] lanes_data;
  integer m;
  always @(*) begin
    lanes_data = 32'd0;
    for (m = 0; m < LANES; m = m + 1)
      lanes_data = lanes_data | ({32{bus_answers[m]}} & lane_data[32*m+:32]);
  end
  always @(posedge clk_i) memory_data <= bus_is_flag ? flag_data : lanes_data;

  // ---- Which neurons next --------------------------------------------------------------------------

  wire issue, event_room, may_start, prepared;
  wire [LANES-1:0] issue_probe, flags;
  wire [LOCAL_BITS-1:0] issue_index, flag_index;
  reg probe_taken;
  wire slot_taken;

  // The last local number, and in which lanes it is a neuron.
  reg [LOCAL_BITS-1:0] last_local;
  reg [LANES-1:0] full_lanes;
  wire [15:0] last_group = last_neuron >> LANE_BITS;
  integer f;
  always @(posedge clk_i) begin
    last_local <= last_group[LOCAL_BITS-1:0];
    for (f = 0; f < LANES; f = f + 1)
      full_lanes[f] <= f[3:0] <= (last_neuron[3:0] & (LANES[3:0] - 4'd1));
  end

  izh_sequencer #(
      .INDEX_BITS(LOCAL_BITS), .PASS_SLOTS(PASS_SLOTS), .PROBE_DEPTH(PROBE_DEPTH),
      .LANES(LANES), .NETWORK(NETWORK)
  ) sequencer (
      .clk_i(clk_i), .rst_i(rst),
      .last_neuron_i(last_local), .full_lanes_i(full_lanes), .last_substep_i(last_substep),
      .start_i(start && may_start), .started_o(started), .between_o(between),
      .flag_index_o(flag_index), .flag_i(flags),
      .event_room_i(event_room), .probe_taken_i(probe_taken), .prepared_i(prepared),
      .issue_o(issue), .issue_index_o(issue_index), .issue_probe_o(issue_probe));

  wire [LANES-1:0] flags_written = bus_data_i[0] ? flags | bus_lanes : flags & ~bus_lanes;
  izh_table #(.WIDTH(LANES), .DEPTH(LOCAL)) probe_flags (
      .clk_i(clk_i), .write_i(memory_write && bus_is_flag),
      .address_i(memory_select ? bus_local[LOCAL_BITS-1:0] : flag_index),
      .write_data_i(flags_written), .read_data_o(flags));
  assign flag_data = {31'd0, |(flags & bus_lanes)};

  // Ticks that have started and are not over: their events are kept, or with synapses have left.
  reg [2:0] under_way;
  wire tick_written, tick_left;
  wire tick_over = NETWORK ? tick_left : tick_written;
  always @(posedge clk_i) begin
    under_way <= under_way + {2'd0, started} - {2'd0, tick_over};
    if (rst) under_way <= 3'd0;
  end

  // ---- The lanes -------------------------------------------------------------------------------------

  wire spike_valid, spike_ready, row_valid, prepare;
  wire [ROW_BITS-1:0] row;
  wire [SLOT_BITS-1:0] slot, next_slot;
  wire [LOCAL_BITS-1:0] prepare_index;
  wire prepare_last;
  wire [31:0] key_x, key_y;
  wire clearing, stimulus_event, current_write, current_select;
  wire [SLOT_BITS+LOCAL_BITS-1:0] clear_index;
  wire [INDEX_BITS-1:0] stimulus_neuron;
  wire [31:0] stimulus_value;
  wire [LANES-1:0] row_room, synapses_busy, stimulus_done, retired_last;
  wire [LANES*LOCAL_BITS-1:0] retired_local, prepared_local;

  genvar i;
  generate
    for (i = 0; i < LANES; i = i + 1) begin : g_lane
      wire [LOCAL_BITS-1:0] input_index;
      wire signed [W_BITS+1:0] input_current;
      // The lanes are far apart: each has the access in its own flops, a clock later.
      reg bus_select, bus_write;
      reg [3:0] bus_region, bus_field;
      reg [23:0] bus_word;
      reg [31:0] write_data;
      always @(posedge clk_i) begin
        bus_select <= memory_select && bus_lanes[i];
        bus_write  <= memory_write && bus_lanes[i];
        bus_region <= region & {4{bus_lanes[i]}};
        bus_field  <= field & {4{bus_lanes[i]}};
        bus_word   <= bus_local & {24{bus_lanes[i]}};
        write_data <= bus_data_i & {32{bus_lanes[i]}};
      end
      wire [31:0] update_data, input_data, synapse_data;
      // What this lane has at the last local number.
      wire here = full_lanes[i];
      reg [LOCAL_BITS-1:0] last_of_lane;
      always @(posedge clk_i) last_of_lane <= here ? last_local : last_local - 1'b1;
      reg bus_is_input, bus_is_sd, bus_is_synapses;
      reg [31:0] bus_data;
      always @(posedge clk_i) begin
        bus_is_input    <= bus_region == `IZH_REGION_INPUT;
        bus_is_sd       <= bus_region == `IZH_REGION_RECORD && bus_field == `IZH_FIELD_RECORD_SD;
        bus_is_synapses <= bus_region == `IZH_REGION_SYNAPSE || bus_region == `IZH_REGION_ROW
            || bus_region == `IZH_REGION_ACCUMULATOR;
        bus_data        <= bus_is_input || bus_is_sd ? input_data
            : bus_is_synapses ? synapse_data : update_data;
      end
      assign lane_data[32*i+:32] = bus_data;

      izh_lane #(
          .X_BITS(X_BITS), .W_BITS(W_BITS), .PORT_BITS(PORT_BITS), .DEPTH(LOCAL),
          .RECORDS(RECORDS)
      ) lane (
          .clk_i(clk_i), .rst_i(rst),
          .step_i(step), .accurate_i(accurate), .bounds_i(bounds), .kappas_i(kappas),
          .last_neuron_i(last_of_lane),
          .issue_i(issue && (here || issue_index != last_local)), .issue_index_i(issue_index),
          .input_index_o(input_index), .input_i(input_current),
          .retired_o(retired_o[i]), .retired_index_o(retired_local[LOCAL_BITS*i+:LOCAL_BITS]),
          .retired_last_o(retired_last[i]),
          .retired_x_o(retired_x_o[X_BITS*i+:X_BITS]), .retired_w_o(retired_w_o[W_BITS*i+:W_BITS]),
          .retired_level_o(retired_level_o[3*i+:3]), .retired_spike_o(retired_spike_o[i]),
          .retired_saturated_x_o(retired_saturated_x_o[i]),
          .retired_saturated_w_o(retired_saturated_w_o[i]),
          .retired_saturated_port_o(retired_saturated_port_o[i]),
          .bus_select_i(bus_select), .bus_write_i(bus_write), .bus_region_i(bus_region),
          .bus_field_i(bus_field), .bus_index_i(bus_word[15:0]), .bus_data_i(write_data),
          .bus_data_o(update_data));

      if (NETWORK) begin : g_network
        localparam [3:0] NUMBER = i;
        wire mine = (stimulus_neuron[(INDEX_BITS < 4 ? INDEX_BITS : 4)-1:0]
            & (LANES[3:0] - 4'd1)) == NUMBER;
        wire take_2;
        wire [LOCAL_BITS-1:0] index_10;
        wire signed [ACCUMULATOR_BITS-1:0] sum_17;
        wire [31:0] bias_data, sd_data;
        wire [15:0] write_index = bus_select ? bus_word[15:0]
            : {{(16 - INDEX_BITS) {1'b0}}, stimulus_neuron} >> LANE_BITS;
        reg bus_is_record, stimulus_mine, stimulus_new, stimulus_seen, stimulus_wanted, prepare_0;
        reg [LOCAL_BITS-1:0] index_0;
        always @(posedge clk_i) begin
          bus_is_record   <= bus_region == `IZH_REGION_ATTRIBUTE
              && bus_field == `IZH_FIELD_ATTRIBUTE_RECORD;
          stimulus_mine   <= mine;
          stimulus_new    <= stimulus_event;
          stimulus_seen   <= stimulus_new;
          stimulus_wanted <= !rst && !stimulus_done[i]
              && (stimulus_wanted || (stimulus_new && !stimulus_seen && stimulus_mine));
          prepare_0 <= prepare && (here || !prepare_last);
          index_0   <= prepare_index;
        end
        reg [31:0] read_input;
        always @(posedge clk_i) read_input <= bus_is_sd ? sd_data : bias_data;
        assign input_data = read_input;

        izh_prepare #(
            .W_BITS(W_BITS), .PORT_BITS(PORT_BITS), .DEPTH(LOCAL), .RECORDS(RECORDS),
            .ACCUMULATOR_BITS(ACCUMULATOR_BITS), .LANE(i), .LANES(LANES), .LOCAL_BITS(LOCAL_BITS)
        ) inputs (
            .clk_i(clk_i), .key_x_i(key_x), .key_y_i(key_y), .weight_shift_i(weight_shift),
            .prepare_0_i(prepare_0), .index_0_i(index_0), .take_2_o(take_2),
            .index_10_o(index_10), .sum_17_i(sum_17),
            .prepared_o(prepared_o[i]),
            .prepared_index_o(prepared_local[LOCAL_BITS*i+:LOCAL_BITS]),
            .prepared_sum_o(prepared_sum_o[ACCUMULATOR_BITS*i+:ACCUMULATOR_BITS]),
            .prepared_input_o(prepared_input_o[(W_BITS+2)*i+:W_BITS+2]),
            .saturated_o(input_saturated[i]),
            .input_index_i(input_index), .input_o(input_current),
            .write_select_i(bus_select || current_select),
            .write_bias_i((bus_write && bus_is_input) || (current_write && mine)),
            .write_record_i(bus_write && bus_is_record), .write_sd_i(bus_write && bus_is_sd),
            .write_index_i(write_index),
            .write_data_i(bus_select ? write_data : stimulus_value),
            .bias_o(bias_data), .sd_o(sd_data));

        izh_synapses #(
            .LOCAL_BITS(LOCAL_BITS), .ROWS(ROWS), .SYNAPSES(SYNAPSES), .WEIGHT_BITS(WEIGHT_BITS),
            .DELTA_BITS(DELTA_BITS), .ACCUMULATOR_BITS(ACCUMULATOR_BITS), .SLOTS(SLOTS)
        ) synapses (
            .clk_i(clk_i), .rst_i(rst),
            .row_valid_i(row_valid), .row_i(row), .row_room_o(row_room[i]),
            .slot_i(slot), .next_slot_i(next_slot),
            .take_ahead_i(take_2), .take_index_7_i(index_10), .sum_14_o(sum_17),
            .stimulus_i(stimulus_wanted), .stimulus_slot_i(next_slot),
            .stimulus_index_i(write_index[LOCAL_BITS-1:0]),
            .stimulus_value_i(stimulus_value[ACCUMULATOR_BITS-1:0]),
            .stimulus_done_o(stimulus_done[i]),
            .clear_i(clearing), .clear_index_i(clear_index), .busy_o(synapses_busy[i]),
            .event_o(synaptic_event_o[i]),
            .bus_select_i(bus_select), .bus_write_i(bus_write), .bus_region_i(bus_region),
            .bus_index_i(bus_word), .bus_data_i(write_data), .bus_data_o(synapse_data));
      end else begin : g_alone
        izh_input #(.W_BITS(W_BITS), .DEPTH(LOCAL)) inputs (
            .clk_i(clk_i), .index_i(input_index), .input_o(input_current),
            .bus_write_i(bus_write && bus_is_input), .bus_data_i(write_data),
            .bus_data_o(input_data));
        assign synapse_data = 32'd0;
        wire unused_bits = &{1'b0, bus_word};
        assign {row_room[i], synapses_busy[i], stimulus_done[i], synaptic_event_o[i]} = 4'b1000;
        assign {prepared_o[i], input_saturated[i]} = 2'b00;
        assign prepared_local[LOCAL_BITS*i+:LOCAL_BITS] = {LOCAL_BITS{1'b0}};
        assign prepared_sum_o[ACCUMULATOR_BITS*i+:ACCUMULATOR_BITS] = {ACCUMULATOR_BITS{1'b0}};
        assign prepared_input_o[(W_BITS+2)*i+:W_BITS+2] = {(W_BITS + 2) {1'b0}};
      end
    end
  endgenerate

  wire [INDEX_BITS+LANE_BITS:0] retired_first = {{(INDEX_BITS + LANE_BITS + 1 - LOCAL_BITS) {1'b0}},
      retired_local[LOCAL_BITS-1:0]} << LANE_BITS;
  wire [INDEX_BITS+LANE_BITS:0] prepared_first =
      {{(INDEX_BITS + LANE_BITS + 1 - LOCAL_BITS) {1'b0}}, prepared_local[LOCAL_BITS-1:0]}
      << LANE_BITS;
  assign retired_first_o = retired_first[INDEX_BITS-1:0];
  assign prepared_first_o = prepared_first[INDEX_BITS-1:0];
  assign prepared = prepared_o[0];

  // ---- What comes out --------------------------------------------------------------------------------

  izh_events #(
      .LANES(LANES), .LOCAL_BITS(LOCAL_BITS), .INDEX_BITS(INDEX_BITS), .NETWORK(NETWORK)
  ) events (
      .clk_i(clk_i), .rst_i(rst),
      .spikes_i(retired_spike_o), .local_i(retired_local[LOCAL_BITS-1:0]),
      .levels_i(retired_level_o),
      .pass_end_i(retired_last[0]), .last_substep_i(last_substep),
      .tick_written_o(tick_written), .tick_left_o(tick_left),
      .room_o(event_room), .empty_o(drained),
      .tick_write_i(tick_write), .tick_data_i(bus_data_i), .tick_o(event_tick_o),
      .event_valid_o(event_valid_o), .event_ready_i(event_ready_i),
      .event_spike_o(event_spike_o), .event_tick_end_o(event_tick_end_o),
      .event_substep_o(event_substep_o), .event_level_o(event_level_o),
      .event_neuron_o(event_neuron_o),
      .broadcast_valid_o(spike_valid), .broadcast_ready_i(spike_ready));

  // A sample goes out with the update that made it.
  wire [LANES-1:0] retired_probe;
  wire [LANES*SAMPLE_BITS-1:0] samples;
  izh_delay #(.WIDTH(LANES), .CLOCKS(40)) delay_probe (
      .clk_i(clk_i), .d_i(issue_probe), .q_o(retired_probe));
  generate
    for (i = 0; i < LANES; i = i + 1) begin : g_sample
      assign samples[SAMPLE_BITS*i+:SAMPLE_BITS] = {
        retired_x_o[X_BITS*i+:X_BITS], retired_w_o[W_BITS*i+:W_BITS], retired_level_o[3*i+:3]
      };
    end
  endgenerate

  izh_samples #(
      .LANES(LANES), .WIDTH(SAMPLE_BITS), .LOCAL_BITS(LOCAL_BITS), .INDEX_BITS(INDEX_BITS),
      .DEPTH(PROBE_DEPTH)
  ) probe (
      .clk_i(clk_i), .rst_i(rst),
      .write_i(retired_probe & retired_o), .local_i(retired_local[LOCAL_BITS-1:0]), .data_i(samples),
      .slot_taken_o(slot_taken), .valid_o(probe_valid_o), .ready_i(probe_ready_i),
      .neuron_o(probe_neuron_o), .data_o({probe_x_o, probe_w_o, probe_level_o}));
  always @(posedge clk_i) probe_taken <= slot_taken;

  // ---- Spikes, stimuli and time: only with synapses --------------------------------------------------

  generate
    if (NETWORK) begin : g_time
      wire carry_busy, stimulus_busy, preparing, armed, quiet, key_start, key_busy;
      wire [31:0] key_tick;
      reg rows_room, stimulus_over;
      always @(posedge clk_i) begin
        rows_room     <= &row_room;
        stimulus_over <= |stimulus_done;
      end

      izh_carry #(
          .INDEX_BITS(INDEX_BITS), .SLOTS(SLOTS), .PARTS(PARTS), .DEPTH(CARRY_DEPTH)
      ) carry (
          .clk_i(clk_i), .rst_i(rst), .clear_i(clear), .started_i(started),
          .tick_left_i(tick_left), .busy_o(carry_busy), .lost_o(lost),
          .spike_valid_i(spike_valid), .spike_ready_o(spike_ready), .spike_i(event_neuron_o),
          .room_i(rows_room), .row_valid_o(row_valid), .row_o(row));

      izh_stimulus #(.DEPTH(DEPTH)) stimulus (
          .clk_i(clk_i), .rst_i(rst), .on_i(stimulus_on), .hold_i(pending || clearing),
          .started_i(started), .preparing_i(preparing), .armed_o(armed), .busy_o(stimulus_busy),
          .stimulus_valid_i(stimulus_valid_i), .stimulus_ready_o(stimulus_ready_o),
          .stimulus_kind_i(stimulus_kind_i), .stimulus_neuron_i(stimulus_neuron_i),
          .stimulus_value_i(stimulus_value_i),
          .event_o(stimulus_event), .event_done_i(stimulus_over),
          .current_o(current_write), .current_done_i(1'b1), .current_select_o(current_select),
          .neuron_o(stimulus_neuron), .value_o(stimulus_value));

      izh_conductor #(.LOCAL_BITS(LOCAL_BITS), .SLOT_BITS(SLOT_BITS)) conductor (
          .clk_i(clk_i), .rst_i(rst),
          .running_i(!between || under_way != 3'd0),
          .busy_i(carry_busy || |synapses_busy || stimulus_over), .stimulus_busy_i(stimulus_busy),
          .stimulus_on_i(stimulus_on), .armed_i(armed),
          .may_start_o(may_start), .quiet_o(quiet), .started_i(started),
          .tick_i(event_tick_o), .stale_i(stale),
          .slot_o(slot), .next_slot_o(next_slot),
          .last_local_i(last_local), .prepare_step_i(1'b1), .prepare_o(prepare),
          .prepare_last_o(prepare_last), .prepare_index_o(prepare_index), .preparing_o(preparing),
          .key_start_o(key_start), .key_tick_o(key_tick), .key_busy_i(key_busy),
          .clear_i(clear), .clear_step_i(1'b1), .clearing_o(clearing),
          .clear_index_o(clear_index));

      izh_noise_key noise_key (
          .clk_i(clk_i), .rst_i(rst), .start_i(key_start), .seed_i(seed), .tick_i(key_tick),
          .key_x_o(key_x), .key_y_o(key_y), .busy_o(key_busy));
      assign resting = quiet;
    end else begin : g_free
      assign resting = between && under_way == 3'd0;
      assign may_start = 1'b1;
      assign {spike_ready, stimulus_ready_o, lost} = 3'b110;
      assign {row_valid, row, slot, next_slot} = 0;
      assign {prepare, prepare_last, prepare_index, key_x, key_y} = 0;
      assign {clearing, clear_index} = 0;
      assign {stimulus_event, current_write, current_select, stimulus_neuron, stimulus_value} = 0;
      wire unused_bits = &{1'b0, spike_valid, stimulus_valid_i, stimulus_kind_i, stimulus_neuron_i,
          stimulus_value_i, row_room, synapses_busy, stimulus_done, clear, stale, pending, seed,
          weight_shift, stimulus_on, tick_left, row_valid, row, slot, next_slot, prepare,
          prepare_last, prepare_index, key_x, key_y, clearing, clear_index, stimulus_event,
          current_write, current_select, stimulus_neuron, stimulus_value};
    end
  endgenerate

  wire unused_bits = &{1'b0, last_group, retired_first, prepared_first, retired_last, retired_local,
      prepared_local, tick_written, bus_local};
endmodule
`default_nettype wire
