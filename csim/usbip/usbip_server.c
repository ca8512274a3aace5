// usbip_server.c: shows one USB device to other machines: a USB/IP server
// SPDX-License-Identifier: Apache-2.0
#include "usbip_server.h"
#include "usbip_connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// More wait in the kernel until one of these has gone. A deadline is looked at so often.
enum { CONNECTIONS = 8, BACKLOG = 16, PATIENCE_MS = 10000, DEADLINE_MS = 50 };

struct izh_usbip_server {
    struct izh_usbip_options options;
    const struct izh_usbip_device *device;
    int listener;
    uint16_t port;
    struct izh_usbip_connection *connections[CONNECTIONS];
    struct izh_usbip_connection *importer; // one of them
    struct izh_usbip_transfers transfers;  // its
    bool moved;                            // in the last turn
    int device_wait_ms;                    // what its pump has said
};

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void say(const struct izh_usbip_server *s, const struct izh_usbip_connection *c,
                const char *what, const char *why)
{
    char line[256];
    if (!s->options.log)
        return;
    snprintf(line, sizeof line, "%s %s%s", c->peer, what, why);
    s->options.log(s->options.context, line);
}

// ---- Listen -------------------------------------------------------------------------------------

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t parse_address(const char *text, uint16_t port, union address *address)
{
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
        address->v4.sin_family = AF_INET;
        address->v4.sin_port = htons(port);
        return sizeof address->v4;
    }
    if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1) {
        address->v6.sin6_family = AF_INET6;
        address->v6.sin6_port = htons(port);
        return sizeof address->v6;
    }
    return 0;
}

static enum izh_usbip_status status_of_errno(void)
{
    switch (errno) {
    case EADDRINUSE:
        return IZH_USBIP_PORT_IN_USE;
    case EACCES:
    case EPERM:
        return IZH_USBIP_NO_PERMISSION;
    case EADDRNOTAVAIL:
        return IZH_USBIP_NOT_HERE;
    default:
        return IZH_USBIP_FAILED;
    }
}

static void set_flags(int socket)
{
    fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
    fcntl(socket, F_SETFD, FD_CLOEXEC);
}

static enum izh_usbip_status listen_at(struct izh_usbip_server *s)
{
    union address address;
    const int yes = 1;
    const char *text = s->options.address ? s->options.address : "127.0.0.1";
    socklen_t length = parse_address(text, s->options.port, &address);
    if (!length)
        return IZH_USBIP_BAD_ADDRESS;
    s->listener = socket(address.any.sa_family, SOCK_STREAM, 0);
    if (s->listener < 0)
        return status_of_errno();
    set_flags(s->listener);
    // Connections that the last server on this port has closed do not keep it.
    setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(s->listener, &address.any, length) || listen(s->listener, BACKLOG) ||
        getsockname(s->listener, &address.any, &length))
        return status_of_errno();
    s->port = ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port : address.v6.sin6_port);
    return IZH_USBIP_OK;
}

struct izh_usbip_server *izh_usbip_server_new(const struct izh_usbip_options *options,
                                              const struct izh_usbip_device *device,
                                              enum izh_usbip_status *status)
{
    struct izh_usbip_server *s = calloc(1, sizeof *s);
    *status = IZH_USBIP_NO_MEMORY;
    if (!s)
        return NULL;
    s->options = *options;
    if (!s->options.patience_ms)
        s->options.patience_ms = PATIENCE_MS;
    s->device = s->transfers.device = device;
    s->listener = -1;
    *status = listen_at(s);
    if (*status == IZH_USBIP_OK)
        return s;
    int error = errno;
    izh_usbip_server_free(s);
    errno = error;
    return NULL;
}

uint16_t izh_usbip_server_port(const struct izh_usbip_server *s)
{
    return s->port;
}

bool izh_usbip_server_imported(const struct izh_usbip_server *s)
{
    return s->importer;
}

// ---- Come and go --------------------------------------------------------------------------------

static void let_go(struct izh_usbip_server *s)
{
    if (s->importer->incoming)
        izh_usbip_release(&s->transfers, s->importer->incoming);
    izh_usbip_release_all(&s->transfers);
    s->importer = NULL;
    s->device->detach(s->device->context);
}

static void drop(struct izh_usbip_server *s, size_t i)
{
    struct izh_usbip_connection *c = s->connections[i];
    s->connections[i] = NULL;
    if (c == s->importer)
        let_go(s);
    close(c->socket);
    free(c);
}

void izh_usbip_server_unplug(struct izh_usbip_server *s)
{
    for (size_t i = 0; i < CONNECTIONS; i++) {
        if (s->connections[i] && s->connections[i] == s->importer) {
            say(s, s->importer, "lost the device: it was unplugged", "");
            drop(s, i);
        }
    }
}

void izh_usbip_server_free(struct izh_usbip_server *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < CONNECTIONS; i++) {
        if (s->connections[i])
            drop(s, i);
    }
    if (s->listener >= 0)
        close(s->listener);
    free(s);
}

static void name_peer(const union address *address, char *name, size_t size)
{
    char text[INET6_ADDRSTRLEN] = "?";
    bool v4 = address->any.sa_family == AF_INET;
    inet_ntop(address->any.sa_family,
              v4 ? (const void *)&address->v4.sin_addr : (const void *)&address->v6.sin6_addr, text,
              sizeof text);
    snprintf(name, size, v4 ? "%s:%u" : "[%s]:%u", text,
             ntohs(v4 ? address->v4.sin_port : address->v6.sin6_port));
}

static void accept_into(struct izh_usbip_server *s, size_t i)
{
    union address address = {0};
    socklen_t length = sizeof address;
    const int yes = 1, idle_s = 30;
    int socket = accept(s->listener, &address.any, &length);
    struct izh_usbip_connection *c = socket < 0 ? NULL : calloc(1, sizeof *c);
    if (!c) {
        if (socket >= 0)
            close(socket);
        return;
    }
    set_flags(socket);
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    // An importer may say nothing for days; one whose machine has gone is noticed.
    setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    c->socket = socket;
    c->progress_ms = now_ms();
    name_peer(&address, c->peer, sizeof c->peer);
    s->connections[i] = c;
}

// ---- Requests -----------------------------------------------------------------------------------

static void answer_list(struct izh_usbip_server *s, struct izh_usbip_connection *c)
{
    const struct izh_usbip_identity *free_one = s->importer ? NULL : &s->device->identity;
    c->reply_length = izh_usbip_pack_devlist(c->reply, free_one);
    c->stage = IZH_USBIP_LEAVES;
}

static void answer_import(struct izh_usbip_server *s, struct izh_usbip_connection *c)
{
    static const char name[IZH_USBIP_BUS_ID] = IZH_USBIP_BUS_NAME;
    bool named = !strncmp((const char *)c->message, name, IZH_USBIP_BUS_ID);
    uint32_t status = !named        ? IZH_USBIP_ST_NODEV
                      : s->importer ? IZH_USBIP_ST_BUSY
                                    : IZH_USBIP_ST_OK;
    if (!status && !s->device->attach(s->device->context))
        status = IZH_USBIP_ST_ERROR;
    izh_usbip_pack_op(c->reply, IZH_USBIP_REP_IMPORT, status);
    c->reply_length = IZH_USBIP_OP;
    c->have = 0;
    c->stage = IZH_USBIP_LEAVES;
    if (status) {
        say(s, c, "was refused: ",
            !named        ? "there is no such device"
            : s->importer ? "somebody else has the device"
                          : "the device does not come up");
        return;
    }
    izh_usbip_pack_device(c->reply + IZH_USBIP_OP, &s->device->identity);
    c->reply_length += IZH_USBIP_DEVICE;
    c->stage = IZH_USBIP_COMMANDS;
    s->importer = c;
    s->device_wait_ms = 0;
    say(s, c, "imported the device", "");
}

// ---- One turn -----------------------------------------------------------------------------------

static struct izh_usbip_transfers *transfers_of(struct izh_usbip_server *s,
                                                const struct izh_usbip_connection *c)
{
    return c == s->importer ? &s->transfers : NULL;
}

static void take_event(struct izh_usbip_server *s, size_t i, enum izh_usbip_event event,
                       const char *fault)
{
    struct izh_usbip_connection *c = s->connections[i];
    switch (event) {
    case IZH_USBIP_WANTS_LIST:
        answer_list(s, c);
        break;
    case IZH_USBIP_WANTS_IMPORT:
        answer_import(s, c);
        break;
    case IZH_USBIP_BROKEN:
        say(s, c, "was closed: ", fault);
        drop(s, i);
        break;
    case IZH_USBIP_ENDED:
        if (c == s->importer)
            say(s, c, "gave the device back", "");
        drop(s, i);
        break;
    default:
        break;
    }
}

static void read_from(struct izh_usbip_server *s, size_t i)
{
    const char *fault = NULL;
    struct izh_usbip_connection *c = s->connections[i];
    enum izh_usbip_event event = izh_usbip_read(c, &s->transfers, now_ms(), &fault);
    take_event(s, i, event, fault);
}

static void write_to(struct izh_usbip_server *s, size_t i)
{
    const char *fault = NULL;
    struct izh_usbip_connection *c = s->connections[i];
    if (!c || !izh_usbip_writes(c, transfers_of(s, c)))
        return;
    enum izh_usbip_event event = izh_usbip_write(c, transfers_of(s, c), now_ms(), &fault);
    take_event(s, i, event, fault);
}

// The clock of a client's patience starts when it begins to keep the server waiting.
static void look_at_clock(struct izh_usbip_server *s, size_t i, uint64_t now)
{
    struct izh_usbip_connection *c = s->connections[i];
    if (!c)
        return;
    if (!izh_usbip_is_slow(c, transfers_of(s, c))) {
        c->progress_ms = now;
    } else if (now - c->progress_ms > s->options.patience_ms) {
        say(s, c, "was closed: ", "it kept the server waiting for too long");
        drop(s, i);
    }
}

static void work(struct izh_usbip_server *s)
{
    s->moved = false;
    s->device_wait_ms = -1;
    if (!s->importer)
        return;
    s->device_wait_ms = s->device->pump(s->device->context);
    s->moved = izh_usbip_move(&s->transfers);
}

static int wait_of(const struct izh_usbip_server *s, int wait_ms)
{
    if (s->importer && s->moved)
        return 0;
    if (s->importer && s->device_wait_ms >= 0 && s->device_wait_ms < wait_ms)
        wait_ms = s->device_wait_ms;
    for (size_t i = 0; i < CONNECTIONS; i++) {
        const struct izh_usbip_connection *c = s->connections[i];
        const struct izh_usbip_transfers *t = c == s->importer ? &s->transfers : NULL;
        if (c && izh_usbip_is_slow(c, t) && wait_ms > DEADLINE_MS)
            wait_ms = DEADLINE_MS;
    }
    return wait_ms;
}

// Returns the place for a new connection, CONNECTIONS if there is none.
static size_t fill_polls(struct izh_usbip_server *s, struct pollfd polls[CONNECTIONS + 1])
{
    size_t place = CONNECTIONS;
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct izh_usbip_connection *c = s->connections[i];
        polls[i] = (struct pollfd){.fd = -1};
        if (!c) {
            place = i;
            continue;
        }
        polls[i].fd = c->socket;
        if (izh_usbip_reads(c, transfers_of(s, c)))
            polls[i].events |= POLLIN;
        if (izh_usbip_writes(c, transfers_of(s, c)))
            polls[i].events |= POLLOUT;
    }
    polls[CONNECTIONS] = (struct pollfd){.fd = -1, .events = POLLIN};
    if (place < CONNECTIONS)
        polls[CONNECTIONS].fd = s->listener;
    return place;
}

void izh_usbip_server_run(struct izh_usbip_server *s, int wait_ms)
{
    struct pollfd polls[CONNECTIONS + 1];
    size_t place = fill_polls(s, polls);
    if (poll(polls, CONNECTIONS + 1, wait_of(s, wait_ms)) < 0)
        return;
    for (size_t i = 0; i < CONNECTIONS; i++) {
        if (s->connections[i] && polls[i].revents & (POLLIN | POLLHUP | POLLERR))
            read_from(s, i);
    }
    if (polls[CONNECTIONS].revents & POLLIN)
        accept_into(s, place);
    work(s);
    for (size_t i = 0; i < CONNECTIONS; i++) {
        write_to(s, i);
        look_at_clock(s, i, now_ms());
    }
}
