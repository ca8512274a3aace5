// bulk.c: bytes over two bulk endpoints, several transfers on their way in each direction
// SPDX-License-Identifier: Apache-2.0
//
// Each direction is a ring of slots in the order of the bytes. IN: landed and not yet taken, then
// flying, then idle. OUT: flying, then at most one that fills up while the others fly, then empty.
// A callback only notes what has landed; everything else is done by receive, whose thread is the
// one that runs the callbacks.
#include "bulk.h"

#include "monotonic.h"

#include <libusb.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    IN_SLOTS = 8,
    OUT_SLOTS = 4,
    SLOTS = IN_SLOTS,
    // A multiple of every packet size, so that no packet is cut. A read ends when it is full or a
    // packet is not: at full speed a byte waits 3.4 ms at most for those behind it, as long as the
    // device ends what it says with a short packet, or an empty one.
    SLOT_BYTES = 4096,
    CLEARS = 25, // without a transfer that goes through between them, CLEAR_PAUSE_US apart:
    CLEAR_PAUSE_US = 20000, // a hub reports an unplugged device after up to a quarter of a second
};

struct slot {
    struct pipe *pipe;
    struct libusb_transfer *transfer;
    bool flying;
    bool landed;       // IN: has come and is not yet taken
    size_t start, end; // of the bytes that are to be taken, or to be sent
    uint8_t bytes[SLOT_BYTES];
};

struct pipe {
    struct izh_bulk *bulk;
    uint8_t endpoint;
    int slots, flying;
    int oldest, used; // used: not idle, not empty; they follow each other from the oldest
    bool halted;      // nothing is submitted until the endpoint is cleared
    int clears;       // since a transfer last went through
    uint64_t clear_at_us;
    struct slot slot[SLOTS];
};

struct izh_bulk {
    struct libusb_context *context;
    struct libusb_device_handle *handle;
    struct izh_bulk_pipes pipes;
    struct pipe in, out;
    enum izh_status ended; // IZH_OK: it goes on
    bool told;             // the caller knows that it has ended
    bool refused;          // send had no room for all
    int landed;            // since the last poll; libusb wants an int
    uint64_t clears;
    atomic_bool interrupted;
};

static struct slot *slot_at(struct pipe *pipe, int distance)
{
    return &pipe->slot[(pipe->oldest + distance) % pipe->slots];
}

static bool is_in(const struct pipe *pipe)
{
    return pipe->endpoint & LIBUSB_ENDPOINT_IN;
}

static void land_in(struct slot *slot, const struct libusb_transfer *transfer)
{
    const struct izh_bulk_pipes *pipes = &slot->pipe->bulk->pipes;
    size_t count = (size_t)transfer->actual_length;
    if (pipes->unpack)
        count = pipes->unpack(pipes->context, slot->bytes, count);
    slot->landed = true;
    slot->start = 0;
    slot->end = count;
}

static void land_out(struct slot *slot, const struct libusb_transfer *transfer)
{
    slot->start += (size_t)transfer->actual_length;
    struct pipe *pipe = slot->pipe;
    while (pipe->used && !slot_at(pipe, 0)->flying &&
           slot_at(pipe, 0)->start == slot_at(pipe, 0)->end) {
        pipe->oldest = (pipe->oldest + 1) % pipe->slots;
        pipe->used--;
    }
}

static void LIBUSB_CALL landed(struct libusb_transfer *transfer)
{
    struct slot *slot = transfer->user_data;
    struct pipe *pipe = slot->pipe;
    struct izh_bulk *bulk = pipe->bulk;
    slot->flying = false;
    pipe->flying--;
    bulk->landed = 1;
    if (is_in(pipe))
        land_in(slot, transfer);
    else
        land_out(slot, transfer);
    bool whole = is_in(pipe) || transfer->actual_length == transfer->length;
    if (transfer->status == LIBUSB_TRANSFER_COMPLETED && whole)
        pipe->clears = 0;
    else if (transfer->status == LIBUSB_TRANSFER_NO_DEVICE)
        bulk->ended = IZH_GONE;
    else if (transfer->status != LIBUSB_TRANSFER_CANCELLED)
        pipe->halted = true;
}

// False: this one did not start, and those behind it must not.
static bool submit(struct slot *slot)
{
    struct pipe *pipe = slot->pipe;
    struct izh_bulk *bulk = pipe->bulk;
    uint8_t *bytes = is_in(pipe) ? slot->bytes : slot->bytes + slot->start;
    size_t length = is_in(pipe) ? SLOT_BYTES : slot->end - slot->start;
    libusb_fill_bulk_transfer(slot->transfer, bulk->handle, pipe->endpoint, bytes, (int)length,
                              landed, slot, 0);
    if (libusb_submit_transfer(slot->transfer)) {
        pipe->halted = true; // clear learns why
        return false;
    }
    slot->flying = true;
    pipe->flying++;
    return true;
}

static void launch_in(struct pipe *pipe)
{
    while (pipe->used < pipe->slots && submit(slot_at(pipe, pipe->used)))
        pipe->used++;
}

// One slot stays on the ground, so that small pieces gather in it while the others fly.
static void launch_out(struct pipe *pipe)
{
    for (int i = 0; i < pipe->used && pipe->flying < pipe->slots - 1; i++)
        if (!slot_at(pipe, i)->flying && !submit(slot_at(pipe, i)))
            return;
}

static void cancel(struct pipe *pipe)
{
    for (int i = 0; i < pipe->slots; i++)
        if (pipe->slot[i].flying)
            libusb_cancel_transfer(pipe->slot[i].transfer);
}

// Every transfer must be back first: one that is still queued would be sent out of turn.
static void clear(struct pipe *pipe)
{
    struct izh_bulk *bulk = pipe->bulk;
    cancel(pipe);
    uint64_t now_us = izh_monotonic_us();
    if (pipe->flying || now_us < pipe->clear_at_us)
        return;
    if (pipe->clears++ == CLEARS) {
        bulk->ended = IZH_IO;
        return;
    }
    pipe->clear_at_us = now_us + CLEAR_PAUSE_US;
    bulk->clears++;
    int result = libusb_clear_halt(bulk->handle, pipe->endpoint);
    if (result == LIBUSB_ERROR_NO_DEVICE)
        bulk->ended = IZH_GONE;
    pipe->halted = result != 0;
}

static void tend(struct izh_bulk *bulk)
{
    if (!bulk->ended && bulk->in.halted)
        clear(&bulk->in);
    if (!bulk->ended && bulk->out.halted)
        clear(&bulk->out);
    if (!bulk->ended && !bulk->in.halted)
        launch_in(&bulk->in);
    if (!bulk->ended && !bulk->out.halted)
        launch_out(&bulk->out);
}

// Waits until something has landed, at most this long. False: libusb cannot say any more.
static bool poll_events(struct izh_bulk *bulk, uint64_t timeout_us)
{
    struct timeval timeout = {.tv_sec = (time_t)(timeout_us / 1000000),
                              .tv_usec = (suseconds_t)(timeout_us % 1000000)};
    bulk->landed = 0;
    int result = libusb_handle_events_timeout_completed(bulk->context, &timeout, &bulk->landed);
    return !result || result == LIBUSB_ERROR_INTERRUPTED;
}

// No longer than until an endpoint may be cleared, or an hour: a timeval has an end.
static uint64_t time_to_wait(const struct izh_bulk *bulk, uint64_t until_us)
{
    const struct pipe *pipes[] = {&bulk->in, &bulk->out};
    uint64_t now_us = izh_monotonic_us(), hour_us = UINT64_C(3600000000);
    for (int i = 0; i < 2; i++)
        if (pipes[i]->halted && !pipes[i]->flying && pipes[i]->clear_at_us < until_us)
            until_us = pipes[i]->clear_at_us;
    uint64_t wait_us = until_us > now_us ? until_us - now_us : 0;
    return wait_us < hour_us ? wait_us : hour_us;
}

static size_t take(struct pipe *in, uint8_t *bytes, size_t size)
{
    size_t taken = 0;
    while (in->used && slot_at(in, 0)->landed) {
        struct slot *slot = slot_at(in, 0);
        size_t count =
            slot->end - slot->start < size - taken ? slot->end - slot->start : size - taken;
        memcpy(bytes + taken, slot->bytes + slot->start, count);
        taken += count;
        slot->start += count;
        if (slot->start < slot->end)
            break;
        slot->landed = false;
        in->oldest = (in->oldest + 1) % in->slots;
        in->used--;
    }
    return taken;
}

static size_t room(struct pipe *out)
{
    size_t bytes = (size_t)(out->slots - out->used) * SLOT_BYTES;
    if (out->used && !slot_at(out, out->used - 1)->flying)
        bytes += SLOT_BYTES - slot_at(out, out->used - 1)->end;
    return bytes;
}

// The slot that takes the next byte. There is room.
static struct slot *filling(struct pipe *out)
{
    if (out->used) {
        struct slot *youngest = slot_at(out, out->used - 1);
        if (!youngest->flying && youngest->end < SLOT_BYTES)
            return youngest;
    }
    struct slot *slot = slot_at(out, out->used++);
    slot->start = slot->end = 0;
    return slot;
}

enum izh_status izh_bulk_send(struct izh_bulk *bulk, const uint8_t *bytes, size_t count,
                              size_t *sent)
{
    *sent = 0;
    if (bulk->ended) {
        bulk->told = true;
        return bulk->ended;
    }
    while (*sent < count && room(&bulk->out)) {
        struct slot *slot = filling(&bulk->out);
        size_t free = SLOT_BYTES - slot->end, rest = count - *sent;
        size_t part = rest < free ? rest : free;
        memcpy(slot->bytes + slot->end, bytes + *sent, part);
        slot->end += part;
        *sent += part;
    }
    bulk->refused = *sent < count;
    if (!bulk->out.halted)
        launch_out(&bulk->out);
    return IZH_OK;
}

enum izh_status izh_bulk_receive(struct izh_bulk *bulk, uint8_t *bytes, size_t size, size_t *got,
                                 uint64_t timeout_us)
{
    uint64_t until_us = izh_deadline_us(timeout_us);
    bool polled = false;
    for (;;) {
        *got = bulk->told ? 0 : take(&bulk->in, bytes, size);
        tend(bulk);
        if (*got)
            return IZH_OK;
        if (bulk->ended) {
            bulk->told = true;
            return bulk->ended;
        }
        if (bulk->refused && room(&bulk->out)) {
            bulk->refused = false;
            return IZH_OK;
        }
        if (atomic_exchange(&bulk->interrupted, false))
            return IZH_OK;
        if (polled && izh_monotonic_us() >= until_us)
            return IZH_OK;
        polled = true;
        if (!poll_events(bulk, time_to_wait(bulk, until_us)))
            bulk->ended = IZH_IO;
    }
}

void izh_bulk_interrupt(struct izh_bulk *bulk)
{
    atomic_store(&bulk->interrupted, true);
    libusb_interrupt_event_handler(bulk->context);
}

uint64_t izh_bulk_clears(const struct izh_bulk *bulk)
{
    return bulk->clears;
}

static bool begin(struct izh_bulk *bulk, struct pipe *pipe, uint8_t endpoint, int slots)
{
    pipe->bulk = bulk;
    pipe->endpoint = endpoint;
    pipe->slots = slots;
    bool whole = true;
    for (int i = 0; i < slots; i++) {
        pipe->slot[i].pipe = pipe;
        pipe->slot[i].transfer = libusb_alloc_transfer(0);
        whole = whole && pipe->slot[i].transfer;
    }
    return whole;
}

enum izh_status izh_bulk_start(struct izh_bulk **bulk, struct libusb_context *context,
                               struct libusb_device_handle *handle,
                               const struct izh_bulk_pipes *pipes)
{
    struct izh_bulk *new = calloc(1, sizeof *new);
    if (!new)
        return IZH_NO_MEMORY;
    new->context = context;
    new->handle = handle;
    new->pipes = *pipes;
    bool whole = begin(new, &new->in, pipes->in, IN_SLOTS);
    if (!begin(new, &new->out, pipes->out, OUT_SLOTS) || !whole)
        new->ended = IZH_NO_MEMORY;
    tend(new);
    enum izh_status status = new->ended;
    if (status)
        izh_bulk_stop(new);
    else
        *bulk = new;
    return status;
}

void izh_bulk_stop(struct izh_bulk *bulk)
{
    cancel(&bulk->in);
    cancel(&bulk->out);
    while (bulk->in.flying + bulk->out.flying)
        if (!poll_events(bulk, 100000))
            return; // the kernel may still write into these slots: they must stay
    for (int i = 0; i < SLOTS; i++) {
        libusb_free_transfer(bulk->in.slot[i].transfer);
        libusb_free_transfer(bulk->out.slot[i].transfer);
    }
    free(bulk);
}
