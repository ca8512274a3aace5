// izh_sequencer.v: which neurons are updated next: ticks, sub-steps, slots, and when to wait
// SPDX-License-Identifier: Apache-2.0
// Lanes run side by side: a slot is one local number, that of a neuron in each lane.
// A tick is SUBSTEPS passes over the neurons. A pass has a slot for every neuron, and at least
// PASS_SLOTS slots, so that a neuron is back in its memory before it is read again; slots beyond the
// neurons stay empty. Slots are drawn up ahead (with the probe flag of their neuron) and issued, one
// a clock, while the event and probe paths have room for what they may produce.
`default_nettype none

module izh_sequencer #(
    parameter INDEX_BITS = 10,
    parameter PASS_SLOTS = 40,
    parameter PROBE_DEPTH = 16,
    parameter LANES = 1,
    parameter NETWORK = 1        // inputs are prepared before the first sub-step of a tick
) (
    input  wire                  clk_i,
    input  wire                  rst_i,
    // Run control. The settings are still while a tick is under way.
    input  wire [INDEX_BITS-1:0] last_neuron_i,
    input  wire [     LANES-1:0] full_lanes_i,   // have a neuron of that number
    input  wire [           7:0] last_substep_i,
    input  wire                  start_i,        // a tick may start
    output reg                   started_o,      // one has, a clock ago
    output wire                  between_o,      // no tick is being drawn up
    // Probe flags of a slot, two clocks after its index.
    output wire [INDEX_BITS-1:0] flag_index_o,
    input  wire [     LANES-1:0] flag_i,
    // Room behind the pipeline, input before it.
    input  wire                  event_room_i,
    input  wire                  probe_taken_i,  // the samples of a slot have left
    input  wire                  prepared_i,     // the input of one more slot of this tick
    // The update that enters the pipeline.
    output reg                   issue_o,
    output reg  [INDEX_BITS-1:0] issue_index_o,
    output reg  [     LANES-1:0] issue_probe_o
);
  localparam SLOT_BITS = (INDEX_BITS > $clog2(PASS_SLOTS)) ? INDEX_BITS : $clog2(PASS_SLOTS);
  localparam [SLOT_BITS-1:0] SHORTEST_LAST = PASS_SLOTS - 1;
  localparam SAMPLES_BITS = $clog2(PROBE_DEPTH) + 1;

  // ---- Slots are drawn up -------------------------------------------------------------------------
  // What is true of the slot at hand is kept in flops, worked out with the slot before it.

  reg running;
  reg [INDEX_BITS-1:0] index;
  reg [SLOT_BITS-1:0] slots_left, last_slot;  // in this pass, behind the slot at hand
  reg [INDEX_BITS-1:0] neurons_left;          // likewise
  reg occupied, pass_end, tick_end;
  reg [7:0] substeps_left;
  reg first_pass, last_pass;
  reg [2:0] ahead;                            // drawn up and not issued, 0..5
  reg stop;                                   // it is 5

  wire draw = running && !stop;
  wire start = start_i && (!running || (draw && tick_end));  // the next tick follows without a gap

  wire [SLOT_BITS-1:0] last_neuron;
  generate
    if (SLOT_BITS == INDEX_BITS) begin : g_same
      assign last_neuron = last_neuron_i;
    end else begin : g_wider
      assign last_neuron = {{(SLOT_BITS - INDEX_BITS) {1'b0}}, last_neuron_i};
    end
  endgenerate

  assign between_o = !running;
  assign flag_index_o = index;

  always @(posedge clk_i) begin
    last_slot <= last_neuron < SHORTEST_LAST ? SHORTEST_LAST : last_neuron;
    last_pass <= substeps_left == 8'd0;
    started_o <= start;

    if (draw || !running) begin
      index         <= index + 1'b1;
      slots_left    <= slots_left - 1'b1;
      pass_end      <= slots_left == 1;
      tick_end      <= slots_left == 1 && last_pass;
      neurons_left  <= neurons_left - 1'b1;
      if (neurons_left == {INDEX_BITS{1'b0}}) occupied <= 1'b0;
      if (pass_end || !running) begin
        index         <= {INDEX_BITS{1'b0}};
        slots_left    <= last_slot;
        occupied      <= 1'b1;
        neurons_left  <= last_neuron_i;
        pass_end      <= 1'b0;
        tick_end      <= 1'b0;
      end
    end
    if (draw && pass_end) begin
      substeps_left <= substeps_left - 1'b1;
      first_pass    <= 1'b0;
    end
    if (!running || (draw && tick_end)) begin
      running       <= start;
      first_pass    <= 1'b1;
      substeps_left <= last_substep_i;
    end
    if (rst_i) running <= 1'b0;
  end

  // ---- They wait here for their probe flag and for room --------------------------------------------

  wire drawn_2, slot_valid, slot_occupied, slot_first, occupied_2, first_2, last_2;
  wire [LANES-1:0] slot_probe;
  wire [INDEX_BITS-1:0] index_2, slot_index;

  izh_delay #(.WIDTH(INDEX_BITS + 4), .CLOCKS(2)) delay_drawn (
      .clk_i(clk_i),
      .d_i({draw && !rst_i, first_pass, occupied, neurons_left == {INDEX_BITS{1'b0}}, index}),
      .q_o({drawn_2, first_2, occupied_2, last_2, index_2}));

  // A lane without a neuron in this slot has nothing to probe.
  wire [LANES-1:0] probe_2 = flag_i & {LANES{occupied_2}} & (full_lanes_i | {LANES{!last_2}});

  // Probe samples under way. Their count follows behind: up to three have been issued that it and
  // blocked do not show, and the probe's FIFO holds PROBE_DEPTH words and one at its output.
  reg [SAMPLES_BITS-1:0] samples;
  reg blocked;
  wire has_input;
  wire issue = slot_valid && event_room_i && !(|slot_probe && blocked)
      && (has_input || !slot_first);

  izh_fifo #(.WIDTH(INDEX_BITS + 2 + LANES), .DEPTH(4)) slots (
      .clk_i(clk_i), .rst_i(rst_i), .write_i(drawn_2),
      .data_i({probe_2, first_2 && occupied_2, occupied_2, index_2}),
      .valid_o(slot_valid), .ready_i(issue),
      .data_o({slot_probe, slot_first, slot_occupied, slot_index}));

  generate
    if (NETWORK != 0) begin : g_prepared
      reg [INDEX_BITS:0] ahead_of_issue;  // slots prepared and not issued
      reg some;
      wire used = issue && slot_first;
      assign has_input = some;
      always @(posedge clk_i) begin
        ahead_of_issue <= ahead_of_issue + {{INDEX_BITS{1'b0}}, prepared_i}
            - {{INDEX_BITS{1'b0}}, used};
        some <= prepared_i || ahead_of_issue > {{INDEX_BITS{1'b0}}, used};
        if (rst_i) begin
          ahead_of_issue <= {(INDEX_BITS + 1) {1'b0}};
          some           <= 1'b0;
        end
      end
    end else begin : g_at_hand
      assign has_input = 1'b1;
      wire unused_bits = &{1'b0, prepared_i};
    end
  endgenerate

  always @(posedge clk_i) begin
    if (draw && !issue) ahead <= ahead + 3'd1;
    if (issue && !draw) ahead <= ahead - 3'd1;
    stop      <= !issue && (ahead == 3'd5 || (ahead == 3'd4 && draw));
    samples   <= samples + {{(SAMPLES_BITS - 1) {1'b0}}, |issue_probe_o}
        - {{(SAMPLES_BITS - 1) {1'b0}}, probe_taken_i};
    blocked   <= samples >= PROBE_DEPTH[SAMPLES_BITS-1:0] - 1'b1;

    issue_o       <= issue && slot_occupied;
    issue_index_o <= slot_index;
    issue_probe_o <= slot_probe & {LANES{issue}};

    if (rst_i) begin
      ahead         <= 3'd0;
      stop          <= 1'b0;
      samples       <= {SAMPLES_BITS{1'b0}};
      issue_o       <= 1'b0;
      issue_probe_o <= {LANES{1'b0}};
    end
  end
endmodule
`default_nettype wire
