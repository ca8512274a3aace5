// izh_synapses_compact.v: synapses, accumulators and biases in five single-port blocks
// SPDX-License-Identifier: Apache-2.0
// docs/contract.md, "Synapses". Two clocks are a turn: the store reads, or writes, two words of 16
// bits, and in the turn after it the ring reads an accumulator and writes it back. A synapse, a pair
// of row ends, a bias, or a spike that waits for the next part of its row is one turn of the store.
//
//   store, words of 16 bits                         ring
//   2 i           delta, target of synapse i        slot DEPTH + neuron: an accumulator
//   2 i + 1       weight of synapse i
//   ROWS_AT + r   END of row r
//   BIASES_AT + 2 n, + 1                            bias of neuron n, low word first
//   CARRY_AT + k  spikes with parts to come, and marks between the ticks
`default_nettype none
`include "izh_map.vh"

module izh_synapses_compact #(
    parameter W_BITS = 24,
    parameter DEPTH = 1024,            // neurons, a power of two
    parameter SYNAPSES = 20480,
    parameter WEIGHT_BITS = 16,        // at most 16
    parameter DELTA_BITS = 4,          // at most 16 with the bits of a target
    parameter ACCUMULATOR_BITS = 16,   // at most 16
    parameter SLOTS = 16,
    parameter PARTS = 4,
    parameter CARRY_DEPTH = 2048,      // spikes and marks under way, a power of two
    parameter INDEX_BITS = $clog2(DEPTH),
    parameter SLOT_BITS = $clog2(SLOTS),
    parameter RING_BITS = SLOT_BITS + INDEX_BITS
) (
    input  wire                               clk_i,
    input  wire                               rst_i,
    input  wire                               second_i,         // clock of a turn
    // Ticks.
    input  wire                               started_i,
    input  wire                               tick_left_i,      // every spike of the tick has come
    input  wire        [       SLOT_BITS-1:0] slot_i,           // of the tick that runs
    input  wire        [       SLOT_BITS-1:0] next_slot_i,      // of the one after it
    output wire                               busy_o,
    output reg                                lost_o,           // a part, this clock
    output wire                               event_o,          // for those who count
    // Spikes of the tick.
    input  wire                               spike_valid_i,
    output wire                               spike_ready_o,
    input  wire        [      INDEX_BITS-1:0] spike_i,
    // A neuron takes its input. Told in the second clock 3: the bias is there in clock 6, the sum
    // from clock 8 on.
    input  wire                               take_3_i,
    input  wire        [      INDEX_BITS-1:0] take_index_i,     // clocks 4 to 7
    output wire signed [          W_BITS+1:0] bias_6_o,
    output wire signed [ACCUMULATOR_BITS-1:0] sum_8_o,
    // A stimulus: held until done.
    input  wire                               stimulus_i,       // to the next tick's accumulator
    input  wire                               current_i,        // a new bias
    output wire                               done_o,
    input  wire        [      INDEX_BITS-1:0] stimulus_index_i,
    input  wire        [                31:0] stimulus_value_i,
    // Every accumulator to 0 and no part to come: an index is 0 after a second clock.
    input  wire                               clear_i,          // once
    input  wire                               clearing_i,
    input  wire        [       RING_BITS-1:0] clear_index_i,
    // Bus, only while nothing is under way: data eight clocks after select, a write is over four
    // clocks after its strobe.
    input  wire                               bus_select_i,
    input  wire                               bus_write_i,
    input  wire        [                 3:0] bus_region_i,
    input  wire        [                23:0] bus_index_i,      // accumulators: slot, neuron
    input  wire        [                31:0] bus_data_i,
    output reg         [                31:0] bus_data_o        // 0 when another's
);
  localparam INPUT_BITS = W_BITS + 2;
  localparam PART_BITS = $clog2(PARTS);
  localparam ROW_BITS = INDEX_BITS + PART_BITS;
  localparam CARRY_BITS = $clog2(CARRY_DEPTH);
  localparam POINTER_BITS = $clog2(SYNAPSES + 1);
  localparam ROWS = DEPTH * PARTS;
  localparam ROWS_AT = 2 * SYNAPSES;
  localparam BIASES_AT = ROWS_AT + ROWS;
  localparam CARRY_AT = BIASES_AT + 2 * DEPTH;
  localparam STORE = CARRY_AT + (PARTS == 1 ? 0 : CARRY_DEPTH);
  localparam STORE_BITS = $clog2(STORE);

  generate
    if (WEIGHT_BITS > 16 || INDEX_BITS + DELTA_BITS > 16 || ACCUMULATOR_BITS > 16
        || POINTER_BITS > 16 || ROW_BITS > 15 || INPUT_BITS > 32 || DEPTH != 1 << INDEX_BITS) begin : g_too_wide
      izh_synapses_compact_has_words_of_16_bits refused ();
    end
  endgenerate

  // ---- The turn of the store, and of the ring ------------------------------------------------------

  localparam [2:0] NONE = 3'd0, WORD = 3'd1, ENDS = 3'd2, PUSH = 3'd3, POP = 3'd4, TAKE = 3'd5,
      STIMULUS = 3'd6, CURRENT = 3'd7;
  reg [2:0] store_turn, ring_turn, next_turn;
  reg bus_wanted, bus_writes;
  // Known long before select.
  reg bus_is_synapse, bus_is_row, bus_is_bias, bus_is_accumulator;
  always @(posedge clk_i) begin
    bus_is_synapse     <= bus_region_i == `IZH_REGION_SYNAPSE;
    bus_is_row         <= bus_region_i == `IZH_REGION_ROW;
    bus_is_bias        <= bus_region_i == `IZH_REGION_INPUT;
    bus_is_accumulator <= bus_region_i == `IZH_REGION_ACCUMULATOR;
  end
  wire bus_write = bus_write_i
      && (bus_is_synapse || bus_is_row || bus_is_bias || bus_is_accumulator);
  wire stimulus_free = store_turn != STIMULUS && ring_turn != STIMULUS && store_turn != CURRENT;
  // Nothing that comes before rows wants the next turn.
  wire rows_turn = !take_3_i && !(stimulus_free && (stimulus_i || current_i));

  always @(posedge clk_i) begin
    if (bus_write) bus_wanted <= 1'b1;
    if (second_i) begin
      store_turn <= take_3_i ? TAKE : rows_turn ? next_turn : stimulus_i ? STIMULUS : CURRENT;
      ring_turn  <= store_turn;
      bus_writes <= bus_wanted;
      bus_wanted <= bus_write;
    end
    if (rst_i) begin
      store_turn <= NONE;
      ring_turn  <= NONE;
      bus_wanted <= 1'b0;
      bus_writes <= 1'b0;
    end
  end
  assign done_o = second_i && (ring_turn == STIMULUS || store_turn == CURRENT);

  // ---- Spikes, rows, words ---------------------------------------------------------------------------
  // FREE takes a spike, one that waited, or a mark. A row is looked up and its ends have come before
  // ENDED; more says whether there is a word left.

  localparam [2:0] FREE = 3'd0, CARRIED = 3'd1, AGAIN = 3'd2, LOOK = 3'd3, LOOKED = 3'd4,
      ENDED = 3'd5, WORDS = 3'd6;
  reg [2:0] state;
  reg [ROW_BITS-1:0] row;
  reg [POINTER_BITS-1:0] index, stop;
  reg first, more;
  wire due, mark_due, room;

  wire [15:0] store_word;
  reg [15:0] low, high;  // of the last turn: low from its second clock on, high one later
  wire carried_mark = low[ROW_BITS];
  wire further;          // a part of this row comes after this one
  wire [15:0] spike_row = {{(16 - INDEX_BITS) {1'b0}}, spike_i} << PART_BITS;
  wire take_spike = state == FREE && !due && spike_valid_i && rows_turn && second_i;
  assign spike_ready_o = take_spike;

  wire [POINTER_BITS-1:0] index_next = index + 1'b1;
  wire [POINTER_BITS-1:0] index_now = store_turn == WORD ? index_next : index;

  always @(*) begin
    case (state)
      FREE:
      next_turn = due ? POP : !spike_valid_i && mark_due && store_turn != PUSH ? PUSH : NONE;
      AGAIN: next_turn = room ? PUSH : NONE;
      LOOK: next_turn = ENDS;
      WORDS: next_turn = more ? WORD : NONE;
      default: next_turn = NONE;
    endcase
  end

  always @(posedge clk_i) begin
    if (second_i) begin
      low <= store_word;
      if (store_turn == WORD) begin
        index <= index_next;
        first <= 1'b0;
      end
      if (rows_turn)
        case (state)
          FREE: if (due) state <= CARRIED;
          CARRIED: ;
          AGAIN: state <= LOOK;
          LOOK: state <= LOOKED;
          LOOKED: state <= ENDED;
          ENDED: state <= WORDS;
          default: if (!more) state <= FREE;
        endcase
      if (take_spike) begin
        state <= PARTS == 1 ? LOOK : AGAIN;
        row   <= spike_row[ROW_BITS-1:0];
      end
    end else begin
      high <= store_word;
      more <= index_now != stop;
      if (ring_turn == ENDS) begin
        index <= row == {ROW_BITS{1'b0}} ? {POINTER_BITS{1'b0}} : low[POINTER_BITS-1:0];
        stop  <= store_word[POINTER_BITS-1:0];
        first <= 1'b1;
      end
      if (ring_turn == POP) begin
        row   <= low[ROW_BITS-1:0];
        state <= carried_mark ? FREE : further ? AGAIN : LOOK;
      end
    end
    if (rst_i || clear_i) state <= FREE;
  end

  assign event_o = store_turn == WORD && second_i;

  // ---- Spikes that have parts of their rows to come --------------------------------------------------

  wire carry_busy;
  wire [15:0] carry_word;
  wire [CARRY_BITS-1:0] carry_index;
  generate
    if (PARTS == 1) begin : g_one_part
      assign {due, mark_due, room, further, carry_busy, carry_word, carry_index} = 0;
      always @(posedge clk_i) lost_o <= 1'b0;
      wire unused_bits = &{1'b0, started_i, tick_left_i, carried_mark};
    end else begin : g_parts
      // The rows of a part are read SLOTS - 1 ticks after those of the part before.
      localparam [SLOT_BITS-1:0] FULL = {SLOT_BITS{1'b1}};
      localparam [31:0] MOST = CARRY_DEPTH - SLOTS;  // marks always find room
      reg [CARRY_BITS-1:0] written, taken;
      reg [CARRY_BITS:0] inside;
      reg [SLOT_BITS-1:0] marks;
      reg due_now, mark_owed;
      wire pushed = second_i && store_turn == PUSH;
      wire popped = second_i && store_turn == POP;
      wire mark = state == FREE;
      wire [ROW_BITS-1:0] next_part = row + 1'b1;

      assign due = due_now;
      assign mark_due = mark_owed;
      assign room = inside < MOST[CARRY_BITS:0];
      assign further = ~&low[PART_BITS-1:0];
      assign carry_busy = due_now || mark_owed;
      assign carry_index = store_turn == PUSH ? written : taken;
      assign carry_word = {{(15 - ROW_BITS) {1'b0}}, mark, next_part};

      always @(posedge clk_i) begin
        if (pushed) written <= written + 1'b1;
        if (popped) taken <= taken + 1'b1;
        inside <= inside + {{CARRY_BITS{1'b0}}, pushed} - {{CARRY_BITS{1'b0}}, popped};
        lost_o <= second_i && rows_turn && state == AGAIN && !room;
        if (tick_left_i) mark_owed <= 1'b1;
        if (pushed && mark) begin
          mark_owed <= 1'b0;
          marks     <= marks + 1'b1;
        end
        if (started_i) due_now <= marks == FULL;
        if (!second_i && ring_turn == POP && carried_mark) begin
          due_now <= 1'b0;
          marks   <= marks - 1'b1;
        end
        if (rst_i || clear_i) begin
          written   <= {CARRY_BITS{1'b0}};
          taken     <= {CARRY_BITS{1'b0}};
          inside    <= {(CARRY_BITS + 1) {1'b0}};
          marks     <= {SLOT_BITS{1'b0}};
          due_now   <= 1'b0;
          mark_owed <= 1'b0;
          lost_o    <= 1'b0;
        end
      end
    end
  endgenerate

  assign busy_o = state != FREE || carry_busy || store_turn != NONE || ring_turn != NONE
      || stimulus_i || current_i;

  // ---- The store -------------------------------------------------------------------------------------

  localparam [31:0] ROWS_BASE = ROWS_AT, BIASES_BASE = BIASES_AT, CARRY_BASE = CARRY_AT;
  wire by_bus = bus_select_i || bus_writes;
  wire [ROW_BITS-1:0] end_index = by_bus ? bus_index_i[ROW_BITS-1:0]
      : second_i ? row : row - 1'b1;
  wire [INDEX_BITS-1:0] bias_index = by_bus ? bus_index_i[INDEX_BITS-1:0]
      : store_turn == TAKE ? take_index_i : stimulus_index_i;
  wire [POINTER_BITS-1:0] word_index = by_bus ? bus_index_i[POINTER_BITS-1:0] : index;
  wire at_word = by_bus ? bus_is_synapse : store_turn == WORD;
  wire at_end = by_bus ? bus_is_row : store_turn == ENDS;
  wire at_bias = by_bus ? bus_is_bias : store_turn == TAKE || store_turn == CURRENT;
  reg [STORE_BITS-1:0] store_index;
  reg [15:0] store_data;
  // Not by_bus, which comes late; what a read of the bus finds here is not written.
  wire by_stimulus = !bus_writes && (store_turn == CURRENT || ring_turn == STIMULUS);
  wire [31:0] value = by_stimulus ? stimulus_value_i : bus_data_i;
  wire [31:0] word_index_wide = {{(31 - POINTER_BITS) {1'b0}}, word_index, second_i};
  wire [31:0] end_index_wide = ROWS_BASE + {{(32 - ROW_BITS) {1'b0}}, end_index};
  wire [31:0] bias_index_wide = BIASES_BASE + {{(31 - INDEX_BITS) {1'b0}}, bias_index, second_i};
  wire [31:0] carry_index_wide = CARRY_BASE + {{(32 - CARRY_BITS) {1'b0}}, carry_index};
  wire [15:0] bus_target = {bus_data_i[INDEX_BITS+WEIGHT_BITS+:DELTA_BITS],
                            {(16 - DELTA_BITS - INDEX_BITS) {1'b0}}, bus_data_i[INDEX_BITS-1:0]};
  wire [15:0] bus_weight = {{(16 - WEIGHT_BITS) {1'b0}}, bus_data_i[INDEX_BITS+:WEIGHT_BITS]};

  always @(*) begin
    store_index = at_word ? word_index_wide[STORE_BITS-1:0]
        : at_end ? end_index_wide[STORE_BITS-1:0]
        : at_bias ? bias_index_wide[STORE_BITS-1:0] : carry_index_wide[STORE_BITS-1:0];
    store_data = at_word ? (second_i ? bus_weight : bus_target)
        : at_end ? bus_data_i[15:0]
        : at_bias ? (second_i ? value[31:16] : value[15:0]) : carry_word;
  end

  izh_bank #(.WIDTH(16), .DEPTH(STORE)) store (
      .clk_i(clk_i),
      .write_i(by_bus ? bus_writes && !bus_is_accumulator
          : store_turn == PUSH || store_turn == CURRENT),
      .address_i(store_index), .write_data_i(store_data), .read_data_o(store_word));

  wire [31:0] bias_6 = {store_word, low};
  assign bias_6_o = bias_6[INPUT_BITS-1:0];

  // ---- The ring --------------------------------------------------------------------------------------

  wire [DELTA_BITS+SLOT_BITS-1:0] delta = {{SLOT_BITS{1'b0}}, store_word[15-:DELTA_BITS]};
  reg [SLOT_BITS-1:0] slot;
  always @(posedge clk_i)
    if (second_i && store_turn == WORD) slot <= (first ? next_slot_i : slot) + delta[SLOT_BITS-1:0];

  wire [RING_BITS-1:0] ring_index = clearing_i ? clear_index_i
      : by_bus ? bus_index_i[RING_BITS-1:0]
      : ring_turn == TAKE ? {slot_i, take_index_i}
      : ring_turn == STIMULUS ? {next_slot_i, stimulus_index_i}
      : {slot, low[INDEX_BITS-1:0]};
  wire [ACCUMULATOR_BITS-1:0] ring_word;
  wire adds = ring_turn == WORD || ring_turn == STIMULUS;
  wire signed [WEIGHT_BITS-1:0] weight = high[WEIGHT_BITS-1:0];
  wire signed [ACCUMULATOR_BITS-1:0] weight_wide = weight;
  wire [ACCUMULATOR_BITS-1:0] added = ring_turn == WORD ? weight_wide
      : {ACCUMULATOR_BITS{bus_writes || ring_turn == STIMULUS}} & value[ACCUMULATOR_BITS-1:0];
  wire [ACCUMULATOR_BITS-1:0] sum = adds ? ring_word + added : added;

  izh_bank #(.WIDTH(ACCUMULATOR_BITS), .DEPTH(1 << RING_BITS)) ring (
      .clk_i(clk_i),
      .write_i(second_i && (by_bus ? bus_writes && bus_is_accumulator
          : adds || ring_turn == TAKE || clearing_i)),
      .address_i(ring_index), .write_data_i(sum),
      .read_data_o(ring_word));

  reg signed [ACCUMULATOR_BITS-1:0] taken_sum;
  always @(posedge clk_i) if (second_i && (ring_turn == TAKE || by_bus)) taken_sum <= ring_word;
  assign sum_8_o = taken_sum;

  // ---- What the bus reads ----------------------------------------------------------------------------

  wire [31:0] bus_word = {{(32 - DELTA_BITS - WEIGHT_BITS - INDEX_BITS) {1'b0}},
      low[15-:DELTA_BITS], high[WEIGHT_BITS-1:0], low[INDEX_BITS-1:0]};
  wire signed [INPUT_BITS-1:0] bus_bias = {high[INPUT_BITS-17:0], low};
  always @(posedge clk_i)
    if (!bus_is_synapse && !bus_is_row && !bus_is_bias && !bus_is_accumulator) bus_data_o <= 32'd0;
    else bus_data_o <= bus_is_synapse ? bus_word
        : bus_is_row ? {{(32 - POINTER_BITS) {1'b0}}, high[POINTER_BITS-1:0]}
        : bus_is_bias ? {{(32 - INPUT_BITS) {bus_bias[INPUT_BITS-1]}}, bus_bias}
        : {{(32 - ACCUMULATOR_BITS) {taken_sum[ACCUMULATOR_BITS-1]}}, taken_sum};

  wire unused_bits = &{1'b0, bus_index_i, stimulus_value_i, spike_row, word_index_wide, end_index_wide,
      bias_index_wide, carry_index_wide, bias_6, delta, high};
endmodule
`default_nettype wire
