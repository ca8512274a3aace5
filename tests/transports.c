// transports.c: what the tests of every transport of the driver expect of open
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "transports.h"

struct izh_transport *izh_must_open(const struct izh_transport_ops *ops, const char *rest)
{
    char message[IZH_MESSAGE] = "";
    struct izh_transport *transport = NULL;
    enum izh_status status = ops->open(rest, &transport, message);
    if (status)
        fail_msg("%s:%s: %d, %s", ops->scheme, rest, status, message);
    assert_ptr_equal(((struct izh_transport_base *)transport)->ops, ops);
    return transport;
}

void izh_must_refuse(const struct izh_transport_ops *ops, const char *rest,
                     enum izh_status expected, const char *part)
{
    char message[IZH_MESSAGE] = "";
    struct izh_transport *transport = NULL;
    size_t length = strlen(ops->scheme);
    assert_int_equal(ops->open(rest, &transport, message), expected);
    assert_null(transport);
    assert_memory_equal(message, ops->scheme, length);
    assert_int_equal(message[length], ':');
    if (!strstr(message, part))
        fail_msg("\"%s\" does not say \"%s\"", message, part);
}
