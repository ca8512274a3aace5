// plain_draw.c: random networks, and the words that hold them
// SPDX-License-Identifier: Apache-2.0
#include "plain_network.h"

#include "bus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void *zeros(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    assert_non_null(p);
    return p;
}

static uint32_t between(struct izh_random *random, uint32_t least, uint32_t most)
{
    return least + izh_random_below(random, most - least + 1);
}

static uint32_t record_count(const struct izh_plain *net)
{
    return net->shape.records ? net->shape.records : net->shape.neurons;
}

static uint32_t row_count(const struct izh_plain *net)
{
    return net->shape.neurons * net->shape.parts;
}

static int target_bits(const struct izh_plain *net)
{
    int bits = 1;
    while ((uint32_t)1 << bits < net->shape.neurons / net->shape.lanes)
        bits++;
    return bits;
}

static uint32_t part_of(const struct izh_plain *net, uint32_t delay)
{
    return (delay - 1) / (net->shape.slots - 1);
}

// ---- A random network ---------------------------------------------------------------------------

static int32_t around(struct izh_random *random, double value, int fraction)
{
    double spread = 0.5 + izh_random_unit(random);
    return (int32_t)(value * spread * (double)((int64_t)1 << fraction));
}

static void draw_record(struct izh_random *random, const struct izh_format *f, bool wild,
                        struct izh_record *r)
{
    r->decay = izh_random_below(random, 8) != 0;
    r->a = wild ? izh_random_word(random, f->port_bits) : around(random, 0.01, f->port_bits + 1);
    r->b = wild ? izh_random_word(random, f->port_bits) : around(random, 0.22, f->port_bits - 2);
    r->e = wild ? izh_random_word(random, f->w_bits) : around(random, 0.03, f->w_bits - 2);
    r->c = wild ? izh_random_word(random, f->x_bits) : around(random, 0.03, f->x_bits - 1);
    r->d = wild ? izh_random_word(random, f->w_bits) : around(random, 0.06, f->w_bits - 2);
    r->peak = wild ? izh_random_word(random, f->x_bits) : around(random, 0.6, f->x_bits - 1);
}

static void draw_neuron(struct izh_random *random, struct izh_plain *net, uint32_t n, bool wild)
{
    const struct izh_format *f = &net->arithmetic.format;
    struct izh_state *s = &net->state[n];
    s->x = wild ? izh_random_word(random, f->x_bits) : around(random, 0.1, f->x_bits - 1);
    s->w = wild ? izh_random_word(random, f->w_bits) : around(random, 0.1, f->w_bits - 2);
    s->level = (uint8_t)izh_random_below(random, 8);
    net->bias[n] =
        wild ? izh_random_word(random, f->w_bits + 2) : around(random, 0.25, f->w_bits - 2);
    net->record_of[n] = net->shape.records ? izh_random_below(random, net->shape.records) : n;
}

static void draw_neurons(struct izh_random *random, struct izh_plain *net,
                         const struct izh_plain_wish *wish)
{
    const struct izh_format *f = &net->arithmetic.format;
    for (int i = 0; i < IZH_LEVELS; i++)
        net->arithmetic.bound[i] =
            wish->wild ? (int32_t)izh_random_below(random, 4096) : i * (20 + 16 * i);
    for (int i = 0; i <= IZH_LEVELS; i++)
        net->arithmetic.kappa[i] = wish->wild ? izh_random_word(random, f->port_bits - 1)
                                              : around(random, 0.1 - 0.1 * i, f->port_bits - 3);
    for (uint32_t i = 0; i < record_count(net); i++) {
        draw_record(random, f, wish->wild, &net->record[i]);
        if (wish->noisy && izh_random_below(random, 4))
            net->sd[i] = (int32_t)(izh_random_next(random) >> (65 - f->port_bits));
        if (!wish->wild)
            net->sd[i] /= 64;
    }
    for (uint32_t n = 0; n < net->shape.neurons; n++)
        draw_neuron(random, net, n, wish->wild);
}

static bool connected(struct izh_random *random, enum izh_plain_topology topology, uint32_t from,
                      uint32_t to, uint32_t chance)
{
    switch (topology) {
    case IZH_PLAIN_SPARSE:
        return izh_random_below(random, 1000) < chance;
    case IZH_PLAIN_DENSE:
        return true;
    case IZH_PLAIN_BLOCKS:
        return (from * 7 + to) / 40 % 3 == 0;
    default:
        return false;
    }
}

static int by_delay(const void *a, const void *b)
{
    const struct izh_plain_synapse *s = a, *t = b;
    return (s->delay > t->delay) - (s->delay < t->delay);
}

static void add_synapse(struct izh_plain *net, size_t *room, const struct izh_plain_synapse *s)
{
    if (net->synapses == *room) {
        *room = 2 * *room + 256;
        net->synapse = realloc(net->synapse, *room * sizeof *net->synapse);
        assert_non_null(net->synapse);
    }
    net->synapse[net->synapses++] = *s;
}

static void draw_synapses(struct izh_random *random, struct izh_plain *net,
                          const struct izh_plain_wish *wish)
{
    size_t room = 0;
    uint32_t longest = net->shape.parts * (net->shape.slots - 1);
    uint32_t chance = wish->chance ? wish->chance : between(random, 0, 400);
    bool one_delay = izh_random_below(random, 2);
    bool shuffled = izh_random_below(random, 2); // targets of a delay in no order
    for (uint32_t from = 0; from < net->shape.neurons; from++) {
        struct izh_plain_synapse s = {.from = from, .delay = between(random, 1, longest)};
        uint32_t flip = shuffled ? izh_random_below(random, net->shape.neurons) : 0;
        net->first[from] = net->synapses;
        for (uint32_t i = 0; i < net->shape.neurons; i++) {
            s.to = (i * 7 % net->shape.neurons) * shuffled + i * !shuffled;
            s.to = (s.to + flip) % net->shape.neurons;
            s.weight = izh_random_word(random, net->shape.weight_bits);
            if (!one_delay)
                s.delay = between(random, 1, longest);
            if (izh_random_below(random, 50) == 0)
                s.to = net->shape.neurons + izh_random_below(random, 1000);
            for (uint32_t copies = izh_random_below(random, 60) == 0 ? 2 : 1; copies; copies--) {
                if (connected(random, wish->topology, from, i, chance))
                    add_synapse(net, &room, &s);
            }
        }
        if (net->synapses > net->first[from])
            qsort(net->synapse + net->first[from], net->synapses - net->first[from],
                  sizeof *net->synapse, by_delay);
    }
    net->first[net->shape.neurons] = net->synapses;
}

static const struct izh_format formats[] = {
    {20, 24, 18}, {16, 24, 16}, {24, 28, 20}, {28, 30, 27}, {13, 16, 13}};

struct izh_plain_wish izh_plain_draw_wish(struct izh_random *random)
{
    uint32_t which = izh_random_below(random, 10);
    return (struct izh_plain_wish){
        .format = &formats[which < 5   ? 0
                           : which < 7 ? 1
                                       : which - 5],
        .lanes = 1u << izh_random_below(random, 5),
        .slots = 4u << izh_random_below(random, 5),
        .parts = 1u << izh_random_below(random, 3),
        .topology = (enum izh_plain_topology)izh_random_below(random, IZH_PLAIN_TOPOLOGIES),
        .wild = izh_random_below(random, 3) == 0,
        .accurate = izh_random_below(random, 3) != 0,
        .noisy = izh_random_below(random, 2)};
}

// Neurons that the lanes divide, 2..300, now and then as few as there can be.
static uint32_t draw_capacity(struct izh_random *random, const struct izh_plain_wish *wish)
{
    uint32_t most = wish->slots * wish->parts > 64 ? 60 : 300;
    uint32_t limit = izh_random_below(random, 4) ? most : 20;
    uint32_t each = between(random, wish->lanes > 1 ? 1 : 2, (limit + wish->lanes) / wish->lanes);
    return wish->neurons ? wish->neurons : each * wish->lanes;
}

static void draw_shape(struct izh_random *random, struct izh_plain *net,
                       const struct izh_plain_wish *wish)
{
    struct izh_shape *s = &net->shape;
    s->format = *wish->format;
    s->lanes = wish->lanes;
    s->neurons = draw_capacity(random, wish);
    s->records = izh_random_below(random, 2) ? 0 : 2u << izh_random_below(random, 4);
    s->slots = wish->slots;
    s->parts = wish->parts;
    s->weight_bits = izh_random_below(random, 4) ? (int)between(random, 2, 16) : 17;
    s->delta_bits = (int)between(random, 1, 6);
    s->accumulator_bits = s->weight_bits + (int)izh_random_below(random, 12);
    net->neurons = izh_random_below(random, 3) ? s->neurons : between(random, 1, s->neurons);
    net->substeps = between(random, 1, 4);
    net->tick = izh_random_below(random, 4) ? between(random, 0, 1000) : 0xffffffff;
    net->seed = (uint32_t)izh_random_next(random);
    net->weight_shift = izh_random_below(random, 16);
    net->arithmetic = (struct izh_arithmetic){
        .format = s->format, .accurate = wish->accurate, .step = (int)izh_random_below(random, 4)};
}

struct izh_plain *izh_plain_draw(struct izh_random *random, const struct izh_plain_wish *wish)
{
    struct izh_plain *net = zeros(1, sizeof *net);
    draw_shape(random, net, wish);
    uint32_t neurons = net->shape.neurons;
    net->record = zeros(record_count(net), sizeof *net->record);
    net->sd = zeros(record_count(net), sizeof *net->sd);
    net->record_of = zeros(neurons, sizeof *net->record_of);
    net->state = zeros(neurons, sizeof *net->state);
    net->bias = zeros(neurons, sizeof *net->bias);
    net->input = zeros(neurons, sizeof *net->input);
    net->first = zeros(neurons + 1, sizeof *net->first);
    net->sum = zeros((size_t)net->shape.slots * neurons, sizeof *net->sum);
    draw_neurons(random, net, wish);
    draw_synapses(random, net, wish);
    izh_plain_lay(net, net->shape.lanes);
    return net;
}

static void free_layout(struct izh_plain *net)
{
    free(net->fillers);
    free(net->end);
    free(net->word);
}

void izh_plain_free(struct izh_plain *net)
{
    free_layout(net);
    free(net->record);
    free(net->sd);
    free(net->record_of);
    free(net->state);
    free(net->bias);
    free(net->input);
    free(net->synapse);
    free(net->first);
    free(net->sum);
    free(net->spike);
    free(net);
}

// ---- Words --------------------------------------------------------------------------------------

uint32_t izh_plain_word(const struct izh_plain *net, const struct izh_plain_synapse *s)
{
    uint32_t weights = (uint32_t)1 << net->shape.weight_bits;
    return s->target + (((uint32_t)s->weight & (weights - 1)) << target_bits(net)) +
           (s->delta << (target_bits(net) + net->shape.weight_bits));
}

struct laying {
    struct izh_plain *net;
    uint32_t lane, place, delay; // delay: as far as the row has come
    bool counting;               // words only, to know how many there are
};

static void lay_word(struct laying *l, const struct izh_plain_synapse *s)
{
    if (!l->counting)
        l->net->word[(size_t)l->lane * l->net->shape.synapses + l->place] =
            izh_plain_word(l->net, s);
    l->place++;
    l->delay += s->delta;
}

// A word that a lane's neurons do not have a target for is possible when they are no power of two.
static uint32_t target_of(const struct izh_plain *net, const struct izh_plain_synapse *s)
{
    uint32_t each = net->shape.neurons / net->shape.lanes;
    if (s->to < net->shape.neurons)
        return s->to / net->shape.lanes;
    return each + s->to % (((uint32_t)1 << target_bits(net)) - each);
}

static void lay_synapse(struct laying *l, struct izh_plain_synapse *s, uint32_t row)
{
    uint32_t most = ((uint32_t)1 << l->net->shape.delta_bits) - 1;
    uint32_t delay = (s->delay - 1) % (l->net->shape.slots - 1) + 1;
    for (; delay - l->delay > most; l->net->fillers[row] += l->counting)
        lay_word(l, &(struct izh_plain_synapse){.delta = most});
    s->lane = l->lane;
    s->place = l->place;
    s->delta = delay - l->delay;
    s->target = target_of(l->net, s);
    lay_word(l, s);
}

static bool is_on(const struct izh_plain *net, const struct izh_plain_synapse *s, uint32_t lane)
{
    uint32_t each = net->shape.neurons / net->shape.lanes;
    bool nowhere = s->to >= net->shape.neurons;
    return s->to % net->shape.lanes == lane &&
           !(nowhere && each == (uint32_t)1 << target_bits(net));
}

static uint32_t lay_lane(struct izh_plain *net, uint32_t lane, bool counting)
{
    struct laying l = {.net = net, .lane = lane, .counting = counting};
    for (uint32_t row = 0; row < row_count(net); row++) {
        uint32_t from = row / net->shape.parts, part = row % net->shape.parts;
        l.delay = 1;
        for (size_t i = net->first[from]; i < net->first[from + 1]; i++) {
            if (part_of(net, net->synapse[i].delay) == part && is_on(net, &net->synapse[i], lane))
                lay_synapse(&l, &net->synapse[i], row);
        }
        if (!counting)
            net->end[lane * row_count(net) + row] = l.place;
    }
    return l.place;
}

void izh_plain_lay(struct izh_plain *net, uint32_t lanes)
{
    uint32_t most = 1;
    free_layout(net);
    net->shape.lanes = lanes;
    net->fillers = zeros(row_count(net), sizeof *net->fillers);
    for (uint32_t lane = 0; lane < lanes; lane++) {
        uint32_t words = lay_lane(net, lane, true);
        most = words > most ? words : most;
    }
    net->shape.synapses = most;
    net->end = zeros((size_t)lanes * row_count(net), sizeof *net->end);
    net->word = zeros((size_t)lanes * most, sizeof *net->word);
    for (uint32_t lane = 0; lane < lanes; lane++)
        lay_lane(net, lane, false);
}

// ---- The model of it ----------------------------------------------------------------------------

static void put(struct izh_model *m, uint32_t region, uint32_t field, uint32_t index, int64_t word)
{
    izh_bus_put(m, IZH_ADDRESS(region, field, index), (uint32_t)word);
}

static void put_register(struct izh_model *m, uint32_t number, uint32_t word)
{
    izh_bus_put(m, izh_bus_register(number), word);
}

static void put_registers(struct izh_model *m, const struct izh_plain *net)
{
    put_register(m, IZH_REG_NEURONS, net->neurons);
    put_register(m, IZH_REG_SUBSTEPS, net->substeps);
    put_register(m, IZH_REG_STEP, (uint32_t)net->arithmetic.step);
    put_register(m, IZH_REG_MODE, net->arithmetic.accurate);
    put_register(m, IZH_REG_TICK, net->tick);
    put_register(m, IZH_REG_SEED, net->seed);
    put_register(m, IZH_REG_WEIGHT_SHIFT, net->weight_shift);
    for (uint32_t i = 0; i < IZH_LEVELS; i++)
        put_register(m, IZH_REG_BOUND_0 + i, (uint32_t)net->arithmetic.bound[i]);
    for (uint32_t i = 0; i <= IZH_LEVELS; i++)
        put_register(m, IZH_REG_KAPPA_0 + i, (uint32_t)net->arithmetic.kappa[i]);
}

static void put_record(struct izh_model *m, const struct izh_plain *net, uint32_t i)
{
    const struct izh_record *r = &net->record[i];
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_A, i, r->a);
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_B, i, r->b);
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_E, i, r->e);
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_C, i, r->c);
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_D, i, r->d);
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, i, r->peak);
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_DECAY, i, r->decay);
    put(m, IZH_REGION_RECORD, IZH_FIELD_RECORD_SD, i, net->sd[i]);
}

static void put_neuron(struct izh_model *m, const struct izh_plain *net, uint32_t n)
{
    put(m, IZH_REGION_STATE, IZH_FIELD_STATE_X, n, net->state[n].x);
    put(m, IZH_REGION_STATE, IZH_FIELD_STATE_W, n, net->state[n].w);
    put(m, IZH_REGION_STATE, IZH_FIELD_STATE_LEVEL, n, net->state[n].level);
    put(m, IZH_REGION_INPUT, IZH_FIELD_INPUT_I, n, net->bias[n]);
    if (net->shape.records)
        put(m, IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_RECORD, n, net->record_of[n]);
}

static void put_lane(struct izh_model *m, const struct izh_plain *net, uint32_t lane)
{
    for (uint32_t i = 0; i < net->shape.synapses; i++)
        put(m, IZH_REGION_SYNAPSE, lane, i, net->word[(size_t)lane * net->shape.synapses + i]);
    for (uint32_t i = 0; i < row_count(net); i++)
        put(m, IZH_REGION_ROW, lane, i, net->end[lane * row_count(net) + i]);
}

struct izh_model *izh_plain_model(const struct izh_plain *net)
{
    struct izh_model *m = izh_bus_model(&net->shape);
    put_register(m, IZH_REG_CLEAR, 0);
    put_registers(m, net);
    for (uint32_t i = 0; i < record_count(net); i++)
        put_record(m, net, i);
    for (uint32_t n = 0; n < net->shape.neurons; n++)
        put_neuron(m, net, n);
    for (uint32_t lane = 0; lane < net->shape.lanes; lane++)
        put_lane(m, net, lane);
    return m;
}
