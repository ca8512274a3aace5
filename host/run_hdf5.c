// run_hdf5.c: spikes as a SONATA file, written while they come
// SPDX-License-Identifier: Apache-2.0
#include "run_hdf5.h"

#include <errno.h>
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1024 }; // spikes, of a buffer here and of a chunk in the file

struct izh_run_hdf5_population {
    hid_t times, nodes;
    hsize_t written;
    size_t held;
    double ms[BLOCK];
    uint64_t node[BLOCK];
};

void izh_run_hdf5_prepare(void)
{
    H5dont_atexit();
}

// libhdf5 leaves errno as the system call left it, or untouched when its own memory is at fault.
static bool failed(void)
{
    if (!errno)
        errno = EIO;
    return false;
}

// ---- Attributes ---------------------------------------------------------------------------------

static bool add_attribute(hid_t object, const char *name, hid_t type, hid_t space,
                          const void *value)
{
    hid_t id = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool good = id >= 0 && H5Awrite(id, type, value) >= 0;
    return (id < 0 || H5Aclose(id) >= 0) && good;
}

static bool add_scalar(hid_t object, const char *name, hid_t type, const void *value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    bool good = space >= 0 && add_attribute(object, name, type, space, value);
    return (space < 0 || H5Sclose(space) >= 0) && good;
}

static bool add_text(hid_t object, const char *name, const char *text)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    bool good =
        type >= 0 && H5Tset_size(type, strlen(text)) >= 0 && add_scalar(object, name, type, text);
    return (type < 0 || H5Tclose(type) >= 0) && good;
}

static bool add_sorting(hid_t group)
{
    static const struct {
        const char *name;
        int8_t value;
    } orders[] = {{"none", 0}, {"by_id", 1}, {"by_time", 2}};
    hid_t type = H5Tenum_create(H5T_NATIVE_INT8);
    bool good = type >= 0;
    for (size_t i = 0; good && i < sizeof orders / sizeof *orders; i++)
        good = H5Tenum_insert(type, orders[i].name, &orders[i].value) >= 0;
    good = good && add_scalar(group, "sorting", type, &orders[2].value);
    return (type < 0 || H5Tclose(type) >= 0) && good;
}

// What makes the file a SONATA file.
static bool add_magic(hid_t file)
{
    static const uint32_t magic = 0x0a7a, version[2] = {0, 1};
    hsize_t two = 2;
    hid_t space = H5Screate_simple(1, &two, NULL);
    bool good = space >= 0 && add_scalar(file, "magic", H5T_NATIVE_UINT32, &magic) &&
                add_attribute(file, "version", H5T_NATIVE_UINT32, space, version);
    return (space < 0 || H5Sclose(space) >= 0) && good;
}

// ---- Datasets -----------------------------------------------------------------------------------

static hid_t new_dataset(hid_t group, const char *name, hid_t type)
{
    hsize_t none = 0, any = H5S_UNLIMITED, block = BLOCK;
    hid_t space = H5Screate_simple(1, &none, &any), list = H5Pcreate(H5P_DATASET_CREATE), id = -1;
    if (space >= 0 && list >= 0 && H5Pset_chunk(list, 1, &block) >= 0)
        id = H5Dcreate2(group, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    if (list >= 0)
        H5Pclose(list);
    if (space >= 0)
        H5Sclose(space);
    return id;
}

static bool add_population(hid_t spikes, const char *name, struct izh_run_hdf5_population *p)
{
    hid_t group = H5Gcreate2(spikes, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (group < 0)
        return false;
    p->times = new_dataset(group, "timestamps", H5T_IEEE_F64LE);
    p->nodes = new_dataset(group, "node_ids", H5T_STD_U64LE);
    bool good = p->times >= 0 && p->nodes >= 0 && add_sorting(group) &&
                add_text(p->times, "units", "milliseconds");
    return H5Gclose(group) >= 0 && good;
}

static bool append(hid_t dataset, hid_t type, hsize_t at, hsize_t count, const void *values)
{
    hsize_t end = at + count;
    if (H5Dset_extent(dataset, &end) < 0)
        return false;
    hid_t file = H5Dget_space(dataset), memory = H5Screate_simple(1, &count, NULL);
    bool good = file >= 0 && memory >= 0 &&
                H5Sselect_hyperslab(file, H5S_SELECT_SET, &at, NULL, &count, NULL) >= 0 &&
                H5Dwrite(dataset, type, memory, file, H5P_DEFAULT, values) >= 0;
    if (memory >= 0)
        H5Sclose(memory);
    if (file >= 0)
        H5Sclose(file);
    return good;
}

static bool flush(struct izh_run_hdf5_population *p)
{
    hsize_t count = p->held;
    if (!count)
        return true;
    if (!append(p->times, H5T_NATIVE_DOUBLE, p->written, count, p->ms) ||
        !append(p->nodes, H5T_NATIVE_UINT64, p->written, count, p->node))
        return false;
    p->written += count;
    p->held = 0;
    return true;
}

// ---- The file -----------------------------------------------------------------------------------

static bool close_all(struct izh_run_hdf5 *h)
{
    bool good = true;
    for (size_t i = 0; h->populations && i < h->count; i++) {
        struct izh_run_hdf5_population *p = &h->populations[i];
        good = (p->times < 0 || H5Dclose(p->times) >= 0) && good;
        good = (p->nodes < 0 || H5Dclose(p->nodes) >= 0) && good;
    }
    good = (h->id < 0 || H5Fclose(h->id) >= 0) && good;
    free(h->populations);
    h->populations = NULL;
    h->id = -1;
    return good;
}

static bool build(struct izh_run_hdf5 *h, const struct izh_population *populations)
{
    const char *name = h->file.temporary ? h->file.temporary : h->file.path;
    h->id = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (h->id < 0 || !add_magic(h->id))
        return false;
    hid_t spikes = H5Gcreate2(h->id, "spikes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    bool good = spikes >= 0;
    for (size_t i = 0; good && i < h->count; i++)
        good = add_population(spikes, populations[i].name, &h->populations[i]);
    return (spikes < 0 || H5Gclose(spikes) >= 0) && good;
}

bool izh_run_hdf5_begin(struct izh_run_hdf5 *h, const char *path,
                        const struct izh_population *populations, size_t count)
{
    *h = (struct izh_run_hdf5){.id = -1, .count = count};
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    if (!izh_file_begin(&h->file, path))
        return false;
    h->populations = calloc(count ? count : 1, sizeof *h->populations);
    for (size_t i = 0; h->populations && i < count; i++)
        h->populations[i].times = h->populations[i].nodes = -1;
    errno = h->populations ? 0 : ENOMEM;
    if (h->populations && build(h, populations))
        return true;
    failed();
    izh_run_hdf5_discard(h);
    return false;
}

bool izh_run_hdf5_add(struct izh_run_hdf5 *h, size_t population, double ms, uint64_t node)
{
    struct izh_run_hdf5_population *p = &h->populations[population];
    errno = 0;
    if (p->held == BLOCK && !flush(p))
        return failed();
    p->ms[p->held] = ms;
    p->node[p->held++] = node;
    return true;
}

bool izh_run_hdf5_close(struct izh_run_hdf5 *h)
{
    bool good = true;
    errno = 0;
    for (size_t i = 0; good && i < h->count; i++)
        good = flush(&h->populations[i]);
    return (close_all(h) && good) || failed();
}

bool izh_run_hdf5_commit(struct izh_run_hdf5 *h)
{
    return izh_file_commit(&h->file);
}

void izh_run_hdf5_discard(struct izh_run_hdf5 *h)
{
    int saved = errno;
    close_all(h);
    izh_file_discard(&h->file);
    errno = saved;
}
