// cmd_patterns.c: izh patterns: the published firing patterns on engines
// SPDX-License-Identifier: Apache-2.0
#include "command.h"
#include "figure.h"
#include "pattern_report.h"

#include <string.h>

struct arguments {
    struct izh_pattern_options patterns;
    bool json;
    bool plot;
    const char *directory;           // of the figures, or NULL
    const struct izh_pattern *phase; // of the phase plane, or NULL: chosen
};

enum { OPTION_JSON = 512, OPTION_OUT, OPTION_NO_PLOT, OPTION_PHASE };

static const struct option options[] = {
    {"on", required_argument, NULL, IZH_OPTION_ON},
    {"mode", required_argument, NULL, IZH_OPTION_MODE},
    {"step", required_argument, NULL, IZH_OPTION_STEP},
    {"widths", required_argument, NULL, IZH_OPTION_WIDTHS},
    {"json", no_argument, NULL, OPTION_JSON},
    {"out", required_argument, NULL, OPTION_OUT},
    {"no-plot", no_argument, NULL, OPTION_NO_PLOT},
    {"phase", required_argument, NULL, OPTION_PHASE},
    {"help", no_argument, NULL, IZH_OPTION_HELP},
    {0},
};

static int parse_phase(struct arguments *a, const char *value)
{
    a->phase = izh_pattern_find(value);
    if (a->phase)
        return IZH_EXIT_OK;
    return izh_complain(IZH_EXIT_USAGE, "no pattern '%s' for --phase", value);
}

static int take_option(void *context, int letter)
{
    struct arguments *a = context;
    switch (letter) {
    case OPTION_JSON:
        a->json = true;
        return IZH_EXIT_OK;
    case OPTION_NO_PLOT:
        a->plot = false;
        return IZH_EXIT_OK;
    case OPTION_OUT:
        a->directory = optarg;
        return IZH_EXIT_OK;
    case OPTION_PHASE:
        return parse_phase(a, optarg);
    default:
        return izh_pattern_option(&a->patterns, letter, optarg);
    }
}

static int worse(int a, int b)
{
    return a ? a : b;
}

// The verdict comes first: a difference between engines weighs more than a missing figure.
static int report(const struct izh_pattern_session *session, const struct arguments *a)
{
    int code = a->json ? izh_pattern_print_json(session) : izh_pattern_print_table(session);
    code = worse(izh_pattern_compare(session, a->json ? stderr : stdout), code);
    if (a->directory && a->plot)
        code = worse(code, izh_figures_write(session, a->phase, a->directory));
    return code;
}

static int patterns(int argc, char **argv)
{
    struct arguments a = {.patterns = izh_pattern_options_default(), .plot = true};
    struct izh_pattern_session session;
    int code = izh_pattern_parse(argc, argv, options, &a.patterns, take_option, &a);
    if (code == IZH_PATTERN_HELP) {
        fputs(izh_command_patterns.usage, stdout);
        return IZH_EXIT_OK;
    }
    if (code)
        return code;
    code = izh_pattern_session_run(&a.patterns, &session);
    if (code == IZH_EXIT_OK || code == IZH_EXIT_INPUT)
        code = worse(report(&session, &a), code);
    izh_pattern_session_free(&session);
    return code;
}

const struct izh_command izh_command_patterns = {
    "patterns",
    "run the published firing patterns and compare engines",
    "usage: izh patterns [NAME...] [OPTION...]\n"
    "\n"
    "NAME is a pattern's id (A to T of the 2004 figure; RS, IB, CH, FS, TC, TCb, RZ, LTS of the\n"
    "2003 figure), its name (\"tonic spiking\"), or 2003 or 2004 for a whole figure. All, if "
    "none.\n"
    "\n"
    "  --on LIST         with commas, of reference and devices: model:, sim:NAME, usb:, ftdi:,\n"
    "                    tty:PATH (izh list; reference,model:). Every state word of every "
    "sub-step\n"
    "                    on each device is compared with that on the first.\n"
    "  --mode MODE       script: the published Euler order, against the published script in "
    "double\n"
    "                    precision; accurate: midpoint and residual, against the exact solution\n"
    "                    (script)\n"
    "  --step MS         time step from 1/64 to 1, as 0.25 or 1/4 (script: as published;\n"
    "                    accurate: 1/4)\n"
    "  --widths X/W/PORT bits of the words of model: and sim: (as the devices that are named, "
    "else\n"
    "                    20/24/18); sim: is then the first board that has them\n"
    "  --json            JSON instead of the table\n"
    "  --out DIR         figures into DIR, as SVG and PNG: patterns, patterns_2003, phase_plane\n"
    "  --phase ID        pattern of the phase plane (C if chosen, else the first)\n"
    "  --no-plot         no figures\n",
    patterns,
};
