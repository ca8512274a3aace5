// device_run.c: ticks, stimuli, and what an engine counts
// SPDX-License-Identifier: Apache-2.0
#include "device_internal.h"

#include "izh_map.h"
#include "link_codes.h"

#include <stdlib.h>
#include <string.h>

enum { NEURONS_MAX = 65536, STIMULUS_BYTES = 7 };

static uint32_t register_address(uint32_t number)
{
    return IZH_ADDRESS(IZH_REGION_REGISTER, 0, number);
}

static uint32_t link_address(uint32_t field)
{
    return IZH_ADDRESS(IZH_REGION_LINK, field, 0);
}

// ---- Running ------------------------------------------------------------------------------------

// Reads the PROBE attributes that nobody has written in this session.
static enum izh_status learn_probes(struct izh_device *d, uint32_t neurons)
{
    enum { BLOCK = 1024 };
    uint32_t words[BLOCK];
    enum izh_status status = IZH_OK;
    for (uint32_t i = 0; !status && i < neurons;) {
        uint32_t count = 0;
        while (count < BLOCK && i + count < neurons && d->probed[i + count] == IZH_PROBE_UNKNOWN)
            count++;
        uint32_t address = IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, i);
        if (count)
            status = izh_device_read_locked(d, address, words, count);
        for (uint32_t j = 0; !status && j < count; j++)
            d->probed[i + j] = words[j] & 1;
        i += count ? count : 1;
    }
    return status;
}

// What tells which sub-step a sample is of. It does not change while ticks are left.
static enum izh_status settle(struct izh_device *d)
{
    uint32_t settings[2], tick = 0;
    enum izh_status status =
        izh_device_read_locked(d, register_address(IZH_REG_NEURONS), settings, 2);
    if (!status)
        status = izh_device_read_locked(d, register_address(IZH_REG_TICK), &tick, 1);
    if (!status &&
        (settings[0] < 1 || settings[0] > d->info.neurons || settings[1] < 1 || settings[1] > 255))
        return izh_device_say(d, IZH_NOT_IZH, "NEURONS %lu or SUBSTEPS %lu make no sense",
                              (unsigned long)settings[0], (unsigned long)settings[1]);
    if (!status)
        status = learn_probes(d, settings[0]);
    // Another thread may have begun to run while this one waited.
    if (!status && izh_stream_rests(&d->stream))
        izh_stream_settle(&d->stream, tick, settings[1], settings[0], d->probed);
    return status;
}

struct run {
    struct izh_operation op;
    uint32_t ticks;
    bool submitted;
};

static bool submit_run(struct izh_device *d, struct izh_operation *op)
{
    struct run *r = (struct run *)op;
    uint8_t payload[8];
    op->finished = r->submitted;
    if (r->submitted || !izh_session_free_slots(&d->session))
        return false;
    izh_device_put(payload, register_address(IZH_REG_RUN));
    izh_device_put(payload + 4, r->ticks);
    r->submitted = true;
    op->under_way++;
    // From now on they may end.
    izh_stream_run(&d->stream, r->ticks);
    d->stimuli.ticks += r->ticks;
    return izh_session_submit(&d->session, IZH_KIND_WRITE, payload, sizeof payload, op);
}

static bool answer_run(struct izh_device *d, struct izh_operation *op, const struct izh_answer *a)
{
    (void)op;
    if (a->status != IZH_DONE_OK)
        izh_device_say(d, IZH_REFUSED, "the engine refuses to run");
    return a->status == IZH_DONE_OK;
}

static enum izh_status run(struct izh_device *d, uint32_t ticks)
{
    struct run r = {.op = {.answer = answer_run, .submit = submit_run}, .ticks = ticks};
    enum izh_status status = IZH_OK;
    if (!ticks)
        return status;
    if (izh_stream_rests(&d->stream))
        status = settle(d);
    if (!status && d->stream.ticks_left + ticks > UINT32_MAX)
        status = izh_device_say(d, IZH_BAD_ARGUMENT, "more than 4294967295 ticks would be left");
    return status ? status : izh_device_operate(d, &r.op);
}

enum izh_status izh_device_run(struct izh_device *d, uint32_t ticks)
{
    enum izh_status status = izh_device_enter(d);
    if (!status)
        status = run(d, ticks);
    pthread_mutex_unlock(&d->lock);
    return status;
}

// ---- Stimuli ------------------------------------------------------------------------------------

void izh_device_forget_stimuli(struct izh_device *d)
{
    free(d->stimuli.list);
    d->stimuli = (struct izh_stimulus_queue){0};
}

// The next stimulus as bytes, none when it must wait: behind an END a RUN would wait as well.
static size_t encode(struct izh_stimulus_queue *q, uint8_t *bytes, size_t room)
{
    if (!q->count)
        return 0;
    const struct izh_device_stimulus *s = &q->list[q->first];
    size_t length = s->kind == IZH_DEVICE_END ? 1 : STIMULUS_BYTES;
    if (q->ends > q->ticks || length > room)
        return 0;
    bytes[0] = (uint8_t)s->kind;
    if (s->kind != IZH_DEVICE_END) {
        bytes[1] = (uint8_t)s->neuron;
        bytes[2] = (uint8_t)(s->neuron >> 8);
        izh_device_put(bytes + 3, (uint32_t)s->value);
    }
    q->ends += s->kind == IZH_DEVICE_END;
    q->first++;
    q->count--;
    return length;
}

// One slot is left to requests that somebody waits for.
void izh_device_feed(struct izh_device *d)
{
    struct izh_stimulus_queue *q = &d->stimuli;
    unsigned reserve = d->session.slots > 1 || d->wanting;
    size_t room = d->session.room < IZH_SESSION_REQUEST ? d->session.room : IZH_SESSION_REQUEST;
    uint64_t ended = q->ticks - d->stream.ticks_left;
    q->ends = q->ends < ended ? ended : q->ends; // ticks may have needed none
    while (q->count && izh_session_free_slots(&d->session) > reserve) {
        uint8_t payload[IZH_FRAME_PAYLOAD];
        size_t length = 0, part;
        while ((part = encode(q, payload + length, room - length)))
            length += part;
        if (!length)
            return;
        izh_session_submit(&d->session, IZH_KIND_STIMULI, payload, (uint8_t)length, NULL);
    }
}

static bool make_room(struct izh_stimulus_queue *q, size_t count)
{
    if (q->first + q->count + count <= q->room)
        return true;
    size_t room = 2 * (q->count + count);
    struct izh_device_stimulus *list = malloc(room * sizeof *list);
    if (!list)
        return false;
    if (q->count)
        memcpy(list, q->list + q->first, q->count * sizeof *list);
    free(q->list);
    q->list = list;
    q->first = 0;
    q->room = room;
    return true;
}

static enum izh_status stimulate(struct izh_device *d, const struct izh_device_stimulus *stimuli,
                                 size_t count)
{
    struct izh_stimulus_queue *q = &d->stimuli;
    if (!d->info.synapses)
        return izh_device_say(d, IZH_REFUSED, "an engine without synapses takes no stimuli");
    for (size_t i = 0; i < count; i++) {
        if ((unsigned)stimuli[i].kind > IZH_DEVICE_CURRENT || stimuli[i].neuron >= NEURONS_MAX)
            return izh_device_say(d, IZH_BAD_ARGUMENT, "stimulus %zu: kind %d, neuron %lu", i,
                                  (int)stimuli[i].kind, (unsigned long)stimuli[i].neuron);
    }
    if (!make_room(q, count))
        return izh_device_say(d, IZH_NO_MEMORY, "out of memory");
    if (count)
        memcpy(q->list + q->first + q->count, stimuli, count * sizeof *stimuli);
    q->count += count;
    izh_device_kick(d);
    return IZH_OK;
}

enum izh_status izh_device_stimulate(struct izh_device *d,
                                     const struct izh_device_stimulus *stimuli, size_t count)
{
    enum izh_status status = izh_device_enter(d);
    if (!status)
        status = stimulate(d, stimuli, count);
    pthread_mutex_unlock(&d->lock);
    return status;
}

// ---- Settings and counters ----------------------------------------------------------------------

enum izh_status izh_device_set_pace(struct izh_device *d, uint32_t clocks)
{
    return izh_device_write(d, link_address(IZH_FIELD_LINK_PACE), &clocks, 1);
}

enum izh_status izh_device_set_lossy(struct izh_device *d, int lossy)
{
    uint32_t word = lossy != 0;
    return izh_device_write(d, link_address(IZH_FIELD_LINK_LOSSY), &word, 1);
}

static enum izh_status get_counters(struct izh_device *d, struct izh_device_counters *c)
{
    const struct {
        uint32_t *counter, address;
    } counters[] = {
        {&c->saturated_x, register_address(IZH_REG_SATURATED_X)},
        {&c->saturated_w, register_address(IZH_REG_SATURATED_W)},
        {&c->saturated_port, register_address(IZH_REG_SATURATED_PORT)},
        {&c->overruns, link_address(IZH_FIELD_LINK_OVERRUNS)},
        {&c->broken, link_address(IZH_FIELD_LINK_BROKEN)},
        {&c->carrier, link_address(IZH_FIELD_LINK_CARRIER)},
        {&c->saturated_i, register_address(IZH_REG_SATURATED_I)}, // the last two with synapses only
        {&c->lost, register_address(IZH_REG_LOST)},
    };
    size_t count = sizeof counters / sizeof *counters - (d->info.synapses ? 0 : 2);
    enum izh_status status = IZH_OK;
    *c = (struct izh_device_counters){0};
    for (size_t i = 0; !status && i < count; i++)
        status = izh_device_read_locked(d, counters[i].address, counters[i].counter, 1);
    c->lost_spikes = d->stream.lost_spikes;
    c->lost_samples = d->stream.lost_samples;
    c->broken_here = d->session.broken;
    return status;
}

enum izh_status izh_device_get_counters(struct izh_device *d, struct izh_device_counters *counters)
{
    enum izh_status status = izh_device_enter(d);
    if (!status)
        status = get_counters(d, counters);
    pthread_mutex_unlock(&d->lock);
    return status;
}
