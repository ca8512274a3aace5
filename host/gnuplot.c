// gnuplot.c: a script goes to gnuplot, its figure into a file
// SPDX-License-Identifier: Apache-2.0
#include "gnuplot.h"

#include "command.h"
#include "file.h"

#include <errno.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char *program(void)
{
    const char *chosen = getenv("GNUPLOT");
    return chosen && *chosen ? chosen : "gnuplot";
}

// Starts gnuplot with the script as its input; *output is the end of a pipe where the figure comes.
// 0, or an error number.
static int start(FILE *script, pid_t *child, int *output)
{
    int ends[2];
    posix_spawn_file_actions_t actions;
    char *arguments[] = {(char *)program(), NULL};
    if (pipe(ends))
        return errno;
    // The scripts are UTF-8; gnuplot complains of its degree sign where the locale is not.
    setenv("LC_ALL", "C.UTF-8", 1);
    int error = posix_spawn_file_actions_init(&actions);
    if (!error) {
        posix_spawn_file_actions_adddup2(&actions, fileno(script), STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        posix_spawn_file_actions_addclose(&actions, ends[0]);
        posix_spawn_file_actions_addclose(&actions, ends[1]);
        error = posix_spawnp(child, arguments[0], &actions, NULL, arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[1]);
    if (error)
        close(ends[0]);
    *output = ends[0];
    return error;
}

// 0, or the error number of the write that failed. *count is how much came.
static int copy(int from, FILE *to, size_t *count)
{
    char bytes[16384];
    ssize_t n;
    *count = 0;
    while ((n = read(from, bytes, sizeof bytes)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 || fwrite(bytes, 1, (size_t)n, to) != (size_t)n)
            return errno;
        *count += (size_t)n;
    }
    return 0;
}

static int complain_of_start(int error, const char *without)
{
    if (error == ENOENT)
        return izh_complain(IZH_EXIT_TOOL,
                            "%s is missing: install the package gnuplot-nox, or say %s", program(),
                            without);
    return izh_complain(IZH_EXIT_TOOL, "cannot run %s: %s", program(), strerror(error));
}

static bool wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return false;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int complain_of_file(const char *path, int error)
{
    return izh_complain(IZH_EXIT_FILE, "cannot write %s: %s", path, strerror(error));
}

static int run(FILE *script, const char *path, const char *without)
{
    struct izh_file file;
    pid_t child;
    int output = -1;
    size_t count;
    if (!izh_file_begin(&file, path))
        return complain_of_file(path, errno);
    int error = start(script, &child, &output);
    if (error) {
        izh_file_discard(&file);
        return complain_of_start(error, without);
    }
    error = copy(output, file.stream, &count);
    close(output);
    bool drawn = wait_for(child) && count;
    if (error || !drawn)
        izh_file_discard(&file);
    else if (!izh_file_commit(&file))
        error = errno;
    if (error)
        return complain_of_file(path, error);
    return drawn ? IZH_EXIT_OK
                 : izh_complain(IZH_EXIT_TOOL, "%s could not draw %s", program(), path);
}

int izh_gnuplot(const char *path, const char *terminal, izh_gnuplot_script *draw,
                const void *context, const char *without)
{
    FILE *script = tmpfile();
    if (!script)
        return complain_of_file("a temporary file", errno);
    fprintf(script, "%s\n", terminal);
    draw(script, context);
    int code = fflush(script) || ferror(script) ? complain_of_file("a temporary file", errno) : 0;
    if (!code) {
        rewind(script);
        code = run(script, path, without);
    }
    fclose(script);
    return code;
}
