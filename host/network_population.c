// network_population.c: populations of a description
// SPDX-License-Identifier: Apache-2.0
#include "network_population.h"

#include "network_name.h"
#include "network_value.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// ---- Parameters ---------------------------------------------------------------------------------

#define CELL(member) offsetof(struct izh_biophysics, cell.member)

static const struct izh_parameter parameters[] = {
    {"a", "1/ms", CELL(a), true, 0},
    {"b", "1/ms", CELL(b), true, 0},
    {"c", "mV", CELL(c), true, 0},
    {"d", "mV/ms", CELL(d), true, 0},
    {"v0", "mV", offsetof(struct izh_biophysics, v0), false, -65},
    {"u0", "mV/ms", offsetof(struct izh_biophysics, u0), false, NAN},
    {"bias", "mV/ms", offsetof(struct izh_biophysics, bias), false, 0},
    {"noise_sd", "mV/ms", offsetof(struct izh_biophysics, noise_sd), false, 0},
    {"peak", "mV", CELL(peak), false, 30},
    {"square", "1/(mV ms)", CELL(square), false, 0.04},
    {"linear", "1/ms", CELL(linear), false, 5},
    {"constant", "mV/ms", CELL(constant), false, 140},
    {"shift", "mV", CELL(shift), false, 0},
};

enum { PARAMETERS = sizeof parameters / sizeof *parameters };

static const char *const keys[] = {
    "name",   "count",  "random",   "a",     "b",        "c",
    "d",      "v0",     "u0",       "bias",  "noise_sd", "peak",
    "square", "linear", "constant", "shift", "decay",    "expected_rate_hz",
    NULL,
};

const struct izh_parameter *izh_parameter_at(size_t i)
{
    return i < PARAMETERS ? &parameters[i] : NULL;
}

double *izh_parameter_of(struct izh_biophysics *neuron, const struct izh_parameter *parameter)
{
    return (double *)(void *)((char *)neuron + parameter->offset);
}

struct izh_biophysics izh_neuron_default(void)
{
    struct izh_biophysics neuron = {.cell = {.peak_inclusive = true, .decay = true}};
    for (size_t i = 0; i < PARAMETERS; i++)
        *izh_parameter_of(&neuron, &parameters[i]) = parameters[i].otherwise;
    return neuron;
}

void izh_neuron_complete(struct izh_biophysics *neuron)
{
    if (isnan(neuron->u0))
        neuron->u0 = neuron->cell.b * (neuron->v0 + neuron->cell.shift);
}

const char *izh_neuron_fault(const struct izh_biophysics *neuron)
{
    struct izh_biophysics copy = *neuron;
    for (size_t i = 0; i < PARAMETERS; i++) {
        if (!isfinite(*izh_parameter_of(&copy, &parameters[i])))
            return "a parameter is not a finite number";
    }
    if (!(neuron->cell.square > 0))
        return "square must be above 0";
    return neuron->noise_sd < 0 ? "noise_sd must not be below 0" : NULL;
}

// ---- Adding a population ------------------------------------------------------------------------

static bool name_is_good(struct izh_reader *reader, const char *where, const char *name)
{
    const struct izh_network *n = reader->network;
    const char *fault = izh_population_name_fault(name);
    if (fault)
        return izh_reader_fail(reader, IZH_NETWORK_BAD_VALUE, "%s: '%s' %s", where, name, fault);
    for (size_t i = 0; i < n->population_count; i++) {
        if (!strcmp(n->populations[i].name, name))
            return izh_reader_fail(reader, IZH_NETWORK_BAD_VALUE,
                                   "%s: there is a population '%s' already", where, name);
    }
    return true;
}

static bool grow(struct izh_network *n, size_t neurons)
{
    size_t populations = n->population_count + 1;
    struct izh_population *p = realloc(n->populations, populations * sizeof *p);
    if (p)
        n->populations = p;
    double *hz = realloc(n->expected_hz, populations * sizeof *hz);
    if (hz)
        n->expected_hz = hz;
    struct izh_biophysics *b = realloc(n->neurons, neurons * sizeof *b);
    if (b)
        n->neurons = b;
    bool *probed = realloc(n->probed, neurons * sizeof *probed);
    if (probed)
        n->probed = probed;
    return p && hz && b && probed;
}

bool izh_population_add(struct izh_reader *reader, const char *where, const char *name,
                        uint32_t count, struct izh_population **population)
{
    struct izh_network *n = reader->network;
    size_t neurons = (size_t)n->neuron_count + count;
    if (!name_is_good(reader, where, name))
        return false;
    if (neurons > IZH_NETWORK_NEURONS_MAX)
        return izh_reader_fail(reader, IZH_NETWORK_TOO_LARGE, "%s: %zu neurons; at most %d", where,
                               neurons, IZH_NETWORK_NEURONS_MAX);
    if (!izh_reader_room(reader, (double)neurons * 2 * sizeof *n->neurons, "%zu neurons", neurons))
        return false;
    char *copy = strdup(name);
    if (!copy || !grow(n, neurons)) {
        free(copy);
        return izh_reader_no_memory(reader);
    }
    for (size_t i = n->neuron_count; i < neurons; i++) {
        n->neurons[i] = izh_neuron_default();
        n->probed[i] = false;
    }
    n->expected_hz[n->population_count] = 1;
    *population = &n->populations[n->population_count++];
    **population = (struct izh_population){copy, n->neuron_count, count};
    n->neuron_count = (uint32_t)neurons;
    return true;
}

// ---- Reading one --------------------------------------------------------------------------------

static bool read_parameter(struct izh_reader *reader, const struct izh_node *node,
                           const struct izh_scope *scope, const struct izh_population *p,
                           const struct izh_parameter *parameter)
{
    struct izh_node child;
    struct izh_value value;
    if (!izh_json_has(node, parameter->name, &child))
        return !parameter->needed || izh_node_fail(reader, &child, "is missing");
    if (!izh_value_read(reader, &child, scope, &value))
        return false;
    struct izh_draws random =
        izh_draws_of(reader->network->seed, "populations.%s.%s", p->name, parameter->name);
    for (uint32_t i = 0; i < p->count; i++)
        *izh_parameter_of(&reader->network->neurons[p->first + i], parameter) =
            izh_value_draw(&value, &random, i);
    izh_value_free(&value);
    return true;
}

static bool check_neurons(struct izh_reader *reader, const struct izh_node *node,
                          const struct izh_population *p, bool decay)
{
    for (uint32_t i = 0; i < p->count; i++) {
        struct izh_biophysics *neuron = &reader->network->neurons[p->first + i];
        neuron->cell.decay = decay;
        izh_neuron_complete(neuron);
        const char *fault = izh_neuron_fault(neuron);
        if (fault)
            return izh_node_fail(reader, node, "neuron %lu of '%s': %s", (unsigned long)i, p->name,
                                 fault);
    }
    return true;
}

static bool read_parameters(struct izh_reader *reader, const struct izh_node *node,
                            const struct izh_scope *scope, const struct izh_population *p)
{
    bool decay = true;
    double *hz = &reader->network->expected_hz[reader->network->population_count - 1];
    for (size_t i = 0; i < PARAMETERS; i++) {
        if (!read_parameter(reader, node, scope, p, &parameters[i]))
            return false;
    }
    return izh_json_optional_boolean(reader, node, "decay", &decay) &&
           izh_json_optional_number(reader, node, "expected_rate_hz", 0, 1e6, hz) &&
           check_neurons(reader, node, p, decay);
}

static bool read_population(struct izh_reader *reader, const struct izh_node *node)
{
    struct izh_node name_node, count_node, random_node;
    struct izh_population *added = NULL;
    const char *name = NULL;
    uint32_t count = 0;
    char path[IZH_JSON_PATH], where[IZH_NETWORK_MESSAGE], label[IZH_JSON_PATH];
    if (!izh_json_keys(reader, node, keys) || !izh_json_need(reader, node, "name", &name_node) ||
        !izh_json_string(reader, &name_node, &name) ||
        !izh_json_need(reader, node, "count", &count_node) ||
        !izh_json_integer(reader, &count_node, 1, IZH_NETWORK_NEURONS_MAX, &count))
        return false;
    izh_node_path(&name_node, path);
    snprintf(where, sizeof where, "%.512s: %s", reader->file, path);
    if (!izh_population_add(reader, where, name, count, &added))
        return false;
    struct izh_population p = *added;
    struct izh_scope scope = {.neurons = count};
    snprintf(label, sizeof label, "populations.%s", name);
    bool good = (!izh_json_has(node, "random", &random_node) ||
                 izh_scope_read(reader, &random_node, label, &scope)) &&
                read_parameters(reader, node, &scope, &p);
    izh_scope_free(&scope);
    return good;
}

bool izh_populations_read(struct izh_reader *reader, const struct izh_node *node)
{
    int count = 0, i = 0;
    if (!izh_json_array(reader, node, 0, &count))
        return false;
    for (const cJSON *e = node->json->child; e; e = e->next, i++) {
        struct izh_node element = izh_json_element(node, e, i);
        if (!read_population(reader, &element))
            return false;
    }
    return true;
}
