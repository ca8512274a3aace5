// network.c: a network in physical units: its statuses, its parts, its end
// SPDX-License-Identifier: Apache-2.0
#include "network_internal.h"

#include <stdarg.h>
#include <stdlib.h>

const char *izh_network_status_name(enum izh_network_status status)
{
    switch (status) {
    case IZH_NETWORK_OK:
        return "IZH_NETWORK_OK";
    case IZH_NETWORK_NO_MEMORY:
        return "IZH_NETWORK_NO_MEMORY";
    case IZH_NETWORK_CANNOT_READ:
        return "IZH_NETWORK_CANNOT_READ";
    case IZH_NETWORK_BAD_FILE:
        return "IZH_NETWORK_BAD_FILE";
    case IZH_NETWORK_BAD_VALUE:
        return "IZH_NETWORK_BAD_VALUE";
    case IZH_NETWORK_TOO_LARGE:
        return "IZH_NETWORK_TOO_LARGE";
    case IZH_NETWORK_DOES_NOT_FIT:
        return "IZH_NETWORK_DOES_NOT_FIT";
    }
    return "IZH_NETWORK_UNKNOWN";
}

const char *izh_network_strerror(enum izh_network_status status)
{
    switch (status) {
    case IZH_NETWORK_OK:
        return "success";
    case IZH_NETWORK_NO_MEMORY:
        return "out of memory";
    case IZH_NETWORK_CANNOT_READ:
        return "a file cannot be read";
    case IZH_NETWORK_BAD_FILE:
        return "a file is not what it must be";
    case IZH_NETWORK_BAD_VALUE:
        return "the network description has a value that is not allowed";
    case IZH_NETWORK_TOO_LARGE:
        return "the network is larger than the memory";
    case IZH_NETWORK_DOES_NOT_FIT:
        return "the network does not fit the engine";
    }
    return "unknown status";
}

enum izh_network_status izh_network_say(char *message, enum izh_network_status status,
                                        const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (message)
        vsnprintf(message, IZH_NETWORK_MESSAGE, format, arguments);
    va_end(arguments);
    return status;
}

void izh_network_free(struct izh_network *n)
{
    if (!n)
        return;
    for (size_t i = 0; i < n->population_count; i++)
        free(n->populations[i].name);
    for (size_t i = 0; i < n->projection_count; i++)
        free(n->projections[i].label);
    free(n->name);
    free(n->path);
    free(n->populations);
    free(n->expected_hz);
    free(n->neurons);
    free(n->probed);
    free(n->synapses.pre);
    free(n->synapses.post);
    free(n->synapses.weight);
    free(n->synapses.delay);
    free(n->projections);
    free(n->events);
    free(n->changes);
    free(n);
}

const char *izh_network_name(const struct izh_network *network)
{
    return network->name;
}

uint32_t izh_network_neurons(const struct izh_network *network)
{
    return network->neuron_count;
}

size_t izh_network_synapses(const struct izh_network *network)
{
    return network->synapses.count;
}

uint32_t izh_network_largest_delay(const struct izh_network *network)
{
    uint32_t largest = 0;
    for (size_t i = 0; i < network->synapses.count; i++) {
        if (network->synapses.delay[i] > largest)
            largest = network->synapses.delay[i];
    }
    return largest;
}

uint32_t izh_network_ticks(const struct izh_network *network)
{
    return network->ticks;
}

double izh_network_tick_ms(const struct izh_network *network)
{
    return network->tick_ms;
}

size_t izh_population_of(const struct izh_population *populations, size_t count, uint32_t logical)
{
    size_t low = 0, high = count; // it is in low..high-1
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (populations[middle].first <= logical)
            low = middle;
        else
            high = middle;
    }
    return low;
}
