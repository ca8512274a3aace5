// izh_link_stream.v: events and samples of the engine become words of 16 bits
// SPDX-License-Identifier: Apache-2.0
// docs/link.md, "Stream". While the link is blocked the engine waits, or, when lossy, what it gives is
// counted. A count that stands at its end makes the engine wait even then: nothing is lost uncounted.
`default_nettype none
`include "izh_link.vh"

module izh_link_stream #(
    parameter X_BITS = 20,
    parameter W_BITS = 24,
    parameter INDEX_BITS = 10,  // of a neuron, up to 16
    parameter COUNT_BITS = 12   // of counts, 12 to 24
) (
    input  wire                     clk_i,
    input  wire                     rst_i,
    input  wire                     lossy_i,
    input  wire                     blocked_i,   // no room for words, maybe for long
    // Events: a spike, the end of a tick, or both at once: the spike came first.
    input  wire                     event_valid_i,
    output wire                     event_ready_o,
    input  wire                     event_spike_i,
    input  wire                     event_tick_end_i,
    input  wire [              7:0] event_substep_i,
    input  wire [              2:0] event_level_i,
    input  wire [   INDEX_BITS-1:0] event_neuron_i,
    // Samples of the probe.
    input  wire                     probe_valid_i,
    output wire                     probe_ready_o,
    input  wire [   INDEX_BITS-1:0] probe_neuron_i,
    input  wire signed [X_BITS-1:0] probe_x_i,
    input  wire signed [W_BITS-1:0] probe_w_i,
    input  wire [              2:0] probe_level_i,
    // Words.
    output reg                      word_valid_o,
    input  wire                     word_ready_i,
    output reg  [             15:0] word_o
);
  // What the words so far have said.
  reg [7:0] substep;
  wire same_page;
  wire [11:0] page_word;
  reg [COUNT_BITS-1:0] ticks, lost_spikes, lost_samples;  // to be said

  wire [15:0] neuron = {{(16 - INDEX_BITS) {1'b0}}, event_neuron_i};
  wire free = !word_valid_o || word_ready_i;
  wire full = &ticks || &lost_spikes;

  // ---- What comes next ------------------------------------------------------------------------------

  reg [2:0] sample_left;  // words of a sample behind its first
  reg sample_turn;        // an event went last
  reg [11:0] high_said;   // high bits of the count that comes next, as the host has them
  wire in_sample = sample_left != 3'd0;
  wire drop = lossy_i && blocked_i && !in_sample;

  wire say_samples = lost_samples != 0, say_spikes = lost_spikes != 0, say_ticks = ticks != 0;
  wire counts = say_samples || say_spikes || say_ticks;
  wire sample = probe_valid_i && !counts && (sample_turn || !event_valid_i);
  wire event_now = event_valid_i && !counts && !sample;
  wire new_substep = event_spike_i && substep != event_substep_i;
  wire new_page = event_spike_i && !same_page;

  wire [23:0] count = say_samples ? {{(24 - COUNT_BITS) {1'b0}}, lost_samples}
      : say_spikes ? {{(24 - COUNT_BITS) {1'b0}}, lost_spikes} : {{(24 - COUNT_BITS) {1'b0}}, ticks};
  wire high = count[23:12] != high_said;

  wire go = free && !drop;
  wire event_dropped = drop && event_valid_i && !full;
  wire event_said = go && !in_sample && event_now && !new_substep && !new_page;
  wire sample_dropped = drop && probe_valid_i && !(&lost_samples);
  assign event_ready_o = event_dropped || event_said;
  assign probe_ready_o = sample_dropped || (go && sample_left == 3'd1);

  wire [31:0] w = {{(32 - W_BITS) {probe_w_i[W_BITS-1]}}, probe_w_i};
  wire [31:0] x = {{(32 - X_BITS) {probe_x_i[X_BITS-1]}}, probe_x_i};

  always @(posedge clk_i) begin
    if (word_ready_i) word_valid_o <= 1'b0;
    if (go) begin
      if (in_sample) begin
        word_valid_o <= 1'b1;
        sample_left  <= sample_left - 1'b1;
        case (sample_left)
          3'd5: word_o <= {{(16 - INDEX_BITS) {1'b0}}, probe_neuron_i};
          3'd4: word_o <= w[15:0];
          3'd3: word_o <= w[31:16];
          3'd2: word_o <= x[15:0];
          default: word_o <= x[31:16];
        endcase
      end else if (counts) begin
        word_valid_o <= 1'b1;
        high_said    <= high ? count[23:12] : 12'd0;
        word_o       <= high ? {`IZH_WORD_HIGH, count[23:12]}
            : {say_samples ? `IZH_WORD_LOST_SAMPLES : say_spikes ? `IZH_WORD_LOST_SPIKES : `IZH_WORD_TICKS,
               count[11:0]};
      end else if (sample) begin
        word_valid_o <= 1'b1;
        sample_left  <= 3'd5;
        sample_turn  <= 1'b0;
        word_o       <= {`IZH_WORD_SAMPLE, 9'd0, probe_level_i};
      end else if (event_now && event_spike_i) begin
        word_valid_o <= 1'b1;
        sample_turn  <= 1'b1;
        if (new_substep) substep <= event_substep_i;
        word_o <= new_substep ? {`IZH_WORD_SUBSTEP, 4'd0, event_substep_i}
            : new_page ? {`IZH_WORD_PAGE, page_word} : {`IZH_WORD_SPIKE, event_level_i, neuron[11:0]};
      end
    end

    // A count that is said begins anew with what comes in the same clock: nothing does, for what comes
    // is taken only when no count waits, or dropped while nothing is said.
    if (go && !in_sample && counts && !high) begin
      if (say_samples) lost_samples <= 0;
      else if (say_spikes) lost_spikes <= 0;
      else begin
        ticks   <= 0;
        substep <= 8'd0;
      end
    end
    if (event_ready_o && event_tick_end_i) ticks <= ticks + 1'b1;
    if (event_dropped && event_spike_i) lost_spikes <= lost_spikes + 1'b1;
    if (sample_dropped) lost_samples <= lost_samples + 1'b1;

    if (rst_i) begin
      word_valid_o <= 1'b0;
      substep      <= 8'd0;
      ticks        <= 0;
      lost_spikes  <= 0;
      lost_samples <= 0;
      sample_left  <= 3'd0;
      sample_turn  <= 1'b0;
      high_said    <= 12'd0;
    end
  end

  // Neurons beyond 4096 have more bits than a spike's word.
  generate
    if (INDEX_BITS > 12) begin : g_page
      reg [3:0] page;
      assign same_page = page == neuron[15:12];
      assign page_word = {8'd0, neuron[15:12]};
      always @(posedge clk_i)
        if (rst_i) page <= 4'd0;
        else if (go && !in_sample && event_now && !new_substep && new_page) page <= neuron[15:12];
    end else begin : g_one_page
      assign same_page = 1'b1;
      assign page_word = 12'd0;
      wire unused_bits = &{1'b0, neuron[15:12]};
    end
  endgenerate
endmodule
`default_nettype wire
