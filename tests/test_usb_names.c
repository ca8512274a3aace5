// test_usb_names.c: which device "usb:" means, and what it says when it is none
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "carrier.h"
#include "transports.h"
#include "usb_fake.h"

enum { IN = 0x81, OUT = 0x01 };

static const struct usb_fake_model engine = {.vendor = 0x1209,
                                             .product_id = 0x0001,
                                             .product = "izh neuron engine",
                                             .serial = "IZH-0001",
                                             .interfaces = 1,
                                             .in = IN,
                                             .out = OUT,
                                             .packet = 64};
// Without it, libusb does not know where what hangs on it is.
static const struct usb_fake_model hub = {.vendor = 0x05e3,
                                          .product_id = 0x0608,
                                          .product = "hub",
                                          .interfaces = 1,
                                          .in = IN,
                                          .out = OUT,
                                          .packet = 64};
static const struct izh_transport_ops *const usb = &izh_transport_usb;

static struct usb_fake_model with_serial(const char *serial)
{
    struct usb_fake_model model = engine;
    model.serial = serial;
    return model;
}

static int begin(void **state)
{
    (void)state;
    usb_fake_begin();
    return 0;
}

static int end(void **state)
{
    (void)state;
    usb_fake_end();
    return 0;
}

// --- names --------------------------------------------------------------------------------------

// The message that open fails with: one line, with the scheme in front.
static const char *refusal(const char *rest, enum izh_status expected)
{
    static char message[IZH_MESSAGE];
    memset(message, 0, sizeof message);
    struct izh_transport *transport = NULL;
    assert_int_equal(usb->open(rest, &transport, message), expected);
    assert_null(transport);
    assert_memory_equal(message, "usb:", 4);
    assert_null(strchr(message, '\n'));
    return message;
}

static void assert_says(const char *message, const char *part)
{
    if (!strstr(message, part))
        fail_msg("\"%s\" does not say \"%s\"", message, part);
}

static void test_the_only_one_needs_no_name(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
    static const char *const names[] = {"", "IZH-0001", "@1-1", ",id=1209:0001"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct izh_transport *transport = izh_must_open(usb, names[i]);
        assert_int_equal(usb_fake_claims(fake), 1);
        usb->close(transport);
        assert_int_equal(usb_fake_claims(fake), 0);
    }
}

static void test_one_of_two_is_opened_by_serial(void **unused)
{
    (void)unused;
    struct usb_fake_model a = with_serial("A7"), b = with_serial("B8");
    struct usb_fake *fakes[] = {usb_fake_plug(&a, "1-1"), usb_fake_plug(&b, "1-2")};
    const char *message = refusal("", IZH_AMBIGUOUS);
    assert_says(message, "usb:A7");
    assert_says(message, "usb:B8");
    static const char *const names[] = {"A7", "B8", "@1-1", "@1-2"};
    for (int i = 0; i < 4; i++) {
        struct izh_transport *transport = izh_must_open(usb, names[i]);
        assert_int_equal(usb_fake_claims(fakes[i % 2]), 1);
        assert_int_equal(usb_fake_claims(fakes[1 - i % 2]), 0);
        usb->close(transport);
    }
}

// Two boards with the same serial number, or none, are told apart by where they are plugged in.
static void test_the_position_names_what_the_serial_does_not(void **unused)
{
    (void)unused;
    struct usb_fake_model same = with_serial("X"), none = with_serial(NULL);
    usb_fake_plug(&same, "1-1");
    usb_fake_plug(&same, "1-2");
    usb_fake_plug(&hub, "1-3");
    usb_fake_plug(&none, "1-3.2");
    assert_says(refusal("X", IZH_AMBIGUOUS), "name one of usb:@1-1, usb:@1-2");
    assert_null(strstr(refusal("X", IZH_AMBIGUOUS), "usb:@1-3.2"));
    assert_says(refusal("Y", IZH_NO_DEVICE), "there is usb:@1-1, usb:@1-2, usb:@1-3.2");
    usb->close(izh_must_open(usb, "@1-2"));
    usb->close(izh_must_open(usb, "@1-3.2"));
}

static void test_a_long_list_ends_in_dots(void **unused)
{
    (void)unused;
    static char serials[12][48];
    for (int i = 0; i < 12; i++) {
        char position[16];
        snprintf(serials[i], sizeof serials[i], "a-serial-number-of-some-length-%03d", i);
        snprintf(position, sizeof position, "1-%d", i + 1);
        struct usb_fake_model model = with_serial(serials[i]);
        usb_fake_plug(&model, position);
    }
    const char *message = refusal("", IZH_AMBIGUOUS);
    assert_says(message, "usb:a-serial-number-of-some-length-000");
    assert_string_equal(message + strlen(message) - 3, "...");
    usb->close(izh_must_open(usb, "a-serial-number-of-some-length-011"));
}

static void test_what_is_not_there_is_said(void **unused)
{
    (void)unused;
    assert_says(refusal("", IZH_NO_DEVICE), "no izh engine is plugged in");
    assert_says(refusal("Z9", IZH_NO_DEVICE), "usb:Z9 is not plugged in, nor is any other");
    usb_fake_plug(&engine, "1-1");
    const char *message = refusal("Z9", IZH_NO_DEVICE);
    assert_says(message, "usb:Z9 is not plugged in");
    assert_says(message, "usb:IZH-0001");
    refusal("@1-7", IZH_NO_DEVICE);
    refusal(",id=1209:0002", IZH_NO_DEVICE);
}

static void test_a_foreign_device_is_left_alone(void **unused)
{
    (void)unused;
    struct usb_fake_model foreign = engine, bare = engine;
    foreign.product = "blinking thing";
    struct usb_fake *fake = usb_fake_plug(&foreign, "1-1");
    struct usb_fake *other = usb_fake_plug(&engine, "1-2");
    usb->close(
        izh_must_open(usb, "")); // nor does it make an engine with its serial number ambiguous
    usb->close(izh_must_open(usb, "IZH-0001"));
    usb_fake_unplug(other);
    static const char *const names[] = {"", "IZH-0001", "@1-1"};
    for (int i = 0; i < 3; i++)
        assert_says(refusal(names[i], IZH_NOT_IZH), "'blinking thing'");
    usb_fake_unplug(fake);
    bare.out = 0x02;
    fake = usb_fake_plug(&bare, "1-2");
    assert_says(refusal("", IZH_NOT_IZH), "no endpoints 81 and 01");
    assert_int_equal(usb_fake_claims(fake), 0);
    usb_fake_unplug(fake);
    foreign.product_id = 0x4001;
    usb_fake_plug(&foreign, "1-3");
    refusal("", IZH_NO_DEVICE);
}

static void test_a_device_without_permission_names_the_rule(void **unused)
{
    (void)unused;
    struct usb_fake_model forbidden = engine;
    forbidden.forbidden = true;
    usb_fake_plug(&forbidden, "1-1");
    static const char *const names[] = {"", "IZH-0001", "@1-1"};
    for (int i = 0; i < 3; i++) {
        const char *message = refusal(names[i], IZH_NO_PERMISSION);
        assert_says(message, "70-izh.rules");
        assert_says(message, "sudo make install-udev");
        assert_says(message, "1-1");
    }
    assert_says(refusal("@1-7", IZH_NO_DEVICE), "usb:@1-7 is not plugged in");
    // One that may be opened is meant first.
    struct usb_fake_model other = with_serial("B8");
    usb_fake_plug(&other, "1-2");
    usb->close(izh_must_open(usb, ""));
}

static void test_a_claimed_device_is_busy(void **unused)
{
    (void)unused;
    struct usb_fake *fake = usb_fake_plug(&engine, "1-1");
    struct izh_transport *first = izh_must_open(usb, "");
    assert_says(refusal("", IZH_BUSY), "in use by another process");
    assert_int_equal(usb_fake_claims(fake), 1);
    usb->close(first);
    usb->close(izh_must_open(usb, ""));
    usb_fake_claim_elsewhere(fake);
    refusal("", IZH_BUSY);
}

static void test_wrong_uris_are_refused(void **unused)
{
    (void)unused;
    usb_fake_plug(&engine, "1-1");
    static const char *const wrong[] = {",",
                                        ",id",
                                        ",id=",
                                        ",id=1209",
                                        ",id=1209:00010",
                                        ",id=12g9:0001",
                                        ",id=0x12:0001",
                                        ",id=1209:-001",
                                        ",baud=3",
                                        "IZH-0001,",
                                        "IZH-0001,channel=A"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_says(refusal(wrong[i], IZH_BAD_URI), "usb:SERIAL");
    char endless[2 * IZH_MESSAGE];
    memset(endless, 'x', sizeof endless);
    endless[sizeof endless - 1] = 0;
    refusal(endless, IZH_BAD_URI);
    memcpy(endless, "A,", 2);
    refusal(endless, IZH_BAD_URI);
}

struct listing {
    int count;
    char rest[8][64], what[8][IZH_MESSAGE];
};

static void add_to_list(void *context, const char *rest, const char *what)
{
    struct listing *listing = context;
    strncpy(listing->rest[listing->count], rest, sizeof *listing->rest - 1);
    strncpy(listing->what[listing->count++], what, sizeof *listing->what - 1);
}

static const char *listed(const struct listing *listing, const char *rest)
{
    for (int i = 0; i < listing->count; i++)
        if (!strcmp(listing->rest[i], rest))
            return listing->what[i];
    fail_msg("%s is not listed", rest);
    return NULL;
}

static void test_list_has_serial_product_position(void **unused)
{
    (void)unused;
    struct listing listing = {0};
    char message[IZH_MESSAGE];
    assert_int_equal(usb->list(add_to_list, &listing, message), IZH_OK);
    assert_int_equal(listing.count, 0);
    struct usb_fake_model none = with_serial(NULL), forbidden = engine, foreign = engine;
    forbidden.forbidden = true;
    foreign.product = "blinking thing";
    usb_fake_plug(&engine, "1-1");
    usb_fake_plug(&hub, "1-2");
    usb_fake_plug(&hub, "1-2.3");
    usb_fake_plug(&none, "1-2.3.4");
    usb_fake_plug(&forbidden, "1-5");
    usb_fake_plug(&foreign, "1-6");
    assert_int_equal(usb->list(add_to_list, &listing, message), IZH_OK);
    assert_int_equal(listing.count, 3);
    assert_string_equal(listed(&listing, "IZH-0001"),
                        "izh neuron engine, serial number IZH-0001, at 1-1");
    assert_string_equal(listed(&listing, "@1-2.3.4"),
                        "izh neuron engine, serial number none, at 1-2.3.4");
    assert_says(listed(&listing, "@1-5"), "no permission");
}

int main(int argc, char **argv)
{
    (void)argc;
    usb_fake_main(argv);
#define WITH_USB(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        WITH_USB(test_the_only_one_needs_no_name),
        WITH_USB(test_one_of_two_is_opened_by_serial),
        WITH_USB(test_the_position_names_what_the_serial_does_not),
        WITH_USB(test_a_long_list_ends_in_dots),
        WITH_USB(test_what_is_not_there_is_said),
        WITH_USB(test_a_foreign_device_is_left_alone),
        WITH_USB(test_a_device_without_permission_names_the_rule),
        WITH_USB(test_a_claimed_device_is_busy),
        WITH_USB(test_wrong_uris_are_refused),
        WITH_USB(test_list_has_serial_product_position),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
