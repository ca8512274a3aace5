// network_name.c: what the name of a part of a network may be
// SPDX-License-Identifier: Apache-2.0
#include "network_name.h"

#include <string.h>

enum { DELETE = 0x7f, LEAD = 0xc2, CONTROLS_END = 0xa0 };

// Those of Unicode: U+0000 to U+001F, and U+007F to U+009F.
size_t izh_control_length(const char *text)
{
    unsigned char first = (unsigned char)text[0];
    if (first && (first < ' ' || first == DELETE))
        return 1;
    return first == LEAD && text[1] && (unsigned char)text[1] < CONTROLS_END ? 2 : 0;
}

const char *izh_name_fault(const char *name)
{
    for (; *name; name++) {
        if (izh_control_length(name))
            return "holds a control character; a name is one line of text";
    }
    return NULL;
}

const char *izh_population_name_fault(const char *name)
{
    const char *fault = izh_name_fault(name);
    if (!fault && strchr(name, '/'))
        fault = "holds '/', which the name of a group in spikes.h5 cannot; take another character";
    if (!fault && !strcmp(name, "."))
        fault = "cannot be the name of a group in spikes.h5; take another";
    return fault;
}
