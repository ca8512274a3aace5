// command.h: what the subcommands of izh share: exit codes, complaints, the table
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_COMMAND_H
#define IZH_COMMAND_H

#include <stddef.h>

#define IZH_VERSION "0.1.0"

// docs/exit-codes.md and `izh help` say the same.
enum izh_exit {
    IZH_EXIT_OK = 0,
    // Engines that must agree do not, one lost events, or a device does not hold what was written.
    IZH_EXIT_DIFFER = 1,
    IZH_EXIT_USAGE = 2,    // unknown command or option, or an option's value makes no sense
    IZH_EXIT_INPUT = 3,    // the input is understood and cannot be used
    IZH_EXIT_FILE = 4,     // a file or the standard output cannot be read or written
    IZH_EXIT_TOOL = 5,     // a program that izh runs is missing or failed
    IZH_EXIT_INTERNAL = 6, // out of memory, or an engine that does not answer
    IZH_EXIT_DEVICE =
        7, // a device is missing, may not be opened, is busy, does not answer, is gone
    IZH_EXIT_SIGNAL = 128, // and the signal's number: interrupted
};

struct izh_command {
    const char *name;
    const char *summary;               // one line
    const char *usage;                 // lines of `izh help NAME`
    int (*run)(int argc, char **argv); // argv[0] is the command's name
};

extern const struct izh_command izh_command_board;
extern const struct izh_command izh_command_help;
extern const struct izh_command izh_command_info;
extern const struct izh_command izh_command_list;
extern const struct izh_command izh_command_patterns;
extern const struct izh_command izh_command_run;
extern const struct izh_command izh_command_vectors;
extern const struct izh_command izh_command_verify;

// Commands in the order of the help; NULL after the last.
const struct izh_command *izh_command_at(size_t i);
const struct izh_command *izh_command_find(const char *name); // NULL if there is none

// "izh: " and one line on the standard error. Returns code.
int izh_complain(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

int izh_out_of_memory(void);

// What getopt_long returned '?' or ':' for. Returns IZH_EXIT_USAGE.
int izh_bad_option(int letter, char **argv);

#endif
