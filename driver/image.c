// image.c: what an engine must hold before tick 0, in memory and as a file
// SPDX-License-Identifier: Apache-2.0
#include "image.h"

#include "file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAGIC = 0x49485a49, VERSION = 1, FIELD_WORDS = 65536, HEADER_WORDS = 6 };

const char *izh_image_status_name(enum izh_image_status status)
{
    switch (status) {
    case IZH_IMAGE_OK:
        return "IZH_IMAGE_OK";
    case IZH_IMAGE_NO_MEMORY:
        return "IZH_IMAGE_NO_MEMORY";
    case IZH_IMAGE_CANNOT_OPEN:
        return "IZH_IMAGE_CANNOT_OPEN";
    case IZH_IMAGE_CANNOT_READ:
        return "IZH_IMAGE_CANNOT_READ";
    case IZH_IMAGE_CANNOT_WRITE:
        return "IZH_IMAGE_CANNOT_WRITE";
    case IZH_IMAGE_TRUNCATED:
        return "IZH_IMAGE_TRUNCATED";
    case IZH_IMAGE_TRAILING:
        return "IZH_IMAGE_TRAILING";
    case IZH_IMAGE_BAD_MAGIC:
        return "IZH_IMAGE_BAD_MAGIC";
    case IZH_IMAGE_BAD_VERSION:
        return "IZH_IMAGE_BAD_VERSION";
    case IZH_IMAGE_BAD_SECTION:
        return "IZH_IMAGE_BAD_SECTION";
    case IZH_IMAGE_BAD_CRC:
        return "IZH_IMAGE_BAD_CRC";
    }
    return "IZH_IMAGE_UNKNOWN";
}

const char *izh_image_strerror(enum izh_image_status status)
{
    switch (status) {
    case IZH_IMAGE_OK:
        return "success";
    case IZH_IMAGE_NO_MEMORY:
        return "out of memory";
    case IZH_IMAGE_CANNOT_OPEN:
        return "cannot open the file";
    case IZH_IMAGE_CANNOT_READ:
        return "cannot read the file";
    case IZH_IMAGE_CANNOT_WRITE:
        return "cannot write the file";
    case IZH_IMAGE_TRUNCATED:
        return "the image ends too early";
    case IZH_IMAGE_TRAILING:
        return "the file goes on after the end of the image";
    case IZH_IMAGE_BAD_MAGIC:
        return "this is no engine image";
    case IZH_IMAGE_BAD_VERSION:
        return "the image has a version that this program does not know";
    case IZH_IMAGE_BAD_SECTION:
        return "the image has a section outside the engine's addresses";
    case IZH_IMAGE_BAD_CRC:
        return "the image is damaged: its checksum is wrong";
    }
    return "unknown status";
}

// ---- In memory ----------------------------------------------------------------------------------

struct izh_image *izh_image_new(uint32_t widths, uint32_t neurons, uint32_t records)
{
    struct izh_image *image = calloc(1, sizeof *image);
    if (image)
        *image = (struct izh_image){.widths = widths, .neurons = neurons, .records = records};
    return image;
}

void izh_image_free(struct izh_image *image)
{
    if (!image)
        return;
    for (uint32_t i = 0; i < image->section_count; i++)
        free(image->sections[i].words);
    free(image->sections);
    free(image);
}

// The index is the low 16 bits of an address: a section that passes its end is in another field.
static bool section_fits(uint32_t address, uint32_t count)
{
    return address >> 24 == 0 && count >= 1 && count <= FIELD_WORDS - (address & 0xffff);
}

// Takes over words, also when it fails.
static enum izh_image_status append(struct izh_image *image, uint32_t address, uint32_t *words,
                                    uint32_t count)
{
    size_t sections = image->section_count;
    struct izh_image_section *grown =
        words ? realloc(image->sections, (sections + 1) * sizeof *grown) : NULL;
    if (!grown) {
        free(words);
        return IZH_IMAGE_NO_MEMORY;
    }
    grown[sections] = (struct izh_image_section){address, count, words};
    image->sections = grown;
    image->section_count++;
    return IZH_IMAGE_OK;
}

enum izh_image_status izh_image_add_section(struct izh_image *image, uint32_t address,
                                            const uint32_t *words, uint32_t count)
{
    if (!section_fits(address, count))
        return IZH_IMAGE_BAD_SECTION;
    uint32_t *copy = malloc(count * sizeof *copy);
    if (copy)
        memcpy(copy, words, count * sizeof *copy);
    return append(image, address, copy, count);
}

bool izh_image_load(const struct izh_image *image, izh_image_writer *writer, void *context,
                    uint32_t *refused)
{
    for (uint32_t i = 0; i < image->section_count; i++) {
        const struct izh_image_section *s = &image->sections[i];
        for (uint32_t j = 0; j < s->count; j++) {
            if (writer(context, s->address + j, s->words[j]))
                continue;
            if (refused)
                *refused = s->address + j;
            return false;
        }
    }
    return true;
}

// ---- As a file ----------------------------------------------------------------------------------

struct stream {
    FILE *file;
    uint32_t crc; // of the bytes so far, before the final inversion
};

// IEEE 802.3, bit-reflected. Images are small: no table.
static uint32_t crc_of(uint32_t crc, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return crc;
}

static bool put(struct stream *s, uint32_t word)
{
    uint8_t bytes[4] = {(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16),
                        (uint8_t)(word >> 24)};
    s->crc = crc_of(s->crc, bytes, sizeof bytes);
    return fwrite(bytes, 1, sizeof bytes, s->file) == sizeof bytes;
}

static bool put_section(struct stream *s, const struct izh_image_section *section)
{
    bool good = put(s, section->address) && put(s, section->count);
    for (uint32_t i = 0; good && i < section->count; i++)
        good = put(s, section->words[i]);
    return good;
}

static bool put_image(struct stream *s, const struct izh_image *image)
{
    bool good = put(s, MAGIC) && put(s, VERSION) && put(s, image->widths) &&
                put(s, image->neurons) && put(s, image->records) && put(s, image->section_count);
    for (uint32_t i = 0; good && i < image->section_count; i++)
        good = put_section(s, &image->sections[i]);
    return good && put(s, ~s->crc);
}

enum izh_image_status izh_image_write(const struct izh_image *image, const char *path)
{
    struct izh_file file;
    if (!izh_file_begin(&file, path))
        return IZH_IMAGE_CANNOT_OPEN;
    if (!put_image(&(struct stream){file.stream, UINT32_MAX}, image)) {
        izh_file_discard(&file);
        return IZH_IMAGE_CANNOT_WRITE;
    }
    return izh_file_commit(&file) ? IZH_IMAGE_OK : IZH_IMAGE_CANNOT_WRITE;
}

static enum izh_image_status get(struct stream *s, uint32_t *word)
{
    uint8_t bytes[4];
    size_t count = fread(bytes, 1, sizeof bytes, s->file);
    if (count != sizeof bytes)
        return ferror(s->file) ? IZH_IMAGE_CANNOT_READ : IZH_IMAGE_TRUNCATED;
    s->crc = crc_of(s->crc, bytes, sizeof bytes);
    *word = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
            (uint32_t)bytes[3] << 24;
    return IZH_IMAGE_OK;
}

static enum izh_image_status get_words(struct stream *s, uint32_t *words, uint32_t count)
{
    enum izh_image_status status = IZH_IMAGE_OK;
    for (uint32_t i = 0; !status && i < count; i++)
        status = get(s, &words[i]);
    return status;
}

// Every count is checked before it is believed: a damaged file costs no more memory than a section.
static enum izh_image_status get_section(struct stream *s, struct izh_image *image)
{
    uint32_t head[2];
    enum izh_image_status status = get_words(s, head, 2);
    if (status)
        return status;
    if (!section_fits(head[0], head[1]))
        return IZH_IMAGE_BAD_SECTION;
    uint32_t *words = malloc(head[1] * sizeof *words);
    if (!words)
        return IZH_IMAGE_NO_MEMORY;
    status = get_words(s, words, head[1]);
    if (!status)
        return append(image, head[0], words, head[1]);
    free(words);
    return status;
}

static enum izh_image_status get_end(struct stream *s)
{
    uint32_t expected = ~s->crc, crc;
    enum izh_image_status status = get(s, &crc);
    if (status)
        return status;
    if (crc != expected)
        return IZH_IMAGE_BAD_CRC;
    if (fgetc(s->file) != EOF)
        return IZH_IMAGE_TRAILING;
    return ferror(s->file) ? IZH_IMAGE_CANNOT_READ : IZH_IMAGE_OK;
}

// The magic is judged first and the version second: what follows depends on them.
static enum izh_image_status get_header(struct stream *s, uint32_t *header)
{
    enum izh_image_status status = get(s, &header[0]);
    if (status)
        return status;
    if (header[0] != MAGIC)
        return IZH_IMAGE_BAD_MAGIC;
    status = get(s, &header[1]);
    if (status)
        return status;
    if (header[1] != VERSION)
        return IZH_IMAGE_BAD_VERSION;
    return get_words(s, header + 2, HEADER_WORDS - 2);
}

static enum izh_image_status get_image(struct stream *s, struct izh_image **image)
{
    uint32_t header[HEADER_WORDS];
    enum izh_image_status status = get_header(s, header);
    if (status)
        return status;
    struct izh_image *read = izh_image_new(header[2], header[3], header[4]);
    if (!read)
        return IZH_IMAGE_NO_MEMORY;
    for (uint32_t i = 0; !status && i < header[5]; i++)
        status = get_section(s, read);
    if (!status)
        status = get_end(s);
    if (status)
        izh_image_free(read);
    else
        *image = read;
    return status;
}

enum izh_image_status izh_image_read(const char *path, struct izh_image **image)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return IZH_IMAGE_CANNOT_OPEN;
    enum izh_image_status status = get_image(&(struct stream){file, UINT32_MAX}, image);
    fclose(file);
    return status;
}
