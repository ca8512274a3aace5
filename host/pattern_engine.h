// pattern_engine.h: the devices that a command of patterns asks for, all with the same words
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_PATTERN_ENGINE_H
#define IZH_PATTERN_ENGINE_H

#include "engine.h"
#include "pattern_options.h"

// Opens every device of the options: engines[options->on_count], to be freed always. An address
// that names no engine, "model:" or "sim:", becomes one of the words that are wanted; of a board
// that name is added to the options, of the model the engine is as long as it is needed. Sets
// options->format. IZH_EXIT_OK, or complains and returns another code.
int izh_pattern_open(struct izh_pattern_options *options, struct izh_engine *engines);

// The model of these words alone, with the core's usual room; as above.
int izh_pattern_open_model(const struct izh_format *format, struct izh_engine *engine);

#endif
