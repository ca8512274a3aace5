// transport_sim.h: "sim:", a Verilated board in this process
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_TRANSPORT_SIM_H
#define IZH_TRANSPORT_SIM_H

#include "transport.h"

// "sim:NAME" is the board of that name, "sim:" the first; docs/run.md has the keys that may follow.
// Its time is that of the simulated clock.
extern const struct izh_transport_ops izh_transport_sim;

#endif
