// test_transport_tty.c: "tty:" on the terminals of this kernel: pseudo-terminals
// SPDX-License-Identifier: Apache-2.0
#define _DEFAULT_SOURCE // openpty, CRTSCTS, usleep
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "izh.h"
#include "izh_map.h"
#include "link_pair.h"
#include "random.h"
#include "soft_board.h"
#include "transports.h"

static const struct izh_transport_ops *const tty = &izh_transport_tty;
static const uint64_t forever_us = UINT64_MAX;

// The board's end, and the path of the host's.
struct line {
    int board;
    char path[64];
    struct termios before;
};

static int begin(void **state)
{
    static struct line line;
    int host;
    assert_int_equal(openpty(&line.board, &host, line.path, NULL, NULL), 0);
    assert_int_equal(tcgetattr(line.board, &line.before), 0);
    assert_int_equal(fcntl(line.board, F_SETFL, O_NONBLOCK), 0);
    close(host); // a terminal that nobody has open, as a board's
    *state = &line;
    return 0;
}

static int end(void **state)
{
    struct line *line = *state;
    if (line->board >= 0)
        close(line->board);
    return 0;
}

static struct izh_transport *open_with(const struct line *line, const char *options)
{
    char rest[128];
    snprintf(rest, sizeof rest, "%s%s", line->path, options);
    return izh_must_open(tty, rest);
}

static struct izh_transport *open_it(const struct line *line)
{
    return open_with(line, "");
}

static struct izh_transport *open_and_unplug(struct line *line)
{
    struct izh_transport *transport = open_it(line);
    close(line->board);
    line->board = -1;
    return transport;
}

static struct termios settings(const struct line *line)
{
    struct termios now;
    assert_int_equal(tcgetattr(line->board, &now), 0); // both ends have the same
    return now;
}

// ---- Opening
// --------------------------------------------------------------------------------------

static void test_bytes_pass_as_they_are_at_the_rate(void **state)
{
    const struct line *line = *state;
    static const struct {
        const char *options;
        speed_t speed;
    } rates[] = {{"", B115200},
                 {",baud=50", B50},
                 {",baud=134", B134},
                 {",baud=9600", B9600},
                 {",baud=57600", B57600},
                 {",baud=1000000", B1000000},
                 {",baud=3000000", B3000000},
                 {",baud=4000000", B4000000}};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct izh_transport *transport = open_with(line, rates[i].options);
        struct termios now = settings(line);
        assert_int_equal(cfgetospeed(&now), rates[i].speed);
        assert_int_equal(cfgetispeed(&now), rates[i].speed);
        assert_int_equal(now.c_cflag & (CSIZE | PARENB | CSTOPB | CRTSCTS), CS8);
        assert_int_equal(now.c_lflag & (ICANON | ECHO | ISIG | IEXTEN), 0);
        assert_int_equal(now.c_iflag & (ICRNL | INLCR | IGNCR | IXON | ISTRIP | PARMRK), 0);
        assert_int_equal(now.c_oflag & OPOST, 0);
        tty->close(transport);
    }
}

static void must_refuse_rate(const struct line *line, unsigned baud)
{
    char rest[128], part[64];
    snprintf(rest, sizeof rest, "%s,baud=%u", line->path, baud);
    snprintf(part, sizeof part, "tty: %u baud is no rate that a terminal has", baud);
    izh_must_refuse(tty, rest, IZH_BAD_URI, part);
}

// The numbers that termios has for rates, B50 to B4000000, are no rates.
static void test_what_is_no_rate_is_refused(void **state)
{
    const struct line *line = *state;
    must_refuse_rate(line, 12345);
    for (unsigned baud = 1; baud < 50; baud++)
        must_refuse_rate(line, baud);
    for (unsigned baud = 4096; baud < 4128; baud++)
        must_refuse_rate(line, baud);
}

static void test_settings_are_put_back(void **state)
{
    const struct line *line = *state;
    struct izh_transport *transport = open_it(line);
    assert_int_not_equal(settings(line).c_lflag, line->before.c_lflag);
    tty->close(transport);
    struct termios now = settings(line);
    assert_int_equal(now.c_lflag, line->before.c_lflag);
    assert_int_equal(now.c_cflag, line->before.c_cflag);
    assert_int_equal(cfgetospeed(&now), cfgetospeed(&line->before));
}

// Whoever has the terminal ends, and puts its settings back, right before the driver takes the
// lock.
static const struct line *ends_before_lock;

int flock(int file, int operation)
{
    if (ends_before_lock)
        assert_int_equal(tcsetattr(ends_before_lock->board, TCSANOW, &ends_before_lock->before), 0);
    ends_before_lock = NULL;
    return (int)syscall(SYS_flock, file, operation);
}

static void test_settings_of_the_process_before_are_not_put_back(void **state)
{
    const struct line *line = *state;
    struct termios raw = line->before;
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(line->board, TCSANOW, &raw), 0);
    ends_before_lock = line;
    tty->close(open_it(line));
    assert_null(ends_before_lock);
    assert_int_equal(settings(line).c_lflag, line->before.c_lflag);
}

static void test_wrong_addresses_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",        "ttyACM0",        ",baud=9600", "/dev/x,baud=0",
        "/dev/x,", "/dev/x,baud=-1", "/dev/x,b=1", "/dev/x,baud=12000001"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        izh_must_refuse(tty, wrong[i], IZH_BAD_URI, "is not tty: and the path of a terminal");
    izh_must_refuse(tty, "/dev/no-such-terminal", IZH_NO_DEVICE, "/dev/serial/by-id");
    izh_must_refuse(tty, "/dev/null", IZH_NOT_IZH, "/dev/null: it is no terminal");
}

static void test_one_process_has_it(void **state)
{
    const struct line *line = *state;
    struct izh_transport *transport = open_it(line);
    izh_must_refuse(tty, line->path, IZH_BUSY, "in use by another process");
    tty->close(transport);
    tty->close(open_it(line));
}

// ---- Bytes
// ----------------------------------------------------------------------------------------

// What is put in at one end, 70,000 bytes of all values, comes out at the other. The board reads
// and writes a little at a time.
static void test_every_byte_comes_both_ways(void **state)
{
    enum { BYTES = 70000 };
    static uint8_t given[2][BYTES], taken[2][BYTES + 1];
    const struct line *line = *state;
    struct izh_random random = {izh_test_seed(20261130)};
    for (size_t i = 0; i < sizeof given; i++)
        given[i / BYTES][i % BYTES] = (uint8_t)izh_random_next(&random);
    struct izh_transport *transport = open_it(line);
    size_t sent = 0, received = 0, at_board = 0, from_board = 0, count;
    while (received < BYTES || at_board < BYTES) {
        assert_int_equal(tty->send(transport, given[0] + sent, BYTES - sent, &count), IZH_OK);
        sent += count;
        ssize_t moved = read(line->board, taken[0] + at_board, BYTES + 1 - at_board);
        at_board += moved > 0 ? (size_t)moved : 0;
        size_t piece = 1 + izh_random_below(&random, 500);
        if (piece > BYTES - from_board)
            piece = BYTES - from_board;
        moved = write(line->board, given[1] + from_board, piece);
        from_board += moved > 0 ? (size_t)moved : 0;
        assert_int_equal(
            tty->receive(transport, taken[1] + received, BYTES + 1 - received, &count, 1000),
            IZH_OK);
        received += count;
    }
    assert_int_equal(received, BYTES);
    assert_int_equal(at_board, BYTES);
    assert_memory_equal(taken[0], given[0], BYTES);
    assert_memory_equal(taken[1], given[1], BYTES);
    tty->close(transport);
}

struct reader {
    const struct line *line;
    atomic_bool over;
};

static void *read_later(void *context)
{
    struct reader *reader = context;
    uint8_t bytes[4096];
    usleep(20000);
    while (!reader->over)
        if (read(reader->line->board, bytes, sizeof bytes) < 0)
            usleep(1000);
    return NULL;
}

static void test_receive_ends_when_there_is_room_again(void **state)
{
    struct reader reader = {.line = *state};
    static const uint8_t bytes[1 << 20];
    struct izh_transport *transport = open_it(reader.line);
    uint8_t byte;
    size_t sent, got;
    assert_int_equal(tty->send(transport, bytes, sizeof bytes, &sent), IZH_OK);
    assert_in_range(sent, 1, sizeof bytes - 1);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, read_later, &reader), 0);
    assert_int_equal(tty->receive(transport, &byte, 1, &got, forever_us), IZH_OK);
    assert_int_equal(got, 0);
    assert_int_equal(tty->send(transport, bytes, 100, &sent), IZH_OK);
    assert_in_range(sent, 1, 100);
    reader.over = true;
    pthread_join(thread, NULL);
    tty->close(transport);
}

static void *interrupt_later(void *context)
{
    usleep(20000);
    tty->interrupt(context);
    return NULL;
}

static void test_receive_ends_when_interrupted(void **state)
{
    struct izh_transport *transport = open_it(*state);
    uint8_t byte;
    size_t got;
    tty->interrupt(transport); // before it waits
    assert_int_equal(tty->receive(transport, &byte, 1, &got, forever_us), IZH_OK);
    pthread_t caller;
    assert_int_equal(pthread_create(&caller, NULL, interrupt_later, transport), 0);
    assert_int_equal(tty->receive(transport, &byte, 1, &got, forever_us), IZH_OK);
    assert_int_equal(got, 0);
    pthread_join(caller, NULL);
    tty->close(transport);
}

static void test_receive_waits_as_long_as_it_is_told(void **state)
{
    struct izh_transport *transport = open_it(*state);
    uint8_t byte;
    size_t got;
    uint64_t begun_us = tty->now_us(transport);
    assert_int_equal(tty->receive(transport, &byte, 1, &got, 30000), IZH_OK);
    assert_int_equal(got, 0);
    assert_true(tty->now_us(transport) - begun_us >= 30000);
    tty->close(transport);
}

static void test_a_line_that_is_away_is_gone_for_ever(void **state)
{
    struct izh_transport *transport = open_and_unplug(*state);
    uint8_t byte = 0;
    size_t count;
    assert_int_equal(tty->receive(transport, &byte, 1, &count, forever_us), IZH_GONE);
    assert_int_equal(tty->send(transport, &byte, 1, &count), IZH_GONE);
    assert_int_equal(tty->receive(transport, &byte, 1, &count, 0), IZH_GONE);
    tty->close(transport);
}

static void test_a_line_that_is_away_when_bytes_are_sent_is_gone(void **state)
{
    struct izh_transport *transport = open_and_unplug(*state);
    uint8_t byte = 0;
    size_t count;
    assert_int_equal(tty->send(transport, &byte, 1, &count), IZH_GONE);
    assert_int_equal(count, 0);
    assert_int_equal(tty->receive(transport, &byte, 1, &count, forever_us), IZH_GONE);
    tty->close(transport);
}

// ---- A session
// ------------------------------------------------------------------------------------

struct served {
    const struct line *line;
    struct izh_soft_board *board;
    atomic_bool over;
};

// The other end of the wire: what is written there goes to the board in software, and back.
static void *serve(void *context)
{
    struct served *served = context;
    while (!served->over) {
        uint8_t bytes[256];
        struct pollfd polled = {.fd = served->line->board, .events = POLLIN};
        poll(&polled, 1, 1);
        ssize_t count = read(served->line->board, bytes, sizeof bytes);
        if (count > 0)
            izh_soft_board_receive(served->board, bytes, (size_t)count);
        size_t back = izh_soft_board_send(served->board, bytes, sizeof bytes, 1 << 16);
        for (size_t sent = 0; sent < back && !served->over;) {
            count = write(served->line->board, bytes + sent, back - sent);
            sent += count > 0 ? (size_t)count : 0;
        }
    }
    return NULL;
}

static void test_a_device_answers(void **state)
{
    static const struct izh_soft_board_options options = {4096, 8, 240, 0, 7, 50000000};
    struct served served = {.line = *state};
    struct izh_model *model;
    assert_int_equal(izh_model_new(&izh_pair_shape, &model), IZH_MODEL_OK);
    served.board = izh_soft_board_new(&options, &izh_pair_shape, model);
    pthread_t server;
    assert_int_equal(pthread_create(&server, NULL, serve, &served), 0);

    char uri[128], message[IZH_MESSAGE] = "";
    snprintf(uri, sizeof uri, "tty:%s", served.line->path);
    struct izh_device *device;
    if (izh_device_open(uri, &device, message))
        fail_msg("%s", message);
    struct izh_device_info info;
    izh_device_get_info(device, &info);
    assert_int_equal(info.clock_hz, 50000000);
    struct izh_random random = {izh_test_seed(20261130)};
    uint32_t at = IZH_ADDRESS(IZH_REGION_INPUT, 0, 0), words[IZH_PAIR_NEURONS],
             back[IZH_PAIR_NEURONS];
    for (int i = 0; i < IZH_PAIR_NEURONS; i++)
        words[i] = (uint32_t)izh_random_word(&random, 20);
    assert_int_equal(izh_device_write(device, at, words, IZH_PAIR_NEURONS), IZH_OK);
    assert_int_equal(izh_device_read(device, at, back, IZH_PAIR_NEURONS), IZH_OK);
    assert_memory_equal(back, words, sizeof words);
    assert_int_equal(izh_device_close(device), IZH_OK);

    served.over = true;
    pthread_join(server, NULL);
    izh_soft_board_free(served.board);
    izh_model_free(model);
}

int main(void)
{
#define ON_A_LINE(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        ON_A_LINE(test_bytes_pass_as_they_are_at_the_rate),
        ON_A_LINE(test_what_is_no_rate_is_refused),
        ON_A_LINE(test_settings_are_put_back),
        ON_A_LINE(test_settings_of_the_process_before_are_not_put_back),
        ON_A_LINE(test_wrong_addresses_are_refused),
        ON_A_LINE(test_one_process_has_it),
        ON_A_LINE(test_every_byte_comes_both_ways),
        ON_A_LINE(test_receive_ends_when_there_is_room_again),
        ON_A_LINE(test_receive_ends_when_interrupted),
        ON_A_LINE(test_receive_waits_as_long_as_it_is_told),
        ON_A_LINE(test_a_line_that_is_away_is_gone_for_ever),
        ON_A_LINE(test_a_line_that_is_away_when_bytes_are_sent_is_gone),
        ON_A_LINE(test_a_device_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
