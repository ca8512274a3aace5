// train.c: spike trains compared
// SPDX-License-Identifier: Apache-2.0
#include "train.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

void izh_train_add(struct izh_spike_list *train, double ms)
{
    if (train->count < train->capacity)
        train->ms[train->count] = ms;
    train->count++;
}

size_t izh_train_stored(const struct izh_spike_list *train)
{
    return train->count < train->capacity ? train->count : train->capacity;
}

double izh_train_rms_ms(const struct izh_spike_list *a, const struct izh_spike_list *b)
{
    size_t in_a = izh_train_stored(a), in_b = izh_train_stored(b), n = in_a < in_b ? in_a : in_b;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (a->ms[i] - b->ms[i]) * (a->ms[i] - b->ms[i]);
    return n ? sqrt(sum / (double)n) : (double)NAN;
}

// Both are ascending, so taking the earliest that is left gives the largest number of pairs.
size_t izh_train_matches(const struct izh_spike_list *a, const struct izh_spike_list *b,
                         double window_ms)
{
    size_t matches = 0;
    for (size_t i = 0, j = 0; i < izh_train_stored(a) && j < izh_train_stored(b);) {
        double late = b->ms[j] - a->ms[i];
        bool pair = fabs(late) <= window_ms;
        matches += pair;
        i += pair || late > 0;
        j += pair || late <= 0;
    }
    return matches;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double izh_median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, ascending);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}
