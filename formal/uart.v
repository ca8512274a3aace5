// uart.v: proof of the UART: a byte sent is the byte received, whenever an edge is seen
// SPDX-License-Identifier: Apache-2.0
// Sender and receiver at four clocks a bit. Each edge of the line is seen at once or a clock later, as
// the solver likes: that is every phase of two dividers, and a clock of jitter on every edge.
`default_nettype none

module prove (
    input wire       clk,
    input wire       valid,
    input wire [7:0] data,
    input wire       late
);
  // Reset, then a rest in which the receiver sees the line high.
  reg [3:0] clocks = 4'd0;
  wire rst = clocks < 4'd6;
  wire rested = &clocks;
  always @(posedge clk) if (!rested) clocks <= clocks + 1'b1;

  wire line, ready, out_valid, carrier_error;
  wire [7:0] out;
  reg line_before;
  always @(posedge clk) line_before <= line;

  izh_uart_send #(.CLOCKS_PER_BIT(4)) sender (
      .clk_i(clk), .rst_i(rst), .byte_valid_i(valid && rested), .byte_ready_o(ready), .byte_i(data),
      .line_o(line));
  izh_uart_receive #(.CLOCKS_PER_BIT(4)) receiver (
      .clk_i(clk), .rst_i(rst), .line_i(late ? line_before : line),
      .byte_valid_o(out_valid), .byte_ready_i(1'b1), .byte_o(out),
      .carrier_error_o(carrier_error));

  // The byte under way; it arrives before the next one may begin to arrive.
  reg [7:0] sent[0:1];
  reg [1:0] sent_bytes = 2'd0, received = 2'd0;
  wire [1:0] under_way = sent_bytes - received;
  always @(posedge clk) begin
    if (valid && rested && ready) begin
      sent[sent_bytes[0]] <= data;
      sent_bytes <= sent_bytes + 1'b1;
    end
    if (out_valid && !rst) received <= received + 1'b1;
  end

  reg [5:0] age = 6'd0;  // of the byte under way
  always @(posedge clk) age <= under_way == 2'd0 || out_valid ? 6'd0 : age + 1'b1;

  always @* if (!rst) begin
    assert (under_way <= 2'd2);
    assert (!carrier_error);
    if (out_valid) assert (under_way != 2'd0 && out == sent[received[0]]);
    assert (age < 6'd48);  // none is lost
  end
endmodule
`default_nettype wire
