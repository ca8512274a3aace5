// speed.c: the golden model against a plain C loop and Brian2, side by side in one run
// SPDX-License-Identifier: Apache-2.0
//
// usage: speed [--rounds N] [--brian2 COMMAND DIRECTORY_DENSE DIRECTORY_SPARSE] >docs/speed.md
//
// COMMAND run DIRECTORY prints seconds per simulated second, two rates in Hz and synaptic events
// (bench/brian2_network.py). Markdown on stdout, progress on stderr; exit code 1 when something
// could not be measured.
#define _GNU_SOURCE // sched_setaffinity
#include "measure/netm.h"
#include "measure/netm_model.h"
#include "measure/plain_c.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NETWORKS = 2, MAX_RUNNERS = 16, MAX_ROUNDS = 99, SIMULATED_MS = 1000, NAME = 64 };

static const struct netm_workload {
    const char *title;
    uint32_t neurons, degree;
    double faster_than_brian2; // required
} workloads[NETWORKS] = {
    {"net.m, 1,000 neurons, every one to every one", 1000, 1000, 4},
    {"10,000 neurons, 1,000 synapses each", 10000, 1000, 2},
};
static const double slower_than_c = 2; // allowed

enum kind { KIND_PLAIN, KIND_BRIAN2, KIND_MODEL };

// One row of a table.
struct runner {
    char name[NAME];
    enum kind kind;
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

// ---- One thread stays on one processor
// --------------------------------------------------------------

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

// ---- What is run
// ------------------------------------------------------------------------------------

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
    char command[1024], line[256] = "";
    snprintf(command, sizeof command, "%s run %s", brian2_command, brian2_directory[network]);
    FILE *pipe = popen(command, "r");
    if (!pipe)
        return false;
    char *got = fgets(line, sizeof line, pipe);
    return pclose(pipe) == 0 && got &&
           sscanf(line, "%lf %lf %lf %lf", &r->seconds[round], &r->excitatory_hz, &r->inhibitory_hz,
                  &r->events) == 4;
}

// The rates in the table are those of the last round.
static void run_once(struct runner *r, const struct netm *net, int network, int round)
{
    struct run run = {0};
    use_processors(r->threads);
    if (r->kind == KIND_BRIAN2) {
        require(run_brian2(r, network, round), r->name);
        return;
    }
    require(r->kind == KIND_PLAIN ? run_plain(r, net, round, &run) : run_model(r, net, round, &run),
            r->name);
    r->seconds[round] = run.seconds * 1000 / SIMULATED_MS;
    r->excitatory_hz = netm_excitatory_hz(net, &run.spikes, SIMULATED_MS);
    r->inhibitory_hz = netm_inhibitory_hz(net, &run.spikes, SIMULATED_MS);
    r->events = (double)run.events * 1000 / SIMULATED_MS;
}

// ---- The rows of a table
// ----------------------------------------------------------------------------

struct table {
    struct runner runner[MAX_RUNNERS];
    int count;
    struct runner *plain_fast, *plain_one, *brian2, *model; // those that are compared
};

static struct runner *add(struct table *t, const char *name, enum kind kind)
{
    struct runner *r = &t->runner[t->count++];
    snprintf(r->name, sizeof r->name, "%s", name);
    r->kind = kind;
    r->threads = 1;
    return r;
}

// Runs once untimed: the model puts a row into its fast form when its neuron first spikes.
static struct runner *add_models(struct table *t, const struct netm *net, struct izh_format format,
                                 unsigned threads, bool every_kernel)
{
    struct netm_engine engine = {format, true, 4, 1, 0};
    struct izh_model *model = netm_model_new(net, &engine);
    struct runner *r = NULL;
    char name[NAME];
    require(model && izh_model_set_threads(model, threads) == IZH_MODEL_OK, "model");
    use_processors(threads);
    require(netm_model_run(model, net, SIMULATED_MS, NULL), "model");
    for (size_t i = 0; izh_model_kernel(i); i++) {
        if (!every_kernel && izh_model_kernel(i + 1))
            continue;
        snprintf(name, sizeof name, "golden model %d/%d/%d, %s%s", format.x_bits, format.w_bits,
                 format.port_bits, izh_model_kernel(i), threads == 1 ? "" : ", 2 threads");
        bool first = !r;
        r = add(t, name, KIND_MODEL);
        r->kernel = izh_model_kernel(i);
        r->threads = threads;
        r->engine = engine;
        r->model = model;
        r->owns_model = first;
    }
    return r;
}

static void fill(struct table *t, const struct netm *net)
{
    t->plain_fast = add(t, "plain C, noise in SIMD blocks", KIND_PLAIN);
    t->plain_fast->noise = PLAIN_NOISE_BLOCKS;
    t->plain_one = add(t, "plain C, noise one by one", KIND_PLAIN);
    t->plain_one->noise = PLAIN_NOISE_ONE;
    if (brian2_command)
        t->brian2 = add(t, "Brian2, C++ standalone", KIND_BRIAN2);
    t->model = add_models(t, net, (struct izh_format){20, 24, 18}, 1, true);
    add_models(t, net, (struct izh_format){16, 24, 16}, 1, false);
    add_models(t, net, (struct izh_format){20, 24, 18}, 2, false);
}

static void measure(struct table *t, const struct netm *net, int network)
{
    for (int round = 0; round < rounds; round++) {
        fprintf(stderr, "\rspeed: network %d of %d, round %d of %d ", network + 1, NETWORKS,
                round + 1, rounds);
        for (int i = 0; i < t->count; i++)
            run_once(&t->runner[i], net, network, round);
    }
    fputc('\n', stderr);
    for (int i = 0; i < t->count; i++) {
        if (t->runner[i].owns_model)
            izh_model_free(t->runner[i].model);
    }
}

// ---- The document
// -----------------------------------------------------------------------------------

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

static void print_table(const struct netm_workload *w, const struct table *t)
{
    printf("\n## %s\n\n"
           "| | s per simulated s, best | median | updates/s, M | synaptic events/s, M | E, Hz | "
           "I, Hz |\n|---|---|---|---|---|---|---|\n",
           w->title);
    for (int i = 0; i < t->count; i++) {
        const struct runner *r = &t->runner[i];
        double best = best_of(r);
        int steps = r->kind == KIND_MODEL ? 4 : 1;
        printf("| %s | %.4f | %.4f | %.0f | %.0f | %.2f | %.2f |\n", r->name, best,
               median(r->seconds), 1e-3 * steps * w->neurons / best, 1e-6 * r->events / best,
               r->excitatory_hz, r->inhibitory_hz);
    }
}

static void print_ratio(const char *name, struct ratio r, const char *relation, double wanted)
{
    printf("| %s | %.2f | %.2f | ", name, r.best, r.middle);
    if (wanted > 0)
        printf("%s %g |\n", relation, wanted);
    else
        puts("|");
}

static void print_ratios(const struct netm_workload *w, const struct table *t)
{
    puts("\n| golden model 20/24/18, fastest kernel, one thread | best rounds | median of rounds | "
         "wanted |\n|---|---|---|---|");
    if (t->brian2)
        print_ratio("times faster than Brian2", times(t->model, t->brian2), "at least",
                    w->faster_than_brian2);
    print_ratio("times slower than plain C, noise one by one", times(t->plain_one, t->model),
                "at most", slower_than_c);
    print_ratio("times slower than plain C, noise in SIMD blocks", times(t->plain_fast, t->model),
                "", 0);
}

static void print_machine(void)
{
    char line[512], *model = NULL;
    FILE *file = fopen("/proc/cpuinfo", "r");
    double load[3] = {0};
    while (file && !model && fgets(line, sizeof line, file)) {
        if (!strncmp(line, "model name", 10) && (model = strchr(line, ':')))
            model[strcspn(model, "\n")] = 0;
    }
    printf("Machine%s, ", model ? model : ": processor unknown");
    if (file)
        fclose(file);
    if (getloadavg(load, 3) == 3)
        printf("load %.1f before the run, ", load[0]);
    printf("%d rounds, gcc %s.\n", rounds, __VERSION__);
}

static void print_introduction(void)
{
    puts("# Speed\n\n"
         "<!-- Generated by `make bench` (bench/speed.c): do not edit. -->\n\n"
         "The golden model, which computes the engine's bits, against what one would use in its\n"
         "place on the same processor. All rows of a table are from one run: in each round\n"
         "every program simulates one second, one after the other, pinned to one processor.\n");
    print_machine();
    puts("\n- **plain C**: a float loop of the published scheme (`bench/measure/plain_c.c`: v in "
         "two\n  half-steps, u in one step of 1 ms), compiled with -O3 -march=native -ffast-math. "
         "With\n  noise one by one it draws a normal number per neuron with Marsaglia's polar "
         "method,\n  as one writes it first; with noise in SIMD blocks everything is vectorised.\n"
         "- **Brian2** 2.9.0, C++ standalone, the same scheme in its default double precision\n"
         "  (`bench/brian2_network.py`). Its own measure of its loop; building is not counted.\n"
         "- **golden model**: accurate mode, four updates per neuron and millisecond, the noise\n"
         "  of the contract. The plain loop and Brian2 make one update, of two half-steps of v.\n"
         "\nModel and plain C have the very same synapses, Brian2 others of the same "
         "distribution.\nThe published scheme fires slower than the equation "
         "([net-statistics.md](net-statistics.md)),\nso the model has more events to deliver. "
         "One update: one neuron, one step.");
}

static void measure_network(int network)
{
    static struct table tables[NETWORKS];
    const struct netm_workload *w = &workloads[network];
    struct table *t = &tables[network];
    struct netm net;
    require(netm_new(&net, w->neurons, w->degree, true, 2003), w->title);
    fill(t, &net);
    measure(t, &net, network);
    print_table(w, t);
    print_ratios(w, t);
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
    print_introduction();
    for (int i = 0; i < NETWORKS; i++)
        measure_network(i);
    return fflush(stdout) || ferror(stdout);
}
