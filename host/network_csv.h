// network_csv.h: rows of a table with a head line, one after the other
// SPDX-License-Identifier: Apache-2.0
//
// Fields are separated by commas, or by blanks as SONATA's tables are; double quotes may enclose a
// field. Lines that are empty or begin with # are skipped. Every message names the file and line.
#ifndef IZH_NETWORK_CSV_H
#define IZH_NETWORK_CSV_H

#include "network_json.h"

enum { IZH_CSV_COLUMNS = 64 };

struct izh_csv {
    struct izh_reader *reader;
    const char *path;
    FILE *stream;
    char separator;
    size_t line;
    char *head; // owns the names
    char *names[IZH_CSV_COLUMNS];
    size_t columns;
    char *row; // owns the fields
    size_t row_room;
    char *fields[IZH_CSV_COLUMNS];
};

// Opens and reads the head line. path must outlive csv. After a failure nothing is left to close.
bool izh_csv_open(struct izh_csv *csv, struct izh_reader *reader, const char *path, char separator);
void izh_csv_close(struct izh_csv *csv);

// Index of a column of the head line, -1 if there is none; need: an error then.
int izh_csv_has(const struct izh_csv *csv, const char *name);
bool izh_csv_need(struct izh_csv *csv, const char *name, int *column);

// The next row; *end at the end of the file.
bool izh_csv_next(struct izh_csv *csv, bool *end);

// A field of the row. empty: "", NULL, nan and the like, with which SONATA's tables say "none".
bool izh_csv_empty(const struct izh_csv *csv, int column);
bool izh_csv_number(struct izh_csv *csv, int column, double *number);
bool izh_csv_index(struct izh_csv *csv, int column, uint32_t end, uint32_t *index);
bool izh_csv_ticks(struct izh_csv *csv, int column, uint32_t low, uint32_t high, uint32_t *ticks);

// "FILE:LINE: COLUMN: ..."; column -1: no column.
bool izh_csv_fail(struct izh_csv *csv, int column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// A column of exactly count numbers, the caller's to free.
bool izh_csv_column(struct izh_reader *reader, const char *path, const char *name, size_t count,
                    double **numbers);

#endif
