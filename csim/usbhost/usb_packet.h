// usb_packet.h: USB packets as bytes: identifiers, tokens, data with CRC
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_USB_PACKET_H
#define IZH_USB_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Packet identifiers with their check bits, as they are sent.
enum {
    IZH_USBPACKET_OUT = 0xe1,
    IZH_USBPACKET_IN = 0x69,
    IZH_USBPACKET_SOF = 0xa5,
    IZH_USBPACKET_SETUP = 0x2d,
    IZH_USBPACKET_DATA0 = 0xc3,
    IZH_USBPACKET_DATA1 = 0x4b,
    IZH_USBPACKET_ACK = 0xd2,
    IZH_USBPACKET_NAK = 0x5a,
    IZH_USBPACKET_STALL = 0x1e,
};

enum {
    IZH_USBPACKET_PAYLOAD = 64, // bytes at most, full speed and not isochronous
    IZH_USBPACKET_TOKEN = 3,    // bytes of a token
    IZH_USBPACKET_BYTES = 1 + IZH_USBPACKET_PAYLOAD + 2,
};

// CRC5 over the 11 bits of a token, CRC16 over a payload; as they are sent.
uint8_t izh_usbpacket_crc5(uint16_t bits);
uint16_t izh_usbpacket_crc16(const uint8_t *bytes, size_t length);

// A token: the 11 bits are address and endpoint << 7, or the frame number of SOF.
void izh_usbpacket_token(uint8_t token[IZH_USBPACKET_TOKEN], uint8_t pid, uint16_t bits);

// DATA0 or DATA1 around a payload of at most IZH_USBPACKET_PAYLOAD bytes; returns the length.
size_t izh_usbpacket_data(uint8_t packet[IZH_USBPACKET_BYTES], bool toggle, const uint8_t *payload,
                          size_t length);

// A data packet with a good CRC.
bool izh_usbpacket_is_data(const uint8_t *packet, size_t length);

#ifdef __cplusplus
}
#endif
#endif
