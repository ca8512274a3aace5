// izh_registers_compact.v: the bus of a small engine: registers that shift, a bit a clock
// SPDX-License-Identifier: Apache-2.0
// docs/register-map.md, as izh_registers for one lane with synapses, in half the cells. Every access
// first waits for 32 clocks or more, in which its word is looked at; then it takes 32 clocks, or 256
// where registers lie one behind the other in a ring and eight times as many bits may have to pass.
// A register goes through the one adder, lowest bit first, into itself and the bus's word. All but
// RUN, TICKS_LEFT, STATUS and what never changes wait for rest: while a tick runs no setting moves.
`default_nettype none
`include "izh_map.vh"

module izh_registers_compact #(
    parameter X_BITS = 16,
    parameter W_BITS = 24,
    parameter PORT_BITS = 16,
    parameter DEPTH = 1024,
    parameter RECORDS = 128,
    parameter SYNAPSES = 20480,
    parameter SYNAPSE_FORMAT = 0,    // as the register
    parameter SLOTS = 16,
    parameter PARTS = 4,
    parameter INDEX_BITS = $clog2(DEPTH)
) (
    input  wire                       clk_i,
    input  wire                       rst_i,
    // Bus: valid holds the access until ready, which comes for one clock with data and error.
    input  wire                       bus_valid_i,
    input  wire                       bus_write_i,
    input  wire [               31:0] bus_address_i,
    input  wire [               31:0] bus_data_i,
    output wire                       bus_ready_o,
    output wire [               31:0] bus_data_o,
    output reg                        bus_error_o,
    // Memories.
    output wire                       memory_select_o,
    output reg                        memory_write_o,
    input  wire [               31:0] memory_data_i,   // 31 clocks after select; 0 for registers
    output wire                       pending_o,       // an access waits for rest, or goes on
    // Run control.
    output wire [     INDEX_BITS-1:0] last_neuron_o,
    output wire [                7:0] last_substep_o,
    input  wire                       hold_i,          // none may start
    output reg                        wanted_o,        // ticks are left to run
    output reg                        start_o,         // a tick may start
    input  wire                       started_i,       // one has
    input  wire                       tick_left_i,     // the last event of one has left
    input  wire                       resting_i,       // no tick under way, nothing in the pipeline
    output reg  [               31:0] tick_o,          // of the next event
    output reg                        turning_o,       // it is old, or just being counted
    // Settings of the update.
    output wire [                1:0] step_o,
    output wire                       accurate_o,
    output reg  [           5*12-1:0] bounds_o,
    output reg  [6*(PORT_BITS-1)-1:0] kappas_o,
    // Settings of the network.
    output wire [               31:0] seed_o,
    output wire [                3:0] weight_shift_o,
    output wire                       stimulus_on_o,
    output reg                        clear_o,         // accumulators
    output reg                        stale_o,         // tick or seed have been written
    // Things to count.
    input  wire                       saturated_x_i,
    input  wire                       saturated_w_i,
    input  wire                       saturated_port_i,
    input  wire                       saturated_input_i,
    input  wire                       lost_i
);
  localparam KAPPA_BITS = PORT_BITS - 1;

  // A comparison with a constant, of gates alone: Yosys makes one of < with carries, a cell each.
  function below(input [24:0] value, input [24:0] limit);
    integer b;
    begin
      below = 1'b0;
      for (b = 0; b < 25; b = b + 1) below = limit[b] ? below || !value[b] : below && !value[b];
    end
  endfunction

  // ---- What is accessed ----------------------------------------------------------------------------
  // Groups of eight registers: 0 identity and settings of the update, 1 running, 2 BOUND, 3 KAPPA, 4
  // settings of the network, 5 its counters.

  localparam [31:0] ROWS = DEPTH * PARTS;
  localparam [24:0] NEURON_LIMIT = DEPTH[24:0];
  localparam [24:0] RECORD_LIMIT = RECORDS == 0 ? DEPTH[24:0] : RECORDS[24:0];
  localparam [24:0] SYNAPSE_LIMIT = SYNAPSES[24:0];
  localparam [24:0] ROW_LIMIT = ROWS[24:0];
  localparam [24:0] SLOT_LIMIT = SLOTS[24:0];

  wire [3:0] region = bus_address_i[31:28];
  wire [3:0] field = bus_address_i[27:24];
  wire [23:0] index = bus_address_i[23:0];
  wire [5:0] number = index[5:0];
  wire is_register = region == `IZH_REGION_REGISTER;
  wire is_number = field == 4'd0 && index[23:6] == 18'd0;

  reg readable, writable, exists;
  always @(*) begin
    case (number)
      `IZH_REG_MAGIC, `IZH_REG_WIDTHS, `IZH_REG_NEURON_CAPACITY, `IZH_REG_RECORD_CAPACITY,
      `IZH_REG_TICKS_LEFT, `IZH_REG_STATUS, `IZH_REG_LANES, `IZH_REG_SYNAPSE_CAPACITY,
      `IZH_REG_SYNAPSE_FORMAT, `IZH_REG_RING:
      {readable, writable} = 2'b10;
      `IZH_REG_RUN, `IZH_REG_CLEAR: {readable, writable} = 2'b01;
      `IZH_REG_NEURONS, `IZH_REG_SUBSTEPS, `IZH_REG_STEP, `IZH_REG_MODE, `IZH_REG_TICK,
      `IZH_REG_SATURATED_X, `IZH_REG_SATURATED_W, `IZH_REG_SATURATED_PORT,
      `IZH_REG_BOUND_0, `IZH_REG_BOUND_1, `IZH_REG_BOUND_2, `IZH_REG_BOUND_3, `IZH_REG_BOUND_4,
      `IZH_REG_KAPPA_0, `IZH_REG_KAPPA_1, `IZH_REG_KAPPA_2, `IZH_REG_KAPPA_3, `IZH_REG_KAPPA_4,
      `IZH_REG_KAPPA_5, `IZH_REG_SEED, `IZH_REG_WEIGHT_SHIFT, `IZH_REG_STIMULUS,
      `IZH_REG_SATURATED_I, `IZH_REG_LOST:
      {readable, writable} = 2'b11;
      default: {readable, writable} = 2'b00;
    endcase
    case (region)
      `IZH_REGION_REGISTER: exists = is_number && (bus_write_i ? writable : readable);
      `IZH_REGION_STATE: exists = field < 4'd3 && below({1'b0, index}, NEURON_LIMIT);
      `IZH_REGION_ATTRIBUTE:
      exists = (field == `IZH_FIELD_ATTRIBUTE_PROBE
          || (field == `IZH_FIELD_ATTRIBUTE_RECORD && RECORDS != 0)) && below({1'b0, index}, NEURON_LIMIT);
      `IZH_REGION_RECORD: exists = !field[3] && below({1'b0, index}, RECORD_LIMIT);
      `IZH_REGION_INPUT: exists = field == 4'd0 && below({1'b0, index}, NEURON_LIMIT);
      `IZH_REGION_SYNAPSE: exists = field == 4'd0 && below({1'b0, index}, SYNAPSE_LIMIT);
      `IZH_REGION_ROW: exists = field == 4'd0 && below({1'b0, index}, ROW_LIMIT);
      `IZH_REGION_ACCUMULATOR:
      exists = field == 4'd0 && below({9'd0, index[15:0]}, NEURON_LIMIT)
          && below({17'd0, index[23:16]}, SLOT_LIMIT);
      default: exists = 1'b0;
    endcase
  end

  // ---- One access after the other --------------------------------------------------------------------
  // A tick that starts is taken from those left, and one whose events have left counts, each in a turn
  // of 32 clocks, which comes before the next access, or between its wait and it.

  localparam [2:0] IDLE = 3'd0, WAIT = 3'd1, ACCESS = 3'd2, TURN = 3'd3, RESPOND = 3'd4;
  reg [2:0] state;
  reg [4:0] count;      // the bit at hand
  reg [2:0] position;   // of the register at hand in its group
  reg start_owed;       // a tick has started and is still among those left
  wire first = count == 5'd0;
  wire last = &count;

  wire turn = state == TURN;
  wire access = state == ACCESS && is_register;
  wire [2:0] group = turn ? 3'd1 : number[5:3];
  wire in_ring = is_register && group != 3'd1 && group != 3'd5;
  wire hit = position == number[2:0];  // an access has come to its register
  wire owed = start_owed || turning_o;
  wire done = last && (turn || !in_ring || &position);
  wire write = turn || (access && bus_write_i && hit);
  wire written = access && bus_write_i && done;

  // RUN, TICKS_LEFT, STATUS; capacities and the like.
  wire at_once = is_register && !number[2]
      && (number[4:3] == 2'd0 || (number[5:3] == 3'd1 && number[1:0] != 2'd2));
  assign pending_o = bus_valid_i && !at_once;

  wire from_one = number[5:1] == 5'd2;  // NEURONS, SUBSTEPS
  reg bad, bad_next;
  wire allowed = exists && !(from_one && bus_write_i && is_register && bad_next);
  wire turns = owed && (state == IDLE || (state == WAIT && last));
  wire goes_on = state == WAIT && last && !owed && (at_once || resting_i || !allowed);

  always @(posedge clk_i) begin
    count    <= state == IDLE || state == RESPOND ? 5'd0 : count + 1'b1;
    position <= turn || state == ACCESS ? position + {2'd0, last}
        : turns ? {1'b0, !start_owed, 1'b0} : goes_on && in_ring ? 3'd0 : number[2:0];
    case (state)
      IDLE: if (turns) state <= TURN;
      else if (bus_valid_i) state <= WAIT;
      WAIT: if (turns) state <= TURN;
      else if (goes_on) state <= allowed ? ACCESS : RESPOND;
      ACCESS: if (done) state <= RESPOND;
      TURN: if (last) state <= IDLE;
      default: state <= IDLE;
    endcase
    if (state == WAIT) bus_error_o <= !allowed;
    if (started_i) start_owed <= 1'b1;
    if (tick_left_i) turning_o <= 1'b1;
    if (turn && last) begin
      if (position[1]) turning_o <= 1'b0;
      else start_owed <= 1'b0;
    end
    memory_write_o <= memory_select_o && bus_write_i && count == 5'd15;
    if (rst_i) begin
      state      <= IDLE;
      start_owed <= 1'b0;
      turning_o  <= 1'b0;
    end
  end

  assign memory_select_o = state == ACCESS && !is_register;
  assign bus_ready_o = state == RESPOND;

  // ---- A bit of a register ---------------------------------------------------------------------------

  reg [31:0] ticks_left;
  reg [INDEX_BITS+10:0] update;  // MODE, STEP, SUBSTEPS - 1, NEURONS - 1
  reg [36:0] network;            // STIMULUS, WEIGHT_SHIFT, SEED
  assign {accurate_o, step_o, last_substep_o, last_neuron_o} = update;
  assign {stimulus_on_o, weight_shift_o, seed_o} = network;
  wire [4:0] counter_bit;

  reg inside;  // the register has this bit
  reg own;     // what it is
  always @(*) begin
    inside = 1'b0;
    own    = 1'b0;
    case (group)
      3'd0: begin
        own = update[0];
        case (position)
          3'd4: inside = below({20'd0, count}, INDEX_BITS[24:0]);
          3'd5: inside = count[4:3] == 2'd0;
          3'd6: inside = count[4:1] == 4'd0;
          3'd7: inside = first;
          default: inside = 1'b0;
        endcase
      end
      3'd1:
      case (position)
        3'd0, 3'd1: {inside, own} = {1'b1, ticks_left[0]};
        3'd2: {inside, own} = {1'b1, tick_o[0]};
        3'd3: {inside, own} = {first, !resting_i};
        3'd4: {inside, own} = {!count[4], counter_bit[0]};
        3'd5: {inside, own} = {!count[4], counter_bit[1]};
        default: {inside, own} = {!count[4], counter_bit[2]};
      endcase
      3'd2: {inside, own} = {below({22'd0, position}, 25'd5) && below({20'd0, count}, 25'd12), bounds_o[0]};
      3'd3: {inside, own} = {below({22'd0, position}, 25'd6) && below({20'd0, count}, KAPPA_BITS[24:0]), kappas_o[0]};
      3'd4: begin
        own = network[0];
        case (position)
          3'd4: inside = 1'b1;
          3'd5: inside = count[4:2] == 3'd0;
          3'd6: inside = first;
          default: inside = 1'b0;
        endcase
      end
      default: {inside, own} = {!count[4], position[0] ? counter_bit[4] : counter_bit[3]};
    endcase
  end

  // Beyond its bits a read gives zeros or the sign, and the first four of two groups are constants.
  localparam [7:0] X_WIDTH = X_BITS[7:0], W_WIDTH = W_BITS[7:0], PORT_WIDTH = PORT_BITS[7:0];
  localparam [15:0] RING_SLOTS = SLOTS[15:0], RING_PARTS = PARTS[15:0];
  localparam [8*32-1:0] IDENTITY = {
    RING_PARTS, RING_SLOTS, SYNAPSE_FORMAT[31:0], {7'd0, SYNAPSE_LIMIT}, 32'd1,
    {15'd0, RECORDS[16:0]}, {7'd0, NEURON_LIMIT}, {8'd0, PORT_WIDTH, W_WIDTH, X_WIDTH}, `IZH_MAGIC
  };
  reg sign;
  always @(posedge clk_i) if (inside) sign <= own;
  wire identity = IDENTITY[{number[5], number[1:0], count}];
  wire beyond = group == 3'd3 ? sign : in_ring && !position[2] && !group[1] && identity;

  // ---- The adder ---------------------------------------------------------------------------------------
  // NEURONS and SUBSTEPS are kept less one; RUN is added; turns take one from the ticks left or add one
  // to the tick's number.

  wire is_run = group == 3'd1 && position[2:1] == 2'd0;
  wire counts = group == 3'd5 || (group == 3'd1 && position[2]);
  wire bus_bit = bus_data_i[count];
  wire bus_gives = bus_write_i && !turn;
  reg carry;
  wire one = bus_gives && !is_run ? bus_bit && !counts : inside ? own : beyond;
  wire other = is_run ? (turn || (bus_gives && bus_bit)) : from_one && bus_gives;
  wire carried = first ? (turn ? position[1] : from_one && !bus_write_i) : carry;
  wire sum = one ^ other ^ carried;
  wire carry_next = (one && other) || ((one || other) && carried);
  always @(posedge clk_i) carry <= carry_next;

  // What the wait finds: a number of neurons or sub-steps that is 0 or too large, or a sum of RUN that
  // is, which becomes the largest.
  always @(*) begin
    bad_next = (bad && !first)
        || (!inside && (sum || (number[0] && bus_bit)));
    if (is_run) bad_next = carry_next;
  end
  always @(posedge clk_i) if (state == WAIT) bad <= bad_next;

  // ---- Registers -------------------------------------------------------------------------------------

  wire next = write ? sum || (is_run && bad && !turn) : own;
  wire moves = (access || turn) && inside;
  wire runs = is_run && (turn || (is_register && (state == WAIT || state == ACCESS)));
  reg some_left;

  always @(posedge clk_i) begin
    if (moves && group == 3'd0) update <= {next, update[INDEX_BITS+10:1]};
    if (moves && group == 3'd2) bounds_o <= {next, bounds_o[59:1]};
    if (moves && group == 3'd3) kappas_o <= {next, kappas_o[6*KAPPA_BITS-1:1]};
    if (moves && group == 3'd4) network <= {next, network[36:1]};
    if (moves && group == 3'd1 && position == 3'd2) tick_o <= {next, tick_o[31:1]};
    if (runs) begin
      ticks_left <= {next, ticks_left[31:1]};
      some_left  <= next || (some_left && !first);
      if (last) wanted_o <= next || some_left;
    end
    start_o <= wanted_o && !owed && !pending_o && !hold_i;
    clear_o <= written && number == `IZH_REG_CLEAR;
    stale_o <= written && (number == `IZH_REG_TICK || number == `IZH_REG_SEED);
    if (rst_i) begin
      update     <= {1'b1, 2'd2, 8'd0, {INDEX_BITS{1'b0}}};
      bounds_o   <= {60{1'b1}};
      kappas_o   <= {(6 * KAPPA_BITS) {1'b0}};
      network    <= 37'd0;
      tick_o     <= 32'd0;
      ticks_left <= 32'd0;
      wanted_o   <= 1'b0;
      start_o    <= 1'b0;
    end
  end

  // ---- Counters --------------------------------------------------------------------------------------
  // They stop at the top, which is known a clock late: none counts in two clocks together. While one
  // shifts it does not matter what is added: ones, so that the choice needs no cell beside the sum's.

  wire [4:0] counted = {lost_i, saturated_input_i, saturated_port_i, saturated_w_i, saturated_x_i};
  genvar n;
  generate
    for (n = 0; n < 5; n = n + 1) begin : g_counter
      localparam [2:0] GROUP = n < 3 ? 1 : 5;
      localparam [2:0] POSITION = n < 3 ? 4 + n : n - 3;
      reg [15:0] value;
      reg full;
      wire shift = moves && group == GROUP && position == POSITION;
      wire [16:0] more = {1'b0, value} + {1'b0, {16{shift}}} + 17'd1;
      assign counter_bit[n] = value[0];
      always @(posedge clk_i) begin
        full <= more[16];
        if (rst_i) value <= 16'd0;
        else if (shift || (counted[n] && !full)) value <= shift ? {next, value[15:1]} : more[15:0];
      end
    end
  endgenerate

  // ---- What a read gives -----------------------------------------------------------------------------

  reg [31:0] word;
  assign bus_data_o = word;
  always @(posedge clk_i)
    if (!is_register || (access && hit))
      word <= memory_data_i | ({32{is_register}} & {sum, word[31:1]});
endmodule
`default_nettype wire
