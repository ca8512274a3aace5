// network_sonata.c: populations and synapses from SONATA files
// SPDX-License-Identifier: Apache-2.0
#include "network_sonata.h"

#include "network_name.h"
#include "network_population.h"
#include "network_projection.h"
#include "network_sonata_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const sonata_keys[] = {"nodes", "node_types", "edges", NULL};

// Both files of nodes, or of a list element of edges.
struct files {
    struct izh_reader *reader;
    char *data;
    char *types; // NULL: none
};

static void free_files(struct files *files)
{
    free(files->data);
    free(files->types);
}

static bool read_files(struct files *files, const struct izh_node *node, const char *data,
                       const char *types)
{
    struct izh_node child;
    return izh_json_need(files->reader, node, data, &child) &&
           izh_json_file(files->reader, &child, &files->data) &&
           (!izh_json_has(node, types, &child) ||
            izh_json_file(files->reader, &child, &files->types));
}

// Calls read for every population below root ("nodes" or "edges") of the file.
typedef bool population_reader(struct izh_sonata_table *table, const char *name);

static bool read_population(struct izh_hdf5 *h, const struct izh_sonata_types *types,
                            const char *root, const char *name, population_reader *read)
{
    struct izh_sonata_table table;
    char path[IZH_HDF5_PATH];
    snprintf(path, sizeof path, "%s/%.190s", root, name);
    if (!izh_sonata_table_open(&table, h, path, types->names, types))
        return false;
    bool good = read(&table, name);
    izh_sonata_table_close(&table);
    return good;
}

static bool read_populations(struct izh_hdf5 *h, const struct izh_sonata_types *types,
                             const char *root, population_reader *read)
{
    struct izh_hdf5_names names;
    if (!izh_hdf5_groups(h, root, &names))
        return false;
    bool good = names.count || izh_hdf5_fail(h, root, "holds no population");
    for (size_t i = 0; good && i < names.count; i++)
        good = read_population(h, types, root, names.names[i], read);
    izh_hdf5_names_free(&names);
    return good;
}

static bool read_file(struct files *files, const struct izh_sonata_names *names, const char *root,
                      population_reader *read)
{
    struct izh_sonata_types types;
    struct izh_hdf5 h;
    if (!izh_sonata_types_read(files->reader, files->types, names, &types))
        return false;
    bool good = izh_hdf5_open(&h, files->reader, files->data);
    if (good) {
        good = read_populations(&h, &types, root, read);
        izh_hdf5_close(&h);
    }
    izh_sonata_types_free(&types);
    return good;
}

// ---- Nodes --------------------------------------------------------------------------------------

// The parameters of a neuron, in the order of izh_parameter_at.
static struct izh_sonata_names node_names(void)
{
    struct izh_sonata_names names = {.kind = "node"};
    for (size_t i = 0; izh_parameter_at(i) && i < IZH_SONATA_ATTRIBUTES; i++)
        names.names[names.count++] = izh_parameter_at(i)->name;
    return names;
}

static bool set_neuron(struct izh_sonata_table *t, size_t row, struct izh_biophysics *neuron)
{
    double values[IZH_SONATA_ATTRIBUTES];
    if (!izh_sonata_row(t, row, values))
        return false;
    for (size_t i = 0; i < t->names->count; i++) {
        const struct izh_parameter *p = izh_parameter_at(i);
        if (!isnan(values[i]))
            *izh_parameter_of(neuron, p) = values[i];
        else if (p->needed)
            return izh_hdf5_fail(t->file, t->root,
                                 "row %zu: '%s' is neither in its group nor with its type", row,
                                 p->name);
    }
    izh_neuron_complete(neuron);
    const char *fault = izh_neuron_fault(neuron);
    return !fault || izh_hdf5_fail(t->file, t->root, "row %zu: %s", row, fault);
}

// Node numbers, where a file gives them, must be 0, 1, 2 ...
static bool check_ids(struct izh_sonata_table *t, size_t first, size_t count)
{
    char path[IZH_HDF5_PATH];
    int64_t *ids = malloc(count * sizeof *ids);
    izh_sonata_column(t, "node_id", path);
    bool good = ids || izh_reader_no_memory(t->file->reader);
    good = good && izh_hdf5_integers(t->file, path, first, count, ids);
    for (size_t i = 0; good && i < count; i++) {
        if (ids[i] != (int64_t)(first + i))
            good = izh_hdf5_fail(t->file, path, "row %zu is %lld; it must be %zu", first + i,
                                 (long long)ids[i], first + i);
    }
    free(ids);
    return good;
}

static bool read_nodes(struct izh_sonata_table *t, const char *name)
{
    struct izh_population *added = NULL;
    char path[IZH_HDF5_PATH], where[IZH_NETWORK_MESSAGE];
    snprintf(where, sizeof where, "%.512s: nodes", t->file->path);
    if (!t->rows)
        return izh_hdf5_fail(t->file, t->root, "holds no neuron");
    if (t->rows > IZH_NETWORK_NEURONS_MAX)
        return izh_reader_fail(t->file->reader, IZH_NETWORK_TOO_LARGE,
                               "%s: %s: %zu neurons; at most %d", t->file->path, t->root, t->rows,
                               IZH_NETWORK_NEURONS_MAX);
    if (!izh_population_add(t->file->reader, where, name, (uint32_t)t->rows, &added))
        return false;
    uint32_t offset = added->first;
    izh_sonata_column(t, "node_id", path);
    bool numbered = izh_hdf5_has(t->file, path);
    for (size_t first = 0; first < t->rows; first += IZH_SONATA_BLOCK) {
        size_t left = t->rows - first, count = left < IZH_SONATA_BLOCK ? left : IZH_SONATA_BLOCK;
        if ((numbered && !check_ids(t, first, count)) || !izh_sonata_block(t, first, count))
            return false;
        for (size_t i = first; i < first + count; i++) {
            if (!set_neuron(t, i, &t->file->reader->network->neurons[offset + i]))
                return false;
        }
    }
    return true;
}

bool izh_sonata_read_nodes(struct izh_reader *reader, const struct izh_node *node)
{
    struct izh_sonata_names names = node_names();
    struct files files = {.reader = reader};
    bool good = izh_json_keys(reader, node, sonata_keys) &&
                read_files(&files, node, "nodes", "node_types") &&
                read_file(&files, &names, "nodes", read_nodes);
    free_files(&files);
    return good;
}

// ---- Edges --------------------------------------------------------------------------------------

enum { SYN_WEIGHT, DELAY };

static const struct izh_sonata_names edge_names = {"edge", {"syn_weight", "delay"}, 2};

struct end {
    const struct izh_population *population;
    char column[IZH_HDF5_PATH];
    int64_t *ids; // of the block
};

static bool find_end(struct izh_sonata_table *t, const char *column, struct end *end)
{
    const struct izh_network *n = t->file->reader->network;
    char name[IZH_HDF5_PATH];
    izh_sonata_column(t, column, end->column);
    if (!izh_hdf5_text(t->file, end->column, "node_population", name, sizeof name))
        return false;
    for (size_t i = 0; i < n->population_count; i++) {
        if (!strcmp(n->populations[i].name, name))
            end->population = &n->populations[i];
    }
    if (!end->population)
        return izh_hdf5_fail(t->file, end->column, "there is no population '%s'", name);
    end->ids = malloc(IZH_SONATA_BLOCK * sizeof *end->ids);
    return end->ids || izh_reader_no_memory(t->file->reader);
}

static bool check_end(struct izh_sonata_table *t, const struct end *end, size_t row, int64_t id)
{
    return (id >= 0 && id < end->population->count) ||
           izh_hdf5_fail(t->file, end->column,
                         "row %zu: there is no neuron %lld; '%s' has 0 to %lu", row, (long long)id,
                         end->population->name, (unsigned long)end->population->count - 1);
}

static bool check_values(struct izh_sonata_table *t, size_t row, const double *values,
                         uint32_t *delay)
{
    double ticks, tick_ms = t->file->reader->network->tick_ms;
    for (size_t i = 0; i < t->names->count; i++) {
        if (isnan(values[i]))
            return izh_hdf5_fail(t->file, t->root,
                                 "row %zu: '%s' is neither in its group nor with its type", row,
                                 t->names->names[i]);
    }
    if (!isfinite(values[SYN_WEIGHT]))
        return izh_hdf5_fail(t->file, t->root, "row %zu: syn_weight is not a finite number", row);
    if (!izh_on_grid(values[DELAY], tick_ms, &ticks) || ticks < 1 || ticks > IZH_NETWORK_DELAY_MAX)
        return izh_hdf5_fail(t->file, t->root,
                             "row %zu: delay: %.9g ms: must be from %.9g to %.9g ms, a multiple of "
                             "the tick %.9g ms",
                             row, values[DELAY], tick_ms, IZH_NETWORK_DELAY_MAX * tick_ms, tick_ms);
    *delay = (uint32_t)ticks;
    return true;
}

static bool add_edge(struct izh_sonata_table *t, size_t row, const struct end *source,
                     const struct end *target)
{
    double values[IZH_SONATA_ATTRIBUTES];
    uint32_t delay = 0;
    int64_t pre = source->ids[row - t->block_first], post = target->ids[row - t->block_first];
    if (!check_end(t, source, row, pre) || !check_end(t, target, row, post) ||
        !izh_sonata_row(t, row, values) || !check_values(t, row, values, &delay))
        return false;
    izh_synapse_list_add(&t->file->reader->network->synapses,
                         source->population->first + (uint32_t)pre,
                         target->population->first + (uint32_t)post, values[SYN_WEIGHT], delay);
    return true;
}

static bool add_edges(struct izh_sonata_table *t, const struct end *source,
                      const struct end *target)
{
    for (size_t first = 0; first < t->rows; first += IZH_SONATA_BLOCK) {
        size_t left = t->rows - first, count = left < IZH_SONATA_BLOCK ? left : IZH_SONATA_BLOCK;
        if (!izh_sonata_block(t, first, count) ||
            !izh_hdf5_integers(t->file, source->column, first, count, source->ids) ||
            !izh_hdf5_integers(t->file, target->column, first, count, target->ids))
            return false;
        for (size_t i = first; i < first + count; i++) {
            if (!add_edge(t, i, source, target))
                return false;
        }
    }
    return true;
}

static bool read_edges(struct izh_sonata_table *t, const char *name)
{
    struct end source = {0}, target = {0};
    struct izh_reader *reader = t->file->reader;
    size_t first = reader->network->synapses.count;
    char label[IZH_HDF5_PATH];
    const char *fault = izh_name_fault(name);
    if (fault)
        return izh_hdf5_fail(t->file, NULL, "edges: '%s' %s", name, fault);
    snprintf(label, sizeof label, "edges.%.200s", name);
    bool good = find_end(t, "source_node_id", &source) && find_end(t, "target_node_id", &target) &&
                izh_synapse_list_reserve(reader, t->root, (double)t->rows) &&
                add_edges(t, &source, &target);
    free(source.ids);
    free(target.ids);
    return good && izh_projection_note(reader, label, first);
}

static bool read_edge_files(struct izh_reader *reader, const struct izh_node *node)
{
    static const char *const keys[] = {"file", "edge_types", NULL};
    struct files files = {.reader = reader};
    bool good = izh_json_keys(reader, node, keys) &&
                read_files(&files, node, "file", "edge_types") &&
                read_file(&files, &edge_names, "edges", read_edges);
    free_files(&files);
    return good;
}

bool izh_sonata_read_edges(struct izh_reader *reader, const struct izh_node *node)
{
    struct izh_node edges;
    int count = 0, i = 0;
    if (!izh_json_has(node, "edges", &edges))
        return true;
    if (!izh_json_array(reader, &edges, 0, &count))
        return false;
    for (const cJSON *e = edges.json->child; e; e = e->next, i++) {
        struct izh_node element = izh_json_element(&edges, e, i);
        if (!read_edge_files(reader, &element))
            return false;
    }
    return true;
}
