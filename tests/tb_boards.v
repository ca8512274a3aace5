// tb_boards.v: board tops around a dummy: clocks, resets, what the pins do
// SPDX-License-Identifier: Apache-2.0
// The dummies have the ports of izh_soc_usb, izh_soc_ulpi and izh_soc_uart. They measure their clocks,
// and drive what the bench says.
`timescale 1ps / 1ps
`default_nettype none

module izh_soc_usb #(
`include "izh_soc_parameters.vh"
) (
    input  wire             clk_i,
    input  wire             rst_i,
    input  wire             engine_clk_i,
    input  wire             usb_clk_i,
    input  wire             usb_rst_i,
    input  wire             usb_dp_i,
    input  wire             usb_dn_i,
    input  wire             usb_vbus_i,
    output wire             usb_dp_o,
    output wire             usb_dn_o,
    output wire             usb_oe_o,
    output wire             usb_pullup_o,
    output wire             alive_o,
    output wire             link_o,
    output wire             spike_o,
    output wire [LANES-1:0] retired_o,
    output wire [LANES-1:0] synaptic_event_o
);
  assign {usb_dp_o, usb_dn_o, usb_oe_o, usb_pullup_o, alive_o, link_o, spike_o} = tb_boards.driven;
  assign retired_o = {LANES{1'b0}};
  assign synaptic_event_o = {LANES{1'b0}};

  clock link (.clk_i(clk_i), .rst_i(rst_i));
  clock engine (.clk_i(engine_clk_i), .rst_i(rst_i));
  clock usb (.clk_i(usb_clk_i), .rst_i(usb_rst_i));
endmodule

module izh_soc_ulpi #(
`include "izh_soc_parameters.vh"
) (
    input  wire             clk_i,
    input  wire             rst_i,
    input  wire             engine_clk_i,
    input  wire             usb_clk_i,
    input  wire             usb_rst_i,
    input  wire [      7:0] ulpi_data_i,
    output wire [      7:0] ulpi_data_o,
    output wire             ulpi_data_oe_o,
    input  wire             ulpi_dir_i,
    input  wire             ulpi_nxt_i,
    output wire             ulpi_stp_o,
    output wire             ulpi_rst_o,
    output wire             alive_o,
    output wire             link_o,
    output wire             spike_o,
    output wire [LANES-1:0] retired_o,
    output wire [LANES-1:0] synaptic_event_o
);
  assign ulpi_data_o = tb_boards.byte_driven;
  assign {ulpi_stp_o, ulpi_rst_o, ulpi_data_oe_o, alive_o, link_o, spike_o} =
      {tb_boards.driven[6:4], tb_boards.driven[2:0]};
  assign retired_o = {LANES{1'b0}};
  assign synaptic_event_o = {LANES{1'b0}};

  clock link (.clk_i(clk_i), .rst_i(rst_i));
  clock engine (.clk_i(engine_clk_i), .rst_i(rst_i));
  clock usb (.clk_i(usb_clk_i), .rst_i(usb_rst_i));
endmodule

module clock (
    input wire clk_i,
    input wire rst_i
);
  real hz, start;
  integer reset_clocks = 0;

  always @(posedge clk_i) if (rst_i) reset_clocks = reset_clocks + 1;
  initial begin
    @(negedge rst_i);
    @(posedge clk_i) start = $realtime;
    repeat (1000) @(posedge clk_i);
    hz = 1000 * 1.0e12 / ($realtime - start);
  end
endmodule

module izh_soc_uart #(
    parameter CLOCKS_PER_BIT = 4,
    parameter CROSSED = 0,
`include "izh_soc_parameters.vh"
) (
    input  wire             clk_i,
    input  wire             rst_i,
    input  wire             engine_clk_i,
    input  wire             uart_clk_i,
    input  wire             uart_rst_i,
    input  wire             rx_i,
    output wire             tx_o,
    output wire             alive_o,
    output wire             link_o,
    output wire             spike_o,
    output wire [LANES-1:0] retired_o,
    output wire [LANES-1:0] synaptic_event_o
);
  assign {tx_o, alive_o, link_o, spike_o} = tb_boards.driven[3:0];
  assign retired_o = {LANES{1'b0}};
  assign synaptic_event_o = {LANES{1'b0}};

  wire uart_with_link = CROSSED == 0 && uart_clk_i === clk_i && uart_rst_i === rst_i;
  wire one_clock = uart_with_link && engine_clk_i === clk_i;

  clock link (.clk_i(clk_i), .rst_i(rst_i));
  clock engine (.clk_i(engine_clk_i), .rst_i(rst_i));
endmodule

module tb_boards;
  localparam CLOCK = 96000000, BREAKER_CLOCK = 24000000, EVN_CLOCK = 36000000, BAUD = 3000000,
      LIGHT_CLOCK = 100000000;

  reg [6:0] driven = 0;  // dp, dn, oe, pull-up, alive, link, spike
  reg dp_host = 0, dn_host = 0;
  reg [7:0] byte_driven = 0, byte_host = 0;
  reg dir = 0, nxt = 0;
  reg clk_12 = 0, clk_25 = 0, clk_48 = 0, clk_60 = 0;
  always #41666.667 clk_12 = !clk_12;
  always #20000 clk_25 = !clk_25;
  always #10416.667 clk_48 = !clk_48;
  always #8333.333 clk_60 = !clk_60;

  wire ulx3s_dp, ulx3s_dn, ulx3s_pullup, crab_dp, crab_dn, crab_pullup;
  wire [7:0] led;
  wire red, green, blue, rst_n;
  wire host = !driven[4];
  assign ulx3s_dp = host ? dp_host : 1'bz;
  assign ulx3s_dn = host ? dn_host : 1'bz;
  assign crab_dp = host ? dp_host : 1'bz;
  assign crab_dn = host ? dn_host : 1'bz;

  izh_ulx3s #(.CLOCK(CLOCK), .LINK_DIVIDER(2)) ulx3s (
      .clk_25mhz(clk_25), .usb_fpga_bd_dp(ulx3s_dp), .usb_fpga_bd_dn(ulx3s_dn),
      .usb_fpga_pu_dp(ulx3s_pullup), .wifi_gpio0(2'b11), .led(led));
  izh_orangecrab #(.CLOCK(CLOCK), .LINK_DIVIDER(2)) crab (
      .clk48(clk_48), .usb_d_p(crab_dp), .usb_d_n(crab_dn), .usb_pullup(crab_pullup),
      .rgb_led0_r(red), .rgb_led0_g(green), .rgb_led0_b(blue), .rst_n(rst_n));

  wire breaker_tx, breaker_green_n, breaker_red_n, breaker_led, evn_tx;
  wire [2:0] evn_led;
  izh_icebreaker #(.CLOCK(BREAKER_CLOCK)) breaker (
      .CLK(clk_12), .RX(dp_host), .TX(breaker_tx), .LEDG_N(breaker_green_n),
      .LEDR_N(breaker_red_n), .LED1(breaker_led));
  izh_hx8k_evn #(.CLOCK(EVN_CLOCK)) evn (
      .CLK(clk_12), .RX(dp_host), .TX(evn_tx), .LED(evn_led));
  wire light_tx, light_led_n;
  izh_colorlight #(.CLOCK(LIGHT_CLOCK), .LINK_DIVIDER(2)) light (
      .clk_25mhz(clk_25), .rx(dp_host), .tx(light_tx), .led_n(light_led_n));
  wire [7:0] aux_data;
  wire aux_clk, aux_stp, aux_rst_n;
  wire [5:0] led_n;
  wire [30:0] vccio;
  wire [19:0] gnd;
  assign aux_data = host ? byte_host : 8'bz;
  izh_cynthion #(.CLOCK(CLOCK), .LINK_DIVIDER(2)) cynthion (
      .clk_60mhz(clk_60), .aux_data(aux_data), .aux_clk(aux_clk), .aux_dir(dir), .aux_nxt(nxt),
      .aux_stp(aux_stp), .aux_rst_n(aux_rst_n), .led_n(led_n), .pseudo_vccio(vccio),
      .pseudo_gnd(gnd));

  integer failures = 0, i;
  wire [6:0] ulx3s_shows = {ulx3s_dp, ulx3s_dn, ulx3s_pullup, led[0], led[1], led[2], |led[7:3]};
  wire [3:0] breaker_shows = {breaker_tx, !breaker_green_n, !breaker_red_n, breaker_led};
  wire [3:0] evn_shows = {evn_tx, evn_led[0], evn_led[1], evn_led[2]};
  wire [6:0] crab_shows = {crab_dp, crab_dn, crab_pullup, !green, !blue, !red, !rst_n};

  task expect_that(input condition, input [8*48-1:0] what);
    if (condition !== 1'b1) begin
      $display("FAIL at %0t: %0s", $time, what);
      failures = failures + 1;
    end
  endtask

  function near(input real hz, input real wanted);
    near = hz > 0.9997 * wanted && hz < 1.0003 * wanted;
  endfunction

  // Clocks in reset before the PLL had locked, which count for nothing.
  integer ulx3s_early, ulx3s_usb_early, crab_early, crab_usb_early, cynthion_early, cynthion_usb_early;
  always @(posedge ulx3s.locked) begin
    ulx3s_early = ulx3s.soc.link.reset_clocks;
    ulx3s_usb_early = ulx3s.soc.usb.reset_clocks;
  end
  always @(posedge crab.locked) begin
    crab_early = crab.soc.link.reset_clocks;
    crab_usb_early = crab.soc.usb.reset_clocks;
  end

  always @(posedge cynthion.locked) begin
    cynthion_early = cynthion.soc.link.reset_clocks;
    cynthion_usb_early = cynthion.soc.usb.reset_clocks;
  end

  integer breaker_early, evn_early, light_early;
  always @(posedge breaker.locked) breaker_early = breaker.soc.link.reset_clocks;
  always @(posedge evn.locked) evn_early = evn.soc.link.reset_clocks;
  always @(posedge light.locked) light_early = light.soc.link.reset_clocks;

  initial begin
    #120000000;
    expect_that(near(ulx3s.soc.engine.hz, CLOCK), "ULX3S: engine's clock");
    expect_that(near(ulx3s.soc.link.hz, CLOCK / 2), "ULX3S: link's clock");
    expect_that(near(ulx3s.soc.usb.hz, 48.0e6), "ULX3S: USB's clock");
    expect_that(near(crab.soc.engine.hz, CLOCK), "OrangeCrab: engine's clock");
    expect_that(near(crab.soc.link.hz, CLOCK / 2), "OrangeCrab: link's clock");
    expect_that(near(crab.soc.usb.hz, 48.0e6), "OrangeCrab: USB's clock");
    expect_that(near(cynthion.soc.engine.hz, CLOCK), "Cynthion: engine's clock");
    expect_that(near(cynthion.soc.link.hz, CLOCK / 2), "Cynthion: link's clock");
    expect_that(near(cynthion.soc.usb.hz, 60.0e6), "Cynthion: USB's clock");
    // Four clocks of the slower one are what the crossing between the two wants.
    expect_that(ulx3s.soc.link.reset_clocks - ulx3s_early >= 50, "ULX3S: link's reset");
    expect_that(ulx3s.soc.usb.reset_clocks - ulx3s_usb_early >= 50, "ULX3S: USB's reset");
    expect_that(crab.soc.link.reset_clocks - crab_early >= 50, "OrangeCrab: link's reset");
    expect_that(crab.soc.usb.reset_clocks - crab_usb_early >= 50, "OrangeCrab: USB's reset");
    expect_that(cynthion.soc.link.reset_clocks - cynthion_early >= 50, "Cynthion: link's reset");
    // A microsecond is what the transceiver wants.
    expect_that(cynthion.soc.usb.reset_clocks - cynthion_usb_early >= 4000,
                "Cynthion: USB's reset");
    expect_that(!ulx3s.soc.rst_i && !crab.soc.rst_i && !cynthion.soc.rst_i, "the links' resets end");
    expect_that(!ulx3s.soc.usb_rst_i && !crab.soc.usb_rst_i && !cynthion.soc.usb_rst_i,
                "the USB devices' resets end");
    expect_that(&vccio && !gnd, "Cynthion: pins tied to supply and ground");
    expect_that(ulx3s.soc.usb_vbus_i && crab.soc.usb_vbus_i, "VBUS is taken for there");
    expect_that(near(breaker.soc.link.hz, BREAKER_CLOCK), "iCEBreaker: clock");
    expect_that(near(evn.soc.link.hz, EVN_CLOCK), "HX8K-B-EVN: clock");
    expect_that(breaker.soc.CLOCKS_PER_BIT * BAUD == BREAKER_CLOCK, "iCEBreaker: 3 Mbaud");
    expect_that(evn.soc.CLOCKS_PER_BIT * BAUD == EVN_CLOCK, "HX8K-B-EVN: 3 Mbaud");
    expect_that(near(light.soc.engine.hz, LIGHT_CLOCK), "Colorlight: engine's clock");
    expect_that(near(light.soc.link.hz, LIGHT_CLOCK / 2), "Colorlight: link's clock");
    expect_that(near(light.soc.CLOCKS_PER_BIT * 115200, LIGHT_CLOCK / 2), "Colorlight: 115,200 baud");
    expect_that(light.soc.uart_with_link, "Colorlight: UART and link have one clock");
    expect_that(light.soc.link.reset_clocks - light_early >= 50, "Colorlight: reset");
    expect_that(breaker.soc.one_clock && evn.soc.one_clock, "one clock for UART, link and engine");
    expect_that(breaker.soc.link.reset_clocks - breaker_early >= 50, "iCEBreaker: reset");
    expect_that(evn.soc.link.reset_clocks - evn_early >= 50, "HX8K-B-EVN: reset");
    expect_that(!breaker.soc.rst_i && !evn.soc.rst_i && !light.soc.rst_i, "the UARTs' resets end");
    for (i = 0; i < 128; i = i + 1) begin
      driven = i;
      {dp_host, dn_host} = ~driven[6:5];
      byte_driven = 8'h5a + i;
      byte_host = ~byte_driven;
      {dir, nxt} = i;
      #1000;
      expect_that(ulx3s_shows[6:5] == (host ? {dp_host, dn_host} : driven[6:5]), "ULX3S: D+, D-");
      expect_that(crab_shows[6:5] == (host ? {dp_host, dn_host} : driven[6:5]), "OrangeCrab: D+, D-");
      expect_that({ulx3s.soc.usb_dp_i, ulx3s.soc.usb_dn_i} == ulx3s_shows[6:5], "ULX3S: D+, D- seen");
      expect_that({crab.soc.usb_dp_i, crab.soc.usb_dn_i} == crab_shows[6:5], "OrangeCrab: D+, D- seen");
      expect_that(ulx3s_shows[4:0] == {driven[3:0], 1'b0}, "ULX3S: pull-up and LEDs");
      expect_that(breaker_shows == driven[3:0], "iCEBreaker: TX and LEDs");
      expect_that(evn_shows == driven[3:0], "HX8K-B-EVN: TX and LEDs");
      expect_that(light_tx == driven[3] && !light_led_n == ^driven[2:0], "Colorlight: TX and LED");
      expect_that({breaker.soc.rx_i, evn.soc.rx_i, light.soc.rx_i} == {3{dp_host}}, "RX");
      expect_that(crab_shows[4:0] == {driven[3:0], 1'b0}, "OrangeCrab: pull-up, LEDs, rst_n");
      expect_that(aux_data == (host ? byte_host : byte_driven), "Cynthion: data");
      expect_that(cynthion.soc.ulpi_data_i == aux_data, "Cynthion: data seen");
      expect_that({cynthion.soc.ulpi_dir_i, cynthion.soc.ulpi_nxt_i} == {dir, nxt}, "Cynthion: DIR, NXT");
      expect_that({aux_stp, aux_rst_n} == {driven[6], !driven[5]}, "Cynthion: STP, reset");
      expect_that(~led_n == {3'd0, driven[0], driven[1], driven[2]}, "Cynthion: LEDs");
      expect_that(aux_clk == cynthion.usb_clk, "Cynthion: the transceiver's clock");
    end
    if (failures == 0) $display("PASS");
    $finish;
  end
endmodule
`default_nettype wire
