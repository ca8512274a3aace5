// transport.c: the schemes of device addresses
// SPDX-License-Identifier: Apache-2.0
#include "transport.h"

#include "carrier.h"

#include <stdio.h>
#include <string.h>

static const struct izh_transport_ops *const built_in[] = {&izh_transport_model, &izh_transport_usb,
                                                           &izh_transport_ftdi, &izh_transport_tty};

enum { BUILT_IN = sizeof built_in / sizeof *built_in, ADDED_MAX = 8 };

static const struct izh_transport_ops *added[ADDED_MAX];

const struct izh_transport_ops *izh_transport_scheme(size_t i)
{
    if (i < BUILT_IN)
        return built_in[i];
    return i - BUILT_IN < ADDED_MAX ? added[i - BUILT_IN] : NULL;
}

static const struct izh_transport_ops *scheme_named(const char *name, size_t length)
{
    const struct izh_transport_ops *ops;
    for (size_t i = 0; (ops = izh_transport_scheme(i)); i++) {
        if (strlen(ops->scheme) == length && !memcmp(ops->scheme, name, length))
            return ops;
    }
    return NULL;
}

enum izh_status izh_transport_add(const struct izh_transport_ops *ops)
{
    size_t i = 0;
    if (scheme_named(ops->scheme, strlen(ops->scheme)))
        return IZH_BAD_ARGUMENT;
    while (i < ADDED_MAX && added[i])
        i++;
    if (i == ADDED_MAX)
        return IZH_NO_MEMORY;
    added[i] = ops;
    return IZH_OK;
}

static void no_scheme(const char *uri, char *message)
{
    const struct izh_transport_ops *ops;
    size_t length = (size_t)snprintf(message, IZH_MESSAGE, "no device '%.80s'; there are", uri);
    for (size_t i = 0; length < IZH_MESSAGE && (ops = izh_transport_scheme(i)); i++)
        length += (size_t)snprintf(message + length, IZH_MESSAGE - length, "%s %s:", i ? "," : "",
                                   ops->scheme);
}

const struct izh_transport_ops *izh_transport_of(const char *uri, const char **rest, char *message)
{
    const char *colon = strchr(uri, ':');
    const struct izh_transport_ops *ops = colon ? scheme_named(uri, (size_t)(colon - uri)) : NULL;
    if (ops)
        *rest = colon + 1;
    else
        no_scheme(uri, message);
    return ops;
}
