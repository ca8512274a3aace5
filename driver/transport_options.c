// transport_options.c: the options behind a name in a device's address
// SPDX-License-Identifier: Apache-2.0
#include "transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool izh_transport_parse(const char *rest, char *name, size_t size,
                         bool (*option)(void *context, const char *key, const char *value),
                         void *context)
{
    size_t length = strcspn(rest, ",");
    if (length >= size)
        return false;
    snprintf(name, size, "%.*s", (int)length, rest);
    while (rest[length]) {
        char text[64]; // what is cut here is no option's form
        rest += length + 1;
        length = strcspn(rest, ",");
        snprintf(text, sizeof text, "%.*s", (int)length, rest);
        char *value = strchr(text, '=');
        if (!value)
            return false;
        *value++ = 0;
        if (!option(context, text, value))
            return false;
    }
    return true;
}

bool izh_transport_baud(const char *value, unsigned *baud)
{
    char *end;
    unsigned long number = strtoul(value, &end, 10);
    *baud = (unsigned)number;
    return *value >= '1' && *value <= '9' && !*end && number <= 12000000;
}
