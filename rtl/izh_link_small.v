// izh_link_small.v: the device's half of the link for a small chip: mostly a program
// SPDX-License-Identifier: Apache-2.0
// docs/link.md, as izh_link and with its ports. The program (rtl/izh_link_small.s) reads frames, does requests
// and writes frames; logic here moves bytes between carrier and memory, makes accesses and checksums.
//
// Pages of the memory: 0 variables, 1 bytes as they came, 2 frames from the host, 3 the ring of what goes out.
`default_nettype none
`include "izh_map.vh"

module izh_link_small #(
    parameter X_BITS = 16,
    parameter W_BITS = 24,
    parameter INDEX_BITS = 10,
    parameter STIMULI = 1,          // must be
    parameter [31:0] BUILD = 32'd0,
    parameter [31:0] BOARD = 32'd0,
    parameter [31:0] CLOCK = 32'd0, // Hz
    parameter LINK_DIVIDER = 1      // must be
) (
    input  wire                     clk_i,
    input  wire                     rst_i,
    // The carrier.
    input  wire                     byte_valid_i,
    output wire                     byte_ready_o,
    input  wire [              7:0] byte_i,
    input  wire                     carrier_error_i,
    output reg                      byte_valid_o,
    input  wire                     byte_ready_i,
    output reg  [              7:0] byte_o,
    // The engine.
    output wire                     engine_rst_o,
    output wire                     hold_o,
    input  wire                     ticks_wanted_i,
    input  wire                     tick_started_i,
    output reg                      bus_valid_o,
    output reg                      bus_write_o,
    output reg  [             31:0] bus_address_o,
    output reg  [             31:0] bus_data_o,
    input  wire                     bus_ready_i,
    input  wire [             31:0] bus_data_i,
    input  wire                     bus_error_i,
    output reg                      stimulus_valid_o,
    input  wire                     stimulus_ready_i,
    output wire [              1:0] stimulus_kind_o,
    output wire [             15:0] stimulus_neuron_o,
    output wire [             31:0] stimulus_value_o,
    input  wire                     event_valid_i,
    output wire                     event_ready_o,
    input  wire                     event_spike_i,
    input  wire                     event_tick_end_i,
    input  wire [              7:0] event_substep_i,
    input  wire [              2:0] event_level_i,
    input  wire [   INDEX_BITS-1:0] event_neuron_i,
    input  wire                     probe_valid_i,
    output wire                     probe_ready_o,
    input  wire [   INDEX_BITS-1:0] probe_neuron_i,
    input  wire signed [X_BITS-1:0] probe_x_i,
    input  wire signed [W_BITS-1:0] probe_w_i,
    input  wire [              2:0] probe_level_i
);
`include "izh_link_small.vh"

  generate
    if (STIMULI == 0 || LINK_DIVIDER != 1) begin : g_refused
      izh_link_small_needs_an_engine_with_a_stimulus_port_and_its_clock refused ();
    end
  endgenerate

  // ---- The machine, its program and its memory ------------------------------------------------------------

  wire second, write, out;
  wire [9:0] program_address;
  wire [8:0] write_address, read_address;
  wire [7:0] write_data, out_data;
  wire [3:0] in_port;
  wire [4:0] out_port;
  reg [7:0] in, head, at;
  reg [15:0] instruction;
  reg [7:0] read_data;
  wire word_valid, busy;
  reg error;
  reg full;         // no room for another byte that comes
  reg [6:0] tail;   // those before it are read

  always @(posedge clk_i) if (second) instruction <= program_words[program_address];
  always @(posedge clk_i) begin
    if (write) bytes[write_address] <= write_data;
    read_data <= bytes[read_address];
  end

  izh_micro machine (
      .clk_i(clk_i), .rst_i(rst_i), .second_o(second),
      .program_address_o(program_address), .instruction_i(instruction),
      .write_o(write), .write_address_o(write_address), .write_data_o(write_data),
      .read_address_o(read_address), .read_data_i(read_data),
      .page1_write_i(came), .page1_address_i(head[6:0]), .page1_data_i(byte_i),
      .page3_address_i(at[6:0]),
      .in_port_o(in_port), .in_i(in), .out_o(out), .out_port_o(out_port), .out_data_o(out_data),
      .condition_i({full, error, busy, word_valid}));

  wire to_address = out && out_port == OUT_ADDRESS;
  wire to_data = out && out_port == OUT_DATA;
  wire reset = out && out_port == OUT_RESET;
  wire fresh = rst_i || reset;
  assign engine_rst_o = fresh;

  // ---- From the host --------------------------------------------------------------------------------------

  reg [7:0] ended;  // behind the last zero
  wire came = byte_valid_i && byte_ready_o;
  wire [7:0] next_head = head + 1'b1;
  assign byte_ready_o = !second && !full;
  always @(posedge clk_i) begin
    full <= next_head[6:0] == tail;
    if (came) head <= next_head;
    if (came && byte_i == 8'd0) ended <= next_head;
    if (out && (out_port == OUT_TAIL || out_port == OUT_DROP)) tail <= out_data[6:0];
    if (out && out_port == OUT_DROP) ended <= out_data;
    if (rst_i) begin
      head  <= 8'd0;
      ended <= 8'd0;
      tail  <= 7'd0;
    end
  end

  // ---- To the host: what stands before the stop leaves; in a halt nothing more is taken from the ring ------

  reg [7:0] stop;
  reg halted, delimit, fetches;
  wire free = !byte_valid_o || byte_ready_i;
  always @(posedge clk_i) begin
    if (byte_ready_i) byte_valid_o <= 1'b0;
    fetches <= second && free && !halted && !delimit && at != stop;
    if (fetches && !halted) begin
      byte_valid_o <= 1'b1;
      byte_o       <= read_data;
      at           <= at + 1'b1;
    end else if (second && free && delimit && !fetches) begin
      byte_valid_o <= 1'b1;
      byte_o       <= 8'd0;
      delimit      <= 1'b0;
    end
    if (out && out_port == OUT_HALT) halted <= 1'b1;
    if (out && out_port == OUT_STOP) begin
      stop   <= out_data;
      halted <= 1'b0;
    end
    if (out && out_port == OUT_AT) begin
      at      <= out_data;
      delimit <= 1'b1;
    end
    if (rst_i) begin
      at           <= 8'd0;
      stop         <= 8'd0;
      halted       <= 1'b1;
      delimit      <= 1'b0;
      fetches      <= 1'b0;
      byte_valid_o <= 1'b0;
    end
  end

  // ---- Accesses and stimuli -------------------------------------------------------------------------------

  reg behind;  // the last index of its field
  wire served = bus_valid_o && bus_ready_i;
  wire over;
  wire [23:0] next_index;
  izh_step #(.WIDTH(24)) index (
      .load_i(to_address), .value_i(bus_address_o[31:8]), .count_i(bus_address_o[23:0]),
      .step_i(served), .next_o(next_index), .over_o(over));
  assign busy = bus_valid_o || stimulus_valid_o;
  assign {stimulus_kind_o, stimulus_neuron_o} = {bus_address_o[25:24], bus_address_o[15:0]};
  assign stimulus_value_o = bus_data_o;

  always @(posedge clk_i) begin
    if (served) begin
      bus_valid_o <= 1'b0;
      error       <= bus_error_i || behind;
      behind      <= over;
    end
    if (stimulus_ready_i) stimulus_valid_o <= 1'b0;
    if (out && (out_port == OUT_READ || out_port == OUT_WRITE)) begin
      bus_valid_o <= 1'b1;
      bus_write_o <= out_port == OUT_WRITE;
    end
    if (out && out_port == OUT_STIMULUS) begin
      stimulus_valid_o <= 1'b1;
      error            <= 1'b0;
    end
    bus_address_o[23:0] <= next_index;
    if (to_address) begin
      bus_address_o[31:24] <= out_data;
      behind               <= 1'b0;
    end
    if (to_data) bus_data_o <= {out_data, bus_data_o[31:8]};
    else if (served && !bus_write_o) bus_data_o <= bus_data_i;
    if (fresh) begin
      bus_valid_o      <= 1'b0;
      stimulus_valid_o <= 1'b0;
    end
  end

  // ---- Checksums ------------------------------------------------------------------------------------------

  wire crc_busy;
  wire [31:0] crc;
  izh_crc32_serial sum (
      .clk_i(clk_i), .clear_i(out && out_port == OUT_SUM_CLEAR),
      .valid_i(out && (out_port == OUT_SUM || out_port == OUT_SUM_MOVE)),
      .out_i(out_port == OUT_SUM_MOVE), .byte_i(out_data), .busy_o(crc_busy), .crc_o(crc));

  // ---- The stream -----------------------------------------------------------------------------------------

  reg lossy, blocked, taken;
  reg [2:0] stale;  // the engine is in reset a clock later, and its ports another
  wire [15:0] word;
  always @(posedge clk_i) begin
    stale <= {stale[1:0], fresh};
    if (out && out_port == OUT_MODE) {blocked, lossy} <= out_data[1:0];
    if (fresh) {blocked, lossy} <= 2'b00;
    taken <= out && out_port == OUT_TAKE;
  end

  izh_link_stream #(
      .X_BITS(X_BITS), .W_BITS(W_BITS), .INDEX_BITS(INDEX_BITS), .COUNT_BITS(12)
  ) stream (
      .clk_i(clk_i), .rst_i(fresh || |stale), .lossy_i(lossy), .blocked_i(blocked),
      .event_valid_i(event_valid_i), .event_ready_o(event_ready_o), .event_spike_i(event_spike_i),
      .event_tick_end_i(event_tick_end_i), .event_substep_i(event_substep_i),
      .event_level_i(event_level_i), .event_neuron_i(event_neuron_i),
      .probe_valid_i(probe_valid_i), .probe_ready_o(probe_ready_o), .probe_neuron_i(probe_neuron_i),
      .probe_x_i(probe_x_i), .probe_w_i(probe_w_i), .probe_level_i(probe_level_i),
      .word_valid_o(word_valid), .word_ready_i(taken), .word_o(word));

  // ---- Pace, and what is counted: modulo 256, the program adds up -------------------------------------------

  wire overrun;
  izh_pace pace (
      .clk_i(clk_i), .rst_i(fresh), .write_i(out && out_port == OUT_PACE), .data_i(bus_data_o),
      .hold_o(hold_o), .wanted_i(ticks_wanted_i), .started_i(tick_started_i), .overrun_o(overrun));

  reg [7:0] overruns, errors;
  always @(posedge clk_i) begin
    if (overrun) overruns <= overruns + 1'b1;
    if (carrier_error_i) errors <= errors + 1'b1;
    if (fresh) begin
      overruns <= 8'd0;
      errors   <= 8'd0;
    end
  end

  // ---- What the program sees --------------------------------------------------------------------------------

  always @(*) begin
    case (in_port)
      IN_ENDED: in = ended;
      IN_AT: in = at;
      IN_DATA: in = bus_data_o[7:0];
      IN_SUM: in = crc[7:0];
      IN_WORD_LOW: in = word[7:0];
      IN_WORD_HIGH: in = word[15:8];
      IN_OVERRUNS: in = overruns;
      IN_ERRORS: in = errors;
      default: in = 8'd0;
    endcase
  end

  wire unused_bits = &{1'b0, crc_busy, crc};
endmodule
`default_nettype wire
