// transports.h: what the tests of every transport of the driver expect of open
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_TESTS_TRANSPORTS_H
#define IZH_TESTS_TRANSPORTS_H

#include "transport.h"

// Fails the test when it does not open, with what open said.
struct izh_transport *izh_must_open(const struct izh_transport_ops *ops, const char *rest);

// open says this status, and a message that begins with the scheme and has part in it.
void izh_must_refuse(const struct izh_transport_ops *ops, const char *rest,
                     enum izh_status expected, const char *part);

#endif
