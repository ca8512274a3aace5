// main.c: izh: finds the command and runs it
// SPDX-License-Identifier: Apache-2.0
#include "command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int print_version(void)
{
    puts("izh " IZH_VERSION);
    return IZH_EXIT_OK;
}

static int run(int argc, char **argv)
{
    if (argc < 2)
        return izh_complain(IZH_EXIT_USAGE, "no command; see izh help");
    if (!strcmp(argv[1], "--version"))
        return print_version();
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
        return izh_command_help.run(1, argv + 1);
    const struct izh_command *command = izh_command_find(argv[1]);
    if (!command && argv[1][0] == '-')
        return izh_complain(IZH_EXIT_USAGE, "unknown option %s; see izh help", argv[1]);
    if (!command)
        return izh_complain(IZH_EXIT_USAGE, "no command '%s'; see izh help", argv[1]);
    return command->run(argc - 1, argv + 1);
}

// stdout is buffered: a full disk may show only now. One that showed earlier is asked again why.
static int finish(int code)
{
    bool failed = ferror(stdout);
    clearerr(stdout);
    errno = 0;
    if (failed)
        putchar('\n');
    if (!fflush(stdout) && !failed)
        return code;
    return izh_complain(code == IZH_EXIT_OK || code == IZH_EXIT_INPUT ? IZH_EXIT_FILE : code,
                        "cannot write the standard output: %s",
                        errno ? strerror(errno) : "an earlier write failed");
}

int main(int argc, char **argv)
{
    return finish(run(argc, argv));
}
