// device.c: a device: how its bytes move, its life
// SPDX-License-Identifier: Apache-2.0
#include "device_internal.h"

#include "izh_map.h"
#include "link_codes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    DEFAULT_TIMEOUT_US = 5000000,
    TIMEOUT_MS_MAX = 3600000,
    PUMP_US = 100000,      // a thread that waits for another that pumps waits no longer than this
    GREETING_RETRIES = 8,  // times that HELLO is said
    GREETING_US = 1000000, // or as long as this, if that is longer
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

// ---- Greeting -----------------------------------------------------------------------------------

static uint32_t draw_nonce(const struct izh_device *d)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t z = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
    z ^= (uint64_t)getpid() << 40 ^ (uint64_t)(uintptr_t)d << 8;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9; // SplitMix64: every bit counts in every other
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (uint32_t)(z >> 32);
}

static enum izh_status no_welcome(struct izh_device *d)
{
    if (d->session.heard)
        return izh_device_say(d, IZH_NOT_IZH, "%s:%s: something answers, but no izh engine",
                              d->info.scheme, d->info.address);
    return izh_device_say(d, IZH_TIMEOUT, "%s:%s: nothing answers; is the gateware loaded?",
                          d->info.scheme, d->info.address);
}

static enum izh_status say_hello(struct izh_device *d)
{
    uint64_t patience = GREETING_RETRIES * d->session.retry_us;
    izh_session_begin(&d->session, draw_nonce(d), izh_device_now(d));
    d->out_first = d->out_end = 0;
    uint64_t until = d->now_us + (patience > GREETING_US ? patience : GREETING_US);
    while (d->session.phase == IZH_SESSION_GREETING) {
        enum izh_status status = izh_device_pump(d, until);
        if (status)
            return status;
        if (d->session.phase == IZH_SESSION_GREETING && izh_device_now(d) >= until)
            return no_welcome(d);
    }
    return IZH_OK;
}

static enum izh_status read_register(struct izh_device *d, uint32_t number, uint32_t *word)
{
    return izh_device_read_locked(d, IZH_ADDRESS(IZH_REGION_REGISTER, 0, number), word, 1);
}

static enum izh_status read_link(struct izh_device *d, uint32_t field, uint32_t *word)
{
    return izh_device_read_locked(d, IZH_ADDRESS(IZH_REGION_LINK, field, 0), word, 1);
}

static enum izh_status read_magic(struct izh_device *d)
{
    uint32_t magic = 0;
    enum izh_status status = read_register(d, IZH_REG_MAGIC, &magic);
    if (status && status != IZH_REFUSED)
        return status;
    if (!status && magic == IZH_MAGIC)
        return IZH_OK;
    bool other = !status && magic >> 8 == IZH_MAGIC >> 8;
    return izh_device_say(d, other ? IZH_OTHER_VERSION : IZH_NOT_IZH,
                          other ? "%s:%s: an engine of another contract, MAGIC %08lx"
                                : "%s:%s: no izh engine, MAGIC %08lx",
                          d->info.scheme, d->info.address, (unsigned long)magic);
}

static enum izh_status read_synapses(struct izh_device *d)
{
    struct izh_device_info *i = &d->info;
    uint32_t ring = 0, format = 0;
    enum izh_status status = read_register(d, IZH_REG_SYNAPSE_CAPACITY, &i->synapses);
    if (status || !i->synapses)
        return status;
    status = read_register(d, IZH_REG_RING, &ring);
    if (!status)
        status = read_register(d, IZH_REG_SYNAPSE_FORMAT, &format);
    i->ring_slots = ring & 0xffff;
    i->ring_parts = ring >> 16;
    i->target_bits = (uint8_t)format;
    i->weight_bits = (uint8_t)(format >> 8);
    i->delta_bits = (uint8_t)(format >> 16);
    i->accumulator_bits = (uint8_t)(format >> 24);
    return status;
}

static enum izh_status read_board(struct izh_device *d)
{
    static const char *const names[] = IZH_BOARD_NAMES;
    struct izh_device_info *i = &d->info;
    enum izh_status status = read_link(d, IZH_FIELD_LINK_BUILD, &i->build);
    if (!status)
        status = read_link(d, IZH_FIELD_LINK_BOARD, &i->board_number);
    if (!status)
        status = read_link(d, IZH_FIELD_LINK_CLOCK, &i->clock_hz);
    bool known = i->board_number < sizeof names / sizeof *names;
    snprintf(i->board, sizeof i->board, "%s", known ? names[i->board_number] : "unknown");
    return status;
}

// What the rest of the library counts on; the widths as docs/contract.md allows them.
static bool makes_sense(const struct izh_device_info *i)
{
    bool widths = i->port_bits >= 13 && i->port_bits <= 27 && i->x_bits >= i->port_bits &&
                  i->x_bits <= 28 && i->w_bits >= 16 && i->w_bits <= 30;
    bool sizes = i->neurons >= 2 && i->neurons <= 65536 && i->records <= 65536 && i->lanes >= 1 &&
                 i->lanes <= 16 && i->synapses <= 1 << 24;
    bool synapses = !i->synapses || (i->target_bits + i->weight_bits + i->delta_bits <= 32 &&
                                     i->target_bits && i->weight_bits && i->accumulator_bits &&
                                     i->accumulator_bits <= 28 && i->ring_slots && i->ring_parts);
    return widths && sizes && synapses;
}

static enum izh_status read_engine(struct izh_device *d)
{
    struct izh_device_info *i = &d->info;
    uint32_t widths = 0;
    enum izh_status status = read_magic(d);
    if (!status)
        status = read_register(d, IZH_REG_WIDTHS, &widths);
    if (!status)
        status = read_register(d, IZH_REG_NEURON_CAPACITY, &i->neurons);
    if (!status)
        status = read_register(d, IZH_REG_RECORD_CAPACITY, &i->records);
    if (!status)
        status = read_register(d, IZH_REG_LANES, &i->lanes);
    if (!status)
        status = read_synapses(d);
    if (!status)
        status = read_board(d);
    i->x_bits = (uint8_t)widths;
    i->w_bits = (uint8_t)(widths >> 8);
    i->port_bits = (uint8_t)(widths >> 16);
    if (status == IZH_REFUSED || (!status && !makes_sense(i)))
        return izh_device_say(d, IZH_NOT_IZH, "%s:%s: what it says of its engine makes no sense",
                              i->scheme, i->address);
    return status;
}

// Nothing is known of the PROBE attributes: memories keep their words when an engine is reset.
static enum izh_status forget_probes(struct izh_device *d)
{
    uint8_t *probed = realloc(d->probed, d->info.neurons);
    if (!probed)
        return izh_device_say(d, IZH_NO_MEMORY, "out of memory");
    memset(probed, IZH_PROBE_UNKNOWN, d->info.neurons);
    d->probed = probed;
    izh_stream_begin(&d->stream, d->info.neurons);
    return IZH_OK;
}

enum izh_status izh_device_greet(struct izh_device *d)
{
    struct izh_device_info *i = &d->info;
    d->failure = IZH_OK;
    izh_device_forget_stimuli(d);
    enum izh_status status = say_hello(d);
    if (status)
        return status;
    i->link_version = d->session.version;
    i->slots = d->session.slots;
    i->room = d->session.room;
    i->ring = d->session.ring;
    status = read_engine(d);
    return status ? status : forget_probes(d);
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
    if (d->streaming != IZH_STREAM_OFF || d->waiting || d->pumping)
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
