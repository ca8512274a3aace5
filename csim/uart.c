// uart.c: a UART at the other end of a line, a clock at a time: 8 bits, no parity, one stop bit
// SPDX-License-Identifier: Apache-2.0
#include "uart.h"

enum { CLOCK = 1 << 20, START = 1, STOP = 10 };

uint32_t izh_uart_bit(unsigned clocks_per_bit, int ppm)
{
    return (uint32_t)((int64_t)clocks_per_bit * CLOCK * (1000000 + ppm) / 1000000);
}

void izh_uart_sender_init(struct izh_uart_sender *sender, uint32_t bit)
{
    *sender = (struct izh_uart_sender){.bit = bit, .line = 1};
}

bool izh_uart_sender_ready(const struct izh_uart_sender *sender)
{
    return !sender->left;
}

void izh_uart_sender_put(struct izh_uart_sender *sender, uint8_t byte)
{
    sender->left = STOP;
    sender->line = (unsigned)byte << 1 | 1u << 9;
}

bool izh_uart_sender_clock(struct izh_uart_sender *sender)
{
    bool level = sender->line & 1;
    if (!sender->left) {
        sender->late = 0;
        return level;
    }
    sender->late += CLOCK;
    if (sender->late >= sender->bit) {
        sender->late -= sender->bit;
        sender->left--;
        sender->line = sender->line >> 1 | 1u << 9;
    }
    return level;
}

void izh_uart_receiver_init(struct izh_uart_receiver *receiver, uint32_t bit)
{
    *receiver = (struct izh_uart_receiver){.bit = bit};
}

// A level that began within the clock before is half a clock old on average: the first bit is
// looked at half a bit after that.
static void wait_for_start(struct izh_uart_receiver *receiver, bool level)
{
    if (receiver->rested && !level) {
        receiver->bits = START;
        receiver->wait = receiver->bit / 2 > CLOCK / 2 ? receiver->bit / 2 - CLOCK / 2 : 0;
        receiver->word = 0;
    }
    receiver->rested = level;
}

enum izh_uart_event izh_uart_receiver_clock(struct izh_uart_receiver *receiver, bool level,
                                            uint8_t *byte)
{
    if (!receiver->bits) {
        wait_for_start(receiver, level);
        return IZH_UART_NONE;
    }
    receiver->wait -= receiver->wait < CLOCK ? receiver->wait : CLOCK;
    if (receiver->wait >= CLOCK)
        return IZH_UART_NONE;
    receiver->wait += receiver->bit;
    receiver->word = receiver->word >> 1 | (unsigned)level << 9;
    if (receiver->bits == START && level) {
        receiver->bits = 0;
        receiver->rested = true;
        return IZH_UART_NONE;
    }
    if (receiver->bits++ < STOP)
        return IZH_UART_NONE;
    receiver->bits = 0;
    receiver->rested = level;
    *byte = (uint8_t)(receiver->word >> 1);
    return level ? IZH_UART_BYTE : IZH_UART_BROKEN;
}
