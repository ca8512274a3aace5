// run_verify_device.c: golden model and a device on a compiled network, compared tick by tick
// SPDX-License-Identifier: Apache-2.0
#include "run_verify_device.h"

#include "crc32.h"
#include "model.h"
#include "run_session.h"

#include <stdlib.h>

enum { BATCH = 4096, SLOT_STRIDE = 65536, WORDS = 64 };

// A device answers at all times; only its engine may take long over a tick.
static const uint64_t patience_us = 60000000;

struct verifier {
    const struct izh_verify_request *request;
    const struct izh_compiled *compiled;
    struct izh_verify_result *result;
    struct izh_device *device;
    struct izh_model *model;
    struct izh_spike *spikes, *made; // of this tick; of a sub-step
    size_t spike_count, spike_room, spikes_seen;
    struct izh_state *samples; // of this tick, in the order of the probe
    size_t samples_seen;
    size_t next_stimulus;
    struct izh_event events[BATCH];
    enum izh_status status; // of the device
};

// ---- Comparison ---------------------------------------------------------------------------------

static void compare(struct verifier *v, uint32_t substep, uint32_t neuron, const char *word,
                    int64_t expected, int64_t got)
{
    v->result->words++;
    if (expected == got || v->result->differ++)
        return;
    v->result->first = (struct izh_verify_difference){.tick = v->result->ticks,
                                                      .substep = substep,
                                                      .neuron = neuron,
                                                      .word = word,
                                                      .expected = expected,
                                                      .got = got};
}

// ---- The model's tick ---------------------------------------------------------------------------

static bool keep_spikes(struct verifier *v, size_t count)
{
    if (v->spike_count + count > v->spike_room) {
        size_t room = 2 * v->spike_room + count;
        struct izh_spike *grown = realloc(v->spikes, room * sizeof *grown);
        if (!grown)
            return false;
        v->spikes = grown;
        v->spike_room = room;
    }
    for (size_t i = 0; i < count; i++)
        v->spikes[v->spike_count++] = v->made[i];
    return true;
}

static bool run_model(struct verifier *v)
{
    const struct izh_compiled *c = v->compiled;
    size_t count, samples = 0;
    v->spike_count = 0;
    izh_model_write(v->model, IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_RUN), 1);
    while (izh_model_substep(v->model, v->made, &count)) {
        if (!keep_spikes(v, count))
            return false;
        for (size_t i = 0; i < c->probe_count; i++)
            v->samples[samples++] = izh_model_state(v->model, c->probes[i].physical);
    }
    return true;
}

// ---- The device's tick --------------------------------------------------------------------------

static void stimulate(struct verifier *v)
{
    const struct izh_compiled *c = v->compiled;
    struct izh_device_stimulus word;
    for (; v->next_stimulus < c->stimulus_count &&
           c->stimuli[v->next_stimulus].tick == v->result->ticks;
         v->next_stimulus++) {
        const struct izh_stimulus *s = &c->stimuli[v->next_stimulus].word;
        word = (struct izh_device_stimulus){(enum izh_device_stimulus_kind)s->kind, s->neuron,
                                            s->value};
        izh_model_stimulate(v->model, s);
        if (!v->status)
            v->status = izh_device_stimulate(v->device, &word, 1);
    }
    word = (struct izh_device_stimulus){.kind = IZH_DEVICE_END};
    if (!v->status && c->stimulus_count)
        v->status = izh_device_stimulate(v->device, &word, 1);
}

static void take_spike(struct verifier *v, const struct izh_event *event)
{
    static const struct izh_spike none = {UINT32_MAX, UINT32_MAX, UINT8_MAX, UINT8_MAX};
    bool owed = v->spikes_seen < v->spike_count;
    const struct izh_spike *expected = owed ? &v->spikes[v->spikes_seen++] : &none;
    uint32_t substep = expected->substep, neuron = expected->neuron;
    v->result->spikes++;
    compare(v, substep, neuron, "spike", owed, 1);
    compare(v, substep, neuron, "neuron of a spike", neuron, event->neuron);
    compare(v, substep, neuron, "tick of a spike", expected->tick, event->tick);
    compare(v, substep, neuron, "sub-step of a spike", substep, event->substep);
    compare(v, substep, neuron, "level of a spike", expected->level, event->level);
}

static void take_sample(struct verifier *v, const struct izh_event *event)
{
    const struct izh_compiled *c = v->compiled;
    bool owed = v->samples_seen < c->probe_count * c->substeps;
    v->result->samples++;
    compare(v, event->substep, event->neuron, "sample", owed, 1);
    if (!owed)
        return;
    uint32_t neuron = c->probes[v->samples_seen % c->probe_count].physical;
    uint32_t substep = (uint32_t)(v->samples_seen / c->probe_count);
    const struct izh_state *expected = &v->samples[v->samples_seen++];
    compare(v, substep, neuron, "neuron of a sample", neuron, event->neuron);
    compare(v, substep, neuron, "x of a sample", expected->x, event->x);
    compare(v, substep, neuron, "w of a sample", expected->w, event->w);
    compare(v, substep, neuron, "level of a sample", expected->level, event->level);
}

// True when the engine rests.
static bool take(struct verifier *v, const struct izh_event *event)
{
    switch (event->kind) {
    case IZH_EVENT_SPIKE:
        take_spike(v, event);
        return false;
    case IZH_EVENT_SAMPLE:
        take_sample(v, event);
        return false;
    case IZH_EVENT_TICKS:
        compare(v, 0, 0, "ticks that have ended", 1, event->count);
        return false;
    case IZH_EVENT_REST:
        return true;
    default:
        compare(v, 0, 0, "lost spikes or samples", 0, event->count);
        return false;
    }
}

static void run_device(struct verifier *v)
{
    bool rests = false;
    v->spikes_seen = v->samples_seen = 0;
    v->status = izh_device_run(v->device, 1);
    while (!v->status && !rests) {
        size_t count = 0;
        v->status = izh_device_next_batch(v->device, v->events, BATCH, &count, patience_us);
        for (size_t i = 0; !v->status && i < count; i++)
            rests = take(v, &v->events[i]) || rests;
    }
    if (v->status)
        return;
    compare(v, 0, 0, "number of spikes", (int64_t)v->spike_count, (int64_t)v->spikes_seen);
    compare(v, 0, 0, "number of samples",
            (int64_t)(v->compiled->probe_count * v->compiled->substeps), (int64_t)v->samples_seen);
}

// ---- Memories -----------------------------------------------------------------------------------

static uint32_t model_word(const struct verifier *v, uint32_t address)
{
    uint32_t word = 0;
    izh_model_read(v->model, address, &word);
    return word;
}

static uint32_t model_crc(const struct verifier *v, uint32_t address, uint32_t count)
{
    uint32_t crc = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t word = model_word(v, address + i);
        uint8_t bytes[4] = {(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16),
                            (uint8_t)(word >> 24)};
        crc = izh_crc32(crc, bytes, sizeof bytes);
    }
    return crc;
}

static void compare_words(struct verifier *v, uint32_t address, uint32_t count, const char *word)
{
    uint32_t words[WORDS];
    for (uint32_t i = 0; !v->status && i < count; i += WORDS) {
        uint32_t part = count - i < WORDS ? count - i : WORDS;
        v->status = izh_device_read(v->device, address + i, words, part);
        for (uint32_t j = 0; !v->status && j < part; j++)
            compare(v, v->compiled->substeps - 1, (address + i + j) % SLOT_STRIDE, word,
                    (int32_t)model_word(v, address + i + j), (int32_t)words[j]);
    }
}

static void compare_range(struct verifier *v, uint32_t address, uint32_t count, const char *word)
{
    uint32_t crc = 0;
    if (!v->status)
        v->status = izh_device_check(v->device, address, count, &crc);
    if (v->status)
        return;
    if (crc == model_crc(v, address, count))
        v->result->words += count;
    else
        compare_words(v, address, count, word);
}

static void compare_memories(struct verifier *v)
{
    static const char *const names[] = {"x in memory", "w in memory", "level in memory"};
    const struct izh_compiled *c = v->compiled;
    for (uint32_t field = 0; field < 3; field++)
        compare_range(v, IZH_ADDRESS(IZH_REGION_STATE, field, 0), c->neurons, names[field]);
    compare_range(v, IZH_ADDRESS(IZH_REGION_INPUT, 0, 0), c->neurons, "bias in memory");
    for (uint32_t slot = 0; c->shape.synapses && slot < c->shape.slots; slot++)
        compare_range(v, IZH_ADDRESS(IZH_REGION_ACCUMULATOR, 0, slot * SLOT_STRIDE), c->neurons,
                      "accumulator in memory");
}

static void compare_registers(struct verifier *v)
{
    static const struct {
        uint32_t number;
        const char *name;
        bool synaptic;
    } registers[] = {
        {IZH_REG_TICK, "TICK", false},
        {IZH_REG_TICKS_LEFT, "TICKS_LEFT", false},
        {IZH_REG_SATURATED_X, "SATURATED_X", false},
        {IZH_REG_SATURATED_W, "SATURATED_W", false},
        {IZH_REG_SATURATED_PORT, "SATURATED_PORT", false},
        {IZH_REG_SATURATED_I, "SATURATED_I", true},
        {IZH_REG_LOST, "LOST", true},
    };
    for (size_t i = 0; i < sizeof registers / sizeof *registers; i++) {
        if (!registers[i].synaptic || v->compiled->shape.synapses)
            compare_words(v, IZH_ADDRESS(IZH_REGION_REGISTER, 0, registers[i].number), 1,
                          registers[i].name);
    }
}

// ---- The whole ----------------------------------------------------------------------------------

static enum izh_verify_status verdict(const struct verifier *v)
{
    if (v->result->differ)
        return IZH_VERIFY_DIFFER;
    return v->status && v->status != IZH_STOPPED ? IZH_VERIFY_STUCK : IZH_VERIFY_EQUAL;
}

static enum izh_verify_status run_all(struct verifier *v)
{
    const struct izh_verify_request *q = v->request;
    struct izh_verify_result *r = v->result;
    double start = izh_run_clock();
    while (r->ticks < q->ticks && !r->differ && !v->status && !(q->stop && q->stop(q->context))) {
        stimulate(v);
        if (!run_model(v))
            return IZH_VERIFY_NO_MEMORY;
        if (!v->status)
            run_device(v);
        if (!v->status)
            compare_memories(v);
        r->updates += (uint64_t)v->compiled->neurons * v->compiled->substeps;
        r->inputs += v->compiled->shape.synapses ? v->compiled->neurons : 0;
        r->ticks += !v->status && !r->differ;
        r->wall_s = izh_run_clock() - start;
        if (q->progress)
            q->progress(q->context, r->ticks, r->wall_s);
    }
    if (!v->status && !r->differ)
        compare_registers(v);
    return verdict(v);
}

static bool load_word(void *context, uint32_t address, uint32_t word)
{
    return izh_model_write(context, address, word) == IZH_MODEL_OK;
}

static enum izh_verify_status begin(struct verifier *v)
{
    const struct izh_compiled *c = v->compiled;
    if (izh_model_new(&c->shape, &v->model))
        return IZH_VERIFY_NO_MEMORY;
    v->made = calloc(c->neurons, sizeof *v->made);
    v->samples = calloc(c->probe_count * c->substeps + 1, sizeof *v->samples);
    if (!v->made || !v->samples)
        return IZH_VERIFY_NO_MEMORY;
    izh_image_load(c->image, load_word, v->model, NULL);
    v->status = izh_device_load_until(v->device, c->image, v->request->stop, v->request->context);
    return v->status == IZH_CORRUPT ? IZH_VERIFY_DIFFER : verdict(v);
}

enum izh_verify_status izh_verify_device(const struct izh_verify_request *request,
                                         struct izh_device *device,
                                         struct izh_verify_result *result, enum izh_status *status)
{
    struct verifier *v = calloc(1, sizeof *v);
    *result = (struct izh_verify_result){0};
    *status = IZH_OK;
    if (!v)
        return IZH_VERIFY_NO_MEMORY;
    v->request = request;
    v->compiled = request->compiled;
    v->result = result;
    v->device = device;
    enum izh_verify_status said = begin(v);
    if (!said && !v->status)
        said = run_all(v);
    *status = v->status == IZH_STOPPED ? IZH_OK : v->status;
    izh_model_free(v->model);
    free(v->made);
    free(v->samples);
    free(v->spikes);
    free(v);
    return said;
}
