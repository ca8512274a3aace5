// train.h: spike trains compared
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_MEASURE_TRAIN_H
#define IZH_MEASURE_TRAIN_H

#include "reference.h"

#include <stddef.h>

void izh_train_add(struct izh_spike_list *train, double ms);

// Spikes that are in the list.
size_t izh_train_stored(const struct izh_spike_list *train);

// Root mean square difference in ms of the first spike from the first, the second from the second,
// and so on as far as both trains go; NaN when one is empty.
double izh_train_rms_ms(const struct izh_spike_list *a, const struct izh_spike_list *b);

// How many spikes of a have a spike of b for themselves at most window_ms away.
size_t izh_train_matches(const struct izh_spike_list *a, const struct izh_spike_list *b,
                         double window_ms);

// Median of n > 0 values, which are sorted.
double izh_median(double *values, size_t n);

#endif
