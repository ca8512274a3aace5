// transport_tty.c: "tty:", a UART of the gateware behind any chip that the kernel makes a terminal
// of SPDX-License-Identifier: Apache-2.0
//
// tty:/dev/ttyACM0  and  tty:/dev/ttyACM0,baud=1000000
//
// Nothing about a terminal says what is at its other end: it has to be named, and is not listed.
#define _DEFAULT_SOURCE // cfmakeraw, CRTSCTS, rates above 38400: not POSIX's
#include "monotonic.h"
#include "transport.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum {
    BAUD = 115200,
    PATH = 256,         // bytes of a path, the end included
    RETRY_US = 1000000, // a ring of 4 KiB takes 0.36 s at 115200 baud
};

struct tty_transport {
    struct izh_transport_base base;
    int file, wakeup;      // wakeup: an eventfd
    struct termios before; // as it was found
    enum izh_status ended; // what ended the connection
    bool refused;          // send had no room for all
};

// ---- Life ---------------------------------------------------------------------------------------

static void tty_close(struct izh_transport *transport)
{
    struct tty_transport *tty = (struct tty_transport *)transport;
    if (tty->file >= 0) {
        // What has not left would keep close waiting for as long as a driver likes, half a minute.
        tcflush(tty->file, TCIOFLUSH);
        tcsetattr(tty->file, TCSANOW, &tty->before);
        ioctl(tty->file, TIOCNXCL);
        close(tty->file);
    }
    if (tty->wakeup >= 0)
        close(tty->wakeup);
    free(tty);
}

static enum izh_status cannot_open(const char *path, char *message)
{
    int error = errno;
    static const struct {
        int error;
        enum izh_status status;
        const char *what;
    } known[] = {
        {ENOENT, IZH_NO_DEVICE, "there is none; `ls /dev/serial/by-id` has what is plugged in"},
        {ENXIO, IZH_NO_DEVICE, "nothing is behind it"},
        {ENODEV, IZH_NO_DEVICE, "nothing is behind it"},
        {EACCES, IZH_NO_PERMISSION, "no permission; `ls -l` names the group that has it"},
        {EBUSY, IZH_BUSY, "it is in use by another process"},
        {EWOULDBLOCK, IZH_BUSY, "it is in use by another process"},
        {ENOTTY, IZH_NOT_IZH, "it is no terminal"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].error != error)
            continue;
        snprintf(message, IZH_MESSAGE, "tty: cannot open %s: %s", path, known[i].what);
        return known[i].status;
    }
    snprintf(message, IZH_MESSAGE, "tty: cannot open %s: %s", path, strerror(error));
    return IZH_IO;
}

// The lock is for two of us, and counts for root as well; TIOCEXCL is for everyone else. Before the
// lock is ours the settings may be another izh's, which would be put back at the end.
static enum izh_status take(struct tty_transport *tty, const char *path, char *message)
{
    tty->file = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (tty->file < 0)
        return cannot_open(path, message);
    if (flock(tty->file, LOCK_EX | LOCK_NB) || tcgetattr(tty->file, &tty->before) ||
        ioctl(tty->file, TIOCEXCL)) {
        enum izh_status status = cannot_open(path, message);
        close(tty->file);
        tty->file = -1; // its settings are not ours to restore
        return status;
    }
    return IZH_OK;
}

// B0, which hangs up, for what is no rate. cfsetspeed takes the values of these names as well: 13
// would be 9600 baud.
static speed_t speed_of(unsigned baud)
{
#define RATE(baud)                                                                                 \
    {                                                                                              \
        baud, B##baud                                                                              \
    }
    static const struct {
        unsigned baud;
        speed_t speed;
    } rates[] = {RATE(50),      RATE(75),      RATE(110),     RATE(134),     RATE(150),
                 RATE(200),     RATE(300),     RATE(600),     RATE(1200),    RATE(1800),
                 RATE(2400),    RATE(4800),    RATE(9600),    RATE(19200),   RATE(38400),
                 RATE(57600),   RATE(115200),  RATE(230400),  RATE(460800),  RATE(500000),
                 RATE(576000),  RATE(921600),  RATE(1000000), RATE(1152000), RATE(1500000),
                 RATE(2000000), RATE(2500000), RATE(3000000), RATE(3500000), RATE(4000000)};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        if (rates[i].baud == baud)
            return rates[i].speed;
    }
    return B0;
}

// A driver may take another rate without a word.
static enum izh_status set_up(struct tty_transport *tty, const char *path, unsigned baud,
                              char *message)
{
    struct termios wanted = tty->before, got;
    speed_t speed = speed_of(baud);
    cfmakeraw(&wanted);
    wanted.c_cflag &= (tcflag_t) ~(CSTOPB | CRTSCTS);
    wanted.c_cflag |= CLOCAL | CREAD;
    wanted.c_cc[VMIN] = 1;
    wanted.c_cc[VTIME] = 0;
    if (speed == B0 || cfsetospeed(&wanted, speed) || cfsetispeed(&wanted, speed)) {
        snprintf(message, IZH_MESSAGE,
                 "tty: %u baud is no rate that a terminal has, such as 115200 or 3000000", baud);
        return IZH_BAD_URI;
    }
    if (tcsetattr(tty->file, TCSANOW, &wanted) || tcgetattr(tty->file, &got) ||
        tcflush(tty->file, TCIOFLUSH)) {
        snprintf(message, IZH_MESSAGE, "tty: cannot set up %s: %s", path, strerror(errno));
        return IZH_IO;
    }
    if (cfgetospeed(&got) != cfgetospeed(&wanted) || cfgetispeed(&got) != cfgetispeed(&wanted)) {
        snprintf(message, IZH_MESSAGE, "tty: %s does not take %u baud", path, baud);
        return IZH_BAD_URI;
    }
    return IZH_OK;
}

static bool set_option(void *context, const char *key, const char *value)
{
    return !strcmp(key, "baud") && izh_transport_baud(value, context);
}

static enum izh_status start(struct tty_transport *tty, const char *path, unsigned baud,
                             char *message)
{
    tty->wakeup = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (tty->wakeup < 0) {
        snprintf(message, IZH_MESSAGE, "tty: %s", strerror(errno));
        return IZH_IO;
    }
    enum izh_status status = take(tty, path, message);
    return status ? status : set_up(tty, path, baud, message);
}

static enum izh_status tty_open(const char *rest, struct izh_transport **transport, char *message)
{
    unsigned baud = BAUD;
    char path[PATH];
    if (!izh_transport_parse(rest, path, sizeof path, set_option, &baud) || *path != '/') {
        snprintf(message, IZH_MESSAGE,
                 "tty:%.200s is not tty: and the path of a terminal (`ls /dev/serial/by-id`), then "
                 "maybe ,baud=1..12000000",
                 rest);
        return IZH_BAD_URI;
    }
    struct tty_transport *tty = calloc(1, sizeof *tty);
    if (!tty) {
        snprintf(message, IZH_MESSAGE, "tty: no memory");
        return IZH_NO_MEMORY;
    }
    tty->base.ops = &izh_transport_tty;
    tty->file = tty->wakeup = -1;
    enum izh_status status = start(tty, path, baud, message);
    if (status)
        tty_close((struct izh_transport *)tty);
    else
        *transport = (struct izh_transport *)tty;
    return status;
}

// ---- Bytes --------------------------------------------------------------------------------------

// After a call that moved count bytes, or failed with errno. A terminal that is away reads as its
// end, or fails.
static size_t moved(struct tty_transport *tty, ssize_t count)
{
    if (count > 0)
        return (size_t)count;
    bool gone = count == 0 || errno == EIO || errno == ENXIO || errno == ENODEV;
    if (!tty->ended && (gone || (errno != EAGAIN && errno != EINTR)))
        tty->ended = gone ? IZH_GONE : IZH_IO;
    return 0;
}

static enum izh_status tty_send(struct izh_transport *transport, const uint8_t *bytes, size_t count,
                                size_t *sent)
{
    struct tty_transport *tty = (struct tty_transport *)transport;
    *sent = 0;
    if (tty->ended || !count)
        return tty->ended;
    *sent = moved(tty, write(tty->file, bytes, count));
    tty->refused = *sent < count;
    return tty->ended;
}

// Until there is something to read; true when receive is to end without, too: interrupt was called,
// room to send has come back, or the time is over.
static bool wait_for_bytes(struct tty_transport *tty, uint64_t deadline_us)
{
    short room = tty->refused ? POLLOUT : 0;
    struct pollfd polled[] = {{.fd = tty->file, .events = (short)(POLLIN | room)},
                              {.fd = tty->wakeup, .events = POLLIN}};
    uint64_t now_us = izh_monotonic_us(), minute_us = 60000000, calls;
    uint64_t wait_us = deadline_us > now_us ? deadline_us - now_us : 0;
    int ready = poll(polled, 2, (int)((wait_us < minute_us ? wait_us : minute_us) + 999) / 1000);
    if (ready < 0)
        return false; // a signal
    if (polled[0].revents & POLLOUT)
        tty->refused = false;
    bool interrupted = polled[1].revents && read(tty->wakeup, &calls, sizeof calls) > 0;
    return interrupted || polled[0].revents & POLLOUT || izh_monotonic_us() >= deadline_us;
}

static enum izh_status tty_receive(struct izh_transport *transport, uint8_t *bytes, size_t size,
                                   size_t *got, uint64_t timeout_us)
{
    struct tty_transport *tty = (struct tty_transport *)transport;
    uint64_t deadline_us = izh_deadline_us(timeout_us);
    for (bool over = false;; over = wait_for_bytes(tty, deadline_us)) {
        *got = moved(tty, read(tty->file, bytes, size));
        if (*got)
            return IZH_OK;
        if (tty->ended || over)
            return tty->ended;
    }
}

static void tty_interrupt(struct izh_transport *transport)
{
    const struct tty_transport *tty = (const struct tty_transport *)transport;
    uint64_t call = 1;
    if (write(tty->wakeup, &call, sizeof call) < 0)
        return; // it is full of calls: receive will see them
}

const struct izh_transport_ops izh_transport_tty = {
    .scheme = "tty",
    .open = tty_open,
    .send = tty_send,
    .receive = tty_receive,
    .now_us = izh_transport_monotonic_us,
    .interrupt = tty_interrupt,
    .close = tty_close,
    .retry_us = RETRY_US,
};
