// usb_fake.c: USB devices that are not there: umockdev answers libusb as the kernel would
// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "usb_fake.h"

#include "usb_fake_usbfs.h"

#include <linux/usbdevice_fs.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// GLib's headers are not for -Wpedantic.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <umockdev.h>
#pragma GCC diagnostic pop

static UMockdevTestbed *testbed;
static struct usb_fake *fakes;
static int plugged; // a number is not used twice, for libusb would take it for the same device

// --- plugging ----------------------------------------------------------------------------------

static size_t write_descriptors(const struct usb_fake_model *model, uint8_t *to)
{
    uint8_t device[] = {18,
                        1,
                        0,
                        2,
                        0,
                        0,
                        0,
                        64,
                        (uint8_t)model->vendor,
                        (uint8_t)(model->vendor >> 8),
                        (uint8_t)model->product_id,
                        (uint8_t)(model->product_id >> 8),
                        (uint8_t)model->release,
                        (uint8_t)(model->release >> 8),
                        1,
                        2,
                        model->serial ? 3 : 0,
                        1};
    uint8_t total = (uint8_t)(9 + 23 * model->interfaces);
    uint8_t configuration[] = {9, 2, total, 0, (uint8_t)model->interfaces, 1, 0, 0x80, 50};
    uint8_t low = (uint8_t)model->packet, high = (uint8_t)(model->packet >> 8);
    memcpy(to, device, sizeof device);
    memcpy(to + 18, configuration, sizeof configuration);
    for (int i = 0; i < model->interfaces; i++) {
        uint8_t interface[] = {9,
                               4,
                               (uint8_t)i,
                               0,
                               2,
                               0xff,
                               0xff,
                               0xff,
                               0,
                               7,
                               5,
                               (uint8_t)(model->in + 2 * i),
                               2,
                               low,
                               high,
                               0,
                               7,
                               5,
                               (uint8_t)(model->out + 2 * i),
                               2,
                               low,
                               high,
                               0};
        memcpy(to + 27 + 23 * i, interface, sizeof interface);
    }
    return 18u + total;
}

static void make_node(struct usb_fake *fake)
{
    char target[64], path[512];
    g_autofree char *root = umockdev_testbed_get_root_dir(testbed);
    struct termios raw = {0};
    cfmakeraw(&raw);
    if (openpty(&fake->master, &fake->slave, target, &raw, NULL))
        abort();
    snprintf(path, sizeof path, "%s/dev/bus/usb/001", root);
    g_mkdir_with_parents(path, 0755);
    snprintf(path, sizeof path, "%s%s", root, fake->node);
    // A file that not even root may open for writing.
    if (symlink(fake->model.forbidden ? "/proc/sys/kernel/version" : target, path))
        abort();
    tcflow(fake->slave, TCOOFF);
}

static void add_device(struct usb_fake *fake, const char *position)
{
    char busnum[8], devnum[16], padded[16], dev[32], directory[512];
    uint8_t descriptors[128];
    size_t size = write_descriptors(&fake->model, descriptors);
    g_autofree char *root = umockdev_testbed_get_root_dir(testbed);
    snprintf(directory, sizeof directory, "%s%s", root, fake->syspath);
    g_mkdir_with_parents(directory, 0755);
    umockdev_testbed_set_attribute_binary(testbed, fake->syspath, "descriptors", descriptors,
                                          (int)size);
    snprintf(busnum, sizeof busnum, "1\n");
    snprintf(devnum, sizeof devnum, "%d\n", fake->number);
    snprintf(padded, sizeof padded, "%03d", fake->number);
    snprintf(dev, sizeof dev, "189:%d\n", fake->number - 1);
    // libusb reads all of it when this says "add".
    g_autofree char *path = umockdev_testbed_add_device(
        testbed, "usb", position, NULL, "busnum", busnum, "devnum", devnum, "bConfigurationValue",
        "1\n", "speed", "480\n", "dev", dev, NULL, "DEVNAME", fake->node, "DEVTYPE", "usb_device",
        "BUSNUM", "001", "DEVNUM", padded, NULL);
    if (!path)
        abort();
}

struct usb_fake *usb_fake_plug(const struct usb_fake_model *model, const char *position)
{
    struct usb_fake *fake = calloc(1, sizeof *fake);
    if (!fake)
        abort();
    fake->next = fakes;
    fakes = fake;
    fake->model = *model;
    fake->number = ++plugged;
    fake->cut_in = -1;
    pthread_mutex_init(&fake->lock, NULL);
    for (int i = 0; i < model->interfaces; i++)
        fake->driver[i] = model->kernel_driver;
    snprintf(fake->node, sizeof fake->node, "/dev/bus/usb/001/%03d", fake->number);
    snprintf(fake->syspath, sizeof fake->syspath, "/sys/devices/%s", position);
    make_node(fake);
    usb_fake_listen(fake);
    umockdev_testbed_attach_ioctl(testbed, fake->node, fake->ioctls, NULL);
    add_device(fake, position);
    return fake;
}

void usb_fake_unplug(struct usb_fake *fake)
{
    if (fake->removed)
        return;
    fake->removed = true;
    pthread_mutex_lock(&fake->lock);
    usb_fake_cut(fake);
    pthread_mutex_unlock(&fake->lock);
    umockdev_testbed_uevent(testbed, fake->syspath, "remove");
    umockdev_testbed_remove_device(testbed, fake->syspath);
    umockdev_testbed_detach_ioctl(testbed, fake->node, NULL);
    char path[512];
    g_autofree char *root = umockdev_testbed_get_root_dir(testbed);
    snprintf(path, sizeof path, "%s%s", root, fake->node);
    unlink(path);
}

void usb_fake_begin(void)
{
    testbed = umockdev_testbed_new();
    char path[512];
    g_autofree char *root = umockdev_testbed_get_root_dir(testbed);
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", root, i ? "sys/bus/usb/devices" : "dev/bus/usb");
        g_mkdir_with_parents(path, 0755);
    }
    plugged = 0;
}

static void free_fake(struct usb_fake *fake)
{
    g_object_unref(fake->ioctls);
    usb_fake_forget(fake);
    pthread_mutex_destroy(&fake->lock);
    free(fake);
}

void usb_fake_end(void)
{
    while (fakes) {
        struct usb_fake *fake = fakes;
        fakes = fake->next;
        usb_fake_unplug(fake);
        free_fake(fake);
    }
    g_object_unref(testbed);
    testbed = NULL;
}

void usb_fake_main(char **argv)
{
    // umockdev_in_mock_environment() is true in a testbed only.
    const char *preload = getenv("LD_PRELOAD");
    if (!preload || !strstr(preload, "umockdev")) {
        char *wrapped[] = {"umockdev-wrapper", argv[0], NULL};
        execvp(wrapped[0], wrapped);
        perror("umockdev-wrapper");
        exit(127);
    }
    alarm(300);
}

// --- what a test says and asks -----------------------------------------------------------------

#define LOCKED(fake, ...)                                                                          \
    do {                                                                                           \
        pthread_mutex_lock(&(fake)->lock);                                                         \
        __VA_ARGS__;                                                                               \
        pthread_mutex_unlock(&(fake)->lock);                                                       \
    } while (0)

void usb_fake_cut_at(struct usb_fake *fake, int n)
{
    LOCKED(fake, fake->cut_in = n);
}

bool usb_fake_is_cut(const struct usb_fake *fake)
{
    bool cut_off;
    LOCKED((struct usb_fake *)fake, cut_off = fake->cut);
    return cut_off;
}

void usb_fake_say(struct usb_fake *fake, const void *bytes, size_t count)
{
    LOCKED(fake, usb_fake_push(fake, 0, bytes, count); usb_fake_serve(fake));
}

void usb_fake_set_line(struct usb_fake *fake, uint8_t status)
{
    LOCKED(fake, fake->line = status);
}

void usb_fake_echo(struct usb_fake *fake, bool on)
{
    LOCKED(fake, fake->echo = on);
}

void usb_fake_hold(struct usb_fake *fake, bool in, bool out)
{
    LOCKED(fake, fake->in.held = in; fake->out.held = out; usb_fake_serve(fake));
}

void usb_fake_fail_in(struct usb_fake *fake, int status, const void *bytes, size_t count)
{
    LOCKED(fake, usb_fake_push(fake, status, bytes, count); usb_fake_serve(fake));
}

void usb_fake_fail_out(struct usb_fake *fake, int skip, int status, size_t count)
{
    LOCKED(fake, fake->fails = true; fake->fail_skip = skip; fake->fail_status = status;
           fake->fail_count = count);
}

void usb_fake_stall_for_good(struct usb_fake *fake, bool in)
{
    struct endpoint *endpoint = in ? &fake->in : &fake->out;
    LOCKED(fake, endpoint->stalled = endpoint->stalls = true; usb_fake_serve(fake));
}

void usb_fake_claim_elsewhere(struct usb_fake *fake)
{
    LOCKED(fake, fake->claimed[0] = fake);
}

size_t usb_fake_heard(struct usb_fake *fake, const uint8_t **bytes)
{
    size_t count;
    LOCKED(fake, count = fake->heard_count);
    *bytes = fake->heard;
    return count;
}

int usb_fake_flying(struct usb_fake *fake, uint8_t endpoint)
{
    int flying = 0;
    LOCKED(fake, for (int i = 0; i < fake->urb_count; i++) flying +=
                 !fake->urbs[i].done && fake->urbs[i].urb->endpoint == endpoint);
    return flying;
}

int usb_fake_most_flying(struct usb_fake *fake, uint8_t endpoint)
{
    int most;
    LOCKED(fake, most = endpoint & 0x80 ? fake->in.most : fake->out.most);
    return most;
}

int usb_fake_longest(struct usb_fake *fake, uint8_t endpoint)
{
    int longest;
    LOCKED(fake, longest = endpoint & 0x80 ? fake->in.longest : fake->out.longest);
    return longest;
}

int usb_fake_clears(struct usb_fake *fake)
{
    int clears;
    LOCKED(fake, clears = fake->clears);
    return clears;
}

int usb_fake_claims(struct usb_fake *fake)
{
    int claims = 0;
    LOCKED(fake, for (int i = 0; i < INTERFACES; i++) claims += fake->claimed[i] != NULL);
    return claims;
}

int usb_fake_drivers(struct usb_fake *fake)
{
    int drivers = 0;
    LOCKED(fake, for (int i = 0; i < INTERFACES; i++) drivers += fake->driver[i]);
    return drivers;
}

int usb_fake_requests(struct usb_fake *fake, struct usb_fake_request requests[USB_FAKE_REQUESTS])
{
    int count;
    LOCKED(fake, count = fake->request_count;
           memcpy(requests, fake->requests, sizeof fake->requests));
    return count;
}
