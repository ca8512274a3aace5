// speed.c: the golden model against a plain C loop and Brian2, side by side in one run
// SPDX-License-Identifier: Apache-2.0
//
// usage: speed [--rounds N] [--brian2 COMMAND DIRECTORY_DENSE DIRECTORY_SPARSE] >docs/speed.md
//
// COMMAND run DIRECTORY is bench/brian2_network.py with what it built. Markdown on stdout, progress
// on stderr. A row that this machine has no processor or no program for says so; exit code 1 when
// another could not be measured.
#define _GNU_SOURCE // sched_setaffinity
#include "measure/netm.h"
#include "measure/netm_model.h"
#include "measure/plain_c.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NETWORKS = 2, MAX_RUNNERS = 16, MAX_ROUNDS = 99, SIMULATED_MS = 1000, TEXT = 256 };

static const struct netm_workload {
    const char *title;
    uint32_t neurons, degree;
    double brian2_times; // of the golden model's time, at least
} workloads[NETWORKS] = {
    {"net.m, 1,000 neurons, every one to every one", 1000, 1000, 4},
    {"10,000 neurons, 1,000 synapses each", 10000, 1000, 2},
};
static const double plain_times = 2; // the golden model's time, of a plain loop's, at most
static const char *const kernels[] = {"portable", "avx2", "avx512"};
enum { KERNELS = sizeof kernels / sizeof *kernels };

enum kind { KIND_PLAIN, KIND_BRIAN2, KIND_MODEL };

// One row of a table.
struct runner {
    char name[TEXT];
    enum kind kind;
    const char *missing;    // why it is not measured, or NULL
    enum plain_noise noise; // KIND_PLAIN
    const char *kernel;     // KIND_MODEL
    unsigned threads;
    struct netm_engine engine; // KIND_MODEL
    struct izh_model *model;   // shared by rows that differ in the kernel only
    bool owns_model;
    double seconds[MAX_ROUNDS]; // per simulated second
    double excitatory_hz, inhibitory_hz, events;
};

struct run {
    double seconds;
    struct netm_spikes spikes;
    uint64_t events;
};

static const char *brian2_command, *brian2_directory[NETWORKS];
static char brian2_built[TEXT]; // versions and options, as the command says
static int rounds = 7;

static void require(bool measured, const char *what)
{
    if (measured)
        return;
    fprintf(stderr, "speed: %s could not be measured\n", what);
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// ---- One thread stays on one processor ---------------------------------------------------------

static cpu_set_t all_processors;

static void use_processors(unsigned threads)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int i = CPU_SETSIZE - 1; i >= 0; i--) {
        if (CPU_ISSET(i, &all_processors)) {
            CPU_SET(i, &one);
            break;
        }
    }
    sched_setaffinity(0, sizeof one, threads == 1 ? &one : &all_processors);
}

// ---- What is run -------------------------------------------------------------------------------

static bool run_plain(const struct runner *r, const struct netm *net, int round, struct run *run)
{
    struct plain_neuron *neurons = malloc(net->neurons * sizeof *neurons);
    uint64_t *first = malloc((net->neurons + 1) * sizeof *first);
    uint32_t *spiked = malloc((net->neurons + 1024) * sizeof *spiked);
    struct plain_network *n = NULL;
    if (neurons && first && spiked) {
        for (uint32_t i = 0; i < net->neurons; i++) {
            const struct netm_neuron *p = &net->neuron[i];
            neurons[i] = (struct plain_neuron){(float)p->a, (float)p->b, (float)p->c,
                                               (float)p->d, 0,           (float)p->sd};
        }
        for (uint32_t i = 0; i <= net->neurons; i++)
            first[i] = (uint64_t)i * net->degree;
        struct plain_synapses synapses = {first, net->target, net->weight};
        n = plain_network_new(neurons, net->neurons, &synapses, r->noise, (uint32_t)round + 1);
    }
    if (n) {
        double start = now();
        for (int ms = 0; ms < SIMULATED_MS; ms++) {
            size_t count = plain_network_step(n, spiked);
            for (size_t i = 0; i < count; i++)
                netm_count(net, spiked[i], &run->spikes);
        }
        run->seconds = now() - start;
        run->events = plain_network_events(n);
    }
    plain_network_free(n);
    free(neurons);
    free(first);
    free(spiked);
    return n;
}

static bool run_model(const struct runner *r, const struct netm *net, int round, struct run *run)
{
    struct netm_engine engine = r->engine;
    engine.seed = (uint32_t)round + 1;
    if (izh_model_set_kernel(r->model, r->kernel) != IZH_MODEL_OK ||
        !netm_model_start(r->model, net, &engine))
        return false;
    uint64_t events = izh_model_synaptic_events(r->model);
    double start = now();
    bool good = netm_model_run(r->model, net, SIMULATED_MS, &run->spikes);
    run->seconds = now() - start;
    run->events = izh_model_synaptic_events(r->model) - events;
    return good;
}

static bool run_brian2(struct runner *r, int network, int round)
{
    char command[1024], line[512] = "";
    snprintf(command, sizeof command, "%s run %s", brian2_command, brian2_directory[network]);
    FILE *pipe = popen(command, "r");
    if (!pipe)
        return false;
    char *got = fgets(line, sizeof line, pipe);
    return pclose(pipe) == 0 && got &&
           sscanf(line, "%lf %lf %lf %lf %255[^\n]", &r->seconds[round], &r->excitatory_hz,
                  &r->inhibitory_hz, &r->events, brian2_built) == 5;
}

// The rates in the table are those of the last round.
static void run_once(struct runner *r, const struct netm *net, int network, int round)
{
    struct run run = {0};
    use_processors(r->threads);
    if (r->kind == KIND_BRIAN2) {
        if (!run_brian2(r, network, round))
            r->missing = "Brian2 is not installed, or its program does not run";
        return;
    }
    require(r->kind == KIND_PLAIN ? run_plain(r, net, round, &run) : run_model(r, net, round, &run),
            r->name);
    r->seconds[round] = run.seconds * 1000 / SIMULATED_MS;
    r->excitatory_hz = netm_excitatory_hz(net, &run.spikes, SIMULATED_MS);
    r->inhibitory_hz = netm_inhibitory_hz(net, &run.spikes, SIMULATED_MS);
    r->events = (double)run.events * 1000 / SIMULATED_MS;
}

// ---- The rows of a table -----------------------------------------------------------------------

struct table {
    struct runner runner[MAX_RUNNERS];
    int count;
    struct runner *plain_blocks, *plain_one, *brian2, *model; // those that are compared
};

static struct runner *add(struct table *t, const char *name, enum kind kind)
{
    if (t->count == MAX_RUNNERS)
        abort();
    struct runner *r = &t->runner[t->count++];
    snprintf(r->name, sizeof r->name, "%s", name);
    r->kind = kind;
    r->threads = 1;
    return r;
}

static bool runs_here(const char *kernel)
{
    for (size_t i = 0; izh_model_kernel(i); i++) {
        if (!strcmp(izh_model_kernel(i), kernel))
            return true;
    }
    return false;
}

static const char *fastest_kernel(void)
{
    size_t i = 0;
    while (izh_model_kernel(i + 1))
        i++;
    return izh_model_kernel(i);
}

static struct runner *add_model(struct table *t, struct izh_model *model,
                                const struct netm_engine *engine, const char *kernel,
                                unsigned threads)
{
    char name[TEXT];
    snprintf(name, sizeof name, "golden model %d/%d/%d, %s%s", engine->format.x_bits,
             engine->format.w_bits, engine->format.port_bits, kernel,
             threads == 1 ? "" : ", 2 threads");
    struct runner *r = add(t, name, KIND_MODEL);
    r->kernel = kernel;
    r->threads = threads;
    r->engine = *engine;
    r->model = model;
    return r;
}

// Runs once untimed: the model puts a row into its fast form when its neuron first spikes.
static struct izh_model *warm_model(const struct netm *net, const struct netm_engine *engine,
                                    unsigned threads)
{
    struct izh_model *model = netm_model_new(net, engine);
    require(model && izh_model_set_threads(model, threads) == IZH_MODEL_OK, "model");
    use_processors(threads);
    require(netm_model_run(model, net, SIMULATED_MS, NULL), "model");
    return model;
}

// All kernels with one thread, on one model; the last that runs here is the fastest.
static void add_kernels(struct table *t, const struct netm *net, const struct netm_engine *engine)
{
    struct izh_model *model = warm_model(net, engine, 1);
    for (int i = 0; i < KERNELS; i++) {
        struct runner *r = add_model(t, model, engine, kernels[i], 1);
        if (runs_here(kernels[i]))
            t->model = r;
        else
            r->missing = "not on this processor";
    }
    t->model->owns_model = true;
}

static void add_fastest(struct table *t, const struct netm *net, const struct netm_engine *engine,
                        unsigned threads)
{
    if (threads <= (unsigned)CPU_COUNT(&all_processors))
        add_model(t, warm_model(net, engine, threads), engine, fastest_kernel(), threads)
            ->owns_model = true;
    else
        add_model(t, NULL, engine, fastest_kernel(), threads)->missing = "one processor only";
}

static void fill(struct table *t, const struct netm *net)
{
    static const struct netm_engine engine = {{20, 24, 18}, true, 4, 1, 0},
                                    small = {{16, 24, 16}, true, 4, 1, 0};
    t->plain_blocks = add(t, "plain C, noise in SIMD blocks", KIND_PLAIN);
    t->plain_blocks->noise = PLAIN_NOISE_BLOCKS;
    t->plain_one = add(t, "plain C, noise one by one", KIND_PLAIN);
    t->plain_one->noise = PLAIN_NOISE_ONE;
    t->brian2 = add(t, "Brian2, C++ standalone", KIND_BRIAN2);
    if (!brian2_command)
        t->brian2->missing = "not asked for";
    add_kernels(t, net, &engine);
    add_fastest(t, net, &small, 1);
    add_fastest(t, net, &engine, 2);
}

static void measure(struct table *t, const struct netm *net, int network)
{
    for (int round = 0; round < rounds; round++) {
        fprintf(stderr, "\rspeed: network %d of %d, round %d of %d ", network + 1, NETWORKS,
                round + 1, rounds);
        for (int i = 0; i < t->count; i++) {
            if (!t->runner[i].missing)
                run_once(&t->runner[i], net, network, round);
        }
    }
    fputc('\n', stderr);
    for (int i = 0; i < t->count; i++) {
        if (t->runner[i].owns_model)
            izh_model_free(t->runner[i].model);
    }
}

// ---- The document ------------------------------------------------------------------------------

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double best_of(const struct runner *r)
{
    double best = r->seconds[0];
    for (int i = 1; i < rounds; i++)
        best = r->seconds[i] < best ? r->seconds[i] : best;
    return best;
}

static double median(const double *values)
{
    double sorted[MAX_ROUNDS];
    memcpy(sorted, values, (size_t)rounds * sizeof *sorted);
    qsort(sorted, (size_t)rounds, sizeof *sorted, ascending);
    return sorted[rounds / 2];
}

// How many times a's time b's is: of the best rounds, and the median over the rounds.
struct ratio {
    double best, middle;
};
static struct ratio times(const struct runner *a, const struct runner *b)
{
    double of_round[MAX_ROUNDS] = {0};
    for (int i = 0; i < rounds; i++)
        of_round[i] = b->seconds[i] / a->seconds[i];
    return (struct ratio){best_of(b) / best_of(a), median(of_round)};
}

static void print_row(const struct netm_workload *w, const struct runner *r)
{
    if (r->missing) {
        printf("| %s | not measured: %s |\n", r->name, r->missing);
        return;
    }
    double best = best_of(r);
    int steps = r->kind == KIND_MODEL ? 4 : 1;
    printf("| %s | %.4f | %.4f | %.0f | %.0f | %.2f | %.2f |\n", r->name, best, median(r->seconds),
           1e-3 * steps * w->neurons / best, 1e-6 * r->events / best, r->excitatory_hz,
           r->inhibitory_hz);
}

// A wish is met when the median of the rounds meets it. 0: nothing is wished.
static void print_ratio(const char *name, const struct runner *a, const struct runner *b,
                        double at_least, double at_most)
{
    if (a->missing || b->missing) {
        printf("| %s | not measured |\n", name);
        return;
    }
    struct ratio r = times(a, b);
    printf("| %s | %.2f | %.2f | ", name, r.best, r.middle);
    if (at_least > 0)
        printf("at least %g | %s |\n", at_least, r.middle >= at_least ? "met" : "**missed**");
    else if (at_most > 0)
        printf("at most %g | %s |\n", at_most, r.middle <= at_most ? "met" : "**missed**");
    else
        puts("- | for scale |");
}

static void print_network(const struct netm_workload *w, const struct table *t)
{
    printf("\n## %s\n\n"
           "| | s per simulated s, best | median | updates/s, M | synaptic events/s, M | E, Hz | "
           "I, Hz |\n|---|---|---|---|---|---|---|\n",
           w->title);
    for (int i = 0; i < t->count; i++)
        print_row(w, &t->runner[i]);
    printf("\n| times, model: %s, one thread | best rounds | median of rounds | wanted | |\n"
           "|---|---|---|---|---|\n",
           t->model->name);
    print_ratio("Brian2 over model", t->model, t->brian2, w->brian2_times, 0);
    print_ratio("model over plain C, noise one by one", t->plain_one, t->model, 0, plain_times);
    print_ratio("model over plain C, noise in SIMD blocks", t->plain_blocks, t->model, 0, 0);
}

static double load(void)
{
    double average;
    return getloadavg(&average, 1) == 1 ? average : -1;
}

static void print_machine(double load_before)
{
    char line[512], *model = NULL;
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && !model && fgets(line, sizeof line, file)) {
        if (!strncmp(line, "model name", 10) && (model = strchr(line, ':')))
            model[strcspn(model, "\n")] = 0;
    }
    printf(
        "Machine%s, %d processors, %d rounds, gcc %s. Load average %.2f before the run and %.2f\n"
        "after it, of which this program is 1.\n",
        model ? model : ": processor unknown", CPU_COUNT(&all_processors), rounds, __VERSION__,
        load_before, load());
    if (file)
        fclose(file);
}

static void print_introduction(double load_before)
{
    puts("# Speed\n\n"
         "<!-- Generated by `make bench` (bench/speed.c): do not edit. -->\n\n"
         "The golden model, which computes the engine's bits, against what one would use in its\n"
         "place on the same processor. All rows of a table are from one run: in each round\n"
         "every program simulates one second, one after the other, pinned to one processor\n"
         "(not the rows with 2 threads).\n");
    print_machine(load_before);
    printf(
        "\n- **plain C**: a float loop of the published scheme (`bench/measure/plain_c.c`: v in "
        "two\n  half-steps, u in one step of 1 ms), compiled with -O3 -march=native -ffast-math, "
        "so that\n  gcc makes SIMD code of it. Noise one by one: xoshiro128+ and Marsaglia's "
        "polar method with\n  logf and sqrtf, as one writes it first. Noise in SIMD blocks: 64 "
        "xoshiro128+ side by side\n  and Box and Muller's method in polynomials.\n"
        "- **Brian2**, C++ standalone, the same scheme in its default double precision, one "
        "thread\n  (`bench/brian2_network.py`). Its own measure of its loop; generating, "
        "building and loading\n  are not counted. %s.\n"
        "- **golden model**: accurate mode, four updates per neuron and millisecond, the noise\n"
        "  of the contract. The plain loop and Brian2 make one update, of two half-steps of v.\n"
        "\nModel and plain C have the very same synapses, Brian2 others of the same "
        "distribution.\nThe published scheme fires slower than the equation "
        "([net-statistics.md](net-statistics.md)),\nso the model has more events to deliver. "
        "One update: one neuron, one step.\n",
        *brian2_built ? brian2_built : "Not measured");
}

static void measure_network(struct table *t, int network)
{
    const struct netm_workload *w = &workloads[network];
    struct netm net;
    require(netm_new(&net, w->neurons, w->degree, true, 2003), w->title);
    fill(t, &net);
    measure(t, &net, network);
    netm_free(&net);
}

static int usage(void)
{
    fputs("usage: speed [--rounds N] [--brian2 COMMAND DIRECTORY_DENSE DIRECTORY_SPARSE]\n",
          stderr);
    return 2;
}

int main(int argc, char **argv)
{
    static struct table tables[NETWORKS];
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--rounds") && i + 1 < argc) {
            rounds = atoi(argv[++i]);
        } else if (!strcmp(argv[i], "--brian2") && i + 3 < argc) {
            brian2_command = argv[++i];
            brian2_directory[0] = argv[++i];
            brian2_directory[1] = argv[++i];
        } else {
            return usage();
        }
    }
    if (rounds < 1 || rounds > MAX_ROUNDS)
        return usage();
    sched_getaffinity(0, sizeof all_processors, &all_processors);
    double load_before = load();
    for (int i = 0; i < NETWORKS; i++)
        measure_network(&tables[i], i);
    print_introduction(load_before);
    for (int i = 0; i < NETWORKS; i++)
        print_network(&workloads[i], &tables[i]);
    return fflush(stdout) || ferror(stdout);
}
