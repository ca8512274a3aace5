// figure.c: figures of a pattern session: which ones, and gnuplot for each
// SPDX-License-Identifier: Apache-2.0
#include "figure.h"

#include "command.h"
#include "directory.h"
#include "file.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

// ---- gnuplot ------------------------------------------------------------------------------------

static const char *gnuplot(void)
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
    char *arguments[] = {(char *)gnuplot(), NULL};
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

static int complain_of_start(int error)
{
    if (error == ENOENT)
        return izh_complain(IZH_EXIT_TOOL,
                            "%s is missing: install the package gnuplot-nox, or say --no-plot",
                            gnuplot());
    return izh_complain(IZH_EXIT_TOOL, "cannot run %s: %s", gnuplot(), strerror(error));
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

static int run(FILE *script, const char *path)
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
        return complain_of_start(error);
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
                 : izh_complain(IZH_EXIT_TOOL, "%s could not draw %s", gnuplot(), path);
}

// ---- One figure ---------------------------------------------------------------------------------

struct terminal {
    const char *ending;
    const char *command; // with width and height
    double scale;        // of width and height
};

static const struct terminal terminals[] = {
    {"svg",
     "set terminal svg size %.0f,%.0f dynamic font 'Arial,9' linewidth 1 background '#ffffff'", 1},
    {"png",
     "set terminal pngcairo size %.0f,%.0f font 'Arial,9' fontscale 2.5 linewidth 2.5 pointscale "
     "2.5 background "
     "'#ffffff'",
     2.5},
};

static int draw_on(const struct izh_figure *figure, const struct terminal *terminal)
{
    char path[IZH_PATH_SIZE], name[64];
    snprintf(name, sizeof name, "%s.%s", figure->name, terminal->ending);
    int code = izh_join_path(path, figure->directory, name);
    if (code)
        return code;
    FILE *script = tmpfile();
    if (!script)
        return complain_of_file("a temporary file", errno);
    fprintf(script, terminal->command, figure->width * terminal->scale,
            figure->height * terminal->scale);
    fputc('\n', script);
    figure->draw(script, figure->context);
    code = fflush(script) || ferror(script) ? complain_of_file("a temporary file", errno) : 0;
    if (!code) {
        rewind(script);
        code = run(script, path);
    }
    fclose(script);
    return code;
}

int izh_figure_draw(const struct izh_figure *figure)
{
    int code = IZH_EXIT_OK;
    for (size_t i = 0; !code && i < sizeof terminals / sizeof *terminals; i++)
        code = draw_on(figure, &terminals[i]);
    return code;
}

// ---- Which figures ------------------------------------------------------------------------------

static void name_engine(const struct izh_pattern_result *r, const struct izh_format *f, char *text,
                        size_t size)
{
    const char *mode = r->accurate ? "accurate" : "script";
    if (!strcmp(r->engine, "reference"))
        snprintf(text, size, "%s", r->accurate ? "exact solution" : "published script, double");
    else
        snprintf(text, size, "%s %d/%d/%d, %s mode", r->engine, f->x_bits, f->w_bits, f->port_bits,
                 mode);
}

static int draw_sheet(const struct izh_pattern_session *session, int year, const char *name,
                      const char *directory)
{
    const struct izh_pattern_result *panels[IZH_PATTERNS_MAX];
    char engine[96];
    struct izh_sheet sheet = {.panels = panels, .columns = 4, .engine = engine};
    for (size_t i = 0; i < session->options.count; i++) {
        const struct izh_pattern *p = session->options.patterns[i];
        const struct izh_pattern_result *r = izh_pattern_best(session, p);
        if (p->year == year && r && !r->runs_away)
            panels[sheet.count++] = r;
    }
    if (!sheet.count)
        return IZH_EXIT_OK;
    if (sheet.count < sheet.columns)
        sheet.columns = sheet.count;
    name_engine(panels[0], &session->options.format, engine, sizeof engine);
    return izh_figure_draw(&(struct izh_figure){directory, name, izh_sheet_width(&sheet),
                                                izh_sheet_height(&sheet), izh_sheet_draw, &sheet});
}

static const struct izh_pattern_result *phase_result(const struct izh_pattern_session *session,
                                                     const struct izh_pattern *phase)
{
    const struct izh_pattern_result *r = NULL;
    if (phase || (r = izh_pattern_best(session, izh_pattern_find("C"))) == NULL)
        r = izh_pattern_best(session, phase ? phase : session->options.patterns[0]);
    return r;
}

static int draw_phase(const struct izh_pattern_session *session, const struct izh_pattern *phase,
                      const char *directory)
{
    const struct izh_pattern_result *r = phase_result(session, phase);
    if (phase && !r)
        return izh_complain(IZH_EXIT_USAGE, "pattern %s for --phase was not run", phase->id);
    if (!r || r->runs_away)
        return IZH_EXIT_OK;
    return izh_figure_draw(
        &(struct izh_figure){directory, "phase_plane", 420, 330, izh_phase_draw, r});
}

int izh_figures_write(const struct izh_pattern_session *session, const struct izh_pattern *phase,
                      const char *directory)
{
    int code = izh_make_directory(directory);
    if (!code)
        code = draw_sheet(session, 2004, "patterns", directory);
    if (!code)
        code = draw_sheet(session, 2003, "patterns_2003", directory);
    if (!code)
        code = draw_phase(session, phase, directory);
    return code;
}
