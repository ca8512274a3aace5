// run_spectrum.c: rhythms in the rate of a network
// SPDX-License-Identifier: Apache-2.0
#include "run_spectrum.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>

enum { SHORTEST = 64, LONGEST = 2048 };

static const double pi = 3.14159265358979323846;

// In place, count a power of two.
static void transform(double complex *z, size_t count)
{
    for (size_t i = 1, j = 0; i < count; i++) {
        size_t bit = count >> 1;
        for (; j & bit; bit >>= 1)
            j ^= bit;
        j ^= bit;
        if (i < j) {
            double complex held = z[i];
            z[i] = z[j];
            z[j] = held;
        }
    }
    for (size_t half = 1; half < count; half *= 2) {
        double complex turn = cexp(-I * (pi / (double)half));
        for (size_t start = 0; start < count; start += 2 * half) {
            double complex factor = 1;
            for (size_t i = start; i < start + half; i++, factor *= turn) {
                double complex odd = factor * z[i + half];
                z[i + half] = z[i] - odd;
                z[i] += odd;
            }
        }
    }
}

static double window(size_t i, size_t length)
{
    double s = sin(pi * ((double)i + 0.5) / (double)length);
    return s * s;
}

static void add_segment(const uint32_t *counts, size_t length, double mean, double complex *z,
                        double *power)
{
    for (size_t i = 0; i < length; i++)
        z[i] = (counts[i] - mean) * window(i, length);
    transform(z, length);
    for (size_t i = 0; i <= length / 2; i++)
        power[i] += creal(z[i]) * creal(z[i]) + cimag(z[i]) * cimag(z[i]);
}

static double mean_of(const uint32_t *counts, size_t bins)
{
    double sum = 0;
    for (size_t i = 0; i < bins; i++)
        sum += counts[i];
    return sum / (double)bins;
}

bool izh_run_spectrum(const uint32_t *counts, size_t bins, double bin_ms,
                      struct izh_run_spectrum *s)
{
    double mean = bins ? mean_of(counts, bins) : 0, weight = 0;
    size_t length = SHORTEST;
    *s = (struct izh_run_spectrum){0};
    if (bins < SHORTEST || mean <= 0)
        return false;
    while (length < LONGEST && 2 * length <= bins)
        length *= 2;
    double complex *z = calloc(length, sizeof *z);
    s->count = length / 2 + 1;
    s->power = calloc(s->count, sizeof *s->power);
    if (!z || !s->power) {
        free(z);
        izh_run_spectrum_free(s);
        return false;
    }
    for (size_t start = 0; start + length <= bins; start += length / 2, s->segments++)
        add_segment(counts + start, length, mean, z, s->power);
    for (size_t i = 0; i < length; i++)
        weight += window(i, length) * window(i, length);
    for (size_t i = 0; i < s->count; i++)
        s->power[i] /= weight * mean * (double)s->segments;
    s->step_hz = 1000 / (bin_ms * (double)length);
    free(z);
    return true;
}

void izh_run_spectrum_free(struct izh_run_spectrum *s)
{
    free(s->power);
    *s = (struct izh_run_spectrum){0};
}

double izh_run_spectrum_peak(const struct izh_run_spectrum *s, double low_hz, double high_hz)
{
    size_t best = 0;
    for (size_t i = 1; i < s->count; i++) {
        double hz = (double)i * s->step_hz;
        if (hz >= low_hz && hz <= high_hz && (!best || s->power[i] > s->power[best]))
            best = i;
    }
    return (double)best * s->step_hz;
}
