// image.c: what an engine must hold before tick 0, in memory and as a file
// SPDX-License-Identifier: Apache-2.0
#include "image.h"

#include "crc32.h"
#include "file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAGIC = 0x49485a49,
    VERSION = 2,
    FIELD_WORDS = 1 << 24,
    HEADER_WORDS = 10,
    BUFFER_WORDS = 16384,
};

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
        return "the image has a section that is empty or leaves its field";
    case IZH_IMAGE_BAD_CRC:
        return "the image is damaged: its checksum is wrong";
    }
    return "unknown status";
}

// ---- In memory ----------------------------------------------------------------------------------

struct izh_image *izh_image_new(const struct izh_image_engine *engine)
{
    struct izh_image *image = calloc(1, sizeof *image);
    if (image)
        image->engine = *engine;
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

// The index is the low 24 bits of an address: a section that passes its end is in another field.
static bool section_fits(uint32_t address, uint32_t count)
{
    return count >= 1 && count <= FIELD_WORDS - (address & (FIELD_WORDS - 1));
}

enum izh_image_status izh_image_give_section(struct izh_image *image, uint32_t address,
                                             uint32_t *words, uint32_t count)
{
    size_t sections = image->section_count;
    if (!section_fits(address, count)) {
        free(words);
        return IZH_IMAGE_BAD_SECTION;
    }
    struct izh_image_section *grown = realloc(image->sections, (sections + 1) * sizeof *grown);
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
    if (!copy)
        return IZH_IMAGE_NO_MEMORY;
    memcpy(copy, words, count * sizeof *copy);
    return izh_image_give_section(image, address, copy, count);
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
    uint32_t crc; // of the bytes so far
    uint8_t bytes[4 * BUFFER_WORDS];
};

static struct stream *stream_on(FILE *file)
{
    struct stream *s = malloc(sizeof *s);
    if (!s)
        return NULL;
    s->file = file;
    s->crc = 0;
    return s;
}

static bool put_some(struct stream *s, const uint32_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (int j = 0; j < 4; j++)
            s->bytes[4 * i + (size_t)j] = (uint8_t)(words[i] >> 8 * j);
    }
    s->crc = izh_crc32(s->crc, s->bytes, 4 * count);
    return fwrite(s->bytes, 4, count, s->file) == count;
}

static bool put(struct stream *s, const uint32_t *words, size_t count)
{
    bool good = true;
    for (size_t i = 0; good && i < count; i += BUFFER_WORDS)
        good = put_some(s, words + i, count - i < BUFFER_WORDS ? count - i : BUFFER_WORDS);
    return good;
}

static bool put_image(struct stream *s, const struct izh_image *image)
{
    const struct izh_image_engine *e = &image->engine;
    uint32_t header[HEADER_WORDS] = {
        MAGIC,    VERSION, e->widths,         e->neurons,  e->records,
        e->lanes, e->ring, e->synapse_format, e->synapses, image->section_count};
    bool good = put(s, header, HEADER_WORDS);
    for (uint32_t i = 0; good && i < image->section_count; i++) {
        const struct izh_image_section *section = &image->sections[i];
        uint32_t head[2] = {section->address, section->count};
        good = put(s, head, 2) && put(s, section->words, section->count);
    }
    uint32_t crc = s->crc;
    return good && put(s, &crc, 1);
}

enum izh_image_status izh_image_write(const struct izh_image *image, const char *path)
{
    struct izh_file file;
    if (!izh_file_begin(&file, path))
        return IZH_IMAGE_CANNOT_OPEN;
    struct stream *s = stream_on(file.stream);
    bool good = s && put_image(s, image);
    enum izh_image_status status = s ? IZH_IMAGE_CANNOT_WRITE : IZH_IMAGE_NO_MEMORY;
    free(s);
    if (!good) {
        izh_file_discard(&file);
        return status;
    }
    return izh_file_commit(&file) ? IZH_IMAGE_OK : IZH_IMAGE_CANNOT_WRITE;
}

static enum izh_image_status get_some(struct stream *s, uint32_t *words, size_t count)
{
    if (fread(s->bytes, 1, 4 * count, s->file) != 4 * count)
        return ferror(s->file) ? IZH_IMAGE_CANNOT_READ : IZH_IMAGE_TRUNCATED;
    s->crc = izh_crc32(s->crc, s->bytes, 4 * count);
    for (size_t i = 0; i < count; i++) {
        words[i] = 0;
        for (int j = 0; j < 4; j++)
            words[i] |= (uint32_t)s->bytes[4 * i + (size_t)j] << 8 * j;
    }
    return IZH_IMAGE_OK;
}

static enum izh_image_status get(struct stream *s, uint32_t *words, size_t count)
{
    enum izh_image_status status = IZH_IMAGE_OK;
    for (size_t i = 0; !status && i < count; i += BUFFER_WORDS)
        status = get_some(s, words + i, count - i < BUFFER_WORDS ? count - i : BUFFER_WORDS);
    return status;
}

// Every count is checked before it is believed: a damaged file costs no more memory than a section.
static enum izh_image_status get_section(struct stream *s, struct izh_image *image)
{
    uint32_t head[2];
    enum izh_image_status status = get(s, head, 2);
    if (status)
        return status;
    if (!section_fits(head[0], head[1]))
        return IZH_IMAGE_BAD_SECTION;
    uint32_t *words = malloc(head[1] * sizeof *words);
    if (!words)
        return IZH_IMAGE_NO_MEMORY;
    status = get(s, words, head[1]);
    if (!status)
        return izh_image_give_section(image, head[0], words, head[1]);
    free(words);
    return status;
}

static enum izh_image_status get_end(struct stream *s)
{
    uint32_t expected = s->crc, crc;
    enum izh_image_status status = get(s, &crc, 1);
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
    enum izh_image_status status = get(s, &header[0], 1);
    if (status)
        return status;
    if (header[0] != MAGIC)
        return IZH_IMAGE_BAD_MAGIC;
    status = get(s, &header[1], 1);
    if (status)
        return status;
    if (header[1] != VERSION)
        return IZH_IMAGE_BAD_VERSION;
    return get(s, header + 2, HEADER_WORDS - 2);
}

static enum izh_image_status get_image(struct stream *s, struct izh_image **image)
{
    uint32_t h[HEADER_WORDS];
    enum izh_image_status status = get_header(s, h);
    if (status)
        return status;
    struct izh_image_engine engine = {h[2], h[3], h[4], h[5], h[6], h[7], h[8]};
    struct izh_image *read = izh_image_new(&engine);
    if (!read)
        return IZH_IMAGE_NO_MEMORY;
    for (uint32_t i = 0; !status && i < h[9]; i++)
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
    struct stream *s = stream_on(file);
    enum izh_image_status status = s ? get_image(s, image) : IZH_IMAGE_NO_MEMORY;
    free(s);
    fclose(file);
    return status;
}
