// ulpi_phy.v: a ULPI transceiver at full speed, for simulation: registers, packets, RX CMDs
// SPDX-License-Identifier: Apache-2.0
// ULPI 1.1, clock input mode, with the registers of a USB334x that izh writes. Whoever breaks a rule
// of the bus is left alone: no pull-up, no answer, for ever. Bits are CLOCKS_PER_BIT long: 5 at
// 60 MHz.
`default_nettype none

module ulpi_phy #(
    parameter CLOCKS_PER_BIT = 5
) (
    input  wire       clk_i,
    input  wire       rst_ni,
    // The link's side.
    input  wire [7:0] data_i,
    input  wire       data_oe_i,
    output reg  [7:0] data_o,    // while dir_o
    output reg        dir_o,
    output reg        nxt_o,
    input  wire       stp_i,
    // The line, at the transceiver's own D+ and D-.
    input  wire       dp_i,
    input  wire       dn_i,
    input  wire       vbus_i,
    output wire       dp_o,
    output wire       dn_o,
    output wire       oe_o,
    output wire       pullup_p_o,
    output wire       pullup_n_o
);
  localparam START = 20000;  // clocks until the bus is there
  localparam SOONEST = 7, LATEST = 18;  // clocks, from J to a packet of the link's

  reg broken, transmitting;

  // ---- Registers ---------------------------------------------------------------------------------

  reg [7:0] function_control, otg_control, exchange;
  wire swapped = exchange[1];
  wire normal = function_control[4:0] == 5'b00101 && function_control[6];
  wire pulling = normal && otg_control[2:1] == 0 && !broken;
  assign pullup_p_o = pulling && !swapped;
  assign pullup_n_o = pulling && swapped;

  // ---- What comes in on the line -----------------------------------------------------------------

  wire dp = swapped ? dn_i : dp_i, dn = swapped ? dp_i : dn_i;
  wire [1:0] line = {dn, dp};
  reg [1:0] line_before;
  reg [2:0] phase;
  reg bit_before, receiving, bad;
  reg [2:0] zeros, ones, bits;
  reg [7:0] shifted;
  reg byte_came;  // in shifted

  wire sampled = phase == CLOCKS_PER_BIT / 2 - 1;
  wire level = line[0];
  wire data_bit = level == bit_before;

  always @(posedge clk_i) begin
    line_before <= line;
    phase <= line != line_before || phase == CLOCKS_PER_BIT - 1 ? 0 : phase + 1'b1;
    byte_came <= 0;
    if (sampled && line != 0) bit_before <= level;
    if (!rst_ni || !normal || transmitting) begin
      receiving <= 0;
      bad <= 0;
      zeros <= 0;
    end else if (sampled) begin
      if (line == 0) begin
        receiving <= 0;
        zeros <= 0;
      end else if (!receiving) begin
        zeros <= data_bit ? 0 : zeros == 5 ? 5 : zeros + 1'b1;
        if (data_bit && zeros == 5) begin
          receiving <= 1;
          bad <= 0;
          ones <= 1;
          bits <= 0;
        end
      end else if (ones == 6) begin
        ones <= 0;
        if (data_bit) bad <= 1;
      end else begin
        ones <= data_bit ? ones + 1'b1 : 0;
        shifted <= {data_bit, shifted[7:1]};
        bits <= bits + 1'b1;
        byte_came <= bits == 7;
      end
    end
  end

  // ---- What goes out on the line -----------------------------------------------------------------

  reg held_valid, last_held, out_p, out_n;
  reg [7:0] held, sending;
  reg [2:0] bit_clock, out_ones, out_bits;
  reg [1:0] end_bits;  // SE0, SE0, J; then the line is free
  reg over, ending;    // the last byte, the last bit are on the line
  wire stuffing = out_ones == 6;
  wire out_bit = !stuffing && sending[0];

  assign oe_o = transmitting && !broken;
  assign {dp_o, dn_o} = swapped ? {out_n, out_p} : {out_p, out_n};

  // ---- The bus -----------------------------------------------------------------------------------

  localparam IDLE = 0, WRITE_COMMAND = 1, WRITE_DATA = 2, WRITE_STOP = 3, TAKE_PID = 4, TAKE_BYTES = 5;
  reg [2:0] state;
  reg turned;  // the clock behind a change of dir_o
  reg shown;   // a first RX CMD since reset
  reg [5:0] address;
  reg [15:0] start;
  reg [7:0] told;  // the last RX CMD
  reg [5:0] since;  // clocks since J was told behind a packet

  wire [7:0] rx_command = {2'b01, receiving && bad, receiving, {2{vbus_i}}, line};
  wire tell = rx_command != told || byte_came || !shown;
  wire [1:0] kind = data_i[7:6];

  always @(posedge clk_i) begin
    turned <= 0;
    nxt_o <= 0;
    if (since != 63) since <= since + 1'b1;

    // The bits, and the bytes for them.
    if (transmitting) begin
      bit_clock <= bit_clock == CLOCKS_PER_BIT - 1 ? 0 : bit_clock + 1'b1;
      if (bit_clock == CLOCKS_PER_BIT - 1) begin
        if (ending) begin
          end_bits <= end_bits + 1'b1;
          {out_n, out_p} <= end_bits < 2 ? 2'b00 : 2'b01;
          if (end_bits == 3) transmitting <= 0;
        end else begin
          if (!out_bit) {out_n, out_p} <= {out_p, out_n};
          out_ones <= out_bit ? out_ones + 1'b1 : 0;
          if (!stuffing) begin
            out_bits <= out_bits + 1'b1;
            sending <= {1'b0, sending[7:1]};
            if (out_bits == 7) begin
              sending <= held;
              held_valid <= 0;
              if (!held_valid) begin
                // A stuffed bit that the last byte asks for goes behind it.
                over <= 1;
                ending <= !(out_bit && out_ones == 5);
                if (!last_held) broken <= 1;
              end
            end
          end else if (over) ending <= 1;
        end
      end
    end

    if (!rst_ni) begin
      dir_o <= 1;
      state <= IDLE;
      start <= START;
      {broken, transmitting, held_valid, shown} <= 0;
      function_control <= 8'h41;
      otg_control <= 8'h06;
      exchange <= 8'h04;
      data_o <= 0;
      told <= 0;
      since <= 63;
    end else if (broken) begin
      dir_o <= 0;
      transmitting <= 0;
    end else if (start != 0) begin
      start <= start - 1'b1;
      if (start == 1) begin
        dir_o <= 0;
        turned <= 1;
      end
    end else if (dir_o) begin
      // Bytes with nxt_o, RX CMDs without; the bus is the link's again when there is nothing new.
      if (stp_i || data_oe_i) broken <= 1;
      if (byte_came) begin
        nxt_o <= 1;
        data_o <= shifted;
      end else begin
        data_o <= rx_command;
        told <= rx_command;
        shown <= 1;
        if (told[1:0] != 2'b01 && line == 2'b01 && !receiving) since <= 0;
        if (!turned && !tell && !receiving) begin
          dir_o <= 0;
          turned <= 1;
        end
      end
    end else begin
      if (!data_oe_i) broken <= 1;
      case (state)
        IDLE:
        if (!turned && kind == 2'b01 && !transmitting) begin
          state <= TAKE_PID;
          nxt_o <= 1;
          if (!normal || since < SOONEST || since > LATEST) broken <= 1;
        end else if (tell && (!transmitting || ending)) begin
          dir_o <= 1;
          turned <= 1;
          nxt_o <= receiving;
        end else if (!turned && kind == 2'b10) begin
          state <= WRITE_COMMAND;
          nxt_o <= 1;
        end else if (!turned && (data_i != 0 || stp_i)) broken <= 1;

        WRITE_COMMAND, WRITE_DATA, WRITE_STOP:
        if (receiving) begin
          // The line comes first: the link has to begin anew.
          state <= IDLE;
          dir_o <= 1;
          turned <= 1;
        end else if (state == WRITE_COMMAND) begin
          address <= data_i[5:0];
          state <= WRITE_DATA;
          nxt_o <= 1;
        end else if (state == WRITE_DATA) begin
          case (address)
            6'h04: function_control <= data_i;
            6'h0a: otg_control <= data_i;
            6'h39: exchange <= data_i;
            default: broken <= 1;
          endcase
          state <= WRITE_STOP;
        end else begin
          state <= IDLE;
          if (!stp_i) broken <= 1;
        end

        TAKE_PID: begin
          transmitting <= 1;
          {over, ending, last_held} <= 0;
          end_bits <= 0;
          out_bits <= 0;
          out_ones <= 0;
          bit_clock <= 0;
          {out_n, out_p} <= 2'b01;
          sending <= 8'h80;
          held <= {~data_i[3:0], data_i[3:0]};
          held_valid <= 1;
          state <= TAKE_BYTES;
        end

        default: begin
          if (stp_i) begin
            if (nxt_o) broken <= 1;
            last_held <= 1;
            state <= IDLE;
            turned <= 1;
          end else if (nxt_o) begin
            held <= data_i;
            held_valid <= 1;
          end else if (!held_valid && !last_held) nxt_o <= 1;
        end
      endcase
    end
  end
endmodule
`default_nettype wire
