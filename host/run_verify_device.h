// run_verify_device.h: golden model and a device on a compiled network, compared tick by tick
// SPDX-License-Identifier: Apache-2.0
//
// Silent: never prints, never exits.
#ifndef IZH_RUN_VERIFY_DEVICE_H
#define IZH_RUN_VERIFY_DEVICE_H

#include "izh.h"
#include "run_verify.h"

// A device shows spikes and samples as they come, and its memories between ticks. So after every
// tick the device is asked for the CRC of every state word, input and accumulator, and where one is
// not that of the model, for the words. core, seed and stalls of the request do not count.
//
// *status is what the device ran into: with IZH_VERIFY_STUCK it says why.
enum izh_verify_status izh_verify_device(const struct izh_verify_request *request,
                                         struct izh_device *device,
                                         struct izh_verify_result *result, enum izh_status *status);

#endif
