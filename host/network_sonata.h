// network_sonata.h: populations and synapses from SONATA files
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_NETWORK_SONATA_H
#define IZH_NETWORK_SONATA_H

#include "network_json.h"

// The object "sonata": its node files, and later, when all populations are known, its edge files.
bool izh_sonata_read_nodes(struct izh_reader *reader, const struct izh_node *node);
bool izh_sonata_read_edges(struct izh_reader *reader, const struct izh_node *node);

#endif
