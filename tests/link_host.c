// link_host.c: the plainest host of a board's link: every byte arrives, every frame is acknowledged
// SPDX-License-Identifier: Apache-2.0
#include "link_host.h"

#include "link_codes.h"

#include <string.h>

enum { CREDIT = 16384, STEP = 64, PATIENCE = 200000 };

void izh_link_put32(uint8_t *bytes, uint32_t word)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(word >> 8 * i);
}

uint32_t izh_link_get32(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

// ---- What comes ---------------------------------------------------------------------------------

static void take_frame(struct izh_link_host *host, const struct izh_frame *frame)
{
    const uint8_t *p = frame->payload;
    if (frame->kind == IZH_KIND_WELCOME) {
        host->slots = p[5];
        host->room = p[6];
        host->ring = (uint16_t)(p[7] | p[8] << 8);
        host->done = *frame;
    }
    if (frame->number != host->expected && frame->kind != IZH_KIND_WELCOME)
        return;
    uint16_t end = (uint16_t)(frame->number + frame->length + IZH_FRAME_OVERHEAD);
    if ((int16_t)(host->limit - end) < 0) {
        host->broken++; // ended by the zero of a way back, not by its own: docs/link.md,
                        // "Positions"
        return;
    }
    host->expected = end;
    if (frame->kind == IZH_KIND_DONE) {
        host->done = *frame;
        host->done_count++;
    }
    if (frame->kind == IZH_KIND_MISSED) {
        host->missed++;
        host->missed_request = (uint16_t)(p[0] | p[1] << 8);
    }
    for (unsigned i = 0; frame->kind == IZH_KIND_STREAM && i + 1 < frame->length; i += 2) {
        if (host->word_count < IZH_LINK_WORDS)
            host->words[host->word_count++] = (uint16_t)(p[i] | p[i + 1] << 8);
        host->payload += 2;
    }
}

static bool take_byte(struct izh_link_host *host, uint8_t byte)
{
    struct izh_frame frame;
    enum izh_frame_event event = izh_frame_decode(&host->decoder, byte, &frame);
    host->bytes++;
    host->broken += event == IZH_FRAME_BROKEN;
    if (event == IZH_FRAME_WHOLE)
        take_frame(host, &frame);
    return event == IZH_FRAME_WHOLE;
}

static void exchange(struct izh_link_host *host, const uint8_t *in, size_t count, uint64_t clocks)
{
    uint8_t out[STEP];
    bool frames = false;
    while (count || clocks) {
        struct izh_board_bytes bytes = {
            .in = in, .in_count = count, .out = out, .out_room = sizeof out};
        uint64_t most = clocks && clocks < STEP ? clocks : STEP;
        uint64_t done = izh_board_step(host->board, most, false, &bytes);
        clocks -= done < clocks ? done : clocks;
        in += bytes.taken;
        count -= bytes.taken;
        for (size_t i = 0; i < bytes.got; i++)
            frames |= take_byte(host, out[i]);
        if (frames && !count && !host->deaf) {
            frames = false;
            izh_link_host_ack(host, CREDIT, false);
        }
    }
}

void izh_link_host_send(struct izh_link_host *host, const uint8_t *bytes, size_t count)
{
    exchange(host, bytes, count, 0);
}

void izh_link_host_wait(struct izh_link_host *host, uint64_t clocks)
{
    exchange(host, NULL, 0, clocks);
}

// ---- What is said -------------------------------------------------------------------------------

void izh_link_host_frame(struct izh_link_host *host, uint8_t kind, uint16_t number,
                         const void *payload, size_t length)
{
    struct izh_frame frame = {.kind = kind, .number = number, .length = (uint8_t)length};
    uint8_t wire[IZH_FRAME_WIRE];
    if (length)
        memcpy(frame.payload, payload, length);
    size_t count = izh_frame_encode(&frame, wire);
    izh_link_host_send(host, wire, count);
}

void izh_link_host_ack(struct izh_link_host *host, uint16_t credit, bool again)
{
    uint16_t limit = (uint16_t)(host->expected + credit);
    host->limit = limit;
    uint8_t payload[3] = {(uint8_t)limit, (uint8_t)(limit >> 8), again};
    bool deaf = host->deaf;
    host->deaf = true;
    izh_link_host_frame(host, IZH_KIND_ACK, host->expected, payload, sizeof payload);
    host->deaf = deaf;
}

bool izh_link_host_hello(struct izh_link_host *host, uint32_t nonce)
{
    uint8_t payload[4];
    izh_link_put32(payload, nonce);
    host->expected = 0;
    host->limit = 32;
    host->request = 0;
    host->room = 0;
    host->word_count = 0;
    izh_link_host_send(host, (const uint8_t[]){0}, 1);
    izh_link_host_frame(host, IZH_KIND_HELLO, 0, payload, sizeof payload);
    for (int i = 0; i < 100 && !host->room; i++)
        izh_link_host_wait(host, 1000);
    return host->room && izh_link_get32(host->done.payload) == nonce;
}

bool izh_link_host_ask(struct izh_link_host *host, uint8_t kind, const void *payload, size_t length)
{
    unsigned before = host->done_count;
    uint16_t number = host->request++;
    izh_link_host_frame(host, kind, number, payload, length);
    for (int i = 0; i < PATIENCE / 1000 && host->done_count == before; i++)
        izh_link_host_wait(host, 1000);
    return host->done_count == before + 1 &&
           (host->done.payload[0] | host->done.payload[1] << 8) == number;
}

bool izh_link_host_read(struct izh_link_host *host, uint32_t address, uint32_t *word)
{
    uint8_t payload[5] = {0, 0, 0, 0, 1};
    const uint8_t *result;
    izh_link_put32(payload, address);
    if (!izh_link_host_ask(host, IZH_KIND_READ, payload, sizeof payload) ||
        izh_link_host_status(host) || izh_link_host_result(host, &result) != 4)
        return false;
    *word = izh_link_get32(result);
    return true;
}

bool izh_link_host_write(struct izh_link_host *host, uint32_t address, uint32_t word)
{
    uint8_t payload[8];
    izh_link_put32(payload, address);
    izh_link_put32(payload + 4, word);
    return izh_link_host_ask(host, IZH_KIND_WRITE, payload, sizeof payload) &&
           !izh_link_host_status(host);
}

uint8_t izh_link_host_status(const struct izh_link_host *host)
{
    return host->done.payload[host->done.length - 1];
}

uint8_t izh_link_host_count(const struct izh_link_host *host)
{
    return host->done.payload[host->done.length - 2];
}

unsigned izh_link_host_result(const struct izh_link_host *host, const uint8_t **bytes)
{
    *bytes = host->done.payload + 2;
    return host->done.length - 4u;
}
