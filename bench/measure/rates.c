// rates.c: firing rate against constant current, and the error of one f-I table against another
// SPDX-License-Identifier: Apache-2.0
#include "rates.h"

#include "train.h"

#include <math.h>

enum { MAX_SPIKES = 8192 };

bool izh_rates_measure(const struct izh_scheme *scheme, struct izh_rates *rates,
                       struct izh_saturation *saturation)
{
    double input[IZH_RATES_MS], ms[MAX_SPIKES];
    for (size_t t = 0; t < IZH_CORTICAL_TYPES; t++) {
        for (int current = 1; current <= IZH_RATES_MAX_CURRENT; current++) {
            struct izh_spike_list spikes = {ms, MAX_SPIKES, 0};
            for (size_t i = 0; i < IZH_RATES_MS; i++)
                input[i] = current;
            if (!izh_scheme_run(scheme, &izh_cortical_type(t)->type, input, IZH_RATES_MS, &spikes,
                                saturation))
                return false;
            rates->hz[t][current] = izh_rate_hz(ms, izh_train_stored(&spikes));
        }
    }
    return true;
}

static void note_worst(struct izh_rates_error *e, double error, size_t type, int current)
{
    if (error <= e->max)
        return;
    e->max = error;
    e->worst_type = type;
    e->worst_current = current;
}

struct izh_rates_error izh_rates_compare(const struct izh_rates *rates,
                                         const struct izh_rates *reference)
{
    struct izh_rates_error e = {0};
    for (size_t t = 0; t < IZH_CORTICAL_TYPES; t++) {
        int points = 0;
        for (int current = 1; current <= IZH_RATES_MAX_CURRENT; current++) {
            double expected = reference->hz[t][current];
            if (expected <= IZH_RATES_LEAST_HZ)
                continue;
            double error = 100 * fabs(rates->hz[t][current] / expected - 1);
            e.type_mean[t] += error;
            note_worst(&e, error, t, current);
            points++;
        }
        e.mean += e.type_mean[t];
        e.type_mean[t] /= points ? points : 1;
        e.points += points;
    }
    e.mean /= e.points ? e.points : 1;
    return e;
}
