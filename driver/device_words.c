// device_words.c: words of an engine, read, written and checked
// SPDX-License-Identifier: Apache-2.0
#include "device_internal.h"

#include "izh_map.h"
#include "link_codes.h"

#include <string.h>

enum {
    FIELD_WORDS = 1 << 24,
    ADDRESS_BYTES = 4,
    CHECK_US = 10, // that a word of a CHECK may take, 100 clocks of a slow engine
};

// A range of words in parts of one request each, whose answers come in order.
struct transfer {
    struct izh_operation op;
    uint8_t kind;
    uint32_t address;
    uint32_t *in;        // READ
    const uint32_t *out; // WRITE
    size_t count, part;  // words in all, and of one request
    size_t submitted, done;
};

static size_t part_at(const struct transfer *t, size_t at)
{
    return t->count - at < t->part ? t->count - at : t->part;
}

static bool submit_part(struct izh_device *d, struct izh_operation *op)
{
    struct transfer *t = (struct transfer *)op;
    uint8_t payload[IZH_FRAME_PAYLOAD];
    size_t count = part_at(t, t->submitted), length = ADDRESS_BYTES;
    op->finished = !count;
    if (!count || !izh_session_free_slots(&d->session))
        return false;
    izh_device_put(payload, t->address + (uint32_t)t->submitted);
    if (t->kind == IZH_KIND_READ)
        payload[length++] = (uint8_t)count;
    for (size_t i = 0; i < count && t->kind == IZH_KIND_WRITE; i++, length += 4)
        izh_device_put(payload + length, t->out[t->submitted + i]);
    t->submitted += count;
    op->under_way++;
    return izh_session_submit(&d->session, t->kind, payload, (uint8_t)length, op);
}

static bool answer_part(struct izh_device *d, struct izh_operation *op, const struct izh_answer *a)
{
    struct transfer *t = (struct transfer *)op;
    size_t wanted = part_at(t, t->done), words = a->status == IZH_DONE_OK ? wanted : a->count;
    size_t length = t->kind == IZH_KIND_READ ? 4 * words : 0;
    if (words > wanted || a->count != words || a->length != length ||
        a->status > IZH_DONE_REFUSED) {
        op->status = izh_device_say(d, IZH_NOT_IZH, "an answer that does not fit the request");
        return false;
    }
    for (size_t i = 0; i < words && t->kind == IZH_KIND_READ; i++)
        t->in[t->done + i] = izh_device_get(a->result + 4 * i);
    t->done += words;
    if (a->status == IZH_DONE_OK)
        return true;
    op->status = izh_device_say(d, IZH_REFUSED, "the engine refuses to %s address %08lx",
                                t->kind == IZH_KIND_READ ? "read" : "write",
                                (unsigned long)(t->address + t->done));
    return false;
}

static bool in_field(uint32_t address, size_t count)
{
    return count <= FIELD_WORDS - (address & (FIELD_WORDS - 1));
}

static enum izh_status leaves_field(struct izh_device *d, uint32_t address)
{
    return izh_device_say(d, IZH_BAD_ARGUMENT, "the words from address %08lx leave their field",
                          (unsigned long)address);
}

static enum izh_status transfer(struct izh_device *d, struct transfer *t)
{
    t->op.answer = answer_part;
    t->op.submit = submit_part;
    return izh_device_operate(d, &t->op);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

enum izh_status izh_device_read_locked(struct izh_device *d, uint32_t address, uint32_t *words,
                                       size_t count)
{
    struct transfer t = {.kind = IZH_KIND_READ, .address = address, .in = words, .count = count};
    if (!in_field(address, count))
        return leaves_field(d, address);
    t.part = least(d->session.room, IZH_SESSION_RESULT) / 4;
    return transfer(d, &t);
}

// ---- Writing ------------------------------------------------------------------------------------

static bool is_probe(uint32_t address)
{
    return address >> 24 == IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, 0) >> 24;
}

static bool covers(uint32_t address, size_t count, uint32_t number)
{
    return address <= number && number - address < count;
}

// What decides when a sample was taken must not change on the way.
static bool decides_times(uint32_t address, size_t count)
{
    return is_probe(address) || covers(address, count, IZH_REG_NEURONS) ||
           covers(address, count, IZH_REG_SUBSTEPS) || covers(address, count, IZH_REG_TICK);
}

static void note_probes(struct izh_device *d, const struct transfer *t)
{
    uint32_t first = t->address & (FIELD_WORDS - 1);
    for (size_t i = 0; is_probe(t->address) && i < t->count && first + i < d->info.neurons; i++)
        d->probed[first + i] = i < t->done ? t->out[i] & 1 : IZH_PROBE_UNKNOWN;
}

enum izh_status izh_device_write_locked(struct izh_device *d, uint32_t address,
                                        const uint32_t *words, size_t count)
{
    struct transfer t = {.kind = IZH_KIND_WRITE, .address = address, .out = words, .count = count};
    if (!in_field(address, count))
        return leaves_field(d, address);
    if (covers(address, count, IZH_REG_RUN))
        return izh_device_say(d, IZH_BAD_ARGUMENT, "register RUN is for izh_device_run");
    if (decides_times(address, count) && !izh_stream_rests(&d->stream))
        return izh_device_say(d, IZH_BUSY,
                              "address %08lx may be written when all ticks have ended and their "
                              "events are taken",
                              (unsigned long)address);
    t.part = (least(d->session.room, IZH_SESSION_REQUEST) - ADDRESS_BYTES) / 4;
    enum izh_status status = transfer(d, &t);
    note_probes(d, &t);
    return status;
}

enum izh_status izh_device_read(struct izh_device *d, uint32_t address, uint32_t *words,
                                size_t count)
{
    enum izh_status status = izh_device_enter(d);
    if (!status)
        status = izh_device_read_locked(d, address, words, count);
    pthread_mutex_unlock(&d->lock);
    return status;
}

enum izh_status izh_device_write(struct izh_device *d, uint32_t address, const uint32_t *words,
                                 size_t count)
{
    enum izh_status status = izh_device_enter(d);
    if (!status)
        status = izh_device_write_locked(d, address, words, count);
    pthread_mutex_unlock(&d->lock);
    return status;
}

// ---- Checking -----------------------------------------------------------------------------------

struct check {
    struct izh_operation op;
    uint32_t address, count, crc;
    bool submitted;
};

static bool submit_check(struct izh_device *d, struct izh_operation *op)
{
    struct check *c = (struct check *)op;
    uint8_t payload[8];
    op->finished = c->submitted;
    if (c->submitted || !izh_session_free_slots(&d->session))
        return false;
    izh_device_put(payload, c->address);
    izh_device_put(payload + 4, c->count);
    c->submitted = true;
    op->under_way++;
    return izh_session_submit(&d->session, IZH_KIND_CHECK, payload, sizeof payload, op);
}

static bool answer_check(struct izh_device *d, struct izh_operation *op, const struct izh_answer *a)
{
    struct check *c = (struct check *)op;
    if (a->status == IZH_DONE_OK && a->length == 4) {
        c->crc = izh_device_get(a->result);
        return true;
    }
    if (a->status == IZH_DONE_REFUSED)
        op->status = izh_device_say(
            d, IZH_REFUSED, "the engine refuses to read one of the %lu words from address %08lx",
            (unsigned long)c->count, (unsigned long)c->address);
    else
        op->status = izh_device_say(d, IZH_NOT_IZH, "an answer that does not fit the request");
    return false;
}

enum izh_status izh_device_check_locked(struct izh_device *d, uint32_t address, uint32_t count,
                                        uint32_t *crc)
{
    struct check c = {
        .op = {.answer = answer_check, .submit = submit_check}, .address = address, .count = count};
    if (!count || count >= FIELD_WORDS)
        return izh_device_say(d, IZH_BAD_ARGUMENT, "a check is of 1 to 16777215 words");
    if (!in_field(address, count))
        return leaves_field(d, address);
    c.op.extra_us = (uint64_t)count * CHECK_US;
    enum izh_status status = izh_device_operate(d, &c.op);
    *crc = c.crc;
    return status;
}

enum izh_status izh_device_check(struct izh_device *d, uint32_t address, uint32_t count,
                                 uint32_t *crc)
{
    enum izh_status status = izh_device_enter(d);
    if (!status)
        status = izh_device_check_locked(d, address, count, crc);
    pthread_mutex_unlock(&d->lock);
    return status;
}
