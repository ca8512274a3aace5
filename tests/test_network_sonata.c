// test_network_sonata.c: SONATA nodes and edges are read as they were written, or refused
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "image_words.h"
#include "network_files.h"
#include "network_internal.h"

#include <hdf5.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NODES = 6, EDGES = 8 };

// ---- Writing ------------------------------------------------------------------------------------

// What makes up the two files; a test changes one thing. NULL: that column is left out.
struct sonata {
    const char *population, *source, *target; // of the nodes; attributes of the edges
    const char *edges;                        // their population
    int64_t node_type[NODES], node_group[NODES], node_index[NODES], node_id[NODES];
    double a[4], v0[2];
    int64_t edge_type[EDGES], pre[EDGES], post[EDGES], edge_group[EDGES], edge_index[EDGES];
    double weight[EDGES], delay[3];
    bool has_groups, has_ids, fixed_attributes, has_attributes, float_ids, two_dimensions;
    hsize_t posts; // elements of target_node_id
};

// Neurons 0..3 are of group 0 and bring their own a; 4 and 5 of group 1 bring v0. Edges 0..4 bring
// their weight, all others take what their type says.
static struct sonata example(void)
{
    return (struct sonata){
        .population = "E",
        .source = "E",
        .target = "E",
        .edges = "E_to_E",
        .node_type = {100, 100, 101, 101, 100, 100},
        .node_group = {0, 0, 0, 0, 1, 1},
        .node_index = {3, 2, 1, 0, 0, 1},
        .node_id = {0, 1, 2, 3, 4, 5},
        .a = {0.02, 0.03, 0.04, 0.05},
        .v0 = {-60, -61},
        .edge_type = {7, 7, 7, 7, 7, 8, 8, 8},
        .pre = {0, 1, 2, 3, 4, 5, 0, 1},
        .post = {5, 4, 3, 2, 1, 0, 0, 5},
        .edge_group = {0, 0, 0, 0, 0, 1, 1, 1},
        .edge_index = {0, 1, 2, 3, 4, 0, 1, 2},
        .weight = {0.5, 1, 1.5, 2, 2.5},
        .delay = {1, 5, 9},
        .has_groups = true,
        .has_ids = true,
        .has_attributes = true,
        .posts = EDGES,
    };
}

static hid_t write_column(hid_t where, const char *name, hid_t type, hid_t memory, hsize_t count,
                          const void *data)
{
    hid_t space = H5Screate_simple(1, &count, NULL);
    hid_t set = H5Dcreate2(where, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(set >= 0 && H5Dwrite(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    H5Sclose(space);
    return set;
}

static void write_integers(hid_t where, const char *name, hid_t type, hsize_t count,
                           const int64_t *data)
{
    H5Dclose(write_column(where, name, type, H5T_NATIVE_INT64, count, data));
}

static void write_doubles(hid_t where, const char *name, hid_t type, hsize_t count,
                          const double *data)
{
    H5Dclose(write_column(where, name, type, H5T_NATIVE_DOUBLE, count, data));
}

static hid_t make_group(hid_t where, const char *name)
{
    hid_t group = H5Gcreate2(where, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(group >= 0);
    return group;
}

static void write_name(hid_t set, const char *name, bool fixed)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, fixed ? strlen(name) : H5T_VARIABLE);
    hid_t attribute = H5Acreate2(set, "node_population", type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(attribute, type, fixed ? (const void *)name : &name) >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
}

static hid_t create(const char *name)
{
    hid_t file = H5Fcreate(izh_files_path(name), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

static void write_nodes(const struct sonata *s)
{
    hid_t file = create("nodes.h5"), nodes = make_group(file, "nodes");
    hid_t population = make_group(nodes, s->population);
    hid_t group = make_group(population, "0"), other = make_group(population, "1");
    hid_t parameters = make_group(other, "dynamics_params");
    write_integers(population, "node_type_id", s->float_ids ? H5T_IEEE_F64LE : H5T_STD_U32LE, NODES,
                   s->node_type);
    if (s->has_ids)
        write_integers(population, "node_id", H5T_STD_U64LE, NODES, s->node_id);
    if (s->has_groups) {
        write_integers(population, "node_group_id", H5T_STD_U16LE, NODES, s->node_group);
        write_integers(population, "node_group_index", H5T_STD_I64LE, NODES, s->node_index);
    }
    write_doubles(group, "a", H5T_IEEE_F64LE, 4, s->a);
    write_doubles(parameters, "v0", H5T_IEEE_F32LE, 2, s->v0);
    H5Gclose(parameters);
    H5Gclose(other);
    H5Gclose(group);
    H5Gclose(population);
    H5Gclose(nodes);
    H5Fclose(file);
    izh_files_write("node_types.csv",
                    "node_type_id model_type a b c d bias noise_sd \"the place\"\n"
                    "100 point_neuron 0.1 0.2 -65 8 1.5 NULL \"layer 2 3\"\n"
                    "101 point_neuron NULL 0.25 -60 2 NULL 3 \"layer 5\"\n");
}

static void write_end(hid_t population, const char *name, hsize_t count, const int64_t *ids,
                      const char *node_population, const struct sonata *s)
{
    hid_t set = write_column(population, name, H5T_STD_I64LE, H5T_NATIVE_INT64, count, ids);
    if (s->has_attributes)
        write_name(set, node_population, s->fixed_attributes);
    H5Dclose(set);
}

static void write_edges(const struct sonata *s)
{
    hid_t file = create("edges.h5"), edges = make_group(file, "edges");
    hid_t population = make_group(edges, s->edges), group = make_group(population, "0");
    hid_t other = make_group(population, "1"), indices = make_group(population, "indices");
    write_integers(population, "edge_type_id", H5T_STD_U32LE, EDGES, s->edge_type);
    write_integers(population, "edge_group_id", H5T_STD_U16LE, EDGES, s->edge_group);
    write_integers(population, "edge_group_index", H5T_STD_I64LE, EDGES, s->edge_index);
    write_end(population, "source_node_id", EDGES, s->pre, s->source, s);
    write_end(population, "target_node_id", s->posts, s->post, s->target, s);
    write_doubles(group, "syn_weight", H5T_IEEE_F64LE, 5, s->weight);
    write_doubles(other, "delay", H5T_IEEE_F64LE, 3, s->delay);
    if (s->two_dimensions) {
        hsize_t size[2] = {5, 1};
        hid_t space = H5Screate_simple(2, size, NULL);
        H5Dclose(H5Dcreate2(group, "delay", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT,
                            H5P_DEFAULT));
        H5Sclose(space);
    }
    H5Gclose(indices);
    H5Gclose(other);
    H5Gclose(group);
    H5Gclose(population);
    H5Gclose(edges);
    H5Fclose(file);
    izh_files_write("edge_types.csv", "edge_type_id syn_weight delay target_query\n"
                                      "7 -1 3 \"node_id < '4'\"\n"
                                      "8 -4 NULL NULL\n");
}

static const char description[] =
    "{\"name\": \"sonata\", \"seed\": 1, \"populations\": [{\"name\": \"first\", \"count\": 2, "
    "\"a\": "
    "0.02, \"b\": 0.2, \"c\": -65, \"d\": 8}], \"sonata\": {\"nodes\": \"nodes.h5\", "
    "\"node_types\": "
    "\"node_types.csv\", \"edges\": [{\"file\": \"edges.h5\", \"edge_types\": "
    "\"edge_types.csv\"}]}, "
    "\"projections\": [{\"from\": \"first\", \"to\": \"E\", \"rule\": \"all-to-all\", \"weight\": "
    "1, "
    "\"delay\": 1}], \"probes\": [{\"population\": \"E\", \"neurons\": [5]}]}";

static void write_all(const struct sonata *s)
{
    write_nodes(s);
    write_edges(s);
    izh_files_write("network.json", description);
}

// ---- Good files ---------------------------------------------------------------------------------

static void check_example(const struct izh_network *n)
{
    static const double a[] = {0.05, 0.04, 0.03, 0.02, 0.1, 0.1};
    static const double weight[] = {0.5, 1, 1.5, 2, 2.5, -4, -4, -4};
    static const uint32_t delay[] = {3, 3, 3, 3, 3, 1, 5, 9};
    const struct sonata s = example();
    const struct izh_synapse_list *list = &n->synapses;
    assert_int_equal(n->population_count, 2);
    assert_string_equal(n->populations[1].name, "E");
    assert_int_equal(n->populations[1].first, 2);
    assert_int_equal(n->populations[1].count, NODES);
    for (uint32_t i = 0; i < NODES; i++) {
        const struct izh_biophysics *b = &n->neurons[2 + i];
        bool other = i == 2 || i == 3;
        assert_true(b->cell.a == a[i] && b->cell.b == (other ? 0.25 : 0.2));
        assert_true(b->cell.c == (other ? -60 : -65) && b->cell.d == (other ? 2 : 8));
        assert_true(b->bias == (other ? 0 : 1.5) && b->noise_sd == (other ? 3 : 0));
        assert_true(b->v0 == (i < 4 ? -65 : -56 - (double)i));
        assert_true(b->u0 == b->cell.b * b->v0 && b->cell.square == 0.04);
        assert_int_equal(n->probed[2 + i], i == 5);
    }
    assert_int_equal(list->count, 12 + EDGES);
    assert_string_equal(n->projections[1].label, "edges.E_to_E");
    assert_int_equal(n->projections[1].first, 12);
    for (uint32_t i = 0; i < EDGES; i++) {
        assert_int_equal(list->pre[12 + i], 2 + s.pre[i]);
        assert_int_equal(list->post[12 + i], 2 + s.post[i]);
        assert_true(list->weight[12 + i] == weight[i]);
        assert_int_equal(list->delay[12 + i], delay[i]);
    }
}

static void files_are_read_as_they_were_written(void **unused)
{
    (void)unused;
    for (int variant = 0; variant < 2; variant++) {
        struct sonata s = example();
        s.fixed_attributes = s.has_ids = variant;
        write_all(&s);
        struct izh_network *n = izh_files_read("network.json", NULL);
        check_example(n);
        struct izh_compiled *c = izh_files_compile(n, 2, NULL);
        assert_int_equal(c->synapses, 12 + EDGES);
        izh_compiled_free(c);
        izh_network_free(n);
    }
}

// Enough rows for several blocks; without groups of nodes, which the format allows to leave out.
static void long_files_are_read_block_by_block(void **unused)
{
    (void)unused;
    enum { MANY = 150000, NEURONS = 70000 };
    int64_t *ids = calloc(MANY, sizeof *ids), *types = calloc(MANY, sizeof *types);
    double *weights = calloc(MANY, sizeof *weights);
    for (int64_t i = 0; i < MANY; i++) {
        ids[i] = i * 7 % NEURONS;
        weights[i] = (double)i;
    }
    hid_t file = create("nodes.h5"), nodes = make_group(file, "nodes");
    hid_t population = make_group(nodes, "E");
    write_integers(population, "node_type_id", H5T_STD_U32LE, NEURONS, types);
    H5Gclose(population);
    H5Gclose(nodes);
    H5Fclose(file);
    file = create("edges.h5");
    hid_t edges = make_group(file, "edges"), group;
    population = make_group(edges, "E_to_E");
    group = make_group(population, "0");
    write_integers(population, "edge_type_id", H5T_STD_U32LE, MANY, types);
    struct sonata s = example();
    write_end(population, "source_node_id", MANY, ids, "E", &s);
    write_end(population, "target_node_id", MANY, types, "E", &s);
    write_doubles(group, "syn_weight", H5T_IEEE_F64LE, MANY, weights);
    H5Gclose(group);
    H5Gclose(population);
    H5Gclose(edges);
    H5Fclose(file);
    izh_files_write("node_types.csv", "node_type_id a b c d\n0 0.02 0.2 -65 8\n");
    izh_files_write("edge_types.csv", "edge_type_id delay\n0 4\n");
    izh_files_write("network.json", description);
    struct izh_network *n = izh_files_read("network.json", NULL);
    size_t first = n->projections[1].first;
    assert_int_equal(n->projections[1].count, MANY);
    for (size_t i = 0; i < MANY; i++) {
        if (n->synapses.pre[first + i] != 2 + ids[i] || n->synapses.weight[first + i] != weights[i])
            fail_msg("edge %zu", i);
    }
    izh_network_free(n);
    free(ids);
    free(types);
    free(weights);
}

// ---- Bad files ----------------------------------------------------------------------------------

static void expect(enum izh_network_status wanted, const char *file, const char *text)
{
    struct izh_network *n = NULL;
    char message[IZH_NETWORK_MESSAGE] = "", full[IZH_NETWORK_MESSAGE];
    snprintf(full, sizeof full, "%s%s", izh_files_path(file), text);
    enum izh_network_status status =
        izh_network_read(izh_files_path("network.json"), NULL, &n, message);
    if (status != wanted || strcmp(message, full))
        fail_msg("%s\n  said:   %s\n  wanted: %s", izh_network_status_name(status), message, full);
    assert_null(n);
}

// Writes the example with one statement done to it.
#define REFUSED(change, file, text)                                                                \
    do {                                                                                           \
        struct sonata s = example();                                                               \
        change;                                                                                    \
        write_all(&s);                                                                             \
        expect(IZH_NETWORK_BAD_FILE, file, text);                                                  \
    } while (0)

static void bad_nodes_are_refused(void **unused)
{
    (void)unused;
    char text[IZH_NETWORK_MESSAGE];
    snprintf(text, sizeof text, ": nodes/E: row 3: %s lists no type 102",
             izh_files_path("node_types.csv"));
    REFUSED(s.node_type[3] = 102, "nodes.h5", text);
    REFUSED(s.node_group[3] = 2, "nodes.h5", ": nodes/E: row 3: there is no group 2");
    REFUSED(s.node_index[3] = 4, "nodes.h5", ": nodes/E: row 3: 'a' has no element 4; it has 4");
    REFUSED(s.node_index[3] = -1, "nodes.h5", ": nodes/E: row 3: 'a' has no element -1; it has 4");
    REFUSED(s.node_id[3] = 4, "nodes.h5", ": nodes/E/node_id: row 3 is 4; it must be 3");
    REFUSED(s.a[2] = NAN, "nodes.h5", ": nodes/E: row 1: 'a' is not a finite number");
    REFUSED(s.float_ids = true, "nodes.h5", ": nodes/E/node_type_id: must hold whole numbers");
    REFUSED(s.has_groups = false, "nodes.h5", ": nodes/E: row 4: 'a' has no element 4; it has 4");
    REFUSED(s.node_type[4] = 101, "nodes.h5",
            ": nodes/E: row 4: 'a' is neither in its group nor with its type");
}

static void bad_edges_are_refused(void **unused)
{
    (void)unused;
    REFUSED(s.post[2] = 6, "edges.h5",
            ": edges/E_to_E/target_node_id: row 2: there is no neuron 6; 'E' has 0 to 5");
    REFUSED(s.pre[2] = -1, "edges.h5",
            ": edges/E_to_E/source_node_id: row 2: there is no neuron -1; 'E' has 0 to 5");
    REFUSED(s.target = "I", "edges.h5",
            ": edges/E_to_E/target_node_id: there is no population 'I'");
    REFUSED(s.has_attributes = false, "edges.h5",
            ": edges/E_to_E/source_node_id: has no text attribute 'node_population'");
    REFUSED(s.posts = 7, "edges.h5", ": edges/E_to_E/target_node_id: 7 rows; 8 are wanted");
    REFUSED(s.delay[1] = -2, "edges.h5",
            ": edges/E_to_E: row 6: delay: -2 ms: must be from 1 to 252 ms, a multiple of the tick "
            "1 ms");
    REFUSED(
        s.delay[1] = 2.5, "edges.h5",
        ": edges/E_to_E: row 6: delay: 2.5 ms: must be from 1 to 252 ms, a multiple of the tick "
        "1 ms");
    REFUSED(s.delay[1] = NAN, "edges.h5", ": edges/E_to_E: row 6: 'delay' is not a finite number");
    REFUSED(s.weight[4] = INFINITY, "edges.h5",
            ": edges/E_to_E: row 4: 'syn_weight' is not a finite number");
    REFUSED(s.edge_index[4] = 9, "edges.h5",
            ": edges/E_to_E: row 4: 'syn_weight' has no element 9; it has 5");
    REFUSED(s.two_dimensions = true, "edges.h5", ": edges/E_to_E/0/delay: must have one dimension");
    REFUSED(s.edge_type[0] = 8, "edges.h5",
            ": edges/E_to_E: row 0: 'delay' is neither in its group nor with its type");
}

static void bad_tables_of_types_are_refused(void **unused)
{
    (void)unused;
    const struct sonata s = example();
    write_all(&s);
    izh_files_write("node_types.csv", "node_type_id a b c d\n100 0.1 0.2 -65\n");
    expect(IZH_NETWORK_BAD_FILE, "node_types.csv", ":2: 4 fields; the first line names 5");
    izh_files_write("node_types.csv", "node_type a b c d\n100 0.1 0.2 -65 8\n");
    expect(IZH_NETWORK_BAD_FILE, "node_types.csv",
           ":1: the first line names no column 'node_type_id'");
    izh_files_write("node_types.csv", "node_type_id a b c d\n100 x 0.2 -65 8\n");
    expect(IZH_NETWORK_BAD_FILE, "node_types.csv", ":2: a: 'x' is not a finite number");
    izh_files_write("node_types.csv", "node_type_id a\n100 1\n100 2\n");
    expect(IZH_NETWORK_BAD_FILE, "node_types.csv", ":3: node_type_id: 100 is there twice");
    unlink(izh_files_path("node_types.csv"));
    expect(IZH_NETWORK_CANNOT_READ, "node_types.csv",
           ": cannot be read: No such file or directory");
}

static void a_file_without_its_groups_is_refused(void **unused)
{
    (void)unused;
    const struct sonata s = example();
    write_all(&s);
    hid_t file = create("edges.h5");
    H5Fclose(file);
    expect(IZH_NETWORK_BAD_FILE, "edges.h5", ": there is no group /edges");
    file = create("edges.h5");
    H5Gclose(make_group(file, "edges"));
    H5Fclose(file);
    expect(IZH_NETWORK_BAD_FILE, "edges.h5", ": edges: holds no population");
    file = create("nodes.h5");
    hid_t nodes = make_group(file, "nodes");
    H5Gclose(make_group(nodes, "E"));
    H5Gclose(nodes);
    H5Fclose(file);
    expect(IZH_NETWORK_BAD_FILE, "nodes.h5", ": there is no dataset /nodes/E/node_type_id");
}

static void a_population_of_that_name_is_refused(void **unused)
{
    (void)unused;
    struct sonata s = example();
    s.population = "first";
    write_all(&s);
    struct izh_network *n = NULL;
    char message[IZH_NETWORK_MESSAGE] = "";
    assert_int_equal(izh_network_read(izh_files_path("network.json"), NULL, &n, message),
                     IZH_NETWORK_BAD_VALUE);
    assert_non_null(strstr(message, "nodes.h5: nodes: there is a population 'first' already"));
}

static void names_with_control_characters_are_refused(void **unused)
{
    (void)unused;
    struct sonata s = example();
    s.population = "E\n!touch pwned\n";
    write_all(&s);
    struct izh_network *n = NULL;
    char message[IZH_NETWORK_MESSAGE] = "";
    assert_int_equal(izh_network_read(izh_files_path("network.json"), NULL, &n, message),
                     IZH_NETWORK_BAD_VALUE);
    assert_non_null(strstr(message, "nodes.h5: nodes: 'E?!touch pwned?' holds a control "
                                    "character; a name is one line of text"));
    s = example();
    s.edges = "E\x1b[2J";
    write_all(&s);
    expect(IZH_NETWORK_BAD_FILE, "edges.h5",
           ": edges: 'E?[2J' holds a control character; a name is one line of text");
}

// Wherever it is cut or wrong: never a crash, never a word on the standard error.
static void a_damaged_file_is_refused(void **unused)
{
    (void)unused;
    const struct sonata s = example();
    write_all(&s);
    static uint8_t bytes[1 << 16];
    FILE *stream = fopen(izh_files_path("edges.h5"), "rb");
    size_t length = fread(bytes, 1, sizeof bytes, stream);
    fclose(stream);
    assert_in_range(length, 1000, sizeof bytes - 1);
    for (size_t cut = 0; cut < length; cut += 97) {
        struct izh_network *n = NULL;
        char message[IZH_NETWORK_MESSAGE] = "";
        stream = fopen(izh_files_path("edges.h5"), "wb");
        assert_int_equal(fwrite(bytes, 1, cut, stream), cut);
        fclose(stream);
        assert_int_equal(izh_network_read(izh_files_path("network.json"), NULL, &n, message),
                         IZH_NETWORK_BAD_FILE);
        assert_non_null(strstr(message, "edges.h5: this is no HDF5 file, or it is damaged"));
    }
}

// What libhdf5 writes in front of the parts of a group: its tree, its heap of names, its nodes.
static void a_damaged_group_is_no_lack_of_memory(void **unused)
{
    (void)unused;
    static const char *const marks[] = {"TREE", "HEAP", "SNOD"};
    const struct sonata s = example();
    write_all(&s);
    static uint8_t bytes[1 << 16];
    FILE *stream = fopen(izh_files_path("edges.h5"), "rb");
    size_t length = fread(bytes, 1, sizeof bytes, stream), found = 0;
    fclose(stream);
    for (size_t i = 0; i + 4 < length; i++) {
        bool mark = false;
        for (size_t j = 0; j < sizeof marks / sizeof *marks; j++)
            mark = mark || !memcmp(bytes + i, marks[j], 4);
        if (!mark)
            continue;
        struct izh_network *n = NULL;
        char message[IZH_NETWORK_MESSAGE] = "";
        bytes[i] ^= 1;
        stream = fopen(izh_files_path("edges.h5"), "wb");
        assert_int_equal(fwrite(bytes, 1, length, stream), length);
        fclose(stream);
        bytes[i] ^= 1;
        enum izh_network_status status =
            izh_network_read(izh_files_path("network.json"), NULL, &n, message);
        if (status != IZH_NETWORK_OK && status != IZH_NETWORK_BAD_FILE)
            fail_msg("byte %zu: %s: %s", i, izh_network_status_name(status), message);
        found += !!strstr(message, "cannot be read: the file is damaged");
        izh_network_free(n);
    }
    assert_true(found > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_read_as_they_were_written),
        cmocka_unit_test(long_files_are_read_block_by_block),
        cmocka_unit_test(bad_nodes_are_refused),
        cmocka_unit_test(bad_edges_are_refused),
        cmocka_unit_test(bad_tables_of_types_are_refused),
        cmocka_unit_test(a_file_without_its_groups_is_refused),
        cmocka_unit_test(a_population_of_that_name_is_refused),
        cmocka_unit_test(names_with_control_characters_are_refused),
        cmocka_unit_test(a_damaged_file_is_refused),
        cmocka_unit_test(a_damaged_group_is_no_lack_of_memory),
    };
    return cmocka_run_group_tests_name("network_sonata", tests, izh_files_begin, izh_files_end);
}
