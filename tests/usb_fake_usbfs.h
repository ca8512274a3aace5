// usb_fake_usbfs.h: the kernel's side of a fake USB device, for usb_fake.c
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_TESTS_USB_FAKE_USBFS_H
#define IZH_TESTS_USB_FAKE_USBFS_H

#include "usb_fake.h"

#include <pthread.h>

struct usbdevfs_urb;
struct _UMockdevIoctlBase;
struct _UMockdevIoctlClient;

enum { URBS = 64, CHUNKS = 4096, INTERFACES = 4, HEARD = 1 << 20 };

struct urb {
    struct usbdevfs_urb *urb; // the client's
    struct _UMockdevIoctlClient *client;
    int done; // 0: under way; else the order in which they ended
    int status, actual;
    uint8_t *bytes; // what came in
};

struct chunk {
    int status;
    uint8_t *bytes;
    size_t count, given;
};

struct endpoint {
    bool held, stalled, stalls;
    int most, longest;
};

struct usb_fake {
    struct usb_fake *next;
    struct usb_fake_model model;
    char node[64], syspath[64];
    int number;
    struct _UMockdevIoctlBase *ioctls;
    int master, slave; // the terminal whose readiness is that of usbfs; -1: unplugged
    pthread_mutex_t lock;
    struct urb urbs[URBS];
    int urb_count, ended;
    struct chunk chunks[CHUNKS];
    int chunk_first, chunk_count;
    struct endpoint in, out;
    bool echo;
    uint8_t line;
    int cut_in; // calls until the cable leaves; -1: stays
    bool cut, removed;
    int fail_skip, fail_status; // of the next transfer out
    size_t fail_count;
    bool fails;
    const void *claimed[INTERFACES];
    bool driver[INTERFACES];
    int clears;
    struct usb_fake_request requests[USB_FAKE_REQUESTS];
    int request_count;
    size_t heard_count;
    uint8_t heard[HEARD];
};

// Answers the calls of libusb from now on.
void usb_fake_listen(struct usb_fake *fake);

// The rest is called with the lock held.

// What the device sends, in packets of its kind, then ends with this status.
void usb_fake_push(struct usb_fake *fake, int status, const uint8_t *bytes, size_t count);

// Moves what can move.
void usb_fake_serve(struct usb_fake *fake);

// The cable leaves: what is under way ends, and usbfs is no more.
void usb_fake_cut(struct usb_fake *fake);

void usb_fake_forget(struct usb_fake *fake); // all that waits, for free

#endif
