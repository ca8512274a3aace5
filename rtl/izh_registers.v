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
    parameter RECORDS = 256
) (
    input  wire                       clk_i,
    input  wire                       rst_i,
    // Bus: valid holds the access until ready, which comes for one clock with data and error.
    input  wire                       bus_valid_i,
    input  wire                       bus_write_i,
    input  wire [               23:0] bus_address_i,
    input  wire [               31:0] bus_data_i,
    output wire                       bus_ready_o,
    output reg  [               31:0] bus_data_o,
    output wire                       bus_error_o,
    // Memories.
    output wire                       memory_select_o,
    output reg                        memory_write_o,
    input  wire [               31:0] memory_data_i,  // eight clocks after select
    // Run control.
    output reg  [               15:0] last_neuron_o,
    output reg  [                7:0] last_substep_o,
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
    // Things to count, one a clock.
    input  wire                       saturated_x_i,
    input  wire                       saturated_w_i,
    input  wire                       saturated_port_i
);
  localparam KAPPA_BITS = PORT_BITS - 1;

  // ---- What is accessed ----------------------------------------------------------------------------

  wire [3:0] region = bus_address_i[23:20];
  wire [3:0] field = bus_address_i[19:16];
  wire [15:0] index = bus_address_i[15:0];
  localparam [16:0] NEURON_LIMIT = DEPTH[16:0];
  localparam [16:0] RECORD_LIMIT = RECORDS == 0 ? DEPTH[16:0] : RECORDS[16:0];

  // Decoded in three clocks of a few gates each: what it is and whether that is in range, what may be
  // done with it, whether this access is allowed.
  reg [4:0] number;  // of a register
  reg is_register, is_run, is_register_word, is_neuron_word, is_record_word;
  reg neuron_exists, record_exists;
  always @(posedge clk_i) begin
    number             <= index[4:0];
    is_register        <= region == `IZH_REGION_REGISTER;
    is_run             <= region == `IZH_REGION_REGISTER && index[4:0] == `IZH_REG_RUN;
    is_register_word <= region == `IZH_REGION_REGISTER && field == 4'd0 && index[15:5] == 11'd0;
    neuron_exists      <= {1'b0, index} < NEURON_LIMIT;
    record_exists      <= {1'b0, index} < RECORD_LIMIT;

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
    neurons_fit  <= !wide && less_one < NEURON_LIMIT;
    substeps_fit <= !wide && less_one < 17'd255;

    is_neurons  <= number == `IZH_REG_NEURONS;
    is_substeps <= number == `IZH_REG_SUBSTEPS;
    is_tick     <= number == `IZH_REG_TICK;
    case (number)
      `IZH_REG_MAGIC, `IZH_REG_WIDTHS, `IZH_REG_NEURON_CAPACITY, `IZH_REG_RECORD_CAPACITY,
      `IZH_REG_TICKS_LEFT, `IZH_REG_STATUS:
      {readable, writable} <= 2'b10;
      `IZH_REG_RUN: {readable, writable} <= 2'b01;
      `IZH_REG_NEURONS, `IZH_REG_SUBSTEPS, `IZH_REG_STEP, `IZH_REG_MODE, `IZH_REG_TICK,
      `IZH_REG_SATURATED_X, `IZH_REG_SATURATED_W, `IZH_REG_SATURATED_PORT,
      `IZH_REG_BOUND_0, `IZH_REG_BOUND_1, `IZH_REG_BOUND_2, `IZH_REG_BOUND_3, `IZH_REG_BOUND_4,
      `IZH_REG_KAPPA_0, `IZH_REG_KAPPA_1, `IZH_REG_KAPPA_2, `IZH_REG_KAPPA_3, `IZH_REG_KAPPA_4,
      `IZH_REG_KAPPA_5:
      {readable, writable} <= 2'b11;
      default: {readable, writable} <= 2'b00;
    endcase
  end

  wire write_fits = writable && (!is_neurons || neurons_fit) && (!is_substeps || substeps_fit);
  reg allowed;
  always @(posedge clk_i)
    allowed <= (is_register_word && (bus_write_i ? write_fits : readable))
        || (is_neuron_word && neuron_exists) || (is_record_word && record_exists);

  // ---- One access after the other --------------------------------------------------------------------
  // REST keeps the next tick from starting. One that may have started meanwhile shows after four
  // clocks.

  localparam [2:0] IDLE = 3'd0, RANGED = 3'd1, FITTED = 3'd2, DECODED = 3'd3, REST = 3'd4,
      ACCESS = 3'd5, RESPOND = 3'd6;
  reg [2:0] state;
  reg [2:0] waited;
  reg resting, drained, rested;

  wire at_once = !allowed || (is_register && (!bus_write_i || is_run));
  wire run_write = state == DECODED && allowed && is_run && bus_write_i;

  // Which setting is written, decoded into flops: their enables reach far.
  reg setting_write;
  reg [4:0] write_bound;
  reg [5:0] write_kappa;
  reg [2:0] clear_saturated;
  reg tick_write;
  integer i;
  always @(posedge clk_i) begin
    setting_write <= state == REST && rested && is_register;
    for (i = 0; i < 5; i = i + 1)
      write_bound[i] <= setting_write && number == `IZH_REG_BOUND_0 + i[4:0];
    for (i = 0; i < 6; i = i + 1)
      write_kappa[i] <= setting_write && number == `IZH_REG_KAPPA_0 + i[4:0];
    for (i = 0; i < 3; i = i + 1)
      clear_saturated[i] <= rst_i || (setting_write && number == `IZH_REG_SATURATED_X + i[4:0]);
    tick_write <= setting_write && is_tick;
  end

  assign bus_ready_o = state == RESPOND;
  assign bus_error_o = !allowed;
  assign memory_select_o = state == ACCESS && !is_register;
  assign tick_write_o = tick_write;

  always @(posedge clk_i) begin
    memory_write_o <= memory_select_o && bus_write_i && waited == 3'd3;
    resting <= resting_i;
    drained <= drained_i;
    rested  <= state == REST && waited[2] && resting && (drained || !(is_register && is_tick));
    waited  <= 3'd0;
    case (state)
      IDLE: if (bus_valid_i) state <= RANGED;
      RANGED: state <= FITTED;
      FITTED: state <= DECODED;
      DECODED: state <= at_once ? RESPOND : REST;
      REST:
      if (rested) state <= ACCESS;
      else waited <= waited[2] ? waited : waited + 1'b1;
      ACCESS: begin
        waited <= waited + 1'b1;
        if (&waited) state <= RESPOND;
      end
      default: state <= IDLE;
    endcase
    if (rst_i) state <= IDLE;
  end

  // ---- Run control -----------------------------------------------------------------------------------

  // Ticks start at least 40 clocks apart, so the count may follow a few clocks behind: RUN is added, and
  // a start subtracted, in halves, one after the other.

  reg [31:0] ticks_left;
  reg [16:0] sum_low, sum_high;
  reg low_added, high_added, settling, low_empty;
  reg owed;  // a tick has started and is not counted yet

  always @(posedge clk_i) begin
    start_o    <= ticks_left != 32'd0 && state != REST && state != ACCESS;
    low_added  <= run_write;
    high_added <= low_added;
    if (run_write) sum_low <= {1'b0, ticks_left[15:0]} + {1'b0, bus_data_i[15:0]};
    sum_high   <= {1'b0, ticks_left[31:16]} + {1'b0, bus_data_i[31:16]} + {16'd0, sum_low[16]};
    if (started_i) owed <= 1'b1;
    settling   <= high_added;
    low_empty  <= ticks_left[15:0] == 16'd0;
    if (high_added) ticks_left <= sum_high[16] ? 32'hffffffff : {sum_high[15:0], sum_low[15:0]};
    else if (owed && !run_write && !low_added && !settling) begin
      ticks_left[15:0] <= ticks_left[15:0] - 16'd1;
      if (low_empty) ticks_left[31:16] <= ticks_left[31:16] - 16'd1;
      owed <= 1'b0;
    end
    if (rst_i) begin
      start_o    <= 1'b0;
      low_added  <= 1'b0;
      high_added <= 1'b0;
      owed       <= 1'b0;
      ticks_left <= 32'd0;
    end
  end

  // ---- Settings --------------------------------------------------------------------------------------

  integer j;
  always @(posedge clk_i) begin
    if (setting_write) begin
      case (number)
        `IZH_REG_NEURONS: last_neuron_o <= less_one[15:0];
        `IZH_REG_SUBSTEPS: last_substep_o <= less_one[7:0];
        `IZH_REG_STEP: step_o <= bus_data_i[1:0];
        `IZH_REG_MODE: accurate_o <= bus_data_i[0];
        default: ;
      endcase
    end
    for (j = 0; j < 5; j = j + 1)
      if (write_bound[j]) bounds_o[12*j+:12] <= bus_data_i[11:0];
    for (j = 0; j < 6; j = j + 1)
      if (write_kappa[j]) kappas_o[KAPPA_BITS*j+:KAPPA_BITS] <= bus_data_i[KAPPA_BITS-1:0];
    if (rst_i) begin
      last_neuron_o  <= 16'd0;
      last_substep_o <= 8'd0;
      step_o         <= 2'd2;
      accurate_o     <= 1'b1;
      bounds_o       <= {60{1'b1}};
      kappas_o       <= {(6 * KAPPA_BITS) {1'b0}};
    end
  end

  // ---- Counters --------------------------------------------------------------------------------------

  wire [2:0] saturated_now = {saturated_port_i, saturated_w_i, saturated_x_i};
  reg [3*16-1:0] saturated;
  integer n;
  always @(posedge clk_i) begin
    for (n = 0; n < 3; n = n + 1) begin
      if (saturated_now[n] && !(&saturated[16*n+:16]))
        saturated[16*n+:16] <= saturated[16*n+:16] + 1'b1;
      if (clear_saturated[n]) saturated[16*n+:16] <= 16'd0;
    end
  end

  // ---- What a read gives -----------------------------------------------------------------------------
  // In two clocks: one of eight, then one of the groups. Groups 2 and 3 are BOUND and KAPPA.

  wire [8*32-1:0] identity = {
    {31'd0, accurate_o}, {30'd0, step_o}, {24'd0, last_substep_o} + 32'd1,
    {16'd0, last_neuron_o} + 32'd1, {15'd0, RECORDS[16:0]}, {15'd0, NEURON_LIMIT},
    {8'd0, PORT_BITS[7:0], W_BITS[7:0], X_BITS[7:0]}, `IZH_MAGIC
  };
  wire [8*32-1:0] running = {
    32'd0, {16'd0, saturated[32+:16]}, {16'd0, saturated[16+:16]}, {16'd0, saturated[0+:16]},
    {31'd0, !resting}, tick_i, ticks_left, 32'd0
  };
  // Selected by masks: a stride that is no power of two would be multiplied with.
  reg [11:0] bound_read;
  reg [KAPPA_BITS-1:0] kappa_read;
  integer r;
  always @(*) begin
    bound_read = 12'd0;
    for (r = 0; r < 5; r = r + 1)
      bound_read = bound_read | ({12{number[2:0] == r[2:0]}} & bounds_o[12*r+:12]);
    kappa_read = {KAPPA_BITS{1'b0}};
    for (r = 0; r < 6; r = r + 1)
      kappa_read = kappa_read
          | ({KAPPA_BITS{number[2:0] == r[2:0]}} & kappas_o[KAPPA_BITS*r+:KAPPA_BITS]);
  end

  reg [31:0] identity_word, running_word;
  reg [11:0] bound;
  reg [KAPPA_BITS-1:0] kappa;

  always @(posedge clk_i) begin
    identity_word <= identity[32*number[2:0]+:32];
    running_word  <= running[32*number[2:0]+:32];
    bound         <= bound_read;
    kappa         <= kappa_read;
    if (!is_register) bus_data_o <= memory_data_i;
    else
      case (number[4:3])
        2'd0: bus_data_o <= identity_word;
        2'd1: bus_data_o <= running_word;
        2'd2: bus_data_o <= {20'd0, bound};
        default: bus_data_o <= {{(32 - KAPPA_BITS) {kappa[KAPPA_BITS-1]}}, kappa};
      endcase
  end
endmodule
`default_nettype wire
