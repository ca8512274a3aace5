// test_neuron.c: the golden update against an oracle that is written another way
// SPDX-License-Identifier: Apache-2.0
//
// Random words, corners among them, and words of neurons that fire. IZH_SEED repeats a run.
#include "oracle.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { UPDATES = 1000000 };

struct update_case {
    struct izh_arithmetic arithmetic;
    struct izh_record record;
    struct izh_state state;
    int64_t input;
};

// What the cases of a run have met: a generator that misses a branch proves nothing about it.
struct coverage {
    int spikes, silent, script, saturated_x, saturated_w, saturated_port;
    int level[IZH_LEVELS + 1];
};

static const struct izh_format ecp5 = {20, 24, 18};
static const struct izh_format up5k = {16, 24, 16};
static const struct izh_format wide = {24, 28, 20};

// A value in fixed point with fraction bits, up to half off.
static int32_t around(struct izh_random *random, double value, int fraction)
{
    double spread = 0.5 + izh_random_unit(random);
    return (int32_t)(value * spread * (double)((int64_t)1 << fraction));
}

static void draw_wild(struct izh_random *random, struct update_case *u)
{
    const struct izh_format *f = &u->arithmetic.format;
    for (int i = 0; i < IZH_LEVELS; i++)
        u->arithmetic.bound[i] = (int32_t)izh_random_below(random, 1 << IZH_BOUND_BITS);
    for (int i = 0; i <= IZH_LEVELS; i++)
        u->arithmetic.kappa[i] = izh_random_word(random, izh_kappa_bits(f));
    u->record.a = izh_random_word(random, f->port_bits);
    u->record.b = izh_random_word(random, f->port_bits);
    u->record.e = izh_random_word(random, f->w_bits);
    u->record.c = izh_random_word(random, f->x_bits);
    u->record.d = izh_random_word(random, f->w_bits);
    u->record.peak = izh_random_word(random, f->x_bits);
    u->state.x = izh_random_word(random, f->x_bits);
    u->state.w = izh_random_word(random, f->w_bits);
    u->input = izh_random_word(random, izh_input_bits(f));
}

// Near the peak or near rest, in the normal form with h = 1/4 ms.
static void draw_cortical(struct izh_random *random, struct update_case *u)
{
    const struct izh_format *f = &u->arithmetic.format;
    double x = izh_random_below(random, 2) ? 0.6 : -0.05;
    for (int i = 0; i < IZH_LEVELS; i++)
        u->arithmetic.bound[i] = i * (20 + 16 * i);
    for (int i = 0; i <= IZH_LEVELS; i++)
        u->arithmetic.kappa[i] = around(random, 0.1 - 0.1 * i, izh_kappa_fraction(f));
    u->record.a = around(random, 0.01, izh_a_fraction(f));
    u->record.b = around(random, 0.22, izh_b_fraction(f));
    u->record.e = around(random, 0.03, izh_w_fraction(f));
    u->record.c = around(random, 0.05, izh_x_fraction(f));
    u->record.d = around(random, 0.06, izh_w_fraction(f));
    u->record.peak = around(random, 0.6, izh_x_fraction(f));
    u->state.x = around(random, x, izh_x_fraction(f));
    u->state.w = around(random, 0.1, izh_w_fraction(f));
    u->input = around(random, 0.3, izh_w_fraction(f));
}

static struct update_case draw(struct izh_random *random, const struct izh_format *format)
{
    struct update_case u = {.arithmetic.format = *format};
    u.arithmetic.step = (int)izh_random_below(random, IZH_STEP_MAX + 1);
    u.arithmetic.accurate = izh_random_below(random, 4) != 0;
    u.record.decay = izh_random_below(random, 8) != 0;
    u.state.level = (uint8_t)izh_random_below(random, 8);
    if (izh_random_below(random, 2))
        draw_wild(random, &u);
    else
        draw_cortical(random, &u);
    return u;
}

static void cover(struct coverage *c, const struct update_case *u, const struct izh_update *out)
{
    c->spikes += out->spike;
    c->silent += !out->spike;
    c->script += !u->arithmetic.accurate;
    c->saturated_x += out->saturated_x;
    c->saturated_w += out->saturated_w;
    c->saturated_port += out->saturated_port;
    if (out->spike && u->arithmetic.accurate)
        c->level[out->state.level]++;
}

static void assert_covered(const struct coverage *c)
{
    enum { ENOUGH = 1000 };
    assert_true(c->spikes > ENOUGH && c->silent > ENOUGH && c->script > ENOUGH);
    assert_true(c->saturated_x > ENOUGH && c->saturated_w > ENOUGH && c->saturated_port > ENOUGH);
    for (int i = 0; i <= IZH_LEVELS; i++)
        assert_true(c->level[i] > ENOUGH);
}

static bool same(const struct izh_update *a, const struct izh_update *b)
{
    return a->state.x == b->state.x && a->state.w == b->state.w &&
           a->state.level == b->state.level && a->spike == b->spike &&
           a->saturated_x == b->saturated_x && a->saturated_w == b->saturated_w &&
           a->saturated_port == b->saturated_port;
}

static void print_update(const char *name, const struct izh_update *u)
{
    printf("# %s: x %d w %d level %d spike %d clipped x %d w %d port %d\n", name, u->state.x,
           u->state.w, u->state.level, u->spike, u->saturated_x, u->saturated_w, u->saturated_port);
}

static void print_case(const struct update_case *u)
{
    const struct izh_arithmetic *m = &u->arithmetic;
    const struct izh_record *r = &u->record;
    printf("# widths %d/%d/%d k %d accurate %d\n", m->format.x_bits, m->format.w_bits,
           m->format.port_bits, m->step, m->accurate);
    printf("# bounds %d %d %d %d %d kappas %d %d %d %d %d %d\n", m->bound[0], m->bound[1],
           m->bound[2], m->bound[3], m->bound[4], m->kappa[0], m->kappa[1], m->kappa[2],
           m->kappa[3], m->kappa[4], m->kappa[5]);
    printf("# a %d b %d e %d c %d d %d peak %d decay %d\n", r->a, r->b, r->e, r->c, r->d, r->peak,
           r->decay);
    printf("# x %d w %d level %d input %lld\n", u->state.x, u->state.w, u->state.level,
           (long long)u->input);
}

static void compare(const struct update_case *u, struct coverage *coverage, uint64_t seed)
{
    struct izh_update got = izh_neuron_update(&u->arithmetic, &u->record, &u->state, u->input);
    struct izh_update expected = izh_oracle_update(&u->arithmetic, &u->record, &u->state, u->input);
    cover(coverage, u, &got);
    if (same(&got, &expected))
        return;
    print_case(u);
    print_update("expected", &expected);
    print_update("got     ", &got);
    fail_msg("repeat: IZH_SEED=%llu build/tests/test_neuron", (unsigned long long)seed);
}

static void compare_many(const struct izh_format *format)
{
    uint64_t seed = izh_test_seed(20031114);
    struct izh_random random = {seed};
    struct coverage coverage = {0};
    for (int i = 0; i < UPDATES; i++) {
        struct update_case u = draw(&random, format);
        compare(&u, &coverage, seed);
    }
    assert_covered(&coverage);
}

static void updates_at_20_24_18(void **unused)
{
    (void)unused;
    compare_many(&ecp5);
}

static void updates_at_16_24_16(void **unused)
{
    (void)unused;
    compare_many(&up5k);
}

static void updates_at_24_28_20(void **unused)
{
    (void)unused;
    compare_many(&wide);
}

static struct izh_format draw_format(struct izh_random *random)
{
    struct izh_format f;
    do {
        f.x_bits = 12 + (int)izh_random_below(random, 17);
        f.w_bits = 16 + (int)izh_random_below(random, 15);
        f.port_bits = 12 + (int)izh_random_below(random, 16);
    } while (izh_format_fault(&f));
    return f;
}

static void updates_at_any_width(void **unused)
{
    (void)unused;
    uint64_t seed = izh_test_seed(20040915);
    struct izh_random random = {seed};
    struct coverage coverage = {0};
    for (int i = 0; i < UPDATES; i++) {
        struct izh_format f = draw_format(&random);
        struct update_case u = draw(&random, &f);
        compare(&u, &coverage, seed);
    }
    assert_covered(&coverage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updates_at_20_24_18),
        cmocka_unit_test(updates_at_16_24_16),
        cmocka_unit_test(updates_at_24_28_20),
        cmocka_unit_test(updates_at_any_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
