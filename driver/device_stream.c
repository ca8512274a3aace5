// device_stream.c: events of a device, one by one, in batches, and on a thread of their own
// SPDX-License-Identifier: Apache-2.0
#include "device_internal.h"

#include <signal.h>

// ---- Taking -------------------------------------------------------------------------------------

size_t izh_device_take(struct izh_device *d, struct izh_event *events, size_t size)
{
    size_t bytes, used;
    const uint8_t *words = izh_session_words(&d->session, &bytes);
    size_t count = izh_stream_decode(&d->stream, words, bytes, events, size, &used);
    izh_session_take(&d->session, used);
    if (d->stream.fault && !d->failure)
        d->failure = izh_device_say(d, IZH_NOT_IZH, "%s:%s: %s", d->info.scheme, d->info.address,
                                    d->stream.fault);
    if (used && !izh_session_deadline(&d->session))
        izh_device_kick(d);
    return count;
}

static enum izh_status next(struct izh_device *d, struct izh_event *events, size_t size,
                            size_t *count, uint64_t timeout_us)
{
    uint64_t now = izh_device_now(d);
    uint64_t until = timeout_us < UINT64_MAX - now ? now + timeout_us : UINT64_MAX;
    enum izh_status status = IZH_OK;
    bool last = false; // what has come by now is looked at once more
    while (!status) {
        if (d->streaming == IZH_STREAM_ON)
            return izh_device_say(d, IZH_BUSY, "the device streams: its events go to the callback");
        *count = izh_device_take(d, events, size);
        if (*count)
            return IZH_OK;
        if (last || (d->pumping && !timeout_us))
            return IZH_TIMEOUT;
        status = izh_device_pump(d, until);
        last = izh_device_now(d) >= until;
    }
    return status;
}

enum izh_status izh_device_next_batch(struct izh_device *d, struct izh_event *events, size_t size,
                                      size_t *count, uint64_t timeout_us)
{
    *count = 0;
    if (!size)
        return IZH_BAD_ARGUMENT;
    pthread_mutex_lock(&d->lock);
    d->waiting++;
    enum izh_status status = next(d, events, size, count, timeout_us);
    d->waiting--;
    pthread_mutex_unlock(&d->lock);
    return status;
}

enum izh_status izh_device_next(struct izh_device *d, struct izh_event *event, uint64_t timeout_us)
{
    size_t count;
    return izh_device_next_batch(d, event, 1, &count, timeout_us);
}

// ---- Streaming ----------------------------------------------------------------------------------

bool izh_device_in_callback(const struct izh_device *d)
{
    return d->streaming != IZH_STREAM_OFF && pthread_equal(d->thread, pthread_self());
}

// Without the lock: the callback may call other functions of the device. Not 0 ends the stream.
static int give(struct izh_device *d, enum izh_status status, size_t count)
{
    pthread_mutex_unlock(&d->lock);
    int stop = d->callback(d->context, status, d->batch, count);
    pthread_mutex_lock(&d->lock);
    return stop;
}

static enum izh_status stream(struct izh_device *d)
{
    while (!d->stop_asked) {
        size_t count = izh_device_take(d, d->batch, IZH_DEVICE_BATCH);
        if (count && give(d, IZH_OK, count))
            return IZH_STOPPED;
        if (count)
            continue;
        enum izh_status status = izh_device_pump(d, UINT64_MAX);
        if (status) {
            give(d, status, 0);
            return status;
        }
    }
    return IZH_OK;
}

static void *thread_main(void *context)
{
    struct izh_device *d = context;
    pthread_mutex_lock(&d->lock);
    d->stream_status = stream(d);
    if (d->streaming == IZH_STREAM_ON)
        d->streaming = IZH_STREAM_ENDED;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

// Joins the thread, which has ended or has been asked to. Threads that come meanwhile wait.
static void join(struct izh_device *d)
{
    pthread_t thread = d->thread;
    d->streaming = IZH_STREAM_JOINING;
    pthread_mutex_unlock(&d->lock);
    pthread_join(thread, NULL);
    pthread_mutex_lock(&d->lock);
    d->streaming = IZH_STREAM_OFF;
    pthread_cond_broadcast(&d->changed);
}

// Signals are the program's, not the library's.
static int create_thread(struct izh_device *d)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&d->thread, NULL, thread_main, d);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

static enum izh_status start(struct izh_device *d, izh_stream_callback *callback, void *context)
{
    if (izh_device_in_callback(d) || d->streaming == IZH_STREAM_ON ||
        d->streaming == IZH_STREAM_JOINING)
        return izh_device_say(d, IZH_BUSY, "the device streams already");
    if (d->streaming == IZH_STREAM_ENDED)
        join(d);
    d->callback = callback;
    d->context = context;
    d->stop_asked = false;
    d->streaming = IZH_STREAM_ON;
    if (!create_thread(d))
        return IZH_OK;
    d->streaming = IZH_STREAM_OFF;
    return izh_device_say(d, IZH_NO_MEMORY, "no thread can be had");
}

enum izh_status izh_stream_start(struct izh_device *d, izh_stream_callback *callback, void *context)
{
    enum izh_status status = izh_device_enter(d);
    if (!status)
        status = start(d, callback, context);
    pthread_mutex_unlock(&d->lock);
    return status;
}

static enum izh_status stop(struct izh_device *d)
{
    if (izh_device_in_callback(d))
        return izh_device_say(d, IZH_BUSY, "a callback stops the stream by what it returns");
    while (d->streaming == IZH_STREAM_JOINING)
        pthread_cond_wait(&d->changed, &d->lock);
    if (d->streaming == IZH_STREAM_OFF)
        return IZH_OK;
    d->stop_asked = true;
    izh_device_kick(d);
    pthread_cond_broadcast(&d->changed);
    join(d);
    return d->stream_status == IZH_STOPPED ? IZH_STOPPED : IZH_OK;
}

enum izh_status izh_stream_stop(struct izh_device *d)
{
    pthread_mutex_lock(&d->lock);
    enum izh_status status = stop(d);
    pthread_mutex_unlock(&d->lock);
    return status;
}
