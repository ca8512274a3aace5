// cmd_info.c: izh info: what is behind an address
// SPDX-License-Identifier: Apache-2.0
#include "command.h"
#include "device.h"

#include <cJSON.h>

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPTION_ON = 256, OPTION_JSON, OPTION_HELP };

static const struct option options[] = {
    {"on", required_argument, NULL, OPTION_ON},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static void print_text(const struct izh_device_info *i)
{
    printf("address          %s:%s\n", i->scheme, i->address);
    printf("board            %s, clock %.6g MHz, build %08lx\n", i->board, i->clock_hz / 1e6,
           (unsigned long)i->build);
    printf("engine           %d/%d/%d bits, %lu neurons, %lu lane%s, ", i->x_bits, i->w_bits,
           i->port_bits, (unsigned long)i->neurons, (unsigned long)i->lanes,
           i->lanes == 1 ? "" : "s");
    if (i->records)
        printf("%lu shared records\n", (unsigned long)i->records);
    else
        puts("a record for each neuron");
    if (i->synapses)
        printf("synapses         %lu for each lane, delays to %lu ticks, weights of %d bits\n",
               (unsigned long)i->synapses, (unsigned long)(i->ring_parts * (i->ring_slots - 1)),
               i->weight_bits);
    else
        puts("synapses         none");
    printf("link             version %d, %d request%s of %d bytes, ring of %d bytes\n",
           i->link_version, i->slots, i->slots == 1 ? "" : "s", i->room, i->ring);
}

static void print_json(const struct izh_device_info *i)
{
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"clock_hz", i->clock_hz},
        {"build", i->build},
        {"x_bits", i->x_bits},
        {"w_bits", i->w_bits},
        {"port_bits", i->port_bits},
        {"neurons", i->neurons},
        {"records", i->records},
        {"lanes", i->lanes},
        {"synapses", i->synapses},
        {"weight_bits", i->weight_bits},
        {"delta_bits", i->delta_bits},
        {"accumulator_bits", i->accumulator_bits},
        {"ring_slots", i->ring_slots},
        {"ring_parts", i->ring_parts},
        {"link_version", i->link_version},
        {"link_slots", i->slots},
        {"link_room", i->room},
        {"link_ring", i->ring},
    };
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "scheme", i->scheme);
    cJSON_AddStringToObject(root, "address", i->address);
    cJSON_AddStringToObject(root, "board", i->board);
    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
        cJSON_AddNumberToObject(root, numbers[n].name, numbers[n].value);
    char *text = cJSON_Print(root);
    if (text)
        puts(text);
    free(text);
    cJSON_Delete(root);
}

static int show(const char *uri, bool json)
{
    char message[IZH_MESSAGE];
    struct izh_device *device;
    struct izh_device_info info;
    izh_device_register();
    enum izh_status status = izh_device_open(uri, &device, message);
    if (status)
        return izh_complain(izh_device_exit(status), "%s", message);
    izh_device_get_info(device, &info);
    if (json)
        print_json(&info);
    else
        print_text(&info);
    izh_device_close(device);
    return IZH_EXIT_OK;
}

static int info(int argc, char **argv)
{
    const char *uri = NULL;
    bool json = false;
    int letter;
    opterr = 0;
    while ((letter = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        if (letter == OPTION_HELP) {
            fputs(izh_command_info.usage, stdout);
            return IZH_EXIT_OK;
        }
        if (letter == '?' || letter == ':')
            return izh_bad_option(letter, argv);
        if (letter == OPTION_ON)
            uri = optarg;
        json = json || letter == OPTION_JSON;
    }
    if (argc > optind)
        return izh_complain(IZH_EXIT_USAGE, "info takes no '%s'; see izh help info", argv[optind]);
    return uri ? show(uri, json)
               : izh_complain(IZH_EXIT_USAGE, "say of what: --on ADDRESS; izh list has them");
}

const struct izh_command izh_command_info = {
    "info",
    "what is behind an address: board, engine, link",
    "usage: izh info --on ADDRESS [--json]\n"
    "\n"
    "  --on ADDRESS      model:, sim:NAME, usb:, usb:SERIAL, ftdi:, ftdi:SERIAL (izh list),\n"
    "                    tty:PATH\n"
    "  --json            the same as JSON, numbers as the registers have them\n"
    "\n"
    "The device is opened and reset: its memories keep their words, its registers do not.\n",
    info,
};
