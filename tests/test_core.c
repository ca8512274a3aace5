// test_core.c: what the core promises beside the arithmetic: speed, patience, refusals, reset
// SPDX-License-Identifier: Apache-2.0
#include "cosim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static uint32_t register_address(uint32_t number)
{
    return IZH_ADDRESS(IZH_REGION_REGISTER, 0, number);
}

static struct izh_cosim *open_core(const char *configuration)
{
    struct izh_cosim *core = NULL;
    assert_int_equal(izh_cosim_new(configuration, 1, &core), IZH_MODEL_OK);
    return core;
}

static void write_word(struct izh_cosim *core, uint32_t address, uint32_t word)
{
    assert_int_equal(izh_cosim_write(core, address, word), IZH_MODEL_OK);
}

static uint32_t read_word(struct izh_cosim *core, uint32_t address)
{
    uint32_t word = 0;
    assert_int_equal(izh_cosim_read(core, address, &word), IZH_MODEL_OK);
    return word;
}

// Neurons at rest: x = w = 0, a zero record, peak at its largest.
static void quiet(struct izh_cosim *core, uint32_t neurons)
{
    const struct izh_shape shape = izh_cosim_shape(core);
    uint32_t records = shape.records ? 1 : neurons;
    uint32_t last = shape.synapses ? IZH_FIELD_RECORD_SD : IZH_FIELD_RECORD_DECAY;
    uint32_t peak = (uint32_t)izh_word_max(shape.format.x_bits);
    for (uint32_t i = 0; i < records; i++)
        for (uint32_t field = 0; field <= last; field++)
            write_word(core, IZH_ADDRESS(IZH_REGION_RECORD, field, i),
                       field == IZH_FIELD_RECORD_PEAK ? peak : 0);
    for (uint32_t i = 0; i < neurons; i++) {
        for (uint32_t field = 0; field <= IZH_FIELD_STATE_LEVEL; field++)
            write_word(core, IZH_ADDRESS(IZH_REGION_STATE, field, i), 0);
        if (shape.records)
            write_word(core, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, i), 0);
        write_word(core, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, i), 0);
        write_word(core, IZH_ADDRESS(IZH_REGION_INPUT, IZH_FIELD_INPUT_I, i), 0);
    }
    write_word(core, register_address(IZH_REG_NEURONS), neurons);
}

// Every neuron fires in every sub-step: the peak is at the least x.
static void make_all_fire(struct izh_cosim *core)
{
    uint32_t peak = (uint32_t)izh_word_min(izh_cosim_shape(core).format.x_bits);
    write_word(core, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, 0), peak);
}

static void make_all_silent(struct izh_cosim *core)
{
    uint32_t peak = (uint32_t)izh_word_max(izh_cosim_shape(core).format.x_bits);
    write_word(core, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, 0), peak);
}

struct counts {
    uint64_t retired, spikes, ticks, samples;
};

static void count_retired(void *context, const struct izh_retired *unused)
{
    (void)unused;
    ((struct counts *)context)->retired++;
}

static void count_spike(void *context, const struct izh_spike *unused)
{
    (void)unused;
    ((struct counts *)context)->spikes++;
}

static void count_tick(void *context, uint32_t unused)
{
    (void)unused;
    ((struct counts *)context)->ticks++;
}

static void count_sample(void *context, const struct izh_probe_sample *unused)
{
    (void)unused;
    ((struct counts *)context)->samples++;
}

static uint64_t clocks_of_run(struct izh_cosim *core, uint32_t ticks, struct counts *counts)
{
    const struct izh_cosim_observer observer = {.context = counts,
                                                .retired = count_retired,
                                                .spike = count_spike,
                                                .tick_end = count_tick,
                                                .probe = count_sample};
    uint64_t before = izh_cosim_count(core).clocks;
    assert_true(izh_cosim_run(core, ticks, &observer));
    return izh_cosim_count(core).clocks - before;
}

// One sub-step started every clock: a pass over N neurons takes at most 2 % more than N clocks.
static void test_one_update_per_clock(void **unused)
{
    (void)unused;
    struct izh_cosim *core = open_core("w20");
    struct counts counts = {0};
    quiet(core, 1000);
    write_word(core, register_address(IZH_REG_SUBSTEPS), 4);
    uint64_t one = clocks_of_run(core, 1, &counts);
    uint64_t many = clocks_of_run(core, 101, &counts);
    double per_pass = (double)(many - one) / 400;
    printf("# N = 1000, 4 sub-steps a tick: %.3f clocks per pass, %llu to fill and drain\n",
           per_pass, (unsigned long long)(one - 4000));
    assert_true(counts.retired == 408000);
    assert_true(per_pass <= 1020);
    assert_true(many <= 404000 * 1.02);
    izh_cosim_free(core);
}

// Too few neurons to fill the pipeline: a pass takes the 40 slots of docs/rtl.md, no more.
static void test_short_pass(void **unused)
{
    (void)unused;
    struct izh_cosim *core = open_core("w20");
    struct counts counts = {0};
    quiet(core, 3);
    uint64_t one = clocks_of_run(core, 1, &counts);
    uint64_t many = clocks_of_run(core, 101, &counts);
    assert_int_equal(many - one, 100 * 40);
    izh_cosim_free(core);
}

// Every neuron fires and is probed, at ports that take one word in a hundred clocks: all arrive.
static void test_nothing_is_lost_at_slow_ports(void **unused)
{
    (void)unused;
    struct izh_cosim *core = open_core("w20");
    struct counts counts = {0};
    quiet(core, 500);
    make_all_fire(core);
    for (uint32_t i = 0; i < 500; i++)
        write_word(core, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, i), 1);
    izh_cosim_set_stalls(core, 1014, 1014, 0);
    clocks_of_run(core, 10, &counts);
    assert_int_equal(counts.spikes, 5000);
    assert_int_equal(counts.samples, 5000);
    assert_int_equal(counts.ticks, 10);
    izh_cosim_free(core);
}

// A core whose event port is never served stops and answers registers all the same.
static void test_an_unserved_port_stops_the_core(void **state)
{
    struct izh_cosim *core = open_core(*state);
    struct counts counts = {0};
    const struct izh_cosim_observer observer = {.context = &counts, .spike = count_spike};
    quiet(core, 1000);
    make_all_fire(core);
    izh_cosim_set_stalls(core, 1024, 0, 0);
    assert_false(izh_cosim_run(core, 1, &observer));
    assert_int_equal(read_word(core, register_address(IZH_REG_STATUS)), 1);
    assert_int_equal(izh_cosim_write(core, register_address(IZH_REG_MODE), 0), IZH_MODEL_RUNNING);
    izh_cosim_free(core);
}

static void refuse_write(struct izh_cosim *core, uint32_t address, uint32_t word)
{
    assert_int_equal(izh_cosim_write(core, address, word), IZH_MODEL_BAD_ADDRESS);
}

static void refuse_read(struct izh_cosim *core, uint32_t address)
{
    uint32_t word;
    assert_int_equal(izh_cosim_read(core, address, &word), IZH_MODEL_BAD_ADDRESS);
}

static void test_refused_accesses(void **unused)
{
    (void)unused;
    struct izh_cosim *core = open_core("w20n");
    refuse_write(core, register_address(IZH_REG_MAGIC), 0);
    refuse_write(core, register_address(IZH_REG_TICKS_LEFT), 0);
    refuse_write(core, register_address(IZH_REG_STATUS), 0);
    refuse_write(core, register_address(IZH_REG_NEURONS), 0);
    refuse_write(core, register_address(IZH_REG_NEURONS), 1001);
    refuse_write(core, register_address(IZH_REG_SUBSTEPS), 0);
    refuse_write(core, register_address(IZH_REG_SUBSTEPS), 256);
    refuse_read(core, register_address(IZH_REG_RUN));
    refuse_read(core, register_address(15));
    refuse_read(core, register_address(IZH_REG_KAPPA_5 + 1));
    refuse_read(core, IZH_ADDRESS(IZH_REGION_REGISTER, 1, 0));
    refuse_read(core, IZH_ADDRESS(IZH_REGION_STATE, 3, 0));
    refuse_read(core, IZH_ADDRESS(IZH_REGION_STATE, 0, 1000));
    refuse_read(core, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, 0));
    refuse_read(core, IZH_ADDRESS(IZH_REGION_RECORD, 7, 0));
    refuse_read(core, IZH_ADDRESS(IZH_REGION_RECORD, 0, 1000));
    refuse_read(core, IZH_ADDRESS(IZH_REGION_INPUT, 1, 0));
    refuse_read(core, IZH_ADDRESS(5, 0, 0));
    refuse_write(core, register_address(32 + IZH_REG_RUN), 5);
    refuse_write(core, IZH_ADDRESS(IZH_REGION_REGISTER, 1, IZH_REG_RUN), 5);
    assert_int_equal(read_word(core, register_address(IZH_REG_TICKS_LEFT)), 0);
    assert_int_equal(read_word(core, register_address(IZH_REG_STATUS)), 0);
    assert_int_equal(read_word(core, register_address(IZH_REG_NEURONS)), 1);
    assert_int_equal(read_word(core, register_address(IZH_REG_SUBSTEPS)), 1);
    izh_cosim_free(core);
}

struct service {
    uint32_t ticks; // ended when the posted write was served
    uint32_t served_after;
};

static void service_tick(void *context, uint32_t unused)
{
    (void)unused;
    ((struct service *)context)->ticks++;
}

static void service_served(void *context, uint32_t address, uint32_t word,
                           enum izh_model_status status)
{
    struct service *service = context;
    (void)address;
    (void)word;
    assert_int_equal(status, IZH_MODEL_OK);
    service->served_after = service->ticks;
}

// A write does not wait until all ticks are done: the core comes to rest at the next boundary.
static void test_a_write_is_served_at_the_next_boundary(void **state)
{
    struct izh_cosim *core = open_core(*state);
    struct service service = {0, 1000};
    const struct izh_cosim_observer observer = {
        .context = &service, .tick_end = service_tick, .served = service_served};
    quiet(core, 100);
    izh_cosim_post(core, IZH_ADDRESS(IZH_REGION_INPUT, IZH_FIELD_INPUT_I, 7), 1);
    assert_true(izh_cosim_run(core, 50, &observer));
    assert_int_equal(service.ticks, 50);
    assert_in_range(service.served_after, 0, 2);
    izh_cosim_free(core);
}

static void test_ticks_left_stop_at_the_largest_number(void **state)
{
    struct izh_cosim *core = open_core(*state);
    quiet(core, 1000);
    write_word(core, register_address(IZH_REG_RUN), UINT32_MAX);
    write_word(core, register_address(IZH_REG_RUN), 1000);
    assert_in_range(read_word(core, register_address(IZH_REG_TICKS_LEFT)), UINT32_MAX - 2,
                    UINT32_MAX);
    izh_cosim_free(core);
}

// RUN is added, and each tick that starts subtracted, whatever the clock in which one meets the
// other.
static void test_ticks_asked_for_while_running_are_all_run(void **unused)
{
    enum { NEURONS = 41, WRITES = 150 }; // the port is not served meanwhile: no more ticks than fit
    (void)unused;
    struct izh_cosim *core = open_core("w20");
    struct counts counts = {0};
    quiet(core, NEURONS);
    uint64_t before = izh_cosim_count(core).updates;
    for (int i = 0; i < WRITES; i++)
        write_word(core, register_address(IZH_REG_RUN), 1);
    clocks_of_run(core, 1, &counts);
    assert_int_equal(izh_cosim_count(core).updates - before, NEURONS * (WRITES + 1));
    izh_cosim_free(core);
}

static void test_reset_while_running(void **state)
{
    struct izh_cosim *core = open_core(*state);
    struct counts counts = {0};
    quiet(core, 1000);
    make_all_fire(core);
    write_word(core, register_address(IZH_REG_RUN), 1000);
    izh_cosim_reset(core);
    assert_int_equal(read_word(core, register_address(IZH_REG_TICKS_LEFT)), 0);
    assert_int_equal(read_word(core, register_address(IZH_REG_STATUS)), 0);
    assert_int_equal(read_word(core, register_address(IZH_REG_NEURONS)), 1);
    write_word(core, register_address(IZH_REG_NEURONS), 100);
    clocks_of_run(core, 3, &counts);
    assert_int_equal(counts.ticks, 3);
    assert_int_equal(counts.retired, 300);
    assert_int_equal(counts.spikes, 300);
    izh_cosim_free(core);
}

// ---- Spikes with parts of their rows to come ----------------------------------------------------

// The second part of every row is one synapse of weight 1, the first is empty.
static void write_second_parts(struct izh_cosim *core, uint32_t neurons)
{
    const struct izh_shape shape = izh_cosim_shape(core);
    assert_int_equal(shape.parts, 2);
    uint32_t target_bits = 1;
    while (1u << target_bits < shape.neurons)
        target_bits++;
    for (uint32_t n = 0; n < neurons; n++) {
        write_word(core, IZH_ADDRESS(IZH_REGION_SYNAPSE, 0, n), 1u << target_bits | n);
        write_word(core, IZH_ADDRESS(IZH_REGION_ROW, 0, 2 * n), n);
        write_word(core, IZH_ADDRESS(IZH_REGION_ROW, 0, 2 * n + 1), n + 1);
    }
    write_word(core, register_address(IZH_REG_CLEAR), 0);
}

static void add_sum(void *context, const struct izh_prepared *prepared)
{
    *(int64_t *)context += prepared->sum;
}

// One tick in which all fire, and then so many that every part has come: what has arrived.
static int64_t fire_once(struct izh_cosim *core, uint32_t neurons)
{
    int64_t arrived = 0;
    const struct izh_cosim_observer observer = {.context = &arrived, .prepared = add_sum};
    quiet(core, neurons);
    write_second_parts(core, neurons);
    make_all_fire(core);
    assert_true(izh_cosim_run(core, 1, &observer));
    make_all_silent(core);
    assert_true(izh_cosim_run(core, 2 * izh_cosim_shape(core).slots, &observer));
    return arrived;
}

static void test_parts_that_find_no_room_are_counted(void **state)
{
    enum { FEW = 8, MANY = 64 };
    struct izh_cosim *core = open_core(*state);
    write_word(core, register_address(IZH_REG_LOST), 0);
    assert_int_equal(fire_once(core, FEW), FEW);
    assert_int_equal(read_word(core, register_address(IZH_REG_LOST)), 0);

    int64_t arrived = fire_once(core, MANY);
    uint32_t lost = read_word(core, register_address(IZH_REG_LOST));
    assert_in_range(lost, 1, MANY - FEW);
    assert_int_equal(arrived + lost, MANY);

    // CLEAR forgets the parts to come, and room is what it was.
    make_all_fire(core);
    struct counts counts = {0};
    clocks_of_run(core, 1, &counts);
    write_word(core, register_address(IZH_REG_LOST), 0);
    assert_int_equal(fire_once(core, FEW), FEW);
    assert_int_equal(read_word(core, register_address(IZH_REG_LOST)), 0);
    izh_cosim_free(core);
}

// ---- The compact engine -------------------------------------------------------------------------

// Its registers lie one behind the other: each takes and gives what is its own, and a refused write
// leaves all as they were.
static void test_compact_registers(void **unused)
{
    static const struct {
        uint32_t number, count, bits;
        bool is_signed;
    } settings[] = {
        {IZH_REG_STEP, 1, 2, false},         {IZH_REG_MODE, 1, 1, false},
        {IZH_REG_TICK, 1, 32, false},        {IZH_REG_BOUND_0, 5, 12, false},
        {IZH_REG_KAPPA_0, 6, 15, true},      {IZH_REG_SEED, 1, 32, false},
        {IZH_REG_WEIGHT_SHIFT, 1, 4, false}, {IZH_REG_STIMULUS, 1, 1, false},
    };
    static const struct {
        uint32_t address, word;
    } refused[] = {
        {IZH_REG_MAGIC, 0},
        {IZH_REG_TICKS_LEFT, 0},
        {IZH_REG_STATUS, 0},
        {IZH_REG_NEURONS, 0},
        {IZH_REG_NEURONS, 1025},
        {IZH_REG_NEURONS, 0x80000001},
        {IZH_REG_SUBSTEPS, 0},
        {IZH_REG_SUBSTEPS, 256},
        {IZH_REG_SUBSTEPS, 257},
        {IZH_REG_SUBSTEPS, 0x80000000},
        {15, 0},
        {IZH_REG_BOUND_4 + 1, 0},
        {IZH_REG_KAPPA_5 + 1, 0},
        {IZH_REG_LOST + 1, 0},
        {IZH_REG_RING, 0},
        {64 + IZH_REG_RUN, 5},
        {1 << 24 | IZH_REG_RUN, 5},
        {48 + IZH_REG_RUN, 5},
        {IZH_ADDRESS(IZH_REGION_STATE, 3, 0), 0},
        {IZH_ADDRESS(IZH_REGION_STATE, 0, 1024), 0},
        {IZH_ADDRESS(IZH_REGION_ATTRIBUTE, 2, 0), 0},
        {IZH_ADDRESS(IZH_REGION_ATTRIBUTE, 0, 1024), 0},
        {IZH_ADDRESS(IZH_REGION_RECORD, 8, 0), 0},
        {IZH_ADDRESS(IZH_REGION_RECORD, 0, 128), 0},
        {IZH_ADDRESS(IZH_REGION_INPUT, 1, 0), 0},
        {IZH_ADDRESS(IZH_REGION_INPUT, 0, 1024), 0},
        {IZH_ADDRESS(IZH_REGION_SYNAPSE, 1, 0), 0},
        {IZH_ADDRESS(IZH_REGION_SYNAPSE, 0, 20480), 0},
        {IZH_ADDRESS(IZH_REGION_ROW, 1, 0), 0},
        {IZH_ADDRESS(IZH_REGION_ROW, 0, 4096), 0},
        {IZH_ADDRESS(IZH_REGION_ACCUMULATOR, 0, 1024), 0},
        {IZH_ADDRESS(IZH_REGION_ACCUMULATOR, 0, 16 << 16), 0},
        {IZH_ADDRESS(IZH_REGION_ACCUMULATOR, 1, 0), 0},
        {IZH_ADDRESS(IZH_REGION_LINK, 0, 0), 0},
    };
    (void)unused;
    struct izh_cosim *core = open_core("c16");
    for (uint32_t round = 1; round <= 2; round++) {
        for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
            for (uint32_t j = 0; j < settings[i].count; j++)
                write_word(core, register_address(settings[i].number + j),
                           round * 0x9e3779b9U * (settings[i].number + j));
        write_word(core, register_address(IZH_REG_NEURONS), round == 1 ? 1024 : 1);
        write_word(core, register_address(IZH_REG_SUBSTEPS), round == 1 ? 255 : 1);
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
            assert_int_equal(izh_cosim_write(core, refused[i].address, refused[i].word),
                             IZH_MODEL_BAD_ADDRESS);
        for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
            for (uint32_t j = 0; j < settings[i].count; j++) {
                uint32_t rest = 32 - settings[i].bits;
                uint32_t word = round * 0x9e3779b9U * (settings[i].number + j) << rest;
                assert_int_equal(read_word(core, register_address(settings[i].number + j)),
                                 settings[i].is_signed ? (uint32_t)((int32_t)word >> rest)
                                                       : word >> rest);
            }
        assert_int_equal(read_word(core, register_address(IZH_REG_NEURONS)), round == 1 ? 1024 : 1);
        assert_int_equal(read_word(core, register_address(IZH_REG_SUBSTEPS)), round == 1 ? 255 : 1);
        assert_int_equal(read_word(core, register_address(IZH_REG_TICKS_LEFT)), 0);
        assert_int_equal(read_word(core, register_address(IZH_REG_STATUS)), 0);
    }
    izh_cosim_free(core);
}

// The bits of TICKS_LEFT pass while a tick that started is still to be subtracted.
static void test_compact_ticks_are_counted(void **unused)
{
    enum { NEURONS = 40, TICKS = 3 };
    (void)unused;
    struct izh_cosim *core = open_core("c16");
    quiet(core, NEURONS);
    for (uint32_t neurons = 1; neurons <= NEURONS; neurons++) {
        struct counts counts = {0};
        write_word(core, register_address(IZH_REG_NEURONS), neurons);
        izh_cosim_post(core, register_address(IZH_REG_RUN), 0);
        clocks_of_run(core, TICKS, &counts);
        assert_int_equal(counts.ticks, TICKS);
        assert_int_equal(counts.retired, TICKS * neurons);
        assert_int_equal(read_word(core, register_address(IZH_REG_TICKS_LEFT)), 0);
        assert_int_equal(read_word(core, register_address(IZH_REG_TICK)), TICKS * neurons);
    }
    izh_cosim_free(core);
}

// Eight clocks an input, four an update, the first beside the inputs: 24 MHz is enough for real
// time at 1000 neurons and four sub-steps a millisecond. Between two ticks TICK counts and the
// noise key is made.
static void test_compact_engine_is_in_time(void **unused)
{
    enum { NEURONS = 1000, TICKS = 10, SUBSTEPS = 4, BETWEEN = 120 };
    (void)unused;
    struct izh_cosim *core = open_core("c16");
    struct counts counts = {0};
    quiet(core, NEURONS);
    write_word(core, register_address(IZH_REG_SUBSTEPS), SUBSTEPS);
    write_word(core, register_address(IZH_REG_CLEAR), 0);
    clocks_of_run(core, 1, &counts); // behind the clearing
    counts = (struct counts){0};
    uint64_t clocks = clocks_of_run(core, TICKS, &counts);
    printf("# c16: %llu clocks for %d ticks of %d sub-steps, %d neurons\n",
           (unsigned long long)clocks, TICKS, SUBSTEPS, NEURONS);
    assert_int_equal(counts.retired, TICKS * SUBSTEPS * NEURONS);
    assert_in_range(clocks, 1, TICKS * ((8 + 3 * 4) * NEURONS + BETWEEN));
    izh_cosim_free(core);
}

#define ON(test, configuration)                                                                    \
    {                                                                                              \
#test "_on_" configuration, test, NULL, NULL, configuration                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON(test_parts_that_find_no_room_are_counted, "lossy20"),
        ON(test_parts_that_find_no_room_are_counted, "lossy16"),
        cmocka_unit_test(test_compact_registers),
        cmocka_unit_test(test_compact_engine_is_in_time),
        cmocka_unit_test(test_one_update_per_clock),
        cmocka_unit_test(test_short_pass),
        cmocka_unit_test(test_nothing_is_lost_at_slow_ports),
        ON(test_an_unserved_port_stops_the_core, "w20"),
        ON(test_an_unserved_port_stops_the_core, "c16"),
        cmocka_unit_test(test_refused_accesses),
        ON(test_a_write_is_served_at_the_next_boundary, "w20"),
        ON(test_a_write_is_served_at_the_next_boundary, "c16"),
        ON(test_ticks_left_stop_at_the_largest_number, "w20"),
        ON(test_ticks_left_stop_at_the_largest_number, "c16"),
        cmocka_unit_test(test_ticks_asked_for_while_running_are_all_run),
        cmocka_unit_test(test_compact_ticks_are_counted),
        ON(test_reset_while_running, "w20"),
        ON(test_reset_while_running, "c16"),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
