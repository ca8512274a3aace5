// link_send.v: proof of izh_link_send: no byte without credit, each in its place, only good ACKs count
// SPDX-License-Identifier: Apache-2.0
// ACKs, sessions and the carrier are the solver's; the host's limit never goes back, and a byte of the ring comes when
// the solver wants. The ring's bytes tell their positions, with the top bit set: a zero is one that breaks off.
`default_nettype none

module prove (
    input wire        clk,
    input wire        hello,
    input wire        ack,
    input wire        again,
    input wire [15:0] position,
    input wire [15:0] limit,
    input wire        longer,    // a byte more is in the ring
    input wire        answered,  // the ring gives the byte that was asked for
    input wire        ready
);
  localparam RING_BITS = 3;
  localparam [15:0] RING = 16'd1 << RING_BITS, FIRST_LIMIT = 16'd32, AHEAD = 16'h8000;

  reg rst = 1'b1;
  always @(posedge clk) rst <= 1'b0;
  wire fresh = rst || hello;

  wire [15:0] released;
  wire drained, ring_read, valid;
  wire [RING_BITS-1:0] ring_address;
  wire [7:0] out;
  reg [15:0] whole;
  reg asked;
  reg [RING_BITS-1:0] asked_address;
  wire ring_valid = asked && answered;

  izh_link_send #(.RING_BITS(RING_BITS)) dut (
      .clk_i(clk), .rst_i(rst), .hello_i(hello), .whole_i(whole), .ack_i(ack), .again_i(again),
      .position_i(position), .limit_i(limit), .released_o(released), .drained_o(drained),
      .ring_read_o(ring_read), .ring_address_o(ring_address), .ring_valid_i(ring_valid),
      .ring_data_i({5'b10000, asked_address}), .byte_valid_o(valid), .byte_ready_i(ready),
      .byte_o(out));

  // What docs/link.md says, from what is seen at the carrier alone.
  reg [15:0] sent, reach, let_go, credit_end;
  reg offered, zero_wanted, zero_last;
  wire offer = valid && !offered;
  wire data = offer && out[7];
  wire [15:0] sent_now = sent + data;
  wire [15:0] reach_now = data && sent == reach ? reach + 1'b1 : reach;
  wire good = ack && position - let_go <= reach_now - let_go;
  wire jump = good && (again || position - let_go > sent_now - let_go);

  always @(posedge clk) begin
    if (longer && whole - let_go < RING) whole <= whole + 1'b1;
    asked <= ring_read || (asked && !answered);
    if (ring_read) asked_address <= ring_address;
    offered     <= valid && !ready;
    sent        <= jump ? position : sent_now;
    reach       <= reach_now;
    zero_wanted <= jump || (zero_wanted && !offer);
    if (offer) zero_last <= !out[7];
    if (good) begin
      let_go     <= position;
      credit_end <= limit;
    end
    if (fresh) begin
      whole       <= 16'd0;
      asked       <= 1'b0;
      offered     <= 1'b0;
      sent        <= 16'd0;
      reach       <= 16'd0;
      let_go      <= 16'd0;
      credit_end  <= FIRST_LIMIT;
      zero_wanted <= hello;
      zero_last   <= 1'b0;
    end
  end

  always @* if (!rst) begin
    assume (limit - credit_end < 16'd64 && limit - position < AHEAD);
    if (data) begin
      assert (!zero_wanted);
      assert (out[RING_BITS-1:0] == sent[RING_BITS-1:0]);
      assert (credit_end - sent != 16'd0 && credit_end - sent < AHEAD);
      assert (sent != whole && whole - sent <= RING);
    end
    // A second zero behind one says nothing.
    if (offer && !out[7]) assert (out == 8'd0 && (zero_wanted || zero_last));
    assert (released == let_go);
    assert (reach - let_go <= whole - let_go && sent - let_go <= reach - let_go);
  end
endmodule
`default_nettype wire
