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
    output wire                       memory_write_o,
    input  wire [               31:0] memory_data_i,  // eight clocks after select
    // Run control.
    output reg  [               15:0] last_neuron_o,
    output reg  [                7:0] last_substep_o,
    output wire                       start_o,        // a tick may start
    input  wire                       started_i,
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

  wire is_register = region == `IZH_REGION_REGISTER;
  wire is_bound = index >= `IZH_REG_BOUND_0 && index <= `IZH_REG_BOUND_4;
  wire is_kappa = index >= `IZH_REG_KAPPA_0 && index <= `IZH_REG_KAPPA_5;
  wire is_run = is_register && index == `IZH_REG_RUN;
  wire is_read_only = index <= `IZH_REG_RECORD_CAPACITY || index == `IZH_REG_TICKS_LEFT
      || index == `IZH_REG_STATUS;

  wire register_exists = field == 4'd0
      && (index <= `IZH_REG_SATURATED_PORT || is_bound || is_kappa);
  wire value_fits = !(index == `IZH_REG_NEURONS
          && (bus_data_i == 32'd0 || bus_data_i > {15'd0, NEURON_LIMIT}))
      && !(index == `IZH_REG_SUBSTEPS && (bus_data_i == 32'd0 || bus_data_i > 32'd255));
  wire register_allows = bus_write_i ? (!is_read_only && value_fits) : !is_run;
  wire neuron_exists = {1'b0, index} < NEURON_LIMIT;

  reg allowed;
  always @(*) begin
    case (region)
      `IZH_REGION_REGISTER: allowed = register_exists && register_allows;
      `IZH_REGION_STATE: allowed = field <= `IZH_FIELD_STATE_LEVEL && neuron_exists;
      `IZH_REGION_ATTRIBUTE:
      allowed = field <= `IZH_FIELD_ATTRIBUTE_PROBE && neuron_exists
          && (RECORDS != 0 || field != `IZH_FIELD_ATTRIBUTE_RECORD);
      `IZH_REGION_RECORD:
      allowed = field <= `IZH_FIELD_RECORD_DECAY && {1'b0, index} < RECORD_LIMIT;
      `IZH_REGION_INPUT: allowed = field == `IZH_FIELD_INPUT_I && neuron_exists;
      default: allowed = 1'b0;
    endcase
  end

  // ---- One access after the other --------------------------------------------------------------------

  localparam [1:0] IDLE = 2'd0, REST = 2'd1, MEMORY = 2'd2, RESPOND = 2'd3;
  reg [1:0] state;
  reg refused;
  reg [2:0] memory_clock;

  wire at_once = !allowed || (is_register && (!bus_write_i || is_run));
  wire rested = resting_i && (drained_i || !(is_register && index == `IZH_REG_TICK));
  wire register_write = is_register && bus_write_i && allowed
      && ((state == IDLE && bus_valid_i && is_run) || (state == REST && rested));

  assign bus_ready_o = state == RESPOND;
  assign bus_error_o = refused;
  assign memory_select_o = state == MEMORY;
  assign memory_write_o = state == MEMORY && bus_write_i && memory_clock == 3'd4;
  assign tick_write_o = register_write && index == `IZH_REG_TICK;

  always @(posedge clk_i) begin
    case (state)
      IDLE:
      if (bus_valid_i) begin
        refused <= !allowed;
        state   <= at_once ? RESPOND : REST;
      end
      REST: if (rested) state <= is_register ? RESPOND : MEMORY;
      MEMORY: begin
        memory_clock <= memory_clock + 1'b1;
        if (&memory_clock) state <= RESPOND;
      end
      default: state <= IDLE;
    endcase
    if (rst_i) begin
      state        <= IDLE;
      memory_clock <= 3'd0;
    end
  end

  // ---- Run control -----------------------------------------------------------------------------------

  reg [31:0] ticks_left;
  wire [32:0] ticks_more = {1'b0, ticks_left} + (register_write && is_run ? {1'b0, bus_data_i} : 33'd0)
      - {32'd0, started_i};

  assign start_o = ticks_left != 32'd0 && state != REST && state != MEMORY;

  always @(posedge clk_i) begin
    ticks_left <= ticks_more[32] ? 32'hffffffff : ticks_more[31:0];
    if (rst_i) ticks_left <= 32'd0;
  end

  // ---- Settings --------------------------------------------------------------------------------------

  integer i;
  always @(posedge clk_i) begin
    if (register_write) begin
      case (index)
        `IZH_REG_NEURONS: last_neuron_o <= bus_data_i[15:0] - 16'd1;
        `IZH_REG_SUBSTEPS: last_substep_o <= bus_data_i[7:0] - 8'd1;
        `IZH_REG_STEP: step_o <= bus_data_i[1:0];
        `IZH_REG_MODE: accurate_o <= bus_data_i[0];
        default: ;
      endcase
      for (i = 0; i < 5; i = i + 1)
        if (is_bound && index[2:0] == i[2:0]) bounds_o[12*i+:12] <= bus_data_i[11:0];
      for (i = 0; i < 6; i = i + 1)
        if (is_kappa && index[2:0] == i[2:0])
          kappas_o[KAPPA_BITS*i+:KAPPA_BITS] <= bus_data_i[KAPPA_BITS-1:0];
    end
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

  reg [31:0] saturated[0:2];
  wire [2:0] saturated_now = {saturated_port_i, saturated_w_i, saturated_x_i};
  integer n;
  always @(posedge clk_i) begin
    for (n = 0; n < 3; n = n + 1) begin
      if (saturated_now[n] && !(&saturated[n])) saturated[n] <= saturated[n] + 1'b1;
      if (rst_i || (register_write && index == `IZH_REG_SATURATED_X + n[15:0]))
        saturated[n] <= 32'd0;
    end
  end

  // ---- What a read gives -----------------------------------------------------------------------------

  wire [11:0] bound = bounds_o[12*index[2:0]+:12];
  wire [KAPPA_BITS-1:0] kappa = kappas_o[KAPPA_BITS*index[2:0]+:KAPPA_BITS];
  
  always @(posedge clk_i) begin
    case (index)
      `IZH_REG_MAGIC: bus_data_o <= `IZH_MAGIC;
      `IZH_REG_WIDTHS: bus_data_o <= {8'd0, PORT_BITS[7:0], W_BITS[7:0], X_BITS[7:0]};
      `IZH_REG_NEURON_CAPACITY: bus_data_o <= {15'd0, NEURON_LIMIT};
      `IZH_REG_RECORD_CAPACITY: bus_data_o <= {15'd0, RECORDS[16:0]};
      `IZH_REG_NEURONS: bus_data_o <= {16'd0, last_neuron_o} + 32'd1;
      `IZH_REG_SUBSTEPS: bus_data_o <= {24'd0, last_substep_o} + 32'd1;
      `IZH_REG_STEP: bus_data_o <= {30'd0, step_o};
      `IZH_REG_MODE: bus_data_o <= {31'd0, accurate_o};
      `IZH_REG_TICKS_LEFT: bus_data_o <= ticks_left;
      `IZH_REG_TICK: bus_data_o <= tick_i;
      `IZH_REG_STATUS: bus_data_o <= {31'd0, !resting_i};
      `IZH_REG_SATURATED_X: bus_data_o <= saturated[0];
      `IZH_REG_SATURATED_W: bus_data_o <= saturated[1];
      `IZH_REG_SATURATED_PORT: bus_data_o <= saturated[2];
      default:
      if (is_bound) bus_data_o <= {20'd0, bound};
      else bus_data_o <= {{(32 - KAPPA_BITS) {kappa[KAPPA_BITS-1]}}, kappa};
    endcase
    if (!is_register) bus_data_o <= memory_data_i;
  end
endmodule
`default_nettype wire
