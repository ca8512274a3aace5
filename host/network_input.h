// network_input.h: inputs and probes of a description
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_NETWORK_INPUT_H
#define IZH_NETWORK_INPUT_H

#include "network_json.h"

// The lists "inputs" and "probes".
bool izh_inputs_read(struct izh_reader *reader, const struct izh_node *node);
bool izh_probes_read(struct izh_reader *reader, const struct izh_node *node);

#endif
