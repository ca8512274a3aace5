// izh_registers.v: the bus of an engine: registers here, memories behind a strobe
// SPDX-License-Identifier: Apache-2.0
// Reads of registers and writes of RUN are served at once; for every other access the engine comes
// to rest between two ticks first. docs/register-map.md.
`default_nettype none
`include "izh_map.vh"

module izh_registers #(
    parameter X_BITS = 20,
    parameter W_BITS = 24,
    parameter PORT_BITS = 18,
    parameter DEPTH = 1024,
    parameter RECORDS = 256,
    parameter LANES = 1,
    parameter SYNAPSES = 0,          // words of each lane; 0: no synapses, no noise
    parameter SYNAPSE_FORMAT = 0,    // as the register
    parameter SLOTS = 32,
    parameter PARTS = 1
) (
    input  wire                       clk_i,
    input  wire                       rst_i,
    // Bus: valid holds the access until ready, which comes for one clock with data and error.
    input  wire                       bus_valid_i,
    input  wire                       bus_write_i,
    input  wire [               31:0] bus_address_i,
    input  wire [               31:0] bus_data_i,
    output wire                       bus_ready_o,
    output reg  [               31:0] bus_data_o,
    output wire                       bus_error_o,
    // Memories.
    output reg                        memory_select_o,
    output reg                        memory_write_o,
    input  wire [               31:0] memory_data_i,  // fifteen clocks after select
    output wire                       pending_o,      // an access waits for rest, or goes on
    // Run control.
    output reg  [               15:0] last_neuron_o,
    output reg  [                7:0] last_substep_o,
    input  wire                       hold_i,         // none may start
    output reg                        wanted_o,       // ticks are left to run
    output reg                        start_o,        // a tick may start
    input  wire                       started_i,      // one has
    input  wire                       resting_i,      // no tick under way, pipeline empty
    input  wire                       drained_i,      // and no event waiting
    input  wire [               31:0] tick_i,         // of the next event; next to start when drained
    output wire                       tick_write_o,
    // Settings of the update.
    output reg  [                1:0] step_o,
    output reg                        accurate_o,
    output reg  [           5*12-1:0] bounds_o,
    output reg  [6*(PORT_BITS-1)-1:0] kappas_o,
    // Settings of the network.
    output reg  [               31:0] seed_o,
    output reg  [                3:0] weight_shift_o,
    output reg                        stimulus_on_o,
    output reg                        clear_o,        // accumulators
    output reg                        stale_o,        // tick or seed have changed
    // Things to count, so many in this clock.
    input  wire [                4:0] saturated_x_i,
    input  wire [                4:0] saturated_w_i,
    input  wire [                4:0] saturated_port_i,
    input  wire [                4:0] saturated_input_i,
    input  wire                       lost_i
);
  localparam KAPPA_BITS = PORT_BITS - 1;

  // ---- What is accessed ----------------------------------------------------------------------------

  wire [3:0] region = bus_address_i[31:28];
  wire [3:0] field = bus_address_i[27:24];
  wire [23:0] index = bus_address_i[23:0];
  localparam [31:0] ROWS = DEPTH * PARTS;
  localparam [24:0] NEURON_LIMIT = DEPTH[24:0];
  localparam [24:0] RECORD_LIMIT = RECORDS == 0 ? DEPTH[24:0] : RECORDS[24:0];
  localparam [24:0] SYNAPSE_LIMIT = SYNAPSES[24:0];
  localparam [24:0] ROW_LIMIT = ROWS[24:0];
  localparam [8:0] SLOT_LIMIT = SLOTS[8:0];
  localparam [4:0] LANE_LIMIT = LANES[4:0];
  localparam NETWORK = SYNAPSES != 0;

  // Decoded in three clocks of a few gates each: what it is and whether that is in range, what may be
  // done with it, whether this access is allowed.
  reg [5:0] number;  // of a register
  reg is_register, is_run, is_register_word, is_neuron_word, is_record_word;
  reg is_synapse_word, is_row_word, is_accumulator_word;
  reg neuron_exists, record_exists, row_exists, accumulator_exists;
  wire synapse_exists;
  generate
    if (NETWORK) begin : g_synapse_exists
      reg exists;
      always @(posedge clk_i) exists <= {1'b0, index} < SYNAPSE_LIMIT;
      assign synapse_exists = exists;
    end else begin : g_no_synapse
      assign synapse_exists = 1'b0;
    end
  endgenerate
  always @(posedge clk_i) begin
    number             <= index[5:0];
    is_register        <= region == `IZH_REGION_REGISTER;
    is_run             <= region == `IZH_REGION_REGISTER && index[5:0] == `IZH_REG_RUN;
    is_register_word   <= region == `IZH_REGION_REGISTER && field == 4'd0 && index[23:6] == 18'd0;
    neuron_exists      <= {1'b0, index} < NEURON_LIMIT;
    record_exists      <= {1'b0, index} < RECORD_LIMIT;
    row_exists         <= {1'b0, index} < ROW_LIMIT;
    accumulator_exists <= {9'd0, index[15:0]} < NEURON_LIMIT && {1'b0, index[23:16]} < SLOT_LIMIT;

    is_synapse_word     <= NETWORK && region == `IZH_REGION_SYNAPSE && {1'b0, field} < LANE_LIMIT;
    is_row_word         <= NETWORK && region == `IZH_REGION_ROW && {1'b0, field} < LANE_LIMIT;
    is_accumulator_word <= NETWORK && region == `IZH_REGION_ACCUMULATOR && field == 4'd0;

    case ({region, field})
      {`IZH_REGION_STATE, `IZH_FIELD_STATE_X}, {`IZH_REGION_STATE, `IZH_FIELD_STATE_W},
      {`IZH_REGION_STATE, `IZH_FIELD_STATE_LEVEL}, {`IZH_REGION_INPUT, `IZH_FIELD_INPUT_I},
      {`IZH_REGION_ATTRIBUTE, `IZH_FIELD_ATTRIBUTE_PROBE}:
      is_neuron_word <= 1'b1;
      {`IZH_REGION_ATTRIBUTE, `IZH_FIELD_ATTRIBUTE_RECORD}: is_neuron_word <= RECORDS != 0;
      default: is_neuron_word <= 1'b0;
    endcase
    case (field)
      `IZH_FIELD_RECORD_A, `IZH_FIELD_RECORD_B, `IZH_FIELD_RECORD_E, `IZH_FIELD_RECORD_C,
      `IZH_FIELD_RECORD_D, `IZH_FIELD_RECORD_PEAK, `IZH_FIELD_RECORD_DECAY:
      is_record_word <= region == `IZH_REGION_RECORD;
      `IZH_FIELD_RECORD_SD: is_record_word <= NETWORK && region == `IZH_REGION_RECORD;
      default: is_record_word <= 1'b0;
    endcase
  end

  // Counts are kept less one, as the number of the last; 0 becomes too large a number.
  reg [16:0] less_one;
  reg wide, neurons_fit, substeps_fit;
  reg readable, writable, is_neurons, is_substeps, is_tick;
  always @(posedge clk_i) begin
    less_one     <= bus_data_i[16:0] - 17'd1;
    wide         <= |bus_data_i[31:17];
    neurons_fit  <= !wide && {8'd0, less_one} < NEURON_LIMIT;
    substeps_fit <= !wide && less_one < 17'd255;

    is_neurons  <= number == `IZH_REG_NEURONS;
    is_substeps <= number == `IZH_REG_SUBSTEPS;
    is_tick     <= number == `IZH_REG_TICK;
    case (number)
      `IZH_REG_MAGIC, `IZH_REG_WIDTHS, `IZH_REG_NEURON_CAPACITY, `IZH_REG_RECORD_CAPACITY,
      `IZH_REG_TICKS_LEFT, `IZH_REG_STATUS, `IZH_REG_LANES, `IZH_REG_SYNAPSE_CAPACITY,
      `IZH_REG_RING:
      {readable, writable} <= 2'b10;
      `IZH_REG_RUN: {readable, writable} <= 2'b01;
      `IZH_REG_NEURONS, `IZH_REG_SUBSTEPS, `IZH_REG_STEP, `IZH_REG_MODE, `IZH_REG_TICK,
      `IZH_REG_SATURATED_X, `IZH_REG_SATURATED_W, `IZH_REG_SATURATED_PORT,
      `IZH_REG_BOUND_0, `IZH_REG_BOUND_1, `IZH_REG_BOUND_2, `IZH_REG_BOUND_3, `IZH_REG_BOUND_4,
      `IZH_REG_KAPPA_0, `IZH_REG_KAPPA_1, `IZH_REG_KAPPA_2, `IZH_REG_KAPPA_3, `IZH_REG_KAPPA_4,
      `IZH_REG_KAPPA_5:
      {readable, writable} <= 2'b11;
      `IZH_REG_SYNAPSE_FORMAT: {readable, writable} <= NETWORK ? 2'b10 : 2'b00;
      `IZH_REG_CLEAR: {readable, writable} <= NETWORK ? 2'b01 : 2'b00;
      `IZH_REG_SEED, `IZH_REG_WEIGHT_SHIFT, `IZH_REG_STIMULUS, `IZH_REG_SATURATED_I,
      `IZH_REG_LOST:
      {readable, writable} <= NETWORK ? 2'b11 : 2'b00;
      default: {readable, writable} <= 2'b00;
    endcase
  end

  wire write_fits = writable && (!is_neurons || neurons_fit) && (!is_substeps || substeps_fit);
  reg allowed;
  always @(posedge clk_i)
    allowed <= (is_register_word && (bus_write_i ? write_fits : readable))
        || (is_neuron_word && neuron_exists) || (is_record_word && record_exists)
        || (is_synapse_word && synapse_exists) || (is_row_word && row_exists)
        || (is_accumulator_word && accumulator_exists);

  // ---- One access after the other --------------------------------------------------------------------
  // REST keeps the next tick from starting. One that may have started meanwhile shows after seven
  // clocks.

  localparam [2:0] IDLE = 3'd0, RANGED = 3'd1, FITTED = 3'd2, DECODED = 3'd3, REST = 3'd4,
      ACCESS = 3'd5, RESPOND = 3'd6;
  reg [2:0] state;
  reg [3:0] waited;
  reg resting, drained, rested;

  wire at_once = !allowed || (is_register && (!bus_write_i || is_run));
  wire [3:0] last_wait = bus_write_i ? 4'd9 : 4'd14;
  wire run_write = state == DECODED && allowed && is_run && bus_write_i;

  // Which setting is written, decoded into flops: their enables reach far.
  reg setting_write, write_neurons;
  reg [4:0] write_bound;
  reg [5:0] write_kappa;
  reg [4:0] clear_counter;
  reg tick_write;
  reg [KAPPA_BITS-1:0] setting;
  integer i;
  always @(posedge clk_i) begin
    setting       <= bus_data_i[KAPPA_BITS-1:0];
    setting_write <= state == REST && rested && is_register;
    for (i = 0; i < 5; i = i + 1)
      write_bound[i] <= setting_write && number == `IZH_REG_BOUND_0 + i[5:0];
    for (i = 0; i < 6; i = i + 1)
      write_kappa[i] <= setting_write && number == `IZH_REG_KAPPA_0 + i[5:0];
    for (i = 0; i < 3; i = i + 1)
      clear_counter[i] <= rst_i || (setting_write && number == `IZH_REG_SATURATED_X + i[5:0]);
    for (i = 0; i < 2; i = i + 1)
      clear_counter[3+i] <= rst_i || (setting_write && number == `IZH_REG_SATURATED_I + i[5:0]);
    write_neurons <= setting_write && is_neurons;
    tick_write <= setting_write && is_tick;
    clear_o    <= setting_write && number == `IZH_REG_CLEAR && !rst_i;
    stale_o    <= setting_write && (is_tick || number == `IZH_REG_SEED);
  end

  assign bus_ready_o = state == RESPOND;
  assign bus_error_o = !allowed;
  assign tick_write_o = tick_write;
  assign pending_o = (state == DECODED && !at_once) || state == REST || state == ACCESS;

  always @(posedge clk_i) begin
    memory_write_o <= memory_select_o && bus_write_i && waited == 4'd3;
    resting <= resting_i;
    drained <= drained_i;
    rested  <= state == REST && &waited[2:0] && resting && (drained || !(is_register && is_tick));
    waited  <= 4'd0;
    memory_select_o <= !is_register
        && (state == REST ? rested : state == ACCESS && waited != last_wait);
    case (state)
      IDLE: if (bus_valid_i) state <= RANGED;
      RANGED: state <= FITTED;
      FITTED: state <= DECODED;
      DECODED: state <= at_once ? RESPOND : REST;
      REST:
      if (rested) state <= ACCESS;
      else waited <= &waited[2:0] ? waited : waited + 1'b1;
      ACCESS: begin
        waited <= waited + 1'b1;
        if (waited == last_wait) state <= RESPOND;
      end
      default: state <= IDLE;
    endcase
    if (rst_i) begin
      state           <= IDLE;
      memory_select_o <= 1'b0;
    end
  end

  // ---- Run control -----------------------------------------------------------------------------------

  // Ticks start at least 40 clocks apart, so the count may follow a few clocks behind: RUN is added, and
  // a start subtracted, in halves, one after the other.

  reg [31:0] ticks_left;
  reg [16:0] sum_low, sum_high;
  reg low_added, high_added, low_empty;
  reg owed, settle;  // a tick has started and is not counted yet; in this clock it is

  always @(posedge clk_i) begin
    wanted_o   <= ticks_left != 32'd0;
    start_o    <= ticks_left != 32'd0 && state != REST && state != ACCESS && !hold_i;
    low_added  <= run_write;
    high_added <= low_added;
    if (run_write) sum_low <= {1'b0, ticks_left[15:0]} + {1'b0, bus_data_i[15:0]};
    sum_high   <= {1'b0, ticks_left[31:16]} + {1'b0, bus_data_i[31:16]} + {16'd0, sum_low[16]};
    if (started_i) owed <= 1'b1;
    low_empty  <= ticks_left[15:0] == 16'd0;
    settle     <= owed && !settle && state != FITTED && state != DECODED && !low_added && !high_added;
    if (high_added) ticks_left <= sum_high[16] ? 32'hffffffff : {sum_high[15:0], sum_low[15:0]};
    else if (settle) begin
      ticks_left[15:0] <= ticks_left[15:0] - 16'd1;
      if (low_empty) ticks_left[31:16] <= ticks_left[31:16] - 16'd1;
      owed <= 1'b0;
    end
    if (rst_i) begin
      start_o    <= 1'b0;
      low_added  <= 1'b0;
      high_added <= 1'b0;
      owed       <= 1'b0;
      settle     <= 1'b0;
      ticks_left <= 32'd0;
    end
  end

  // ---- Settings --------------------------------------------------------------------------------------

  integer j;
  always @(posedge clk_i) begin
    if (setting_write) begin
      case (number)
        `IZH_REG_SUBSTEPS: last_substep_o <= less_one[7:0];
        `IZH_REG_STEP: step_o <= bus_data_i[1:0];
        `IZH_REG_MODE: accurate_o <= bus_data_i[0];
        `IZH_REG_SEED: seed_o <= bus_data_i;
        `IZH_REG_WEIGHT_SHIFT: weight_shift_o <= bus_data_i[3:0];
        `IZH_REG_STIMULUS: stimulus_on_o <= bus_data_i[0];
        default: ;
      endcase
    end
    if (write_neurons) last_neuron_o <= less_one[15:0];
    for (j = 0; j < 5; j = j + 1)
      if (write_bound[j]) bounds_o[12*j+:12] <= setting[11:0];
    for (j = 0; j < 6; j = j + 1)
      if (write_kappa[j]) kappas_o[KAPPA_BITS*j+:KAPPA_BITS] <= setting;
    if (rst_i) begin
      last_neuron_o  <= 16'd0;
      last_substep_o <= 8'd0;
      step_o         <= 2'd2;
      accurate_o     <= 1'b1;
      seed_o         <= 32'd0;
      weight_shift_o <= 4'd0;
      stimulus_on_o  <= 1'b0;
      bounds_o       <= {60{1'b1}};
      kappas_o       <= {(6 * KAPPA_BITS) {1'b0}};
    end
  end

  // ---- Counters --------------------------------------------------------------------------------------
  // Several lanes may count at once; a sum beyond 16 bits stays at the top.

  wire [5*5-1:0] counted = {4'd0, lost_i, saturated_input_i, saturated_port_i, saturated_w_i,
                            saturated_x_i};
  wire [5*16-1:0] counters;
  genvar n;
  generate
    for (n = 0; n < 5; n = n + 1) begin : g_counter
      reg [15:0] count;
      wire [16:0] sum = {1'b0, count} + {12'd0, counted[5*n+:5]};
      always @(posedge clk_i)
        count <= clear_counter[n] ? 16'd0 : sum[16] ? 16'hffff : sum[15:0];
      assign counters[16*n+:16] = count;
    end
  endgenerate

  // ---- What a read gives -----------------------------------------------------------------------------
  // In two clocks: one of eight, then one of the groups; BOUND and KAPPA in three. Groups 2 and 3 are
  // BOUND and KAPPA, 4 and 5 the network.

  wire [8*32-1:0] identity = {
    {31'd0, accurate_o}, {30'd0, step_o}, {24'd0, last_substep_o} + 32'd1,
    {16'd0, last_neuron_o} + 32'd1, {15'd0, RECORDS[16:0]}, {7'd0, NEURON_LIMIT},
    {8'd0, PORT_BITS[7:0], W_BITS[7:0], X_BITS[7:0]}, `IZH_MAGIC
  };
  wire [8*32-1:0] running = {
    32'd0, {16'd0, counters[32+:16]}, {16'd0, counters[16+:16]}, {16'd0, counters[0+:16]},
    {31'd0, !resting}, tick_i, ticks_left, 32'd0
  };
  wire [8*32-1:0] network = {
    32'd0, {31'd0, stimulus_on_o}, {28'd0, weight_shift_o}, seed_o,
    NETWORK ? PARTS[15:0] : 16'd0, NETWORK ? SLOTS[15:0] : 16'd0, SYNAPSE_FORMAT[31:0],
    {7'd0, SYNAPSE_LIMIT}, {27'd0, LANE_LIMIT}
  };
  // The tables come from far away, so of each pair one word is taken first.
  reg [3*12-1:0] bound_pairs;
  reg [3*KAPPA_BITS-1:0] kappa_pairs;
  wire [6*12-1:0] bounds = {12'd0, bounds_o};
  integer r;
  always @(posedge clk_i)
    for (r = 0; r < 3; r = r + 1) begin
      bound_pairs[12*r+:12] <= number[0] ? bounds[24*r+12+:12] : bounds[24*r+:12];
      kappa_pairs[KAPPA_BITS*r+:KAPPA_BITS] <= number[0] ? kappas_o[KAPPA_BITS*(2*r+1)+:KAPPA_BITS]
          : kappas_o[KAPPA_BITS*2*r+:KAPPA_BITS];
    end

  reg [31:0] identity_word, running_word, network_word;
  reg [15:0] network_count;
  reg [11:0] bound;
  reg [KAPPA_BITS-1:0] kappa;

  always @(posedge clk_i) begin
    identity_word <= identity[32*number[2:0]+:32];
    running_word  <= running[32*number[2:0]+:32];
    network_word  <= network[32*number[2:0]+:32];
    network_count <= number[0] ? counters[64+:16] : counters[48+:16];
    case (number[2:1])
      2'd0: {bound, kappa} <= {bound_pairs[0+:12], kappa_pairs[0+:KAPPA_BITS]};
      2'd1: {bound, kappa} <= {bound_pairs[12+:12], kappa_pairs[KAPPA_BITS+:KAPPA_BITS]};
      default: {bound, kappa} <= {bound_pairs[24+:12], kappa_pairs[2*KAPPA_BITS+:KAPPA_BITS]};
    endcase
    if (!is_register) bus_data_o <= memory_data_i;
    else
      case (number[5:3])
        3'd0: bus_data_o <= identity_word;
        3'd1: bus_data_o <= running_word;
        3'd4: bus_data_o <= network_word;
        3'd5: bus_data_o <= {16'd0, network_count};
        3'd2: bus_data_o <= {20'd0, bound};
        default: bus_data_o <= {{(32 - KAPPA_BITS) {kappa[KAPPA_BITS-1]}}, kappa};
      endcase
  end
endmodule
`default_nettype wire
