// test_release.c: synth/release.py with tools that only pretend, in repositories of its own
// SPDX-License-Identifier: Apache-2.0
// The same commit gives the same bytes, and what is refused leaves nothing.
#include "fake_tools.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

// In the repository $D/one; $T is this tree, and $R makes a release of it with one bitstream.
static const char preamble[] =
    "T=$PWD; unset MAKEFLAGS MFLAGS MAKELEVEL GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE; "
    "export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 PYTHONDONTWRITEBYTECODE=1; "
    "R='python3 synth/release.py --boards ulx3s:25'; cd $D/one 2>/dev/null;";

// The last line says it, and what is in build/release is what was there.
static void assert_refused(const char *words, const char *line)
{
    static char before[IZH_FAKE_SAID];
    const char *said = izh_fake_said();
    const char *list = "cd build/release 2>/dev/null && find . -type f -exec sha256sum {} + | sort";
    izh_fake_shell(list);
    memcpy(before, said, sizeof before);
    if (izh_fake_shell(words) != 1)
        fail_msg("%s was not refused: %s", words, said);
    char expected[1024];
    snprintf(expected, sizeof expected, "release: %s\n", line);
    size_t length = strlen(expected);
    if (strlen(said) < length || strcmp(said + strlen(said) - length, expected))
        fail_msg("%s\nsaid: %s\nexpected: %s", words, said, expected);
    assert_null(strstr(said, "Traceback"));
    izh_fake_shell(list);
    assert_string_equal(said, before);
    izh_assert_prints("ls -A build/release 2>/dev/null | grep -v '^izh-' || true", "");
}

static void test_what_fails_leaves_nothing(void **unused)
{
    (void)unused;
    assert_refused("FAKE=slow $R", "make bitstream BOARD=ulx3s SIZE=25 SEED=1 failed");
    char line[256];
    snprintf(line, sizeof line,
             "make install DESTDIR=%s/one/build/release/.new/izh-9.8.7 PREFIX=/usr/local failed",
             izh_fake_directory());
    assert_refused("FAKE=uninstalled $R", line);
    assert_refused("FAKE=meddled $R", "uncommitted changes (README.md): commit or stash them");
    assert_refused("git checkout -q README.md; FAKE=terminated $R", "terminated");
    izh_assert_works("ls -A build/release && echo empty", "empty");
}

static void test_a_release_is_whole(void **unused)
{
    (void)unused;
    izh_assert_works("$R", "build/release/izh-9.8.7.tar.gz: ");
    izh_assert_prints("cd build/release/izh-*; find . ! -type d | sort",
                      "./CHANGELOG.md\n"
                      "./LICENSE\n"
                      "./README.md\n"
                      "./SHA256SUMS\n"
                      "./TOOLS\n"
                      "./bitstreams/ulx3s-25.bit\n"
                      "./docs/bitstream.md\n"
                      "./examples/cpg.json\n"
                      "./usr/local/bin/izh\n"
                      "./usr/local/lib/libizh.a\n"
                      "./usr/local/lib/libizh.so\n"
                      "./usr/local/lib/libizh.so.0\n");
    izh_assert_prints("cd build/release/izh-*; sha256sum --quiet -c SHA256SUMS; wc -l <SHA256SUMS; "
                      "usr/local/bin/izh",
                      "10\n");
    izh_assert_works("cat build/release/izh-*/TOOLS", "Yosys 0.70\n");
    izh_assert_said("(Version nextpnr-0.11.1)\n");
    izh_assert_said("Project Trellis ecppack Version 1.4\n");
    izh_assert_said("--id 1209:0001 --serial 0001\n");
    izh_assert_works("grep \"$(git rev-parse HEAD)\" build/release/izh-*/TOOLS", "commit");
}

// In another folder, later, with another umask.
static void test_the_same_commit_gives_the_same_bytes(void **unused)
{
    (void)unused;
    izh_assert_works("$R", "tar.gz");
    izh_assert_works("git clone -q . $D/another-one && cd $D/another-one && umask 077 && $R",
                     "tar.gz");
    izh_assert_prints("cmp build/release/izh-*.gz $D/another-one/build/release/izh-*.gz; "
                      "diff -r build/release $D/another-one/build/release",
                      "");
    izh_assert_prints("TZ=UTC tar tvzf build/release/izh-*.gz | "
                      "grep -v ' 0/0 .* 2001-09-09 01:46 ' || true",
                      "");
}

static void test_a_tree_that_differs_from_its_commit(void **unused)
{
    (void)unused;
    izh_assert_works("$R", "tar.gz");
    assert_refused("echo more >>README.md; $R --check",
                   "uncommitted changes (README.md): commit or stash them");
    assert_refused("touch new; $R",
                   "uncommitted changes (README.md and 1 more): commit or stash them");
    assert_refused("git checkout -q README.md; $R",
                   "uncommitted changes (new): commit or stash them");
    izh_assert_prints("rm new; $R --check", "");
    assert_refused("mv .git ../git; $R; e=$?; mv ../git .git; exit $e",
                   "no commit here: a release is made in a clone of the repository");
}

// There BUILD's commit may be missing: the last one that there is would stand for it.
static void test_a_shallow_clone(void **unused)
{
    (void)unused;
    izh_assert_works("git commit -q --allow-empty -m second; git clone -q --depth 1 file://$PWD "
                     "$D/shallow && cd $D/shallow && PYTHONPATH=synth python3 -c "
                     "'import board_build; print(board_build.build_number())'",
                     "0\n");
    assert_refused("cd $D/shallow; $R",
                   "a shallow clone, where register BUILD would be 0: git fetch --unshallow");
    izh_assert_works(
        "PYTHONPATH=synth python3 -c "
        "'import board_build; print(\"%08x\" % board_build.build_number())' >$D/build; "
        "git log --format=%h --abbrev=8 | grep -f $D/build",
        "");
}

// YoWASP's icepack says no version, and its bytes name the folder.
static void test_a_tool_without_a_version(void **unused)
{
    (void)unused;
    izh_assert_works(
        "mkdir -p $D/v; printf '#!/bin/sh\nexit 1\n' >$D/v/icepack; chmod +x $D/v/icepack; "
        "cp $D/v/icepack $D/v/yowasp-icepack; PYTHONPATH=synth python3 -c "
        "'import release, sys; [print(release.says(t)) for t in sys.argv[1:]]' "
        "$D/v/icepack $D/v/yowasp-icepack",
        "no version, sha256 ");
    izh_assert_said("no version, see the packages\n");
}

static void test_boards_are_chosen(void **unused)
{
    (void)unused;
    assert_refused("python3 synth/release.py --boards 'ulx3s nobody'",
                   "no board is called 'nobody'; BOARD= one of: icebreaker, ulx3s, orangecrab, "
                   "hx8k-evn, cynthion, "
                   "colorlight-i5, colorlight-i9");
    assert_refused("python3 synth/release.py --boards ulx3s:35",
                   "no ulx3s has SIZE=35; there are: 85, 85-wide, 45, 25, 12");
    izh_assert_works("python3 synth/release.py --boards '' && ls build/release/izh-9.8.7", "TOOLS");
    assert_null(strstr(izh_fake_said(), "bitstreams"));
    assert_null(strstr(izh_fake_said(), "a test's number"));
}

static void test_a_number_for_tests_is_named(void **unused)
{
    (void)unused;
    izh_assert_works("$R", "a test's number");
    izh_assert_works("sed -i s/1209:0001/1209:abcd/ Makefile; git commit -qam number; $R",
                     "tar.gz");
    assert_null(strstr(izh_fake_said(), "a test's number"));
}

// A repository with what the script reads, its commit of a time long ago.
static int make_repository(void **unused)
{
    (void)unused;
    if (izh_fake_make_directory(NULL))
        return 1;
    int code = izh_fake_shell(
        "set -e; mkdir $D/one; cd $T; cp -r --parents synth/*.py synth/boards.toml "
        "contract/link.toml "
        "rtl/cells constraints tools/requirements-*.txt README.md CHANGELOG.md LICENSE "
        "docs/bitstream.md "
        "examples/cpg.json $D/one; cd $D/one; mkdir host; "
        "echo '#define IZH_VERSION \"9.8.7\"' >host/command.h; echo /build/ >.gitignore; "
        "cp $T/tests/fake_suite/release.mk Makefile; git init -q; "
        "git config user.name tester; git config user.email tester@localhost; git add .; "
        "GIT_AUTHOR_DATE='1000000000 +0000' GIT_COMMITTER_DATE='1000000000 +0000' "
        "git commit -qm first");
    if (code)
        fputs(izh_fake_said(), stderr);
    return code;
}

int main(void)
{
    izh_fake_preamble(preamble);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_fails_leaves_nothing),
        cmocka_unit_test(test_a_release_is_whole),
        cmocka_unit_test(test_the_same_commit_gives_the_same_bytes),
        cmocka_unit_test(test_a_tree_that_differs_from_its_commit),
        cmocka_unit_test(test_a_shallow_clone),
        cmocka_unit_test(test_a_tool_without_a_version),
        cmocka_unit_test(test_boards_are_chosen),
        cmocka_unit_test(test_a_number_for_tests_is_named),
    };
    return cmocka_run_group_tests(tests, make_repository, izh_fake_remove_directory);
}
