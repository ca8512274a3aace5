// network_hdf5.h: reading HDF5 files: groups, columns of numbers, names
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_NETWORK_HDF5_H
#define IZH_NETWORK_HDF5_H

#include "network_json.h"

enum { IZH_HDF5_PATH = 512 };

struct izh_hdf5 {
    struct izh_reader *reader;
    const char *path;
    int64_t file;
    void *old_handler, *old_context; // of the library's own error messages
};

// path must outlive the file. After a failure nothing is left to close.
bool izh_hdf5_open(struct izh_hdf5 *h, struct izh_reader *reader, const char *path);
void izh_hdf5_close(struct izh_hdf5 *h);

// Whether there is such an object. No message.
bool izh_hdf5_has(const struct izh_hdf5 *h, const char *name);

// Names of the groups within a group, ascending.
struct izh_hdf5_names {
    char **names;
    size_t count;
};
bool izh_hdf5_groups(struct izh_hdf5 *h, const char *name, struct izh_hdf5_names *names);
void izh_hdf5_names_free(struct izh_hdf5_names *names);

// Length of a column, and a part of it.
bool izh_hdf5_length(struct izh_hdf5 *h, const char *name, size_t *length);
bool izh_hdf5_integers(struct izh_hdf5 *h, const char *name, size_t first, size_t count,
                       int64_t *integers);
bool izh_hdf5_numbers(struct izh_hdf5 *h, const char *name, size_t first, size_t count,
                      double *numbers);

// A text attribute of an object.
bool izh_hdf5_text(struct izh_hdf5 *h, const char *name, const char *attribute, char *text,
                   size_t size);

// "FILE: NAME: ..."; name may be NULL.
bool izh_hdf5_fail(struct izh_hdf5 *h, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
