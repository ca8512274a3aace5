// izh_link_compose.v: what the device says, in frames, byte by byte
// SPDX-License-Identifier: Apache-2.0
// WELCOME before MISSED before DONE before STREAM. A frame of the stream stays open while the carrier is
// busy with what is whole, so that frames are long when it matters and early when it does not.
`default_nettype none
`include "izh_link.vh"

module izh_link_compose #(
    parameter [7:0] SLOTS = 8'd2,
    parameter [7:0] ROOM = 8'd124,
    parameter [15:0] RING = 16'd256,       // bytes
    parameter [7:0] STREAM_WORDS = 8'd59   // of a frame at most
) (
    input  wire        clk_i,
    input  wire        rst_i,
    input  wire        hello_i,
    input  wire        missed_i,
    input  wire [31:0] nonce_i,
    input  wire [15:0] wanted_i,
    // A request is done; its result is read byte by byte.
    input  wire        done_valid_i,
    output reg         done_taken_o,
    input  wire [15:0] served_i,
    input  wire [ 7:0] result_bytes_i,
    input  wire [ 7:0] count_i,
    input  wire [ 7:0] status_i,
    output reg         result_read_o,
    output wire [ 7:0] result_index_o,
    input  wire        result_valid_i,
    input  wire [ 7:0] result_data_i,
    // Words of the stream.
    input  wire        word_valid_i,
    output wire        word_ready_o,
    input  wire [15:0] word_i,
    // To the ring.
    input  wire [15:0] whole_i,     // position of the frame that comes next
    input  wire        drained_i,   // nothing whole waits to be sent
    output wire        byte_valid_o,
    input  wire        byte_ready_i,
    output reg  [ 7:0] byte_o,
    output wire        last_o
);
  localparam [2:0] IDLE = 3'd0, HEAD = 3'd1, WELCOME = 3'd2, MISSED = 3'd3, DONE = 3'd4,
      STREAM = 3'd5;

  reg [2:0] state, then;
  reg [7:0] kind;
  reg [7:0] index;           // of a byte, or of a word of the stream
  reg greet, miss;           // to be said
  reg has_result, reading;   // a byte of a result
  reg [7:0] result;
  reg half;                  // the high byte of a word is next
  reg [7:0] high;

  wire others = greet || miss || done_valid_i;
  wire [7:0] result_last = result_bytes_i + 8'd3;  // the count's index in a DONE less one
  wire stream_ends = index == STREAM_WORDS - 8'd1 || others || (!word_valid_i && drained_i);
  wire in_result = state == DONE && index >= 8'd2 && index < result_bytes_i + 8'd2;

  assign result_index_o = index;
  assign word_ready_o = state == STREAM && !half && byte_ready_i;
  assign byte_valid_o = state == HEAD || state == WELCOME || state == MISSED
      || (state == DONE && (!in_result || has_result))
      || (state == STREAM && (half ? stream_ends || word_valid_i : word_valid_i));
  assign last_o = (state == WELCOME && index == 8'd8) || (state == MISSED && index == 8'd1)
      || (state == DONE && index == result_last) || (state == STREAM && half && stream_ends);

  always @(*) begin
    byte_o = word_i[7:0];
    case (state)
      HEAD: byte_o = index == 8'd0 ? kind : index == 8'd1 ? whole_i[7:0] : whole_i[15:8];
      WELCOME:
      case (index[3:0])
        4'd0: byte_o = nonce_i[7:0];
        4'd1: byte_o = nonce_i[15:8];
        4'd2: byte_o = nonce_i[23:16];
        4'd3: byte_o = nonce_i[31:24];
        4'd4: byte_o = `IZH_LINK_VERSION;
        4'd5: byte_o = SLOTS;
        4'd6: byte_o = ROOM;
        4'd7: byte_o = RING[7:0];
        default: byte_o = RING[15:8];
      endcase
      MISSED: byte_o = index[0] ? wanted_i[15:8] : wanted_i[7:0];
      DONE:
      byte_o = index == 8'd0 ? served_i[7:0] : index == 8'd1 ? served_i[15:8] : in_result ? result
          : last_o ? status_i : count_i;
      default: if (half) byte_o = high;
    endcase
  end

  always @(posedge clk_i) begin
    done_taken_o  <= 1'b0;
    result_read_o <= 1'b0;
    if (missed_i) miss <= 1'b1;

    case (state)
      IDLE: begin
        index <= 8'd0;
        half  <= 1'b0;
        state <= HEAD;
        if (greet) {kind, then} <= {`IZH_KIND_WELCOME, WELCOME};
        else if (miss) {kind, then} <= {`IZH_KIND_MISSED, MISSED};
        else if (done_valid_i && !done_taken_o) {kind, then} <= {`IZH_KIND_DONE, DONE};
        else if (word_valid_i) {kind, then} <= {`IZH_KIND_STREAM, STREAM};
        else state <= IDLE;
      end
      HEAD:
      if (byte_ready_i) begin
        index <= index + 1'b1;
        if (index == 8'd2) begin
          index <= 8'd0;
          state <= then;
        end
      end
      STREAM:
      if (byte_ready_i) begin
        half <= !half;
        high <= word_i[15:8];
        if (half) index <= index + 1'b1;
        if (last_o) state <= IDLE;
      end
      default: begin
        if (in_result && !has_result && !reading) begin
          result_read_o <= 1'b1;
          reading       <= 1'b1;
        end
        if (result_valid_i && reading) begin
          reading    <= 1'b0;
          has_result <= 1'b1;
          result     <= result_data_i;
        end
        if (byte_valid_o && byte_ready_i) begin
          has_result <= 1'b0;
          index      <= index + 1'b1;
          if (last_o) begin
            state        <= IDLE;
            done_taken_o <= state == DONE;
            if (state == WELCOME) greet <= 1'b0;
            if (state == MISSED) miss <= missed_i;
          end
        end
      end
    endcase
    if (rst_i || hello_i) begin
      state      <= IDLE;
      greet      <= hello_i;
      miss       <= 1'b0;
      has_result <= 1'b0;
      reading    <= 1'b0;
    end
  end
endmodule
`default_nettype wire
