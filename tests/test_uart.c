// test_uart.c: the UART at the other end of the gateware's line: bytes, baud rates that are off,
// breaks SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "random.h"
#include "uart.h"

// Bytes from a sender that is off by ppm to a receiver that is not; with pauses, or back to back.
static void bytes_come_back(unsigned clocks_per_bit, int ppm, bool pauses)
{
    struct izh_random random = {izh_test_seed(20030610)};
    struct izh_uart_sender sender;
    struct izh_uart_receiver receiver;
    izh_uart_sender_init(&sender, izh_uart_bit(clocks_per_bit, ppm));
    izh_uart_receiver_init(&receiver, izh_uart_bit(clocks_per_bit, 0));
    for (int i = 0; i < 5; i++)
        izh_uart_receiver_clock(&receiver, izh_uart_sender_clock(&sender), &(uint8_t){0});
    size_t clocks = 0, received = 0, count = 2000;
    uint8_t sent = 0, got = 0;
    while (received < count) {
        if (izh_uart_sender_ready(&sender) && (!pauses || !izh_random_below(&random, 30))) {
            sent = (uint8_t)izh_random_next(&random);
            izh_uart_sender_put(&sender, sent);
        }
        switch (izh_uart_receiver_clock(&receiver, izh_uart_sender_clock(&sender), &got)) {
        case IZH_UART_BYTE:
            assert_int_equal(got, sent);
            received++;
            break;
        case IZH_UART_BROKEN:
            fail_msg("a stop bit was low: %u clocks a bit, %d ppm", clocks_per_bit, ppm);
            break;
        default:
            break;
        }
        clocks++;
    }
    double expected = 10.0 * clocks_per_bit * (1 + ppm * 1e-6) * (double)count;
    if (!pauses)
        assert_true((double)clocks > 0.999 * expected - 40 && (double)clocks < 1.001 * expected);
}

static void test_bytes_come_back_at_every_rate(void **unused)
{
    (void)unused;
    static const unsigned rates[] = {4, 5, 8, 16, 417};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        for (int ppm = -20000; ppm <= 20000; ppm += 10000) {
            bytes_come_back(rates[i], ppm, false);
            bytes_come_back(rates[i], ppm, true);
        }
    }
}

// Levels for so many clocks; events are counted.
static void hold(struct izh_uart_receiver *receiver, bool level, int clocks, int events[3])
{
    uint8_t byte = 0;
    while (clocks-- > 0)
        events[izh_uart_receiver_clock(receiver, level, &byte)]++;
}

static void test_a_long_break_is_one_error(void **unused)
{
    (void)unused;
    struct izh_uart_receiver receiver;
    izh_uart_receiver_init(&receiver, izh_uart_bit(4, 0));
    int events[3] = {0};
    hold(&receiver, false, 1000, events);
    assert_int_equal(events[IZH_UART_BYTE] + events[IZH_UART_BROKEN], 0);
    hold(&receiver, true, 10, events);
    hold(&receiver, false, 1000, events);
    hold(&receiver, true, 100, events);
    assert_int_equal(events[IZH_UART_BYTE], 0);
    assert_int_equal(events[IZH_UART_BROKEN], 1);
}

static void test_a_short_low_is_no_start(void **unused)
{
    (void)unused;
    struct izh_uart_receiver receiver;
    izh_uart_receiver_init(&receiver, izh_uart_bit(4, 0));
    int events[3] = {0};
    for (int i = 0; i < 50; i++) {
        hold(&receiver, true, 5, events);
        hold(&receiver, false, 1, events);
    }
    hold(&receiver, true, 100, events);
    assert_int_equal(events[IZH_UART_BYTE] + events[IZH_UART_BROKEN], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_come_back_at_every_rate),
        cmocka_unit_test(test_a_long_break_is_one_error),
        cmocka_unit_test(test_a_short_low_is_no_start),
    };
    return cmocka_run_group_tests_name("uart", tests, NULL, NULL);
}
