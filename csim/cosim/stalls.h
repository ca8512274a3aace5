// stalls.h: whether a port is served in this clock, at random
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_STALLS_H
#define IZH_STALLS_H

#include <cstdint>

// xorshift32: stalls repeat with the seed.
class izh_stalls
{
  public:
    explicit izh_stalls(uint32_t seed) : state_(seed ? seed : 1)
    {
    }

    bool chance(unsigned of_1024)
    {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 17;
        state_ ^= state_ << 5;
        return (state_ >> 7 & 1023) < of_1024;
    }

  private:
    uint32_t state_;
};

#endif
