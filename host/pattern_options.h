// pattern_options.h: which patterns, on which engines, how: options that commands share
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_PATTERN_OPTIONS_H
#define IZH_PATTERN_OPTIONS_H

#include "format.h"
#include "patterns.h"

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

enum { IZH_PATTERNS_MAX = 64, IZH_PATTERN_ENGINES_MAX = 8, IZH_PATTERN_ADDRESS = 128 };

// Letters that getopt_long returns for them.
enum {
    IZH_OPTION_ON = 256,
    IZH_OPTION_MODE,
    IZH_OPTION_STEP,
    IZH_OPTION_WIDTHS,
    IZH_OPTION_HELP,
};

struct izh_pattern_options {
    const struct izh_pattern *patterns[IZH_PATTERNS_MAX];
    size_t count;
    bool reference;
    char on[IZH_PATTERN_ENGINES_MAX][IZH_PATTERN_ADDRESS]; // of devices
    size_t on_count;
    bool accurate;
    double step_ms; // 0: the mode's own
    struct izh_format format;
    bool has_format; // the user's, else those of the first device that has its own
};

struct izh_pattern_options izh_pattern_options_default(void);

// Each returns IZH_EXIT_OK, or complains and returns IZH_EXIT_USAGE.

// One of the options above.
int izh_pattern_option(struct izh_pattern_options *options, int letter, const char *value);

// Adds the patterns of this id or name, or of this figure ("2003", "2004").
int izh_pattern_choose(struct izh_pattern_options *options, const char *name);

// The chosen ones, else all.
void izh_pattern_choose_rest(struct izh_pattern_options *options);

// Takes an option of a command: its letter, and optarg. Returns as izh_pattern_option.
typedef int izh_pattern_taker(void *context, int letter);

// The arguments of a command that wants patterns: each option of its table goes to take, each other
// argument is a pattern to choose. As above, and IZH_PATTERN_HELP as soon as help is asked for.
enum { IZH_PATTERN_HELP = -1 };
int izh_pattern_parse(int argc, char **argv, const struct option *table,
                      struct izh_pattern_options *options, izh_pattern_taker *take, void *context);

#endif
