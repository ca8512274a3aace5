// pattern_engine.c: the devices that a command of patterns asks for, all with the same words
// SPDX-License-Identifier: Apache-2.0
#include "pattern_engine.h"

#include "board.h"
#include "command.h"
#include "device.h"

#include <stdio.h>
#include <string.h>

// Room of a model that nobody describes: the core's defaults.
enum { NEURONS = 1024, RECORDS = 256 };

static bool same(const struct izh_format *a, const struct izh_format *b)
{
    return a->x_bits == b->x_bits && a->w_bits == b->w_bits && a->port_bits == b->port_bits;
}

static int open_address(const char *address, struct izh_engine *engine)
{
    char message[IZH_MESSAGE];
    enum izh_status status = izh_engine_device(address, engine, message);
    return status ? izh_complain(izh_device_exit(status), "%s", message) : IZH_EXIT_OK;
}

int izh_pattern_open_model(const struct izh_format *format, struct izh_engine *engine)
{
    struct izh_shape shape = {.format = *format, .neurons = NEURONS, .records = RECORDS};
    enum izh_model_status status = izh_engine_model(&shape, 1, engine);
    return status ? izh_complain(IZH_EXIT_INTERNAL, "model: %s", izh_model_strerror(status))
                  : IZH_EXIT_OK;
}

// ---- A board for words --------------------------------------------------------------------------

static void add_widths(char list[128], const struct izh_format *f)
{
    char one[32];
    snprintf(one, sizeof one, "%d/%d/%d", f->x_bits, f->w_bits, f->port_bits);
    if (!strstr(list, one) && strlen(list) + strlen(one) + 3 < 128)
        strcat(strcat(list, *list ? ", " : ""), one);
}

static int open_board(const struct izh_format *format, char address[IZH_PATTERN_ADDRESS],
                      struct izh_engine *engine)
{
    char list[128] = "";
    const char *name;
    for (size_t i = 0; (name = izh_board_configuration(IZH_BOARD_BYTES, i)); i++) {
        snprintf(address, IZH_PATTERN_ADDRESS, "sim:%.64s", name);
        int code = open_address(address, engine);
        if (code || same(&engine->shape.format, format))
            return code;
        add_widths(list, &engine->shape.format);
        izh_engine_free(engine);
    }
    return izh_complain(IZH_EXIT_USAGE,
                        "sim: has no board of widths %d/%d/%d; it has %s; make build makes all",
                        format->x_bits, format->w_bits, format->port_bits, list);
}

// ---- All ----------------------------------------------------------------------------------------

static bool is_model(const char *address)
{
    return !strcmp(address, "model:");
}

static bool is_sim(const char *address)
{
    return !strcmp(address, "sim:");
}

static int check_words(const struct izh_pattern_options *o, const char *address,
                       const struct izh_format *got)
{
    const struct izh_format *want = &o->format;
    if (same(want, got))
        return IZH_EXIT_OK;
    return izh_complain(IZH_EXIT_USAGE, "%s has widths %d/%d/%d, not %d/%d/%d", address,
                        got->x_bits, got->w_bits, got->port_bits, want->x_bits, want->w_bits,
                        want->port_bits);
}

static int open_named(struct izh_pattern_options *o, const char *address, struct izh_engine *engine)
{
    if (is_model(address) || is_sim(address))
        return IZH_EXIT_OK;
    int code = open_address(address, engine);
    if (code)
        return code;
    if (!o->has_format)
        o->format = engine->shape.format;
    o->has_format = true;
    return check_words(o, address, &engine->shape.format);
}

int izh_pattern_open(struct izh_pattern_options *o, struct izh_engine *engines)
{
    int code = IZH_EXIT_OK;
    for (size_t i = 0; !code && i < o->on_count; i++)
        code = open_named(o, o->on[i], &engines[i]);
    for (size_t i = 0; !code && i < o->on_count; i++) {
        if (is_model(o->on[i]))
            code = izh_pattern_open_model(&o->format, &engines[i]);
        else if (is_sim(o->on[i]))
            code = open_board(&o->format, o->on[i], &engines[i]);
    }
    return code;
}
