// image_words.h: what an image says, for tests
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_TEST_IMAGE_WORDS_H
#define IZH_TEST_IMAGE_WORDS_H

#include "network.h"

// The word at an address, the last one if it is written twice; fails the test when there is none.
uint32_t izh_image_word(const struct izh_image *image, uint32_t address);
bool izh_image_has(const struct izh_image *image, uint32_t address);

// A word of bits as a signed number.
int32_t izh_signed_word(uint32_t word, int bits);

// The synapses of an image, as docs/contract.md, "Synapses", reads them.
struct izh_arrival {
    uint32_t pre, post; // physical
    uint32_t delay;     // ticks
    int32_t weight;
};

// Ascending in pre, post, delay, weight; words of weight 0 too. The caller frees.
struct izh_arrival *izh_image_synapses(const struct izh_image *image, size_t *count);

// For qsort, in that order.
int izh_compare_arrivals(const void *left, const void *right);

#endif
