// oracle.h: one sub-step of one neuron a second time, in numbers instead of words
// SPDX-License-Identifier: Apache-2.0
//
// Written from docs/contract.md, "The update", by what each word means: values with units, exact
// products, and a floor or a rounding where the contract has one. It shares no code with
// csim/neuron.h beyond the structures that words come in.
#ifndef IZH_TESTS_ORACLE_H
#define IZH_TESTS_ORACLE_H

#include "neuron.h"

struct izh_update izh_oracle_update(const struct izh_arithmetic *m, const struct izh_record *r,
                                    const struct izh_state *s, int64_t input);

#endif
