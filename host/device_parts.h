// device_parts.h: an image goes into a device part by part, so that it can be stopped
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_DEVICE_PARTS_H
#define IZH_DEVICE_PARTS_H

#include "engine.h"
#include "image.h"
#include "izh.h"

// As izh_device_load; or IZH_STOPPED, when stop (NULL: nobody) wanted it before a part: then those
// before it are loaded.
enum izh_status izh_device_load_parts(struct izh_device *device, const struct izh_image *image,
                                      const struct izh_stop *stop);

#endif
