// test_link_gateware.c: the gateware's half of the link, byte by byte, on Verilated boards
// SPDX-License-Identifier: Apache-2.0
//
// What an engine computes behind it is compared elsewhere; here every neuron spikes in every
// update, so that what must come is known.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "crc32.h"
#include "izh_map.h"
#include "link_codes.h"
#include "link_host.h"
#include "random.h"

enum { NONCE = 0x5eed1e57 };

static const char *const boards[] = {"s20", "c16"};

static struct izh_link_host *open_wired(const char *board, const struct izh_board_wiring *wiring,
                                        uint32_t seed)
{
    struct izh_link_host *host = calloc(1, sizeof *host);
    assert_non_null(host);
    assert_int_equal(izh_board_new(board, wiring, seed, &host->board), IZH_BOARD_OK);
    izh_board_set_carrier(host->board, 4, 0);
    return host;
}

static struct izh_link_host *open_board(const char *board, uint32_t seed)
{
    return open_wired(board, NULL, seed);
}

static struct izh_link_host *begin(const char *board)
{
    struct izh_link_host *host = open_board(board, 1);
    assert_true(izh_link_host_hello(host, NONCE));
    return host;
}

static void end(struct izh_link_host *host)
{
    izh_board_free(host->board);
    free(host);
}

#define FOR_EACH_BOARD(board) for (size_t b_ = 0; b_ < 2 && ((board) = boards[b_]); b_++)

static uint32_t reg(uint32_t number)
{
    return IZH_ADDRESS(IZH_REGION_REGISTER, 0, number);
}

static uint32_t link_field(uint32_t field)
{
    return IZH_ADDRESS(IZH_REGION_LINK, field, 0);
}

static void write_word(struct izh_link_host *host, uint32_t address, uint32_t word)
{
    if (!izh_link_host_write(host, address, word))
        fail_msg("write of %08x at %08x: status %d", word, address, izh_link_host_status(host));
}

static uint32_t read_word(struct izh_link_host *host, uint32_t address)
{
    uint32_t word = 0;
    if (!izh_link_host_read(host, address, &word))
        fail_msg("read at %08x: status %d", address, izh_link_host_status(host));
    return word;
}

// Many words of one field.
static void fill(struct izh_link_host *host, uint32_t address, uint32_t count, uint32_t word)
{
    uint8_t payload[IZH_FRAME_PAYLOAD];
    uint32_t most = host->room / 4u - 1;
    while (count) {
        uint32_t n = count < most ? count : most;
        izh_link_put32(payload, address);
        for (uint32_t i = 0; i < n; i++)
            izh_link_put32(payload + 4 + 4 * i, word);
        assert_true(izh_link_host_ask(host, IZH_KIND_WRITE, payload, 4 + 4 * n));
        assert_int_equal(izh_link_host_status(host), IZH_DONE_OK);
        address += n;
        count -= n;
    }
}

// So many neurons that spike in every sub-step, nobody's target.
static void make_spikers(struct izh_link_host *host, uint32_t neurons, uint32_t substeps)
{
    static const uint32_t fields[] = {IZH_FIELD_RECORD_A, IZH_FIELD_RECORD_B, IZH_FIELD_RECORD_E,
                                      IZH_FIELD_RECORD_C, IZH_FIELD_RECORD_D, IZH_FIELD_RECORD_SD};
    uint32_t parts = read_word(host, reg(IZH_REG_RING)) >> 16;
    uint32_t least_x = -(1u << ((read_word(host, reg(IZH_REG_WIDTHS)) & 255) - 1));
    write_word(host, reg(IZH_REG_CLEAR), 1);
    write_word(host, reg(IZH_REG_NEURONS), neurons);
    write_word(host, reg(IZH_REG_SUBSTEPS), substeps);
    write_word(host, reg(IZH_REG_MODE), 0);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        write_word(host, IZH_ADDRESS(IZH_REGION_RECORD, fields[i], 0), 0);
    write_word(host, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, 0), least_x);
    write_word(host, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_DECAY, 0), 1);
    for (uint32_t field = 0; field < 3; field++)
        fill(host, IZH_ADDRESS(IZH_REGION_STATE, field, 0), neurons, 0);
    fill(host, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, 0), neurons, 0);
    fill(host, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, 0), neurons, 0);
    fill(host, IZH_ADDRESS(IZH_REGION_INPUT, 0, 0), neurons, 0);
    fill(host, IZH_ADDRESS(IZH_REGION_ROW, 0, 0), neurons * parts, 0);
}

static void run(struct izh_link_host *host, uint32_t ticks)
{
    write_word(host, reg(IZH_REG_RUN), ticks);
}

// ---- What the words say -------------------------------------------------------------------------

struct said {
    uint32_t ticks, spikes, samples, lost_spikes, lost_samples;
};

// Reads the words of spikers. Without loss every spike must be the next one in order.
static struct said listen(const struct izh_link_host *host, uint32_t neurons, uint32_t substeps)
{
    struct said s = {0};
    uint32_t substep = 0, next = 0, high = 0;
    bool exact = true;
    for (uint32_t i = 0; i < host->word_count; i++) {
        uint16_t word = host->words[i], value = word & 0xfff;
        switch (word & 0x8000 ? word & 0xf000 : IZH_WORD_SPIKE) {
        case IZH_WORD_SPIKE:
            s.spikes++;
            if (exact && (value != next % neurons || substep != next / neurons))
                fail_msg("word %u: spike of %u in sub-step %u, expected %u in %u", i, value,
                         substep, next % neurons, next / neurons);
            next++;
            break;
        case IZH_WORD_SUBSTEP:
            substep = value;
            break;
        case IZH_WORD_TICKS:
            s.ticks += high << 12 | value;
            if (exact && next != neurons * substeps)
                fail_msg("word %u: a tick of %u spikes", i, next);
            substep = next = high = 0;
            break;
        case IZH_WORD_SAMPLE:
            s.samples++;
            i += 5;
            break;
        case IZH_WORD_LOST_SPIKES:
            s.lost_spikes += high << 12 | value;
            high = 0;
            exact = false;
            break;
        case IZH_WORD_LOST_SAMPLES:
            s.lost_samples += high << 12 | value;
            high = 0;
            break;
        case IZH_WORD_HIGH:
            high = value;
            break;
        default:
            fail_msg("word %u: %04x", i, word);
        }
    }
    return s;
}

static void wait_for_ticks(struct izh_link_host *host, uint32_t ticks, uint32_t neurons,
                           uint32_t substeps)
{
    struct said s = {0};
    for (int i = 0; i < 6000 && s.ticks < ticks; i++) {
        izh_link_host_wait(host, 1000);
        s = listen(host, neurons, substeps);
    }
    assert_int_equal(s.ticks, ticks);
    assert_int_equal(s.spikes, ticks * neurons * substeps);
}

// ---- Sessions -----------------------------------------------------------------------------------

static void says_nothing_before_hello_and_then_what_it_is(void **unused)
{
    (void)unused;
    const char *board;
    FOR_EACH_BOARD(board)
    {
        for (uint32_t seed = 1; seed < 20; seed++) {
            struct izh_link_host *host = open_board(board, seed);
            uint8_t read[5] = {0, 0, 0, 0, 1};
            izh_link_host_frame(host, IZH_KIND_READ, 0, read, sizeof read);
            izh_link_host_wait(host, 2000);
            assert_int_equal(host->bytes, 0);
            assert_true(izh_link_host_hello(host, NONCE + seed));
            assert_int_equal(host->done.payload[4], IZH_LINK_VERSION);
            assert_int_equal(host->slots, *board == 'c' ? 1 : 8);
            assert_int_equal(host->room, *board == 'c' ? 92 : 240);
            assert_int_equal(host->ring, *board == 'c' ? 127 : 4096);
            assert_int_equal(read_word(host, reg(IZH_REG_MAGIC)), IZH_MAGIC);
            end(host);
        }
    }
}

static void hello_resets_in_the_middle_of_anything(void **unused)
{
    (void)unused;
    const char *board;
    FOR_EACH_BOARD(board)
    {
        struct izh_link_host *host = begin(board);
        struct izh_random random = {izh_test_seed(1)};
        make_spikers(host, 100, 1);
        for (uint32_t i = 0; i < 60; i++) {
            write_word(host, reg(IZH_REG_NEURONS), 100);
            write_word(host, reg(IZH_REG_MODE), 0);
            write_word(host, link_field(IZH_FIELD_LINK_PACE), 7);
            run(host, 1000);
            host->deaf = i & 1;
            izh_link_host_wait(host, izh_random_below(&random, 3000));
            host->deaf = false;
            assert_true(izh_link_host_hello(host, i));
            assert_int_equal(read_word(host, reg(IZH_REG_NEURONS)), 1);
            assert_int_equal(read_word(host, reg(IZH_REG_TICKS_LEFT)), 0);
            assert_int_equal(read_word(host, link_field(IZH_FIELD_LINK_PACE)), 0);
            assert_int_equal(host->word_count, 0);
        }
        end(host);
    }
}

// ---- Requests -----------------------------------------------------------------------------------

static void expect(struct izh_link_host *host, uint8_t kind, const char *hex, uint8_t status,
                   uint8_t count)
{
    uint8_t payload[IZH_FRAME_PAYLOAD];
    size_t length = strlen(hex) / 2;
    for (size_t i = 0; i < length; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], 0};
        payload[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    assert_true(izh_link_host_ask(host, kind, payload, length));
    if (izh_link_host_status(host) != status || izh_link_host_count(host) != count)
        fail_msg("kind %02x, payload %s: status %d, count %d, expected %d, %d", kind, hex,
                 izh_link_host_status(host), izh_link_host_count(host), status, count);
}

static void requests_are_refused_where_they_must_be(void **unused)
{
    (void)unused;
    const char *board;
    FOR_EACH_BOARD(board)
    {
        struct izh_link_host *host = begin(board);
        const uint8_t *result;
        expect(host, IZH_KIND_READ, "", IZH_DONE_MALFORMED, 0);
        expect(host, IZH_KIND_READ, "00000000", IZH_DONE_MALFORMED, 0);
        expect(host, IZH_KIND_READ, "0000000000", IZH_DONE_OK, 0);
        expect(host, IZH_KIND_READ, "0000000004", IZH_DONE_OK, 4);
        assert_int_equal(izh_link_host_result(host, &result), 16);
        assert_int_equal(izh_link_get32(result), IZH_MAGIC);
        expect(host, IZH_KIND_READ, "0600000004", IZH_DONE_REFUSED, 2); // NEURONS..STEP, not RUN
        expect(host, IZH_KIND_READ, "00000010ff", IZH_DONE_MALFORMED, host->room / 4);
        assert_int_equal(izh_link_host_result(host, &result), host->room);
        expect(host, IZH_KIND_WRITE, "00", IZH_DONE_MALFORMED, 0);
        expect(host, IZH_KIND_WRITE, "00000010", IZH_DONE_OK, 0);
        expect(host, IZH_KIND_WRITE, "000000100100000002", IZH_DONE_MALFORMED, 1);
        // SUBSTEPS, STEP, MODE, RUN, and TICKS_LEFT, which is not written.
        expect(host, IZH_KIND_WRITE, "050000000100000002000000010000000000000000000000",
               IZH_DONE_REFUSED, 4);
        expect(host, IZH_KIND_CHECK, "00000010010000", IZH_DONE_MALFORMED, 0);
        expect(host, IZH_KIND_CHECK, "0000001001000001", IZH_DONE_MALFORMED, 0);
        expect(host, IZH_KIND_CHECK, "0000001000000000", IZH_DONE_OK, 0);
        assert_int_equal(izh_link_host_result(host, &result), 4);
        assert_int_equal(izh_link_get32(result), 0);
        expect(host, IZH_KIND_CHECK, "0600000004000000", IZH_DONE_REFUSED, 2);
        assert_int_equal(izh_link_host_result(host, &result), 0);
        expect(host, IZH_KIND_STIMULI, "", IZH_DONE_OK, 0);
        expect(host, IZH_KIND_STIMULI, "00010000010000000200", IZH_DONE_MALFORMED, 2);
        expect(host, IZH_KIND_STIMULI, "0003", IZH_DONE_MALFORMED, 1);
        expect(host, 0x14, "0000000001", IZH_DONE_MALFORMED, 0);
        expect(host, 0x1f, "", IZH_DONE_MALFORMED, 0);
        assert_int_equal(host->missed, 0);
        end(host);
    }
}

static void link_registers_are_as_the_map_says(void **unused)
{
    (void)unused;
    const char *board;
    FOR_EACH_BOARD(board)
    {
        struct izh_link_host *host = begin(board);
        assert_int_equal(read_word(host, link_field(IZH_FIELD_LINK_BUILD)), 0);
        assert_int_equal(read_word(host, link_field(IZH_FIELD_LINK_BOARD)), IZH_BOARD_SIMULATION);
        assert_int_equal(read_word(host, link_field(IZH_FIELD_LINK_CLOCK)), 48000000);
        assert_false(izh_link_host_write(host, link_field(IZH_FIELD_LINK_CLOCK), 1));
        assert_false(izh_link_host_write(host, link_field(IZH_FIELD_LINK_LOSSY), 2));
        assert_false(izh_link_host_write(host, link_field(IZH_FIELD_LINK_PACE) + 1, 2));
        assert_false(izh_link_host_write(host, link_field(IZH_FIELD_LINK_CARRIER + 1), 2));
        write_word(host, link_field(IZH_FIELD_LINK_LOSSY), 1);
        assert_int_equal(read_word(host, link_field(IZH_FIELD_LINK_LOSSY)), 1);
        write_word(host, link_field(IZH_FIELD_LINK_PACE), 0x12345678);
        assert_int_equal(read_word(host, link_field(IZH_FIELD_LINK_PACE)), 0x12345678);
        for (int i = 0; i < 3; i++) {
            izh_board_carrier_error(host->board);
            izh_link_host_send(host, (const uint8_t *)"\x05zz\0", 4);
        }
        assert_int_equal(read_word(host, link_field(IZH_FIELD_LINK_CARRIER)), 3);
        assert_int_equal(read_word(host, link_field(IZH_FIELD_LINK_BROKEN)), 3);
        write_word(host, link_field(IZH_FIELD_LINK_BROKEN), 0);
        assert_int_equal(read_word(host, link_field(IZH_FIELD_LINK_BROKEN)), 0);
        end(host);
    }
}

static void a_check_is_the_crc_of_what_a_read_gives(void **unused)
{
    (void)unused;
    const char *board;
    FOR_EACH_BOARD(board)
    {
        struct izh_link_host *host = begin(board);
        struct izh_random random = {izh_test_seed(2)};
        uint8_t bytes[4 * 100], payload[8];
        const uint8_t *result;
        for (uint32_t i = 0; i < 100; i++) {
            uint32_t address = IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_W, i);
            write_word(host, address, (uint32_t)izh_random_next(&random));
            izh_link_put32(bytes + 4 * i, read_word(host, address));
        }
        izh_link_put32(payload, IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_W, 0));
        izh_link_put32(payload + 4, 100);
        // Twice: nothing of the first may be left in the second.
        for (int i = 0; i < 2; i++) {
            assert_true(izh_link_host_ask(host, IZH_KIND_CHECK, payload, sizeof payload));
            assert_int_equal(izh_link_host_result(host, &result), 4);
            assert_int_equal(izh_link_get32(result), izh_crc32(0, bytes, sizeof bytes));
        }
        end(host);
    }
}

static void a_request_out_of_turn_is_missed_once_or_ignored(void **unused)
{
    (void)unused;
    const char *board;
    FOR_EACH_BOARD(board)
    {
        struct izh_link_host *host = begin(board);
        uint8_t read[5] = {0, 0, 0, 0, 1};
        read_word(host, reg(IZH_REG_MAGIC));
        for (uint16_t ahead = 2; ahead < 5; ahead++)
            izh_link_host_frame(host, IZH_KIND_READ, ahead, read, sizeof read);
        izh_link_host_wait(host, 5000);
        assert_int_equal(host->missed, 1);
        assert_int_equal(host->missed_request, 1);
        assert_int_equal(host->done_count, 1);
        izh_link_host_frame(host, IZH_KIND_READ, 0, read, sizeof read);
        izh_link_host_wait(host, 5000);
        assert_int_equal(host->done_count, 1);
        read_word(host, reg(IZH_REG_MAGIC));
        izh_link_host_frame(host, IZH_KIND_READ, 9, read, sizeof read);
        izh_link_host_wait(host, 5000);
        assert_int_equal(host->missed, 2);
        assert_int_equal(host->missed_request, 2);
        // A broken frame is missed too, whatever it was.
        read_word(host, reg(IZH_REG_MAGIC));
        izh_link_host_send(host, (const uint8_t *)"\x03\x10\x20\0", 4);
        izh_link_host_wait(host, 5000);
        assert_int_equal(host->missed, 3);
        assert_int_equal(host->missed_request, 3);
        end(host);
    }
}

// Stimuli, none of them: the shortest request. On one board, for it takes long; the numbers are
// counted by the same modules on both.
static void request_numbers_go_round(void **unused)
{
    (void)unused;
    struct izh_link_host *host = begin("c16");
    izh_board_set_carrier(host->board, 1, 0);
    for (uint32_t i = 0; i < 65536 + 10; i++) {
        assert_true(izh_link_host_ask(host, IZH_KIND_STIMULI, "", 0));
        assert_int_equal(izh_link_host_status(host), IZH_DONE_OK);
    }
    assert_int_equal(host->request, 10);
    assert_int_equal(host->missed, 0);
    end(host);
}

// ---- The stream ---------------------------------------------------------------------------------

static void every_spike_comes_in_order(void **unused)
{
    (void)unused;
    const char *board;
    FOR_EACH_BOARD(board)
    {
        struct izh_link_host *host = begin(board);
        make_spikers(host, 150, 3);
        for (unsigned stalls = 0; stalls <= 800; stalls += 400) {
            izh_board_set_carrier(host->board, 4, stalls);
            host->word_count = 0;
            run(host, 100);
            wait_for_ticks(host, 100, 150, 3);
        }
        assert_int_equal(host->broken, 0);
        end(host);
    }
}

static void samples_come_whole(void **unused)
{
    (void)unused;
    const char *board;
    FOR_EACH_BOARD(board)
    {
        struct izh_link_host *host = begin(board);
        make_spikers(host, 20, 2);
        write_word(host, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, 7), 1);
        write_word(host, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_C, 0), (uint32_t)-1234);
        write_word(host, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_D, 0), (uint32_t)-5);
        run(host, 10);
        wait_for_ticks(host, 10, 20, 2);
        assert_int_equal(listen(host, 20, 2).samples, 20);
        int32_t w = 0;
        for (uint32_t i = 0; i < host->word_count; i++) {
            const uint16_t *word = &host->words[i];
            if ((*word & 0xf000) != IZH_WORD_SAMPLE)
                continue;
            w -= 5;
            assert_int_equal(word[1], 7);
            assert_int_equal((int32_t)(word[2] | (uint32_t)word[3] << 16), w);
            assert_int_equal((int32_t)(word[4] | (uint32_t)word[5] << 16), -1234);
            i += 5;
        }
        end(host);
    }
}

static void no_byte_leaves_beyond_the_limit(void **unused)
{
    (void)unused;
    const char *board;
    FOR_EACH_BOARD(board)
    {
        struct izh_link_host *host = begin(board);
        make_spikers(host, 150, 1);
        run(host, 1000);
        host->deaf = true;
        for (unsigned credit = 0; credit < 200; credit += 7) {
            izh_link_host_ack(host, 0, false);
            izh_link_host_wait(host, 20000);
            uint64_t before = host->bytes;
            uint16_t expected = host->expected;
            // What was begun counts: the limit is a position, not an allowance.
            izh_link_host_ack(host, (uint16_t)credit, false);
            izh_link_host_wait(host, 20000);
            assert_true(host->bytes - before <= credit);
            assert_true(host->bytes - before + 130 > credit || credit > 100);
            assert_true((uint16_t)(host->expected - expected) <= credit);
        }
        end(host);
    }
}

static void what_was_lost_comes_again(void **unused)
{
    (void)unused;
    const char *board;
    FOR_EACH_BOARD(board)
    {
        struct izh_link_host *host = begin(board);
        struct izh_random random = {izh_test_seed(3)};
        make_spikers(host, 150, 1);
        run(host, 200);
        for (int i = 0; i < 300; i++) {
            // What comes meanwhile is thrown away, cut anywhere.
            uint8_t lost[200];
            struct izh_board_bytes bytes = {.out = lost,
                                            .out_room = 1 + izh_random_below(&random, 199)};
            izh_board_step(host->board, 3000, false, &bytes);
            host->decoder.length = 0;
            izh_link_host_ack(host, 4096, true);
            izh_link_host_wait(host, 500);
        }
        wait_for_ticks(host, 200, 150, 1);
        end(host);
    }
}

// An ACK that was on its way while the device went back is good: it has sent those bytes before.
static void what_comes_again_may_be_acknowledged_before_it_has_come(void **unused)
{
    (void)unused;
    const char *board;
    FOR_EACH_BOARD(board)
    {
        struct izh_link_host *host = begin(board);
        make_spikers(host, 150, 1);
        run(host, 200);
        for (int i = 0; i < 100; i++) {
            uint16_t before = host->expected;
            host->deaf = true;
            izh_link_host_wait(host, 3000);
            uint16_t after = host->expected;
            host->expected = before;
            izh_link_host_ack(host, 4096, true);
            host->expected = after;
            izh_link_host_ack(host, 4096, false);
            host->deaf = false;
            izh_link_host_wait(host, 500);
        }
        izh_link_host_ack(host, 4096, true);
        wait_for_ticks(host, 200, 150, 1);
        end(host);
    }
}

static void lossy_loses_nothing_uncounted(void **unused)
{
    (void)unused;
    const char *board;
    FOR_EACH_BOARD(board)
    {
        struct izh_link_host *host = begin(board);
        make_spikers(host, 150, 1);
        write_word(host, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, 3), 1);
        write_word(host, link_field(IZH_FIELD_LINK_LOSSY), 1);
        run(host, 300);
        struct said s = {0};
        for (int i = 0; i < 40; i++) {
            host->deaf = i % 4 != 3;
            if (!host->deaf)
                izh_link_host_ack(host, 400, false);
            izh_link_host_wait(host, 10000);
        }
        host->deaf = false;
        for (int i = 0; i < 3000 && s.ticks < 300; i++) {
            izh_link_host_ack(host, 4096, false);
            izh_link_host_wait(host, 1000);
            s = listen(host, 150, 1);
        }
        print_message("%s: %u ticks, %u spikes, %u lost, %u samples, %u lost\n", board, s.ticks,
                      s.spikes, s.lost_spikes, s.samples, s.lost_samples);
        assert_int_equal(s.ticks, 300);
        assert_true(s.lost_spikes > 0 && s.lost_samples > 0);
        assert_int_equal(s.spikes + s.lost_spikes, 300 * 150);
        assert_int_equal(s.samples + s.lost_samples, 300);
        end(host);
    }
}

static void a_pace_spaces_ticks_and_counts_those_that_are_late(void **unused)
{
    (void)unused;
    const char *board;
    FOR_EACH_BOARD(board)
    {
        struct izh_link_host *host = begin(board);
        make_spikers(host, 2, 1);
        write_word(host, link_field(IZH_FIELD_LINK_PACE), 5000);
        run(host, 50);
        uint64_t clocks = izh_board_count(host->board).clocks;
        for (uint32_t ticks = 2; ticks < 40; ticks++) {
            while (listen(host, 2, 1).ticks < ticks)
                izh_link_host_wait(host, 50);
            uint64_t now = izh_board_count(host->board).clocks;
            if (ticks > 2)
                assert_in_range(now - clocks, 4800, 5200);
            clocks = now;
        }
        wait_for_ticks(host, 50, 2, 1);
        assert_int_equal(read_word(host, link_field(IZH_FIELD_LINK_OVERRUNS)), 0);
        // Too fast for the engine: 150 neurons take more than 20 clocks.
        make_spikers(host, 150, 1);
        host->word_count = 0;
        write_word(host, link_field(IZH_FIELD_LINK_PACE), 20);
        run(host, 10);
        wait_for_ticks(host, 10, 150, 1);
        assert_true(read_word(host, link_field(IZH_FIELD_LINK_OVERRUNS)) > 10);
        end(host);
    }
}

// The link's own clock is half as fast. A USB host asks when it has time: not every tick can be
// told apart.
static void a_pace_is_of_the_engines_clock(void **unused)
{
    (void)unused;
    enum { TICKS = 40, PACE = 20001 };
    static const struct izh_board_wiring wiring = {.carrier = IZH_BOARD_USB, .engine_hz = 96000000};
    struct izh_link_host *host = open_wired("ulx3s", &wiring, 1);
    assert_true(izh_link_host_hello(host, NONCE));
    make_spikers(host, 2, 1);
    write_word(host, link_field(IZH_FIELD_LINK_PACE), PACE);
    run(host, TICKS);
    while (listen(host, 2, 1).ticks < 1)
        izh_link_host_wait(host, 50);
    uint64_t clocks = izh_board_count(host->board).engine_clocks;
    wait_for_ticks(host, TICKS, 2, 1);
    clocks = izh_board_count(host->board).engine_clocks - clocks;
    assert_in_range(clocks, (TICKS - 2) * PACE, TICKS * PACE);
    assert_int_equal(read_word(host, link_field(IZH_FIELD_LINK_PACE)), PACE);
    assert_int_equal(read_word(host, link_field(IZH_FIELD_LINK_OVERRUNS)), 0);
    end(host);
}

// ---- Efficiency: in clocks, so the same on every machine ----------------------------------------

// The small link has a ring of two short frames, and a program.
static void nine_bytes_of_ten_are_payload_when_spikes_wait(void **unused)
{
    (void)unused;
    const char *board;
    FOR_EACH_BOARD(board)
    {
        struct izh_link_host *host = begin(board);
        unsigned clocks_per_byte = *board == 'c' ? 80 : 40; // 3 Mbaud at 24 MHz, 12 at 48
        // Many sub-steps: between two ticks an engine has other things to do.
        make_spikers(host, 1000, 16);
        izh_board_set_carrier(host->board, clocks_per_byte, 0);
        run(host, 1000);
        izh_link_host_wait(host, 100000);
        uint64_t payload = host->payload;
        uint64_t clocks = izh_board_count(host->board).clocks;
        izh_link_host_wait(host, 1000000);
        payload = host->payload - payload;
        clocks = izh_board_count(host->board).clocks - clocks;
        double share = (double)payload * clocks_per_byte / (double)clocks;
        print_message("%s: %.1f %% of the carrier's bytes are spikes\n", board, 100 * share);
        assert_true(share >= (*board == 'c' ? 0.8 : 0.9));
        end(host);
    }
}

// ---- Garbage ------------------------------------------------------------------------------------

enum { GARBAGE_STATES = 50 };

// One frame in eight is right but for one byte, most of them a WRITE of one of the states that are
// compared, with a number that is often the next; the rest is noise with many zeros.
static size_t make_garbage(struct izh_random *random, uint8_t *bytes, size_t size)
{
    struct izh_frame frame = {.kind = (uint8_t)(0x10 + izh_random_below(random, 4)),
                              .number = (uint16_t)izh_random_below(random, 4),
                              .length = (uint8_t)izh_random_below(random, 30)};
    size_t count = 0;
    if (izh_random_below(random, 8) == 0) {
        for (size_t i = 0; i < frame.length; i++)
            frame.payload[i] = (uint8_t)izh_random_next(random);
        if (frame.kind == IZH_KIND_WRITE || izh_random_below(random, 2)) {
            frame.kind = IZH_KIND_WRITE;
            frame.length = 8;
            izh_link_put32(frame.payload, IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_X,
                                                      izh_random_below(random, GARBAGE_STATES)));
        }
        // Behind a delimiter of its own, or it would be one with the noise before it.
        uint8_t wire[IZH_FRAME_WIRE];
        count = izh_frame_encode(&frame, wire);
        wire[izh_random_below(random, (uint32_t)count)] ^=
            (uint8_t)(1 + izh_random_below(random, 255));
        bytes[0] = 0;
        memcpy(bytes + 1, wire, count);
        return count + 1;
    }
    count = 1 + izh_random_below(random, (uint32_t)size);
    for (size_t i = 0; i < count; i++)
        bytes[i] = izh_random_below(random, 20) ? (uint8_t)izh_random_next(random) : 0;
    return count;
}

static void garbage_writes_nothing_and_hangs_nothing(void **unused)
{
    (void)unused;
    const char *board, *asked = getenv("IZH_GARBAGE");
    uint64_t total = asked ? strtoull(asked, NULL, 10) : 300000;
    uint64_t seed = izh_test_seed(4);
    FOR_EACH_BOARD(board)
    {
        struct izh_link_host *host = begin(board);
        struct izh_random random = {seed};
        uint8_t bytes[IZH_FRAME_WIRE], payload[8];
        const uint8_t *result;
        make_spikers(host, GARBAGE_STATES, 1);
        izh_link_put32(payload, IZH_ADDRESS(IZH_REGION_STATE, IZH_FIELD_STATE_X, 0));
        izh_link_put32(payload + 4, GARBAGE_STATES);
        assert_true(izh_link_host_ask(host, IZH_KIND_CHECK, payload, sizeof payload));
        izh_link_host_result(host, &result);
        uint32_t before = izh_link_get32(result);
        izh_board_set_carrier(host->board, 1, 0);
        for (uint64_t fed = 0, round = 0; fed < total / 2; round++) {
            size_t count = make_garbage(&random, bytes, sizeof bytes);
            izh_link_host_send(host, bytes, count);
            fed += count;
            if (round % 256)
                continue;
            assert_true(izh_link_host_hello(host, (uint32_t)round));
            assert_true(izh_link_host_ask(host, IZH_KIND_CHECK, payload, sizeof payload));
            izh_link_host_result(host, &result);
            if (izh_link_get32(result) != before)
                fail_msg("%s, seed %llu, after %llu bytes: the states have changed", board,
                         (unsigned long long)seed, (unsigned long long)fed);
        }
        end(host);
    }
}

// Bytes without a zero, as fast as they are taken, and a HELLO behind them: whatever their number,
// it is heard: the small link takes no byte more than it has room for.
static void a_hello_behind_any_number_of_bytes_is_heard(void **unused)
{
    (void)unused;
    struct izh_link_host *host = begin("c16");
    uint8_t noise[600];
    memset(noise, 0x55, sizeof noise);
    izh_board_set_carrier(host->board, 1, 0);
    for (size_t count = 1; count < sizeof noise; count++) {
        izh_link_host_send(host, noise, count);
        if (!izh_link_host_hello(host, (uint32_t)count))
            fail_msg("no answer behind %zu bytes", count);
    }
    end(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hello_behind_any_number_of_bytes_is_heard),
        cmocka_unit_test(says_nothing_before_hello_and_then_what_it_is),
        cmocka_unit_test(hello_resets_in_the_middle_of_anything),
        cmocka_unit_test(requests_are_refused_where_they_must_be),
        cmocka_unit_test(link_registers_are_as_the_map_says),
        cmocka_unit_test(a_check_is_the_crc_of_what_a_read_gives),
        cmocka_unit_test(a_request_out_of_turn_is_missed_once_or_ignored),
        cmocka_unit_test(request_numbers_go_round),
        cmocka_unit_test(every_spike_comes_in_order),
        cmocka_unit_test(samples_come_whole),
        cmocka_unit_test(no_byte_leaves_beyond_the_limit),
        cmocka_unit_test(what_was_lost_comes_again),
        cmocka_unit_test(what_comes_again_may_be_acknowledged_before_it_has_come),
        cmocka_unit_test(lossy_loses_nothing_uncounted),
        cmocka_unit_test(a_pace_spaces_ticks_and_counts_those_that_are_late),
        cmocka_unit_test(a_pace_is_of_the_engines_clock),
        cmocka_unit_test(nine_bytes_of_ten_are_payload_when_spikes_wait),
        cmocka_unit_test(garbage_writes_nothing_and_hangs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
