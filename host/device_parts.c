// device_parts.c: an image goes into a device part by part, so that it can be stopped
// SPDX-License-Identifier: Apache-2.0
#include "device_parts.h"

// Less than 2 s at 115200 baud, and few enough parts that waiting for each one's answer is nothing.
enum { PART = 4096 };

struct loader {
    struct izh_device *device;
    const struct izh_image *image;
    const struct izh_stop *stop;
};

static enum izh_status load_words(const struct loader *l, const struct izh_image_section *whole,
                                  uint32_t first, uint32_t count)
{
    struct izh_image_section section = {whole->address + first, count, whole->words + first};
    struct izh_image part = {l->image->engine, 1, &section};
    return izh_device_load(l->device, &part);
}

// A part is compared when it is written, and those behind it may come back onto it: in a memory
// that does not hear an address line, or is smaller than it says, they come back onto the first.
// Then the section is loaded whole, which finds out where.
static enum izh_status check_first(const struct loader *l, const struct izh_image_section *s,
                                   uint32_t before)
{
    uint32_t crc = before;
    enum izh_status status = izh_device_check(l->device, s->address, PART, &crc);
    return status || crc == before ? status : load_words(l, s, 0, s->count);
}

static enum izh_status load_section(const struct loader *l, const struct izh_image_section *s)
{
    uint32_t crc = 0;
    enum izh_status status = IZH_OK;
    for (uint32_t first = 0; !status && first < s->count; first += PART) {
        uint32_t left = s->count - first;
        if (l->stop && l->stop->wanted(l->stop->context))
            return IZH_STOPPED;
        status = load_words(l, s, first, left < PART ? left : PART);
        if (!status && !first && left > PART)
            status = izh_device_check(l->device, s->address, PART, &crc);
    }
    return status || s->count <= PART ? status : check_first(l, s, crc);
}

enum izh_status izh_device_load_parts(struct izh_device *device, const struct izh_image *image,
                                      const struct izh_stop *stop)
{
    const struct loader l = {device, image, stop};
    enum izh_status status = IZH_OK;
    for (uint32_t i = 0; !status && i < image->section_count; i++)
        status = load_section(&l, &image->sections[i]);
    return status;
}
