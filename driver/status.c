// status.c: what a function of the driver answers, in words
// SPDX-License-Identifier: Apache-2.0
#include "status.h"

#include <stddef.h>

static const struct {
    const char *name, *sentence;
} texts[] = {
    [-IZH_OK] = {"IZH_OK", "success"},
    [-IZH_NO_MEMORY] = {"IZH_NO_MEMORY", "out of memory"},
    [-IZH_BAD_URI] = {"IZH_BAD_URI", "no such device address"},
    [-IZH_NO_DEVICE] = {"IZH_NO_DEVICE", "no such device is there"},
    [-IZH_NO_PERMISSION] = {"IZH_NO_PERMISSION", "no permission to open the device"},
    [-IZH_AMBIGUOUS] = {"IZH_AMBIGUOUS", "more than one device is there: name a serial number"},
    [-IZH_BUSY] = {"IZH_BUSY", "the device is in use"},
    [-IZH_GONE] = {"IZH_GONE", "the device was unplugged, or its other end has ended"},
    [-IZH_IO] = {"IZH_IO", "the connection to the device failed"},
    [-IZH_TIMEOUT] = {"IZH_TIMEOUT", "the device did not answer in time"},
    [-IZH_NOT_IZH] = {"IZH_NOT_IZH", "what answers is no izh engine"},
    [-IZH_OTHER_VERSION] = {"IZH_OTHER_VERSION", "the device has another version of the link"},
    [-IZH_OTHER_ENGINE] = {"IZH_OTHER_ENGINE", "the image is for another engine"},
    [-IZH_REFUSED] = {"IZH_REFUSED", "the engine refuses the address or the word"},
    [-IZH_CORRUPT] = {"IZH_CORRUPT", "what was read back is not what was written"},
    [-IZH_BAD_ARGUMENT] = {"IZH_BAD_ARGUMENT", "an argument is out of range"},
    [-IZH_STOPPED] = {"IZH_STOPPED", "stopped"},
};

enum { TEXTS = sizeof texts / sizeof *texts };

const char *izh_status_name(enum izh_status status)
{
    return status <= 0 && -status < TEXTS ? texts[-status].name : "IZH_UNKNOWN";
}

const char *izh_strerror(enum izh_status status)
{
    return status <= 0 && -status < TEXTS ? texts[-status].sentence : "unknown status";
}
