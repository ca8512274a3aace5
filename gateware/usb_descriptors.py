# usb_descriptors.py : what the USB device says about itself, and where it stands in its ROM
# SPDX-License-Identifier: Apache-2.0
#
# Every answer of a control read is a piece of one ROM: descriptors, the Microsoft OS 2.0 set, and
# the one or two bytes of GET_STATUS, GET_CONFIGURATION and GET_INTERFACE.
#
# As a program it writes the same descriptors as a C header, for a device that is made without the
# gateware. It needs nothing but Python.
import argparse
import struct
from dataclasses import dataclass, field
from pathlib import Path

DEVICE, CONFIGURATION, STRING, INTERFACE, ENDPOINT, BOS, CAPABILITY = 1, 2, 3, 4, 5, 15, 16

PACKET = 64         # bytes, all endpoints
OUT_ENDPOINT = 1    # address 01h
IN_ENDPOINT = 1     # address 81h
VENDOR_CODE = 0x20  # bRequest of the Microsoft OS 2.0 descriptor set
MS_OS_20_INDEX = 7  # wIndex of the same
ENGLISH = 0x0409

WINDOWS_8_1 = 0x06030000
# USB_PLATFORM: MS OS 2.0, as its bytes stand on the wire.
MS_OS_20_UUID = bytes.fromhex("df60ddd88945c74c9cd2659d9e648a9f")
# Chosen once for izh: programs find its devices by it.
INTERFACE_GUID = "{009e899f-2066-4c39-a3a9-778ea13de968}"


@dataclass(frozen=True)
class Identity:
    vendor: int
    product: int
    serial: str


@dataclass
class Rom:
    """Pieces in one array of bytes; the same bytes are kept once."""

    content: bytearray = field(default_factory=bytearray)

    def place(self, piece):
        at = self.content.find(piece)
        if at < 0:
            at = len(self.content)
            self.content += piece
        return at, len(piece)


def descriptor(kind, body):
    return bytes([len(body) + 2, kind]) + body


def string(text):
    body = text.encode("utf-16-le")
    if len(body) > 253:
        raise ValueError(f"a string descriptor has room for 126 characters: {text!r}")
    return descriptor(STRING, body)


def device(identity):
    # Class in the interface; USB 2.01, so that the host asks for the BOS.
    return descriptor(DEVICE, struct.pack("<HBBBBHHHBBBB", 0x0201, 0, 0, 0, PACKET, identity.vendor,
                                          identity.product, 0x0100, 1, 2, 3, 1))


def configuration():
    """One vendor interface with two bulk endpoints; bus powered, 500 mA, no remote wake-up."""
    parts = descriptor(INTERFACE, bytes([0, 0, 2, 0xFF, 0, 0, 0]))
    for address in (OUT_ENDPOINT, 0x80 | IN_ENDPOINT):
        parts += descriptor(ENDPOINT, struct.pack("<BBHB", address, 2, PACKET, 0))
    head = struct.pack("<HBBBBB", 9 + len(parts), 1, 1, 0, 0x80, 500 // 2)
    return descriptor(CONFIGURATION, head) + parts


def ms_os_20_set():
    """WinUSB without a driver file: compatible ID and DeviceInterfaceGUIDs."""
    compatible = struct.pack("<HH8s8s", 20, 3, b"WINUSB", b"")
    name = "DeviceInterfaceGUIDs\0".encode("utf-16-le")
    value = (INTERFACE_GUID + "\0\0").encode("utf-16-le")
    multi_sz = 7
    property_ = struct.pack("<HHHH", 10 + len(name) + len(value), 4, multi_sz, len(name))
    property_ += name + struct.pack("<H", len(value)) + value
    parts = compatible + property_
    return struct.pack("<HHIH", 10, 0, WINDOWS_8_1, 10 + len(parts)) + parts


def bos():
    # USB 2.01 asks for the USB 2.0 extension; its only bit, link power management, is not set.
    capabilities = descriptor(CAPABILITY, struct.pack("<BI", 2, 0))
    capabilities += descriptor(CAPABILITY, struct.pack(
        "<BB16sIHBB", 5, 0, MS_OS_20_UUID, WINDOWS_8_1, len(ms_os_20_set()), VENDOR_CODE, 0))
    return descriptor(BOS, struct.pack("<HB", 5 + len(capabilities), 2)) + capabilities


def descriptors(identity):
    """{wValue of GET_DESCRIPTOR: bytes}"""
    texts = ["izh", "izh neuron engine", identity.serial]
    found = {
        DEVICE << 8: device(identity),
        CONFIGURATION << 8: configuration(),
        BOS << 8: bos(),
        STRING << 8: descriptor(STRING, struct.pack("<H", ENGLISH)),
    }
    for index, text in enumerate(texts, start=1):
        found[STRING << 8 | index] = string(text)
    return found


def parse_identity(text):
    """VID:PID in hexadecimal."""
    vendor, _, product = text.partition(":")
    try:
        pair = int(vendor, 16), int(product, 16)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not VID:PID in hexadecimal") from None
    if not all(0 <= number <= 0xFFFF for number in pair):
        raise argparse.ArgumentTypeError(f"'{text}': VID and PID have 16 bits")
    return pair


def argument_parser(description):
    """The options of everything that is made for one device: where to, and who it is."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--id", type=parse_identity, default="1209:0001", metavar="VID:PID",
                        help="default 1209:0001, for tests only (pid.codes)")
    parser.add_argument("--serial", default="0001", help="serial number string")
    return parser


def parse_arguments(parser):
    """The options, and the identity that two of them are."""
    options = parser.parse_args()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    return options, Identity(*options.id, options.serial)


HEADER = """\
// usb_descriptors.h: what the USB device says about itself, generated by gateware/usb_descriptors.py
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_USB_DESCRIPTORS_H
#define IZH_USB_DESCRIPTORS_H

#include <stdint.h>

enum {{
    IZH_USB_PACKET = {packet}, // bytes, all endpoints
    IZH_USB_OUT = 0x{out:02x},
    IZH_USB_IN = 0x{in_:02x},
    IZH_USB_VENDOR_CODE = 0x{vendor_code:02x}, // bRequest of the Microsoft OS 2.0 set
    IZH_USB_MS_OS_20_INDEX = {ms_os_20_index}, // wIndex of the same
}};

struct izh_usb_descriptor {{
    uint16_t value; // wValue of GET_DESCRIPTOR
    uint16_t length;
    const uint8_t *bytes;
}};

static const struct izh_usb_descriptor izh_usb_descriptors[] = {{
{descriptors}
}};

static const struct izh_usb_descriptor izh_usb_ms_os_20_set = {ms_os_20_set};

#endif
"""


def c_descriptor(value, content):
    text = ", ".join(f"0x{byte:02x}" for byte in content)
    return f"{{0x{value:04x}, {len(content)}, (const uint8_t[]){{{text}}}}}"


def c_header(identity):
    rows = [f"    {c_descriptor(value, content)},"
            for value, content in sorted(descriptors(identity).items())]
    return HEADER.format(packet=PACKET, out=OUT_ENDPOINT, in_=0x80 | IN_ENDPOINT,
                         vendor_code=VENDOR_CODE, ms_os_20_index=MS_OS_20_INDEX,
                         descriptors="\n".join(rows),
                         ms_os_20_set=c_descriptor(0, ms_os_20_set()))


def main():
    options, identity = parse_arguments(
        argument_parser("Writes the descriptors of the USB device as a C header."))
    options.output.write_text(c_header(identity), encoding="utf-8")


if __name__ == "__main__":
    main()
