// cmd_help.c: izh help [COMMAND]
// SPDX-License-Identifier: Apache-2.0
#include "command.h"

#include <stdio.h>

static const char exit_codes[] =
    "exit codes:\n"
    "  0  done\n"
    "  1  engines that must agree do not, one of them lost events, or a device does not\n"
    "     hold what was written to it\n"
    "  2  unknown command, option or value\n"
    "  3  the input cannot be used: a parameter does not fit its word,\n"
    "     a network is wrong or does not fit the engine\n"
    "  4  a file or the standard output cannot be read or written\n"
    "  5  a program that izh runs is missing or failed\n"
    "  6  out of memory, or an engine that does not answer\n"
    "  7  a device is missing, may not be opened, is busy, does not answer, is no izh\n"
    "     engine, or was unplugged\n"
    "  130, 143  interrupted by SIGINT (Ctrl-C) or SIGTERM; the files are complete up to there\n";

static int help(int argc, char **argv)
{
    if (argc > 2)
        return izh_complain(IZH_EXIT_USAGE, "help takes one command at most");
    const struct izh_command *command = argc == 2 ? izh_command_find(argv[1]) : NULL;
    if (argc == 2 && !command)
        return izh_complain(IZH_EXIT_USAGE, "no command '%s'; see izh help", argv[1]);
    if (command) {
        fputs(command->usage, stdout);
        return IZH_EXIT_OK;
    }
    puts("izh: an Izhikevich neuron engine for open FPGAs\n\nusage: izh COMMAND [OPTION...]\n"
         "       izh --version\n\ncommands:");
    for (size_t i = 0; izh_command_at(i); i++)
        printf("  %-10s%s\n", izh_command_at(i)->name, izh_command_at(i)->summary);
    printf("\nizh help COMMAND says more.\n\n%s", exit_codes);
    return IZH_EXIT_OK;
}

const struct izh_command izh_command_help = {
    "help",
    "this list, or all about one command",
    "usage: izh help [COMMAND]\n",
    help,
};
