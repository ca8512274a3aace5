// test_run_command.c: izh run and izh verify as programs: results, files, interruptions, refusals
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[] = "/tmp/izh-test-run-command-XXXXXX";

// Of the last run.
static int code;
static char *output, *errors;

// Spikes on every level, delays over both parts of a row, noise, stimuli of both kinds, probes.
static const char network[] =
    "{\"name\": \"test\", \"seed\": 3, \"run\": {\"duration_ms\": 100},\n"
    " \"populations\": [\n"
    "  {\"name\": \"E\", \"count\": 150, \"a\": 0.02, \"b\": 0.2, \"c\": -65, \"d\": 8, \"v0\": "
    "-65, \"bias\": 4, \"noise_sd\": 5},\n"
    "  {\"name\": \"I\", \"count\": 37, \"a\": 0.1, \"b\": 0.2, \"c\": -65, \"d\": 2, \"v0\": -65, "
    "\"noise_sd\": 4}],\n"
    " \"projections\": [\n"
    "  {\"from\": \"E\", \"to\": [\"E\", \"I\"], \"rule\": \"fixed-outdegree\", \"degree\": 20, "
    "\"weight\": {\"uniform\": [1, 8]}, \"delay\": {\"uniform\": [1, 45]}},\n"
    "  {\"from\": \"I\", \"to\": \"E\", \"rule\": \"fixed-outdegree\", \"degree\": 30, \"weight\": "
    "-6, \"delay\": 1}],\n"
    " \"inputs\": [\n"
    "  {\"type\": \"spikes\", \"to\": \"E\", \"weight\": 20, \"poisson_hz\": 20},\n"
    "  {\"type\": \"current\", \"to\": \"I\", \"times_ms\": [0, 30, 60], \"values\": [0, 6, 2]}],\n"
    " \"probes\": [{\"population\": \"E\", \"neurons\": [0, 7]}]}\n";

static const char *command(void)
{
    const char *chosen = getenv("IZH");
    return chosen ? chosen : "build/izh";
}

static char *slurp(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("no file %s", path);
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    char *text = malloc(length + 1);
    assert_non_null(text);
    rewind(file);
    assert_int_equal(fread(text, 1, length, file), length);
    text[length] = '\0';
    fclose(file);
    return text;
}

// "$IZH" in the shell's words is the command, "$D" a directory for its files.
static void shell(const char *words)
{
    char line[2048];
    snprintf(line, sizeof line, "IZH=$(realpath '%s') D='%s'; { %s ; } >'%s/out' 2>'%s/err'",
             command(), directory, words, directory, directory);
    int status = system(line);
    assert_true(WIFEXITED(status));
    code = WEXITSTATUS(status);
    free(output);
    free(errors);
    output = slurp("out");
    errors = slurp("err");
}

static void assert_code(int expected)
{
    if (code != expected)
        fail_msg("exit code %d, not %d; it said: %s", code, expected, errors);
}

static void assert_says(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no \"%s\" in \"%s\"", part, text);
}

static size_t lines(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void izh(const char *arguments)
{
    char words[1024];
    snprintf(words, sizeof words, "\"$IZH\" %s", arguments);
    shell(words);
}

// One line that says it, and nothing where results go.
static void assert_refused(const char *arguments, int expected, const char *part)
{
    izh(arguments);
    assert_code(expected);
    assert_string_equal(output, "");
    assert_int_equal(lines(errors), 1);
    assert_int_equal(strncmp(errors, "izh: ", 5), 0);
    assert_says(errors, part);
}

static void assert_files(const char *where, size_t expected)
{
    char words[256];
    snprintf(words, sizeof words, "find \"$D/%s\" -type f", where);
    shell(words);
    if (lines(output) != expected)
        fail_msg("%zu files, not %zu:\n%s", lines(output), expected, output);
}

static cJSON *item(const cJSON *object, const char *name)
{
    cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!found)
        fail_msg("no %s", name);
    return found;
}

static double number(const cJSON *object, const char *name)
{
    cJSON *found = item(object, name);
    if (!cJSON_IsNumber(found))
        fail_msg("%s is no number", name);
    return found->valuedouble;
}

// What a run says in JSON, to be deleted.
static cJSON *run(const char *arguments, int expected)
{
    char words[512];
    snprintf(words, sizeof words, "run --json --no-figure --out \"$D/run\" %s", arguments);
    izh(words);
    assert_code(expected);
    cJSON *root = cJSON_ParseWithOpts(output, NULL, 1);
    assert_true(cJSON_IsObject(root));
    return root;
}

static void write_file(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int make_directory(void **unused)
{
    (void)unused;
    if (!mkdtemp(directory))
        return -1;
    write_file("net.json", network);
    return 0;
}

static int remove_directory(void **unused)
{
    (void)unused;
    char words[128];
    snprintf(words, sizeof words, "rm -rf '%s'", directory);
    free(output);
    free(errors);
    return system(words);
}

// ---- Results ------------------------------------------------------------------------------------

static void every_engine_gives_the_same_checksum(void **unused)
{
    (void)unused;
    static const char *const engines[] = {
        "--on model: --lanes 2",    "--on model: --lanes 4",
        "--on model: --lanes 8",    "--on model: --lanes 16",
        "--on model: --threads 2",  "--on model: --lanes 4 --threads 2",
        "--on model: --engine s20", "--on sim:",
        "--on sim: --lanes 2",      "--on sim: --lanes 4",
        "--on sim: --lanes 8",      "--on sim: --lanes 16",
    };
    cJSON *first = run("--on model: \"$D/net.json\"", 0);
    const char *checksum = item(first, "spike_checksum")->valuestring;
    assert_int_equal(strlen(checksum), 16);
    assert_true(number(first, "spikes") > 200);
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
        char words[128];
        snprintf(words, sizeof words, "%s \"$D/net.json\"", engines[i]);
        cJSON *other = run(words, 0);
        if (strcmp(item(other, "spike_checksum")->valuestring, checksum))
            fail_msg("%s: %s, not %s", engines[i], item(other, "spike_checksum")->valuestring,
                     checksum);
        assert_true(number(other, "spikes") == number(first, "spikes"));
        cJSON_Delete(other);
    }
    cJSON *seed = run("--on model: --seed 4 \"$D/net.json\"", 0);
    assert_string_not_equal(item(seed, "spike_checksum")->valuestring, checksum);
    assert_true(number(seed, "seed") == 4);
    cJSON_Delete(seed);
    cJSON_Delete(first);
}

static void json_says_what_ran_and_what_came_out(void **unused)
{
    (void)unused;
    cJSON *root = run("--on sim: --lanes 4 --ticks 50 \"$D/net.json\"", 0);
    assert_string_equal(item(root, "network")->valuestring, "test");
    assert_string_equal(item(root, "engine")->valuestring, "sim");
    assert_true(number(root, "lanes") == 4 && number(root, "ticks") == 50);
    assert_true(number(root, "simulated_ms") == 50 && number(root, "tick_ms") == 1);
    assert_true(number(root, "neurons") == 187 && number(root, "synapses") == 150 * 20 + 37 * 30);
    assert_true(cJSON_IsFalse(item(root, "interrupted")));
    assert_true(number(root, "lost") == 0 && number(item(root, "saturated"), "port") >= 0);
    assert_true(number(root, "neuron_updates") == 187 * 4 * 50);
    assert_true(number(root, "synaptic_events") > 0);
    assert_true(number(root, "update_clocks_per_tick") == 187.0);
    assert_true(number(root, "clocks_per_tick") > 187 && number(root, "stall_share") < 1);
    assert_true(number(item(root, "rates"), "E") >= 0);
    assert_int_equal(cJSON_GetArraySize(item(root, "populations")), 2);
    assert_int_equal(cJSON_GetArraySize(item(item(root, "lane_balance"), "lanes")), 4);
    assert_true(cJSON_GetArraySize(item(root, "quantisation")) > 0);
    assert_true(number(root, "wall_s") > 0 && number(root, "times_real_time") > 0);
    char *kept = slurp("run/run.json");
    shell("cat \"$D/run/run.json\"");
    assert_string_equal(kept, output);
    free(kept);
    cJSON_Delete(root);
}

static void a_network_comes_through_a_pipe(void **unused)
{
    (void)unused;
    shell("\"$IZH\" run \"$D/net.json\" --on model: --ticks 10 --json --no-figure --out \"$D/run\" "
          "| grep checksum");
    assert_code(0);
    char *checksum = slurp("out");
    shell("cat \"$D/net.json\" | \"$IZH\" run /dev/stdin --on model: --ticks 10 --json --no-figure "
          "--out \"$D/run\" | grep checksum");
    assert_string_equal(errors, "");
    assert_string_equal(output, checksum);
    shell("cat \"$D/net.json\" | \"$IZH\" verify /dev/stdin --ticks 10");
    assert_code(0);
    assert_says(output, ": 10 ticks, ");
    free(checksum);
}

static void the_report_is_readable_and_the_files_are_there(void **unused)
{
    (void)unused;
    shell("cd \"$D\" && \"$IZH\" run net.json --on model: --for 50");
    assert_code(0);
    assert_string_equal(errors, "");
    assert_says(output, "test on model, 1 lane, seed 3\nticks            50 (50 ms)\n");
    assert_says(output, "\nlost             0\n");
    assert_says(output, "\nspike_checksum   ");
    assert_files("net.out", 5); // two of spikes, traces, run.json, raster.png
    shell("cd \"$D\" && \"$IZH\" run net.json --on model: --quiet --no-figure");
    assert_code(0);
    assert_string_equal(output, "");
    assert_string_equal(errors, "");
    assert_files("net.out", 4); // and the old figure is gone
    shell("wc -l <\"$D/net.out/traces.csv\"; grep -c , \"$D/net.out/spikes.csv\"");
    assert_int_equal(strncmp(output, "801\n", 4), 0); // 2 neurons, 100 ticks of 4 sub-steps
}

// ---- Verification -------------------------------------------------------------------------------

static void model_and_core_agree_on_every_word(void **unused)
{
    (void)unused;
    static const char *const engines[] = {"", "--stalls", "--lanes 4",
                                          "--lanes 8 --stalls --seed 9"};
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
        char words[128];
        snprintf(words, sizeof words, "verify \"$D/net.json\" --ticks 60 %s", engines[i]);
        izh(words);
        assert_code(0);
        assert_string_equal(errors, "");
        assert_says(output, ": 60 ticks, 44880 updates, 11220 inputs, ");
        assert_says(output, " words compared, 0 differ\n");
    }
}

// A core with a fault is there for this: what is said must repeat the difference.
static void a_broken_core_is_found_and_the_command_repeats_it(void **unused)
{
    (void)unused;
    char word[32], repeat[512], first[512];
    unsigned long tick, substep, neuron, logical, seed;
    long long expected, got;
    // It has no synapses.
    write_file("plain.json", "{\"name\": \"x\", \"seed\": 1, \"populations\": [{\"name\": \"E\", "
                             "\"count\": 187, \"a\": 0.02, \"b\": 0.2, \"c\": -65, \"d\": 8, "
                             "\"v0\": {\"uniform\": [-70, -50]}, \"bias\": 10}]}");
    izh("verify \"$D/plain.json\" --ticks 50");
    assert_code(0);
    izh("verify \"$D/plain.json\" --engine broken --seed 5");
    assert_code(1);
    assert_int_equal(lines(errors), 1);
    assert_says(output, " differ\n");
    if (sscanf(errors,
               "izh: model and sim broken differ: tick %lu, sub-step %lu, neuron %lu (logical %lu, "
               "%*[^)]), %31[^:]: expected %lld, got %lld; seed %lu; repeat: izh %511[^\n]",
               &tick, &substep, &neuron, &logical, word, &expected, &got, &seed, repeat) != 9)
        fail_msg("it said: %s", errors);
    assert_true(expected != got && seed == 5 && neuron < 187 && logical < 187);
    snprintf(first, sizeof first, "%s", errors);
    izh(repeat);
    assert_code(1);
    assert_string_equal(errors, first);
}

// ---- Devices ------------------------------------------------------------------------------------

// Of the numbers of a model that does not fit the network closely, and of Verilated boards.
static const char usual_model[] =
    "model:neurons=2048,lanes=2,synapses=100000,slots=32,parts=2,delta=5";

static void devices_give_the_same_spikes_as_one_made_to_fit(void **unused)
{
    (void)unused;
    const char *const devices[] = {usual_model, "sim:s20", "sim:s20x2", "sim:s20,seed=7"};
    cJSON *fitting = run("--on model: \"$D/net.json\"", 0);
    double events = 0; // of rings with the same parts: the second part of a row is read later
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
        char words[160];
        snprintf(words, sizeof words, "--on %s \"$D/net.json\"", devices[i]);
        cJSON *other = run(words, 0);
        assert_string_equal(item(other, "engine")->valuestring, devices[i]);
        assert_string_equal(item(other, "spike_checksum")->valuestring,
                            item(fitting, "spike_checksum")->valuestring);
        assert_true(number(other, "spikes") == number(fitting, "spikes"));
        assert_true(number(other, "neuron_updates") == number(fitting, "neuron_updates"));
        events = i ? events : number(other, "synaptic_events");
        assert_true(events > 0 && number(other, "synaptic_events") == events);
        cJSON_Delete(other);
    }
    cJSON_Delete(fitting);
}

// The rows of a tick's last spikes are read when its end has come already.
static void a_simulated_board_counts_its_events_to_the_last(void **unused)
{
    (void)unused;
    cJSON *model = run("--on model: --ticks 50 examples/cpg.json", 0);
    cJSON *board = run("--on sim:s20 --ticks 50 examples/cpg.json", 0);
    assert_true(number(board, "synaptic_events") == number(model, "synaptic_events"));
    cJSON_Delete(model);
    cJSON_Delete(board);
}

static void a_board_agrees_with_the_model_in_every_word(void **unused)
{
    (void)unused;
    static const char *const devices[] = {"sim:s20x2", "sim:c16"};
    for (size_t i = 0; i < 2; i++) {
        char words[128];
        snprintf(words, sizeof words, "verify \"$D/net.json\" --ticks 20 --on %s", devices[i]);
        izh(words);
        assert_code(0);
        assert_string_equal(errors, "");
        assert_says(output, ": 20 ticks, 14960 updates, 3740 inputs, ");
        assert_says(output, " words compared, 0 differ\n");
    }
}

static void a_broken_board_is_found_and_the_command_repeats_it(void **unused)
{
    (void)unused;
    char repeat[512], first[512], word[32];
    unsigned long tick, neuron;
    long long expected, got;
    izh("verify \"$D/plain.json\" --on sim:broken --ticks 400");
    assert_code(1);
    assert_says(output, " differ\n");
    if (sscanf(errors,
               "izh: model and sim:broken differ: tick %lu, sub-step %*u, neuron %lu (%*[^)]), "
               "%31[^:]: expected %lld, got %lld; seed %*u; repeat: izh %511[^\n]",
               &tick, &neuron, word, &expected, &got, repeat) != 6)
        fail_msg("it said: %s", errors);
    assert_true(expected != got && neuron < 187);
    snprintf(first, sizeof first, "%s", errors);
    izh(repeat);
    assert_code(1);
    assert_string_equal(errors, first);
}

static void devices_are_listed_and_say_what_they_are(void **unused)
{
    (void)unused;
    izh("list");
    assert_says(output, "model:  ");
    assert_says(output, "\nsim:s20x2  ");
    assert_null(strstr(output, "sim:broken"));
    izh("info --on sim:c16");
    assert_code(0);
    assert_says(output, "\nengine           16/24/16 bits, 1024 neurons, 1 lane, 128 shared");
    assert_says(output, "\nlink             version 1, 1 request of 92 bytes, ring of 127 bytes\n");
    izh("info --json --on sim:w20");
    assert_code(0);
    cJSON *root = cJSON_Parse(output);
    assert_string_equal(item(root, "board")->valuestring, "simulation");
    assert_true(number(root, "x_bits") == 20 && number(root, "synapses") == 0);
    cJSON_Delete(root);
}

static void a_network_that_a_device_has_no_room_for_is_refused(void **unused)
{
    (void)unused;
    assert_refused("run \"$D/net.json\" --on model:neurons=100,lanes=1,synapses=1000", 3, "100");
    assert_refused("run \"$D/net.json\" --on sim:w20", 3, "synapses");
}

// ---- Interruption -------------------------------------------------------------------------------

static void an_interrupted_run_ends_with_complete_files(void **unused)
{
    (void)unused;
    static const struct {
        const char *signal;
        int code;
    } signals[] = {{"INT", 130}, {"TERM", 143}};
    for (size_t i = 0; i < 2; i++) {
        char words[512];
        // A background job of a shell without job control ignores SIGINT: env gives it back.
        snprintf(words, sizeof words,
                 "rm -rf \"$D/cut\"; "
                 "env --default-signal=INT \"$IZH\" run \"$D/net.json\" --on model: --ticks "
                 "300000 --out \"$D/cut\" --json --no-figure & "
                 "p=$!; while ! test -s \"$D\"/cut/spikes.csv.*.tmp; do sleep 0.05; done; "
                 "kill -%s $p; wait $p",
                 signals[i].signal);
        shell(words);
        assert_code(signals[i].code);
        assert_int_equal(lines(errors), 1);
        assert_says(errors, "interrupted after tick ");
        cJSON *root = cJSON_Parse(output);
        assert_true(cJSON_IsTrue(item(root, "interrupted")));
        double ticks = number(root, "ticks");
        assert_true(ticks > 0 && ticks < 300000 && number(root, "ticks_asked") == 300000);
        double spikes = number(root, "spikes");
        cJSON_Delete(root);
        assert_files("cut", 4);
        shell("tail -n +2 \"$D/cut/spikes.csv\" | wc -l; tail -n 1 \"$D/cut/traces.csv\"");
        double counted, last;
        assert_int_equal(sscanf(output, "%lf\n%lf,", &counted, &last), 2);
        assert_true(counted == spikes);
        assert_true(last == ticks); // ms
    }
}

// A core that has no room for the second parts of rows when many neurons spike at once.
static void a_run_that_lost_events_says_so_however_it_ends(void **unused)
{
    (void)unused;
    write_file("lossy.json",
               "{\"name\": \"x\", \"seed\": 1, \"populations\": [{\"name\": \"E\", \"count\": 64, "
               "\"a\": 0.02, \"b\": 0.2, \"c\": -65, \"d\": 8, \"bias\": 10}], \"projections\": "
               "[{\"from\": \"E\", \"to\": \"E\", \"rule\": \"one-to-one\", \"weight\": 0.01, "
               "\"delay\": 10}]}");
    cJSON *root = run("--on sim: --engine lossy20 --ticks 300 \"$D/lossy.json\"", 1);
    assert_true(number(root, "lost") > 0);
    cJSON_Delete(root);
    assert_int_equal(lines(errors), 1);
    assert_says(errors, " parts of rows were lost, because too many spikes were under way");
    shell("rm -rf \"$D/cut\"; env --default-signal=INT \"$IZH\" run \"$D/lossy.json\" --on sim: "
          "--engine lossy20 --ticks 30000000 --out \"$D/cut\" --quiet --no-figure & p=$!; "
          "while ! test -s \"$D\"/cut/spikes.csv.*.tmp; do sleep 0.05; done; "
          "kill -INT $p; wait $p");
    assert_code(1);
    assert_says(errors, "interrupted after tick ");
    assert_says(errors, " parts of rows were lost");
    shell("( trap '' XFSZ; ulimit -f 30; \"$IZH\" run \"$D/lossy.json\" --on sim: --engine lossy20 "
          "--for 3000 --no-figure --out \"$D/disk\"; echo code $? >&2 ) 2>&1 | cat");
    assert_says(output, ": File too large\n");
    assert_says(output, " parts of rows were lost");
    assert_says(output, "\ncode 1\n");
}

// ---- Refusals -----------------------------------------------------------------------------------

static void what_makes_no_sense_is_refused_in_one_line(void **unused)
{
    (void)unused;
    static const struct {
        const char *arguments;
        const char *says;
    } wrong[] = {
        {"run", "no network; see izh help run"},
        {"run a b --on model:", "one network at a time"},
        {"run a.json", "--on model:, --on sim: or a device (izh list)"},
        {"run a.json --on board:", "no device 'board:'; there are model:, usb:, ftdi:, tty:, sim:"},
        {"run \"$D/net.json\" --on sim:w99",
         "no board 'sim:w99'; with carrier=bytes there are w20 w16 s20"},
        {"run \"$D/net.json\" --on sim:s20,seed=x", "no board 'sim:s20,seed=x'"},
        {"run \"$D/net.json\" --on sim:s20,seed=1.5", "no board 'sim:s20,seed=1.5'"},
        {"run \"$D/net.json\" --on sim:s20,,seed=1", "no board 'sim:s20,,seed=1'"},
        {"run \"$D/net.json\" --on sim:s20,carrier=tcp", "no board 'sim:s20,carrier=tcp'"},
        {"run \"$D/net.json\" --on sim:s20,clock=1e6", "no board 'sim:s20,clock=1e6'"},
        {"run \"$D/net.json\" --on sim:s20,carrier=usb", "with carrier=usb there are s20x2"},
        {"run \"$D/net.json\" --on sim:s20 --lanes 2", "a device has its engine and its lanes"},
        {"run \"$D/net.json\" --on sim:s20 --threads 2", "--threads is for --on model: only"},
        {"run \"$D/net.json\" --on model:neurons=x", "neurons"},
        {"verify \"$D/net.json\" --on model:", "the model is compared with itself"},
        {"verify \"$D/net.json\" --on sim:s20 --stalls", "--stalls is for --on sim: only"},
        {"info", "say of what: --on ADDRESS"},
        {"info --on sim:s20 s20", "info takes no 's20'"},
        {"list all", "list takes no 'all'"},
        {"run a.json --on model: --lanes 3", "is not 1, 2, 4, 8 or 16"},
        {"run a.json --on model: --lanes 32", "is not a whole number from 1 to 16"},
        {"run a.json --on model: --lanes -1", "--lanes '-1'"},
        {"run a.json --on model: --ticks 0", "--ticks '0' is not a whole number from 1 to 429496"},
        {"run a.json --on model: --ticks 1e3", "--ticks '1e3'"},
        {"run a.json --on model: --for -1", "--for '-1' is not a time in ms above 0"},
        {"run a.json --on model: --for nan", "--for 'nan'"},
        {"run a.json --on model: --for inf", "--for 'inf'"},
        {"run a.json --on model: --for 1 --ticks 1", "--ticks and --for"},
        {"run a.json --on model: --threads 65",
         "--threads '65' is not a whole number from 1 to 64"},
        {"run a.json --on sim: --threads 2", "--threads is for --on model: only"},
        {"run a.json --on model: --seed 4294967296", "--seed '4294967296'"},
        {"run a.json --on model: --fast", "option --fast is unknown"},
        {"run a.json --on", "option --on wants a value"},
        {"verify", "no network; see izh help verify"},
        {"verify a.json --lanes 5", "is not 1, 2, 4, 8 or 16"},
        {"verify a.json --seed x", "--seed 'x'"},
        {"verify a.json --ticks ''", "--ticks ''"},
        {"run \"$D/net.json\" --on model: --engine w99", "there is no engine 'w99'"},
        {"run \"$D/net.json\" --on sim: --engine w20 --lanes 4", "engine w20 has 1 lanes, not 4"},
        {"verify \"$D/net.json\" --engine w99", "there is no engine 'w99'"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_refused(wrong[i].arguments, 2, wrong[i].says);
}

static void a_network_that_cannot_be_used_is_refused_and_leaves_nothing(void **unused)
{
    (void)unused;
    write_file("cut.json", "{\"name\": \"x\", \"seed\"");
    write_file("large.json", "{\"name\": \"x\", \"seed\": 1, \"populations\": [{\"name\": \"E\", "
                             "\"count\": 60000, \"a\": 0.02, \"b\": 0.2, \"c\": -65, \"d\": 8}]}");
    assert_refused("run \"$D/none.json\" --on model: --out \"$D/x\"", 4, "none.json");
    assert_refused("run \"$D\" --on model: --out \"$D/x\"", 4, "izh-test-run-command");
    assert_refused("run \"$D/cut.json\" --on model: --out \"$D/x\"", 3, "cut.json");
    assert_refused("run \"$D/large.json\" --on sim: --out \"$D/x\"", 3, "60000");
    assert_refused("verify \"$D/large.json\"", 3, "60000");
    assert_refused("run \"$D/net.json\" --on model: --for 0.3 --out \"$D/x\"", 3, "0.3 ms");
    shell("test -e \"$D/x\"");
    assert_code(1);
}

// Root may write anywhere, so the place is one where nobody can.
static void a_place_that_cannot_be_written_is_named(void **unused)
{
    (void)unused;
    write_file("file", "");
    assert_refused("run \"$D/net.json\" --on model: --out \"$D/file/x\"", 4,
                   "/file: Not a directory");
    assert_refused("run \"$D/net.json\" --on model: --out \"$D/file\"", 4,
                   "/file: Not a directory");
    assert_refused("run \"$D/net.json\" --on model: --out /proc/nothing", 4, "/proc/nothing: ");
    shell(
        "\"$IZH\" run \"$D/net.json\" --on model: --out \"$D/full\" --no-figure --json >/dev/full");
    assert_code(4);
    assert_says(errors, "cannot write the standard output: No space left on device");
}

// In place of a full disk: files can be so large only. Sizes are in 512 bytes.
static void a_full_disk_leaves_no_file_that_looks_complete(void **unused)
{
    (void)unused;
    static const int blocks[] = {0, 1, 8, 30, 100};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        char words[256];
        snprintf(words, sizeof words,
                 "rm -rf \"$D/disk\"; trap '' XFSZ; ulimit -f %d; \"$IZH\" run \"$D/net.json\" "
                 "--on model: --for 2000 --no-figure --out \"$D/disk\"",
                 blocks[i]);
        // The limit holds for the messages too: they go through a pipe.
        char piped[400];
        snprintf(piped, sizeof piped, "( %s; echo code $? >&2 ) 2>&1 | cat", words);
        shell(piped);
        assert_says(output, ": File too large\ncode 4\n");
        assert_int_equal(lines(output), 2);
        assert_files("disk", 0);
    }
}

static void without_gnuplot_the_rest_is_there(void **unused)
{
    (void)unused;
    shell("GNUPLOT=\"$D/nowhere\" \"$IZH\" run \"$D/net.json\" --on model: --out \"$D/lacking\"");
    assert_code(5);
    assert_says(output, "\nspike_checksum ");
    assert_int_equal(lines(errors), 1);
    assert_says(errors, "nowhere is missing: install the package gnuplot-nox, or say --no-figure");
    assert_files("lacking", 4);
}

// A gnuplot that only looks what is there.
static void the_report_is_the_last_of_the_files(void **unused)
{
    (void)unused;
    write_file("look", "#!/bin/sh\ncat >/dev/null\nls \"$LOOK\" | tee \"$LOOK/../seen\"\n");
    shell("chmod +x \"$D/look\"; LOOK=\"$D/last\" GNUPLOT=\"$D/look\" \"$IZH\" run \"$D/net.json\" "
          "--on model: --out \"$D/last\"; cat \"$D/seen\"");
    assert_says(output, "\nspikes.csv\nspikes.h5\ntraces.csv\n");
    assert_null(strstr(output, "run.json"));
    assert_files("last", 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_engine_gives_the_same_checksum),
        cmocka_unit_test(json_says_what_ran_and_what_came_out),
        cmocka_unit_test(a_network_comes_through_a_pipe),
        cmocka_unit_test(the_report_is_readable_and_the_files_are_there),
        cmocka_unit_test(model_and_core_agree_on_every_word),
        cmocka_unit_test(a_broken_core_is_found_and_the_command_repeats_it),
        cmocka_unit_test(devices_give_the_same_spikes_as_one_made_to_fit),
        cmocka_unit_test(a_simulated_board_counts_its_events_to_the_last),
        cmocka_unit_test(a_board_agrees_with_the_model_in_every_word),
        cmocka_unit_test(a_broken_board_is_found_and_the_command_repeats_it),
        cmocka_unit_test(devices_are_listed_and_say_what_they_are),
        cmocka_unit_test(a_network_that_a_device_has_no_room_for_is_refused),
        cmocka_unit_test(an_interrupted_run_ends_with_complete_files),
        cmocka_unit_test(a_run_that_lost_events_says_so_however_it_ends),
        cmocka_unit_test(what_makes_no_sense_is_refused_in_one_line),
        cmocka_unit_test(a_network_that_cannot_be_used_is_refused_and_leaves_nothing),
        cmocka_unit_test(a_place_that_cannot_be_written_is_named),
        cmocka_unit_test(a_full_disk_leaves_no_file_that_looks_complete),
        cmocka_unit_test(without_gnuplot_the_rest_is_there),
        cmocka_unit_test(the_report_is_the_last_of_the_files),
    };
    return cmocka_run_group_tests_name("run_command", tests, make_directory, remove_directory);
}
