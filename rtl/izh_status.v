// izh_status.v: what three lights show: alive, link, spikes
// SPDX-License-Identifier: Apache-2.0
// One divider for all. An eye sees what lasts 1/24 s: that is how long what has happened is shown, at least.
`default_nettype none

module izh_status #(
    parameter CLOCK = 48000000,  // Hz
    parameter DIVIDER_BITS = $clog2(CLOCK)
) (
    input  wire clk_i,
    input  wire rst_i,
    input  wire byte_i,    // one has left for the host
    input  wire spike_i,
    output wire alive_o,   // changes every 0.5 to 1 s while there is a clock
    output wire link_o,    // a host has opened a session; flickers while bytes leave
    output wire spike_o    // flickers while neurons spike
);
  localparam STEP = DIVIDER_BITS - 5;  // the bit that changes 16 to 32 times a second

  reg [DIVIDER_BITS-1:0] divider;
  reg step_before, open, byte_seen, byte_shown, spike_seen, spike_shown;
  wire step = divider[STEP] != step_before;

  assign alive_o = divider[DIVIDER_BITS-1];
  assign link_o = open && !(byte_shown && divider[STEP]);
  assign spike_o = spike_shown;

  always @(posedge clk_i) begin
    divider     <= divider + 1'b1;
    step_before <= divider[STEP];
    byte_seen   <= byte_i || (byte_seen && !step);
    spike_seen  <= spike_i || (spike_seen && !step);
    if (step) begin
      byte_shown  <= byte_seen;
      spike_shown <= spike_seen;
    end
    open <= open || byte_i;
    if (rst_i) begin
      divider     <= 0;
      open        <= 1'b0;
      byte_seen   <= 1'b0;
      byte_shown  <= 1'b0;
      spike_seen  <= 1'b0;
      spike_shown <= 1'b0;
    end
  end
endmodule
`default_nettype wire
