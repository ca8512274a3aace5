// command.c: what the subcommands of izh share: exit codes, complaints, the table
// SPDX-License-Identifier: Apache-2.0
#include "command.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct izh_command *const commands[] = {
    &izh_command_run,  &izh_command_verify, &izh_command_patterns, &izh_command_list,
    &izh_command_info, &izh_command_board,  &izh_command_vectors,  &izh_command_help,
};

const struct izh_command *izh_command_at(size_t i)
{
    return i < sizeof commands / sizeof *commands ? commands[i] : NULL;
}

const struct izh_command *izh_command_find(const char *name)
{
    for (size_t i = 0; izh_command_at(i); i++) {
        if (!strcmp(commands[i]->name, name))
            return commands[i];
    }
    return NULL;
}

int izh_complain(int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fflush(stdout); // what was said before comes before, also in a log that takes both
    fputs("izh: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return code;
}

int izh_out_of_memory(void)
{
    return izh_complain(IZH_EXIT_INTERNAL, "out of memory");
}

// optopt is 0 for an option that does not exist, else the letter of the one that was misused.
int izh_bad_option(int letter, char **argv)
{
    const char *given = argv[optind - 1];
    const char *fault = letter == ':'  ? "wants a value"
                        : optopt > 127 ? "takes no value"
                                       : "is unknown";
    if (letter == '?' && optopt > 0 && optopt <= 127)
        return izh_complain(IZH_EXIT_USAGE, "option -%c is unknown; see izh help %s", optopt,
                            argv[0]);
    return izh_complain(IZH_EXIT_USAGE, "option %s %s; see izh help %s", given, fault, argv[0]);
}
