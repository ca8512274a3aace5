// izh_turn.v: whose turn it is: counts neurons 0..last, round and round
// SPDX-License-Identifier: Apache-2.0
// Updates stay in order in the pipeline, so wherever a neuron's number is needed it is counted, not
// carried.
`default_nettype none

module izh_turn #(
    parameter INDEX_BITS = 10
) (
    input  wire                  clk_i,
    input  wire                  rst_i,
    input  wire [INDEX_BITS-1:0] last_i,
    input  wire                  step_i,   // the neuron of this clock has had its turn
    output reg  [INDEX_BITS-1:0] index_o,
    output wire                  end_o     // ... and was the last
);
  // Whether the neuron at hand is the last is a flop, worked out with the one before it from how many
  // are left: a comparison with a constant is short.
  reg [INDEX_BITS-1:0] left;
  reg first, at_last;

  assign end_o = step_i && at_last;

  always @(posedge clk_i) begin
    if (step_i || rst_i) begin
      index_o <= at_last || rst_i ? {INDEX_BITS{1'b0}} : index_o + 1'b1;
      first   <= at_last || rst_i;
    end
    // last_i may change between two rounds: without a step it is looked at again.
    if (step_i || first || rst_i) begin
      left    <= at_last || !step_i || rst_i ? last_i : left - 1'b1;
      at_last <= at_last || !step_i || rst_i ? last_i == {INDEX_BITS{1'b0}} : left == 1;
    end
  end
endmodule
`default_nettype wire
