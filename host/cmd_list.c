// cmd_list.c: izh list: devices that could be opened now
// SPDX-License-Identifier: Apache-2.0
#include "command.h"
#include "device.h"

#include <stdio.h>
#include <string.h>

static void print(void *context, const char *uri, const char *what)
{
    (void)context;
    printf("%-28s %s\n", uri, what);
}

static int list(int argc, char **argv)
{
    char message[IZH_MESSAGE];
    if (argc == 2 && !strcmp(argv[1], "--help")) {
        fputs(izh_command_list.usage, stdout);
        return IZH_EXIT_OK;
    }
    if (argc > 1)
        return izh_complain(IZH_EXIT_USAGE, "list takes no '%s'; see izh help list", argv[1]);
    izh_device_register();
    enum izh_status status = izh_device_list(print, NULL, message);
    return status ? izh_complain(izh_device_exit(status), "%s", message) : IZH_EXIT_OK;
}

const struct izh_command izh_command_list = {
    "list",
    "devices that can be opened now, by their address",
    "usage: izh list\n"
    "\n"
    "One line for each: the address that --on takes, and what is there. Boards that are plugged "
    "in, the\n"
    "golden model, and the boards of this program's own simulation. A scheme that cannot be asked "
    "is\n"
    "named on the standard error, and the exit code is 7.\n",
    list,
};
