// uart.h: a UART at the other end of a line, a clock at a time: 8 bits, no parity, one stop bit
// SPDX-License-Identifier: Apache-2.0
//
// For co-simulation of the gateware's pins. Time is counted in clocks of the caller, so a baud rate
// may be off. Silent: never prints, never exits.
#ifndef IZH_UART_H
#define IZH_UART_H

#include <stdbool.h>
#include <stdint.h>

// A bit in 2^-20 clocks: clocks_per_bit 1..2000, longer by ppm millionths (-500000..500000).
uint32_t izh_uart_bit(unsigned clocks_per_bit, int ppm);

struct izh_uart_sender {
    uint32_t bit;  // izh_uart_bit
    uint32_t late; // clocks, in 2^-20, by which this bit began before the present clock
    unsigned left; // bits of a byte still to end, 0: the line rests
    unsigned line; // its level in the lowest bit, the bits behind it above
};

void izh_uart_sender_init(struct izh_uart_sender *sender, uint32_t bit);

// Whether the last byte has left; then put is allowed.
bool izh_uart_sender_ready(const struct izh_uart_sender *sender);
void izh_uart_sender_put(struct izh_uart_sender *sender, uint8_t byte);

// One clock: the level of the line in it.
bool izh_uart_sender_clock(struct izh_uart_sender *sender);

enum izh_uart_event {
    IZH_UART_NONE,
    IZH_UART_BYTE,   // *byte is set
    IZH_UART_BROKEN, // the stop bit was low; a line that stays low says so once
};

struct izh_uart_receiver {
    uint32_t bit;
    uint32_t wait; // 2^-20 clocks until the next bit is looked at
    unsigned bits; // looked at so far, of 10
    unsigned word; // what they were, the last one highest
    bool rested;   // the line was high after the last byte
};

void izh_uart_receiver_init(struct izh_uart_receiver *receiver, uint32_t bit);

// One clock, with the level of the line in it.
enum izh_uart_event izh_uart_receiver_clock(struct izh_uart_receiver *receiver, bool level,
                                            uint8_t *byte);

#endif
