// run_hdf5.h: spikes as a SONATA file, written while they come
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. The layout is in docs/run.md.
#ifndef IZH_RUN_HDF5_H
#define IZH_RUN_HDF5_H

#include "file.h"
#include "network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct izh_run_hdf5_population; // run_hdf5.c

struct izh_run_hdf5 {
    struct izh_file file; // its name, and its temporary name
    int64_t id;           // of libhdf5
    struct izh_run_hdf5_population *populations;
    size_t count;
};

// To be called once, before any other use of libhdf5: it shall not try again at the program's exit
// what it could not write.
void izh_run_hdf5_prepare(void);

// Each returns false with errno set. After _begin and _commit nothing is left then to free or to
// remove; after _add and _close the file must be discarded.
bool izh_run_hdf5_begin(struct izh_run_hdf5 *h, const char *path,
                        const struct izh_population *populations, size_t count);
bool izh_run_hdf5_add(struct izh_run_hdf5 *h, size_t population, double ms, uint64_t node);
bool izh_run_hdf5_close(struct izh_run_hdf5 *h);  // no more spikes; still under its temporary name
bool izh_run_hdf5_commit(struct izh_run_hdf5 *h); // after _close

void izh_run_hdf5_discard(struct izh_run_hdf5 *h);

#endif
