// test_boards_report.c: synth/boards_report.py with tools that only pretend: its tables, what it
// says of clocks that are missed and seeds that do not end, and that no seed is routed twice
// SPDX-License-Identifier: Apache-2.0
#include "fake_tools.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

// $R is the program with a folder of its own.
#define REPORT                                                                                     \
    "rm -rf $D/*; R=\"python3 synth/boards_report.py --into $D --out $D/boards.md --jobs 1\"; "
// Processor seconds are the machine's: it is shown how many there are.
#define SHOW                                                                                       \
    "; status=$?; sed -E 's/[0-9]+ \\+ /s + /g; s/ \\+ [0-9]+ \\|$/ + s |/' $D/boards.md; "        \
    "exit $status"

static void assert_fails(const char *words, const char *line)
{
    if (izh_fake_shell(words) != 1)
        fail_msg("%s did not fail: %s", words, izh_fake_said());
    izh_assert_said(line);
    assert_null(strstr(izh_fake_said(), "Traceback"));
}

static void test_every_board_and_size_has_its_rows(void **unused)
{
    (void)unused;
    izh_assert_works(REPORT "$R --seeds 2" SHOW, "## iCEBreaker");
    // Flip-flops of an iCE40 are those of the log; the compact engine takes 4 clocks and 2.
    izh_assert_said(
        "| up5k | 4,659 of 5,280 | 1,812 of 5,280 | 30 of 30 | 4 of 4 | 6 of 8 | s + s + s |");
    izh_assert_said("| up5k | engine | **25.0** | 25.0 | 25.0 | 24.0 | +4.2 % |");
    izh_assert_said(
        "| up5k | `izh_core_compact` | 1 | 1,024 | 20,480 | 1,500 | 6 M | 12 M | 0.042 |");
    izh_assert_said("## ULX3S\n");
    izh_assert_said("| 85 | engine | **130.0** | 130.0 | 130.0 | 80.0 | +62.5 % |");
    izh_assert_said("| 85 | link | **70.0** | 70.0 | 70.0 | 40.0 | +75.0 % |");
    // At the board's 80 MHz, not at the 130 that were reached.
    izh_assert_said("| 85 | `izh_core` | 8 | 1,024 | 114,688 | 160,000 | 640 M | 640 M | 1.600 |");
    // Without synapses there are no events.
    izh_assert_said("| 85-wide | `izh_core` | 16 | 8,192 | 0 | 320,000 | 1,280 M | - | 3.200 |");
    izh_assert_said("| 12 | `izh_core` | 1 | 1,024 | 12,288 | 24,000 | 96 M | 96 M | 0.200 |");
    izh_assert_said("## OrangeCrab");
    izh_assert_said("| 85 | `izh_core` | 8 | 1,024 | 114,688 | 192,000 | 768 M | 768 M | 1.600 |");
    // An HX8K has neither SPRAM nor multipliers.
    izh_assert_said("| 8k | 4,659 of 5,280 | 1,812 of 5,280 | 30 of 30 | - | - | s + s + s |");
    izh_assert_said("| 8k | `izh_core_compact` | 1 | 128 | 1,344 | 2,250 | 9 M | 18 M | - |");
    izh_assert_said("## Cynthion r1.4");
    izh_assert_said("| 12 | USB | **90.0** | 90.0 | 90.0 | 60.0 | +50.0 % |");
    izh_assert_said("| idle | -3, 0.2 Hz |");
    izh_assert_said("## Others");
}

static void test_a_missed_clock_is_in_the_document_and_fails(void **unused)
{
    (void)unused;
    assert_fails(REPORT "FAKE=slow2 $R --only 'ulx3s 25' --seeds 3" SHOW,
                 "boards: not as wanted: ulx3s 25\n# Boards");
    izh_assert_said("| 25 | engine | **90.0** | 130.0 | 130.0 | 96.0 | -6.2 %, **missed** |");
    izh_assert_said("- **25: seed 2: timing missed: 90.0 MHz of 96 wanted, engine.here to there: "
                    "9.09 ns, 9.09 of it wires**");
    izh_assert_said("| 22,500 | 90 M | 90 M |");
    assert_fails(REPORT "FAKE=far $R --only 'ulx3s 25' --seeds 1" SHOW,
                 "- **25: seed 1: timing missed between clocks: 10.42 ns wanted");
    assert_fails(REPORT "FAKE=usb $R --only 'ulx3s 25' --seeds 1" SHOW,
                 "| 25 | USB | **47.0** | 47.0 | 47.0 | 48.0 | -2.1 %, **missed** |");
}

static void test_what_has_no_clock_at_all(void **unused)
{
    (void)unused;
    assert_fails(REPORT "FAKE=full $R --only 'ulx3s 25'" SHOW,
                 "- **25: does not fit: DP16KD 61 of 56");
    izh_assert_said("| 25 | - | - | - | - | - | - |");
    assert_fails(REPORT "FAKE=free $R --only 'ulx3s 25'" SHOW,
                 "- **25: clocks of 12, 48, 48 MHz are constrained, 48, 48, 96 are the board's**");
    assert_fails(REPORT "FAKE=syntax $R --only 'ulx3s 25'" SHOW, "- **25: ERROR: syntax error");
}

static void test_seeds_that_do_not_end(void **unused)
{
    (void)unused;
    izh_assert_works(REPORT "FAKE=endless2 $R --only 'ulx3s 25' --seeds 3" SHOW,
                     "- 25: 1 of 3 seeds did not end within 7200 s");
    izh_assert_said(" | s + s + - + s |");
    assert_fails(REPORT "FAKE=endless12 $R --only 'ulx3s 25' --seeds 2" SHOW,
                 "- **25: no seed ended in 7200 s**");
}

// A dash in docs/area.md; a board's bitstream is made with one seed, so that each must do.
static void test_seeds_that_find_no_place(void **unused)
{
    (void)unused;
    izh_assert_prints(
        "FAKE=unplaced2 PYTHONPATH=synth python3 -c 'import sys, routed, toolchain\n"
        "for seed in \"12\":\n"
        "    c = [sys.argv[1], \"--seed\", seed, \"--report\", sys.argv[2] + \"/report\",\n"
        "         \"--textcfg\", sys.argv[2] + \"/placed\"]\n"
        "    print(routed.route(c, [], sys.argv[2] + \"/done\", c[4],\n"
        "          lambda: toolchain.run(c, sys.argv[2] + \"/log\", 60))[0] is None)' "
        "$S/nextpnr-ecp5 $D",
        "False\nTrue\n");
    assert_fails(REPORT "FAKE=unplaced2 $R --only 'ulx3s 25' --seeds 3" SHOW,
                 "- **25: ERROR: Unable to find legal placement for all cells");
}

static void test_a_seed_is_routed_once(void **unused)
{
    (void)unused;
    // Seed 2 would miss if it were routed again; another netlist is routed again.
    izh_assert_works(REPORT "$R --only 'ulx3s 25' --seeds 2 && "
                            "FAKE=slow2 $R --only 'ulx3s 25' --seeds 2" SHOW,
                     "**130.0** | 130.0 | 130.0 | 96.0");
    assert_fails(REPORT "$R --only 'ulx3s 25' --seeds 2 && echo >>$D/ulx3s/ulx3s-25.json && "
                        "FAKE=slow2 $R --only 'ulx3s 25' --seeds 2" SHOW,
                 "**90.0**");
    // One that did not end is tried again.
    izh_assert_works(REPORT "FAKE=endless2 $R --only 'ulx3s 25' --seeds 2 && "
                            "$R --only 'ulx3s 25' --seeds 2" SHOW,
                     " | s + s + s |");
}

// Clocks that were counted times the clock that was routed, beside what is wanted; a row that the
// other document has not is not made up.
static void test_speed_of_a_network_is_counted_clocks(void **unused)
{
    (void)unused;
    izh_assert_works(
        "PYTHONPATH=synth python3 -c \"import boards_text; print(boards_text.polychronization("
        "'| polychronization | deep | 4 | 7.2 | 1111 |\\n"
        "| polychronization-idle | deep | 4 | 0.2 | 3000 |', "
        "120, 4))\"",
        "| as in `examples/` | 0, 7.2 Hz | 8.4 x, 22.8 x | 7.2 Hz | 1111 | 108.0 x | - "
        "| 1000, 120.0 x |");
    izh_assert_said("| 0.2 Hz | 3000 | 40.0 x | 50 x, **missed** |");
    izh_assert_said("| not measured | not measured | not measured | 15 x, **out of reach** "
                    "| 8400, 14.3 x |");
}

static void test_nothing_to_do(void **unused)
{
    (void)unused;
    assert_fails(REPORT "$R --only nobody",
                 "boards: nothing to do for --only 'nobody' --seeds 5 --jobs 1\n");
    assert_fails(REPORT "$R --seeds 0", "boards: nothing to do for");
    assert_fails(REPORT "FAKE_YOSYS='Yosys 0.23' $R",
                 "yosys is too old: Yosys 0.23, 0.40 is wanted");
    izh_assert_works("ls $D", "");
    assert_string_equal(izh_fake_said(), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_board_and_size_has_its_rows),
        cmocka_unit_test(test_a_missed_clock_is_in_the_document_and_fails),
        cmocka_unit_test(test_what_has_no_clock_at_all),
        cmocka_unit_test(test_seeds_that_do_not_end),
        cmocka_unit_test(test_seeds_that_find_no_place),
        cmocka_unit_test(test_a_seed_is_routed_once),
        cmocka_unit_test(test_speed_of_a_network_is_counted_clocks),
        cmocka_unit_test(test_nothing_to_do),
    };
    return cmocka_run_group_tests(tests, izh_fake_make_directory, izh_fake_remove_directory);
}
