// device_internal.h: what the parts of a device share
// SPDX-License-Identifier: Apache-2.0
//
// One lock guards all of a device. Whoever needs bytes to move pumps: one thread at a time waits in
// the transport, without the lock, and the others wait for what it brings.
#ifndef IZH_DEVICE_INTERNAL_H
#define IZH_DEVICE_INTERNAL_H

#include "izh.h"
#include "session.h"
#include "stream.h"
#include "transport.h"

#include <pthread.h>

enum {
    IZH_DEVICE_OUT = 8192,
    IZH_DEVICE_IN = 65536,
    IZH_DEVICE_BATCH = 4096,
    IZH_PROBE_UNKNOWN = 2
};

// Requests that belong together. answer: one of them is done; false: that ends the operation.
struct izh_operation {
    bool (*answer)(struct izh_device *device, struct izh_operation *op, const struct izh_answer *a);
    // Submits one more when there is one; false: no slot, or there is none, and then finished is
    // set.
    bool (*submit)(struct izh_device *device, struct izh_operation *op);
    struct izh_device *device;
    bool finished; // all have been submitted
    unsigned under_way;
    uint64_t answers;
    enum izh_status status;
    uint64_t extra_us; // an answer may take so much longer
};

struct izh_stimulus_queue {
    struct izh_device_stimulus *list;
    size_t first, count, room;
    uint64_t ticks, ends; // ticks asked for, ENDs sent, in this session
};

enum izh_streaming { IZH_STREAM_OFF, IZH_STREAM_ON, IZH_STREAM_ENDED, IZH_STREAM_JOINING };

struct izh_device {
    pthread_mutex_t lock;
    pthread_cond_t changed; // something has come, somebody has stopped pumping, or streaming
    struct izh_transport *transport;
    const struct izh_transport_ops *ops;
    bool pumping;
    unsigned waiting; // threads in a function that pumps
    unsigned wanting; // of them, those that have more to submit
    uint64_t now_us;
    uint64_t timeout_us;
    bool greeting;           // a session begins, which is one thread's alone
    enum izh_status failure; // of the connection: for good, or until reset
    char message[IZH_MESSAGE];
    struct izh_device_info info;
    struct izh_session session;
    struct izh_stream stream;
    uint8_t *probed; // of each neuron: 0, 1 or IZH_PROBE_UNKNOWN
    struct izh_stimulus_queue stimuli;
    uint8_t out[IZH_DEVICE_OUT]; // out_first..out_end-1 waits for the transport
    size_t out_first, out_end;
    uint8_t in[IZH_DEVICE_IN]; // of the thread that pumps
    enum izh_streaming streaming;
    bool stop_asked;
    enum izh_status stream_status; // why streaming ended
    pthread_t thread;
    izh_stream_callback *callback;
    void *context;
    struct izh_event batch[IZH_DEVICE_BATCH]; // of the streaming thread
};

// Takes the lock, and says whether there is a session to talk in: IZH_OK, what has ended it, or
// IZH_BUSY while another thread begins one.
enum izh_status izh_device_enter(struct izh_device *d);

// All of these want the lock.

// Sets the message and returns the status.
__attribute__((format(printf, 3, 4))) enum izh_status
izh_device_say(struct izh_device *d, enum izh_status status, const char *format, ...);

// Moves bytes until something has come, or the time until is over. The status of the connection.
enum izh_status izh_device_pump(struct izh_device *d, uint64_t until_us);

// The time of the transport, as exact as can be had.
uint64_t izh_device_now(struct izh_device *d);

// Makes what was submitted go out soon.
void izh_device_kick(struct izh_device *d);

// Says HELLO and waits for WELCOME, then reads what the engine is. What goes wrong is the
// connection's failure.
enum izh_status izh_device_greet(struct izh_device *d);

// Submits all requests of an operation and waits for their answers.
enum izh_status izh_device_operate(struct izh_device *d, struct izh_operation *op);

enum izh_status izh_device_read_locked(struct izh_device *d, uint32_t address, uint32_t *words,
                                       size_t count);
enum izh_status izh_device_write_locked(struct izh_device *d, uint32_t address,
                                        const uint32_t *words, size_t count);
enum izh_status izh_device_check_locked(struct izh_device *d, uint32_t address, uint32_t count,
                                        uint32_t *crc);

// Submits as many stimuli as may be.
void izh_device_feed(struct izh_device *d);
void izh_device_forget_stimuli(struct izh_device *d);

// This thread is in a callback of the device.
bool izh_device_in_callback(const struct izh_device *d);

// Takes events that are there.
size_t izh_device_take(struct izh_device *d, struct izh_event *events, size_t size);

static inline uint32_t izh_device_get(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static inline void izh_device_put(uint8_t *bytes, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}

#endif
