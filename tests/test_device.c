// test_device.c: the library's face: every status, loading, running, streaming on threads
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "crc32.h"
#include "image.h"
#include "izh.h"
#include "link_codes.h"
#include "link_pair.h"
#include "transport.h"

#define SHAPE_OF(synapses)                                                                         \
    "neurons=40,lanes=2,synapses=" synapses                                                        \
    ",slots=8,parts=1,weight=16,delta=3,accumulator=24,x=20,w=24,port=18"
#define SHAPE SHAPE_OF("256")

static const char small_uri[] = "model:" SHAPE ",link_ring=256,link_slots=3,link_room=32";
static const char usual_uri[] = "model:" SHAPE;

enum { TICKS = 400, SECOND = 1000000, SEED = 20031201 };

static struct izh_device *open_device(const char *uri)
{
    char message[IZH_MESSAGE] = "";
    struct izh_device *device = NULL;
    enum izh_status status = izh_device_open(uri, &device, message);
    if (status)
        fail_msg("%s: %s: %s", uri, izh_status_name(status), message);
    return device;
}

static void says(struct izh_device *device, const char *part)
{
    char message[IZH_MESSAGE];
    izh_message(device, message);
    if (!strstr(message, part))
        fail_msg("message '%s' does not say '%s'", message, part);
}

static void pause_us(unsigned us)
{
    nanosleep(&(struct timespec){0, (long)us * 1000}, NULL);
}

// ---- A transport that does what a test wants ----------------------------------------------------

// Its time passes only while somebody waits.
struct fake {
    struct izh_transport_base base;
    const char *mode;
    struct izh_model *model;
    struct izh_soft_board *board;
    struct izh_random random;
    struct izh_frame_decoder decoder, from_board;
    uint64_t now_us, got;
    uint8_t reply[IZH_FRAME_WIRE];
    size_t reply_length;
};

static bool is(const struct fake *f, const char *mode)
{
    return !strcmp(f->mode, mode);
}

static enum izh_status fake_open(const char *rest, struct izh_transport **transport, char *message)
{
    static const struct izh_soft_board_options options = {1024, 4, 64, 0, 77, 1000};
    if (!strcmp(rest, "secret")) {
        snprintf(message, IZH_MESSAGE, "test: not for you");
        return IZH_NO_PERMISSION;
    }
    struct fake *f = calloc(1, sizeof *f);
    f->base.ops = NULL;
    f->mode = rest;
    f->random.state = 5;
    izh_model_new(&izh_pair_shape, &f->model);
    f->board = izh_soft_board_new(&options, &izh_pair_shape, f->model);
    *transport = (struct izh_transport *)f;
    return IZH_OK;
}

static void fake_close(struct izh_transport *transport)
{
    struct fake *f = (struct fake *)transport;
    izh_soft_board_free(f->board);
    izh_model_free(f->model);
    free(f);
}

static enum izh_status fake_list(void (*found)(void *context, const char *rest, const char *what),
                                 void *context, char *message)
{
    found(context, "board", "a board");
    snprintf(message, IZH_MESSAGE, "test: cannot look everywhere");
    return IZH_NO_PERMISSION;
}

static void old_welcome(struct fake *f, const struct izh_frame *hello)
{
    struct izh_frame w = {.kind = IZH_KIND_WELCOME, .length = 9};
    memcpy(w.payload, hello->payload, 4);
    memcpy(w.payload + 4, "\x02\x04\x40\x00\x02", 5);
    f->reply_length = izh_frame_encode(&w, f->reply);
}

static enum izh_status fake_send(struct izh_transport *transport, const uint8_t *bytes,
                                 size_t count, size_t *sent)
{
    struct fake *f = (struct fake *)transport;
    struct izh_frame frame;
    *sent = count;
    if (is(f, "dead") || is(f, "noise"))
        return IZH_OK;
    if (is(f, "old")) {
        for (size_t i = 0; i < count; i++) {
            if (izh_frame_decode(&f->decoder, bytes[i], &frame) == IZH_FRAME_WHOLE)
                old_welcome(f, &frame);
        }
        return IZH_OK;
    }
    izh_soft_board_receive(f->board, bytes, count);
    return IZH_OK;
}

static size_t fake_noise(struct fake *f, uint8_t *bytes)
{
    for (size_t i = 0; i < 100; i++)
        bytes[i] = (uint8_t)izh_random_next(&f->random);
    return 100;
}

// A word of no kind, in a frame where the next one is expected: one zero has come without position.
static size_t fake_babble(const struct fake *f, uint8_t *bytes)
{
    struct izh_frame frame = {.kind = IZH_KIND_STREAM,
                              .number = (uint16_t)(f->got - 1),
                              .length = 2,
                              .payload = {0, 0xf0}};
    return izh_frame_encode(&frame, bytes);
}

// What "test:lies" answers to a READ of one word, and in place of which word.
static struct {
    uint32_t word, instead_of;
} lie;

static void tell_lie(struct izh_frame *frame)
{
    static const uint8_t done[] = {1, IZH_DONE_OK};
    if (frame->kind != IZH_KIND_DONE || frame->length != 8 || memcmp(frame->payload + 6, done, 2))
        return;
    for (int i = 0; i < 4; i++) {
        if (frame->payload[2 + i] != (uint8_t)(lie.instead_of >> 8 * i))
            return;
    }
    for (int i = 0; i < 4; i++)
        frame->payload[2 + i] = (uint8_t)(lie.word >> 8 * i);
}

// Room for more than a frame can hold.
static void be_roomy(struct izh_frame *frame)
{
    if (frame->kind == IZH_KIND_WELCOME)
        frame->payload[6] = 255;
}

// Whole frames of the board, each of them bent.
static size_t fake_bent(struct fake *f, uint8_t *bytes, void (*bend)(struct izh_frame *frame))
{
    uint8_t straight[2048]; // more than the board's ring
    struct izh_frame frame;
    size_t count = izh_soft_board_send(f->board, straight, sizeof straight, 1000), got = 0;
    for (size_t i = 0; i < count; i++) {
        if (izh_frame_decode(&f->from_board, straight[i], &frame) != IZH_FRAME_WHOLE)
            continue;
        bend(&frame);
        got += izh_frame_encode(&frame, bytes + got);
    }
    return got;
}

// Called while a fake transport waits, as another thread could be.
static void (*meanwhile)(void);

static enum izh_status fake_receive(struct izh_transport *transport, uint8_t *bytes, size_t size,
                                    size_t *got, uint64_t timeout_us)
{
    struct fake *f = (struct fake *)transport;
    *got = 0;
    if (meanwhile)
        meanwhile();
    if ((is(f, "gone") && f->got > 1000) || (is(f, "early") && f->got > 100) ||
        (is(f, "later") && f->now_us > 50 * SECOND))
        return IZH_GONE;
    if (is(f, "noise"))
        *got = fake_noise(f, bytes);
    else if (is(f, "lies"))
        *got = fake_bent(f, bytes, tell_lie);
    else if (is(f, "roomy"))
        *got = fake_bent(f, bytes, be_roomy);
    else if (is(f, "old")) {
        *got = f->reply_length;
        memcpy(bytes, f->reply, *got);
        f->reply_length = 0;
    } else if (!(is(f, "stalls") && f->got > 1000))
        *got = izh_soft_board_send(f->board, bytes, size < 60 ? size : 60, 1000);
    if (is(f, "late") && f->got > 1000 && f->now_us < 10 * SECOND)
        *got = 0; // what was on its way is lost, and comes later
    if (is(f, "babbles") && !*got && f->got > 1000)
        *got = fake_babble(f, bytes);
    if (is(f, "flips")) // a memory that does not keep its words
        izh_model_write(f->model, IZH_ADDRESS(IZH_REGION_INPUT, 0, 7), 12345);
    f->got += *got;
    f->now_us += *got ? 1 : timeout_us ? timeout_us : 1;
    return IZH_OK;
}

static uint64_t fake_now(struct izh_transport *transport)
{
    return ((struct fake *)transport)->now_us;
}

static void fake_interrupt(struct izh_transport *transport)
{
    (void)transport;
}

static const struct izh_transport_ops fake_ops = {
    .scheme = "test",
    .open = fake_open,
    .list = fake_list,
    .send = fake_send,
    .receive = fake_receive,
    .now_us = fake_now,
    .interrupt = fake_interrupt,
    .close = fake_close,
    .retry_us = 10000,
};

// ---- Opening ------------------------------------------------------------------------------------

static void refuses(const char *uri, enum izh_status expected, const char *part)
{
    char message[IZH_MESSAGE] = "";
    struct izh_device *device = NULL;
    assert_string_equal(izh_status_name(izh_device_open(uri, &device, message)),
                        izh_status_name(expected));
    assert_null(device);
    if (!strstr(message, part))
        fail_msg("%s: '%s' does not say '%s'", uri, message, part);
}

static void test_addresses_are_judged(void **unused)
{
    (void)unused;
    refuses("", IZH_BAD_URI, "model:, usb:, ftdi:, tty:, test:");
    refuses("model", IZH_BAD_URI, "there are");
    refuses("nosuch:", IZH_BAD_URI, "nosuch:");
    refuses("model:colour=1", IZH_BAD_URI, "'colour=1'; keys: neurons=2..65536");
    refuses("model:neurons", IZH_BAD_URI, "'neurons'");
    refuses("model:neurons=", IZH_BAD_URI, "keys");
    refuses("model:neurons=1", IZH_BAD_URI, "keys");
    refuses("model:neurons=0x10", IZH_BAD_URI, "keys");
    refuses("model:neurons=99999999999999999999", IZH_BAD_URI, "keys");
    refuses("model:lanes=3", IZH_BAD_URI, "no such engine");
    refuses("model:kernel=abacus", IZH_BAD_URI, "portable");
    refuses("model:link_ring=256,link_room=242", IZH_BAD_URI, "link_ring");
    refuses("test:secret", IZH_NO_PERMISSION, "not for you");
    assert_int_equal(izh_device_open("nosuch:", &(struct izh_device *){NULL}, NULL), IZH_BAD_URI);
    assert_int_equal(izh_transport_add(&fake_ops), IZH_BAD_ARGUMENT);
}

static void test_what_answers_is_judged(void **unused)
{
    (void)unused;
    refuses("test:dead", IZH_TIMEOUT, "nothing answers");
    refuses("test:noise", IZH_NOT_IZH, "no izh engine");
    refuses("test:early", IZH_GONE, "unplugged");
    refuses("test:old", IZH_OTHER_VERSION, "version");
}

// The fake's engine with one register that is another.
static enum izh_status open_lying(uint32_t word, uint32_t instead_of)
{
    char message[IZH_MESSAGE] = "";
    struct izh_device *device = NULL;
    lie.word = word;
    lie.instead_of = instead_of;
    enum izh_status status = izh_device_open("test:lies", &device, message);
    if (status && !strstr(message, "test:lies: what it says of its engine makes no sense"))
        fail_msg("%08lx: '%s'", (unsigned long)word, message);
    izh_device_close(device);
    return status;
}

static void test_engines_of_the_contract_alone_are_taken(void **unused)
{
    (void)unused;
    enum {
        WIDTHS = 0x121814,
        NEURONS = 40,
        RECORDS = 0, // and BUILD, which may be anything
        LANES = 2,
        SYNAPSES = 256,
        RING = 0x10008,
        FORMAT = 0x18031005
    };
    static const uint32_t wrong[][2] = {
        {0x101814, WIDTHS},
        {0x121214, WIDTHS},
        {0x121f14, WIDTHS},
        {0x121c12, WIDTHS},
        {0x12181d, WIDTHS},
        {0x120f14, WIDTHS},
        {1, NEURONS},
        {41, NEURONS},
        {65538, NEURONS},
        {1, RECORDS},
        {3, RECORDS},
        {131072, RECORDS},
        {0, LANES},
        {3, LANES},
        {5, LANES},
        {32, LANES},
        {1, LANES}, // 40 neurons in one lane want 6 bits of target
        {0x1000001, SYNAPSES},
        {0x10000, RING},
        {0x10001, RING},
        {0x10002, RING},
        {0x10006, RING},
        {0x10080, RING},
        {0x00008, RING},
        {0x30008, RING},
        {0x80008, RING},
        {0x18001005, FORMAT},
        {0x18091005, FORMAT},
        {0x18030105, FORMAT},
        {0x1c011905, FORMAT},
        {0x0f031005, FORMAT},
        {0x1d031005, FORMAT},
        {0x18031000, FORMAT},
        {0x18031004, FORMAT},
        {0x1803100e, FORMAT},
        {0x180310ff, FORMAT},
    };
    static const uint32_t right[][2] = {
        {WIDTHS, WIDTHS},     {0x101810, WIDTHS},   {0x121414, WIDTHS},   {2, NEURONS},
        {2, RECORDS},         {65536, RECORDS},     {8, LANES},           {1 << 24, SYNAPSES},
        {0, SYNAPSES},        {0x40004, RING},      {0x20040, RING},      {0x18011005, FORMAT},
        {0x18081005, FORMAT}, {0x1c021805, FORMAT}, {0x02010205, FORMAT},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (open_lying(wrong[i][0], wrong[i][1]) != IZH_NOT_IZH)
            fail_msg("%08lx is taken", (unsigned long)wrong[i][0]);
    }
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        assert_int_equal(open_lying(right[i][0], right[i][1]), IZH_OK);
}

static void test_info_stays_when_a_reset_fails(void **unused)
{
    (void)unused;
    struct izh_device_info before, after;
    lie.instead_of = lie.word = 256;
    struct izh_device *d = open_device("test:lies");
    izh_device_get_info(d, &before);
    lie.word = 0x1000001;
    assert_int_equal(izh_device_reset(d), IZH_NOT_IZH);
    izh_device_get_info(d, &after);
    assert_memory_equal(&before, &after, sizeof before);
    lie.word = 0;
    assert_int_equal(izh_device_reset(d), IZH_OK);
    izh_device_get_info(d, &after);
    assert_int_equal(after.synapses, 0);
    assert_int_equal(after.ring_slots, 0);
    izh_device_close(d);
}

static void test_info_says_what_is_there(void **unused)
{
    (void)unused;
    struct izh_device_info i;
    struct izh_device *d = open_device(small_uri);
    izh_device_get_info(d, &i);
    assert_string_equal(i.scheme, "model");
    assert_string_equal(i.board, "model");
    assert_int_equal(i.link_version, 1);
    assert_int_equal(i.slots, 3);
    assert_int_equal(i.room, 32);
    assert_int_equal(i.ring, 256);
    assert_int_equal(i.clock_hz, 48000000);
    assert_int_equal(i.x_bits, 20);
    assert_int_equal(i.w_bits, 24);
    assert_int_equal(i.port_bits, 18);
    assert_int_equal(i.neurons, 40);
    assert_int_equal(i.records, 0);
    assert_int_equal(i.lanes, 2);
    assert_int_equal(i.synapses, 256);
    assert_int_equal(i.ring_slots, 8);
    assert_int_equal(i.ring_parts, 1);
    assert_int_equal(i.target_bits, 5);
    assert_int_equal(i.weight_bits, 16);
    assert_int_equal(i.delta_bits, 3);
    assert_int_equal(i.accumulator_bits, 24);
    assert_int_equal(izh_device_close(d), IZH_OK);
    d = open_device("model:synapses=0");
    izh_device_get_info(d, &i);
    assert_int_equal(i.synapses, 0);
    assert_int_equal(i.weight_bits, 0);
    izh_device_close(d);
    d = open_device("test:");
    izh_device_get_info(d, &i);
    assert_string_equal(i.board, "unknown");
    assert_int_equal(i.board_number, 77);
    izh_device_close(d);
    assert_int_equal(izh_device_close(NULL), IZH_OK);
}

static void note(void *context, const char *uri, const char *what)
{
    char *list = context;
    snprintf(list + strlen(list), IZH_MESSAGE - strlen(list), "%s=%s;", uri, what);
}

static void test_list(void **unused)
{
    (void)unused;
    char list[IZH_MESSAGE] = "", message[IZH_MESSAGE] = "";
    assert_int_equal(izh_device_list(note, list, message), IZH_NO_PERMISSION);
    assert_string_equal(list, "model:=golden model in C;test:board=a board;");
    assert_string_equal(message, "test: cannot look everywhere");
}

static void test_statuses_have_names(void **unused)
{
    (void)unused;
    for (int i = IZH_OK; i >= IZH_STOPPED; i--) {
        assert_non_null(izh_strerror((enum izh_status)i));
        assert_string_not_equal(izh_status_name((enum izh_status)i), "IZH_UNKNOWN");
    }
    assert_string_equal(izh_status_name(IZH_STOPPED), "IZH_STOPPED");
    assert_string_equal(izh_status_name((enum izh_status) - 17), "IZH_UNKNOWN");
    assert_string_equal(izh_status_name((enum izh_status)1), "IZH_UNKNOWN");
}

// ---- Words --------------------------------------------------------------------------------------

static void test_words(void **unused)
{
    (void)unused;
    struct izh_device *d = open_device(small_uri);
    uint32_t words[40], back[40], crc;
    uint8_t bytes[160];
    const uint32_t at = IZH_ADDRESS(IZH_REGION_INPUT, 0, 0);
    for (uint32_t i = 0; i < 40; i++)
        words[i] = i * 1000;
    assert_int_equal(izh_device_write(d, at, words, 40), IZH_OK);
    assert_int_equal(izh_device_read(d, at, back, 40), IZH_OK);
    assert_memory_equal(words, back, sizeof words);
    assert_int_equal(izh_device_check(d, at, 40, &crc), IZH_OK);
    for (size_t i = 0; i < 160; i++)
        bytes[i] = (uint8_t)(words[i / 4] >> 8 * (i % 4));
    assert_int_equal(crc, izh_crc32(0, bytes, 160));
    assert_int_equal(izh_device_read(d, at, back, 0), IZH_OK);

    assert_int_equal(izh_device_write(d, at + 30, words, 40), IZH_REFUSED);
    says(d, "write address 40000028");
    assert_int_equal(izh_device_read(d, at + 30, back, 40), IZH_REFUSED);
    says(d, "read address 40000028");
    assert_int_equal(izh_device_check(d, at + 30, 40, &crc), IZH_REFUSED);
    assert_int_equal(izh_device_read(d, 0x40ffffff, back, 2), IZH_BAD_ARGUMENT);
    assert_int_equal(izh_device_write(d, 0x40ffffff, back, 2), IZH_BAD_ARGUMENT);
    assert_int_equal(izh_device_check(d, 0x40ffffff, 2, &crc), IZH_BAD_ARGUMENT);
    assert_int_equal(izh_device_check(d, at, 0, &crc), IZH_BAD_ARGUMENT);
    assert_int_equal(izh_device_check(d, 0, 1 << 24, &crc), IZH_BAD_ARGUMENT);
    assert_int_equal(izh_device_write(d, IZH_REG_RUN, words, 1), IZH_BAD_ARGUMENT);
    assert_int_equal(izh_device_write(d, IZH_REG_MODE, words, 2), IZH_BAD_ARGUMENT);
    says(d, "izh_device_run");
    assert_int_equal(izh_device_set_timeout(d, 0), IZH_BAD_ARGUMENT);
    assert_int_equal(izh_device_set_timeout(d, 3600001), IZH_BAD_ARGUMENT);
    izh_device_close(d);
}

// ---- Images -------------------------------------------------------------------------------------

static const struct izh_image_engine engine = {0x121814, 40, 0, 2, 0x10008, 0x18031005, 256};

static void add_section(void *image, uint32_t address, const uint32_t *words, size_t count)
{
    assert_int_equal(izh_image_add_section(image, address, words, (uint32_t)count), IZH_IMAGE_OK);
}

static struct izh_image *network_image(uint64_t seed)
{
    struct izh_image *image = izh_image_new(&engine);
    izh_pair_network(seed, add_section, image);
    return image;
}

static void load_network(struct izh_device *d, uint64_t seed)
{
    struct izh_image *image = network_image(seed);
    enum izh_status status = izh_device_load(d, image);
    if (status)
        says(d, "loads without a fault");
    izh_image_free(image);
}

static bool third_time(void *asked)
{
    return ++*(int *)asked == 3;
}

// Between two parts of a section: what is before stays, and nothing behind it is touched.
static void test_a_load_is_stopped(void **unused)
{
    (void)unused;
    enum { PART = 4096, WORDS = 3 * PART };
    static uint32_t words[WORDS];
    for (size_t i = 0; i < WORDS; i++)
        words[i] = (uint32_t)i + 1;
    struct izh_device *d = open_device("model:" SHAPE_OF("16384"));
    struct izh_image *image = izh_image_new(&engine);
    add_section(image, IZH_ADDRESS(IZH_REGION_SYNAPSE, 0, 0), words, WORDS);
    int asked = 0;
    assert_int_equal(izh_device_load_until(d, image, third_time, &asked), IZH_STOPPED);
    says(d, "stopped while an image was loaded");
    uint32_t around[2];
    assert_int_equal(
        izh_device_read(d, IZH_ADDRESS(IZH_REGION_SYNAPSE, 0, 2 * PART - 1), around, 2), IZH_OK);
    assert_int_equal(around[0], 2 * PART);
    assert_int_equal(around[1], 0);
    asked = 4;
    assert_int_equal(izh_device_load_until(d, image, third_time, &asked), IZH_OK);
    assert_int_equal(asked, 4 + WORDS / PART);
    izh_image_free(image);
    izh_device_close(d);
}

static void other_engine(struct izh_device *d, struct izh_image_engine e, const char *part)
{
    struct izh_image *image = izh_image_new(&e);
    assert_int_equal(izh_device_load(d, image), IZH_OTHER_ENGINE);
    says(d, part);
    izh_image_free(image);
}

static void test_images_for_other_engines_are_refused(void **unused)
{
    (void)unused;
    struct izh_device *d = open_device(usual_uri);
    struct izh_image_engine e = engine;
    e.neurons = 41;
    other_engine(d, e, "it needs 41 neurons, there are 40");
    e = engine;
    e.synapses = 257;
    other_engine(d, e, "it needs 257 synapse words in a lane, there are 256");
    e = engine;
    e.lanes = 4;
    other_engine(d, e, "it needs 4 lanes, there are 2");
    e = engine;
    e.records = 16;
    other_engine(d, e, "parameter records");
    e = engine;
    e.widths = 0x101810;
    other_engine(d, e, "WIDTHS 101810, here it is 121814");
    e = engine;
    e.ring = 0x20008;
    other_engine(d, e, "RING");
    e = engine;
    e.synapse_format++;
    other_engine(d, e, "SYNAPSE_FORMAT");
    izh_device_close(d);
}

static void test_images_are_loaded_and_compared(void **unused)
{
    (void)unused;
    struct izh_device *d = open_device(small_uri);
    load_network(d, SEED);
    // High bits that a field does not keep are no difference.
    struct izh_image *image = izh_image_new(&engine);
    static const uint32_t all[] = {0xffffffff, 0x7fffffff, 0x80000000};
    for (uint32_t region = 1; region < 8; region++) {
        for (uint32_t field = 0; field < 8; field++) {
            uint32_t address = IZH_ADDRESS(region, field, 0), word;
            if (!izh_device_read(d, address, &word, 1))
                add_section(image, address, all, 3);
        }
    }
    assert_true(image->section_count > 15);
    assert_int_equal(izh_device_load(d, image), IZH_OK);
    izh_image_free(image);

    image = izh_image_new(&engine);
    add_section(image, IZH_ADDRESS(IZH_REGION_STATE, 0, 39), all, 2);
    assert_int_equal(izh_device_load(d, image), IZH_REFUSED);
    says(d, "write address 10000028");
    izh_image_free(image);
    izh_device_close(d);

    d = open_device("test:flips");
    image = network_image(SEED);
    assert_int_equal(izh_device_load(d, image), IZH_CORRUPT);
    says(d, "address 40000007 holds 00003039");
    izh_image_free(image);
    izh_device_close(d);
}

// ---- Running ------------------------------------------------------------------------------------

// Compares what a device gives with a model that runs beside it.
struct follower {
    struct izh_model *model;
    struct izh_oracle oracle;
    uint64_t events, wrong;
    uint32_t ticks;
    bool rests;
};

static void follow(struct follower *f, uint64_t seed, bool stimuli)
{
    memset(f, 0, sizeof *f);
    izh_model_new(&izh_pair_shape, &f->model);
    izh_pair_network(seed, izh_pair_write_model, f->model);
    izh_oracle_begin(&f->oracle, f->model, seed, stimuli);
}

static bool same(const struct izh_event *a, const struct izh_event *b)
{
    return a->kind == b->kind && a->tick == b->tick && a->neuron == b->neuron && a->x == b->x &&
           a->w == b->w && a->substep == b->substep && a->level == b->level;
}

static void compare(struct follower *f, const struct izh_event *events, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct izh_event e = events[i];
        f->events++;
        f->rests = e.kind == IZH_EVENT_REST;
        if (f->rests)
            continue;
        uint32_t times = e.kind == IZH_EVENT_TICKS ? e.count : 1;
        f->ticks += e.kind == IZH_EVENT_TICKS ? e.count : 0;
        for (uint32_t k = 0; k < times; k++) {
            struct izh_event expected = izh_oracle_next(&f->oracle);
            e.tick = events[i].tick - (times - 1 - k);
            f->wrong += !same(&e, &expected);
        }
    }
}

static void end_follow(struct follower *f, uint32_t ticks)
{
    assert_int_equal(f->ticks, ticks);
    assert_int_equal(f->wrong, 0);
    assert_true(f->rests);
    assert_true(f->events > 3 * (uint64_t)ticks);
    izh_model_free(f->model);
}

// Takes events until the engine rests: one by one, or in batches.
static void take_until_rest(struct izh_device *d, struct follower *f, size_t batch)
{
    struct izh_event events[64];
    size_t count = 1;
    f->rests = false;
    while (!f->rests) {
        enum izh_status status = batch > 1 ? izh_device_next_batch(d, events, batch, &count, SECOND)
                                           : izh_device_next(d, events, SECOND);
        assert_string_equal(izh_status_name(status), "IZH_OK");
        compare(f, events, count);
    }
}

static void stimulate_ticks(struct izh_device *d, uint64_t seed, uint32_t first, uint32_t ticks)
{
    for (uint32_t tick = first; tick < first + ticks; tick++) {
        struct izh_stimulus model[IZH_PAIR_STIMULI];
        struct izh_device_stimulus stimuli[IZH_PAIR_STIMULI];
        size_t count = izh_pair_stimuli(seed, tick, model);
        for (size_t i = 0; i < count; i++)
            stimuli[i] = (struct izh_device_stimulus){(enum izh_device_stimulus_kind)model[i].kind,
                                                      model[i].neuron, model[i].value};
        assert_int_equal(izh_device_stimulate(d, stimuli, count), IZH_OK);
    }
}

static void test_events_are_those_of_the_model(void **unused)
{
    (void)unused;
    const char *const uris[] = {small_uri, usual_uri};
    for (size_t i = 0; i < 2; i++) {
        struct follower f;
        struct izh_device *d = open_device(uris[i]);
        load_network(d, SEED);
        follow(&f, SEED, false);
        assert_int_equal(izh_device_run(d, TICKS), IZH_OK);
        take_until_rest(d, &f, 1);
        assert_int_equal(izh_device_run(d, 0), IZH_OK);
        assert_int_equal(izh_device_run(d, TICKS), IZH_OK);
        assert_int_equal(izh_device_run(d, TICKS), IZH_OK);
        take_until_rest(d, &f, 64);
        struct izh_event event;
        assert_int_equal(izh_device_next(d, &event, 0), IZH_TIMEOUT);
        assert_int_equal(izh_device_next(d, &event, 1000), IZH_TIMEOUT);
        size_t count = 7;
        assert_int_equal(izh_device_next_batch(d, &event, 0, &count, 0), IZH_BAD_ARGUMENT);
        assert_int_equal(count, 0);
        end_follow(&f, 3 * TICKS);
        izh_device_close(d);
    }
}

// The stimuli of many more ticks than have been asked for wait here, and a run gets through.
static void test_stimuli_reach_their_ticks(void **unused)
{
    (void)unused;
    const char *const uris[] = {small_uri, usual_uri, "model:" SHAPE ",link_slots=1"};
    const uint32_t one = 1;
    for (size_t i = 0; i < 3; i++) {
        struct follower f;
        struct izh_device *d = open_device(uris[i]);
        load_network(d, SEED);
        assert_int_equal(izh_device_write(d, IZH_REG_STIMULUS, &one, 1), IZH_OK);
        follow(&f, SEED, true);
        stimulate_ticks(d, SEED, 0, 3);
        struct izh_event event;
        assert_int_equal(izh_device_next(d, &event, 1000), IZH_TIMEOUT);
        assert_int_equal(izh_device_run(d, 2), IZH_OK);
        take_until_rest(d, &f, 64);
        stimulate_ticks(d, SEED, 3, TICKS);
        assert_int_equal(izh_device_run(d, TICKS + 1), IZH_OK);
        take_until_rest(d, &f, 64);
        end_follow(&f, TICKS + 3);
        izh_device_close(d);
    }
}

// Ticks may have run without an END: what is queued then must not block the RUN behind it.
static void test_stimuli_after_ticks_without_any(void **unused)
{
    (void)unused;
    struct follower f;
    const uint32_t one = 1;
    struct izh_device *d = open_device(small_uri);
    load_network(d, SEED);
    follow(&f, SEED, false);
    assert_int_equal(izh_device_set_timeout(d, 500), IZH_OK);
    assert_int_equal(izh_device_run(d, 50), IZH_OK);
    take_until_rest(d, &f, 64);
    f.oracle.stimuli = true; // its next tick has begun without
    assert_int_equal(izh_device_write(d, IZH_REG_STIMULUS, &one, 1), IZH_OK);
    const struct izh_device_stimulus end = {.kind = IZH_DEVICE_END};
    assert_int_equal(izh_device_stimulate(d, &end, 1), IZH_OK);
    stimulate_ticks(d, SEED, 51, 20);
    assert_int_equal(izh_device_run(d, 1), IZH_OK);
    assert_int_equal(izh_device_run(d, 20), IZH_OK);
    take_until_rest(d, &f, 64);
    end_follow(&f, 71);
    izh_device_close(d);
}

// A function that waits makes room for events, also when stimuli have taken the slots.
static void test_access_while_stimuli_wait(void **unused)
{
    (void)unused;
    const char *const uris[] = {small_uri, "model:" SHAPE ",link_slots=1"};
    const uint32_t one = 1;
    for (size_t i = 0; i < 2; i++) {
        struct follower f;
        uint32_t tick;
        struct izh_device *d = open_device(uris[i]);
        load_network(d, SEED);
        follow(&f, SEED, true);
        assert_int_equal(izh_device_set_timeout(d, 1000), IZH_OK);
        assert_int_equal(izh_device_write(d, IZH_REG_STIMULUS, &one, 1), IZH_OK);
        stimulate_ticks(d, SEED, 0, 5000);
        assert_int_equal(izh_device_run(d, 5000), IZH_OK);
        assert_int_equal(izh_device_read(d, IZH_REG_TICK, &tick, 1), IZH_OK);
        assert_true(tick < 1000); // it did not wait until all stimuli had been sent
        while (tick < 3000)
            assert_int_equal(izh_device_read(d, IZH_REG_TICK, &tick, 1), IZH_OK);
        take_until_rest(d, &f, 64);
        end_follow(&f, 5000);
        izh_device_close(d);
    }
}

static void test_stimuli_are_judged(void **unused)
{
    (void)unused;
    struct izh_device *d = open_device(usual_uri);
    struct izh_device_stimulus s = {IZH_DEVICE_EVENT, 65536, 1};
    assert_int_equal(izh_device_stimulate(d, &s, 1), IZH_BAD_ARGUMENT);
    says(d, "stimulus 0");
    s = (struct izh_device_stimulus){(enum izh_device_stimulus_kind)3, 1, 1};
    assert_int_equal(izh_device_stimulate(d, &s, 1), IZH_BAD_ARGUMENT);
    assert_int_equal(izh_device_stimulate(d, NULL, 0), IZH_OK);
    izh_device_close(d);
    d = open_device("model:synapses=0");
    s = (struct izh_device_stimulus){IZH_DEVICE_EVENT, 1, 1};
    assert_int_equal(izh_device_stimulate(d, &s, 1), IZH_REFUSED);
    izh_device_close(d);
}

static void test_stimuli_fill_no_more_than_a_frame(void **unused)
{
    (void)unused;
    struct izh_device_counters c;
    struct izh_device *d = open_device("test:roomy");
    for (uint32_t i = 0; i < 200; i++) {
        const struct izh_device_stimulus s = {IZH_DEVICE_CURRENT, i % 40, 1};
        assert_int_equal(izh_device_stimulate(d, &s, 1), IZH_OK);
    }
    assert_int_equal(izh_device_get_counters(d, &c), IZH_OK);
    assert_int_equal(c.broken, 0);
    izh_device_close(d);
}

// While ticks are left memories can be read and written, but not what tells samples their time.
static void test_access_while_it_runs(void **unused)
{
    (void)unused;
    struct follower f;
    struct izh_device *d = open_device(small_uri);
    uint32_t word = 0, tick = 0;
    struct izh_image *image = network_image(SEED);
    load_network(d, SEED);
    follow(&f, SEED, false);
    assert_int_equal(izh_device_run(d, 3000), IZH_OK);
    assert_int_equal(izh_device_read(d, IZH_REG_TICK, &tick, 1), IZH_OK);
    assert_true(tick < 3000);
    assert_int_equal(izh_device_read(d, IZH_ADDRESS(IZH_REGION_INPUT, 0, 0), &word, 1), IZH_OK);
    assert_int_equal(izh_device_write(d, IZH_ADDRESS(IZH_REGION_INPUT, 0, 0), &word, 1), IZH_OK);
    word = 1;
    assert_int_equal(izh_device_write(d, IZH_REG_NEURONS, &word, 1), IZH_BUSY);
    assert_int_equal(izh_device_write(d, IZH_REG_SUBSTEPS, &word, 1), IZH_BUSY);
    assert_int_equal(izh_device_write(d, IZH_REG_TICK, &word, 1), IZH_BUSY);
    assert_int_equal(
        izh_device_write(d, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, 3), &word,
                         1),
        IZH_BUSY);
    assert_int_equal(izh_device_load(d, image), IZH_BUSY);
    assert_int_equal(izh_device_run(d, UINT32_MAX), IZH_BAD_ARGUMENT);
    take_until_rest(d, &f, 64);
    end_follow(&f, 3000);
    assert_int_equal(izh_device_load(d, image), IZH_OK);
    izh_image_free(image);
    izh_device_close(d);
}

// Probes that were set in an older session are known all the same.
static void test_reset_begins_anew(void **unused)
{
    (void)unused;
    struct follower f;
    struct izh_device *d = open_device(small_uri);
    load_network(d, SEED);
    assert_int_equal(izh_device_run(d, 3000), IZH_OK);
    assert_int_equal(izh_device_reset(d), IZH_OK);
    struct izh_event event;
    assert_int_equal(izh_device_next(d, &event, 0), IZH_TIMEOUT);
    load_network(d, SEED);
    follow(&f, SEED, false);
    assert_int_equal(izh_device_run(d, 10), IZH_OK);
    take_until_rest(d, &f, 64);
    end_follow(&f, 10);
    assert_int_equal(izh_device_reset(d), IZH_OK);
    const uint32_t neurons = 40;
    assert_int_equal(izh_device_write(d, IZH_REG_NEURONS, &neurons, 1), IZH_OK);
    assert_int_equal(izh_device_run(d, 1), IZH_OK);
    size_t samples = 0;
    do {
        assert_int_equal(izh_device_next(d, &event, SECOND), IZH_OK);
        samples += event.kind == IZH_EVENT_SAMPLE;
    } while (event.kind != IZH_EVENT_REST);
    assert_int_equal(samples, f.oracle.probed_count);
    izh_device_close(d);
}

// Ticks that were left when a session ended are nothing to the stimuli of the next one.
static void test_stimuli_after_a_reset_with_ticks_left(void **unused)
{
    (void)unused;
    struct follower f;
    const uint32_t one = 1;
    struct izh_device *d = open_device(small_uri);
    load_network(d, SEED);
    assert_int_equal(izh_device_write(d, IZH_REG_STIMULUS, &one, 1), IZH_OK);
    assert_int_equal(izh_device_run(d, 100), IZH_OK);
    assert_int_equal(izh_device_reset(d), IZH_OK);
    load_network(d, SEED);
    follow(&f, SEED, true);
    assert_int_equal(izh_device_write(d, IZH_REG_STIMULUS, &one, 1), IZH_OK);
    stimulate_ticks(d, SEED, 0, 10);
    assert_int_equal(izh_device_run(d, 10), IZH_OK);
    take_until_rest(d, &f, 64);
    end_follow(&f, 10);
    izh_device_close(d);
}

// What the others' calls answer while a device is reset.
static struct {
    struct izh_device *device;
    const struct izh_image *image;
    unsigned calls, not_busy, not_silent;
    uint32_t word;
} intruder;

static void is_busy(enum izh_status status)
{
    intruder.not_busy += status != IZH_BUSY;
}

// While HELLO is not answered, and while the registers are read: there, a call that gets in waits.
static void intrude(void)
{
    const uint32_t at = IZH_ADDRESS(IZH_REGION_INPUT, 0, 0);
    struct izh_device *d = intruder.device;
    static const uint32_t words[200];
    struct izh_device_counters counters;
    struct izh_event event;
    uint32_t crc;
    is_busy(izh_device_stimulate(d, NULL, 0));
    is_busy(izh_device_run(d, 0));
    intruder.not_silent += izh_device_next(d, &event, 0) != IZH_TIMEOUT;
    if (intruder.calls++)
        return;
    is_busy(izh_device_read(d, at, &intruder.word, 1));
    if (intruder.not_busy)
        return; // what follows would wait for ever
    is_busy(izh_device_check(d, at, 1, &crc));
    is_busy(izh_device_get_counters(d, &counters));
    is_busy(izh_device_reset(d));
    is_busy(izh_device_set_pace(d, 1));
    is_busy(izh_device_load(d, intruder.image));
    is_busy(izh_device_write(d, at, words, 200));
    says(d, "another thread resets the device");
}

static void test_a_reset_is_one_threads_alone(void **unused)
{
    (void)unused;
    struct izh_image *image = network_image(SEED);
    intruder.device = open_device("test:");
    intruder.image = image;
    intruder.word = 0xabababab;
    meanwhile = intrude;
    enum izh_status status = izh_device_reset(intruder.device);
    meanwhile = NULL;
    assert_int_equal(status, IZH_OK);
    assert_true(intruder.calls > 10);
    assert_int_equal(intruder.not_busy, 0);
    assert_int_equal(intruder.not_silent, 0);
    assert_int_equal(intruder.word, 0xabababab);
    load_network(intruder.device, SEED);
    izh_image_free(image);
    izh_device_close(intruder.device);
}

struct resetter {
    struct izh_device *device;
    unsigned done;
    atomic_bool over;
};

static void *reset_main(void *context)
{
    struct resetter *r = context;
    enum izh_status status = IZH_OK;
    while (r->done < 30 && (!status || status == IZH_BUSY)) {
        status = izh_device_reset(r->device);
        r->done += !status;
    }
    r->over = true;
    return NULL;
}

static void linger(void)
{
    pause_us(20);
}

static void test_threads_reset_and_access_at_once(void **unused)
{
    (void)unused;
    struct izh_device *d = open_device("test:");
    struct resetter resetter = {.device = d};
    const uint32_t at = IZH_ADDRESS(IZH_REGION_INPUT, 0, 0);
    uint32_t words[40], back[40];
    pthread_t thread;
    unsigned wrong = 0;
    for (uint32_t i = 0; i < 40; i++)
        words[i] = i;
    assert_int_equal(izh_device_write(d, at, words, 40), IZH_OK);
    meanwhile = linger;
    pthread_create(&thread, NULL, reset_main, &resetter);
    while (!resetter.over) {
        memset(back, 0xab, sizeof back);
        enum izh_status status = izh_device_read(d, at, back, 40);
        wrong += status ? status != IZH_BUSY : memcmp(words, back, sizeof words) != 0;
        pause_us(20);
    }
    pthread_join(thread, NULL);
    meanwhile = NULL;
    assert_int_equal(wrong, 0);
    assert_int_equal(resetter.done, 30);
    izh_device_close(d);
}

static void test_pace_lossy_and_counters(void **unused)
{
    (void)unused;
    struct izh_device_counters c;
    struct izh_device *d = open_device(small_uri);
    struct izh_event event;
    uint64_t ticks = 0, lost = 0;
    load_network(d, SEED);
    assert_int_equal(izh_device_set_pace(d, 1), IZH_OK);
    assert_int_equal(izh_device_set_lossy(d, 1), IZH_OK);
    assert_int_equal(izh_device_run(d, 200000), IZH_OK);
    do {
        assert_int_equal(izh_device_next(d, &event, SECOND), IZH_OK);
        ticks += event.kind == IZH_EVENT_TICKS ? event.count : 0;
        lost += event.kind == IZH_EVENT_LOST_SPIKES ? event.count : 0;
    } while (event.kind != IZH_EVENT_REST);
    assert_int_equal(ticks, 200000);
    assert_int_equal(izh_device_get_counters(d, &c), IZH_OK);
    assert_true(c.overruns == 65535);
    assert_int_equal(c.lost_spikes, lost);
    assert_true(c.lost_spikes > 0 && c.lost_samples > 0);
    assert_int_equal(c.broken, 0);
    assert_int_equal(c.broken_here, 0);
    assert_int_equal(izh_device_reset(d), IZH_OK);
    assert_int_equal(izh_device_get_counters(d, &c), IZH_OK);
    assert_int_equal(c.overruns, 0);
    assert_true(!c.lost_spikes);
    izh_device_close(d);
    d = open_device("model:synapses=0");
    assert_int_equal(izh_device_get_counters(d, &c), IZH_OK);
    izh_device_close(d);
}

// A board that answers no more: the status of the read that finds out.
static enum izh_status read_until_it_fails(struct izh_device *d)
{
    uint32_t words[40];
    enum izh_status status = IZH_OK;
    assert_int_equal(izh_device_set_timeout(d, 100), IZH_OK);
    for (int i = 0; i < 10 && !status; i++)
        status = izh_device_read(d, IZH_ADDRESS(IZH_REGION_INPUT, 0, 0), words, 40);
    return status;
}

static void test_an_answer_that_does_not_come(void **unused)
{
    (void)unused;
    uint32_t words[1] = {0xabababab};
    struct izh_device *d = open_device("test:stalls");
    assert_int_equal(read_until_it_fails(d), IZH_TIMEOUT);
    says(d, "no answer in 0.1 s");
    assert_int_equal(izh_device_run(d, 1), IZH_TIMEOUT);
    assert_int_equal(izh_device_reset(d), IZH_TIMEOUT);
    assert_int_equal(izh_device_read(d, IZH_REG_MAGIC, words, 1), IZH_TIMEOUT);
    assert_int_equal(words[0], 0xabababab);
    assert_int_equal(izh_device_write(d, IZH_REG_MODE, words, 1), IZH_TIMEOUT);
    assert_int_equal(izh_device_run(d, 1), IZH_TIMEOUT);
    says(d, "nothing answers");
    izh_device_close(d);
}

static void test_a_reset_may_be_tried_again(void **unused)
{
    (void)unused;
    uint32_t words[1];
    struct izh_device *d = open_device("test:late");
    enum izh_status status = read_until_it_fails(d);
    assert_int_equal(status, IZH_TIMEOUT);
    assert_int_equal(izh_device_reset(d), IZH_TIMEOUT);
    assert_int_equal(izh_device_read(d, IZH_REG_MAGIC, words, 1), IZH_TIMEOUT);
    for (int i = 0; i < 20 && status; i++)
        status = izh_device_reset(d);
    assert_int_equal(status, IZH_OK);
    assert_int_equal(izh_device_read(d, IZH_REG_MAGIC, words, 1), IZH_OK);
    assert_int_equal(words[0], IZH_MAGIC);
    izh_device_close(d);
}

// The answer comes when nobody waits for it any more.
static void test_an_answer_that_comes_late(void **unused)
{
    (void)unused;
    uint32_t words[40] = {0};
    struct izh_event event;
    struct izh_device *d = open_device("test:late");
    assert_int_equal(izh_device_set_timeout(d, 100), IZH_OK);
    enum izh_status status = IZH_OK;
    for (int i = 0; i < 10 && !status; i++)
        status = izh_device_read(d, IZH_ADDRESS(IZH_REGION_INPUT, 0, 0), words, 40);
    assert_int_equal(status, IZH_TIMEOUT);
    for (size_t i = 0; i < 40; i++)
        words[i] = 0xabababab;
    assert_int_equal(izh_device_next(d, &event, 20 * SECOND), IZH_TIMEOUT);
    for (size_t i = 0; i < 40; i++)
        assert_int_equal(words[i], 0xabababab);
    assert_int_equal(izh_device_read(d, IZH_REG_MAGIC, words, 1), IZH_OK);
    assert_int_equal(words[0], IZH_MAGIC);
    izh_device_close(d);
}

static void test_a_device_that_speaks_nonsense(void **unused)
{
    (void)unused;
    uint32_t words[40] = {0};
    struct izh_event event;
    struct izh_device *d = open_device("test:babbles");
    const uint32_t at = IZH_ADDRESS(IZH_REGION_INPUT, 0, 0);
    for (int i = 0; i < 10; i++)
        assert_int_equal(izh_device_read(d, at, words, 40), IZH_OK);
    assert_int_equal(izh_device_next(d, &event, SECOND), IZH_NOT_IZH);
    says(d, "a word of a kind that this library does not know");
    assert_int_equal(izh_device_read(d, at, words, 1), IZH_NOT_IZH);
    assert_int_equal(izh_device_run(d, 1), IZH_NOT_IZH);
    assert_int_equal(izh_device_stimulate(d, NULL, 0), IZH_NOT_IZH);
    assert_int_equal(izh_stream_start(d, NULL, NULL), IZH_NOT_IZH);
    izh_device_close(d);
}

static void test_a_device_that_goes(void **unused)
{
    (void)unused;
    uint32_t words[40] = {0};
    struct izh_event event;
    struct izh_device *d = open_device("test:gone");
    enum izh_status status = IZH_OK;
    for (int i = 0; i < 10 && !status; i++)
        status = izh_device_read(d, IZH_ADDRESS(IZH_REGION_INPUT, 0, 0), words, 40);
    assert_int_equal(status, IZH_GONE);
    assert_int_equal(izh_device_next(d, &event, SECOND), IZH_GONE);
    assert_int_equal(izh_device_reset(d), IZH_GONE);
    izh_device_close(d);
}

// ---- Streaming ----------------------------------------------------------------------------------

struct listener {
    pthread_mutex_t lock;
    struct follower follower;
    struct izh_device *device;
    bool stopped; // izh_stream_stop has returned: nothing may come any more
    unsigned late;
    unsigned calls, stop_after;
    enum izh_status inside, last;
};

static int on_events(void *context, enum izh_status status, const struct izh_event *events,
                     size_t count)
{
    struct listener *l = context;
    pthread_mutex_lock(&l->lock);
    l->late += l->stopped;
    l->calls++;
    l->last = status;
    if (l->follower.model)
        compare(&l->follower, events, count);
    bool stop = l->stop_after && l->calls >= l->stop_after;
    if (l->calls == 1 && l->device)
        l->inside = izh_stream_stop(l->device);
    pthread_mutex_unlock(&l->lock);
    return stop;
}

static bool rests(struct listener *l)
{
    pthread_mutex_lock(&l->lock);
    bool is_at_rest = l->follower.rests;
    pthread_mutex_unlock(&l->lock);
    return is_at_rest;
}

static void test_stream(void **unused)
{
    (void)unused;
    struct listener l = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct izh_device *d = open_device(usual_uri);
    struct izh_event event;
    load_network(d, SEED);
    follow(&l.follower, SEED, false);
    l.device = d;
    assert_int_equal(izh_stream_start(d, on_events, &l), IZH_OK);
    assert_int_equal(izh_stream_start(d, on_events, &l), IZH_BUSY);
    assert_int_equal(izh_device_next(d, &event, 0), IZH_BUSY);
    assert_int_equal(izh_device_reset(d), IZH_BUSY);
    assert_int_equal(izh_device_run(d, TICKS), IZH_OK);
    uint32_t word;
    while (!rests(&l))
        assert_int_equal(izh_device_read(d, IZH_REG_TICK, &word, 1), IZH_OK);
    assert_int_equal(izh_stream_stop(d), IZH_OK);
    assert_int_equal(izh_stream_stop(d), IZH_OK);
    assert_int_equal(l.inside, IZH_BUSY);
    end_follow(&l.follower, TICKS);
    assert_int_equal(izh_device_next(d, &event, 0), IZH_TIMEOUT);
    izh_device_close(d);
}

// What the callback has not been given is there for the next one, or for izh_device_next.
static void test_streams_follow_each_other_without_loss(void **unused)
{
    (void)unused;
    struct izh_random random = {izh_test_seed(20031202)};
    struct listener l = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct izh_device *d = open_device(small_uri);
    load_network(d, SEED);
    follow(&l.follower, SEED, false);
    assert_int_equal(izh_device_run(d, 5000), IZH_OK);
    for (int i = 0; i < 60 && !l.follower.rests; i++) {
        l.calls = 0;
        l.stop_after = izh_random_below(&random, 3) ? 0 : 1 + izh_random_below(&random, 3);
        l.stopped = false;
        assert_int_equal(izh_stream_start(d, on_events, &l), IZH_OK);
        pause_us(izh_random_below(&random, 500));
        enum izh_status status = izh_stream_stop(d);
        pthread_mutex_lock(&l.lock);
        l.stopped = true;
        pthread_mutex_unlock(&l.lock);
        assert_true(status == IZH_OK || (status == IZH_STOPPED && l.stop_after));
    }
    if (!l.follower.rests)
        take_until_rest(d, &l.follower, 64);
    assert_int_equal(l.late, 0);
    end_follow(&l.follower, 5000);
    izh_device_close(d);
}

struct helper {
    struct izh_device *device;
    pthread_barrier_t *barrier;
    enum izh_status status;
    uint32_t neuron;
};

static void *stop_main(void *context)
{
    struct helper *h = context;
    pthread_barrier_wait(h->barrier);
    h->status = izh_stream_stop(h->device);
    return NULL;
}

// Keeps writing the same words while the network runs.
static void *write_main(void *context)
{
    struct helper *h = context;
    uint32_t word;
    const uint32_t at = IZH_ADDRESS(IZH_REGION_SYNAPSE, 1, h->neuron);
    pthread_barrier_wait(h->barrier);
    for (int i = 0; i < 50 && !h->status; i++) {
        h->status = izh_device_read(h->device, at, &word, 1);
        if (!h->status)
            h->status = izh_device_write(h->device, at, &word, 1);
    }
    return NULL;
}

static void test_threads_stop_and_write_at_once(void **unused)
{
    (void)unused;
    for (int round = 0; round < 20; round++) {
        struct listener l = {.lock = PTHREAD_MUTEX_INITIALIZER};
        struct izh_device *d = open_device(usual_uri);
        pthread_barrier_t barrier;
        pthread_t threads[4];
        struct helper helpers[4];
        load_network(d, SEED);
        follow(&l.follower, SEED, false);
        pthread_barrier_init(&barrier, NULL, 4);
        assert_int_equal(izh_stream_start(d, on_events, &l), IZH_OK);
        assert_int_equal(izh_device_run(d, TICKS), IZH_OK);
        for (uint32_t i = 0; i < 4; i++) {
            helpers[i] = (struct helper){d, &barrier, IZH_OK, i};
            pthread_create(&threads[i], NULL, i < 2 ? stop_main : write_main, &helpers[i]);
        }
        for (size_t i = 0; i < 4; i++) {
            pthread_join(threads[i], NULL);
            assert_int_equal(helpers[i].status, IZH_OK);
        }
        if (!l.follower.rests)
            take_until_rest(d, &l.follower, 64);
        end_follow(&l.follower, TICKS);
        pthread_barrier_destroy(&barrier);
        izh_device_close(d);
    }
}

static void test_a_stream_ends_with_its_device(void **unused)
{
    (void)unused;
    struct listener l = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct izh_device *d = open_device(usual_uri);
    load_network(d, SEED);
    follow(&l.follower, SEED, false);
    assert_int_equal(izh_stream_start(d, on_events, &l), IZH_OK);
    assert_int_equal(izh_device_run(d, 1000000), IZH_OK);
    pause_us(2000);
    assert_int_equal(izh_device_close(d), IZH_OK);
    assert_int_equal(l.follower.wrong, 0);
    izh_model_free(l.follower.model);
}

// A callback may use its device, but neither end nor close it.
struct inner {
    struct izh_device *device;
    enum izh_status read, close, reset, start;
    uint32_t magic;
    int blocked; // signals, of two
};

static int on_events_inside(void *context, enum izh_status status, const struct izh_event *events,
                            size_t count)
{
    struct inner *i = context;
    (void)status;
    (void)events;
    (void)count;
    sigset_t mask;
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    i->blocked = sigismember(&mask, SIGINT) + sigismember(&mask, SIGALRM);
    i->read = izh_device_read(i->device, IZH_REG_MAGIC, &i->magic, 1);
    i->close = izh_device_close(i->device);
    i->reset = izh_device_reset(i->device);
    i->start = izh_stream_start(i->device, on_events_inside, context);
    return 1;
}

static void test_a_callback_uses_its_device(void **unused)
{
    (void)unused;
    struct izh_device *d = open_device(usual_uri);
    struct inner i = {.device = d};
    assert_int_equal(izh_stream_start(d, on_events_inside, &i), IZH_OK);
    assert_int_equal(izh_device_run(d, 1), IZH_OK);
    struct izh_event event;
    enum izh_status status;
    while ((status = izh_device_next(d, &event, 0)) == IZH_BUSY)
        pause_us(100);
    assert_int_equal(izh_stream_stop(d), IZH_STOPPED);
    assert_int_equal(i.blocked, 2);
    assert_int_equal(i.read, IZH_OK);
    assert_int_equal(i.magic, IZH_MAGIC);
    assert_int_equal(i.close, IZH_BUSY);
    assert_int_equal(i.reset, IZH_BUSY);
    assert_int_equal(i.start, IZH_BUSY);
    izh_device_close(d);
}

static void test_a_stream_tells_why_it_ends(void **unused)
{
    (void)unused;
    struct listener l = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct izh_device *d = open_device("test:later");
    assert_int_equal(izh_stream_start(d, on_events, &l), IZH_OK);
    struct izh_event event;
    while (izh_device_next(d, &event, 0) == IZH_BUSY)
        pause_us(100);
    assert_int_equal(izh_stream_stop(d), IZH_OK);
    assert_int_equal(l.last, IZH_GONE);
    assert_int_equal(l.calls, 1);
    izh_device_close(d);
}

// ---- Several at once ----------------------------------------------------------------------------

static void *device_main(void *context)
{
    struct follower *f = context;
    struct izh_device *d = NULL;
    struct izh_event events[64];
    size_t count;
    enum izh_status status = izh_device_open(small_uri, &d, NULL);
    struct izh_image *image = network_image(SEED + 1);
    if (!status)
        status = izh_device_load(d, image);
    if (!status)
        status = izh_device_run(d, TICKS);
    while (!status && !f->rests) {
        status = izh_device_next_batch(d, events, 64, &count, SECOND);
        compare(f, events, status ? 0 : count);
    }
    izh_image_free(image);
    izh_device_close(d);
    return NULL;
}

static void test_two_devices_at_once(void **unused)
{
    (void)unused;
    pthread_t threads[2];
    struct follower followers[2];
    for (size_t i = 0; i < 2; i++) {
        follow(&followers[i], SEED + 1, false);
        pthread_create(&threads[i], NULL, device_main, &followers[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        end_follow(&followers[i], TICKS);
    }
}

static int add_schemes(void **unused)
{
    (void)unused;
    return izh_transport_add(&fake_ops);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_are_judged),
        cmocka_unit_test(test_what_answers_is_judged),
        cmocka_unit_test(test_engines_of_the_contract_alone_are_taken),
        cmocka_unit_test(test_info_stays_when_a_reset_fails),
        cmocka_unit_test(test_info_says_what_is_there),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_statuses_have_names),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_a_load_is_stopped),
        cmocka_unit_test(test_images_for_other_engines_are_refused),
        cmocka_unit_test(test_images_are_loaded_and_compared),
        cmocka_unit_test(test_events_are_those_of_the_model),
        cmocka_unit_test(test_stimuli_reach_their_ticks),
        cmocka_unit_test(test_stimuli_after_ticks_without_any),
        cmocka_unit_test(test_access_while_stimuli_wait),
        cmocka_unit_test(test_stimuli_fill_no_more_than_a_frame),
        cmocka_unit_test(test_stimuli_are_judged),
        cmocka_unit_test(test_access_while_it_runs),
        cmocka_unit_test(test_reset_begins_anew),
        cmocka_unit_test(test_stimuli_after_a_reset_with_ticks_left),
        cmocka_unit_test(test_a_reset_is_one_threads_alone),
        cmocka_unit_test(test_threads_reset_and_access_at_once),
        cmocka_unit_test(test_pace_lossy_and_counters),
        cmocka_unit_test(test_an_answer_that_does_not_come),
        cmocka_unit_test(test_a_reset_may_be_tried_again),
        cmocka_unit_test(test_an_answer_that_comes_late),
        cmocka_unit_test(test_a_device_that_speaks_nonsense),
        cmocka_unit_test(test_a_device_that_goes),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_streams_follow_each_other_without_loss),
        cmocka_unit_test(test_threads_stop_and_write_at_once),
        cmocka_unit_test(test_a_stream_ends_with_its_device),
        cmocka_unit_test(test_a_callback_uses_its_device),
        cmocka_unit_test(test_a_stream_tells_why_it_ends),
        cmocka_unit_test(test_two_devices_at_once),
    };
    return cmocka_run_group_tests_name("device", tests, add_schemes, NULL);
}
