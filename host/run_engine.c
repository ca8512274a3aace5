// run_engine.c: an engine that a network fits, and the network compiled for it
// SPDX-License-Identifier: Apache-2.0
#include "run_engine.h"

#include "command.h"
#include "device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CORES_MAX = 64 };

// Words of an engine that nobody named: those of the ECP5. All that have them give the same bits.
static const struct izh_format usual_format = {20, 24, 18};
enum { USUAL_WEIGHT = 16, USUAL_ACCUMULATOR = 28 };

struct core {
    const char *name;
    struct izh_shape shape;
};

int izh_run_network_code(enum izh_network_status status)
{
    switch (status) {
    case IZH_NETWORK_OK:
        return IZH_EXIT_OK;
    case IZH_NETWORK_NO_MEMORY:
        return IZH_EXIT_INTERNAL;
    case IZH_NETWORK_CANNOT_READ:
        return IZH_EXIT_FILE;
    default:
        return IZH_EXIT_INPUT;
    }
}

// ---- Cores --------------------------------------------------------------------------------------

static uint64_t synapses(const struct core *core)
{
    return (uint64_t)core->shape.synapses * core->shape.lanes;
}

// The smaller memory first; of equals, the one that was built first.
static bool smaller(const struct core *a, const struct core *b)
{
    if (a->shape.neurons != b->shape.neurons)
        return a->shape.neurons < b->shape.neurons;
    return synapses(a) < synapses(b);
}

static bool is_usual(const struct izh_shape *shape)
{
    return shape->format.x_bits == usual_format.x_bits &&
           shape->format.w_bits == usual_format.w_bits &&
           shape->format.port_bits == usual_format.port_bits &&
           (!shape->synapses ||
            (shape->weight_bits == USUAL_WEIGHT && shape->accumulator_bits == USUAL_ACCUMULATOR));
}

static size_t list_cores(uint32_t lanes, struct core *cores)
{
    struct core core;
    size_t count = 0;
    for (size_t i = 0; izh_engine_sim_core(i, &core.name, &core.shape); i++) {
        if (!is_usual(&core.shape) || (lanes && core.shape.lanes != lanes) || count == CORES_MAX)
            continue;
        size_t at = count++;
        for (; at && smaller(&core, &cores[at - 1]); at--)
            cores[at] = cores[at - 1];
        cores[at] = core;
    }
    return count;
}

static int no_such_lanes(uint32_t lanes)
{
    struct core cores[CORES_MAX];
    char list[64] = "";
    unsigned seen = 0;
    size_t count = list_cores(0, cores), length = 0;
    for (size_t i = 0; i < count; i++)
        seen |= 1u << cores[i].shape.lanes;
    for (unsigned i = 1; i <= IZH_LANES_MAX; i++) {
        if (seen >> i & 1)
            length += (size_t)snprintf(list + length, sizeof list - length, "%s%u",
                                       length ? ", " : "", i);
    }
    return izh_complain(IZH_EXIT_USAGE,
                        "sim has no core of %lu lanes; it has %s; make build makes all",
                        (unsigned long)lanes, list);
}

static int no_such_core(const char *name)
{
    struct izh_shape unused;
    const char *other;
    char list[256] = "";
    size_t length = 0;
    for (size_t i = 0; length < sizeof list && izh_engine_sim_core(i, &other, &unused); i++)
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", length ? ", " : "",
                                   other);
    return izh_complain(IZH_EXIT_USAGE,
                        "there is no engine '%s'; there are %s; make build makes all", name, list);
}

// ---- Compile ------------------------------------------------------------------------------------

static int compile(const struct izh_network *network, const struct izh_shape *shape,
                   const char *core, struct izh_run_choice *choice)
{
    char message[IZH_NETWORK_MESSAGE];
    enum izh_network_status status =
        izh_network_compile(network, shape, &choice->compiled, message);
    choice->core = core;
    return status ? izh_complain(izh_run_network_code(status), core ? "%s (engine %s)" : "%s",
                                 message, core)
                  : IZH_EXIT_OK;
}

static int choose_named(const struct izh_network *network, const struct izh_run_target *target,
                        struct izh_run_choice *choice)
{
    struct izh_engine engine = {0};
    enum izh_model_status status = izh_engine_sim(target->core, 1, &engine);
    struct izh_shape shape = engine.shape;
    izh_engine_free(&engine);
    if (status == IZH_MODEL_BAD_SHAPE)
        return no_such_core(target->core);
    if (status)
        return izh_complain(IZH_EXIT_INTERNAL, "%s: %s", target->core, izh_model_strerror(status));
    if (target->lanes && target->lanes != shape.lanes)
        return izh_complain(IZH_EXIT_USAGE, "engine %s has %lu lanes, not %lu", target->core,
                            (unsigned long)shape.lanes, (unsigned long)target->lanes);
    return compile(network, &shape, target->core, choice);
}

// The last refusal is that of the largest core, which says what is needed and what there is.
static int choose_core(const struct izh_network *network, uint32_t lanes,
                       struct izh_run_choice *choice)
{
    struct core cores[CORES_MAX];
    size_t count = list_cores(lanes, cores);
    for (size_t i = 0; i + 1 < count; i++) {
        if (!izh_network_compile(network, &cores[i].shape, &choice->compiled, NULL)) {
            choice->core = cores[i].name;
            return IZH_EXIT_OK;
        }
    }
    if (!count)
        return no_such_lanes(lanes);
    return compile(network, &cores[count - 1].shape, cores[count - 1].name, choice);
}

static int choose_model(const struct izh_network *network, uint32_t lanes,
                        struct izh_run_choice *choice)
{
    char message[IZH_NETWORK_MESSAGE];
    struct izh_shape shape;
    enum izh_network_status status =
        izh_network_shape(network, &usual_format, lanes ? lanes : 1, &shape, message);
    if (status)
        return izh_complain(izh_run_network_code(status), "%s", message);
    return compile(network, &shape, NULL, choice);
}

static int choose_device(const struct izh_network *network, const struct izh_run_target *target,
                         struct izh_run_choice *choice)
{
    char message[IZH_MESSAGE];
    if (target->core || target->lanes)
        return izh_complain(IZH_EXIT_USAGE,
                            "%s: a device has its engine and its lanes: no --engine, "
                            "no --lanes",
                            target->uri);
    enum izh_status status = izh_engine_device(target->uri, &choice->engine, message);
    if (status)
        return izh_complain(izh_device_exit(status), "%s", message);
    return compile(network, &choice->engine.shape, NULL, choice);
}

static int choose(const struct izh_network *network, const struct izh_run_target *target,
                  struct izh_run_choice *choice)
{
    if (target->uri)
        return choose_device(network, target, choice);
    if (target->core)
        return choose_named(network, target, choice);
    if (target->sim)
        return choose_core(network, target->lanes, choice);
    return choose_model(network, target->lanes, choice);
}

static int read_network(const char *file, const struct izh_network_options *options,
                        struct izh_network **network)
{
    char message[IZH_NETWORK_MESSAGE];
    enum izh_network_status status = izh_network_read(file, options, network, message);
    return status ? izh_complain(izh_run_network_code(status), "%s", message) : IZH_EXIT_OK;
}

int izh_run_prepare(const char *file, const struct izh_network_options *options,
                    const struct izh_run_target *target, struct izh_run_choice *choice)
{
    *choice = (struct izh_run_choice){0};
    int code = read_network(file, options, &choice->network);
    if (!code)
        code = choose(choice->network, target, choice);
    if (code)
        izh_run_choice_free(choice);
    return code;
}

void izh_run_choice_free(struct izh_run_choice *choice)
{
    izh_engine_free(&choice->engine);
    izh_compiled_free(choice->compiled);
    izh_network_free(choice->network);
    *choice = (struct izh_run_choice){0};
}

// ---- Options ------------------------------------------------------------------------------------

int izh_run_parse_on(struct izh_run_target *target, const char *value)
{
    char message[IZH_MESSAGE];
    const char *rest;
    target->uri = NULL;
    target->sim = !strcmp(value, "sim:") || !strcmp(value, "sim");
    if (target->sim || !strcmp(value, "model:") || !strcmp(value, "model"))
        return IZH_EXIT_OK;
    target->uri = value;
    izh_device_register();
    return izh_transport_of(value, &rest, message) ? IZH_EXIT_OK
                                                   : izh_complain(IZH_EXIT_USAGE, "%s", message);
}

int izh_run_parse_number(const char *option, const char *value, uint32_t low, uint32_t high,
                         uint32_t *number)
{
    char *end;
    unsigned long parsed = strtoul(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || parsed < low || parsed > high)
        return izh_complain(IZH_EXIT_USAGE, "--%s '%s' is not a whole number from %lu to %lu",
                            option, value, (unsigned long)low, (unsigned long)high);
    *number = (uint32_t)parsed;
    return IZH_EXIT_OK;
}

int izh_run_parse_lanes(struct izh_run_target *target, const char *value)
{
    uint32_t lanes;
    int code = izh_run_parse_number("lanes", value, 1, IZH_LANES_MAX, &lanes);
    if (!code && (lanes & (lanes - 1)))
        code = izh_complain(IZH_EXIT_USAGE, "--lanes '%s' is not 1, 2, 4, 8 or 16", value);
    if (!code)
        target->lanes = lanes;
    return code;
}
