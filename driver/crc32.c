// crc32.c: CRC-32 of IEEE 802.3, as in Ethernet, zip and PNG
// SPDX-License-Identifier: Apache-2.0
#include "crc32.h"

// What half a byte does to it, bit-reflected. Small enough to be checked by eye: entry 8 is the
// polynomial 0xedb88320.
static const uint32_t of_half[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

uint32_t izh_crc32(uint32_t crc, const uint8_t *bytes, size_t count)
{
    crc = ~crc;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ of_half[crc & 15];
        crc = crc >> 4 ^ of_half[crc & 15];
    }
    return ~crc;
}
