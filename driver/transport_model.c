// transport_model.c: "model:", a board in software in this process
// SPDX-License-Identifier: Apache-2.0
#include "model_uri.h"
#include "monotonic.h"
#include "transport.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    RETRY_US = 1000000, // the wire is perfect: only for the sake of form
    UPDATES = 1 << 20,  // of neurons, between two looks at the time: a millisecond or a few
};

struct model_transport {
    struct izh_transport_base base;
    struct izh_model *model;
    struct izh_soft_board *board;
    pthread_mutex_t lock;
    pthread_cond_t called;
    bool interrupted;
};

// ---- Life ---------------------------------------------------------------------------------------

static void model_close(struct izh_transport *transport)
{
    struct model_transport *t = (struct model_transport *)transport;
    izh_soft_board_free(t->board);
    izh_model_free(t->model);
    pthread_cond_destroy(&t->called);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

static void init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

static struct model_transport *model_transport_new(void)
{
    struct model_transport *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->base.ops = &izh_transport_model;
    pthread_mutex_init(&t->lock, NULL);
    init_condition(&t->called);
    return t;
}

static enum izh_status status_of(enum izh_model_status status, char *message)
{
    if (!status)
        return IZH_OK;
    snprintf(message, IZH_MESSAGE, "model: %s", izh_model_strerror(status));
    return status == IZH_MODEL_NO_MEMORY ? IZH_NO_MEMORY : IZH_BAD_URI;
}

static enum izh_status make_model(struct model_transport *t, const struct izh_model_uri *uri,
                                  char *message)
{
    enum izh_model_status status = izh_model_new(&uri->shape, &t->model);
    if (!status && uri->threads > 1)
        status = izh_model_set_threads(t->model, uri->threads);
    if (status)
        return status_of(status, message);
    if (!*uri->kernel || !izh_model_set_kernel(t->model, uri->kernel))
        return IZH_OK;
    size_t n =
        (size_t)snprintf(message, IZH_MESSAGE, "model: no kernel '%s'; there are", uri->kernel);
    const char *name;
    for (size_t i = 0; n < IZH_MESSAGE && (name = izh_model_kernel(i)); i++)
        n += (size_t)snprintf(message + n, IZH_MESSAGE - n, " %s", name);
    return IZH_BAD_URI;
}

static enum izh_status make_board(struct model_transport *t, const struct izh_model_uri *uri,
                                  char *message)
{
    if (2 * (uri->board.room + 13) > uri->board.ring) {
        snprintf(message, IZH_MESSAGE, "model: link_ring must be at least 2 (link_room + 13)");
        return IZH_BAD_URI;
    }
    t->board = izh_soft_board_new(&uri->board, &uri->shape, t->model);
    return t->board ? IZH_OK : status_of(IZH_MODEL_NO_MEMORY, message);
}

static enum izh_status model_open(const char *rest, struct izh_transport **transport, char *message)
{
    struct izh_model_uri uri;
    enum izh_status status = izh_model_uri_parse(rest, &uri, message);
    if (status)
        return status;
    struct model_transport *t = model_transport_new();
    if (!t)
        return status_of(IZH_MODEL_NO_MEMORY, message);
    status = make_model(t, &uri, message);
    if (!status)
        status = make_board(t, &uri, message);
    if (status)
        model_close((struct izh_transport *)t);
    else
        *transport = (struct izh_transport *)t;
    return status;
}

static enum izh_status model_list(void (*found)(void *context, const char *rest, const char *what),
                                  void *context, char *message)
{
    (void)message;
    found(context, "", "golden model in C");
    return IZH_OK;
}

// ---- Bytes --------------------------------------------------------------------------------------

static enum izh_status model_send(struct izh_transport *transport, const uint8_t *bytes,
                                  size_t count, size_t *sent)
{
    struct model_transport *t = (struct model_transport *)transport;
    izh_soft_board_receive(t->board, bytes, count);
    *sent = count;
    return IZH_OK;
}

static bool take_interrupt(struct model_transport *t)
{
    pthread_mutex_lock(&t->lock);
    bool interrupted = t->interrupted;
    t->interrupted = false;
    pthread_mutex_unlock(&t->lock);
    return interrupted;
}

static void wait(struct model_transport *t, uint64_t until)
{
    struct timespec at = {(time_t)(until / 1000000), (long)(until % 1000000) * 1000};
    int over = 0;
    pthread_mutex_lock(&t->lock);
    while (!t->interrupted && !over)
        over = pthread_cond_timedwait(&t->called, &t->lock, &at);
    t->interrupted = false;
    pthread_mutex_unlock(&t->lock);
}

static enum izh_status model_receive(struct izh_transport *transport, uint8_t *bytes, size_t size,
                                     size_t *got, uint64_t timeout_us)
{
    struct model_transport *t = (struct model_transport *)transport;
    uint64_t until = izh_deadline_us(timeout_us);
    do {
        *got = izh_soft_board_send(t->board, bytes, size, UPDATES);
        if (*got || take_interrupt(t))
            return IZH_OK;
        if (izh_soft_board_idle(t->board)) {
            wait(t, until);
            return IZH_OK;
        }
    } while (izh_monotonic_us() < until);
    return IZH_OK;
}

static void model_interrupt(struct izh_transport *transport)
{
    struct model_transport *t = (struct model_transport *)transport;
    pthread_mutex_lock(&t->lock);
    t->interrupted = true;
    pthread_cond_signal(&t->called);
    pthread_mutex_unlock(&t->lock);
}

static uint64_t model_events(struct izh_transport *transport)
{
    const struct model_transport *t = (const struct model_transport *)transport;
    return izh_model_synaptic_events(t->model);
}

const struct izh_transport_ops izh_transport_model = {
    .scheme = "model",
    .open = model_open,
    .list = model_list,
    .send = model_send,
    .receive = model_receive,
    .now_us = izh_transport_monotonic_us,
    .interrupt = model_interrupt,
    .close = model_close,
    .retry_us = RETRY_US,
    .events = model_events,
};
