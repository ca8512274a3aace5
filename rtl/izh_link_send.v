// izh_link_send.v: bytes of the ring leave as far as the host's credit reaches, again when it asks
// SPDX-License-Identifier: Apache-2.0
// docs/link.md, "Positions". No byte at or behind the limit goes out; an ACK that is not between what was
// acknowledged and what has been sent changes nothing.
`default_nettype none

module izh_link_send #(
    parameter RING_BITS = 8
) (
    input  wire                 clk_i,
    input  wire                 rst_i,
    input  wire                 hello_i,      // a session begins
    input  wire [         15:0] whole_i,      // position behind the last whole frame in the ring
    // An ACK, for one clock.
    input  wire                 ack_i,
    input  wire                 again_i,
    input  wire [         15:0] position_i,
    input  wire [         15:0] limit_i,
    output reg  [         15:0] released_o,   // bytes before it may be overwritten
    output reg                  drained_o,    // nothing whole waits
    // The ring.
    output reg                  ring_read_o,
    output wire [RING_BITS-1:0] ring_address_o,
    input  wire                 ring_valid_i,
    input  wire [          7:0] ring_data_i,
    // The carrier.
    output reg                  byte_valid_o,
    input  wire                 byte_ready_i,
    output reg  [          7:0] byte_o
);
  localparam [15:0] FIRST_LIMIT = 16'd32;

  reg [15:0] sent, limit;
  reg [15:0] reach;  // what has ever been sent: older bytes may be on their way again
  reg reading;    // a byte is on its way from the ring
  reg dropped;    // and nobody wants it any more
  reg delimit;    // a zero byte comes first

  wire [15:0] credit = limit - sent;
  wire [15:0] acknowledged = position_i - released_o;
  wire good = ack_i && acknowledged <= reach - released_o;
  wire jump = good && (again_i || acknowledged > sent - released_o);
  reg may_send;
  assign ring_address_o = sent[RING_BITS-1:0];

  always @(posedge clk_i) begin
    may_send    <= credit != 16'd0 && !credit[15] && sent != whole_i;
    drained_o   <= sent == whole_i;
    ring_read_o <= 1'b0;
    if (byte_valid_o && byte_ready_i) byte_valid_o <= 1'b0;
    // What may be sent is known a clock after a byte has left.
    if (!byte_valid_o && !reading) begin
      if (delimit) begin
        byte_valid_o <= 1'b1;
        byte_o       <= 8'd0;
        delimit      <= 1'b0;
      end else if (may_send) begin
        ring_read_o <= 1'b1;
        reading     <= 1'b1;
      end
    end
    if (ring_valid_i) begin
      reading  <= 1'b0;
      dropped  <= 1'b0;
      may_send <= 1'b0;
      if (!dropped) begin
        byte_valid_o <= 1'b1;
        byte_o       <= ring_data_i;
        sent         <= sent + 1'b1;
        if (sent == reach) reach <= sent + 1'b1;
      end
    end
    if (good) begin
      released_o <= position_i;
      limit      <= limit_i;
      may_send   <= 1'b0;
    end
    // A byte that is offered goes, and the frame is broken off behind it. One that is on its way from the
    // ring does not, and none sets out in this clock.
    if (jump) begin
      sent    <= position_i;
      reach   <= reach;
      delimit <= 1'b1;
      dropped <= reading && !ring_valid_i;
      if (reading) byte_valid_o <= 1'b0;
      else begin
        ring_read_o <= 1'b0;
        reading     <= 1'b0;
      end
    end
    if (rst_i || hello_i) begin
      sent         <= 16'd0;
      reach        <= 16'd0;
      limit        <= FIRST_LIMIT;
      released_o   <= 16'd0;
      reading      <= 1'b0;
      dropped      <= 1'b0;
      delimit      <= hello_i;
      may_send     <= 1'b0;
      drained_o    <= 1'b0;
      ring_read_o  <= 1'b0;
      byte_valid_o <= 1'b0;
    end
  end
endmodule
`default_nettype wire
