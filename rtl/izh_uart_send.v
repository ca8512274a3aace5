// izh_uart_send.v: bytes leave on a line: 8 bits, no parity, one stop bit
// SPDX-License-Identifier: Apache-2.0
// A byte that waits when a stop bit ends follows without a gap.
`default_nettype none

module izh_uart_send #(
    parameter CLOCKS_PER_BIT = 4
) (
    input  wire       clk_i,
    input  wire       rst_i,
    input  wire       byte_valid_i,
    output wire       byte_ready_o,
    input  wire [7:0] byte_i,
    output wire       line_o
);
  localparam PHASE_BITS = $clog2(CLOCKS_PER_BIT);
  localparam [31:0] LAST = CLOCKS_PER_BIT - 1;

  reg [8:0] line;                 // what the line is now, and the bits behind it
  reg [3:0] left;                 // bits behind this one, of 10
  reg [PHASE_BITS-1:0] phase;     // clocks left of this bit
  wire bit_ends = phase == 0;
  wire take = byte_valid_i && byte_ready_o;

  assign byte_ready_o = bit_ends && left == 4'd0 && !rst_i;
  assign line_o = line[0];

  always @(posedge clk_i) begin
    if (!bit_ends) phase <= phase - 1'b1;
    if (take || (bit_ends && left != 4'd0)) begin
      phase <= LAST[PHASE_BITS-1:0];
      left  <= take ? 4'd9 : left - 1'b1;
      line  <= take ? {byte_i, 1'b0} : {1'b1, line[8:1]};
    end
    if (rst_i) begin
      phase <= 0;
      left  <= 4'd0;
      line  <= 9'h1ff;
    end
  end
endmodule
`default_nettype wire
