// izh_noise.v: a Gaussian number for a neuron, one a clock
// SPDX-License-Identifier: Apache-2.0
// neuron_i in clock 0, g_o in clock CLOCKS. The key must stand in clocks 0 and 1 of each draw; it
// may change while older draws are under way. Whoever instantiates the module says how many clocks
// it counts on; another number does not elaborate. One round a clock; what follows them is short.
`default_nettype none

module izh_noise #(
    parameter CLOCKS = 14
) (
    input  wire               clk_i,
    input  wire        [31:0] key_x_i,
    input  wire        [31:0] key_y_i,
    input  wire        [15:0] neuron_i,  // clock 0
    output reg  signed [15:0] g_o        // clock CLOCKS
);
  localparam ROUNDS = 10;

  generate
    if (CLOCKS != ROUNDS + 4) begin : wrong
      izh_noise_has_another_number_of_clocks clocks ();
    end
  endgenerate

  // ---- Rounds. The words before round r stand in x[32*r+:32] and y[32*r+:32], in clock r + 1.

  reg [15:0] low_1;
  always @(posedge clk_i) low_1 <= key_x_i[15:0] ^ neuron_i;

  wire [32*ROUNDS+31:0] x, y;
  assign x[31:0] = {key_x_i[31:16], low_1};
  assign y[31:0] = key_y_i;

  genvar r;
  generate
    for (r = 0; r < ROUNDS; r = r + 1) begin : round
      localparam [31:0] NUMBER = r;
      wire [31:0] x_0 = x[32*r+:32];
      wire [31:0] y_0 = y[32*r+:32];
      wire [31:0] next_x = ({x_0[7:0], x_0[31:8]} + y_0) ^ NUMBER;
      reg [31:0] x_1, y_1;
      always @(posedge clk_i) begin
        x_1 <= next_x;
        y_1 <= {y_0[28:0], y_0[31:29]} ^ next_x;
      end
      assign x[32*r+32+:32] = x_1;
      assign y[32*r+32+:32] = y_1;
    end
  endgenerate

  // ---- The Gaussian. Its clocks are counted from the last round: a signal _N holds its value in
  // clock N after it. With the sum of the uniform numbers and 1 in fine,
  // g = 1024 (ones + jump - 21 + fine[10] + fine[9]) + (fine ^ 512) mod 1024.

  wire [31:0] y_last = y[32*ROUNDS+:32];
  wire [38:0] ones = {y_last[6:0], x[32*ROUNDS+:32]};

  reg [17:0] sixes_1;  // ones in each six bits
  reg [1:0] three_1;   // in the last three
  reg up_1, down_1;
  reg [3:0] twelve_2a, twelve_2b;  // ones in twelve bits, and a carry
  reg [5:0] base_2;                // ones in the other fifteen, and jump - 21
  reg [10:0] fine_1;
  reg [9:0] fine_2;

  function [1:0] count_3(input a, input b, input c);
    count_3 = {(a & b) | (a & c) | (b & c), a ^ b ^ c};
  endfunction

  function [2:0] count_6(input [5:0] bits);
    reg [1:0] a, b;
    begin
      a = count_3(bits[0], bits[1], bits[2]);
      b = count_3(bits[3], bits[4], bits[5]);
      count_6 = {count_3(a[1], b[1], a[0] & b[0]), a[0] ^ b[0]};
    end
  endfunction

  integer i;
  always @(posedge clk_i) begin
    for (i = 0; i < 6; i = i + 1) sixes_1[3*i+:3] <= count_6(ones[6*i+:6]);
    three_1 <= count_3(ones[36], ones[37], ones[38]);
    up_1    <= &y_last[31:27];
    down_1  <= ~|y_last[31:27];
    fine_1  <= {1'b0, y_last[16:7]} + {1'b0, y_last[26:17]} + 11'd1;

    twelve_2a <= {1'b0, sixes_1[2:0]} + {1'b0, sixes_1[5:3]} + {3'd0, fine_1[9]};
    twelve_2b <= {1'b0, sixes_1[8:6]} + {1'b0, sixes_1[11:9]} + {3'd0, fine_1[10]};
    base_2    <= {3'd0, sixes_1[14:12]} + {3'd0, sixes_1[17:15]} + {4'd0, three_1}
        + (up_1 ? 6'd46 : down_1 ? 6'd40 : 6'd43);  // modulo 64
    fine_2    <= {~fine_1[9], fine_1[8:0]};

    g_o <= {base_2 + {2'd0, twelve_2a} + {2'd0, twelve_2b}, fine_2};
  end
endmodule
`default_nettype wire
