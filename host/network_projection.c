// network_projection.c: projections of a description become synapses
// SPDX-License-Identifier: Apache-2.0
#include "network_projection.h"

#include "network_csv.h"
#include "network_population.h"
#include "network_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COMPILE_BYTES = 24 }; // that a synapse costs the compiler at its peak

enum rule { ONE_TO_ONE, ALL_TO_ALL, FIXED_INDEGREE, FIXED_OUTDEGREE, PROBABILITY, CSV, RULES };

static const char *const rule_names[RULES] = {
    "one-to-one", "all-to-all", "fixed-indegree", "fixed-outdegree", "probability", "csv",
};

struct delays {
    uint32_t low, high; // ticks, drawn uniformly
    uint32_t *cycle;    // or these in turn
    size_t cycle_count;
};

struct projection {
    struct izh_reader *reader;
    const struct izh_node *node;
    struct izh_selection from, to;
    enum rule rule;
    double probability;
    uint32_t degree;
    char *path; // of the CSV
    bool allow_self, allow_multiple;
    bool has_weight, has_delay; // csv: else a column
    struct izh_value weight;
    struct delays delay;
    size_t turn; // position in the cycle
    struct izh_draws targets, weights, delays;
};

// ---- Synapses -----------------------------------------------------------------------------------

#define GROW(array, room) grow((void **)&(array), (room) * sizeof *(array))

static bool grow(void **array, size_t bytes)
{
    void *grown = realloc(*array, bytes);
    if (grown)
        *array = grown;
    return grown;
}

bool izh_synapse_list_reserve(struct izh_reader *reader, const char *where, double more)
{
    struct izh_synapse_list *s = &reader->network->synapses;
    double bytes_each = sizeof *s->pre + sizeof *s->post + sizeof *s->weight + sizeof *s->delay;
    double wanted = (double)s->count + more;
    if (!izh_reader_room(reader, wanted * (bytes_each + COMPILE_BYTES), "%s: %.0f synapses", where,
                         wanted))
        return false;
    if (wanted > UINT32_MAX)
        return izh_reader_fail(reader, IZH_NETWORK_TOO_LARGE, "%s: %s: %.0f synapses; at most %.0f",
                               reader->file, where, wanted, (double)UINT32_MAX);
    size_t room = (size_t)wanted;
    if (room <= s->room)
        return true;
    if (!GROW(s->pre, room) || !GROW(s->post, room) || !GROW(s->weight, room) ||
        !GROW(s->delay, room))
        return izh_reader_fail(reader, IZH_NETWORK_NO_MEMORY,
                               "%s: %s: out of memory for %zu synapses", reader->file, where, room);
    s->room = room;
    return true;
}

void izh_synapse_list_add(struct izh_synapse_list *s, uint32_t pre, uint32_t post, double weight,
                          uint32_t delay)
{
    s->pre[s->count] = pre;
    s->post[s->count] = post;
    s->weight[s->count] = weight;
    s->delay[s->count++] = (uint8_t)delay;
}

bool izh_projection_note(struct izh_reader *reader, const char *label, size_t first)
{
    struct izh_network *n = reader->network;
    struct izh_projection *grown =
        realloc(n->projections, (n->projection_count + 1) * sizeof *grown);
    if (grown)
        n->projections = grown;
    char *copy = strdup(label);
    if (!grown || !copy) {
        free(copy);
        return izh_reader_no_memory(reader);
    }
    struct izh_projection *noted = &n->projections[n->projection_count++];
    noted->label = copy;
    noted->first = first;
    noted->count = n->synapses.count - first;
    return true;
}

static uint32_t next_delay(struct projection *p)
{
    if (p->delay.cycle)
        return p->delay.cycle[p->turn++ % p->delay.cycle_count];
    if (p->delay.low == p->delay.high)
        return p->delay.low;
    return p->delay.low + izh_draw_below(&p->delays, p->delay.high - p->delay.low + 1);
}

static void connect(struct projection *p, uint32_t pre, uint32_t post)
{
    double weight = izh_value_draw(&p->weight, &p->weights, 0);
    izh_synapse_list_add(&p->reader->network->synapses, pre, post, weight, next_delay(p));
}

static bool reserve(struct projection *p, double more)
{
    char path[IZH_JSON_PATH];
    izh_node_path(p->node, path);
    return izh_synapse_list_reserve(p->reader, path, more);
}

// ---- Rules --------------------------------------------------------------------------------------

static bool one_to_one(struct projection *p)
{
    if (p->from.count != p->to.count)
        return izh_node_fail(p->reader, p->node, "one-to-one from %lu neurons to %lu",
                             (unsigned long)p->from.count, (unsigned long)p->to.count);
    if (!reserve(p, p->from.count))
        return false;
    for (uint32_t i = 0; i < p->from.count; i++) {
        if (p->allow_self || p->from.neurons[i] != p->to.neurons[i])
            connect(p, p->from.neurons[i], p->to.neurons[i]);
    }
    return true;
}

static bool all_to_all(struct projection *p)
{
    if (!reserve(p, (double)p->from.count * p->to.count))
        return false;
    for (uint32_t i = 0; i < p->from.count; i++) {
        p->turn = 0;
        for (uint32_t j = 0; j < p->to.count; j++) {
            if (p->allow_self || p->from.neurons[i] != p->to.neurons[j])
                connect(p, p->from.neurons[i], p->to.neurons[j]);
        }
    }
    return true;
}

static bool contains(const struct izh_selection *s, uint32_t neuron)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->neurons[i] == neuron)
            return true;
    }
    return false;
}

// Every neuron of fixed gets degree partners out of others: the first ones of a random permutation,
// itself left out, or with replacement.
static void draw_partners(struct projection *p, uint32_t self, struct izh_selection *others,
                          bool self_is_source)
{
    uint32_t position = 0;
    p->turn = 0;
    for (uint32_t found = 0; found < p->degree;) {
        uint32_t *pool = others->neurons;
        uint32_t left = others->count - (p->allow_multiple ? 0 : position);
        uint32_t at = others->count - left + izh_draw_below(&p->targets, left);
        uint32_t partner = pool[at];
        if (!p->allow_multiple) {
            pool[at] = pool[position];
            pool[position++] = partner;
        }
        if (partner == self && !p->allow_self)
            continue;
        connect(p, self_is_source ? self : partner, self_is_source ? partner : self);
        found++;
    }
}

static bool fixed_degree(struct projection *p)
{
    bool out = p->rule == FIXED_OUTDEGREE;
    const struct izh_selection *fixed = out ? &p->from : &p->to;
    struct izh_selection *others = out ? &p->to : &p->from;
    uint32_t least = others->count;
    for (uint32_t i = 0; !p->allow_self && least == others->count && i < fixed->count; i++)
        least -= contains(others, fixed->neurons[i]);
    if (p->degree > 0 && (p->allow_multiple ? least == 0 : p->degree > least))
        return izh_node_fail(p->reader, p->node, "%s %lu: there are only %lu to choose from",
                             rule_names[p->rule], (unsigned long)p->degree, (unsigned long)least);
    if (!reserve(p, (double)fixed->count * p->degree))
        return false;
    for (uint32_t i = 0; i < fixed->count; i++)
        draw_partners(p, fixed->neurons[i], others, out);
    return true;
}

// Jumps from one connected pair to the next: the gaps are geometric.
static bool with_probability(struct projection *p)
{
    double pairs = (double)p->from.count * p->to.count, at = 0;
    double rate = -log1p(-p->probability);
    double spread = sqrt(pairs * p->probability * (1 - p->probability));
    size_t limit = p->reader->network->synapses.count;
    uint32_t row = 0;
    if (!reserve(p, ceil(fmin(pairs, pairs * p->probability + 10 * spread + 10))))
        return false;
    for (limit = p->reader->network->synapses.room;; at += 1) {
        if (p->probability < 1)
            at += floor(izh_draw_gap(&p->targets, rate));
        if (p->probability <= 0 || at >= pairs || p->reader->network->synapses.count == limit)
            return true;
        uint32_t i = (uint32_t)(at / p->to.count);
        uint32_t j = (uint32_t)(at - (double)i * p->to.count);
        p->turn = i == row ? p->turn : 0;
        row = i;
        if (p->allow_self || p->from.neurons[i] != p->to.neurons[j])
            connect(p, p->from.neurons[i], p->to.neurons[j]);
    }
}

static bool read_row(struct projection *p, struct izh_csv *csv, const int columns[4])
{
    struct izh_synapse_list *s = &p->reader->network->synapses;
    uint32_t pre = 0, post = 0, delay = 0;
    double weight = 0;
    if (!izh_csv_index(csv, columns[0], p->from.count, &pre) ||
        !izh_csv_index(csv, columns[1], p->to.count, &post) ||
        (columns[2] >= 0 && !izh_csv_number(csv, columns[2], &weight)) ||
        (columns[3] >= 0 && !izh_csv_ticks(csv, columns[3], 1, IZH_NETWORK_DELAY_MAX, &delay)))
        return false;
    if (s->count == s->room && !reserve(p, (double)s->count / 2 + 1024))
        return false;
    if (columns[2] < 0)
        weight = izh_value_draw(&p->weight, &p->weights, 0);
    if (columns[3] < 0)
        delay = next_delay(p);
    izh_synapse_list_add(s, p->from.neurons[pre], p->to.neurons[post], weight, delay);
    return true;
}

static bool read_rows(struct projection *p, struct izh_csv *csv)
{
    int columns[4] = {-1, -1, -1, -1};
    bool end = false;
    if (!izh_csv_need(csv, "pre", &columns[0]) || !izh_csv_need(csv, "post", &columns[1]) ||
        (!p->has_weight && !izh_csv_need(csv, "weight", &columns[2])) ||
        (!p->has_delay && !izh_csv_need(csv, "delay", &columns[3])))
        return false;
    while (izh_csv_next(csv, &end) && !end) {
        if (!read_row(p, csv, columns))
            return false;
    }
    return end;
}

static bool from_csv(struct projection *p)
{
    struct izh_csv csv;
    if (!izh_csv_open(&csv, p->reader, p->path, ','))
        return false;
    bool good = read_rows(p, &csv);
    izh_csv_close(&csv);
    return good;
}

static bool (*const rules[RULES])(struct projection *p) = {
    one_to_one, all_to_all, fixed_degree, fixed_degree, with_probability, from_csv,
};

// ---- Reading ------------------------------------------------------------------------------------

static bool read_delay_uniform(struct izh_reader *reader, const struct izh_node *node,
                               struct delays *delays)
{
    int count = 0;
    if (!izh_json_array(reader, node, 2, &count))
        return false;
    if (count != 2)
        return izh_node_fail(reader, node, "must be two numbers; it has %d", count);
    struct izh_node low = izh_json_element(node, node->json->child, 0);
    struct izh_node high = izh_json_element(node, node->json->child->next, 1);
    return izh_json_ticks(reader, &low, 1, IZH_NETWORK_DELAY_MAX, &delays->low) &&
           izh_json_ticks(reader, &high, delays->low, IZH_NETWORK_DELAY_MAX, &delays->high);
}

static bool read_delay_cycle(struct izh_reader *reader, const struct izh_node *node,
                             struct delays *delays)
{
    int count = 0, i = 0;
    if (!izh_json_array(reader, node, 1, &count))
        return false;
    delays->cycle = malloc((size_t)count * sizeof *delays->cycle);
    if (!delays->cycle)
        return izh_reader_no_memory(reader);
    delays->cycle_count = (size_t)count;
    for (const cJSON *e = node->json->child; e; e = e->next, i++) {
        struct izh_node element = izh_json_element(node, e, i);
        if (!izh_json_ticks(reader, &element, 1, IZH_NETWORK_DELAY_MAX, &delays->cycle[i]))
            return false;
    }
    return true;
}

static bool read_delay(struct izh_reader *reader, const struct izh_node *node,
                       struct delays *delays)
{
    static const char *const keys[] = {"uniform", "cycle", NULL};
    struct izh_node uniform, cycle;
    if (!cJSON_IsObject(node->json)) {
        bool good = izh_json_ticks(reader, node, 1, IZH_NETWORK_DELAY_MAX, &delays->low);
        delays->high = delays->low;
        return good;
    }
    if (!izh_json_keys(reader, node, keys))
        return false;
    bool has_uniform = izh_json_has(node, "uniform", &uniform);
    if (has_uniform == izh_json_has(node, "cycle", &cycle))
        return izh_node_fail(reader, node, "must have either uniform or cycle");
    return has_uniform ? read_delay_uniform(reader, &uniform, delays)
                       : read_delay_cycle(reader, &cycle, delays);
}

static bool read_rule(struct projection *p)
{
    struct izh_node node;
    const char *name = NULL;
    int rule = 0;
    if (!izh_json_need(p->reader, p->node, "rule", &node) ||
        !izh_json_string(p->reader, &node, &name))
        return false;
    while (rule < RULES && strcmp(rule_names[rule], name))
        rule++;
    p->rule = (enum rule)rule;
    return rule < RULES || izh_node_fail(p->reader, &node,
                                         "'%s' is no rule; rules: one-to-one, all-to-all, "
                                         "fixed-indegree, fixed-outdegree, probability, csv",
                                         name);
}

// Keys that one rule has and others do not.
static bool read_rule_keys(struct projection *p)
{
    static const char *const common[] = {"name", "from", "to", "rule", "weight", "delay"};
    static const char *const own[RULES][3] = {
        {"allow_self"},
        {"allow_self"},
        {"degree", "allow_self", "allow_multiple"},
        {"degree", "allow_self", "allow_multiple"},
        {"probability", "allow_self"},
        {"csv"},
    };
    const char *keys[10] = {0};
    struct izh_node node;
    memcpy(keys, common, sizeof common);
    memcpy(keys + 6, own[p->rule], sizeof own[p->rule]);
    if (!izh_json_keys(p->reader, p->node, keys))
        return false;
    if (p->rule == FIXED_INDEGREE || p->rule == FIXED_OUTDEGREE)
        return izh_json_need(p->reader, p->node, "degree", &node) &&
               izh_json_integer(p->reader, &node, 0, UINT32_MAX, &p->degree);
    if (p->rule == PROBABILITY)
        return izh_json_need(p->reader, p->node, "probability", &node) &&
               izh_json_number(p->reader, &node, 0, 1, &p->probability);
    return p->rule != CSV || (izh_json_need(p->reader, p->node, "csv", &node) &&
                              izh_json_file(p->reader, &node, &p->path));
}

static bool read_strength(struct projection *p)
{
    struct izh_node weight, delay;
    p->has_weight = izh_json_has(p->node, "weight", &weight);
    p->has_delay = izh_json_has(p->node, "delay", &delay);
    if (p->rule != CSV && !p->has_weight)
        return izh_node_fail(p->reader, &weight, "is missing");
    if (p->rule != CSV && !p->has_delay)
        return izh_node_fail(p->reader, &delay, "is missing");
    return (!p->has_weight || izh_value_read(p->reader, &weight, NULL, &p->weight)) &&
           (!p->has_delay || read_delay(p->reader, &delay, &p->delay));
}

// The name of its draws: what the file calls it, else how it comes after others of its kind.
static bool name_draws(struct projection *p)
{
    uint32_t seed = p->reader->network->seed;
    char path[IZH_JSON_PATH];
    const char *name = path;
    struct izh_node node;
    izh_node_path(p->node, path);
    if (izh_json_has(p->node, "name", &node) && !izh_json_name(p->reader, &node, &name))
        return false;
    p->targets = izh_draws_of(seed, "projections.%s.targets", name);
    p->weights = izh_draws_of(seed, "projections.%s.weights", name);
    p->delays = izh_draws_of(seed, "projections.%s.delays", name);
    return true;
}

static bool read_ends(struct projection *p)
{
    struct izh_node from, to;
    return izh_json_need(p->reader, p->node, "from", &from) &&
           izh_selection_read(p->reader, &from, &p->from) &&
           izh_json_need(p->reader, p->node, "to", &to) &&
           izh_selection_read(p->reader, &to, &p->to) &&
           izh_json_optional_boolean(p->reader, p->node, "allow_self", &p->allow_self) &&
           izh_json_optional_boolean(p->reader, p->node, "allow_multiple", &p->allow_multiple);
}

static bool read_projection(struct izh_reader *reader, const struct izh_node *node)
{
    struct projection p = {.reader = reader, .node = node, .allow_self = true};
    size_t first = reader->network->synapses.count;
    char label[IZH_JSON_PATH];
    if (!cJSON_IsObject(node->json))
        return izh_node_fail(reader, node, "must be an object, {...}");
    bool good = read_rule(&p) && read_rule_keys(&p) && read_ends(&p) && read_strength(&p) &&
                name_draws(&p) && rules[p.rule](&p);
    izh_selection_free(&p.from);
    izh_selection_free(&p.to);
    izh_value_free(&p.weight);
    free(p.delay.cycle);
    free(p.path);
    izh_node_path(node, label);
    return good && izh_projection_note(reader, label, first);
}

bool izh_projections_read(struct izh_reader *reader, const struct izh_node *node)
{
    int count = 0, i = 0;
    if (!izh_json_array(reader, node, 0, &count) || !izh_json_unique(reader, node))
        return false;
    for (const cJSON *e = node->json->child; e; e = e->next, i++) {
        struct izh_node element = izh_json_element(node, e, i);
        if (!read_projection(reader, &element))
            return false;
    }
    return true;
}
