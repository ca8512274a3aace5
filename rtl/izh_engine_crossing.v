// izh_engine_crossing.v: the ports of an engine, from the link's clock to a faster one of its own
// SPDX-License-Identifier: Apache-2.0
// Everything comes some clocks later and in the same order: accesses and stimuli go through one
// crossing, so that none overtakes another. A tick takes 40 clocks of the engine or more: time enough for
// hold_i to come after the start of one and before that of the next.
`default_nettype none

module izh_engine_crossing #(
    parameter X_BITS = 20,
    parameter W_BITS = 24,
    parameter INDEX_BITS = 10
) (
    // The link.
    input  wire                  clk_i,
    input  wire                  rst_i,  // for a clock or more: engine and crossings begin anew
    input  wire                  bus_valid_i,
    input  wire                  bus_write_i,
    input  wire [          31:0] bus_address_i,
    input  wire [          31:0] bus_data_i,
    output wire                  bus_ready_o,
    output wire [          31:0] bus_data_o,
    output wire                  bus_error_o,
    input  wire                  hold_i,
    output wire                  tick_wanted_o,
    output wire                  tick_started_o,
    input  wire                  stimulus_valid_i,
    output wire                  stimulus_ready_o,
    input  wire [           1:0] stimulus_kind_i,
    input  wire [          15:0] stimulus_neuron_i,
    input  wire [          31:0] stimulus_value_i,
    output wire                  event_valid_o,
    input  wire                  event_ready_i,
    output wire                  event_spike_o,
    output wire                  event_tick_end_o,
    output wire [           7:0] event_substep_o,
    output wire [           2:0] event_level_o,
    output wire [INDEX_BITS-1:0] event_neuron_o,
    output wire                  probe_valid_o,
    input  wire                  probe_ready_i,
    output wire [INDEX_BITS-1:0] probe_neuron_o,
    output wire [    X_BITS-1:0] probe_x_o,
    output wire [    W_BITS-1:0] probe_w_o,
    output wire [           2:0] probe_level_o,
    // The engine.
    input  wire                  engine_clk_i,
    output wire                  engine_rst_o,
    output wire                  engine_bus_valid_o,
    output wire                  engine_bus_write_o,
    output wire [          31:0] engine_bus_address_o,
    output wire [          31:0] engine_bus_data_o,
    input  wire                  engine_bus_ready_i,
    input  wire [          31:0] engine_bus_data_i,
    input  wire                  engine_bus_error_i,
    output wire                  engine_hold_o,
    input  wire                  engine_tick_wanted_i,
    input  wire                  engine_tick_started_i,
    output wire                  engine_stimulus_valid_o,
    input  wire                  engine_stimulus_ready_i,
    output wire [           1:0] engine_stimulus_kind_o,
    output wire [          15:0] engine_stimulus_neuron_o,
    output wire [          31:0] engine_stimulus_value_o,
    input  wire                  engine_event_valid_i,
    output wire                  engine_event_ready_o,
    input  wire                  engine_event_spike_i,
    input  wire                  engine_event_tick_end_i,
    input  wire [           7:0] engine_event_substep_i,
    input  wire [           2:0] engine_event_level_i,
    input  wire [INDEX_BITS-1:0] engine_event_neuron_i,
    input  wire                  engine_probe_valid_i,
    output wire                  engine_probe_ready_o,
    input  wire [INDEX_BITS-1:0] engine_probe_neuron_i,
    input  wire [    X_BITS-1:0] engine_probe_x_i,
    input  wire [    W_BITS-1:0] engine_probe_w_i,
    input  wire [           2:0] engine_probe_level_i
);
  // ---- Reset: long enough for the crossings, and seen by the link at once ------------------------

  reg [3:0] clocks_left;
  reg clearing;  // a flop of its own: it crosses
  wire closed = rst_i || clearing;

  always @(posedge clk_i) begin
    if (rst_i) clocks_left <= 4'd15;
    else if (clocks_left != 0) clocks_left <= clocks_left - 1'b1;
    clearing <= rst_i || clocks_left != 0;
  end

  izh_synchroniser engine_reset (.clk_i(engine_clk_i), .d_i(clearing), .q_o(engine_rst_o));

  // ---- To the engine: accesses and stimuli -------------------------------------------------------

  localparam TO_BITS = 66;
  reg asked;  // the access has gone its way
  wire to_ready, answer_valid, to_valid, is_stimulus, to_write;
  wire [31:0] to_first, to_second;
  wire ask = bus_valid_i && !asked && !closed;
  wire stimulate = stimulus_valid_i && !ask && !closed;

  always @(posedge clk_i) asked <= ((ask && to_ready) || asked) && !answer_valid && !closed;

  izh_crossing #(.WIDTH(TO_BITS), .DEPTH(8)) to_engine (
      .rst_i(clearing), .write_clk_i(clk_i), .write_valid_i(ask || stimulate),
      .write_ready_o(to_ready),
      .write_data_i({!ask, ask ? {bus_write_i, bus_address_i, bus_data_i}
          : {15'd0, stimulus_kind_i, stimulus_neuron_i, stimulus_value_i}}),
      .read_clk_i(engine_clk_i), .read_valid_o(to_valid),
      .read_ready_i(is_stimulus ? engine_stimulus_ready_i : engine_bus_ready_i),
      .read_data_o({is_stimulus, to_write, to_first, to_second}));

  assign stimulus_ready_o = to_ready && !ask && !closed;
  assign engine_bus_valid_o = to_valid && !is_stimulus;
  assign engine_bus_write_o = to_write;
  assign engine_bus_address_o = to_first;
  assign engine_bus_data_o = to_second;
  assign engine_stimulus_valid_o = to_valid && is_stimulus;
  assign {engine_stimulus_kind_o, engine_stimulus_neuron_o} = to_first[17:0];
  assign engine_stimulus_value_o = to_second;

  // One access at a time: there is always room for its answer.
  wire unused_answer_ready;
  izh_crossing #(.WIDTH(33)) answers (
      .rst_i(clearing), .write_clk_i(engine_clk_i),
      .write_valid_i(engine_bus_valid_o && engine_bus_ready_i),
      .write_ready_o(unused_answer_ready), .write_data_i({engine_bus_error_i, engine_bus_data_i}),
      .read_clk_i(clk_i), .read_valid_o(answer_valid), .read_ready_i(1'b1),
      .read_data_o({bus_error_o, bus_data_o}));
  assign bus_ready_o = answer_valid && asked && !closed;

  // ---- From the engine: events and samples -------------------------------------------------------

  wire event_valid, probe_valid;

  izh_crossing #(.WIDTH(13 + INDEX_BITS), .DEPTH(8)) events (
      .rst_i(clearing), .write_clk_i(engine_clk_i), .write_valid_i(engine_event_valid_i),
      .write_ready_o(engine_event_ready_o),
      .write_data_i({engine_event_spike_i, engine_event_tick_end_i, engine_event_substep_i,
                     engine_event_level_i, engine_event_neuron_i}),
      .read_clk_i(clk_i), .read_valid_o(event_valid), .read_ready_i(event_ready_i && !closed),
      .read_data_o({event_spike_o, event_tick_end_o, event_substep_o, event_level_o,
                    event_neuron_o}));
  assign event_valid_o = event_valid && !closed;

  izh_crossing #(.WIDTH(INDEX_BITS + X_BITS + W_BITS + 3)) samples (
      .rst_i(clearing), .write_clk_i(engine_clk_i), .write_valid_i(engine_probe_valid_i),
      .write_ready_o(engine_probe_ready_o),
      .write_data_i({engine_probe_neuron_i, engine_probe_x_i, engine_probe_w_i,
                     engine_probe_level_i}),
      .read_clk_i(clk_i), .read_valid_o(probe_valid), .read_ready_i(probe_ready_i && !closed),
      .read_data_o({probe_neuron_o, probe_x_o, probe_w_o, probe_level_o}));
  assign probe_valid_o = probe_valid && !closed;

  // ---- Ticks -------------------------------------------------------------------------------------

  // A start is told by a change of level, which no slower clock misses.
  reg started, wanted, seen_before;
  wire seen;

  always @(posedge engine_clk_i) begin
    wanted  <= engine_tick_wanted_i;
    started <= (started ^ engine_tick_started_i) && !engine_rst_o;
  end

  izh_synchroniser starts (.clk_i(clk_i), .d_i(started), .q_o(seen));
  izh_synchroniser wants (.clk_i(clk_i), .d_i(wanted), .q_o(tick_wanted_o));
  always @(posedge clk_i) seen_before <= seen;
  assign tick_started_o = seen != seen_before;

  izh_synchroniser holds (.clk_i(engine_clk_i), .d_i(hold_i), .q_o(engine_hold_o));
endmodule
`default_nettype wire
