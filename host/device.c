// device.c: what the commands that talk to devices share
// SPDX-License-Identifier: Apache-2.0
#include "device.h"

#include "command.h"
#include "transport_sim.h"

void izh_device_register(void)
{
    // The second time it is there already.
    (void)izh_transport_add(&izh_transport_sim);
}

int izh_device_exit(enum izh_status status)
{
    switch (status) {
    case IZH_OK:
    case IZH_STOPPED:
        return IZH_EXIT_OK;
    case IZH_BAD_URI:
    case IZH_AMBIGUOUS:
    case IZH_BAD_ARGUMENT:
        return IZH_EXIT_USAGE;
    case IZH_OTHER_ENGINE:
    case IZH_REFUSED:
        return IZH_EXIT_INPUT;
    case IZH_NO_MEMORY:
        return IZH_EXIT_INTERNAL;
    case IZH_CORRUPT:
        return IZH_EXIT_DIFFER;
    default:
        return IZH_EXIT_DEVICE;
    }
}

int izh_engine_exit(const struct izh_engine *engine)
{
    enum izh_status failure = izh_engine_device_failure(engine);
    return failure ? izh_device_exit(failure) : IZH_EXIT_INTERNAL;
}
