// file.c: a file that appears whole or not at all
// SPDX-License-Identifier: Apache-2.0
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ATTEMPTS = 100, SUFFIX = 48 };

// Not mkstemp: its files are for the owner only, and the umask is the user's to decide.
static int open_temporary(struct izh_file *file)
{
    size_t size = strlen(file->path) + SUFFIX;
    int descriptor = -1;
    file->temporary = malloc(size);
    if (!file->temporary)
        return -1;
    for (int i = 0; i < ATTEMPTS && descriptor < 0; i++) {
        snprintf(file->temporary, size, "%s.%ld-%d.tmp", file->path, (long)getpid(), i);
        descriptor = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor < 0 && errno != EEXIST)
            break;
    }
    return descriptor;
}

static int open_stream(struct izh_file *file)
{
    struct stat status;
    if (!stat(file->path, &status) && !S_ISREG(status.st_mode))
        return open(file->path, O_WRONLY | O_CLOEXEC);
    return open_temporary(file);
}

static void release(struct izh_file *file)
{
    int saved = errno;
    if (file->stream)
        fclose(file->stream);
    free(file->path);
    free(file->temporary);
    *file = (struct izh_file){0};
    errno = saved;
}

bool izh_file_begin(struct izh_file *file, const char *path)
{
    *file = (struct izh_file){.path = strdup(path)};
    int descriptor = file->path ? open_stream(file) : -1;
    if (descriptor < 0) {
        release(file);
        return false;
    }
    file->stream = fdopen(descriptor, "w");
    if (file->stream)
        return true;
    close(descriptor);
    izh_file_discard(file);
    return false;
}

static bool close_stream(struct izh_file *file)
{
    FILE *stream = file->stream;
    bool was_good = !ferror(stream);
    file->stream = NULL;
    if (!was_good)
        errno = EIO; // which error it was is known only to the write that failed
    bool good = !fflush(stream) && was_good;
    good = good && (!file->temporary || !fsync(fileno(stream)));
    int saved = errno;
    if (fclose(stream) && good)
        return false;
    errno = saved;
    return good;
}

bool izh_file_commit(struct izh_file *file)
{
    if (!close_stream(file) || (file->temporary && rename(file->temporary, file->path))) {
        izh_file_discard(file);
        return false;
    }
    release(file);
    return true;
}

void izh_file_discard(struct izh_file *file)
{
    int saved = errno;
    if (file->temporary)
        unlink(file->temporary);
    errno = saved;
    release(file);
}
