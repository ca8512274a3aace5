// board_base.h: what every kind of Verilated board is to board.cpp
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_BOARD_BASE_H
#define IZH_BOARD_BASE_H

#include "board.h"

#include "verilated_top.h"

#include <bitset>

struct izh_board {
    izh_board() = default;
    izh_board(const izh_board &) = delete;
    izh_board &operator=(const izh_board &) = delete;
    virtual ~izh_board() = default;
    virtual uint64_t step(uint64_t clocks, bool stop_at_byte, izh_board_bytes &bytes) = 0;
    virtual izh_usbhost *usb_host()
    {
        return nullptr;
    }

    // Of a byte port.
    unsigned clocks_per_byte = 1;
    unsigned stalls = 0;
    bool carrier_error = false;
    struct izh_board_counts counts {
    };
};

namespace izh
{

// What the engine does in this clock.
template <class Top>
void count(const Verilated<Top> &top, izh_board_counts &counts)
{
    counts.updates += std::bitset<16>(top->retired_o).count();
    counts.events += std::bitset<16>(top->synaptic_event_o).count();
}

// A design with a clock of 48 MHz for its carrier, and one of its own for engine and link: whatever
// the ratio, no two edges are at once.
template <class Top>
class TwoClocks
{
  public:
    TwoClocks(uint32_t seed, uint32_t engine_hz, izh_board_counts &counts)
        : top(seed), counts_(counts),
          engine_hz_(engine_hz ? engine_hz : uint64_t{IZH_BOARD_CARRIER_HZ})
    {
    }

    // The engine's edges that come before the carrier's next one, then that, with carrier_clock.
    template <class Level>
    void clock(Level carrier_clock)
    {
        for (due_ += engine_hz_; due_ >= IZH_BOARD_CARRIER_HZ; due_ -= IZH_BOARD_CARRIER_HZ)
            engine_clock();
        carrier_clock(1);
        top->eval();
        carrier_clock(0);
        top->eval();
        counts_.clocks++;
    }

    Verilated<Top> top;

  private:
    void engine_clock()
    {
        count(top, counts_);
        top.edge();
        counts_.engine_clocks++;
    }

    izh_board_counts &counts_;
    uint64_t engine_hz_, due_ = 0;
};

} // namespace izh

#endif
