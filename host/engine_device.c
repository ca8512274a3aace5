// engine_device.c: whatever an address of the driver opens, as an engine
// SPDX-License-Identifier: Apache-2.0
#include "engine.h"

#include "izh.h"
#include "transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 4096 };

// A device answers at all times; only its engine may take long over a tick.
static const uint64_t patience_us = 60000000;

struct device_engine {
    struct izh_device *device;
    struct izh_event events[BATCH];
    uint32_t neurons, substeps;
    uint64_t updates, lost;
    enum izh_status failure; // the last one
    char scheme[16];
};

static enum izh_model_status status_of(enum izh_status status)
{
    switch (status) {
    case IZH_OK:
        return IZH_MODEL_OK;
    case IZH_NO_MEMORY:
        return IZH_MODEL_NO_MEMORY;
    case IZH_REFUSED:
        return IZH_MODEL_BAD_ADDRESS;
    case IZH_OTHER_ENGINE:
    case IZH_BAD_URI:
        return IZH_MODEL_BAD_SHAPE;
    default:
        return IZH_MODEL_RUNNING;
    }
}

// The driver has more statuses than an engine.
static enum izh_model_status note(struct device_engine *e, enum izh_status status)
{
    if (status)
        e->failure = status;
    return status_of(status);
}

static enum izh_model_status device_write(void *self, uint32_t address, uint32_t word)
{
    struct device_engine *e = self;
    return note(e, izh_device_write(e->device, address, &word, 1));
}

static enum izh_model_status device_read(void *self, uint32_t address, uint32_t *word)
{
    struct device_engine *e = self;
    return note(e, izh_device_read(e->device, address, word, 1));
}

static enum izh_model_status device_load(void *self, const struct izh_image *image,
                                         const struct izh_stop *stop)
{
    struct device_engine *e = self;
    return note(e, izh_device_load_until(e->device, image, stop ? stop->wanted : NULL,
                                         stop ? stop->context : NULL));
}

// ---- Running ------------------------------------------------------------------------------------

static enum izh_status queue_stimuli(struct device_engine *e, uint32_t first, uint32_t ticks,
                                     const struct izh_engine_observer *observer)
{
    enum izh_status status = IZH_OK;
    for (uint32_t i = 0; !status && i < ticks; i++) {
        struct izh_stimulus s;
        while (!status && observer->stimulus(observer->context, first + i, &s)) {
            struct izh_device_stimulus word = {(enum izh_device_stimulus_kind)s.kind, s.neuron,
                                               s.value};
            status = izh_device_stimulate(e->device, &word, 1);
        }
        if (!status)
            status = izh_device_stimulate(e->device, &(struct izh_device_stimulus){0}, 1);
    }
    return status;
}

static void give_spike(const struct izh_event *event, const struct izh_engine_observer *observer)
{
    struct izh_spike spike = {event->tick, event->neuron, (uint8_t)event->substep, event->level};
    if (observer->spike)
        observer->spike(observer->context, &spike);
}

static void give_sample(const struct izh_event *event, const struct izh_engine_observer *observer)
{
    struct izh_sample sample = {
        event->tick, event->substep, event->neuron, {event->x, event->w, event->level}};
    if (observer->sample)
        observer->sample(observer->context, &sample);
}

// True when the engine rests.
static bool take(struct device_engine *e, size_t count, const struct izh_engine_observer *observer)
{
    for (size_t i = 0; i < count; i++) {
        const struct izh_event *event = &e->events[i];
        switch (event->kind) {
        case IZH_EVENT_SPIKE:
            give_spike(event, observer);
            break;
        case IZH_EVENT_SAMPLE:
            give_sample(event, observer);
            break;
        case IZH_EVENT_REST:
            return true;
        case IZH_EVENT_LOST_SPIKES:
        case IZH_EVENT_LOST_SAMPLES:
            e->lost += event->count;
            break;
        default:
            break;
        }
    }
    return false;
}

static enum izh_status settings(struct device_engine *e, uint32_t *tick)
{
    uint32_t words[2]; // NEURONS, SUBSTEPS
    enum izh_status status =
        izh_device_read(e->device, IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_NEURONS), words, 2);
    if (status)
        return status;
    e->neurons = words[0];
    e->substeps = words[1];
    return izh_device_read(e->device, IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_TICK), tick, 1);
}

static enum izh_model_status device_run(void *self, uint32_t ticks,
                                        const struct izh_engine_observer *observer)
{
    struct device_engine *e = self;
    uint32_t tick = 0;
    bool rests = !ticks;
    enum izh_status status = settings(e, &tick);
    if (!status && ticks && observer->stimulus)
        status = queue_stimuli(e, tick, ticks, observer);
    if (!status && ticks)
        status = izh_device_run(e->device, ticks);
    while (!status && !rests) {
        size_t count = 0;
        status = izh_device_next_batch(e->device, e->events, BATCH, &count, patience_us);
        rests = !status && take(e, count, observer);
    }
    if (!status)
        e->updates += (uint64_t)ticks * e->neurons * e->substeps;
    return note(e, status);
}

static void device_counts(void *self, struct izh_engine_counts *counts)
{
    const struct device_engine *e = self;
    *counts = (struct izh_engine_counts){.updates = e->updates, .lost = e->lost};
    counts->events_unknown = !izh_device_events(e->device, &counts->events);
}

static void device_message(void *self, char message[IZH_MESSAGE])
{
    struct device_engine *e = self;
    izh_message(e->device, message);
}

static void device_free(void *self)
{
    struct device_engine *e = self;
    izh_device_close(e->device);
    free(e);
}

static const struct izh_engine_ops device_ops = {
    .write = device_write,
    .read = device_read,
    .load = device_load,
    .run = device_run,
    .counts = device_counts,
    .message = device_message,
    .free = device_free,
};

static struct izh_shape shape_of(const struct izh_device_info *i)
{
    return (struct izh_shape){
        .format = {i->x_bits, i->w_bits, i->port_bits},
        .neurons = i->neurons,
        .records = i->records,
        .lanes = i->lanes,
        .synapses = i->synapses,
        .slots = i->ring_slots,
        .parts = i->ring_parts,
        .weight_bits = i->weight_bits,
        .delta_bits = i->delta_bits,
        .accumulator_bits = i->accumulator_bits,
    };
}

enum izh_status izh_engine_device(const char *uri, struct izh_engine *engine, char *message)
{
    struct izh_device_info info;
    struct device_engine *e = calloc(1, sizeof *e);
    enum izh_status status = e ? izh_device_open(uri, &e->device, message) : IZH_NO_MEMORY;
    if (!e && message)
        snprintf(message, IZH_MESSAGE, "%.200s: %s", uri, izh_strerror(status));
    if (status) {
        free(e);
        return status;
    }
    izh_device_get_info(e->device, &info);
    memcpy(e->scheme, info.scheme, sizeof e->scheme);
    *engine = (struct izh_engine){e->scheme, &device_ops, e, shape_of(&info)};
    return IZH_OK;
}

enum izh_model_status izh_engine_model(const struct izh_shape *s, unsigned threads,
                                       struct izh_engine *engine)
{
    char uri[256];
    const struct izh_format *f = &s->format;
    int n = snprintf(uri, sizeof uri,
                     "model:neurons=%lu,lanes=%lu,records=%lu,x=%d,w=%d,port=%d,threads=%u",
                     (unsigned long)s->neurons, (unsigned long)(s->lanes ? s->lanes : 1),
                     (unsigned long)s->records, f->x_bits, f->w_bits, f->port_bits, threads);
    snprintf(uri + n, sizeof uri - (size_t)n,
             s->synapses ? ",synapses=%lu,slots=%lu,parts=%lu,weight=%d,delta=%d,accumulator=%d"
                         : ",synapses=%lu",
             (unsigned long)s->synapses, (unsigned long)s->slots, (unsigned long)s->parts,
             s->weight_bits, s->delta_bits, s->accumulator_bits);
    return status_of(izh_engine_device(uri, engine, NULL));
}

struct izh_device *izh_engine_device_handle(const struct izh_engine *engine)
{
    const struct device_engine *e = engine->self;
    return engine->ops == &device_ops ? e->device : NULL;
}

enum izh_status izh_engine_device_failure(const struct izh_engine *engine)
{
    const struct device_engine *e = engine->self;
    return engine->ops == &device_ops ? e->failure : IZH_OK;
}
