// board_uart.h: izh_soc_uart or what holds it, Verilated, and a UART at the other end of its pins
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_BOARD_UART_H
#define IZH_BOARD_UART_H

#include "board_base.h"

extern "C" {
#include "uart.h"
}

namespace izh
{

// A bit is so many clocks of the carrier's 48 MHz; engine_hz when the wiring does not say.
template <class Top, int CLOCKS_PER_BIT, uint32_t ENGINE_HZ>
class UartBoard final : public izh_board
{
  public:
    UartBoard(const izh_board_wiring &wiring, uint32_t seed)
        : design_(seed, wiring.engine_hz ? wiring.engine_hz : ENGINE_HZ, counts)
    {
        uint32_t bit = izh_uart_bit(CLOCKS_PER_BIT, static_cast<int>(wiring.ppm));
        izh_uart_sender_init(&sender_, bit);
        izh_uart_receiver_init(&receiver_, bit);
        set_reset(1);
        for (int i = 0; i < RESET_CLOCKS; i++)
            clock(true);
        set_reset(0);
        counts = {};
    }

    uint64_t step(uint64_t clocks, bool stop_at_byte, izh_board_bytes &bytes) override
    {
        bytes.taken = bytes.got = 0;
        uint64_t done = 0;
        while (done < clocks && bytes.got < bytes.out_room && !(stop_at_byte && bytes.got)) {
            if (bytes.taken < bytes.in_count && izh_uart_sender_ready(&sender_))
                izh_uart_sender_put(&sender_, bytes.in[bytes.taken++]);
            bool level = clock(izh_uart_sender_clock(&sender_));
            uint8_t byte;
            if (izh_uart_receiver_clock(&receiver_, level, &byte) == IZH_UART_BYTE)
                bytes.out[bytes.got++] = byte;
            done++;
        }
        return done;
    }

  private:
    enum { RESET_CLOCKS = 64 };

    void set_reset(int on)
    {
        design_.top->rst_i = on;
        design_.top->uart_rst_i = on;
    }

    bool clock(bool level)
    {
        design_.top->rx_i = level;
        design_.clock([this](int on) { design_.top->uart_clk_i = on; });
        return design_.top->tx_o;
    }

    TwoClocks<Top> design_;
    izh_uart_sender sender_;
    izh_uart_receiver receiver_;
};

} // namespace izh

#endif
