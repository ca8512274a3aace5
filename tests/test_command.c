// test_command.c: izh as a program: what it prints where, its exit codes, and every refusal
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[] = "/tmp/izh-test-command-XXXXXX";

// Of the last run.
static int code;
static char *output, *errors;

static const char *command(void)
{
    const char *chosen = getenv("IZH");
    return chosen ? chosen : "build/izh";
}

static char *slurp(const char *name, size_t *size)
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
    if (size)
        *size = length;
    return text;
}

// "$IZH" in the shell's words is the command, "$D" a directory for its files.
static void shell(const char *words)
{
    char line[1024];
    snprintf(line, sizeof line, "IZH='%s' D='%s'; { %s ; } >'%s/out' 2>'%s/err'", command(),
             directory, words, directory, directory);
    int status = system(line);
    assert_true(WIFEXITED(status));
    code = WEXITSTATUS(status);
    free(output);
    free(errors);
    output = slurp("out", NULL);
    errors = slurp("err", NULL);
}

static void izh(const char *arguments)
{
    char words[512];
    snprintf(words, sizeof words, "\"$IZH\" %s", arguments);
    shell(words);
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

static int make_directory(void **unused)
{
    (void)unused;
    return mkdtemp(directory) ? 0 : -1;
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

// ---- Usage --------------------------------------------------------------------------------------

static void version_and_help_are_results(void **unused)
{
    (void)unused;
    static const char *const asked[] = {"--version",    "help",           "--help",
                                        "-h",           "help patterns",  "patterns --help",
                                        "help vectors", "vectors --help", "help help"};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        izh(asked[i]);
        assert_code(0);
        assert_string_equal(errors, "");
        assert_true(strlen(output) > 8);
    }
    izh("--version");
    assert_int_equal(strncmp(output, "izh ", 4), 0);
    assert_int_equal(lines(output), 1);
}

static void help_lists_commands_and_exit_codes(void **unused)
{
    (void)unused;
    izh("help");
    assert_says(output, "\n  patterns ");
    assert_says(output, "\n  vectors ");
    for (char digit = '0'; digit <= '6'; digit++)
        assert_says(output, (char[]){'\n', ' ', ' ', digit, ' ', ' ', '\0'});
}

static void what_is_unknown_is_refused_in_one_line(void **unused)
{
    (void)unused;
    assert_refused("", 2, "no command");
    assert_refused("pattern", 2, "no command 'pattern'");
    assert_refused("--verbose", 2, "unknown option --verbose");
    assert_refused("help pattern", 2, "no command 'pattern'");
    assert_refused("help help help", 2, "one command");
    assert_refused("patterns --foo", 2, "option --foo is unknown");
    assert_refused("patterns -x", 2, "option -x is unknown");
    assert_refused("patterns --step", 2, "option --step wants a value");
    assert_refused("patterns --json=1", 2, "option --json=1 takes no value");
    assert_refused("patterns U", 2, "no pattern 'U'");
    assert_refused("patterns A '' B", 2, "no pattern ''");
    assert_refused("patterns --phase U", 2, "no pattern 'U'");
    assert_refused("patterns --on model,board", 2, "no device 'board'; there are model:, usb:");
    assert_refused("patterns --on model,", 2, "no device ''");
    assert_refused("patterns --on reference,carrier=usb", 2, "no device 'reference,carrier=usb'");
    assert_refused("patterns --on model:,sim:s20x2,carrier=tcp", 2,
                   "no board 'sim:s20x2,carrier=tcp'");
    assert_refused("patterns --on model:neurons=4,lanes=x", 2, "does not take 'lanes=x'");
    assert_refused("patterns --on sim,sim,sim,sim,sim,sim,sim,sim,sim", 2, "8 engines at most");
    assert_refused("patterns --on sim:w20,sim:w16", 2, "sim:w16 has widths 16/24/16, not 20/24/18");
    assert_refused("patterns --on sim:w20 --widths 16/24/16", 2, "sim:w20 has widths 20/24/18");
    assert_refused("patterns --on usb:none", 7, "usb:none");
    assert_refused("patterns --mode exact", 2, "no mode 'exact'");
    assert_refused("patterns --on sim:w99", 2, "no board 'sim:w99'");
    assert_refused("vectors", 2, "--out DIR");
    assert_refused("vectors --on sim --out x", 2, "model only");
}

static void bad_numbers_are_refused_in_one_line(void **unused)
{
    (void)unused;
    static const char *const steps[] = {"0",   "-1",   "1/0", "1/",   "x",  "0.25ms",
                                        "nan", "1/65", "2",   "1/4x", "''", "/4"};
    static const char *const widths[] = {"20/24",     "20/24/18/2", "a/b/c",    "20/24/18x",
                                         "11/24/18",  "20/31/18",   "20/24/21", "20/24/16",
                                         "-20/24/18", "''",         "99/99/99"};
    char words[64];
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        snprintf(words, sizeof words, "patterns --step %s", steps[i]);
        assert_refused(words, 2, "1/64 to 1 ms");
    }
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        snprintf(words, sizeof words, "patterns --widths %s", widths[i]);
        assert_refused(words, 2, "width");
    }
    assert_refused("patterns --on sim --widths 24/24/20", 2, "it has 20/24/18, 16/24/16");
}

static void a_board_that_cannot_be_served_is_refused_in_one_line(void **unused)
{
    (void)unused;
    assert_refused("board", 2, "--usbip PORT");
    assert_refused("board --usbip 65536", 2, "usbip");
    assert_refused("board --usbip x", 2, "usbip");
    assert_refused("board --usbip 0 more", 2, "takes no 'more'");
    assert_refused("board --usbip 0 --core w99", 2, "no board 'w99'; there are w20");
    assert_refused("board --usbip 0 --core w20 --pins", 2, "no board 'w20' with pins");
    assert_refused("board --usbip 0 --core w20 --listen localhost", 2, "in numbers");
    assert_refused("board --usbip 0 --core w20 --listen 192.0.2.77", 3, "no address 192.0.2.77");
}

// The second one wants the port that the first has, which says goodbye when it is told to.
static void a_board_is_served_until_a_signal(void **unused)
{
    (void)unused;
    shell("\"$IZH\" board --usbip 0 --core w20 >\"$D/port\" 2>\"$D/said\" & board=$!; "
          "while [ ! -s \"$D/port\" ]; do sleep 0.05; done; "
          "\"$IZH\" board --core w20 --usbip \"$(cat \"$D/port\")\"; echo $?; "
          "kill -TERM $board; wait $board; echo $?; cat \"$D/said\"");
    assert_code(0);
    assert_says(output, "3\n143\n");
    assert_int_equal(lines(errors), 1);
    assert_says(errors, "is in use");
    assert_says(output, "attach -r 127.0.0.1 -b 1-1");
}

static void a_pattern_has_an_id_and_a_name_and_a_figure(void **unused)
{
    (void)unused;
    izh("patterns --on model E 'Tonic Spiking' E resonator");
    assert_code(0);
    assert_says(output, "\nE    mixed mode ");
    assert_says(output, "\nA    tonic spiking ");
    assert_says(output, "\nK    resonator ");
    assert_says(output, "\nRZ   resonator ");
    assert_int_equal(lines(output), 2 + 4 + 1);
    izh("patterns --on model 2003");
    assert_int_equal(lines(output), 2 + 8 + 1);
    izh("patterns --on model 2004");
    assert_int_equal(lines(output), 2 + 20 + 1);
}

// ---- Results ------------------------------------------------------------------------------------

static cJSON *item(const cJSON *object, const char *name)
{
    cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!found)
        fail_msg("no %s", name);
    return found;
}

static cJSON *parsed(int expected)
{
    cJSON *array = cJSON_ParseWithOpts(output, NULL, 1);
    assert_true(cJSON_IsArray(array));
    assert_int_equal(cJSON_GetArraySize(array), expected);
    return array;
}

static void json_has_every_field_of_every_pattern(void **unused)
{
    (void)unused;
    cJSON *object;
    izh("patterns --on reference,model --json");
    assert_code(0);
    assert_string_equal(errors, "");
    cJSON *array = parsed(56);
    cJSON_ArrayForEach(object, array)
    {
        assert_true(cJSON_IsString(item(object, "id")));
        assert_true(cJSON_IsString(item(object, "name")));
        assert_string_equal(item(object, "mode")->valuestring, "script");
        assert_true(cJSON_IsString(item(object, "engine")));
        assert_true(item(object, "step_ms")->valuedouble > 0);
        assert_true(cJSON_IsNumber(item(object, "max_step_error")));
        assert_int_equal(cJSON_GetArraySize(item(object, "spikes")),
                         cJSON_GetArraySize(item(object, "reference_spikes")));
    }
    cJSON_Delete(array);
}

static void json_has_the_published_spikes(void **unused)
{
    (void)unused;
    static const double published[] = {13, 17, 31.5, 59.25, 86.75};
    izh("patterns A --on model --json");
    cJSON *array = parsed(1), *object = cJSON_GetArrayItem(array, 0);
    cJSON *spikes = item(object, "spikes"), *reference = item(object, "reference_spikes");
    assert_int_equal(cJSON_GetArraySize(spikes), 5);
    assert_int_equal(cJSON_GetArraySize(reference), 5);
    for (int i = 0; i < 5; i++) {
        assert_true(cJSON_GetArrayItem(spikes, i)->valuedouble == published[i]);
        assert_true(cJSON_GetArrayItem(reference, i)->valuedouble == published[i]);
    }
    assert_true(item(object, "max_step_error")->valuedouble == 0);
    cJSON_Delete(array);
}

static void json_has_null_for_what_does_not_exist(void **unused)
{
    (void)unused;
    izh("patterns T N --mode accurate --json");
    assert_code(0);
    cJSON *array = parsed(4), *t_reference = cJSON_GetArrayItem(array, 0),
          *t_model = cJSON_GetArrayItem(array, 1), *n_model = cJSON_GetArrayItem(array, 3);
    assert_true(cJSON_IsNull(item(t_reference, "spikes")));
    assert_true(cJSON_IsNull(item(t_reference, "reference_spikes")));
    assert_true(cJSON_IsNull(item(t_reference, "max_step_error")));
    assert_true(cJSON_IsArray(item(t_model, "spikes")));
    assert_true(cJSON_IsNull(item(t_model, "reference_spikes")));
    assert_true(cJSON_IsNull(item(t_model, "max_step_error")));
    // N has another count than its reference.
    assert_int_not_equal(cJSON_GetArraySize(item(n_model, "spikes")),
                         cJSON_GetArraySize(item(n_model, "reference_spikes")));
    assert_true(cJSON_IsNull(item(n_model, "max_step_error")));
    assert_string_equal(item(n_model, "mode")->valuestring, "accurate");
    cJSON_Delete(array);
    izh("patterns T --mode accurate");
    assert_says(output, "the exact equation runs away");
}

static void the_table_has_counts_times_and_a_summary(void **unused)
{
    (void)unused;
    izh("patterns 2004");
    assert_code(0);
    assert_says(output, "model: spike count as the reference in 20 of 20 patterns");
    izh("patterns A --on model");
    assert_says(output, "    5         5         0  13.00 17.00 31.50 59.25 ... | 13.00 17.00");
}

static void devices_are_compared_bit_for_bit(void **unused)
{
    (void)unused;
    izh("patterns A C --on model,sim");
    assert_code(0);
    assert_says(output, "model: and sim:w20: 5286 state words and 37 spikes compared, 0 words "
                        "differ\n");
    izh("patterns A C --on model:,sim: --mode accurate --widths 16/24/16 --json");
    assert_code(0);
    assert_says(errors, "model: and sim:w16: 5286 state words and ");
    assert_int_equal(lines(errors), 1);
    cJSON_Delete(parsed(4));
}

// Engines without records, with synapses and lanes, and with little room take other images.
static void every_engine_gets_an_image_that_fits(void **unused)
{
    (void)unused;
    izh("patterns A C L --on model:neurons=2,lanes=2,sim:s20,sim:s20x2,model:records=128");
    assert_code(0);
    assert_says(output, "\nmodel:neurons=2,lanes=2 and sim:s20: 6489 state words");
    assert_says(output, "\nmodel:neurons=2,lanes=2 and sim:s20x2: 6489 state words");
    assert_says(output, "\nmodel:neurons=2,lanes=2 and model:records=128: 6489 state words");
    izh("patterns A C --on model:,sim:c16 --json");
    assert_code(0);
    assert_says(errors, "model: and sim:c16: 5286 state words");
    assert_says(errors, " 0 words differ\n");
}

// A board with a fault is there for this: what is said must repeat the difference.
static void a_difference_is_told_with_the_command_that_repeats_it(void **unused)
{
    (void)unused;
    char pattern[16], repeat[256], first[512];
    unsigned long tick, neuron;
    izh("patterns --on model:,sim:broken");
    assert_code(1);
    assert_int_equal(lines(errors), 1);
    snprintf(first, sizeof first, "%s", errors);
    assert_int_equal(sscanf(errors,
                            "izh: model: and sim:broken differ: pattern %15[^,], tick %lu, neuron "
                            "%lu, %*[a-z]: %*d and %*d; repeat: izh %255[^\n]",
                            pattern, &tick, &neuron, repeat),
                     4);
    assert_int_equal(neuron, strcmp(pattern, "L") ? neuron : 9);
    izh(repeat);
    assert_code(1);
    snprintf(first, sizeof first, "pattern %s, tick %lu, neuron 0, ", pattern, tick);
    assert_says(errors, first);
    assert_says(output, " differ\n");
}

static void a_pattern_that_does_not_fit_leaves_the_others(void **unused)
{
    (void)unused;
    izh("patterns Q A --on model --step 1 --json");
    assert_code(3);
    assert_int_equal(lines(errors), 1);
    assert_says(errors, "izh: pattern Q left out: a = 1 1/ms does not fit: it can be -0.25 to ");
    cJSON_Delete(parsed(1));
}

// ---- Files --------------------------------------------------------------------------------------

static bool has_gnuplot(void)
{
    return system("${GNUPLOT:-gnuplot} --version >/dev/null 2>&1") == 0;
}

static void assert_svg(const char *name)
{
    char *text = slurp(name, NULL);
    assert_int_equal(strncmp(text, "<?xml", 5), 0);
    assert_says(text + strlen(text) - 12, "</svg>");
    free(text);
}

static void assert_png(const char *name)
{
    size_t size;
    char *bytes = slurp(name, &size);
    assert_true(size > 1000);
    assert_memory_equal(bytes, "\x89PNG\r\n\x1a\n", 8);
    assert_memory_equal(bytes + size - 8, "IEND", 4);
    free(bytes);
}

static void figures_are_written_whole(void **unused)
{
    (void)unused;
    if (!has_gnuplot())
        skip();
    setenv("LC_ALL", "C", 1); // the locale of a bare machine
    izh("patterns A C RS --out \"$D/new/figures\" --phase A");
    unsetenv("LC_ALL");
    assert_code(0);
    assert_string_equal(errors, "");
    assert_svg("new/figures/patterns.svg");
    assert_png("new/figures/patterns.png");
    assert_svg("new/figures/patterns_2003.svg");
    assert_png("new/figures/patterns_2003.png");
    assert_svg("new/figures/phase_plane.svg");
    assert_png("new/figures/phase_plane.png");
    assert_files("new/figures", 6);
    izh("patterns A R --on reference --mode accurate --phase R --out \"$D/new/figures\"");
    assert_code(0);
    assert_string_equal(errors, "");
}

static void no_plot_draws_nothing(void **unused)
{
    (void)unused;
    izh("patterns A --out \"$D/none\" --no-plot");
    assert_code(0);
    shell("test -e \"$D/none\"");
    assert_code(1);
}

static void without_gnuplot_the_table_is_printed_all_the_same(void **unused)
{
    (void)unused;
    shell("GNUPLOT= PATH=/nowhere \"$IZH\" patterns A --out \"$D/lacking\"");
    assert_code(5);
    assert_says(output, "\nA    tonic spiking ");
    assert_int_equal(lines(errors), 1);
    assert_says(errors, "gnuplot is missing: install the package gnuplot-nox");
    assert_files("lacking", 0);
    shell("GNUPLOT=false \"$IZH\" patterns A --out \"$D/lacking\"");
    assert_code(5);
    assert_says(errors, "false could not draw ");
    assert_files("lacking", 0);
    shell("printf '#!/bin/sh\\necho half a figure; exit 1' >\"$D/liar\" && chmod +x \"$D/liar\"; "
          "GNUPLOT=\"$D/liar\" \"$IZH\" patterns A --out \"$D/lacking\"");
    assert_code(5);
    assert_says(errors, "liar could not draw ");
    assert_files("lacking", 0);
}

// Root may write anywhere, so the place is one where nobody can.
static void a_place_that_cannot_be_written_is_named(void **unused)
{
    (void)unused;
    shell(": >\"$D/file\"");
    izh("patterns A --on model --out \"$D/file/figures\"");
    assert_code(4);
    assert_says(output, "\nA    tonic spiking ");
    assert_int_equal(lines(errors), 1);
    assert_says(errors, "/file: Not a directory");
    assert_refused("vectors A --out \"$D/file/vectors\"", 4, "/file: Not a directory");
    assert_refused("vectors A --out \"$D/file\"", 4, "/file: Not a directory");
}

static void a_full_standard_output_is_noticed(void **unused)
{
    (void)unused;
    static const char *const said[] = {"patterns A", "patterns A --json", "help", "--version",
                                       "patterns --json"};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        char words[64];
        snprintf(words, sizeof words, "\"$IZH\" %s >/dev/full", said[i]);
        shell(words);
        assert_code(4);
        assert_int_equal(lines(errors), 1);
        assert_says(errors, "cannot write the standard output: No space left on device");
    }
}

// In place of a full disk: files can be so large only. Their sizes are in 512 bytes.
static void a_full_disk_leaves_no_half_of_a_file(void **unused)
{
    (void)unused;
    shell("trap '' XFSZ; ulimit -f 100; \"$IZH\" vectors A --out \"$D/full\" --widths 20/24/18");
    assert_code(0);
    shell("rm -rf \"$D/full\"; trap '' XFSZ; ulimit -f 20; "
          "\"$IZH\" vectors A --out \"$D/full\" --widths 20/24/18 --mode script");
    assert_code(4);
    assert_int_equal(lines(errors), 1);
    assert_says(errors, "probe.hex: File too large");
    assert_files("full", 2); // the image and bus.hex, whole
}

static void a_full_disk_leaves_no_half_of_a_figure(void **unused)
{
    (void)unused;
    if (!has_gnuplot())
        skip();
    shell("trap '' XFSZ; ulimit -f 90; \"$IZH\" patterns C --out \"$D/full_figure\"");
    assert_code(4);
    assert_int_equal(lines(errors), 1);
    assert_says(errors, "phase_plane.png: File too large");
    assert_svg("full_figure/patterns.svg");
    assert_png("full_figure/patterns.png");
    assert_svg("full_figure/phase_plane.svg");
    assert_files("full_figure", 3);
}

static void vectors_are_complete(void **unused)
{
    (void)unused;
    izh("vectors A D --out \"$D/vectors\"");
    assert_code(0);
    assert_string_equal(output, "");
    assert_files("vectors", 2 * (1 + 3 * 4));
    shell("cat \"$D/vectors/20-24-18/list.txt\"; "
          "cd \"$D/vectors/20-24-18\" && for s in script-0.25 script-0.2 accurate-0.25; do "
          "echo $s $(grep -vc '^//' $s/bus.hex) $(grep -vc '^//' $s/probe.hex) "
          "$(grep -vc '^//' $s/event.hex); done >&2");
    assert_string_equal(output, errors); // the words that the list counts are there
    assert_int_equal(lines(output), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_and_help_are_results),
        cmocka_unit_test(help_lists_commands_and_exit_codes),
        cmocka_unit_test(what_is_unknown_is_refused_in_one_line),
        cmocka_unit_test(bad_numbers_are_refused_in_one_line),
        cmocka_unit_test(a_board_that_cannot_be_served_is_refused_in_one_line),
        cmocka_unit_test(a_board_is_served_until_a_signal),
        cmocka_unit_test(a_pattern_has_an_id_and_a_name_and_a_figure),
        cmocka_unit_test(json_has_every_field_of_every_pattern),
        cmocka_unit_test(json_has_the_published_spikes),
        cmocka_unit_test(json_has_null_for_what_does_not_exist),
        cmocka_unit_test(the_table_has_counts_times_and_a_summary),
        cmocka_unit_test(devices_are_compared_bit_for_bit),
        cmocka_unit_test(every_engine_gets_an_image_that_fits),
        cmocka_unit_test(a_difference_is_told_with_the_command_that_repeats_it),
        cmocka_unit_test(a_pattern_that_does_not_fit_leaves_the_others),
        cmocka_unit_test(figures_are_written_whole),
        cmocka_unit_test(no_plot_draws_nothing),
        cmocka_unit_test(without_gnuplot_the_table_is_printed_all_the_same),
        cmocka_unit_test(a_place_that_cannot_be_written_is_named),
        cmocka_unit_test(a_full_standard_output_is_noticed),
        cmocka_unit_test(a_full_disk_leaves_no_half_of_a_file),
        cmocka_unit_test(a_full_disk_leaves_no_half_of_a_figure),
        cmocka_unit_test(vectors_are_complete),
    };
    return cmocka_run_group_tests_name("command", tests, make_directory, remove_directory);
}
