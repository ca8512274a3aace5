// network_json.h: a JSON file, where its values stand, and what is wrong with them
// SPDX-License-Identifier: Apache-2.0
//
// Functions that return bool return false when something is wrong; then the reader holds the status
// and the message. Nothing is set unless true is returned.
#ifndef IZH_NETWORK_JSON_H
#define IZH_NETWORK_JSON_H

#include "network_internal.h"

#include <cjson/cJSON.h>

struct izh_reader {
    struct izh_network *network;
    const char *file; // the description; other paths are relative to its directory
    enum izh_network_status status;
    char *message;
    double memory; // bytes that were free at the beginning
};

// A value and the way to it.
struct izh_node {
    const struct izh_node *up; // NULL: the whole file
    const char *key;           // within an object, else NULL
    int index;                 // within an array
    const cJSON *json;
};

enum { IZH_JSON_PATH = 256 };

// Each sets status and message and returns false.
bool izh_reader_fail(struct izh_reader *reader, enum izh_network_status status, const char *format,
                     ...) __attribute__((format(printf, 3, 4)));
bool izh_reader_no_memory(struct izh_reader *reader);

// The same for a value of the description: "FILE: PATH: ...", status BAD_VALUE.
bool izh_node_fail(struct izh_reader *reader, const struct izh_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// "projections[2].weight".
void izh_node_path(const struct izh_node *node, char path[IZH_JSON_PATH]);

// The root of the file, to be given to cJSON_Delete.
bool izh_json_read(struct izh_reader *reader, cJSON **root);

// That node is an object with these keys only, each at most once; NULL ends the list. "comment" is
// always allowed.
bool izh_json_keys(struct izh_reader *reader, const struct izh_node *node, const char *const *keys);

// Member of an object; has: false if it is not there. need: an error then.
bool izh_json_has(const struct izh_node *node, const char *key, struct izh_node *child);
bool izh_json_need(struct izh_reader *reader, const struct izh_node *node, const char *key,
                   struct izh_node *child);

// Elements of an array: that it is one, their number, and each.
bool izh_json_array(struct izh_reader *reader, const struct izh_node *node, int least, int *count);
struct izh_node izh_json_element(const struct izh_node *array, const cJSON *element, int index);

bool izh_json_number(struct izh_reader *reader, const struct izh_node *node, double low,
                     double high, double *number);
bool izh_json_integer(struct izh_reader *reader, const struct izh_node *node, uint32_t low,
                      uint32_t high, uint32_t *number);
bool izh_json_string(struct izh_reader *reader, const struct izh_node *node, const char **string);
bool izh_json_boolean(struct izh_reader *reader, const struct izh_node *node, bool *value);

// A string that is the name of something.
bool izh_json_name(struct izh_reader *reader, const struct izh_node *node, const char **name);

// A member that may be left out: *value is then as it was.
bool izh_json_optional_number(struct izh_reader *reader, const struct izh_node *object,
                              const char *key, double low, double high, double *value);
bool izh_json_optional_boolean(struct izh_reader *reader, const struct izh_node *object,
                               const char *key, bool *value);

// An array of numbers, the caller's to free.
bool izh_json_numbers(struct izh_reader *reader, const struct izh_node *node, double **numbers,
                      size_t *count);

// That no two objects of a list have the same "name".
bool izh_json_unique(struct izh_reader *reader, const struct izh_node *list);

// A file named in the description, relative to it; the caller's to free.
bool izh_json_file(struct izh_reader *reader, const struct izh_node *node, char **path);

// Time in ms to ticks: a multiple of the tick, low to high ticks.
bool izh_json_ticks(struct izh_reader *reader, const struct izh_node *node, uint32_t low,
                    uint32_t high, uint32_t *ticks);

// Whether ms is on the grid, and which tick it is. No message.
bool izh_on_grid(double ms, double tick_ms, double *ticks);

// That so many bytes more can be had. what: "1000000 synapses".
bool izh_reader_room(struct izh_reader *reader, double bytes, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
