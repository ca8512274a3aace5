// test_pattern_carriers.c: the twenty patterns of 2004 through every carrier of a Verilated board
// SPDX-License-Identifier: Apache-2.0
//
// `make carriers` runs all of them with every word of every trace: minutes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "device.h"
#include "engine.h"
#include "pattern_image.h"
#include "recording.h"

enum { PATTERNS = 20, BATCHES_MAX = PATTERNS, SPIKES = 176, TRACES = 2 };

static const struct izh_pattern *patterns[PATTERNS];

struct run {
    struct izh_pattern_plan plan;
    struct izh_recording recordings[BATCHES_MAX];
};

static struct run expected; // of the model

// Samples are what takes long on a slow wire: a few neurons are enough of them.
static void probe_few(const struct izh_image *image)
{
    for (uint32_t i = 0; i < image->section_count; i++) {
        const struct izh_image_section *s = &image->sections[i];
        for (uint32_t n = TRACES; n < s->count; n++)
            if (s->address == IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, 0))
                s->words[n] = 0;
    }
}

static void run_on(const char *uri, struct run *run)
{
    struct izh_engine engine;
    char message[IZH_MESSAGE];
    if (izh_engine_device(uri, &engine, message))
        fail_msg("%s: %s", uri, message);
    struct izh_pattern_request request = {
        .patterns = patterns, .count = PATTERNS, .shape = engine.shape};
    assert_true(izh_pattern_compile(&request, &run->plan));
    assert_int_equal(run->plan.misfit_count, 0);
    for (size_t i = 0; i < run->plan.count; i++) {
        probe_few(run->plan.batches[i].image);
        enum izh_model_status status =
            izh_record(&engine, &run->plan.batches[i], &run->recordings[i]);
        if (!status)
            continue;
        izh_engine_message(&engine, status, message);
        fail_msg("%s: %s", uri, message);
    }
    izh_engine_free(&engine);
}

static void run_free(struct run *run)
{
    for (size_t i = 0; i < run->plan.count; i++)
        izh_recording_free(&run->recordings[i]);
    izh_pattern_plan_free(&run->plan);
}

static void expect_same(const char *uri, const struct run *run)
{
    size_t spikes = 0, samples = 0;
    assert_int_equal(run->plan.count, expected.plan.count);
    for (size_t i = 0; i < run->plan.count; i++) {
        struct izh_comparison c = izh_compare(&expected.recordings[i], &run->recordings[i]);
        if (!c.equal)
            fail_msg("%s: pattern %s, tick %u, %s: expected %lld, got %lld", uri,
                     run->plan.batches[i].slots[c.first.neuron].pattern->id, c.first.tick,
                     c.first.word, (long long)c.first.expected, (long long)c.first.got);
        spikes += run->recordings[i].spike_count;
        samples += run->recordings[i].samples;
    }
    assert_int_equal(spikes, SPIKES);
    printf("# %s: %zu spikes, %zu samples, 0 differ\n", uri, spikes, samples);
}

static void through(void **state)
{
    struct run run = {.plan = {0}};
    run_on(*state, &run);
    expect_same(*state, &run);
    run_free(&run);
}

static int run_model(void **unused)
{
    (void)unused;
    size_t count = 0;
    izh_device_register();
    for (size_t i = 0; i < izh_pattern_count() && count < PATTERNS; i++)
        if (izh_pattern_at(i)->year == 2004)
            patterns[count++] = izh_pattern_at(i);
    run_on("model:synapses=0", &expected);
    return count != PATTERNS;
}

static int free_model(void **unused)
{
    (void)unused;
    run_free(&expected);
    return 0;
}

int main(void)
{
#define THROUGH(name, uri)                                                                         \
    {                                                                                              \
        name, through, NULL, NULL, (void *)(uri)                                                   \
    }
    // A slow engine makes a fast simulation: the wire is what takes the time.
    const struct CMUnitTest tests[] = {
        THROUGH("model_with_synapses", "model:lanes=2"),
        THROUGH("bytes", "sim:s20x2"),
        THROUGH("bytes_without_synapses", "sim:w20"),
        THROUGH("uart_pins", "sim:s20x2,carrier=uart,clock=12000000"),
        THROUGH("usb_pins", "sim:s20x2,carrier=usb,clock=12000000"),
    };
    return cmocka_run_group_tests(tests, run_model, free_model);
}
