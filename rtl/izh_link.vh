// izh_link.vh: codes of the link
// SPDX-License-Identifier: Apache-2.0
// Generated from contract/link.toml by tools/generate_link.py: do not edit.

`define IZH_LINK_VERSION 8'd1
`define IZH_KIND_HELLO 8'h01
`define IZH_KIND_ACK 8'h02
`define IZH_KIND_READ 8'h10
`define IZH_KIND_WRITE 8'h11
`define IZH_KIND_CHECK 8'h12
`define IZH_KIND_STIMULI 8'h13
`define IZH_KIND_WELCOME 8'h81
`define IZH_KIND_MISSED 8'h82
`define IZH_KIND_DONE 8'h90
`define IZH_KIND_STREAM 8'ha0
`define IZH_BOARD_MODEL 32'd0
`define IZH_BOARD_SIMULATION 32'd1
`define IZH_BOARD_ICEBREAKER 32'd2
`define IZH_BOARD_ULX3S 32'd3
`define IZH_BOARD_ORANGECRAB 32'd4
`define IZH_BOARD_HX8K_EVN 32'd5
`define IZH_BOARD_CYNTHION 32'd6
`define IZH_BOARD_COLORLIGHT_I5 32'd7
`define IZH_BOARD_COLORLIGHT_I9 32'd8
`define IZH_DONE_OK 8'd0
`define IZH_DONE_REFUSED 8'd1
`define IZH_DONE_MALFORMED 8'd2
`define IZH_WORD_SPIKE 1'b0
`define IZH_WORD_SUBSTEP 4'b1000
`define IZH_WORD_PAGE 4'b1001
`define IZH_WORD_TICKS 4'b1010
`define IZH_WORD_SAMPLE 4'b1011
`define IZH_WORD_LOST_SPIKES 4'b1100
`define IZH_WORD_LOST_SAMPLES 4'b1101
`define IZH_WORD_HIGH 4'b1110
