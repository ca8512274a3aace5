// izh_link_requests.v: requests are done, one after the other, and their results put into their slots
// SPDX-License-Identifier: Apache-2.0
// docs/link.md, "Requests". Bytes come from the slot one by one into a word of 32 bits, low byte first;
// results go back the same way, over the bytes that have been read. A DONE may begin only when the
// result is whole: an access may wait for the end of a tick, and the stream must not wait with it.
`default_nettype none
`include "izh_link.vh"

module izh_link_requests #(
    parameter ADDRESS_BITS = 8,  // of all slots
    parameter FRAME_BITS = 7,    // of a slot
    parameter [7:0] ROOM = 8'd124,  // bytes of a payload or a result
    parameter STIMULI = 1        // the engine has a stimulus port
) (
    input  wire                    clk_i,
    input  wire                    rst_i,
    // Numbers of the next request to come, and of this one.
    input  wire [            15:0] wanted_i,
    output reg  [            15:0] served_o,
    // The slots.
    output reg                     read_o,
    output wire [ADDRESS_BITS-1:0] read_address_o,
    input  wire                    read_valid_i,
    input  wire [             7:0] read_data_i,
    output wire                    write_o,
    input  wire                    write_ready_i,
    output wire [ADDRESS_BITS-1:0] write_address_o,
    output wire [             7:0] write_data_o,
    // What came of it: bytes of the result, from offset 2 of the slot.
    output wire                    done_valid_o,
    input  wire                    done_taken_i,
    output reg  [             7:0] result_bytes_o,
    output reg  [             7:0] count_o,
    output reg  [             7:0] status_o,
    // The bus.
    output wire                    bus_valid_o,
    output wire                    bus_write_o,
    output reg  [            31:0] bus_address_o,
    output wire [            31:0] bus_data_o,
    input  wire                    bus_ready_i,
    input  wire [            31:0] bus_data_i,
    input  wire                    bus_error_i,
    // The stimulus port.
    output wire                    stimulus_valid_o,
    input  wire                    stimulus_ready_i,
    output reg  [             1:0] stimulus_kind_o,
    output reg  [            15:0] stimulus_neuron_o,
    output wire [            31:0] stimulus_value_o
);
  localparam SLOT_BITS = ADDRESS_BITS - FRAME_BITS;
  localparam [7:0] LAST_RESULT = ROOM - 8'd4;

  // Up to WORD: what the next byte of the slot is. Then: NEXT word of READ and CHECK, ACCESS to the bus, PUT
  // into the slot, SUM into the CRC, GIVE a stimulus, DONE.
  localparam [3:0] IDLE = 4'd0, LENGTH = 4'd1, KIND = 4'd2, ADDRESS = 4'd3, COUNT = 4'd4,
      STIMULUS = 4'd5, NEURON = 4'd6, WORD = 4'd7,
      NEXT = 4'd8, ACCESS = 4'd9, PUT = 4'd10, SUM = 4'd11, GIVE = 4'd12, DONE = 4'd13;
  reg [3:0] state;
  reg [FRAME_BITS-1:0] offset;  // of the next byte of the slot
  reg [7:0] left;               // bytes of the payload from there on
  reg [1:0] byte_left;          // bytes behind this one, of an address, a count or a word
  reg [31:0] word;
  reg [23:0] words_left;        // of READ and CHECK
  reg is_write, is_check, is_stimulus;
  reg reading;

  wire [SLOT_BITS-1:0] slot = served_o[SLOT_BITS-1:0];
  wire header = state == LENGTH || state == KIND;
  wire fetches = state != IDLE && !state[3];
  wire last_byte = byte_left == 2'd0;
  wire first_byte = byte_left == 2'd3;

  assign read_address_o = {slot, offset};
  assign write_address_o = {slot, result_bytes_o[FRAME_BITS-1:0] + {{(FRAME_BITS - 2) {1'b0}}, 2'd2}};
  assign write_data_o = word[7:0];
  assign write_o = state == PUT;
  assign done_valid_o = state == DONE;
  assign bus_valid_o = state == ACCESS;
  assign bus_write_o = is_write;
  assign bus_data_o = word;
  assign stimulus_valid_o = state == GIVE;
  assign stimulus_value_o = word;

  wire [31:0] crc;
  izh_crc32 sum (
      .clk_i(clk_i), .clear_i(state == KIND), .valid_i(state == SUM), .out_i(1'b0),
      .byte_i(word[7:0]), .crc_o(crc));

  always @(posedge clk_i) begin
    read_o <= 1'b0;
    // A payload may end between two words or two stimuli.
    if (fetches && !reading) begin
      if (!header && left == 8'd0) begin
        status_o <= state == STIMULUS || (state == WORD && first_byte && is_write)
            ? `IZH_DONE_OK : `IZH_DONE_MALFORMED;
        state    <= DONE;
      end else begin
        read_o  <= 1'b1;
        reading <= 1'b1;
      end
    end
    if (read_valid_i) begin
      reading   <= 1'b0;
      offset    <= offset + 1'b1;
      byte_left <= byte_left - 1'b1;
      if (!header) left <= left - 1'b1;
    end

    case (state)
      IDLE: begin
        offset         <= {FRAME_BITS{1'b0}};
        result_bytes_o <= 8'd0;
        count_o        <= 8'd0;
        if (wanted_i != served_o) state <= LENGTH;
      end
      LENGTH:
      if (read_valid_i) begin
        left  <= read_data_i;
        state <= KIND;
      end
      KIND:
      if (read_valid_i) begin
        is_write    <= read_data_i == `IZH_KIND_WRITE;
        is_check    <= read_data_i == `IZH_KIND_CHECK;
        is_stimulus <= read_data_i == `IZH_KIND_STIMULI;
        byte_left   <= 2'd3;
        status_o    <= `IZH_DONE_MALFORMED;
        state       <= DONE;
        case (read_data_i)
          `IZH_KIND_READ, `IZH_KIND_WRITE, `IZH_KIND_CHECK: state <= ADDRESS;
          `IZH_KIND_STIMULI:
          if (STIMULI != 0) state <= STIMULUS;
          else status_o <= `IZH_DONE_REFUSED;
          default: ;
        endcase
      end
      ADDRESS:
      if (read_valid_i) begin
        bus_address_o <= {read_data_i, bus_address_o[31:8]};
        if (last_byte) state <= is_write ? WORD : COUNT;
      end
      COUNT:
      if (read_valid_i) begin
        if (!is_check) words_left <= {16'd0, read_data_i};
        else if (!last_byte) words_left <= {read_data_i, words_left[23:8]};
        if (!is_check || last_byte) begin
          byte_left <= 2'd3;
          state     <= NEXT;
        end
        if (is_check && last_byte && read_data_i != 8'd0) begin
          status_o <= `IZH_DONE_MALFORMED;
          state    <= DONE;
        end
      end
      STIMULUS:
      if (read_valid_i) begin
        stimulus_kind_o <= read_data_i[1:0];
        byte_left       <= 2'd1;
        state           <= read_data_i == 8'd0 ? GIVE : NEURON;
        if (read_data_i > 8'd2) begin
          status_o <= `IZH_DONE_MALFORMED;
          state    <= DONE;
        end
      end
      NEURON:
      if (read_valid_i) begin
        stimulus_neuron_o <= {read_data_i, stimulus_neuron_o[15:8]};
        if (last_byte) state <= WORD;
      end
      WORD:
      if (read_valid_i) begin
        word <= {read_data_i, word[31:8]};
        if (last_byte) state <= is_stimulus ? GIVE : ACCESS;
      end
      NEXT:
      if (words_left != 24'd0 && (is_check || result_bytes_o <= LAST_RESULT)) state <= ACCESS;
      else if (words_left != 24'd0) begin
        status_o <= `IZH_DONE_MALFORMED;
        state    <= DONE;
      end else if (!is_check || result_bytes_o != 8'd0) begin
        status_o <= `IZH_DONE_OK;
        state    <= DONE;
      end else begin
        word  <= ~crc;
        state <= PUT;
      end
      ACCESS:
      if (bus_ready_i) begin
        if (!is_write) word <= bus_data_i;
        if (bus_error_i) begin
          status_o <= `IZH_DONE_REFUSED;
          state    <= DONE;
        end else begin
          bus_address_o <= bus_address_o + 1'b1;
          count_o       <= count_o + 1'b1;
          words_left    <= words_left - 1'b1;
          state         <= is_write ? WORD : is_check ? SUM : PUT;
        end
      end
      PUT:
      if (write_ready_i) begin
        word           <= {8'd0, word[31:8]};
        result_bytes_o <= result_bytes_o + 1'b1;
        byte_left      <= byte_left - 1'b1;
        if (last_byte) state <= NEXT;
      end
      SUM: begin
        word      <= {8'd0, word[31:8]};
        byte_left <= byte_left - 1'b1;
        if (last_byte) state <= NEXT;
      end
      GIVE:
      if (stimulus_ready_i) begin
        count_o <= count_o + 1'b1;
        state   <= STIMULUS;
      end
      default:
      if (done_taken_i) begin
        served_o <= served_o + 1'b1;
        state    <= IDLE;
      end
    endcase
    if (rst_i) begin
      state    <= IDLE;
      served_o <= 16'd0;
      read_o   <= 1'b0;
      reading  <= 1'b0;
    end
  end
endmodule
`default_nettype wire
