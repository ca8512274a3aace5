// kernel.c: which kernels this machine can run
// SPDX-License-Identifier: Apache-2.0
#include "kernel.h"

#if defined(__x86_64__) && defined(__GNUC__)

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2");
}

static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

#endif

const struct izh_kernel *izh_kernel(size_t i)
{
    const struct izh_kernel *list[4] = {&izh_kernel_portable};
    size_t count = 1;
#if defined(__x86_64__) && defined(__GNUC__)
    if (has_avx2())
        list[count++] = &izh_kernel_avx2;
    if (has_avx512())
        list[count++] = &izh_kernel_avx512;
#endif
    return i < count ? list[i] : NULL;
}
