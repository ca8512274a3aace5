// usb_host.c: a full-speed host controller: frames, transactions, transfers
// SPDX-License-Identifier: Apache-2.0
#include "usb_host.h"

#include <string.h>

enum { STAGE_SETUP, STAGE_DATA, STAGE_STATUS };

enum {
    ATTEMPTS = 3,
    PAYLOAD = IZH_USBPACKET_PAYLOAD,
    BIT = IZH_USBWIRE_CLOCKS_PER_BIT,
    FRAME = IZH_USBWIRE_CLOCKS_PER_MS,
    KEYS = 32, // endpoints of both directions
    TOKEN_BITS = 8 + 24 + 3,
    HANDSHAKE_BITS = 8 + 8 + 3,
};

void izh_usbhost_init(struct izh_usbhost *host, const struct izh_usbwire_port *port,
                      const struct izh_usbwire_settings *settings)
{
    memset(host, 0, sizeof *host);
    izh_usbwire_init(&host->wire, port, settings);
    host->sof = true;
}

// --- single transactions -------------------------------------------------------------------------

void izh_usbhost_token(struct izh_usbhost *host, uint8_t pid, uint8_t address, uint8_t endpoint,
                       enum izh_usbwire_fault fault)
{
    uint8_t token[IZH_USBPACKET_TOKEN];
    izh_usbpacket_token(token, pid, (uint16_t)(address | (endpoint & 15) << 7));
    izh_usbwire_send(&host->wire, token, sizeof token, fault);
}

void izh_usbhost_data(struct izh_usbhost *host, bool toggle, const uint8_t *payload, size_t length,
                      enum izh_usbwire_fault fault)
{
    uint8_t packet[IZH_USBPACKET_BYTES];
    size_t bytes = izh_usbpacket_data(packet, toggle, payload, length);
    izh_usbwire_send(&host->wire, packet, bytes, fault);
}

void izh_usbhost_handshake(struct izh_usbhost *host, uint8_t pid)
{
    izh_usbwire_send(&host->wire, &pid, 1, IZH_USBWIRE_WHOLE);
}

static enum izh_usbhost_answer handshake_of(const struct izh_usbwire_packet *packet)
{
    if (packet->length != 1)
        return IZH_USBHOST_WRONG;
    switch (packet->bytes[0]) {
    case IZH_USBPACKET_ACK:
        return IZH_USBHOST_ACK;
    case IZH_USBPACKET_NAK:
        return IZH_USBHOST_NAK;
    case IZH_USBPACKET_STALL:
        return IZH_USBHOST_STALL;
    default:
        return IZH_USBHOST_WRONG;
    }
}

enum izh_usbhost_answer izh_usbhost_receive_handshake(struct izh_usbhost *host)
{
    struct izh_usbwire_packet packet;
    if (izh_usbwire_receive(&host->wire, &packet) != IZH_USBWIRE_OK)
        return IZH_USBHOST_NOTHING;
    return handshake_of(&packet);
}

enum izh_usbhost_answer izh_usbhost_receive_data(struct izh_usbhost *host,
                                                 struct izh_usbwire_packet *packet)
{
    if (izh_usbwire_receive(&host->wire, packet) != IZH_USBWIRE_OK)
        return IZH_USBHOST_NOTHING;
    if (izh_usbpacket_is_data(packet->bytes, packet->length))
        return IZH_USBHOST_ACK;
    enum izh_usbhost_answer answer = handshake_of(packet);
    return answer == IZH_USBHOST_ACK ? IZH_USBHOST_WRONG : answer;
}

// --- transfers -----------------------------------------------------------------------------------

static bool is_control(const struct izh_usbhost_transfer *transfer)
{
    return (transfer->endpoint & 15) == 0;
}

static size_t control_length(const struct izh_usbhost_transfer *transfer)
{
    return (size_t)transfer->setup[6] | (size_t)transfer->setup[7] << 8;
}

// The direction of the next transaction.
static bool goes_in(const struct izh_usbhost_transfer *transfer)
{
    if (!is_control(transfer))
        return transfer->endpoint & 0x80;
    bool reads = (transfer->setup[0] & 0x80) && control_length(transfer);
    switch (transfer->stage) {
    case STAGE_SETUP:
        return false;
    case STAGE_DATA:
        return reads;
    default:
        return !reads;
    }
}

static unsigned key_of(const struct izh_usbhost_transfer *transfer)
{
    unsigned number = transfer->endpoint & 15;
    return number ? number | (transfer->endpoint & 0x80) >> 3 : 0;
}

static bool *toggle_of(struct izh_usbhost *host, struct izh_usbhost_transfer *transfer)
{
    if (is_control(transfer))
        return &transfer->toggle;
    return &host->toggle[transfer->endpoint & 15][transfer->endpoint >> 7];
}

void izh_usbhost_submit(struct izh_usbhost *host, struct izh_usbhost_transfer *transfer)
{
    struct izh_usbhost_transfer **end = &host->first;
    while (*end)
        end = &(*end)->next;
    *end = transfer;
    transfer->next = NULL;
    transfer->status = IZH_USBHOST_WAITING;
    transfer->actual = 0;
    transfer->stage = STAGE_SETUP;
    transfer->errors = 0;
    transfer->toggle = false;
}

static void complete(struct izh_usbhost *host, struct izh_usbhost_transfer *transfer,
                     enum izh_usbhost_status status)
{
    struct izh_usbhost_transfer **link = &host->first;
    while (*link && *link != transfer)
        link = &(*link)->next;
    if (!*link)
        return;
    *link = transfer->next;
    transfer->status = status;
    if (transfer->done)
        transfer->done(transfer->context, transfer);
}

void izh_usbhost_cancel(struct izh_usbhost *host, struct izh_usbhost_transfer *transfer)
{
    complete(host, transfer, IZH_USBHOST_CANCELLED);
}

// As an operating system does: these requests set toggles to DATA0 on both sides.
static void follow_request(struct izh_usbhost *host, const struct izh_usbhost_transfer *transfer)
{
    enum { CLEAR_FEATURE = 1, SET_CONFIGURATION = 9, SET_INTERFACE = 11 };
    const uint8_t *setup = transfer->setup;
    if ((setup[0] == 0 && setup[1] == SET_CONFIGURATION) ||
        (setup[0] == 1 && setup[1] == SET_INTERFACE))
        memset(host->toggle, 0, sizeof host->toggle);
    if (setup[0] == 2 && setup[1] == CLEAR_FEATURE)
        host->toggle[setup[4] & 15][setup[4] >> 7] = false;
}

static void control_went(struct izh_usbhost *host, struct izh_usbhost_transfer *transfer,
                         size_t length)
{
    if (transfer->stage == STAGE_STATUS) {
        follow_request(host, transfer);
        complete(host, transfer, IZH_USBHOST_DONE);
        return;
    }
    bool more = transfer->stage == STAGE_SETUP
                    ? control_length(transfer) > 0
                    : length == PAYLOAD && transfer->actual < control_length(transfer);
    transfer->stage = more ? STAGE_DATA : STAGE_STATUS;
    if (transfer->stage == STAGE_STATUS)
        transfer->toggle = true;
}

static void bulk_went(struct izh_usbhost *host, struct izh_usbhost_transfer *transfer,
                      size_t length)
{
    bool in = goes_in(transfer), rest = transfer->actual < transfer->length;
    *(in ? &host->counts.packets_in : &host->counts.packets_out) += 1;
    if (in && length < PAYLOAD && rest && (transfer->flags & IZH_USBHOST_SHORT_NOT_OK))
        complete(host, transfer, IZH_USBHOST_TOO_SHORT);
    else if (in ? length < PAYLOAD || !rest
                : !rest && !(transfer->flags & IZH_USBHOST_ZERO_PACKET && length == PAYLOAD))
        complete(host, transfer, IZH_USBHOST_DONE);
}

// The transaction was done: length bytes went.
static void went(struct izh_usbhost *host, struct izh_usbhost_transfer *transfer, size_t length)
{
    bool *toggle = toggle_of(host, transfer);
    *toggle = !*toggle;
    transfer->errors = 0;
    if (is_control(transfer)) {
        if (transfer->stage == STAGE_DATA)
            transfer->actual += length;
        control_went(host, transfer, length);
    } else {
        transfer->actual += length;
        bulk_went(host, transfer, length);
    }
}

static void failed(struct izh_usbhost *host, struct izh_usbhost_transfer *transfer)
{
    host->counts.errors++;
    if (++transfer->errors == ATTEMPTS)
        complete(host, transfer, IZH_USBHOST_FAILED);
}

static void refused(struct izh_usbhost *host, struct izh_usbhost_transfer *transfer,
                    enum izh_usbhost_answer answer)
{
    if (answer == IZH_USBHOST_NAK) {
        host->counts.naks++;
        transfer->errors = 0;
    } else if (answer == IZH_USBHOST_STALL) {
        complete(host, transfer, IZH_USBHOST_STALLED);
    } else {
        failed(host, transfer);
    }
}

static size_t data_left(const struct izh_usbhost_transfer *transfer)
{
    if (is_control(transfer) && transfer->stage != STAGE_DATA)
        return 0;
    return transfer->length - transfer->actual;
}

static void transact_out(struct izh_usbhost *host, struct izh_usbhost_transfer *transfer)
{
    bool setup = is_control(transfer) && transfer->stage == STAGE_SETUP;
    size_t left = data_left(transfer), length = left < PAYLOAD ? left : PAYLOAD;
    const uint8_t *data = length ? transfer->data + transfer->actual : NULL;
    izh_usbhost_token(host, setup ? IZH_USBPACKET_SETUP : IZH_USBPACKET_OUT, transfer->address,
                      transfer->endpoint, IZH_USBWIRE_WHOLE);
    if (setup)
        izh_usbhost_data(host, false, transfer->setup, sizeof transfer->setup, IZH_USBWIRE_WHOLE);
    else
        izh_usbhost_data(host, *toggle_of(host, transfer), data, length, IZH_USBWIRE_WHOLE);
    enum izh_usbhost_answer answer = izh_usbhost_receive_handshake(host);
    if (answer == IZH_USBHOST_ACK)
        went(host, transfer, length);
    else
        refused(host, transfer, answer);
}

static void transact_in(struct izh_usbhost *host, struct izh_usbhost_transfer *transfer)
{
    struct izh_usbwire_packet packet;
    izh_usbhost_token(host, IZH_USBPACKET_IN, transfer->address, transfer->endpoint,
                      IZH_USBWIRE_WHOLE);
    enum izh_usbhost_answer answer = izh_usbhost_receive_data(host, &packet);
    if (answer != IZH_USBHOST_ACK) {
        refused(host, transfer, answer);
        return;
    }
    izh_usbhost_handshake(host, IZH_USBPACKET_ACK);
    bool toggle = packet.bytes[0] == IZH_USBPACKET_DATA1;
    if (toggle != *toggle_of(host, transfer)) {
        host->counts.errors++; // the host has it: the device missed the ACK
        return;
    }
    size_t length = packet.length - 3;
    if (length > data_left(transfer)) {
        complete(host, transfer, IZH_USBHOST_OVERFLOW);
        return;
    }
    if (length)
        memcpy(transfer->data + transfer->actual, packet.bytes + 1, length);
    went(host, transfer, length);
}

// --- frames --------------------------------------------------------------------------------------

// The oldest transfer of the endpoint whose turn it is.
static struct izh_usbhost_transfer *pick(const struct izh_usbhost *host)
{
    struct izh_usbhost_transfer *best = NULL;
    unsigned best_turn = KEYS;
    for (struct izh_usbhost_transfer *t = host->first; t; t = t->next) {
        unsigned turn = (key_of(t) + KEYS - host->last - 1) % KEYS;
        if (turn < best_turn) {
            best = t;
            best_turn = turn;
        }
    }
    return best;
}

// The clocks of a transaction with every bit stuffed that can be, and the slowest answer.
static uint64_t worst_clocks(const struct izh_usbhost *host,
                             const struct izh_usbhost_transfer *transfer)
{
    const struct izh_usbwire_settings *settings = &host->wire.settings;
    size_t length = data_left(transfer) < PAYLOAD ? data_left(transfer) : PAYLOAD;
    size_t data_bits = 8 + 8 + (length + 2) * 8 * 7 / 6 + 3;
    return BIT * (TOKEN_BITS + data_bits + HANDSHAKE_BITS + settings->timeout_bits +
                  3 * (size_t)settings->gap_bits);
}

static void start_frame(struct izh_usbhost *host)
{
    uint8_t token[IZH_USBPACKET_TOKEN];
    uint64_t start = host->wire.now;
    izh_usbpacket_token(token, IZH_USBPACKET_SOF, host->frame);
    izh_usbwire_send(&host->wire, token, sizeof token, IZH_USBWIRE_WHOLE);
    host->frame = (host->frame + 1) & 0x7ff;
    host->counts.frames++;
    host->counts.late += start > host->next_sof + (host->wire.settings.gap_bits + 2) * BIT;
    uint64_t now = host->wire.now;
    host->next_sof = host->next_sof + FRAME > now ? host->next_sof + FRAME : now + FRAME;
}

void izh_usbhost_run(struct izh_usbhost *host, uint64_t clocks)
{
    struct izh_usbwire *wire = &host->wire;
    for (uint64_t end = wire->now + clocks; wire->now < end;) {
        if (host->sof && wire->now >= host->next_sof) {
            start_frame(host);
            continue;
        }
        struct izh_usbhost_transfer *transfer = pick(host);
        uint64_t until = host->sof && host->next_sof < end ? host->next_sof : end;
        if (!transfer || (host->sof && wire->now + worst_clocks(host, transfer) > host->next_sof)) {
            izh_usbwire_hold(wire, IZH_USBWIRE_RELEASED, until - wire->now);
            continue;
        }
        host->last = key_of(transfer);
        if (goes_in(transfer))
            transact_in(host, transfer);
        else
            transact_out(host, transfer);
    }
}

enum izh_usbhost_status izh_usbhost_finish(struct izh_usbhost *host,
                                           struct izh_usbhost_transfer *transfer, uint64_t clocks)
{
    izh_usbhost_submit(host, transfer);
    for (uint64_t end = host->wire.now + clocks;
         transfer->status == IZH_USBHOST_WAITING && host->wire.now < end;)
        izh_usbhost_run(host, 1);
    if (transfer->status == IZH_USBHOST_WAITING)
        izh_usbhost_cancel(host, transfer);
    return transfer->status;
}

void izh_usbhost_reset(struct izh_usbhost *host, uint64_t clocks)
{
    izh_usbwire_hold(&host->wire, IZH_USBWIRE_SE0, clocks);
    izh_usbwire_hold(&host->wire, IZH_USBWIRE_RELEASED, 16 * BIT);
    memset(host->toggle, 0, sizeof host->toggle);
    host->next_sof = host->wire.now;
}

void izh_usbhost_suspend(struct izh_usbhost *host, uint64_t clocks)
{
    izh_usbwire_hold(&host->wire, IZH_USBWIRE_RELEASED, clocks);
}

// K ends with the EOP of low speed: SE0 for two of its bits.
void izh_usbhost_resume(struct izh_usbhost *host, uint64_t clocks)
{
    izh_usbwire_hold(&host->wire, IZH_USBWIRE_K, clocks);
    izh_usbwire_hold(&host->wire, IZH_USBWIRE_SE0, 16 * BIT);
    izh_usbwire_hold(&host->wire, IZH_USBWIRE_RELEASED, 16 * BIT);
    host->next_sof = host->wire.now;
}
