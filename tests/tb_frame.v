// tb_frame.v: frames through the gateware's two halves, on a wire that changes, drops and adds bytes
// SPDX-License-Identifier: Apache-2.0
// The bytes of docs/link.md first. Then random frames: with a clean wire every one comes back in order,
// with a bad one each that is called good is one that was sent.
`timescale 1ns / 1ns
`default_nettype none

module tb_frame;
  localparam ADDRESS_BITS = 9;
  localparam SIZE = 1 << ADDRESS_BITS;
  localparam FRAMES = 1500;

  reg clk = 1'b0;
  always #5 clk = !clk;
  integer seed = 20030604;
  integer failures = 0;

  // ---- What is sent --------------------------------------------------------------------------------

  reg rst = 1'b1;
  reg byte_valid = 1'b0, last = 1'b0;
  reg [7:0] byte_in = 8'd0;
  wire byte_ready, write;
  wire [15:0] whole;
  reg [15:0] released = 16'd0;
  wire [ADDRESS_BITS-1:0] write_address;
  wire [7:0] write_data;

  izh_frame_out #(.ADDRESS_BITS(ADDRESS_BITS)) sender (
      .clk_i(clk), .rst_i(rst), .byte_valid_i(byte_valid), .byte_ready_o(byte_ready),
      .byte_i(byte_in), .last_i(last), .whole_o(whole), .released_i(released),
      .write_o(write), .write_address_o(write_address), .write_data_o(write_data));

  reg [7:0] ring[0:SIZE-1];
  always @(posedge clk) if (write) ring[write_address] <= write_data;

  // A log of all frames: up to 249 bytes each.
  reg [7:0] sent[0:FRAMES*256-1];
  integer length_of[0:FRAMES-1];
  integer frames_sent = 0;

  task send(input integer length);
    integer i;
    begin
      length_of[frames_sent] = length;
      for (i = 0; i < length; i = i + 1) begin
        byte_valid <= 1'b1;
        byte_in    <= sent[frames_sent*256+i];
        last       <= i == length - 1;
        @(posedge clk);
        while (!byte_ready) @(posedge clk);
        if (($random(seed) & 7) == 0) begin
          byte_valid <= 1'b0;
          @(posedge clk);
        end
      end
      byte_valid <= 1'b0;
      frames_sent = frames_sent + 1;
    end
  endtask

  // ---- The wire ------------------------------------------------------------------------------------

  reg bad_wire = 1'b0, slow = 1'b0;
  reg wire_valid = 1'b0;
  reg [7:0] wire_byte = 8'd0;
  wire data_valid, frame_end, good;
  wire [7:0] data;

  izh_frame_in receiver (
      .clk_i(clk), .rst_i(rst), .byte_valid_i(wire_valid), .byte_i(wire_byte),
      .data_valid_o(data_valid), .data_o(data), .end_o(frame_end), .good_o(good));

  // Bytes that no sender of ours would make.
  reg [7:0] raw[0:511];
  integer raw_bytes = 0, raw_left = 0;
  reg injecting = 1'b0;

  reg [7:0] on_wire[0:63];
  integer wire_bytes = 0;
  always @(posedge clk) begin
    wire_valid <= 1'b0;
    if (raw_left != 0) begin
      wire_valid <= 1'b1;
      wire_byte  <= raw[raw_bytes-raw_left];
      raw_left   <= raw_left - 1;
    end else if (released != whole && ($random(seed) & (slow ? 31 : 3)) == 0) begin
      wire_valid <= 1'b1;
      wire_byte  <= ring[released[ADDRESS_BITS-1:0]];
      released   <= released + 1'b1;
      if (wire_bytes < 64) on_wire[wire_bytes] <= ring[released[ADDRESS_BITS-1:0]];
      wire_bytes <= wire_bytes + 1;
      if (bad_wire && ($random(seed) & 127) == 0) begin
        case ($random(seed) & 3)
          0: wire_valid <= 1'b0;
          1: released <= released;
          default: wire_byte <= $random(seed);
        endcase
      end
    end
  end

  // ---- What is received ----------------------------------------------------------------------------

  reg [7:0] got[0:511];
  integer got_bytes = 0, expected = 0, good_frames = 0, broken_frames = 0;

  function same(input integer number);
    integer i;
    begin
      same = got_bytes == length_of[number] + 4;
      for (i = 0; i < length_of[number]; i = i + 1)
        if (got[i] !== sent[number*256+i]) same = 1'b0;
    end
  endfunction

  always @(posedge clk) begin
    if (data_valid) begin
      if (got_bytes < 512) got[got_bytes] = data;
      got_bytes = got_bytes + 1;
    end
    if (frame_end) begin
      if (good) begin
        good_frames = good_frames + 1;
        // With a bad wire frames may be missing.
        if (bad_wire) while (expected < frames_sent && !same(expected)) expected = expected + 1;
        if (expected > frames_sent || !same(expected)) begin
          $display("FAIL: frame %0d is not what was sent", expected);
          failures = failures + 1;
        end
        expected = expected + 1;
      end else begin
        broken_frames = broken_frames + 1;
        if (!bad_wire && !injecting) begin
          $display("FAIL: frame %0d is broken on a clean wire", expected);
          failures = failures + 1;
        end
      end
      got_bytes = 0;
    end
  end

  // A frame of so many bytes with its CRC, all of them stuffed as if there were no longest frame; then,
  // when bad is not 0, the last distance off by it. Only good frames of 7 to 253 bytes are whole.
  task inject(input integer length, input [7:0] bad);
    integer i, j, before, distance, last_zero;
    reg [31:0] crc;
    reg [7:0] body[0:511];
    begin
      crc = 32'hffffffff;
      for (i = 0; i < length - 4; i = i + 1) begin
        body[i] = i % 50;
        crc = crc ^ {24'd0, body[i]};
        for (j = 0; j < 8; j = j + 1) crc = {1'b0, crc[31:1]} ^ (crc[0] ? 32'hedb88320 : 32'd0);
      end
      for (i = 0; i < 4; i = i + 1) body[length-4+i] = ~crc[8*i+:8];
      distance  = 1;
      last_zero = -1;
      for (i = length - 1; i >= 0; i = i - 1) begin
        raw[i+1] = body[i] == 0 ? distance : body[i];
        if (body[i] == 0 && last_zero < 0) last_zero = i;
        distance = body[i] == 0 ? 1 : distance + 1;
      end
      raw[0]        = distance;
      raw[last_zero+1] = raw[last_zero+1] + bad;
      raw[length+1] = 8'd0;
      before        = good_frames;
      got_bytes     = 0;
      @(posedge clk);
      raw_bytes = length + 2;
      raw_left  = length + 2;
      if (length >= 7 && length <= 253 && bad == 0) begin
        for (i = 0; i < length - 4; i = i + 1) sent[frames_sent*256+i] = body[i];
        length_of[frames_sent] = length - 4;
        frames_sent = frames_sent + 1;
      end
      while (raw_left != 0) @(posedge clk);
      repeat (20) @(posedge clk);
      if (good_frames - before != (length >= 7 && length <= 253 && bad == 0)) begin
        $display("FAIL: of %0d bytes, last distance off by %0d: %0d whole", length, bad,
                 good_frames - before);
        failures = failures + 1;
      end
    end
  endtask

  task drain;
    begin
      while (released != whole) @(posedge clk);
      repeat (40) @(posedge clk);
    end
  endtask

  task random_frames(input integer count);
    integer i, j, values, length;
    begin
      for (i = 0; i < count; i = i + 1) begin
        length = 3 + ($unsigned($random(seed)) % 247);
        if (($random(seed) & 1) == 0) length = 3 + length % 12;
        values = 1 << ($unsigned($random(seed)) % 9);
        for (j = 0; j < length; j = j + 1)
          sent[frames_sent*256+j] = ($unsigned($random(seed)) % values) * (256 / values);
        send(length);
      end
      drain;
    end
  endtask

  wire [14*8-1:0] documented = 112'h02_10_03_01_04_01_01_06_02_0b_fa_4b_c9_00;
  integer k, i;
  initial begin
    repeat (4) @(posedge clk);
    rst <= 1'b0;
    repeat (2) @(posedge clk);
    {sent[0], sent[1], sent[2], sent[3], sent[4], sent[5], sent[6], sent[7]} =
        64'h10_00_01_04_00_00_00_02;
    send(8);
    while (whole == 16'd0) @(posedge clk);
    drain;
    for (k = 0; k < 14; k = k + 1)
      if (on_wire[k] !== documented[8*(13-k)+:8]) begin
        $display("FAIL: byte %0d on the wire is %h, docs/link.md says %h", k, on_wire[k],
                 documented[8*(13-k)+:8]);
        failures = failures + 1;
      end
    random_frames(500);
    if (good_frames != frames_sent) begin
      $display("FAIL: %0d frames sent, %0d received", frames_sent, good_frames);
      failures = failures + 1;
    end
    injecting = 1'b1;
    for (k = 4; k < 300; k = k + (k == 12 ? 236 : 1)) inject(k, 8'd0);
    inject(20, 8'd1);
    inject(20, -8'd1);
    // Nothing between delimiters means nothing.
    k = broken_frames;
    for (i = 0; i < 9; i = i + 1) raw[i] = 8'd0;
    raw_bytes = 9;
    raw_left  = 9;
    repeat (100) @(posedge clk);
    if (broken_frames != k) begin
      $display("FAIL: %0d frames between delimiters alone", broken_frames - k);
      failures = failures + 1;
    end
    injecting = 1'b0;
    // The ring runs full.
    slow = 1'b1;
    random_frames(200);
    slow = 1'b0;
    bad_wire <= 1'b1;
    random_frames(FRAMES - frames_sent);
    $display("%0d frames, %0d whole, %0d broken", frames_sent, good_frames, broken_frames);
    if (broken_frames < 100 || good_frames < 1000) begin
      $display("FAIL: the wire was not as bad as meant");
      failures = failures + 1;
    end
    if (failures == 0) $display("PASS");
    $finish;
  end

  initial begin
    repeat (20000000) @(posedge clk);
    $display("FAIL: no end");
    $finish;
  end
endmodule
`default_nettype wire
