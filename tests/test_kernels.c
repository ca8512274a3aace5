// test_kernels.c: every kernel of the golden model against the scalar update, word by word
// SPDX-License-Identifier: Apache-2.0
//
// One sub-step of many neurons at once, with words of all sizes: what a vector loop computes, what
// it must leave to the scalar update, and the rows of neurons that no whole vector holds.
#include "bus.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MOST_NEURONS = 1000, ROUNDS = 40 };

struct cells {
    struct izh_arithmetic arithmetic;
    uint32_t neurons;
    struct izh_record record[MOST_NEURONS];
    struct izh_state state[MOST_NEURONS];
    int32_t input[MOST_NEURONS];
};

// Neurons by what their update does: a generator that misses one proves nothing about it.
struct coverage {
    uint64_t quiet, spikes, after_spike, saturated_x, saturated_w, saturated_port;
};

static int32_t small_word(struct izh_random *random, int bits)
{
    int32_t word = izh_random_word(random, bits);
    return word >> izh_random_below(random, 8);
}

// Mostly words for which nothing clips and no neuron spikes, up to where something does.
static void draw_neuron(struct izh_random *random, struct cells *c, uint32_t i)
{
    const struct izh_format *f = &c->arithmetic.format;
    bool calm = izh_random_below(random, 8) != 0;
    struct izh_record *r = &c->record[i];
    r->decay = izh_random_below(random, 4) != 0;
    r->a = izh_random_word(random, f->port_bits);
    r->b = izh_random_word(random, f->port_bits);
    r->e = small_word(random, f->w_bits);
    r->c = izh_random_word(random, f->x_bits);
    r->d = izh_random_word(random, f->w_bits);
    r->peak = calm ? (int32_t)izh_word_max(f->x_bits) : izh_random_word(random, f->x_bits);
    c->state[i].x = small_word(random, f->x_bits);
    c->state[i].w = small_word(random, f->w_bits);
    c->state[i].level = (uint8_t)(calm ? 0 : izh_random_below(random, 8));
    c->input[i] = small_word(random, f->w_bits + 2);
}

static void draw(struct izh_random *random, struct cells *c, const struct izh_format *format)
{
    c->arithmetic = (struct izh_arithmetic){.format = *format,
                                            .accurate = izh_random_below(random, 2),
                                            .step = (int)izh_random_below(random, 4)};
    for (int i = 0; i < IZH_LEVELS; i++)
        c->arithmetic.bound[i] = (int32_t)izh_random_below(random, 4096);
    for (int i = 0; i <= IZH_LEVELS; i++)
        c->arithmetic.kappa[i] = izh_random_word(random, format->port_bits - 1);
    c->neurons = 2 + izh_random_below(random, MOST_NEURONS - 1);
    for (uint32_t i = 0; i < c->neurons; i++)
        draw_neuron(random, c, i);
}

static void put(struct izh_model *m, uint32_t region, uint32_t field, uint32_t index, int32_t word)
{
    izh_bus_put(m, IZH_ADDRESS(region, field, index), (uint32_t)word);
}

static void put_neuron(struct izh_model *m, const struct cells *c, uint32_t i)
{
    const struct izh_record *r = &c->record[i];
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_A, i, r->a);
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_B, i, r->b);
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_E, i, r->e);
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_C, i, r->c);
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_D, i, r->d);
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, i, r->peak);
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_DECAY, i, r->decay);
    put(m, IZH_REGION_STATE, IZH_FIELD_STATE_X, i, c->state[i].x);
    put(m, IZH_REGION_STATE, IZH_FIELD_STATE_W, i, c->state[i].w);
    put(m, IZH_REGION_STATE, IZH_FIELD_STATE_LEVEL, i, c->state[i].level);
    put(m, IZH_REGION_INPUT, IZH_FIELD_INPUT_I, i, c->input[i]);
}

static struct izh_model *model_of(const struct cells *c)
{
    const struct izh_shape shape = {.format = c->arithmetic.format, .neurons = c->neurons};
    struct izh_model *m = izh_bus_model(&shape);
    put(m, IZH_REGION_REGISTER, 0, IZH_REG_NEURONS, (int32_t)c->neurons);
    put(m, IZH_REGION_REGISTER, 0, IZH_REG_STEP, c->arithmetic.step);
    put(m, IZH_REGION_REGISTER, 0, IZH_REG_MODE, c->arithmetic.accurate);
    for (uint32_t i = 0; i < IZH_LEVELS; i++)
        put(m, IZH_REGION_REGISTER, 0, IZH_REG_BOUND_0 + i, c->arithmetic.bound[i]);
    for (uint32_t i = 0; i <= IZH_LEVELS; i++)
        put(m, IZH_REGION_REGISTER, 0, IZH_REG_KAPPA_0 + i, c->arithmetic.kappa[i]);
    for (uint32_t i = 0; i < c->neurons; i++)
        put_neuron(m, c, i);
    return m;
}

static void cover(struct coverage *coverage, const struct izh_state *before,
                  const struct izh_update *u)
{
    bool clipped = u->saturated_x || u->saturated_w || u->saturated_port;
    coverage->quiet += !clipped && !u->spike && !before->level;
    coverage->spikes += u->spike;
    coverage->after_spike += before->level != 0;
    coverage->saturated_x += u->saturated_x;
    coverage->saturated_w += u->saturated_w;
    coverage->saturated_port += u->saturated_port;
}

static void compare_counter(const struct izh_model *m, uint32_t number, uint64_t before,
                            uint64_t after)
{
    assert_int_equal(izh_bus_get(m, izh_bus_register(number)), after - before);
}

static void compare(const struct cells *c, const char *kernel, uint64_t seed,
                    struct coverage *coverage)
{
    static struct izh_spike spikes[MOST_NEURONS];
    struct izh_model *m = model_of(c);
    const struct coverage before = *coverage;
    size_t count, expected = 0;
    assert_int_equal(izh_model_set_kernel(m, kernel), IZH_MODEL_OK);
    put(m, IZH_REGION_REGISTER, 0, IZH_REG_RUN, 1);
    assert_true(izh_model_substep(m, spikes, &count));
    for (uint32_t i = 0; i < c->neurons; i++) {
        struct izh_update u =
            izh_neuron_update(&c->arithmetic, &c->record[i], &c->state[i], c->input[i]);
        struct izh_state got = izh_model_state(m, i);
        if (got.x != u.state.x || got.w != u.state.w || got.level != u.state.level)
            fail_msg("%s, widths %d/%d/%d, k %d, accurate %d, neuron %u: x %d w %d level %d, "
                     "expected %d %d %d; repeat: IZH_SEED=%llu build/tests/test_kernels",
                     kernel, c->arithmetic.format.x_bits, c->arithmetic.format.w_bits,
                     c->arithmetic.format.port_bits, c->arithmetic.step, c->arithmetic.accurate, i,
                     got.x, got.w, got.level, u.state.x, u.state.w, u.state.level,
                     (unsigned long long)seed);
        if (u.spike)
            assert_int_equal(spikes[expected++].neuron, i);
        cover(coverage, &c->state[i], &u);
    }
    assert_int_equal(count, expected);
    compare_counter(m, IZH_REG_SATURATED_X, before.saturated_x, coverage->saturated_x);
    compare_counter(m, IZH_REG_SATURATED_W, before.saturated_w, coverage->saturated_w);
    compare_counter(m, IZH_REG_SATURATED_PORT, before.saturated_port, coverage->saturated_port);
    izh_model_free(m);
}

static void compare_format(const struct izh_format *format, const char *kernel, uint64_t seed)
{
    static struct cells cells;
    struct izh_random random = {seed};
    struct coverage coverage = {0};
    for (int i = 0; i < ROUNDS; i++) {
        draw(&random, &cells, format);
        compare(&cells, kernel, seed, &coverage);
    }
    assert_true(coverage.quiet > 2000 && coverage.spikes > 500 && coverage.after_spike > 500);
    assert_true(coverage.saturated_x > 100 && coverage.saturated_w > 100 &&
                coverage.saturated_port > 100);
}

static void every_kernel_gives_the_bits_of_the_update(void **unused)
{
    (void)unused;
    static const struct izh_format formats[] = {{20, 24, 18}, {16, 24, 16}, {24, 28, 20}};
    uint64_t seed = izh_test_seed(20031114);
    for (size_t kernel = 0; izh_model_kernel(kernel); kernel++) {
        for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
            compare_format(&formats[i], izh_model_kernel(kernel), seed + i);
    }
}

// Corners of every word at once: where 32 bits come nearest to not being enough.
static void draw_corner(struct izh_random *random, struct cells *c, uint32_t i)
{
    const struct izh_format *f = &c->arithmetic.format;
    int32_t *words[] = {&c->record[i].a, &c->record[i].b, &c->record[i].e,
                        &c->state[i].x,  &c->state[i].w,  &c->input[i]};
    const int bits[] = {f->port_bits, f->port_bits, f->w_bits, f->x_bits, f->w_bits, f->w_bits + 2};
    for (size_t j = 0; j < 6; j++) {
        uint32_t off = izh_random_below(random, 3);
        bool top = izh_random_below(random, 2);
        *words[j] = (int32_t)(top ? izh_word_max(bits[j]) - off : izh_word_min(bits[j]) + off);
    }
    c->record[i].peak = (int32_t)izh_word_max(f->x_bits);
    c->state[i].level = 0;
}

static void the_largest_words_fit_every_kernel(void **unused)
{
    (void)unused;
    static struct cells cells;
    static const struct izh_format formats[] = {{20, 24, 18}, {16, 24, 16}};
    uint64_t seed = izh_test_seed(20031115);
    struct izh_random random = {seed};
    struct coverage coverage = {0};
    for (int i = 0; i < 32; i++) {
        draw(&random, &cells, &formats[i & 1]);
        cells.arithmetic.accurate = i >> 1 & 1;
        cells.arithmetic.step = i >> 2 & 3;
        for (uint32_t n = 0; n < cells.neurons; n++)
            draw_corner(&random, &cells, n);
        for (size_t kernel = 0; izh_model_kernel(kernel); kernel++)
            compare(&cells, izh_model_kernel(kernel), seed, &coverage);
    }
    assert_true(coverage.quiet > 100 && coverage.saturated_x > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_gives_the_bits_of_the_update),
        cmocka_unit_test(the_largest_words_fit_every_kernel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
