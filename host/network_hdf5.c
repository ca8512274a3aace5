// network_hdf5.c: reading HDF5 files: groups, columns of numbers, names
// SPDX-License-Identifier: Apache-2.0
#include "network_hdf5.h"

#include <errno.h>
#include <hdf5/serial/hdf5.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

bool izh_hdf5_fail(struct izh_hdf5 *h, const char *name, const char *format, ...)
{
    char text[IZH_NETWORK_MESSAGE / 2];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return izh_reader_fail(h->reader, IZH_NETWORK_BAD_FILE, "%s: %s%s%s", h->path, name ? name : "",
                           name ? ": " : "", text);
}

// ---- The file -----------------------------------------------------------------------------------

// The library prints its errors unless it is told not to.
static void be_silent(struct izh_hdf5 *h)
{
    H5E_auto2_t handler = NULL;
    H5Eget_auto2(H5E_DEFAULT, &handler, &h->old_context);
    memcpy(&h->old_handler, &handler, sizeof h->old_handler);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

static void be_as_before(struct izh_hdf5 *h)
{
    H5E_auto2_t handler;
    memcpy(&handler, &h->old_handler, sizeof handler);
    H5Eset_auto2(H5E_DEFAULT, handler, h->old_context);
}

bool izh_hdf5_open(struct izh_hdf5 *h, struct izh_reader *reader, const char *path)
{
    *h = (struct izh_hdf5){.reader = reader, .path = path};
    FILE *stream = fopen(path, "rb"); // says why where the library does not
    bool readable = stream && (fgetc(stream) != EOF || !ferror(stream));
    int saved = errno;
    if (stream)
        fclose(stream);
    if (!readable)
        return izh_reader_fail(reader, IZH_NETWORK_CANNOT_READ, "%s: cannot be read: %s", path,
                               strerror(saved));
    be_silent(h);
    h->file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (h->file >= 0)
        return true;
    be_as_before(h);
    return izh_hdf5_fail(h, NULL, "this is no HDF5 file, or it is damaged");
}

void izh_hdf5_close(struct izh_hdf5 *h)
{
    H5Fclose(h->file);
    be_as_before(h);
}

// Every part of the way must be there before the next is asked for.
bool izh_hdf5_has(const struct izh_hdf5 *h, const char *name)
{
    char path[IZH_HDF5_PATH];
    size_t length = strlen(name);
    if (length >= sizeof path)
        return false;
    memcpy(path, name, length + 1);
    for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (H5Lexists(h->file, path, H5P_DEFAULT) <= 0)
            return false;
        *slash = '/';
    }
    return H5Lexists(h->file, path, H5P_DEFAULT) > 0 &&
           H5Oexists_by_name(h->file, path, H5P_DEFAULT) > 0;
}

// ---- Groups -------------------------------------------------------------------------------------

static bool damaged(struct izh_hdf5 *h, const char *name)
{
    return izh_hdf5_fail(h, name, "cannot be read: the file is damaged");
}

static bool is_group(hid_t where, const char *name)
{
    hid_t object = H5Oopen(where, name, H5P_DEFAULT);
    bool group = object >= 0 && H5Iget_type(object) == H5I_GROUP;
    if (object >= 0)
        H5Oclose(object);
    return group;
}

// The i-th link of a group. There is room for its name.
static bool add_name(struct izh_hdf5 *h, const char *path, hid_t group, hsize_t i,
                     struct izh_hdf5_names *names)
{
    ssize_t length =
        H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, NULL, 0, H5P_DEFAULT);
    if (length < 0)
        return damaged(h, path);
    char *name = malloc((size_t)length + 1);
    if (!name)
        return izh_reader_no_memory(h->reader);
    bool good = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                                   (size_t)length + 1, H5P_DEFAULT) == length;
    if (good && is_group(group, name))
        names->names[names->count++] = name;
    else
        free(name);
    return good || damaged(h, path);
}

// How many links there are, a damaged file may say as it likes: room is made for each that comes.
static bool list_groups(struct izh_hdf5 *h, const char *path, hid_t group,
                        struct izh_hdf5_names *names)
{
    H5G_info_t info;
    bool good = H5Gget_info(group, &info) >= 0 || damaged(h, path);
    for (hsize_t i = 0; good && i < info.nlinks; i++) {
        char **grown = realloc(names->names, (names->count + 1) * sizeof *grown);
        if (grown)
            names->names = grown;
        good = grown ? add_name(h, path, group, i, names) : izh_reader_no_memory(h->reader);
    }
    return good;
}

bool izh_hdf5_groups(struct izh_hdf5 *h, const char *name, struct izh_hdf5_names *names)
{
    *names = (struct izh_hdf5_names){0};
    hid_t group = izh_hdf5_has(h, name) ? H5Gopen2(h->file, name, H5P_DEFAULT) : -1;
    if (group < 0)
        return izh_hdf5_fail(h, NULL, "there is no group /%s", name);
    bool good = list_groups(h, name, group, names);
    H5Gclose(group);
    if (!good)
        izh_hdf5_names_free(names);
    return good;
}

void izh_hdf5_names_free(struct izh_hdf5_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->names[i]);
    free(names->names);
    *names = (struct izh_hdf5_names){0};
}

// ---- Columns ------------------------------------------------------------------------------------

static bool open_column(struct izh_hdf5 *h, const char *name, hid_t *column, size_t *length)
{
    hsize_t extent = 0;
    hid_t dataset = izh_hdf5_has(h, name) ? H5Dopen2(h->file, name, H5P_DEFAULT) : -1;
    if (dataset < 0)
        return izh_hdf5_fail(h, NULL, "there is no dataset /%s", name);
    hid_t space = H5Dget_space(dataset);
    bool good = space >= 0 && H5Sget_simple_extent_ndims(space) == 1 &&
                H5Sget_simple_extent_dims(space, &extent, NULL) == 1;
    if (space >= 0)
        H5Sclose(space);
    if (!good) {
        H5Dclose(dataset);
        return izh_hdf5_fail(h, name, "must have one dimension");
    }
    *column = dataset;
    *length = (size_t)extent;
    return true;
}

bool izh_hdf5_length(struct izh_hdf5 *h, const char *name, size_t *length)
{
    hid_t column = -1;
    if (!open_column(h, name, &column, length))
        return false;
    H5Dclose(column);
    return true;
}

static bool has_class(hid_t column, bool integer)
{
    hid_t type = H5Dget_type(column);
    H5T_class_t class = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
    if (type >= 0)
        H5Tclose(type);
    return class == H5T_INTEGER || (!integer && class == H5T_FLOAT);
}

static bool read_part(hid_t column, hid_t type, size_t first, size_t count, void *data)
{
    hsize_t start = first, extent = count;
    hid_t file_space = H5Dget_space(column), memory = H5Screate_simple(1, &extent, NULL);
    bool good = file_space >= 0 && memory >= 0 &&
                H5Sselect_hyperslab(file_space, H5S_SELECT_SET, &start, NULL, &extent, NULL) >= 0 &&
                H5Dread(column, type, memory, file_space, H5P_DEFAULT, data) >= 0;
    if (file_space >= 0)
        H5Sclose(file_space);
    if (memory >= 0)
        H5Sclose(memory);
    return good;
}

static bool read_column(struct izh_hdf5 *h, const char *name, bool integer, size_t first,
                        size_t count, void *data)
{
    hid_t column = -1;
    size_t length = 0;
    if (!count)
        return true;
    if (!open_column(h, name, &column, &length))
        return false;
    bool fits = first <= length && count <= length - first, good_class = has_class(column, integer);
    bool good =
        fits && good_class &&
        read_part(column, integer ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE, first, count, data);
    H5Dclose(column);
    if (!fits)
        return izh_hdf5_fail(h, name, "%zu rows; %zu are wanted", length, first + count);
    if (!good_class)
        return izh_hdf5_fail(h, name, "must hold %s", integer ? "whole numbers" : "numbers");
    return good || damaged(h, name);
}

bool izh_hdf5_integers(struct izh_hdf5 *h, const char *name, size_t first, size_t count,
                       int64_t *integers)
{
    return read_column(h, name, true, first, count, integers);
}

bool izh_hdf5_numbers(struct izh_hdf5 *h, const char *name, size_t first, size_t count,
                      double *numbers)
{
    return read_column(h, name, false, first, count, numbers);
}

// ---- Attributes ---------------------------------------------------------------------------------

static bool read_variable(hid_t attribute, hid_t type, char *text, size_t size)
{
    char *value = NULL;
    if (H5Aread(attribute, type, &value) < 0 || !value)
        return false;
    snprintf(text, size, "%s", value);
    H5free_memory(value);
    return true;
}

static bool read_fixed(hid_t attribute, hid_t type, char *text, size_t size)
{
    size_t length = H5Tget_size(type);
    char *value = calloc(length + 1, 1);
    bool good = value && H5Aread(attribute, type, value) >= 0;
    if (good)
        snprintf(text, size, "%s", value);
    free(value);
    return good;
}

static bool read_text(hid_t attribute, char *text, size_t size)
{
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    bool good = type >= 0 && space >= 0 && H5Tget_class(type) == H5T_STRING &&
                H5Sget_simple_extent_npoints(space) == 1;
    if (good)
        good = H5Tis_variable_str(type) > 0 ? read_variable(attribute, type, text, size)
                                            : read_fixed(attribute, type, text, size);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    return good;
}

bool izh_hdf5_text(struct izh_hdf5 *h, const char *name, const char *attribute, char *text,
                   size_t size)
{
    hid_t opened = izh_hdf5_has(h, name)
                       ? H5Aopen_by_name(h->file, name, attribute, H5P_DEFAULT, H5P_DEFAULT)
                       : -1;
    bool good = opened >= 0 && read_text(opened, text, size);
    if (opened >= 0)
        H5Aclose(opened);
    return good || izh_hdf5_fail(h, name, "has no text attribute '%s'", attribute);
}
