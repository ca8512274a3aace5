// netstats.c: the firing rates of net.m under each solver, over many seeds
// SPDX-License-Identifier: Apache-2.0
//
// usage: netstats [--seeds N] [--seconds N] >docs/net-statistics.md
//
// Markdown on stdout, progress on stderr; exit code 1 when something could not be measured. The
// numbers are the same every time.
#include "measure/draw.h"
#include "measure/netm.h"
#include "measure/netm_model.h"
#include "reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SEEDS = 100, NEURONS = 1000 };

// How a neuron is advanced by a millisecond.
enum solver {
    SOLVER_EXACT,     // Taylor series of high order, csim/reference_ode.c
    SOLVER_PUBLISHED, // net.m: v in two half-steps, u in one, a look at v every millisecond
    SOLVER_HALF,      // the script's rule with steps of 1/2 ms: what script mode rounds
    SOLVER_ENGINE,
};

static const struct scheme {
    const char *name;
    enum solver solver;
    struct netm_engine engine; // but for the seed
    int reference;             // row that it is to agree with, -1: none
} schemes[] = {
    {"exact equation, long double", SOLVER_EXACT, {{0, 0, 0}, false, 0, 0, 0}, -1},
    {"engine, accurate, h = 1/4 ms, 20/24/18", SOLVER_ENGINE, {{20, 24, 18}, true, 4, 1, 0}, 0},
    {"engine, accurate, h = 1/4 ms, 16/24/16", SOLVER_ENGINE, {{16, 24, 16}, true, 4, 1, 0}, 0},
    {"published script, double", SOLVER_PUBLISHED, {{0, 0, 0}, false, 0, 0, 0}, -1},
    {"engine, script, 2 x 1/2 ms, 20/24/18", SOLVER_ENGINE, {{20, 24, 18}, false, 2, 1, 0}, 3},
    {"engine, script, 2 x 1/2 ms, 16/24/16", SOLVER_ENGINE, {{16, 24, 16}, false, 2, 1, 0}, 3},
    {"rule of the engine's script mode, double", SOLVER_HALF, {{0, 0, 0}, false, 0, 0, 0}, -1},
};
enum { SCHEMES = sizeof schemes / sizeof *schemes };

// Rates in Hz: of the first second and of all.
enum { FIRST_E, FIRST_I, ALL_E, ALL_I, RATES };
struct rates {
    double hz[RATES];
};

static int seeds = 20, seconds = 4;

static void require(bool measured, const char *what)
{
    if (measured)
        return;
    fprintf(stderr, "netstats: %s could not be measured\n", what);
    exit(1);
}

// ---- Solvers in floating point -----------------------------------------------------------------

struct neuron {
    struct izh_equation equation;
    struct izh_ode ode;
    struct izh_ode_state exact;
    struct izh_membrane state;
};

struct floating {
    const struct netm *net;
    enum solver solver;
    uint64_t random;
    struct neuron neuron[NEURONS];
    double input[NEURONS]; // of the millisecond to come
};

static void start(struct floating *f, const struct netm *net, enum solver solver, uint64_t seed)
{
    *f = (struct floating){.net = net, .solver = solver, .random = seed};
    for (uint32_t i = 0; i < NEURONS; i++) {
        const struct netm_neuron *p = &net->neuron[i];
        struct neuron *n = &f->neuron[i];
        n->equation = izh_standard_equation((struct izh_neuron_type){p->a, p->b, p->c, p->d});
        n->ode = (struct izh_ode){n->equation, 12, 1e-9};
        n->exact = (struct izh_ode_state){0, -65, p->b * -65};
        n->state = (struct izh_membrane){-65, p->b * -65};
    }
}

// One step of net.m: first what the last one left above the peak, which it counts in this one.
static int step_published(struct neuron *n, double input)
{
    const struct izh_neuron_type *p = &n->equation.type;
    double v = n->state.v, u = n->state.u;
    int spiked = v >= IZH_PEAK_MV;
    if (spiked) {
        v = p->c;
        u += p->d;
    }
    v += 0.5 * (0.04 * (v * v) + 5 * v + 140 - u + input);
    v += 0.5 * (0.04 * (v * v) + 5 * v + 140 - u + input);
    u += p->a * (p->b * v - u);
    n->state = (struct izh_membrane){v, u};
    return spiked;
}

// Spikes in the millisecond.
static int advance(struct neuron *n, enum solver solver, double input)
{
    struct izh_spike_list list = {NULL, 0, 0};
    if (solver == SOLVER_HALF)
        return izh_script_step(&n->equation, &n->state, input, 0.5) +
               izh_script_step(&n->equation, &n->state, input, 0.5);
    require(izh_ode_advance(&n->ode, &n->exact, input, 1, &list) == IZH_ODE_OK, "exact equation");
    return (int)list.count;
}

static void deliver(const struct netm *net, uint32_t source, int times, double *input)
{
    const float *weight = net->weight + (size_t)source * NEURONS;
    for (uint32_t i = 0; i < NEURONS; i++)
        input[i] += times * (double)weight[i];
}

static void add_noise(struct floating *f)
{
    for (uint32_t i = 0; i < NEURONS; i++)
        f->input[i] += f->net->neuron[i].sd * izh_draw_normal(&f->random);
}

static void count(const struct netm *net, uint32_t neuron, int times, struct netm_spikes *spikes)
{
    for (int i = 0; i < times; i++)
        netm_count(net, neuron, spikes);
}

// net.m looks for spikes before it steps, so they reach their targets in the same millisecond.
static void step_net_published(struct floating *f, struct netm_spikes *spikes)
{
    for (uint32_t i = 0; i < NEURONS; i++) {
        if (f->neuron[i].state.v >= IZH_PEAK_MV)
            deliver(f->net, i, 1, f->input);
    }
    add_noise(f);
    for (uint32_t i = 0; i < NEURONS; i++)
        count(f->net, i, step_published(&f->neuron[i], f->input[i]), spikes);
    memset(f->input, 0, sizeof f->input);
}

static void step_net(struct floating *f, struct netm_spikes *spikes)
{
    double next[NEURONS] = {0};
    add_noise(f);
    for (uint32_t i = 0; i < NEURONS; i++) {
        int times = advance(&f->neuron[i], f->solver, f->input[i]);
        if (times)
            deliver(f->net, i, times, next);
        count(f->net, i, times, spikes);
    }
    memcpy(f->input, next, sizeof next);
}

static void run_floating(const struct netm *net, enum solver solver, uint64_t seed,
                         struct netm_spikes spikes[2])
{
    static struct floating f;
    start(&f, net, solver, seed);
    for (int ms = 0; ms < 1000 * seconds; ms++) {
        struct netm_spikes *s = &spikes[ms >= 1000];
        if (solver == SOLVER_PUBLISHED)
            step_net_published(&f, s);
        else
            step_net(&f, s);
    }
}

// ---- All schemes, all seeds --------------------------------------------------------------------

static void run_engine(const struct netm *net, const struct netm_engine *engine, uint32_t seed,
                       struct netm_spikes spikes[2])
{
    struct netm_engine e = *engine;
    e.seed = seed;
    struct izh_model *m = netm_model_new(net, &e);
    require(m && netm_model_run(m, net, 1000, &spikes[0]) &&
                netm_model_run(m, net, 1000 * ((uint32_t)seconds - 1), &spikes[1]),
            "engine");
    izh_model_free(m);
}

static struct rates run(const struct scheme *s, const struct netm *net, int seed)
{
    struct netm_spikes spikes[2] = {{0, 0}, {0, 0}};
    if (s->solver == SOLVER_ENGINE)
        run_engine(net, &s->engine, (uint32_t)seed, spikes);
    else
        run_floating(net, s->solver, (uint64_t)(s - schemes) << 32 | (uint64_t)seed, spikes);
    struct netm_spikes all = {spikes[0].excitatory + spikes[1].excitatory,
                              spikes[0].inhibitory + spikes[1].inhibitory};
    return (struct rates){{netm_excitatory_hz(net, &spikes[0], 1000),
                           netm_inhibitory_hz(net, &spikes[0], 1000),
                           netm_excitatory_hz(net, &all, 1000 * seconds),
                           netm_inhibitory_hz(net, &all, 1000 * seconds)}};
}

static void measure(struct rates of[SCHEMES][MAX_SEEDS])
{
    for (int seed = 0; seed < seeds; seed++) {
        struct netm net;
        require(netm_new(&net, NEURONS, NEURONS, false, (uint64_t)seed), "network");
        fprintf(stderr, "\rnetstats: seed %d of %d ", seed + 1, seeds);
        for (int s = 0; s < SCHEMES; s++)
            of[s][seed] = run(&schemes[s], &net, seed);
        netm_free(&net);
    }
    fputc('\n', stderr);
}

struct spread {
    double mean, deviation;
};

static struct spread spread_of(const struct rates *of, int rate)
{
    double sum = 0, squares = 0;
    for (int i = 0; i < seeds; i++)
        sum += of[i].hz[rate];
    double mean = sum / seeds;
    for (int i = 0; i < seeds; i++)
        squares += (of[i].hz[rate] - mean) * (of[i].hz[rate] - mean);
    return (struct spread){mean, seeds > 1 ? sqrt(squares / (seeds - 1)) : 0};
}

// ---- The document ------------------------------------------------------------------------------

static void print_introduction(void)
{
    printf("# Firing rates of net.m\n\n"
           "<!-- Generated by `make netstats` (bench/netstats.c): do not edit. -->\n\n"
           "The network of net.m (Izhikevich 2003): 800 excitatory and 200 inhibitory neurons,\n"
           "every one to every one, noise new every millisecond, %d seeds, %d s each. A seed\n"
           "draws neurons and weights, the same for every row; the noise is the row's own.\n"
           "Rates in Hz, mean and standard deviation over the seeds; E excitatory, I\n"
           "inhibitory.\n\n",
           seeds, seconds);
}

static void print_rows(struct rates of[SCHEMES][MAX_SEEDS])
{
    printf("| | E, first second | I, first second | E, %d s | I, %d s |\n|---|---|---|---|---|\n",
           seconds, seconds);
    for (int s = 0; s < SCHEMES; s++) {
        printf("| %s |", schemes[s].name);
        for (int rate = 0; rate < RATES; rate++) {
            struct spread x = spread_of(of[s], rate);
            printf(" %.2f ± %.2f |", x.mean, x.deviation);
        }
        putchar('\n');
    }
}

// Seeds pair the rows, so that their differences are known better than the rates.
static void print_differences(struct rates of[SCHEMES][MAX_SEEDS])
{
    puts("\nDifference of the means from the row that is to be met, in its standard deviations:\n\n"
         "| | against | E, first second | I, first second | E, all | I, all | within 1 |\n"
         "|---|---|---|---|---|---|---|");
    for (int s = 0; s < SCHEMES; s++) {
        if (schemes[s].reference < 0)
            continue;
        bool within = true;
        printf("| %s | %s |", schemes[s].name, schemes[schemes[s].reference].name);
        for (int rate = 0; rate < RATES; rate++) {
            struct spread mine = spread_of(of[s], rate);
            struct spread wanted = spread_of(of[schemes[s].reference], rate);
            double apart = (mine.mean - wanted.mean) / wanted.deviation;
            within = within && fabs(apart) <= 1;
            printf(" %+.2f |", apart);
        }
        printf(" %s |\n", within ? "yes" : "**no**");
    }
}

static void print_conclusion(void)
{
    puts("\nnet.m makes two half-steps of v and then one step of u of 1 ms, and looks for spikes\n"
         "once a millisecond, after v may have gone on growing for a half-step. An engine cannot\n"
         "express that: it updates u in every sub-step and resets v in the sub-step that passes\n"
         "the peak. The nearest is script mode with two sub-steps of 1/2 ms; its rule in double\n"
         "precision is the last row, so what is left between that and the published row is the\n"
         "rule and not the words. Accurate mode meets the equation, which fires faster than the\n"
         "published script does.");
}

static int usage(void)
{
    fputs("usage: netstats [--seeds N] [--seconds N]   1..100 seeds, 2..1000 seconds\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    static struct rates of[SCHEMES][MAX_SEEDS];
    for (int i = 1; i + 1 < argc; i += 2) {
        if (!strcmp(argv[i], "--seeds"))
            seeds = atoi(argv[i + 1]);
        else if (!strcmp(argv[i], "--seconds"))
            seconds = atoi(argv[i + 1]);
        else
            return usage();
    }
    if (argc % 2 == 0 || seeds < 1 || seeds > MAX_SEEDS || seconds < 2 || seconds > 1000)
        return usage();
    measure(of);
    print_introduction();
    print_rows(of);
    print_differences(of);
    print_conclusion();
    return fflush(stdout) || ferror(stdout);
}
