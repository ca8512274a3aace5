// network_read.c: a network description and the files it names become a network
// SPDX-License-Identifier: Apache-2.0
#include "network_input.h"
#include "network_json.h"
#include "network_population.h"
#include "network_projection.h"
#include "network_sonata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double least_step_ms = 1.0 / 64, greatest_step_ms = 1;

// ---- Memory -------------------------------------------------------------------------------------

// What Linux says is there for a new program, or else all of the machine's.
static double free_memory(void)
{
    double bytes = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    FILE *stream = fopen("/proc/meminfo", "r");
    char line[128];
    while (stream && fgets(line, sizeof line, stream)) {
        unsigned long kilobytes;
        if (sscanf(line, "MemAvailable: %lu kB", &kilobytes) == 1)
            bytes = 1024.0 * (double)kilobytes;
    }
    if (stream)
        fclose(stream);
    return bytes;
}

// ---- Settings -----------------------------------------------------------------------------------

static bool read_mode(struct izh_reader *reader, const struct izh_node *time)
{
    struct izh_node node;
    const char *mode = NULL;
    if (!izh_json_has(time, "mode", &node))
        return true;
    if (!izh_json_string(reader, &node, &mode))
        return false;
    reader->network->accurate = !strcmp(mode, "accurate");
    return reader->network->accurate || !strcmp(mode, "script") ||
           izh_node_fail(reader, &node, "'%s' is no mode; modes: accurate, script", mode);
}

static bool read_time(struct izh_reader *reader, const struct izh_node *root)
{
    static const char *const keys[] = {"tick_ms", "substeps", "mode", NULL};
    struct izh_network *n = reader->network;
    struct izh_node time, node;
    if (!izh_json_has(root, "time", &time))
        return true;
    if (!izh_json_keys(reader, &time, keys) || !read_mode(reader, &time) ||
        !izh_json_optional_number(reader, &time, "tick_ms", least_step_ms, 255 * greatest_step_ms,
                                  &n->tick_ms) ||
        (izh_json_has(&time, "substeps", &node) &&
         !izh_json_integer(reader, &node, 1, 255, &n->substeps)))
        return false;
    double step = n->tick_ms / n->substeps;
    return (step >= least_step_ms && step <= greatest_step_ms) ||
           izh_node_fail(reader, &time,
                         "a sub-step of %.9g / %lu = %.9g ms; it must be from 1/64 to 1 ms",
                         n->tick_ms, (unsigned long)n->substeps, step);
}

static bool read_run(struct izh_reader *reader, const struct izh_node *root)
{
    static const char *const keys[] = {"duration_ms", NULL};
    struct izh_network *n = reader->network;
    struct izh_node run, node;
    n->ticks = (uint32_t)floor(1000 / n->tick_ms + 0.5);
    if (!izh_json_has(root, "run", &run))
        return true;
    return izh_json_keys(reader, &run, keys) &&
           (!izh_json_has(&run, "duration_ms", &node) ||
            izh_json_ticks(reader, &node, 1, UINT32_MAX, &n->ticks));
}

static bool read_names(struct izh_reader *reader, const struct izh_node *root)
{
    struct izh_node name_node, seed;
    const char *name = NULL;
    if (!izh_json_need(reader, root, "name", &name_node) ||
        !izh_json_name(reader, &name_node, &name) || !izh_json_need(reader, root, "seed", &seed) ||
        !izh_json_integer(reader, &seed, 0, UINT32_MAX, &reader->network->seed))
        return false;
    reader->network->name = strdup(name);
    reader->network->path = strdup(reader->file);
    return (reader->network->name && reader->network->path) || izh_reader_no_memory(reader);
}

static bool apply_options(struct izh_reader *reader, const struct izh_network_options *o)
{
    struct izh_network *n = reader->network;
    double ticks = o && o->ticks ? o->ticks : n->ticks;
    if (o && o->has_seed)
        n->seed = o->seed;
    if (o && o->mode)
        n->accurate = o->mode == 1;
    if (o && o->duration_ms > 0 &&
        (!izh_on_grid(o->duration_ms, n->tick_ms, &ticks) || ticks < 1 || ticks > UINT32_MAX))
        return izh_reader_fail(reader, IZH_NETWORK_BAD_VALUE,
                               "%s: a duration of %.9g ms; it must be a multiple of the tick, %.9g "
                               "ms",
                               reader->file, o->duration_ms, n->tick_ms);
    n->ticks = (uint32_t)ticks;
    n->duration_ms = n->ticks * n->tick_ms;
    return true;
}

// ---- The whole ----------------------------------------------------------------------------------

static bool read_parts(struct izh_reader *reader, const struct izh_node *root)
{
    struct izh_node populations, projections, inputs, probes, sonata;
    bool has_sonata = izh_json_has(root, "sonata", &sonata);
    if (izh_json_has(root, "populations", &populations) &&
        !izh_populations_read(reader, &populations))
        return false;
    if (has_sonata && !izh_sonata_read_nodes(reader, &sonata))
        return false;
    if (!reader->network->neuron_count)
        return izh_node_fail(reader, &populations,
                             "there is no neuron; give populations, or "
                             "sonata");
    if (izh_json_has(root, "projections", &projections) &&
        !izh_projections_read(reader, &projections))
        return false;
    return (!has_sonata || izh_sonata_read_edges(reader, &sonata)) &&
           (!izh_json_has(root, "inputs", &inputs) || izh_inputs_read(reader, &inputs)) &&
           (!izh_json_has(root, "probes", &probes) || izh_probes_read(reader, &probes));
}

static bool weights_are_finite(struct izh_reader *reader)
{
    const struct izh_network *n = reader->network;
    for (size_t i = 0; i < n->synapses.count; i++) {
        if (!isfinite(n->synapses.weight[i]))
            return izh_reader_fail(reader, IZH_NETWORK_BAD_VALUE,
                                   "%s: a weight is not a finite number", reader->file);
    }
    for (size_t i = 0; i < n->event_count; i++) {
        if (!isfinite(n->events[i].weight))
            return izh_reader_fail(reader, IZH_NETWORK_BAD_VALUE,
                                   "%s: the weight of an input is not a finite number",
                                   reader->file);
    }
    return true;
}

static bool read_root(struct izh_reader *reader, const cJSON *json,
                      const struct izh_network_options *options)
{
    static const char *const keys[] = {"name",        "seed",   "time",   "run",    "populations",
                                       "projections", "inputs", "probes", "sonata", NULL};
    struct izh_node root = {NULL, NULL, 0, json};
    return izh_json_keys(reader, &root, keys) && read_names(reader, &root) &&
           read_time(reader, &root) && read_run(reader, &root) && apply_options(reader, options) &&
           read_parts(reader, &root) && weights_are_finite(reader);
}

enum izh_network_status izh_network_read(const char *path,
                                         const struct izh_network_options *options,
                                         struct izh_network **network,
                                         char message[IZH_NETWORK_MESSAGE])
{
    struct izh_reader reader = {.file = path, .message = message, .memory = free_memory()};
    cJSON *json = NULL;
    reader.network = calloc(1, sizeof *reader.network);
    if (!reader.network) {
        izh_reader_no_memory(&reader);
        return reader.status;
    }
    reader.network->tick_ms = 1;
    reader.network->substeps = 4;
    reader.network->accurate = true;
    bool good = izh_json_read(&reader, &json) && read_root(&reader, json, options);
    cJSON_Delete(json);
    if (good)
        *network = reader.network;
    else
        izh_network_free(reader.network);
    return good ? IZH_NETWORK_OK : reader.status;
}
