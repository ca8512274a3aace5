// run_interrupt.c: Ctrl-C and SIGTERM become a question that a run asks between chunks
// SPDX-License-Identifier: Apache-2.0
#include "run_interrupt.h"

#include <signal.h>
#include <stddef.h>

enum { KINDS = 2 };

static const int kinds[KINDS] = {SIGINT, SIGTERM};
static struct sigaction before[KINDS];
static volatile sig_atomic_t noted;

static void note(int signal_number)
{
    noted = signal_number;
}

void izh_run_interrupt_arm(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESETHAND | SA_RESTART};
    sigemptyset(&action.sa_mask);
    noted = 0;
    for (int i = 0; i < KINDS; i++) {
        sigaction(kinds[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN) // nohup and the like
            sigaction(kinds[i], &action, NULL);
    }
}

void izh_run_interrupt_disarm(void)
{
    for (int i = 0; i < KINDS; i++)
        sigaction(kinds[i], &before[i], NULL);
    noted = 0;
}

int izh_run_interrupt_signal(void)
{
    return noted;
}
