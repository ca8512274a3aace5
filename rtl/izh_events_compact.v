// izh_events_compact.v: retired updates become spikes and tick ends, for one lane and an update each four clocks
// SPDX-License-Identifier: Apache-2.0
// As izh_events, but an event stands at the output of the block memory until it has left, so that it needs no
// flip-flops. Nothing is dropped: while room_o is low the engine must launch no more updates; those under
// way, four at most, still find room.
`default_nettype none

module izh_events_compact #(
    parameter INDEX_BITS = 10,
    parameter DEPTH = 256
) (
    input  wire                  clk_i,
    input  wire                  rst_i,
    // Retired updates.
    input  wire                  spike_i,
    input  wire [INDEX_BITS-1:0] neuron_i,
    input  wire [           2:0] level_i,
    input  wire                  pass_end_i,
    input  wire [           7:0] last_substep_i,
    output reg                   tick_left_o,      // its events are out, a clock ago
    output reg                   room_o,
    // Events: a spike, the end of a tick, or both at once: the spike came first.
    output wire                  event_valid_o,
    input  wire                  event_ready_i,
    output wire                  event_spike_o,
    output wire                  event_tick_end_o,
    output reg  [           7:0] event_substep_o,
    output wire [           2:0] event_level_o,
    output wire [INDEX_BITS-1:0] event_neuron_o,
    // The same spikes for the synapses; neuron as event_neuron_o.
    output wire                  broadcast_valid_o,
    input  wire                  broadcast_ready_i
);
  localparam POINTER_BITS = $clog2(DEPTH);

  // ---- What comes in: sub-steps are counted, events kept -----------------------------------------

  reg [7:0] substep;
  reg last_substep;
  always @(posedge clk_i) begin
    last_substep <= substep == last_substep_i;
    if (pass_end_i) substep <= last_substep ? 8'd0 : substep + 1'b1;
    if (rst_i) substep <= 8'd0;
  end

  reg [POINTER_BITS-1:0] written, shown;
  wire [POINTER_BITS-1:0] inside = written - shown;
  wire write = spike_i || pass_end_i;
  wire pass_end;
  izh_memory #(.WIDTH(INDEX_BITS + 6), .DEPTH(DEPTH)) words (
      .clk_i(clk_i), .write_i(write), .write_address_i(written),
      .write_data_i({pass_end_i && last_substep, pass_end_i, level_i, spike_i, neuron_i}),
      .read_address_i(shown),
      .read_data_o({event_tick_end_o, pass_end, event_level_o, event_spike_o, event_neuron_o}));

  // ---- What goes out: the word at hand stands two clocks after its number ---------------------------

  reg [1:0] stood;
  reg event_done, broadcast_done;
  wire stands = stood[1];
  wire visible = event_spike_o || event_tick_end_o;
  // A clock after the synapses took the spike: their memories' turns would be the longest path.
  wire leaves = stands && (!visible || event_done || event_ready_i) && (!event_spike_o || broadcast_done);

  wire empty = inside == 0;
  assign event_valid_o = stands && visible && !event_done;
  assign broadcast_valid_o = stands && event_spike_o && !broadcast_done;

  always @(posedge clk_i) begin
    room_o <= !(&inside[POINTER_BITS-1:POINTER_BITS-4]);
    if (write) written <= written + 1'b1;
    if (leaves) shown <= shown + 1'b1;
    stood          <= empty || leaves ? 2'd0 : stands ? stood : stood + 1'b1;
    event_done     <= !leaves && (event_done || (event_valid_o && event_ready_i));
    broadcast_done <= !leaves && (broadcast_done || (broadcast_valid_o && broadcast_ready_i));
    tick_left_o    <= leaves && event_tick_end_o;
    if (leaves && pass_end) event_substep_o <= event_tick_end_o ? 8'd0 : event_substep_o + 1'b1;
    if (rst_i) begin
      written         <= 0;
      shown           <= 0;
      stood           <= 2'd0;
      event_done      <= 1'b0;
      broadcast_done  <= 1'b0;
      tick_left_o     <= 1'b0;
      event_substep_o <= 8'd0;
    end
  end
endmodule
`default_nettype wire
