// usb_device.c: finds boards on USB by what they are and by name, and opens one
// SPDX-License-Identifier: Apache-2.0
#include "usb_device.h"

#include <libusb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct candidate {
    libusb_device *device;
    struct izh_usb_identity identity;
};

// All candidates that are plugged in.
struct scan {
    libusb_device **devices; // libusb's list
    struct candidate *candidates;
    int count;
};

static enum izh_status status_of(int result)
{
    switch (result) {
    case LIBUSB_ERROR_ACCESS:
        return IZH_NO_PERMISSION;
    case LIBUSB_ERROR_NO_DEVICE:
        return IZH_GONE;
    case LIBUSB_ERROR_BUSY:
        return IZH_BUSY;
    case LIBUSB_ERROR_NO_MEM:
        return IZH_NO_MEMORY;
    default:
        return IZH_IO;
    }
}

__attribute__((format(printf, 3, 4))) static enum izh_status
say(char *message, enum izh_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, IZH_MESSAGE, format, arguments);
    va_end(arguments);
    return status;
}

static void write_position(libusb_device *device, char *position, size_t size)
{
    uint8_t ports[7]; // as deep as USB goes
    int depth = libusb_get_port_numbers(device, ports, sizeof ports);
    int length = snprintf(position, size, "%d", libusb_get_bus_number(device));
    for (int i = 0; i < depth; i++)
        length +=
            snprintf(position + length, size - (size_t)length, "%c%d", i ? '.' : '-', ports[i]);
}

// "?" for what would break a message or a URI; "" when there is none. False: the device is gone.
static bool read_string(libusb_device_handle *handle, uint8_t index, char *text)
{
    unsigned char raw[IZH_USB_NAME];
    int length = index ? libusb_get_string_descriptor_ascii(handle, index, raw, sizeof raw) : 0;
    for (int i = 0; i < length; i++)
        text[i] = raw[i] >= ' ' && raw[i] < 0x7f && raw[i] != ',' ? (char)raw[i] : '?';
    text[length > 0 ? length : 0] = 0;
    return length != LIBUSB_ERROR_NO_DEVICE;
}

// False: it went away, or is of no interest.
static bool identify(const struct izh_usb_kind *kind, libusb_device *device,
                     struct izh_usb_identity *identity)
{
    struct libusb_device_descriptor descriptor;
    if (libusb_get_device_descriptor(device, &descriptor))
        return false;
    *identity = (struct izh_usb_identity){.vendor = descriptor.idVendor,
                                          .product_id = descriptor.idProduct,
                                          .release = descriptor.bcdDevice};
    if (!kind->candidate(kind->context, identity))
        return false;
    write_position(device, identity->position, sizeof identity->position);
    libusb_device_handle *handle;
    int result = libusb_open(device, &handle);
    if (result)
        return result == LIBUSB_ERROR_ACCESS;
    identity->readable = read_string(handle, descriptor.iSerialNumber, identity->serial) &&
                         read_string(handle, descriptor.iProduct, identity->product);
    libusb_close(handle);
    return identity->readable;
}

static int by_position(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    return strcmp(x->identity.position, y->identity.position);
}

static enum izh_status scan_devices(const struct izh_usb_kind *kind, libusb_context *context,
                                    struct scan *scan)
{
    *scan = (struct scan){0};
    ssize_t devices = libusb_get_device_list(context, &scan->devices);
    if (devices < 0)
        return status_of((int)devices);
    scan->candidates = calloc((size_t)devices + 1, sizeof *scan->candidates);
    for (ssize_t i = 0; scan->candidates && i < devices; i++) {
        struct candidate *candidate = &scan->candidates[scan->count];
        candidate->device = scan->devices[i];
        if (identify(kind, scan->devices[i], &candidate->identity))
            scan->count++;
    }
    if (!scan->candidates)
        return IZH_NO_MEMORY;
    qsort(scan->candidates, (size_t)scan->count, sizeof *scan->candidates, by_position);
    return IZH_OK;
}

static void free_scan(struct scan *scan)
{
    free(scan->candidates);
    if (scan->devices)
        libusb_free_device_list(scan->devices, 1);
}

static bool usable(const struct izh_usb_kind *kind, const struct izh_usb_identity *identity)
{
    return identity->readable && (!kind->strict || kind->known(kind->context, identity));
}

static bool is_named(const struct izh_usb_kind *kind, const struct izh_usb_identity *identity,
                     const char *name)
{
    if (!*name)
        return identity->readable && kind->known(kind->context, identity);
    if (*name == '@')
        return !strcmp(name + 1, identity->position);
    return identity->readable && !strcmp(name, identity->serial);
}

static bool is_unique(const struct izh_usb_kind *kind, const struct scan *scan, const char *serial)
{
    int same = 0;
    for (int i = 0; i < scan->count; i++) {
        const struct izh_usb_identity *identity = &scan->candidates[i].identity;
        same += usable(kind, identity) && !strcmp(serial, identity->serial);
    }
    return *serial && *serial != '@' && same == 1;
}

// The name to open it by; room for the case that it must be made.
static const char *name_of(const struct izh_usb_kind *kind, const struct scan *scan, int index,
                           char name[IZH_USB_NAME])
{
    const struct izh_usb_identity *identity = &scan->candidates[index].identity;
    if (is_unique(kind, scan, identity->serial))
        return identity->serial;
    snprintf(name, IZH_USB_NAME, "@%s", identity->position);
    return name;
}

// What is meant by a name, NULL: all that may be opened. "a, b, c"; the last ones are left out when
// they are many.
static void write_names(const struct izh_usb_kind *kind, const struct scan *scan, const char *meant,
                        char *names, size_t size)
{
    size_t length = 0;
    *names = 0;
    for (int i = 0; i < scan->count; i++) {
        const struct izh_usb_identity *identity = &scan->candidates[i].identity;
        char name[IZH_USB_NAME];
        if (!usable(kind, identity) || (meant && !is_named(kind, identity, meant)))
            continue;
        int more = snprintf(names + length, size - length, "%s%s:%s", length ? ", " : "",
                            kind->scheme, name_of(kind, scan, i, name));
        if ((size_t)more >= size - length) {
            snprintf(names + size - 4, 4, "...");
            return;
        }
        length += (size_t)more;
    }
}

static const struct izh_usb_identity *first(const struct scan *scan, bool readable)
{
    for (int i = 0; i < scan->count; i++)
        if (scan->candidates[i].identity.readable == readable)
            return &scan->candidates[i].identity;
    return NULL;
}

static enum izh_status say_forbidden(const struct izh_usb_kind *kind,
                                     const struct izh_usb_identity *it, char *message)
{
    return say(message, IZH_NO_PERMISSION,
               "%s: no permission for the USB device %04x:%04x at %s: install the udev rule "
               "70-izh.rules with 'sudo make install-udev'",
               kind->scheme, it->vendor, it->product_id, it->position);
}

static enum izh_status say_foreign(const struct izh_usb_kind *kind,
                                   const struct izh_usb_identity *it, char *message)
{
    char how[2 * IZH_USB_NAME] = "";
    if (!kind->strict)
        snprintf(how, sizeof how, "; if it is one, name it: %s:%s%s", kind->scheme,
                 *it->serial ? "" : "@", *it->serial ? it->serial : it->position);
    return say(message, IZH_NOT_IZH,
               "%s: the USB device %04x:%04x at %s calls itself '%s': no %s%s", kind->scheme,
               it->vendor, it->product_id, it->position, it->product, kind->what, how);
}

static enum izh_status say_none(const struct izh_usb_kind *kind, const struct scan *scan,
                                const char *name, char *message)
{
    char names[300];
    write_names(kind, scan, NULL, names, sizeof names);
    const struct izh_usb_identity *unreadable = first(scan, false);
    if (unreadable && *name != '@') // its serial number may be the one
        return say_forbidden(kind, unreadable, message);
    if (!*name && scan->count)
        return say_foreign(kind, &scan->candidates[0].identity, message);
    if (!*name)
        return say(message, IZH_NO_DEVICE, "%s: no %s is plugged in, or it is not configured",
                   kind->scheme, kind->what);
    return say(message, IZH_NO_DEVICE, "%s:%s is not plugged in%s%s", kind->scheme, name,
               *names ? "; there is " : ", nor is any other that it could be", names);
}

static enum izh_status say_many(const struct izh_usb_kind *kind, const struct scan *scan,
                                const char *name, char *message)
{
    char names[300];
    write_names(kind, scan, name, names, sizeof names);
    return say(message, IZH_AMBIGUOUS, "%s:%s is more than one: name one of %s", kind->scheme, name,
               names);
}

static enum izh_status choose(const struct izh_usb_kind *kind, const struct scan *scan,
                              const char *name, const struct candidate **chosen, char *message)
{
    int matches = 0;
    const struct izh_usb_identity *useless = NULL;
    for (int i = 0; i < scan->count; i++) {
        const struct candidate *candidate = &scan->candidates[i];
        if (!is_named(kind, &candidate->identity, name))
            continue;
        if (!usable(kind, &candidate->identity)) {
            useless = &candidate->identity;
            continue;
        }
        *chosen = candidate;
        matches++;
    }
    if (matches > 1)
        return say_many(kind, scan, name, message);
    if (!matches && useless)
        return useless->readable ? say_foreign(kind, useless, message)
                                 : say_forbidden(kind, useless, message);
    if (!matches)
        return say_none(kind, scan, name, message);
    return IZH_OK;
}

static enum izh_status say_failed(const struct izh_usb_kind *kind, const char *verb, int result,
                                  const struct izh_usb_device *device, char *message)
{
    const struct izh_usb_identity *it = &device->identity;
    if (result == LIBUSB_ERROR_ACCESS)
        return say_forbidden(kind, it, message);
    if (result == LIBUSB_ERROR_BUSY)
        return say(message, IZH_BUSY,
                   "%s: the board at %s is in use by another process: end that one first",
                   kind->scheme, it->position);
    return say(message, status_of(result), "%s: cannot %s the USB device at %s: %s", kind->scheme,
               verb, it->position, libusb_strerror(result));
}

enum izh_status izh_usb_open(const struct izh_usb_kind *kind, const char *name,
                             struct izh_usb_device *device, char *message)
{
    *device = (struct izh_usb_device){.interface = -1};
    int result = libusb_init(&device->context);
    if (result)
        return say(message, IZH_NO_DEVICE, "%s: no USB on this system: %s", kind->scheme,
                   libusb_strerror(result));
    struct scan scan;
    const struct candidate *chosen = NULL;
    enum izh_status status = scan_devices(kind, device->context, &scan);
    if (status)
        say(message, status, "%s: cannot list the USB devices", kind->scheme);
    else
        status = choose(kind, &scan, name, &chosen, message);
    if (!status) {
        device->identity = chosen->identity;
        result = libusb_open(chosen->device, &device->handle);
        if (result)
            status = say_failed(kind, "open", result, device, message);
    }
    free_scan(&scan);
    return status;
}

// Sizes that USB has for bulk; others would be cut by the buffers above.
static bool has_packets(const struct izh_usb_device *device, uint8_t endpoint)
{
    int size = izh_usb_packet(device, endpoint);
    return size >= 8 && size <= 1024 && !(size & (size - 1));
}

enum izh_status izh_usb_claim(const struct izh_usb_kind *kind, struct izh_usb_device *device,
                              int interface, uint8_t in, uint8_t out, char *message)
{
    if (!has_packets(device, in) || !has_packets(device, out))
        return say(message, IZH_NOT_IZH, "%s: the USB device at %s has no endpoints %02x and %02x",
                   kind->scheme, device->identity.position, in, out);
    // Systems that cannot do this have nothing to detach.
    libusb_set_auto_detach_kernel_driver(device->handle, 1);
    int result = libusb_claim_interface(device->handle, interface);
    if (result)
        return say_failed(kind, "claim", result, device, message);
    device->interface = interface;
    return IZH_OK;
}

bool izh_usb_is_gone(const struct izh_usb_device *device)
{
    uint8_t status[2];
    return libusb_control_transfer(device->handle, LIBUSB_ENDPOINT_IN, LIBUSB_REQUEST_GET_STATUS, 0,
                                   0, status, sizeof status, 100) == LIBUSB_ERROR_NO_DEVICE;
}

int izh_usb_packet(const struct izh_usb_device *device, uint8_t endpoint)
{
    return libusb_get_max_packet_size(libusb_get_device(device->handle), endpoint);
}

void izh_usb_close(struct izh_usb_device *device)
{
    if (device->interface >= 0)
        libusb_release_interface(device->handle, device->interface);
    if (device->handle)
        libusb_close(device->handle);
    if (device->context)
        libusb_exit(device->context);
}

static void report(const struct izh_usb_kind *kind, const struct scan *scan, int index,
                   void (*found)(void *context, const char *rest, const char *what), void *context)
{
    const struct izh_usb_identity *it = &scan->candidates[index].identity;
    char name[IZH_USB_NAME], what[IZH_MESSAGE];
    if (it->readable && !kind->known(kind->context, it))
        return;
    if (it->readable)
        snprintf(what, sizeof what, "%s, serial number %s, at %s", it->product,
                 *it->serial ? it->serial : "none", it->position);
    else
        say_forbidden(kind, it, what);
    found(context, name_of(kind, scan, index, name), what);
}

enum izh_status izh_usb_list(const struct izh_usb_kind *kind,
                             void (*found)(void *context, const char *rest, const char *what),
                             void *context, char *message)
{
    libusb_context *usb;
    if (libusb_init(&usb))
        return IZH_OK;
    struct scan scan;
    enum izh_status status = scan_devices(kind, usb, &scan);
    if (status)
        say(message, status, "%s: cannot list the USB devices", kind->scheme);
    for (int i = 0; !status && i < scan.count; i++)
        report(kind, &scan, i, found, context);
    free_scan(&scan);
    libusb_exit(usb);
    return status;
}
