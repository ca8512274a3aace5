// test_engine_device.c: a device as an engine of the commands: how it fails, and with which code
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "command.h"
#include "device.h"
#include "network_files.h"
#include "run_hdf5.h"
#include "run_report.h"
#include "run_verify.h"
#include "soft_board.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SECOND = 1000000,
    LATE = 60000,      // bytes: within the synapses of the network below, which are 90000
    PART_ROOM = 20000, // for what is under way when it is stopped
};

// ---- A board that a test spoils -----------------------------------------------------------------

static const struct izh_shape shape = {.format = {20, 24, 18},
                                       .neurons = 256,
                                       .lanes = 1,
                                       .synapses = 32768,
                                       .slots = 32,
                                       .parts = 1,
                                       .weight_bits = 16,
                                       .delta_bits = 5,
                                       .accumulator_bits = 28};

// "fault:MODE". Its time passes only while somebody waits.
struct board {
    struct izh_transport_base base;
    const char *mode;
    struct izh_model *model;
    struct izh_soft_board *board;
    uint64_t now_us, sent;
    bool interrupted;
};

static bool is(const struct board *b, const char *mode)
{
    return !strcmp(b->mode, mode);
}

static enum izh_status board_open(const char *rest, struct izh_transport **transport, char *message)
{
    static const struct izh_soft_board_options usual = {32767, 64, 240, 0, 77, 1000},
                                               small = {256, 3, 32, 0, 77, 1000};
    (void)message;
    struct board *b = calloc(1, sizeof *b);
    b->mode = rest;
    assert_int_equal(izh_model_new(&shape, &b->model), IZH_MODEL_OK);
    b->board = izh_soft_board_new(is(b, "small") ? &small : &usual, &shape, b->model);
    *transport = (struct izh_transport *)b;
    return IZH_OK;
}

static void board_close(struct izh_transport *transport)
{
    struct board *b = (struct board *)transport;
    izh_soft_board_free(b->board);
    izh_model_free(b->model);
    free(b);
}

static enum izh_status board_send(struct izh_transport *transport, const uint8_t *bytes,
                                  size_t count, size_t *sent)
{
    struct board *b = (struct board *)transport;
    *sent = count;
    b->sent += count;
    if (is(b, "interrupts") && !b->interrupted && b->sent > LATE) {
        b->interrupted = true;
        raise(SIGINT);
    }
    if ((is(b, "goes") && b->sent > 1000) || (b->interrupted && b->sent > LATE + PART_ROOM))
        return IZH_GONE;
    izh_soft_board_receive(b->board, bytes, count);
    return IZH_OK;
}

static enum izh_status board_receive(struct izh_transport *transport, uint8_t *bytes, size_t size,
                                     size_t *got, uint64_t timeout_us)
{
    struct board *b = (struct board *)transport;
    *got = izh_soft_board_send(b->board, bytes, size, 1000);
    if (is(b, "forgets"))
        izh_model_write(b->model, IZH_ADDRESS(IZH_REGION_INPUT, 0, 0), 12345);
    if (is(b, "overlaps") && b->sent > LATE) // what is written late comes back onto what was first
        izh_model_write(b->model, IZH_ADDRESS(IZH_REGION_SYNAPSE, 0, 5), 0);
    b->now_us += *got ? 1 : timeout_us ? timeout_us : 1;
    return IZH_OK;
}

static uint64_t board_now(struct izh_transport *transport)
{
    return ((struct board *)transport)->now_us;
}

static void board_interrupt(struct izh_transport *transport)
{
    (void)transport;
}

static const struct izh_transport_ops board_ops = {
    .scheme = "fault",
    .open = board_open,
    .send = board_send,
    .receive = board_receive,
    .now_us = board_now,
    .interrupt = board_interrupt,
    .close = board_close,
    .retry_us = SECOND,
};

// ---- Commands -----------------------------------------------------------------------------------

static char said[4096]; // on the standard error, by the last command

static void slurp(const char *name)
{
    FILE *file = fopen(izh_files_path(name), "r");
    assert_non_null(file);
    said[fread(said, 1, sizeof said - 1, file)] = '\0';
    fclose(file);
}

// In a child: a command may leave what only the end of a program clears. The words end with NULL.
static int command(const struct izh_command *c, const char *const *words)
{
    char *argv[16] = {(char *)c->name};
    int argc = 1, status = 0;
    for (; words[argc - 1]; argc++)
        argv[argc] = (char *)words[argc - 1];
    fflush(NULL);
    pid_t child = fork();
    if (!child) {
        if (!freopen(izh_files_path("out"), "w", stdout) ||
            !freopen(izh_files_path("err"), "w", stderr))
            _exit(99);
        exit(c->run(argc, argv));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    slurp("err");
    if (!WIFEXITED(status))
        fail_msg("%s: status %x: %s", c->name, (unsigned)status, said);
    return WEXITSTATUS(status);
}

static void assert_exits(const struct izh_command *c, const char *const *words, int code,
                         const char *part)
{
    int got = command(c, words);
    if (got != code || !strstr(said, part))
        fail_msg("%s: exit code %d, not %d; it said: %s", c->name, got, code, said);
}

static void write_network(void)
{
    izh_files_write("network.json",
                    "{\"name\": \"n\", \"seed\": 1, \"run\": {\"duration_ms\": 20}, "
                    "\"populations\": [{\"name\": \"E\", \"count\": 150, \"a\": 0.02, \"b\": 0.2, "
                    "\"c\": -65, \"d\": 8, \"bias\": 10}], \"projections\": [{\"from\": \"E\", "
                    "\"to\": \"E\", \"rule\": \"all-to-all\", \"weight\": 0.01, \"delay\": 1}]}");
}

static void run_and_verify_exit(const char *uri, int code, const char *part)
{
    char network[512], directory[512];
    snprintf(network, sizeof network, "%s", izh_files_path("network.json"));
    snprintf(directory, sizeof directory, "%s", izh_files_path("."));
    const char *const run[] = {network, "--on", uri, "--out", directory, "--quiet", NULL};
    const char *const verify[] = {network, "--on", uri, NULL};
    write_network();
    assert_exits(&izh_command_run, run, code, part);
    assert_exits(&izh_command_verify, verify, code, part);
}

static void every_command_has_the_same_code_for_a_failure(void **unused)
{
    (void)unused;
    static const struct {
        const char *uri;
        int code;
        const char *part;
    } boards[] = {
        {"fault:well", 0, ""},
        {"fault:forgets", 1, "address 40000000 holds 00003039, the image wrote "},
        {"fault:goes", 7, "fault:goes"},
    };
    for (size_t i = 0; i < sizeof boards / sizeof *boards; i++) {
        const char *const patterns[] = {"A", "--on", boards[i].uri, NULL};
        run_and_verify_exit(boards[i].uri, boards[i].code, boards[i].part);
        assert_exits(&izh_command_patterns, patterns, boards[i].code, boards[i].part);
    }
}

// ---- Loading ------------------------------------------------------------------------------------

// The board is gone when it is sent much more.
static void a_load_that_is_interrupted_ends_soon(void **unused)
{
    (void)unused;
    run_and_verify_exit("fault:interrupts", 130, "interrupted after tick 0 of 20");
    slurp("spikes.csv");
    assert_string_equal(said, "time_ms,neuron,population,tick,substep,level\n");
    assert_int_equal(access(izh_files_path("raster.png"), F_OK), 0);
}

static void what_comes_back_onto_an_earlier_part_is_found(void **unused)
{
    (void)unused;
    run_and_verify_exit("fault:overlaps", 1, "address 50000005 holds 00000000, the image wrote ");
}

static bool second_time(void *context)
{
    return ++*(int *)context == 2;
}

static void a_core_that_is_loaded_is_stopped_too(void **unused)
{
    (void)unused;
    const char *core;
    struct izh_shape of_core;
    struct izh_verify_result result;
    int asked = 0;
    for (size_t i = 0; izh_engine_sim_core(i, &core, &of_core) && strcmp(core, "s20"); i++)
        ;
    write_network();
    struct izh_network *network = izh_files_read("network.json", NULL);
    struct izh_compiled *compiled = izh_files_compile(network, 0, &of_core);
    const struct izh_verify_request request = {
        .core = core, .compiled = compiled, .ticks = 2, .context = &asked, .stop = second_time};
    assert_int_equal(izh_verify(&request, &result), IZH_VERIFY_EQUAL);
    assert_int_equal(result.ticks, 0);
    assert_int_equal(asked, 2);
    izh_compiled_free(compiled);
    izh_network_free(network);
}

// ---- Statuses -----------------------------------------------------------------------------------

// Every row of the table is that of a status, and every status has one.
static void a_status_has_the_code_of_the_document(void **unused)
{
    (void)unused;
    char line[256], name[64];
    int code, rows = 0;
    FILE *file = fopen("docs/driver.md", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        enum izh_status status = IZH_OK;
        if (sscanf(line, "| `%63[A-Z_]` | %*[^|]| %d |", name, &code) != 2)
            continue;
        while (strcmp(izh_status_name(status), name)) {
            if (!strcmp(izh_status_name(status), "IZH_UNKNOWN"))
                fail_msg("%s is no status", name);
            status = (enum izh_status)(status - 1);
        }
        if (izh_device_exit(status) != code)
            fail_msg("%s: exit code %d, the document says %d", name, izh_device_exit(status), code);
        rows++;
    }
    fclose(file);
    assert_string_not_equal(izh_status_name((enum izh_status)(1 - rows)), "IZH_UNKNOWN");
    assert_string_equal(izh_status_name((enum izh_status) - rows), "IZH_UNKNOWN");
}

static void an_engine_keeps_the_status_of_its_last_failure(void **unused)
{
    (void)unused;
    struct izh_engine engine;
    char message[IZH_MESSAGE];
    assert_int_equal(izh_engine_device("fault:well", &engine, message), IZH_OK);
    assert_int_equal(izh_engine_device_failure(&engine), IZH_OK);
    assert_int_equal(izh_engine_write(&engine, IZH_ADDRESS(IZH_REGION_STATE, 0, 256), 0),
                     IZH_MODEL_BAD_ADDRESS);
    assert_int_equal(izh_engine_device_failure(&engine), IZH_REFUSED);
    assert_int_equal(izh_engine_exit(&engine), 3);
    izh_engine_free(&engine);
}

// ---- Losses -------------------------------------------------------------------------------------

// Of a board that does not wait for the host, with a ring of less than its neurons' spikes.
static void what_a_device_lost_is_in_the_report(void **unused)
{
    (void)unused;
    struct izh_engine engine;
    struct izh_run_result result;
    write_network();
    assert_int_equal(izh_engine_device("fault:small", &engine, NULL), IZH_OK);
    assert_int_equal(izh_device_set_lossy(izh_engine_device_handle(&engine), 1), IZH_OK);
    struct izh_network *network = izh_files_read("network.json", NULL);
    struct izh_compiled *compiled = izh_files_compile(network, 0, &shape);
    const struct izh_run_request request = {.engine = &engine, .compiled = compiled, .ticks = 20};
    assert_true(izh_run(&request, &result));
    assert_true(result.counts.lost > 0 && (result.spikes + result.counts.lost) % 150 == 0);
    const struct izh_run_report report = {
        .file = "f", .name = "n", .engine = &engine, .compiled = compiled, .result = &result};
    char *text = izh_run_report_json(&report), line[64];
    snprintf(line, sizeof line, "\"lost\":\t%llu,", (unsigned long long)result.counts.lost);
    assert_non_null(strstr(text, line));
    assert_int_equal(izh_run_report_warn(&report), IZH_EXIT_DIFFER);
    free(text);
    izh_run_result_free(&result);
    izh_compiled_free(compiled);
    izh_network_free(network);
    izh_engine_free(&engine);
}

// In a child, of whose memory nothing is left. The exit code says what is wrong.
static int open_without_memory(void)
{
    const struct rlimit none = {0, 0};
    struct izh_engine engine = {0};
    char message[IZH_MESSAGE] = "nobody has said anything";
    setrlimit(RLIMIT_AS, &none);
    for (size_t size = 1 << 24; size >= 64; size /= 2) {
        void *volatile taken;
        do
            taken = malloc(size);
        while (taken);
    }
    if (izh_engine_device("fault:well", &engine, message) != IZH_NO_MEMORY)
        return 1;
    return strcmp(message, "fault:well: out of memory") ? 2 : 0;
}

static void without_memory_there_is_a_message(void **unused)
{
    (void)unused;
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (!child)
        _exit(open_without_memory());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static int begin(void **state)
{
    izh_run_hdf5_prepare();
    return izh_transport_add(&board_ops) ? -1 : izh_files_begin(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_has_the_code_of_the_document),
        cmocka_unit_test(an_engine_keeps_the_status_of_its_last_failure),
        cmocka_unit_test(every_command_has_the_same_code_for_a_failure),
        cmocka_unit_test(a_load_that_is_interrupted_ends_soon),
        cmocka_unit_test(what_comes_back_onto_an_earlier_part_is_found),
        cmocka_unit_test(a_core_that_is_loaded_is_stopped_too),
        cmocka_unit_test(what_a_device_lost_is_in_the_report),
        cmocka_unit_test(without_memory_there_is_a_message),
    };
    return cmocka_run_group_tests_name("engine_device", tests, begin, izh_files_end);
}
