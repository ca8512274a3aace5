// network_population.h: populations of a description, and neurons chosen from them
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_NETWORK_POPULATION_H
#define IZH_NETWORK_POPULATION_H

#include "network_json.h"

// Parameters of a neuron that a file may give, by name; NULL after the last.
struct izh_parameter {
    const char *name;
    const char *unit;
    size_t offset; // of a double in struct izh_biophysics
    bool needed;
    double otherwise; // u0: see izh_neuron_complete
};
const struct izh_parameter *izh_parameter_at(size_t i);

// The member of a neuron that a parameter is.
double *izh_parameter_of(struct izh_biophysics *neuron, const struct izh_parameter *parameter);

// A neuron with what holds when a file does not say otherwise; u0 is NaN until it is said or
// izh_neuron_complete makes it b (v0 + shift).
struct izh_biophysics izh_neuron_default(void);
void izh_neuron_complete(struct izh_biophysics *neuron);

// What is wrong with a neuron for any engine; NULL: nothing.
const char *izh_neuron_fault(const struct izh_biophysics *neuron);

// Appends a population of default neurons. where begins a message when the name is taken.
bool izh_population_add(struct izh_reader *reader, const char *where, const char *name,
                        uint32_t count, struct izh_population **population);

// The list "populations".
bool izh_populations_read(struct izh_reader *reader, const struct izh_node *node);

// Logical neurons, in the order in which a file numbers them.
struct izh_selection {
    uint32_t *neurons;
    uint32_t count;
};

// A population's name or a list of names: all their neurons, one population after the other.
bool izh_selection_read(struct izh_reader *reader, const struct izh_node *node,
                        struct izh_selection *selection);

// The same, then those that the member "neurons" of object names, if it is there: a list of numbers
// or {"range": [first, last]}, counted within the whole selection.
bool izh_selection_part(struct izh_reader *reader, const struct izh_node *object,
                        const struct izh_node *node, struct izh_selection *selection);
void izh_selection_free(struct izh_selection *selection);

#endif
