// test_carriers.c: the unchanged driver and Verilated boards: bytes, UART pins, USB pins, faults
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "device.h"
#include "engine.h"
#include "faulty_transport.h"
#include "izh.h"
#include "network.h"
#include "random.h"
#include "transport_sim.h"

enum { TICKS = 40, SPIKES = 1 << 16, STATE_FIELDS = 3 };

struct run {
    struct izh_compiled *compiled;
    struct izh_spike *spikes;
    size_t count;
    uint32_t *state; // [field][neuron] at the end
};

static struct izh_network *network;

// ---- A run on any engine ------------------------------------------------------------------------

static void on_spike(void *context, const struct izh_spike *spike)
{
    struct run *run = context;
    assert_true(run->count < SPIKES);
    run->spikes[run->count++] = *spike;
}

static void read_words(const struct izh_engine *engine, uint32_t address, uint32_t *words,
                       uint32_t count)
{
    struct izh_device *device = izh_engine_device_handle(engine);
    if (device) {
        assert_int_equal(izh_device_read(device, address, words, count), IZH_OK);
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(izh_engine_read(engine, address + i, &words[i]), IZH_MODEL_OK);
}

static void read_state(const struct izh_engine *engine, struct run *run)
{
    uint32_t neurons = run->compiled->neurons;
    for (uint32_t field = 0; field < STATE_FIELDS; field++)
        read_words(engine, IZH_ADDRESS(IZH_REGION_STATE, field, 0), run->state + field * neurons,
                   neurons);
}

static struct run run_on(const struct izh_engine *engine)
{
    struct run run = {.spikes = calloc(SPIKES, sizeof *run.spikes)};
    struct izh_engine_observer observer = {.context = &run, .spike = on_spike};
    char message[IZH_NETWORK_MESSAGE];
    uint32_t refused;
    if (izh_network_compile(network, &engine->shape, &run.compiled, message))
        fail_msg("%s", message);
    assert_int_equal(run.compiled->stimulus_count, 0);
    run.state = calloc((size_t)STATE_FIELDS * run.compiled->neurons, sizeof *run.state);
    enum izh_model_status status = izh_engine_load(engine, run.compiled->image, NULL, &refused);
    if (!status)
        status = izh_engine_run(engine, TICKS, &observer);
    if (status) {
        izh_engine_message(engine, status, message);
        fail_msg("%s", message);
    }
    read_state(engine, &run);
    return run;
}

static void run_free(struct run *run)
{
    izh_compiled_free(run->compiled);
    free(run->spikes);
    free(run->state);
}

static void open_device(const char *uri, struct izh_engine *engine)
{
    char message[IZH_MESSAGE];
    if (izh_engine_device(uri, engine, message))
        fail_msg("%s: %s", uri, message);
}

// ---- The same everywhere ------------------------------------------------------------------------

static void expect_same_spikes(const char *uri, const struct run *run, const struct run *expected)
{
    for (size_t i = 0; i < expected->count && i < run->count; i++) {
        const struct izh_spike *got = &run->spikes[i], *want = &expected->spikes[i];
        if (got->tick != want->tick || got->substep != want->substep ||
            got->neuron != want->neuron || got->level != want->level)
            fail_msg("%s: spike %zu: expected tick %u.%u neuron %u level %u, got tick %u.%u neuron "
                     "%u level %u",
                     uri, i, want->tick, want->substep, want->neuron, want->level, got->tick,
                     got->substep, got->neuron, got->level);
    }
    if (run->count != expected->count)
        fail_msg("%s: expected %zu spikes, got %zu", uri, expected->count, run->count);
}

static void expect_same(const char *uri, const struct run *run, const struct run *expected)
{
    expect_same_spikes(uri, run, expected);
    uint32_t neurons = expected->compiled->neurons;
    for (uint32_t i = 0; i < STATE_FIELDS * neurons; i++)
        if (run->state[i] != expected->state[i])
            fail_msg("%s: field %u of neuron %u: expected %08x, got %08x", uri, i / neurons,
                     i % neurons, expected->state[i], run->state[i]);
}

static void compare_with_model(const char *uri)
{
    struct izh_engine device, model;
    open_device(uri, &device);
    struct run run = run_on(&device);
    assert_int_equal(izh_engine_model(&device.shape, 1, &model), IZH_MODEL_OK);
    struct run expected = run_on(&model);
    assert_true(expected.count > 100);
    expect_same(uri, &run, &expected);
    printf("# %s: %zu spikes, %" PRIu32 " state words, 0 differ\n", uri, run.count,
           STATE_FIELDS * run.compiled->neurons);
    run_free(&run);
    run_free(&expected);
    izh_engine_free(&device);
    izh_engine_free(&model);
}

static void through(void **state)
{
    compare_with_model(*state);
}

// What the table of boards gave them.
static void expect_board(const char *uri, const char *board, uint32_t clock_hz)
{
    struct izh_engine device;
    struct izh_device_info info;
    open_device(uri, &device);
    izh_device_get_info(izh_engine_device_handle(&device), &info);
    assert_string_equal(info.board, board);
    assert_int_equal(info.clock_hz, clock_hz);
    izh_engine_free(&device);
}

static void boards_say_what_they_are(void **unused)
{
    (void)unused;
    expect_board("sim:ulx3s,carrier=usb", "ulx3s", 96000000);
    expect_board("sim:orangecrab,carrier=usb", "orangecrab", 96000000);
    expect_board("sim:cynthion,carrier=usb", "cynthion", 96000000);
    expect_board("sim:icebreaker,carrier=uart", "icebreaker", 24000000);
    expect_board("sim:hx8k_evn,carrier=uart", "hx8k-evn", 36000000);
    expect_board("sim:colorlight,carrier=uart", "colorlight-i5", 100000000);
}

// ---- Faults: whole bytes, and a host that does not listen ---------------------------------------

static void lossless(const char *uri, const struct faulty_plan *plan)
{
    faulty_plan = *plan;
    faulty_plan.ops = &izh_transport_sim;
    faulty_plan.seed = izh_test_seed(20040501);
    compare_with_model(uri);
    printf("# %s: %llu faults, %llu times deaf\n", uri, (unsigned long long)faulty_plan.broken,
           (unsigned long long)faulty_plan.deafs);
    assert_true(faulty_plan.broken || !plan->faults.changed);
    assert_true(faulty_plan.deafs || !plan->deaf_after);
}

static void nothing_is_lost_on_a_bad_wire(void **unused)
{
    (void)unused;
    static const struct faulty_plan plan = {
        .faults = {.changed = 500, .lost = 100, .added = 100, .cut = 50}};
    lossless("faulty:s20x2", &plan);
    lossless("faulty:c16", &plan);
}

// One byte in a hundred breaks nearly every frame: minutes, so only for those who ask.
// tests/test_stream.c has it every day, with a board in software.
static void long_nothing_is_lost_on_a_very_bad_wire(void **unused)
{
    (void)unused;
    static const struct faulty_plan plan = {.faults = {.changed = 10000}};
    lossless("faulty:s20x2", &plan);
}

// What stands still for 20 ms stands still for ever: the ring is full and the credit used up after
// a few.
static void nothing_is_lost_when_the_host_does_not_listen(void **unused)
{
    (void)unused;
    static const struct faulty_plan plan = {.deaf_us = 20000, .deaf_after = 3000};
    lossless("faulty:s20x2,carrier=uart,clock=24000000", &plan);
    lossless("faulty:icebreaker,carrier=uart", &plan);
}

static int open_network(void **unused)
{
    (void)unused;
    char message[IZH_NETWORK_MESSAGE];
    izh_device_register();
    (void)izh_transport_add(&faulty_transport);
    return izh_network_read("examples/cpg.json", NULL, &network, message);
}

static int close_network(void **unused)
{
    (void)unused;
    izh_network_free(network);
    return 0;
}

// test_carriers [PATTERN]: those tests only, and then the long ones too.
int main(int argc, char **argv)
{
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    else
        cmocka_set_skip_filter("long_*");
#define THROUGH(name, uri)                                                                         \
    {                                                                                              \
        name, through, NULL, NULL, (void *)(uri)                                                   \
    }
    const struct CMUnitTest tests[] = {
        THROUGH("model", "model:lanes=2"),
        THROUGH("bytes", "sim:s20x2"),
        THROUGH("uart_pins", "sim:s20x2,carrier=uart,clock=48000000"),
        THROUGH("uart_pins_slow_host", "sim:s20x2,carrier=uart,clock=33333333,ppm=20000"),
        THROUGH("uart_pins_fast_host", "sim:s20x2,carrier=uart,clock=24000000,ppm=-20000"),
        THROUGH("usb_pins", "sim:s20x2,carrier=usb,clock=48000000"),
        THROUGH("usb_pins_slow_host", "sim:s20x2,carrier=usb,clock=33333333,ppm=2500,jitter=4"),
        THROUGH("usb_pins_fast_host", "sim:s20x2,carrier=usb,clock=24000000,ppm=-2500,jitter=4"),
        THROUGH("whole_ulx3s", "sim:ulx3s,carrier=usb,clock=96000000"),
        THROUGH("whole_orangecrab", "sim:orangecrab,carrier=usb,clock=96000000"),
        THROUGH("whole_cynthion", "sim:cynthion,carrier=usb,clock=96000000"),
        THROUGH("whole_icebreaker", "sim:icebreaker,carrier=uart"),
        THROUGH("whole_hx8k_evn", "sim:hx8k_evn,carrier=uart"),
        THROUGH("whole_colorlight", "sim:colorlight,carrier=uart"),
        THROUGH("small_link", "sim:c16"),
        cmocka_unit_test(boards_say_what_they_are),
        cmocka_unit_test(nothing_is_lost_on_a_bad_wire),
        cmocka_unit_test(long_nothing_is_lost_on_a_very_bad_wire),
        cmocka_unit_test(nothing_is_lost_when_the_host_does_not_listen),
    };
    return cmocka_run_group_tests(tests, open_network, close_network);
}
