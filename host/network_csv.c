// network_csv.c: rows of a table with a head line, one after the other
// SPDX-License-Identifier: Apache-2.0
#include "network_csv.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool izh_csv_fail(struct izh_csv *csv, int column, const char *format, ...)
{
    char text[IZH_NETWORK_MESSAGE / 2];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return izh_reader_fail(csv->reader, IZH_NETWORK_BAD_FILE, "%s:%zu: %s%s%s", csv->path,
                           csv->line, column < 0 ? "" : csv->names[column], column < 0 ? "" : ": ",
                           text);
}

static bool cannot_read(struct izh_csv *csv)
{
    return izh_reader_fail(csv->reader, IZH_NETWORK_CANNOT_READ, "%s: cannot be read: %s",
                           csv->path, strerror(errno));
}

// ---- Lines and fields ---------------------------------------------------------------------------

// A line that says something, without its end; *end at the end of the file.
static bool next_line(struct izh_csv *csv, char **line, size_t *room, bool *end)
{
    *end = false;
    for (;;) {
        errno = 0;
        ssize_t length = getline(line, room, csv->stream);
        if (length < 0) {
            *end = true;
            return (!ferror(csv->stream) && !errno) || cannot_read(csv);
        }
        csv->line++;
        if (strlen(*line) != (size_t)length)
            return izh_csv_fail(csv, -1, "holds a byte 0: this is no text");
        (*line)[strcspn(*line, "\r\n")] = 0;
        if (**line && **line != '#' && strspn(*line, " \t") != strlen(*line))
            return true;
    }
}

static char *skip_blanks(char *c)
{
    return c + strspn(c, " \t");
}

// Ends the field at c and returns what follows it; NULL after the last. *field is its text.
static char *cut_field(const struct izh_csv *csv, char *c, char **field)
{
    char *end;
    c = skip_blanks(c);
    if (*c == '"') {
        *field = c + 1;
        end = strchr(c + 1, '"');
        if (!end)
            return NULL;
        *end++ = 0;
        end = skip_blanks(end);
        if (*end == csv->separator && csv->separator != ' ')
            return end + 1;
        return *end ? end : NULL;
    }
    *field = c;
    end = csv->separator == ' ' ? c + strcspn(c, " \t") : c + strcspn(c, ",");
    char *next = *end ? end + 1 : NULL;
    *end = 0;
    for (char *last = end; last > c && strchr(" \t", last[-1]); last--)
        last[-1] = 0;
    if (next && csv->separator == ' ' && !*skip_blanks(next))
        return NULL;
    return next;
}

static size_t cut(const struct izh_csv *csv, char *line, char **fields)
{
    size_t count = 0;
    for (char *c = line; c && count < IZH_CSV_COLUMNS; count++)
        c = cut_field(csv, c, &fields[count]);
    return count;
}

// ---- The file -----------------------------------------------------------------------------------

static bool read_head(struct izh_csv *csv)
{
    bool end = false;
    size_t room = 0;
    if (!next_line(csv, &csv->head, &room, &end))
        return false;
    if (end && !csv->line)
        csv->line = 1;
    if (end)
        return izh_csv_fail(csv, -1, "the file is empty: its first line must name the columns");
    csv->columns = cut(csv, csv->head, csv->names);
    for (size_t i = 0; i < csv->columns; i++) {
        if (izh_csv_has(csv, csv->names[i]) != (int)i)
            return izh_csv_fail(csv, -1, "column '%s' is there twice", csv->names[i]);
    }
    return true;
}

bool izh_csv_open(struct izh_csv *csv, struct izh_reader *reader, const char *path, char separator)
{
    *csv = (struct izh_csv){.reader = reader, .path = path, .separator = separator};
    csv->stream = fopen(path, "rb");
    if (!csv->stream)
        return cannot_read(csv);
    if (read_head(csv))
        return true;
    izh_csv_close(csv);
    return false;
}

void izh_csv_close(struct izh_csv *csv)
{
    if (csv->stream)
        fclose(csv->stream);
    free(csv->head);
    free(csv->row);
    *csv = (struct izh_csv){0};
}

int izh_csv_has(const struct izh_csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->columns; i++) {
        if (!strcmp(csv->names[i], name))
            return (int)i;
    }
    return -1;
}

bool izh_csv_need(struct izh_csv *csv, const char *name, int *column)
{
    *column = izh_csv_has(csv, name);
    return *column >= 0 || izh_csv_fail(csv, -1, "the first line names no column '%s'", name);
}

bool izh_csv_next(struct izh_csv *csv, bool *end)
{
    if (!next_line(csv, &csv->row, &csv->row_room, end))
        return false;
    if (*end)
        return true;
    size_t count = cut(csv, csv->row, csv->fields);
    return count == csv->columns ||
           izh_csv_fail(csv, -1, "%zu fields; the first line names %zu", count, csv->columns);
}

bool izh_csv_empty(const struct izh_csv *csv, int column)
{
    const char *text = csv->fields[column];
    return !*text || !strcasecmp(text, "null") || !strcasecmp(text, "none") ||
           !strcasecmp(text, "nan");
}

bool izh_csv_number(struct izh_csv *csv, int column, double *number)
{
    char *end;
    double value = strtod(csv->fields[column], &end);
    if (end == csv->fields[column] || *end || !isfinite(value))
        return izh_csv_fail(csv, column, "'%.40s' is not a finite number", csv->fields[column]);
    *number = value;
    return true;
}

bool izh_csv_index(struct izh_csv *csv, int column, uint32_t end, uint32_t *index)
{
    double value = 0;
    if (!izh_csv_number(csv, column, &value))
        return false;
    if (value != floor(value) || value < 0 || value >= end)
        return izh_csv_fail(csv, column, "there is no neuron %.9g; there are 0 to %lu", value,
                            (unsigned long)end - 1);
    *index = (uint32_t)value;
    return true;
}

bool izh_csv_ticks(struct izh_csv *csv, int column, uint32_t low, uint32_t high, uint32_t *ticks)
{
    double ms = 0, nearest, tick = csv->reader->network->tick_ms;
    if (!izh_csv_number(csv, column, &ms))
        return false;
    if (!izh_on_grid(ms, tick, &nearest) || nearest < low || nearest > high)
        return izh_csv_fail(
            csv, column,
            "%.10g ms: must be from %.10g to %.10g ms, a multiple of the tick %.10g "
            "ms",
            ms, low * tick, high * tick, tick);
    *ticks = (uint32_t)nearest;
    return true;
}

static bool fill_column(struct izh_csv *csv, const char *name, size_t count, double *numbers)
{
    int column = 0;
    bool end = false;
    size_t rows = 0;
    if (!izh_csv_need(csv, name, &column))
        return false;
    for (; izh_csv_next(csv, &end) && !end; rows++) {
        if (rows == count)
            return izh_csv_fail(csv, -1, "more rows than neurons, which are %zu", count);
        if (!izh_csv_number(csv, column, &numbers[rows]))
            return false;
    }
    if (!end)
        return false;
    return rows == count || izh_csv_fail(csv, -1, "%zu rows for %zu neurons", rows, count);
}

bool izh_csv_column(struct izh_reader *reader, const char *path, const char *name, size_t count,
                    double **numbers)
{
    struct izh_csv csv;
    double *values = malloc((count ? count : 1) * sizeof *values);
    if (!values)
        return izh_reader_no_memory(reader);
    if (!izh_csv_open(&csv, reader, path, ',')) {
        free(values);
        return false;
    }
    bool good = fill_column(&csv, name, count, values);
    izh_csv_close(&csv);
    if (good)
        *numbers = values;
    else
        free(values);
    return good;
}
