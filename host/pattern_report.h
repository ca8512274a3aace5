// pattern_report.h: results of a pattern session as a table, as JSON, and as a verdict
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_PATTERN_REPORT_H
#define IZH_PATTERN_REPORT_H

#include "pattern_session.h"

#include <stdio.h>

// To the standard output. IZH_EXIT_OK, or complains and returns IZH_EXIT_INTERNAL.
int izh_pattern_print_table(const struct izh_pattern_session *session);
int izh_pattern_print_json(const struct izh_pattern_session *session);

// Compares each device with the first, word for word, and says on stream what was found.
// IZH_EXIT_OK, or complains where they first differ and returns IZH_EXIT_DIFFER.
int izh_pattern_compare(const struct izh_pattern_session *session, FILE *stream);

#endif
