// izh_noise_key.v: what the noise of one tick shares: sixteen rounds over tick and seed
// SPDX-License-Identifier: Apache-2.0
// One round a clock. start_i in clock 0 takes seed and tick; busy_o is high in clocks 1..16; from
// clock 17 on the key stands at the outputs until the next start_i. A start_i while busy_o starts
// again.
`default_nettype none

module izh_noise_key (
    input  wire        clk_i,
    input  wire        rst_i,
    input  wire        start_i,
    input  wire [31:0] seed_i,
    input  wire [31:0] tick_i,
    output reg         busy_o,
    output reg  [31:0] key_x_o,
    output reg  [31:0] key_y_o
);
  reg [3:0] round;
  wire [31:0] sum = {key_x_o[7:0], key_x_o[31:8]} + key_y_o;
  wire [31:0] next_x = sum ^ {28'd0, round};

  always @(posedge clk_i) begin
    round <= round + 1'b1;
    if (busy_o) begin
      key_x_o <= next_x;
      key_y_o <= {key_y_o[28:0], key_y_o[31:29]} ^ next_x;
      busy_o  <= round != 4'd15;
    end
    if (start_i) begin
      key_x_o <= tick_i;
      key_y_o <= seed_i;
      round   <= 4'd0;
      busy_o  <= 1'b1;
    end
    if (rst_i) busy_o <= 1'b0;
  end
endmodule
`default_nettype wire
