// kernel_avx2.c: the vector loops for x86-64 with AVX2
// SPDX-License-Identifier: Apache-2.0
#if defined(__x86_64__) && defined(__GNUC__)
#pragma GCC optimize("O3")
#pragma GCC target("avx2")
#define IZH_KERNEL izh_kernel_avx2
#define IZH_KERNEL_NAME "avx2"
#endif
#include "kernel_body.h"
