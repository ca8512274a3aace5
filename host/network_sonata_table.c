// network_sonata_table.c: a population of SONATA nodes or edges as a table
// SPDX-License-Identifier: Apache-2.0
#include "network_sonata_table.h"

#include "network_csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- Types --------------------------------------------------------------------------------------

static bool add_type(struct izh_sonata_types *types, struct izh_csv *csv, int id_column,
                     const int *columns)
{
    size_t n = types->count;
    double id = 0;
    int64_t *ids = realloc(types->ids, (n + 1) * sizeof *ids);
    if (ids)
        types->ids = ids;
    void *values = realloc(types->values, (n + 1) * sizeof *types->values);
    if (values)
        types->values = values;
    if (!ids || !values)
        return izh_reader_no_memory(csv->reader);
    if (!izh_csv_number(csv, id_column, &id))
        return false;
    if (id != floor(id) || fabs(id) > 1e15)
        return izh_csv_fail(csv, id_column, "%.9g is no number of a type", id);
    for (size_t i = 0; i < n; i++) {
        if (types->ids[i] == (int64_t)id)
            return izh_csv_fail(csv, id_column, "%.0f is there twice", id);
    }
    for (size_t i = 0; i < types->names->count; i++) {
        types->values[n][i] = NAN;
        if (columns[i] >= 0 && !izh_csv_empty(csv, columns[i]) &&
            !izh_csv_number(csv, columns[i], &types->values[n][i]))
            return false;
    }
    types->ids[types->count++] = (int64_t)id;
    return true;
}

static bool read_types(struct izh_sonata_types *types, struct izh_csv *csv)
{
    int id = -1, columns[IZH_SONATA_ATTRIBUTES];
    bool end = false;
    char name[32];
    snprintf(name, sizeof name, "%s_type_id", types->names->kind);
    if (!izh_csv_need(csv, name, &id))
        return false;
    for (size_t i = 0; i < types->names->count; i++)
        columns[i] = izh_csv_has(csv, types->names->names[i]);
    while (izh_csv_next(csv, &end) && !end) {
        if (!add_type(types, csv, id, columns))
            return false;
    }
    return end;
}

bool izh_sonata_types_read(struct izh_reader *reader, const char *path,
                           const struct izh_sonata_names *names, struct izh_sonata_types *types)
{
    struct izh_csv csv;
    *types = (struct izh_sonata_types){.names = names, .path = path};
    if (!path)
        return true;
    if (!izh_csv_open(&csv, reader, path, ' '))
        return false;
    bool good = read_types(types, &csv);
    izh_csv_close(&csv);
    if (!good)
        izh_sonata_types_free(types);
    return good;
}

void izh_sonata_types_free(struct izh_sonata_types *types)
{
    free(types->ids);
    free(types->values);
    types->ids = NULL;
    types->values = NULL;
    types->count = 0;
}

// ---- Groups -------------------------------------------------------------------------------------

void izh_sonata_column(const struct izh_sonata_table *table, const char *name,
                       char path[IZH_HDF5_PATH])
{
    snprintf(path, IZH_HDF5_PATH, "%.200s/%.200s", table->root, name);
}

static bool read_attribute(struct izh_sonata_table *t, const char *group, size_t i)
{
    struct izh_sonata_group *g = &t->groups[t->group_count];
    char path[IZH_HDF5_PATH];
    snprintf(path, sizeof path, "%.200s/%.80s/%s", t->root, group, t->names->names[i]);
    if (!izh_hdf5_has(t->file, path))
        snprintf(path, sizeof path, "%.200s/%.80s/dynamics_params/%s", t->root, group,
                 t->names->names[i]);
    if (!izh_hdf5_has(t->file, path))
        return true;
    if (!izh_hdf5_length(t->file, path, &g->counts[i]) ||
        !izh_reader_room(t->file->reader, (double)g->counts[i] * sizeof(double), "%s: %zu rows",
                         path, g->counts[i]))
        return false;
    g->values[i] = malloc((g->counts[i] + 1) * sizeof(double));
    if (!g->values[i])
        return izh_reader_no_memory(t->file->reader);
    return izh_hdf5_numbers(t->file, path, 0, g->counts[i], g->values[i]);
}

static bool read_groups(struct izh_sonata_table *t, const struct izh_hdf5_names *names)
{
    t->groups = calloc(names->count + 1, sizeof *t->groups);
    if (!t->groups)
        return izh_reader_no_memory(t->file->reader);
    for (size_t i = 0; i < names->count; i++) {
        char *end;
        bool good = true;
        int64_t id = strtoll(names->names[i], &end, 10);
        if (*end || end == names->names[i])
            continue; // "indices" and the like
        t->groups[t->group_count].id = id;
        for (size_t j = 0; good && j < t->names->count; j++)
            good = read_attribute(t, names->names[i], j);
        t->group_count++;
        if (!good)
            return false;
    }
    return true;
}

// ---- The table ----------------------------------------------------------------------------------

static bool open_parts(struct izh_sonata_table *t)
{
    char path[IZH_HDF5_PATH], name[32];
    struct izh_hdf5_names groups = {0};
    snprintf(name, sizeof name, "%s_type_id", t->names->kind);
    izh_sonata_column(t, name, path);
    if (!izh_hdf5_length(t->file, path, &t->rows) || !izh_hdf5_groups(t->file, t->root, &groups))
        return false;
    bool good = read_groups(t, &groups);
    izh_hdf5_names_free(&groups);
    snprintf(name, sizeof name, "%s_group_id", t->names->kind);
    izh_sonata_column(t, name, path);
    t->grouped = izh_hdf5_has(t->file, path);
    t->type_id = malloc(IZH_SONATA_BLOCK * sizeof *t->type_id);
    t->group_id = malloc(IZH_SONATA_BLOCK * sizeof *t->group_id);
    t->group_index = malloc(IZH_SONATA_BLOCK * sizeof *t->group_index);
    return good &&
           ((t->type_id && t->group_id && t->group_index) || izh_reader_no_memory(t->file->reader));
}

bool izh_sonata_table_open(struct izh_sonata_table *t, struct izh_hdf5 *file, const char *root,
                           const struct izh_sonata_names *names,
                           const struct izh_sonata_types *types)
{
    *t = (struct izh_sonata_table){.file = file, .names = names, .types = types};
    snprintf(t->root, sizeof t->root, "%.200s", root);
    if (open_parts(t))
        return true;
    izh_sonata_table_close(t);
    return false;
}

void izh_sonata_table_close(struct izh_sonata_table *t)
{
    for (size_t i = 0; t->groups && i < t->group_count; i++) {
        for (size_t j = 0; j < IZH_SONATA_ATTRIBUTES; j++)
            free(t->groups[i].values[j]);
    }
    free(t->groups);
    free(t->type_id);
    free(t->group_id);
    free(t->group_index);
    *t = (struct izh_sonata_table){0};
}

static bool read_ids(struct izh_sonata_table *t, const char *what, size_t first, size_t count,
                     int64_t *ids)
{
    char path[IZH_HDF5_PATH], name[32];
    snprintf(name, sizeof name, "%s_%s", t->names->kind, what);
    izh_sonata_column(t, name, path);
    return izh_hdf5_integers(t->file, path, first, count, ids);
}

bool izh_sonata_block(struct izh_sonata_table *t, size_t first, size_t count)
{
    t->block_first = first;
    t->block_count = count;
    for (size_t i = 0; !t->grouped && i < count; i++) {
        t->group_id[i] = 0;
        t->group_index[i] = (int64_t)(first + i);
    }
    return read_ids(t, "type_id", first, count, t->type_id) &&
           (!t->grouped || (read_ids(t, "group_id", first, count, t->group_id) &&
                            read_ids(t, "group_index", first, count, t->group_index)));
}

static const double *type_values(const struct izh_sonata_types *types, int64_t id)
{
    for (size_t i = 0; i < types->count; i++) {
        if (types->ids[i] == id)
            return types->values[i];
    }
    return NULL;
}

static bool take_group(struct izh_sonata_table *t, size_t row, size_t at, double *values)
{
    int64_t id = t->group_id[at], index = t->group_index[at];
    const struct izh_sonata_group *g = NULL;
    for (size_t i = 0; i < t->group_count; i++)
        g = t->groups[i].id == id ? &t->groups[i] : g;
    if (!g)
        return !t->grouped || izh_hdf5_fail(t->file, t->root, "row %zu: there is no group %lld",
                                            row, (long long)id);
    for (size_t i = 0; i < t->names->count; i++) {
        if (!g->values[i])
            continue;
        if (index < 0 || (uint64_t)index >= g->counts[i])
            return izh_hdf5_fail(t->file, t->root, "row %zu: '%s' has no element %lld; it has %zu",
                                 row, t->names->names[i], (long long)index, g->counts[i]);
        values[i] = g->values[i][index];
        if (!isfinite(values[i]))
            return izh_hdf5_fail(t->file, t->root, "row %zu: '%s' is not a finite number", row,
                                 t->names->names[i]);
    }
    return true;
}

bool izh_sonata_row(struct izh_sonata_table *t, size_t row, double values[IZH_SONATA_ATTRIBUTES])
{
    size_t at = row - t->block_first;
    const double *of_type = type_values(t->types, t->type_id[at]);
    if (!of_type && t->types->path)
        return izh_hdf5_fail(t->file, t->root, "row %zu: %s lists no type %lld", row,
                             t->types->path, (long long)t->type_id[at]);
    for (size_t i = 0; i < t->names->count; i++)
        values[i] = of_type ? of_type[i] : NAN;
    return take_group(t, row, at, values);
}
