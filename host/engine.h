// engine.h: one face for every engine: a device of the driver, or the Verilated core without a link
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_ENGINE_H
#define IZH_ENGINE_H

#include "image.h"
#include "model.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct izh_device; // izh.h

// State of a neuron whose PROBE attribute is set, after one sub-step.
struct izh_sample {
    uint32_t tick;
    uint32_t substep; // of the tick, from 0
    uint32_t neuron;
    struct izh_state state;
};

// Called during izh_engine_run. Spikes come in their order, samples in theirs: time first, then
// neuron. Either function may be NULL.
struct izh_engine_observer {
    void *context;
    void (*spike)(void *context, const struct izh_spike *spike);
    void (*sample)(void *context, const struct izh_sample *sample);
    // Asked before each tick for its stimuli until it returns false. Either a run's ticks all have
    // this function or none: it needs the register STIMULUS at 1.
    bool (*stimulus)(void *context, uint32_t tick, struct izh_stimulus *stimulus);
};

// What an engine has done since it was made.
struct izh_engine_counts {
    uint64_t updates;    // of neurons
    uint64_t events;     // synaptic: words of rows that were added to an accumulator
    uint64_t lost;       // spikes and samples that it says it could not send
    uint64_t clocks;     // 0: an engine without a clock, or one that does not tell
    bool events_unknown; // a real board does not count them
};

// Somebody who may want an end of something long: asked now and then.
struct izh_stop {
    void *context;
    bool (*wanted)(void *context);
};

struct izh_engine_ops {
    enum izh_model_status (*write)(void *self, uint32_t address, uint32_t word);
    enum izh_model_status (*read)(void *self, uint32_t address, uint32_t *word);
    // NULL: word by word.
    enum izh_model_status (*load)(void *self, const struct izh_image *image,
                                  const struct izh_stop *stop);
    enum izh_model_status (*run)(void *self, uint32_t ticks,
                                 const struct izh_engine_observer *observer);
    void (*counts)(void *self, struct izh_engine_counts *counts);
    // What the last failure was; NULL: its status says all.
    void (*message)(void *self, char message[IZH_MESSAGE]);
    void (*free)(void *self);
};

struct izh_engine {
    const char *name; // "sim", or the scheme of a device's address
    const struct izh_engine_ops *ops;
    void *self;
    struct izh_shape shape; // what it is built for
};

// The device "model:" of this shape that computes on so many threads, 1..64. IZH_MODEL_OK,
// NO_MEMORY, or BAD_SHAPE when there is none.
enum izh_model_status izh_engine_model(const struct izh_shape *shape, unsigned threads,
                                       struct izh_engine *engine);

// The Verilated core of this name (izh_cosim_new). Its memories are random from seed before they
// are written. IZH_MODEL_OK, NO_MEMORY, or BAD_SHAPE when there is none.
enum izh_model_status izh_engine_sim(const char *core, uint32_t seed, struct izh_engine *engine);

// What the driver opens at this address: "usb:", "ftdi:SERIAL", "sim:s20", ... Statuses and message
// as izh_device_open.
enum izh_status izh_engine_device(const char *uri, struct izh_engine *engine, char *message);

// The device of such an engine; NULL of another.
struct izh_device *izh_engine_device_handle(const struct izh_engine *engine);

// The last failure of such an engine in the driver's words; IZH_OK of another.
enum izh_status izh_engine_device_failure(const struct izh_engine *engine);

// Name and shape of the i-th Verilated core; false after the last.
bool izh_engine_sim_core(size_t i, const char **name, struct izh_shape *shape);

void izh_engine_free(struct izh_engine *engine); // allowed after a failed or without any creation

enum izh_model_status izh_engine_write(const struct izh_engine *engine, uint32_t address,
                                       uint32_t word);
enum izh_model_status izh_engine_read(const struct izh_engine *engine, uint32_t address,
                                      uint32_t *word);

// Runs ticks and returns when all that they gave has been observed. IZH_MODEL_OK, NO_MEMORY, or
// RUNNING when the engine does not come to rest.
enum izh_model_status izh_engine_run(const struct izh_engine *engine, uint32_t ticks,
                                     const struct izh_engine_observer *observer);

struct izh_engine_counts izh_engine_count(const struct izh_engine *engine);

// One line about the last failure, which had this status.
void izh_engine_message(const struct izh_engine *engine, enum izh_model_status status,
                        char message[IZH_MESSAGE]);

// Every word of the image. The first status that is not OK; then *refused is its address, unless
// the engine has a message. IZH_MODEL_RUNNING when stop (NULL: nobody) wanted it: then the image is
// there in part.
enum izh_model_status izh_engine_load(const struct izh_engine *engine,
                                      const struct izh_image *image, const struct izh_stop *stop,
                                      uint32_t *refused);

#endif
