// test_image.c: engine images: in memory, as files, and every way a file can be wrong
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "image.h"

enum { BYTES = 4096, HEADER = 40, SECTIONS = 36, FIELD = 1 << 24 };

static const struct izh_image_engine engine = {0x121814, 3, 256, 2, 0x20010, 0x1404410a, 77};

static char directory[] = "/tmp/izh-test-image-XXXXXX";
static char path[sizeof directory + 16];

static int make_directory(void **unused)
{
    (void)unused;
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof path, "%s/image", directory);
    return 0;
}

static int remove_directory(void **unused)
{
    (void)unused;
    unlink(path);
    return rmdir(directory);
}

static struct izh_image *example(void)
{
    static const uint32_t settings[] = {3, 1, 2, 1}, kappa[] = {0, 0xffffffff, 0x80000000};
    struct izh_image *image = izh_image_new(&engine);
    assert_non_null(image);
    assert_int_equal(izh_image_add_section(image, 0x000004, settings, 4), IZH_IMAGE_OK);
    assert_int_equal(izh_image_add_section(image, 0x000018, kappa, 3), IZH_IMAGE_OK);
    assert_int_equal(izh_image_add_section(image, 0x40ffffff, kappa, 1), IZH_IMAGE_OK);
    return image;
}

static size_t read_bytes(uint8_t *bytes)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t count = fread(bytes, 1, BYTES, file);
    fclose(file);
    return count;
}

static void write_bytes(const uint8_t *bytes, size_t count)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static size_t example_bytes(uint8_t *bytes)
{
    struct izh_image *image = example();
    assert_int_equal(izh_image_write(image, path), IZH_IMAGE_OK);
    izh_image_free(image);
    return read_bytes(bytes);
}

static void put_word(uint8_t *bytes, uint32_t word)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(word >> 8 * i);
}

// Straight from the standard's text: bit by bit, most significant first, then mirrored.
static uint32_t crc_by_definition(const uint8_t *bytes, size_t count)
{
    uint32_t crc = 0xffffffff, mirrored = 0;
    for (size_t i = 0; i < 8 * count; i++) {
        uint32_t bit = (uint32_t)bytes[i / 8] >> i % 8 & 1;
        crc = crc << 1 ^ ((crc >> 31 ^ bit) & 1 ? 0x04c11db7u : 0);
    }
    for (int i = 0; i < 32; i++)
        mirrored |= (~crc >> i & 1) << (31 - i);
    return mirrored;
}

static void assert_read(enum izh_image_status expected)
{
    struct izh_image *image = NULL;
    enum izh_image_status status = izh_image_read(path, &image);
    if (status != expected)
        fail_msg("%s, not %s", izh_image_status_name(status), izh_image_status_name(expected));
    assert_true((image != NULL) == (expected == IZH_IMAGE_OK));
    izh_image_free(image);
}

// A changed word with the checksum made right again: the word itself must be refused.
static void assert_refused(size_t at, uint32_t word, enum izh_image_status expected)
{
    uint8_t bytes[BYTES];
    size_t count = example_bytes(bytes);
    put_word(bytes + at, word);
    put_word(bytes + count - 4, crc_by_definition(bytes, count - 4));
    write_bytes(bytes, count);
    assert_read(expected);
}

// ---- In memory ----------------------------------------------------------------------------------

static void a_section_stays_within_a_field(void **unused)
{
    (void)unused;
    uint32_t words[2] = {1, 2};
    struct izh_image *image = izh_image_new(&engine);
    assert_int_equal(izh_image_add_section(image, 0xfffffe, words, 2), IZH_IMAGE_OK);
    assert_int_equal(izh_image_add_section(image, 0x5ffffffe, words, 2), IZH_IMAGE_OK);
    assert_int_equal(izh_image_add_section(image, 0xffffffff, words, 1), IZH_IMAGE_OK);
    assert_int_equal(izh_image_add_section(image, 0xffffff, words, 2), IZH_IMAGE_BAD_SECTION);
    assert_int_equal(izh_image_add_section(image, 0x5fffffff, words, 2), IZH_IMAGE_BAD_SECTION);
    assert_int_equal(izh_image_add_section(image, 0xffffffff, words, 2), IZH_IMAGE_BAD_SECTION);
    assert_int_equal(izh_image_add_section(image, 0, words, 0), IZH_IMAGE_BAD_SECTION);
    assert_int_equal(izh_image_add_section(image, 1, words, UINT32_MAX), IZH_IMAGE_BAD_SECTION);
    assert_int_equal(image->section_count, 3);
    izh_image_free(image);
    izh_image_free(NULL);
}

static void a_section_may_be_given_away(void **unused)
{
    (void)unused;
    uint32_t *words = calloc(2, sizeof *words);
    struct izh_image *image = izh_image_new(&engine);
    assert_int_equal(izh_image_give_section(image, 4, words, 2), IZH_IMAGE_OK);
    assert_ptr_equal(image->sections[0].words, words);
    words = calloc(2, sizeof *words);
    assert_int_equal(izh_image_give_section(image, 0xffffff, words, 2), IZH_IMAGE_BAD_SECTION);
    assert_int_equal(image->section_count, 1);
    izh_image_free(image);
}

struct sink {
    size_t count;
    size_t room;
    uint32_t addresses[16];
    uint32_t words[16];
};

static bool sink_word(void *context, uint32_t address, uint32_t word)
{
    struct sink *sink = context;
    if (sink->count == sink->room)
        return false;
    sink->addresses[sink->count] = address;
    sink->words[sink->count++] = word;
    return true;
}

static void loading_writes_every_word_in_order(void **unused)
{
    (void)unused;
    static const uint32_t addresses[] = {4, 5, 6, 7, 0x18, 0x19, 0x1a, 0x40ffffff};
    static const uint32_t words[] = {3, 1, 2, 1, 0, 0xffffffff, 0x80000000, 0};
    struct sink sink = {.room = 16};
    struct izh_image *image = example();
    assert_true(izh_image_load(image, sink_word, &sink, NULL));
    assert_int_equal(sink.count, 8);
    assert_memory_equal(sink.addresses, addresses, sizeof addresses);
    assert_memory_equal(sink.words, words, sizeof words);
    izh_image_free(image);
}

static void loading_stops_at_a_refused_word(void **unused)
{
    (void)unused;
    struct sink sink = {.room = 5};
    uint32_t refused = 0;
    struct izh_image *image = example();
    assert_false(izh_image_load(image, sink_word, &sink, &refused));
    assert_int_equal(sink.count, 5);
    assert_int_equal(refused, 0x19);
    sink.count = 0;
    assert_false(izh_image_load(image, sink_word, &sink, NULL));
    izh_image_free(image);
}

// ---- As a file ----------------------------------------------------------------------------------

static void a_file_is_read_as_it_was_written(void **unused)
{
    (void)unused;
    uint8_t bytes[BYTES];
    struct izh_image *read = NULL, *image = example();
    example_bytes(bytes);
    assert_int_equal(izh_image_read(path, &read), IZH_IMAGE_OK);
    assert_memory_equal(&read->engine, &engine, sizeof engine);
    assert_int_equal(read->section_count, image->section_count);
    for (uint32_t i = 0; i < image->section_count; i++) {
        assert_int_equal(read->sections[i].address, image->sections[i].address);
        assert_int_equal(read->sections[i].count, image->sections[i].count);
        assert_memory_equal(read->sections[i].words, image->sections[i].words,
                            4 * image->sections[i].count);
    }
    izh_image_free(read);
    izh_image_free(image);
}

static void the_largest_section_and_no_section_are_read_back(void **unused)
{
    (void)unused;
    uint32_t *words = calloc(FIELD, sizeof *words);
    struct izh_image *image = izh_image_new(&engine), *read = NULL;
    assert_int_equal(izh_image_write(image, path), IZH_IMAGE_OK);
    assert_read(IZH_IMAGE_OK);
    for (uint32_t i = 0; i < FIELD; i++)
        words[i] = i * 2654435761u;
    assert_int_equal(izh_image_add_section(image, 0x50000000, words, FIELD), IZH_IMAGE_OK);
    assert_int_equal(izh_image_add_section(image, 0x50000000, words, FIELD + 1),
                     IZH_IMAGE_BAD_SECTION);
    assert_int_equal(izh_image_write(image, path), IZH_IMAGE_OK);
    assert_int_equal(izh_image_read(path, &read), IZH_IMAGE_OK);
    assert_memory_equal(read->sections[0].words, words, FIELD * sizeof *words);
    izh_image_free(read);
    izh_image_free(image);
    free(words);
}

static void the_bytes_are_those_of_the_document(void **unused)
{
    (void)unused;
    static const uint8_t head[] = {'I', 'Z', 'H', 'I', 2, 0,  0,  0, 0x14, 0x18, 0x12, 0,  3,
                                   0,   0,   0,   0,   1, 0,  0,  2, 0,    0,    0,    16, 0,
                                   2,   0,   10,  65,  4, 20, 77, 0, 0,    0,    3,    0,  0,
                                   0,   4,   0,   0,   0, 4,  0,  0, 0,    3,    0,    0,  0};
    uint8_t bytes[BYTES], crc[4];
    size_t count = example_bytes(bytes);
    assert_int_equal(count, HEADER + 4 * (2 + 4 + 2 + 3 + 2 + 1) + 4);
    assert_memory_equal(bytes, head, sizeof head);
    put_word(crc, crc_by_definition(bytes, count - 4));
    assert_memory_equal(bytes + count - 4, crc, 4);
    assert_int_equal(crc_by_definition((const uint8_t *)"123456789", 9), 0xcbf43926);
}

static void a_file_cut_anywhere_is_refused(void **unused)
{
    (void)unused;
    uint8_t bytes[BYTES];
    size_t count = example_bytes(bytes);
    for (size_t i = 0; i < count; i++) {
        write_bytes(bytes, i);
        assert_read(IZH_IMAGE_TRUNCATED);
    }
}

static void a_file_that_goes_on_is_refused(void **unused)
{
    (void)unused;
    uint8_t bytes[BYTES];
    size_t count = example_bytes(bytes);
    bytes[count] = 0;
    write_bytes(bytes, count + 1);
    assert_read(IZH_IMAGE_TRAILING);
}

static void any_changed_bit_is_refused(void **unused)
{
    (void)unused;
    uint8_t bytes[BYTES];
    size_t count = example_bytes(bytes);
    for (size_t i = 0; i < 8 * count; i++) {
        struct izh_image *image = NULL;
        bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        write_bytes(bytes, count);
        if (izh_image_read(path, &image) == IZH_IMAGE_OK)
            fail_msg("bit %zu of byte %zu", i % 8, i / 8);
        bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
}

static void each_field_of_the_header_is_judged(void **unused)
{
    (void)unused;
    assert_refused(0, 0x4948495a, IZH_IMAGE_BAD_MAGIC);
    assert_refused(4, 0, IZH_IMAGE_BAD_VERSION);
    assert_refused(4, 1, IZH_IMAGE_BAD_VERSION);
    assert_refused(4, 3, IZH_IMAGE_BAD_VERSION);
    assert_refused(SECTIONS, 4, IZH_IMAGE_TRUNCATED); // one section more
    assert_refused(SECTIONS, 2, IZH_IMAGE_BAD_CRC);   // one less
    assert_refused(SECTIONS, UINT32_MAX, IZH_IMAGE_TRUNCATED);
}

static void each_field_of_a_section_is_judged(void **unused)
{
    (void)unused;
    assert_refused(HEADER, 0xfffffd, IZH_IMAGE_BAD_SECTION);
    assert_refused(HEADER, 0x50fffffd, IZH_IMAGE_BAD_SECTION);
    assert_refused(HEADER, UINT32_MAX, IZH_IMAGE_BAD_SECTION);
    assert_refused(HEADER + 4, 0, IZH_IMAGE_BAD_SECTION);
    assert_refused(HEADER + 4, FIELD - 3, IZH_IMAGE_BAD_SECTION);
    assert_refused(HEADER + 4, FIELD - 4, IZH_IMAGE_TRUNCATED);
    assert_refused(HEADER + 4, UINT32_MAX, IZH_IMAGE_BAD_SECTION);
}

static void no_file_and_a_directory_are_said_to_be_so(void **unused)
{
    (void)unused;
    struct izh_image *image = NULL;
    unlink(path);
    assert_int_equal(izh_image_read(path, &image), IZH_IMAGE_CANNOT_OPEN);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(izh_image_read(directory, &image), IZH_IMAGE_CANNOT_READ);
    assert_null(image);
    image = example();
    assert_int_equal(izh_image_write(image, "/dev/null/image"), IZH_IMAGE_CANNOT_OPEN);
    assert_int_equal(errno, ENOTDIR);
    izh_image_free(image);
}

// ---- A full disk --------------------------------------------------------------------------------

// No temporary file has stayed.
static void assert_no_other_file(void)
{
    DIR *entries = opendir(directory);
    assert_non_null(entries);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (entry->d_name[0] != '.')
            assert_string_equal(entry->d_name, "image");
    }
    closedir(entries);
}

static void a_full_device_is_noticed_and_stays_a_device(void **unused)
{
    (void)unused;
    struct stat status;
    struct izh_image *image = example();
    assert_int_equal(izh_image_write(image, "/dev/full"), IZH_IMAGE_CANNOT_WRITE);
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(stat("/dev/full", &status), 0);
    assert_true(S_ISCHR(status.st_mode));
    izh_image_free(image);
}

static void allow_file_size(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_leaves_the_old_file(void **unused)
{
    (void)unused;
    uint8_t before[BYTES], after[BYTES];
    uint32_t *words = calloc(65536, sizeof *words);
    size_t count = example_bytes(before);
    struct izh_image *image = example();
    assert_int_equal(izh_image_add_section(image, 0x30000000, words, 65536), IZH_IMAGE_OK);
    signal(SIGXFSZ, SIG_IGN);
    allow_file_size(100000); // in the middle of the words
    enum izh_image_status status = izh_image_write(image, path);
    int error = errno;
    allow_file_size(RLIM_INFINITY);
    assert_int_equal(status, IZH_IMAGE_CANNOT_WRITE);
    assert_int_equal(error, EFBIG);
    assert_int_equal(read_bytes(after), count);
    assert_memory_equal(before, after, count);
    assert_no_other_file();
    izh_image_free(image);
    free(words);
}

// The last bytes are still in the stream's buffer when the image has been written.
static void a_disk_full_at_the_last_byte_leaves_the_old_file(void **unused)
{
    (void)unused;
    uint8_t before[BYTES], after[BYTES];
    size_t count = example_bytes(before);
    struct izh_image *image = example();
    image->engine.neurons = 2;
    signal(SIGXFSZ, SIG_IGN);
    allow_file_size(count - 1);
    enum izh_image_status status = izh_image_write(image, path);
    allow_file_size(RLIM_INFINITY);
    assert_int_equal(status, IZH_IMAGE_CANNOT_WRITE);
    assert_int_equal(read_bytes(after), count);
    assert_memory_equal(before, after, count);
    assert_no_other_file();
    izh_image_free(image);
}

static void a_discarded_file_leaves_the_old_file(void **unused)
{
    (void)unused;
    uint8_t before[BYTES], after[BYTES];
    size_t count = example_bytes(before);
    struct izh_file file;
    assert_true(izh_file_begin(&file, path));
    fputs("half of ", file.stream);
    assert_int_equal(read_bytes(after), count);
    izh_file_discard(&file);
    assert_int_equal(read_bytes(after), count);
    assert_memory_equal(before, after, count);
    assert_no_other_file();
}

static void a_file_has_the_permissions_that_the_user_wants(void **unused)
{
    (void)unused;
    struct stat status;
    struct izh_file file;
    mode_t old = umask(027);
    assert_true(izh_file_begin(&file, path));
    assert_true(izh_file_commit(&file));
    umask(old);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
}

// ---- Messages -----------------------------------------------------------------------------------

static void every_status_has_its_name_and_sentence(void **unused)
{
    (void)unused;
    for (int i = 0; i >= IZH_IMAGE_BAD_CRC; i--) {
        assert_string_not_equal(izh_image_status_name(i), "IZH_IMAGE_UNKNOWN");
        assert_string_not_equal(izh_image_strerror(i), "unknown status");
        for (int j = 0; j > i; j--) {
            assert_string_not_equal(izh_image_status_name(i), izh_image_status_name(j));
            assert_string_not_equal(izh_image_strerror(i), izh_image_strerror(j));
        }
    }
    assert_string_equal(izh_image_status_name(1), "IZH_IMAGE_UNKNOWN");
    assert_string_equal(izh_image_strerror(-100), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_section_stays_within_a_field),
        cmocka_unit_test(a_section_may_be_given_away),
        cmocka_unit_test(loading_writes_every_word_in_order),
        cmocka_unit_test(loading_stops_at_a_refused_word),
        cmocka_unit_test(a_file_is_read_as_it_was_written),
        cmocka_unit_test(the_largest_section_and_no_section_are_read_back),
        cmocka_unit_test(the_bytes_are_those_of_the_document),
        cmocka_unit_test(a_file_cut_anywhere_is_refused),
        cmocka_unit_test(a_file_that_goes_on_is_refused),
        cmocka_unit_test(any_changed_bit_is_refused),
        cmocka_unit_test(each_field_of_the_header_is_judged),
        cmocka_unit_test(each_field_of_a_section_is_judged),
        cmocka_unit_test(no_file_and_a_directory_are_said_to_be_so),
        cmocka_unit_test(a_full_device_is_noticed_and_stays_a_device),
        cmocka_unit_test(a_full_disk_leaves_the_old_file),
        cmocka_unit_test(a_disk_full_at_the_last_byte_leaves_the_old_file),
        cmocka_unit_test(a_discarded_file_leaves_the_old_file),
        cmocka_unit_test(a_file_has_the_permissions_that_the_user_wants),
        cmocka_unit_test(every_status_has_its_name_and_sentence),
    };
    return cmocka_run_group_tests_name("image", tests, make_directory, remove_directory);
}
