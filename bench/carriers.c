// carriers.c: what a link carries behind a byte port, UART pins and USB pins, in clocks of the
// gateware
// SPDX-License-Identifier: Apache-2.0
//
// usage: carriers            the head of the table in docs/carriers.md
//        carriers CARRIER    its row: bytes, uart12, uart3, usb, icebreaker
//
// Markdown on stdout, progress on stderr; exit code 1 when something could not be measured, or when
// spikes are not those of the model. The numbers are the same every time.
#include "device.h"
#include "engine.h"
#include "image.h"
#include "izh.h"
#include "izh_map.h"
#include "network.h"
#include "run_spike.h"
#include "transport.h"
#include "transport_sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TICKS = 1000, SAMPLE = 8192, SPIKE_TICKS = 12, BATCH = 4096, PATIENCE_US = 10000000 };

#define NET "examples/net.json"

// A simulated UART has four carrier clocks a bit, at 48 MHz 12 Mbaud. For 3 Mbaud every clock is
// four times as long, and the engine's is four times as fast in exchange.
static const struct carrier {
    const char *name, *title, *uri;
    double slower;      // than the clocks of the simulation say
    double bytes_per_s; // 100 %
    uint32_t part;      // only one word in so many is uploaded; not 1: and nothing is run
    const char *network;
} carriers[] = {
    {"bytes", "byte port", "timed:s20x2", 1, 48e6, 1, NET},
    {"uart12", "UART, 12 Mbaud", "timed:s20x2,carrier=uart", 1, 12e6 / 8, 1, NET},
    {"uart3", "UART, 3 Mbaud", "timed:s20x2,carrier=uart,clock=192000000", 4, 3e6 / 8, 16, NET},
    {"usb", "USB, full speed", "timed:s20x2,carrier=usb", 1, 1.216e6, 1, NET},
    {"icebreaker", "iCEBreaker, UART, 3 Mbaud", "timed:icebreaker,carrier=uart", 1, 3e6 / 8, 1,
     "examples/up5k.json"},
};
enum { CARRIERS = sizeof carriers / sizeof *carriers };

static _Noreturn void fail(const char *what, const char *message)
{
    fprintf(stderr, "carriers: %s: %s\n", what, message);
    exit(1);
}

static void say(const struct carrier *c, const char *what)
{
    fprintf(stderr, "carriers: %s: %s\n", c->name, what);
}

// ---- A board whose time is known ----------------------------------------------------------------

static struct izh_transport *wire;

static enum izh_status timed_open(const char *rest, struct izh_transport **transport, char *message)
{
    enum izh_status status = izh_transport_sim.open(rest, transport, message);
    wire = status ? NULL : *transport;
    return status;
}

static void register_timed(void)
{
    static struct izh_transport_ops timed;
    timed = izh_transport_sim;
    timed.scheme = "timed";
    timed.open = timed_open;
    timed.list = NULL;
    if (izh_transport_add(&timed))
        fail("timed:", "cannot be added to the transports");
}

static double now_s(const struct carrier *c)
{
    return 1e-6 * (double)izh_transport_sim.now_us(wire) * c->slower;
}

static void require(struct izh_device *d, enum izh_status status, const char *what)
{
    char message[IZH_MESSAGE];
    if (!status)
        return;
    izh_message(d, message);
    fail(what, message);
}

// ---- An image there, words there and back -------------------------------------------------------

struct rates {
    double upload_s; // written, and checked by the board's CRC
    double to_board, from_board, spikes_per_s;
};

static uint32_t words_of(const struct izh_image *image)
{
    uint32_t words = 0;
    for (uint32_t i = 0; i < image->section_count; i++)
        words += image->sections[i].count;
    return words;
}

// The image without most of its synapses, whose words are nearly all of it.
static void shorten(struct izh_image *image, uint32_t part)
{
    for (uint32_t i = 0; i < image->section_count; i++)
        if (image->sections[i].address >> 28 == IZH_REGION_SYNAPSE)
            image->sections[i].count /= part;
}

static double upload(const struct carrier *c, struct izh_device *d, struct izh_image *image)
{
    uint32_t all = words_of(image);
    say(c, "upload");
    shorten(image, c->part);
    double start = now_s(c);
    require(d, izh_device_load(d, image), "upload");
    return (now_s(c) - start) * all / words_of(image);
}

static void measure_words(const struct carrier *c, struct izh_device *d, struct rates *r)
{
    static uint32_t there[SAMPLE], back[SAMPLE];
    const uint32_t address = IZH_ADDRESS(IZH_REGION_SYNAPSE, 0, 0);
    say(c, "words there and back");
    require(d, izh_device_read(d, address, there, SAMPLE), "read");
    double start = now_s(c);
    require(d, izh_device_write(d, address, there, SAMPLE), "write");
    r->to_board = sizeof there / (now_s(c) - start);
    start = now_s(c);
    require(d, izh_device_read(d, address, back, SAMPLE), "read");
    r->from_board = sizeof back / (now_s(c) - start);
    if (memcmp(there, back, sizeof back) != 0)
        fail(c->uri, "reads other words than were written");
}

// ---- Spikes that wait ---------------------------------------------------------------------------

static void fill(struct izh_device *d, uint32_t address, uint32_t count, uint32_t word)
{
    uint32_t *words = calloc(count, sizeof *words);
    if (!words)
        fail("spikes", "out of memory");
    for (uint32_t i = 0; i < count; i++)
        words[i] = word;
    require(d, izh_device_write(d, address, words, count), "fill");
    free(words);
}

// Every neuron there is spikes in every tick, and its row is empty: far more than any carrier
// takes.
static void all_spike(struct izh_device *d)
{
    struct izh_device_info info;
    izh_device_get_info(d, &info);
    for (uint32_t lane = 0; lane < info.lanes; lane++)
        fill(d, IZH_ADDRESS(IZH_REGION_ROW, lane, 0), info.neurons * info.ring_parts, 0);
    fill(d, IZH_ADDRESS(IZH_REGION_RECORD, IZH_FIELD_RECORD_PEAK, 0),
         info.records ? info.records : info.neurons, UINT32_C(1) << (info.x_bits - 1));
    fill(d, IZH_ADDRESS(IZH_REGION_ATTRIBUTE, IZH_FIELD_ATTRIBUTE_PROBE, 0), info.neurons, 0);
    fill(d, IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_NEURONS), 1, info.neurons);
}

// From the first batch to the last one with spikes: what came before filled the pipe, and the rest
// behind them is not theirs.
static double take_spikes(const struct carrier *c, struct izh_device *d)
{
    static struct izh_event events[BATCH];
    uint64_t spikes = 0;
    double start = 0, end = 0;
    for (;;) {
        size_t count, new = 0;
        require(d, izh_device_next_batch(d, events, BATCH, &count, PATIENCE_US), "spikes");
        for (size_t i = 0; i < count; i++)
            new += events[i].kind == IZH_EVENT_SPIKE;
        if (new)
            end = now_s(c);
        if (start > 0)
            spikes += new;
        else
            start = end;
        if (events[count - 1].kind == IZH_EVENT_REST)
            return (double)spikes / (end - start);
    }
}

static double measure_spikes(const struct carrier *c, struct izh_device *d)
{
    say(c, "spikes");
    all_spike(d);
    require(d, izh_device_run(d, SPIKE_TICKS), "run");
    return take_spikes(c, d);
}

// ---- The network run, there and on the model ----------------------------------------------------

struct run {
    const struct izh_compiled *compiled;
    uint64_t spikes, checksum;
};

static void on_spike(void *context, const struct izh_spike *spike)
{
    struct run *run = context;
    struct izh_run_spike r = izh_run_spike_of(run->compiled, spike);
    run->spikes++;
    run->checksum += izh_run_spike_hash(r.tick, r.substep, r.level, r.neuron);
}

static struct run run_on(const struct izh_engine *engine, const struct izh_compiled *compiled)
{
    struct run run = {.compiled = compiled};
    struct izh_engine_observer observer = {.context = &run, .spike = on_spike};
    enum izh_model_status status = izh_engine_run(engine, TICKS, &observer);
    char message[IZH_MESSAGE];
    if (!status)
        return run;
    izh_engine_message(engine, status, message);
    fail("run", message);
}

static struct run run_model(const struct izh_compiled *compiled)
{
    struct izh_engine model;
    uint32_t refused;
    if (izh_engine_model(&compiled->shape, 1, &model) ||
        izh_engine_load(&model, compiled->image, NULL, &refused))
        fail("model", "cannot be made and loaded");
    struct run run = run_on(&model, compiled);
    izh_engine_free(&model);
    return run;
}

static struct run run_both(const struct carrier *c, const struct izh_engine *engine,
                           const struct izh_compiled *compiled)
{
    say(c, "run");
    struct run expected = run_model(compiled), run = run_on(engine, compiled);
    if (run.checksum != expected.checksum || run.spikes != expected.spikes)
        fail(c->uri, "not the spikes of the model");
    return run;
}

// ---- Report -------------------------------------------------------------------------------------

static void print_head(void)
{
    printf(
        "## Measured\n\n"
        "<!-- From here on generated by `make carriers` (bench/carriers.c): do not edit. -->\n\n"
        "The board `s20x2` in simulation, engine and link at 48 MHz, counted in clocks of the "
        "carrier, not by the\nclock on the wall. Percentages are of the byte port's byte in "
        "every clock (what the link itself can do), of the\nUART's bits (80 %% are data, the "
        "rest starts and stops), and of USB's 1.216 MB/s (19 packets of 64 bytes in a frame).\n\n"
        "- **upload**: `examples/net.json`, 1,000,000 synapses, the largest image of the "
        "examples that this board holds, written and compared\n  by the board's CRC. At 3 Mbaud "
        "one synapse in 16 is uploaded, and the time is in proportion.\n  The iCEBreaker "
        "(its whole top, engine and link at 24 MHz) has `examples/up5k.json`, 20,000 synapses.\n"
        "- **to the board, from the board**: payload of %d words of 32 bits, written and read.\n"
        "- **spikes**: when more wait than can leave; 2 bytes each.\n"
        "- **run**: that image, %d ticks; spikes and `spike_checksum` are those of the golden "
        "model, or the program fails.\n\n"
        "| carrier | upload, s | to the board, bytes/s | from the board, bytes/s | spikes/s "
        "| run: spikes, `spike_checksum` |\n|---|---|---|---|---|---|\n",
        SAMPLE, TICKS);
}

static void print_rate(const struct carrier *c, double per_s, double bytes)
{
    printf(" %.0f (%.1f %%) |", per_s, 100 * per_s * bytes / c->bytes_per_s);
}

static void print_row(const struct carrier *c, const struct rates *r, const struct run *run)
{
    printf("| %s | %.2f%s |", c->title, r->upload_s, c->part > 1 ? " (of a part)" : "");
    print_rate(c, r->to_board, 1);
    print_rate(c, r->from_board, 1);
    print_rate(c, r->spikes_per_s, 2);
    if (run->spikes)
        printf(" %" PRIu64 ", `%016" PRIx64 "` |\n", run->spikes, run->checksum);
    else
        printf(" not run |\n");
}

static void measure(const struct carrier *c)
{
    char message[IZH_NETWORK_MESSAGE];
    struct izh_network *network;
    struct izh_compiled *compiled;
    struct izh_engine engine;
    struct rates rates;
    struct run run = {0};
    register_timed();
    if (izh_engine_device(c->uri, &engine, message))
        fail(c->uri, message);
    if (izh_network_read(c->network, NULL, &network, message) ||
        izh_network_compile(network, &engine.shape, &compiled, message))
        fail(c->network, message);
    struct izh_device *device = izh_engine_device_handle(&engine);
    measure_words(c, device, &rates);
    rates.spikes_per_s = measure_spikes(c, device);
    require(device, izh_device_reset(device), "reset");
    rates.upload_s = upload(c, device, compiled->image);
    if (c->part == 1)
        run = run_both(c, &engine, compiled);
    print_row(c, &rates, &run);
    izh_compiled_free(compiled);
    izh_network_free(network);
    izh_engine_free(&engine);
}

int main(int argc, char **argv)
{
    if (argc == 1) {
        print_head();
        return 0;
    }
    for (int i = 0; argc == 2 && i < CARRIERS; i++) {
        if (!strcmp(argv[1], carriers[i].name)) {
            measure(&carriers[i]);
            return 0;
        }
    }
    fprintf(stderr, "usage: carriers [bytes|uart12|uart3|usb|icebreaker]\n");
    return 1;
}
