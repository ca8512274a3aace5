// test_run_files.c: the files of a run read back, after interruptions, on full disks; its figure
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run_fake.h"
#include "run_figure.h"
#include "run_interrupt.h"

#include <errno.h>
#include <hdf5.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[] = "/tmp/izh-test-run-XXXXXX";

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

// ---- Files --------------------------------------------------------------------------------------

static void run_into(struct izh_fake_run *f, const char *path)
{
    f->request.files = &f->files;
    assert_true(izh_run_files_begin(&f->files, path, &f->compiled));
    assert_true(izh_run(&f->request, &f->result));
    assert_true(izh_run_files_commit(&f->files));
}

static void assert_csv(const char *path, const struct izh_spike_list *list)
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
                              const struct izh_spike_list *list)
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
        assert_int_equal(nodes[n], s->neuron - izh_fake_populations[population].first);
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

static void assert_hdf5(const char *path, const struct izh_spike_list *list)
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
    static struct izh_spike_list list;
    struct izh_fake_run f;
    char *path = place("whole");
    uint64_t checksum = 0;
    izh_fake_prepare(&f);
    f.request.ticks = 1500; // more than a block of every population
    list.count = 0;
    run_into(&f, path);
    assert_int_equal(f.result.ticks, 1500);
    assert_int_equal(files_in(path), 2);
    // As many as the list has room for come from the beginning.
    izh_run_result_free(&f.result);
    izh_fake_prepare(&f);
    f.request.ticks = 300;
    run_into(&f, path);
    izh_fake_collect(&f, 300, &list);
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
    struct izh_fake_run f;
    struct izh_probed probe = {.logical = 2, .physical = 2};
    char name[256], line[128], *path = place("traces");
    izh_fake_prepare(&f);
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
    for (int i = 1; i <= IZH_FAKE_TICKS * IZH_FAKE_SUBSTEPS; i++) {
        double ms, v, u;
        int neuron, tick = (i - 1) / IZH_FAKE_SUBSTEPS;
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
    izh_fake_prepare(&f);
    run_into(&f, path);
    assert_int_equal(files_in(path), 2);
    izh_run_result_free(&f.result);
}

static void an_interrupted_run_has_every_spike_up_to_its_last_tick(void **unused)
{
    (void)unused;
    static struct izh_spike_list list;
    struct izh_fake_run f;
    char *path = place("interrupted");
    izh_fake_prepare(&f);
    f.fake.interrupt_at = 20;
    list.count = 0;
    izh_run_interrupt_arm();
    run_into(&f, path);
    assert_int_equal(izh_run_interrupt_signal(), SIGINT);
    izh_run_interrupt_disarm();
    // To the end of the chunk in which it was raised, and no further.
    assert_true(f.result.ticks > 20 && f.result.ticks < IZH_FAKE_TICKS);
    assert_int_equal(f.result.ticks, f.fake.tick);
    izh_fake_collect(&f, f.result.ticks, &list);
    assert_int_equal(f.result.spikes, list.count);
    assert_csv(path, &list);
    assert_hdf5(path, &list);
    assert_int_equal(files_in(path), 2);
    izh_run_result_free(&f.result);
}

static void an_engine_that_fails_leaves_no_file(void **unused)
{
    (void)unused;
    struct izh_fake_run f;
    char *path = place("stuck");
    izh_fake_prepare(&f);
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
struct disk {
    const char *name;
    rlim_t bytes;
    bool probed;
    uint32_t ticks;
    unsigned copies; // of every spike
};

static int fill_disk(const char *path, const struct disk *disk)
{
    struct rlimit limit = {disk->bytes, disk->bytes};
    struct izh_probed probe = {.scale = {0.25, 2, -62.5, -16.25, 100, 100}, .physical = 2};
    struct izh_fake_run f;
    izh_fake_prepare(&f);
    f.compiled.probes = &probe;
    f.compiled.probe_count = disk->probed;
    f.fake.copies = disk->copies;
    f.request.files = &f.files;
    f.request.ticks = disk->ticks;
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
    static const struct disk disks[] = {
        {"nothing", 0, false, 500, 200},    {"header", 100, false, 500, 200},
        {"some", 2000, false, 500, 200},    {"more", 30000, false, 500, 200},
        {"most", 200000, false, 500, 200},  {"much", 1000000, false, 500, 200},
        {"probed", 60000, true, 5000, 0},   {"probed_more", 130000, true, 5000, 0},
        {"late_hdf5", 8000, false, 20, 0}, // fails when all has run
        {"late_csv", 50000, false, 3, 400},
    };
    for (size_t i = 0; i < sizeof disks / sizeof *disks; i++) {
        int status = 0;
        char *path = place(disks[i].name);
        fflush(NULL);
        pid_t child = fork();
        if (!child)
            exit(fill_disk(path, &disks[i])); // libhdf5's exit too
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFEXITED(status) || WEXITSTATUS(status))
            fail_msg("%s: status %x", disks[i].name, (unsigned)status);
        assert_int_equal(files_in(path), 0);
    }
}

static void a_place_that_is_not_there_is_named(void **unused)
{
    (void)unused;
    struct izh_fake_run f;
    izh_fake_prepare(&f);
    assert_false(izh_run_files_begin(&f.files, "/nowhere/at/all", &f.compiled));
    assert_string_equal(f.files.failed, "/nowhere/at/all/spikes.csv");
    assert_int_equal(f.files.error, ENOENT);
}

// ---- Figures ------------------------------------------------------------------------------------

// Runs and draws, with the real gnuplot; what came of it is in path. The exit code of the figure.
static int draw_into(struct izh_fake_run *f, const char *path, const char *name)
{
    struct izh_run_activity activity = {0};
    assert_true(izh_run_activity_begin(&activity, &f->compiled, IZH_FAKE_TICKS));
    f->request.activity = &activity;
    assert_true(izh_run(&f->request, &f->result));
    const struct izh_run_picture picture = {&activity, &f->result, name, "fake"};
    int code = izh_run_figure(&picture, path);
    izh_run_activity_free(&activity);
    izh_run_result_free(&f->result);
    return code;
}

// gnuplot takes a line end for the end of a text, and runs what begins with "!" in a shell.
static void a_name_in_a_figure_is_text_whatever_it_holds(void **unused)
{
    (void)unused;
    static const char *const names[] = {
        "n\n!touch %s/pwned\n", "n\r\n!touch %s/pwned\r\n", "''`touch %s/pwned`",
        "'''`touch %s/pwned`'", "\\'`touch %s/pwned`\\",    "\xc2\x85\x7f{/:Bold_^}@&~\"$\\",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct izh_fake_run f;
        char name[160], label[32];
        snprintf(label, sizeof label, "figure%zu", i);
        char *path = place(label);
        snprintf(name, sizeof name, names[i], path);
        struct izh_population populations[3] = {{name, 0, 4}, {"I", 4, 1}, {name, 5, 1}};
        izh_fake_prepare(&f);
        f.compiled.populations = populations;
        if (draw_into(&f, path, name) || files_in(path) != 1)
            fail_msg("name %zu", i);
    }
}

static void a_run_without_spikes_has_a_figure(void **unused)
{
    (void)unused;
    struct izh_fake_run f;
    char *path = place("none");
    izh_fake_prepare(&f);
    f.request.ticks = 0;
    assert_int_equal(draw_into(&f, path, "none"), 0);
    assert_int_equal(files_in(path), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_hold_the_spikes),
        cmocka_unit_test(traces_are_in_millivolts),
        cmocka_unit_test(an_interrupted_run_has_every_spike_up_to_its_last_tick),
        cmocka_unit_test(an_engine_that_fails_leaves_no_file),
        cmocka_unit_test(a_full_disk_leaves_no_file),
        cmocka_unit_test(a_place_that_is_not_there_is_named),
        cmocka_unit_test(a_name_in_a_figure_is_text_whatever_it_holds),
        cmocka_unit_test(a_run_without_spikes_has_a_figure),
    };
    return cmocka_run_group_tests_name("run_files", tests, make_directory, remove_directory);
}
