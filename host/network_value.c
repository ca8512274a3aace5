// network_value.c: numbers that a description gives as such, as a distribution, a rule or a table
// SPDX-License-Identifier: Apache-2.0
#include "network_value.h"

#include "network_csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double least_share = 0.001; // of a normal distribution that its limits must leave

// ---- Distributions ------------------------------------------------------------------------------

// Exactly two numbers.
static bool read_pair(struct izh_reader *reader, const struct izh_node *node, double *first,
                      double *second)
{
    double *numbers = NULL;
    size_t count = 0;
    if (!izh_json_numbers(reader, node, &numbers, &count))
        return false;
    if (count == 2) {
        *first = numbers[0];
        *second = numbers[1];
    }
    free(numbers);
    return count == 2 || izh_node_fail(reader, node, "must be two numbers; it has %zu", count);
}

static bool read_uniform(struct izh_reader *reader, const struct izh_node *node,
                         struct izh_value *value)
{
    static const char *const keys[] = {"uniform", NULL};
    struct izh_node pair;
    if (!izh_json_keys(reader, node, keys) || !izh_json_need(reader, node, keys[0], &pair) ||
        !read_pair(reader, &pair, &value->first, &value->second))
        return false;
    value->kind = IZH_VALUE_UNIFORM;
    return value->first <= value->second ||
           izh_node_fail(reader, &pair, "the lower limit %.9g is above the upper %.9g",
                         value->first, value->second);
}

static double below(const struct izh_value *value, double limit)
{
    return 0.5 * erfc((value->first - limit) / (value->second * sqrt(2)));
}

// Drawing again until a number is within the limits must come to an end.
static bool limits_leave_enough(const struct izh_value *value)
{
    if (value->second == 0)
        return value->min <= value->first && value->first <= value->max;
    return below(value, value->max) - below(value, value->min) >= least_share;
}

static bool read_normal(struct izh_reader *reader, const struct izh_node *node,
                        struct izh_value *value)
{
    static const char *const keys[] = {"normal", "min", "max", NULL};
    struct izh_node pair;
    if (!izh_json_keys(reader, node, keys) || !izh_json_need(reader, node, keys[0], &pair) ||
        !read_pair(reader, &pair, &value->first, &value->second) ||
        !izh_json_optional_number(reader, node, "min", -HUGE_VAL, HUGE_VAL, &value->min) ||
        !izh_json_optional_number(reader, node, "max", -HUGE_VAL, HUGE_VAL, &value->max))
        return false;
    value->kind = IZH_VALUE_NORMAL;
    if (value->second < 0)
        return izh_node_fail(reader, &pair, "the standard deviation %.9g is negative",
                             value->second);
    return limits_leave_enough(value) ||
           izh_node_fail(reader, node, "min and max leave less than 1 in 1000 of the numbers");
}

// ---- Rules and tables ---------------------------------------------------------------------------

static bool find_variable(struct izh_reader *reader, const struct izh_node *node,
                          const struct izh_scope *scope, const double **values)
{
    const char *name = NULL;
    if (!izh_json_string(reader, node, &name))
        return false;
    for (size_t i = 0; i < scope->count; i++) {
        if (!strcmp(scope->variables[i].name, name)) {
            *values = scope->variables[i].values;
            return true;
        }
    }
    return izh_node_fail(reader, node, "'%s' is not in \"random\" of this population", name);
}

static bool read_polynomial(struct izh_reader *reader, const struct izh_node *node,
                            const struct izh_scope *scope, struct izh_value *value)
{
    static const char *const keys[] = {"polynomial", "coefficients", NULL};
    struct izh_node name, coefficients;
    value->kind = IZH_VALUE_POLYNOMIAL;
    return izh_json_keys(reader, node, keys) && izh_json_need(reader, node, keys[0], &name) &&
           izh_json_need(reader, node, keys[1], &coefficients) &&
           find_variable(reader, &name, scope, &value->variable) &&
           izh_json_numbers(reader, &coefficients, &value->numbers, &value->count);
}

static bool read_list(struct izh_reader *reader, const struct izh_node *node,
                      const struct izh_scope *scope, struct izh_value *value)
{
    value->kind = IZH_VALUE_TABLE;
    if (!izh_json_numbers(reader, node, &value->numbers, &value->count))
        return false;
    if (value->count == scope->neurons)
        return true;
    izh_value_free(value);
    return izh_node_fail(reader, node, "%d numbers for %lu neurons", cJSON_GetArraySize(node->json),
                         (unsigned long)scope->neurons);
}

static bool read_table(struct izh_reader *reader, const struct izh_node *node,
                       const struct izh_scope *scope, struct izh_value *value)
{
    static const char *const keys[] = {"csv", "column", NULL};
    struct izh_node file, column;
    const char *name = NULL;
    char *path = NULL;
    if (!izh_json_keys(reader, node, keys) || !izh_json_need(reader, node, keys[0], &file) ||
        !izh_json_need(reader, node, keys[1], &column) ||
        !izh_json_string(reader, &column, &name) || !izh_json_file(reader, &file, &path))
        return false;
    value->kind = IZH_VALUE_TABLE;
    value->count = scope->neurons;
    bool good = izh_csv_column(reader, path, name, value->count, &value->numbers);
    free(path);
    return good;
}

// ---- Values -------------------------------------------------------------------------------------

static bool fail_kind(struct izh_reader *reader, const struct izh_node *node,
                      const struct izh_scope *scope)
{
    return izh_node_fail(reader, node, "must be a number%s or have one of %s",
                         scope ? ", a list," : "",
                         scope ? "uniform, normal, polynomial, csv" : "uniform, normal");
}

static bool read_object(struct izh_reader *reader, const struct izh_node *node,
                        const struct izh_scope *scope, struct izh_value *value)
{
    struct izh_node child;
    if (izh_json_has(node, "uniform", &child))
        return read_uniform(reader, node, value);
    if (izh_json_has(node, "normal", &child))
        return read_normal(reader, node, value);
    if (scope && izh_json_has(node, "polynomial", &child))
        return read_polynomial(reader, node, scope, value);
    if (scope && izh_json_has(node, "csv", &child))
        return read_table(reader, node, scope, value);
    return fail_kind(reader, node, scope);
}

bool izh_value_read(struct izh_reader *reader, const struct izh_node *node,
                    const struct izh_scope *scope, struct izh_value *value)
{
    struct izh_value v = {.min = -HUGE_VAL, .max = HUGE_VAL};
    bool good;
    if (cJSON_IsObject(node->json))
        good = read_object(reader, node, scope, &v);
    else if (scope && cJSON_IsArray(node->json))
        good = read_list(reader, node, scope, &v);
    else if (cJSON_IsNumber(node->json))
        good = izh_json_number(reader, node, -HUGE_VAL, HUGE_VAL, &v.first);
    else
        good = fail_kind(reader, node, scope);
    if (good)
        *value = v;
    else
        izh_value_free(&v);
    return good;
}

void izh_value_free(struct izh_value *value)
{
    free(value->numbers);
    value->numbers = NULL;
}

static double normal(const struct izh_value *value, struct izh_draws *random)
{
    double x;
    do
        x = value->first + value->second * izh_draw_normal(random);
    while (x < value->min || x > value->max);
    return x;
}

static double polynomial(const struct izh_value *value, double x)
{
    double sum = 0;
    for (size_t i = value->count; i-- > 0;)
        sum = sum * x + value->numbers[i];
    return sum;
}

double izh_value_draw(const struct izh_value *value, struct izh_draws *random, size_t neuron)
{
    switch (value->kind) {
    case IZH_VALUE_CONSTANT:
        break;
    case IZH_VALUE_UNIFORM:
        return value->first + (value->second - value->first) * izh_draw_unit(random);
    case IZH_VALUE_NORMAL:
        return normal(value, random);
    case IZH_VALUE_POLYNOMIAL:
        return polynomial(value, value->variable[neuron]);
    case IZH_VALUE_TABLE:
        return value->numbers[neuron];
    }
    return value->first;
}

// ---- Variables ----------------------------------------------------------------------------------

static bool read_variable(struct izh_reader *reader, const struct izh_node *node, const char *label,
                          struct izh_scope *scope)
{
    struct izh_value value;
    const char *name = node->key;
    for (size_t i = 0; i < scope->count; i++) {
        if (!strcmp(scope->variables[i].name, name))
            return izh_node_fail(reader, node, "is there twice");
    }
    if (!izh_value_read(reader, node, NULL, &value))
        return false;
    double *values = malloc(scope->neurons * sizeof *values);
    if (!values)
        return izh_reader_no_memory(reader);
    struct izh_draws random = izh_draws_of(reader->network->seed, "%s.random.%s", label, name);
    for (uint32_t i = 0; i < scope->neurons; i++)
        values[i] = izh_value_draw(&value, &random, i);
    scope->variables[scope->count++] = (struct izh_variable){name, values};
    return true;
}

bool izh_scope_read(struct izh_reader *reader, const struct izh_node *node, const char *label,
                    struct izh_scope *scope)
{
    if (!cJSON_IsObject(node->json))
        return izh_node_fail(reader, node, "must be an object, {...}");
    scope->variables = calloc((size_t)cJSON_GetArraySize(node->json) + 1, sizeof *scope->variables);
    if (!scope->variables)
        return izh_reader_no_memory(reader);
    for (const cJSON *member = node->json->child; member; member = member->next) {
        struct izh_node child = {node, member->string, 0, member};
        if (!read_variable(reader, &child, label, scope))
            return false;
    }
    return true;
}

void izh_scope_free(struct izh_scope *scope)
{
    for (size_t i = 0; i < scope->count; i++)
        free(scope->variables[i].values);
    free(scope->variables);
    *scope = (struct izh_scope){0};
}
