// run_files.h: the files of a run: spikes.csv, spikes.h5, traces.csv
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. docs/run.md documents the files. Written while the run goes
// on, under temporary names.
#ifndef IZH_RUN_FILES_H
#define IZH_RUN_FILES_H

#include "directory.h"
#include "engine.h"
#include "run_hdf5.h"
#include "run_spike.h"

#include <stdbool.h>

struct izh_run_files {
    const struct izh_compiled *compiled;
    const char *directory;
    struct izh_file spikes;
    struct izh_file traces; // only when neurons are probed
    struct izh_run_hdf5 hdf5;
    uint32_t *probe; // [physical]: number of a probe; NULL without probes
    // The first failure: the file, and its errno. 0: none.
    char failed[IZH_PATH_SIZE];
    int error;
};

// Each returns false when something could not be written; failed and error say what, and no file is
// left, nor anything to discard. The directory must exist; it and compiled must outlive the files.
bool izh_run_files_begin(struct izh_run_files *f, const char *directory,
                         const struct izh_compiled *compiled);

// Puts all files in their places, and removes the traces of an earlier run when this one has none.
bool izh_run_files_commit(struct izh_run_files *f);

void izh_run_files_discard(struct izh_run_files *f);

// Nothing happens when something has failed before: error is to be looked at now and then.
void izh_run_files_spike(struct izh_run_files *f, const struct izh_run_spike *spike);
void izh_run_files_sample(struct izh_run_files *f, const struct izh_sample *sample);

#endif
