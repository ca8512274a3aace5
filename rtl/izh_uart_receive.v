// izh_uart_receive.v: bytes that come on a line: 8 bits, no parity, one stop bit
// SPDX-License-Identifier: Apache-2.0
//
// A start bit that begins at time 0 is seen e clocks later, 0 <= e <= 1. With N clocks in a bit and
// M = N/2, bit k (start 0, data 1..8) is looked at in e + M + k N, the stop bit in e + M - 1 + 9 N. A sender
// whose bits last N (1 + d) puts bit k into k N (1 + d) .. (k + 1) N (1 + d). So
//     slow, d > 0: the stop bit must have begun:       M - 1 > 9 N d
//     fast, d < 0: bit 8 must not be over:             M + 1 + 8 N |d| < N - 9 N |d| + 8 N |d|
//                  and the stop bit must not be over:  M + 9 N |d| < N - N |d|
// that is |d| < (M - 1) / 9 N, and |d| < 1/20 however many clocks a bit has: 1/36 = 2.7 % with 4.
// Looking at the stop bit one clock early makes the first two alike: with M in its place, 4 clocks
// would bear 5.5 % of a slow sender and 2.5 % of a fast one. What an edge jitters counts as well:
// at 2 % and 4 clocks each edge may be off by 1 - 36 * 2 % = 0.28 clocks.
//
// A level that lasts half a bit or less is no bit. One that is seen makes an error of the byte that it
// is in or would have begun, unless it touches an edge, where it is jitter. What follows an error
// without a pause may be read from a wrong start; that is for the CRC of the frames.
`default_nettype none

module izh_uart_receive #(
    parameter CLOCKS_PER_BIT = 4  // at least 4
) (
    input  wire       clk_i,
    input  wire       rst_i,
    input  wire       line_i,          // of any clock
    output reg        byte_valid_o,
    input  wire       byte_ready_i,
    output reg  [7:0] byte_o,
    // For one clock: a byte was lost. Its start bit was too short or its stop bit low, there was a glitch
    // in it, or the one before it had not been taken. A line that stays low makes one error; one
    // that is low from reset on, none.
    output reg        carrier_error_o
);
  localparam PHASE_BITS = $clog2(CLOCKS_PER_BIT);
  localparam [31:0] BIT = CLOCKS_PER_BIT - 1, BEFORE_STOP = CLOCKS_PER_BIT - 2;
  localparam [31:0] HALF = CLOCKS_PER_BIT / 2;
  localparam [3:0] START = 4'd0, LAST_DATA = 4'd8, STOP = 4'd9;

  wire line;
  reg line_before;
  reg [PHASE_BITS-1:0] alike;   // clocks that the line was as it was before; stays at HALF
  reg rested;                   // high since the last byte: what is low now begins one
  reg busy, glitch;
  reg [3:0] number;             // of the bit that is looked at next
  reg [PHASE_BITS-1:0] phase;   // clocks until then
  reg [7:0] bits;

  izh_synchroniser come (.clk_i(clk_i), .d_i(line_i), .q_o(line));

  wire changed = line != line_before;
  wire short = changed && alike != HALF[PHASE_BITS-1:0];
  wire look = busy && phase == 0;
  wire no_start = look && number == START && line;
  wire ends = look && number == STOP;
  wire whole = ends && line && !glitch && !short;
  wire room = !byte_valid_o || byte_ready_i;

  always @(posedge clk_i) begin
    line_before <= line;
    if (changed) alike <= 0;
    else if (alike != HALF[PHASE_BITS-1:0]) alike <= alike + 1'b1;

    rested <= line || (rested && !busy);
    glitch <= short || (busy && glitch);
    phase  <= phase - 1'b1;
    if (look) begin
      number <= number + 1'b1;
      bits   <= {line, bits[7:1]};
      phase  <= number == LAST_DATA ? BEFORE_STOP[PHASE_BITS-1:0] : BIT[PHASE_BITS-1:0];
      if (ends || no_start) busy <= 1'b0;
    end
    if (!busy) begin
      number <= START;
      phase  <= HALF[PHASE_BITS-1:0] - 1'b1;
      busy   <= rested && !line;
    end

    byte_valid_o    <= whole || (byte_valid_o && !byte_ready_i);
    carrier_error_o <= no_start || (ends && !(whole && room));
    if (whole && room) byte_o <= bits;

    if (rst_i) begin
      alike           <= HALF[PHASE_BITS-1:0];
      busy            <= 1'b0;
      rested          <= 1'b0;
      byte_valid_o    <= 1'b0;
      carrier_error_o <= 1'b0;
    end
  end
endmodule
`default_nettype wire
