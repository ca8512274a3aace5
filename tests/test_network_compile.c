// test_network_compile.c: networks become images: every word, every limit, every number of lanes
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "image_words.h"
#include "network_files.h"
#include "network_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t lane_counts[] = {1, 2, 4, 8, 16};

// An engine that has to split rows and to bridge gaps.
static const struct izh_shape narrow = {.format = {20, 24, 18},
                                        .neurons = 256,
                                        .records = 256,
                                        .lanes = 2,
                                        .synapses = 8192,
                                        .slots = 8,
                                        .parts = 4,
                                        .weight_bits = 9,
                                        .delta_bits = 1,
                                        .accumulator_bits = 20};

#define CELL "\"a\": 0.02, \"b\": 0.2, \"c\": -65, \"d\": 8"

static const char mixed[] =
    "{\"name\": \"mixed\", \"seed\": 3, \"populations\": ["
    "{\"name\": \"E\", \"count\": 101, " CELL ", \"noise_sd\": 3},"
    "{\"name\": \"I\", \"count\": 30, \"a\": 0.1, \"b\": 0.2, \"c\": -65, \"d\": 2}],"
    "\"projections\": ["
    "{\"from\": \"E\", \"to\": [\"E\", \"I\"], \"rule\": \"fixed-outdegree\", \"degree\": 20, "
    "\"allow_multiple\": true, \"weight\": {\"uniform\": [0, 5]}, \"delay\": {\"uniform\": [1, "
    "28]}},"
    "{\"from\": \"I\", \"to\": \"E\", \"rule\": \"probability\", \"probability\": 0.3, \"weight\": "
    "{\"normal\": [-4, 2], \"max\": 0}, \"delay\": {\"cycle\": [1, 7, 8, 28]}}]}";

// ---- Synapses -----------------------------------------------------------------------------------

// What the network says must arrive, in the engine's numbers and units.
static struct izh_arrival *expected_arrivals(const struct izh_network *n,
                                             const struct izh_compiled *c)
{
    const struct izh_synapse_list *s = &n->synapses;
    struct izh_arrival *arrivals = malloc((s->count + 1) * sizeof *arrivals);
    assert_non_null(arrivals);
    for (size_t i = 0; i < s->count; i++)
        arrivals[i] =
            (struct izh_arrival){c->physical[s->pre[i]], c->physical[s->post[i]], s->delay[i],
                                 (int32_t)floor(s->weight[i] / c->report.weight_unit + 0.5)};
    qsort(arrivals, s->count, sizeof *arrivals, izh_compare_arrivals);
    return arrivals;
}

// Every synapse is there, and nothing else but the fillers that the report counts.
static void check_synapses(const struct izh_network *n, const struct izh_compiled *c)
{
    size_t count, found = 0, fillers = 0, reported = 0;
    struct izh_arrival *expected = expected_arrivals(n, c);
    struct izh_arrival *got = izh_image_synapses(c->image, &count);
    for (uint32_t lane = 0; lane < c->report.lanes; lane++)
        reported += c->report.load[lane].fillers;
    for (size_t i = 0; i < count; i++) {
        bool wanted = found < n->synapses.count && !izh_compare_arrivals(&expected[found], &got[i]);
        found += wanted;
        fillers += !wanted;
        assert_true(wanted || got[i].weight == 0);
    }
    assert_int_equal(found, n->synapses.count);
    assert_int_equal(fillers, reported);
    free(expected);
    free(got);
}

static void every_synapse_arrives(void **unused)
{
    (void)unused;
    struct izh_network *n = izh_files_network(mixed);
    for (size_t i = 0; i < sizeof lane_counts / sizeof *lane_counts; i++) {
        struct izh_shape shape = narrow;
        shape.lanes = lane_counts[i];
        struct izh_compiled *c = izh_files_compile(n, 0, &shape);
        check_synapses(n, c);
        assert_true(c->report.load[0].fillers > 0);
        izh_compiled_free(c);
        c = izh_files_compile(n, lane_counts[i], NULL);
        check_synapses(n, c);
        assert_int_equal(c->report.load[0].fillers, 0);
        assert_int_equal(c->shape.parts, 1);
        izh_compiled_free(c);
    }
    izh_network_free(n);
}

static void all_delays_and_all_delta_widths_arrive(void **unused)
{
    (void)unused;
    char text[4096];
    int length =
        snprintf(text, sizeof text,
                 "{\"name\": \"delays\", \"seed\": 1, \"populations\": [{\"name\": \"E\", "
                 "\"count\": 252, " CELL "}], \"projections\": [{\"from\": \"E\", \"to\": "
                 "\"E\", \"rule\": \"one-to-one\", \"weight\": 1, \"delay\": {\"cycle\": [");
    for (int i = 1; i <= 252; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "%d%s", i,
                           i < 252 ? "," : "]}}]}");
    struct izh_network *n = izh_files_network(text);
    struct izh_shape shape = narrow;
    shape.slots = 64;
    shape.synapses = 65536;
    for (shape.delta_bits = 1; shape.delta_bits <= 8; shape.delta_bits++) {
        struct izh_compiled *c = izh_files_compile(n, 0, &shape);
        check_synapses(n, c);
        assert_int_equal(c->report.load[0].fillers > 0, shape.delta_bits < 6);
        izh_compiled_free(c);
    }
    izh_network_free(n);
}

static void a_network_without_synapses_has_empty_rows(void **unused)
{
    (void)unused;
    struct izh_network *n =
        izh_files_network("{\"name\": \"none\", \"seed\": 1, \"populations\": [{\"name\": \"E\", "
                          "\"count\": 3, " CELL ", \"bias\": 10}]}");
    struct izh_compiled *c = izh_files_compile(n, 4, NULL);
    size_t count;
    free(izh_image_synapses(c->image, &count));
    assert_int_equal(count, 0);
    assert_int_equal(c->image->engine.synapses, 0);
    assert_int_equal(c->shape.synapses, 1);
    izh_compiled_free(c);
    const struct izh_shape bare = {.format = {20, 24, 18}, .neurons = 3, .records = 2};
    c = izh_files_compile(n, 0, &bare);
    assert_int_equal(c->image->engine.lanes, 1);
    assert_int_equal(c->image->engine.ring, 0);
    assert_false(izh_image_has(c->image, IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_SEED)));
    assert_false(izh_image_has(c->image, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_SD, 0)));
    assert_false(izh_image_has(c->image, IZH_ADDRESS(IZH_REGION_ROW, 0, 0)));
    izh_compiled_free(c);
    izh_network_free(n);
}

// ---- Placement ----------------------------------------------------------------------------------

static void the_permutation_is_one_and_the_same_for_all_lanes(void **unused)
{
    (void)unused;
    struct izh_network *n = izh_files_network(mixed);
    struct izh_compiled *first = izh_files_compile(n, 1, NULL);
    for (uint32_t i = 0; i < 131; i++) {
        assert_true(first->physical[i] < 131 && first->logical[i] < 131);
        assert_int_equal(first->logical[first->physical[i]], i);
    }
    for (size_t i = 1; i < sizeof lane_counts / sizeof *lane_counts; i++) {
        struct izh_compiled *c = izh_files_compile(n, lane_counts[i], NULL);
        assert_memory_equal(c->physical, first->physical, 131 * sizeof *c->physical);
        assert_int_equal(c->shape.weight_bits, first->shape.weight_bits);
        assert_int_equal(c->report.weight_shift, first->report.weight_shift);
        izh_compiled_free(c);
    }
    izh_compiled_free(first);
    izh_network_free(n);
}

// A quarter of the neurons gets nearly all synapses, and they are neighbours in the file.
static void lanes_are_balanced(void **unused)
{
    (void)unused;
    struct izh_network *n = izh_files_network(
        "{\"name\": \"uneven\", \"seed\": 3, \"populations\": ["
        "{\"name\": \"A\", \"count\": 64, " CELL "}, {\"name\": \"B\", \"count\": 192, " CELL
        ", \"expected_rate_hz\": 5}], \"projections\": ["
        "{\"from\": \"A\", \"to\": \"A\", \"rule\": \"probability\", \"probability\": 0.8, "
        "\"weight\": "
        "1, \"delay\": 1},"
        "{\"from\": \"B\", \"to\": \"B\", \"rule\": \"probability\", \"probability\": 0.05, "
        "\"weight\": 1, \"delay\": 1}]}");
    for (size_t i = 0; i < sizeof lane_counts / sizeof *lane_counts; i++) {
        struct izh_compiled *c = izh_files_compile(n, lane_counts[i], NULL);
        double events = 0;
        size_t words = 0;
        assert_int_equal(c->report.lanes, lane_counts[i]);
        for (uint32_t lane = 0; lane < c->report.lanes; lane++) {
            assert_int_equal(c->report.load[lane].neurons, 256 / lane_counts[i]);
            events += c->report.load[lane].events;
            words += c->report.load[lane].words;
        }
        assert_int_equal(words, n->synapses.count);
        assert_true(fabs(events - (double)(n->projections[0].count + 5 * n->projections[1].count)) <
                    0.5);
        assert_in_range(1000 * c->report.events_max_over_mean, 1000, 1010);
        izh_compiled_free(c);
    }
    izh_network_free(n);
}

static void equal_neurons_keep_their_order(void **unused)
{
    (void)unused;
    struct izh_network *n =
        izh_files_network("{\"name\": \"equal\", \"seed\": 3, \"populations\": [{\"name\": \"A\", "
                          "\"count\": 37, " CELL "}], \"projections\": [{\"from\": \"A\", \"to\": "
                          "\"A\", \"rule\": \"all-to-all\", \"weight\": "
                          "1, \"delay\": 1}]}");
    struct izh_compiled *c = izh_files_compile(n, 8, NULL);
    for (uint32_t i = 0; i < 37; i++)
        assert_int_equal(c->physical[i], i);
    izh_compiled_free(c);
    izh_network_free(n);
}

// ---- Words --------------------------------------------------------------------------------------

static uint32_t reg(const struct izh_compiled *c, uint32_t number)
{
    return izh_image_word(c->image, IZH_ADDRESS(IZH_REGION_REGISTER, 0, number));
}

static void the_registers_are_set(void **unused)
{
    (void)unused;
    struct izh_network *n = izh_files_network(mixed);
    struct izh_compiled *c = izh_files_compile(n, 0, &narrow);
    const struct izh_image_engine *e = &c->image->engine;
    assert_int_equal(c->image->sections[0].address,
                     IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_CLEAR));
    assert_int_equal(reg(c, IZH_REG_NEURONS), 131);
    assert_int_equal(reg(c, IZH_REG_SUBSTEPS), 4);
    assert_int_equal(reg(c, IZH_REG_STEP), 2);
    assert_int_equal(reg(c, IZH_REG_MODE), 1);
    assert_int_equal(reg(c, IZH_REG_TICK), 0);
    assert_int_equal(reg(c, IZH_REG_SEED), 3);
    assert_int_equal(reg(c, IZH_REG_STIMULUS), 0);
    assert_int_equal(reg(c, IZH_REG_WEIGHT_SHIFT), c->report.weight_shift);
    for (uint32_t i = 0; i < 131; i++) {
        assert_int_equal(
            izh_image_word(c->image, IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_LEVEL, i)), 0);
        assert_true(izh_image_word(c->image, IZH_ADDRESS(IZH_REGION_ATTRIBUTE,
                                                         IZH_FIELD_ATTRIBUTE_RECORD, i)) < 2);
    }
    assert_int_equal(e->widths, 20 | 24 << 8 | 18 << 16);
    assert_int_equal(e->neurons, 131);
    assert_int_equal(e->records, 256);
    assert_int_equal(e->lanes, 2);
    assert_int_equal(e->ring, 8 | 4 << 16);
    assert_int_equal(e->synapse_format, 7 | 9 << 8 | 1 << 16 | 20 << 24);
    assert_int_equal(e->synapses, c->report.load[0].words > c->report.load[1].words
                                      ? c->report.load[0].words
                                      : c->report.load[1].words);
    izh_compiled_free(c);
    izh_network_free(n);
}

// A word of a neuron's record, shared or its own.
static int32_t record_word(const struct izh_compiled *c, uint32_t logical, uint32_t field, int bits)
{
    uint32_t index = c->physical[logical];
    if (c->shape.records)
        index = izh_image_word(
            c->image, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, index));
    return izh_signed_word(izh_image_word(c->image, IZH_ADDRESS(IZH_REGION_RECORD, field, index)),
                           bits);
}

static int32_t state_word(const struct izh_compiled *c, uint32_t logical, uint32_t field, int bits)
{
    return izh_signed_word(
        izh_image_word(c->image, IZH_ADDRESS(IZH_REGION_STATE, field, c->physical[logical])), bits);
}

static void check_neuron(const struct izh_network *n, const struct izh_compiled *c, uint32_t i)
{
    const struct izh_biophysics *b = &n->neurons[i];
    struct izh_scale scale = izh_scale_of(&b->cell, n->tick_ms / n->substeps);
    struct izh_record record;
    struct izh_state state;
    struct izh_misfit misfit;
    int32_t bias;
    assert_true(izh_quantize_record(&c->shape.format, &scale, &b->cell, true, &record, &misfit));
    assert_true(izh_quantize_state(&c->shape.format, &scale, &b->cell, true, b->v0, b->u0, &state,
                                   &misfit));
    assert_true(izh_quantize_input(&c->shape.format, &scale, b->bias, &bias, &misfit));
    assert_int_equal(record_word(c, i, IZH_FIELD_RECORD_A, 18), record.a);
    assert_int_equal(record_word(c, i, IZH_FIELD_RECORD_B, 18), record.b);
    assert_int_equal(record_word(c, i, IZH_FIELD_RECORD_C, 20), record.c);
    assert_int_equal(record_word(c, i, IZH_FIELD_RECORD_D, 24), record.d);
    assert_int_equal(record_word(c, i, IZH_FIELD_RECORD_E, 24), record.e);
    assert_int_equal(record_word(c, i, IZH_FIELD_RECORD_PEAK, 20), record.peak);
    assert_int_equal(record_word(c, i, IZH_FIELD_RECORD_DECAY, 2), record.decay);
    assert_int_equal(state_word(c, i, IZH_FIELD_STATE_X, 20), state.x);
    assert_int_equal(state_word(c, i, IZH_FIELD_STATE_W, 24), state.w);
    assert_int_equal(
        izh_image_word(
            c->image, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, c->physical[i])),
        n->probed[i]);
    // input 1 of base.json gives both neurons of I 2 mV/ms from the beginning
    if (i < 4)
        assert_int_equal(izh_image_word(c->image, IZH_ADDRESS(IZH_REGION_INPUT, 0, c->physical[i])),
                         bias);
}

static void every_neuron_has_its_words(void **unused)
{
    (void)unused;
    izh_files_base("good.json", NULL, NULL);
    struct izh_network *n = izh_files_read("good.json", NULL);
    for (int shared = 0; shared < 2; shared++) {
        struct izh_shape shape = narrow;
        shape.records = shared ? 256 : 0;
        struct izh_compiled *c = izh_files_compile(n, 0, &shape);
        for (uint32_t i = 0; i < n->neuron_count; i++)
            check_neuron(n, c, i);
        assert_int_equal(c->report.records, 5); // the two of I share one
        izh_compiled_free(c);
    }
    izh_network_free(n);
}

// ---- Noise --------------------------------------------------------------------------------------

static uint32_t ror(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static int ones(uint32_t x)
{
    int count = 0;
    for (; x; x &= x - 1)
        count++;
    return count;
}

// g of docs/contract.md, written from the text; 10 rounds for the neuron.
static int32_t gaussian(uint32_t seed, uint32_t tick, uint32_t neuron)
{
    uint32_t x = tick, y = seed;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t k = 0; k < (pass ? 10u : 16u); k++) {
            x = (ror(x, 8) + y) ^ k;
            y = ror(y, 29) ^ x;
        }
        x ^= pass ? 0 : neuron;
    }
    int jump = y >> 27 == 0 ? -3 : y >> 27 == 31 ? 3 : 0;
    return 1024 * (ones(x) + ones(y & 127) + jump) + (int32_t)(y >> 7 & 1023) +
           (int32_t)(y >> 17 & 1023) - 20991;
}

static void noise_has_the_deviation_asked_for(void **unused)
{
    (void)unused;
    static const struct izh_format formats[] = {{20, 24, 18}, {16, 24, 16}};
    struct izh_network *n = izh_files_network(mixed);
    for (size_t f = 0; f < 2; f++) {
        struct izh_shape shape = narrow;
        shape.format = formats[f];
        struct izh_compiled *c = izh_files_compile(n, 0, &shape);
        uint32_t record =
            izh_image_word(c->image, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD,
                                                 c->physical[0]));
        int64_t sd =
            izh_image_word(c->image, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_SD, record));
        double sum = 0;
        for (uint32_t i = 0; i < 200000; i++) {
            int64_t noise = gaussian(3, i / 1000, i % 1000) * sd >>
                            (formats[f].port_bits + 12 - formats[f].w_bits);
            double current = ldexp((double)noise, 2 - formats[f].w_bits) * c->scale.w_unit;
            sum += current * current / 200000;
        }
        assert_true(fabs(sqrt(sum) - 3) < 0.03); // six deviations
        izh_compiled_free(c);
    }
    izh_network_free(n);
}

// ---- Weights ------------------------------------------------------------------------------------

// One neuron that gets sources synapses of this weight, and an event of event.
static struct izh_network *converging(uint32_t sources, double weight, double event)
{
    char text[1024];
    snprintf(
        text, sizeof text,
        "{\"name\": \"sum\", \"seed\": 1, \"populations\": [{\"name\": \"S\", \"count\": %lu, " CELL
        "}, {\"name\": \"T\", \"count\": 1, " CELL "}], \"projections\": [{\"from\": \"S\", "
        "\"to\": \"T\", \"rule\": \"all-to-all\", \"weight\": %.17g, \"delay\": 1}], \"inputs\": "
        "[{\"type\": \"spikes\", \"to\": \"T\", \"weight\": %.17g, \"times_ms\": [3]}]}",
        (unsigned long)sources, weight, event);
    return izh_files_network(text);
}

// The shift is the least that fits weights into their bits and the worst sum into its.
static void the_shift_is_the_least_that_fits(void **unused)
{
    (void)unused;
    static const double weights[] = {0.001, 0.5, -0.5, 3, -20, 0};
    static const double events[] = {0, 1, 500};
    const double unit = 100 * 0x1p-22;
    for (size_t i = 0; i < 6 * 3 * 2; i++) {
        double weight = weights[i / 6], event = events[i % 3];
        struct izh_shape shape = narrow;
        shape.accumulator_bits = i / 3 % 2 ? 16 : 24;
        struct izh_network *n = converging(100, weight, event);
        struct izh_compiled *c = izh_files_compile(n, 0, &shape);
        int shift = -1;
        for (bool fits = false; !fits;) {
            double scaled = floor(weight / ldexp(unit, ++shift) + 0.5);
            double sum = 100 * 4 * scaled, plus = floor(event / ldexp(unit, shift) + 0.5);
            double low = fmin(sum, 0), high = fmax(sum, 0) + plus;
            fits = scaled >= -256 && scaled <= 255 &&
                   low >= -ldexp(1, shape.accumulator_bits - 1) &&
                   high <= ldexp(1, shape.accumulator_bits - 1) - 1;
        }
        assert_int_equal(c->report.weight_shift, shift);
        assert_true(c->report.weight_unit == ldexp(unit, shift));
        izh_compiled_free(c);
        izh_network_free(n);
    }
}

static void errors_are_reported_as_they_are(void **unused)
{
    (void)unused;
    struct izh_network *n = izh_files_network(mixed);
    struct izh_compiled *c = izh_files_compile(n, 0, &narrow);
    const struct izh_network_report *r = &c->report;
    size_t found = 0;
    for (size_t i = 0; i < r->precision_count; i++) {
        const struct izh_precision *p = &r->precision[i];
        assert_true(p->rms <= p->largest * (1 + 1e-9)); // summing rounds
        assert_true(p->rms_part <= p->largest_part * (1 + 1e-9));
        if (!strcmp(p->what, "a") && !strcmp(p->where, "populations.I")) {
            double word = floor(-expm1(-0.1 / 4) * 0x1p19 + 0.5);
            double error = fabs(-log1p(-word * 0x1p-19) * 4 - 0.1);
            assert_int_equal(p->count, 30);
            assert_true(fabs(p->largest - error) < 1e-12 && fabs(p->rms - error) < 1e-12);
            assert_true(fabs(p->largest_part - 10 * error) < 1e-11);
            found++;
        }
        if (!strcmp(p->what, "u0")) // half a unit of w, grown by undoing the half step
            assert_true(p->largest <= 0.51 * 100 * 0x1p-22);
        if (strcmp(p->what, "weight"))
            continue;
        assert_true(p->largest <= 0.5 * r->weight_unit && p->largest > 0.4 * r->weight_unit);
        assert_true(fabs(p->rms - r->weight_unit / sqrt(12)) < 0.05 * r->weight_unit);
        found++;
    }
    assert_int_equal(found, 3);
    izh_compiled_free(c);
    izh_network_free(n);
}

// ---- Stimuli and probes -------------------------------------------------------------------------

static void stimuli_come_in_order_and_in_the_engines_units(void **unused)
{
    (void)unused;
    izh_files_base("good.json", NULL, NULL);
    struct izh_network *n = izh_files_read("good.json", NULL);
    struct izh_compiled *c = izh_files_compile(n, 4, NULL);
    double current[6] = {0, 0, 0, 0, 3.5, 3.5}, events = 0, wanted = 0;
    const double input_unit = 100 * 0x1p-22;
    size_t currents = 0;
    for (uint32_t i = 0; i < 6; i++) // what holds at tick 0 is in the image
        assert_int_equal(
            izh_signed_word(
                izh_image_word(c->image, IZH_ADDRESS(IZH_REGION_INPUT, 0, c->physical[i])), 26),
            floor(current[i] / input_unit + 0.5));
    for (size_t i = 0; i < c->stimulus_count; i++) {
        const struct izh_timed_stimulus *s = &c->stimuli[i];
        assert_true(!i || c->stimuli[i - 1].tick <= s->tick);
        assert_true(s->tick < c->ticks);
        if (s->word.kind == IZH_STIMULUS_CURRENT) {
            uint32_t logical = c->logical[s->word.neuron];
            if (s->tick == 5 || s->tick == 20)
                current[logical] = s->tick == 5 ? 10 : 0;
            else
                current[logical] = s->tick == 10 ? 5 : 1.5;
            assert_int_equal(s->word.value, floor(current[logical] / input_unit + 0.5));
            currents++;
        } else {
            assert_int_equal(s->word.kind, IZH_STIMULUS_EVENT);
            events += s->word.value * c->report.weight_unit * (1 + c->logical[s->word.neuron]);
        }
    }
    for (size_t i = 0; i < n->event_count; i++)
        wanted += n->events[i].weight * (1 + n->events[i].neuron);
    assert_int_equal(currents, 8); // four steps of two neurons each
    assert_int_equal(c->stimulus_count, n->event_count + currents);
    assert_true(fabs(events - wanted) < 1e-3 * wanted);
    assert_int_equal(reg(c, IZH_REG_STIMULUS), 1);
    assert_int_equal(c->probe_count, 2);
    assert_true(c->probes[0].physical < c->probes[1].physical);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(c->physical[c->probes[i].logical], c->probes[i].physical);
    izh_compiled_free(c);
    izh_network_free(n);
}

static void what_a_host_needs_is_there(void **unused)
{
    (void)unused;
    izh_files_base("good.json", NULL, NULL);
    struct izh_network *n = izh_files_read("good.json", NULL);
    struct izh_compiled *c = izh_files_compile(n, 4, NULL);
    const struct izh_spike spike = {.tick = 7, .neuron = 0, .substep = 2, .level = 3};
    assert_int_equal(c->neurons, 6);
    assert_int_equal(c->population_count, 2);
    assert_string_equal(c->populations[1].name, "I");
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(izh_compiled_population(c, i), i >= 4);
    assert_true(c->tick_ms == 1 && c->duration_ms == 50 && c->ticks == 50 && c->substeps == 4);
    assert_true(c->accurate && c->seed == 7 && c->scale.h == 0.25);
    assert_true(izh_compiled_spike_ms(c, &spike) == 7 + 2.25 / 4);
    c->accurate = false;
    assert_true(izh_compiled_spike_ms(c, &spike) == 7.5);
    izh_compiled_free(c);
    izh_network_free(n);
}

static void the_report_can_be_printed(void **unused)
{
    (void)unused;
    struct izh_network *n = izh_files_network(mixed);
    struct izh_compiled *c = izh_files_compile(n, 0, &narrow);
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    izh_network_report_print(c, stream);
    fclose(stream);
    assert_non_null(strstr(text, "neurons 131, synapses "));
    assert_non_null(strstr(text, "populations.I"));
    assert_non_null(strstr(text, "projections[1]"));
    assert_non_null(strstr(text, "fullest lane over mean: events 1.0"));
    free(text);
    izh_compiled_free(c);
    izh_network_free(n);
}

// ---- What does not fit --------------------------------------------------------------------------

static void expect_misfit(const struct izh_network *n, const struct izh_shape *shape,
                          const char *wanted)
{
    struct izh_compiled *c = NULL;
    char message[IZH_NETWORK_MESSAGE] = "";
    enum izh_network_status status = izh_network_compile(n, shape, &c, message);
    if (status != IZH_NETWORK_DOES_NOT_FIT || !strstr(message, wanted) || strchr(message, '\n'))
        fail_msg("%s\n  said:   %s\n  wanted: %s", izh_network_status_name(status), message,
                 wanted);
    assert_ptr_equal(strstr(message, n->path), message);
    assert_null(c);
    assert_int_equal(izh_network_compile(n, shape, &c, NULL), IZH_NETWORK_DOES_NOT_FIT);
}

static void an_engine_too_small_is_refused_with_the_numbers(void **unused)
{
    (void)unused;
    struct izh_network *n = izh_files_network(mixed);
    struct izh_shape shape = narrow;
    shape.neurons = 130;
    expect_misfit(n, &shape, ": 131 neurons; the engine has 130");
    shape = narrow;
    shape.synapses = 100;
    expect_misfit(n, &shape, ": lane 0 needs 2");
    expect_misfit(n, &shape,
                  " of them to bridge gaps between delays; the engine has 100 in each of 2 "
                  "lanes");
    shape = narrow;
    shape.parts = 2;
    expect_misfit(n, &shape, " ticks; the engine reaches 14 ticks, 14 ms");
    expect_misfit(n, &shape, ": projections[0]: a delay of ");
    const struct izh_shape bare = {.format = {20, 24, 18}, .neurons = 256};
    expect_misfit(n, &bare, " synapses; the engine has none");
    izh_network_free(n);
}

static void an_engine_without_synapses_has_no_noise_and_no_stimuli(void **unused)
{
    (void)unused;
    const struct izh_shape bare = {.format = {20, 24, 18}, .neurons = 256};
    struct izh_network *n =
        izh_files_network("{\"name\": \"noise\", \"seed\": 1, \"populations\": [{\"name\": \"E\", "
                          "\"count\": 3, " CELL ", \"noise_sd\": 1}]}");
    expect_misfit(n, &bare, ": noise and inputs need an engine with synapses; this one has none");
    izh_network_free(n);
    n = izh_files_network("{\"name\": \"input\", \"seed\": 1, \"populations\": [{\"name\": \"E\", "
                          "\"count\": 3, " CELL "}], \"inputs\": [{\"type\": \"current\", \"to\": "
                          "\"E\", \"times_ms\": [3], \"values\": [4]}]}");
    expect_misfit(n, &bare, ": noise and inputs need an engine with synapses; this one has none");
    izh_network_free(n);
}

static void too_many_records_are_refused_with_the_numbers(void **unused)
{
    (void)unused;
    struct izh_network *n = izh_files_network(
        "{\"name\": \"records\", \"seed\": 1, \"populations\": [{\"name\": \"E\", "
        "\"count\": 9, \"a\": {\"uniform\": [0.01, 0.1]}, \"b\": 0.2, \"c\": -65, "
        "\"d\": 8}]}");
    struct izh_shape shape = narrow;
    shape.records = 8;
    expect_misfit(n, &shape,
                  ": the neurons have 9 different sets of parameters; the engine has 8 "
                  "shared records: take one with a record per neuron");
    shape.records = 16;
    izh_compiled_free(izh_files_compile(n, 0, &shape));
    izh_network_free(n);
}

static void values_out_of_range_are_refused_with_the_range(void **unused)
{
    (void)unused;
    static const struct {
        const char *find, *replace, *message;
    } cases[] = {
        {"\"c\": -65, \"d\": 2", "\"c\": -165, \"d\": 2",
         ": populations.I, neuron 0: c = -165 mV does not fit: it can be -162.5 to 37.4998"},
        {"\"c\": -65, \"d\": 2", "\"c\": -65, \"d\": [2, 300]",
         ": populations.I, neuron 1: d = 300 mV/ms does not fit"},
        {"\"v0\": [-65, -64, -63, -62]", "\"v0\": [-65, -64, 63, -62]",
         ": populations.E, neuron 2: v = 63 mV does not fit"},
        {"\"bias\": 1.5", "\"bias\": 900", ": populations.I, neuron 0: I = 900 mV/ms does not fit"},
        {"\"noise_sd\": 5", "\"noise_sd\": 500",
         ": populations.E, neuron 0: noise_sd = 500 mV/ms does not fit: it can be 0 to 161.8"},
        {"\"values\": [10, 0]", "\"values\": [-1000, 0]",
         ": populations.E, neuron 0: at 5 ms I = -1000 mV/ms does not fit"},
        {"\"bias\": 1.5", "\"square\": 0.05",
         ": populations.I, neuron 0: square = 0.05; it must be the same for all neurons, 0.04 for "
         "the first"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        izh_files_base("bad.json", cases[i].find, cases[i].replace);
        struct izh_network *n = izh_files_read("bad.json", NULL);
        expect_misfit(n, &narrow, cases[i].message);
        izh_network_free(n);
    }
}

static void weights_too_large_are_refused_with_the_numbers(void **unused)
{
    (void)unused;
    struct izh_network *n = converging(1, 500, 0);
    expect_misfit(n, &narrow,
                  ": weights go from 0 to 500 mV/ms; in 9 bits the engine has -200 to 199.2");
    izh_network_free(n);
    n = converging(100, -100, 1);
    struct izh_shape shape = narrow;
    shape.accumulator_bits = 9;
    expect_misfit(n, &shape,
                  ": populations.T, neuron 0: -40000 to 0.78125 mV/ms can arrive in one "
                  "tick; in 9 bits the engine sums -200 to 199.2");
    izh_network_free(n);
    n = converging(1, 0, 1e9);
    expect_misfit(n, &narrow, ": populations.T, neuron 0: 0 to 1e+09 mV/ms can arrive in one tick");
    izh_network_free(n);
}

// Beyond every integer, and with synapses of the other sign, with which it could come back.
static void an_event_that_no_integer_holds_is_refused_with_the_numbers(void **unused)
{
    (void)unused;
    static const struct {
        double weight, event;
        const char *message;
    } cases[] = {
        {-1, 1e30, ": populations.T, neuron 0: -3.125 to 1e+30 mV/ms can arrive in one tick"},
        {1, 1e30, ": populations.T, neuron 0: 0 to 1e+30 mV/ms can arrive in one tick"},
        {1, -1e30, ": populations.T, neuron 0: -1e+30 to 3.125 mV/ms can arrive in one tick"},
        {-1, -1e30, ": populations.T, neuron 0: -1e+30 to 0 mV/ms can arrive in one tick"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct izh_network *n = converging(1, cases[i].weight, cases[i].event);
        expect_misfit(n, &narrow, cases[i].message);
        izh_network_free(n);
    }
}

static void no_shape_fits_more_neurons_than_any_engine_has(void **unused)
{
    (void)unused;
    const struct izh_format format = {20, 24, 18};
    struct izh_shape shape;
    char message[IZH_NETWORK_MESSAGE] = "";
    struct izh_network *n =
        izh_files_network("{\"name\": \"many\", \"seed\": 1, \"populations\": [{\"name\": \"E\", "
                          "\"count\": 65537, " CELL "}]}");
    assert_int_equal(izh_network_shape(n, &format, 1, &shape, message), IZH_NETWORK_DOES_NOT_FIT);
    assert_non_null(strstr(message, ": 65537 neurons; an engine has at most 65536"));
    izh_network_free(n);
}

// ---- Whole networks -----------------------------------------------------------------------------

static void the_network_of_2003_has_a_million_synapses(void **unused)
{
    (void)unused;
    struct izh_network *n = izh_files_network(
        "{\"name\": \"net.m\", \"seed\": 1, \"populations\": ["
        "{\"name\": \"E\", \"count\": 800, \"random\": {\"r\": {\"uniform\": [0, 1]}}, \"a\": "
        "0.02, "
        "\"b\": 0.2, \"c\": {\"polynomial\": \"r\", \"coefficients\": [-65, 0, 15]}, \"d\": "
        "{\"polynomial\": \"r\", \"coefficients\": [8, 0, -6]}, \"noise_sd\": 5},"
        "{\"name\": \"I\", \"count\": 200, \"random\": {\"r\": {\"uniform\": [0, 1]}}, \"a\": "
        "{\"polynomial\": \"r\", \"coefficients\": [0.02, 0.08]}, \"b\": {\"polynomial\": \"r\", "
        "\"coefficients\": [0.25, -0.05]}, \"c\": -65, \"d\": 2, \"noise_sd\": 2}], "
        "\"projections\": ["
        "{\"from\": \"E\", \"to\": [\"E\", \"I\"], \"rule\": \"all-to-all\", \"weight\": "
        "{\"uniform\": [0, 0.5]}, \"delay\": 1},"
        "{\"from\": \"I\", \"to\": [\"E\", \"I\"], \"rule\": \"all-to-all\", \"weight\": "
        "{\"uniform\": [-1, 0]}, \"delay\": 1}]}");
    assert_int_equal(izh_network_neurons(n), 1000);
    assert_int_equal(izh_network_synapses(n), 1000000);
    struct izh_compiled *c = izh_files_compile(n, 4, NULL);
    assert_int_equal(c->synapses, 1000000);
    for (uint32_t lane = 0; lane < 4; lane++)
        assert_int_equal(c->report.load[lane].words, 250000);
    check_synapses(n, c);
    izh_compiled_free(c);
    izh_network_free(n);
}

static void polychronization_has_five_synapses_for_each_delay(void **unused)
{
    (void)unused;
    struct izh_network *n = izh_files_network(
        "{\"name\": \"polychronization\", \"seed\": 1, \"populations\": ["
        "{\"name\": \"E\", \"count\": 800, " CELL
        "}, {\"name\": \"I\", \"count\": 200, \"a\": 0.1, "
        "\"b\": 0.2, \"c\": -65, \"d\": 2}], \"projections\": ["
        "{\"from\": \"E\", \"to\": [\"E\", \"I\"], \"rule\": \"fixed-outdegree\", \"degree\": 100, "
        "\"allow_self\": false, \"weight\": 6, \"delay\": {\"cycle\": [1, 2, 3, 4, 5, 6, 7, 8, 9, "
        "10, "
        "11, 12, 13, 14, 15, 16, 17, 18, 19, 20]}},"
        "{\"from\": \"I\", \"to\": \"E\", \"rule\": \"fixed-outdegree\", \"degree\": 100, "
        "\"weight\": -5, \"delay\": 1}]}");
    struct izh_compiled *c = izh_files_compile(n, 4, NULL);
    size_t count, wrong = 0;
    struct izh_arrival *a = izh_image_synapses(c->image, &count);
    static uint8_t delays[1000][21];
    assert_int_equal(count, 100000);
    for (size_t i = 0; i < count; i++) {
        delays[c->logical[a[i].pre]][a[i].delay]++;
        wrong += i && a[i].pre == a[i - 1].pre && a[i].post == a[i - 1].post;
        wrong += a[i].pre == a[i].post;
    }
    for (uint32_t i = 0; i < 1000; i++) {
        for (uint32_t d = 1; d <= 20; d++)
            wrong += delays[i][d] != (i < 800 ? 5 : d == 1 ? 100 : 0);
    }
    assert_int_equal(wrong, 0);
    free(a);
    izh_compiled_free(c);
    izh_network_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_synapse_arrives),
        cmocka_unit_test(all_delays_and_all_delta_widths_arrive),
        cmocka_unit_test(a_network_without_synapses_has_empty_rows),
        cmocka_unit_test(the_permutation_is_one_and_the_same_for_all_lanes),
        cmocka_unit_test(lanes_are_balanced),
        cmocka_unit_test(equal_neurons_keep_their_order),
        cmocka_unit_test(the_registers_are_set),
        cmocka_unit_test(every_neuron_has_its_words),
        cmocka_unit_test(noise_has_the_deviation_asked_for),
        cmocka_unit_test(the_shift_is_the_least_that_fits),
        cmocka_unit_test(errors_are_reported_as_they_are),
        cmocka_unit_test(stimuli_come_in_order_and_in_the_engines_units),
        cmocka_unit_test(what_a_host_needs_is_there),
        cmocka_unit_test(the_report_can_be_printed),
        cmocka_unit_test(an_engine_too_small_is_refused_with_the_numbers),
        cmocka_unit_test(an_engine_without_synapses_has_no_noise_and_no_stimuli),
        cmocka_unit_test(too_many_records_are_refused_with_the_numbers),
        cmocka_unit_test(values_out_of_range_are_refused_with_the_range),
        cmocka_unit_test(weights_too_large_are_refused_with_the_numbers),
        cmocka_unit_test(an_event_that_no_integer_holds_is_refused_with_the_numbers),
        cmocka_unit_test(no_shape_fits_more_neurons_than_any_engine_has),
        cmocka_unit_test(the_network_of_2003_has_a_million_synapses),
        cmocka_unit_test(polychronization_has_five_synapses_for_each_delay),
    };
    return cmocka_run_group_tests_name("network_compile", tests, izh_files_begin, izh_files_end);
}
