// format.c: which word widths the contract allows
// SPDX-License-Identifier: Apache-2.0
#include "format.h"

#include <stddef.h>

const char *izh_format_fault(const struct izh_format *f)
{
    if (f->x_bits < 13 || f->x_bits > 28)
        return "x width must be 13..28 bits";
    if (f->w_bits < 16 || f->w_bits > 30)
        return "w width must be 16..30 bits";
    if (f->port_bits < 13 || f->port_bits > 27)
        return "port width must be 13..27 bits";
    if (f->port_bits > f->x_bits)
        return "port width must not exceed x width";
    if (2 * f->port_bits < f->x_bits + 13)
        return "port width must be at least (x width + 13) / 2";
    if (f->port_bits >= f->w_bits)
        return "port width must be less than w width";
    if (f->w_bits > f->x_bits + 9)
        return "w width must not exceed x width by more than 9 bits";
    if (2 * f->port_bits < f->w_bits + 7)
        return "port width must be at least (w width + 7) / 2";
    return NULL;
}
