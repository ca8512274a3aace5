// verilated_top.h: a Verilated design and the context that it needs
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_VERILATED_TOP_H
#define IZH_VERILATED_TOP_H

#include "verilated.h"

#include <cstdint>
#include <memory>

namespace izh
{

// Registers without a reset, and memories, start at random from the seed.
template <class Top>
class Verilated
{
  public:
    explicit Verilated(uint32_t seed)
    {
        context_.randSeed(static_cast<int>(seed & 0x7fffffff));
        context_.randReset(2);
        top_ = std::make_unique<Top>(&context_);
        top_->clk_i = 0;
    }

    Verilated(const Verilated &) = delete;
    Verilated &operator=(const Verilated &) = delete;

    ~Verilated()
    {
        top_->final();
    }

    Top *operator->()
    {
        return top_.get();
    }

    const Top *operator->() const
    {
        return top_.get();
    }

    void edge()
    {
        top_->clk_i = 1;
        top_->eval();
        top_->clk_i = 0;
        top_->eval();
    }

  private:
    VerilatedContext context_;
    std::unique_ptr<Top> top_;
};

} // namespace izh

#endif
