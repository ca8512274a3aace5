// fake_tools.h: scripts of synth/ in a shell, with the suite of tests/fake_suite first on PATH
// and behind it what the owner of the machine may have, which a test must not come to.
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_TESTS_FAKE_TOOLS_H
#define IZH_TESTS_FAKE_TOOLS_H

// $D is a directory of the test, $S the suite. The exit code; -1: killed.
int izh_fake_shell(const char *words);

// Goes before the words of every shell from now on; ends with what divides them, such as "; ".
void izh_fake_preamble(const char *words);

// What the last shell said, and its directory.
enum { IZH_FAKE_SAID = 16384 };
const char *izh_fake_said(void);
const char *izh_fake_directory(void);

void izh_assert_said(const char *part);
void izh_assert_works(const char *words, const char *part);
void izh_assert_prints(const char *words, const char *expected);

// cmocka's, of a group.
int izh_fake_make_directory(void **unused);
int izh_fake_remove_directory(void **unused);

#endif
