// vectors.c: golden vectors of a batch of patterns, as docs/vectors.md
// SPDX-License-Identifier: Apache-2.0
#include "vectors.h"

enum { WRITE = 0, READ = 1, REST = 2, SPIKE = 0, TICK_END = 1, END = 0xff };

// Every file says of itself what it is.
static void write_head(FILE *stream, const struct izh_vectors *vectors, const char *columns)
{
    const struct izh_pattern_batch *b = vectors->batch;
    fprintf(stream, "// izh golden vectors, docs/vectors.md: %s\n", columns);
    fprintf(stream, "// widths %d/%d/%d, %s mode, step %.9g ms, %lu ticks\n", b->format.x_bits,
            b->format.w_bits, b->format.port_bits, b->accurate ? "accurate" : "script", b->step_ms,
            (unsigned long)b->ticks);
    for (size_t i = 0; i < b->count; i++)
        fprintf(stream, "// neuron %zu: (%s) %s\n", i, b->slots[i].pattern->id,
                b->slots[i].pattern->name);
}

// ---- Bus ----------------------------------------------------------------------------------------

struct bus {
    FILE *stream;
    size_t words;
};

static void write_access(struct bus *bus, int kind, uint32_t address, uint32_t word)
{
    fprintf(bus->stream, "%02x_%08lx_%08lx\n", (unsigned)kind, (unsigned long)address,
            (unsigned long)word);
    bus->words++;
}

static bool write_image_word(void *context, uint32_t address, uint32_t word)
{
    write_access(context, WRITE, address, word);
    return true;
}

static void write_run(struct bus *bus, uint32_t first, uint32_t end)
{
    fprintf(bus->stream, "// ticks %lu to %lu\n", (unsigned long)first, (unsigned long)end - 1);
    write_access(bus, WRITE, IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_RUN), end - first);
    write_access(bus, REST, 0, end);
}

static void write_ticks(struct bus *bus, const struct izh_pattern_batch *b)
{
    size_t next = 0;
    for (uint32_t tick = 0, end; tick < b->ticks; tick = end) {
        for (; next < b->stimulus_count && b->stimuli[next].tick == tick; next++)
            write_access(bus, WRITE,
                         IZH_ADDRESS(IZH_REGION_INPUT, IZH_FIELD_INPUT_I, b->stimuli[next].neuron),
                         b->stimuli[next].word);
        end = next < b->stimulus_count ? b->stimuli[next].tick : b->ticks;
        write_run(bus, tick, end);
    }
}

size_t izh_vectors_write_bus(FILE *stream, const struct izh_vectors *vectors)
{
    struct bus bus = {stream, 0};
    write_head(stream, vectors, "kind address word");
    fputs("// image\n", stream);
    izh_image_load(vectors->batch->image, write_image_word, &bus, NULL);
    write_ticks(&bus, vectors->batch);
    fputs("// after the last tick\n", stream);
    for (size_t i = 0; i < vectors->readback_count; i++)
        write_access(&bus, READ, vectors->readbacks[i].address, vectors->readbacks[i].word);
    write_access(&bus, END, 0, 0);
    return bus.words;
}

// ---- Probe and events ---------------------------------------------------------------------------

static void write_sample(FILE *stream, uint32_t tick, unsigned neuron, const struct izh_state *s)
{
    fprintf(stream, "%08lx_00_%04x_%02x_%08lx_%08lx\n", (unsigned long)tick, neuron, s->level,
            (unsigned long)(uint32_t)s->x, (unsigned long)(uint32_t)s->w);
}

size_t izh_vectors_write_probe(FILE *stream, const struct izh_vectors *vectors)
{
    const struct izh_recording *r = vectors->recording;
    write_head(stream, vectors, "tick substep neuron level x w");
    for (uint32_t tick = 0; tick < r->ticks; tick++) {
        for (uint32_t i = 0; i < r->neurons; i++)
            write_sample(stream, tick, i, &r->states[(size_t)tick * r->neurons + i]);
    }
    write_sample(stream, UINT32_MAX, 0, &(struct izh_state){0});
    return (size_t)r->ticks * r->neurons + 1;
}

static void write_event(FILE *stream, int kind, uint32_t tick, unsigned level, unsigned neuron)
{
    fprintf(stream, "%02x_%08lx_00_%02x_%04x\n", (unsigned)kind, (unsigned long)tick, level,
            neuron);
}

size_t izh_vectors_write_event(FILE *stream, const struct izh_vectors *vectors)
{
    const struct izh_recording *r = vectors->recording;
    size_t next = 0;
    write_head(stream, vectors, "kind tick substep level neuron");
    for (uint32_t tick = 0; tick < r->ticks; tick++) {
        for (; next < r->spike_count && r->spikes[next].tick == tick; next++)
            write_event(stream, SPIKE, tick, r->spikes[next].level, r->spikes[next].neuron);
        write_event(stream, TICK_END, tick, 0, 0);
    }
    write_event(stream, END, 0, 0, 0);
    return next + r->ticks + 1;
}
