// kernel_avx512.c: the vector loops for x86-64 with AVX-512
// SPDX-License-Identifier: Apache-2.0
#if defined(__x86_64__) && defined(__GNUC__)
#pragma GCC optimize("O3")
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512")
#define IZH_KERNEL izh_kernel_avx512
#define IZH_KERNEL_NAME "avx512"
#endif
#include "kernel_body.h"
