// izh_pace.v: ticks so many clocks apart
// SPDX-License-Identifier: Apache-2.0
// docs/link.md, "Pace".
`default_nettype none

module izh_pace #(
    parameter BITS = 32
) (
    input  wire            clk_i,
    input  wire            rst_i,
    input  wire            write_i,
    input  wire [BITS-1:0] data_i,     // clocks; 0: as soon as they can
    output reg             hold_o,     // none may start
    input  wire            wanted_i,   // there are some left to run
    input  wire            started_i,
    output wire            overrun_o   // one was due and has not started before the next is
);
  // Counted down from pace - 2 to below 0, where a new period is loaded; a pace of 1 ends in every clock.
  reg [BITS-1:0] first, clocks;
  localparam [BITS:0] TWO = 2;
  reg few;  // a pace of 0 or 1
  wire [BITS-1:0] next;
  wire over;
  reg written, clocks_end, period_ends, due;
  wire load = written || clocks_end;
  wire paced = !few || first[0];
  assign overrun_o = period_ends && due && wanted_i && paced && !started_i;

  izh_step #(.WIDTH(BITS), .DOWN(1)) step (
      .load_i(load), .value_i(first), .count_i(clocks), .step_i(1'b1), .next_o(next), .over_o(over));

  always @(posedge clk_i) begin
    written     <= write_i;
    clocks      <= next;
    clocks_end  <= over && !load;
    period_ends <= clocks_end || (few && first[0]);
    if (started_i) due <= 1'b0;
    if (period_ends) due <= 1'b1;
    hold_o <= paced && !due;
    if (write_i) begin
      {few, first} <= {1'b0, data_i} - TWO;
      due          <= 1'b1;
    end
    if (rst_i) {few, first} <= {1'b1, {BITS{1'b0}}};
  end
endmodule
`default_nettype wire
