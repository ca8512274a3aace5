// rates.h: firing rate against constant current, and the error of one f-I table against another
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_MEASURE_RATES_H
#define IZH_MEASURE_RATES_H

#include "scheme.h"

#define IZH_RATES_MS 4000
#define IZH_RATES_MAX_CURRENT 40 // mV/ms, from 1 in steps of 1
#define IZH_RATES_LEAST_HZ 2.0   // below it a rate over 4 s says little

struct izh_rates {
    double hz[IZH_CORTICAL_TYPES][IZH_RATES_MAX_CURRENT + 1]; // [type][current], [..][0] unused
};

// Percent of the reference's rate, over all points where that is above IZH_RATES_LEAST_HZ.
struct izh_rates_error {
    double mean, max;
    size_t worst_type; // where the largest is
    int worst_current;
    double type_mean[IZH_CORTICAL_TYPES];
    int points;
};

// false as izh_scheme_run().
bool izh_rates_measure(const struct izh_scheme *scheme, struct izh_rates *rates,
                       struct izh_saturation *saturation);

struct izh_rates_error izh_rates_compare(const struct izh_rates *rates,
                                         const struct izh_rates *reference);

#endif
