// usbip_transfers.c: transfers of an importer, cut into the packets of the device
// SPDX-License-Identifier: Apache-2.0
#include "usbip_transfers.h"

#include <stdlib.h>
#include <string.h>

// Packets of one endpoint at a time, so that the others and the socket have their turn.
enum { TURN = 64, LARGEST_PACKET = 512, STANDARD_SET_ADDRESS = 5 };

// ---- Queues -------------------------------------------------------------------------------------

void izh_usbip_append(struct izh_usbip_queue *queue, struct izh_usbip_transfer *transfer)
{
    transfer->next = NULL;
    if (queue->last)
        queue->last->next = transfer;
    else
        queue->first = transfer;
    queue->last = transfer;
}

struct izh_usbip_transfer *izh_usbip_take_first(struct izh_usbip_queue *queue)
{
    struct izh_usbip_transfer *first = queue->first;
    if (first) {
        queue->first = first->next;
        if (!queue->first)
            queue->last = NULL;
    }
    return first;
}

static struct izh_usbip_queue *queue_of(struct izh_usbip_transfers *t,
                                        const struct izh_usbip_command *command)
{
    return &t->endpoints[command->endpoint ? command->direction : 0][command->endpoint];
}

static struct izh_usbip_transfer *find(struct izh_usbip_transfers *t, uint32_t number,
                                       struct izh_usbip_queue **queue)
{
    for (size_t i = 0; i < 32; i++) {
        *queue = &t->endpoints[i / 16][i % 16];
        for (struct izh_usbip_transfer *x = (*queue)->first; x; x = x->next) {
            if (x->command.number == number)
                return x;
        }
    }
    return NULL;
}

static void take_out(struct izh_usbip_queue *queue, struct izh_usbip_transfer *transfer)
{
    struct izh_usbip_queue rest = {0};
    struct izh_usbip_transfer *x;
    while ((x = izh_usbip_take_first(queue))) {
        if (x != transfer)
            izh_usbip_append(&rest, x);
    }
    *queue = rest;
}

// ---- Begin and end ------------------------------------------------------------------------------

size_t izh_usbip_payload(const struct izh_usbip_command *command)
{
    return command->command == IZH_USBIP_CMD_SUBMIT && !command->direction ? command->length : 0;
}

static struct izh_usbip_transfer *new_transfer(struct izh_usbip_transfers *t, size_t bytes)
{
    struct izh_usbip_transfer *transfer = calloc(1, sizeof *transfer);
    uint8_t *data = bytes ? malloc(bytes) : NULL;
    if (!transfer || (bytes && !data)) {
        free(transfer);
        free(data);
        return NULL;
    }
    transfer->data = data;
    transfer->length = bytes;
    t->count++;
    t->bytes += bytes;
    return transfer;
}

struct izh_usbip_transfer *izh_usbip_begin(struct izh_usbip_transfers *t,
                                           const struct izh_usbip_command *command,
                                           const char **fault)
{
    struct izh_usbip_queue *queue;
    *fault = NULL;
    if (command->length > IZH_USBIP_MAX_BYTES - t->bytes || t->count >= IZH_USBIP_MAX_TRANSFERS)
        *fault = "more transfers under way than there is room for";
    else if (find(t, command->number, &queue))
        *fault = "the number of a transfer that is under way";
    if (*fault)
        return NULL;
    struct izh_usbip_transfer *transfer = new_transfer(t, command->length);
    if (!transfer)
        *fault = "no memory for its transfer";
    else
        transfer->command = *command;
    return transfer;
}

void izh_usbip_submit(struct izh_usbip_transfers *t, struct izh_usbip_transfer *transfer)
{
    izh_usbip_append(queue_of(t, &transfer->command), transfer);
}

void izh_usbip_release(struct izh_usbip_transfers *t, struct izh_usbip_transfer *transfer)
{
    t->count--;
    t->bytes -= transfer->length;
    free(transfer->data);
    free(transfer);
}

void izh_usbip_release_all(struct izh_usbip_transfers *t)
{
    struct izh_usbip_transfer *x;
    for (size_t i = 0; i < 32; i++) {
        while ((x = izh_usbip_take_first(&t->endpoints[i / 16][i % 16])))
            izh_usbip_release(t, x);
    }
    while ((x = izh_usbip_take_first(&t->replies)))
        izh_usbip_release(t, x);
}

static void reply(struct izh_usbip_transfers *t, struct izh_usbip_transfer *transfer,
                  int32_t status)
{
    const struct izh_usbip_command *command = &transfer->command;
    izh_usbip_pack_ret_submit(transfer->head, command->number, status, (uint32_t)transfer->done);
    transfer->reply_length = IZH_USBIP_COMMAND + (command->direction ? transfer->done : 0);
    izh_usbip_append(&t->replies, transfer);
}

const char *izh_usbip_unlink(struct izh_usbip_transfers *t, const struct izh_usbip_command *command)
{
    struct izh_usbip_queue *queue;
    int32_t status = IZH_USBIP_DONE; // nothing is there any more: it is answered
    struct izh_usbip_transfer *answer = new_transfer(t, 0);
    if (!answer)
        return "no memory for its unlink";
    struct izh_usbip_transfer *unlinked = find(t, command->unlink, &queue);
    if (unlinked) {
        take_out(queue, unlinked);
        if (unlinked->done) {
            reply(t, unlinked, IZH_USBIP_UNLINKED);
        } else {
            izh_usbip_release(t, unlinked);
            status = IZH_USBIP_UNLINKED;
        }
    }
    izh_usbip_pack_ret_unlink(answer->head, command->number, status);
    answer->reply_length = IZH_USBIP_COMMAND;
    izh_usbip_append(&t->replies, answer);
    return NULL;
}

// ---- Packets ------------------------------------------------------------------------------------

// A step's result: it goes on, it waits for the device, or this status.
enum { GO_ON = 1, WAIT = 2 };

static int status_of(enum izh_usbip_answer answer)
{
    switch (answer) {
    case IZH_USBIP_ACK:
        return GO_ON;
    case IZH_USBIP_NAK:
        return WAIT;
    case IZH_USBIP_STALL:
        return IZH_USBIP_STALLED;
    default:
        return IZH_USBIP_PROTOCOL;
    }
}

static int end_of_in(const struct izh_usbip_transfer *x)
{
    bool short_bad = x->command.flags & IZH_USBIP_SHORT_NOT_OK;
    return short_bad && x->done < x->length ? IZH_USBIP_SHORT : IZH_USBIP_DONE;
}

static int step_in(const struct izh_usbip_device *device, struct izh_usbip_transfer *x)
{
    uint8_t packet[LARGEST_PACKET];
    size_t length = 0, room = x->length - x->done;
    int status =
        status_of(device->in(device->context, (uint8_t)x->command.endpoint, packet, &length));
    if (status != GO_ON)
        return status;
    size_t taken = length < room ? length : room;
    if (taken)
        memcpy(x->data + x->done, packet, taken);
    x->done += taken;
    if (length > room)
        return IZH_USBIP_OVERFLOW;
    return length < device->identity.packet || x->done == x->length ? end_of_in(x) : GO_ON;
}

// Data of a multiple of the packet size ends with an empty packet when that is asked for; data of
// no bytes is one empty packet.
static int step_out(const struct izh_usbip_device *device, struct izh_usbip_transfer *x)
{
    size_t left = x->length - x->done, packet = device->identity.packet;
    size_t length = left < packet ? left : packet;
    static const uint8_t nothing[1];
    int status = status_of(device->out(device->context, (uint8_t)x->command.endpoint,
                                       length ? x->data + x->done : nothing, length));
    if (status != GO_ON)
        return status;
    x->done += length;
    if (!length)
        x->zero_sent = true;
    bool zero_due = (x->command.flags & IZH_USBIP_ZERO_PACKET) && x->length % packet == 0;
    if (x->done < x->length || (zero_due && !x->zero_sent))
        return GO_ON;
    return IZH_USBIP_DONE;
}

static bool control_fits(const struct izh_usbip_command *command)
{
    uint16_t wanted = (uint16_t)(command->setup[6] | command->setup[7] << 8);
    return wanted == command->length && (!wanted || command->direction == command->setup[0] >> 7);
}

static int step_control(const struct izh_usbip_device *device, struct izh_usbip_transfer *x)
{
    size_t length = x->length;
    if (!control_fits(&x->command))
        return IZH_USBIP_INVALID;
    // The address is the server's; an importer's own kernel has answered this already.
    if (x->command.setup[0] == 0 && x->command.setup[1] == STANDARD_SET_ADDRESS)
        return IZH_USBIP_STALLED;
    int status = status_of(device->control(device->context, x->command.setup, x->data, &length));
    if (status != GO_ON)
        return status;
    if (length > x->length)
        return IZH_USBIP_OVERFLOW;
    x->done = length;
    return x->command.direction ? end_of_in(x) : IZH_USBIP_DONE;
}

static bool move_queue(struct izh_usbip_transfers *t, struct izh_usbip_queue *queue)
{
    bool moved = false;
    for (int i = 0; i < TURN && queue->first; i++) {
        struct izh_usbip_transfer *x = queue->first;
        int status = !x->command.endpoint   ? step_control(t->device, x)
                     : x->command.direction ? step_in(t->device, x)
                                            : step_out(t->device, x);
        if (status == WAIT)
            break;
        moved = true;
        if (status != GO_ON)
            reply(t, izh_usbip_take_first(queue), status);
    }
    return moved;
}

bool izh_usbip_move(struct izh_usbip_transfers *t)
{
    bool moved = false;
    for (size_t i = 0; i < 32; i++)
        moved |= move_queue(t, &t->endpoints[i % 2][i / 2]);
    return moved;
}
