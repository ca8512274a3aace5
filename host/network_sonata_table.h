// network_sonata_table.h: a population of SONATA nodes or edges as a table
// SPDX-License-Identifier: Apache-2.0
//
// An attribute of a row is in its group, /ROOT/GROUP/NAME or /ROOT/GROUP/dynamics_params/NAME, or
// else in the row of its type in a table separated by blanks.
#ifndef IZH_NETWORK_SONATA_TABLE_H
#define IZH_NETWORK_SONATA_TABLE_H

#include "network_hdf5.h"

enum { IZH_SONATA_ATTRIBUTES = 16, IZH_SONATA_BLOCK = 65536 };

// The names of what is asked for.
struct izh_sonata_names {
    const char *kind; // "node" or "edge"
    const char *names[IZH_SONATA_ATTRIBUTES];
    size_t count;
};

// Types and their attributes; NaN where the table says nothing.
struct izh_sonata_types {
    const struct izh_sonata_names *names;
    const char *path;
    int64_t *ids;
    double (*values)[IZH_SONATA_ATTRIBUTES];
    size_t count;
};

bool izh_sonata_types_read(struct izh_reader *reader, const char *path,
                           const struct izh_sonata_names *names, struct izh_sonata_types *types);
void izh_sonata_types_free(struct izh_sonata_types *types);

struct izh_sonata_group {
    int64_t id;
    double *values[IZH_SONATA_ATTRIBUTES]; // NULL: not in this group
    size_t counts[IZH_SONATA_ATTRIBUTES];
};

struct izh_sonata_table {
    struct izh_hdf5 *file;
    const struct izh_sonata_names *names;
    const struct izh_sonata_types *types;
    char root[IZH_HDF5_PATH]; // "nodes/E"
    size_t rows;
    struct izh_sonata_group *groups;
    size_t group_count;
    bool grouped;                              // else all rows are of group 0, in order
    int64_t *type_id, *group_id, *group_index; // of the block
    size_t block_first, block_count;
};

bool izh_sonata_table_open(struct izh_sonata_table *table, struct izh_hdf5 *file, const char *root,
                           const struct izh_sonata_names *names,
                           const struct izh_sonata_types *types);
void izh_sonata_table_close(struct izh_sonata_table *table);

// Full name of a column of the table.
void izh_sonata_column(const struct izh_sonata_table *table, const char *name,
                       char path[IZH_HDF5_PATH]);

// Gets rows first .. first + count - 1, at most a block.
bool izh_sonata_block(struct izh_sonata_table *table, size_t first, size_t count);

// Attributes of a row of the block, NaN where nobody says.
bool izh_sonata_row(struct izh_sonata_table *table, size_t row,
                    double values[IZH_SONATA_ATTRIBUTES]);

#endif
