// izh_stimulus.v: the stimulus port: events and currents for the tick that starts next
// SPDX-License-Identifier: Apache-2.0
// docs/contract.md, "Stimuli". One word at a time: taken, looked at, done.
`default_nettype none

module izh_stimulus #(
    parameter DEPTH = 1024,  // neurons
    parameter INDEX_BITS = $clog2(DEPTH)
) (
    input  wire                  clk_i,
    input  wire                  rst_i,
    input  wire                  on_i,         // ticks wait for their END
    input  wire                  hold_i,       // the bus comes
    input  wire                  started_i,    // a tick has
    input  wire                  preparing_i,  // biases are being read
    output reg                   armed_o,      // END has come
    output wire                  busy_o,
    // The port.
    input  wire                  stimulus_valid_i,
    output reg                   stimulus_ready_o,  // a flop: the port is far away
    input  wire [           1:0] stimulus_kind_i,
    input  wire [          15:0] stimulus_neuron_i,
    input  wire [          31:0] stimulus_value_i,
    // To the lanes.
    output wire                  event_o,      // held until done
    input  wire                  event_done_i,
    output wire                  current_o,    // a bias is written: held until done
    input  wire                  current_done_i,
    output wire                  current_select_o,
    output reg  [INDEX_BITS-1:0] neuron_o,
    output reg  [          31:0] value_o
);
  localparam [1:0] END = 2'd0, EVENT = 2'd1;
  localparam [16:0] LIMIT = DEPTH[16:0];

  // IDLE takes a word, LOOK knows whether its neuron exists, WAIT waits until the biases have been
  // read; a tick that starts behind it reads the first bias later than WRITE.
  localparam [2:0] IDLE = 3'd0, LOOK = 3'd1, ADD = 3'd2, WAIT = 3'd3, SELECT = 3'd4, WRITE = 3'd5;
  reg [2:0] state;
  reg is_event;
  reg [15:0] neuron;
  wire taken = stimulus_valid_i && stimulus_ready_o;
  reg ended;  // END was taken in the clock before

  assign busy_o = state != IDLE;
  assign event_o = state == ADD;
  assign current_select_o = state == SELECT || state == WRITE;
  assign current_o = state == WRITE;

  always @(posedge clk_i) begin
    stimulus_ready_o <= state == IDLE && !taken && !hold_i && !ended && !armed_o && !rst_i;
    if (stimulus_ready_o) begin  // the last is the one that is taken
      is_event <= stimulus_kind_i == EVENT;
      neuron   <= stimulus_neuron_i;
      value_o  <= stimulus_value_i;
    end
    ended    <= taken && stimulus_kind_i == END && !rst_i;
    neuron_o <= neuron[INDEX_BITS-1:0];
    armed_o  <= on_i && !started_i && (armed_o || ended);

    case (state)
      IDLE: if (taken && stimulus_kind_i != END) state <= LOOK;
      LOOK: state <= {1'b0, neuron} >= LIMIT ? IDLE : is_event ? ADD : WAIT;
      ADD: if (event_done_i) state <= IDLE;
      WAIT: if (!preparing_i) state <= SELECT;
      SELECT: state <= WRITE;
      default: if (current_done_i) state <= IDLE;
    endcase
    if (rst_i) begin
      state   <= IDLE;
      armed_o <= 1'b0;
    end
  end
endmodule
`default_nettype wire
