// transport_ftdi.c: "ftdi:", a UART of the gateware behind the FTDI chip of its board
// SPDX-License-Identifier: Apache-2.0
//
// ftdi:  ftdi:SERIAL  ftdi:@1-4.2  each with ",baud=12000000" and ",channel=B"
//
// libftdi sets up the chip. Bytes go through bulk.c: libftdi has one transfer under way at a time,
// or streams that are for synchronous FIFOs only.
#include "carrier.h"
#include "monotonic.h"

#include <ftdi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FTDI_VENDOR = 0x0403,
    STATUS_BYTES = 2, // in front of every packet; the second has the errors of the line:
    OVERRUN = 1 << 1,
    PARITY = 1 << 2,
    FRAMING = 1 << 3,
    BREAK = 1 << 4,
    LATENCY_MS = 1, // for a packet that is not full
};

struct board {
    uint16_t product_id;
    const char *product; // how the product's name begins
    unsigned baud;
    char channel;
};

// A board whose memory was never written calls itself after the chip. A lone "FT231X USB UART"
// may be anybody's cable: it must be named.
static const struct board boards[] = {
    {0x6010, "iCEBreaker", 3000000, 'B'},
    {0x6010, "Dual RS232-HS", 3000000, 'B'},
    {0x6015, "ULX3S", 3000000, 'A'},
};

struct options {
    unsigned baud; // 0: the board's
    char channel;  // 0: the board's
};

// The board, or the first one with that chip.
static const struct board *board_of(const struct izh_usb_identity *identity, bool by_name)
{
    for (size_t i = 0; i < sizeof boards / sizeof *boards; i++) {
        const struct board *board = &boards[i];
        if (identity->vendor == FTDI_VENDOR && identity->product_id == board->product_id &&
            (!by_name || !strncmp(identity->product, board->product, strlen(board->product))))
            return board;
    }
    return NULL;
}

static bool is_candidate(const void *context, const struct izh_usb_identity *identity)
{
    (void)context;
    return board_of(identity, false) != NULL;
}

static bool is_known(const void *context, const struct izh_usb_identity *identity)
{
    (void)context;
    return board_of(identity, true) != NULL;
}

static const struct izh_usb_kind kind = {.scheme = "ftdi",
                                         .what = "board that is known to carry izh",
                                         .candidate = is_candidate,
                                         .known = is_known};

static bool set_option(void *context, const char *key, const char *value)
{
    struct options *options = context;
    if (!strcmp(key, "channel")) {
        options->channel = *value;
        return *value >= 'A' && *value <= 'D' && !value[1];
    }
    return !strcmp(key, "baud") && izh_transport_baud(value, &options->baud);
}

static void count_errors(struct izh_carrier_faults *faults, uint8_t status)
{
    faults->overruns += (status & OVERRUN) != 0;
    faults->parities += (status & PARITY) != 0;
    faults->framings += (status & FRAMING) != 0;
    faults->breaks += (status & BREAK) != 0;
}

static size_t strip_status(void *context, uint8_t *bytes, size_t count)
{
    struct izh_transport *transport = context;
    size_t kept = 0;
    for (size_t at = 0; at + STATUS_BYTES <= count; at += transport->packet) {
        size_t length = count - at < transport->packet ? count - at : transport->packet;
        count_errors(&transport->faults, bytes[at + 1]);
        memmove(bytes + kept, bytes + at + STATUS_BYTES, length - STATUS_BYTES);
        kept += length - STATUS_BYTES;
    }
    return kept;
}

static enum ftdi_chip_type chip_of(uint16_t release)
{
    return release == 0x0700 ? TYPE_2232H : release == 0x1000 ? TYPE_230X : TYPE_2232C;
}

static enum izh_status set_up(struct ftdi_context *ftdi, unsigned baud)
{
    if (ftdi_usb_reset(ftdi) || ftdi_set_bitmode(ftdi, 0, BITMODE_RESET) ||
        ftdi_set_latency_timer(ftdi, LATENCY_MS))
        return IZH_IO;
    int result = ftdi_set_baudrate(ftdi, (int)baud);
    if (result) // -1: the chip has no such rate
        return result == -1 ? IZH_BAD_URI : IZH_IO;
    if (ftdi_set_line_property(ftdi, BITS_8, STOP_BIT_1, NONE) ||
        ftdi_setflowctrl(ftdi, SIO_DISABLE_FLOW_CTRL) || ftdi_tcioflush(ftdi))
        return IZH_IO;
    return IZH_OK;
}

static enum izh_status set_up_chip(struct izh_transport *transport, int channel, unsigned baud,
                                   char *message)
{
    struct ftdi_context *ftdi = ftdi_new();
    if (!ftdi) {
        snprintf(message, IZH_MESSAGE, "ftdi: no memory");
        return IZH_NO_MEMORY;
    }
    const struct izh_usb_identity *identity = &transport->device.identity;
    ftdi_set_interface(ftdi, INTERFACE_A + channel);
    ftdi->type = chip_of(identity->release);
    ftdi_set_usbdev(ftdi, transport->device.handle);
    enum izh_status status = set_up(ftdi, baud);
    if (status && izh_usb_is_gone(&transport->device))
        status = IZH_GONE; // libftdi does not say why a request failed
    if (status)
        snprintf(message, IZH_MESSAGE, "ftdi: cannot set up the chip at %s for %u baud: %s",
                 identity->position, baud,
                 status == IZH_GONE ? "it was unplugged" : ftdi_get_error_string(ftdi));
    ftdi_set_usbdev(ftdi, NULL); // the handle stays ours
    ftdi_free(ftdi);
    return status;
}

static enum izh_status start(const char *name, const struct options *options,
                             struct izh_transport *transport, char *message)
{
    struct izh_usb_device *device = &transport->device;
    enum izh_status status = izh_usb_open(&kind, name, device, message);
    if (status)
        return status;
    const struct board *board = board_of(&device->identity, true);
    if (!board)
        board = board_of(&device->identity, false);
    int channel = (options->channel ? options->channel : board->channel) - 'A';
    struct izh_bulk_pipes pipes = {.in = (uint8_t)(0x81 + 2 * channel),
                                   .out = (uint8_t)(0x02 + 2 * channel),
                                   .unpack = strip_status,
                                   .context = transport};
    status = izh_usb_claim(&kind, device, channel, pipes.in, pipes.out, message);
    if (!status)
        status =
            set_up_chip(transport, channel, options->baud ? options->baud : board->baud, message);
    if (status)
        return status;
    transport->packet = (size_t)izh_usb_packet(device, pipes.in);
    status = izh_bulk_start(&transport->bulk, device->context, device->handle, &pipes);
    if (status)
        snprintf(message, IZH_MESSAGE, "ftdi: the device at %s takes no transfers",
                 device->identity.position);
    return status;
}

static enum izh_status open_ftdi(const char *rest, struct izh_transport **transport, char *message)
{
    struct options options = {0};
    char name[IZH_USB_NAME];
    if (!izh_transport_parse(rest, name, sizeof name, set_option, &options)) {
        snprintf(message, IZH_MESSAGE,
                 "ftdi:%.200s is not ftdi:, ftdi:SERIAL or ftdi:@POSITION, then maybe "
                 ",baud=1..12000000 and ,channel=A..D",
                 rest);
        return IZH_BAD_URI;
    }
    struct izh_transport *new = calloc(1, sizeof *new);
    if (!new) {
        snprintf(message, IZH_MESSAGE, "ftdi: no memory");
        return IZH_NO_MEMORY;
    }
    new->base.ops = &izh_transport_ftdi;
    enum izh_status status = start(name, &options, new, message);
    if (status)
        izh_carrier_close(new);
    else
        *transport = new;
    return status;
}

static enum izh_status list_ftdi(void (*found)(void *context, const char *rest, const char *what),
                                 void *context, char *message)
{
    return izh_usb_list(&kind, found, context, message);
}

const struct izh_transport_ops izh_transport_ftdi = {
    .scheme = "ftdi",
    .open = open_ftdi,
    .list = list_ftdi,
    .send = izh_carrier_send,
    .receive = izh_carrier_receive,
    .now_us = izh_transport_monotonic_us,
    .interrupt = izh_carrier_interrupt,
    .close = izh_carrier_close,
    .retry_us = 250000, // 16 KiB may be under way, 55 ms at 3 Mbaud
};
