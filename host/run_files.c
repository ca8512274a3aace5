// run_files.c: the files of a run: spikes.csv, spikes.h5, traces.csv
// SPDX-License-Identifier: Apache-2.0
#include "run_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void note(struct izh_run_files *f, const char *name)
{
    if (f->error)
        return;
    f->error = errno ? errno : EIO;
    snprintf(f->failed, sizeof f->failed, "%s/%s", f->directory, name);
}

// A name with a comma or a quote stands in quotes, its own doubled.
static void write_name(FILE *stream, const char *name)
{
    if (!strpbrk(name, ",\"\r\n")) {
        fputs(name, stream);
        return;
    }
    fputc('"', stream);
    for (; *name; name++) {
        if (*name == '"')
            fputc('"', stream);
        fputc(*name, stream);
    }
    fputc('"', stream);
}

// ---- While the run goes on ----------------------------------------------------------------------

void izh_run_files_spike(struct izh_run_files *f, const struct izh_run_spike *s)
{
    const struct izh_population *p = &f->compiled->populations[s->population];
    FILE *stream = f->spikes.stream;
    if (f->error)
        return;
    errno = 0;
    fprintf(stream, "%.12g,%lu,", s->ms, (unsigned long)s->neuron);
    write_name(stream, p->name);
    if (fprintf(stream, ",%lu,%d,%d\n", (unsigned long)s->tick, s->substep, s->level) < 0)
        note(f, "spikes.csv");
    else if (!izh_run_hdf5_add(&f->hdf5, s->population, s->ms, s->neuron - p->first))
        note(f, "spikes.h5");
}

void izh_run_files_sample(struct izh_run_files *f, const struct izh_sample *s)
{
    const struct izh_compiled *c = f->compiled;
    if (f->error || !f->probe)
        return;
    const struct izh_probed *p = &c->probes[f->probe[s->neuron]];
    const struct izh_format *format = &c->shape.format;
    double substep = (double)s->tick * c->substeps + s->substep + 1;
    errno = 0;
    if (fprintf(f->traces.stream, "%.12g,%lu,%.5f,%.5f\n", substep * c->tick_ms / c->substeps,
                (unsigned long)p->logical, izh_voltage(format, &p->scale, s->state.x),
                izh_recovery(format, &p->scale, s->state.w)) < 0)
        note(f, "traces.csv");
}

// ---- Begin and end ------------------------------------------------------------------------------

static bool begin_text(struct izh_run_files *f, struct izh_file *file, const char *name,
                       const char *header)
{
    char path[IZH_PATH_SIZE];
    errno = 0;
    if (snprintf(path, sizeof path, "%s/%s", f->directory, name) >= (int)sizeof path)
        errno = ENAMETOOLONG;
    else if (izh_file_begin(file, path) && fputs(header, file->stream) >= 0)
        return true;
    note(f, name);
    return false;
}

static bool begin_hdf5(struct izh_run_files *f)
{
    char path[IZH_PATH_SIZE];
    snprintf(path, sizeof path, "%s/spikes.h5", f->directory); // shorter than spikes.csv
    if (izh_run_hdf5_begin(&f->hdf5, path, f->compiled->populations, f->compiled->population_count))
        return true;
    note(f, "spikes.h5");
    return false;
}

static bool begin_traces(struct izh_run_files *f)
{
    const struct izh_compiled *c = f->compiled;
    if (!c->probe_count)
        return true;
    f->probe = calloc(c->neurons, sizeof *f->probe);
    if (!f->probe) {
        errno = ENOMEM;
        note(f, "traces.csv");
        return false;
    }
    for (size_t i = 0; i < c->probe_count; i++)
        f->probe[c->probes[i].physical] = (uint32_t)i;
    return begin_text(f, &f->traces, "traces.csv", "time_ms,neuron,v_mv,u_mv_per_ms\n");
}

bool izh_run_files_begin(struct izh_run_files *f, const char *directory,
                         const struct izh_compiled *compiled)
{
    *f = (struct izh_run_files){.compiled = compiled, .directory = directory, .hdf5 = {.id = -1}};
    bool good =
        begin_text(f, &f->spikes, "spikes.csv", "time_ms,neuron,population,tick,substep,level\n") &&
        begin_hdf5(f) && begin_traces(f);
    if (!good)
        izh_run_files_discard(f);
    return good;
}

static void commit_text(struct izh_run_files *f, struct izh_file *file, const char *name)
{
    errno = 0;
    if (!f->error && file->stream && !izh_file_commit(file))
        note(f, name);
}

static void flush_text(struct izh_run_files *f, const struct izh_file *file, const char *name)
{
    errno = 0;
    if (file->stream && fflush(file->stream))
        note(f, name);
}

// All of it on its way to the disk before the first file gets its name: that is when disks are
// full.
static void flush_all(struct izh_run_files *f)
{
    flush_text(f, &f->spikes, "spikes.csv");
    flush_text(f, &f->traces, "traces.csv");
    if (!izh_run_hdf5_close(&f->hdf5))
        note(f, "spikes.h5");
}

static void remove_old_traces(const struct izh_run_files *f)
{
    char path[IZH_PATH_SIZE];
    snprintf(path, sizeof path, "%s/traces.csv", f->directory);
    unlink(path);
}

bool izh_run_files_commit(struct izh_run_files *f)
{
    flush_all(f);
    commit_text(f, &f->traces, "traces.csv");
    commit_text(f, &f->spikes, "spikes.csv");
    if (!f->error && !izh_run_hdf5_commit(&f->hdf5))
        note(f, "spikes.h5");
    bool good = !f->error;
    if (good && !f->probe)
        remove_old_traces(f);
    izh_run_files_discard(f);
    return good;
}

void izh_run_files_discard(struct izh_run_files *f)
{
    izh_file_discard(&f->spikes);
    izh_file_discard(&f->traces);
    izh_run_hdf5_discard(&f->hdf5);
    free(f->probe);
    f->probe = NULL;
}
