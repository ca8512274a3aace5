// transport.h: what moves bytes between a session and a board, a table of functions for each scheme
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. A transport is for one thread at a time, except interrupt.
#ifndef IZH_TRANSPORT_H
#define IZH_TRANSPORT_H

#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct izh_transport; // each scheme's own, its first member struct izh_transport_base

struct izh_transport_ops {
    const char *scheme; // "usb"

    // Opens what the URI names behind "scheme:". IZH_OK and *transport set, or a negative status
    // and message (IZH_MESSAGE bytes) says in one line what, where, and how to mend it.
    enum izh_status (*open)(const char *rest, struct izh_transport **transport, char *message);

    // What could be opened now, one call of found for each; rest is what open takes. NULL: not
    // listed.
    enum izh_status (*list)(void (*found)(void *context, const char *rest, const char *what),
                            void *context, char *message);

    // Takes bytes on their way, as many as there is room for now, and never waits. IZH_OK, or what
    // ended the connection (IZH_GONE, IZH_IO): then every later call says the same.
    enum izh_status (*send)(struct izh_transport *transport, const uint8_t *bytes, size_t count,
                            size_t *sent);

    // Waits until bytes have come, room to send has come back, interrupt was called, or timeout_us
    // is over, whichever is first; then gives what has come. IZH_OK with *got 0: nothing has.
    enum izh_status (*receive)(struct izh_transport *transport, uint8_t *bytes, size_t size,
                               size_t *got, uint64_t timeout_us);

    // The transport's own time: of the clock on the wall, or of a simulation.
    uint64_t (*now_us)(struct izh_transport *transport);

    // Ends a receive that waits, or the next one. May be called from any thread.
    void (*interrupt)(struct izh_transport *transport);

    void (*close)(struct izh_transport *transport);

    uint64_t retry_us; // how long a session waits for an answer before it asks again

    // Synaptic events of the engine so far, of one that is simulated; NULL: nobody counts them.
    uint64_t (*events)(struct izh_transport *transport);
};

struct izh_transport_base {
    const struct izh_transport_ops *ops;
};

// Synaptic events of the device's engine so far, if its transport counts them; no other thread uses
// the device.
struct izh_device;
bool izh_device_events(struct izh_device *device, uint64_t *events);

// The golden model behind the link; docs/driver.md has the keys of its URI.
extern const struct izh_transport_ops izh_transport_model;

// A terminal of the kernel's, whatever makes it; docs/carriers.md.
extern const struct izh_transport_ops izh_transport_tty;

// Makes a scheme known that is not built in; ops stays where it is for as long as devices are
// opened. To be called before the first izh_device_open or izh_device_list, by one thread: the
// table has no lock, and is all that the library keeps outside of its devices. IZH_OK,
// IZH_NO_MEMORY (8 were added before), IZH_BAD_ARGUMENT (there is such a scheme).
enum izh_status izh_transport_add(const struct izh_transport_ops *ops);

// The i-th scheme, built in ones first; NULL after the last.
const struct izh_transport_ops *izh_transport_scheme(size_t i);

// The scheme of "scheme:rest", and *rest; NULL when there is none, and message says which there
// are.
const struct izh_transport_ops *izh_transport_of(const char *uri, const char **rest, char *message);

// The options behind a name, for a scheme that has some: "NAME,key=value,key=value". name takes
// size bytes; option is called for each. False: not of this form, or option said so.
bool izh_transport_parse(const char *rest, char *name, size_t size,
                         bool (*option)(void *context, const char *key, const char *value),
                         void *context);

// The value of ",baud=": a whole number from 1 to 12000000. False: it is not, and *baud is
// undefined.
bool izh_transport_baud(const char *value, unsigned *baud);

#endif
