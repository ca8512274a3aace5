// izh_link.v: the device's half of the link: a byte port to the host, the ports of an engine
// SPDX-License-Identifier: Apache-2.0
// docs/link.md. A HELLO resets the engine and everything here but the receiver.
`default_nettype none
`include "izh_map.vh"

module izh_link #(
    parameter X_BITS = 20,
    parameter W_BITS = 24,
    parameter INDEX_BITS = 10,
    parameter STIMULI = 1,          // the engine has a stimulus port
    parameter [31:0] BUILD = 32'd0,
    parameter [31:0] BOARD = 32'd0,
    parameter [31:0] CLOCK = 32'd0,  // Hz, of the engine
    parameter LINK_DIVIDER = 1       // it is so many times this clock
) (
    input  wire                     clk_i,
    input  wire                     rst_i,
    // The carrier.
    input  wire                     byte_valid_i,
    output wire                     byte_ready_o,
    input  wire [              7:0] byte_i,
    input  wire                     carrier_error_i,
    output wire                     byte_valid_o,
    input  wire                     byte_ready_i,
    output wire [              7:0] byte_o,
    // The engine.
    output wire                     engine_rst_o,
    output wire                     hold_o,
    input  wire                     ticks_wanted_i,
    input  wire                     tick_started_i,
    output wire                     bus_valid_o,
    output wire                     bus_write_o,
    output wire [             31:0] bus_address_o,
    output wire [             31:0] bus_data_o,
    input  wire                     bus_ready_i,
    input  wire [             31:0] bus_data_i,
    input  wire                     bus_error_i,
    output wire                     stimulus_valid_o,
    input  wire                     stimulus_ready_i,
    output wire [              1:0] stimulus_kind_o,
    output wire [             15:0] stimulus_neuron_o,
    output wire [             31:0] stimulus_value_o,
    input  wire                     event_valid_i,
    output wire                     event_ready_o,
    input  wire                     event_spike_i,
    input  wire                     event_tick_end_i,
    input  wire [              7:0] event_substep_i,
    input  wire [              2:0] event_level_i,
    input  wire [   INDEX_BITS-1:0] event_neuron_i,
    input  wire                     probe_valid_i,
    output wire                     probe_ready_o,
    input  wire [   INDEX_BITS-1:0] probe_neuron_i,
    input  wire signed [X_BITS-1:0] probe_x_i,
    input  wire signed [W_BITS-1:0] probe_w_i,
    input  wire [              2:0] probe_level_i
);
  localparam SLOT_BITS = 3, FRAME_BITS = 8;  // request slots, and the bytes of each
  localparam RING_BITS = 12;                 // bytes that are kept for sending again
  localparam COUNT_BITS = 24;                // of the stream's counts
  localparam [7:0] SLOTS = 8'd1 << SLOT_BITS;
  localparam [15:0] RING = 16'd1 << RING_BITS;
  localparam SLOTS_BITS = SLOT_BITS + FRAME_BITS;
  // Whole words, two bytes less than a slot, six less than a frame's payload.
  localparam [7:0] ROOM = 8'd240;
  localparam [7:0] STREAM_WORDS = 8'd123;  // as many as a frame holds

  wire hello, ack, again, missed, broken;
  wire [31:0] nonce;
  wire [15:0] position, limit, wanted, served;
  wire fresh = rst_i || hello;
  assign engine_rst_o = fresh;
  assign byte_ready_o = 1'b1;

  // The engine is in reset a clock later, and its ports another.
  reg [2:0] stale;
  always @(posedge clk_i) stale <= {stale[1:0], fresh};

  // ---- From the host --------------------------------------------------------------------------------

  wire data_valid, frame_end, frame_good;
  wire [7:0] data;
  wire received_write;
  wire [SLOTS_BITS-1:0] received_address;
  wire [7:0] received_data;

  izh_frame_in frames_in (
      .clk_i(clk_i), .rst_i(rst_i),
      .byte_valid_i(byte_valid_i), .byte_i(byte_i),
      .data_valid_o(data_valid), .data_o(data), .end_o(frame_end), .good_o(frame_good));

  izh_link_receive #(.ADDRESS_BITS(SLOTS_BITS), .FRAME_BITS(FRAME_BITS), .ROOM(ROOM)) receive (
      .clk_i(clk_i), .rst_i(rst_i),
      .data_valid_i(data_valid), .data_i(data), .end_i(frame_end), .good_i(frame_good),
      .write_o(received_write), .write_address_o(received_address), .write_data_o(received_data),
      .wanted_o(wanted), .served_i(served),
      .hello_o(hello), .ack_o(ack), .missed_o(missed), .broken_o(broken),
      .nonce_o(nonce), .position_o(position), .limit_o(limit), .again_o(again));

  // ---- Requests ---------------------------------------------------------------------------------------

  wire request_read, result_read, result_write, result_ready, slot_valid;
  wire [SLOTS_BITS-1:0] request_address, result_address;
  wire [7:0] result_data, slot_data, result_bytes, count, status, result_index;
  wire done_valid, done_taken;
  wire access, access_write, is_link;
  wire [31:0] link_data;
  wire link_ready, link_error;
  wire [FRAME_BITS-1:0] result_offset = result_index[FRAME_BITS-1:0];

  izh_link_requests #(
      .ADDRESS_BITS(SLOTS_BITS), .FRAME_BITS(FRAME_BITS), .ROOM(ROOM), .STIMULI(STIMULI)
  ) requests (
      .clk_i(clk_i), .rst_i(fresh), .wanted_i(wanted), .served_o(served),
      .read_o(request_read), .read_address_o(request_address),
      .read_valid_i(slot_valid && !done_valid), .read_data_i(slot_data),
      .write_o(result_write), .write_ready_i(result_ready), .write_address_o(result_address),
      .write_data_o(result_data),
      .done_valid_o(done_valid), .done_taken_i(done_taken), .result_bytes_o(result_bytes),
      .count_o(count), .status_o(status),
      .bus_valid_o(access), .bus_write_o(access_write), .bus_address_o(bus_address_o),
      .bus_data_o(bus_data_o), .bus_ready_i(is_link ? link_ready : bus_ready_i),
      .bus_data_i(is_link ? link_data : bus_data_i), .bus_error_i(is_link ? link_error : bus_error_i),
      .stimulus_valid_o(stimulus_valid_o), .stimulus_ready_i(stimulus_ready_i),
      .stimulus_kind_o(stimulus_kind_o), .stimulus_neuron_o(stimulus_neuron_o),
      .stimulus_value_o(stimulus_value_o));

  assign is_link = bus_address_o[31:28] == `IZH_REGION_LINK;
  assign bus_valid_o = access && !is_link;
  assign bus_write_o = access_write;

  wire lossy;
  izh_link_registers #(
      .BUILD(BUILD), .BOARD(BOARD), .CLOCK(CLOCK), .LINK_DIVIDER(LINK_DIVIDER)
  ) registers (
      .clk_i(clk_i), .rst_i(fresh), .valid_i(access && is_link), .write_i(access_write),
      .address_i(bus_address_o[27:0]), .data_i(bus_data_o),
      .ready_o(link_ready), .data_o(link_data), .error_o(link_error),
      .lossy_o(lossy), .hold_o(hold_o), .wanted_i(ticks_wanted_i), .started_i(tick_started_i),
      .broken_i(broken), .carrier_error_i(carrier_error_i));

  // ---- To the host ------------------------------------------------------------------------------------

  wire word_valid, word_ready, room;
  wire [15:0] word, whole, released;
  wire drained, out_valid, out_ready, out_last;
  wire [7:0] out;

  izh_link_stream #(
      .X_BITS(X_BITS), .W_BITS(W_BITS), .INDEX_BITS(INDEX_BITS), .COUNT_BITS(COUNT_BITS)
  ) stream (
      .clk_i(clk_i), .rst_i(fresh || |stale), .lossy_i(lossy), .blocked_i(!room),
      .event_valid_i(event_valid_i), .event_ready_o(event_ready_o), .event_spike_i(event_spike_i),
      .event_tick_end_i(event_tick_end_i), .event_substep_i(event_substep_i),
      .event_level_i(event_level_i), .event_neuron_i(event_neuron_i),
      .probe_valid_i(probe_valid_i), .probe_ready_o(probe_ready_o), .probe_neuron_i(probe_neuron_i),
      .probe_x_i(probe_x_i), .probe_w_i(probe_w_i), .probe_level_i(probe_level_i),
      .word_valid_o(word_valid), .word_ready_i(word_ready), .word_o(word));

  izh_link_compose #(
      .SLOTS(SLOTS), .ROOM(ROOM), .RING(RING), .STREAM_WORDS(STREAM_WORDS)
  ) compose (
      .clk_i(clk_i), .rst_i(rst_i), .hello_i(hello), .missed_i(missed), .nonce_i(nonce),
      .wanted_i(wanted),
      .done_valid_i(done_valid), .done_taken_o(done_taken), .served_i(served),
      .result_bytes_i(result_bytes), .count_i(count), .status_i(status),
      .result_read_o(result_read), .result_index_o(result_index),
      .result_valid_i(slot_valid && done_valid), .result_data_i(slot_data),
      .word_valid_i(word_valid), .word_ready_o(word_ready), .word_i(word),
      .whole_i(whole), .drained_i(drained),
      .byte_valid_o(out_valid), .byte_ready_i(out_ready), .byte_o(out), .last_o(out_last));

  wire ring_write, ring_read, ring_valid;
  wire [RING_BITS-1:0] ring_write_address, ring_address;
  wire [7:0] ring_write_data, ring_data;

  izh_frame_out #(.ADDRESS_BITS(RING_BITS)) frames_out (
      .clk_i(clk_i), .rst_i(fresh),
      .byte_valid_i(out_valid), .byte_ready_o(out_ready), .byte_i(out), .last_i(out_last),
      .whole_o(whole), .released_i(released), .room_o(room),
      .write_o(ring_write), .write_address_o(ring_write_address),
      .write_data_o(ring_write_data));

  izh_link_send #(.RING_BITS(RING_BITS)) send (
      .clk_i(clk_i), .rst_i(rst_i), .hello_i(hello), .whole_i(whole),
      .ack_i(ack), .again_i(again), .position_i(position), .limit_i(limit),
      .released_o(released), .drained_o(drained),
      .ring_read_o(ring_read), .ring_address_o(ring_address), .ring_valid_i(ring_valid),
      .ring_data_i(ring_data),
      .byte_valid_o(byte_valid_o), .byte_ready_i(byte_ready_i), .byte_o(byte_o));

  // ---- Bytes ------------------------------------------------------------------------------------------

  // A result is read when its request is done: one of the two reads at a time.
  izh_link_memory #(.SLOT_BITS(SLOTS_BITS), .RING_BITS(RING_BITS)) memory (
      .clk_i(clk_i), .rst_i(fresh),
      .received_write_i(received_write), .received_address_i(received_address),
      .received_data_i(received_data),
      .result_write_i(result_write), .result_ready_o(result_ready),
      .result_address_i(result_address), .result_data_i(result_data),
      .slot_read_i(request_read || result_read),
      .slot_address_i(done_valid ? {served[SLOT_BITS-1:0], result_offset} : request_address),
      .slot_valid_o(slot_valid),
      .ring_write_i(ring_write), .ring_write_address_i(ring_write_address),
      .ring_write_data_i(ring_write_data), .ring_read_i(ring_read), .ring_address_i(ring_address),
      .ring_valid_o(ring_valid), .slot_data_o(slot_data), .ring_data_o(ring_data));

  wire unused_bits = &{1'b0, result_index};
endmodule
`default_nettype wire
