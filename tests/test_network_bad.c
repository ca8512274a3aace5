// test_network_bad.c: everything that can be wrong with a network description, and what is said
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// base.json with find replaced is refused so; the message is what follows the path of the file, or
// of another file when it begins with '/'.
struct bad {
    const char *find;
    const char *replace;
    enum izh_network_status status;
    const char *message;
};

#define SYNTAX IZH_NETWORK_BAD_FILE
#define VALUE IZH_NETWORK_BAD_VALUE
#define READ IZH_NETWORK_CANNOT_READ
#define LARGE IZH_NETWORK_TOO_LARGE

// clang-format off
static const struct bad cases[] = {
    {"\"seed\": 7,", "\"seed\": 7", SYNTAX,
     ":5: not JSON from '\"time\": {\"tick_ms\": 1, \"' on"},
    {"\"seed\": 7,", "\"seed\": NaN,", SYNTAX,
     ":4: not JSON from 'NaN,' on"},
    {"\"seed\": 7,", "\"seed\": 1e999,", VALUE,
     ": seed: must be a finite number"},
    {"\"neurons\": [3, 1]}]", "\"neurons\": [3, 1]}", SYNTAX,
     ":37: not JSON from '}' on"},
    {"\"run\": {\"duration_ms\": 50},", "\"run\": {\"duration_ms\": 50}, \"run\": {\"duration_ms\": 60},", VALUE,
     ": run: is there twice"},
    {"\"name\": \"base\",", "", VALUE,
     ": name: is missing"},
    {"\"name\": \"base\",", "\"name\": \"\",", VALUE,
     ": name: must be a text in quotes, not empty"},
    {"\"name\": \"base\",", "\"name\": \"n\\n!touch pwned\\n\",", VALUE,
     ": name: 'n?!touch pwned?' holds a control character; a name is one line of text"},
    {"\"name\": \"base\",", "\"name\": \"\\u007f\",", VALUE,
     ": name: '?' holds a control character; a name is one line of text"},
    {"\"name\": \"I\", \"count\": 2", "\"name\": \"I\\u001b[2J\", \"count\": 2", VALUE,
     ": populations[1].name: 'I?[2J' holds a control character; a name is one line of text"},
    {"\"name\": \"inhibition\"", "\"name\": \"\\u009b2J\"", VALUE,
     ": projections[1].name: '??2J' holds a control character; a name is one line of text"},
    {"\"type\": \"current\", \"to\": \"I\"", "\"type\": \"current\", \"name\": \"\\t\", \"to\": \"I\"", VALUE,
     ": inputs[1].name: '?' holds a control character; a name is one line of text"},
    {"\"name\": \"I\", \"count\": 2", "\"name\": \"L2/3E\", \"count\": 2", VALUE,
     ": populations[1].name: 'L2/3E' holds '/', which the name of a group in spikes.h5 cannot; take another character"},
    {"\"name\": \"I\", \"count\": 2", "\"name\": \".\", \"count\": 2", VALUE,
     ": populations[1].name: '.' cannot be the name of a group in spikes.h5; take another"},
    {"\"seed\": 7,", "\"seed\": -1,", VALUE,
     ": seed: -1: must be from 0 to 4294967295"},
    {"\"seed\": 7,", "\"seed\": 0.5,", VALUE,
     ": seed: 0.5: must be a whole number"},
    {"\"seed\": 7,", "\"seed\": \"7\",", VALUE,
     ": seed: must be a number"},
    {"\"seed\": 7,", "\"seed\": 4294967296,", VALUE,
     ": seed: 4294967296: must be from 0 to 4294967295"},
    {"\"seed\": 7,", "\"sead\": 7,", VALUE,
     ": sead: unknown key; known here: name, seed, time, run, populations, projections, inputs, probes, sonata"},
    {"\"tick_ms\": 1", "\"tick_ms\": 0", VALUE,
     ": time.tick_ms: 0: must be from 0.015625 to 255"},
    {"\"tick_ms\": 1", "\"tick_ms\": 8", VALUE,
     ": time: a sub-step of 8 / 4 = 2 ms; it must be from 1/64 to 1 ms"},
    {"\"substeps\": 4", "\"substeps\": 100", VALUE,
     ": time: a sub-step of 1 / 100 = 0.01 ms; it must be from 1/64 to 1 ms"},
    {"\"substeps\": 4", "\"substeps\": 2.5", VALUE,
     ": time.substeps: 2.5: must be a whole number"},
    {"\"accurate\"", "\"exact\"", VALUE,
     ": time.mode: 'exact' is no mode; modes: accurate, script"},
    {"\"duration_ms\": 50", "\"duration_ms\": 50.5", VALUE,
     ": run.duration_ms: 50.5 ms: must be from 1 to 4294967295 ms, a multiple of the tick 1 ms"},
    {"\"duration_ms\": 50", "\"duration_ms\": 0", VALUE,
     ": run.duration_ms: 0 ms: must be from 1 to 4294967295 ms, a multiple of the tick 1 ms"},
    {"\"populations\": [", "\"populations\": {\"a\": [", SYNTAX,
     ":38: the file ends too early"},
    {"\"name\": \"I\", \"count\": 2", "\"name\": \"E\", \"count\": 2", VALUE,
     ": populations[1].name: there is a population 'E' already"},
    {"\"name\": \"I\", \"count\": 2", "\"count\": 2", VALUE,
     ": populations[1].name: is missing"},
    {"\"name\": \"I\", \"count\": 2", "\"name\": \"I\", \"count\": 0", VALUE,
     ": populations[1].count: 0: must be from 1 to 16777216"},
    {"\"name\": \"I\", \"count\": 2", "\"name\": \"I\", \"count\": -2", VALUE,
     ": populations[1].count: -2: must be from 1 to 16777216"},
    {"\"name\": \"I\", \"count\": 2", "\"name\": \"I\", \"count\": 16777217", VALUE,
     ": populations[1].count: 16777217: must be from 1 to 16777216"},
    {"\"name\": \"I\", \"count\": 2", "\"name\": \"I\", \"count\": 16777216", LARGE,
     ": populations[1].name: 16777220 neurons; at most 16777216"},
    {"\"name\": \"I\", \"count\": 2", "\"name\": \"I\", \"cuont\": 2", VALUE,
     ": populations[1].cuont: unknown key; known here: name, count, random, a, b, c, d, v0, u0, bias, noise_sd, peak, square, linear, constant, shift, decay, expected_rate_hz"},
    {"\"a\": 0.1,", "", VALUE,
     ": populations[1].a: is missing"},
    {"\"a\": 0.1,", "\"a\": true,", VALUE,
     ": populations[1].a: must be a number, a list, or have one of uniform, normal, polynomial, csv"},
    {"\"a\": 0.1,", "\"a\": {\"uniform\": [2, 1]},", VALUE,
     ": populations[1].a.uniform: the lower limit 2 is above the upper 1"},
    {"\"a\": 0.1,", "\"a\": {\"uniform\": [2]},", VALUE,
     ": populations[1].a.uniform: must be two numbers; it has 1"},
    {"\"a\": 0.1,", "\"a\": {\"uniform\": [0, 1], \"normal\": [0, 1]},", VALUE,
     ": populations[1].a.normal: unknown key; known here: uniform"},
    {"\"a\": 0.1,", "\"a\": {\"gamma\": [2, 1]},", VALUE,
     ": populations[1].a: must be a number, a list, or have one of uniform, normal, polynomial, csv"},
    {"\"a\": 0.1,", "\"a\": [0.1, 0.1, 0.1],", VALUE,
     ": populations[1].a: 3 numbers for 2 neurons"},
    {"\"a\": 0.1,", "\"a\": {\"polynomial\": \"r\", \"coefficients\": [1]},", VALUE,
     ": populations[1].a.polynomial: 'r' is not in \"random\" of this population"},
    {"\"normal\": [0.2, 0.01]", "\"normal\": [0.2, -0.01]", VALUE,
     ": populations[0].b.normal: the standard deviation -0.01 is negative"},
    {"\"min\": 0.15, \"max\": 0.25", "\"min\": 0.25, \"max\": 0.15", VALUE,
     ": populations[0].b: min and max leave less than 1 in 1000 of the numbers"},
    {"{\"r\": {\"uniform\": [0, 1]}}", "{\"r\": {\"uniform\": [0, \"1\"]}}", VALUE,
     ": populations[0].random.r.uniform[1]: must be a number"},
    {"{\"r\": {\"uniform\": [0, 1]}}", "{\"r\": {\"uniform\": [0, 1]}, \"r\": 2}", VALUE,
     ": populations[0].random.r: is there twice"},
    {"{\"r\": {\"uniform\": [0, 1]}}", "[\"r\"]", VALUE,
     ": populations[0].random: must be an object, {...}"},
    {"\"coefficients\": [-65, 0, 15]", "\"coefficients\": []", VALUE,
     ": populations[0].c.coefficients: has 0 elements; it must have at least 1"},
    {"\"parameters.csv\"", "\"missing.csv\"", READ,
     "/missing.csv: cannot be read: No such file or directory"},
    {"\"parameters.csv\"", "\".\"", READ,
     "/.: cannot be read: Is a directory"},
    {"\"parameters.csv\"", "\"rows.csv\"", SYNTAX,
     "/rows.csv:4: 3 rows for 4 neurons"},
    {"\"column\": \"d\"", "\"column\": \"D\"", SYNTAX,
     "/parameters.csv:1: the first line names no column 'D'"},
    {"[-65, -64, -63, -62]", "[-65, -64, -63]", VALUE,
     ": populations[0].v0: 3 numbers for 4 neurons"},
    {"\"noise_sd\": 5", "\"noise_sd\": -5", VALUE,
     ": populations[0]: neuron 0 of 'E': noise_sd must not be below 0"},
    {"\"bias\": 1.5", "\"square\": 0", VALUE,
     ": populations[1]: neuron 0 of 'I': square must be above 0"},
    {"\"bias\": 1.5", "\"decay\": 1", VALUE,
     ": populations[1].decay: must be true or false"},
    {"\"expected_rate_hz\": 8", "\"expected_rate_hz\": -8", VALUE,
     ": populations[0].expected_rate_hz: -8: must be from 0 to 1000000"},
    {"\"to\": [\"E\", \"I\"], \"rule\": \"fixed", "\"to\": [\"E\", \"X\"], \"rule\": \"fixed", VALUE,
     ": projections[0].to[1]: there is no population 'X'"},
    {"\"to\": [\"E\", \"I\"], \"rule\": \"fixed", "\"to\": [\"E\", \"E\"], \"rule\": \"fixed", VALUE,
     ": projections[0].to[1]: 'E' is there twice"},
    {"\"to\": [\"E\", \"I\"], \"rule\": \"fixed", "\"to\": [], \"rule\": \"fixed", VALUE,
     ": projections[0].to: has 0 elements; it must have at least 1"},
    {"\"fixed-outdegree\"", "\"fixed-degree\"", VALUE,
     ": projections[0].rule: 'fixed-degree' is no rule; rules: one-to-one, all-to-all, fixed-indegree, fixed-outdegree, probability, csv"},
    {"\"degree\": 3", "\"degree\": 6", VALUE,
     ": projections[0]: fixed-outdegree 6: there are only 5 to choose from"},
    {"\"degree\": 3", "\"degree\": 2.5", VALUE,
     ": projections[0].degree: 2.5: must be a whole number"},
    {"\"degree\": 3,", "", VALUE,
     ": projections[0].degree: is missing"},
    {"\"degree\": 3,", "\"degree\": 3, \"probability\": 1,", VALUE,
     ": projections[0].probability: unknown key; known here: name, from, to, rule, weight, delay, degree, allow_self, allow_multiple"},
    {"\"allow_self\": false", "\"allow_self\": 0", VALUE,
     ": projections[0].allow_self: must be true or false"},
    {"\"allow_self\": false", "\"allow_multiple\": true, \"degrees\": 1", VALUE,
     ": projections[0].degrees: unknown key; known here: name, from, to, rule, weight, delay, degree, allow_self, allow_multiple"},
    {"\"uniform\": [0, 0.5]", "\"uniform\": [0, null]", VALUE,
     ": projections[0].weight.uniform[1]: must be a number"},
    {"\"weight\": -1, \"delay\": 2", "\"weight\": -1, \"delay\": -2", VALUE,
     ": projections[1].delay: -2 ms: must be from 1 to 252 ms, a multiple of the tick 1 ms"},
    {"\"weight\": -1, \"delay\": 2", "\"weight\": -1, \"delay\": 0", VALUE,
     ": projections[1].delay: 0 ms: must be from 1 to 252 ms, a multiple of the tick 1 ms"},
    {"\"weight\": -1, \"delay\": 2", "\"weight\": -1, \"delay\": 1.5", VALUE,
     ": projections[1].delay: 1.5 ms: must be from 1 to 252 ms, a multiple of the tick 1 ms"},
    {"\"weight\": -1, \"delay\": 2", "\"weight\": -1, \"delay\": 253", VALUE,
     ": projections[1].delay: 253 ms: must be from 1 to 252 ms, a multiple of the tick 1 ms"},
    {"\"weight\": -1, \"delay\": 2", "\"weight\": -1, \"delay\": \"2\"", VALUE,
     ": projections[1].delay: must be a number"},
    {"\"weight\": -1, \"delay\": 2", "\"weight\": -1", VALUE,
     ": projections[1].delay: is missing"},
    {"\"weight\": -1, \"delay\": 2", "\"delay\": 2", VALUE,
     ": projections[1].weight: is missing"},
    {"\"weight\": -1, \"delay\": 2", "\"weight\": 1e308, \"delay\": 2, \"delay\": 3", VALUE,
     ": projections[1].delay: is there twice"},
    {"\"cycle\": [1, 2, 3]", "\"cycle\": [1, 2, 300]", VALUE,
     ": projections[0].delay.cycle[2]: 300 ms: must be from 1 to 252 ms, a multiple of the tick 1 ms"},
    {"\"cycle\": [1, 2, 3]", "\"cycle\": []", VALUE,
     ": projections[0].delay.cycle: has 0 elements; it must have at least 1"},
    {"\"cycle\": [1, 2, 3]", "\"cycle\": [1], \"uniform\": [1, 2]", VALUE,
     ": projections[0].delay: must have either uniform or cycle"},
    {"\"uniform\": [4, 9]", "\"uniform\": [4]", VALUE,
     ": projections[2].delay.uniform: has 1 elements; it must have at least 2"},
    {"\"uniform\": [4, 9]", "\"uniform\": [9, 4]", VALUE,
     ": projections[2].delay.uniform[1]: 4 ms: must be from 9 to 252 ms, a multiple of the tick 1 ms"},
    {"\"uniform\": [4, 9]", "\"uniform\": [4, 9.25]", VALUE,
     ": projections[2].delay.uniform[1]: 9.25 ms: must be from 4 to 252 ms, a multiple of the tick 1 ms"},
    {"\"to\": \"E\", \"rule\": \"one-to-one\"", "\"to\": \"I\", \"rule\": \"one-to-one\"", VALUE,
     ": projections[2]: one-to-one from 4 neurons to 2"},
    {"\"probability\": 0.5", "\"probability\": 1.5", VALUE,
     ": projections[3].probability: 1.5: must be from 0 to 1"},
    {"\"name\": \"inhibition\"", "\"name\": 3", VALUE,
     ": projections[1].name: must be a text in quotes, not empty"},
    {"{\"from\": \"E\", \"to\": \"E\", \"rule\": \"one-to-one\"", "{\"name\": \"inhibition\", \"from\": \"E\", \"to\": \"E\", \"rule\": \"one-to-one\"", VALUE,
     ": projections[2].name: 'inhibition' is there already"},
    {"\"weight\": 0.25", "\"weight\": {\"uniform\": [1e308, 1e309]}", VALUE,
     ": projections[2].weight.uniform[1]: must be a finite number"},
    {"\"synapses.csv\"", "\"missing.csv\"", READ,
     "/missing.csv: cannot be read: No such file or directory"},
    {"\"synapses.csv\"", "\"nan.csv\"", SYNTAX,
     "/nan.csv:2: weight: 'nan' is not a finite number"},
    {"\"synapses.csv\"", "\"dangling.csv\"", SYNTAX,
     "/dangling.csv:2: post: there is no neuron 2; there are 0 to 1"},
    {"\"synapses.csv\"", "\"negative.csv\"", SYNTAX,
     "/negative.csv:2: delay: -2 ms: must be from 1 to 252 ms, a multiple of the tick 1 ms"},
    {"\"synapses.csv\"", "\"grid.csv\"", SYNTAX,
     "/grid.csv:2: delay: 1.5 ms: must be from 1 to 252 ms, a multiple of the tick 1 ms"},
    {"\"synapses.csv\"", "\"short.csv\"", SYNTAX,
     "/short.csv:2: 3 fields; the first line names 4"},
    {"\"synapses.csv\"", "\"column.csv\"", SYNTAX,
     "/column.csv:1: the first line names no column 'delay'"},
    {"\"synapses.csv\"", "\"twice.csv\"", SYNTAX,
     "/twice.csv:1: column 'post' is there twice"},
    {"\"synapses.csv\"", "\"empty.csv\"", SYNTAX,
     "/empty.csv:1: the file is empty: its first line must name the columns"},
    {"\"synapses.csv\"", "\"binary.csv\"", SYNTAX,
     "/binary.csv:3: holds a byte 0: this is no text"},
    {"\"type\": \"current\", \"to\": \"I\"", "\"type\": \"curent\", \"to\": \"I\"", VALUE,
     ": inputs[1].type: 'curent' is no type; types: current, spikes"},
    {"\"neurons\": [0, 2]", "\"neurons\": [0, 4]", VALUE,
     ": inputs[0].neurons[1]: 4: must be from 0 to 3"},
    {"\"neurons\": [0, 2]", "\"neurons\": [0, 0]", VALUE,
     ": inputs[0].neurons[1]: neuron 0 is there twice"},
    {"\"times_ms\": [5, 20]", "\"times_ms\": [20, 5]", VALUE,
     ": inputs[0].times_ms[1]: times must increase"},
    {"\"times_ms\": [5, 20]", "\"times_ms\": [5, 20.5]", VALUE,
     ": inputs[0].times_ms[1]: 20.5 ms: must be from 0 to 4294967295 ms, a multiple of the tick 1 ms"},
    {"\"times_ms\": [5, 20]", "\"times_ms\": [-5, 20]", VALUE,
     ": inputs[0].times_ms[0]: -5 ms: must be from 0 to 4294967295 ms, a multiple of the tick 1 ms"},
    {"\"times_ms\": [5, 20]", "\"times_ms\": [5, 20, 30]", VALUE,
     ": inputs[0].times_ms: 3 times for 2 values"},
    {"\"current.csv\"", "\"spikes.csv\"", SYNTAX,
     "/spikes.csv:1: the first line names no column 'value'"},
    {"\"weight\": 20, \"one", "\"one", VALUE,
     ": inputs[2].weight: is missing"},
    {"\"one_random_neuron_every_ms\": 2", "\"one_random_neuron_every_ms\": 0", VALUE,
     ": inputs[2].one_random_neuron_every_ms: 0 ms: must be from 1 to 4294967295 ms, a multiple of the tick 1 ms"},
    {"\"one_random_neuron_every_ms\": 2", "\"poisson_hz\": 1, \"times_ms\": [1]", VALUE,
     ": inputs[2]: must have one of times_ms, csv, poisson_hz, one_random_neuron_every_ms"},
    {"\"poisson_hz\": 50", "\"poisson_hz\": -50", VALUE,
     ": inputs[3].poisson_hz: -50: must be from 0 to 1000000"},
    {"\"start_ms\": 10, \"stop_ms\": 40", "\"start_ms\": 40, \"stop_ms\": 10", VALUE,
     ": inputs[3].stop_ms: 10 ms: must be from 40 to 4294967295 ms, a multiple of the tick 1 ms"},
    {"\"range\": [0, 1]}", "\"range\": [0, 2]}", VALUE,
     ": inputs[4].neurons.range[1]: 2: must be from 0 to 1"},
    {"\"times_ms\": [1, 1, 7]", "\"times_ms\": [1, 1, \"7\"]", VALUE,
     ": inputs[4].times_ms[2]: must be a number"},
    {"\"spikes.csv\"", "\"current.csv\"", SYNTAX,
     "/current.csv:1: the first line names no column 'neuron'"},
    {"\"neurons\": [3, 1]", "\"neurons\": [3, 1], \"what\": \"v\"", VALUE,
     ": probes[0].what: unknown key; known here: population, neurons"},
    {"\"population\": \"E\",", "", VALUE,
     ": probes[0].population: is missing"},
    {"\"probes\": [{\"population\": \"E\", \"neurons\": [3, 1]}]", "\"probes\": [\"E\"]", VALUE,
     ": probes[0]: must be an object, {...}"},
    {"\"probes\": [{\"population\": \"E\", \"neurons\": [3, 1]}]", "\"sonata\": {\"nodes\": \"missing.h5\"}", READ,
     "/missing.h5: cannot be read: No such file or directory"},
    {"\"probes\": [{\"population\": \"E\", \"neurons\": [3, 1]}]", "\"sonata\": {\"nodes\": \"rows.csv\"}", SYNTAX,
     "/rows.csv: this is no HDF5 file, or it is damaged"},
    {"\"probes\": [{\"population\": \"E\", \"neurons\": [3, 1]}]", "\"sonata\": {\"nodes\": \".\"}", READ,
     "/.: cannot be read: Is a directory"},
    {"\"probes\": [{\"population\": \"E\", \"neurons\": [3, 1]}]", "\"sonata\": {}", VALUE,
     ": sonata.nodes: is missing"},
};
// clang-format on

enum { CASES = sizeof cases / sizeof *cases };

static void expect(const char *name, enum izh_network_status status, const char *wanted)
{
    struct izh_network *network = NULL;
    char message[IZH_NETWORK_MESSAGE] = "", full[IZH_NETWORK_MESSAGE];
    enum izh_network_status got = izh_network_read(izh_files_path(name), NULL, &network, message);
    if (*wanted == '/')
        snprintf(full, sizeof full, "%s", izh_files_path(wanted + 1));
    else
        snprintf(full, sizeof full, "%s%s", izh_files_path(name), wanted);
    if (got != status || strcmp(message, full))
        fail_msg("%s\n  said:   %s\n  wanted: %s", izh_network_status_name(got), message, full);
    assert_null(network);
}

static void every_bad_value_is_said_where_it_is(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < CASES; i++) {
        izh_files_base("bad.json", cases[i].find, cases[i].replace);
        expect("bad.json", cases[i].status, cases[i].message);
    }
}

static void the_base_of_all_these_is_good(void **unused)
{
    (void)unused;
    izh_files_base("good.json", NULL, NULL);
    izh_network_free(izh_files_read("good.json", NULL));
}

static void every_message_is_one_line(void **unused)
{
    (void)unused;
    izh_files_base("bad.json", "\"name\": \"I\"", "\"name\": \"I\", \"two\\nlines\": 1");
    expect(
        "bad.json", IZH_NETWORK_BAD_VALUE,
        ": populations[1].two?lines: unknown key; known here: name, count, random, a, b, c, d, v0, "
        "u0, bias, noise_sd, peak, square, linear, constant, shift, decay, expected_rate_hz");
}

static void a_description_cut_anywhere_is_refused(void **unused)
{
    (void)unused;
    char text[16384];
    FILE *stream = fopen("tests/networks/base.json", "rb");
    assert_non_null(stream);
    size_t length = fread(text, 1, sizeof text, stream);
    fclose(stream);
    while (length && text[length - 1] != '}')
        length--;
    for (size_t i = 0; i < length; i++) {
        struct izh_network *network = NULL;
        char message[IZH_NETWORK_MESSAGE] = "";
        char cut[16384];
        snprintf(cut, sizeof cut, "%.*s", (int)i, text);
        izh_files_write("cut.json", cut);
        enum izh_network_status status =
            izh_network_read(izh_files_path("cut.json"), NULL, &network, message);
        if (status != IZH_NETWORK_BAD_FILE || !strstr(message, "cut.json:"))
            fail_msg("cut at %zu: %s %s", i, izh_network_status_name(status), message);
    }
}

static void a_file_that_is_not_there_or_a_directory_is_said_to_be_so(void **unused)
{
    (void)unused;
    expect("nowhere.json", IZH_NETWORK_CANNOT_READ, ": cannot be read: No such file or directory");
    expect(".", IZH_NETWORK_CANNOT_READ, ": cannot be read: Is a directory");
}

static void text_behind_the_end_and_no_text_at_all_are_refused(void **unused)
{
    (void)unused;
    izh_files_write("bad.json", "{}\n{}\n");
    expect("bad.json", IZH_NETWORK_BAD_FILE, ":2: not JSON from '{}' on");
    izh_files_write("bad.json", "");
    expect("bad.json", IZH_NETWORK_BAD_FILE, ":1: the file ends too early");
    izh_files_write("bad.json", "[]");
    expect("bad.json", IZH_NETWORK_BAD_VALUE, ": must be an object, {...}");
    izh_files_write("bad.json", "{\"name\": \"x\", \"seed\": 1}");
    expect("bad.json", IZH_NETWORK_BAD_VALUE,
           ": populations: there is no neuron; give populations, or sonata");
}

// A message is wanted before the machine swaps.
static void a_network_larger_than_memory_is_refused_at_once(void **unused)
{
    (void)unused;
    struct izh_network *network = NULL;
    char message[IZH_NETWORK_MESSAGE] = "";
    izh_files_write("large.json",
                    "{\"name\": \"large\", \"seed\": 1, \"populations\": [{\"name\": \"E\", "
                    "\"count\": 1000000, \"a\": 0.02, \"b\": 0.2, \"c\": -65, \"d\": 8}], "
                    "\"projections\": [{\"from\": \"E\", \"to\": \"E\", \"rule\": "
                    "\"all-to-all\", \"weight\": 1, \"delay\": 1}]}");
    assert_int_equal(izh_network_read(izh_files_path("large.json"), NULL, &network, message),
                     IZH_NETWORK_TOO_LARGE);
    assert_non_null(strstr(message, "projections[0]: 1000000000000 synapses need 4.1e+04 GB of "
                                    "memory, and this machine has "));
    assert_null(network);
    assert_int_equal(izh_network_read(izh_files_path("large.json"), NULL, &network, NULL),
                     IZH_NETWORK_TOO_LARGE);
}

static void too_many_inputs_are_refused_at_once(void **unused)
{
    (void)unused;
    struct izh_network *network = NULL;
    char message[IZH_NETWORK_MESSAGE] = "";
    const struct izh_network_options options = {.duration_ms = 4e9};
    izh_files_base("large.json", "\"one_random_neuron_every_ms\": 2", "\"poisson_hz\": 1000000");
    assert_int_equal(izh_network_read(izh_files_path("large.json"), &options, &network, message),
                     IZH_NETWORK_TOO_LARGE);
    assert_non_null(
        strstr(message, "inputs[2]: 16000000000000 stimuli need 7.68e+05 GB of memory"));
}

static void an_option_that_makes_no_sense_is_refused(void **unused)
{
    (void)unused;
    struct izh_network *network = NULL;
    char message[IZH_NETWORK_MESSAGE] = "";
    const struct izh_network_options options = {.duration_ms = 10.5};
    izh_files_base("good.json", NULL, NULL);
    assert_int_equal(izh_network_read(izh_files_path("good.json"), &options, &network, message),
                     IZH_NETWORK_BAD_VALUE);
    assert_non_null(
        strstr(message, "a duration of 10.5 ms; it must be a multiple of the tick, 1 ms"));
}

static void every_status_has_its_name_and_sentence(void **unused)
{
    (void)unused;
    for (int i = 0; i >= IZH_NETWORK_DOES_NOT_FIT; i--) {
        assert_string_not_equal(izh_network_status_name(i), "IZH_NETWORK_UNKNOWN");
        assert_string_not_equal(izh_network_strerror(i), "unknown status");
        for (int j = 0; j > i; j--) {
            assert_string_not_equal(izh_network_status_name(i), izh_network_status_name(j));
            assert_string_not_equal(izh_network_strerror(i), izh_network_strerror(j));
        }
    }
    assert_string_equal(izh_network_status_name(1), "IZH_NETWORK_UNKNOWN");
    assert_string_equal(izh_network_strerror(-100), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_base_of_all_these_is_good),
        cmocka_unit_test(every_bad_value_is_said_where_it_is),
        cmocka_unit_test(every_message_is_one_line),
        cmocka_unit_test(a_description_cut_anywhere_is_refused),
        cmocka_unit_test(a_file_that_is_not_there_or_a_directory_is_said_to_be_so),
        cmocka_unit_test(text_behind_the_end_and_no_text_at_all_are_refused),
        cmocka_unit_test(a_network_larger_than_memory_is_refused_at_once),
        cmocka_unit_test(too_many_inputs_are_refused_at_once),
        cmocka_unit_test(an_option_that_makes_no_sense_is_refused),
        cmocka_unit_test(every_status_has_its_name_and_sentence),
    };
    return cmocka_run_group_tests_name("network_bad", tests, izh_files_begin, izh_files_end);
}
