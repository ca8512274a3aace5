// run_interrupt.h: Ctrl-C and SIGTERM become a question that a run asks between chunks
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_RUN_INTERRUPT_H
#define IZH_RUN_INTERRUPT_H

// From now on the first SIGINT or SIGTERM is noted; a second one of its kind ends the program.
void izh_run_interrupt_arm(void);

// The signals do again what they did before _arm.
void izh_run_interrupt_disarm(void);

// The signal between _arm and _disarm, 0 if none.
int izh_run_interrupt_signal(void);

#endif
