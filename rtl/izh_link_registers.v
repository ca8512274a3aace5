// izh_link_registers.v: the region LINK, and the pace of ticks
// SPDX-License-Identifier: Apache-2.0
// docs/register-map.md. Answers in the clock after valid, as long as that is held.
`default_nettype none
`include "izh_map.vh"

module izh_link_registers #(
    parameter [31:0] BUILD = 32'd0,
    parameter [31:0] BOARD = 32'd0,
    parameter [31:0] CLOCK = 32'd0,  // Hz, of what counts for the host
    parameter LINK_DIVIDER = 1       // it is so many times this clock: 1 or 2
) (
    input  wire        clk_i,
    input  wire        rst_i,
    input  wire        valid_i,
    input  wire        write_i,
    input  wire [27:0] address_i,  // without the region
    input  wire [31:0] data_i,
    output reg         ready_o,
    output reg  [31:0] data_o,
    output reg         error_o,
    output reg         lossy_o,
    // Ticks.
    output wire        hold_o,     // none may start
    input  wire        wanted_i,   // there are some left to run
    input  wire        started_i,
    // What is counted.
    input  wire        broken_i,
    input  wire        carrier_error_i
);
  wire [3:0] field = address_i[27:24];
  wire exists = field <= `IZH_FIELD_LINK_CARRIER && address_i[23:0] == 24'd0;
  wire writable = field >= `IZH_FIELD_LINK_PACE;
  wire fits = field != `IZH_FIELD_LINK_LOSSY || data_i[31:1] == 31'd0;
  wire refused = !exists || (write_i && (!writable || !fits));
  wire write = valid_i && write_i && !ready_o && !refused;

  // ---- Pace -------------------------------------------------------------------------------------------

  // Rounded up: ticks start so far apart at least.
  reg [31:0] pace;
  wire [31:0] period = LINK_DIVIDER == 1 ? pace : {1'b0, pace[31:1]} + {31'd0, pace[0]};
  reg paced;
  wire pace_write = write && field == `IZH_FIELD_LINK_PACE;
  wire overrun;
  wire [15:0] overruns, broken, carrier;
  izh_pace ticks (
      .clk_i(clk_i), .rst_i(rst_i), .write_i(paced), .data_i(period), .hold_o(hold_o),
      .wanted_i(wanted_i), .started_i(started_i), .overrun_o(overrun));
  always @(posedge clk_i) begin
    paced <= pace_write && !rst_i;
    if (pace_write) pace <= data_i;
    if (rst_i) pace <= 32'd0;
  end

  // ---- Counts, which stop at their end ----------------------------------------------------------------

  wire [2:0] counted = {carrier_error_i, broken_i, overrun};
  genvar i;
  wire [3*16-1:0] counts;
  generate
    for (i = 0; i < 3; i = i + 1) begin : g_count
      localparam [3:0] FIELD = `IZH_FIELD_LINK_OVERRUNS + i;
      reg [15:0] count;
      assign counts[16*i+:16] = count;
      always @(posedge clk_i)
        if (rst_i || (write && field == FIELD)) count <= 16'd0;
        else if (counted[i] && !(&count)) count <= count + 1'b1;
    end
  endgenerate
  assign {carrier, broken, overruns} = counts;

  // ---- The bus ----------------------------------------------------------------------------------------

  always @(posedge clk_i) begin
    ready_o <= valid_i && !ready_o;
    error_o <= refused;
    if (write && field == `IZH_FIELD_LINK_LOSSY) lossy_o <= data_i[0];
    case (field)
      `IZH_FIELD_LINK_BUILD: data_o <= BUILD;
      `IZH_FIELD_LINK_BOARD: data_o <= BOARD;
      `IZH_FIELD_LINK_CLOCK: data_o <= CLOCK;
      `IZH_FIELD_LINK_PACE: data_o <= pace;
      `IZH_FIELD_LINK_LOSSY: data_o <= {31'd0, lossy_o};
      `IZH_FIELD_LINK_OVERRUNS: data_o <= {16'd0, overruns};
      `IZH_FIELD_LINK_BROKEN: data_o <= {16'd0, broken};
      default: data_o <= {16'd0, carrier};
    endcase
    if (rst_i) begin
      ready_o <= 1'b0;
      lossy_o <= 1'b0;
    end
  end
endmodule
`default_nettype wire
