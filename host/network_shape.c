// network_shape.c: the shape of a simulated engine that a network fits
// SPDX-License-Identifier: Apache-2.0
#include "network_compile.h"

enum { NEURONS_MAX = 65536, SYNAPSES_MAX = 1 << 24, WEIGHT_BITS = 16, LEAST_WEIGHT_BITS = 12 };

static uint32_t power_from(uint32_t least, uint32_t wanted)
{
    while (least < wanted)
        least *= 2;
    return least;
}

// Widths are those of one lane for any number of lanes: the bits of a run depend on them.
static void choose_widths(struct izh_shape *shape)
{
    struct izh_shape one = *shape;
    one.lanes = 1;
    int target = izh_target_bits(&one), delta = 1;
    while ((1u << delta) - 1 < shape->slots - 2)
        delta++;
    if (32 - target - delta < LEAST_WEIGHT_BITS)
        delta = 32 - target - LEAST_WEIGHT_BITS;
    int weight = 32 - target - delta;
    shape->delta_bits = delta;
    shape->weight_bits = weight < WEIGHT_BITS ? weight : WEIGHT_BITS;
    shape->accumulator_bits = 28;
}

// Whether a word of weight 0 may be needed to bridge a gap.
static bool has_fillers(const struct izh_shape *shape)
{
    return izh_row_fillers(shape, shape->slots - 2) > 0;
}

static void count_words(const struct izh_compilation *c, uint32_t words[IZH_LANES_MAX])
{
    const struct izh_synapse_list *s = &c->network->synapses;
    for (uint32_t i = 0; i < IZH_LANES_MAX; i++)
        words[i] = 0;
    for (size_t i = 0; i < s->count; i++)
        words[c->compiled->physical[s->post[i]] % c->shape.lanes]++;
}

// Words of the fullest lane, at least 1: an engine with noise and inputs has synapses.
static enum izh_network_status choose_capacity(const struct izh_network *network,
                                               struct izh_shape *shape, char *message)
{
    struct izh_compilation c;
    uint32_t words[IZH_LANES_MAX], most = 1;
    enum izh_network_status status = izh_compile_begin(&c, network, shape, message);
    if (!status)
        status = has_fillers(shape) ? izh_compile_layout(&c) : izh_compile_placement(&c);
    if (!status)
        count_words(&c, words);
    for (uint32_t i = 0; !status && i < c.shape.lanes; i++) {
        uint32_t count = words[i] + c.compiled->report.load[i].fillers;
        most = count > most ? count : most;
    }
    if (!status)
        shape->synapses = most;
    izh_compile_end(&c);
    return status;
}

static enum izh_network_status check_capacity(const struct izh_network *network, size_t needed,
                                              char *message)
{
    if (needed <= SYNAPSES_MAX)
        return IZH_NETWORK_OK;
    return izh_network_say(message, IZH_NETWORK_DOES_NOT_FIT,
                           "%s: a lane needs %zu synapse words; an engine has at most %d in each",
                           network->path, needed, SYNAPSES_MAX);
}

enum izh_network_status izh_network_shape(const struct izh_network *network,
                                          const struct izh_format *format, uint32_t lanes,
                                          struct izh_shape *shape,
                                          char message[IZH_NETWORK_MESSAGE])
{
    uint32_t delay = izh_network_largest_delay(network);
    struct izh_shape s = {.format = *format, .lanes = lanes ? lanes : 1};
    if (network->neuron_count > NEURONS_MAX)
        return izh_network_say(message, IZH_NETWORK_DOES_NOT_FIT,
                               "%s: %lu neurons; an engine has at most %d", network->path,
                               (unsigned long)network->neuron_count, NEURONS_MAX);
    s.neurons = (network->neuron_count + IZH_LANES_MAX - 1) / IZH_LANES_MAX * IZH_LANES_MAX;
    s.parts = delay <= 63 ? 1 : delay <= 2 * 63 ? 2 : 4;
    s.slots = power_from(4, (delay + s.parts - 1) / s.parts + 1);
    s.synapses = SYNAPSES_MAX;
    choose_widths(&s);
    enum izh_network_status status = choose_capacity(network, &s, message);
    if (!status)
        status = check_capacity(network, s.synapses, message);
    if (!status)
        *shape = s;
    return status;
}
