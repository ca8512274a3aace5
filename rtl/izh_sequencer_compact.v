// izh_sequencer_compact.v: which neuron next, one slot every four clocks
// SPDX-License-Identifier: Apache-2.0
// A slot is four phases. Its neuron's number stands at the memories in all of them; what it reads is
// there in phase 2, when the update is launched or has to wait for the next slot. While inputs are
// prepared every second slot belongs to the neuron whose record the preparation wants.
`default_nettype none

module izh_sequencer_compact #(
    parameter INDEX_BITS = 10
) (
    input  wire                  clk_i,
    input  wire                  rst_i,
    input  wire [           2:0] phase_i,           // of two slots
    input  wire [INDEX_BITS-1:0] last_neuron_i,
    input  wire [           7:0] last_substep_i,
    input  wire                  start_i,           // a tick may start
    output reg                   started_o,         // one has: in phase 0
    output wire                  between_o,         // no tick has slots left
    // Room for what an update may give.
    input  wire                  event_room_i,
    input  wire                  probe_taken_i,
    // Preparation: the neuron that is looked up, and the first that is not ready.
    input  wire                  preparing_i,
    input  wire [INDEX_BITS-1:0] prepare_index_i,
    input  wire [INDEX_BITS-1:0] prepared_index_i,
    // The slot.
    output wire [INDEX_BITS-1:0] index_o,
    input  wire                  flag_i,            // its neuron is probed: phase 2
    output wire                  launch_o           // phase 2
);
  // A neuron is read again five slots later at the earliest: then its new state is there.
  localparam [2:0] SHORTEST_LAST = 3'd4;

  reg running, occupied, first_pass, go, launched;
  reg [INDEX_BITS-1:0] neuron;
  reg [2:0] spare;            // slots that this pass must have, behind the one at hand
  reg [7:0] substeps_left;
  reg sampled;                // a sample is under way, or waits

  wire looks_up = preparing_i && phase_i[2];
  wire ready = !first_pass || !preparing_i || neuron != prepared_index_i;
  wire start = start_i && !running && (&phase_i);
  wire slot_end = phase_i[1:0] == 2'd3 && running && !looks_up;
  wire pass_end = spare == 3'd0 && (!occupied || neuron == last_neuron_i);

  assign between_o = !running;
  assign index_o = looks_up ? prepare_index_i : neuron;
  assign launch_o = go && phase_i[1:0] == 2'd2 && !(flag_i && sampled);

  always @(posedge clk_i) begin
    started_o <= start;
    launched  <= launch_o;
    if (phase_i[1:0] == 2'd0)
      go <= running && occupied && !started_o && !looks_up && event_room_i && ready;
    sampled <= (launch_o && flag_i) || (sampled && !probe_taken_i);

    if (slot_end && (launched || !occupied)) begin
      neuron   <= neuron + 1'b1;
      occupied <= occupied && neuron != last_neuron_i;
      if (spare != 3'd0) spare <= spare - 3'd1;
    end
    if (start || (slot_end && (launched || !occupied) && pass_end)) begin
      neuron        <= {INDEX_BITS{1'b0}};
      occupied      <= 1'b1;
      spare         <= SHORTEST_LAST;
      first_pass    <= start;
      substeps_left <= start ? last_substep_i : substeps_left - 8'd1;
      running       <= start || substeps_left != 8'd0;
    end

    if (rst_i) begin
      running   <= 1'b0;
      go        <= 1'b0;
      launched  <= 1'b0;
      started_o <= 1'b0;
      sampled   <= 1'b0;
    end
  end
endmodule
`default_nettype wire
