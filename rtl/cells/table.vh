// table.vh: a table made of izh_memory, for files of cells that have no better one
// SPDX-License-Identifier: Apache-2.0

// One port: data two clocks after the address. While a write goes on the data read is undefined.
module izh_table #(
    parameter WIDTH = 36,
    parameter DEPTH = 512,
    parameter ADDRESS_BITS = $clog2(DEPTH)
) (
    input  wire                    clk_i,
    input  wire                    write_i,
    input  wire [ADDRESS_BITS-1:0] address_i,
    input  wire [       WIDTH-1:0] write_data_i,
    output wire [       WIDTH-1:0] read_data_o
);
  izh_memory #(.WIDTH(WIDTH), .DEPTH(DEPTH)) words (
      .clk_i(clk_i), .write_i(write_i), .write_address_i(address_i), .write_data_i(write_data_i),
      .read_address_i(address_i), .read_data_o(read_data_o));
endmodule
