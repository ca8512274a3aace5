// network_json.c: a JSON file, where its values stand, and what is wrong with them
// SPDX-License-Identifier: Apache-2.0
#include "network_json.h"

#include "network_name.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1 << 28 }; // a description; millions of synapses belong into CSV or HDF5

// ---- What is wrong ------------------------------------------------------------------------------

static void write_message(struct izh_reader *reader, const char *head, const char *format,
                          va_list arguments)
{
    if (!reader->message)
        return;
    int length = snprintf(reader->message, IZH_NETWORK_MESSAGE, "%s", head);
    if (length >= 0 && length < IZH_NETWORK_MESSAGE)
        vsnprintf(reader->message + length, (size_t)(IZH_NETWORK_MESSAGE - length), format,
                  arguments);
    for (char *c = reader->message; *c; c++) // one line, whatever the names in it
        memset(c, '?', izh_control_length(c));
}

bool izh_reader_fail(struct izh_reader *reader, enum izh_network_status status, const char *format,
                     ...)
{
    va_list arguments;
    va_start(arguments, format);
    reader->status = status;
    write_message(reader, "", format, arguments);
    va_end(arguments);
    return false;
}

bool izh_reader_no_memory(struct izh_reader *reader)
{
    return izh_reader_fail(reader, IZH_NETWORK_NO_MEMORY, "%s: out of memory", reader->file);
}

void izh_node_path(const struct izh_node *node, char path[IZH_JSON_PATH])
{
    path[0] = 0;
    if (!node || !node->up)
        return;
    izh_node_path(node->up, path);
    size_t length = strlen(path), room = IZH_JSON_PATH - length;
    if (node->key)
        snprintf(path + length, room, "%s%s", length ? "." : "", node->key);
    else
        snprintf(path + length, room, "[%d]", node->index);
}

bool izh_node_fail(struct izh_reader *reader, const struct izh_node *node, const char *format, ...)
{
    char path[IZH_JSON_PATH], head[IZH_NETWORK_MESSAGE];
    va_list arguments;
    izh_node_path(node, path);
    snprintf(head, sizeof head, "%s: %s%s", reader->file, path, *path ? ": " : "");
    va_start(arguments, format);
    reader->status = IZH_NETWORK_BAD_VALUE;
    write_message(reader, head, format, arguments);
    va_end(arguments);
    return false;
}

bool izh_reader_room(struct izh_reader *reader, double bytes, const char *format, ...)
{
    char what[IZH_JSON_PATH];
    va_list arguments;
    if (bytes <= reader->memory)
        return true;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return izh_reader_fail(reader, IZH_NETWORK_TOO_LARGE,
                           "%s: %s need %.3g GB of memory, and this machine has %.3g GB free",
                           reader->file, what, bytes / 1e9, reader->memory / 1e9);
}

// ---- The file -----------------------------------------------------------------------------------

static bool cannot_read(struct izh_reader *reader)
{
    return izh_reader_fail(reader, IZH_NETWORK_CANNOT_READ, "%s: cannot be read: %s", reader->file,
                           strerror(errno));
}

// Grows as it reads: a pipe has no size to ask for.
static char *read_stream(FILE *stream, size_t *length)
{
    size_t room = 4096, count = 0;
    char *text = malloc(room);
    while (text) {
        count += fread(text + count, 1, room - count, stream);
        if (count < room || count > FILE_MAX)
            break;
        char *grown = realloc(text, room *= 2);
        if (!grown)
            free(text);
        text = grown;
    }
    *length = count;
    return text;
}

static bool read_text(struct izh_reader *reader, char **text, size_t *length)
{
    FILE *stream = fopen(reader->file, "rb");
    if (!stream)
        return cannot_read(reader);
    *text = read_stream(stream, length);
    bool failed = ferror(stream);
    int saved = errno;
    fclose(stream);
    errno = saved;
    if (!*text)
        return izh_reader_no_memory(reader);
    if (!failed && *length <= FILE_MAX)
        return true;
    free(*text);
    return failed ? cannot_read(reader)
                  : izh_reader_fail(reader, IZH_NETWORK_TOO_LARGE,
                                    "%s: more than %d MB; explicit synapses belong into CSV or "
                                    "SONATA files",
                                    reader->file, FILE_MAX >> 20);
}

static bool fail_parse(struct izh_reader *reader, const char *text, size_t length, const char *at)
{
    size_t line = 1, end = length;
    while (end && strchr(" \t\r\n", text[end - 1]))
        end--;
    for (const char *c = text; c < at && c < text + length; c++)
        line += *c == '\n';
    if ((size_t)(at - text) >= end)
        return izh_reader_fail(reader, IZH_NETWORK_BAD_FILE, "%s:%zu: the file ends too early",
                               reader->file, line);
    int shown = (int)strcspn(at, "\r\n");
    if ((size_t)shown > (size_t)(text + length - at))
        shown = (int)(text + length - at);
    return izh_reader_fail(reader, IZH_NETWORK_BAD_FILE, "%s:%zu: not JSON from '%.*s' on",
                           reader->file, line, shown < 24 ? shown : 24, at);
}

bool izh_json_read(struct izh_reader *reader, cJSON **root)
{
    char *text = NULL;
    const char *end = NULL;
    size_t length = 0;
    if (!read_text(reader, &text, &length))
        return false;
    char *closed = realloc(text, length + 1);
    if (!closed) {
        free(text);
        return izh_reader_no_memory(reader);
    }
    closed[length] = 0;
    *root = cJSON_ParseWithLengthOpts(closed, length + 1, &end, true);
    bool good = *root || fail_parse(reader, closed, length, end ? end : closed);
    free(closed);
    return good;
}

// ---- Objects and arrays -------------------------------------------------------------------------

static bool fail_key(struct izh_reader *reader, const struct izh_node *node,
                     const char *const *keys)
{
    char known[IZH_NETWORK_MESSAGE] = "";
    for (size_t i = 0, length = 0; keys[i] && length < sizeof known; i++)
        length +=
            (size_t)snprintf(known + length, sizeof known - length, "%s%s", i ? ", " : "", keys[i]);
    return izh_node_fail(reader, node, "unknown key; known here: %s", known);
}

static bool key_is_known(const char *key, const char *const *keys)
{
    for (size_t i = 0; keys[i]; i++) {
        if (!strcmp(key, keys[i]))
            return true;
    }
    return !strcmp(key, "comment");
}

bool izh_json_keys(struct izh_reader *reader, const struct izh_node *node, const char *const *keys)
{
    if (!cJSON_IsObject(node->json))
        return izh_node_fail(reader, node, "must be an object, {...}");
    for (const cJSON *member = node->json->child; member; member = member->next) {
        struct izh_node child = {node, member->string, 0, member};
        if (!key_is_known(member->string, keys))
            return fail_key(reader, &child, keys);
        for (const cJSON *other = node->json->child; other != member; other = other->next) {
            if (!strcmp(other->string, member->string))
                return izh_node_fail(reader, &child, "is there twice");
        }
    }
    return true;
}

bool izh_json_has(const struct izh_node *node, const char *key, struct izh_node *child)
{
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(node->json, key);
    *child = (struct izh_node){node, key, 0, json};
    return json != NULL;
}

bool izh_json_need(struct izh_reader *reader, const struct izh_node *node, const char *key,
                   struct izh_node *child)
{
    return izh_json_has(node, key, child) || izh_node_fail(reader, child, "is missing");
}

bool izh_json_array(struct izh_reader *reader, const struct izh_node *node, int least, int *count)
{
    if (!cJSON_IsArray(node->json))
        return izh_node_fail(reader, node, "must be a list, [...]");
    int found = cJSON_GetArraySize(node->json);
    if (found < least)
        return izh_node_fail(reader, node, "has %d elements; it must have at least %d", found,
                             least);
    *count = found;
    return true;
}

struct izh_node izh_json_element(const struct izh_node *array, const cJSON *element, int index)
{
    return (struct izh_node){array, NULL, index, element};
}

bool izh_json_unique(struct izh_reader *reader, const struct izh_node *list)
{
    int i = 0;
    for (const cJSON *e = list->json->child; e; e = e->next, i++) {
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(e, "name"));
        for (const cJSON *o = list->json->child; name && o != e; o = o->next) {
            const char *other = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "name"));
            struct izh_node element = izh_json_element(list, e, i);
            struct izh_node child = {&element, "name", 0, NULL};
            if (other && !strcmp(name, other))
                return izh_node_fail(reader, &child, "'%s' is there already", name);
        }
    }
    return true;
}

// ---- Values -------------------------------------------------------------------------------------

bool izh_json_number(struct izh_reader *reader, const struct izh_node *node, double low,
                     double high, double *number)
{
    if (!cJSON_IsNumber(node->json))
        return izh_node_fail(reader, node, "must be a number");
    double value = node->json->valuedouble;
    if (!isfinite(value))
        return izh_node_fail(reader, node, "must be a finite number");
    if (value >= low && value <= high) {
        *number = value;
        return true;
    }
    if (high == HUGE_VAL)
        return izh_node_fail(reader, node, "%.10g: must be at least %.10g", value, low);
    return izh_node_fail(reader, node, "%.10g: must be from %.10g to %.10g", value, low, high);
}

bool izh_json_integer(struct izh_reader *reader, const struct izh_node *node, uint32_t low,
                      uint32_t high, uint32_t *number)
{
    double value;
    if (!izh_json_number(reader, node, low, high, &value))
        return false;
    if (value != floor(value))
        return izh_node_fail(reader, node, "%.9g: must be a whole number", value);
    *number = (uint32_t)value;
    return true;
}

bool izh_json_string(struct izh_reader *reader, const struct izh_node *node, const char **string)
{
    if (!cJSON_IsString(node->json) || !*node->json->valuestring)
        return izh_node_fail(reader, node, "must be a text in quotes, not empty");
    *string = node->json->valuestring;
    return true;
}

bool izh_json_name(struct izh_reader *reader, const struct izh_node *node, const char **name)
{
    const char *fault;
    if (!izh_json_string(reader, node, name))
        return false;
    fault = izh_name_fault(*name);
    return !fault || izh_node_fail(reader, node, "'%s' %s", *name, fault);
}

bool izh_json_boolean(struct izh_reader *reader, const struct izh_node *node, bool *value)
{
    if (!cJSON_IsBool(node->json))
        return izh_node_fail(reader, node, "must be true or false");
    *value = cJSON_IsTrue(node->json);
    return true;
}

bool izh_json_optional_number(struct izh_reader *reader, const struct izh_node *object,
                              const char *key, double low, double high, double *value)
{
    struct izh_node child;
    return !izh_json_has(object, key, &child) || izh_json_number(reader, &child, low, high, value);
}

bool izh_json_optional_boolean(struct izh_reader *reader, const struct izh_node *object,
                               const char *key, bool *value)
{
    struct izh_node child;
    return !izh_json_has(object, key, &child) || izh_json_boolean(reader, &child, value);
}

bool izh_json_numbers(struct izh_reader *reader, const struct izh_node *node, double **numbers,
                      size_t *count)
{
    int n, i = 0;
    if (!izh_json_array(reader, node, 1, &n))
        return false;
    double *values = malloc((size_t)n * sizeof *values);
    if (!values)
        return izh_reader_no_memory(reader);
    for (const cJSON *e = node->json->child; e; e = e->next, i++) {
        struct izh_node element = izh_json_element(node, e, i);
        if (izh_json_number(reader, &element, -HUGE_VAL, HUGE_VAL, &values[i]))
            continue;
        free(values);
        return false;
    }
    *numbers = values;
    *count = (size_t)n;
    return true;
}

bool izh_json_file(struct izh_reader *reader, const struct izh_node *node, char **path)
{
    const char *name = NULL, *slash = strrchr(reader->file, '/');
    if (!izh_json_string(reader, node, &name))
        return false;
    size_t directory = *name == '/' || !slash ? 0 : (size_t)(slash - reader->file) + 1;
    size_t size = directory + strlen(name) + 1;
    char *joined = malloc(size);
    if (!joined)
        return izh_reader_no_memory(reader);
    snprintf(joined, size, "%.*s%s", (int)directory, reader->file, name);
    *path = joined;
    return true;
}

bool izh_on_grid(double ms, double tick_ms, double *ticks)
{
    double exact = ms / tick_ms, nearest = floor(exact + 0.5);
    *ticks = nearest;
    return fabs(exact - nearest) <= 1e-9 * fmax(1, fabs(nearest));
}

bool izh_json_ticks(struct izh_reader *reader, const struct izh_node *node, uint32_t low,
                    uint32_t high, uint32_t *ticks)
{
    double ms, nearest, tick = reader->network->tick_ms;
    if (!izh_json_number(reader, node, -HUGE_VAL, HUGE_VAL, &ms))
        return false;
    if (!izh_on_grid(ms, tick, &nearest) || nearest < low || nearest > high)
        return izh_node_fail(
            reader, node,
            "%.10g ms: must be from %.10g to %.10g ms, a multiple of the tick %.10g "
            "ms",
            ms, low * tick, high * tick, tick);
    *ticks = (uint32_t)nearest;
    return true;
}
