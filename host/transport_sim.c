// transport_sim.c: "sim:", a Verilated board in this process
// SPDX-License-Identifier: Apache-2.0
#include "transport_sim.h"

#include "board.h"

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
    size_t n =
        (size_t)snprintf(message, IZH_MESSAGE, "no board 'sim:%.80s'; with carrier=%s there are",
                         rest, carrier_names[carrier]);
    const char *name;
    for (size_t i = 0; n < IZH_MESSAGE && (name = izh_board_configuration(carrier, i)); i++)
        n += (size_t)snprintf(message + n, IZH_MESSAGE - n, " %s", name);
    if (n < IZH_MESSAGE)
        snprintf(message + n, IZH_MESSAGE - n,
                 "; behind a name ,seed=N ,carrier=bytes|uart|usb ,clock=HZ; make build makes all");
    return IZH_BAD_URI;
}

static bool parse_number(const char *value, double least, double most, double *number)
{
    char *end;
    *number = strtod(value, &end);
    return end != value && !*end && *number >= least && *number <= most;
}

static bool parse_option(const char *key, const char *value, struct options *options)
{
    double number = 0;
    if (!strcmp(key, "carrier")) {
        for (int i = 0; i < CARRIERS; i++) {
            if (!strcmp(value, carrier_names[i])) {
                options->wiring.carrier = (enum izh_board_carrier)i;
                return true;
            }
        }
        return false;
    }
    bool good = false;
    if (!strcmp(key, "seed") && (good = parse_number(value, 0, UINT32_MAX, &number)))
        options->seed = (uint32_t)number;
    else if (!strcmp(key, "clock") && (good = parse_number(value, 1e6, 1e9, &number)))
        options->wiring.engine_hz = (uint32_t)number;
    else if (!strcmp(key, "ppm") && (good = parse_number(value, -1e5, 1e5, &number)))
        options->wiring.ppm = number;
    return good;
}

// "NAME,key=value,..."; the name of the first board when there is none.
static bool parse(const char *rest, struct options *options)
{
    char text[IZH_MESSAGE], *save;
    snprintf(text, sizeof text, "%s", rest);
    *options = (struct options){.seed = 1};
    size_t length = strcspn(text, ",");
    const char *name = text;
    char *options_text = text + length + (text[length] == ',');
    text[length] = 0;
    for (char *key = strtok_r(options_text, ",", &save); key; key = strtok_r(NULL, ",", &save)) {
        char *value = strchr(key, '=');
        if (!value)
            return false;
        *value++ = 0;
        if (!parse_option(key, value, options))
            return false;
    }
    const char *first = izh_board_configuration(options->wiring.carrier, 0);
    snprintf(options->name, sizeof options->name, "%.31s", *name || !first ? name : first);
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
    static const char *const behind[CARRIERS] = {"", ",carrier=uart", ",carrier=usb"};
    static const char *const what[CARRIERS] = {"Verilated board", "Verilated board, UART pins",
                                               "Verilated board, USB pins"};
    const char *name;
    char uri[64];
    (void)message;
    for (int carrier = 0; carrier < CARRIERS; carrier++) {
        for (size_t i = 0; (name = izh_board_configuration((enum izh_board_carrier)carrier, i));
             i++) {
            snprintf(uri, sizeof uri, "%s%s", name, behind[carrier]);
            found(context, uri, what[carrier]);
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
};
