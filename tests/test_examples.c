// test_examples.c: the networks of examples/ do what docs/examples.md says, on the golden model
// SPDX-License-Identifier: Apache-2.0
//
// Every seed is that of its file: a run that differs is another network, or another engine.
#include "example_run.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void start(struct example_run *r, const char *path, double duration_ms)
{
    struct izh_network_options options = {.duration_ms = duration_ms};
    if (!example_start(r, path, &options))
        fail_msg("%s", r->message);
}

static void tick(struct example_run *r)
{
    if (!example_tick(r))
        fail_msg("%s", r->message);
}

static double rate_hz(const struct example_run *r, const size_t *spikes, size_t population)
{
    return (double)spikes[population] / r->compiled->populations[population].count /
           (r->tick * r->compiled->tick_ms / 1000);
}

// ---- Networks of an excitatory and an inhibitory population -------------------------------------

// Runs the whole network and counts the spikes of its two populations.
static void run_two_populations(struct example_run *r, const char *path, size_t spikes[2])
{
    start(r, path, 0);
    assert_int_equal(r->compiled->population_count, 2);
    spikes[0] = spikes[1] = 0;
    while (r->tick < r->compiled->ticks) {
        tick(r);
        for (size_t i = 0; i < r->count; i++)
            spikes[izh_compiled_population(r->compiled, r->spikes[i].neuron)]++;
    }
}

static void expect_between(const char *what, double value, double least, double most)
{
    if (!(value >= least && value <= most))
        fail_msg("%s: %g, expected %g to %g", what, value, least, most);
}

static void net_fires_at_the_rates_of_the_equation(void **unused)
{
    (void)unused;
    struct example_run r;
    size_t spikes[2];
    run_two_populations(&r, "examples/net.json", spikes);
    assert_int_equal(r.tick, 1000);
    expect_between("spikes", (double)(spikes[0] + spikes[1]), 0.95 * 8290, 1.05 * 8290);
    expect_between("excitatory rate", rate_hz(&r, spikes, 0), 6, 11);
    expect_between("inhibitory rate", rate_hz(&r, spikes, 1), 6, 11);
    example_end(&r);
}

static void net_in_script_mode_fires_at_the_rates_of_the_script(void **unused)
{
    (void)unused;
    struct example_run r;
    size_t spikes[2];
    run_two_populations(&r, "examples/net-script.json", spikes);
    assert_int_equal(r.tick, 1000);
    assert_false(r.compiled->accurate);
    expect_between("spikes", (double)(spikes[0] + spikes[1]), 0.95 * 7932, 1.05 * 7932);
    example_end(&r);
}

static void polychronization_fires_at_its_rates(void **unused)
{
    (void)unused;
    struct example_run r;
    size_t spikes[2];
    run_two_populations(&r, "examples/polychronization.json", spikes);
    assert_int_equal(r.tick, 1000);
    expect_between("excitatory rate", rate_hz(&r, spikes, 0), 0.95 * 3.996, 1.05 * 3.996);
    expect_between("inhibitory rate", rate_hz(&r, spikes, 1), 0.95 * 19.11, 1.05 * 19.11);
    example_end(&r);
}

// ---- The balanced network -----------------------------------------------------------------------

enum { BALANCED_NEURONS = 10000, BALANCED_MS = 500, SETTLED_MS = 100 };

// Intervals between the spikes of one neuron.
struct intervals {
    double last_ms;
    double sum, squares;
    int count;
    bool fired;
};

static void add_spike(struct intervals *n, double ms)
{
    if (n->fired) {
        n->sum += ms - n->last_ms;
        n->squares += (ms - n->last_ms) * (ms - n->last_ms);
        n->count++;
    }
    n->fired = true;
    n->last_ms = ms;
}

// Mean coefficient of variation over the neurons with at least three intervals.
static double irregularity(const struct intervals *neurons, int *measured)
{
    double sum = 0;
    *measured = 0;
    for (int i = 0; i < BALANCED_NEURONS; i++) {
        const struct intervals *n = &neurons[i];
        if (n->count < 3)
            continue;
        double mean = n->sum / n->count;
        sum += sqrt(fmax(0, n->squares / n->count - mean * mean)) / mean;
        ++*measured;
    }
    return *measured ? sum / *measured : 0;
}

static void balanced_is_asynchronous_and_irregular(void **unused)
{
    (void)unused;
    struct example_run r;
    int measured;
    double sum = 0, squares = 0, most = 0;
    struct intervals *neurons = calloc(BALANCED_NEURONS, sizeof *neurons);
    assert_non_null(neurons);
    start(&r, "examples/balanced.json", BALANCED_MS);
    assert_int_equal(r.compiled->neurons, BALANCED_NEURONS);
    while (r.tick < BALANCED_MS) {
        tick(&r);
        if (r.tick <= SETTLED_MS)
            continue;
        for (size_t i = 0; i < r.count; i++)
            add_spike(&neurons[r.spikes[i].neuron],
                      izh_compiled_spike_ms(r.compiled, &r.spikes[i]));
        sum += (double)r.count;
        squares += (double)r.count * (double)r.count;
        most = fmax(most, (double)r.count);
    }
    double ms = BALANCED_MS - SETTLED_MS, mean = sum / ms;
    expect_between("mean rate", mean * 1000 / BALANCED_NEURONS, 0.95 * 8.548, 1.05 * 8.548);
    // Asynchronous: no tick has much more than its share. Independent Poisson spikes would have a
    // variance of 1 per mean.
    expect_between("largest tick over mean", most / mean, 1, 2);
    expect_between("variance over mean", (squares / ms - mean * mean) / mean, 0.5, 5);
    expect_between("irregularity", irregularity(neurons, &measured), 0.5, 1.5);
    assert_true(measured > 1000);
    free(neurons);
    example_end(&r);
}

// ---- The central pattern generator --------------------------------------------------------------

enum { LF, RF, LH, RH, LEGS };
enum { CPG_MS = 10000, CPG_START_MS = 1000, SMOOTH_MS = 50 };

// Spikes of each leg's swing neurons in the last SMOOTH_MS ticks, at every tick behind the start.
struct gait {
    int recent[LEGS][CPG_MS];
    int now[LEGS][CPG_MS];
};

static void walk(struct gait *g)
{
    struct example_run r;
    start(&r, "examples/cpg.json", CPG_MS);
    assert_int_equal(r.compiled->population_count, 2 * LEGS);
    for (int leg = 0; leg < LEGS; leg++)
        assert_non_null(strstr(r.compiled->populations[2 * leg].name, "swing"));
    while (r.tick < CPG_MS) {
        uint32_t t = r.tick;
        tick(&r);
        for (size_t i = 0; i < r.count; i++) {
            size_t population = izh_compiled_population(r.compiled, r.spikes[i].neuron);
            if (population % 2 == 0)
                g->now[population / 2][t]++;
        }
        for (int leg = 0; leg < LEGS; leg++)
            g->recent[leg][t] = (t ? g->recent[leg][t - 1] : 0) + g->now[leg][t] -
                                (t >= SMOOTH_MS ? g->now[leg][t - SMOOTH_MS] : 0);
    }
    example_end(&r);
}

static double correlation(const int *x, const int *y)
{
    double n = CPG_MS - CPG_START_MS, sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
    for (int t = CPG_START_MS; t < CPG_MS; t++) {
        sx += x[t];
        sy += y[t];
        xx += (double)x[t] * x[t];
        yy += (double)y[t] * y[t];
        xy += (double)x[t] * y[t];
    }
    return (n * xy - sx * sy) / sqrt((n * xx - sx * sx) * (n * yy - sy * sy));
}

// Mean time from one begin of swing to the next.
static double period_ms(const int *recent)
{
    int first = 0, last = 0, steps = 0;
    bool swings = true;
    for (int t = CPG_START_MS; t < CPG_MS; t++) {
        if (!swings && recent[t] >= 30) {
            if (!first)
                first = t;
            else
                steps++;
            last = t;
            swings = true;
        } else if (recent[t] == 0) {
            swings = false;
        }
    }
    return steps ? (double)(last - first) / steps : 0;
}

static void cpg_trots(void **unused)
{
    (void)unused;
    struct gait *g = calloc(1, sizeof *g);
    assert_non_null(g);
    walk(g);
    expect_between("LF with RH", correlation(g->recent[LF], g->recent[RH]), 0.95, 1);
    expect_between("RF with LH", correlation(g->recent[RF], g->recent[LH]), 0.95, 1);
    expect_between("LF with RF", correlation(g->recent[LF], g->recent[RF]), -1, -0.6);
    expect_between("LH with RH", correlation(g->recent[LH], g->recent[RH]), -1, -0.6);
    for (int leg = 0; leg < LEGS; leg++)
        expect_between("period", period_ms(g->recent[leg]), 450, 650);
    free(g);
}

// ---- Sudoku -------------------------------------------------------------------------------------

enum { CELLS = 81, DIGITS = 9, WINDOW_MS = 200, LOOK_MS = 10, HELD_MS = 1000 };

// AI Escargot, row by row.
static const char puzzle[] = "1....7.9."
                             ".3..2...8"
                             "..96..5.."
                             "..53..9.."
                             ".1..8...2"
                             "6....4..."
                             "3......1."
                             ".4......7"
                             "..7...3..";

// Spikes of each digit of each cell in the last WINDOW_MS, digit by digit as in the file.
struct board {
    int sum[DIGITS * CELLS];
    int recent[WINDOW_MS][DIGITS * CELLS];
};

static void see_tick(struct board *b, const struct example_run *r)
{
    int *oldest = b->recent[r->tick % WINDOW_MS];
    for (int i = 0; i < DIGITS * CELLS; i++) {
        b->sum[i] -= oldest[i];
        oldest[i] = 0;
    }
    for (size_t i = 0; i < r->count; i++) {
        b->sum[r->spikes[i].neuron]++;
        oldest[r->spikes[i].neuron]++;
    }
}

// The most active digit, '.' if it is not one alone.
static char digit_of(const struct board *b, int cell)
{
    char best = '.';
    int most = 0;
    for (int d = 0; d < DIGITS; d++) {
        int spikes = b->sum[d * CELLS + cell];
        if (spikes >= most)
            best = spikes > most ? (char)('1' + d) : '.';
        if (spikes > most)
            most = spikes;
    }
    return best;
}

static bool see_one_another(int i, int j)
{
    int row = i / 9, column = i % 9, other_row = j / 9, other_column = j % 9;
    return row == other_row || column == other_column ||
           (row / 3 == other_row / 3 && column / 3 == other_column / 3);
}

// A digit in every cell, none twice in a row, column or box, and every clue where it was.
static bool is_solution(const char *digits)
{
    for (int i = 0; i < CELLS; i++) {
        if (digits[i] == '.' || (puzzle[i] != '.' && digits[i] != puzzle[i]))
            return false;
        for (int j = 0; j < i; j++) {
            if (digits[i] == digits[j] && see_one_another(i, j))
                return false;
        }
    }
    return true;
}

static void sudoku_is_solved_and_stays_solved(void **unused)
{
    (void)unused;
    struct example_run r;
    char digits[CELLS];
    uint32_t solved = 0; // the tick since when it is, 0: it is not
    struct board *board = calloc(1, sizeof *board);
    assert_non_null(board);
    start(&r, "examples/sudoku.json", 0);
    assert_int_equal(r.compiled->neurons, DIGITS * CELLS);
    while (r.tick < r.compiled->ticks) {
        tick(&r);
        see_tick(board, &r);
        if (r.tick % LOOK_MS)
            continue;
        for (int cell = 0; cell < CELLS; cell++)
            digits[cell] = digit_of(board, cell);
        if (!is_solution(digits))
            solved = 0;
        else if (!solved)
            solved = r.tick;
    }
    if (!solved)
        fail_msg("not solved at the end: %.81s", digits);
    assert_true(solved + HELD_MS <= r.tick);
    free(board);
    example_end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(net_fires_at_the_rates_of_the_equation),
        cmocka_unit_test(net_in_script_mode_fires_at_the_rates_of_the_script),
        cmocka_unit_test(polychronization_fires_at_its_rates),
        cmocka_unit_test(balanced_is_asynchronous_and_irregular),
        cmocka_unit_test(cpg_trots),
        cmocka_unit_test(sudoku_is_solved_and_stays_solved),
    };
    return cmocka_run_group_tests_name("examples", tests, NULL, NULL);
}
