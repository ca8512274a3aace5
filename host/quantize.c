// quantize.c: millivolts, milliseconds and doubles become the engine's integers, and back
// SPDX-License-Identifier: Apache-2.0
#include "quantize.h"

#include <math.h>

struct izh_scale izh_scale_of(const struct izh_cell *cell, double h)
{
    double k = floor(log2(1 / h) + 1e-9);
    int step = k < 0 ? 0 : k > IZH_STEP_MAX ? IZH_STEP_MAX : (int)k;
    double x_unit = ldexp(1, 2 - step) / (cell->square * h);
    return (struct izh_scale){
        .h = h,
        .step = step,
        .centre = -cell->linear / (2 * cell->square),
        .offset = cell->constant - cell->linear * cell->linear / (4 * cell->square),
        .x_unit = x_unit,
        .w_unit = x_unit * ldexp(1, -step) / h,
    };
}

// Rounds value / unit to a word of bits with fraction bits; unit turns the range back into what the
// user wrote.
static bool quantize(const char *name, double value, double unit, double shift, int bits,
                     int fraction, int32_t *word, struct izh_misfit *misfit)
{
    double scaled = floor(ldexp((value - shift) / unit, fraction) + 0.5);
    double min = (double)izh_word_min(bits), max = (double)izh_word_max(bits);
    if (scaled >= min && scaled <= max) {
        *word = (int32_t)scaled;
        return true;
    }
    double low = ldexp(min, -fraction) * unit + shift, high = ldexp(max, -fraction) * unit + shift;
    *misfit = (struct izh_misfit){name, value, fmin(low, high), fmax(low, high),
                                  value > fmax(low, high) ? fmax(low, high) : fmin(low, high)};
    return false;
}

static double decay_factor(double a, double h, const struct izh_cell *cell, bool accurate)
{
    return accurate && cell->decay ? -expm1(-a * h) : a * h;
}

// Recovery constant e of w += A (b x + e - w), mV/ms.
static double recovery_constant(const struct izh_cell *cell, const struct izh_scale *scale)
{
    return cell->b * (scale->centre + cell->shift) - (cell->decay ? scale->offset : 0);
}

// a is checked in its own unit: in accurate mode the word is 1 - exp(-a h), so the range that the
// user may write is the inverse of the word's.
static bool quantize_a(const struct izh_format *f, const struct izh_scale *scale,
                       const struct izh_cell *cell, bool accurate, int32_t *word,
                       struct izh_misfit *misfit)
{
    double factor = decay_factor(cell->a, scale->h, cell, accurate);
    if (quantize("a", factor, 1, 0, f->port_bits, izh_a_fraction(f), word, misfit))
        return true;
    bool exponential = accurate && cell->decay;
    double low = exponential ? -log1p(-misfit->low) : misfit->low;
    double high = exponential ? -log1p(-misfit->high) : misfit->high;
    *misfit = (struct izh_misfit){"a", cell->a, low / scale->h, high / scale->h,
                                  (cell->a > 0 ? high : low) / scale->h};
    return false;
}

static bool quantize_peak(const struct izh_format *f, const struct izh_scale *scale,
                          const struct izh_cell *cell, int32_t *word, struct izh_misfit *misfit)
{
    double lsb = ldexp(scale->x_unit, -izh_x_fraction(f));
    double position = (cell->peak - scale->centre) / lsb;
    double first = cell->peak_inclusive ? ceil(position) : floor(position) + 1;
    if (first <= (double)izh_word_max(f->x_bits) && first >= (double)izh_word_min(f->x_bits)) {
        *word = (int32_t)first;
        return true;
    }
    return quantize("peak", cell->peak, scale->x_unit, scale->centre, f->x_bits, izh_x_fraction(f),
                    word, misfit);
}

bool izh_quantize_record(const struct izh_format *f, const struct izh_scale *scale,
                         const struct izh_cell *cell, bool accurate, struct izh_record *record,
                         struct izh_misfit *misfit)
{
    struct izh_record r = {.decay = cell->decay};
    double b_unit = scale->w_unit / scale->x_unit;
    if (!quantize_a(f, scale, cell, accurate, &r.a, misfit) ||
        !quantize("b", cell->b, b_unit, 0, f->port_bits, izh_b_fraction(f), &r.b, misfit) ||
        !quantize("e (from b and the membrane)", recovery_constant(cell, scale), scale->w_unit, 0,
                  f->w_bits, izh_w_fraction(f), &r.e, misfit) ||
        !quantize("c", cell->c, scale->x_unit, scale->centre, f->x_bits, izh_x_fraction(f), &r.c,
                  misfit) ||
        !quantize("d", cell->d, scale->w_unit, 0, f->w_bits, izh_w_fraction(f), &r.d, misfit) ||
        !quantize_peak(f, scale, cell, &r.peak, misfit))
        return false;
    *record = r;
    return true;
}

// In accurate mode w stands half a sub-step ahead of x (docs/contract.md, "Accurate mode"), so the
// initial u is advanced by half a sub-step at the initial v.
bool izh_quantize_state(const struct izh_format *f, const struct izh_scale *scale,
                        const struct izh_cell *cell, bool accurate, double v, double u,
                        struct izh_state *state, struct izh_misfit *misfit)
{
    struct izh_state s = {.level = 0};
    double ahead = u;
    if (accurate)
        ahead += decay_factor(cell->a, scale->h / 2, cell, true) *
                 (cell->b * (v + cell->shift) - (cell->decay ? u : 0));
    if (!quantize("v", v, scale->x_unit, scale->centre, f->x_bits, izh_x_fraction(f), &s.x,
                  misfit) ||
        !quantize("u", ahead, scale->w_unit, scale->offset, f->w_bits, izh_w_fraction(f), &s.w,
                  misfit))
        return false;
    *state = s;
    return true;
}

bool izh_quantize_input(const struct izh_format *f, const struct izh_scale *scale, double current,
                        int32_t *input, struct izh_misfit *misfit)
{
    return quantize("I", current, scale->w_unit, 0, izh_input_bits(f), izh_w_fraction(f), input,
                    misfit);
}

// Bounds in mV above the peak, corrections in mV, for h = 2^-k ms. bench/calibrate.c found the last
// two rows.
static const struct {
    double bound[IZH_LEVELS];
    double kappa[IZH_LEVELS + 1];
} calibration[IZH_STEP_MAX + 1] = {
    {{0, 3.9, 83.5, 297.5, 763.5}, {0, 11.4, 4.3, -12.3, -32.6, -64.1}},
    {{0, 14.7, 65.5, 166.3, 376.5}, {0, 15.3, 3.5, -15.8, -40.5, -64.2}},
    {{0.0, 22.8, 47.4, 81.4, 141.6}, {3.6, 13.0, -6.9, -16.9, -46.0, -52.0}},
    {{4.8, 14.5, 25.7, 42.1, 457.4}, {6.0, 13.6, 1.0, -32.8, -40.2, -47.0}},
};

void izh_level_tables(const struct izh_format *f, const struct izh_scale *scale,
                      int32_t bound[IZH_LEVELS], int32_t kappa[IZH_LEVELS + 1])
{
    double k = floor(log2(1 / scale->h) + 0.5);
    int nearest = k < 0 ? 0 : k > IZH_STEP_MAX ? IZH_STEP_MAX : (int)k;
    for (int i = 0; i < IZH_LEVELS; i++) {
        double word = ldexp(calibration[nearest].bound[i] / scale->x_unit, IZH_BOUND_FRACTION);
        bound[i] = (int32_t)fmin(floor(word + 0.5), (1 << IZH_BOUND_BITS) - 1);
    }
    for (int i = 0; i <= IZH_LEVELS; i++) {
        double word = ldexp(calibration[nearest].kappa[i] / scale->x_unit, izh_kappa_fraction(f));
        kappa[i] = (int32_t)floor(word + 0.5);
    }
}

double izh_voltage(const struct izh_format *f, const struct izh_scale *scale, int32_t x)
{
    return ldexp(x, -izh_x_fraction(f)) * scale->x_unit + scale->centre;
}

double izh_recovery(const struct izh_format *f, const struct izh_scale *scale, int32_t w)
{
    return ldexp(w, -izh_w_fraction(f)) * scale->w_unit + scale->offset;
}
