// cmd_vectors.c: izh vectors: golden vectors from the model
// SPDX-License-Identifier: Apache-2.0
#include "command.h"
#include "directory.h"
#include "file.h"
#include "pattern_engine.h"
#include "pattern_session.h"
#include "vectors.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_OUT = 512, NAME_SIZE = 64 };

struct arguments {
    struct izh_pattern_options patterns;
    bool one_mode;   // else both
    bool one_widths; // else those of the boards
    const char *directory;
};

static const struct izh_format board_formats[] = {{20, 24, 18}, {16, 24, 16}};

static const struct option options[] = {
    {"on", required_argument, NULL, IZH_OPTION_ON},
    {"mode", required_argument, NULL, IZH_OPTION_MODE},
    {"step", required_argument, NULL, IZH_OPTION_STEP},
    {"widths", required_argument, NULL, IZH_OPTION_WIDTHS},
    {"out", required_argument, NULL, OPTION_OUT},
    {"help", no_argument, NULL, IZH_OPTION_HELP},
    {0},
};

static int complain_of_file(const char *path)
{
    return izh_complain(IZH_EXIT_FILE, "cannot write %s: %s", path, strerror(errno));
}

// ---- Files --------------------------------------------------------------------------------------

typedef size_t vector_writer(FILE *stream, const struct izh_vectors *vectors);

static const struct {
    const char *name;
    vector_writer *write;
} streams[] = {
    {"bus.hex", izh_vectors_write_bus},
    {"probe.hex", izh_vectors_write_probe},
    {"event.hex", izh_vectors_write_event},
};

static int write_stream(const char *directory, const char *name, vector_writer *write,
                        const struct izh_vectors *vectors, size_t *words)
{
    struct izh_file file;
    char path[IZH_PATH_SIZE];
    int code = izh_join_path(path, directory, name);
    if (code)
        return code;
    if (!izh_file_begin(&file, path))
        return complain_of_file(path);
    *words = write(file.stream, vectors);
    return izh_file_commit(&file) ? IZH_EXIT_OK : complain_of_file(path);
}

static int write_image(const char *directory, const struct izh_image *image)
{
    char path[IZH_PATH_SIZE];
    int code = izh_join_path(path, directory, "image.izh");
    if (code)
        return code;
    return izh_image_write(image, path) ? complain_of_file(path) : IZH_EXIT_OK;
}

// The files of a batch, and its line in the list: name and words of each stream.
static int write_batch(const char *directory, const char *name, const struct izh_vectors *vectors,
                       FILE *list)
{
    char path[IZH_PATH_SIZE];
    int code = izh_join_path(path, directory, name);
    if (!code)
        code = izh_make_directory(path);
    if (!code)
        code = write_image(path, vectors->batch->image);
    fputs(name, list);
    for (size_t i = 0; !code && i < sizeof streams / sizeof *streams; i++) {
        size_t words = 0;
        code = write_stream(path, streams[i].name, streams[i].write, vectors, &words);
        fprintf(list, " %zu", words);
    }
    fputc('\n', list);
    return code;
}

// ---- One batch ----------------------------------------------------------------------------------

static const uint32_t counters[] = {IZH_REG_TICK, IZH_REG_TICKS_LEFT, IZH_REG_SATURATED_X,
                                    IZH_REG_SATURATED_W, IZH_REG_SATURATED_PORT};

enum { COUNTERS = sizeof counters / sizeof *counters, STATE_FIELDS = 3 };

// Counters and states as they are after the run.
static size_t read_back(const struct izh_engine *engine, uint32_t neurons,
                        struct izh_readback *readbacks)
{
    size_t n = 0;
    for (size_t i = 0; i < COUNTERS; i++)
        readbacks[n++].address = IZH_ADDRESS(IZH_REGION_REGISTER, 0, counters[i]);
    for (uint32_t field = 0; field < STATE_FIELDS; field++) {
        for (uint32_t i = 0; i < neurons; i++)
            readbacks[n++].address = IZH_ADDRESS(IZH_REGION_STATE, field, i);
    }
    for (size_t i = 0; i < n; i++)
        izh_engine_read(engine, readbacks[i].address, &readbacks[i].word);
    return n;
}

static int record_batch(const struct izh_engine *engine, const struct izh_pattern_batch *batch,
                        struct izh_recording *recording)
{
    enum izh_model_status status = izh_record(engine, batch, recording);
    return status ? izh_complain(IZH_EXIT_INTERNAL, "model: %s", izh_model_strerror(status))
                  : IZH_EXIT_OK;
}

static int run_batch(const struct izh_engine *engine, const struct izh_pattern_batch *batch,
                     const char *directory, const char *name, FILE *list)
{
    struct izh_recording recording;
    struct izh_readback *readbacks =
        calloc(COUNTERS + STATE_FIELDS * batch->count, sizeof *readbacks);
    if (!readbacks)
        return izh_out_of_memory();
    int code = record_batch(engine, batch, &recording);
    if (!code) {
        size_t count = read_back(engine, (uint32_t)batch->count, readbacks);
        struct izh_vectors vectors = {batch, &recording, readbacks, count};
        code = write_batch(directory, name, &vectors, list);
    }
    izh_recording_free(&recording);
    free(readbacks);
    return code;
}

// ---- One set of options -------------------------------------------------------------------------

static void name_batch(const struct izh_pattern_plan *plan, size_t i, char *name)
{
    size_t same = 0;
    for (size_t j = 0; j < i; j++)
        same += plan->batches[j].step_ms == plan->batches[i].step_ms;
    int length =
        snprintf(name, NAME_SIZE, "%s-%.6g", plan->batches[i].accurate ? "accurate" : "script",
                 plan->batches[i].step_ms);
    if (same)
        snprintf(name + length, NAME_SIZE - (size_t)length, "-%zu", same + 1);
}

static int write_plan(const struct izh_pattern_plan *plan, const struct izh_engine *engine,
                      const char *directory, FILE *list)
{
    int code = IZH_EXIT_OK;
    for (size_t i = 0; !code && i < plan->count; i++) {
        char name[NAME_SIZE];
        name_batch(plan, i, name);
        code = run_batch(engine, &plan->batches[i], directory, name, list);
    }
    return code;
}

static int write_mode(const struct izh_pattern_options *o, const char *directory, FILE *list)
{
    struct izh_pattern_plan plan = {0};
    struct izh_engine engine = {0};
    int code = izh_pattern_open_model(&o->format, &engine), planned = IZH_EXIT_OK;
    if (!code) {
        struct izh_pattern_request request = izh_pattern_request_of(o, &engine.shape);
        planned = izh_pattern_plan(&request, &plan);
    }
    if (!code && (!planned || planned == IZH_EXIT_INPUT))
        code = write_plan(&plan, &engine, directory, list);
    izh_engine_free(&engine);
    izh_pattern_plan_free(&plan);
    return code ? code : planned;
}

// Misfits are said and the rest goes on; anything else ends it.
static int write_modes(const struct arguments *a, struct izh_pattern_options o,
                       const char *directory, FILE *list)
{
    int worst = IZH_EXIT_OK;
    for (int accurate = 0; accurate < 2; accurate++) {
        if (a->one_mode && a->patterns.accurate != accurate)
            continue;
        o.accurate = accurate;
        int code = write_mode(&o, directory, list);
        if (code && code != IZH_EXIT_INPUT)
            return code;
        worst = code ? code : worst;
    }
    return worst;
}

static int write_listed(const struct arguments *a, const struct izh_pattern_options *o,
                        const char *directory, const char *path)
{
    struct izh_file list;
    if (!izh_file_begin(&list, path))
        return complain_of_file(path);
    int code = write_modes(a, *o, directory, list.stream);
    if (code && code != IZH_EXIT_INPUT)
        izh_file_discard(&list);
    else if (!izh_file_commit(&list))
        code = complain_of_file(path);
    return code;
}

static int write_widths(const struct arguments *a, const struct izh_format *format)
{
    struct izh_pattern_options o = a->patterns;
    char name[NAME_SIZE], directory[IZH_PATH_SIZE], path[IZH_PATH_SIZE];
    o.format = *format;
    snprintf(name, sizeof name, "%d-%d-%d", format->x_bits, format->w_bits, format->port_bits);
    int code = izh_join_path(directory, a->directory, name);
    if (!code)
        code = izh_make_directory(directory);
    if (!code)
        code = izh_join_path(path, directory, "list.txt");
    return code ? code : write_listed(a, &o, directory, path);
}

static int write_all(const struct arguments *a)
{
    int worst = IZH_EXIT_OK;
    if (a->one_widths)
        return write_widths(a, &a->patterns.format);
    for (size_t i = 0; i < sizeof board_formats / sizeof *board_formats; i++) {
        int code = write_widths(a, &board_formats[i]);
        if (code && code != IZH_EXIT_INPUT)
            return code;
        worst = code ? code : worst;
    }
    return worst;
}

// ---- Arguments ----------------------------------------------------------------------------------

static int take_option(void *context, int letter)
{
    struct arguments *a = context;
    if (letter == OPTION_OUT) {
        a->directory = optarg;
        return IZH_EXIT_OK;
    }
    a->one_mode = a->one_mode || letter == IZH_OPTION_MODE;
    a->one_widths = a->one_widths || letter == IZH_OPTION_WIDTHS;
    return izh_pattern_option(&a->patterns, letter, optarg);
}

static int vectors(int argc, char **argv)
{
    struct arguments a = {.patterns = izh_pattern_options_default()};
    int code = izh_pattern_parse(argc, argv, options, &a.patterns, take_option, &a);
    if (code == IZH_PATTERN_HELP) {
        fputs(izh_command_vectors.usage, stdout);
        return IZH_EXIT_OK;
    }
    if (!code && !a.directory)
        code = izh_complain(IZH_EXIT_USAGE, "say where to: --out DIR; see izh help vectors");
    if (!code && strcmp(a.patterns.on[0], "model:"))
        code = izh_complain(IZH_EXIT_USAGE, "golden vectors come from the model only");
    return code ? code : write_all(&a);
}

const struct izh_command izh_command_vectors = {
    "vectors",
    "write golden vectors for a simulator",
    "usage: izh vectors [NAME...] --out DIR [OPTION...]\n"
    "\n"
    "Writes what an engine is told and what it must answer, as docs/vectors.md, into\n"
    "DIR/WIDTHS/MODE-STEP. NAME is as for izh patterns; all patterns, if none.\n"
    "\n"
    "  --out DIR         where to\n"
    "  --mode MODE       script or accurate (both)\n"
    "  --step MS         time step from 1/64 to 1 (script: as published; accurate: 1/4)\n"
    "  --widths X/W/PORT bits of the engine's words (20/24/18 and 16/24/16)\n"
    "  --on model:       the engine that knows; there is no other\n",
    vectors,
};
