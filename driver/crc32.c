// crc32.c: CRC-32 of IEEE 802.3, as in Ethernet, zip and PNG
// SPDX-License-Identifier: Apache-2.0
#include "crc32.h"

// What one bit of a byte does to the CRC, k zero bytes behind it: bit 7 without any is the
// polynomial 0xedb88320, and each of the next ones is the one before it shifted by one more. The
// CRC is linear, so a byte does what its bits do together.
#define BITS_0                                                                                     \
    0x77073096, 0xee0e612c, 0x076dc419, 0x0edb8832, 0x1db71064, 0x3b6e20c8, 0x76dc4190, 0xedb88320
#define BITS_1                                                                                     \
    0x191b3141, 0x32366282, 0x646cc504, 0xc8d98a08, 0x4ac21251, 0x958424a2, 0xf0794f05, 0x3b83984b
#define BITS_2                                                                                     \
    0x01c26a37, 0x0384d46e, 0x0709a8dc, 0x0e1351b8, 0x1c26a370, 0x384d46e0, 0x709a8dc0, 0xe1351b80
#define BITS_3                                                                                     \
    0xb8bc6765, 0xaa09c88b, 0x8f629757, 0xc5b428ef, 0x5019579f, 0xa032af3e, 0x9b14583d, 0xed59b63b

#define BIT(i, bit, word) ((i) >> (bit)&1 ? (word) : 0u)
#define BYTE(i, a, b, c, d, e, f, g, h)                                                            \
    (BIT(i, 0, a) ^ BIT(i, 1, b) ^ BIT(i, 2, c) ^ BIT(i, 3, d) ^ BIT(i, 4, e) ^ BIT(i, 5, f) ^     \
     BIT(i, 6, g) ^ BIT(i, 7, h))
#define ONE(i, ...) BYTE(i, __VA_ARGS__)
#define FOUR(i, ...)                                                                               \
    ONE(i, __VA_ARGS__), ONE((i) + 1, __VA_ARGS__), ONE((i) + 2, __VA_ARGS__),                     \
        ONE((i) + 3, __VA_ARGS__)
#define SIXTEEN(i, ...)                                                                            \
    FOUR(i, __VA_ARGS__), FOUR((i) + 4, __VA_ARGS__), FOUR((i) + 8, __VA_ARGS__),                  \
        FOUR((i) + 12, __VA_ARGS__)
#define SIXTY_FOUR(i, ...)                                                                         \
    SIXTEEN(i, __VA_ARGS__), SIXTEEN((i) + 16, __VA_ARGS__), SIXTEEN((i) + 32, __VA_ARGS__),       \
        SIXTEEN((i) + 48, __VA_ARGS__)
#define TABLE(...)                                                                                 \
    {                                                                                              \
        SIXTY_FOUR(0, __VA_ARGS__), SIXTY_FOUR(64, __VA_ARGS__), SIXTY_FOUR(128, __VA_ARGS__),     \
            SIXTY_FOUR(192, __VA_ARGS__)                                                           \
    }

// What a byte does, so many bytes before the end of a word of four.
static const uint32_t of_byte[4][256] = {TABLE(BITS_0), TABLE(BITS_1), TABLE(BITS_2),
                                         TABLE(BITS_3)};

static uint32_t word_of(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

uint32_t izh_crc32(uint32_t crc, const uint8_t *bytes, size_t count)
{
    crc = ~crc;
    for (; count >= 4; count -= 4, bytes += 4) {
        crc ^= word_of(bytes);
        crc = of_byte[3][crc & 255] ^ of_byte[2][crc >> 8 & 255] ^ of_byte[1][crc >> 16 & 255] ^
              of_byte[0][crc >> 24];
    }
    for (; count; count--)
        crc = crc >> 8 ^ of_byte[0][(crc ^ *bytes++) & 255];
    return ~crc;
}
