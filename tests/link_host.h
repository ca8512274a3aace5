// link_host.h: the plainest host of a board's link: every byte arrives, every frame is acknowledged
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_TESTS_LINK_HOST_H
#define IZH_TESTS_LINK_HOST_H

#include "board.h"
#include "frame.h"

#include <stdbool.h>
#include <stdint.h>

enum { IZH_LINK_WORDS = 1 << 20 };

struct izh_link_host {
    struct izh_board *board;
    struct izh_frame_decoder decoder;
    uint16_t expected; // position
    uint16_t limit;    // position too
    uint16_t request;  // number of the next
    uint8_t slots, room;
    uint16_t ring;
    bool deaf;       // acknowledges nothing
    unsigned broken; // frames
    unsigned missed; // MISSED frames
    uint16_t missed_request;
    struct izh_frame done; // the last
    unsigned done_count;
    uint16_t words[IZH_LINK_WORDS]; // of the stream
    uint32_t word_count;
    uint64_t bytes, payload; // on the wire; of the stream
};

// Sends bytes and takes in what comes for at least so many clocks.
void izh_link_host_send(struct izh_link_host *host, const uint8_t *bytes, size_t count);
void izh_link_host_wait(struct izh_link_host *host, uint64_t clocks);

void izh_link_host_frame(struct izh_link_host *host, uint8_t kind, uint16_t number,
                         const void *payload, size_t length);

// HELLO until WELCOME; false when there is none. nonce is what it must answer.
bool izh_link_host_hello(struct izh_link_host *host, uint32_t nonce);

// ACK of all so far, with credit for so many bytes more.
void izh_link_host_ack(struct izh_link_host *host, uint16_t credit, bool again);

// A request, and its DONE: false when none comes. Payload and result as docs/link.md says.
bool izh_link_host_ask(struct izh_link_host *host, uint8_t kind, const void *payload,
                       size_t length);
bool izh_link_host_read(struct izh_link_host *host, uint32_t address, uint32_t *word);
bool izh_link_host_write(struct izh_link_host *host, uint32_t address, uint32_t word);

// Of the last DONE.
uint8_t izh_link_host_status(const struct izh_link_host *host);
uint8_t izh_link_host_count(const struct izh_link_host *host);
unsigned izh_link_host_result(const struct izh_link_host *host, const uint8_t **bytes);

void izh_link_put32(uint8_t *bytes, uint32_t word);
uint32_t izh_link_get32(const uint8_t *bytes);

#endif
