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
    IZH_IMAGE_BAD_SECTION = -9, // empty, or more than one field
    IZH_IMAGE_BAD_CRC = -10,
};

// Words at consecutive indices of one field of the register map.
struct izh_image_section {
    uint32_t address; // of the first word
    uint32_t count;   // 1..2^24
    uint32_t *words;
};

// The engine that an image is for, and how much of it the image uses.
struct izh_image_engine {
    uint32_t widths;         // as its register WIDTHS
    uint32_t neurons;        // used
    uint32_t records;        // shared parameter records; 0: one per neuron
    uint32_t lanes;          // 1, 2, 4, 8 or 16
    uint32_t ring;           // as its register RING, 0: no synapses
    uint32_t synapse_format; // as its register SYNAPSE_FORMAT, 0: no synapses
    uint32_t synapses;       // words used in the fullest lane
};

struct izh_image {
    struct izh_image_engine engine;
    uint32_t section_count;
    struct izh_image_section *sections; // in the order in which they are to be written
};

// Token for a status ("IZH_IMAGE_BAD_CRC"), and a sentence. Never NULL.
const char *izh_image_status_name(enum izh_image_status status);
const char *izh_image_strerror(enum izh_image_status status);

// An image without sections; NULL when out of memory.
struct izh_image *izh_image_new(const struct izh_image_engine *engine);
void izh_image_free(struct izh_image *image); // NULL is allowed

// Appends a copy of words. IZH_IMAGE_OK, NO_MEMORY or BAD_SECTION; unchanged unless OK.
enum izh_image_status izh_image_add_section(struct izh_image *image, uint32_t address,
                                            const uint32_t *words, uint32_t count);

// Appends words itself, from malloc: the image frees them, and this function when it fails.
enum izh_image_status izh_image_give_section(struct izh_image *image, uint32_t address,
                                             uint32_t *words, uint32_t count);

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
