// usbip_connection.c: one client of the USB/IP server: its messages in, its replies out
// SPDX-License-Identifier: Apache-2.0
#include "usbip_connection.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

// Commands that are taken in one turn, and replies that may wait before no more are taken: an
// importer that does not read cannot fill the memory.
enum { TURN = 64, REPLIES = 1024 };

// ---- In -----------------------------------------------------------------------------------------

enum piece { WHOLE, PART, END };

// Reads on until *have is want.
static enum piece fill(struct izh_usbip_connection *c, uint8_t *bytes, size_t *have, size_t want,
                       uint64_t now_ms)
{
    while (*have < want) {
        ssize_t got = recv(c->socket, bytes + *have, want - *have, MSG_DONTWAIT);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return PART;
        if (got <= 0)
            return END;
        *have += (size_t)got;
        c->progress_ms = now_ms;
    }
    return WHOLE;
}

static enum izh_usbip_event at_end(const struct izh_usbip_connection *c, const char **fault)
{
    if (!c->have && !c->incoming)
        return IZH_USBIP_ENDED;
    *fault = "it left in the middle of a message";
    return IZH_USBIP_BROKEN;
}

static enum izh_usbip_event take_request(struct izh_usbip_connection *c, const char **fault)
{
    struct izh_usbip_op op;
    izh_usbip_unpack_op(c->message, &op);
    c->have = 0;
    *fault = op.version != IZH_USBIP_VERSION ? "it speaks another version of USB/IP, or none"
             : op.status                     ? "a request with a status"
                                             : "a request that is neither list nor import";
    if (op.version != IZH_USBIP_VERSION || op.status)
        return IZH_USBIP_BROKEN;
    if (op.code == IZH_USBIP_REQ_DEVLIST)
        return IZH_USBIP_WANTS_LIST;
    if (op.code != IZH_USBIP_REQ_IMPORT)
        return IZH_USBIP_BROKEN;
    c->stage = IZH_USBIP_NAMES;
    return IZH_USBIP_GOES_ON;
}

static enum izh_usbip_event read_request(struct izh_usbip_connection *c, uint64_t now_ms,
                                         const char **fault)
{
    enum piece piece;
    if (c->stage == IZH_USBIP_ASKS) {
        piece = fill(c, c->message, &c->have, IZH_USBIP_OP, now_ms);
        if (piece == WHOLE) {
            enum izh_usbip_event event = take_request(c, fault);
            if (event != IZH_USBIP_GOES_ON)
                return event;
        } else {
            return piece == PART ? IZH_USBIP_GOES_ON : at_end(c, fault);
        }
    }
    piece = fill(c, c->message, &c->have, IZH_USBIP_BUS_ID, now_ms);
    if (piece == END) {
        *fault = "it left in the middle of a message";
        return IZH_USBIP_BROKEN;
    }
    return piece == WHOLE ? IZH_USBIP_WANTS_IMPORT : IZH_USBIP_GOES_ON;
}

static const char *take_command(struct izh_usbip_connection *c, struct izh_usbip_transfers *t)
{
    struct izh_usbip_command command;
    izh_usbip_unpack_command(c->message, &command);
    c->have = 0;
    const char *fault = izh_usbip_nonsense(&command);
    if (fault)
        return fault;
    if (command.command == IZH_USBIP_CMD_UNLINK)
        return izh_usbip_unlink(t, &command);
    struct izh_usbip_transfer *transfer = izh_usbip_begin(t, &command, &fault);
    if (!transfer)
        return fault;
    if (izh_usbip_payload(&command)) {
        c->incoming = transfer;
        c->incoming_have = 0;
    } else {
        izh_usbip_submit(t, transfer);
    }
    return NULL;
}

static enum piece read_payload(struct izh_usbip_connection *c, struct izh_usbip_transfers *t,
                               uint64_t now_ms)
{
    struct izh_usbip_transfer *incoming = c->incoming;
    enum piece piece = fill(c, incoming->data, &c->incoming_have, incoming->length, now_ms);
    if (piece == WHOLE) {
        c->incoming = NULL;
        izh_usbip_submit(t, incoming);
    }
    return piece;
}

static bool has_many_replies(const struct izh_usbip_transfers *t)
{
    const struct izh_usbip_transfer *x = t->replies.first;
    for (int i = 0; x && i < REPLIES; i++)
        x = x->next;
    return x;
}

static enum izh_usbip_event read_commands(struct izh_usbip_connection *c,
                                          struct izh_usbip_transfers *t, uint64_t now_ms,
                                          const char **fault)
{
    for (int i = 0; i < TURN; i++) {
        enum piece piece = WHOLE;
        if (!c->incoming) {
            piece = fill(c, c->message, &c->have, IZH_USBIP_COMMAND, now_ms);
            if (piece == WHOLE && (*fault = take_command(c, t)))
                return IZH_USBIP_BROKEN;
        }
        if (piece == WHOLE && c->incoming)
            piece = read_payload(c, t, now_ms);
        if (piece == END)
            return at_end(c, fault);
        if (piece == PART)
            break;
    }
    return IZH_USBIP_GOES_ON;
}

enum izh_usbip_event izh_usbip_read(struct izh_usbip_connection *c, struct izh_usbip_transfers *t,
                                    uint64_t now_ms, const char **fault)
{
    if (c->stage == IZH_USBIP_COMMANDS)
        return read_commands(c, t, now_ms, fault);
    return read_request(c, now_ms, fault);
}

// ---- Out ----------------------------------------------------------------------------------------

// Sends one piece from *sent on. GOES_ON: it has gone whole when *sent is length.
static enum izh_usbip_event send_piece(struct izh_usbip_connection *c, const uint8_t *bytes,
                                       size_t length, size_t *sent, uint64_t now_ms)
{
    while (*sent < length) {
        ssize_t gone = send(c->socket, bytes + *sent, length - *sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (gone < 0 && errno == EINTR)
            continue;
        if (gone < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return IZH_USBIP_GOES_ON;
        if (gone < 0)
            return IZH_USBIP_ENDED;
        *sent += (size_t)gone;
        c->progress_ms = now_ms;
    }
    return IZH_USBIP_GOES_ON;
}

static enum izh_usbip_event send_transfer(struct izh_usbip_connection *c,
                                          struct izh_usbip_transfer *x, uint64_t now_ms)
{
    enum izh_usbip_event event = IZH_USBIP_GOES_ON;
    if (x->sent < IZH_USBIP_COMMAND)
        event = send_piece(c, x->head, IZH_USBIP_COMMAND, &x->sent, now_ms);
    if (event == IZH_USBIP_GOES_ON && x->sent >= IZH_USBIP_COMMAND && x->sent < x->reply_length) {
        size_t sent = x->sent - IZH_USBIP_COMMAND;
        event = send_piece(c, x->data, x->reply_length - IZH_USBIP_COMMAND, &sent, now_ms);
        x->sent = IZH_USBIP_COMMAND + sent;
    }
    return event;
}

enum izh_usbip_event izh_usbip_write(struct izh_usbip_connection *c, struct izh_usbip_transfers *t,
                                     uint64_t now_ms, const char **fault)
{
    enum izh_usbip_event event = send_piece(c, c->reply, c->reply_length, &c->reply_sent, now_ms);
    bool whole = c->reply_sent == c->reply_length;
    if (whole && c->stage == IZH_USBIP_LEAVES)
        return IZH_USBIP_ENDED;
    while (event == IZH_USBIP_GOES_ON && whole && t && t->replies.first) {
        struct izh_usbip_transfer *x = t->replies.first;
        event = send_transfer(c, x, now_ms);
        whole = x->sent == x->reply_length;
        if (whole)
            izh_usbip_release(t, izh_usbip_take_first(&t->replies));
    }
    if (event == IZH_USBIP_ENDED)
        *fault = "it left before it had its replies";
    return event == IZH_USBIP_ENDED ? IZH_USBIP_BROKEN : event;
}

// ---- What it waits for --------------------------------------------------------------------------

bool izh_usbip_reads(const struct izh_usbip_connection *c, const struct izh_usbip_transfers *t)
{
    return c->stage != IZH_USBIP_LEAVES && !(t && has_many_replies(t));
}

bool izh_usbip_writes(const struct izh_usbip_connection *c, const struct izh_usbip_transfers *t)
{
    return c->reply_sent < c->reply_length || (t && t->replies.first);
}

bool izh_usbip_is_slow(const struct izh_usbip_connection *c, const struct izh_usbip_transfers *t)
{
    return c->stage != IZH_USBIP_COMMANDS || c->have || c->incoming || izh_usbip_writes(c, t);
}
