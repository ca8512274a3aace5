// izh_input.v: an input current per neuron that holds until it is written again
// SPDX-License-Identifier: Apache-2.0
`default_nettype none

module izh_input #(
    parameter W_BITS = 24,
    parameter DEPTH = 1024,
    parameter INDEX_BITS = $clog2(DEPTH)
) (
    input  wire                         clk_i,
    // Read side: the current two clocks after the index.
    input  wire        [INDEX_BITS-1:0] index_i,
    output wire signed [    W_BITS+1:0] input_o,   // Q3.(W_BITS-2)
    // Bus, only while no neuron is being updated; the index is then the bus's.
    input  wire                         bus_write_i,
    input  wire        [          31:0] bus_data_i,
    output wire        [          31:0] bus_data_o
);
  izh_table #(.WIDTH(W_BITS + 2), .DEPTH(DEPTH)) inputs (
      .clk_i(clk_i), .write_i(bus_write_i),
      .address_i(index_i), .write_data_i(bus_data_i[W_BITS+1:0]), .read_data_o(input_o));

  generate
    if (W_BITS == 30) begin : g_whole
      assign bus_data_o = input_o;
    end else begin : g_extended
      assign bus_data_o = {{(30 - W_BITS) {input_o[W_BITS+1]}}, input_o};
    end
  endgenerate

  wire unused_bits = &{1'b0, bus_data_i};
endmodule
`default_nettype wire
