// test_run.c: what a run makes of an engine's spikes: checksum, order, files, bins, spectrum
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run_interrupt.h"
#include "run_progress.h"
#include "run_session.h"
#include "run_spectrum.h"

#include <errno.h>
#include <hdf5.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char directory[] = "/tmp/izh-test-run-XXXXXX";

// ---- A network made by hand, and an engine that spikes by a rule --------------------------------

enum { NEURONS = 6, SUBSTEPS = 4, TICKS = 50 };

static const struct izh_shape shape = {
    .format = {20, 24, 18}, .neurons = 8, .lanes = 1, .synapses = 16, .slots = 32, .parts = 2};

static struct izh_population populations[] = {{"E", 0, 4}, {"I, \"odd\"", 4, 1}, {"silent", 5, 1}};
static uint32_t physical[NEURONS] = {3, 1, 2, 0, 5, 4}, logical[NEURONS] = {3, 1, 2, 0, 5, 4};
static struct izh_timed_stimulus stimuli[] = {
    {0, {IZH_STIMULUS_EVENT, 1, 10}},
    {7, {IZH_STIMULUS_CURRENT, 2, -5}},
    {7, {IZH_STIMULUS_EVENT, 3, 4}},
    {TICKS - 1, {IZH_STIMULUS_EVENT, 0, 1}},
};

static struct izh_compiled network_by_hand(void)
{
    return (struct izh_compiled){
        .shape = shape,
        .neurons = NEURONS,
        .physical = physical,
        .logical = logical,
        .populations = populations,
        .population_count = 3,
        .tick_ms = 1,
        .substeps = SUBSTEPS,
        .accurate = true,
        .ticks = TICKS,
        .report = {.lanes = 1},
    };
}

struct fake {
    uint32_t tick;
    uint32_t interrupt_at; // SIGINT during this tick
    uint32_t stuck_at;     // fails in this tick
    unsigned copies;       // of every spike's neuron, to fill disks
    uint32_t counters;     // what every counter stands at after a run
    uint32_t runs;
    size_t stimuli;
    uint32_t slow_us; // a tick
};

static void pause_us(uint32_t us)
{
    struct timespec time = {0, (long)us * 1000};
    nanosleep(&time, NULL);
}

// Levels reach back before spikes that came earlier; neuron order is not time order.
static bool fires(uint32_t tick, uint32_t substep, uint32_t neuron, struct izh_spike *spike)
{
    uint32_t h = (tick * SUBSTEPS + substep) * 2654435761u + neuron * 40503u;
    h ^= h >> 13;
    if (neuron == 4 || h % 3) // physical 4 is logical 5: silent
        return false;
    *spike = (struct izh_spike){tick, neuron, (uint8_t)substep, (uint8_t)(h >> 8) % 6};
    return true;
}

static enum izh_model_status fake_write(void *self, uint32_t address, uint32_t word)
{
    struct fake *f = self;
    (void)address;
    (void)word;
    f->counters = 0;
    return IZH_MODEL_OK;
}

static enum izh_model_status fake_read(void *self, uint32_t address, uint32_t *word)
{
    struct fake *f = self;
    *word = address == IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_SATURATED_W) ? f->counters : 0;
    return IZH_MODEL_OK;
}

static void fake_tick(struct fake *f, const struct izh_engine_observer *o)
{
    struct izh_spike spike;
    struct izh_stimulus stimulus;
    while (o->stimulus && o->stimulus(o->context, f->tick, &stimulus)) {
        assert_true(f->stimuli < sizeof stimuli / sizeof *stimuli);
        assert_int_equal(stimuli[f->stimuli].tick, f->tick);
        assert_memory_equal(&stimuli[f->stimuli].word, &stimulus, sizeof stimulus);
        f->stimuli++;
    }
    for (uint32_t s = 0; s < SUBSTEPS; s++) {
        for (uint32_t n = 0; n < NEURONS; n++)
            for (unsigned i = 0; fires(f->tick, s, n, &spike) && i <= f->copies; i++)
                o->spike(o->context, &spike);
        struct izh_sample sample = {f->tick, s, 2, {.x = (int32_t)f->tick * 1000, .w = -1000}};
        if (o->sample)
            o->sample(o->context, &sample);
    }
    if (f->slow_us)
        pause_us(f->slow_us);
}

static enum izh_model_status fake_run(void *self, uint32_t ticks,
                                      const struct izh_engine_observer *observer)
{
    struct fake *f = self;
    f->runs++;
    for (uint32_t i = 0; i < ticks; i++, f->tick++) {
        if (f->stuck_at && f->tick == f->stuck_at)
            return IZH_MODEL_RUNNING;
        if (f->interrupt_at && f->tick == f->interrupt_at)
            raise(SIGINT);
        fake_tick(f, observer);
    }
    f->counters = f->tick > 1 ? 3 : 0xffff;
    return IZH_MODEL_OK;
}

static void fake_counts(void *self, struct izh_engine_counts *counts)
{
    struct fake *f = self;
    *counts = (struct izh_engine_counts){f->tick * 10, f->tick * 100, f->tick * 1000 + 7};
}

static void fake_free(void *self)
{
    (void)self;
}

static const struct izh_engine_ops fake_ops = {"fake",   fake_write,  fake_read,
                                               fake_run, fake_counts, fake_free};

static bool interrupted(void *context)
{
    (void)context;
    return izh_run_interrupt_signal() != 0;
}

struct fixture {
    struct fake fake;
    struct izh_engine engine;
    struct izh_compiled compiled;
    struct izh_image image;
    struct izh_run_files files;
    struct izh_run_result result;
    struct izh_run_request request;
};

static void prepare(struct fixture *f)
{
    *f = (struct fixture){.engine = {&fake_ops, NULL, shape}, .compiled = network_by_hand()};
    f->engine.self = &f->fake;
    f->compiled.image = &f->image;
    f->request = (struct izh_run_request){
        .engine = &f->engine, .compiled = &f->compiled, .ticks = TICKS, .stop = interrupted};
}

// Into a place of its own below the directory.
static char *place(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    assert_int_equal(mkdir(path, 0777), 0);
    return path;
}

static size_t files_in(const char *path)
{
    char words[256], text[16];
    snprintf(words, sizeof words, "find '%s' -type f | wc -l", path);
    FILE *pipe = popen(words, "r");
    assert_non_null(pipe);
    assert_non_null(fgets(text, sizeof text, pipe));
    pclose(pipe);
    return (size_t)atoi(text);
}

static int make_directory(void **unused)
{
    (void)unused;
    izh_run_hdf5_prepare();
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **unused)
{
    (void)unused;
    char words[128];
    snprintf(words, sizeof words, "rm -rf '%s'", directory);
    return system(words);
}

// ---- Checksum and order -------------------------------------------------------------------------

// The values are of a program in another language, written from docs/run.md.
static void a_spike_has_the_hash_of_the_document(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t tick;
        uint8_t substep, level;
        uint32_t neuron;
        uint64_t hash;
    } golden[] = {
        {0, 0, 0, 0, 0xa706dd2f4d197e6f},
        {0, 0, 0, 1, 0x5e41ab087439611e},
        {1, 0, 0, 0, 0xbff505763b60ad4e},
        {0, 1, 0, 0, 0x287302af7f8ecce1},
        {0, 0, 1, 0, 0x08b4fda8c892b50e},
        {1000, 3, 5, 65535, 0x3eab66d4425c3ba4},
        {4294967295, 254, 7, 65535, 0x077c8887abbe0647},
    };
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++)
        assert_int_equal(izh_run_spike_hash(golden[i].tick, golden[i].substep, golden[i].level,
                                            golden[i].neuron),
                         golden[i].hash);
}

struct list {
    struct izh_run_spike spikes[4096];
    size_t count;
};

static void append(void *context, const struct izh_run_spike *spike)
{
    struct list *list = context;
    assert_true(list->count < sizeof list->spikes / sizeof *list->spikes);
    list->spikes[list->count++] = *spike;
}

static void collect(struct fixture *f, uint32_t ticks, struct list *list)
{
    struct izh_run_sorter sorter = {.give = append, .context = list};
    struct izh_spike spike;
    for (uint32_t t = 0; t < ticks; t++)
        for (uint32_t s = 0; s < SUBSTEPS; s++)
            for (uint32_t n = 0; n < NEURONS; n++)
                if (fires(t, s, n, &spike)) {
                    struct izh_run_spike r = izh_run_spike_of(&f->compiled, &spike);
                    assert_true(izh_run_sorter_take(&sorter, &f->compiled, &r));
                    assert_true(sorter.count <= 3 * NEURONS);
                }
    izh_run_sorter_finish(&sorter);
    izh_run_sorter_free(&sorter);
}

static void spikes_come_in_order_of_time_and_none_is_lost(void **unused)
{
    (void)unused;
    static struct list list;
    struct fixture f;
    struct izh_spike spike;
    size_t count = 0, swapped = 0;
    prepare(&f);
    list.count = 0;
    collect(&f, TICKS, &list);
    for (uint32_t t = 0; t < TICKS; t++)
        for (uint32_t s = 0; s < SUBSTEPS; s++)
            for (uint32_t n = 0; n < NEURONS; n++)
                count += fires(t, s, n, &spike);
    assert_int_equal(list.count, count);
    for (size_t i = 1; i < list.count; i++) {
        const struct izh_run_spike *a = &list.spikes[i - 1], *b = a + 1;
        assert_true(a->quarter < b->quarter ||
                    (a->quarter == b->quarter && a->neuron <= b->neuron));
        assert_true(a->ms <= b->ms);
        swapped += a->tick * SUBSTEPS + a->substep > b->tick * SUBSTEPS + b->substep;
    }
    assert_true(swapped > 10); // there was something to sort
}

static void a_spike_has_its_logical_neuron_and_time(void **unused)
{
    (void)unused;
    struct fixture f;
    prepare(&f);
    struct izh_spike spike = {10, 5, 2, 3};
    struct izh_run_spike r = izh_run_spike_of(&f.compiled, &spike);
    assert_int_equal(r.neuron, 4);
    assert_int_equal(r.population, 1);
    assert_int_equal(r.quarter, 4 * 43 - 3);
    assert_true(r.ms == 10.75 - 0.1875);
}

// ---- Files --------------------------------------------------------------------------------------

static void run_into(struct fixture *f, const char *path)
{
    f->request.files = &f->files;
    assert_true(izh_run_files_begin(&f->files, path, &f->compiled));
    assert_true(izh_run(&f->request, &f->result));
    assert_true(izh_run_files_commit(&f->files));
}

static void assert_csv(const char *path, const struct list *list)
{
    char name[256], line[256], expected[256];
    snprintf(name, sizeof name, "%s/spikes.csv", path);
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line, "time_ms,neuron,population,tick,substep,level\n");
    for (size_t i = 0; i < list->count; i++) {
        const struct izh_run_spike *s = &list->spikes[i];
        static const char *const quoted[] = {"E", "\"I, \"\"odd\"\"\"", "silent"};
        snprintf(expected, sizeof expected, "%.12g,%u,%s,%u,%u,%u\n", s->ms, s->neuron,
                 quoted[s->population], s->tick, s->substep, s->level);
        assert_non_null(fgets(line, sizeof line, file));
        assert_string_equal(line, expected);
    }
    assert_null(fgets(line, sizeof line, file));
    fclose(file);
}

static size_t length_of(hid_t dataset)
{
    hsize_t length = 0;
    hid_t space = H5Dget_space(dataset);
    assert_int_equal(H5Sget_simple_extent_ndims(space), 1);
    H5Sget_simple_extent_dims(space, &length, NULL);
    H5Sclose(space);
    return (size_t)length;
}

static void assert_population(hid_t file, const char *group, size_t population,
                              const struct list *list)
{
    static double ms[4096];
    static uint64_t nodes[4096];
    char path[128];
    size_t n = 0;
    snprintf(path, sizeof path, "%s/timestamps", group);
    hid_t times = H5Dopen2(file, path, H5P_DEFAULT);
    snprintf(path, sizeof path, "%s/node_ids", group);
    hid_t ids = H5Dopen2(file, path, H5P_DEFAULT);
    assert_true(times >= 0 && ids >= 0);
    size_t length = length_of(times);
    assert_int_equal(length, length_of(ids));
    assert_true(length <= 4096);
    H5Dread(times, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, ms);
    H5Dread(ids, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, nodes);
    for (size_t i = 0; i < list->count; i++) {
        const struct izh_run_spike *s = &list->spikes[i];
        if (s->population != population)
            continue;
        assert_true(n < length && ms[n] == s->ms);
        assert_int_equal(nodes[n], s->neuron - populations[population].first);
        n++;
    }
    assert_int_equal(n, length);
    H5Dclose(times);
    H5Dclose(ids);
}

// Attribute of a group or dataset, as its type's text.
static void assert_attributes(hid_t file)
{
    char units[32] = "", order[32] = "";
    uint32_t magic = 0;
    int8_t sorting = -1;
    hid_t a = H5Aopen_by_name(file, "/spikes/E/timestamps", "units", H5P_DEFAULT, H5P_DEFAULT);
    hid_t type = H5Aget_type(a);
    assert_int_equal(H5Tget_class(type), H5T_STRING);
    assert_true(H5Aread(a, type, units) >= 0);
    assert_string_equal(units, "milliseconds");
    H5Tclose(type);
    H5Aclose(a);
    a = H5Aopen_by_name(file, "/spikes/E", "sorting", H5P_DEFAULT, H5P_DEFAULT);
    type = H5Aget_type(a);
    assert_int_equal(H5Tget_class(type), H5T_ENUM);
    assert_int_equal(H5Tget_nmembers(type), 3);
    assert_true(H5Aread(a, type, &sorting) >= 0);
    assert_true(H5Tenum_nameof(type, &sorting, order, sizeof order) >= 0);
    assert_string_equal(order, "by_time");
    H5Tclose(type);
    H5Aclose(a);
    a = H5Aopen(file, "magic", H5P_DEFAULT);
    assert_true(H5Aread(a, H5T_NATIVE_UINT32, &magic) >= 0);
    assert_int_equal(magic, 0x0a7a);
    H5Aclose(a);
}

static void assert_hdf5(const char *path, const struct list *list)
{
    char name[256];
    snprintf(name, sizeof name, "%s/spikes.h5", path);
    hid_t file = H5Fopen(name, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(file >= 0);
    assert_population(file, "/spikes/E", 0, list);
    assert_population(file, "/spikes/I, \"odd\"", 1, list);
    assert_population(file, "/spikes/silent", 2, list);
    assert_attributes(file);
    H5Fclose(file);
}

static void files_hold_the_spikes(void **unused)
{
    (void)unused;
    static struct list list;
    struct fixture f;
    char *path = place("whole");
    uint64_t checksum = 0;
    prepare(&f);
    f.request.ticks = 1500; // more than a block of every population
    list.count = 0;
    run_into(&f, path);
    assert_int_equal(f.result.ticks, 1500);
    assert_int_equal(files_in(path), 2);
    // As many as the list has room for come from the beginning.
    izh_run_result_free(&f.result);
    prepare(&f);
    f.request.ticks = 300;
    run_into(&f, path);
    collect(&f, 300, &list);
    assert_true(list.count > 1500);
    assert_csv(path, &list);
    assert_hdf5(path, &list);
    for (size_t i = 0; i < list.count; i++)
        checksum += izh_run_spike_hash(list.spikes[i].tick, list.spikes[i].substep,
                                       list.spikes[i].level, list.spikes[i].neuron);
    assert_int_equal(f.result.checksum, checksum);
    assert_int_equal(f.result.spikes, list.count);
    assert_int_equal(f.result.population_spikes[2], 0);
    assert_int_equal(f.result.population_spikes[0] + f.result.population_spikes[1], list.count);
    izh_run_result_free(&f.result);
}

static void traces_are_in_millivolts(void **unused)
{
    (void)unused;
    struct fixture f;
    struct izh_probed probe = {.logical = 2, .physical = 2};
    char name[256], line[128], *path = place("traces");
    prepare(&f);
    probe.scale = (struct izh_scale){0.25, 2, -62.5, -16.25, 100, 100};
    f.compiled.probes = &probe;
    f.compiled.probe_count = 1;
    run_into(&f, path);
    assert_int_equal(files_in(path), 3);
    snprintf(name, sizeof name, "%s/traces.csv", path);
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line, "time_ms,neuron,v_mv,u_mv_per_ms\n");
    for (int i = 1; i <= TICKS * SUBSTEPS; i++) {
        double ms, v, u;
        int neuron, tick = (i - 1) / SUBSTEPS;
        assert_non_null(fgets(line, sizeof line, file));
        assert_int_equal(sscanf(line, "%lf,%d,%lf,%lf", &ms, &neuron, &v, &u), 4);
        assert_true(ms == 0.25 * i && neuron == 2);
        assert_true(fabs(v - (-62.5 + 100 * ldexp(tick * 1000, -19))) < 1e-5);
        assert_true(fabs(u - (-16.25 - 100 * ldexp(1000, -22))) < 1e-5);
    }
    assert_null(fgets(line, sizeof line, file));
    fclose(file);
    izh_run_result_free(&f.result);
    // The next run has none, and leaves none of this one.
    prepare(&f);
    run_into(&f, path);
    assert_int_equal(files_in(path), 2);
    izh_run_result_free(&f.result);
}

static void an_interrupted_run_has_every_spike_up_to_its_last_tick(void **unused)
{
    (void)unused;
    static struct list list;
    struct fixture f;
    char *path = place("interrupted");
    prepare(&f);
    f.fake.interrupt_at = 20;
    list.count = 0;
    izh_run_interrupt_arm();
    run_into(&f, path);
    assert_int_equal(izh_run_interrupt_signal(), SIGINT);
    izh_run_interrupt_disarm();
    // To the end of the chunk in which it was raised, and no further.
    assert_true(f.result.ticks > 20 && f.result.ticks < TICKS);
    assert_int_equal(f.result.ticks, f.fake.tick);
    collect(&f, f.result.ticks, &list);
    assert_int_equal(f.result.spikes, list.count);
    assert_csv(path, &list);
    assert_hdf5(path, &list);
    assert_int_equal(files_in(path), 2);
    izh_run_result_free(&f.result);
}

static void an_engine_that_fails_leaves_no_file(void **unused)
{
    (void)unused;
    struct fixture f;
    char *path = place("stuck");
    prepare(&f);
    f.fake.stuck_at = 30;
    f.request.files = &f.files;
    assert_true(izh_run_files_begin(&f.files, path, &f.compiled));
    assert_int_equal(files_in(path), 2);
    assert_false(izh_run(&f.request, &f.result));
    assert_int_equal(f.result.status, IZH_MODEL_RUNNING);
    izh_run_files_discard(&f.files);
    assert_int_equal(files_in(path), 0);
    izh_run_result_free(&f.result);
}

// In place of a full disk. In a child, for the limit stays; 0: as it should be.
static int fill_disk(const char *path, rlim_t bytes, bool probed)
{
    struct rlimit limit = {bytes, bytes};
    struct izh_probed probe = {.scale = {0.25, 2, -62.5, -16.25, 100, 100}, .physical = 2};
    struct fixture f;
    prepare(&f);
    f.compiled.probes = &probe;
    f.compiled.probe_count = probed;
    f.fake.copies = probed ? 0 : 200;
    f.request.files = &f.files;
    f.request.ticks = probed ? 5000 : 500;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    if (izh_run_files_begin(&f.files, path, &f.compiled)) {
        if (izh_run(&f.request, &f.result) && izh_run_files_commit(&f.files))
            return 1;
        izh_run_files_discard(&f.files);
        izh_run_result_free(&f.result);
    }
    if (f.files.error != EFBIG || strncmp(f.files.failed, path, strlen(path)))
        return 2;
    return files_in(path) ? 3 : 0;
}

static void a_full_disk_leaves_no_file(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        rlim_t bytes;
        bool probed;
    } disks[] = {{"nothing", 0, false},   {"header", 100, false},       {"some", 2000, false},
                 {"more", 30000, false},  {"most", 200000, false},      {"much", 1000000, false},
                 {"probed", 60000, true}, {"probed_more", 130000, true}};
    for (size_t i = 0; i < sizeof disks / sizeof *disks; i++) {
        int status = 0;
        char *path = place(disks[i].name);
        fflush(NULL);
        pid_t child = fork();
        if (!child)
            exit(fill_disk(path, disks[i].bytes, disks[i].probed)); // libhdf5's exit too
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFEXITED(status) || WEXITSTATUS(status))
            fail_msg("%s: status %x", disks[i].name, (unsigned)status);
        assert_int_equal(files_in(path), 0);
    }
}

static void a_place_that_is_not_there_is_named(void **unused)
{
    (void)unused;
    struct fixture f;
    prepare(&f);
    assert_false(izh_run_files_begin(&f.files, "/nowhere/at/all", &f.compiled));
    assert_string_equal(f.files.failed, "/nowhere/at/all/spikes.csv");
    assert_int_equal(f.files.error, ENOENT);
}

// ---- The session --------------------------------------------------------------------------------

static void the_result_does_not_depend_on_the_chunks(void **unused)
{
    (void)unused;
    struct fixture fast, slow;
    prepare(&fast);
    prepare(&slow);
    slow.fake.slow_us = 30000;
    fast.request.ticks = slow.request.ticks = 10;
    assert_true(izh_run(&fast.request, &fast.result));
    assert_true(izh_run(&slow.request, &slow.result));
    assert_true(slow.fake.runs > fast.fake.runs);
    assert_int_equal(fast.result.checksum, slow.result.checksum);
    assert_int_equal(fast.result.spikes, slow.result.spikes);
    assert_true(slow.result.wall_s > 10 * 0.03);
    izh_run_result_free(&fast.result);
    izh_run_result_free(&slow.result);
}

static void counters_add_up_over_chunks(void **unused)
{
    (void)unused;
    struct fixture f;
    prepare(&f);
    assert_true(izh_run(&f.request, &f.result));
    assert_string_equal(f.result.counters[1].name, "w");
    assert_int_equal(f.result.counters[1].count, 0xffff + 3 * (f.fake.runs - 1));
    assert_true(f.result.counters[1].at_least);
    assert_int_equal(f.result.counters[0].count, 0);
    assert_int_equal(f.result.counts.updates, TICKS * 10);
    assert_int_equal(f.result.counts.events, TICKS * 100);
    assert_int_equal(f.result.counts.clocks, TICKS * 1000);
    izh_run_result_free(&f.result);
}

static void stimuli_come_in_their_ticks(void **unused)
{
    (void)unused;
    struct fixture f;
    prepare(&f);
    f.compiled.stimuli = stimuli;
    f.compiled.stimulus_count = sizeof stimuli / sizeof *stimuli;
    assert_true(izh_run(&f.request, &f.result));
    assert_int_equal(f.fake.stimuli, f.compiled.stimulus_count);
    izh_run_result_free(&f.result);
}

static void a_rate_is_spikes_per_neuron_and_second(void **unused)
{
    (void)unused;
    struct fixture f;
    prepare(&f);
    assert_true(izh_run(&f.request, &f.result));
    assert_true(fabs(izh_run_rate_hz(&f.compiled, &f.result, 0) -
                     (double)f.result.population_spikes[0] / 4 / 0.05) < 1e-9);
    assert_true(izh_run_rate_hz(&f.compiled, &f.result, 2) == 0);
    izh_run_result_free(&f.result);
}

static void progress_says_what_is_left(void **unused)
{
    (void)unused;
    char text[160];
    izh_run_progress_text(250, 1000, 1, 5, text, sizeof text);
    assert_string_equal(text, " 25 % [######..................] 50 ticks/s, 250 of 1000 ms in 5.0 "
                              "s, left 15.0 s");
    izh_run_progress_text(0, 1000, 0.5, 0, text, sizeof text);
    assert_string_equal(text, "  0 % [........................] 0 ticks/s, 0 of 500 ms in 0.0 s");
    izh_run_progress_text(1, 10001, 1, 10, text, sizeof text);
    assert_non_null(strstr(text, "left 27 h 46 min"));
}

// ---- Bins and spectrum --------------------------------------------------------------------------

static void bins_are_of_bounded_size(void **unused)
{
    (void)unused;
    struct izh_population two[] = {{"E", 0, 8000}, {"I", 8000, 2001}};
    struct izh_compiled c = {
        .neurons = 10001, .populations = two, .population_count = 2, .tick_ms = 1, .substeps = 4};
    struct izh_run_activity a;
    assert_true(izh_run_activity_begin(&a, &c, 1000));
    assert_int_equal(a.stride, 11);
    assert_int_equal(a.rows, 728 + 182);
    assert_true(a.rate_ms == 5 && a.rate_bins == 200 && a.fine_bins == 1000);
    struct izh_run_spike s = {.ms = 10, .neuron = 8011, .population = 1};
    izh_run_activity_add(&a, &s);
    assert_int_equal(a.rates[200 + 1], 1); // at the end of the bin 5..10
    assert_int_equal(a.fine[9], 1);
    assert_true(izh_run_activity_dot(&a, 729, 20));
    s.neuron = 8012; // not shown, and counted
    s.ms = 1000;
    izh_run_activity_add(&a, &s);
    assert_int_equal(a.rates[200 + 199], 1);
    assert_false(izh_run_activity_dot(&a, 729, IZH_ACTIVITY_COLUMNS - 1));
    izh_run_activity_free(&a);
    assert_true(izh_run_activity_begin(&a, &c, 1000000000));
    assert_int_equal(a.fine_bins, IZH_ACTIVITY_FINE);
    assert_true(a.rate_bins <= IZH_ACTIVITY_RATES);
    izh_run_activity_free(&a);
}

static double uniform(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) / 9007199254740992.0;
}

// Many trials of small chance: Poisson enough.
static uint32_t count_of(uint64_t *state, double mean)
{
    uint32_t n = 0;
    for (int i = 0; i < 200; i++)
        n += uniform(state) < mean / 200;
    return n;
}

static void independent_spikes_have_power_1(void **unused)
{
    (void)unused;
    static uint32_t counts[20000];
    struct izh_run_spectrum s;
    uint64_t state = 1;
    double sum = 0;
    for (size_t i = 0; i < 20000; i++)
        counts[i] = count_of(&state, 4);
    assert_true(izh_run_spectrum(counts, 20000, 1, &s));
    assert_int_equal(s.count, 1025);
    assert_true(fabs(s.step_hz - 1000.0 / 2048) < 1e-12);
    for (size_t i = 10; i < 1000; i++)
        sum += s.power[i] / 990;
    assert_true(fabs(sum - 0.98) < 0.05); // binomial: 1 - 4/200
    izh_run_spectrum_free(&s);
}

static void a_rhythm_stands_out_at_its_frequency(void **unused)
{
    (void)unused;
    static const size_t lengths[] = {500, 1000, 5000};
    static uint32_t counts[5000];
    for (size_t k = 0; k < 3; k++) {
        struct izh_run_spectrum s;
        uint64_t state = 7;
        for (size_t i = 0; i < lengths[k]; i++)
            counts[i] = count_of(&state, 10 + 8 * sin(2 * 3.14159265358979 * 0.040 * (double)i));
        assert_true(izh_run_spectrum(counts, lengths[k], 1, &s));
        double hz = izh_run_spectrum_peak(&s, 2, 100);
        assert_true(fabs(hz - 40) <= s.step_hz);
        assert_true(s.power[(size_t)(hz / s.step_hz + 0.5)] > 20);
        izh_run_spectrum_free(&s);
    }
}

static void no_spectrum_of_nothing(void **unused)
{
    (void)unused;
    uint32_t counts[100] = {0};
    struct izh_run_spectrum s;
    assert_false(izh_run_spectrum(counts, 100, 1, &s));
    counts[3] = 1;
    assert_false(izh_run_spectrum(counts, 63, 1, &s));
    assert_true(izh_run_spectrum(counts, 64, 1, &s));
    izh_run_spectrum_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spike_has_the_hash_of_the_document),
        cmocka_unit_test(spikes_come_in_order_of_time_and_none_is_lost),
        cmocka_unit_test(a_spike_has_its_logical_neuron_and_time),
        cmocka_unit_test(files_hold_the_spikes),
        cmocka_unit_test(traces_are_in_millivolts),
        cmocka_unit_test(an_interrupted_run_has_every_spike_up_to_its_last_tick),
        cmocka_unit_test(an_engine_that_fails_leaves_no_file),
        cmocka_unit_test(a_full_disk_leaves_no_file),
        cmocka_unit_test(a_place_that_is_not_there_is_named),
        cmocka_unit_test(the_result_does_not_depend_on_the_chunks),
        cmocka_unit_test(counters_add_up_over_chunks),
        cmocka_unit_test(stimuli_come_in_their_ticks),
        cmocka_unit_test(a_rate_is_spikes_per_neuron_and_second),
        cmocka_unit_test(progress_says_what_is_left),
        cmocka_unit_test(bins_are_of_bounded_size),
        cmocka_unit_test(independent_spikes_have_power_1),
        cmocka_unit_test(a_rhythm_stands_out_at_its_frequency),
        cmocka_unit_test(no_spectrum_of_nothing),
    };
    return cmocka_run_group_tests_name("run", tests, make_directory, remove_directory);
}
