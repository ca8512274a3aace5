// device.c: a device: how its bytes move, its life
// SPDX-License-Identifier: Apache-2.0
#include "device_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    DEFAULT_TIMEOUT_US = 5000000,
    TIMEOUT_MS_MAX = 3600000,
    PUMP_US = 100000, // a thread that waits for another that pumps waits no longer than this
};

enum izh_status izh_device_say(struct izh_device *d, enum izh_status status, const char *format,
                               ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(d->message, sizeof d->message, format, arguments);
    va_end(arguments);
    return status;
}

enum izh_status izh_device_enter(struct izh_device *d)
{
    pthread_mutex_lock(&d->lock);
    return d->greeting ? izh_device_say(d, IZH_BUSY, "another thread resets the device")
                       : d->failure;
}

// ---- Bytes --------------------------------------------------------------------------------------

uint64_t izh_device_now(struct izh_device *d)
{
    if (!d->pumping)
        d->now_us = d->ops->now_us(d->transport);
    return d->now_us;
}

void izh_device_kick(struct izh_device *d)
{
    if (d->pumping)
        d->ops->interrupt(d->transport);
}

static void lose(struct izh_device *d, enum izh_status status)
{
    if (d->failure)
        return;
    d->failure = status;
    izh_device_say(d, status, "%s:%s: %s", d->info.scheme, d->info.address, izh_strerror(status));
}

static void watch_session(struct izh_device *d)
{
    if (d->session.phase != IZH_SESSION_FAILED || d->failure)
        return;
    d->failure = d->session.status;
    izh_device_say(d, d->failure, "%s:%s: %s", d->info.scheme, d->info.address, d->session.reason);
}

// Gives the transport all that it takes and the session has.
static void send_out(struct izh_device *d)
{
    for (;;) {
        if (d->out_first == d->out_end) {
            izh_device_feed(d);
            d->out_first = 0;
            d->out_end = izh_session_output(&d->session, d->out, sizeof d->out, d->now_us);
        }
        if (d->out_first == d->out_end)
            return;
        size_t sent = 0;
        enum izh_status status =
            d->ops->send(d->transport, d->out + d->out_first, d->out_end - d->out_first, &sent);
        d->out_first += sent;
        if (status)
            lose(d, status);
        if (status || !sent)
            return;
    }
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

// Until when the transport may wait. What does not go out now goes when there is room again.
static uint64_t wait_until(const struct izh_device *d, uint64_t until_us)
{
    uint64_t most = d->now_us + PUMP_US;
    if (d->out_first == d->out_end)
        most = sooner(most, izh_session_deadline(&d->session));
    return sooner(most, until_us);
}

enum izh_status izh_device_pump(struct izh_device *d, uint64_t until_us)
{
    size_t got = 0;
    if (d->failure)
        return d->failure;
    if (d->pumping) {
        pthread_cond_wait(&d->changed, &d->lock);
        return d->failure;
    }
    izh_device_now(d);
    d->pumping = true;
    send_out(d);
    uint64_t until = wait_until(d, until_us);
    uint64_t wait = until > d->now_us ? until - d->now_us : 0;
    pthread_mutex_unlock(&d->lock);
    enum izh_status status = d->ops->receive(d->transport, d->in, sizeof d->in, &got, wait);
    uint64_t now = d->ops->now_us(d->transport);
    pthread_mutex_lock(&d->lock);
    d->now_us = now;
    izh_session_receive(&d->session, d->in, got, now);
    if (status)
        lose(d, status);
    watch_session(d);
    if (!d->failure)
        send_out(d);
    d->pumping = false;
    pthread_cond_broadcast(&d->changed);
    return d->failure;
}

// ---- Operations ---------------------------------------------------------------------------------

static void on_answer(void *owner, const struct izh_answer *answer)
{
    struct izh_operation *op = owner;
    op->under_way--;
    op->answers++;
    if (!op->status && !op->answer(op->device, op, answer) && !op->status)
        op->status = IZH_REFUSED;
}

static enum izh_status no_answer(struct izh_device *d)
{
    return izh_device_say(d, IZH_TIMEOUT,
                          "%s:%s: no answer in %.1f s; does it wait for events to be taken?",
                          d->info.scheme, d->info.address, 1e-6 * (double)d->timeout_us);
}

// false: no slot is free, and more is to be submitted.
static bool submit_all(struct izh_device *d, struct izh_operation *op)
{
    bool any = false;
    while (!op->status && op->submit(d, op))
        any = true;
    if (any)
        izh_device_kick(d);
    return op->finished || op->status;
}

static enum izh_status wait_for_answers(struct izh_device *d, struct izh_operation *op)
{
    uint64_t patience = d->timeout_us + op->extra_us;
    uint64_t seen = 0, until = izh_device_now(d) + patience;
    enum izh_status status = d->failure;
    while (!status) {
        bool all = submit_all(d, op);
        if (all && !op->under_way)
            return op->status;
        d->wanting += !all;
        status = izh_device_pump(d, until);
        d->wanting -= !all;
        if (op->answers != seen) {
            seen = op->answers;
            until = d->now_us + patience;
        } else if (!status && izh_device_now(d) >= until) {
            status = no_answer(d);
        }
    }
    return status;
}

enum izh_status izh_device_operate(struct izh_device *d, struct izh_operation *op)
{
    op->device = d;
    d->waiting++;
    d->session.waiting++;
    enum izh_status status = wait_for_answers(d, op);
    d->waiting--;
    d->session.waiting--;
    izh_session_forget(&d->session, op);
    return status;
}

// ---- Life ---------------------------------------------------------------------------------------

static struct izh_device *device_new(void)
{
    struct izh_device *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->changed, NULL);
    d->timeout_us = DEFAULT_TIMEOUT_US;
    return d;
}

static void device_free(struct izh_device *d)
{
    if (d->transport)
        d->ops->close(d->transport);
    izh_session_free(&d->session);
    izh_device_forget_stimuli(d);
    free(d->probed);
    pthread_cond_destroy(&d->changed);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

static enum izh_status connect_to(struct izh_device *d, const char *uri)
{
    const char *rest = "";
    d->ops = izh_transport_of(uri, &rest, d->message);
    if (!d->ops)
        return IZH_BAD_URI;
    snprintf(d->info.scheme, sizeof d->info.scheme, "%s", d->ops->scheme);
    snprintf(d->info.address, sizeof d->info.address, "%s", rest);
    if (!izh_session_init(&d->session, d->ops->retry_us, on_answer))
        return izh_device_say(d, IZH_NO_MEMORY, "out of memory");
    enum izh_status status = d->ops->open(rest, &d->transport, d->message);
    if (status)
        return status;
    pthread_mutex_lock(&d->lock);
    status = izh_device_greet(d);
    pthread_mutex_unlock(&d->lock);
    return status;
}

enum izh_status izh_device_open(const char *uri, struct izh_device **device, char *message)
{
    struct izh_device *d = device_new();
    enum izh_status status = d ? connect_to(d, uri) : IZH_NO_MEMORY;
    if (!status) {
        d->message[0] = 0;
        *device = d;
        return IZH_OK;
    }
    if (message)
        snprintf(message, IZH_MESSAGE, "%s", d && *d->message ? d->message : izh_strerror(status));
    if (d)
        device_free(d);
    return status;
}

enum izh_status izh_device_close(struct izh_device *d)
{
    if (!d)
        return IZH_OK;
    if (izh_stream_stop(d) == IZH_BUSY)
        return IZH_BUSY;
    device_free(d);
    return IZH_OK;
}

enum izh_status izh_device_reset(struct izh_device *d)
{
    enum izh_status status;
    pthread_mutex_lock(&d->lock);
    if (d->streaming != IZH_STREAM_OFF || d->waiting || d->pumping || d->greeting)
        status = izh_device_say(d, IZH_BUSY, "another thread uses the device");
    else if (d->failure == IZH_GONE || d->failure == IZH_IO)
        status = d->failure;
    else
        status = izh_device_greet(d);
    pthread_mutex_unlock(&d->lock);
    return status;
}

void izh_device_get_info(struct izh_device *d, struct izh_device_info *info)
{
    pthread_mutex_lock(&d->lock);
    *info = d->info;
    pthread_mutex_unlock(&d->lock);
}

enum izh_status izh_device_set_timeout(struct izh_device *d, uint32_t timeout_ms)
{
    if (timeout_ms < 1 || timeout_ms > TIMEOUT_MS_MAX)
        return IZH_BAD_ARGUMENT;
    pthread_mutex_lock(&d->lock);
    d->timeout_us = (uint64_t)timeout_ms * 1000;
    pthread_mutex_unlock(&d->lock);
    return IZH_OK;
}

bool izh_device_events(struct izh_device *d, uint64_t *events)
{
    if (!d->ops->events)
        return false;
    *events = d->ops->events(d->transport);
    return true;
}

void izh_message(struct izh_device *d, char message[])
{
    pthread_mutex_lock(&d->lock);
    snprintf(message, IZH_MESSAGE, "%s", d->message);
    pthread_mutex_unlock(&d->lock);
}

// ---- What there is ------------------------------------------------------------------------------

struct listing {
    const char *scheme;
    void (*found)(void *context, const char *uri, const char *what);
    void *context;
};

static void found_one(void *context, const char *rest, const char *what)
{
    const struct listing *listing = context;
    char uri[320];
    snprintf(uri, sizeof uri, "%s:%s", listing->scheme, rest);
    listing->found(listing->context, uri, what);
}

enum izh_status izh_device_list(void (*found)(void *context, const char *uri, const char *what),
                                void *context, char *message)
{
    enum izh_status first = IZH_OK;
    const struct izh_transport_ops *ops;
    for (size_t i = 0; (ops = izh_transport_scheme(i)); i++) {
        char own[IZH_MESSAGE] = "";
        struct listing listing = {ops->scheme, found, context};
        enum izh_status status = ops->list ? ops->list(found_one, &listing, own) : IZH_OK;
        if (status && !first) {
            first = status;
            if (message)
                snprintf(message, IZH_MESSAGE, "%s", own);
        }
    }
    return first;
}
