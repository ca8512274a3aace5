// session.h: the host's half of the link: bytes in, bytes out, and the time told to it
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits, and has neither a clock nor a wire. docs/link.md is what it
// does. It trusts the other end with nothing: whatever comes, it goes on or says why it does not.
#ifndef IZH_SESSION_H
#define IZH_SESSION_H

#include "frame.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    IZH_SESSION_SLOTS = 64, // requests under way at most, whatever the device has room for
    IZH_SESSION_OUTPUT = IZH_FRAME_WIRE + 1, // least room for izh_session_output
    // Bytes that a request may have when a device has room for all that a frame can hold.
    IZH_SESSION_REQUEST = IZH_FRAME_PAYLOAD,
    IZH_SESSION_RESULT = IZH_FRAME_PAYLOAD - 4,
};

// What a request came to.
struct izh_answer {
    uint8_t status; // IZH_DONE_OK, IZH_DONE_REFUSED or IZH_DONE_MALFORMED
    uint8_t count;  // words, modulo 256
    uint8_t length; // of the result, at most what WELCOME promised
    const uint8_t *result;
};

// Called from izh_session_receive for each request, in the order of their submission. It must not
// call the session.
typedef void izh_session_answered(void *owner, const struct izh_answer *answer);

struct izh_request {
    void *owner; // NULL: nobody wants to know
    uint8_t kind;
    uint8_t length;
    uint8_t payload[IZH_FRAME_PAYLOAD];
};

enum izh_session_phase {
    IZH_SESSION_CLOSED,   // nothing has been said
    IZH_SESSION_GREETING, // HELLO has been said
    IZH_SESSION_OPEN,
    IZH_SESSION_FAILED, // status and reason say why; only izh_session_begin helps
};

// To be read by others: phase, status, reason, version, slots, room, ring, broken, heard.
struct izh_session {
    enum izh_session_phase phase;
    enum izh_status status;
    const char *reason; // what the other end did wrong
    izh_session_answered *answered;
    uint64_t retry_us;
    uint64_t now;
    // Greeting.
    uint32_t nonce;
    bool hello_due;
    uint64_t hello_at;
    uint8_t version, slots, room;
    uint16_t ring;
    // From the device.
    struct izh_frame_decoder decoder;
    uint64_t heard;        // bytes, of this session or not
    uint64_t broken;       // times that something was no frame
    uint16_t expected;     // position
    uint16_t acknowledged; // position of the last ACK
    uint16_t limit;        // of the last ACK
    bool ack_due, again_due;
    bool asked; // to send again, and the wanted frame has not come
    bool has_asked;
    uint64_t asked_at;
    uint64_t unacknowledged_at; // when the first of what is not acknowledged came
    uint64_t news_at;           // when something new came, or was asked for in silence
    unsigned silences;          // times that nothing had come for long
    // Words of the stream that have not been taken.
    uint8_t *words;
    size_t words_room, words_first, words_count; // bytes
    // Requests: oldest..next-1 are under way. send is the next to be sent, unsent the first that
    // has never been.
    struct izh_request *requests; // [IZH_SESSION_SLOTS], by number
    uint16_t oldest, send, unsent, next;
    unsigned owned;      // requests under way that somebody waits for
    unsigned waiting;    // to be set by others: who waits until a request can be made
    uint64_t request_at; // when the oldest was sent
    unsigned retries;    // of the oldest
};

// A session that asks again after retry_us, 1 or more. false without memory; then, too, it may be
// freed.
bool izh_session_init(struct izh_session *session, uint64_t retry_us,
                      izh_session_answered *answered);
void izh_session_free(struct izh_session *session);

// Says HELLO, in any phase. Requests and words of before are forgotten.
void izh_session_begin(struct izh_session *session, uint32_t nonce, uint64_t now_us);

// Takes what has come from the device.
void izh_session_receive(struct izh_session *session, const uint8_t *bytes, size_t count,
                         uint64_t now_us);

// Gives what is to be sent: whole frames, as many as fit into size (IZH_SESSION_OUTPUT or more).
size_t izh_session_output(struct izh_session *session, uint8_t *bytes, size_t size,
                          uint64_t now_us);

// When izh_session_output has something to give, unless something is received first: 0 at once,
// UINT64_MAX never.
uint64_t izh_session_deadline(const struct izh_session *session);

// Queues a request; length at most room. false: as many are under way as may be, or no session is
// open.
bool izh_session_submit(struct izh_session *session, uint8_t kind, const uint8_t *payload,
                        uint8_t length, void *owner);
unsigned izh_session_free_slots(const struct izh_session *session);

// Nobody wants to know any more what the requests of this owner come to.
void izh_session_forget(struct izh_session *session, const void *owner);

// The oldest words that have not been taken, in bytes; always whole words.
const uint8_t *izh_session_words(const struct izh_session *session, size_t *bytes);

// Takes the oldest of them. As long as nobody does, the device is not allowed to send more than
// what there is room for; a request under way makes room, for it may have to wait for them.
void izh_session_take(struct izh_session *session, size_t bytes);

#endif
