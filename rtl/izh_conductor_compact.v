// izh_conductor_compact.v: the tick of a small engine: when it may start, what it starts with
// SPDX-License-Identifier: Apache-2.0
// As izh_conductor, but the noise key of a tick is made when the tick before has ended, of the number
// that TICK has then: there is no other to keep.
`default_nettype none

module izh_conductor_compact #(
    parameter LOCAL_BITS = 10,
    parameter SLOT_BITS = 5
) (
    input  wire                  clk_i,
    input  wire                  rst_i,
    // Whether a tick may start.
    input  wire                  running_i,     // updates are drawn up or in the pipeline
    input  wire                  busy_i,        // spikes, rows, accumulators
    input  wire                  stimulus_busy_i,
    input  wire                  stimulus_on_i,
    input  wire                  armed_i,       // the stimuli of the next tick have come
    output reg                   may_start_o,
    output wire                  quiet_o,
    input  wire                  started_i,
    // The tick: number of the next to start until its events leave, then of the next.
    input  wire [ SLOT_BITS-1:0] tick_i,
    input  wire                  tick_left_i,   // its last event, a clock ago
    input  wire                  turning_i,     // the next tick's number is not there yet
    input  wire                  stale_i,       // tick or seed have been written
    output reg  [ SLOT_BITS-1:0] slot_o,        // of the tick that runs
    output reg  [ SLOT_BITS-1:0] next_slot_o,   // of the next one to start
    // Preparation, local numbers 0..last, one for each step.
    input  wire                  prepare_step_i,
    input  wire [LOCAL_BITS-1:0] last_local_i,
    output reg                   prepare_o,
    output reg  [LOCAL_BITS-1:0] prepare_index_o,
    input  wire                  prepare_busy_i,  // what was prepared last is still under way
    output wire                  preparing_o,   // or it is still under way
    // The noise key of the tick to come.
    output reg                   key_start_o,
    input  wire                  key_busy_i,
    // All accumulators are cleared: slots times local numbers, one for each step.
    input  wire                  clear_i,
    input  wire                  clear_step_i,
    output reg                   clearing_o,
    output wire [SLOT_BITS+LOCAL_BITS-1:0] clear_index_o
);
  // ---- Quiet for so long that nothing can be between two that say they are not busy ----------------

  reg [2:0] calm;
  reg in_tick, key_wanted, stirring, ready;
  assign quiet_o = &calm;

  always @(posedge clk_i) begin
    ready <= !key_wanted && !key_start_o && !key_busy_i && (!stimulus_on_i || armed_i);
    // A clock after a start this is still high; the next start is 40 clocks away at least.
    may_start_o <= quiet_o && !in_tick && ready;
    calm <= quiet_o ? calm : calm + 1'b1;
    stirring <= running_i || busy_i;
    if (stirring || stimulus_busy_i || started_i || clearing_o || rst_i) calm <= 3'd0;
    in_tick <= (in_tick && !quiet_o) || started_i;
    if (rst_i) in_tick <= 1'b0;
  end

  // ---- Slots -----------------------------------------------------------------------------------------

  always @(posedge clk_i) begin
    if (started_i) slot_o <= tick_i;
    next_slot_o <= in_tick || turning_i ? slot_o + 1'b1 : tick_i;
  end

  // ---- Preparation, and clearing: one count ----------------------------------------------------------

  assign preparing_o = prepare_o || prepare_busy_i;
  reg [SLOT_BITS-1:0] clear_slot;
  assign clear_index_o = {clear_slot, prepare_index_o};

  always @(posedge clk_i) begin
    if ((prepare_o && prepare_step_i) || (clearing_o && clear_step_i)) begin
      {clear_slot, prepare_index_o} <= {clear_slot, prepare_index_o} + 1'b1;
      if (prepare_index_o == last_local_i) prepare_o <= 1'b0;
      if (&clear_index_o) clearing_o <= 1'b0;
    end
    if (started_i || clear_i || rst_i) {clear_slot, prepare_index_o} <= 0;
    if (started_i) prepare_o <= 1'b1;
    if (clear_i) clearing_o <= 1'b1;
    if (rst_i) {prepare_o, clearing_o} <= 2'b00;
  end

  // ---- Noise key: of the next tick -----------------------------------------------------------------

  always @(posedge clk_i) begin
    key_start_o <= key_wanted && !key_busy_i && !key_start_o && !turning_i;
    if (key_start_o) key_wanted <= 1'b0;
    if (tick_left_i || stale_i || rst_i) key_wanted <= 1'b1;
    if (rst_i) key_start_o <= 1'b0;
  end
endmodule
`default_nettype wire
