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
    input  wire             clk_i,
    input  wire             rst_i,
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
      .BUILD(BUILD), .BOARD(BOARD), .CLOCK(CLOCK)
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

  izh_status #(.CLOCK(CLOCK)) status (
      .clk_i(clk_i), .rst_i(rst_i), .byte_i(byte_valid_o && byte_ready_i),
      .spike_i(event_valid && event_spike),
      .alive_o(alive_o), .link_o(link_o), .spike_o(spike_o));

  `IZH_ENGINE #(
      .X_BITS(X_BITS), .W_BITS(W_BITS), .PORT_BITS(PORT_BITS), .DEPTH(DEPTH), .RECORDS(RECORDS),
      .PROBE_DEPTH(PROBE_DEPTH), .LANES(LANES), .SYNAPSES(SYNAPSES), .SLOTS(SLOTS), .PARTS(PARTS),
      .WEIGHT_BITS(WEIGHT_BITS), .DELTA_BITS(DELTA_BITS), .ACCUMULATOR_BITS(ACCUMULATOR_BITS),
      .CARRY_DEPTH(CARRY_DEPTH)
  ) engine (
      .clk_i(clk_i), .rst_i(engine_rst),
      .bus_valid_i(bus_valid), .bus_write_i(bus_write), .bus_address_i(bus_address),
      .bus_data_i(bus_write_data), .bus_ready_o(bus_ready), .bus_data_o(bus_read_data),
      .bus_error_o(bus_error),
      .hold_i(hold), .tick_wanted_o(tick_wanted), .tick_started_o(tick_started),
      .stimulus_valid_i(stimulus_valid), .stimulus_ready_o(stimulus_ready),
      .stimulus_kind_i(stimulus_kind), .stimulus_neuron_i(stimulus_neuron),
      .stimulus_value_i(stimulus_value),
      .event_valid_o(event_valid), .event_ready_i(event_ready), .event_spike_o(event_spike),
      .event_tick_end_o(event_tick_end), .event_tick_o(), .event_substep_o(event_substep),
      .event_level_o(event_level), .event_neuron_o(event_neuron),
      .probe_valid_o(probe_valid), .probe_ready_i(probe_ready), .probe_neuron_o(probe_neuron),
      .probe_x_o(probe_x), .probe_w_o(probe_w), .probe_level_o(probe_level),
      .retired_o(retired_o), .retired_first_o(), .retired_x_o(), .retired_w_o(),
      .retired_level_o(), .retired_spike_o(), .retired_saturated_x_o(), .retired_saturated_w_o(),
      .retired_saturated_port_o(), .prepared_o(), .prepared_first_o(), .prepared_sum_o(),
      .prepared_input_o(), .synaptic_event_o(synaptic_event_o));
endmodule
`default_nettype wire
