// uart_baud.v: proof of izh_uart_receive's bound: two bytes from a sender whose baud rate is off
// SPDX-License-Identifier: Apache-2.0
// Time in 1/360 of a receiver's clock: a bit of four clocks is 1440 and may be off by less than 1/36 of
// that, 40. Rate, phase, bytes and pause are the solver's.
`default_nettype none

module prove (
    input wire clk
);
  localparam [11:0] CLOCK = 12'd360, BIT = 12'd1440, OFF = 12'd40;
  localparam [6:0] RESET = 7'd6;

  (* anyconst *) reg [11:0] bit_time;
  (* anyconst *) reg [11:0] phase;
  (* anyconst *) reg [7:0] first, second;
  (* anyconst *) reg [1:0] pause;
  always @* begin
    assume (bit_time > BIT - OFF && bit_time < BIT + OFF);
    assume (phase > 12'd0 && phase <= CLOCK);
  end

  reg [6:0] clocks = 7'd0;
  always @(posedge clk) if (!(&clocks)) clocks <= clocks + 1'b1;
  wire rst = clocks < RESET;

  // The line: what it is now, when that ends, and what comes then.
  reg [24:0] line = 25'h1ffffff;
  reg begun = 1'b0;
  reg [11:0] left = 12'd0;
  wire ends = begun && left <= CLOCK;
  always @(posedge clk) begin
    if (clocks == RESET + 7'd4) begin
      begun <= 1'b1;
      left  <= phase;
      line  <= pause == 2'd0 ? {5'h1f, second, 1'b0, 1'b1, first, 1'b0, 1'b1} :
               pause == 2'd1 ? {4'hf, second, 1'b0, 2'h3, first, 1'b0, 1'b1} :
                               {3'h7, second, 1'b0, 3'h7, first, 1'b0, 1'b1};
    end else if (begun) begin
      left <= ends ? left + bit_time - CLOCK : left - CLOCK;
      if (ends) line <= {1'b1, line[24:1]};
    end
  end

  wire valid, carrier_error;
  wire [7:0] data;
  izh_uart_receive #(.CLOCKS_PER_BIT(4)) receiver (
      .clk_i(clk), .rst_i(rst), .line_i(line[0]), .byte_valid_o(valid), .byte_ready_i(1'b1),
      .byte_o(data), .carrier_error_o(carrier_error));

  reg [1:0] received = 2'd0;
  always @(posedge clk) if (valid && !rst) received <= received + 1'b1;
  always @* if (!rst) begin
    assert (!carrier_error);
    if (valid) assert (received < 2'd2 && data == (received == 2'd0 ? first : second));
    if (clocks == RESET + 7'd108) assert (received == 2'd2);
  end
endmodule
`default_nettype wire
