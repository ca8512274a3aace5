// board.h: a Verilated board, an engine behind its link, as a byte port
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. Instances share nothing; one instance is for one thread at a
// time. What the bytes mean is in docs/link.md.
#ifndef IZH_BOARD_H
#define IZH_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct izh_board;

enum izh_board_status {
    IZH_BOARD_OK = 0,
    IZH_BOARD_NO_MEMORY = -1,
    IZH_BOARD_UNKNOWN = -2, // no such configuration
};

// Names of the boards built in, NULL after the last.
const char *izh_board_configuration(size_t i);

// A board after reset, its uninitialised registers and memories random from seed.
enum izh_board_status izh_board_new(const char *configuration, uint32_t seed,
                                    struct izh_board **board);
void izh_board_free(struct izh_board *board); // NULL is allowed

// Bytes on their way through the carrier, both directions at once.
struct izh_board_bytes {
    const uint8_t *in; // to the board
    size_t in_count;
    size_t taken; // of them
    uint8_t *out; // from the board
    size_t out_room;
    size_t got; // of them
};

// So many clocks, or fewer when out is full or a byte has come out and stop_at_byte is set; returns
// how many. A byte from the board must be taken: without room its port is not ready.
uint64_t izh_board_step(struct izh_board *board, uint64_t clocks, bool stop_at_byte,
                        struct izh_board_bytes *bytes);

// From now on the carrier takes a byte from the board, and gives one to it, every so many clocks at
// most, and refuses with a chance in 1/1024 in each clock besides.
void izh_board_set_carrier(struct izh_board *board, unsigned clocks_per_byte, unsigned stalls);

// The carrier has found a byte broken.
void izh_board_carrier_error(struct izh_board *board);

// Counters since the board was made.
struct izh_board_counts {
    uint64_t clocks;
    uint64_t updates; // of neurons
    uint64_t events;  // synaptic, added to an accumulator, in all lanes
};
struct izh_board_counts izh_board_count(const struct izh_board *board);

#ifdef __cplusplus
}
#endif

#endif
