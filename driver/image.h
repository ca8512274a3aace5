// image.h: what an engine must hold before tick 0, in memory and as a file
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits. The file is documented in docs/contract.md, "The image".
#ifndef IZH_IMAGE_H
#define IZH_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum izh_image_status {
    IZH_IMAGE_OK = 0,
    IZH_IMAGE_NO_MEMORY = -1,
    IZH_IMAGE_CANNOT_OPEN = -2,  // errno says why
    IZH_IMAGE_CANNOT_READ = -3,  // errno says why
    IZH_IMAGE_CANNOT_WRITE = -4, // errno says why
    IZH_IMAGE_TRUNCATED = -5,    // the file ends too early
    IZH_IMAGE_TRAILING = -6,     // the file goes on after its end
    IZH_IMAGE_BAD_MAGIC = -7,
    IZH_IMAGE_BAD_VERSION = -8,
    IZH_IMAGE_BAD_SECTION = -9, // empty, outside 24-bit addresses, or more than one field
    IZH_IMAGE_BAD_CRC = -10,
};

// Words at consecutive indices of one field of the register map.
struct izh_image_section {
    uint32_t address; // of the first word
    uint32_t count;   // 1..65536
    uint32_t *words;
};

struct izh_image {
    uint32_t widths;  // of the engine it is for, as its WIDTHS register
    uint32_t neurons; // that it uses
    uint32_t records; // shared parameter records of that engine; 0: one per neuron
    uint32_t section_count;
    struct izh_image_section *sections; // in the order in which they are to be written
};

// Token for a status ("IZH_IMAGE_BAD_CRC"), and a sentence. Never NULL.
const char *izh_image_status_name(enum izh_image_status status);
const char *izh_image_strerror(enum izh_image_status status);

// An image without sections; NULL when out of memory.
struct izh_image *izh_image_new(uint32_t widths, uint32_t neurons, uint32_t records);
void izh_image_free(struct izh_image *image); // NULL is allowed

// Appends a copy of words. IZH_IMAGE_OK, NO_MEMORY or BAD_SECTION; unchanged unless OK.
enum izh_image_status izh_image_add_section(struct izh_image *image, uint32_t address,
                                            const uint32_t *words, uint32_t count);

// Writes the file whole or not at all: a file that was there stays as it is until the new one is
// on the disk. IZH_IMAGE_OK, CANNOT_OPEN or CANNOT_WRITE.
enum izh_image_status izh_image_write(const struct izh_image *image, const char *path);

// Any status but CANNOT_WRITE; *image is set only on success and is the caller's to free.
enum izh_image_status izh_image_read(const char *path, struct izh_image **image);

// Writes one word into an engine; false when it is refused.
typedef bool izh_image_writer(void *context, uint32_t address, uint32_t word);

// Gives every word to writer, in order. false as soon as one is refused; then *refused, unless
// NULL, is its address.
bool izh_image_load(const struct izh_image *image, izh_image_writer *writer, void *context,
                    uint32_t *refused);

#endif
