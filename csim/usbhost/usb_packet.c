// usb_packet.c: USB packets as bytes: identifiers, tokens, data with CRC
// SPDX-License-Identifier: Apache-2.0
#include "usb_packet.h"

#include <string.h>

// Both CRCs shift the least bit first, start with ones and are sent inverted.
static uint16_t crc(uint16_t polynomial, uint16_t state, uint16_t bits, int count)
{
    for (int i = 0; i < count; i++) {
        bool out = (state ^ (bits >> i)) & 1;
        state = (uint16_t)(state >> 1 ^ (out ? polynomial : 0));
    }
    return state;
}

uint8_t izh_usbpacket_crc5(uint16_t bits)
{
    return (uint8_t)(crc(0x14, 0x1f, bits, 11) ^ 0x1f);
}

uint16_t izh_usbpacket_crc16(const uint8_t *bytes, size_t length)
{
    uint16_t state = 0xffff;
    for (size_t i = 0; i < length; i++)
        state = crc(0xa001, state, bytes[i], 8);
    return state ^ 0xffff;
}

void izh_usbpacket_token(uint8_t token[IZH_USBPACKET_TOKEN], uint8_t pid, uint16_t bits)
{
    token[0] = pid;
    token[1] = (uint8_t)bits;
    token[2] = (uint8_t)(bits >> 8 | izh_usbpacket_crc5(bits) << 3);
}

size_t izh_usbpacket_data(uint8_t packet[IZH_USBPACKET_BYTES], bool toggle, const uint8_t *payload,
                          size_t length)
{
    uint16_t check = izh_usbpacket_crc16(payload, length);
    packet[0] = toggle ? IZH_USBPACKET_DATA1 : IZH_USBPACKET_DATA0;
    if (length)
        memcpy(packet + 1, payload, length);
    packet[length + 1] = (uint8_t)check;
    packet[length + 2] = (uint8_t)(check >> 8);
    return length + 3;
}

bool izh_usbpacket_is_data(const uint8_t *packet, size_t length)
{
    if (length < 3 || (packet[0] != IZH_USBPACKET_DATA0 && packet[0] != IZH_USBPACKET_DATA1))
        return false;
    uint16_t check = izh_usbpacket_crc16(packet + 1, length - 3);
    return packet[length - 2] == (check & 255) && packet[length - 1] == check >> 8;
}
