// izh_soc.v: an engine behind a byte port: what every board holds, whatever carries the bytes
// SPDX-License-Identifier: Apache-2.0
// docs/link.md says what the bytes mean. The parameters are those of the engine and of izh_link.
`default_nettype none
`ifndef IZH_ENGINE
`define IZH_ENGINE izh_core  // or izh_core_compact: both have the same parameters and ports
`endif
`ifndef IZH_LINK
`define IZH_LINK izh_link  // or izh_link_small: so have these
`endif

module izh_soc #(
`include "izh_soc_parameters.vh"
) (
    input  wire             clk_i,         // link; the engine, too, with LINK_DIVIDER 1
    input  wire             rst_i,
    input  wire             engine_clk_i,  // else the engine, whatever the phase
    // The carrier: bytes from the host, bytes to the host, and one that came broken.
    input  wire             byte_valid_i,
    output wire             byte_ready_o,
    input  wire [      7:0] byte_i,
    input  wire             carrier_error_i,
    output wire             byte_valid_o,
    input  wire             byte_ready_i,
    output wire [      7:0] byte_o,
    // Lights: izh_status.
    output wire             alive_o,
    output wire             link_o,
    output wire             spike_o,
    // What is done, by lane: updates and synaptic events. For counts, and for test benches.
    output wire [LANES-1:0] retired_o,
    output wire [LANES-1:0] synaptic_event_o
);
  localparam INDEX_BITS = $clog2(DEPTH);

  // The link's side of the engine's ports.
  wire engine_rst, hold, tick_wanted, tick_started;
  wire bus_valid, bus_write, bus_ready, bus_error;
  wire [31:0] bus_address, bus_write_data, bus_read_data;
  wire stimulus_valid, stimulus_ready;
  wire [1:0] stimulus_kind;
  wire [15:0] stimulus_neuron;
  wire [31:0] stimulus_value;
  wire event_valid, event_ready, event_spike, event_tick_end;
  wire [7:0] event_substep;
  wire [2:0] event_level, probe_level;
  wire [INDEX_BITS-1:0] event_neuron, probe_neuron;
  wire probe_valid, probe_ready;
  wire signed [X_BITS-1:0] probe_x;
  wire signed [W_BITS-1:0] probe_w;

  `IZH_LINK #(
      .X_BITS(X_BITS), .W_BITS(W_BITS), .INDEX_BITS(INDEX_BITS), .STIMULI(SYNAPSES != 0),
      .BUILD(BUILD), .BOARD(BOARD), .CLOCK(CLOCK), .LINK_DIVIDER(LINK_DIVIDER)
  ) link (
      .clk_i(clk_i), .rst_i(rst_i),
      .byte_valid_i(byte_valid_i), .byte_ready_o(byte_ready_o), .byte_i(byte_i),
      .carrier_error_i(carrier_error_i),
      .byte_valid_o(byte_valid_o), .byte_ready_i(byte_ready_i), .byte_o(byte_o),
      .engine_rst_o(engine_rst), .hold_o(hold), .ticks_wanted_i(tick_wanted),
      .tick_started_i(tick_started),
      .bus_valid_o(bus_valid), .bus_write_o(bus_write), .bus_address_o(bus_address),
      .bus_data_o(bus_write_data), .bus_ready_i(bus_ready), .bus_data_i(bus_read_data),
      .bus_error_i(bus_error),
      .stimulus_valid_o(stimulus_valid), .stimulus_ready_i(stimulus_ready),
      .stimulus_kind_o(stimulus_kind), .stimulus_neuron_o(stimulus_neuron),
      .stimulus_value_o(stimulus_value),
      .event_valid_i(event_valid), .event_ready_o(event_ready), .event_spike_i(event_spike),
      .event_tick_end_i(event_tick_end), .event_substep_i(event_substep),
      .event_level_i(event_level), .event_neuron_i(event_neuron),
      .probe_valid_i(probe_valid), .probe_ready_o(probe_ready), .probe_neuron_i(probe_neuron),
      .probe_x_i(probe_x), .probe_w_i(probe_w), .probe_level_i(probe_level));

  izh_status #(.CLOCK(CLOCK / LINK_DIVIDER)) status (
      .clk_i(clk_i), .rst_i(rst_i), .byte_i(byte_valid_o && byte_ready_i),
      .spike_i(event_valid && event_spike),
      .alive_o(alive_o), .link_o(link_o), .spike_o(spike_o));

  // The engine's side.
  wire core_clk, core_rst, core_hold, core_tick_wanted, core_tick_started;
  wire core_bus_valid, core_bus_write, core_bus_ready, core_bus_error;
  wire [31:0] core_bus_address, core_bus_write_data, core_bus_read_data;
  wire core_stimulus_valid, core_stimulus_ready;
  wire [1:0] core_stimulus_kind;
  wire [15:0] core_stimulus_neuron;
  wire [31:0] core_stimulus_value;
  wire core_event_valid, core_event_ready, core_event_spike, core_event_tick_end;
  wire [7:0] core_event_substep;
  wire [2:0] core_event_level, core_probe_level;
  wire [INDEX_BITS-1:0] core_event_neuron, core_probe_neuron;
  wire core_probe_valid, core_probe_ready;
  wire signed [X_BITS-1:0] core_probe_x;
  wire signed [W_BITS-1:0] core_probe_w;

  generate
    if (LINK_DIVIDER != 1) begin : g_crossed
      assign core_clk = engine_clk_i;
      izh_engine_crossing #(.X_BITS(X_BITS), .W_BITS(W_BITS), .INDEX_BITS(INDEX_BITS)) crossing (
          .clk_i(clk_i), .rst_i(engine_rst),
          .bus_valid_i(bus_valid), .bus_write_i(bus_write), .bus_address_i(bus_address),
          .bus_data_i(bus_write_data), .bus_ready_o(bus_ready), .bus_data_o(bus_read_data),
          .bus_error_o(bus_error),
          .hold_i(hold), .tick_wanted_o(tick_wanted), .tick_started_o(tick_started),
          .stimulus_valid_i(stimulus_valid), .stimulus_ready_o(stimulus_ready),
          .stimulus_kind_i(stimulus_kind), .stimulus_neuron_i(stimulus_neuron),
          .stimulus_value_i(stimulus_value),
          .event_valid_o(event_valid), .event_ready_i(event_ready), .event_spike_o(event_spike),
          .event_tick_end_o(event_tick_end), .event_substep_o(event_substep),
          .event_level_o(event_level), .event_neuron_o(event_neuron),
          .probe_valid_o(probe_valid), .probe_ready_i(probe_ready), .probe_neuron_o(probe_neuron),
          .probe_x_o(probe_x), .probe_w_o(probe_w), .probe_level_o(probe_level),
          .engine_clk_i(engine_clk_i), .engine_rst_o(core_rst),
          .engine_bus_valid_o(core_bus_valid), .engine_bus_write_o(core_bus_write),
          .engine_bus_address_o(core_bus_address), .engine_bus_data_o(core_bus_write_data),
          .engine_bus_ready_i(core_bus_ready), .engine_bus_data_i(core_bus_read_data),
          .engine_bus_error_i(core_bus_error),
          .engine_hold_o(core_hold), .engine_tick_wanted_i(core_tick_wanted),
          .engine_tick_started_i(core_tick_started),
          .engine_stimulus_valid_o(core_stimulus_valid),
          .engine_stimulus_ready_i(core_stimulus_ready),
          .engine_stimulus_kind_o(core_stimulus_kind),
          .engine_stimulus_neuron_o(core_stimulus_neuron),
          .engine_stimulus_value_o(core_stimulus_value),
          .engine_event_valid_i(core_event_valid), .engine_event_ready_o(core_event_ready),
          .engine_event_spike_i(core_event_spike),
          .engine_event_tick_end_i(core_event_tick_end),
          .engine_event_substep_i(core_event_substep), .engine_event_level_i(core_event_level),
          .engine_event_neuron_i(core_event_neuron),
          .engine_probe_valid_i(core_probe_valid), .engine_probe_ready_o(core_probe_ready),
          .engine_probe_neuron_i(core_probe_neuron), .engine_probe_x_i(core_probe_x),
          .engine_probe_w_i(core_probe_w), .engine_probe_level_i(core_probe_level));
    end else begin : g_together
      assign core_clk = clk_i;
      assign core_rst = engine_rst;
      assign {core_bus_valid, core_bus_write, core_bus_address, core_bus_write_data}
          = {bus_valid, bus_write, bus_address, bus_write_data};
      assign {bus_ready, bus_read_data, bus_error} = {core_bus_ready, core_bus_read_data, core_bus_error};
      assign core_hold = hold;
      assign {tick_wanted, tick_started} = {core_tick_wanted, core_tick_started};
      assign {core_stimulus_valid, core_stimulus_kind, core_stimulus_neuron, core_stimulus_value}
          = {stimulus_valid, stimulus_kind, stimulus_neuron, stimulus_value};
      assign stimulus_ready = core_stimulus_ready;
      assign {event_valid, event_spike, event_tick_end, event_substep, event_level, event_neuron}
          = {core_event_valid, core_event_spike, core_event_tick_end, core_event_substep,
             core_event_level, core_event_neuron};
      assign core_event_ready = event_ready;
      assign {probe_valid, probe_neuron, probe_x, probe_w, probe_level}
          = {core_probe_valid, core_probe_neuron, core_probe_x, core_probe_w, core_probe_level};
      assign core_probe_ready = probe_ready;
      wire unused_clock = &{1'b0, engine_clk_i};
    end
  endgenerate

  `IZH_ENGINE #(
      .X_BITS(X_BITS), .W_BITS(W_BITS), .PORT_BITS(PORT_BITS), .DEPTH(DEPTH), .RECORDS(RECORDS),
      .PROBE_DEPTH(PROBE_DEPTH), .LANES(LANES), .SYNAPSES(SYNAPSES), .SLOTS(SLOTS), .PARTS(PARTS),
      .WEIGHT_BITS(WEIGHT_BITS), .DELTA_BITS(DELTA_BITS), .ACCUMULATOR_BITS(ACCUMULATOR_BITS),
      .CARRY_DEPTH(CARRY_DEPTH)
  ) engine (
      .clk_i(core_clk), .rst_i(core_rst),
      .bus_valid_i(core_bus_valid), .bus_write_i(core_bus_write), .bus_address_i(core_bus_address),
      .bus_data_i(core_bus_write_data), .bus_ready_o(core_bus_ready), .bus_data_o(core_bus_read_data),
      .bus_error_o(core_bus_error),
      .hold_i(core_hold), .tick_wanted_o(core_tick_wanted), .tick_started_o(core_tick_started),
      .stimulus_valid_i(core_stimulus_valid), .stimulus_ready_o(core_stimulus_ready),
      .stimulus_kind_i(core_stimulus_kind), .stimulus_neuron_i(core_stimulus_neuron),
      .stimulus_value_i(core_stimulus_value),
      .event_valid_o(core_event_valid), .event_ready_i(core_event_ready), .event_spike_o(core_event_spike),
      .event_tick_end_o(core_event_tick_end), .event_tick_o(), .event_substep_o(core_event_substep),
      .event_level_o(core_event_level), .event_neuron_o(core_event_neuron),
      .probe_valid_o(core_probe_valid), .probe_ready_i(core_probe_ready), .probe_neuron_o(core_probe_neuron),
      .probe_x_o(core_probe_x), .probe_w_o(core_probe_w), .probe_level_o(core_probe_level),
      .retired_o(retired_o), .retired_first_o(), .retired_x_o(), .retired_w_o(),
      .retired_level_o(), .retired_spike_o(), .retired_saturated_x_o(), .retired_saturated_w_o(),
      .retired_saturated_port_o(), .prepared_o(), .prepared_first_o(), .prepared_sum_o(),
      .prepared_input_o(), .synaptic_event_o(synaptic_event_o));
endmodule
`default_nettype wire
