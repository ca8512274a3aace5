// file.h: a file that appears whole or not at all
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_FILE_H
#define IZH_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct izh_file {
    FILE *stream;    // what is written here becomes the file
    char *path;      // its name once committed
    char *temporary; // its name until then, in the same directory; NULL for a device or a pipe
};

// Each returns false with errno set on failure, and then nothing is left to free or to remove. A
// path that is there and is no regular file is written in place, for it cannot be replaced.
bool izh_file_begin(struct izh_file *file, const char *path);

// Fails when anything written before could not be: the streams' own checks are not needed.
bool izh_file_commit(struct izh_file *file);

// Ends without a file. The file that was there before is untouched.
void izh_file_discard(struct izh_file *file);

#endif
