// test_network.c: what a network description becomes before an engine is known
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network_files.h"
#include "network_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELL "\"a\": 0.02, \"b\": 0.2, \"c\": -65, \"d\": 8"
#define HEAD "{\"name\": \"test\", \"seed\": 1, \"populations\": ["
#define TWO                                                                                        \
    HEAD "{\"name\": \"E\", \"count\": 80, " CELL "}, {\"name\": \"I\", \"count\": 20, " CELL "}]"

// Two populations and one projection.
static struct izh_network *connected(const char *projection)
{
    char text[2048];
    snprintf(text, sizeof text, TWO ", \"projections\": [%s]}", projection);
    return izh_files_network(text);
}

static struct izh_network *driven(const char *input)
{
    char text[2048];
    snprintf(text, sizeof text, TWO ", \"run\": {\"duration_ms\": 2000}, \"inputs\": [%s]}", input);
    return izh_files_network(text);
}

// A population with these parameters.
static struct izh_network *populated(uint32_t count, const char *parameters)
{
    char text[2048];
    snprintf(text, sizeof text, HEAD "{\"name\": \"E\", \"count\": %lu, %s}]}",
             (unsigned long)count, parameters);
    return izh_files_network(text);
}

// ---- Populations --------------------------------------------------------------------------------

static void what_is_not_said_is_as_documented(void **unused)
{
    (void)unused;
    struct izh_network *n = populated(3, CELL);
    const struct izh_biophysics *b = &n->neurons[2];
    assert_string_equal(izh_network_name(n), "test");
    assert_int_equal(izh_network_neurons(n), 3);
    assert_int_equal(izh_network_synapses(n), 0);
    assert_int_equal(izh_network_largest_delay(n), 0);
    assert_int_equal(izh_network_ticks(n), 1000);
    assert_true(izh_network_tick_ms(n) == 1 && n->substeps == 4 && n->accurate);
    assert_true(b->v0 == -65 && b->u0 == 0.2 * -65 && b->bias == 0 && b->noise_sd == 0);
    assert_true(b->cell.square == 0.04 && b->cell.linear == 5 && b->cell.constant == 140);
    assert_true(b->cell.shift == 0 && b->cell.peak == 30);
    assert_true(b->cell.peak_inclusive && b->cell.decay);
    assert_false(n->probed[0]);
    izh_network_free(n);
    izh_network_free(NULL);
}

static void every_parameter_is_taken(void **unused)
{
    (void)unused;
    struct izh_network *n = populated(2, "\"a\": 1, \"b\": 2, \"c\": 3, \"d\": 4, \"v0\": 5, "
                                         "\"u0\": 6, \"bias\": 7, \"noise_sd\": 8, "
                                         "\"peak\": 9, \"square\": 10, \"linear\": 11, "
                                         "\"constant\": 12, \"shift\": 13, \"decay\": false");
    const struct izh_biophysics *b = &n->neurons[1];
    assert_true(b->cell.a == 1 && b->cell.b == 2 && b->cell.c == 3 && b->cell.d == 4);
    assert_true(b->v0 == 5 && b->u0 == 6 && b->bias == 7 && b->noise_sd == 8);
    assert_true(b->cell.peak == 9 && b->cell.square == 10 && b->cell.linear == 11);
    assert_true(b->cell.constant == 12 && b->cell.shift == 13 && !b->cell.decay);
    izh_network_free(n);
}

static void parameters_share_a_random_number(void **unused)
{
    (void)unused;
    struct izh_network *n =
        populated(1000, "\"random\": {\"r\": {\"uniform\": [0, 1]}}, \"a\": 0.02, \"b\": 0.2, "
                        "\"c\": {\"polynomial\": \"r\", \"coefficients\": [-65, 0, 15]}, "
                        "\"d\": {\"polynomial\": \"r\", \"coefficients\": [8, 0, -6]}");
    double sum = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        double square = (n->neurons[i].cell.c + 65) / 15;
        assert_true(fabs(square - (8 - n->neurons[i].cell.d) / 6) < 1e-12);
        assert_true(square >= 0 && square < 1);
        sum += sqrt(square);
    }
    assert_true(fabs(sum / 1000 - 0.5) < 0.04); // four deviations
    izh_network_free(n);
}

static void distributions_have_their_moments(void **unused)
{
    (void)unused;
    struct izh_network *n =
        populated(10000, "\"a\": {\"uniform\": [2, 4]}, \"b\": {\"normal\": [10, 2]}, \"c\": "
                         "{\"normal\": [0, 1], \"min\": 0}, \"d\": 1");
    double sum[3] = {0}, square[3] = {0}, least = 1;
    for (uint32_t i = 0; i < 10000; i++) {
        const struct izh_cell *cell = &n->neurons[i].cell;
        double values[] = {cell->a, cell->b, cell->c};
        assert_true(cell->a >= 2 && cell->a < 4);
        least = fmin(least, cell->c);
        for (int j = 0; j < 3; j++) {
            sum[j] += values[j] / 10000;
            square[j] += values[j] * values[j] / 10000;
        }
    }
    assert_true(fabs(sum[0] - 3) < 0.03 && fabs(square[0] - sum[0] * sum[0] - 1 / 3.0) < 0.02);
    assert_true(fabs(sum[1] - 10) < 0.1 && fabs(square[1] - sum[1] * sum[1] - 4) < 0.25);
    assert_true(fabs(sum[2] - 0.798) < 0.03 && least >= 0 && least < 0.01); // half a bell
    izh_network_free(n);
}

static void lists_and_tables_go_by_neuron(void **unused)
{
    (void)unused;
    static const double d[] = {8, 7.5, 6, 2}, v0[] = {-65, -64, -63, -62};
    izh_files_base("good.json", NULL, NULL);
    struct izh_network *n = izh_files_read("good.json", NULL);
    for (uint32_t i = 0; i < 4; i++) {
        assert_true(n->neurons[i].cell.d == d[i] && n->neurons[i].v0 == v0[i]);
        assert_int_equal(n->probed[i], i == 1 || i == 3);
    }
    assert_int_equal(n->population_count, 2);
    assert_int_equal(n->populations[1].first, 4);
    assert_int_equal(n->populations[1].count, 2);
    assert_string_equal(n->populations[1].name, "I");
    assert_true(n->expected_hz[0] == 8 && n->expected_hz[1] == 1);
    izh_network_free(n);
}

// ---- Projections --------------------------------------------------------------------------------

static size_t count_between(const struct izh_network *n, uint32_t pre, uint32_t post)
{
    size_t count = 0;
    for (size_t i = 0; i < n->synapses.count; i++)
        count += n->synapses.pre[i] == pre && n->synapses.post[i] == post;
    return count;
}

static void all_to_all_is_every_pair_once(void **unused)
{
    (void)unused;
    struct izh_network *n = connected("{\"from\": [\"E\", \"I\"], \"to\": \"I\", \"rule\": "
                                      "\"all-to-all\", \"weight\": -2, \"delay\": 3}");
    assert_int_equal(n->synapses.count, 100 * 20);
    for (uint32_t i = 0; i < 100; i++) {
        for (uint32_t j = 0; j < 100; j++)
            assert_int_equal(count_between(n, i, j), j >= 80);
    }
    assert_true(n->synapses.weight[7] == -2);
    assert_int_equal(n->synapses.delay[7], 3);
    assert_int_equal(izh_network_largest_delay(n), 3);
    izh_network_free(n);
}

static void a_neuron_may_be_kept_from_itself(void **unused)
{
    (void)unused;
    static const char *const rules[] = {"\"all-to-all\"", "\"fixed-outdegree\", \"degree\": 79",
                                        "\"fixed-indegree\", \"degree\": 79",
                                        "\"probability\", \"probability\": 1"};
    for (size_t i = 0; i < 4; i++) {
        char text[512];
        snprintf(
            text, sizeof text,
            "{\"from\": \"E\", \"to\": \"E\", \"rule\": %s, \"allow_self\": false, \"weight\": "
            "1, \"delay\": 1}",
            rules[i]);
        struct izh_network *n = connected(text);
        assert_int_equal(n->synapses.count, 80 * 79);
        for (uint32_t j = 0; j < 80; j++) {
            assert_int_equal(count_between(n, j, j), 0);
            assert_int_equal(count_between(n, j, (j + 1) % 80), 1);
        }
        izh_network_free(n);
    }
}

static void one_to_one_is_in_order(void **unused)
{
    (void)unused;
    struct izh_network *n = connected("{\"from\": \"E\", \"to\": \"E\", \"rule\": \"one-to-one\", "
                                      "\"weight\": 1, \"delay\": {\"cycle\": [2, 5]}}");
    assert_int_equal(n->synapses.count, 80);
    for (uint32_t i = 0; i < 80; i++) {
        assert_int_equal(n->synapses.pre[i], i);
        assert_int_equal(n->synapses.post[i], i);
        assert_int_equal(n->synapses.delay[i], i % 2 ? 5 : 2);
    }
    izh_network_free(n);
}

// Degrees of the fixed side, and that the other side gets about as many each.
static void check_degrees(bool out, bool multiple)
{
    char text[512];
    uint32_t fixed[100] = {0}, other[100] = {0};
    size_t doubles = 0;
    snprintf(
        text, sizeof text,
        "{\"from\": [\"E\", \"I\"], \"to\": [\"E\", \"I\"], \"rule\": \"fixed-%s\", \"degree\": "
        "50, \"allow_multiple\": %s, \"weight\": 1, \"delay\": 1}",
        out ? "outdegree" : "indegree", multiple ? "true" : "false");
    struct izh_network *n = connected(text);
    assert_int_equal(n->synapses.count, 5000);
    for (size_t i = 0; i < 5000; i++) {
        fixed[out ? n->synapses.pre[i] : n->synapses.post[i]]++;
        other[out ? n->synapses.post[i] : n->synapses.pre[i]]++;
    }
    for (uint32_t i = 0; i < 100; i++) {
        assert_int_equal(fixed[i], 50);
        assert_in_range(other[i], 25, 75); // five deviations and more
        for (uint32_t j = 0; j < 100; j++)
            doubles += count_between(n, i, j) > 1;
    }
    assert_int_equal(doubles > 0, multiple);
    izh_network_free(n);
}

static void fixed_degrees_are_exact_and_partners_drawn_evenly(void **unused)
{
    (void)unused;
    check_degrees(true, false);
    check_degrees(false, false);
    check_degrees(true, true);
    check_degrees(false, true);
}

static void probability_gives_its_share(void **unused)
{
    (void)unused;
    static const double shares[] = {0, 0.1, 0.9, 1};
    for (size_t i = 0; i < 4; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "{\"from\": [\"E\", \"I\"], \"to\": [\"E\", \"I\"], \"rule\": \"probability\", "
                 "\"probability\": %g, \"weight\": 1, \"delay\": 1}",
                 shares[i]);
        struct izh_network *n = connected(text);
        double deviation = sqrt(10000 * shares[i] * (1 - shares[i]));
        assert_true(fabs((double)n->synapses.count - 10000 * shares[i]) <= 4 * deviation);
        for (size_t j = 1; j < n->synapses.count; j++) // no pair twice
            assert_true(n->synapses.pre[j] > n->synapses.pre[j - 1] ||
                        n->synapses.post[j] > n->synapses.post[j - 1]);
        izh_network_free(n);
    }
}

static void delays_are_drawn_within_their_limits(void **unused)
{
    (void)unused;
    size_t counts[10] = {0};
    struct izh_network *n = connected("{\"from\": \"E\", \"to\": \"E\", \"rule\": \"all-to-all\", "
                                      "\"weight\": 1, \"delay\": {\"uniform\": [4, 8]}}");
    for (size_t i = 0; i < n->synapses.count; i++) {
        assert_in_range(n->synapses.delay[i], 4, 8);
        counts[n->synapses.delay[i]]++;
    }
    for (size_t i = 4; i <= 8; i++)
        assert_in_range(counts[i], 1280 - 150, 1280 + 150);
    izh_network_free(n);
}

static void a_table_lists_synapses(void **unused)
{
    (void)unused;
    izh_files_base("good.json", NULL, NULL);
    struct izh_network *n = izh_files_read("good.json", NULL);
    const struct izh_projection *p = &n->projections[4];
    const struct izh_synapse_list *s = &n->synapses;
    assert_int_equal(n->projection_count, 5);
    assert_string_equal(p->label, "projections[4]");
    assert_int_equal(p->count, 2);
    assert_int_equal(s->pre[p->first], 0);
    assert_int_equal(s->post[p->first], 4 + 1);
    assert_int_equal(s->pre[p->first + 1], 3);
    assert_int_equal(s->post[p->first + 1], 4);
    assert_true(s->weight[p->first] == 0.5 && s->weight[p->first + 1] == -0.25);
    assert_int_equal(s->delay[p->first], 1);
    assert_int_equal(s->delay[p->first + 1], 6);
    izh_network_free(n);
}

// ---- Inputs -------------------------------------------------------------------------------------

static void waveforms_become_changes(void **unused)
{
    (void)unused;
    static const struct izh_current_change expected[] = {
        {5, 0, 10}, {5, 2, 10},   {20, 0, -10}, {20, 2, -10},  {0, 4, 2},
        {0, 5, 2},  {10, 4, 1.5}, {10, 5, 1.5}, {30, 4, -3.5}, {30, 5, -3.5},
    };
    izh_files_base("good.json", NULL, NULL);
    struct izh_network *n = izh_files_read("good.json", NULL);
    assert_int_equal(n->change_count, 10);
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(n->changes[i].tick, expected[i].tick);
        assert_int_equal(n->changes[i].neuron, expected[i].neuron);
        assert_true(n->changes[i].change == expected[i].change);
    }
    izh_network_free(n);
}

static void listed_spikes_become_events(void **unused)
{
    (void)unused;
    struct izh_network *n = driven("{\"type\": \"spikes\", \"to\": \"I\", \"neurons\": [3, 1], "
                                   "\"weight\": 4, \"times_ms\": [7, 2, 2, 5000]}");
    static const uint32_t ticks[] = {7, 7, 2, 2, 2, 2}, neurons[] = {83, 81, 83, 81, 83, 81};
    assert_int_equal(n->event_count, 6); // what is behind the end of the run is left out
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(n->events[i].tick, ticks[i]);
        assert_int_equal(n->events[i].neuron, neurons[i]);
        assert_true(n->events[i].weight == 4);
    }
    izh_network_free(n);
}

static void poisson_spikes_have_their_rate(void **unused)
{
    (void)unused;
    struct izh_network *n = driven("{\"type\": \"spikes\", \"to\": \"E\", \"weight\": 1, "
                                   "\"poisson_hz\": 40, \"start_ms\": 500, \"stop_ms\": 1500}");
    size_t of_neuron[80] = {0}, later = 0;
    assert_in_range(n->event_count, 3200 - 230, 3200 + 230);
    for (size_t i = 0; i < n->event_count; i++) {
        assert_in_range(n->events[i].tick, 500, 1499);
        of_neuron[n->events[i].neuron]++;
        later += n->events[i].tick >= 1000;
    }
    assert_in_range(later, 1600 - 160, 1600 + 160);
    for (uint32_t i = 0; i < 80; i++)
        assert_in_range(of_neuron[i], 10, 75);
    izh_network_free(n);
}

static void one_random_neuron_gets_each_event(void **unused)
{
    (void)unused;
    struct izh_network *n = driven("{\"type\": \"spikes\", \"to\": [\"E\", \"I\"], \"weight\": 20, "
                                   "\"one_random_neuron_every_ms\": 1}");
    size_t of_neuron[100] = {0};
    assert_int_equal(n->event_count, 2000);
    for (uint32_t i = 0; i < 2000; i++) {
        assert_int_equal(n->events[i].tick, i);
        of_neuron[n->events[i].neuron]++;
    }
    for (uint32_t i = 0; i < 100; i++)
        assert_in_range(of_neuron[i], 2, 45);
    izh_network_free(n);
}

// ---- Seeds --------------------------------------------------------------------------------------

static bool same_synapses(const struct izh_network *a, const struct izh_network *b, size_t count)
{
    const struct izh_synapse_list *s = &a->synapses, *t = &b->synapses;
    return s->count >= count && t->count >= count &&
           !memcmp(s->pre, t->pre, count * sizeof *s->pre) &&
           !memcmp(s->post, t->post, count * sizeof *s->post) &&
           !memcmp(s->weight, t->weight, count * sizeof *s->weight) &&
           !memcmp(s->delay, t->delay, count * sizeof *s->delay);
}

static void a_seed_decides_everything(void **unused)
{
    (void)unused;
    const struct izh_network_options other = {.has_seed = true, .seed = 8};
    const struct izh_network_options same = {.has_seed = true, .seed = 7};
    izh_files_base("good.json", NULL, NULL);
    struct izh_network *a = izh_files_read("good.json", NULL);
    struct izh_network *b = izh_files_read("good.json", &same);
    struct izh_network *c = izh_files_read("good.json", &other);
    assert_true(same_synapses(a, b, a->synapses.count));
    assert_memory_equal(a->neurons, b->neurons, a->neuron_count * sizeof *a->neurons);
    assert_int_equal(a->event_count, b->event_count);
    assert_memory_equal(a->events, b->events, a->event_count * sizeof *a->events);
    assert_false(same_synapses(a, c, 12));
    assert_true(a->neurons[0].cell.b != c->neurons[0].cell.b);
    assert_true(a->neurons[0].cell.c != c->neurons[0].cell.c);
    assert_int_equal(c->seed, 8);
    izh_network_free(a);
    izh_network_free(b);
    izh_network_free(c);
}

// The generator is documented: these numbers are the document's.
static void the_generator_is_the_documented_one(void **unused)
{
    (void)unused;
    struct izh_network *n = populated(3, "\"a\": {\"uniform\": [0, 1]}, \"b\": 0.2, \"c\": -65, "
                                         "\"d\": 8");
    static const double expected[] = {0.077023079222673041, 0.32360684768021553,
                                      0.76486673341350064};
    for (uint32_t i = 0; i < 3; i++)
        assert_true(fabs(n->neurons[i].cell.a - expected[i]) < 1e-15);
    izh_network_free(n);
}

static void an_addition_changes_no_other_draw(void **unused)
{
    (void)unused;
    izh_files_base("good.json", NULL, NULL);
    struct izh_network *a = izh_files_read("good.json", NULL);
    izh_files_base("more.json", "{\"from\": \"E\", \"to\": \"I\", \"rule\": \"csv\"",
                   "{\"from\": \"E\", \"to\": \"E\", \"rule\": \"probability\", \"probability\": "
                   "0.5, \"weight\": {\"uniform\": [0, 1]}, \"delay\": {\"uniform\": [1, 9]}},\n"
                   "{\"from\": \"E\", \"to\": \"I\", \"rule\": \"csv\"");
    struct izh_network *b = izh_files_read("more.json", NULL);
    assert_true(b->projection_count == a->projection_count + 1);
    assert_true(same_synapses(a, b, a->projections[4].first));
    assert_memory_equal(a->neurons, b->neurons, a->neuron_count * sizeof *a->neurons);
    assert_int_equal(a->event_count, b->event_count);
    assert_memory_equal(a->events, b->events, a->event_count * sizeof *a->events);
    izh_network_free(a);
    izh_network_free(b);
}

// How many events of the longer run are in the shorter one's time; each must be there.
static size_t events_before(const struct izh_network *n, uint32_t tick)
{
    size_t count = 0;
    for (size_t i = 0; i < n->event_count; i++)
        count += n->events[i].tick < tick;
    return count;
}

static void a_longer_run_begins_as_a_shorter_one(void **unused)
{
    (void)unused;
    const struct izh_network_options options = {.duration_ms = 200, .mode = 2};
    izh_files_base("good.json", "\"stop_ms\": 40", "\"stop_ms\": 400");
    struct izh_network *a = izh_files_read("good.json", NULL);
    struct izh_network *b = izh_files_read("good.json", &options);
    assert_int_equal(izh_network_ticks(b), 200);
    assert_true(b->duration_ms == 200 && !b->accurate);
    assert_true(b->event_count > a->event_count);
    assert_int_equal(events_before(b, 50), a->event_count);
    size_t found = 0;
    for (size_t i = 0, j = 0; i < b->event_count && j < a->event_count; i++) {
        if (b->events[i].tick < 50)
            found += !memcmp(&b->events[i], &a->events[j++], sizeof *a->events);
    }
    assert_int_equal(found, a->event_count);
    izh_network_free(a);
    izh_network_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_said_is_as_documented),
        cmocka_unit_test(every_parameter_is_taken),
        cmocka_unit_test(parameters_share_a_random_number),
        cmocka_unit_test(distributions_have_their_moments),
        cmocka_unit_test(lists_and_tables_go_by_neuron),
        cmocka_unit_test(all_to_all_is_every_pair_once),
        cmocka_unit_test(a_neuron_may_be_kept_from_itself),
        cmocka_unit_test(one_to_one_is_in_order),
        cmocka_unit_test(fixed_degrees_are_exact_and_partners_drawn_evenly),
        cmocka_unit_test(probability_gives_its_share),
        cmocka_unit_test(delays_are_drawn_within_their_limits),
        cmocka_unit_test(a_table_lists_synapses),
        cmocka_unit_test(waveforms_become_changes),
        cmocka_unit_test(listed_spikes_become_events),
        cmocka_unit_test(poisson_spikes_have_their_rate),
        cmocka_unit_test(one_random_neuron_gets_each_event),
        cmocka_unit_test(a_seed_decides_everything),
        cmocka_unit_test(the_generator_is_the_documented_one),
        cmocka_unit_test(an_addition_changes_no_other_draw),
        cmocka_unit_test(a_longer_run_begins_as_a_shorter_one),
    };
    return cmocka_run_group_tests_name("network", tests, izh_files_begin, izh_files_end);
}
