// board.cpp: Verilated boards behind a C interface
// SPDX-License-Identifier: Apache-2.0
#include "board.h"

#include "stalls.h"
#include "verilated.h"

#include "boards.h"

#include <bitset>
#include <cstring>
#include <memory>
#include <new>

struct izh_board {
    izh_board() = default;
    izh_board(const izh_board &) = delete;
    izh_board &operator=(const izh_board &) = delete;
    virtual ~izh_board() = default;
    virtual uint64_t step(uint64_t clocks, bool stop_at_byte, izh_board_bytes &bytes) = 0;

    unsigned clocks_per_byte = 1;
    unsigned stalls = 0;
    bool carrier_error = false;
    struct izh_board_counts counts {
    };
};

namespace
{

template <class Top>
class Board final : public izh_board
{
  public:
    explicit Board(uint32_t seed) : random_(seed)
    {
        context_.randSeed(static_cast<int>(seed & 0x7fffffff));
        context_.randReset(2);
        top_ = std::make_unique<Top>(&context_);
        top_->clk_i = 0;
        top_->byte_valid_i = 0;
        top_->byte_ready_i = 0;
        top_->carrier_error_i = 0;
        top_->rst_i = 1;
        for (int i = 0; i < 4; i++)
            edge();
        top_->rst_i = 0;
        counts = {};
    }

    ~Board() override
    {
        top_->final();
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
        counts.updates += std::bitset<16>(top_->retired_o).count();
        counts.events += std::bitset<16>(top_->synaptic_event_o).count();
        edge();
    }

    void edge()
    {
        top_->clk_i = 1;
        top_->eval();
        top_->clk_i = 0;
        top_->eval();
        counts.clocks++;
    }

    VerilatedContext context_;
    std::unique_ptr<Top> top_;
    izh_stalls random_;
    unsigned in_wait_ = 0, out_wait_ = 0;
};

template <class Top>
izh_board *make(uint32_t seed)
{
    return new Board<Top>(seed);
}

struct Configuration {
    const char *name;
    izh_board *(*make)(uint32_t seed);
};

#define IZH_BOARD(name) {#name, make<Vizh_soc_##name>},
constexpr Configuration configurations[] = {IZH_BOARDS};

} // namespace

extern "C" {

const char *izh_board_configuration(size_t i)
{
    return i < IZH_BOARDS_LISTED ? configurations[i].name : nullptr;
}

enum izh_board_status izh_board_new(const char *configuration, uint32_t seed,
                                    struct izh_board **board)
{
    for (const Configuration &c : configurations) {
        if (std::strcmp(c.name, configuration) != 0)
            continue;
        try {
            *board = c.make(seed);
        } catch (const std::bad_alloc &) {
            return IZH_BOARD_NO_MEMORY;
        }
        return IZH_BOARD_OK;
    }
    return IZH_BOARD_UNKNOWN;
}

void izh_board_free(struct izh_board *board)
{
    delete board;
}

uint64_t izh_board_step(struct izh_board *board, uint64_t clocks, bool stop_at_byte,
                        struct izh_board_bytes *bytes)
{
    return board->step(clocks, stop_at_byte, *bytes);
}

void izh_board_set_carrier(struct izh_board *board, unsigned clocks_per_byte, unsigned stalls)
{
    board->clocks_per_byte = clocks_per_byte;
    board->stalls = stalls;
}

void izh_board_carrier_error(struct izh_board *board)
{
    board->carrier_error = true;
}

struct izh_board_counts izh_board_count(const struct izh_board *board)
{
    return board->counts;
}
}
