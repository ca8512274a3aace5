// test_network_model.c: the golden model's networks against a second, plain computation
// SPDX-License-Identifier: Apache-2.0
//
// Every state word, input, accumulator, spike and counter after every tick. IZH_SEED repeats a run.
#include "bus.h"
#include "plain_network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NETWORKS = 240, LARGE = 6144, MOST_SPIKES = LARGE * 4 };

// What the networks of a run have met: a generator that misses a case proves nothing about it.
struct coverage {
    uint64_t spikes, events, saturated_i, written_weights, parts_added, negative_sums;
    int accurate, script, noisy, lanes[17], parts[5], slots[65], formats[32], idle_neurons;
};

struct spikes {
    struct izh_spike list[MOST_SPIKES];
    size_t count;
};

struct pair {
    struct izh_plain *net;
    struct izh_model *model;
    struct spikes expected, got;
    struct coverage *coverage;
    uint64_t seed;
    uint32_t number;
};

static void see(void *context, const struct izh_spike *spike)
{
    struct spikes *s = context;
    assert_true(s->count < MOST_SPIKES);
    s->list[s->count++] = *spike;
}

// ---- Comparing ----------------------------------------------------------------------------------

static void same(const struct pair *p, const char *what, uint32_t slot, uint32_t neuron,
                 int64_t expected, int64_t got)
{
    if (expected == got)
        return;
    fail_msg("network %u, after tick %u: %s of neuron %u (slot %u): %lld, expected %lld; repeat: "
             "IZH_SEED=%llu build/tests/test_network_model",
             p->number, p->net->tick - 1, what, neuron, slot, (long long)got, (long long)expected,
             (unsigned long long)p->seed);
}

static void compare_neurons(const struct pair *p)
{
    for (uint32_t n = 0; n < p->net->shape.neurons; n++) {
        struct izh_state s = izh_model_state(p->model, n);
        same(p, "x", 0, n, p->net->state[n].x, s.x);
        same(p, "w", 0, n, p->net->state[n].w, s.w);
        same(p, "level", 0, n, p->net->state[n].level, s.level);
        if (n < p->net->neurons)
            same(p, "input", 0, n, p->net->input[n], izh_model_input(p->model, n));
    }
}

static int32_t model_sum(const struct izh_model *m, uint32_t slot, uint32_t neuron)
{
    return (int32_t)izh_bus_get(m, IZH_ADDRESS(IZH_REGION_ACCUMULATOR, 0, slot << 16 | neuron));
}

static void compare_sums(const struct pair *p)
{
    for (uint32_t slot = 0; slot < p->net->shape.slots; slot++) {
        for (uint32_t n = 0; n < p->net->shape.neurons; n++) {
            int32_t expected = izh_plain_sum(p->net, slot, n);
            same(p, "sum", slot, n, expected, model_sum(p->model, slot, n));
            p->coverage->negative_sums += expected < 0;
        }
    }
}

static void compare_spikes(const struct pair *p)
{
    same(p, "number of spikes", 0, 0, (int64_t)p->expected.count, (int64_t)p->got.count);
    for (size_t i = 0; i < p->expected.count; i++) {
        const struct izh_spike *e = &p->expected.list[i], *g = &p->got.list[i];
        same(p, "spike: neuron", 0, e->neuron, e->neuron, g->neuron);
        same(p, "spike: tick", 0, e->neuron, e->tick, g->tick);
        same(p, "spike: sub-step", 0, e->neuron, e->substep, g->substep);
        same(p, "spike: level", 0, e->neuron, e->level, g->level);
    }
}

static void compare_counter(const struct pair *p, const char *what, uint32_t number,
                            uint32_t expected)
{
    same(p, what, 0, 0, expected < 65535 ? expected : 65535,
         izh_bus_get(p->model, izh_bus_register(number)));
}

static void compare(const struct pair *p)
{
    compare_spikes(p);
    compare_neurons(p);
    compare_sums(p);
    compare_counter(p, "SATURATED_X", IZH_REG_SATURATED_X, p->net->saturated_x);
    compare_counter(p, "SATURATED_W", IZH_REG_SATURATED_W, p->net->saturated_w);
    compare_counter(p, "SATURATED_PORT", IZH_REG_SATURATED_PORT, p->net->saturated_port);
    compare_counter(p, "SATURATED_I", IZH_REG_SATURATED_I, p->net->saturated_i);
    compare_counter(p, "LOST", IZH_REG_LOST, 0);
}

// Words that only make a delay longer are events too, and how many there are depends on the lanes.
static void compare_events(const struct pair *p)
{
    same(p, "synaptic events", 0, 0, (int64_t)p->net->events,
         (int64_t)izh_model_synaptic_events(p->model));
}

// ---- Running both -------------------------------------------------------------------------------

static void tick_model(struct izh_model *m, struct spikes *spikes)
{
    size_t count;
    spikes->count = 0;
    izh_bus_put(m, izh_bus_register(IZH_REG_RUN), 1);
    while (izh_model_substep(m, spikes->list + spikes->count, &count)) {
        spikes->count += count;
        assert_true(spikes->count <= MOST_SPIKES);
    }
}

static void tick_both(struct pair *p)
{
    p->expected.count = 0;
    izh_plain_tick(p->net, see, &p->expected);
    tick_model(p->model, &p->got);
    p->coverage->spikes += p->got.count;
}

static void stimulate(struct pair *p, struct izh_random *random)
{
    const struct izh_shape *shape = &p->net->shape;
    struct izh_stimulus s = {IZH_STIMULUS_EVENT, izh_random_below(random, shape->neurons + 2),
                             izh_random_word(random, shape->accumulator_bits)};
    if (izh_random_below(random, 2)) {
        s.kind = IZH_STIMULUS_CURRENT;
        s.value = izh_random_word(random, 32) / (1 << izh_random_below(random, 12));
    }
    if (izh_random_below(random, 10) == 0)
        s.kind = IZH_STIMULUS_END;
    izh_plain_stimulate(p->net, &s);
    assert_int_equal(izh_model_stimulate(p->model, &s), IZH_MODEL_OK);
}

static void write_weight(struct pair *p, struct izh_random *random)
{
    if (!p->net->synapses)
        return;
    struct izh_plain_synapse *s =
        &p->net->synapse[izh_random_below(random, (uint32_t)p->net->synapses)];
    if (s->to >= p->net->shape.neurons)
        return;
    s->weight = izh_random_word(random, p->net->shape.weight_bits);
    izh_bus_put(p->model, IZH_ADDRESS(IZH_REGION_SYNAPSE, s->lane, s->place),
                izh_plain_word(p->net, s));
    p->coverage->written_weights++;
}

static void write_register(struct pair *p, uint32_t number, uint32_t *kept, uint32_t word)
{
    *kept = word;
    izh_bus_put(p->model, izh_bus_register(number), word);
}

static void write_something_rare(struct pair *p, struct izh_random *random)
{
    struct izh_plain *net = p->net;
    uint32_t word = (uint32_t)izh_random_next(random);
    uint32_t n = izh_random_below(random, net->shape.neurons);
    uint32_t slot = izh_random_below(random, net->shape.slots);
    switch (izh_random_below(random, 8)) {
    case 0:
        write_register(p, IZH_REG_SEED, &net->seed, word);
        break;
    case 1:
        write_register(p, IZH_REG_WEIGHT_SHIFT, &net->weight_shift, word & 15);
        break;
    case 2:
        write_register(p, IZH_REG_NEURONS, &net->neurons, n + 1);
        break;
    case 3:
        net->sum[slot * net->shape.neurons + n] = word;
        izh_bus_put(p->model, IZH_ADDRESS(IZH_REGION_ACCUMULATOR, 0, slot << 16 | n), word);
        break;
    case 4:
        net->sd[net->record_of[n]] = 0;
        izh_bus_put(p->model,
                    IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_SD, net->record_of[n]), 0);
        break;
    case 5:
        net->state[n].level = word & 7;
        izh_bus_put(p->model, IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_LEVEL, n), word);
        break;
    case 6:
        izh_plain_clear(net);
        izh_bus_put(p->model, izh_bus_register(IZH_REG_CLEAR), word);
        break;
    default:
        break;
    }
}

static void disturb(struct pair *p, struct izh_random *random)
{
    for (uint32_t i = izh_random_below(random, 4); i; i--)
        stimulate(p, random);
    for (uint32_t i = izh_random_below(random, 3); i; i--)
        write_weight(p, random);
    if (izh_random_below(random, 40) == 0)
        write_something_rare(p, random);
}

static void cover(struct coverage *c, const struct izh_plain *net, const struct izh_plain_wish *w)
{
    c->accurate += w->accurate;
    c->script += !w->accurate;
    c->noisy += w->noisy;
    c->lanes[net->shape.lanes]++;
    c->parts[net->shape.parts]++;
    c->slots[net->shape.slots]++;
    c->formats[net->shape.format.x_bits]++;
    c->idle_neurons += net->neurons < net->shape.neurons;
    c->events += net->events;
    c->saturated_i += net->saturated_i;
}

static void assert_covered(const struct coverage *c)
{
    assert_true(c->spikes > 10000 && c->events > 1000000 && c->saturated_i > 1000);
    assert_true(c->written_weights > 1000 && c->negative_sums > 100000);
    assert_true(c->accurate > 50 && c->script > 50 && c->noisy > 50 && c->idle_neurons > 20);
    for (int i = 1; i <= 16; i *= 2)
        assert_true(c->lanes[i] > 10);
    for (int i = 1; i <= 4; i *= 2)
        assert_true(c->parts[i] > 10);
    for (int i = 4; i <= 64; i *= 2)
        assert_true(c->slots[i] > 10);
    assert_true(c->formats[20] > 50 && c->formats[16] > 20 && c->formats[24] && c->formats[28] &&
                c->formats[13]);
}

static const char *draw_kernel(struct izh_random *random)
{
    uint32_t kernels = 0;
    while (izh_model_kernel(kernels))
        kernels++;
    return izh_model_kernel(izh_random_below(random, kernels));
}

static void run_pair(struct pair *p, struct izh_random *random)
{
    const struct izh_shape *shape = &p->net->shape;
    uint32_t ticks = 2 * shape->slots * shape->parts;
    if (izh_random_below(random, 4) == 0)
        assert_int_equal(izh_model_set_threads(p->model, 1 + izh_random_below(random, 3)), 0);
    assert_int_equal(izh_model_set_kernel(p->model, draw_kernel(random)), IZH_MODEL_OK);
    for (uint32_t i = 0; i < (ticks < 40 ? 40 : ticks); i++) {
        disturb(p, random);
        tick_both(p);
        compare(p);
        compare_events(p);
    }
}

static void random_networks_agree(void **unused)
{
    (void)unused;
    uint64_t seed = izh_test_seed(20030501);
    struct coverage coverage = {0};
    static struct pair p;
    for (uint32_t i = 0; i < NETWORKS; i++) {
        struct izh_random random = {seed * 1000 + i};
        struct izh_plain_wish wish = izh_plain_draw_wish(&random);
        p.net = izh_plain_draw(&random, &wish);
        p.model = izh_plain_model(p.net);
        p.coverage = &coverage;
        p.seed = seed;
        p.number = i;
        run_pair(&p, &random);
        cover(&coverage, p.net, &wish);
        izh_model_free(p.model);
        izh_plain_free(p.net);
    }
    assert_covered(&coverage);
}

// ---- Kernels, threads, lanes --------------------------------------------------------------------

enum { VARIED_NETWORKS = 12, VARIED_TICKS = 80 };

static void run_variant(struct pair *p, const struct izh_plain *start, const char *kernel,
                        unsigned threads)
{
    p->model = izh_plain_model(start);
    assert_int_equal(izh_model_set_kernel(p->model, kernel), IZH_MODEL_OK);
    assert_int_equal(izh_model_set_threads(p->model, threads), IZH_MODEL_OK);
    p->got.count = 0;
    for (uint32_t i = 0; i < VARIED_TICKS; i++)
        tick_model(p->model, &p->got);
    compare(p);
    izh_model_free(p->model);
}

// The plain network has run; start is the same one, laid for some lanes, before the first tick.
static void run_variants(struct pair *p, const struct izh_plain *start)
{
    for (size_t kernel = 0; izh_model_kernel(kernel); kernel++) {
        for (unsigned threads = 1; threads <= 3; threads++)
            run_variant(p, start, izh_model_kernel(kernel), threads);
    }
}

static void kernels_threads_and_lanes_give_the_same_bits(void **unused)
{
    (void)unused;
    uint64_t seed = izh_test_seed(20041015);
    struct coverage coverage = {0};
    static struct pair p;
    p.coverage = &coverage;
    p.seed = seed;
    for (uint32_t i = 0; i < VARIED_NETWORKS; i++) {
        struct izh_random random = {seed * 1000 + i}, again = random;
        struct izh_plain_wish wish = izh_plain_draw_wish(&random);
        wish = izh_plain_draw_wish(&again);
        wish.lanes = 16;
        wish.neurons = 16 * (1 + izh_random_below(&random, 12));
        again = random;
        p.number = i;
        p.net = izh_plain_draw(&random, &wish);
        struct izh_plain *start = izh_plain_draw(&again, &wish);
        for (uint32_t tick = 0; tick < VARIED_TICKS; tick++) {
            p.expected.count = 0;
            izh_plain_tick(p.net, see, &p.expected);
        }
        for (uint32_t lanes = 1; lanes <= 16; lanes *= 2) {
            izh_plain_lay(start, lanes);
            run_variants(&p, start);
        }
        izh_plain_free(p.net);
        izh_plain_free(start);
    }
}

// So many neurons and events that threads do work at the same time.
static void a_large_network_is_the_same_on_many_threads(void **unused)
{
    (void)unused;
    static const struct izh_format format = {20, 24, 18};
    static const struct izh_plain_wish wish = {.format = &format,
                                               .neurons = LARGE,
                                               .lanes = 4,
                                               .slots = 8,
                                               .parts = 2,
                                               .topology = IZH_PLAIN_SPARSE,
                                               .chance = 3,
                                               .wild = true,
                                               .accurate = true,
                                               .noisy = true};
    struct coverage coverage = {0};
    static struct pair p;
    p.seed = izh_test_seed(20041016);
    p.coverage = &coverage;
    struct izh_random random = {p.seed}, again = random;
    p.net = izh_plain_draw(&random, &wish);
    struct izh_plain *start = izh_plain_draw(&again, &wish);
    for (uint32_t tick = 0; tick < VARIED_TICKS; tick++) {
        p.expected.count = 0;
        izh_plain_tick(p.net, see, &p.expected);
    }
    for (unsigned threads = 1; threads <= 4; threads++)
        run_variant(&p, start, izh_model_kernel(0), threads);
    assert_true(p.net->events > (uint64_t)VARIED_TICKS * 4 * 8192);
    izh_plain_free(p.net);
    izh_plain_free(start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_networks_agree),
        cmocka_unit_test(kernels_threads_and_lanes_give_the_same_bits),
        cmocka_unit_test(a_large_network_is_the_same_on_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
