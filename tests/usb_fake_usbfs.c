// usb_fake_usbfs.c: the kernel's side of a fake USB device: what usbfs answers to libusb
// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "usb_fake_usbfs.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

// GLib's headers are not for -Wpedantic.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <umockdev.h>
#pragma GCC diagnostic pop

enum { STATUS_BYTES = 2 };

// usbfs is writable while something can be reaped.
static void set_ready(struct usb_fake *fake)
{
    bool ready = false;
    for (int i = 0; i < fake->urb_count; i++)
        ready = ready || fake->urbs[i].done;
    if (fake->slave >= 0)
        tcflow(fake->slave, ready ? TCOON : TCOOFF);
}

static void end_urb(struct usb_fake *fake, struct urb *urb, int status, const void *bytes,
                    size_t count)
{
    urb->done = ++fake->ended;
    urb->status = status;
    urb->actual = (int)count;
    if (bytes && count) {
        urb->bytes = malloc(count);
        memcpy(urb->bytes, bytes, count);
    }
}

static void drop_urb(struct usb_fake *fake, struct urb *urb)
{
    free(urb->bytes);
    size_t behind = (size_t)(fake->urbs + fake->urb_count - urb - 1);
    memmove(urb, urb + 1, behind * sizeof *urb);
    fake->urb_count--;
}

void usb_fake_cut(struct usb_fake *fake)
{
    if (fake->cut)
        return;
    fake->cut = true;
    for (int i = 0; i < fake->urb_count; i++)
        if (!fake->urbs[i].done)
            end_urb(fake, &fake->urbs[i], -ESHUTDOWN, NULL, 0);
    if (fake->slave >= 0) {
        close(fake->slave);
        close(fake->master);
    }
    fake->slave = fake->master = -1;
}

static void push_chunk(struct usb_fake *fake, int status, const void *bytes, size_t count)
{
    if (fake->chunk_count == CHUNKS)
        abort();
    struct chunk *chunk = &fake->chunks[(fake->chunk_first + fake->chunk_count++) % CHUNKS];
    *chunk = (struct chunk){.status = status, .count = count, .bytes = malloc(count + 1)};
    if (count)
        memcpy(chunk->bytes, bytes, count);
}

// As the chip sends it: each packet begins with its status.
void usb_fake_push(struct usb_fake *fake, int status, const uint8_t *bytes, size_t count)
{
    if (!fake->model.ftdi) {
        push_chunk(fake, status, bytes, count);
        return;
    }
    size_t room = fake->model.packet - STATUS_BYTES, packets = count / room + 1;
    uint8_t *raw = malloc(packets * fake->model.packet);
    size_t length = 0;
    for (size_t i = 0; i < packets; i++) {
        size_t part = count - i * room < room ? count - i * room : room;
        raw[length++] = 0x01;
        raw[length++] = (uint8_t)(0x60 | fake->line);
        if (part)
            memcpy(raw + length, bytes + i * room, part);
        length += part;
    }
    push_chunk(fake, status, raw, length);
    free(raw);
}

static bool is_in(const struct urb *urb)
{
    return urb->urb->endpoint & 0x80;
}

// False: it stays under way.
static bool serve_in(struct usb_fake *fake, struct urb *urb)
{
    if (fake->in.stalled) {
        end_urb(fake, urb, -EPIPE, NULL, 0);
        return true;
    }
    if (!fake->chunk_count || fake->in.held)
        return false;
    struct chunk *chunk = &fake->chunks[fake->chunk_first];
    size_t room = (size_t)urb->urb->buffer_length, rest = chunk->count - chunk->given;
    size_t part = rest < room ? rest : room;
    bool last = part == rest;
    end_urb(fake, urb, last ? chunk->status : 0, chunk->bytes + chunk->given, part);
    chunk->given += part;
    if (last) {
        fake->in.stalled = chunk->status == -EPIPE;
        free(chunk->bytes);
        fake->chunk_first = (fake->chunk_first + 1) % CHUNKS;
        fake->chunk_count--;
    }
    return true;
}

static bool serve_out(struct usb_fake *fake, struct urb *urb)
{
    if (fake->out.stalled) {
        end_urb(fake, urb, -EPIPE, NULL, 0);
        return true;
    }
    if (fake->out.held)
        return false;
    size_t count = (size_t)urb->urb->buffer_length;
    int status = 0;
    if (fake->fails && !fake->fail_skip--) {
        fake->fails = false;
        count = fake->fail_count;
        status = fake->fail_status;
        fake->out.stalled = status == -EPIPE;
    }
    if (fake->heard_count + count > HEARD)
        abort();
    memcpy(fake->heard + fake->heard_count, urb->urb->buffer, count);
    if (fake->echo && count)
        usb_fake_push(fake, 0, fake->heard + fake->heard_count, count);
    fake->heard_count += count;
    end_urb(fake, urb, status, NULL, count);
    return true;
}

// Endpoints serve their transfers in turn. OUT first: what it says back may be taken at once.
void usb_fake_serve(struct usb_fake *fake)
{
    for (int in = 0; in < 2 && !fake->cut; in++)
        for (int i = 0; i < fake->urb_count; i++) {
            struct urb *urb = &fake->urbs[i];
            if (urb->done || is_in(urb) != in)
                continue;
            if (!(in ? serve_in(fake, urb) : serve_out(fake, urb)))
                break;
        }
    set_ready(fake);
}

// --- control transfers -------------------------------------------------------------------------

static int get_string(const struct usb_fake *fake, int index, uint8_t *answer)
{
    const char *text = index == 2 ? fake->model.product : index == 3 ? fake->model.serial : NULL;
    int length = 2;
    if (!index) {
        answer[length++] = 0x09;
        answer[length++] = 0x04;
    }
    for (; text && *text; text++) {
        answer[length++] = (uint8_t)*text;
        answer[length++] = 0;
    }
    answer[0] = (uint8_t)length;
    answer[1] = 3;
    return index && !text ? -EPIPE : length;
}

// Bytes of the answer, or a negative errno.
static int control(struct usb_fake *fake, const uint8_t *setup, uint8_t *answer)
{
    unsigned value = setup[2] | setup[3] << 8u, index = setup[4] | setup[5] << 8u;
    if (setup[0] == 0x80 && setup[1] == 0x06 && value >> 8 == 3)
        return get_string(fake, value & 0xff, answer);
    if (setup[0] == 0x80 && setup[1] == 0) {
        memset(answer, 0, 2);
        return 2;
    }
    if (setup[0] != 0x40 || !fake->model.ftdi)
        return -EPIPE;
    if (fake->request_count < USB_FAKE_REQUESTS)
        fake->requests[fake->request_count++] =
            (struct usb_fake_request){setup[1], (uint16_t)value, (uint16_t)index};
    return 0;
}

static void serve_control(struct usb_fake *fake, struct urb *urb)
{
    const uint8_t *setup = urb->urb->buffer;
    uint8_t answer[256];
    int wanted = setup[6] | setup[7] << 8;
    int length = control(fake, setup, answer);
    if (length < 0)
        end_urb(fake, urb, length, NULL, 0);
    else
        end_urb(fake, urb, 0, answer, (size_t)(length < wanted ? length : wanted));
}

// --- ioctls: 0 or an errno ---------------------------------------------------------------------

static int submit(struct usb_fake *fake, UMockdevIoctlClient *client, struct usbdevfs_urb *urb)
{
    if (fake->urb_count == URBS)
        abort();
    struct urb *new = &fake->urbs[fake->urb_count++];
    *new = (struct urb){.urb = urb, .client = client};
    if (urb->type == USBDEVFS_URB_TYPE_CONTROL) {
        serve_control(fake, new);
    } else {
        struct endpoint *endpoint = is_in(new) ? &fake->in : &fake->out;
        int flying = 0;
        for (int i = 0; i < fake->urb_count; i++)
            flying += !fake->urbs[i].done && fake->urbs[i].urb->endpoint == urb->endpoint;
        endpoint->most = flying > endpoint->most ? flying : endpoint->most;
        if (urb->buffer_length > endpoint->longest)
            endpoint->longest = urb->buffer_length;
    }
    usb_fake_serve(fake);
    return 0;
}

static int reap(struct usb_fake *fake, UMockdevIoctlClient *client, void **answer)
{
    struct urb *oldest = NULL;
    for (int i = 0; i < fake->urb_count; i++) {
        struct urb *urb = &fake->urbs[i];
        if (urb->client == client && urb->done && (!oldest || urb->done < oldest->done))
            oldest = urb;
    }
    if (!oldest)
        return fake->cut ? ENODEV : EAGAIN;
    struct usbdevfs_urb *urb = oldest->urb;
    urb->status = oldest->status;
    urb->actual_length = oldest->actual;
    size_t head = urb->type == USBDEVFS_URB_TYPE_CONTROL ? 8 : 0;
    if (oldest->bytes)
        memcpy((uint8_t *)urb->buffer + head, oldest->bytes, (size_t)oldest->actual);
    *answer = urb;
    drop_urb(fake, oldest);
    set_ready(fake);
    return 0;
}

static int discard(struct usb_fake *fake, const struct usbdevfs_urb *urb)
{
    for (int i = 0; i < fake->urb_count; i++) {
        if (fake->urbs[i].urb != urb || fake->urbs[i].done)
            continue;
        end_urb(fake, &fake->urbs[i], -ENOENT, NULL, 0);
        set_ready(fake);
        return 0;
    }
    return EINVAL;
}

static int claim(struct usb_fake *fake, const void *client, unsigned interface, bool detach)
{
    if (interface >= (unsigned)fake->model.interfaces)
        return ENOENT;
    if (fake->claimed[interface])
        return fake->claimed[interface] == client ? 0 : EBUSY;
    if (fake->driver[interface] && !detach)
        return EBUSY;
    fake->driver[interface] = false;
    fake->claimed[interface] = client;
    return 0;
}

static int release(struct usb_fake *fake, const void *client, unsigned interface)
{
    if (interface >= INTERFACES || fake->claimed[interface] != client)
        return EINVAL;
    fake->claimed[interface] = NULL;
    return 0;
}

static int drive(struct usb_fake *fake, const struct usbdevfs_ioctl *call)
{
    if ((unsigned long)call->ioctl_code != USBDEVFS_CONNECT || fake->claimed[call->ifno])
        return EBUSY;
    fake->driver[call->ifno] = fake->model.kernel_driver;
    return 0;
}

static int clear_halt(struct usb_fake *fake, unsigned address)
{
    struct endpoint *endpoint = address & 0x80 ? &fake->in : &fake->out;
    endpoint->stalled = endpoint->stalls;
    fake->clears++;
    return 0;
}

// The client waits in its call, so what it points to is there.
static int serve_call(struct usb_fake *fake, UMockdevIoctlClient *client, unsigned long request,
                      void *argument)
{
    if (request == USBDEVFS_REAPURBNDELAY)
        return reap(fake, client, argument);
    if (fake->cut)
        return ENODEV;
    switch (request) {
    case USBDEVFS_GET_CAPABILITIES:
        *(uint32_t *)argument = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
                                USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
        return 0;
    case USBDEVFS_SUBMITURB:
        return submit(fake, client, argument);
    case USBDEVFS_DISCARDURB:
        return discard(fake, argument);
    case USBDEVFS_CLAIMINTERFACE:
        return claim(fake, client, *(unsigned *)argument, false);
    case USBDEVFS_DISCONNECT_CLAIM:
        return claim(fake, client, ((struct usbdevfs_disconnect_claim *)argument)->interface, true);
    case USBDEVFS_RELEASEINTERFACE:
        return release(fake, client, *(unsigned *)argument);
    case USBDEVFS_IOCTL:
        return drive(fake, argument);
    case USBDEVFS_CLEAR_HALT:
        return clear_halt(fake, *(unsigned *)argument);
    default:
        return ENOTTY;
    }
}

static gboolean on_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client,
                         struct usb_fake *fake)
{
    (void)base;
    void *argument;
    memcpy(&argument, umockdev_ioctl_client_get_arg(client)->data, sizeof argument);
    pthread_mutex_lock(&fake->lock);
    if (fake->cut_in >= 0 && !fake->cut_in--)
        usb_fake_cut(fake);
    int error = serve_call(fake, client, umockdev_ioctl_client_get_request(client), argument);
    pthread_mutex_unlock(&fake->lock);
    umockdev_ioctl_client_complete(client, error ? -1 : 0, error);
    return TRUE;
}

// Its file is closed: its transfers and claims go with it.
static void on_vanished(UMockdevIoctlClient *client, GParamSpec *unused, struct usb_fake *fake)
{
    (void)unused;
    if (umockdev_ioctl_client_get_connected(client))
        return;
    pthread_mutex_lock(&fake->lock);
    for (int i = fake->urb_count; i-- > 0;)
        if (fake->urbs[i].client == client)
            drop_urb(fake, &fake->urbs[i]);
    for (int i = 0; i < INTERFACES; i++)
        if (fake->claimed[i] == client)
            fake->claimed[i] = NULL;
    set_ready(fake);
    pthread_mutex_unlock(&fake->lock);
}

static void on_connected(UMockdevIoctlBase *base, UMockdevIoctlClient *client,
                         struct usb_fake *fake)
{
    (void)base;
    g_signal_connect(client, "notify::connected", G_CALLBACK(on_vanished), fake);
}

void usb_fake_listen(struct usb_fake *fake)
{
    fake->ioctls = umockdev_ioctl_base_new();
    g_signal_connect(fake->ioctls, "handle-ioctl", G_CALLBACK(on_ioctl), fake);
    g_signal_connect(fake->ioctls, "client-connected", G_CALLBACK(on_connected), fake);
}

void usb_fake_forget(struct usb_fake *fake)
{
    while (fake->urb_count)
        drop_urb(fake, fake->urbs);
    for (; fake->chunk_count; fake->chunk_count--) {
        free(fake->chunks[fake->chunk_first].bytes);
        fake->chunk_first = (fake->chunk_first + 1) % CHUNKS;
    }
}
