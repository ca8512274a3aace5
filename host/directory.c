// directory.c: the place where a command puts its files
// SPDX-License-Identifier: Apache-2.0
#include "directory.h"

#include "command.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static int complain(const char *path, int error)
{
    return izh_complain(IZH_EXIT_FILE, "cannot make %s: %s", path, strerror(error));
}

static int make(const char *path)
{
    struct stat status;
    if (!mkdir(path, 0777))
        return IZH_EXIT_OK;
    int error = errno;
    if (!stat(path, &status)) // it is there, whatever mkdir said
        return S_ISDIR(status.st_mode) ? IZH_EXIT_OK : complain(path, ENOTDIR);
    return complain(path, error);
}

int izh_make_directory(const char *path)
{
    char part[IZH_PATH_SIZE];
    size_t length = strlen(path);
    int code = IZH_EXIT_OK;
    if (length >= sizeof part)
        return complain(path, ENAMETOOLONG);
    for (size_t i = 1; !code && i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        code = make(part);
    }
    return code;
}

int izh_join_path(char path[IZH_PATH_SIZE], const char *directory, const char *name)
{
    size_t head = strlen(directory), tail = strlen(name);
    if (head + tail + 2 > IZH_PATH_SIZE)
        return complain(directory, ENAMETOOLONG);
    memcpy(path, directory, head);
    path[head] = '/';
    memcpy(path + head + 1, name, tail + 1);
    return IZH_EXIT_OK;
}
