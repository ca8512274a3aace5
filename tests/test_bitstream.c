// test_bitstream.c: synth/bitstream.py with tools that only pretend: what it refuses, and that no
// bitstream is left then
// SPDX-License-Identifier: Apache-2.0
#include "fake_tools.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

// $B is the script, for a board that it would take a minute to build.
static const char preamble[] = "B=\"python3 synth/bitstream.py ulx3s --size 25 --into $D\";";

// PATH is then $D/few with python3 alone: the machine may have a suite, and a loader with a board.
#define FEW                                                                                        \
    "mkdir -p $D/few; "                                                                            \
    "ln -sf $(python3 -c 'import sys; print(sys.executable)') $D/few/python3; PATH=$D/few; "

// The last line says it, and there is no bitstream any more, though there was one.
static void assert_refused(const char *words, const char *line)
{
    izh_assert_works("rm -rf $D/ulx3s; $B", "ulx3s-25.bit: 5 bytes");
    if (izh_fake_shell(words) != 1)
        fail_msg("%s was not refused: %s", words, izh_fake_said());
    const char *said = izh_fake_said();
    char expected[1024];
    snprintf(expected, sizeof expected, "bitstream: %s\n", line);
    size_t length = strlen(expected);
    if (strlen(said) < length || strcmp(said + strlen(said) - length, expected))
        fail_msg("%s\nsaid: %s\nexpected: %s", words, said, expected);
    assert_null(strstr(said, "Traceback"));
}

static void assert_refused_and_gone(const char *words, const char *line)
{
    assert_refused(words, line);
    izh_assert_works("ls $D/ulx3s/*.bit || true", "No such file");
}

static void test_a_bitstream_is_built_once(void **unused)
{
    (void)unused;
    izh_assert_works("$B", "130.0 MHz of 96, 70.0 MHz of 48, 90.0 MHz of 48");
    izh_assert_said("ulx3s-25.bit: 5 bytes");
    izh_assert_works("$B", "up to date");
    izh_assert_works("$B --seed 2", "5 bytes");
    izh_assert_works("$B --seed 2", "up to date");
}

static void test_boards_and_sizes_that_are_not_there(void **unused)
{
    (void)unused;
    assert_refused("python3 synth/bitstream.py nobody",
                   "no board is called 'nobody'; BOARD= one of: icebreaker, ulx3s, orangecrab, "
                   "hx8k-evn, cynthion, "
                   "colorlight-i5, colorlight-i9");
    assert_refused("python3 synth/bitstream.py ulx3s --size 35",
                   "no ulx3s has SIZE=35; there are: 85, 85-wide, 45, 25, 12");
}

static void test_tools_missing_or_too_old(void **unused)
{
    (void)unused;
    assert_refused("mkdir -p $D/few; ln -sf $S/yosys $S/nextpnr-ecp5 $D/few; " FEW "$B",
                   "no ecppack on PATH or in .venv: tools/setup.sh report, or an OSS CAD Suite "
                   "first on PATH");
    if (izh_fake_shell("FAKE_YOSYS='Yosys 0.23' $B") != 1)
        fail_msg("an old Yosys was not refused: %s", izh_fake_said());
    izh_assert_said("yosys is too old: Yosys 0.23, 0.40 is wanted");
    char line[256];
    snprintf(line, sizeof line,
             "%s/dead/yosys cannot be run (No such file or directory): if it is in .venv, "
             "tools/setup.sh report mends it",
             izh_fake_directory());
    assert_refused("mkdir $D/dead; printf '#!/nowhere/python3\\n' >$D/dead/yosys; "
                   "chmod +x $D/dead/yosys; PATH=$D/dead:$PATH; $B",
                   line);
}

static void test_what_the_tools_refuse(void **unused)
{
    (void)unused;
    char line[256];
    snprintf(line, sizeof line, "ERROR: syntax error (%s/ulx3s/ulx3s-25.yosys.log)",
             izh_fake_directory());
    assert_refused_and_gone("FAKE=syntax $B --seed 2", line);
    snprintf(line, sizeof line, "does not fit: DP16KD 61 of 56 (%s/ulx3s/ulx3s-25.nextpnr.log)",
             izh_fake_directory());
    assert_refused_and_gone("FAKE=full $B --seed 2", line);
    snprintf(line, sizeof line, "ERROR: no such tile (%s/ulx3s/ulx3s-25.pack.log)",
             izh_fake_directory());
    assert_refused_and_gone("FAKE=unpacked $B --seed 2", line);
}

static void test_a_tool_that_was_killed(void **unused)
{
    (void)unused;
    char line[256];
    snprintf(line, sizeof line,
             "nextpnr-ecp5 was killed by signal 9: out of memory? (%s/ulx3s/ulx3s-25.nextpnr.log)",
             izh_fake_directory());
    assert_refused_and_gone("FAKE=killed $B --seed 2", line);
}

// $P holds the number of the fake nextpnr as soon as it is at work.
static const char start_hanging[] =
    "P=$D/ulx3s/ulx3s-25.placed; rm -f $P; FAKE=hanging $B --seed 2 & "
    "until [ -s $P ]; do sleep 0.05; done; ";

static void test_who_is_terminated_ends_its_tool(void **unused)
{
    (void)unused;
    char line[512];
    snprintf(line, sizeof line,
             "%s kill $!; wait $!; e=$?; kill -0 $(cat $P) 2>$D/no && echo still there; exit $e",
             start_hanging);
    assert_refused_and_gone(line, "terminated");
}

static void test_two_at_work_on_one_board(void **unused)
{
    (void)unused;
    char line[512], refusal[256];
    snprintf(line, sizeof line, "%s $B; e=$?; kill $!; wait $! 2>$D/no >$D/no; exit $e",
             start_hanging);
    snprintf(refusal, sizeof refusal, "another make is at work on %s/ulx3s/ulx3s-25: wait for it",
             izh_fake_directory());
    if (izh_fake_shell(line) != 1)
        fail_msg("the second was not refused: %s", izh_fake_said());
    izh_assert_said(refusal);
    izh_assert_works("$B", "ulx3s-25.bit");
}

static void test_clocks_that_are_missed(void **unused)
{
    (void)unused;
    assert_refused_and_gone("FAKE=slow $B --seed 2",
                            "timing missed: 90.0 MHz of 96 wanted, engine.here to there: "
                            "9.09 ns, 9.09 of it wires");
    assert_refused_and_gone("FAKE=usb $B --seed 2",
                            "timing missed: 47.0 MHz of 48 wanted, engine.here to there: "
                            "21.20 ns, 21.20 of it wires");
    assert_refused_and_gone("FAKE=free $B --seed 2",
                            "clocks of 12, 48, 48 MHz are constrained, 48, 48, 96 are the board's");
    assert_refused_and_gone("FAKE=far $B --seed 2",
                            "timing missed between clocks: 10.42 ns wanted, engine.here to there: "
                            "10.50 ns, 10.50 of it wires");
}

static void test_loading(void **unused)
{
    (void)unused;
    izh_assert_works("$B", "ulx3s-25.bit");
    izh_assert_works("$B --program", "loaded ");
    assert_refused("FAKE=unplugged $B --program",
                   "fujprog failed (1): is the ULX3S plugged in, and may you open it?");
    assert_refused(FEW "$B --program",
                   "ULX3S is loaded with fujprog or openFPGALoader: not on PATH");
    char line[256];
    snprintf(line, sizeof line, "no %s/ulx3s/ulx3s-25.bit: make bitstream BOARD=ulx3s SIZE=25",
             izh_fake_directory());
    assert_refused("rm $D/ulx3s/*.bit; $B --program", line);
}

int main(void)
{
    izh_fake_preamble(preamble);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bitstream_is_built_once),
        cmocka_unit_test(test_boards_and_sizes_that_are_not_there),
        cmocka_unit_test(test_tools_missing_or_too_old),
        cmocka_unit_test(test_what_the_tools_refuse),
        cmocka_unit_test(test_a_tool_that_was_killed),
        cmocka_unit_test(test_who_is_terminated_ends_its_tool),
        cmocka_unit_test(test_two_at_work_on_one_board),
        cmocka_unit_test(test_clocks_that_are_missed),
        cmocka_unit_test(test_loading),
    };
    return cmocka_run_group_tests(tests, izh_fake_make_directory, izh_fake_remove_directory);
}
