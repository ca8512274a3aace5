// usbip_client.h: a client of a USB/IP server in the same thread, message by message
// SPDX-License-Identifier: Apache-2.0
//
// Written from the protocol's document, not from the server: the two share no code.
#ifndef IZH_TESTS_USBIP_CLIENT_H
#define IZH_TESTS_USBIP_CLIENT_H

#include "usbip_server.h"

struct usbip_reply {
    uint32_t command, number;
    int32_t status;
    uint32_t actual;
};

struct usbip_submit {
    uint32_t number, direction, endpoint, flags, length;
    const uint8_t *setup; // eight bytes; NULL: none
    const uint8_t *data;  // of an OUT
};

// Each fails the test when the server does not do its part.
int usbip_connect(struct izh_usbip_server *server);
void usbip_close(struct izh_usbip_server *server, int client);
void usbip_send(struct izh_usbip_server *server, int client, const void *bytes, size_t length);
void usbip_receive(struct izh_usbip_server *server, int client, void *bytes, size_t length);
bool usbip_is_closed(struct izh_usbip_server *server, int client); // after some turns
void usbip_expect_closed(struct izh_usbip_server *server, int client);
void usbip_expect_silence(struct izh_usbip_server *server, int client);

// 40 bytes of a request; bus_id "1-1" is the device.
size_t usbip_import_request(uint8_t bytes[40], const char *bus_id);
uint32_t usbip_import(struct izh_usbip_server *server, int client, uint8_t device[312]);
int usbip_connect_and_import(struct izh_usbip_server *server);

size_t usbip_submit_head(uint8_t bytes[48], const struct usbip_submit *submit);
void usbip_submit(struct izh_usbip_server *server, int client, const struct usbip_submit *submit);
void usbip_unlink(struct izh_usbip_server *server, int client, uint32_t number, uint32_t unlinked);
// data: room for what an IN brings; NULL: an OUT's, or an unlink's.
struct usbip_reply usbip_take_reply(struct izh_usbip_server *server, int client, uint8_t *data,
                                    size_t room);

// Submit and reply in one.
struct usbip_reply usbip_control(struct izh_usbip_server *server, int client,
                                 const uint8_t setup[8], uint8_t *data);
struct usbip_reply usbip_bulk(struct izh_usbip_server *server, int client, bool in, uint8_t *data,
                              size_t length, uint32_t flags);

#endif
