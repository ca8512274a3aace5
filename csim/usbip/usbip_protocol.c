// usbip_protocol.c: the messages of USB/IP 1.1.1 as bytes
// SPDX-License-Identifier: Apache-2.0
#include "usbip_protocol.h"

#include <string.h>

enum { BUS = 1, NUMBER = 2, FULL_SPEED = 2, PATH_BYTES = 256, LARGEST = 16 << 20 };

static const char path[] = "/sys/devices/izh/usb1/" IZH_USBIP_BUS_NAME;

static uint16_t get16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t get32(const uint8_t *bytes)
{
    return (uint32_t)get16(bytes) << 16 | get16(bytes + 2);
}

static void put16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static void put32(uint8_t *bytes, uint32_t value)
{
    put16(bytes, (uint16_t)(value >> 16));
    put16(bytes + 2, (uint16_t)value);
}

// ---- Requests -----------------------------------------------------------------------------------

void izh_usbip_unpack_op(const uint8_t bytes[IZH_USBIP_OP], struct izh_usbip_op *op)
{
    *op = (struct izh_usbip_op){get16(bytes), get16(bytes + 2), get32(bytes + 4)};
}

void izh_usbip_pack_op(uint8_t bytes[IZH_USBIP_OP], uint16_t code, uint32_t status)
{
    put16(bytes, IZH_USBIP_VERSION);
    put16(bytes + 2, code);
    put32(bytes + 4, status);
}

// USB's words are little-endian, those of USB/IP big-endian.
void izh_usbip_pack_device(uint8_t bytes[IZH_USBIP_DEVICE],
                           const struct izh_usbip_identity *identity)
{
    enum { ID_VENDOR = 8, CLASS = 4, CONFIGURATIONS = 17, VALUE = 5, INTERFACES = 4 };
    const uint8_t *device = identity->device;
    memset(bytes, 0, IZH_USBIP_DEVICE);
    memcpy(bytes, path, sizeof path);
    bytes += PATH_BYTES;
    memcpy(bytes, IZH_USBIP_BUS_NAME, sizeof IZH_USBIP_BUS_NAME);
    bytes += IZH_USBIP_BUS_ID;
    put32(bytes, BUS);
    put32(bytes + 4, NUMBER);
    put32(bytes + 8, FULL_SPEED);
    bytes += 12;
    for (int i = 0; i < 3; i++) // vendor, product, release
        put16(bytes + 2 * i,
              (uint16_t)(device[ID_VENDOR + 2 * i] | device[ID_VENDOR + 2 * i + 1] << 8));
    memcpy(bytes + 6, device + CLASS, 3);
    bytes[9] = identity->configuration[VALUE];
    bytes[10] = device[CONFIGURATIONS];
    bytes[11] = identity->configuration[INTERFACES];
}

size_t izh_usbip_pack_devlist(uint8_t bytes[IZH_USBIP_DEVLIST],
                              const struct izh_usbip_identity *identity)
{
    enum { INTERFACE = 9, CLASS = 5 }; // behind the configuration's nine bytes
    izh_usbip_pack_op(bytes, IZH_USBIP_REP_DEVLIST, IZH_USBIP_ST_OK);
    put32(bytes + IZH_USBIP_OP, identity ? 1 : 0);
    if (!identity)
        return IZH_USBIP_OP + 4;
    izh_usbip_pack_device(bytes + IZH_USBIP_OP + 4, identity);
    uint8_t *interface = bytes + IZH_USBIP_OP + 4 + IZH_USBIP_DEVICE;
    memcpy(interface, identity->configuration + INTERFACE + CLASS, 3);
    interface[3] = 0;
    return IZH_USBIP_DEVLIST;
}

// ---- Commands -----------------------------------------------------------------------------------

void izh_usbip_unpack_command(const uint8_t bytes[IZH_USBIP_COMMAND],
                              struct izh_usbip_command *command)
{
    *command = (struct izh_usbip_command){.command = get32(bytes),
                                          .number = get32(bytes + 4),
                                          .direction = get32(bytes + 12),
                                          .endpoint = get32(bytes + 16)};
    if (command->command == IZH_USBIP_CMD_UNLINK) {
        command->unlink = get32(bytes + 20);
        return;
    }
    command->flags = get32(bytes + 20);
    command->length = get32(bytes + 24);
    command->iso_packets = get32(bytes + 32);
    memcpy(command->setup, bytes + 40, sizeof command->setup);
}

const char *izh_usbip_nonsense(const struct izh_usbip_command *command)
{
    if (command->command == IZH_USBIP_CMD_UNLINK)
        return NULL;
    if (command->command != IZH_USBIP_CMD_SUBMIT)
        return "a command that there is not";
    if (command->direction > 1)
        return "a transfer that is neither IN nor OUT";
    if (command->endpoint > 15)
        return "an endpoint that no device has";
    if (command->length > LARGEST)
        return "a transfer of more than 16 MiB";
    if (command->iso_packets && command->iso_packets != UINT32_MAX)
        return "an isochronous transfer";
    return NULL;
}

static void pack_ret(uint8_t bytes[IZH_USBIP_COMMAND], uint32_t code, uint32_t number,
                     int32_t status)
{
    memset(bytes, 0, IZH_USBIP_COMMAND);
    put32(bytes, code);
    put32(bytes + 4, number);
    put32(bytes + 20, (uint32_t)status);
}

void izh_usbip_pack_ret_submit(uint8_t bytes[IZH_USBIP_COMMAND], uint32_t number, int32_t status,
                               uint32_t actual)
{
    pack_ret(bytes, IZH_USBIP_RET_SUBMIT, number, status);
    put32(bytes + 24, actual);
}

void izh_usbip_pack_ret_unlink(uint8_t bytes[IZH_USBIP_COMMAND], uint32_t number, int32_t status)
{
    pack_ret(bytes, IZH_USBIP_RET_UNLINK, number, status);
}
