// izh_noise_serial.v: the noise for small chips: two rounds a clock for keys and draws alike
// SPDX-License-Identifier: Apache-2.0
// A command is taken in a clock with ready_o, clock 0 below; never both at a time.
//   key_i   makes the key of tick_i and seed_i and keeps it for the draws after it; neuron_i may be
//           anything but must stand in clocks 0 and 1. ready_o comes back in clock 11.
//   draw_i  draws for neuron_i. done_o is high in clock 7 alone, when ready_o comes back; g_o
//           holds from then on until the next done_o.
`default_nettype none

module izh_noise_serial (
    input  wire               clk_i,
    input  wire               rst_i,
    output wire               ready_o,
    input  wire               key_i,
    input  wire        [31:0] seed_i,
    input  wire        [31:0] tick_i,
    input  wire               draw_i,
    input  wire        [15:0] neuron_i,
    output reg                done_o,
    output wire signed [15:0] g_o
);
  localparam [2:0] LAST_PAIR = 3'd4, LAST_OF_KEY = 3'd7;

  // What there is to do in this clock. Tick and seed go through the registers where the key will be
  // kept: these get tick ^ neuron, so that x is loaded from them as for a draw.
  reg key, load, rounds, last;
  reg [2:0] pair;  // of rounds
  wire take_draw = draw_i && ready_o;
  wire take_key = key_i && ready_o;
  wire begin_rounds = take_draw || load;
  wire store = key && last;
  wire at_end = pair == (key ? LAST_OF_KEY : LAST_PAIR);

  assign ready_o = !(load || rounds || last);

  always @(posedge clk_i) begin
    load   <= take_key;
    key    <= take_key || (key && !take_draw);
    rounds <= begin_rounds || (rounds && !at_end);
    last   <= rounds && at_end;
    done_o <= last && !key;
    pair   <= rounds ? pair + 1'b1 : 3'd0;
    if (rst_i) begin
      load   <= 1'b0;
      rounds <= 1'b0;
      last   <= 1'b0;
      done_o <= 1'b0;
    end
  end

  // ---- Rounds

  reg [31:0] key_x, key_y, x, y;
  wire [31:0] sum = {x[7:0], x[31:8]} + y;
  wire [31:0] even_x = sum ^ {28'd0, pair, 1'b0};
  wire [31:0] even_y = {y[28:0], y[31:29]} ^ even_x;
  wire [31:0] even_sum = {even_x[7:0], even_x[31:8]} + even_y;
  wire [31:0] odd_x = even_sum ^ {28'd0, pair, 1'b1};

  always @(posedge clk_i) begin
    if (take_key || store) begin
      key_x <= store ? x : tick_i ^ {16'd0, neuron_i};
      key_y <= store ? y : seed_i;
    end
    if (begin_rounds || rounds) begin
      x <= begin_rounds ? key_x ^ {16'd0, neuron_i} : odd_x;
      y <= begin_rounds ? key_y : {even_y[28:0], even_y[31:29]} ^ odd_x;
    end
  end

  // ---- The Gaussian. With the sum of the uniform numbers and 1 in fine,
  // g = 1024 (ones + jump - 21 + fine[10] + fine[9]) + (fine ^ 512) mod 1024.

  wire [38:0] ones = {y[6:0], x};
  wire not_least = |y[31:27];
  wire greatest = &y[31:27];

  function [1:0] full_add(input a, input b, input c);
    full_add = {(a & b) | (a & c) | (b & c), a ^ b ^ c};
  endfunction

  // Ones in 15 bits: nine of eleven full adders, then, a clock later, the other two.
  function [5:0] count_begun(input [14:0] bits);
    reg [1:0] a, b, c, d, e, f, g, h, i;
    begin
      a = full_add(bits[0], bits[1], bits[2]);
      b = full_add(bits[3], bits[4], bits[5]);
      c = full_add(bits[6], bits[7], bits[8]);
      d = full_add(bits[9], bits[10], bits[11]);
      e = full_add(bits[12], a[0], b[0]);
      f = full_add(bits[13], c[0], d[0]);
      g = full_add(bits[14], e[0], f[0]);
      h = full_add(a[1], b[1], c[1]);
      i = full_add(d[1], e[1], f[1]);
      count_begun = {i, h, g};
    end
  endfunction

  function [3:0] count_ended(input [5:0] begun);
    reg [1:0] j, k;
    begin
      j = full_add(begun[1], begun[2], begun[4]);
      k = full_add(begun[3], begun[5], j[1]);
      count_ended = {k, j[0], begun[0]};
    end
  endfunction

  reg [12:0] odd, twos;  // the sums and carries of each three bits
  integer i;
  always @*
    for (i = 0; i < 13; i = i + 1)
      {twos[i], odd[i]} = full_add(ones[3*i], ones[3*i+1], ones[3*i+2]);

  reg [5:0] odd_count, twos_count;
  reg [10:0] fine;
  always @(posedge clk_i) begin
    if (last) begin
      odd_count  <= count_begun({not_least, greatest, odd});
      twos_count <= count_begun({not_least, greatest, twos});
      fine       <= {1'b0, y[16:7]} + {1'b0, y[26:17]} + 11'd1;
    end
  end

  // jump is 3 not_least + 3 greatest - 3, so 24 less than what was counted: pairs are 12 less.
  wire [3:0] odds = count_ended(odd_count);
  wire [3:0] pairs = count_ended(twos_count);
  wire [2:0] pairs_less = {~&pairs[3:2], ^pairs[3:2], ~pairs[2]};
  wire [5:0] high = {2'd0, odds} + {pairs_less, pairs[1:0], fine[9]} + {5'd0, fine[10]};
  assign g_o = {high, ~fine[9], fine[8:0]};
endmodule
`default_nettype wire
