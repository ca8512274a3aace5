// network_files.h: network descriptions for tests, whole and with one thing changed
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_TEST_NETWORK_FILES_H
#define IZH_TEST_NETWORK_FILES_H

#include "network.h"

// Where a test's files are, made by the group's setup and removed with them by its teardown.
int izh_files_begin(void **unused);
int izh_files_end(void **unused);

// Path of a file in that directory. Valid until the next call but one.
const char *izh_files_path(const char *name);

// Writes a file there.
void izh_files_write(const char *name, const char *text);

// tests/networks/base.json as NAME, with every file it names; find, which must be there once, is
// replaced. find NULL: nothing is.
void izh_files_base(const char *name, const char *find, const char *replace);

// Reads a description from there; fails the test when it is refused.
struct izh_network *izh_files_read(const char *name, const struct izh_network_options *options);

// The same for a text that is written first.
struct izh_network *izh_files_network(const char *text);

// Compiles for a shape, or one that fits when shape is NULL; fails the test when it is refused.
struct izh_compiled *izh_files_compile(const struct izh_network *network, uint32_t lanes,
                                       const struct izh_shape *shape);

#endif
