// network_files.c: network descriptions for tests, whole and with one thing changed
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network_files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT = 16384 };

static const char source[] = "tests/networks";
static char directory[] = "/tmp/izh-test-network-XXXXXX";

static const char *join(const char *head, const char *name)
{
    static char paths[2][512];
    static int turn;
    turn ^= 1;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", head, name);
    return paths[turn];
}

const char *izh_files_path(const char *name)
{
    return join(directory, name);
}

static size_t read_file(const char *path, char text[TEXT])
{
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return 0;
    size_t length = fread(text, 1, TEXT - 1, stream);
    fclose(stream);
    text[length] = 0;
    return length;
}

static void write_file(const char *name, const char *text, size_t length)
{
    FILE *stream = fopen(izh_files_path(name), "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(text, 1, length, stream), length);
    assert_int_equal(fclose(stream), 0);
}

void izh_files_write(const char *name, const char *text)
{
    write_file(name, text, strlen(text));
}

// Every table of tests/networks is beside the descriptions that a test writes.
static void copy_tables(void)
{
    DIR *entries = opendir(source);
    assert_non_null(entries);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        char text[TEXT];
        if (!strstr(entry->d_name, ".csv"))
            continue;
        size_t length = read_file(join(source, entry->d_name), text);
        write_file(entry->d_name, text, length);
    }
    closedir(entries);
}

int izh_files_begin(void **unused)
{
    (void)unused;
    if (!mkdtemp(directory))
        return -1;
    copy_tables();
    return 0;
}

int izh_files_end(void **unused)
{
    (void)unused;
    DIR *entries = opendir(directory);
    for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;)
        unlink(izh_files_path(entry->d_name));
    if (entries)
        closedir(entries);
    return rmdir(directory);
}

void izh_files_base(const char *name, const char *find, const char *replace)
{
    char text[TEXT], changed[2 * TEXT];
    assert_true(read_file(join(source, "base.json"), text) > 0);
    char *at = find ? strstr(text, find) : NULL;
    if (!find) {
        izh_files_write(name, text);
        return;
    }
    if (!at || strstr(at + 1, find))
        fail_msg("'%s' is not in base.json just once", find);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, replace,
             at + strlen(find));
    izh_files_write(name, changed);
}

struct izh_network *izh_files_read(const char *name, const struct izh_network_options *options)
{
    struct izh_network *network = NULL;
    char message[IZH_NETWORK_MESSAGE] = "";
    if (izh_network_read(izh_files_path(name), options, &network, message))
        fail_msg("%s", message);
    return network;
}

struct izh_network *izh_files_network(const char *text)
{
    izh_files_write("network.json", text);
    return izh_files_read("network.json", NULL);
}

struct izh_compiled *izh_files_compile(const struct izh_network *network, uint32_t lanes,
                                       const struct izh_shape *shape)
{
    static const struct izh_format format = {20, 24, 18};
    struct izh_shape fitting;
    struct izh_compiled *compiled = NULL;
    char message[IZH_NETWORK_MESSAGE] = "";
    if (!shape && izh_network_shape(network, &format, lanes, &fitting, message))
        fail_msg("%s", message);
    if (izh_network_compile(network, shape ? shape : &fitting, &compiled, message))
        fail_msg("%s", message);
    return compiled;
}
