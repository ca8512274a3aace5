// board.h: a Verilated board, an engine behind its link, as a byte port
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. Instances share nothing; one instance is for one thread at a
// time. What the bytes mean is in docs/link.md. Between the bytes and the link there may be pins:
// of a UART, or D+ and D- of the USB device, with the other end of the wire in here.
#ifndef IZH_BOARD_H
#define IZH_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct izh_board;
struct izh_usbhost;

enum izh_board_status {
    IZH_BOARD_OK = 0,
    IZH_BOARD_NO_MEMORY = -1,
    IZH_BOARD_UNKNOWN = -2, // no such configuration with this carrier
    IZH_BOARD_MUTE = -3,    // the USB device does not enumerate
};

enum izh_board_carrier { IZH_BOARD_BYTES, IZH_BOARD_UART, IZH_BOARD_USB };

enum { IZH_BOARD_CARRIER_HZ = 48000000 };

// The wire. Zero is a plain one.
struct izh_board_wiring {
    enum izh_board_carrier carrier;
    uint32_t engine_hz; // of the clock of engine and link behind pins; 0: 48 MHz
    double ppm;         // by which the other end's clock is slow
    double jitter_ns;   // USB: of each edge of the host, at most, either way
};

// Names of the boards built in with this carrier, NULL after the last.
const char *izh_board_configuration(enum izh_board_carrier carrier, size_t i);

// All of them, each behind a space; " none" when there is none.
enum { IZH_BOARD_NAMES_MAX = 256 };
void izh_board_names(enum izh_board_carrier carrier, char names[IZH_BOARD_NAMES_MAX]);

// A board after reset, its uninitialised registers and memories random from seed. wiring may be
// NULL: bytes. A USB device is enumerated and configured.
enum izh_board_status izh_board_new(const char *configuration,
                                    const struct izh_board_wiring *wiring, uint32_t seed,
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
// how many. A USB host ends what it has begun: then it may be a few thousand more. Without room a
// byte port is not ready, a UART's line stands still with everything else, and a USB host asks for
// nothing.
uint64_t izh_board_step(struct izh_board *board, uint64_t clocks, bool stop_at_byte,
                        struct izh_board_bytes *bytes);

// From now on the byte port takes a byte from the board, and gives one to it, every so many clocks
// at most, and refuses with a chance in 1/1024 in each clock besides. Pins have their own pace.
void izh_board_set_carrier(struct izh_board *board, unsigned clocks_per_byte, unsigned stalls);

// The byte port: the carrier has found a byte broken.
void izh_board_carrier_error(struct izh_board *board);

// The host at the other end of D+ and D-, for whoever moves packets himself instead of stepping;
// NULL: there are no such pins. Its device has the address 5 and is configured.
struct izh_usbhost *izh_board_usb_host(struct izh_board *board);

// Counters since the board was made.
struct izh_board_counts {
    uint64_t clocks; // of the byte port, or of the carrier: 48 MHz
    uint64_t engine_clocks;
    uint64_t updates; // of neurons
    uint64_t events;  // synaptic, added to an accumulator, in all lanes
};
struct izh_board_counts izh_board_count(const struct izh_board *board);

#ifdef __cplusplus
}
#endif

#endif
