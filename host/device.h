// device.h: what the commands that talk to devices share
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_HOST_DEVICE_H
#define IZH_HOST_DEVICE_H

#include "engine.h"
#include "izh.h"
#include "transport.h"

// Makes "sim:" known to the driver. May be called again.
void izh_device_register(void);

// Exit code of a status of the driver: docs/driver.md has the table.
int izh_device_exit(enum izh_status status);

// Exit code of the last failure of an engine, which may be a device.
int izh_engine_exit(const struct izh_engine *engine);

#endif
