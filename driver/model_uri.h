// model_uri.h: which golden model "model:KEY=VALUE,..." names
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_MODEL_URI_H
#define IZH_MODEL_URI_H

#include "soft_board.h"
#include "status.h"

struct izh_model_uri {
    struct izh_shape shape;
    struct izh_soft_board_options board;
    uint32_t threads;
    char kernel[16]; // empty: the fastest
};

// IZH_OK, or IZH_BAD_URI and message says which keys there are.
enum izh_status izh_model_uri_parse(const char *rest, struct izh_model_uri *uri, char *message);

#endif
