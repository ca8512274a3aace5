// cmd_run.c: izh run: a network on an engine
// SPDX-License-Identifier: Apache-2.0
#include "command.h"
#include "device.h"
#include "directory.h"
#include "run_engine.h"
#include "run_figure.h"
#include "run_interrupt.h"
#include "run_progress.h"
#include "run_report.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OPTION_ON = 256,
    OPTION_LANES,
    OPTION_ENGINE,
    OPTION_TICKS,
    OPTION_FOR,
    OPTION_THREADS,
    OPTION_SEED,
    OPTION_OUT,
    OPTION_JSON,
    OPTION_NO_FIGURE,
    OPTION_QUIET,
    OPTION_HELP,
    HELP = -1,
    THREADS_MAX = 64,
};

struct arguments {
    struct izh_run_target target;
    struct izh_network_options network;
    const char *file;
    const char *directory; // NULL: named after the file
    uint32_t threads;      // 0: 1
    bool has_engine, json, figure, quiet;
};

static const struct option options[] = {
    {"on", required_argument, NULL, OPTION_ON},
    {"lanes", required_argument, NULL, OPTION_LANES},
    {"engine", required_argument, NULL, OPTION_ENGINE},
    {"ticks", required_argument, NULL, OPTION_TICKS},
    {"for", required_argument, NULL, OPTION_FOR},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"out", required_argument, NULL, OPTION_OUT},
    {"json", no_argument, NULL, OPTION_JSON},
    {"no-figure", no_argument, NULL, OPTION_NO_FIGURE},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

// ---- Arguments ----------------------------------------------------------------------------------

static int parse_for(struct arguments *a, const char *value)
{
    char *end;
    double ms = strtod(value, &end);
    if (end == value || *end || !(ms > 0) || isinf(ms))
        return izh_complain(IZH_EXIT_USAGE, "--for '%s' is not a time in ms above 0", value);
    a->network.duration_ms = ms;
    return IZH_EXIT_OK;
}

static int parse_flag(struct arguments *a, int letter)
{
    a->json = a->json || letter == OPTION_JSON;
    a->figure = a->figure && letter != OPTION_NO_FIGURE;
    a->quiet = a->quiet || letter == OPTION_QUIET;
    return IZH_EXIT_OK;
}

static int parse_option(struct arguments *a, int letter)
{
    switch (letter) {
    case OPTION_ON:
        a->has_engine = true;
        return izh_run_parse_on(&a->target, optarg);
    case OPTION_LANES:
        return izh_run_parse_lanes(&a->target, optarg);
    case OPTION_ENGINE:
        a->target.core = optarg;
        return IZH_EXIT_OK;
    case OPTION_TICKS:
        return izh_run_parse_number("ticks", optarg, 1, UINT32_MAX, &a->network.ticks);
    case OPTION_FOR:
        return parse_for(a, optarg);
    case OPTION_THREADS:
        return izh_run_parse_number("threads", optarg, 1, THREADS_MAX, &a->threads);
    case OPTION_SEED:
        a->network.has_seed = true;
        return izh_run_parse_number("seed", optarg, 0, UINT32_MAX, &a->network.seed);
    case OPTION_OUT:
        a->directory = optarg;
        return IZH_EXIT_OK;
    default:
        return parse_flag(a, letter);
    }
}

static int check(const struct arguments *a, int files)
{
    if (files != 1)
        return izh_complain(IZH_EXIT_USAGE, "%s; see izh help run",
                            files ? "one network at a time" : "no network");
    if (!a->has_engine)
        return izh_complain(IZH_EXIT_USAGE,
                            "say on what: --on model:, --on sim: or a device (izh list)");
    if (a->network.ticks && a->network.duration_ms > 0)
        return izh_complain(IZH_EXIT_USAGE, "--ticks and --for say the same thing twice");
    if (a->threads && (a->target.sim || a->target.uri))
        return izh_complain(IZH_EXIT_USAGE, "--threads is for --on model: only");
    return IZH_EXIT_OK;
}

static int parse(int argc, char **argv, struct arguments *a)
{
    int letter, code = IZH_EXIT_OK;
    opterr = 0;
    while (!code && (letter = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        if (letter == OPTION_HELP)
            return HELP;
        code =
            letter == '?' || letter == ':' ? izh_bad_option(letter, argv) : parse_option(a, letter);
    }
    if (!code)
        code = check(a, argc - optind);
    if (!code)
        a->file = argv[optind];
    return code;
}

// ---- One run ------------------------------------------------------------------------------------

struct run {
    const struct arguments *arguments;
    char directory[IZH_PATH_SIZE];
    struct izh_run_choice choice;
    struct izh_engine engine;
    struct izh_run_files files;
    struct izh_run_activity activity;
    struct izh_run_result result;
    struct izh_run_progress progress;
    struct izh_run_report report;
};

// The file's name without its place and ending, and ".out".
static void name_directory(const char *file, char directory[IZH_PATH_SIZE])
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    const char *dot = strrchr(name, '.');
    int length = (int)(dot && dot != name ? (size_t)(dot - name) : strlen(name));
    snprintf(directory, IZH_PATH_SIZE, "%.*s.out", length, name);
}

static int open_engine(struct run *run)
{
    const struct arguments *a = run->arguments;
    const struct izh_compiled *c = run->choice.compiled;
    unsigned threads = a->threads ? a->threads : 1;
    if (a->target.uri) {
        run->engine = run->choice.engine;
        run->choice.engine = (struct izh_engine){0};
        return IZH_EXIT_OK;
    }
    enum izh_model_status status = a->target.sim
                                       ? izh_engine_sim(run->choice.core, c->seed, &run->engine)
                                       : izh_engine_model(&c->shape, threads, &run->engine);
    return status ? izh_complain(IZH_EXIT_INTERNAL, "%s: %s", a->target.sim ? "sim" : "model",
                                 izh_model_strerror(status))
                  : IZH_EXIT_OK;
}

static int complain_of_files(const struct izh_run_files *files)
{
    return izh_complain(IZH_EXIT_FILE, "cannot write %s: %s", files->failed,
                        strerror(files->error));
}

static int complain_of_run(const struct run *run)
{
    const struct izh_run_result *r = &run->result;
    if (r->out_of_memory)
        return izh_out_of_memory();
    if (r->file_failed)
        return complain_of_files(&run->files);
    char message[IZH_MESSAGE];
    const char *uri = run->arguments->target.uri;
    int code = izh_engine_exit(&run->engine);
    izh_engine_message(&run->engine, r->status, message);
    if (!r->loaded && !izh_engine_device_handle(&run->engine))
        return izh_complain(code, "%s refuses the word at %08lx: %s", run->engine.name,
                            (unsigned long)r->refused, message);
    return izh_complain(code, "%s, tick %lu: %s", uri ? uri : run->engine.name,
                        (unsigned long)r->ticks, message);
}

static bool stop(void *context)
{
    (void)context;
    return izh_run_interrupt_signal() != 0;
}

static void show(void *context, uint32_t done, double wall_s)
{
    struct run *run = context;
    izh_run_progress_show(&run->progress, done, wall_s);
}

static bool execute(struct run *run)
{
    const struct izh_run_request request = {
        .engine = &run->engine,
        .compiled = run->choice.compiled,
        .ticks = run->report.asked,
        .files = &run->files,
        .activity = run->arguments->figure ? &run->activity : NULL,
        .context = run,
        .progress = show,
        .stop = stop,
    };
    run->progress = (struct izh_run_progress){
        .stream = !run->arguments->quiet && isatty(STDERR_FILENO) ? stderr : NULL,
        .tick_ms = run->choice.compiled->tick_ms,
        .ticks = run->report.asked,
    };
    izh_run_progress_say(&run->progress, "loading the engine");
    izh_run_interrupt_arm();
    bool good = izh_run(&request, &run->result);
    izh_run_progress_clear(&run->progress);
    return good;
}

// run.json is the last of the files: where it is, the others were whole before.
static int write_json(const struct run *run, const char *text)
{
    char path[IZH_PATH_SIZE];
    struct izh_file file;
    int code = izh_join_path(path, run->directory, "run.json");
    if (code)
        return code;
    bool good = izh_file_begin(&file, path);
    if (good) {
        fputs(text, file.stream);
        good = izh_file_commit(&file);
    }
    return good ? IZH_EXIT_OK
                : izh_complain(IZH_EXIT_FILE, "cannot write %s: %s", path, strerror(errno));
}

static int write_report(const struct run *run)
{
    char *text = izh_run_report_json(&run->report);
    if (!text)
        return izh_out_of_memory();
    int code = write_json(run, text);
    if (run->arguments->json)
        fputs(text, stdout);
    else if (!run->arguments->quiet)
        izh_run_report_text(&run->report, stdout);
    free(text);
    return code;
}

// A figure of an earlier run beside the files of this one would tell a lie.
static int write_figure(const struct run *run)
{
    char engine[96], path[IZH_PATH_SIZE];
    struct izh_run_picture picture = {&run->activity, &run->result, run->report.name, engine};
    if (!izh_join_path(path, run->directory, "raster.png"))
        unlink(path);
    if (!run->arguments->figure)
        return IZH_EXIT_OK;
    izh_run_engine_text(&run->report, engine, sizeof engine);
    return izh_run_figure(&picture, run->directory);
}

static int finish(struct run *run)
{
    int signal_number = izh_run_interrupt_signal();
    run->report.interrupted = signal_number && run->result.ticks < run->report.asked;
    if (!izh_run_files_commit(&run->files))
        return complain_of_files(&run->files);
    int drawn = write_figure(run);
    int code = write_report(run);
    if (run->report.interrupted && !code)
        code = izh_complain(IZH_EXIT_SIGNAL + signal_number,
                            "interrupted after tick %lu of %lu; the files in %s are complete up "
                            "to there",
                            (unsigned long)run->result.ticks, (unsigned long)run->report.asked,
                            run->directory);
    return code ? code : drawn;
}

static int run_on_engine(struct run *run)
{
    const struct izh_compiled *c = run->choice.compiled;
    run->report.asked = c->ticks;
    if (run->arguments->figure && !izh_run_activity_begin(&run->activity, c, run->report.asked))
        return izh_out_of_memory();
    int code = izh_make_directory(run->directory);
    if (code)
        return code;
    if (!izh_run_files_begin(&run->files, run->directory, c))
        return complain_of_files(&run->files);
    code = execute(run) ? finish(run) : complain_of_run(run);
    izh_run_interrupt_disarm();
    izh_run_files_discard(&run->files);
    int warned = izh_run_report_warn(&run->report);
    return warned ? warned : code; // what it gave is wrong, however it ended
}

static int run_network(struct run *run)
{
    const struct arguments *a = run->arguments;
    int code = open_engine(run);
    if (code)
        return code;
    run->report = (struct izh_run_report){
        .file = a->file,
        .name = izh_network_name(run->choice.network),
        .uri = a->target.uri,
        .core = run->choice.core,
        .engine = &run->engine,
        .compiled = run->choice.compiled,
        .result = &run->result,
        .threads = a->threads ? a->threads : 1,
        .directory = run->directory,
    };
    return run_on_engine(run);
}

static int run_file(const struct arguments *a)
{
    struct run run = {.arguments = a};
    int code = izh_run_prepare(a->file, &a->network, &a->target, &run.choice);
    if (code)
        return code;
    if (a->directory)
        snprintf(run.directory, sizeof run.directory, "%s", a->directory);
    else
        name_directory(a->file, run.directory);
    if (a->directory && strlen(a->directory) >= sizeof run.directory)
        code = izh_make_directory(a->directory); // which says that it is too long
    else
        code = run_network(&run);
    izh_run_result_free(&run.result);
    izh_run_activity_free(&run.activity);
    izh_engine_free(&run.engine);
    izh_run_choice_free(&run.choice);
    return code;
}

static int run(int argc, char **argv)
{
    struct arguments a = {.figure = true};
    int code = parse(argc, argv, &a);
    if (code == HELP) {
        fputs(izh_command_run.usage, stdout);
        return IZH_EXIT_OK;
    }
    if (code)
        return code;
    izh_run_hdf5_prepare();
    return run_file(&a);
}

const struct izh_command izh_command_run = {
    "run",
    "run a network on an engine; spikes, traces and a figure into a directory",
    "usage: izh run NETWORK.json --on ENGINE [OPTION...]\n"
    "\n"
    "NETWORK.json is as docs/network.md, the files that come out are as docs/run.md.\n"
    "\n"
    "  --on ENGINE       model: the golden model in C, sim: the Verilated core, or the address of\n"
    "                    a device: usb:, ftdi:, tty:PATH, sim:NAME (izh list; docs/driver.md)\n"
    "  --lanes N         1, 2, 4, 8 or 16; the result does not depend on it (as the smallest\n"
    "                    engine has)\n"
    "  --engine NAME     the shape of this Verilated core (the smallest that fits; for model: one\n"
    "                    as large as the network)\n"
    "  --ticks N         run so many ticks (as the file says)\n"
    "  --for MS          run so many ms of the network's time\n"
    "  --threads N       of the model, 1 to 64 (1)\n"
    "  --seed N          instead of the file's\n"
    "  --out DIR         where the files go (NETWORK.out)\n"
    "  --json            the report as JSON\n"
    "  --no-figure       no raster.png\n"
    "  --quiet           no report and no progress\n"
    "\n"
    "Ctrl-C ends the run after the tick it is in; the files are complete up to there.\n",
    run,
};
