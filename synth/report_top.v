// report_top.v: an engine (`ENGINE, by default izh_core) behind four pins, for area and clock figures
// SPDX-License-Identifier: Apache-2.0
// Every input of the core is a flip-flop of one shift register and every output goes into one
// parity bit, in two registered steps: pins limit nothing and nothing is optimised away.
// The retired_*, prepared_* and synaptic_event_o ports, for test benches, stay open.
`default_nettype none
`ifndef ENGINE
`define ENGINE izh_core
`endif

module report_top #(
    parameter X_BITS = 20,
    parameter W_BITS = 24,
    parameter PORT_BITS = 18,
    parameter DEPTH = 1024,
    parameter RECORDS = 256,
    parameter PROBE_DEPTH = 16,
    parameter LANES = 1,
    parameter SYNAPSES = 0,
    parameter SLOTS = 32,
    parameter PARTS = 1,
    parameter WEIGHT_BITS = 16,
    parameter DELTA_BITS = 6,
    parameter ACCUMULATOR_BITS = 28
) (
    input  wire clk_i,
    input  wire rst_i,
    input  wire serial_i,
    output reg  parity_o
);
  localparam INDEX_BITS = $clog2(DEPTH);
  localparam IN_BITS = 119;
  localparam OUT_BITS = 85 + 2 * INDEX_BITS + X_BITS + W_BITS;
  localparam GROUPS = (OUT_BITS + 15) / 16;

  reg rst;
  reg [IN_BITS-1:0] in;
  wire [OUT_BITS-1:0] out;
  reg [GROUPS-1:0] group_parity;

  wire [16*GROUPS-1:0] padded = {{(16 * GROUPS - OUT_BITS) {1'b0}}, out};

  integer i;
  always @(posedge clk_i) begin
    rst   <= rst_i;
    in    <= {in[IN_BITS-2:0], serial_i};
    for (i = 0; i < GROUPS; i = i + 1) group_parity[i] <= ^padded[16*i+:16];
    parity_o <= ^group_parity;
  end

  wire bus_valid, bus_write, event_ready, probe_ready;
  wire [31:0] bus_address;
  wire [31:0] bus_data;
  wire stimulus_valid;
  wire [1:0] stimulus_kind;
  wire [15:0] stimulus_neuron;
  wire [31:0] stimulus_value;
  assign {bus_valid, bus_write, event_ready, probe_ready, bus_address, bus_data,
          stimulus_valid, stimulus_kind, stimulus_neuron, stimulus_value} = in;

  `ENGINE #(
      .X_BITS(X_BITS), .W_BITS(W_BITS), .PORT_BITS(PORT_BITS), .DEPTH(DEPTH), .RECORDS(RECORDS),
      .PROBE_DEPTH(PROBE_DEPTH), .LANES(LANES), .SYNAPSES(SYNAPSES), .SLOTS(SLOTS),
      .PARTS(PARTS), .WEIGHT_BITS(WEIGHT_BITS), .DELTA_BITS(DELTA_BITS),
      .ACCUMULATOR_BITS(ACCUMULATOR_BITS)
  ) core (
      .clk_i(clk_i), .rst_i(rst),
      .bus_valid_i(bus_valid), .bus_write_i(bus_write), .bus_address_i(bus_address),
      .bus_data_i(bus_data),
      .hold_i(1'b0), .tick_wanted_o(), .tick_started_o(),
      .stimulus_valid_i(stimulus_valid), .stimulus_ready_o(out[84]),
      .stimulus_kind_i(stimulus_kind), .stimulus_neuron_i(stimulus_neuron),
      .stimulus_value_i(stimulus_value),
      .bus_ready_o(out[0]), .bus_error_o(out[1]), .bus_data_o(out[2+:32]),
      .event_valid_o(out[34]), .event_ready_i(event_ready), .event_spike_o(out[35]),
      .event_tick_end_o(out[36]), .event_tick_o(out[37+:32]), .event_substep_o(out[69+:8]),
      .event_level_o(out[77+:3]), .event_neuron_o(out[85+:INDEX_BITS]),
      .probe_valid_o(out[80]), .probe_ready_i(probe_ready), .probe_level_o(out[81+:3]),
      .probe_neuron_o(out[85+INDEX_BITS+:INDEX_BITS]),
      .probe_x_o(out[85+2*INDEX_BITS+:X_BITS]),
      .probe_w_o(out[85+2*INDEX_BITS+X_BITS+:W_BITS]),
      .retired_o(), .retired_first_o(), .retired_x_o(), .retired_w_o(), .retired_level_o(),
      .retired_spike_o(), .retired_saturated_x_o(), .retired_saturated_w_o(),
      .retired_saturated_port_o(), .prepared_o(), .prepared_first_o(), .prepared_sum_o(),
      .prepared_input_o(), .synaptic_event_o());
endmodule
`default_nettype wire
