// izh_rows.v: the synapses of a lane: a spike becomes the words of its row, one a clock
// SPDX-License-Identifier: Apache-2.0
// docs/contract.md, "Synapses". A spike waits in a queue; where its row starts and ends is looked up,
// two clocks a row; then its words are read one after the other, and the next row follows without a
// gap.
`default_nettype none

module izh_rows #(
    parameter SYNAPSES = 65536,
    parameter ROWS = 2048,        // presynaptic neurons, times parts
    parameter TARGET_BITS = 10,
    parameter WEIGHT_BITS = 16,
    parameter DELTA_BITS = 6,
    parameter SLOT_BITS = 5,
    parameter ROW_BITS = $clog2(ROWS),
    parameter POINTER_BITS = $clog2(SYNAPSES + 1),
    parameter WORD_BITS = TARGET_BITS + WEIGHT_BITS + DELTA_BITS
) (
    input  wire                           clk_i,
    input  wire                           rst_i,
    // Spikes: the number of the row. The writer stops while row_room_o is low; four more may come.
    input  wire                           row_valid_i,
    input  wire        [    ROW_BITS-1:0] row_i,
    output reg                            row_room_o,
    // Events. While hold_i is high no word is read: seven clocks later there is no event.
    input  wire                           hold_i,
    input  wire        [   SLOT_BITS-1:0] next_slot_i,          // of the tick after the one that runs
    output reg                            event_o,
    output reg         [   SLOT_BITS-1:0] slot_o,
    output reg         [ TARGET_BITS-1:0] target_o,
    output reg  signed [ WEIGHT_BITS-1:0] weight_o,
    output wire                           busy_o,
    // Bus, only while nothing is under way: data seven clocks after the index; a write is one clock.
    input  wire                           bus_select_i,
    input  wire                           bus_write_synapse_i,
    input  wire                           bus_write_row_i,
    input  wire        [            23:0] bus_index_i,
    input  wire        [            31:0] bus_data_i,
    output wire        [   WORD_BITS-1:0] bus_synapse_o,
    output wire        [POINTER_BITS-1:0] bus_row_o
);
  localparam ADDRESS_BITS = $clog2(SYNAPSES);
  localparam QUEUE = 16;

  // ---- Spikes wait ---------------------------------------------------------------------------------

  reg phase;       // 0: the start of a row is asked for, 1: its end
  reg [4:0] queued;
  wire queue_valid;
  wire [ROW_BITS-1:0] queue_row;

  izh_fifo #(.WIDTH(ROW_BITS), .DEPTH(QUEUE)) queue (
      .clk_i(clk_i), .rst_i(rst_i), .write_i(row_valid_i), .data_i(row_i),
      .valid_o(queue_valid), .ready_i(phase), .data_o(queue_row));

  // ---- Where the row starts and ends ---------------------------------------------------------------
  // Clock 0: a row stands at the queue's output and its look-up begins.

  // Looked up and not yet begun, 0..5: as many as ready_rows holds.
  reg [2:0] ranges;
  wire look_up = queue_valid && !phase && !(ranges[2] && ranges[0]);

  reg [ROW_BITS-1:0] end_index;
  wire [POINTER_BITS-1:0] end_3;
  reg [POINTER_BITS-1:0] end_4;   // behind the row before in clock 4, behind the row in clock 5
  reg at_1, at_2, at_3, at_4, at_5, at_6;
  reg zero_1, zero_2, zero_3, zero_4;  // row 0 starts at 0
  reg [POINTER_BITS-1:0] start_5, start_6, length_6;
  wire dropped = at_6 && length_6 == {POINTER_BITS{1'b0}};

  izh_memory #(.WIDTH(POINTER_BITS), .DEPTH(ROWS)) ends (
      .clk_i(clk_i), .write_i(bus_write_row_i), .write_address_i(end_index),
      .write_data_i(bus_data_i[POINTER_BITS-1:0]), .read_address_i(end_index),
      .read_data_o(end_3));
  assign bus_row_o = end_3;

  always @(posedge clk_i) begin
    phase     <= look_up;
    end_index <= bus_select_i ? bus_index_i[ROW_BITS-1:0] : phase ? queue_row : queue_row - 1'b1;
    {at_6, at_5, at_4, at_3, at_2, at_1} <= {at_5, at_4, at_3, at_2, at_1, look_up};
    {zero_4, zero_3, zero_2, zero_1} <= {zero_3, zero_2, zero_1, queue_row == {ROW_BITS{1'b0}}};
    end_4    <= end_3;
    start_5  <= zero_4 ? {POINTER_BITS{1'b0}} : end_4;
    start_6  <= start_5;
    length_6 <= end_4 - start_5;

    queued     <= queued + {4'd0, row_valid_i} - {4'd0, phase};
    row_room_o <= queued < QUEUE - 5;
    if (rst_i) begin
      phase                                <= 1'b0;
      {at_6, at_5, at_4, at_3, at_2, at_1} <= 6'd0;
      queued                               <= 5'd0;
      row_room_o                           <= 1'b0;
    end
  end

  // ---- Its words, one after the other --------------------------------------------------------------

  wire range_valid;
  wire [POINTER_BITS-1:0] range_start, range_length;
  reg walking, first, last, begun;
  reg [ADDRESS_BITS-1:0] index;
  reg [POINTER_BITS-1:0] left;
  wire read = walking && !hold_i;
  wire next = !walking || (read && last);

  izh_fifo #(.WIDTH(2 * POINTER_BITS), .DEPTH(4)) ready_rows (
      .clk_i(clk_i), .rst_i(rst_i), .write_i(at_6 && !dropped), .data_i({start_6, length_6}),
      .valid_o(range_valid), .ready_i(next), .data_o({range_start, range_length}));

  always @(posedge clk_i) begin
    begun  <= next && range_valid;
    ranges <= ranges + {2'd0, look_up} - {2'd0, dropped} - {2'd0, begun};
    if (next) begin
      walking <= range_valid;
      first   <= 1'b1;
      last    <= range_length == 1;
      index   <= range_start[ADDRESS_BITS-1:0];
      left    <= range_length;
    end else if (read) begin
      first <= 1'b0;
      last  <= left == 2;
      index <= index + 1'b1;
      left  <= left - 1'b1;
    end
    if (bus_select_i) index <= bus_index_i[ADDRESS_BITS-1:0];
    if (rst_i) begin
      begun   <= 1'b0;
      ranges  <= 3'd0;
      walking <= 1'b0;
    end
  end

  // ---- A word becomes an event: six clocks after its index, one more for its slot -----------------

  reg [6:1] read_line, first_line;
  wire [DELTA_BITS-1:0] delta_6;
  wire [WEIGHT_BITS-1:0] weight_6;
  wire [TARGET_BITS-1:0] target_6;

  izh_store #(.WIDTH(WORD_BITS), .DEPTH(SYNAPSES)) synapses (
      .clk_i(clk_i), .write_i(bus_write_synapse_i), .write_address_i(index),
      .write_data_i(bus_data_i[WORD_BITS-1:0]), .read_address_i(index),
      .read_data_o({delta_6, weight_6, target_6}));
  assign bus_synapse_o = {delta_6, weight_6, target_6};

  // Slots are counted modulo their number: of a longer delta the low bits count.
  wire [DELTA_BITS+SLOT_BITS-1:0] longer = {{SLOT_BITS{1'b0}}, delta_6};

  always @(posedge clk_i) begin
    read_line  <= {read_line[5:1], read};
    first_line <= {first_line[5:1], first};
    event_o    <= read_line[6];
    if (read_line[6]) slot_o <= (first_line[6] ? next_slot_i : slot_o) + longer[SLOT_BITS-1:0];
    target_o <= target_6;
    weight_o <= weight_6;
    if (rst_i) {event_o, read_line} <= 7'd0;
  end

  assign busy_o = queued != 5'd0 || ranges != 3'd0 || walking || |read_line || event_o;

  wire unused_bits = &{1'b0, range_start, bus_index_i, bus_data_i, longer};
endmodule
`default_nettype wire
