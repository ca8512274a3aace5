// soft_board_engine.c: the golden model in the time of a board, and the registers of its link
// SPDX-License-Identifier: Apache-2.0
#include "soft_board_internal.h"

enum { COUNTER_MAX = 0xffff, RUN = IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_RUN) };

static uint32_t setting(const struct izh_soft_engine *e, uint32_t number)
{
    uint32_t word = 0;
    izh_model_read(e->model, IZH_ADDRESS(IZH_REGION_REGISTER, 0, number), &word);
    return word;
}

void izh_soft_engine_reset(struct izh_soft_board *b)
{
    struct izh_soft_engine *e = &b->engine;
    izh_model_reset(e->model);
    *e = (struct izh_soft_engine){.model = e->model,
                                  .shape = e->shape,
                                  .spikes = e->spikes,
                                  .probed = e->probed,
                                  .probes_written = true,
                                  .settings_written = true,
                                  .budget = e->budget};
    b->broken = 0;
}

bool izh_soft_engine_rests(const struct izh_soft_board *b)
{
    return !b->engine.in_tick;
}

// ---- Access -------------------------------------------------------------------------------------

static bool read_link(const struct izh_soft_board *b, uint32_t field, uint32_t *word)
{
    const uint32_t words[] = {
        [IZH_FIELD_LINK_BUILD] = b->options.build,
        [IZH_FIELD_LINK_BOARD] = b->options.board,
        [IZH_FIELD_LINK_CLOCK] = b->options.clock_hz,
        [IZH_FIELD_LINK_PACE] = b->engine.pace,
        [IZH_FIELD_LINK_LOSSY] = b->engine.lossy,
        [IZH_FIELD_LINK_OVERRUNS] = b->engine.overruns,
        [IZH_FIELD_LINK_BROKEN] = b->broken,
        [IZH_FIELD_LINK_CARRIER] = 0,
    };
    if (field >= sizeof words / sizeof *words)
        return false;
    *word = words[field];
    return true;
}

static bool write_link(struct izh_soft_board *b, uint32_t field, uint32_t word)
{
    switch (field) {
    case IZH_FIELD_LINK_PACE:
        b->engine.pace = word;
        b->engine.due = b->engine.clock;
        return true;
    case IZH_FIELD_LINK_LOSSY:
        b->engine.lossy = word & 1;
        return true;
    case IZH_FIELD_LINK_OVERRUNS:
        b->engine.overruns = 0;
        return true;
    case IZH_FIELD_LINK_BROKEN:
        b->broken = 0;
        return true;
    }
    return field == IZH_FIELD_LINK_CARRIER;
}

static uint32_t region_of(uint32_t address)
{
    return address >> 28;
}

static uint32_t index_of(uint32_t address)
{
    return address & 0xffffff;
}

bool izh_soft_engine_read(const struct izh_soft_board *b, uint32_t address, uint32_t *word)
{
    if (region_of(address) == IZH_REGION_LINK)
        return !index_of(address) && read_link(b, address >> 24 & 15, word);
    return izh_model_read(b->engine.model, address, word) == IZH_MODEL_OK;
}

bool izh_soft_engine_write(struct izh_soft_board *b, uint32_t address, uint32_t word)
{
    struct izh_soft_engine *e = &b->engine;
    if (region_of(address) == IZH_REGION_LINK)
        return !index_of(address) && write_link(b, address >> 24 & 15, word);
    if (izh_model_write(e->model, address, word))
        return false;
    e->settings_written |= region_of(address) == IZH_REGION_REGISTER && address != RUN;
    e->probes_written |= region_of(address) == IZH_REGION_ATTRIBUTE;
    return true;
}

// ---- Ticks --------------------------------------------------------------------------------------

void izh_soft_engine_settle(struct izh_soft_engine *e)
{
    if (e->settings_written) {
        e->neurons = setting(e, IZH_REG_NEURONS);
        e->stimulus = e->shape.synapses && setting(e, IZH_REG_STIMULUS);
        e->armed = e->armed && e->stimulus;
    }
    if (e->settings_written || e->probes_written) {
        e->probe_count = 0;
        for (uint32_t i = 0; i < e->neurons; i++) {
            uint32_t word = 0;
            izh_model_read(e->model,
                           IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, i), &word);
            if (word)
                e->probed[e->probe_count++] = i;
        }
    }
    e->settings_written = e->probes_written = false;
}

static void keep_pace(struct izh_soft_engine *e)
{
    if (!e->pace)
        return;
    if (e->clock < e->due)
        e->clock = e->due;
    uint64_t missed = (e->clock - e->due) / e->pace;
    e->due += (missed + 1) * e->pace;
    e->overruns = (uint16_t)(missed < (uint64_t)(COUNTER_MAX - e->overruns) ? e->overruns + missed
                                                                            : COUNTER_MAX);
}

static bool begin_tick(struct izh_soft_engine *e)
{
    izh_soft_engine_settle(e);
    if (!setting(e, IZH_REG_TICKS_LEFT) || (e->stimulus && !e->armed))
        return false;
    keep_pace(e);
    e->armed = false;
    e->in_tick = true;
    e->ended = false;
    e->probe_at = e->probe_count; // nothing has been sampled
    return true;
}

static bool substep(struct izh_soft_engine *e)
{
    if (!e->budget)
        return false;
    izh_model_substep(e->model, e->spikes, &e->spike_count);
    e->budget -= e->budget < e->neurons ? e->budget : e->neurons;
    e->clock += (e->neurons + e->shape.lanes - 1) / e->shape.lanes;
    e->spike_at = 0;
    e->probe_at = 0;
    e->ended = !setting(e, IZH_REG_STATUS);
    e->counts.spikes += e->spike_count;
    e->counts.samples += e->probe_count;
    return true;
}

// Gives what the last sub-step has made. false: there is more than room.
static bool give(struct izh_soft_board *b)
{
    struct izh_soft_engine *e = &b->engine;
    for (; e->spike_at < e->spike_count; e->spike_at++) {
        if (izh_soft_stream_spike(b, &e->spikes[e->spike_at]))
            continue;
        if (!e->lossy)
            return false;
        b->stream.lost_spikes++;
        e->counts.lost_spikes++;
    }
    for (; e->probe_at < e->probe_count; e->probe_at++) {
        if (izh_soft_stream_sample(b, e->probed[e->probe_at]))
            continue;
        if (!e->lossy)
            return false;
        b->stream.lost_samples++;
        e->counts.lost_samples++;
    }
    return true;
}

static void end_tick(struct izh_soft_board *b)
{
    b->engine.in_tick = false;
    b->engine.counts.ticks++;
    b->stream.ticks++;
}

bool izh_soft_engine_work(struct izh_soft_board *b)
{
    struct izh_soft_engine *e = &b->engine;
    if (!e->in_tick && !begin_tick(e))
        return false;
    if (!e->ended && e->spike_at == e->spike_count && e->probe_at == e->probe_count)
        return substep(e);
    size_t spikes = e->spike_at;
    uint32_t probes = e->probe_at;
    if (!give(b))
        return e->spike_at != spikes || e->probe_at != probes;
    if (e->ended)
        end_tick(b);
    return true;
}
