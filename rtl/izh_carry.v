// izh_carry.v: spikes on their way to the lanes, and again for each further part of their rows
// SPDX-License-Identifier: Apache-2.0
// docs/contract.md, "Synapses": the rows of a part are read SLOTS-1 ticks after those of the part
// before. Until then a spike waits in a queue; marks in it divide the ticks.
`default_nettype none

module izh_carry #(
    parameter INDEX_BITS = 10,
    parameter SLOTS = 32,
    parameter PARTS = 2,           // 1, 2 or 4
    parameter DEPTH = 1024,        // spikes and marks under way
    parameter ROW_BITS = INDEX_BITS + $clog2(PARTS)
) (
    input  wire                  clk_i,
    input  wire                  rst_i,
    input  wire                  clear_i,      // forget: while nothing runs
    // Ticks.
    input  wire                  started_i,
    input  wire                  tick_left_i,  // every spike of the tick has come
    output wire                  busy_o,
    output reg                   lost_o,       // a part, this clock
    // Spikes of the tick.
    input  wire                  spike_valid_i,
    output wire                  spike_ready_o,
    input  wire [INDEX_BITS-1:0] spike_i,
    // Rows to read: neuron, part.
    input  wire                  room_i,       // four more after it falls
    output reg                   row_valid_o,
    output reg  [  ROW_BITS-1:0] row_o
);
  generate
    if (PARTS == 1) begin : g_at_once
      assign spike_ready_o = room_i;
      assign busy_o = row_valid_o;
      always @(posedge clk_i) begin
        row_valid_o <= spike_valid_i && room_i && !rst_i;
        row_o       <= spike_i;
        lost_o      <= 1'b0;
      end
      wire unused_bits = &{1'b0, clear_i, started_i, tick_left_i};
    end else begin : g_again
      localparam PART_BITS = $clog2(PARTS);
      localparam MARK_BITS = $clog2(SLOTS);
      localparam [MARK_BITS-1:0] FULL = {MARK_BITS{1'b1}};  // SLOTS - 1

      // A word: mark, neuron, part.
      reg write;
      reg [ROW_BITS:0] data;
      wire room, queue_valid, queue_empty, mark;
      wire [INDEX_BITS-1:0] neuron;
      wire [PART_BITS-1:0] part;
      reg due;                     // the spikes of this tick's turn come out
      reg mark_owed;
      reg [MARK_BITS-1:0] marks;

      wire carried = due && queue_valid && !mark && room_i;
      wire turn_over = due && queue_valid && mark;
      wire fresh = spike_valid_i && room_i && !carried;
      wire further = part != {PART_BITS{1'b1}};
      assign spike_ready_o = room_i && !carried;

      wire [ROW_BITS-1:0] next_part = {neuron, part} + 1'b1;
      wire [ROW_BITS-1:0] second_part = {spike_i, {PART_BITS{1'b0}}} + 1'b1;
      wire again = fresh || (carried && further);

      izh_block_fifo #(.WIDTH(ROW_BITS + 1), .DEPTH(DEPTH), .RESERVE(SLOTS + 8)) queue (
          .clk_i(clk_i), .rst_i(rst_i || clear_i), .write_i(write), .data_i(data),
          .room_o(room), .empty_o(queue_empty),
          .valid_o(queue_valid), .ready_i(carried || turn_over), .data_o({mark, neuron, part}));

      // Room is told a few words late; they and the marks fit into the reserve.
      assign busy_o = due || mark_owed || write || row_valid_o;
      wire unused_bits = &{1'b0, queue_empty};

      always @(posedge clk_i) begin
        row_valid_o <= carried || fresh;
        row_o       <= carried ? {neuron, part} : {spike_i, {PART_BITS{1'b0}}};

        write     <= again ? room : mark_owed && !due && !tick_left_i;
        data      <= again ? {1'b0, carried ? next_part : second_part} : {1'b1, {ROW_BITS{1'b0}}};
        lost_o    <= again && !room;
        if (mark_owed && !due && !again && !tick_left_i) begin
          mark_owed <= 1'b0;
          marks     <= marks + 1'b1;
        end
        if (tick_left_i) mark_owed <= 1'b1;
        if (started_i) due <= marks == FULL;
        if (turn_over) begin
          due   <= 1'b0;
          marks <= marks - 1'b1;
        end
        if (rst_i || clear_i) begin
          row_valid_o <= 1'b0;
          write       <= 1'b0;
          due         <= 1'b0;
          mark_owed   <= 1'b0;
          marks       <= {MARK_BITS{1'b0}};
          lost_o      <= 1'b0;
        end
      end
    end
  endgenerate
endmodule
`default_nettype wire
