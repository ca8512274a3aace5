// network_selection.c: neurons chosen from the populations of a description
// SPDX-License-Identifier: Apache-2.0
#include "network_population.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool find(struct izh_reader *reader, const struct izh_node *node,
                 const struct izh_population **population)
{
    const char *name = NULL;
    const struct izh_network *n = reader->network;
    if (!izh_json_string(reader, node, &name))
        return false;
    for (size_t i = 0; i < n->population_count; i++) {
        if (!strcmp(n->populations[i].name, name)) {
            *population = &n->populations[i];
            return true;
        }
    }
    return izh_node_fail(reader, node, "there is no population '%s'", name);
}

static bool append(struct izh_reader *reader, const struct izh_node *node,
                   struct izh_selection *selection)
{
    const struct izh_population *p = NULL;
    if (!find(reader, node, &p))
        return false;
    for (uint32_t i = 0; i < selection->count; i++) {
        if (selection->neurons[i] == p->first)
            return izh_node_fail(reader, node, "'%s' is there twice", p->name);
    }
    size_t count = (size_t)selection->count + p->count;
    uint32_t *grown = realloc(selection->neurons, count * sizeof *grown);
    if (!grown)
        return izh_reader_no_memory(reader);
    for (uint32_t i = 0; i < p->count; i++)
        grown[selection->count + i] = p->first + i;
    *selection = (struct izh_selection){grown, (uint32_t)count};
    return true;
}

static bool read_names(struct izh_reader *reader, const struct izh_node *node,
                       struct izh_selection *selection)
{
    int count = 0, i = 0;
    if (!cJSON_IsArray(node->json))
        return append(reader, node, selection);
    if (!izh_json_array(reader, node, 1, &count))
        return false;
    for (const cJSON *e = node->json->child; e; e = e->next, i++) {
        struct izh_node element = izh_json_element(node, e, i);
        if (!append(reader, &element, selection))
            return false;
    }
    return true;
}

bool izh_selection_read(struct izh_reader *reader, const struct izh_node *node,
                        struct izh_selection *selection)
{
    struct izh_selection s = {0};
    bool good = read_names(reader, node, &s);
    if (good)
        *selection = s;
    else
        izh_selection_free(&s);
    return good;
}

void izh_selection_free(struct izh_selection *selection)
{
    free(selection->neurons);
    *selection = (struct izh_selection){0};
}

// ---- A part -------------------------------------------------------------------------------------

static bool keep_range(struct izh_reader *reader, const struct izh_node *node,
                       struct izh_selection *s)
{
    static const char *const keys[] = {"range", NULL};
    struct izh_node range;
    int count = 0;
    uint32_t first = 0, last = 0;
    if (!izh_json_keys(reader, node, keys) || !izh_json_need(reader, node, "range", &range) ||
        !izh_json_array(reader, &range, 2, &count))
        return false;
    if (count != 2)
        return izh_node_fail(reader, &range, "must be two numbers; it has %d", count);
    struct izh_node low = izh_json_element(&range, range.json->child, 0);
    struct izh_node high = izh_json_element(&range, range.json->child->next, 1);
    if (!izh_json_integer(reader, &low, 0, s->count - 1, &first) ||
        !izh_json_integer(reader, &high, first, s->count - 1, &last))
        return false;
    memmove(s->neurons, s->neurons + first, (last - first + 1) * sizeof *s->neurons);
    s->count = last - first + 1;
    return true;
}

static bool pick(struct izh_reader *reader, const struct izh_node *list,
                 const struct izh_selection *from, bool *taken, struct izh_selection *to)
{
    int i = 0;
    for (const cJSON *e = list->json->child; e; e = e->next, i++) {
        struct izh_node element = izh_json_element(list, e, i);
        uint32_t neuron = 0;
        if (!izh_json_integer(reader, &element, 0, from->count - 1, &neuron))
            return false;
        if (taken[neuron])
            return izh_node_fail(reader, &element, "neuron %lu is there twice",
                                 (unsigned long)neuron);
        taken[neuron] = true;
        to->neurons[to->count++] = from->neurons[neuron];
    }
    return true;
}

static bool keep_list(struct izh_reader *reader, const struct izh_node *node,
                      struct izh_selection *s)
{
    int count = 0;
    if (!izh_json_array(reader, node, 1, &count))
        return false;
    struct izh_selection kept = {malloc((size_t)count * sizeof *kept.neurons), 0};
    bool *taken = calloc(s->count, sizeof *taken);
    bool good =
        kept.neurons && taken ? pick(reader, node, s, taken, &kept) : izh_reader_no_memory(reader);
    free(taken);
    if (!good) {
        izh_selection_free(&kept);
        return false;
    }
    izh_selection_free(s);
    *s = kept;
    return true;
}

bool izh_selection_part(struct izh_reader *reader, const struct izh_node *object,
                        const struct izh_node *node, struct izh_selection *selection)
{
    struct izh_node part;
    if (!izh_selection_read(reader, node, selection))
        return false;
    bool good = true;
    if (izh_json_has(object, "neurons", &part))
        good = cJSON_IsArray(part.json) ? keep_list(reader, &part, selection)
                                        : keep_range(reader, &part, selection);
    if (!good)
        izh_selection_free(selection);
    return good;
}
