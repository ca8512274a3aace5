// network_name.c: what the name of a part of a network may be
// SPDX-License-Identifier: Apache-2.0
#include "network_name.h"

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
