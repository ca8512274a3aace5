// status.h: what a function of the driver answers
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_STATUS_H
#define IZH_STATUS_H

enum { IZH_MESSAGE = 512 }; // bytes of a message, its end included

enum izh_status {
    IZH_OK = 0,
    IZH_NO_MEMORY = -1,
    IZH_BAD_URI = -2,        // no such scheme, or the rest is not what the scheme takes
    IZH_NO_DEVICE = -3,      // nothing there that this names
    IZH_NO_PERMISSION = -4,  // it is there and may not be opened
    IZH_AMBIGUOUS = -5,      // more than one is there: name a serial number
    IZH_BUSY = -6,           // another process has it, or this device streams
    IZH_GONE = -7,           // it was unplugged, or the other end has ended
    IZH_IO = -8,             // the carrier failed
    IZH_TIMEOUT = -9,        // no answer, or nothing came, in the time that was given
    IZH_NOT_IZH = -10,       // something answers, but not an izh engine
    IZH_OTHER_VERSION = -11, // its link protocol or contract is not this library's
    IZH_OTHER_ENGINE = -12,  // the image is for an engine of another shape
    IZH_REFUSED = -13,       // the engine refuses the address or the word
    IZH_CORRUPT = -14,       // what was read back is not what was written
    IZH_BAD_ARGUMENT = -15,  // out of the range that the function names
    IZH_STOPPED = -16,       // a callback, or another thread, said stop
};

#ifdef __cplusplus
extern "C" {
#endif

// Token for a status ("IZH_NO_DEVICE"), and a sentence. Never NULL.
const char *izh_status_name(enum izh_status status);
const char *izh_strerror(enum izh_status status);

#ifdef __cplusplus
}
#endif

#endif
