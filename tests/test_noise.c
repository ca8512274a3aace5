// test_noise.c: the noise: exact distribution, statistics of draws, frozen values
// SPDX-License-Identifier: Apache-2.0
//
// Each statistic is divided by the standard deviation that it has when draws are independent and
// have the exact distribution. LIMIT of these is a false alarm in 1 of 5e8 statistics; 1800 are
// judged, so 1 seed in 280000 fails. IZH_SEED repeats a run.
#include "noise.h"
#include "random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NEURONS = 65536, VALUES = 2 * IZH_NOISE_MAX + 1 };
static const double LIMIT = 6;

static uint64_t run_seed;

static void assert_sigmas(double sigmas, const char *what, unsigned which)
{
    if (!(fabs(sigmas) < LIMIT))
        fail_msg("%s %u: %.1f standard deviations off, seed %llu", what, which, sigmas,
                 (unsigned long long)run_seed);
}

static struct izh_random start(uint64_t fallback)
{
    run_seed = izh_test_seed(fallback);
    return (struct izh_random){run_seed};
}

// ---- The exact distribution --------------------------------------------------------------------

// The 64 bits of a draw fall into parts that add up: 39 ones, two uniform numbers, the jump.
struct part {
    int bits, shift; // of y
};
enum { JUMP_SHIFT = 27, REST = 1 << 30 }; // with bit 30 alone in its part there is no jump
static const struct part wide_parts[] = {{10, 7}, {10, 17}, {5, JUMP_SHIFT}};

// What each adds to a draw that has no other bits.
static int32_t ones_add(int bit)
{
    uint32_t x = bit < 32 ? UINT32_C(1) << bit : 0, y = bit < 32 ? 0 : UINT32_C(1) << (bit - 32);
    return izh_noise_gaussian(x, y | REST) - izh_noise_gaussian(0, REST);
}
static int32_t part_adds(const struct part *p, uint32_t value)
{
    uint32_t y = p->shift == JUMP_SHIFT ? 0 : REST;
    return izh_noise_gaussian(0, value << p->shift | y) - izh_noise_gaussian(0, REST);
}

// Over all 2^64 words: means and variances of the parts add up, and no sum here rounds.
static void mean_is_0_and_the_variance_as_stated(void **unused)
{
    (void)unused;
    double mean = izh_noise_gaussian(0, REST), variance = 0;
    for (int bit = 0; bit < 39; bit++) {
        assert_int_equal(ones_add(bit), 1024);
        mean += 512;
        variance += 512 * 512;
    }
    for (size_t i = 0; i < sizeof wide_parts / sizeof wide_parts[0]; i++) {
        const struct part *p = &wide_parts[i];
        int64_t sum = 0, squares = 0, count = 1 << p->bits;
        for (uint32_t value = 0; value < count; value++) {
            int64_t adds = part_adds(p, value);
            sum += adds;
            squares += adds * adds;
        }
        mean += (double)sum / (double)count;
        variance += (double)(count * squares - sum * sum) / (double)(count * count);
    }
    assert_true(mean == 0);
    assert_true(variance == 21976405 / 2.);
    assert_true(fabs(IZH_NOISE_SD - sqrt(variance)) < 1e-12);
}

static int32_t ones_of(uint64_t word)
{
    int32_t ones = 0;
    for (; word; word >>= 1)
        ones += word & 1;
    return ones;
}

static void gaussian_of_any_64_bits(void **unused)
{
    (void)unused;
    struct izh_random random = start(64);
    for (int i = 0; i < 1000000; i++) {
        uint64_t word = izh_random_next(&random);
        uint32_t x = (uint32_t)word, y = (uint32_t)(word >> 32);
        if (i % 4 == 0)
            y |= 0xf8000000;
        if (i % 4 == 1)
            y &= 0x07ffffff;
        int32_t jump = y >= 0xf8000000 ? 3 : y < 0x08000000 ? -3 : 0;
        int32_t g = izh_noise_gaussian(x, y);
        assert_int_equal(g, 1024 * (ones_of(x) + ones_of(y % 128) + jump) + (int)(y >> 7) % 1024 +
                                (int)(y >> 17) % 1024 - 20991);
        // Hence no moment of odd order.
        assert_int_equal(izh_noise_gaussian(~x, ~y), -g);
        assert_in_range(abs(g), 0, IZH_NOISE_MAX);
    }
}

static void the_largest_draws(void **unused)
{
    (void)unused;
    assert_int_equal(izh_noise_gaussian(0xffffffff, 0xffffffff), 24063);
    assert_int_equal(izh_noise_gaussian(0, 0), -24063);
    assert_int_equal(IZH_NOISE_MAX, 24063);
}

// Probability of each value, from the parts as measured above, and its moments.
static double probability[VALUES], moment[9];

static void spread(const int32_t *steps, int count)
{
    static double next[VALUES];
    for (int i = 0; i < VALUES; i++)
        next[i] = 0;
    for (int i = 0; i < VALUES; i++)
        for (int j = 0; probability[i] > 0 && j < count; j++)
            next[i + steps[j]] += probability[i] / count;
    for (int i = 0; i < VALUES; i++)
        probability[i] = next[i];
}

static int find_the_distribution(void **unused)
{
    (void)unused;
    int32_t steps[1024];
    // The jump's lowest comes first and leaves room for itself.
    probability[izh_noise_gaussian(0, REST) + IZH_NOISE_MAX] = 1;
    for (int i = 2; i >= 0; i--) {
        for (uint32_t value = 0; value < 1u << wide_parts[i].bits; value++)
            steps[value] = part_adds(&wide_parts[i], value);
        spread(steps, 1 << wide_parts[i].bits);
    }
    for (int bit = 0; bit < 39; bit++)
        spread((const int32_t[]){0, ones_add(bit)}, 2);
    for (int i = 0; i < VALUES; i++) {
        double power = probability[i];
        for (int k = 0; k <= 8; k++) {
            moment[k] += power;
            power *= i - IZH_NOISE_MAX;
        }
    }
    return 0;
}

// Of a draw beyond threshold on one side.
static double tail(double threshold)
{
    double sum = 0;
    for (int i = VALUES - 1; i - IZH_NOISE_MAX > threshold; i--)
        sum += probability[i];
    return sum;
}

// Cumulants of the parts in the unit 1024, their sums: k4 = -3423375266065/2^42,
// k6 = 41378233419206758465/2^61; the variance is 21976405/2^21.
static void shape_is_gaussian(void **unused)
{
    (void)unused;
    double v = moment[2];
    assert_true(fabs(moment[0] - 1) < 1e-12);
    assert_true(fabs(moment[1]) < 1e-8);
    assert_true(fabs(v / (21976405 / 2.) - 1) < 1e-12);
    assert_true(fabs(moment[4] / (v * v) - 3 + 684675053213. / 96592475344805.) < 1e-10);
    double sixth = moment[6] / (v * v * v) - 15 * moment[4] / (v * v) + 30;
    assert_true(fabs(sixth - 0.015594160018763) < 1e-9);
    // Tails against the Gaussian's: as docs/contract.md has them.
    static const double ratio[] = {1.00128, 0.99694, 0.99094, 0.98034, 0.84785, 0.36221};
    for (int k = 1; k <= 6; k++)
        assert_true(fabs(tail(k * IZH_NOISE_SD) / (erfc(k / sqrt(2)) / 2) - ratio[k - 1]) < 1e-5);
}

// ---- One draw after the other ------------------------------------------------------------------

// Unit variance, mean 0: what two independent draws make uncorrelated.
enum view { VALUE, SQUARE, SIGN, VIEWS };
struct views {
    float of[VIEWS][NEURONS];
};

static void draw_tick(uint32_t seed, uint32_t tick, struct views *v, int count)
{
    struct izh_noise_key key = izh_noise_tick_key(seed, tick);
    double square_sd = sqrt(moment[4] / (moment[2] * moment[2]) - 1);
    float sign_size = (float)(1 / sqrt(1 - probability[IZH_NOISE_MAX]));
    for (int n = 0; n < count; n++) {
        int32_t g = izh_noise_draw(key, (uint32_t)n);
        double unit = g / IZH_NOISE_SD;
        v->of[VALUE][n] = (float)unit;
        v->of[SQUARE][n] = (float)((unit * unit - 1) / square_sd);
        v->of[SIGN][n] = g > 0 ? sign_size : g < 0 ? -sign_size : 0;
    }
}

// Mean of a power over N draws has the variance (moment[2k] - moment[k]^2)/N.
static void moments_of_draws(void **unused)
{
    (void)unused;
    enum { TICKS = 512, TAILS = 5 };
    struct izh_random random = start(3);
    uint32_t seed = (uint32_t)izh_random_next(&random), tick = (uint32_t)izh_random_next(&random);
    double sum[5] = {0}, n = (double)TICKS * NEURONS;
    static uint32_t count[VALUES];
    for (uint32_t t = 0; t < TICKS; t++) {
        struct izh_noise_key key = izh_noise_tick_key(seed, tick + t);
        for (uint32_t i = 0; i < NEURONS; i++) {
            int32_t g = izh_noise_draw(key, i);
            assert_true(abs(g) <= IZH_NOISE_MAX);
            count[g + IZH_NOISE_MAX]++;
        }
    }
    for (int i = 0; i < VALUES; i++) {
        double power = count[i];
        for (int k = 0; k <= 4; k++) {
            sum[k] += power;
            power *= i - IZH_NOISE_MAX;
        }
    }
    for (unsigned k = 1; k <= 4; k++)
        assert_sigmas((sum[k] / n - moment[k]) / sqrt((moment[2 * k] - moment[k] * moment[k]) / n),
                      "moment", k);
    // A count of rare draws is binomial: variance n p (1 - p). Beyond 5 sd 16.3 are expected on
    // both sides together; Poisson has 48 or more of them in 1e-9 of all runs, none in 1e-7.
    for (unsigned k = 1; k <= TAILS; k++) {
        int threshold = (int)(k * IZH_NOISE_SD);
        double p = tail(threshold), low = 0, high = 0;
        for (int i = threshold + 1; i <= IZH_NOISE_MAX; i++) {
            high += count[IZH_NOISE_MAX + i];
            low += count[IZH_NOISE_MAX - i];
        }
        if (k < TAILS) {
            assert_sigmas((high - n * p) / sqrt(n * p * (1 - p)), "upper tail", k);
            assert_sigmas((low - n * p) / sqrt(n * p * (1 - p)), "lower tail", k);
        } else {
            assert_in_range(high + low, 1, 47);
        }
    }
}

// The sum of N products of independent numbers with mean 0 and variance 1 has the variance N.
// One such sum for each key: their sum shows what is common to all keys; their squares, whose mean
// is 1 and variance 2, show what has another sign in every key.
struct correlation {
    double sum, squares;
    unsigned keys;
};

static void correlate(struct correlation *c, const float *a, const float *b, int count)
{
    double dot = 0;
    for (int i = 0; i < count; i++)
        dot += a[i] * b[i];
    dot /= sqrt(count);
    c->sum += dot;
    c->squares += dot * dot;
    c->keys++;
}

// Squares of a few hundred sums are far from Gaussian; the cube root of their mean (Wilson and
// Hilferty) is close: mean 1 - 2/9N, variance 2/9N.
static void assert_none(const struct correlation *c, const char *what, unsigned which)
{
    double n = c->keys, narrow = 2 / (9 * n);
    assert_sigmas(c->sum / sqrt(n), what, which);
    assert_sigmas((cbrt(c->squares / n) - 1 + narrow) / sqrt(narrow), what, which);
}

static void neurons_are_independent(void **unused)
{
    (void)unused;
    enum { TICKS = 48, BITS = 16, LAGS = 16, GATHERED = NEURONS / 2 };
    static struct views v;
    static struct correlation mean[VIEWS], flipped[VIEWS][BITS], later[VIEWS][LAGS + 1];
    static float one[NEURONS], other[GATHERED], mine[GATHERED];
    struct izh_random random = start(4);
    uint32_t seed = (uint32_t)izh_random_next(&random);
    for (int i = 0; i < NEURONS; i++)
        one[i] = 1;
    for (uint32_t tick = 0; tick < TICKS; tick++) {
        draw_tick(seed, tick, &v, NEURONS);
        for (int w = 0; w < VIEWS; w++) {
            correlate(&mean[w], v.of[w], one, NEURONS);
            for (int k = 0; k < BITS; k++) {
                for (int i = 0; i < GATHERED; i++) {
                    int n = (i >> k << (k + 1)) | (i & ((1 << k) - 1));
                    mine[i] = v.of[w][n];
                    other[i] = v.of[w][n | 1 << k];
                }
                correlate(&flipped[w][k], mine, other, GATHERED);
            }
            for (int d = 1; d <= LAGS; d++)
                correlate(&later[w][d], v.of[w], v.of[w] + d, NEURONS - d);
        }
    }
    for (int w = 0; w < VIEWS; w++) {
        assert_none(&mean[w], "all neurons of a tick, view", (unsigned)w);
        for (unsigned k = 0; k < BITS; k++)
            assert_none(&flipped[w][k], "neurons n, n ^ 2^", k);
        for (unsigned d = 1; d <= LAGS; d++)
            assert_none(&later[w][d], "neurons n, n +", d);
    }
}

// Draws of a key, keys of a statistic. With 4096 draws a sum of products of squares is Gaussian
// enough: its excess kurtosis is 0.05.
enum { SEQUENCE = 4096, KEYS = 96, RING = 17 };

static void ticks_are_independent(void **unused)
{
    (void)unused;
    static struct views ring[RING], far;
    static struct correlation later[VIEWS][RING], flipped[VIEWS][32];
    struct izh_random random = start(5);
    uint32_t seed = (uint32_t)izh_random_next(&random), first = (uint32_t)izh_random_next(&random);
    for (uint32_t t = 0; t < KEYS; t++) {
        draw_tick(seed, first + t, &ring[t % RING], SEQUENCE);
        for (int w = 0; w < VIEWS; w++)
            for (uint32_t d = 1; d < RING && d <= t; d++)
                correlate(&later[w][d], ring[t % RING].of[w], ring[(t - d) % RING].of[w], SEQUENCE);
    }
    for (uint32_t t = 0; t < KEYS; t++) {
        uint32_t tick = (uint32_t)izh_random_next(&random);
        draw_tick(seed, tick, &ring[0], SEQUENCE);
        for (uint32_t k = 0; k < 32; k++) {
            draw_tick(seed, tick ^ UINT32_C(1) << k, &far, SEQUENCE);
            for (int w = 0; w < VIEWS; w++)
                correlate(&flipped[w][k], ring[0].of[w], far.of[w], SEQUENCE);
        }
    }
    for (int w = 0; w < VIEWS; w++) {
        for (unsigned d = 1; d < RING; d++)
            assert_none(&later[w][d], "ticks t, t +", d);
        for (unsigned k = 0; k < 32; k++)
            assert_none(&flipped[w][k], "ticks t, t ^ 2^", k);
    }
}

static void seeds_are_independent(void **unused)
{
    (void)unused;
    static struct views ring[RING], far;
    static struct correlation later[VIEWS][RING], flipped[VIEWS][32];
    struct izh_random random = start(6);
    uint32_t tick = (uint32_t)izh_random_next(&random);
    for (uint32_t s = 0; s < KEYS; s++) { // seeds that people choose: 0, 1, 2 ...
        draw_tick(s, tick, &ring[s % RING], SEQUENCE);
        for (int w = 0; w < VIEWS; w++)
            for (uint32_t d = 1; d < RING && d <= s; d++)
                correlate(&later[w][d], ring[s % RING].of[w], ring[(s - d) % RING].of[w], SEQUENCE);
    }
    for (uint32_t t = 0; t < KEYS; t++) {
        uint32_t seed = (uint32_t)izh_random_next(&random);
        draw_tick(seed, tick + t, &ring[0], SEQUENCE);
        for (uint32_t k = 0; k < 32; k++) {
            draw_tick(seed ^ UINT32_C(1) << k, tick + t, &far, SEQUENCE);
            for (int w = 0; w < VIEWS; w++)
                correlate(&flipped[w][k], ring[0].of[w], far.of[w], SEQUENCE);
        }
    }
    for (int w = 0; w < VIEWS; w++) {
        for (unsigned d = 1; d < RING; d++)
            assert_none(&later[w][d], "seeds s, s +", d);
        for (unsigned k = 0; k < 32; k++)
            assert_none(&flipped[w][k], "seeds s, s ^ 2^", k);
    }
}

// Any bit of the neuron flips each of the 64 bits of a draw half the time: binomial with p = 1/2.
// Missing rounds show here first, before a Gaussian betrays them.
static void every_neuron_bit_reaches_every_bit(void **unused)
{
    (void)unused;
    enum { DRAWS = 1 << 20 };
    static uint32_t flips[16][64];
    struct izh_random random = start(7);
    for (int i = 0; i < DRAWS; i++) {
        uint64_t word = izh_random_next(&random);
        const struct izh_noise_key key = {(uint32_t)word, (uint32_t)(word >> 32)};
        struct izh_noise_key here = key;
        for (uint32_t r = 0; r < IZH_NOISE_ROUNDS; r++)
            here = izh_noise_round(here, r);
        uint32_t k = (uint32_t)i % 16;
        struct izh_noise_key there = {key.x ^ UINT32_C(1) << k, key.y};
        for (uint32_t r = 0; r < IZH_NOISE_ROUNDS; r++)
            there = izh_noise_round(there, r);
        for (int bit = 0; bit < 32; bit++) {
            flips[k][bit] += (here.x ^ there.x) >> bit & 1;
            flips[k][32 + bit] += (here.y ^ there.y) >> bit & 1;
        }
    }
    double n = DRAWS / 16.;
    for (int k = 0; k < 16; k++)
        for (unsigned bit = 0; bit < 64; bit++)
            assert_sigmas((flips[k][bit] - n / 2) / sqrt(n / 4), "flips of bit", bit);
}

// ---- Frozen values -----------------------------------------------------------------------------

// tests/tb_noise.v has the same.
static const struct {
    uint32_t seed, tick, neuron, key_x, key_y;
    int32_t g;
} golden[] = {
    {0x00000000, 0x00000000, 0x0000, 0x820e4ebb, 0x13098d61, -2329},
    {0x00000001, 0x00000000, 0x0000, 0x5af607c6, 0xf2bd410d, -2810},
    {0x00000000, 0x00000001, 0x0000, 0x2af090ef, 0x2b4cf344, 2421},
    {0x00000000, 0x00000000, 0x0001, 0x820e4ebb, 0x13098d61, -836},
    {0xffffffff, 0xffffffff, 0xffff, 0x505b6e92, 0x1d2971b1, -9959},
    {0x0131ccd3, 0x000003e8, 0x002a, 0xbfa8e3d5, 0xa247b796, -7033},
    {0x12345678, 0x9abcdef0, 0x1234, 0x4e2f9d26, 0x946ed459, 7596},
    {0x00000000, 0x80000000, 0x8000, 0x9129729b, 0xd8cec55a, 1542},
};

static void frozen_draws(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof golden / sizeof golden[0]; i++) {
        struct izh_noise_key key = izh_noise_tick_key(golden[i].seed, golden[i].tick);
        assert_int_equal(key.x, golden[i].key_x);
        assert_int_equal(key.y, golden[i].key_y);
        assert_int_equal(izh_noise_draw(key, golden[i].neuron), golden[i].g);
    }
}

// ---- Current -----------------------------------------------------------------------------------

static void current_is_cut_to_whole_units(void **unused)
{
    (void)unused;
    struct izh_random random = start(8);
    for (int i = 0; i < 1000000; i++) {
        struct izh_format f;
        do {
            f.x_bits = 12 + (int)izh_random_below(&random, 17);
            f.w_bits = 16 + (int)izh_random_below(&random, 15);
            f.port_bits = 12 + (int)izh_random_below(&random, 16);
        } while (izh_format_fault(&f));
        int n = f.port_bits + 12 - f.w_bits;
        assert_in_range(n, 1, 23);
        int32_t sd = izh_random_word(&random, f.port_bits);
        sd = sd < 0 ? ~sd : sd;
        int32_t g = (int32_t)izh_random_below(&random, VALUES) - IZH_NOISE_MAX;
        int64_t exact = (int64_t)g * sd, unit = (int64_t)1 << n;
        int64_t current = izh_noise_current(g, sd, &f);
        assert_true(current * unit <= exact && exact < (current + 1) * unit);
        // Below 24063/2048 in Q3, which is 8 at most: one bit more holds it.
        assert_true(llabs(current) <= izh_word_max(izh_input_bits(&f) + 1));
    }
}

static void current_of_the_engines(void **unused)
{
    (void)unused;
    const struct izh_format ecp5 = {20, 24, 18}, up5k = {16, 24, 16};
    assert_int_equal(izh_noise_current(24063, 131071, &ecp5), 49280648);
    assert_int_equal(izh_noise_current(-24063, 131071, &ecp5), -49280649);
    assert_int_equal(izh_noise_current(24063, 32767, &up5k), 49279520);
    assert_int_equal(izh_noise_current(-1, 1, &ecp5), -1);
    assert_int_equal(izh_noise_current(1, 1, &ecp5), 0);
    assert_int_equal(izh_noise_current(-24063, 0, &up5k), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mean_is_0_and_the_variance_as_stated),
        cmocka_unit_test(gaussian_of_any_64_bits),
        cmocka_unit_test(the_largest_draws),
        cmocka_unit_test(shape_is_gaussian),
        cmocka_unit_test(moments_of_draws),
        cmocka_unit_test(neurons_are_independent),
        cmocka_unit_test(ticks_are_independent),
        cmocka_unit_test(seeds_are_independent),
        cmocka_unit_test(every_neuron_bit_reaches_every_bit),
        cmocka_unit_test(frozen_draws),
        cmocka_unit_test(current_is_cut_to_whole_units),
        cmocka_unit_test(current_of_the_engines),
    };
    return cmocka_run_group_tests(tests, find_the_distribution, NULL);
}
