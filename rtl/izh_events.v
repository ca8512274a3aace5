// izh_events.v: retired updates become a stream of spikes and tick ends on a valid/ready port
// SPDX-License-Identifier: Apache-2.0
// Nothing is dropped: while room_o is low the engine must issue no more slots than RESERVE.
`default_nettype none

module izh_events #(
    parameter INDEX_BITS = 10
) (
    input  wire                  clk_i,
    input  wire                  rst_i,
    // Retired updates.
    input  wire                  spike_i,
    input  wire [INDEX_BITS-1:0] neuron_i,
    input  wire [           2:0] level_i,
    input  wire                  pass_end_i,
    input  wire [           7:0] last_substep_i,
    output wire                  tick_end_o,     // a tick is over, its events are kept here
    output wire                  room_o,
    output wire                  empty_o,
    // Tick of the next event; may be set while empty.
    input  wire                  tick_write_i,
    input  wire [          31:0] tick_data_i,
    output reg  [          31:0] tick_o,
    // Events: a spike, the end of a tick, or both at once: the spike came first.
    output wire                  event_valid_o,
    input  wire                  event_ready_i,
    output wire                  event_spike_o,
    output wire                  event_tick_end_o,
    output reg  [           7:0] event_substep_o,
    output wire [           2:0] event_level_o,
    output wire [INDEX_BITS-1:0] event_neuron_o
);
  // ---- What comes in: sub-steps are counted, events kept -----------------------------------------

  reg [7:0] substep;
  reg last_substep, write;
  reg [INDEX_BITS+5:0] word;
  assign tick_end_o = write && word[INDEX_BITS+5];

  always @(posedge clk_i) begin
    last_substep <= substep == last_substep_i;
    if (pass_end_i) substep <= last_substep ? 8'd0 : substep + 1'b1;
    write <= spike_i || pass_end_i;
    word  <= {pass_end_i && last_substep, pass_end_i, spike_i, level_i, neuron_i};
    if (rst_i) begin
      substep <= 8'd0;
      write   <= 1'b0;
    end
  end

  // ---- What goes out: the end of a pass alone passes unseen ----------------------------------------

  wire word_valid, pass_end;
  wire visible = event_spike_o || event_tick_end_o;
  wire taken = word_valid && (!visible || event_ready_i);

  izh_block_fifo #(.WIDTH(INDEX_BITS + 6), .DEPTH(256), .RESERVE(64)) words (
      .clk_i(clk_i), .rst_i(rst_i), .write_i(write), .data_i(word),
      .room_o(room_o), .empty_o(empty_o),
      .valid_o(word_valid), .ready_i(!visible || event_ready_i),
      .data_o({event_tick_end_o, pass_end, event_spike_o, event_level_o, event_neuron_o}));

  assign event_valid_o = word_valid && visible;

  always @(posedge clk_i) begin
    if (taken && pass_end) event_substep_o <= event_tick_end_o ? 8'd0 : event_substep_o + 1'b1;
    if (taken && event_tick_end_o) tick_o <= tick_o + 32'd1;
    if (tick_write_i) tick_o <= tick_data_i;
    if (rst_i) begin
      event_substep_o <= 8'd0;
      tick_o          <= 32'd0;
    end
  end
endmodule
`default_nettype wire
