// cmd_verify.c: izh verify: a network on golden model and core in lockstep
// SPDX-License-Identifier: Apache-2.0
#include "command.h"
#include "device.h"
#include "run_engine.h"
#include "run_interrupt.h"
#include "run_progress.h"
#include "run_verify.h"
#include "run_verify_device.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

enum {
    OPTION_ON = 256,
    OPTION_LANES,
    OPTION_ENGINE,
    OPTION_TICKS,
    OPTION_SEED,
    OPTION_STALLS,
    OPTION_QUIET,
    OPTION_HELP,
    HELP = -1,
};

struct arguments {
    struct izh_run_target target;
    struct izh_network_options network;
    const char *file;
    bool stalls, quiet;
};

static const struct option options[] = {
    {"on", required_argument, NULL, OPTION_ON},
    {"lanes", required_argument, NULL, OPTION_LANES},
    {"engine", required_argument, NULL, OPTION_ENGINE},
    {"ticks", required_argument, NULL, OPTION_TICKS},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"stalls", no_argument, NULL, OPTION_STALLS},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

// ---- Arguments ----------------------------------------------------------------------------------

static int parse_on(struct arguments *a, const char *value)
{
    int code = izh_run_parse_on(&a->target, value);
    if (!code && !a->target.uri && !a->target.sim)
        code = izh_complain(IZH_EXIT_USAGE, "the model is compared with itself: --on sim: or a "
                                            "device (izh list)");
    return code;
}

static int parse_option(struct arguments *a, int letter)
{
    switch (letter) {
    case OPTION_ON:
        return parse_on(a, optarg);
    case OPTION_LANES:
        return izh_run_parse_lanes(&a->target, optarg);
    case OPTION_ENGINE:
        a->target.core = optarg;
        return IZH_EXIT_OK;
    case OPTION_TICKS:
        return izh_run_parse_number("ticks", optarg, 1, UINT32_MAX, &a->network.ticks);
    case OPTION_SEED:
        a->network.has_seed = true;
        return izh_run_parse_number("seed", optarg, 0, UINT32_MAX, &a->network.seed);
    case OPTION_STALLS:
        a->stalls = true;
        return IZH_EXIT_OK;
    default:
        a->quiet = true;
        return IZH_EXIT_OK;
    }
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
    if (!code && argc - optind != 1)
        code = izh_complain(IZH_EXIT_USAGE, "%s; see izh help verify",
                            argc > optind ? "one network at a time" : "no network");
    if (!code && a->stalls && a->target.uri)
        code = izh_complain(IZH_EXIT_USAGE, "--stalls is for --on sim: only");
    if (!code)
        a->file = argv[optind];
    return code;
}

// ---- Result -------------------------------------------------------------------------------------

struct verification {
    const struct arguments *arguments;
    struct izh_run_choice choice;
    struct izh_run_progress progress;
    struct izh_verify_result result;
    uint32_t ticks, seed;
    struct izh_device *device; // or a Verilated core
    enum izh_status device_status;
    char engine[320]; // what the model is compared with
};

// The command that does the same once more: ticks too, for inputs may be drawn for so long.
static void repeat_text(const struct verification *v, char *text, size_t size)
{
    const char *uri = v->arguments->target.uri;
    snprintf(text, size, "izh verify %s %s %s --ticks %lu --seed %lu%s", v->arguments->file,
             uri ? "--on" : "--engine", uri ? uri : v->choice.core, (unsigned long)v->ticks,
             (unsigned long)v->seed, v->arguments->stalls ? " --stalls" : "");
}

static int complain_of_difference(const struct verification *v)
{
    const struct izh_verify_difference *d = &v->result.first;
    const struct izh_compiled *c = v->choice.compiled;
    char repeat[4400], place[160] = "";
    repeat_text(v, repeat, sizeof repeat);
    if (d->neuron < c->neurons) {
        uint32_t logical = c->logical[d->neuron];
        const struct izh_population *p = &c->populations[izh_compiled_population(c, logical)];
        snprintf(place, sizeof place, " (logical %lu, %.80s %lu)", (unsigned long)logical, p->name,
                 (unsigned long)(logical - p->first));
    }
    return izh_complain(IZH_EXIT_DIFFER,
                        "model and %s differ: tick %lu, sub-step %lu, neuron %lu%s, %s: "
                        "expected %lld, got %lld; seed %lu; repeat: %s",
                        v->engine, (unsigned long)d->tick, (unsigned long)d->substep,
                        (unsigned long)d->neuron, place, d->word, (long long)d->expected,
                        (long long)d->got, (unsigned long)v->seed, repeat);
}

static void print_totals(const struct verification *v)
{
    const struct izh_verify_result *r = &v->result;
    printf("model and %s, %lu lane%s, seed %lu: %lu ticks, %llu updates, %llu inputs, "
           "%llu spikes; %llu words compared, %llu differ\n",
           v->engine, (unsigned long)v->choice.compiled->report.lanes,
           v->choice.compiled->report.lanes == 1 ? "" : "s", (unsigned long)v->seed,
           (unsigned long)r->ticks, (unsigned long long)r->updates, (unsigned long long)r->inputs,
           (unsigned long long)r->spikes, (unsigned long long)r->words,
           (unsigned long long)r->differ);
}

static int complain_of_device(const struct verification *v)
{
    char message[IZH_MESSAGE];
    izh_message(v->device, message);
    return izh_complain(izh_device_exit(v->device_status), "%s, tick %lu: %s", v->engine,
                        (unsigned long)v->result.ticks, message);
}

static int report(const struct verification *v, enum izh_verify_status status)
{
    int signal_number = izh_run_interrupt_signal();
    switch (status) {
    case IZH_VERIFY_NO_CORE:
        return izh_complain(IZH_EXIT_USAGE, "there is no engine '%s'", v->choice.core);
    case IZH_VERIFY_NO_MEMORY:
        return izh_out_of_memory();
    case IZH_VERIFY_STUCK:
        if (v->device)
            return complain_of_device(v);
        return izh_complain(IZH_EXIT_INTERNAL, "sim %s makes no progress after tick %lu; seed %lu",
                            v->choice.core, (unsigned long)v->result.ticks, (unsigned long)v->seed);
    case IZH_VERIFY_DIFFER:
        if (v->device_status)
            return complain_of_device(v); // its memory did not keep what was loaded
        print_totals(v);
        return complain_of_difference(v);
    default:
        print_totals(v);
    }
    if (signal_number && v->result.ticks < v->ticks)
        return izh_complain(IZH_EXIT_SIGNAL + signal_number, "interrupted after tick %lu of %lu",
                            (unsigned long)v->result.ticks, (unsigned long)v->ticks);
    return IZH_EXIT_OK;
}

// ---- One verification ---------------------------------------------------------------------------

static bool stop(void *context)
{
    (void)context;
    return izh_run_interrupt_signal() != 0;
}

static void show(void *context, uint32_t done, double wall_s)
{
    struct verification *v = context;
    izh_run_progress_show(&v->progress, done, wall_s);
}

static int verify_compiled(struct verification *v)
{
    const struct izh_compiled *c = v->choice.compiled;
    v->ticks = c->ticks;
    v->seed = c->seed;
    v->device = izh_engine_device_handle(&v->choice.engine);
    if (v->device)
        snprintf(v->engine, sizeof v->engine, "%s", v->arguments->target.uri);
    else
        snprintf(v->engine, sizeof v->engine, "sim %s", v->choice.core);
    v->progress = (struct izh_run_progress){
        .stream = !v->arguments->quiet && isatty(STDERR_FILENO) ? stderr : NULL,
        .tick_ms = c->tick_ms,
        .ticks = v->ticks,
    };
    const struct izh_verify_request request = {
        .core = v->choice.core,
        .compiled = c,
        .ticks = v->ticks,
        .seed = v->seed,
        .stalls = v->arguments->stalls,
        .context = v,
        .progress = show,
        .stop = stop,
    };
    izh_run_progress_say(&v->progress, "loading both engines");
    izh_run_interrupt_arm();
    enum izh_verify_status status =
        v->device ? izh_verify_device(&request, v->device, &v->result, &v->device_status)
                  : izh_verify(&request, &v->result);
    izh_run_progress_clear(&v->progress);
    int code = report(v, status);
    izh_run_interrupt_disarm();
    return code;
}

static int verify_file(const struct arguments *a)
{
    struct verification v = {.arguments = a};
    int code = izh_run_prepare(a->file, &a->network, &a->target, &v.choice);
    if (!code)
        code = verify_compiled(&v);
    izh_run_choice_free(&v.choice);
    return code;
}

static int verify(int argc, char **argv)
{
    struct arguments a = {.target.sim = true};
    int code = parse(argc, argv, &a);
    if (code == HELP) {
        fputs(izh_command_verify.usage, stdout);
        return IZH_EXIT_OK;
    }
    return code ? code : verify_file(&a);
}

const struct izh_command izh_command_verify = {
    "verify",
    "run a network on model and core or device side by side, comparing every word",
    "usage: izh verify NETWORK.json [OPTION...]\n"
    "\n"
    "Compares every state word, every accumulator that is taken, every input, every spike and\n"
    "probe sample as it leaves the Verilated core, and at the end every accumulator and counter.\n"
    "The first difference is said with the command that repeats it, and the exit code is 1.\n"
    "Of a device: every spike and probe sample as it comes, and after every tick every state word, "
    "bias\n"
    "and accumulator. This is how a board's owner proves his board.\n"
    "\n"
    "  --on ENGINE       sim: a Verilated core, or the address of a device: usb:, ftdi:,\n"
    "                    tty:PATH, sim:NAME (sim:)\n"
    "  --lanes N         1, 2, 4, 8 or 16 (as the smallest core has)\n"
    "  --engine NAME     this Verilated core (the smallest that fits)\n"
    "  --ticks N         so many ticks (as the file says)\n"
    "  --seed N          instead of the file's; also of what the core's memories hold before they\n"
    "                    are written, and of the stalls\n"
    "  --stalls          serve the core's ports in some clocks only\n"
    "  --quiet           no progress\n",
    verify,
};
