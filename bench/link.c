// link.c: a network on the golden model behind the link, beside the same model called directly
// SPDX-License-Identifier: Apache-2.0
//
// usage: link [NETWORK.json [TICKS [ROUNDS]]]       examples/net.json, 5000, 9
//
// Seconds are of the processor. Rounds alternate, so that both see the same machine; the least are
// printed.
#include "image.h"
#include "izh.h"
#include "link_codes.h"
#include "model.h"
#include "network.h"
#include "session.h"
#include "soft_board.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 4096, ROUNDS_MAX = 99, PATIENCE_US = 10000000, WIRE_NEURONS = 4096 };

struct bench {
    struct izh_network *network;
    struct izh_compiled *compiled;
    struct izh_shape shape;
    uint32_t ticks;
    uint64_t spikes, words;
};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int fail(const char *what, const char *message)
{
    fprintf(stderr, "link: %s: %s\n", what, message);
    return 1;
}

// ---- The model called directly ------------------------------------------------------------------

static bool write_word(void *context, uint32_t address, uint32_t word)
{
    return izh_model_write(context, address, word) == IZH_MODEL_OK;
}

static bool run_ticks(struct bench *b, struct izh_model *model, struct izh_spike *spikes)
{
    const uint32_t run = IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_RUN);
    bool good = true;
    for (uint32_t i = 0; good && i < b->ticks; i++) {
        size_t count;
        good = write_word(model, run, 1);
        while (good && izh_model_substep(model, spikes, &count))
            b->spikes += count;
    }
    return good;
}

static int run_direct(struct bench *b, double *load_s, double *run_s)
{
    struct izh_model *model = NULL;
    struct izh_spike *spikes = calloc(b->shape.neurons, sizeof *spikes);
    b->spikes = 0;
    if (!spikes || izh_model_new(&b->shape, &model)) {
        free(spikes);
        return fail("model", "cannot be made");
    }
    double start = now_s();
    bool good = izh_image_load(b->compiled->image, write_word, model, NULL);
    *load_s = now_s() - start;
    start = now_s();
    good = good && run_ticks(b, model, spikes);
    *run_s = now_s() - start;
    izh_model_free(model);
    free(spikes);
    return good ? 0 : fail("model", "does not run");
}

// ---- The same behind the link -------------------------------------------------------------------

static enum izh_status take(struct izh_device *d, uint64_t *spikes)
{
    static struct izh_event events[BATCH];
    size_t count;
    for (;;) {
        enum izh_status status = izh_device_next_batch(d, events, BATCH, &count, PATIENCE_US);
        if (status)
            return status;
        for (size_t i = 0; i < count; i++)
            *spikes += events[i].kind == IZH_EVENT_SPIKE;
        if (events[count - 1].kind == IZH_EVENT_REST)
            return IZH_OK;
    }
}

static int run_link(struct bench *b, double *load_s, double *run_s)
{
    const struct izh_shape *s = &b->shape;
    char uri[256], message[IZH_MESSAGE];
    struct izh_device *d;
    uint64_t spikes = 0;
    snprintf(
        uri, sizeof uri,
        "model:neurons=%u,lanes=%u,records=%u,synapses=%u,slots=%u,parts=%u,weight=%d,delta=%d,"
        "accumulator=%d",
        s->neurons, s->lanes, s->records, s->synapses, s->slots, s->parts, s->weight_bits,
        s->delta_bits, s->accumulator_bits);
    if (izh_device_open(uri, &d, message))
        return fail(uri, message);
    double start = now_s();
    enum izh_status status = izh_device_load(d, b->compiled->image);
    *load_s = now_s() - start;
    start = now_s();
    if (!status)
        status = izh_device_run(d, b->ticks);
    if (!status)
        status = take(d, &spikes);
    *run_s = now_s() - start;
    izh_message(d, message);
    izh_device_close(d);
    if (status)
        return fail(uri, message);
    return spikes == b->spikes ? 0 : fail(uri, "not the spikes of the model");
}

// ---- The link alone -----------------------------------------------------------------------------

static void ignore(void *owner, const struct izh_answer *answer)
{
    (void)owner;
    (void)answer;
}

struct wire {
    struct izh_session session;
    struct izh_soft_board *board;
    uint64_t events, bytes;
};

static void move(struct wire *w)
{
    static uint8_t bytes[65536];
    size_t count = izh_session_output(&w->session, bytes, sizeof bytes, 0), taken;
    izh_soft_board_receive(w->board, bytes, count);
    count = izh_soft_board_send(w->board, bytes, sizeof bytes, 1 << 20);
    izh_session_receive(&w->session, bytes, count, 0);
    w->bytes += count;
    izh_session_words(&w->session, &taken);
    izh_session_take(&w->session, taken);
    w->events += taken / 2;
}

static void write_all(struct izh_model *m, uint32_t region, uint32_t field, uint32_t word)
{
    for (uint32_t i = 0; i < WIRE_NEURONS; i++)
        izh_model_write(m, IZH_ADDRESS(region, field, i), word);
}

// Every neuron spikes in every sub-step: peak is the least x. Both halves on one core.
static int print_wire(void)
{
    static const struct izh_soft_board_options options = {32767, 64, 240, 0, 0, 1};
    static const struct izh_shape shape = {.format = {20, 24, 18}, .neurons = WIRE_NEURONS};
    static const uint8_t run[8] = {IZH_REG_RUN, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f};
    static const uint8_t neurons[8] = {IZH_REG_NEURONS, 0, 0, 0, 0, WIRE_NEURONS >> 8, 0, 0};
    struct wire w = {0};
    struct izh_model *model;
    if (izh_model_new(&shape, &model) || !izh_session_init(&w.session, 1000000, ignore))
        return fail("wire", "out of memory");
    w.board = izh_soft_board_new(&options, &shape, model);
    write_all(model, IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, 0x80000);
    izh_session_begin(&w.session, 1, 0);
    while (w.session.phase != IZH_SESSION_OPEN)
        move(&w);
    izh_session_submit(&w.session, IZH_KIND_WRITE, neurons, 8, NULL);
    izh_session_submit(&w.session, IZH_KIND_WRITE, run, 8, NULL);
    double start = now_s(), alone = 0;
    while (now_s() - start < 2)
        move(&w);
    double both = now_s() - start;
    uint64_t events = w.events, updates = 0;
    static struct izh_spike spikes[WIRE_NEURONS];
    size_t count;
    for (start = now_s(); updates < events && izh_model_substep(model, spikes, &count);)
        updates += WIRE_NEURONS;
    alone = now_s() - start;
    printf("session and board: %.1f million events/s, %.1f MB/s of the wire; the model's own part "
           "%.0f %%\n",
           1e-6 * (double)events / both, 1e-6 * (double)w.bytes / both, 100 * alone / both);
    izh_soft_board_free(w.board);
    izh_model_free(model);
    izh_session_free(&w.session);
    return 0;
}

// ---- Report -------------------------------------------------------------------------------------

static double least(const double *values, int count)
{
    double best = values[0];
    for (int i = 1; i < count; i++)
        best = values[i] < best ? values[i] : best;
    return best;
}

static int prepare(struct bench *b, const char *path)
{
    static const struct izh_format format = {20, 24, 18};
    char message[IZH_NETWORK_MESSAGE];
    if (izh_network_read(path, NULL, &b->network, message) ||
        izh_network_shape(b->network, &format, 1, &b->shape, message) ||
        izh_network_compile(b->network, &b->shape, &b->compiled, message))
        return fail(path, message);
    for (uint32_t i = 0; i < b->compiled->image->section_count; i++)
        b->words += b->compiled->image->sections[i].count;
    return b->compiled->stimulus_count ? fail(path, "a network with stimuli is not for this") : 0;
}

int main(int argc, char **argv)
{
    struct bench b = {.ticks = argc > 2 ? (uint32_t)atol(argv[2]) : 5000};
    int rounds = argc > 3 ? atoi(argv[3]) : 9;
    double load[2][ROUNDS_MAX], run[2][ROUNDS_MAX];
    if (rounds < 1 || rounds > ROUNDS_MAX)
        return fail("ROUNDS", "1 to 99");
    if (prepare(&b, argc > 1 ? argv[1] : "examples/net.json"))
        return 1;
    for (int i = 0; i < rounds; i++) {
        if (run_direct(&b, &load[0][i], &run[0][i]) || run_link(&b, &load[1][i], &run[1][i]))
            return 1;
    }
    double direct_s = least(run[0], rounds), link_s = least(run[1], rounds);
    double load_s = least(load[1], rounds);
    printf("run of %u ticks, %llu spikes: direct %.3f s, model: %.3f s, ratio %.3f\n", b.ticks,
           (unsigned long long)b.spikes, direct_s, link_s, link_s / direct_s);
    printf("load of %llu words: direct %.3f s, model: written and checked %.3f s, %.1f MB/s\n",
           (unsigned long long)b.words, least(load[0], rounds), load_s,
           4e-6 * (double)b.words / load_s);
    izh_compiled_free(b.compiled);
    izh_network_free(b.network);
    return print_wire();
}
