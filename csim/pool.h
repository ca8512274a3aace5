// pool.h: threads that do the parts of one job at the same time
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_POOL_H
#define IZH_POOL_H

#include <stdbool.h>

struct izh_pool;

// Does what one part of a job is, of parts 0..threads-1.
typedef void izh_job(void *context, unsigned part);

// So many threads, 2 or more, the caller's among them. NULL when the system has not enough.
struct izh_pool *izh_pool_new(unsigned threads);
void izh_pool_free(struct izh_pool *pool); // NULL is allowed

// Calls job(context, part) for every part and returns when all have returned. Whichever thread is
// free takes the next part: the caller does all of them when no other gets to run. A small job is
// not worth waking threads for: the caller does it alone. A NULL pool has one part.
void izh_pool_run(struct izh_pool *pool, izh_job *job, void *context, bool small);

#endif
