// board_bytes.h: izh_soc, Verilated: the link's byte port itself
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_BOARD_BYTES_H
#define IZH_BOARD_BYTES_H

#include "board_base.h"
#include "stalls.h"

namespace izh
{

template <class Top>
class ByteBoard final : public izh_board
{
  public:
    ByteBoard(const izh_board_wiring &, uint32_t seed) : top_(seed), random_(seed)
    {
        top_->byte_valid_i = 0;
        top_->byte_ready_i = 0;
        top_->carrier_error_i = 0;
        top_->rst_i = 1;
        for (int i = 0; i < 4; i++)
            edge();
        top_->rst_i = 0;
        counts = {};
    }

    uint64_t step(uint64_t clocks, bool stop_at_byte, izh_board_bytes &bytes) override
    {
        bytes.taken = bytes.got = 0;
        uint64_t done = 0;
        while (done < clocks && bytes.got < bytes.out_room && !(stop_at_byte && bytes.got)) {
            clock(bytes);
            done++;
        }
        return done;
    }

  private:
    // Outputs are seen, and answered, before the edge.
    void clock(izh_board_bytes &bytes)
    {
        in_wait_ -= in_wait_ != 0;
        out_wait_ -= out_wait_ != 0;
        bool open = !random_.chance(stalls);
        top_->byte_valid_i = !in_wait_ && open && bytes.taken < bytes.in_count;
        if (top_->byte_valid_i)
            top_->byte_i = bytes.in[bytes.taken];
        top_->byte_ready_i = !out_wait_ && open;
        top_->carrier_error_i = carrier_error;
        carrier_error = false;
        top_->eval();
        if (top_->byte_valid_i && top_->byte_ready_o) {
            bytes.taken++;
            in_wait_ = clocks_per_byte;
        }
        if (top_->byte_valid_o && top_->byte_ready_i) {
            bytes.out[bytes.got++] = top_->byte_o;
            out_wait_ = clocks_per_byte;
        }
        count(top_, counts);
        edge();
    }

    void edge()
    {
        top_.edge();
        counts.clocks++;
        counts.engine_clocks++;
    }

    Verilated<Top> top_;
    izh_stalls random_;
    unsigned in_wait_ = 0, out_wait_ = 0;
};

} // namespace izh

#endif
