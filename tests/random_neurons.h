// random_neurons.h: random neurons on a core against the golden model, on every word of every
// update SPDX-License-Identifier: Apache-2.0
//
// Random records, states, inputs and settings, corners of every word among them; random stalls on
// the event and probe ports. IZH_SEED repeats a run.
#ifndef IZH_TESTS_RANDOM_NEURONS_H
#define IZH_TESTS_RANDOM_NEURONS_H

#include "lockstep.h"

#include <stdint.h>

// Runs at least so many updates, or up to the first difference, and prints the totals. Returns how
// many words differ, or -1 when there is no such configuration or no memory. command is what
// repeats it.
int64_t izh_random_neurons(const char *configuration, const char *command, uint64_t updates);

// The same without the print, and still open. 0, or -1.
int izh_random_neurons_open(struct izh_lockstep *l, const char *configuration, const char *command,
                            uint64_t updates);

#endif
