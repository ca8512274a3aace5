// izh_stimulus_compact.v: the stimulus port: what stands there is done, then taken
// SPDX-License-Identifier: Apache-2.0
// docs/contract.md, "Stimuli". As izh_stimulus, but a stimulus stays at the port while it is done, so that it
// needs no flip-flops here.
`default_nettype none

module izh_stimulus_compact #(
    parameter DEPTH = 1024  // neurons
) (
    input  wire        clk_i,
    input  wire        rst_i,
    input  wire        on_i,         // ticks wait for their END
    input  wire        hold_i,       // the bus comes
    input  wire        started_i,    // a tick has
    input  wire        preparing_i,  // biases are being read
    output reg         armed_o,      // END has come
    // The port.
    input  wire        stimulus_valid_i,
    output wire        stimulus_ready_o,
    input  wire [ 1:0] stimulus_kind_i,
    input  wire [15:0] stimulus_neuron_i,
    // To the synapses: held until done.
    output wire        event_o,
    output wire        current_o,
    input  wire        done_i
);
  localparam [1:0] END = 2'd0, EVENT = 2'd1;
  localparam [16:0] LIMIT = DEPTH[16:0];

  wire is_end = stimulus_kind_i == END;
  wire is_event = stimulus_kind_i == EVENT;
  wire exists = {1'b0, stimulus_neuron_i} < LIMIT;
  reg going;
  wire offered = stimulus_valid_i && !hold_i && !armed_o && !going && !rst_i;

  // A tick reads the first bias later than a current that came before it is written.
  assign event_o = going && is_event;
  assign current_o = going && !is_event;
  assign stimulus_ready_o = going ? done_i : offered && (is_end || !exists);

  always @(posedge clk_i) begin
    going   <= going ? !done_i : offered && !is_end && exists && (is_event || !preparing_i);
    armed_o <= on_i && !started_i && (armed_o || (offered && is_end));
    if (rst_i) begin
      going   <= 1'b0;
      armed_o <= 1'b0;
    end
  end
endmodule
`default_nettype wire
