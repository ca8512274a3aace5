// fake_tools.c: scripts of synth/ in a shell, with tools that only pretend
// SPDX-License-Identifier: Apache-2.0
#define _XOPEN_SOURCE 700
#include "fake_tools.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static char directory[] = "/tmp/izh-test-tools-XXXXXX";
static char said[IZH_FAKE_SAID];
static const char *preamble = "";

int izh_fake_shell(const char *words)
{
    char line[6144];
    snprintf(line, sizeof line,
             "exec 2>&1; D=%s; S=$PWD/tests/fake_suite; "
             "PATH=$S:$S/owner:$PATH; export PATH; export IZH_VENV=$D/none; %s%s",
             directory, preamble, words);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    said[fread(said, 1, sizeof said - 1, pipe)] = '\0';
    int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void izh_fake_preamble(const char *words)
{
    preamble = words;
}

const char *izh_fake_said(void)
{
    return said;
}

const char *izh_fake_directory(void)
{
    return directory;
}

void izh_assert_said(const char *part)
{
    if (!strstr(said, part))
        fail_msg("no \"%s\" in \"%s\"", part, said);
}

void izh_assert_works(const char *words, const char *part)
{
    if (izh_fake_shell(words))
        fail_msg("%s: %s", words, said);
    izh_assert_said(part);
}

void izh_assert_prints(const char *words, const char *expected)
{
    int code = izh_fake_shell(words);
    if (code || strcmp(said, expected))
        fail_msg("exit code %d\n%s\nsaid:\n%s\nexpected:\n%s", code, words, said, expected);
}

int izh_fake_make_directory(void **unused)
{
    (void)unused;
    return !mkdtemp(directory);
}

int izh_fake_remove_directory(void **unused)
{
    (void)unused;
    return izh_fake_shell("rm -rf $D");
}
