// network_name.h: what the name of a part of a network may be
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_NETWORK_NAME_H
#define IZH_NETWORK_NAME_H

#include <stddef.h>

// What is wrong with a name, to follow it in a message; NULL: nothing. Names go into files, onto
// terminals and into the scripts of other programs.
const char *izh_name_fault(const char *name);

// The same for a population, which becomes a group of an HDF5 file.
const char *izh_population_name_fault(const char *name);

// Bytes of the control character that a UTF-8 text begins with; 0: it begins with none.
size_t izh_control_length(const char *text);

#endif
