// usbip_client.c: a client of a USB/IP server in the same thread, message by message
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "usbip_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// Turns of the server in which something that is to happen does, and something that is not would.
enum { PATIENCE = 2000000, QUIET = 200 };

static uint32_t numbers = 1000;

// ---- Bytes --------------------------------------------------------------------------------------

static void put(uint8_t *bytes, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t get(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

int usbip_connect(struct izh_usbip_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(izh_usbip_server_port(server)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int yes = 1;
    int client = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(client >= 0);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    izh_usbip_server_run(server, 0);
    return client;
}

void usbip_close(struct izh_usbip_server *server, int client)
{
    close(client);
    for (int i = 0; i < 8; i++)
        izh_usbip_server_run(server, 0);
}

void usbip_send(struct izh_usbip_server *server, int client, const void *bytes, size_t length)
{
    const uint8_t *rest = bytes;
    for (int i = 0; length && i < PATIENCE; i++) {
        ssize_t sent = send(client, rest, length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN)
            return; // closed; the test sees that where it looks
        if (sent > 0) {
            rest += sent;
            length -= (size_t)sent;
        }
        izh_usbip_server_run(server, 0);
    }
    assert_int_equal(length, 0);
}

void usbip_receive(struct izh_usbip_server *server, int client, void *bytes, size_t length)
{
    uint8_t *rest = bytes;
    for (int i = 0; length && i < PATIENCE; i++) {
        ssize_t got = recv(client, rest, length, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN))
            fail_msg("the server has closed, %zu bytes are missing", length);
        if (got > 0) {
            rest += got;
            length -= (size_t)got;
        }
        if (length)
            izh_usbip_server_run(server, 0);
    }
    if (length)
        fail_msg("the server does not send %zu bytes", length);
}

bool usbip_is_closed(struct izh_usbip_server *server, int client)
{
    uint8_t byte[512];
    for (int i = 0; i < QUIET; i++) {
        izh_usbip_server_run(server, 0);
        ssize_t got = recv(client, byte, sizeof byte, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN))
            return true;
    }
    return false;
}

void usbip_expect_closed(struct izh_usbip_server *server, int client)
{
    assert_true(usbip_is_closed(server, client));
    close(client);
}

void usbip_expect_silence(struct izh_usbip_server *server, int client)
{
    uint8_t byte;
    for (int i = 0; i < QUIET; i++) {
        izh_usbip_server_run(server, 0);
        assert_int_equal(recv(client, &byte, 1, MSG_DONTWAIT), -1);
        assert_int_equal(errno, EAGAIN);
    }
}

// ---- Messages -----------------------------------------------------------------------------------

size_t usbip_import_request(uint8_t bytes[40], const char *bus_id)
{
    static const uint8_t head[8] = {0x01, 0x11, 0x80, 0x03};
    memset(bytes, 0, 40);
    memcpy(bytes, head, sizeof head);
    memcpy(bytes + 8, bus_id, strlen(bus_id));
    return 40;
}

uint32_t usbip_import(struct izh_usbip_server *server, int client, uint8_t device[312])
{
    uint8_t request[40], reply[8];
    usbip_send(server, client, request, usbip_import_request(request, "1-1"));
    usbip_receive(server, client, reply, sizeof reply);
    assert_int_equal(get(reply), 0x01110003);
    if (get(reply + 4) == 0)
        usbip_receive(server, client, device, 312);
    return get(reply + 4);
}

int usbip_connect_and_import(struct izh_usbip_server *server)
{
    uint8_t device[312];
    int client = usbip_connect(server);
    assert_int_equal(usbip_import(server, client, device), 0);
    return client;
}

size_t usbip_submit_head(uint8_t bytes[48], const struct usbip_submit *s)
{
    memset(bytes, 0, 48);
    put(bytes, 1);
    put(bytes + 4, s->number);
    put(bytes + 8, 0x10002);
    put(bytes + 12, s->direction);
    put(bytes + 16, s->endpoint);
    put(bytes + 20, s->flags);
    put(bytes + 24, s->length);
    if (s->setup)
        memcpy(bytes + 40, s->setup, 8);
    return 48;
}

void usbip_submit(struct izh_usbip_server *server, int client, const struct usbip_submit *submit)
{
    uint8_t head[48];
    usbip_send(server, client, head, usbip_submit_head(head, submit));
    if (!submit->direction && submit->length)
        usbip_send(server, client, submit->data, submit->length);
}

void usbip_unlink(struct izh_usbip_server *server, int client, uint32_t number, uint32_t unlinked)
{
    uint8_t bytes[48] = {0};
    put(bytes, 2);
    put(bytes + 4, number);
    put(bytes + 20, unlinked);
    usbip_send(server, client, bytes, sizeof bytes);
}

struct usbip_reply usbip_take_reply(struct izh_usbip_server *server, int client, uint8_t *data,
                                    size_t room)
{
    uint8_t head[48];
    usbip_receive(server, client, head, sizeof head);
    struct usbip_reply reply = {get(head), get(head + 4), (int32_t)get(head + 20), get(head + 24)};
    assert_in_range(reply.command, 3, 4);
    if (data && reply.command == 3) {
        assert_in_range(reply.actual, 0, room);
        usbip_receive(server, client, data, reply.actual);
    }
    return reply;
}

static struct usbip_reply finish(struct izh_usbip_server *server, int client,
                                 const struct usbip_submit *submit, uint8_t *data)
{
    usbip_submit(server, client, submit);
    struct usbip_reply reply =
        usbip_take_reply(server, client, submit->direction ? data : NULL, submit->length);
    assert_int_equal(reply.command, 3);
    assert_int_equal(reply.number, submit->number);
    return reply;
}

struct usbip_reply usbip_control(struct izh_usbip_server *server, int client,
                                 const uint8_t setup[8], uint8_t *data)
{
    struct usbip_submit submit = {.number = numbers++,
                                  .direction = setup[0] >> 7,
                                  .setup = setup,
                                  .length = (uint32_t)(setup[6] | setup[7] << 8),
                                  .data = data};
    return finish(server, client, &submit, data);
}

struct usbip_reply usbip_bulk(struct izh_usbip_server *server, int client, bool in, uint8_t *data,
                              size_t length, uint32_t flags)
{
    struct usbip_submit submit = {.number = numbers++,
                                  .direction = in,
                                  .endpoint = 1,
                                  .flags = flags,
                                  .length = (uint32_t)length,
                                  .data = data};
    return finish(server, client, &submit, data);
}
