// izh_samples.v: probed neurons on a valid/ready port, one after the other
// SPDX-License-Identifier: Apache-2.0
// The lanes' samples of one slot come at once; they leave in the order of their lanes. The writer
// must know that there is room for DEPTH slots and the one at the output.
`default_nettype none

module izh_samples #(
    parameter LANES = 1,
    parameter WIDTH = 47,      // of a sample
    parameter LOCAL_BITS = 10,
    parameter INDEX_BITS = 10,
    parameter DEPTH = 16
) (
    input  wire                   clk_i,
    input  wire                   rst_i,
    input  wire [      LANES-1:0] write_i,
    input  wire [ LOCAL_BITS-1:0] local_i,
    input  wire [LANES*WIDTH-1:0] data_i,
    output wire                   slot_taken_o,  // the last sample of a slot has left
    output wire                   valid_o,
    input  wire                   ready_i,
    output wire [ INDEX_BITS-1:0] neuron_o,
    output wire [      WIDTH-1:0] data_o
);
  generate
    if (LANES == 1) begin : g_one
      izh_fifo #(.WIDTH(INDEX_BITS + WIDTH), .DEPTH(DEPTH)) samples (
          .clk_i(clk_i), .rst_i(rst_i), .write_i(write_i[0]), .data_i({local_i, data_i}),
          .valid_o(valid_o), .ready_i(ready_i), .data_o({neuron_o, data_o}));
      assign slot_taken_o = valid_o && ready_i;
    end else begin : g_more
      localparam LANE_BITS = $clog2(LANES);

      wire slot_valid;
      wire [LANES-1:0] slot_lanes;
      wire [LOCAL_BITS-1:0] slot_local;
      wire [LANES*WIDTH-1:0] lane_data;
      wire [LANES-1:0] unused_valid;
      // A sample every other clock, so that what is taken from the FIFOs can be flops.
      reg [LANES-1:0] lane_taken;
      reg slot_taken;

      izh_fifo #(.WIDTH(LANES + LOCAL_BITS), .DEPTH(DEPTH)) slots (
          .clk_i(clk_i), .rst_i(rst_i), .write_i(|write_i), .data_i({write_i, local_i}),
          .valid_o(slot_valid), .ready_i(slot_taken_o), .data_o({slot_lanes, slot_local}));

      // What is written with a slot is at the output when the slot is: the FIFOs are alike, and a lane
      // gives nothing ahead of its slot.
      genvar i;
      for (i = 0; i < LANES; i = i + 1) begin : g_lane
        izh_fifo #(.WIDTH(WIDTH), .DEPTH(DEPTH)) samples (
            .clk_i(clk_i), .rst_i(rst_i), .write_i(write_i[i]), .data_i(data_i[WIDTH*i+:WIDTH]),
            .valid_o(unused_valid[i]), .ready_i(lane_taken[i]), .data_o(lane_data[WIDTH*i+:WIDTH]));
      end

      reg [LANES-1:0] given;
      wire [LANES-1:0] waiting = slot_lanes & ~given;
      wire [LANES-1:0] lowest = waiting & (~waiting + 1'b1);
      reg [LANE_BITS-1:0] lane;
      reg [WIDTH-1:0] data;
      integer j;
      always @(*) begin
        lane = {LANE_BITS{1'b0}};
        data = {WIDTH{1'b0}};
        for (j = 0; j < LANES; j = j + 1) begin
          lane = lane | ({LANE_BITS{lowest[j]}} & j[LANE_BITS-1:0]);
          data = data | ({WIDTH{lowest[j]}} & lane_data[WIDTH*j+:WIDTH]);
        end
      end

      wire [LOCAL_BITS+LANE_BITS-1:0] neuron = {slot_local, lane};
      reg out_valid;
      reg [INDEX_BITS-1:0] out_neuron;
      reg [WIDTH-1:0] out_data;
      wire give = !out_valid && slot_valid;

      assign slot_taken_o = slot_taken;
      assign valid_o = out_valid;
      assign neuron_o = out_neuron;
      assign data_o = out_data;

      always @(posedge clk_i) begin
        lane_taken <= lowest & {LANES{give && !rst_i}};
        slot_taken <= give && waiting == lowest && !rst_i;
        out_valid  <= (give || (out_valid && !ready_i)) && !rst_i;
        if (give) given <= waiting == lowest ? {LANES{1'b0}} : given | lowest;
        if (!out_valid) begin
          out_neuron <= neuron[INDEX_BITS-1:0];
          out_data   <= data;
        end
        if (rst_i) given <= {LANES{1'b0}};
      end
    end
  endgenerate
endmodule
`default_nettype wire
