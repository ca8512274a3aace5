// device_load.c: an image is loaded, and what the engine then holds is compared
// SPDX-License-Identifier: Apache-2.0
#include "device_internal.h"

#include "crc32.h"
#include "image.h"
#include "izh_map.h"

#include <stdlib.h>

// A CHECK is short enough to be answered in time by a simulated board, a hundred times slower.
enum { INDEX = 0xffffff, CHECK_WORDS = 1 << 12, WRITE_WORDS = 1 << 12, BLOCK = 256 };

// ---- Another engine -----------------------------------------------------------------------------

static enum izh_status other(struct izh_device *d, const char *what, uint32_t needed,
                             uint32_t available)
{
    return izh_device_say(d, IZH_OTHER_ENGINE,
                          "the image is for another engine: it needs %s %lx, here it is %lx", what,
                          (unsigned long)needed, (unsigned long)available);
}

static enum izh_status misfit(struct izh_device *d, const char *what, uint32_t needed,
                              uint32_t available)
{
    return izh_device_say(d, IZH_OTHER_ENGINE,
                          "the image does not fit the engine: it needs %lu %s, there are %lu",
                          (unsigned long)needed, what, (unsigned long)available);
}

static uint32_t widths_of(const struct izh_device_info *i)
{
    return i->x_bits | (uint32_t)i->w_bits << 8 | (uint32_t)i->port_bits << 16;
}

static uint32_t format_of(const struct izh_device_info *i)
{
    return i->target_bits | (uint32_t)i->weight_bits << 8 | (uint32_t)i->delta_bits << 16 |
           (uint32_t)i->accumulator_bits << 24;
}

static enum izh_status compare_engines(struct izh_device *d, const struct izh_image_engine *e)
{
    const struct izh_device_info *i = &d->info;
    uint32_t ring = i->ring_slots | i->ring_parts << 16;
    if (e->widths != widths_of(i))
        return other(d, "WIDTHS", e->widths, widths_of(i));
    if (e->lanes != i->lanes)
        return misfit(d, "lanes", e->lanes, i->lanes);
    if (e->records != i->records)
        return misfit(d, "parameter records", e->records, i->records);
    if (e->neurons > i->neurons)
        return misfit(d, "neurons", e->neurons, i->neurons);
    if (e->synapses > i->synapses)
        return misfit(d, "synapse words in a lane", e->synapses, i->synapses);
    if (e->ring != (i->synapses ? ring : 0))
        return other(d, "RING", e->ring, i->synapses ? ring : 0);
    if (e->synapse_format != (i->synapses ? format_of(i) : 0))
        return other(d, "SYNAPSE_FORMAT", e->synapse_format, i->synapses ? format_of(i) : 0);
    return IZH_OK;
}

// ---- What a word is when it is read back --------------------------------------------------------

static uint32_t keep_low(uint32_t word, int bits)
{
    return bits < 32 ? word & (((uint32_t)1 << bits) - 1) : word;
}

static uint32_t extend(uint32_t word, int bits)
{
    uint32_t sign = (uint32_t)1 << (bits - 1);
    return (keep_low(word, bits) ^ sign) - sign;
}

static int bits_of(uint32_t values)
{
    int bits = 0;
    while (bits < 32 && values >> bits)
        bits++;
    return bits;
}

static uint32_t record_read(const struct izh_device_info *i, uint32_t field, uint32_t word)
{
    switch (field) {
    case IZH_FIELD_RECORD_A:
    case IZH_FIELD_RECORD_B:
        return extend(word, i->port_bits);
    case IZH_FIELD_RECORD_E:
    case IZH_FIELD_RECORD_D:
        return extend(word, i->w_bits);
    case IZH_FIELD_RECORD_C:
    case IZH_FIELD_RECORD_PEAK:
        return extend(word, i->x_bits);
    case IZH_FIELD_RECORD_DECAY:
        return word & 1;
    }
    return keep_low(word, i->port_bits - 1);
}

static uint32_t state_read(const struct izh_device_info *i, uint32_t field, uint32_t word)
{
    if (field == IZH_FIELD_STATE_LEVEL)
        return word & 7;
    return extend(word, field == IZH_FIELD_STATE_X ? i->x_bits : i->w_bits);
}

static uint32_t register_read(const struct izh_device_info *i, uint32_t number, uint32_t word)
{
    if (number >= IZH_REG_KAPPA_0 && number <= IZH_REG_KAPPA_5)
        return extend(word, i->port_bits - 1);
    if (number >= IZH_REG_BOUND_0 && number <= IZH_REG_BOUND_4)
        return keep_low(word, 12);
    switch (number) {
    case IZH_REG_STEP:
        return word & 3;
    case IZH_REG_MODE:
    case IZH_REG_STIMULUS:
        return word & 1;
    case IZH_REG_WEIGHT_SHIFT:
        return word & 15;
    }
    return word;
}

// docs/register-map.md: a write keeps the low bits, a read sign-extends what is signed.
static uint32_t as_read(const struct izh_device_info *i, uint32_t address, uint32_t word)
{
    uint32_t field = address >> 24 & 15;
    switch (address >> 28) {
    case IZH_REGION_REGISTER:
        return register_read(i, address & INDEX, word);
    case IZH_REGION_STATE:
        return state_read(i, field, word);
    case IZH_REGION_ATTRIBUTE:
        return field == IZH_FIELD_ATTRIBUTE_PROBE ? word & 1 : word & (i->records - 1);
    case IZH_REGION_RECORD:
        return record_read(i, field, word);
    case IZH_REGION_INPUT:
        return extend(word, i->w_bits + 2);
    case IZH_REGION_SYNAPSE:
        return keep_low(word, i->target_bits + i->weight_bits + i->delta_bits);
    case IZH_REGION_ROW:
        return keep_low(word, bits_of(i->synapses));
    case IZH_REGION_ACCUMULATOR:
        return extend(word, i->accumulator_bits);
    }
    return word;
}

// Registers that do not hold what was written to them.
static bool is_action(uint32_t address)
{
    switch (address) {
    case IZH_REG_SATURATED_X:
    case IZH_REG_SATURATED_W:
    case IZH_REG_SATURATED_PORT:
    case IZH_REG_CLEAR:
    case IZH_REG_SATURATED_I:
    case IZH_REG_LOST:
        return true;
    }
    return false;
}

// ---- Comparing ----------------------------------------------------------------------------------

static uint32_t expected_crc(const struct izh_device_info *i, const struct izh_image_section *s,
                             uint32_t first, uint32_t count)
{
    uint8_t bytes[4 * BLOCK];
    uint32_t crc = 0;
    for (uint32_t at = 0; at < count; at += BLOCK) {
        uint32_t n = count - at < BLOCK ? count - at : BLOCK;
        for (uint32_t j = 0; j < n; j++) {
            uint32_t k = first + at + j;
            izh_device_put(bytes + (size_t)4 * j, as_read(i, s->address + k, s->words[k]));
        }
        crc = izh_crc32(crc, bytes, (size_t)4 * n);
    }
    return crc;
}

// The CRC says that they differ; which does, only reading tells.
static enum izh_status find_corrupt(struct izh_device *d, const struct izh_image_section *s,
                                    uint32_t first, uint32_t count)
{
    uint32_t words[BLOCK];
    enum izh_status status = IZH_OK;
    for (uint32_t at = first; !status && at < first + count; at += BLOCK) {
        uint32_t n = first + count - at < BLOCK ? first + count - at : BLOCK;
        status = izh_device_read_locked(d, s->address + at, words, n);
        for (uint32_t j = 0; !status && j < n; j++) {
            uint32_t wanted = as_read(&d->info, s->address + at + j, s->words[at + j]);
            if (words[j] != wanted)
                return izh_device_say(d, IZH_CORRUPT,
                                      "address %08lx holds %08lx, the image wrote %08lx",
                                      (unsigned long)(s->address + at + j), (unsigned long)words[j],
                                      (unsigned long)wanted);
        }
    }
    return status ? status
                  : izh_device_say(d, IZH_CORRUPT,
                                   "the CRC of %lu words from address %08lx is not the image's",
                                   (unsigned long)count, (unsigned long)(s->address + first));
}

static enum izh_status check_words(struct izh_device *d, const struct izh_image_section *s,
                                   uint32_t first, uint32_t count)
{
    uint32_t crc = 0;
    enum izh_status status = izh_device_check_locked(d, s->address + first, count, &crc);
    if (status || crc == expected_crc(&d->info, s, first, count))
        return status;
    return find_corrupt(d, s, first, count);
}

static enum izh_status check_section(struct izh_device *d, const struct izh_image_section *s)
{
    bool registers = s->address >> 24 == 0;
    enum izh_status status = IZH_OK;
    for (uint32_t at = 0; !status && at < s->count;) {
        uint32_t most = registers ? 1 : CHECK_WORDS;
        uint32_t count = s->count - at < most ? s->count - at : most;
        if (!registers || !is_action(s->address + at))
            status = check_words(d, s, at, count);
        at += count;
    }
    return status;
}

// ---- Whole --------------------------------------------------------------------------------------

static enum izh_status write_section(struct izh_device *d, const struct izh_image_section *s,
                                     bool (*stop)(void *), void *context)
{
    enum izh_status status = IZH_OK;
    for (uint32_t at = 0; !status && at < s->count; at += WRITE_WORDS) {
        uint32_t count = s->count - at < WRITE_WORDS ? s->count - at : WRITE_WORDS;
        status = stop && stop(context)
                     ? izh_device_say(d, IZH_STOPPED, "stopped while an image was loaded")
                     : izh_device_write_locked(d, s->address + at, s->words + at, count);
    }
    return status;
}

static enum izh_status load(struct izh_device *d, const struct izh_image *image,
                            bool (*stop)(void *), void *context)
{
    enum izh_status status = compare_engines(d, &image->engine);
    if (!status && !izh_stream_rests(&d->stream))
        status = izh_device_say(d, IZH_BUSY,
                                "an image is loaded when all ticks have ended and their events are "
                                "taken");
    for (uint32_t i = 0; !status && i < image->section_count; i++) {
        const struct izh_image_section *s = &image->sections[i];
        status = write_section(d, s, stop, context);
        if (!status)
            status = check_section(d, s);
    }
    return status;
}

enum izh_status izh_device_load_until(struct izh_device *d, const struct izh_image *image,
                                      bool (*stop)(void *), void *context)
{
    enum izh_status status = izh_device_enter(d);
    if (!status)
        status = load(d, image, stop, context);
    pthread_mutex_unlock(&d->lock);
    return status;
}

enum izh_status izh_device_load(struct izh_device *d, const struct izh_image *image)
{
    return izh_device_load_until(d, image, NULL, NULL);
}
