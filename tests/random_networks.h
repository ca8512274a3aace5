// random_networks.h: random networks on a core against the golden model, word by word
// SPDX-License-Identifier: Apache-2.0
//
// Neurons, records, noise, rows and delays of every part, stimuli while the network runs, weights
// written between its ticks, random stalls on every port. Each accumulator is compared when a
// neuron takes it and all of them at the end. IZH_SEED repeats a run.
#ifndef IZH_TESTS_RANDOM_NETWORKS_H
#define IZH_TESTS_RANDOM_NETWORKS_H

#include <stdint.h>

// Runs so many networks, or up to the first difference, and prints the totals. Returns how many
// words differ, or -1 when there is no such configuration or no memory. command is what repeats it.
// As many as most_lost further ones are left out when the core says that parts of their rows were
// lost; any more count as different, for LOST is 0 in the model.
int64_t izh_random_networks(const char *configuration, const char *command, uint64_t networks,
                            uint64_t most_lost);

#endif
