// frames.v: proof of izh_frame_out and izh_frame_in back to back: what goes in comes out, and is good
// SPDX-License-Identifier: Apache-2.0
// Two frames of three bytes, any bytes, through a ring that they do not fit into at once.
`default_nettype none

module prove (
    input wire clk
);
  localparam ADDRESS_BITS = 4;
  localparam [3:0] OVERHEAD = 4'd6;

  reg rst = 1'b1;
  always @(posedge clk) rst <= 1'b0;

  (* anyconst *) reg [47:0] bytes;  // of both frames
  localparam [2:0] FIRST = 3'd3, ALL = 3'd6;

  wire ready, write, data_valid, frame_end, good;
  wire [15:0] whole;
  wire [3:0] write_address;
  wire [7:0] write_data, data;
  reg [2:0] offered = 3'd0;
  wire valid = offered != ALL;
  wire [7:0] next = bytes >> 8 * offered;
  reg [15:0] carried = 16'd0;

  izh_frame_out #(.ADDRESS_BITS(ADDRESS_BITS)) sender (
      .clk_i(clk), .rst_i(rst), .byte_valid_i(valid), .byte_ready_o(ready), .byte_i(next),
      .last_i(offered == FIRST - 1'b1 || offered == ALL - 1'b1), .whole_o(whole),
      .released_i(carried), .room_o(), .write_o(write),
      .write_address_o(write_address), .write_data_o(write_data));

  reg [7:0] ring[0:15];
  always @(posedge clk) begin
    if (write) ring[write_address] <= write_data;
    if (valid && ready && !rst) offered <= offered + 1'b1;
  end

  wire on_wire = carried != whole && !rst;
  izh_frame_in receiver (
      .clk_i(clk), .rst_i(rst), .byte_valid_i(on_wire),
      .byte_i(ring[carried[3:0]]), .data_valid_o(data_valid), .data_o(data), .end_o(frame_end),
      .good_o(good));
  always @(posedge clk) if (on_wire) carried <= carried + 1'b1;

  reg [1:0] frames = 2'd0;   // received
  reg [3:0] got = 4'd0;      // bytes of this one
  wire [2:0] index = (frames == 2'd0 ? 3'd0 : FIRST) + got[2:0];
  wire [7:0] expected = bytes >> 8 * index;
  always @(posedge clk)
    if (!rst) begin
      if (frame_end) begin
        frames <= frames + 1'b1;
        got    <= 4'd0;
      end else if (data_valid) got <= got + 1'b1;
    end

  // A carrier that has had all for a while has had both frames.
  reg [3:0] idle = 4'd0;
  always @(posedge clk) idle <= carried == ALL + 2 * OVERHEAD && !idle[3] ? idle + 1'b1 : idle;
  reg started = 1'b0;
  always @(posedge clk) if (!rst) started <= 1'b1;
  always @* if (started) begin
    if (idle[3]) assert (frames == 2'd2);
    if (data_valid && got < FIRST) assert (data == expected);
    if (frame_end) begin
      assert (good);
      assert (frames < 2'd2 && got == FIRST + 4'd4);
    end
    // Positions: none, the first frame, both.
    assert (whole == 16'd0 || whole == FIRST + OVERHEAD || whole == ALL + 2 * OVERHEAD);
    if (offered == 3'd0) assert (whole == 16'd0);
    if (whole == ALL + 2 * OVERHEAD) assert (offered == ALL);
    assert (!(frame_end && frames == 2'd1 && whole != ALL + 2 * OVERHEAD));
  end
endmodule
`default_nettype wire
