// engine.c: one face for every engine
// SPDX-License-Identifier: Apache-2.0
#include "engine.h"

#include <stdio.h>

void izh_engine_free(struct izh_engine *engine)
{
    if (engine->ops)
        engine->ops->free(engine->self);
    *engine = (struct izh_engine){0};
}

enum izh_model_status izh_engine_write(const struct izh_engine *engine, uint32_t address,
                                       uint32_t word)
{
    return engine->ops->write(engine->self, address, word);
}

enum izh_model_status izh_engine_read(const struct izh_engine *engine, uint32_t address,
                                      uint32_t *word)
{
    return engine->ops->read(engine->self, address, word);
}

enum izh_model_status izh_engine_run(const struct izh_engine *engine, uint32_t ticks,
                                     const struct izh_engine_observer *observer)
{
    return engine->ops->run(engine->self, ticks, observer);
}

struct izh_engine_counts izh_engine_count(const struct izh_engine *engine)
{
    struct izh_engine_counts counts = {0};
    engine->ops->counts(engine->self, &counts);
    return counts;
}

enum { WORDS = 4096 }; // between two questions

struct loader {
    const struct izh_engine *engine;
    const struct izh_stop *stop;
    uint32_t words;
    enum izh_model_status status;
};

static bool load_word(void *context, uint32_t address, uint32_t word)
{
    struct loader *loader = context;
    const struct izh_stop *stop = loader->stop;
    bool stopped = stop && loader->words++ % WORDS == 0 && stop->wanted(stop->context);
    loader->status = stopped ? IZH_MODEL_RUNNING : izh_engine_write(loader->engine, address, word);
    return loader->status == IZH_MODEL_OK;
}

enum izh_model_status izh_engine_load(const struct izh_engine *engine,
                                      const struct izh_image *image, const struct izh_stop *stop,
                                      uint32_t *refused)
{
    struct loader loader = {.engine = engine, .stop = stop};
    if (engine->ops->load)
        return engine->ops->load(engine->self, image, stop);
    izh_image_load(image, load_word, &loader, refused);
    return loader.status;
}

void izh_engine_message(const struct izh_engine *engine, enum izh_model_status status,
                        char message[IZH_MESSAGE])
{
    if (engine->ops->message)
        engine->ops->message(engine->self, message);
    else
        snprintf(message, IZH_MESSAGE, "%s", izh_model_strerror(status));
}
