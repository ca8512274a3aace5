// network_projection.h: projections of a description become synapses
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_NETWORK_PROJECTION_H
#define IZH_NETWORK_PROJECTION_H

#include "network_json.h"

// The list "projections".
bool izh_projections_read(struct izh_reader *reader, const struct izh_node *node);

// Makes room for more synapses; refuses what memory cannot hold. where begins the message.
bool izh_synapse_list_reserve(struct izh_reader *reader, const char *where, double more);

// Appends one; there is room.
void izh_synapse_list_add(struct izh_synapse_list *synapses, uint32_t pre, uint32_t post,
                          double weight, uint32_t delay);

// Says that the synapses from first on are of this projection.
bool izh_projection_note(struct izh_reader *reader, const char *label, size_t first);

#endif
