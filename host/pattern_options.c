// pattern_options.c: which patterns, on which engines, how: options that commands share
// SPDX-License-Identifier: Apache-2.0
#include "pattern_options.h"

#include "command.h"
#include "device.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const double shortest_step_ms = 1.0 / 64, longest_step_ms = 1;

struct izh_pattern_options izh_pattern_options_default(void)
{
    return (struct izh_pattern_options){
        .reference = true, .on = {"model:"}, .on_count = 1, .format = {20, 24, 18}};
}

// An address has commas of its own, in front of KEY=VALUE.
static size_t address_length(const char *list)
{
    size_t length = strcspn(list, ",");
    while (list[length] && list[length + 1 + strcspn(list + length + 1, ":,=")] == '=')
        length += 1 + strcspn(list + length + 1, ",");
    return length;
}

static int add_address(struct izh_pattern_options *options, const char *name, size_t length)
{
    char message[IZH_MESSAGE], *address;
    const char *rest;
    if (options->on_count == IZH_PATTERN_ENGINES_MAX || length + 1 >= IZH_PATTERN_ADDRESS)
        return izh_complain(IZH_EXIT_USAGE,
                            "--on takes %d engines at most, each a name of less than %d characters",
                            IZH_PATTERN_ENGINES_MAX, IZH_PATTERN_ADDRESS - 1);
    bool bare =
        (length == 5 && !memcmp(name, "model", 5)) || (length == 3 && !memcmp(name, "sim", 3));
    address = options->on[options->on_count];
    snprintf(address, IZH_PATTERN_ADDRESS, "%.*s%s", (int)length, name, bare ? ":" : "");
    izh_device_register();
    if (!izh_transport_of(address, &rest, message))
        return izh_complain(IZH_EXIT_USAGE, "%s; or reference", message);
    options->on_count++;
    return IZH_EXIT_OK;
}

static int parse_on(struct izh_pattern_options *options, const char *value)
{
    int code = IZH_EXIT_OK;
    options->reference = false;
    options->on_count = 0;
    for (const char *rest = value; !code && rest;) {
        size_t length = address_length(rest);
        if (length == 9 && !memcmp(rest, "reference", 9))
            options->reference = true;
        else
            code = add_address(options, rest, length);
        rest = rest[length] ? rest + length + 1 : NULL;
    }
    return code;
}

static int parse_mode(struct izh_pattern_options *options, const char *value)
{
    options->accurate = !strcmp(value, "accurate");
    if (options->accurate || !strcmp(value, "script"))
        return IZH_EXIT_OK;
    return izh_complain(IZH_EXIT_USAGE, "no mode '%s'; modes: script, accurate", value);
}

static int parse_step(struct izh_pattern_options *options, const char *value)
{
    char *end;
    double divisor = 1, step = strtod(value, &end);
    if (end != value && *end == '/') {
        const char *start = end + 1;
        divisor = strtod(start, &end);
        if (end == start)
            divisor = NAN;
    }
    step /= divisor;
    if (end == value || *end || !(step >= shortest_step_ms && step <= longest_step_ms))
        return izh_complain(IZH_EXIT_USAGE, "step '%s' is not from 1/64 to 1 ms", value);
    options->step_ms = step;
    return IZH_EXIT_OK;
}

static int parse_widths(struct izh_pattern_options *options, const char *value)
{
    struct izh_format f;
    int end = 0;
    if (sscanf(value, "%3d/%3d/%3d%n", &f.x_bits, &f.w_bits, &f.port_bits, &end) != 3 || value[end])
        return izh_complain(IZH_EXIT_USAGE, "widths '%s' are not X/W/PORT in bits, as 20/24/18",
                            value);
    const char *fault = izh_format_fault(&f);
    if (fault)
        return izh_complain(IZH_EXIT_USAGE, "widths %s: %s", value, fault);
    options->format = f;
    options->has_format = true;
    return IZH_EXIT_OK;
}

int izh_pattern_option(struct izh_pattern_options *options, int letter, const char *value)
{
    switch (letter) {
    case IZH_OPTION_ON:
        return parse_on(options, value);
    case IZH_OPTION_MODE:
        return parse_mode(options, value);
    case IZH_OPTION_STEP:
        return parse_step(options, value);
    default:
        return parse_widths(options, value);
    }
}

static void add_once(struct izh_pattern_options *options, const struct izh_pattern *p)
{
    for (size_t i = 0; i < options->count; i++) {
        if (options->patterns[i] == p)
            return;
    }
    if (options->count < IZH_PATTERNS_MAX)
        options->patterns[options->count++] = p;
}

static bool is_called(const struct izh_pattern *p, const char *name)
{
    return !strcmp(p->id, name) || !strcasecmp(p->name, name) ||
           (!strcmp(name, "2003") && p->year == 2003) || (!strcmp(name, "2004") && p->year == 2004);
}

int izh_pattern_choose(struct izh_pattern_options *options, const char *name)
{
    bool any = false;
    for (size_t i = 0; i < izh_pattern_count(); i++) {
        const struct izh_pattern *p = izh_pattern_at(i);
        if (!is_called(p, name))
            continue;
        add_once(options, p);
        any = true;
    }
    if (any)
        return IZH_EXIT_OK;
    return izh_complain(IZH_EXIT_USAGE,
                        "no pattern '%s'; patterns: A to T, RS, IB, CH, FS, TC, TCb, RZ, LTS, "
                        "their names, 2003, 2004",
                        name);
}

void izh_pattern_choose_rest(struct izh_pattern_options *options)
{
    if (options->count)
        return;
    for (size_t i = 0; i < izh_pattern_count(); i++)
        add_once(options, izh_pattern_at(i));
}

int izh_pattern_parse(int argc, char **argv, const struct option *table,
                      struct izh_pattern_options *options, izh_pattern_taker *take, void *context)
{
    int letter, code = IZH_EXIT_OK;
    opterr = 0;
    while (!code && (letter = getopt_long(argc, argv, ":", table, NULL)) != -1) {
        if (letter == IZH_OPTION_HELP)
            return IZH_PATTERN_HELP;
        code =
            letter == '?' || letter == ':' ? izh_bad_option(letter, argv) : take(context, letter);
    }
    for (int i = optind; !code && i < argc; i++)
        code = izh_pattern_choose(options, argv[i]);
    izh_pattern_choose_rest(options);
    return code;
}
