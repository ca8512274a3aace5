// izh_sequencer.v: which neuron is updated next: ticks, sub-steps, slots, and when to wait
// SPDX-License-Identifier: Apache-2.0
// A tick is SUBSTEPS passes over the neurons. A pass has a slot for every neuron, and at least
// PASS_SLOTS slots, so that a neuron is back in its memory before it is read again; slots beyond the
// neurons stay empty. Slots are drawn up ahead (with the probe flag of their neuron) and issued, one
// a clock, while the event and probe paths have room for what they may produce.
`default_nettype none

module izh_sequencer #(
    parameter INDEX_BITS = 10,
    parameter PASS_SLOTS = 40,
    parameter PROBE_DEPTH = 16
) (
    input  wire                  clk_i,
    input  wire                  rst_i,
    // Run control. Settings are taken over at the start of each tick.
    input  wire [INDEX_BITS-1:0] last_neuron_i,
    input  wire [           7:0] last_substep_i,
    input  wire                  start_i,        // a tick may start
    output wire                  started_o,      // it does, this clock
    output wire                  between_o,      // no tick is being drawn up
    // Probe flag of a neuron, two clocks after its index.
    output wire [INDEX_BITS-1:0] flag_index_o,
    input  wire                  flag_i,
    // Room behind the pipeline.
    input  wire                  event_room_i,
    input  wire                  probe_taken_i,  // a probe sample has left
    // The slot that enters the pipeline.
    output reg                   issue_o,        // it holds a neuron
    output reg  [INDEX_BITS-1:0] issue_index_o,
    output reg                   issue_probe_o,
    output reg                   issue_pass_end_o,
    output reg                   issue_tick_end_o
);
  localparam SLOT_BITS = (INDEX_BITS > $clog2(PASS_SLOTS)) ? INDEX_BITS : $clog2(PASS_SLOTS);
  localparam [SLOT_BITS-1:0] SHORTEST_LAST = PASS_SLOTS - 1;
  localparam CREDIT_BITS = $clog2(PROBE_DEPTH) + 1;

  // ---- Slots are drawn up -------------------------------------------------------------------------

  reg running;
  reg [SLOT_BITS-1:0] slot, last_slot, last_neuron;
  reg [7:0] substep, last_substep;
  reg [3:0] ahead;  // drawn up and not issued, 0..8

  wire draw = running && !ahead[3];
  wire pass_end = slot == last_slot;
  wire tick_end = pass_end && substep == last_substep;
  wire occupied = slot <= last_neuron;

  wire [SLOT_BITS-1:0] last_neuron_wide;
  generate
    if (SLOT_BITS == INDEX_BITS) begin : g_same
      assign last_neuron_wide = last_neuron_i;
    end else begin : g_wider
      assign last_neuron_wide = {{(SLOT_BITS - INDEX_BITS) {1'b0}}, last_neuron_i};
    end
  endgenerate

  // The next tick follows without a gap.
  assign between_o = !running;
  assign started_o = start_i && (!running || (draw && tick_end));
  assign flag_index_o = slot[INDEX_BITS-1:0];

  always @(posedge clk_i) begin
    if (draw) begin
      slot <= pass_end ? {SLOT_BITS{1'b0}} : slot + 1'b1;
      if (pass_end) substep <= tick_end ? 8'd0 : substep + 1'b1;
      if (tick_end) running <= 1'b0;
    end
    if (started_o) begin
      running      <= 1'b1;
      last_neuron  <= last_neuron_wide;
      last_slot    <= last_neuron_wide < SHORTEST_LAST ? SHORTEST_LAST : last_neuron_wide;
      last_substep <= last_substep_i;
    end
    if (rst_i) begin
      running <= 1'b0;
      slot    <= 0;
      substep <= 8'd0;
    end
  end

  // ---- They wait here for their probe flag and for room --------------------------------------------

  wire slot_valid_2, slot_valid, slot_occupied, slot_pass_end, slot_tick_end, slot_probe;
  wire [INDEX_BITS-1:0] slot_index;
  wire [INDEX_BITS+2:0] drawn_2;

  izh_delay #(.WIDTH(INDEX_BITS + 3), .CLOCKS(2)) delay_drawn (
      .clk_i(clk_i), .d_i({occupied, pass_end, tick_end, slot[INDEX_BITS-1:0]}), .q_o(drawn_2));
  izh_delay #(.WIDTH(1), .CLOCKS(2)) delay_draw (
      .clk_i(clk_i), .d_i(draw && !rst_i), .q_o(slot_valid_2));

  reg [CREDIT_BITS-1:0] credits;  // probe samples that may still be issued
  wire wants_probe = slot_occupied && slot_probe;
  wire issue = slot_valid && event_room_i && !(wants_probe && credits == 0);
  wire unused_ready;

  izh_fifo #(.WIDTH(INDEX_BITS + 4), .DEPTH(8)) waiting (
      .clk_i(clk_i), .rst_i(rst_i),
      .valid_i(slot_valid_2), .ready_o(unused_ready), .data_i({flag_i, drawn_2}),
      .valid_o(slot_valid), .ready_i(issue),
      .data_o({slot_probe, slot_occupied, slot_pass_end, slot_tick_end, slot_index}));

  always @(posedge clk_i) begin
    ahead   <= ahead + {3'd0, draw} - {3'd0, issue};
    credits <= credits + {{(CREDIT_BITS - 1) {1'b0}}, probe_taken_i}
        - {{(CREDIT_BITS - 1) {1'b0}}, issue && wants_probe};

    issue_o          <= issue && slot_occupied;
    issue_index_o    <= slot_index;
    issue_probe_o    <= issue && wants_probe;
    issue_pass_end_o <= issue && slot_pass_end;
    issue_tick_end_o <= issue && slot_tick_end;

    if (rst_i) begin
      ahead            <= 4'd0;
      credits          <= PROBE_DEPTH[CREDIT_BITS-1:0];
      issue_o          <= 1'b0;
      issue_probe_o    <= 1'b0;
      issue_pass_end_o <= 1'b0;
      issue_tick_end_o <= 1'b0;
    end
  end
endmodule
`default_nettype wire
