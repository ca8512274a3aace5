// kernel_portable.c: the vector loops for any machine
// SPDX-License-Identifier: Apache-2.0
#pragma GCC optimize("O3")
#define IZH_KERNEL izh_kernel_portable
#define IZH_KERNEL_NAME "portable"
#include "kernel_body.h"
