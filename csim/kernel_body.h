// kernel_body.h: the vector loops, for an including file that says for which machine
// SPDX-License-Identifier: Apache-2.0
//
// Not a header of its own: it defines functions, and the kernel IZH_KERNEL called
// IZH_KERNEL_NAME. Every number fits 32 bits; the bounds are where they are needed.
#include "kernel.h"

#ifdef IZH_KERNEL

#include <string.h>

#define IZH_INLINE static inline __attribute__((always_inline))

IZH_INLINE int32_t left(int32_t value, int n)
{
    return (int32_t)((uint32_t)value << n);
}

// a b / 2^n, rounded down, for results that fit: b is 2^n times its upper part plus its lower n
// bits, of which low is the mask, and |a| 2^n fits.
IZH_INLINE int32_t product(int32_t a, int32_t b, int n, int32_t low)
{
    return a * (b >> n) + (a * (b & low) >> n);
}

// Constants of an update: with literals as arguments, all of it is known to the compiler.
struct constants {
    int x_bits, w_bits, port_bits, step;
    bool accurate;
};

// Numbers of an update, each made one vector before the loop.
struct held {
    int32_t top, bottom;                         // of a port
    int32_t round_port, round_middle, round_x;   // of x
    int32_t round_drive, round_difference, fine; // of w
    int32_t round_w;
    int32_t square_low, middle_low, b_low, a_low; // of products
    int32_t half_x, sign;
    int32_t half_fine, beyond_fine, half_coarse, beyond_coarse, half_w, beyond_w;
};

// A value that the compiler does not know: gcc 12 would make each constant anew for every vector.
IZH_INLINE int32_t unknown(int32_t value)
{
    __asm__("" : "+r"(value));
    return value;
}

// The bits that are cut from a product or from what goes to a multiplier.
IZH_INLINE int guard_of(struct constants c)
{
    return c.x_bits - 1 + IZH_GUARD_X;
}

IZH_INLINE int square_shift_of(struct constants c)
{
    return 2 * (c.port_bits - 1) - guard_of(c) - 2 + c.step;
}

IZH_INLINE int middle_cut_of(struct constants c)
{
    return guard_of(c) + 1 - (c.port_bits - 2);
}

IZH_INLINE int b_shift_of(struct constants c)
{
    return 2 * c.port_bits - 5 - c.w_bits;
}

IZH_INLINE int a_shift_of(struct constants c)
{
    return 2 * c.port_bits - 2 + IZH_FINE - (c.w_bits - 2 + IZH_GUARD_W);
}

IZH_INLINE int difference_cut_of(struct constants c)
{
    return c.w_bits - (c.port_bits - 3) - IZH_FINE;
}

// 2^(n-1), what rounding to a multiple of 2^n adds; 0 for n = 0.
IZH_INLINE int32_t half_of(int n)
{
    return 1 << n >> 1;
}

IZH_INLINE struct held hold(struct constants c)
{
    int port = c.port_bits, cut = difference_cut_of(c);
    int fine = port + cut, coarse = fine + IZH_FINE; // bits of differences
    int32_t round_difference = half_of(cut);
    return (struct held){
        .top = unknown(half_of(port) - 1),
        .bottom = unknown(-half_of(port)),
        .round_port = unknown(half_of(c.x_bits - port)),
        .round_middle = unknown(half_of(middle_cut_of(c))),
        .round_x = unknown(half_of(IZH_GUARD_X)),
        .round_drive = unknown(half_of(c.x_bits - port + 2)),
        .round_difference = unknown(round_difference),
        .fine = unknown(-(1 << IZH_FINE)),
        .round_w = unknown(1 + half_of(IZH_GUARD_W)),
        .square_low = unknown((1 << square_shift_of(c)) - 1),
        .middle_low = unknown((1 << (square_shift_of(c) - 2)) - 1),
        .b_low = unknown((1 << b_shift_of(c)) - 1),
        .a_low = unknown((1 << a_shift_of(c)) - 1),
        .half_x = unknown(half_of(c.x_bits)),
        .sign = unknown(INT32_MIN),
        .half_fine = unknown(half_of(fine) + round_difference),
        .beyond_fine = unknown(left(-1, fine)),
        .half_coarse = unknown(half_of(coarse) + round_difference),
        .beyond_coarse = unknown(left(-1, coarse)),
        .half_w = unknown(half_of(c.w_bits)),
        .beyond_w = unknown(left(-1, c.w_bits)),
    };
}

IZH_INLINE int32_t clip(int32_t value, int32_t bottom, int32_t top)
{
    int32_t raised = value < bottom ? bottom : value;
    return raised > top ? top : raised;
}

// The slope of izh_next_x for a neuron of level 0. With 20/24/18, the largest of the engines here,
// |drive| <= 1.25 2^(30-k), the squares are at most 2^(29-k) and 2^(31-k), and 2 x is at most 2^28:
// script mode fits for all k, accurate mode for k >= 1. A neuron whose middle is clipped spikes:
// the square is then 2^(4-k) and the drive at least -10 2^-k with k <= 1 (a clip at -2), or at
// least 2 - 2^(2-k) (at 2), and either takes x' beyond 1.
IZH_INLINE int32_t slope_of(struct constants c, const struct held *h, int32_t x, int32_t difference)
{
    int drive_shift = c.w_bits - 2 + c.step - guard_of(c), drop = c.x_bits - c.port_bits;
    int32_t drive =
        drive_shift < 0 ? left(difference, -drive_shift & 31) : difference >> (drive_shift & 31);
    int32_t xp = drop > 0 ? (x + h->round_port) >> drop : x;
    xp = xp > h->top ? h->top : xp;
    int32_t half = product(xp, xp, square_shift_of(c), h->square_low) + drive;
    if (!c.accurate)
        return half;
    int32_t middle = left(x, IZH_GUARD_X + 1) + half;
    int32_t mp = clip((middle + h->round_middle) >> middle_cut_of(c), h->bottom, h->top);
    return product(mp, mp, square_shift_of(c) - 2, h->middle_low) + drive;
}

// izh_next_w for a neuron that does not spike; x is the new one. The difference is below 1.5 2^27.
IZH_INLINE int32_t next_w(struct constants c, const struct held *h, const struct izh_cells *cells,
                          uint32_t i, int32_t x, int32_t w, int32_t *mark)
{
    int32_t y = clip((x + h->round_drive) >> (c.x_bits - c.port_bits + 2), h->bottom, h->top);
    int32_t target = product(cells->b[i], y, b_shift_of(c), h->b_low) + cells->e4[i];
    int32_t difference = target - (4 * w & cells->decay[i]);
    int32_t q = (difference + h->round_difference) >> difference_cut_of(c);
    bool is_fine = !((difference + h->half_fine) & h->beyond_fine);
    int32_t sent = is_fine ? q : q & h->fine;
    *mark |= (difference + h->half_coarse) & h->beyond_coarse;
    int32_t increment = product(cells->a[i], sent, a_shift_of(c), h->a_low);
    return w + ((increment + h->round_w) >> IZH_GUARD_W);
}

IZH_INLINE int32_t update_neuron(struct constants c, const struct held *h,
                                 const struct izh_cells *cells, uint32_t i, int32_t *new_x,
                                 int32_t *new_w)
{
    int32_t x = cells->x[i], w = cells->w[i], mark = cells->level[i];
    int32_t slope = slope_of(c, h, x, cells->input[i] - w);
    x += (slope + h->round_x) >> IZH_GUARD_X;
    // A peak is a word: no x beyond the largest one is below it.
    mark |= ((x + h->half_x) | (cells->below_peak[i] - x)) & h->sign;
    w = next_w(c, h, cells, i, x, w, &mark);
    mark |= (w + h->half_w) & h->beyond_w;
    *new_x = x;
    *new_w = w;
    return mark;
}

// Neuron i depends on neuron i alone, so the vectors may be written where they were read.
IZH_INLINE bool update_block(struct constants c, const struct izh_cells *all, uint32_t first,
                             uint32_t count, struct izh_block *restrict old)
{
#define IZH_FROM(field) __builtin_assume_aligned(all->field + first, IZH_ALIGN)
    const struct izh_cells cells = {.x = IZH_FROM(x),
                                    .w = IZH_FROM(w),
                                    .level = IZH_FROM(level),
                                    .input = IZH_FROM(input),
                                    .a = IZH_FROM(a),
                                    .b = IZH_FROM(b),
                                    .e4 = IZH_FROM(e4),
                                    .below_peak = IZH_FROM(below_peak),
                                    .decay = IZH_FROM(decay)};
#undef IZH_FROM
    const struct held h = hold(c);
    _Alignas(IZH_ALIGN) int32_t marks[IZH_BLOCK];
    int32_t any = 0;
    count &= ~(uint32_t)(IZH_GROUP - 1);
#pragma GCC ivdep
    for (uint32_t i = 0; i < count; i++) {
        int32_t x, w;
        marks[i] = update_neuron(c, &h, &cells, i, &x, &w);
        any |= marks[i];
        old->x[i] = cells.x[i];
        old->w[i] = cells.w[i];
        cells.x[i] = x;
        cells.w[i] = w;
    }
    if (!any)
        return false;
    for (uint32_t i = 0; i < count; i++)
        old->marked[i] = marks[i] != 0;
    return true;
}

// ---- One function for each engine ---------------------------------------------------------------

#define IZH_UPDATE(name, x_bits, w_bits, port_bits, step, accurate)                                \
    static bool name(const struct izh_cells *cells, uint32_t first, uint32_t count,                \
                     struct izh_block *old)                                                        \
    {                                                                                              \
        return update_block((struct constants){x_bits, w_bits, port_bits, step, accurate}, cells,  \
                            first, count, old);                                                    \
    }

IZH_UPDATE(update_20_script_0, 20, 24, 18, 0, false)
IZH_UPDATE(update_20_script_1, 20, 24, 18, 1, false)
IZH_UPDATE(update_20_script_2, 20, 24, 18, 2, false)
IZH_UPDATE(update_20_script_3, 20, 24, 18, 3, false)
IZH_UPDATE(update_20_accurate_1, 20, 24, 18, 1, true)
IZH_UPDATE(update_20_accurate_2, 20, 24, 18, 2, true)
IZH_UPDATE(update_20_accurate_3, 20, 24, 18, 3, true)
IZH_UPDATE(update_16_script_0, 16, 24, 16, 0, false)
IZH_UPDATE(update_16_script_1, 16, 24, 16, 1, false)
IZH_UPDATE(update_16_script_2, 16, 24, 16, 2, false)
IZH_UPDATE(update_16_script_3, 16, 24, 16, 3, false)
IZH_UPDATE(update_16_accurate_0, 16, 24, 16, 0, true)
IZH_UPDATE(update_16_accurate_1, 16, 24, 16, 1, true)
IZH_UPDATE(update_16_accurate_2, 16, 24, 16, 2, true)
IZH_UPDATE(update_16_accurate_3, 16, 24, 16, 3, true)

typedef bool block_update(const struct izh_cells *cells, uint32_t first, uint32_t count,
                          struct izh_block *old);

static block_update *const table_20[2][IZH_STEP_MAX + 1] = {
    {update_20_script_0, update_20_script_1, update_20_script_2, update_20_script_3},
    {NULL, update_20_accurate_1, update_20_accurate_2, update_20_accurate_3}};
static block_update *const table_16[2][IZH_STEP_MAX + 1] = {
    {update_16_script_0, update_16_script_1, update_16_script_2, update_16_script_3},
    {update_16_accurate_0, update_16_accurate_1, update_16_accurate_2, update_16_accurate_3}};

static bool is_format(const struct izh_format *f, int x_bits, int w_bits, int port_bits)
{
    return f->x_bits == x_bits && f->w_bits == w_bits && f->port_bits == port_bits;
}

static bool update(const struct izh_arithmetic *m, const struct izh_cells *cells, uint32_t first,
                   uint32_t count, struct izh_block *old)
{
    if (is_format(&m->format, 20, 24, 18) && table_20[m->accurate][m->step])
        return table_20[m->accurate][m->step](cells, first, count, old);
    if (is_format(&m->format, 16, 24, 16))
        return table_16[m->accurate][m->step](cells, first, count, old);
    memset(old->marked, 1, count);
    memcpy(old->x, cells->x + first, count * sizeof *old->x);
    memcpy(old->w, cells->w + first, count * sizeof *old->w);
    return true;
}

// ---- Input --------------------------------------------------------------------------------------

// bias + noise is within 1.3 2^26, the input within 2^25: a sum beyond 2^28 clips like 2^28.
IZH_INLINE uint32_t prepare_any(const struct izh_preparation *p, uint32_t first, uint32_t count,
                                bool noisy)
{
    const int32_t *bias = p->cells->bias, *sd = p->cells->sd;
    int32_t *restrict input = p->cells->input;
    uint32_t *restrict sums = p->sums;
    const int extend = 32 - p->accumulator_bits, shift = p->weight_shift;
    const int32_t limit = (1 << 28) >> shift, top = (1 << 25) - 1;
    const int cut = p->format->port_bits + 12 - p->format->w_bits;
    const struct izh_noise_key key = p->key;
    uint32_t clipped = 0;
    for (uint32_t i = first; i < first + count; i++) {
        int32_t sum = left((int32_t)sums[i], extend) >> extend;
        sums[i] = 0;
        sum = sum > limit ? limit : sum < -limit ? -limit : sum;
        int32_t total = bias[i] + left(sum, shift);
        if (noisy) {
            // The same as izh_noise_current, in two parts that fit.
            int32_t g = izh_noise_draw(key, i), low = sd[i] & ((1 << cut) - 1);
            total += g * (sd[i] >> cut) + (g * low >> cut);
        }
        int32_t kept = total > top ? top : total < -top - 1 ? -top - 1 : total;
        clipped += kept != total;
        input[i] = kept;
    }
    return clipped;
}

static uint32_t prepare(const struct izh_preparation *p, uint32_t first, uint32_t count)
{
    return p->noisy ? prepare_any(p, first, count, true) : prepare_any(p, first, count, false);
}

// ---- Rows ---------------------------------------------------------------------------------------

static void add_narrow(uint32_t *restrict sum, const int16_t *restrict weight, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        sum[i] += (uint32_t)(int32_t)weight[i];
}

static void add_wide(uint32_t *restrict sum, const int32_t *restrict weight, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        sum[i] += (uint32_t)weight[i];
}

const struct izh_kernel IZH_KERNEL = {IZH_KERNEL_NAME, update, prepare, add_narrow, add_wide};

#endif
