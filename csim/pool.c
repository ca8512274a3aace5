// pool.c: threads that do the parts of one job at the same time
// SPDX-License-Identifier: Apache-2.0
//
// A job may last a few microseconds, so a thread without work looks for some for a while, then
// yields, then sleeps. Nobody depends on a thread that is not running: parts are taken, not given.
#include "pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

enum { LOOKS = 400, YIELDS = 20 };

struct izh_pool {
    unsigned threads;
    // The number of the job, and in the low half the next part of it to be taken. Who takes a part
    // keeps the job from ending, so job and context are good until the part is counted as ended.
    _Atomic uint64_t ticket;
    izh_job *job;
    void *context;
    atomic_uint ended; // parts of the job
    atomic_uint asleep;
    atomic_bool caller_sleeps;
    atomic_bool stop;
    pthread_mutex_t lock;
    pthread_cond_t begun, done;
    unsigned workers;
    pthread_t worker[];
};

static inline void pause_a_little(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static bool has_parts(struct izh_pool *p)
{
    return (uint32_t)atomic_load(&p->ticket) < p->threads;
}

static bool is_over(struct izh_pool *p)
{
    return atomic_load(&p->ended) == p->threads;
}

// Whether it came true before it was time to sleep.
static bool look_for(bool (*event)(struct izh_pool *), struct izh_pool *p)
{
    for (int i = 0; i < LOOKS + YIELDS; i++) {
        if (event(p))
            return true;
        if (i < LOOKS)
            pause_a_little();
        else
            sched_yield();
    }
    return false;
}

// Does parts until none is left.
static void take_parts(struct izh_pool *p)
{
    uint64_t ticket = atomic_load(&p->ticket);
    while ((uint32_t)ticket < p->threads) {
        if (!atomic_compare_exchange_weak(&p->ticket, &ticket, ticket + 1))
            continue;
        p->job(p->context, (unsigned)(uint32_t)ticket);
        if (atomic_fetch_add(&p->ended, 1) + 1 == p->threads && atomic_load(&p->caller_sleeps)) {
            pthread_mutex_lock(&p->lock);
            pthread_cond_signal(&p->done);
            pthread_mutex_unlock(&p->lock);
        }
        ticket = atomic_load(&p->ticket);
    }
}

static bool has_news(struct izh_pool *p)
{
    return has_parts(p) || atomic_load(&p->stop);
}

static void sleep_until_news(struct izh_pool *p)
{
    pthread_mutex_lock(&p->lock);
    atomic_fetch_add(&p->asleep, 1);
    while (!has_news(p))
        pthread_cond_wait(&p->begun, &p->lock);
    atomic_fetch_sub(&p->asleep, 1);
    pthread_mutex_unlock(&p->lock);
}

static void *work(void *pool)
{
    struct izh_pool *p = pool;
    while (!atomic_load(&p->stop)) {
        if (!look_for(has_news, p))
            sleep_until_news(p);
        take_parts(p);
    }
    return NULL;
}

static void wake(struct izh_pool *p)
{
    if (!atomic_load(&p->asleep))
        return;
    pthread_mutex_lock(&p->lock);
    pthread_cond_broadcast(&p->begun);
    pthread_mutex_unlock(&p->lock);
}

static void wait_for_the_rest(struct izh_pool *p)
{
    if (look_for(is_over, p))
        return;
    pthread_mutex_lock(&p->lock);
    atomic_store(&p->caller_sleeps, true);
    while (!is_over(p))
        pthread_cond_wait(&p->done, &p->lock);
    atomic_store(&p->caller_sleeps, false);
    pthread_mutex_unlock(&p->lock);
}

void izh_pool_run(struct izh_pool *p, izh_job *job, void *context, bool small)
{
    unsigned parts = p ? p->threads : 1;
    for (unsigned i = 0; (!p || small) && i < parts; i++)
        job(context, i);
    if (!p || small)
        return;
    p->job = job;
    p->context = context;
    atomic_store(&p->ended, 0);
    atomic_store(&p->ticket, ((atomic_load(&p->ticket) >> 32) + 1) << 32);
    wake(p);
    take_parts(p);
    wait_for_the_rest(p);
}

struct izh_pool *izh_pool_new(unsigned threads)
{
    struct izh_pool *p = calloc(1, sizeof *p + (threads - 1) * sizeof p->worker[0]);
    if (!p)
        return NULL;
    p->threads = threads;
    atomic_store(&p->ticket, threads);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->begun, NULL);
    pthread_cond_init(&p->done, NULL);
    while (p->workers < threads - 1) {
        if (pthread_create(&p->worker[p->workers], NULL, work, p)) {
            izh_pool_free(p);
            return NULL;
        }
        p->workers++;
    }
    return p;
}

void izh_pool_free(struct izh_pool *p)
{
    if (!p)
        return;
    atomic_store(&p->stop, true);
    pthread_mutex_lock(&p->lock);
    pthread_cond_broadcast(&p->begun);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->workers; i++)
        pthread_join(p->worker[i], NULL);
    pthread_cond_destroy(&p->begun);
    pthread_cond_destroy(&p->done);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
