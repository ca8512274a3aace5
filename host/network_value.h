// network_value.h: numbers that a description gives as such, as a distribution, a rule or a table
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_NETWORK_VALUE_H
#define IZH_NETWORK_VALUE_H

#include "network_json.h"
#include "network_random.h"

enum izh_value_kind {
    IZH_VALUE_CONSTANT,
    IZH_VALUE_UNIFORM,
    IZH_VALUE_NORMAL,
    IZH_VALUE_POLYNOMIAL, // in a variable of the same neuron
    IZH_VALUE_TABLE,      // one number for each neuron
};

// One random number per neuron, which several parameters may share.
struct izh_variable {
    const char *name;
    double *values; // [neuron of the population]
};

struct izh_scope {
    struct izh_variable *variables;
    size_t count;
    uint32_t neurons;
};

struct izh_value {
    enum izh_value_kind kind;
    double first, second; // constant; low and high; mean and deviation
    double min, max;      // of a normal distribution
    double *numbers;      // coefficients, lowest power first, or the table: owned
    size_t count;
    const double *variable;
};

// scope is NULL where there are no neurons: then neither
// polynomials nor tables. izh_value_free is wanted after success only.
bool izh_value_read(struct izh_reader *reader, const struct izh_node *node,
                    const struct izh_scope *scope, struct izh_value *value);
void izh_value_free(struct izh_value *value);

// The number of a neuron. random is drawn from by distributions only.
double izh_value_draw(const struct izh_value *value, struct izh_draws *random, size_t neuron);

// The members of an object like {"r": {"uniform": [0, 1]}}; label names the draws.
bool izh_scope_read(struct izh_reader *reader, const struct izh_node *node, const char *label,
                    struct izh_scope *scope);
void izh_scope_free(struct izh_scope *scope);

#endif
