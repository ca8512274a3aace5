// izh_events.v: retired updates become spikes and tick ends, one after the other
// SPDX-License-Identifier: Apache-2.0
// Lanes retire neurons of equal local number at once; they leave in ascending order, on the event
// port and to the synapses. Nothing is dropped: while room_o is low the engine must issue no more
// slots than RESERVE.
`default_nettype none

module izh_events #(
    parameter LANES = 1,
    parameter LOCAL_BITS = 10,  // number within a lane
    parameter INDEX_BITS = 10,  // neuron number: the lane in its low bits
    parameter NETWORK = 1       // 0: no synapses, broadcast_* are not used
) (
    input  wire                  clk_i,
    input  wire                  rst_i,
    // Retired updates.
    input  wire [     LANES-1:0] spikes_i,
    input  wire [LOCAL_BITS-1:0] local_i,
    input  wire [   3*LANES-1:0] levels_i,
    input  wire                  pass_end_i,
    input  wire [           7:0] last_substep_i,
    output wire                  tick_written_o,   // a tick is over, its events are kept here
    output reg                   tick_left_o,      // its events are out, a clock ago
    output wire                  room_o,
    output wire                  empty_o,
    // Tick of the next event; may be set while empty.
    input  wire                  tick_write_i,
    input  wire [          31:0] tick_data_i,
    output reg  [          31:0] tick_o,
    // Events: a spike, the end of a tick, or both at once: the spike came first.
    output wire                  event_valid_o,
    input  wire                  event_ready_i,
    output reg                   event_spike_o,
    output reg                   event_tick_end_o,
    output reg  [           7:0] event_substep_o,
    output reg  [           2:0] event_level_o,
    output reg  [INDEX_BITS-1:0] event_neuron_o,
    // The same spikes for the synapses; neuron as event_neuron_o.
    output wire                  broadcast_valid_o,
    input  wire                  broadcast_ready_i
);
  localparam WIDTH = LOCAL_BITS + 4 * LANES + 2;

  // ---- What comes in: sub-steps are counted, events kept -----------------------------------------

  reg [7:0] substep;
  reg last_substep, write;
  reg [WIDTH-1:0] word;
  assign tick_written_o = write && word[WIDTH-1];

  always @(posedge clk_i) begin
    last_substep <= substep == last_substep_i;
    if (pass_end_i) substep <= last_substep ? 8'd0 : substep + 1'b1;
    write <= |spikes_i || pass_end_i;
    word  <= {pass_end_i && last_substep, pass_end_i, levels_i, spikes_i, local_i};
    if (rst_i) begin
      substep <= 8'd0;
      write   <= 1'b0;
    end
  end

  wire kept_valid, kept_tick_end, kept_pass_end, words_empty, last_of_word;
  wire [3*LANES-1:0] kept_levels;
  wire [LANES-1:0] kept_spikes;
  wire [LOCAL_BITS-1:0] kept_local;

  izh_block_fifo #(.WIDTH(WIDTH), .DEPTH(256), .RESERVE(64)) words (
      .clk_i(clk_i), .rst_i(rst_i), .write_i(write), .data_i(word),
      .room_o(room_o), .empty_o(words_empty),
      .valid_o(kept_valid), .ready_i(!valid && last_of_word),
      .data_o({kept_tick_end, kept_pass_end, kept_levels, kept_spikes, kept_local}));

  // ---- One spike of a word after the other: the next is looked at when the one before has left ----

  reg [LANES-1:0] given;  // spikes of this word that are out
  wire [LANES-1:0] waiting = kept_spikes & ~given;
  wire [LANES-1:0] lowest = waiting & (~waiting + 1'b1);
  reg [2:0] level;
  reg [INDEX_BITS-1:0] neuron;
  integer i;
  always @(*) begin
    level  = 3'd0;
    neuron = {INDEX_BITS{1'b0}};
    for (i = 0; i < LANES; i = i + 1) begin
      level  = level | ({3{lowest[i]}} & kept_levels[3*i+:3]);
      neuron = neuron | ({INDEX_BITS{lowest[i]}} & i[INDEX_BITS-1:0]);
    end
  end

  wire [INDEX_BITS+4:0] first_of_local = {{(INDEX_BITS + 5 - LOCAL_BITS) {1'b0}}, kept_local}
      << $clog2(LANES);

  reg valid, pass_end, pass_left, event_done, broadcast_done;
  reg low_full;  // the next tick carries into the upper half
  wire visible = event_spike_o || event_tick_end_o;
  wire leaves = (!visible || event_done || event_ready_i)
      && (NETWORK == 0 || !event_spike_o || broadcast_done || broadcast_ready_i);
  assign last_of_word = waiting == lowest;

  assign event_valid_o = valid && visible && !event_done;
  assign broadcast_valid_o = valid && event_spike_o && !broadcast_done;
  assign empty_o = words_empty && !valid;

  always @(posedge clk_i) begin
    if (event_valid_o && event_ready_i) event_done <= 1'b1;
    if (broadcast_valid_o && broadcast_ready_i) broadcast_done <= 1'b1;
    if (valid && leaves) valid <= 1'b0;
    if (!valid) begin
      valid            <= kept_valid;
      event_done       <= 1'b0;
      broadcast_done   <= 1'b0;
      event_spike_o    <= |waiting;
      event_tick_end_o <= kept_tick_end && last_of_word;
      pass_end         <= kept_pass_end && last_of_word;
      event_level_o    <= level;
      event_neuron_o   <= first_of_local[INDEX_BITS-1:0] | neuron;
      if (kept_valid) given <= last_of_word ? {LANES{1'b0}} : given | lowest;
    end
    // Counted in the clock between two events.
    pass_left   <= valid && leaves && pass_end && !rst_i;
    tick_left_o <= valid && leaves && event_tick_end_o && !rst_i;
    low_full    <= &tick_o[15:0];
    if (pass_left) event_substep_o <= tick_left_o ? 8'd0 : event_substep_o + 1'b1;
    if (tick_left_o) begin
      tick_o[15:0] <= tick_o[15:0] + 1'b1;
      if (low_full) tick_o[31:16] <= tick_o[31:16] + 1'b1;
    end
    if (tick_write_i) tick_o <= tick_data_i;
    if (rst_i) begin
      valid           <= 1'b0;
      given           <= {LANES{1'b0}};
      event_done      <= 1'b0;
      broadcast_done  <= 1'b0;
      event_substep_o <= 8'd0;
      tick_o          <= 32'd0;
    end
  end

  wire unused_bits = &{1'b0, first_of_local, broadcast_ready_i, broadcast_valid_o};
endmodule
`default_nettype wire
