// directory.h: the place where a command puts its files
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_DIRECTORY_H
#define IZH_DIRECTORY_H

// Makes the directory and those above it, as far as they are missing. IZH_EXIT_OK, or complains and
// returns IZH_EXIT_FILE.
int izh_make_directory(const char *path);

enum { IZH_PATH_SIZE = 4096 };

// directory/name. As above when it is too long.
int izh_join_path(char path[IZH_PATH_SIZE], const char *directory, const char *name);

#endif
