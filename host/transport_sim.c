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

static enum izh_status bad_uri(const char *rest, char *message)
{
    size_t n = (size_t)snprintf(message, IZH_MESSAGE, "no board 'sim:%.80s'; there are", rest);
    const char *name;
    for (size_t i = 0; n < IZH_MESSAGE && (name = izh_board_configuration(i)); i++)
        n += (size_t)snprintf(message + n, IZH_MESSAGE - n, " %s", name);
    if (n < IZH_MESSAGE)
        snprintf(message + n, IZH_MESSAGE - n, ", and ,seed=N behind a name; make build makes all");
    return IZH_BAD_URI;
}

static bool parse(const char *rest, char *name, size_t size, uint32_t *seed)
{
    size_t length = strcspn(rest, ",");
    char *end;
    if (length >= size)
        return false;
    memcpy(name, rest, length);
    name[length] = 0;
    *seed = 1;
    if (!length && izh_board_configuration(0))
        snprintf(name, size, "%s", izh_board_configuration(0));
    if (!rest[length])
        return true;
    if (strncmp(rest + length, ",seed=", 6) != 0)
        return false;
    *seed = (uint32_t)strtoul(rest + length + 6, &end, 10);
    return rest[length + 6] >= '0' && rest[length + 6] <= '9' && !*end;
}

static enum izh_status sim_open(const char *rest, struct izh_transport **transport, char *message)
{
    char name[32];
    uint32_t seed;
    if (!parse(rest, name, sizeof name, &seed))
        return bad_uri(rest, message);
    struct sim_transport *t = calloc(1, sizeof *t);
    enum izh_board_status status = t ? izh_board_new(name, seed, &t->board) : IZH_BOARD_NO_MEMORY;
    if (status) {
        free(t);
        if (status == IZH_BOARD_UNKNOWN)
            return bad_uri(rest, message);
        snprintf(message, IZH_MESSAGE, "sim: out of memory");
        return IZH_NO_MEMORY;
    }
    t->base.ops = &izh_transport_sim;
    *transport = (struct izh_transport *)t;
    return IZH_OK;
}

static enum izh_status sim_list(void (*found)(void *context, const char *rest, const char *what),
                                void *context, char *message)
{
    const char *name;
    (void)message;
    for (size_t i = 0; (name = izh_board_configuration(i)); i++)
        found(context, name, "Verilated board");
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
        left -= step(t, left < STRIDE ? left : STRIDE, true, bytes, size, got);
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
