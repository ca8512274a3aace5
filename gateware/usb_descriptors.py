# usb_descriptors.py : what the USB device says about itself, and where it stands in its ROM
# SPDX-License-Identifier: Apache-2.0
#
# Every answer of a control read is a piece of one ROM: descriptors, the Microsoft OS 2.0 set, and
# the one or two bytes of GET_STATUS, GET_CONFIGURATION and GET_INTERFACE.
import struct
from dataclasses import dataclass, field

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
