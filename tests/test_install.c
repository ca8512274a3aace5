// test_install.c: what `make install` leaves is whole: a program outside of the tree is built with
// it SPDX-License-Identifier: Apache-2.0
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image.h"

// What a shell says, its errors too, and its exit code. The Makefile has installed into $STAGE; the
// tree is $TREE.
static int shell(const char *script, char *said, size_t size)
{
    char command[4096];
    snprintf(command, sizeof command, "exec 2>&1; set -e; cd \"$STAGE/..\"; %s", script);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    said[fread(said, 1, size - 1, pipe)] = 0;
    int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void assert_script(const char *script, const char *expected)
{
    char said[8192];
    int code = shell(script, said, sizeof said);
    if (code || strcmp(said, expected))
        fail_msg("exit code %d\n%s\nsaid:\n%s\nexpected:\n%s", code, script, said, expected);
}

// pkg-config as on a system where this was installed into /.
#define PACKAGE "export PKG_CONFIG_PATH=$STAGE/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$STAGE; "

// A header without its own needs does not compile here.
#define OUTSIDE                                                                                    \
    "mkdir -p outside; cd outside; cat >outside.c <<'END'\n"                                       \
    "#include <stdio.h>\n"                                                                         \
    "int main(void)\n"                                                                             \
    "{\n"                                                                                          \
    "    puts(izh_status_name(IZH_GONE));\n"                                                       \
    "#ifdef IZH_H\n"                                                                               \
    "    struct izh_device *device;\n"                                                             \
    "    char message[IZH_MESSAGE] = \"\";\n"                                                      \
    "    if (izh_device_open(\"model:\", &device, message) || izh_device_close(device))\n"         \
    "        puts(message);\n"                                                                     \
    "#endif\n"                                                                                     \
    "    return !*izh_strerror(IZH_GONE);\n"                                                       \
    "}\n"                                                                                          \
    "END\n"                                                                                        \
    "set -- -std=c11 -Wall -Wextra -Werror -o outside outside.c\n"                                 \
    "for h in $STAGE/usr/include/izh/*.h; do set -- -include \"${h##*/}\" \"$@\"; done\n"

static void test_a_program_is_built_with_the_shared_library(void **unused)
{
    (void)unused;
    assert_script(PACKAGE OUTSIDE "${CC:-cc} $(pkg-config --cflags libizh) \"$@\" "
                                  "$(pkg-config --libs libizh)\n"
                                  "readelf -d outside | grep -o 'libizh[^]]*'\n"
                                  "LD_LIBRARY_PATH=$STAGE/usr/lib ./outside",
                  "libizh.so.0\nIZH_GONE\n");
}

static void test_a_program_is_built_with_the_static_library(void **unused)
{
    (void)unused;
    assert_script(PACKAGE OUTSIDE "${CC:-cc} $(pkg-config --cflags libizh) \"$@\" "
                                  "$STAGE/usr/lib/libizh.a -lusb-1.0 -lftdi1 -lpthread -lm\n"
                                  "! readelf -d outside | grep libizh\n./outside",
                  "IZH_GONE\n");
    // What pkg-config would link with, when asked for all.
    assert_script(PACKAGE "pkg-config --static --libs-only-l libizh | tr -d '\\n' | sed 's/ *$//'",
                  "-lizh -lusb-1.0 -lftdi1 -lpthread -lm");
}

// An image of one neuron whose words are all 0: it spikes in every sub-step.
static void write_image(void)
{
    static const struct izh_image_engine engine = {.widths = 0x121814, .neurons = 1, .lanes = 1};
    char path[PATH_MAX + 32];
    struct izh_image *image = izh_image_new(&engine);
    snprintf(path, sizeof path, "%s/../documented.img", getenv("STAGE"));
    assert_int_equal(izh_image_write(image, path), IZH_IMAGE_OK);
    izh_image_free(image);
}

// The example of docs/driver.md, by each command that stands there, as it stands there.
#define DOCUMENTED                                                                                 \
    "rm -rf documented; mkdir documented; cd documented\n"                                         \
    "sed -n '/^```c$/,/^```$/p' \"$TREE/docs/driver.md\" | grep -v '^```' >example.c\n"            \
    "grep -o '`cc example.c [^`]*`' \"$TREE/docs/driver.md\" | tr -d '`' >commands\n"

static void test_the_documented_example_is_built_as_documented(void **unused)
{
    (void)unused;
    write_image();
    assert_script(
        PACKAGE DOCUMENTED
        "ln -s ../libizh.a ../libcsim.a .\n"
        "while read -r command; do\n"
        "    rm -f a.out\n"
        "    case $command in *pkg-config*) unset CPATH ;; *) export CPATH=\"$TREE/driver\" "
        ";; esac\n"
        "    eval \"$command\"\n"
        "    LD_LIBRARY_PATH=$STAGE/usr/lib ./a.out ../documented.img "
        "model:neurons=2,synapses=0\n"
        "done <commands",
        "1000 spikes\n1000 spikes\n");
}

// The words before a bracket in the headers, and nothing more: no C++, no engine, no model.
static void test_only_what_the_headers_declare_is_shown(void **unused)
{
    (void)unused;
    static const char *const listings[] = {
        "nm -D --defined-only $STAGE/usr/lib/libizh.so | awk '$2 != \"A\" { print $3 }'",
        "nm -g --defined-only $STAGE/usr/lib/libizh.a | awk 'NF == 3 { print $3 }'"};
    for (size_t i = 0; i < sizeof listings / sizeof *listings; i++) {
        char script[1024];
        snprintf(script, sizeof script,
                 "%s | sed 's/@.*//' | sort >shown\n"
                 "grep -hv typedef $STAGE/usr/include/izh/*.h | tr -c 'a-z0-9_(' '\\n' | grep "
                 "'^izh_.*(' | "
                 "sed 's/(.*//' | sort -u >declared\n"
                 "test -s shown; diff shown declared",
                 listings[i]);
        assert_script(script, "");
    }
}

static void test_the_library_needs_no_cpp(void **unused)
{
    (void)unused;
    assert_script(
        "! readelf -d $STAGE/usr/lib/libizh.so | grep -E 'libstdc|libgcc'\n"
        "! nm $STAGE/usr/lib/libizh.so $STAGE/usr/lib/libizh.a | grep -E ' _Z|[Vv]erilat'",
        "");
}

static void test_files_are_where_they_belong(void **unused)
{
    (void)unused;
    assert_script("cd $STAGE/usr; find . ! -type d ! -path './include/*' | sort",
                  "./lib/libizh.a\n"
                  "./lib/libizh.so\n"
                  "./lib/libizh.so.0\n"
                  "./lib/libizh.so.0.1.0\n"
                  "./lib/pkgconfig/libizh.pc\n"
                  "./lib/udev/rules.d/70-izh.rules\n"
                  "./share/man/man3/libizh.3\n");
}

// The products that the transports look for, as they stand there.
static void test_the_udev_rule_knows_every_board(void **unused)
{
    (void)unused;
    assert_script("sed -n 's/.*idVendor}==\"\\([^\"]*\\).*idProduct}==\"\\([^\"]*\\).*product}==\""
                  "\\([^\"]*\\).*/\\1:\\2 \\3/p' $STAGE/usr/lib/udev/rules.d/70-izh.rules",
                  "1209:0001 izh neuron engine\n"
                  "0403:6010 iCEBreaker*|Dual RS232-HS*\n"
                  "0403:6015 ULX3S*\n");
}

int main(int argc, char **argv)
{
    (void)argc;
    char program[PATH_MAX], stage[PATH_MAX + 16], tree[PATH_MAX];
    if (!realpath(argv[0], program) || !getcwd(tree, sizeof tree))
        return 1;
    snprintf(stage, sizeof stage, "%s/stage", dirname(dirname(program)));
    setenv("STAGE", stage, 1);
    setenv("TREE", tree, 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_program_is_built_with_the_shared_library),
        cmocka_unit_test(test_a_program_is_built_with_the_static_library),
        cmocka_unit_test(test_the_documented_example_is_built_as_documented),
        cmocka_unit_test(test_only_what_the_headers_declare_is_shown),
        cmocka_unit_test(test_the_library_needs_no_cpp),
        cmocka_unit_test(test_files_are_where_they_belong),
        cmocka_unit_test(test_the_udev_rule_knows_every_board),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
