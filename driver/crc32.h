// crc32.h: CRC-32 of IEEE 802.3, as in Ethernet, zip and PNG
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_CRC32_H
#define IZH_CRC32_H

#include <stddef.h>
#include <stdint.h>

// CRC of the bytes that gave crc (0: none) and of these after them.
uint32_t izh_crc32(uint32_t crc, const uint8_t *bytes, size_t count);

#endif
