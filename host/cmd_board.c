// cmd_board.c: izh board: a simulated board as a USB device that any Linux machine can plug in
// SPDX-License-Identifier: Apache-2.0
#include "command.h"
#include "run_engine.h"
#include "run_interrupt.h"
#include "usb_board.h"
#include "usbip_server.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { OPTION_USBIP = 256, OPTION_LISTEN, OPTION_CORE, OPTION_PINS, OPTION_SEED, OPTION_HELP };
enum { REGISTERED_PORT = 3240, LOOK_MS = 500 };

static const struct option options[] = {
    {"usbip", required_argument, NULL, OPTION_USBIP},
    {"listen", required_argument, NULL, OPTION_LISTEN},
    {"core", required_argument, NULL, OPTION_CORE},
    {"pins", no_argument, NULL, OPTION_PINS},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

struct arguments {
    bool has_port, pins, help;
    uint32_t port, seed;
    const char *address, *core;
};

// ---- Arguments ----------------------------------------------------------------------------------

static int take_option(struct arguments *a, int letter, char **argv)
{
    switch (letter) {
    case OPTION_USBIP:
        a->has_port = true;
        return izh_run_parse_number("usbip", optarg, 0, UINT16_MAX, &a->port);
    case OPTION_LISTEN:
        a->address = optarg;
        return IZH_EXIT_OK;
    case OPTION_CORE:
        a->core = optarg;
        return IZH_EXIT_OK;
    case OPTION_PINS:
        a->pins = true;
        return IZH_EXIT_OK;
    case OPTION_SEED:
        return izh_run_parse_number("seed", optarg, 0, UINT32_MAX, &a->seed);
    case OPTION_HELP:
        a->help = true;
        return IZH_EXIT_OK;
    default:
        return izh_bad_option(letter, argv);
    }
}

static int parse(int argc, char **argv, struct arguments *a)
{
    int letter, code = IZH_EXIT_OK;
    *a = (struct arguments){.address = "127.0.0.1", .core = "s20x2", .seed = 1};
    opterr = 0;
    while (!code && (letter = getopt_long(argc, argv, ":", options, NULL)) != -1)
        code = take_option(a, letter, argv);
    if (code || a->help)
        return code;
    if (argc > optind)
        return izh_complain(IZH_EXIT_USAGE, "board takes no '%s'; see izh help board",
                            argv[optind]);
    if (!a->has_port)
        return izh_complain(IZH_EXIT_USAGE, "say where: --usbip PORT, 0 for a free one");
    return IZH_EXIT_OK;
}

// ---- Refusals -----------------------------------------------------------------------------------

static int refuse_core(const struct arguments *a)
{
    char names[IZH_BOARD_NAMES_MAX];
    izh_board_names(a->pins ? IZH_BOARD_USB : IZH_BOARD_BYTES, names);
    return izh_complain(IZH_EXIT_USAGE, "no board '%s'%s; there are%s; make build makes all",
                        a->core, a->pins ? " with pins" : "", names);
}

static int refuse_address(const struct arguments *a, enum izh_usbip_status status)
{
    int error = errno;
    switch (status) {
    case IZH_USBIP_NO_MEMORY:
        return izh_out_of_memory();
    case IZH_USBIP_BAD_ADDRESS:
        return izh_complain(IZH_EXIT_USAGE,
                            "--listen wants an address in numbers, IPv4 or IPv6, not '%s'",
                            a->address);
    case IZH_USBIP_NOT_HERE:
        return izh_complain(IZH_EXIT_INPUT, "this machine has no address %s: ip address lists them",
                            a->address);
    case IZH_USBIP_PORT_IN_USE:
        return izh_complain(IZH_EXIT_INPUT,
                            "port %u of %s is in use: take another, or 0 for a free one",
                            (unsigned)a->port, a->address);
    case IZH_USBIP_NO_PERMISSION:
        return izh_complain(IZH_EXIT_INPUT,
                            "no permission to listen on port %u of %s: take one "
                            "above 1023, or 0 for a free one",
                            (unsigned)a->port, a->address);
    default:
        return izh_complain(IZH_EXIT_INPUT, "cannot listen on port %u of %s: %s", (unsigned)a->port,
                            a->address, strerror(error));
    }
}

// ---- Serve --------------------------------------------------------------------------------------

static void print_line(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "izh: %s\n", line);
}

// The port where scripts look for it, the rest where people do.
static bool announce(const struct arguments *a, unsigned port)
{
    char option[24] = "";
    bool everywhere = !strcmp(a->address, "0.0.0.0") || !strcmp(a->address, "::");
    if (port != REGISTERED_PORT)
        snprintf(option, sizeof option, "--tcp-port %u ", port);
    printf("%u\n", port);
    fprintf(stderr, "izh: board %s%s waits on port %u of %s; Ctrl-C pulls the plug\n", a->core,
            a->pins ? " with pins" : "", port, a->address);
    fprintf(stderr, "izh: on Linux: modprobe vhci-hcd; usbip %sattach -r %s -b 1-1\n", option,
            everywhere ? "THIS-MACHINE" : a->address);
    return !fflush(stdout);
}

static int serve(const struct arguments *a, const struct izh_usbip_device *device)
{
    const struct izh_usbip_options settings = {
        .address = a->address, .port = (uint16_t)a->port, .log = print_line};
    enum izh_usbip_status status;
    struct izh_usbip_server *server = izh_usbip_server_new(&settings, device, &status);
    if (!server)
        return refuse_address(a, status);
    int number = 0;
    izh_run_interrupt_arm();
    bool announced = announce(a, izh_usbip_server_port(server));
    while (announced && !(number = izh_run_interrupt_signal()))
        izh_usbip_server_run(server, LOOK_MS);
    izh_usbip_server_free(server);
    izh_run_interrupt_disarm();
    return number ? IZH_EXIT_SIGNAL + number : IZH_EXIT_OK;
}

static int board(int argc, char **argv)
{
    struct arguments a;
    struct izh_usb_board *b;
    int code = parse(argc, argv, &a);
    if (code)
        return code;
    if (a.help) {
        fputs(izh_command_board.usage, stdout);
        return IZH_EXIT_OK;
    }
    enum izh_board_status status = izh_usb_board_new(a.core, a.pins, a.seed, &b);
    if (status == IZH_BOARD_UNKNOWN)
        return refuse_core(&a);
    if (status == IZH_BOARD_MUTE)
        return izh_complain(IZH_EXIT_INTERNAL, "the simulated USB device does not enumerate");
    if (status)
        return izh_out_of_memory();
    code = serve(&a, izh_usb_board_device(b));
    izh_usb_board_free(b);
    return code;
}

const struct izh_command izh_command_board = {
    "board",
    "a simulated board as a USB device, over USB/IP",
    "usage: izh board --usbip PORT [option...]\n"
    "\n"
    "  --usbip PORT      where Linux machines find it; 0 for a free one. The port is printed\n"
    "  --listen ADDRESS  127.0.0.1 by default, this machine alone. USB/IP has neither passwords "
    "nor\n"
    "                    encryption: who reaches the port has the board\n"
    "  --core NAME       the board (izh list has them: sim:NAME), s20x2 by default\n"
    "  --pins            the gateware's own USB device, from D+ and D- on; slower\n"
    "  --seed N          of what its memories hold at power-up (1)\n"
    "\n"
    "The Verilated board is a USB device with the descriptors of the gateware; with --pins it is "
    "the "
    "gateware\n"
    "with its clock crossings, and a host controller in C drives its pins. On the machine that "
    "wants\n"
    "it, as root:\n"
    "\n"
    "  modprobe vhci-hcd\n"
    "  usbip --tcp-port PORT attach -r ADDRESS -b 1-1\n"
    "\n"
    "Then izh finds it there as usb:, like any board. One machine has it at a time; each time it "
    "is\n"
    "attached it is a board after power-up. Who comes and goes stands on the standard error. It "
    "serves\n"
    "until Ctrl-C or SIGTERM, which pulls the plug: exit code 130 or 143. Code 3: the port is in "
    "use, or\n"
    "may not be had.\n",
    board,
};
