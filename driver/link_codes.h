// link_codes.h: codes of the link
// SPDX-License-Identifier: Apache-2.0
// Generated from contract/link.toml by tools/generate_link.py: do not edit.
// clang-format off
#ifndef IZH_LINK_CODES_H
#define IZH_LINK_CODES_H

enum izh_link {
    IZH_LINK_VERSION = 1,
    IZH_KIND_HELLO = 0x01,
    IZH_KIND_ACK = 0x02,
    IZH_KIND_READ = 0x10,
    IZH_KIND_WRITE = 0x11,
    IZH_KIND_CHECK = 0x12,
    IZH_KIND_STIMULI = 0x13,
    IZH_KIND_WELCOME = 0x81,
    IZH_KIND_MISSED = 0x82,
    IZH_KIND_DONE = 0x90,
    IZH_KIND_STREAM = 0xa0,
    IZH_DONE_OK = 0,
    IZH_DONE_REFUSED = 1,
    IZH_DONE_MALFORMED = 2,
    IZH_WORD_SPIKE = 0x0000,
    IZH_WORD_SUBSTEP = 0x8000,
    IZH_WORD_PAGE = 0x9000,
    IZH_WORD_TICKS = 0xa000,
    IZH_WORD_SAMPLE = 0xb000,
    IZH_WORD_LOST_SPIKES = 0xc000,
    IZH_WORD_LOST_SAMPLES = 0xd000,
    IZH_WORD_HIGH = 0xe000,
    IZH_BOARD_MODEL = 0,
    IZH_BOARD_SIMULATION = 1,
    IZH_BOARD_ICEBREAKER = 2,
    IZH_BOARD_ULX3S = 3,
    IZH_BOARD_ORANGECRAB = 4,
    IZH_BOARD_HX8K_EVN = 5,
    IZH_BOARD_CYNTHION = 6,
    IZH_BOARD_COLORLIGHT_I5 = 7,
    IZH_BOARD_COLORLIGHT_I9 = 8,
};

#define IZH_BOARD_NAMES {\
    "model",\
    "simulation",\
    "icebreaker",\
    "ulx3s",\
    "orangecrab",\
    "hx8k-evn",\
    "cynthion",\
    "colorlight-i5",\
    "colorlight-i9",\
}

#endif
