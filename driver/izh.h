// izh.h: izh engines on boards, in simulation and in C: open, load, run, stream
// SPDX-License-Identifier: Apache-2.0
//
// docs/driver.md is the guide. The library never prints and never exits, and keeps nothing outside
// of its devices but the list of schemes (transport.h).
//
// Threads. Devices share nothing. Every function of a device may be called by any thread at any
// time, also while another one waits, with four exceptions: nothing may be called any more once
// izh_device_close has been; from within a streaming callback izh_stream_start, izh_stream_stop,
// izh_device_reset and izh_device_close answer IZH_BUSY; while a device streams its events go to
// the callback, so that izh_device_next answers IZH_BUSY; and while one thread resets a device,
// what needs a session answers IZH_BUSY to the others, and izh_device_next finds no event. A
// callback may call every other function of its device. Two threads that both write do so in no
// particular order.
//
// Time. A function that talks to the device waits as long as the device makes progress: it ends
// with IZH_TIMEOUT when none of its requests is answered for the device's time-out, 5 seconds
// unless izh_device_set_timeout says otherwise; for a CHECK 10 us more for each of its words. Times
// are those of the transport: of the clock on the wall, or of a simulation.
//
// Each function may also answer what has ended the connection, and then every later call does:
// IZH_GONE, IZH_IO (the carrier), IZH_NOT_IZH (the other end breaks the rules of docs/link.md), or
// IZH_NO_MEMORY. izh_message has the detail. After a reset that failed, every later call answers
// what the reset has, until one succeeds.
#ifndef IZH_H
#define IZH_H

#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct izh_device;
struct izh_image; // image.h

// ---- Opening ------------------------------------------------------------------------------------

// What is behind the link: docs/register-map.md has the words.
struct izh_device_info {
    char scheme[16];       // of the URI: "model"
    char address[256];     // the rest of the URI, as it was opened
    char board[16];        // name of the board, "unknown" when this library has none for its number
    uint32_t board_number; // register BOARD
    uint32_t build;        // register BUILD: first 32 bits of a commit, 0: not said
    uint32_t clock_hz;     // register CLOCK
    uint8_t link_version;  // of docs/link.md
    uint8_t slots;         // requests that may be under way
    uint8_t room;          // bytes of a request and of a result
    uint16_t ring;         // bytes that the device keeps until they are acknowledged
    uint8_t x_bits, w_bits, port_bits;
    uint8_t target_bits, weight_bits, delta_bits, accumulator_bits; // 0: no synapses
    uint32_t neurons;                                               // room for
    uint32_t records; // shared parameter records, 0: one for each neuron
    uint32_t lanes;
    uint32_t synapses;   // words of each lane, 0: an engine without synapses and noise
    uint32_t ring_slots; // accumulators of a neuron
    uint32_t ring_parts; // parts of a row
};

// Opens what a URI names, begins a session and reads what the engine is. The engine is reset: its
// memories keep their words, its registers do not.
//
// IZH_OK and *device set, or with message (IZH_MESSAGE bytes, NULL: not wanted) set:
//   IZH_BAD_URI        no such scheme, or not what the scheme takes
//   IZH_NO_DEVICE, IZH_NO_PERMISSION, IZH_AMBIGUOUS, IZH_BUSY, IZH_IO, IZH_GONE   as the scheme
//   says IZH_TIMEOUT        nothing has answered IZH_NOT_IZH        something has, but no izh
//   engine IZH_OTHER_VERSION  an izh engine of another link protocol or contract IZH_NO_MEMORY
enum izh_status izh_device_open(const char *uri, struct izh_device **device, char *message);

// Ends streaming and closes. IZH_OK, or IZH_BUSY from within a callback, and then nothing is done.
// NULL is allowed.
enum izh_status izh_device_close(struct izh_device *device);

// Begins a new session: the engine is reset, events and stimuli that are under way are forgotten.
// IZH_OK; IZH_BUSY: it streams, or another thread waits for this device or resets it; or as
// izh_device_open, and then it may be tried again, but not after IZH_GONE or IZH_IO.
enum izh_status izh_device_reset(struct izh_device *device);

// What could be opened now, one call of found for each, uri as izh_device_open takes it. IZH_OK, or
// the first status of a scheme that could not be asked: the others are listed all the same, and
// message (NULL: not wanted) is that scheme's.
enum izh_status izh_device_list(void (*found)(void *context, const char *uri, const char *what),
                                void *context, char *message);

// As the opening has found it, or the last reset that succeeded.
void izh_device_get_info(struct izh_device *device, struct izh_device_info *info);

// IZH_OK, or IZH_BAD_ARGUMENT: not in 1..3,600,000.
enum izh_status izh_device_set_timeout(struct izh_device *device, uint32_t timeout_ms);

// Says in one line what the last function that failed on this device ran into, whichever thread
// called it; empty when none did.
void izh_message(struct izh_device *device, char message[]);

// ---- Words --------------------------------------------------------------------------------------

// Words of consecutive indices of one field, as in docs/register-map.md; count 0 does nothing. The
// engine serves them between ticks, a running one at its next tick boundary.
//   IZH_OK
//   IZH_REFUSED       the engine refuses a word: message has its address. Words before it are
//                     written (read), of those behind it some may be.
//   IZH_BAD_ARGUMENT  they leave the field; a write of register RUN (that is izh_device_run)
//   IZH_BUSY          a write of register NEURONS, SUBSTEPS or TICK, or of the PROBE attribute,
//   while
//                     ticks are left or their events have not all been taken
//   IZH_TIMEOUT
enum izh_status izh_device_read(struct izh_device *device, uint32_t address, uint32_t *words,
                                size_t count);
enum izh_status izh_device_write(struct izh_device *device, uint32_t address, const uint32_t *words,
                                 size_t count);

// CRC-32 of so many words, low byte first, worked out by the device. As izh_device_read; a
// BAD_ARGUMENT too: not in 1..2^24-1.
enum izh_status izh_device_check(struct izh_device *device, uint32_t address, uint32_t count,
                                 uint32_t *crc);

// Writes every word of an image, and compares what the engine then holds.
//   IZH_OK
//   IZH_OTHER_ENGINE  the image is for another one: message says what it needs and what is there.
//                     Nothing has been written.
//   IZH_BUSY          ticks are left, or their events have not all been taken
//   IZH_REFUSED, IZH_TIMEOUT   as izh_device_write
//   IZH_CORRUPT       the engine holds another word: message says where
//   IZH_NO_MEMORY
enum izh_status izh_device_load(struct izh_device *device, const struct izh_image *image);

// The same, for what may take minutes: stop (NULL: nobody) is asked before every 4096 words, 2 s at
// 115200 baud. It calls no function of the device. When it says true, IZH_STOPPED, and what was
// written stays.
enum izh_status izh_device_load_until(struct izh_device *device, const struct izh_image *image,
                                      bool (*stop)(void *context), void *context);

// ---- Running ------------------------------------------------------------------------------------

// Lets so many more ticks run, and returns at once: events tell how far it is.
//   IZH_OK
//   IZH_BAD_ARGUMENT  more than 2^32-1 ticks would be left
//   IZH_TIMEOUT       the engine may run or not: izh_device_reset
enum izh_status izh_device_run(struct izh_device *device, uint32_t ticks);

// docs/contract.md, "Stimuli".
enum izh_device_stimulus_kind {
    IZH_DEVICE_END = 0,     // no more for this tick
    IZH_DEVICE_EVENT = 1,   // value is added to what arrives at the neuron
    IZH_DEVICE_CURRENT = 2, // value becomes its bias
};

struct izh_device_stimulus {
    enum izh_device_stimulus_kind kind;
    uint32_t neuron; // below 65536
    int32_t value;
};

// Queues stimuli. They are sent while any function of the device waits or streams, as far ahead as
// the device has room; what follows an END only when izh_device_run has asked for the tick that it
// ends, counted from the opening or the last reset. Returns at once.
//   IZH_OK
//   IZH_REFUSED       the engine has no synapses, and so no port for stimuli
//   IZH_BAD_ARGUMENT  a kind or a neuron out of range: none is queued
//   IZH_NO_MEMORY     none is queued
enum izh_status izh_device_stimulate(struct izh_device *device,
                                     const struct izh_device_stimulus *stimuli, size_t count);

// Ticks start so many clocks apart (info has clock_hz), 0: as soon as they can.
// Lossy not 0: the engine does not wait for this host; what it could not send is counted.
// IZH_OK, IZH_TIMEOUT.
enum izh_status izh_device_set_pace(struct izh_device *device, uint32_t clocks);
enum izh_status izh_device_set_lossy(struct izh_device *device, int lossy);

// Since the opening, the last reset, or a write to the counter's register. Those of the engine stop
// at 65535.
struct izh_device_counters {
    uint32_t saturated_x, saturated_w, saturated_port; // docs/register-map.md, REGISTER
    uint32_t saturated_i, lost;                        // 0 without synapses
    uint32_t overruns, broken, carrier;                // docs/register-map.md, LINK
    uint64_t lost_spikes, lost_samples;                // with lossy, as the events taken have told
    uint64_t broken_here; // times that something came here that was no frame
};

// IZH_OK, IZH_TIMEOUT.
enum izh_status izh_device_get_counters(struct izh_device *device,
                                        struct izh_device_counters *counters);

// ---- Events -------------------------------------------------------------------------------------

enum izh_event_kind {
    IZH_EVENT_SPIKE,        // tick, substep, neuron, level
    IZH_EVENT_SAMPLE,       // tick, substep, neuron, level, x, w
    IZH_EVENT_TICKS,        // count ticks have ended, tick is the last of them
    IZH_EVENT_LOST_SPIKES,  // count were lost in tick or in those that the next TICKS ends
    IZH_EVENT_LOST_SAMPLES, // count were lost, the first of them in tick and substep
    IZH_EVENT_REST,         // all ticks asked for have ended and all that they gave has come
};

struct izh_event {
    enum izh_event_kind kind;
    uint32_t tick;
    uint32_t neuron;
    uint32_t count;
    int32_t x, w; // docs/contract.md, "Words"
    uint16_t substep;
    uint8_t level;
};

// The next event, in the order of docs/link.md, "Stream". Events that nobody takes make the engine
// wait, unless it is lossy.
//   IZH_OK
//   IZH_TIMEOUT  none has come in so many microseconds (0.1 s more when another thread waits for
//   the
//                device); 0: none is here
//   IZH_BUSY     the device streams
enum izh_status izh_device_next(struct izh_device *device, struct izh_event *event,
                                uint64_t timeout_us);

// The same for as many as are there, at least one, at most size (not 0: IZH_BAD_ARGUMENT); *count
// is set to how many.
enum izh_status izh_device_next_batch(struct izh_device *device, struct izh_event *events,
                                      size_t size, size_t *count, uint64_t timeout_us);

// Called by a thread of the device with events as they come, as many as are there. Not 0: the
// device stops streaming. When status is not IZH_OK the stream has ended by itself, for that
// reason, and count is 0.
typedef int izh_stream_callback(void *context, enum izh_status status,
                                const struct izh_event *events, size_t count);

// Begins to stream on a thread of its own, in which every signal is blocked.
//   IZH_OK
//   IZH_BUSY       it streams already, or this is a callback
//   IZH_NO_MEMORY  no thread can be had
enum izh_status izh_stream_start(struct izh_device *device, izh_stream_callback *callback,
                                 void *context);

// Ends streaming: once this has returned, no callback runs or will run. What was not given is there
// for izh_device_next. It waits for a callback that runs.
//   IZH_OK       it does not stream any more, or did not
//   IZH_STOPPED  the callback had stopped it
//   IZH_BUSY     this is a callback of the same device: answer not 0 instead
enum izh_status izh_stream_stop(struct izh_device *device);

#ifdef __cplusplus
}
#endif

#endif
