// transport_sim.c: "sim:", a Verilated board in this process
// SPDX-License-Identifier: Apache-2.0
#include "transport_sim.h"

#include "board.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CLOCKS_PER_US = 48,
    RETRY_US = 1000000, // the wire is perfect: only for the sake of form
    QUEUE = 4096,
    STRIDE = 4096, // clocks between two looks at interrupt
    LULL = 64,     // clocks without a byte behind which no more are waited for
};

struct sim_transport {
    struct izh_transport_base base;
    struct izh_board *board;
    uint8_t queue[QUEUE]; // bytes on their way to the board
    size_t queued;
    atomic_bool interrupted;
};

// ---- Life ---------------------------------------------------------------------------------------

static const char *const carrier_names[] = {
    [IZH_BOARD_BYTES] = "bytes", [IZH_BOARD_UART] = "uart", [IZH_BOARD_USB] = "usb"};
enum { CARRIERS = sizeof carrier_names / sizeof *carrier_names };

struct options {
    char name[32];
    uint32_t seed;
    struct izh_board_wiring wiring;
};

static enum izh_status bad_uri(const char *rest, const struct options *options, char *message)
{
    enum izh_board_carrier carrier = options->wiring.carrier;
    char names[IZH_BOARD_NAMES_MAX];
    izh_board_names(carrier, names);
    snprintf(message, IZH_MESSAGE,
             "no board 'sim:%.80s'; with carrier=%s there are%s"
             "; behind a name ,seed=N ,carrier=bytes|uart|usb ,clock=HZ; make build makes all",
             rest, carrier_names[carrier], names);
    return IZH_BAD_URI;
}

static bool parse_carrier(const char *value, enum izh_board_carrier *carrier)
{
    for (int i = 0; i < CARRIERS; i++) {
        if (!strcmp(value, carrier_names[i])) {
            *carrier = (enum izh_board_carrier)i;
            return true;
        }
    }
    return false;
}

static bool parse_count(const char *value, unsigned long least, unsigned long most, uint32_t *count)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(value, &end, 10);
    *count = (uint32_t)number;
    return *value >= '0' && *value <= '9' && !*end && !errno && number >= least && number <= most;
}

static bool parse_number(const char *value, double least, double most, double *number)
{
    char *end;
    *number = strtod(value, &end);
    return end != value && !*end && *number >= least && *number <= most;
}

static bool set_option(void *context, const char *key, const char *value)
{
    struct options *options = context;
    if (!strcmp(key, "carrier"))
        return parse_carrier(value, &options->wiring.carrier);
    if (!strcmp(key, "seed"))
        return parse_count(value, 0, UINT32_MAX, &options->seed);
    if (!strcmp(key, "clock"))
        return parse_count(value, 1000000, 1000000000, &options->wiring.engine_hz);
    if (!strcmp(key, "ppm"))
        return parse_number(value, -1e5, 1e5, &options->wiring.ppm);
    return !strcmp(key, "jitter") && parse_number(value, 0, 100, &options->wiring.jitter_ns);
}

// Without a name it is the first board.
static bool parse(const char *rest, struct options *options)
{
    *options = (struct options){.seed = 1};
    if (!izh_transport_parse(rest, options->name, sizeof options->name, set_option, options))
        return false;
    const char *first = izh_board_configuration(options->wiring.carrier, 0);
    if (!*options->name && first)
        snprintf(options->name, sizeof options->name, "%s", first);
    return true;
}

static enum izh_status sim_open(const char *rest, struct izh_transport **transport, char *message)
{
    struct options options;
    if (!parse(rest, &options))
        return bad_uri(rest, &options, message);
    struct sim_transport *t = calloc(1, sizeof *t);
    enum izh_board_status status =
        t ? izh_board_new(options.name, &options.wiring, options.seed, &t->board)
          : IZH_BOARD_NO_MEMORY;
    if (!status) {
        t->base.ops = &izh_transport_sim;
        *transport = (struct izh_transport *)t;
        return IZH_OK;
    }
    free(t);
    if (status == IZH_BOARD_UNKNOWN)
        return bad_uri(rest, &options, message);
    snprintf(message, IZH_MESSAGE, "sim:%.80s: %s", rest,
             status == IZH_BOARD_MUTE ? "the simulated USB device did not enumerate"
                                      : "out of memory");
    return status == IZH_BOARD_MUTE ? IZH_IO : IZH_NO_MEMORY;
}

static enum izh_status sim_list(void (*found)(void *context, const char *rest, const char *what),
                                void *context, char *message)
{
    static const char *const what[CARRIERS] = {"Verilated board", "Verilated board, UART pins",
                                               "Verilated board, USB pins"};
    const char *name;
    char uri[64];
    (void)message;
    for (int c = 0; c < CARRIERS; c++) {
        for (size_t i = 0; (name = izh_board_configuration((enum izh_board_carrier)c, i)); i++) {
            snprintf(uri, sizeof uri, c == IZH_BOARD_BYTES ? "%s" : "%s,carrier=%s", name,
                     carrier_names[c]);
            found(context, uri, what[c]);
        }
    }
    return IZH_OK;
}

static void sim_close(struct izh_transport *transport)
{
    struct sim_transport *t = (struct sim_transport *)transport;
    izh_board_free(t->board);
    free(t);
}

// ---- Bytes --------------------------------------------------------------------------------------

static enum izh_status sim_send(struct izh_transport *transport, const uint8_t *bytes, size_t count,
                                size_t *sent)
{
    struct sim_transport *t = (struct sim_transport *)transport;
    *sent = count < QUEUE - t->queued ? count : QUEUE - t->queued;
    memcpy(t->queue + t->queued, bytes, *sent);
    t->queued += *sent;
    return IZH_OK;
}

static uint64_t step(struct sim_transport *t, uint64_t clocks, bool stop_at_byte, uint8_t *out,
                     size_t room, size_t *got)
{
    struct izh_board_bytes bytes = {
        .in = t->queue, .in_count = t->queued, .out = out, .out_room = room};
    uint64_t done = izh_board_step(t->board, clocks, stop_at_byte, &bytes);
    t->queued -= bytes.taken;
    memmove(t->queue, t->queue + bytes.taken, t->queued);
    *got = bytes.got;
    return done;
}

static enum izh_status sim_receive(struct izh_transport *transport, uint8_t *bytes, size_t size,
                                   size_t *got, uint64_t timeout_us)
{
    struct sim_transport *t = (struct sim_transport *)transport;
    uint64_t left =
        timeout_us < UINT64_MAX / CLOCKS_PER_US ? timeout_us * CLOCKS_PER_US : UINT64_MAX;
    bool was_full = t->queued == QUEUE;
    size_t more = 1;
    *got = 0;
    do {
        uint64_t done = step(t, left < STRIDE ? left : STRIDE, true, bytes, size, got);
        left -= done < left ? done : left;
    } while (!*got && left && !atomic_exchange(&t->interrupted, false) &&
             !(was_full && t->queued < QUEUE));
    // A frame is many bytes: they are taken as long as they follow each other.
    while (*got && *got < size && more) {
        step(t, LULL, false, bytes + *got, size - *got, &more);
        *got += more;
    }
    return IZH_OK;
}

static uint64_t sim_now(struct izh_transport *transport)
{
    const struct sim_transport *t = (const struct sim_transport *)transport;
    return izh_board_count(t->board).clocks / CLOCKS_PER_US;
}

static void sim_interrupt(struct izh_transport *transport)
{
    struct sim_transport *t = (struct sim_transport *)transport;
    atomic_store(&t->interrupted, true);
}

static uint64_t sim_events(struct izh_transport *transport)
{
    const struct sim_transport *t = (const struct sim_transport *)transport;
    return izh_board_count(t->board).events;
}

const struct izh_transport_ops izh_transport_sim = {
    .scheme = "sim",
    .open = sim_open,
    .list = sim_list,
    .send = sim_send,
    .receive = sim_receive,
    .now_us = sim_now,
    .interrupt = sim_interrupt,
    .close = sim_close,
    .retry_us = RETRY_US,
    .events = sim_events,
};
