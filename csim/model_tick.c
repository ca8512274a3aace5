// model_tick.c: the golden model in time
// SPDX-License-Identifier: Apache-2.0
#include "model_internal.h"

#include <string.h>

// Fewer neurons for each thread are updated sooner than other threads are told to.
enum { SMALL_PART = 1024 };

enum { EIGHT = sizeof(uint64_t) };

// What came of the neurons of one thread in one sub-step.
struct share {
    struct izh_spike *spikes; // room for one of each neuron
    size_t count;
    uint32_t saturated_x, saturated_w, saturated_port, saturated_i;
};

// What the threads do at the same time.
struct round {
    struct izh_model *model;
    bool begins_tick;
    struct share share[IZH_THREADS_MAX];
};

void izh_model_divide(struct izh_model *m)
{
    uint32_t groups = (m->neurons + IZH_GROUP - 1) / IZH_GROUP;
    for (unsigned i = 0; i < m->threads; i++)
        m->bound[i] = (uint32_t)((uint64_t)groups * i / m->threads) * IZH_GROUP;
    m->bound[m->threads] = m->neurons;
    if (!izh_has_synapses(m))
        return;
    uint32_t targets[IZH_THREADS_MAX + 1];
    memcpy(targets, m->bound, m->threads * sizeof targets[0]);
    targets[m->threads] = m->shape.neurons;
    izh_synapses_divide(&m->synapses, m->threads, targets);
}

// ---- Input --------------------------------------------------------------------------------------

// Puts the records beside the neurons that use them.
static void follow_records(struct izh_model *m)
{
    struct izh_cells *c = &m->cells;
    m->noisy = false;
    for (uint32_t i = 0; i < m->shape.neurons; i++) {
        uint32_t index = izh_record_of(m, i);
        const struct izh_record *r = &m->record[index];
        c->a[i] = r->a;
        c->b[i] = r->b;
        c->e4[i] = (int32_t)(4 * (uint32_t)r->e);
        c->below_peak[i] = r->peak - 1;
        c->decay[i] = r->decay ? -1 : 0;
        c->sd[i] = m->sd[index];
        m->noisy = m->noisy || m->sd[index];
    }
    m->records_written = false;
}

static int64_t scaled(int32_t sum, uint32_t shift)
{
    return (int64_t)sum * ((int64_t)1 << shift);
}

// As the contract has it, for any widths.
static uint32_t prepare_plainly(const struct izh_model *m, const struct izh_preparation *p,
                                uint32_t first, uint32_t count)
{
    uint32_t clips = 0;
    for (uint32_t i = first; i < first + count; i++) {
        bool clipped;
        int32_t g = p->noisy ? izh_noise_draw(p->key, i) : 0;
        int64_t total = m->cells.bias[i] + izh_noise_current(g, m->cells.sd[i], p->format) +
                        scaled(izh_sign_extend(p->sums[i], p->accumulator_bits), m->weight_shift);
        m->cells.input[i] = (int32_t)izh_clip(total, izh_input_bits(p->format), &clipped);
        clips += clipped;
        p->sums[i] = 0;
    }
    return clips;
}

static uint32_t prepare(const struct izh_model *m, uint32_t first, uint32_t count)
{
    if (!izh_has_synapses(m)) {
        memcpy(m->cells.input + first, m->cells.bias + first, count * sizeof *m->cells.input);
        return 0;
    }
    const struct izh_preparation p = {.cells = &m->cells,
                                      .sums = izh_synapses_slot(&m->synapses, m->tick),
                                      .format = &m->shape.format,
                                      .key = izh_noise_tick_key(m->seed, m->tick),
                                      .noisy = m->noisy,
                                      .accumulator_bits = m->shape.accumulator_bits,
                                      .weight_shift = (int)m->weight_shift};
    return izh_kernel_prepares(p.format) ? m->kernel->prepare(&p, first, count)
                                         : prepare_plainly(m, &p, first, count);
}

// ---- Updates ------------------------------------------------------------------------------------

// The update of neuron first + i by the book, from its old state.
static void update_marked(struct izh_model *m, uint32_t first, uint32_t i,
                          const struct izh_block *old, struct share *share)
{
    uint32_t neuron = first + i;
    struct izh_state s = {old->x[i], old->w[i], (uint8_t)m->cells.level[neuron]};
    struct izh_update u = izh_neuron_update(&m->arithmetic, &m->record[izh_record_of(m, neuron)],
                                            &s, m->cells.input[neuron]);
    m->cells.x[neuron] = u.state.x;
    m->cells.w[neuron] = u.state.w;
    m->cells.level[neuron] = u.state.level;
    share->saturated_x += u.saturated_x;
    share->saturated_w += u.saturated_w;
    share->saturated_port += u.saturated_port;
    if (u.spike)
        share->spikes[share->count++] =
            (struct izh_spike){m->tick, neuron, (uint8_t)m->substep, u.state.level};
}

// Few neurons are marked: most of eight marks are passed over at once.
static bool any_of_eight(const uint8_t *marked)
{
    uint64_t word;
    memcpy(&word, marked, EIGHT);
    return word;
}

static void update_eight(struct izh_model *m, uint32_t first, uint32_t i, uint32_t end,
                         const struct izh_block *old, struct share *share)
{
    for (; i < end; i++) {
        if (old->marked[i])
            update_marked(m, first, i, old, share);
    }
}

static void update_block(struct izh_model *m, uint32_t first, uint32_t count, struct share *share)
{
    struct izh_block old;
    uint32_t whole = (count + IZH_GROUP - 1) / IZH_GROUP * IZH_GROUP;
    if (m->kernel->update(&m->arithmetic, &m->cells, first, whole, &old)) {
        for (uint32_t i = 0; i < count; i += EIGHT) {
            if (any_of_eight(old.marked + i))
                update_eight(m, first, i, i + EIGHT < count ? i + EIGHT : count, &old, share);
        }
    }
    // What fills the last group is no neuron of this run.
    memcpy(m->cells.x + first + count, old.x + count, (whole - count) * sizeof *old.x);
    memcpy(m->cells.w + first + count, old.w + count, (whole - count) * sizeof *old.w);
}

static void do_neurons(void *context, unsigned thread)
{
    struct round *round = context;
    struct izh_model *m = round->model;
    struct share share = {.spikes = round->share[thread].spikes};
    uint32_t first = m->bound[thread], end = m->bound[thread + 1];
    if (round->begins_tick && first < end)
        share.saturated_i = prepare(m, first, end - first);
    for (uint32_t i = first; i < end; i += IZH_BLOCK)
        update_block(m, i, end - i < IZH_BLOCK ? end - i : IZH_BLOCK, &share);
    round->share[thread] = share;
}

// ---- Ticks --------------------------------------------------------------------------------------

static void count_up(uint16_t *counter, uint32_t events)
{
    *counter =
        (uint16_t)(events < (uint32_t)(UINT16_MAX - *counter) ? *counter + events : UINT16_MAX);
}

// Puts the threads' spikes one behind the other.
static size_t collect(struct izh_model *m, const struct round *round, struct izh_spike *spikes)
{
    size_t count = 0;
    for (unsigned i = 0; i < m->threads; i++) {
        const struct share *s = &round->share[i];
        count_up(&m->saturated_x, s->saturated_x);
        count_up(&m->saturated_w, s->saturated_w);
        count_up(&m->saturated_port, s->saturated_port);
        count_up(&m->saturated_i, s->saturated_i);
        memmove(spikes + count, s->spikes, s->count * sizeof *spikes);
        count += s->count;
    }
    return count;
}

static void end_substep(struct izh_model *m, const struct izh_spike *spikes, size_t count)
{
    for (size_t i = 0; i < count && izh_has_synapses(m); i++)
        izh_synapses_spike(&m->synapses, spikes[i].neuron);
    if (++m->substep < m->substeps)
        return;
    if (izh_has_synapses(m))
        izh_synapses_end_tick(&m->synapses, m->tick, m->pool, m->kernel);
    m->substep = 0;
    m->tick++;
    m->ticks_left--;
}

bool izh_model_substep(struct izh_model *m, struct izh_spike *spikes, size_t *count)
{
    if (!m->ticks_left)
        return false;
    if (!m->substep && m->records_written)
        follow_records(m);
    struct round round;
    round.model = m;
    round.begins_tick = !m->substep;
    for (unsigned i = 0; i < m->threads; i++)
        round.share[i].spikes = spikes + m->bound[i];
    izh_pool_run(m->pool, do_neurons, &round, m->neurons / m->threads < SMALL_PART);
    *count = collect(m, &round, spikes);
    end_substep(m, spikes, *count);
    return true;
}
