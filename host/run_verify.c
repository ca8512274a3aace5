// run_verify.c: golden model and core in lockstep on a compiled network, every word compared as it
// leaves the core
// SPDX-License-Identifier: Apache-2.0
#include "run_verify.h"

#include "cosim.h"
#include "run_session.h"

#include <stdlib.h>

// Sub-steps that the model may be ahead of what the core has retired. One is enough for a core that
// prepares a tick when all spikes of the tick before it are delivered.
enum {
    PASSES = 4,
    SLOT_STRIDE = 65536,
    CHANCE_EVENT = 512,
    CHANCE_PROBE = 256,
    CHANCE_STIMULUS = 384,
    WORDS = 4096 // of an image, between two questions
};

static const double chunk_s = 0.1;

struct spikes {
    struct izh_spike *ring;
    uint32_t capacity, made, seen;
};

struct samples {
    struct izh_probe_sample *ring;
    uint32_t capacity, made, seen;
};

struct input {
    int32_t sum, input;
};

struct verifier {
    const struct izh_verify_request *request;
    const struct izh_compiled *compiled;
    struct izh_verify_result *result;
    struct izh_model *model;
    struct izh_cosim *core;
    uint32_t neurons, substeps;
    // What the model has made: passes of sub-steps, and the inputs of ticks.
    uint64_t passes_made;
    struct izh_state *states; // [PASSES * neurons]
    struct input *inputs;     // [2 * neurons]
    struct izh_spike *made;   // [neurons], of one pass
    size_t next_stimulus;     // of the model
    size_t next_stimulus_of_core;
    bool out_of_memory, stopped;
    uint32_t words_loaded;
    // Where the core is.
    uint64_t passes_retired;
    uint32_t next_retired; // neuron
    uint64_t ticks_prepared;
    uint32_t next_prepared; // neuron
    uint64_t ticks_ended;
    struct spikes spikes;
    struct samples samples;
};

// ---- Comparison ---------------------------------------------------------------------------------

struct place {
    uint64_t pass;
    uint32_t neuron;
};

static void compare(struct verifier *v, struct place at, const char *word, int64_t expected,
                    int64_t got)
{
    v->result->words++;
    if (expected == got || v->result->differ++)
        return;
    v->result->first = (struct izh_verify_difference){
        .tick = (uint32_t)(at.pass / v->substeps),
        .substep = (uint32_t)(at.pass % v->substeps),
        .neuron = at.neuron,
        .word = word,
        .expected = expected,
        .got = got,
    };
}

static void compare_state(struct verifier *v, struct place at, const char *const names[3],
                          const struct izh_state *expected, const struct izh_state *got)
{
    compare(v, at, names[0], expected->x, got->x);
    compare(v, at, names[1], expected->w, got->w);
    compare(v, at, names[2], expected->level, got->level);
}

// ---- The model's side ---------------------------------------------------------------------------

// Room for one more in a ring that grows: capacity is a power of two.
static bool grow(struct verifier *v, void **ring, size_t size, uint32_t *capacity, uint32_t made,
                 uint32_t seen)
{
    if (made - seen < *capacity)
        return true;
    char *grown = malloc(2 * (size_t)*capacity * size), *old = *ring;
    if (!grown) {
        v->out_of_memory = true;
        return false;
    }
    for (uint32_t i = seen; i != made; i++)
        for (size_t byte = 0; byte < size; byte++)
            grown[i % (2 * *capacity) * size + byte] = old[i % *capacity * size + byte];
    free(old);
    *ring = grown;
    *capacity *= 2;
    return true;
}

static void owe_spike(struct verifier *v, const struct izh_spike *spike)
{
    struct spikes *s = &v->spikes;
    void *ring = s->ring;
    if (!grow(v, &ring, sizeof *s->ring, &s->capacity, s->made, s->seen))
        return;
    s->ring = ring;
    s->ring[s->made++ % s->capacity] = *spike;
}

static void owe_sample(struct verifier *v, uint32_t neuron, const struct izh_state *state)
{
    struct samples *s = &v->samples;
    void *ring = s->ring;
    if (!grow(v, &ring, sizeof *s->ring, &s->capacity, s->made, s->seen))
        return;
    s->ring = ring;
    s->ring[s->made++ % s->capacity] = (struct izh_probe_sample){neuron, *state};
}

static uint32_t read_model(const struct verifier *v, uint32_t address)
{
    uint32_t word = 0;
    izh_model_read(v->model, address, &word);
    return word;
}

static uint32_t accumulator(uint32_t slot, uint32_t neuron)
{
    return IZH_ADDRESS(IZH_REGION_ACCUMULATOR, IZH_FIELD_ACCUMULATOR_SUM,
                       slot * SLOT_STRIDE + neuron);
}

static void begin_tick(struct verifier *v, uint32_t tick)
{
    const struct izh_compiled *c = v->compiled;
    struct input *inputs = v->inputs + tick % 2 * (size_t)v->neurons;
    for (; v->next_stimulus < c->stimulus_count && c->stimuli[v->next_stimulus].tick == tick;
         v->next_stimulus++)
        izh_model_stimulate(v->model, &c->stimuli[v->next_stimulus].word);
    for (uint32_t i = 0; c->shape.synapses && i < v->neurons; i++)
        inputs[i].sum = (int32_t)read_model(v, accumulator(tick & (c->shape.slots - 1), i));
    izh_model_write(v->model, IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_RUN), 1);
}

static void make_pass(struct verifier *v)
{
    uint32_t tick = (uint32_t)(v->passes_made / v->substeps);
    bool first = v->passes_made % v->substeps == 0;
    struct izh_state *states = v->states + v->passes_made % PASSES * (size_t)v->neurons;
    size_t count = 0;
    if (first)
        begin_tick(v, tick);
    if (!izh_model_substep(v->model, v->made, &count))
        compare(v, (struct place){v->passes_made, 0}, "ticks left of the model", 1, 0);
    for (uint32_t i = 0; i < v->neurons; i++)
        states[i] = izh_model_state(v->model, i);
    for (uint32_t i = 0; first && i < v->neurons; i++)
        v->inputs[tick % 2 * (size_t)v->neurons + i].input = izh_model_input(v->model, i);
    for (size_t i = 0; i < count; i++)
        owe_spike(v, &v->made[i]);
    for (size_t i = 0; i < v->compiled->probe_count; i++)
        owe_sample(v, v->compiled->probes[i].physical, &states[v->compiled->probes[i].physical]);
    v->passes_made++;
}

// ---- What the core shows ------------------------------------------------------------------------

static void on_retired(void *context, const struct izh_retired *retired)
{
    static const char *const names[] = {"x", "w", "level"};
    struct verifier *v = context;
    struct place at = {v->passes_retired, v->next_retired};
    if (v->passes_retired == v->passes_made)
        make_pass(v);
    const struct izh_state *expected =
        &v->states[v->passes_retired % PASSES * (size_t)v->neurons + v->next_retired];
    compare(v, at, "neuron that is updated", v->next_retired, retired->neuron);
    compare_state(v, at, names, expected, &retired->update.state);
    v->result->updates++;
    if (++v->next_retired < v->neurons)
        return;
    v->next_retired = 0;
    v->passes_retired++;
}

static void on_prepared(void *context, const struct izh_prepared *prepared)
{
    struct verifier *v = context;
    struct place at = {v->ticks_prepared * v->substeps, v->next_prepared};
    bool early = v->ticks_prepared * v->substeps >= v->passes_retired + PASSES;
    compare(v, at, "tick prepared too early", 0, early);
    while (!early && v->passes_made <= at.pass)
        make_pass(v);
    const struct input *expected =
        &v->inputs[v->ticks_prepared % 2 * v->neurons + v->next_prepared];
    compare(v, at, "neuron that is prepared", v->next_prepared, prepared->neuron);
    compare(v, at, "accumulator", expected->sum, prepared->sum);
    compare(v, at, "input", expected->input, prepared->input);
    v->result->inputs++;
    if (++v->next_prepared < v->neurons)
        return;
    v->next_prepared = 0;
    v->ticks_prepared++;
}

static void on_spike(void *context, const struct izh_spike *spike)
{
    struct verifier *v = context;
    struct spikes *s = &v->spikes;
    struct place at = {(uint64_t)spike->tick * v->substeps + spike->substep, spike->neuron};
    v->result->spikes++;
    compare(v, at, "spike", s->made != s->seen, 1);
    if (s->made == s->seen)
        return;
    const struct izh_spike *expected = &s->ring[s->seen++ % s->capacity];
    at.pass = (uint64_t)expected->tick * v->substeps + expected->substep;
    at.neuron = expected->neuron;
    compare(v, at, "neuron of a spike", expected->neuron, spike->neuron);
    compare(v, at, "tick of a spike", expected->tick, spike->tick);
    compare(v, at, "sub-step of a spike", expected->substep, spike->substep);
    compare(v, at, "level of a spike", expected->level, spike->level);
}

static void on_probe(void *context, const struct izh_probe_sample *sample)
{
    static const char *const names[] = {"x of a sample", "w of a sample", "level of a sample"};
    struct verifier *v = context;
    struct samples *s = &v->samples;
    size_t probes = v->compiled->probe_count ? v->compiled->probe_count : 1;
    struct place at = {v->result->samples++ / probes, sample->neuron};
    compare(v, at, "sample", s->made != s->seen, 1);
    if (s->made == s->seen)
        return;
    const struct izh_probe_sample *expected = &s->ring[s->seen++ % s->capacity];
    at.neuron = expected->neuron;
    compare(v, at, "neuron of a sample", expected->neuron, sample->neuron);
    compare_state(v, at, names, &expected->state, &sample->state);
}

static bool on_stimulus(void *context, uint32_t tick, struct izh_stimulus *stimulus)
{
    struct verifier *v = context;
    const struct izh_compiled *c = v->compiled;
    size_t next = v->next_stimulus_of_core;
    if (next == c->stimulus_count || c->stimuli[next].tick != tick)
        return false;
    *stimulus = c->stimuli[v->next_stimulus_of_core++].word;
    return true;
}

static void on_tick_end(void *context, uint32_t tick)
{
    struct verifier *v = context;
    struct place at = {v->ticks_ended * v->substeps, 0};
    compare(v, at, "tick that ends", (uint32_t)v->ticks_ended, tick);
    v->ticks_ended++;
}

// ---- By the bus ---------------------------------------------------------------------------------

static void compare_word(struct verifier *v, uint32_t address, uint32_t neuron, const char *word)
{
    struct place at = {v->passes_made, neuron};
    uint32_t expected = 0, got = 0;
    bool here = !izh_model_read(v->model, address, &expected);
    bool there = !izh_cosim_read(v->core, address, &got);
    compare(v, at, "answer of the bus", here, there);
    if (here && there)
        compare(v, at, word, (int32_t)expected, (int32_t)got);
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
    for (size_t i = 0; i < sizeof registers / sizeof *registers; i++)
        if (!registers[i].synaptic || v->compiled->shape.synapses)
            compare_word(v, IZH_ADDRESS(IZH_REGION_REGISTER, 0, registers[i].number), 0,
                         registers[i].name);
}

static void compare_memories(struct verifier *v)
{
    static const char *const names[] = {"x in memory", "w in memory", "level in memory"};
    for (uint32_t field = 0; field < 3; field++)
        for (uint32_t i = 0; i < v->neurons; i++)
            compare_word(v, IZH_ADDRESS(IZH_REGION_STATE, field, i), i, names[field]);
    uint32_t slots = v->compiled->shape.synapses ? v->compiled->shape.slots : 0;
    for (uint32_t slot = 0; slot < slots; slot++)
        for (uint32_t i = 0; i < v->neurons; i++)
            compare_word(v, accumulator(slot, i), i, "accumulator in memory");
}

static bool load_word(void *context, uint32_t address, uint32_t word)
{
    struct verifier *v = context;
    const struct izh_verify_request *q = v->request;
    struct place at = {0, address & (SLOT_STRIDE - 1)};
    v->stopped = v->words_loaded++ % WORDS == 0 && q->stop && q->stop(q->context);
    if (v->stopped)
        return false;
    bool here = !izh_model_write(v->model, address, word);
    bool there = !izh_cosim_write(v->core, address, word);
    compare(v, at, "word of the image taken", here, there);
    return here && there;
}

// ---- The run ------------------------------------------------------------------------------------

static bool run_chunk(struct verifier *v, uint32_t ticks)
{
    const struct izh_cosim_observer observer = {
        .context = v,
        .retired = on_retired,
        .prepared = on_prepared,
        .spike = on_spike,
        .stimulus = v->compiled->stimulus_count ? on_stimulus : NULL,
        .tick_end = on_tick_end,
        .probe = on_probe,
    };
    if (!izh_cosim_run(v->core, ticks, &observer))
        return false;
    v->result->ticks += ticks;
    struct place at = {v->passes_made, 0};
    compare(v, at, "passes retired", (int64_t)v->result->ticks * v->substeps,
            (int64_t)v->passes_retired);
    compare(v, at, "ticks prepared", v->compiled->shape.synapses ? v->result->ticks : 0,
            (int64_t)v->ticks_prepared);
    compare(v, at, "ticks ended", v->result->ticks, (int64_t)v->ticks_ended);
    compare(v, at, "number of spikes", v->spikes.made, v->spikes.seen);
    compare(v, at, "number of samples", v->samples.made, v->samples.seen);
    return true;
}

static enum izh_verify_status run_all(struct verifier *v)
{
    const struct izh_verify_request *q = v->request;
    struct izh_verify_result *r = v->result;
    uint32_t chunk = 1;
    double start = izh_run_clock();
    while (r->ticks < q->ticks && !r->differ && !v->out_of_memory) {
        uint32_t left = q->ticks - r->ticks;
        double before = izh_run_clock();
        if (q->stop && q->stop(q->context))
            break;
        if (!run_chunk(v, chunk < left ? chunk : left))
            return r->differ ? IZH_VERIFY_DIFFER : IZH_VERIFY_STUCK;
        double now = izh_run_clock();
        if (now - before < chunk_s / 2 && chunk < UINT32_MAX / 2)
            chunk *= 2;
        r->wall_s = now - start;
        if (q->progress)
            q->progress(q->context, r->ticks, r->wall_s);
    }
    if (v->out_of_memory)
        return IZH_VERIFY_NO_MEMORY;
    if (!r->differ) {
        compare_registers(v);
        compare_memories(v);
    }
    return r->differ ? IZH_VERIFY_DIFFER : IZH_VERIFY_EQUAL;
}

static enum izh_verify_status open_verifier(struct verifier *v)
{
    const struct izh_verify_request *q = v->request;
    enum izh_model_status status = izh_cosim_new(q->core, q->seed, &v->core);
    if (status == IZH_MODEL_BAD_SHAPE)
        return IZH_VERIFY_NO_CORE;
    if (!status)
        status = izh_model_new(&q->compiled->shape, &v->model);
    v->spikes.capacity = v->samples.capacity = 1024;
    v->spikes.ring = calloc(v->spikes.capacity, sizeof *v->spikes.ring);
    v->samples.ring = calloc(v->samples.capacity, sizeof *v->samples.ring);
    v->states = calloc(PASSES * (size_t)v->neurons, sizeof *v->states);
    v->inputs = calloc(2 * (size_t)v->neurons, sizeof *v->inputs);
    v->made = calloc(v->neurons, sizeof *v->made);
    if (status || !v->spikes.ring || !v->samples.ring || !v->states || !v->inputs || !v->made)
        return IZH_VERIFY_NO_MEMORY;
    if (q->stalls)
        izh_cosim_set_stalls(v->core, CHANCE_EVENT, CHANCE_PROBE, CHANCE_STIMULUS);
    return IZH_VERIFY_EQUAL;
}

static void close_verifier(struct verifier *v)
{
    izh_model_free(v->model);
    izh_cosim_free(v->core);
    free(v->spikes.ring);
    free(v->samples.ring);
    free(v->states);
    free(v->inputs);
    free(v->made);
}

enum izh_verify_status izh_verify(const struct izh_verify_request *request,
                                  struct izh_verify_result *result)
{
    struct verifier v = {.request = request,
                         .compiled = request->compiled,
                         .result = result,
                         .neurons = request->compiled->neurons,
                         .substeps = request->compiled->substeps};
    *result = (struct izh_verify_result){0};
    enum izh_verify_status status = open_verifier(&v);
    if (!status && !izh_image_load(request->compiled->image, load_word, &v, NULL) && !v.stopped)
        status = IZH_VERIFY_DIFFER;
    if (!status && !v.stopped)
        status = run_all(&v);
    close_verifier(&v);
    return status;
}
