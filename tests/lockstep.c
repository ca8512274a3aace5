// lockstep.c: model and core side by side, every word that leaves the core compared as it leaves
// SPDX-License-Identifier: Apache-2.0
#include "lockstep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// More than the core can hold back in its ports, 256 words of 16 spikes, and the model makes at
// once: a spike of every neuron.
enum { RING = 131072 };

static void compare(struct izh_lockstep *l, uint32_t neuron, const char *word, long long expected,
                    long long got)
{
    l->words++;
    if (expected == got || l->differ++)
        return;
    snprintf(l->report, sizeof l->report,
             "# %s: tick %u sub-step %u neuron %u %s: expected %lld, got %lld; seed %llu\n"
             "# repeat: IZH_SEED=%llu %s\n",
             l->configuration, l->tick, l->substep, neuron, word, expected, got,
             (unsigned long long)l->seed, (unsigned long long)l->seed, l->command);
}

static void compare_state(struct izh_lockstep *l, uint32_t neuron, const char *const name[3],
                          const struct izh_state *expected, const struct izh_state *got)
{
    compare(l, neuron, name[0], expected->x, got->x);
    compare(l, neuron, name[1], expected->w, got->w);
    compare(l, neuron, name[2], expected->level, got->level);
}

// ---- What the core shows
// -------------------------------------------------------------------------

// When the core prepares the first input of a tick the model gets the stimuli of that tick, and its
// accumulators are noted: it will take them before the core has prepared the last.
static void begin_tick(struct izh_lockstep *l)
{
    struct izh_given_stimuli *given = &l->given_stimuli;
    while (given->seen != given->made && given->ring[given->seen % RING].tick == l->tick)
        izh_model_stimulate(l->model, &given->ring[given->seen++ % RING].stimulus);
    for (uint32_t i = 0; i < l->neurons; i++) {
        uint32_t sum = 0, slot = l->tick % l->shape.slots;
        izh_model_read(l->model, IZH_ADDRESS(IZH_REGION_ACCUMULATOR, 0, slot << 16 | i), &sum);
        l->owed_inputs.sums[i] = (int32_t)sum;
    }
}

static void on_prepared(void *context, const struct izh_prepared *prepared)
{
    struct izh_lockstep *l = context;
    uint32_t neuron = l->next_prepared;
    if (neuron == 0)
        begin_tick(l);
    compare(l, neuron, "prepared neuron", neuron, prepared->neuron);
    compare(l, neuron, "accumulator", l->owed_inputs.sums[neuron], prepared->sum);
    l->owed_inputs.ring[l->owed_inputs.made++] = *prepared;
    l->next_prepared = neuron + 1 == l->neurons ? 0 : neuron + 1;
}

static void compare_inputs(struct izh_lockstep *l)
{
    struct izh_owed_inputs *owed = &l->owed_inputs;
    for (; owed->seen < owed->made; owed->seen++) {
        const struct izh_prepared *p = &owed->ring[owed->seen];
        compare(l, p->neuron, "input", izh_model_input(l->model, p->neuron), p->input);
    }
}

static bool on_stimulus(void *context, uint32_t tick, struct izh_stimulus *stimulus)
{
    struct izh_lockstep *l = context;
    struct izh_given_stimuli *given = &l->given_stimuli;
    if (!l->stimulus(l->stimulus_context, tick, stimulus))
        return false;
    given->ring[given->made % RING].tick = tick;
    given->ring[given->made++ % RING].stimulus = *stimulus;
    return true;
}

static void step_model(struct izh_lockstep *l)
{
    size_t count = 0;
    if (!izh_model_substep(l->model, l->made, &count))
        compare(l, 0, "ticks left", 1, 0);
    for (size_t i = 0; i < count; i++)
        l->owed_spikes.ring[l->owed_spikes.made++ % RING] = l->made[i];
}

static void end_of_pass(struct izh_lockstep *l)
{
    l->next_neuron = 0;
    if (++l->substep < l->substeps)
        return;
    compare(l, 0, "inputs prepared", l->shape.synapses ? l->neurons : 0, l->owed_inputs.made);
    l->owed_inputs.made = l->owed_inputs.seen = 0;
    l->substep = 0;
    l->tick++;
}

static void on_retired(void *context, const struct izh_retired *retired)
{
    static const char *const names[] = {"x", "w", "level"};
    struct izh_lockstep *l = context;
    if (l->next_neuron == 0)
        step_model(l);
    compare_inputs(l);
    struct izh_state expected = izh_model_state(l->model, l->next_neuron);
    compare(l, l->next_neuron, "index", l->next_neuron, retired->neuron);
    compare_state(l, l->next_neuron, names, &expected, &retired->update.state);
    l->updates++;
    if (l->probed[l->next_neuron])
        l->owed_samples.ring[l->owed_samples.made++ % RING] =
            (struct izh_probe_sample){l->next_neuron, expected};
    if (++l->next_neuron == l->neurons)
        end_of_pass(l);
}

static void on_spike(void *context, const struct izh_spike *spike)
{
    struct izh_lockstep *l = context;
    struct izh_owed_spikes *owed = &l->owed_spikes;
    compare(l, spike->neuron, "spike owed", 1, owed->made != owed->seen);
    const struct izh_spike *expected = &owed->ring[owed->seen++ % RING];
    compare(l, expected->neuron, "spike neuron", expected->neuron, spike->neuron);
    compare(l, expected->neuron, "spike tick", expected->tick, spike->tick);
    compare(l, expected->neuron, "spike sub-step", expected->substep, spike->substep);
    compare(l, expected->neuron, "spike level", expected->level, spike->level);
    l->spikes++;
}

static void on_probe(void *context, const struct izh_probe_sample *sample)
{
    static const char *const names[] = {"probe x", "probe w", "probe level"};
    struct izh_lockstep *l = context;
    struct izh_owed_samples *owed = &l->owed_samples;
    compare(l, sample->neuron, "sample owed", 1, owed->made != owed->seen);
    const struct izh_probe_sample *expected = &owed->ring[owed->seen++ % RING];
    compare(l, expected->neuron, "probe neuron", expected->neuron, sample->neuron);
    compare_state(l, expected->neuron, names, &expected->state, &sample->state);
}

static void on_served(void *context, uint32_t address, uint32_t word, enum izh_model_status status)
{
    struct izh_lockstep *l = context;
    compare(l, l->next_neuron, "posted write served between ticks", 0, l->next_neuron + l->substep);
    compare(l, address, "posted write accepted (address)",
            izh_model_write(l->model, address, word) == IZH_MODEL_OK, status == IZH_MODEL_OK);
    l->served++;
}

// ---- Both at once
// --------------------------------------------------------------------------------

int izh_lockstep_open(struct izh_lockstep *l, const char *configuration, const char *command,
                      uint64_t seed)
{
    *l = (struct izh_lockstep){.configuration = configuration,
                               .command = command,
                               .seed = seed,
                               .neurons = 1,
                               .substeps = 1};
    if (izh_cosim_new(configuration, (uint32_t)seed, &l->core) != IZH_MODEL_OK)
        return -1;
    l->shape = izh_cosim_shape(l->core);
    l->probed = calloc(l->shape.neurons, sizeof *l->probed);
    l->made = calloc(l->shape.neurons, sizeof *l->made);
    l->owed_spikes.ring = calloc(RING, sizeof *l->owed_spikes.ring);
    l->owed_samples.ring = calloc(RING, sizeof *l->owed_samples.ring);
    l->owed_inputs.ring = calloc(l->shape.neurons, sizeof *l->owed_inputs.ring);
    l->owed_inputs.sums = calloc(l->shape.neurons, sizeof *l->owed_inputs.sums);
    l->given_stimuli.ring = calloc(RING, sizeof *l->given_stimuli.ring);
    if (izh_model_new(&l->shape, &l->model) == IZH_MODEL_OK && l->probed && l->made &&
        l->owed_spikes.ring && l->owed_samples.ring && l->owed_inputs.ring && l->owed_inputs.sums &&
        l->given_stimuli.ring)
        return 0;
    izh_lockstep_close(l);
    return -1;
}

void izh_lockstep_close(struct izh_lockstep *l)
{
    izh_model_free(l->model);
    izh_cosim_free(l->core);
    free(l->probed);
    free(l->made);
    free(l->owed_spikes.ring);
    free(l->owed_samples.ring);
    free(l->owed_inputs.ring);
    free(l->owed_inputs.sums);
    free(l->given_stimuli.ring);
}

static void follow(struct izh_lockstep *l, uint32_t address, uint32_t word)
{
    uint32_t index = address & 0xffffff;
    if (address == IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_NEURONS))
        l->neurons = word;
    if (address == IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_SUBSTEPS))
        l->substeps = word;
    if (address == IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_TICK))
        l->tick = word;
    if (address >> 24 == (IZH_REGION_ATTRIBUTE << 4 | IZH_FIELD_ATTRIBUTE_PROBE))
        l->probed[index] = word & 1;
}

void izh_lockstep_write(struct izh_lockstep *l, uint32_t address, uint32_t word)
{
    bool core = izh_cosim_write(l->core, address, word) == IZH_MODEL_OK;
    bool model = izh_model_write(l->model, address, word) == IZH_MODEL_OK;
    compare(l, address, "write accepted (address)", model, core);
    if (model)
        follow(l, address, word);
}

static void compare_word(struct izh_lockstep *l, uint32_t address)
{
    uint32_t expected = 0, got = 0;
    bool model = izh_model_read(l->model, address, &expected) == IZH_MODEL_OK;
    bool core = izh_cosim_read(l->core, address, &got) == IZH_MODEL_OK;
    compare(l, address, "read accepted (address)", model, core);
    if (model && core)
        compare(l, address, "word at (address)", expected, got);
}

void izh_lockstep_run(struct izh_lockstep *l, uint32_t ticks)
{
    const struct izh_cosim_observer observer = {.context = l,
                                                .prepared = on_prepared,
                                                .stimulus = l->stimulus ? on_stimulus : NULL,
                                                .retired = on_retired,
                                                .spike = on_spike,
                                                .probe = on_probe,
                                                .served = on_served};
    izh_model_write(l->model, IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_RUN), ticks);
    compare(l, 0, "run ends", 1, izh_cosim_run(l->core, ticks, &observer));
    compare(l, 0, "spikes", l->owed_spikes.made, l->owed_spikes.seen);
    compare(l, 0, "probe samples", l->owed_samples.made, l->owed_samples.seen);
    for (uint32_t number = 0; number < 64; number++)
        compare_word(l, IZH_ADDRESS(IZH_REGION_REGISTER, 0, number));
}

void izh_lockstep_post(struct izh_lockstep *l, uint32_t address, uint32_t word)
{
    izh_cosim_post(l->core, address, word);
}

static void compare_fields(struct izh_lockstep *l, uint32_t region, uint32_t fields, uint32_t count)
{
    // Of many words one in seven, in every lane: each was compared as the core wrote it, and a read
    // takes the clocks of many updates.
    uint32_t step = count > 2048 ? 7 : 1;
    for (uint32_t field = 0; field < fields; field++)
        for (uint32_t i = field % step; i < count; i += step)
            compare_word(l, IZH_ADDRESS(region, field, i));
}

void izh_lockstep_compare_memories(struct izh_lockstep *l)
{
    uint32_t records = l->shape.records ? l->shape.records : l->neurons;
    compare_fields(l, IZH_REGION_STATE, 3, l->neurons);
    compare_fields(l, IZH_REGION_ATTRIBUTE, 2, l->neurons);
    compare_fields(l, IZH_REGION_RECORD, l->shape.synapses ? 8 : 7, records);
    compare_fields(l, IZH_REGION_INPUT, 1, l->neurons);
    for (uint32_t slot = 0; slot < l->shape.slots; slot++)
        for (uint32_t i = 0; i < l->neurons; i++)
            compare_word(l, IZH_ADDRESS(IZH_REGION_ACCUMULATOR, 0, slot << 16 | i));
}
