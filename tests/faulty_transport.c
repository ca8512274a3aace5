// faulty_transport.c: a transport over another one that changes, loses and adds bytes, or goes deaf
// SPDX-License-Identifier: Apache-2.0
#include "faulty_transport.h"

#include <stdlib.h>
#include <string.h>

enum { RETRY_US = 2000, HELD = 1 << 16, SHARE = 1024 };

struct faulty_plan faulty_plan;

struct faulty {
    struct izh_transport_base base;
    const struct izh_transport_ops *ops;
    struct izh_transport *below;
    struct izh_random random;
    struct izh_wire up, down;
    uint8_t held[HELD]; // came while the host was deaf, as the memory of its system holds it
    size_t held_count;
    uint64_t deaf_until, since_deaf;
};

static enum izh_status faulty_open(const char *rest, struct izh_transport **transport,
                                   char *message)
{
    struct faulty *f = calloc(1, sizeof *f);
    f->base.ops = &faulty_transport;
    f->ops = faulty_plan.ops;
    f->random.state = faulty_plan.seed;
    f->up.faults = f->down.faults = &faulty_plan.faults;
    f->up.random = f->down.random = &f->random;
    enum izh_status status = f->ops->open(rest, &f->below, message);
    if (status) {
        free(f);
        return status;
    }
    *transport = (struct izh_transport *)f;
    return IZH_OK;
}

static void faulty_close(struct izh_transport *transport)
{
    struct faulty *f = (struct faulty *)transport;
    faulty_plan.broken += f->up.broken + f->down.broken;
    f->ops->close(f->below);
    free(f);
}

static enum izh_status flush(struct faulty *f)
{
    size_t sent;
    enum izh_status status = f->ops->send(f->below, f->up.bytes, f->up.count, &sent);
    f->up.count -= sent;
    memmove(f->up.bytes, f->up.bytes + sent, f->up.count);
    return status;
}

static enum izh_status faulty_send(struct izh_transport *transport, const uint8_t *bytes,
                                   size_t count, size_t *sent)
{
    struct faulty *f = (struct faulty *)transport;
    enum izh_status status = flush(f);
    *sent = 0;
    if (status || f->up.count)
        return status;
    *sent = count < SHARE ? count : SHARE;
    izh_wire_put(&f->up, bytes, *sent);
    return flush(f);
}

// Bytes for the host that are there already.
static size_t take(struct faulty *f, uint8_t *bytes, size_t size)
{
    size_t count = f->held_count < size ? f->held_count : size;
    memcpy(bytes, f->held, count);
    f->held_count -= count;
    memmove(f->held, f->held + count, f->held_count);
    f->since_deaf += count;
    return count;
}

static void go_deaf(struct faulty *f)
{
    if (!faulty_plan.deaf_after || f->since_deaf < faulty_plan.deaf_after)
        return;
    f->since_deaf = 0;
    f->deaf_until = f->ops->now_us(f->below) + faulty_plan.deaf_us;
    faulty_plan.deafs++;
}

static enum izh_status hear(struct faulty *f, uint64_t timeout_us)
{
    uint8_t bytes[SHARE];
    size_t got;
    enum izh_status status = f->ops->receive(f->below, bytes, sizeof bytes, &got, timeout_us);
    izh_wire_put(&f->down, bytes, got);
    size_t count = f->down.count < HELD - f->held_count ? f->down.count : HELD - f->held_count;
    memcpy(f->held + f->held_count, f->down.bytes, count);
    f->held_count += count;
    f->down.count = 0;
    return status;
}

static enum izh_status faulty_receive(struct izh_transport *transport, uint8_t *bytes, size_t size,
                                      size_t *got, uint64_t timeout_us)
{
    struct faulty *f = (struct faulty *)transport;
    enum izh_status status = flush(f);
    *got = 0;
    for (uint64_t now; !status && (now = f->ops->now_us(f->below)) < f->deaf_until;)
        status = hear(f, f->deaf_until - now);
    if (!status && !f->held_count)
        status = hear(f, timeout_us);
    *got = take(f, bytes, size);
    go_deaf(f);
    return status;
}

static uint64_t faulty_now(struct izh_transport *transport)
{
    struct faulty *f = (struct faulty *)transport;
    return f->ops->now_us(f->below);
}

static void faulty_interrupt(struct izh_transport *transport)
{
    struct faulty *f = (struct faulty *)transport;
    f->ops->interrupt(f->below);
}

const struct izh_transport_ops faulty_transport = {
    .scheme = "faulty",
    .open = faulty_open,
    .send = faulty_send,
    .receive = faulty_receive,
    .now_us = faulty_now,
    .interrupt = faulty_interrupt,
    .close = faulty_close,
    .retry_us = RETRY_US,
};
