// test_build.c: the Makefile and the scripts of tools/, in a tree that has next to nothing else
// SPDX-License-Identifier: Apache-2.0
#include "fake_tools.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

// In the tree, with what $D/bin has first on PATH. $M is a make that no other make called.
static const char preamble[] =
    "T=$PWD; unset MAKEFLAGS MFLAGS MAKELEVEL CC CXX CFLAGS CXXFLAGS LDFLAGS VERILATOR "
    "PYTHON DESTDIR PREFIX; "
    "PATH=$D/bin:$PATH; M='make --no-print-directory -j1 JOBS=1'; "
    "cd $D/tree 2>/dev/null;";

static void assert_fails(const char *words, const char *part)
{
    if (!izh_fake_shell(words))
        fail_msg("%s did not fail: %s", words, izh_fake_said());
    izh_assert_said(part);
}

// ---- What a machine lacks -------------------------------------------------------------------

static void test_what_is_missing_comes_first(void **unused)
{
    (void)unused;
    static const char *const calls[][2] = {
        {"build", "build"},    {"events", "build"}, {"vectors", "build"},
        {"install", "build"},  {"check", "check"},  {"bitstream BOARD=ulx3s", "python"},
        {"release", "python"}, {"demo", "demo"},    {"prog BOARD=ulx3s", "python"},
    };
    izh_assert_works("cp -r . $D/bare; printf '#!/bin/sh\\necho setup: $*\\nexit 7\\n' "
                     ">$D/bare/tools/setup.sh",
                     "");
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char words[256], expected[64];
        snprintf(words, sizeof words, "$M -s -C $D/bare PYTHON=nothing %s 2>/dev/null | head -n 1",
                 calls[i][0]);
        snprintf(expected, sizeof expected, "setup: %s\n", calls[i][1]);
        izh_assert_prints(words, expected);
    }
}

// In $D/few is what scripts cannot do without, and neither a package manager nor a tool.
#define FEW(others)                                                                                \
    "mkdir -p $D/few; for t in dirname head id sed sort tr " others "; do "                        \
    "ln -sf $(command -v $t) $D/few; done; "

static void test_groups_of_what_is_missing(void **unused)
{
    (void)unused;
    assert_fails(FEW("") "PATH=$D/few; tools/setup.sh python",
                 "setup: missing: python3 (Debian names)");
    assert_fails("PATH=$D/few; tools/setup.sh build", " verilator ");
    assert_null(strstr(izh_fake_said(), "gnuplot"));
    assert_fails("PATH=$D/few; tools/setup.sh check", " yosys ");
}

// A python3 that makes a venv with a pip; like pip, that one names its interpreter.
#define PRETENDED_PYTHON                                                                           \
    "P=$D/python; mkdir -p $P; cat >$P/python3 <<'END'\n"                                          \
    "#!/bin/sh\n"                                                                                  \
    "[ \"$1 $2\" = '-m venv' ] || exit 0\n"                                                        \
    "mkdir -p .venv/bin\n"                                                                         \
    "ln -sf /bin/sh .venv/bin/python3\n"                                                           \
    "printf '#!%s/.venv/bin/python3\\n' \"$(pwd -P)\" >.venv/bin/pip\n"                            \
    "chmod +x .venv/bin/pip\n"                                                                     \
    "END\n"                                                                                        \
    "chmod +x $P/python3; PATH=$P:$PATH\n"

static void test_a_renamed_folder_gets_another_venv(void **unused)
{
    (void)unused;
    izh_assert_prints(
        PRETENDED_PYTHON "mkdir $D/old; cp -r tools $D/old; cd $D/old; "
                         "tools/setup.sh usb; tools/setup.sh usb",
        "setup: installing the Python packages of tools/requirements-usb.txt into .venv\n");
    izh_assert_prints(
        PRETENDED_PYTHON "mv $D/old $D/new; cd $D/new; tools/setup.sh usb; tools/setup.sh usb; "
                         ".venv/bin/pip",
        "setup: .venv was made in another folder: making it anew\n"
        "setup: installing the Python packages of tools/requirements-usb.txt into .venv\n");
}

// ---- What is made again ---------------------------------------------------------------------

// Once, and not a second time.
static void assert_made(const char *target, const char *flags, const char *words)
{
    char line[256];
    snprintf(line, sizeof line, "$M %s %s", target, flags);
    izh_assert_works(line, words);
    izh_assert_prints(line, "");
}

static void test_another_compiler_or_flag_makes_anew(void **unused)
{
    (void)unused;
    assert_made("build/libcsim.a", "CFLAGS=-O0", "-O0");
    assert_made("build/libcsim.a", "CFLAGS=-O1", "-O1");
    assert_made("build/libcsim.a", "CFLAGS=-O1 CC=\"$D/bin/other-cc\"", "other-cc -std=c11");
    assert_made("build/libcsim.a", "CFLAGS=-O1 CC=\"$D/bin/other-cc\" LDFLAGS=-s", "other-cc");
    // The same name, and another version of it.
    izh_assert_works("sed -i s/12.0/13.0/ $D/bin/other-cc", "");
    assert_made("build/libcsim.a", "CFLAGS=-O1 CC=\"$D/bin/other-cc\" LDFLAGS=-s", "other-cc");
    assert_made("build/pic/csim/one.o", "CFLAGS=-O0", "-O0");
    assert_made("build/pic/csim/one.o", "CFLAGS=-O1", "-O1");
}

// The flags of one object are its own.
static void test_flags_of_one_object(void **unused)
{
    (void)unused;
    izh_assert_works("$M build/obj/bench/measure/plain_c.o", "-ffast-math");
    izh_assert_works("$M build/obj/csim/one.o", "");
    izh_assert_prints("$M build/obj/bench/measure/plain_c.o", "");
}

static void test_another_verilator_makes_anew(void **unused)
{
    (void)unused;
    assert_made("build/verilated/w20/model.o", "", "--top-module izh_core");
    assert_made("build/verilated/runtime.o", "", "verilated_threads.cpp");
    izh_assert_works("sed -i s/5.006/5.020/ $D/bin/verilator", "");
    assert_made("build/verilated/w20/model.o", "", "--top-module izh_core");
    assert_made("build/verilated/runtime.o", "", "verilated_threads.cpp");
    assert_made("build/verilated/w20/model.o", "CXX=\"$D/bin/other-c++\"", "other-c++");
    assert_made("build/verilated/runtime.o", "CXX=\"$D/bin/other-c++\"", "verilated.cpp");
}

// Root has another PATH than who built what it installs.
static void test_another_users_folder_is_not_made_anew(void **unused)
{
    (void)unused;
    if (geteuid())
        skip();
    izh_assert_works("$M build/libcsim.a; chown 12345 build; $M build/libcsim.a CFLAGS=-O0",
                     "'build/libcsim.a' is up to date");
    izh_assert_works("chown 0 build; $M build/libcsim.a CFLAGS=-O0", "-O0");
}

static void test_a_recipe_that_fails_leaves_nothing(void **unused)
{
    (void)unused;
    izh_assert_works("$M build/broken_cells.v && grep -c '4096 : a_1' build/broken_cells.v", "1\n");
    izh_assert_works("sed -i 's/a_1 . b_1/b_1 * a_1/' rtl/cells/portable.v", "");
    assert_fails("$M build/broken_cells.v", "Error 1");
    assert_fails("$M build/broken_cells.v", "Error 1");
}

// ---- What is checked ------------------------------------------------------------------------

static void test_a_table_that_is_not_read(void **unused)
{
    (void)unused;
    assert_fails("$M build/verilated/deep/parameters PYTHON=false",
                 "synth/boards.toml: no options for 'deep'; see above");
    assert_fails("$M build/verilated/uart_icebreaker/parameters PYTHON=false",
                 "no options for 'icebreaker up5k'");
}

// Everything that judges is content, whatever it is given; Python has two boards in its table.
#define CONTENT                                                                                    \
    "C=$D/content; mkdir -p $C; for t in verilator iverilog yosys clang-format cppcheck "          \
    "shellcheck make cc; do printf '#!/bin/sh\\n' >$C/$t; chmod +x $C/$t; done; "                  \
    "printf '#!/bin/sh\\ncase $1 in *boards.py) echo one 25 ecp5 top; echo two 12 ecp5 top ;; "    \
    "esac\\n' >$C/python; chmod +x $C/python; PATH=$C:$PATH; export PYTHON=$C/python; "

static void test_no_board_does_not_pass_for_all(void **unused)
{
    (void)unused;
    izh_fake_shell(CONTENT "tools/check.sh");
    izh_assert_said("ok     boards.toml\n"
                    "ok     verilator lint, one 25\n"
                    "ok     verilator lint, two 12\n");
    assert_fails(CONTENT "printf '#!/bin/sh\\necho no key size\\nexit 1\\n' >$C/python; "
                         "tools/check.sh",
                 "FAILED boards.toml\n"
                 "ok     verilator lint, izh_usb\n");
    assert_fails(CONTENT "printf '#!/bin/sh\\n' >$C/python; tools/check.sh",
                 "FAILED boards.toml\n");
}

static void test_yosys_is_not_passed_over(void **unused)
{
    (void)unused;
    izh_fake_shell(CONTENT "tools/check.sh 'izh_core -GA=1'");
    izh_assert_said("ok     yosys reads the RTL, izh_core -GA=1\n");
    assert_fails(FEW("bash basename cat cmp git grep mktemp nproc rm wc") CONTENT
                 "rm $C/yosys; PATH=$C:$D/few; tools/check.sh 'izh_core -GA=1'",
                 "FAILED yosys reads the RTL, izh_core -GA=1\n");
}

static void test_a_proof_that_is_not_there(void **unused)
{
    (void)unused;
    assert_fails("cd $T; tools/prove.sh typo", "prove: no proof is called 'typo'; there are: ");
    izh_assert_said(" crc32 ");
    assert_null(strstr(izh_fake_said(), "passed"));
}

// ---- What is installed ----------------------------------------------------------------------

static void test_build_makes_all_that_is_installed(void **unused)
{
    (void)unused;
    izh_assert_works("$M build COSIM=", "build/static/libizh.a");
    izh_assert_prints("touch $D/then; sleep 0.1; $M install COSIM= DESTDIR=$D/stage >/dev/null; "
                      "find build -type f -newer $D/then; ls $D/stage/usr/local/bin",
                      "izh\n");
}

// Into a system whose loader of programs and udev only take note.
#define INSTALL                                                                                    \
    "rm -f $D/called; $M -s -o build/libizh.so.9.8.7 -o build/static/libizh.a install-library "    \
    "PREFIX=$D/system "

static void test_the_loader_hears_of_the_library(void **unused)
{
    (void)unused;
    izh_assert_works("mkdir -p build/static; touch build/libizh.so.9.8.7 build/static/libizh.a",
                     "");
    izh_assert_prints(INSTALL "&& grep ldconfig $D/called", "ldconfig\nldconfig -p\n");
    izh_assert_works(
        "export FAKE=unknown; " INSTALL,
        "install: programs will not find libizh.so.9: ldconfig as root, or LD_LIBRARY_PATH=");
    izh_assert_prints(INSTALL "DESTDIR=$D/stage; ls $D/called 2>/dev/null || true", "");
}

// ---- The tree -------------------------------------------------------------------------------

// A file in each folder that a test builds of, and tools that leave what they are asked for.
static int make_tree(void **unused)
{
    (void)unused;
    if (izh_fake_make_directory(NULL))
        return 1;
    int code = izh_fake_shell(
        "set -e; mkdir -p $D/tree $D/bin; cd $D/tree; git init -q; cp $T/Makefile .; "
        "mkdir -p tools host driver csim bench/measure formal rtl/cells docs/man; "
        "cp $T/tools/*.sh $T/tools/requirements-usb.txt tools; cp $T/docs/man/* docs/man; "
        "cp $T/driver/libizh.pc.in $T/driver/70-izh.rules driver; "
        "cp $T/rtl/cells/portable.v rtl/cells; touch rtl/izh_core.v; "
        "echo '#define IZH_VERSION \"9.8.7\"' >host/command.h; "
        "echo 'int main(void) { return 0; }' >host/main.c; "
        "for h in driver/izh.h driver/image.h driver/status.h driver/transport.h csim/izh_map.h; "
        "do echo 'int izh_one(void);' >$h; done; "
        "printf '#include \"izh.h\"\\nint izh_one(void)\\n{\\n    return 1;\\n}\\n' >driver/one.c; "
        "for c in csim/one.c bench/measure/plain_c.c; do echo 'extern int none;' >$c; done; "
        "for c in cc c++; do printf '#!/bin/sh\\n[ $1 != --version ] || exec echo 12.0\\n"
        "exec %s \"$@\"\\n' $c >$D/bin/other-$c; done; "
        "for t in ldconfig udevadm; do printf '#!/bin/sh\\necho %s $* >>%s/called\\n"
        "[ \"$1$FAKE\" != -p ] || echo libizh.so.9\\n' $t $D >$D/bin/$t; done; "
        "mkdir -p $D/verilator/include; cd $D/verilator/include; "
        "touch verilated.cpp verilated_threads.cpp; cat >$D/bin/verilator <<END\n"
        "#!/bin/sh\n"
        "case \\$1 in --version) exec echo Verilator 5.006 ;; --getenv) exec echo $D/verilator ;; "
        "esac\n"
        "while [ \\$# -gt 0 ]; do\n"
        "    case \\$1 in --prefix) name=\\$2 ;; --Mdir) into=\\$2 ;; esac\n"
        "    shift\n"
        "done\n"
        "touch \\$into/\\$name.cpp \\$into/\\${name}_1.cpp\n"
        "echo \"\\$into/\\$name.cpp: rtl/izh_core.v\" >\\$into/\\${name}__ver.d\n"
        "END\n"
        "chmod +x $D/bin/*");
    if (code)
        fputs(izh_fake_said(), stderr);
    return code;
}

int main(void)
{
    izh_fake_preamble(preamble);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_missing_comes_first),
        cmocka_unit_test(test_groups_of_what_is_missing),
        cmocka_unit_test(test_a_renamed_folder_gets_another_venv),
        cmocka_unit_test(test_another_compiler_or_flag_makes_anew),
        cmocka_unit_test(test_flags_of_one_object),
        cmocka_unit_test(test_another_verilator_makes_anew),
        cmocka_unit_test(test_another_users_folder_is_not_made_anew),
        cmocka_unit_test(test_a_recipe_that_fails_leaves_nothing),
        cmocka_unit_test(test_a_table_that_is_not_read),
        cmocka_unit_test(test_no_board_does_not_pass_for_all),
        cmocka_unit_test(test_yosys_is_not_passed_over),
        cmocka_unit_test(test_a_proof_that_is_not_there),
        cmocka_unit_test(test_build_makes_all_that_is_installed),
        cmocka_unit_test(test_the_loader_hears_of_the_library),
    };
    return cmocka_run_group_tests(tests, make_tree, izh_fake_remove_directory);
}
