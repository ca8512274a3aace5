// cosim.cpp: the Verilated core behind a C interface
// SPDX-License-Identifier: Apache-2.0
#include "cosim.h"

#include "stalls.h"
#include "verilated_top.h"

#include "configurations.h"

#include <bitset>
#include <cstring>
#include <new>
#include <type_traits>

namespace
{

// A million clocks without progress: far beyond any stall that set_stalls can make.
constexpr uint64_t patience = 1000000;

// Clocks between two samples that wait: docs/rtl.md, "Ports".
constexpr unsigned sample_gap = 1;

int32_t sign_extend(uint32_t word, int bits)
{
    uint32_t sign = 1u << (bits - 1);
    return static_cast<int32_t>((word ^ sign) - sign);
}

} // namespace

struct izh_cosim {
    izh_cosim() = default;
    izh_cosim(const izh_cosim &) = delete;
    izh_cosim &operator=(const izh_cosim &) = delete;
    virtual ~izh_cosim() = default;
    virtual izh_model_status access(bool write, uint32_t address, uint32_t *word) = 0;
    virtual bool run(uint32_t ticks, const izh_cosim_observer &observer) = 0;
    virtual void reset() = 0;

    izh_shape shape{};
    unsigned event_stall = 0;
    unsigned probe_stall = 0;
    unsigned stimulus_stall = 0;
    bool posted = false;
    uint32_t posted_address = 0;
    uint32_t posted_word = 0;
    struct izh_cosim_counts counts {
    };
};

namespace
{

template <class Top>
class Core final : public izh_cosim
{
  public:
    explicit Core(uint32_t seed) : top_(seed), random_(seed)
    {
        top_->event_ready_i = 0;
        top_->probe_ready_i = 0;
        top_->stimulus_valid_i = 0;
        top_->hold_i = 0;
        reset();
        read_shape();
        counts = {};
    }

    izh_model_status access(bool write, uint32_t address, uint32_t *word) override
    {
        const izh_cosim_observer nobody{};
        uint64_t limit = counts.clocks + patience;
        put(write, address, *word);
        bool error = false;
        while (!transfer(nobody, false, &error)) {
            if (counts.clocks > limit) {
                top_->bus_valid_i = 0;
                return IZH_MODEL_RUNNING;
            }
        }
        if (error)
            return IZH_MODEL_BAD_ADDRESS;
        *word = data_;
        return IZH_MODEL_OK;
    }

    bool run(uint32_t ticks, const izh_cosim_observer &observer) override
    {
        uint32_t word = ticks;
        stimulus_ticks_ = ticks;
        if (observer.stimulus)
            stimulus_tick_ = read_register(IZH_REG_TICK);
        if (access(true, IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_RUN), &word) != IZH_MODEL_OK)
            return false;
        uint64_t limit = counts.clocks + patience;
        if (posted)
            put(true, posted_address, posted_word);
        unsigned without_sample = 0; // clocks
        for (uint32_t ended = 0; ended < ticks || without_sample <= sample_gap || posted;) {
            bool error = false;
            progress_ = false;
            if (transfer(observer, true, &error))
                observe_served(observer, error);
            ended += tick_ended_;
            without_sample = top_->probe_valid_o ? 0 : without_sample + 1;
            if (progress_)
                limit = counts.clocks + patience;
            if (counts.clocks > limit)
                return false;
        }
        return rest();
    }

    void reset() override
    {
        top_->bus_valid_i = 0;
        top_->rst_i = 1;
        for (int i = 0; i < 4; i++)
            edge();
        top_->rst_i = 0;
    }

  private:
    // The last events reach their accumulators.
    bool rest()
    {
        for (int i = 0; i < 1000000; i++)
            if (!read_register(IZH_REG_STATUS))
                return true;
        return false;
    }

    void put(bool write, uint32_t address, uint32_t word)
    {
        top_->bus_valid_i = 1;
        top_->bus_write_i = write;
        top_->bus_address_i = address;
        top_->bus_data_i = word;
    }

    // One clock. Outputs are seen, and answered, before the edge.
    bool transfer(const izh_cosim_observer &observer, bool ports, bool *error)
    {
        top_->event_ready_i = ports && !random_.chance(event_stall);
        top_->probe_ready_i = ports && !random_.chance(probe_stall);
        if (ports && observer.stimulus && !top_->stimulus_valid_i)
            offer_stimulus(observer);
        top_->eval();
        observe(observer);
        bool fed = top_->stimulus_valid_i && top_->stimulus_ready_o;
        bool done = top_->bus_ready_o;
        if (done) {
            *error = top_->bus_error_o;
            data_ = top_->bus_data_o;
        }
        edge();
        if (done)
            top_->bus_valid_i = 0;
        if (fed) {
            progress_ = true;
            top_->stimulus_valid_i = 0;
        }
        return done;
    }

    // The stimuli of the ticks of this run, and no more.
    void offer_stimulus(const izh_cosim_observer &observer)
    {
        if (!stimulus_ticks_ || random_.chance(stimulus_stall))
            return;
        izh_stimulus word{};
        if (!observer.stimulus(observer.context, stimulus_tick_, &word)) {
            word.kind = IZH_STIMULUS_END;
            stimulus_tick_++;
            stimulus_ticks_--;
        }
        top_->stimulus_valid_i = 1;
        top_->stimulus_kind_i = word.kind;
        top_->stimulus_neuron_i = static_cast<uint16_t>(word.neuron);
        top_->stimulus_value_i = static_cast<uint32_t>(word.value);
    }

    void edge()
    {
        top_.edge();
        counts.clocks++;
    }

    uint32_t read_register(uint32_t number)
    {
        uint32_t word = 0;
        access(false, IZH_ADDRESS(IZH_REGION_REGISTER, 0, number), &word);
        return word;
    }

    void read_shape()
    {
        uint32_t widths = read_register(IZH_REG_WIDTHS);
        shape.format = {static_cast<int>(widths & 255), static_cast<int>(widths >> 8 & 255),
                        static_cast<int>(widths >> 16 & 255)};
        shape.neurons = read_register(IZH_REG_NEURON_CAPACITY);
        shape.records = read_register(IZH_REG_RECORD_CAPACITY);
        shape.lanes = read_register(IZH_REG_LANES);
        shape.synapses = read_register(IZH_REG_SYNAPSE_CAPACITY);
        if (!shape.synapses)
            return;
        uint32_t ring = read_register(IZH_REG_RING);
        uint32_t format = read_register(IZH_REG_SYNAPSE_FORMAT);
        shape.slots = ring & 0xffff;
        shape.parts = ring >> 16;
        shape.weight_bits = static_cast<int>(format >> 8 & 255);
        shape.delta_bits = static_cast<int>(format >> 16 & 255);
        shape.accumulator_bits = static_cast<int>(format >> 24);
    }

    // Bits first..first+width-1 of a port of any width.
    template <class Port>
    static uint32_t slice(const Port &port, int first, int width)
    {
        uint64_t value;
        if constexpr (std::is_integral_v<Port>) {
            value = static_cast<uint64_t>(port) >> first;
        } else {
            value = port[first / 32];
            if (first % 32 + width > 32)
                value |= static_cast<uint64_t>(port[first / 32 + 1]) << 32;
            value >>= first % 32;
        }
        return static_cast<uint32_t>(value & ((uint64_t{1} << width) - 1));
    }

    izh_state state(uint32_t x, uint32_t w, uint32_t level) const
    {
        return {sign_extend(x, shape.format.x_bits), sign_extend(w, shape.format.w_bits),
                static_cast<uint8_t>(level)};
    }

    void observe(const izh_cosim_observer &observer)
    {
        if (top_->prepared_o)
            observe_prepared(observer);
        if (top_->retired_o)
            observe_retired(observer);
        if (top_->synaptic_event_o) {
            progress_ = true;
            counts.events += std::bitset<16>(top_->synaptic_event_o).count();
        }
        if (top_->probe_valid_o && top_->probe_ready_i)
            observe_probe(observer);
        tick_ended_ = false;
        if (top_->event_valid_o && top_->event_ready_i)
            observe_event(observer);
    }

    void observe_prepared(const izh_cosim_observer &observer)
    {
        progress_ = true;
        int sum_bits = shape.accumulator_bits, input_bits = shape.format.w_bits + 2;
        for (uint32_t lane = 0; observer.prepared && lane < shape.lanes; lane++) {
            if (!(top_->prepared_o >> lane & 1))
                continue;
            int n = static_cast<int>(lane);
            izh_prepared prepared{};
            prepared.neuron = top_->prepared_first_o + lane;
            prepared.sum =
                sign_extend(slice(top_->prepared_sum_o, n * sum_bits, sum_bits), sum_bits);
            prepared.input =
                sign_extend(slice(top_->prepared_input_o, n * input_bits, input_bits), input_bits);
            observer.prepared(observer.context, &prepared);
        }
    }

    void observe_retired(const izh_cosim_observer &observer)
    {
        progress_ = true;
        for (uint32_t lane = 0; lane < shape.lanes; lane++)
            if (top_->retired_o >> lane & 1)
                observe_update(observer, lane);
    }

    void observe_update(const izh_cosim_observer &observer, uint32_t lane)
    {
        counts.updates++;
        if (!observer.retired)
            return;
        int n = static_cast<int>(lane), x = shape.format.x_bits, w = shape.format.w_bits;
        izh_retired retired{};
        retired.neuron = top_->retired_first_o + lane;
        retired.update.state =
            state(slice(top_->retired_x_o, n * x, x), slice(top_->retired_w_o, n * w, w),
                  slice(top_->retired_level_o, n * 3, 3));
        retired.update.spike = top_->retired_spike_o >> lane & 1;
        retired.update.saturated_x = top_->retired_saturated_x_o >> lane & 1;
        retired.update.saturated_w = top_->retired_saturated_w_o >> lane & 1;
        retired.update.saturated_port = top_->retired_saturated_port_o >> lane & 1;
        observer.retired(observer.context, &retired);
    }

    void observe_probe(const izh_cosim_observer &observer)
    {
        progress_ = true;
        if (!observer.probe)
            return;
        izh_probe_sample sample{};
        sample.neuron = top_->probe_neuron_o;
        sample.state = state(top_->probe_x_o, top_->probe_w_o, top_->probe_level_o);
        observer.probe(observer.context, &sample);
    }

    void observe_event(const izh_cosim_observer &observer)
    {
        progress_ = true;
        if (top_->event_spike_o && observer.spike) {
            izh_spike spike{};
            spike.tick = top_->event_tick_o;
            spike.neuron = top_->event_neuron_o;
            spike.substep = top_->event_substep_o;
            spike.level = top_->event_level_o;
            observer.spike(observer.context, &spike);
        }
        tick_ended_ = top_->event_tick_end_o;
        if (tick_ended_ && observer.tick_end)
            observer.tick_end(observer.context, top_->event_tick_o);
    }

    void observe_served(const izh_cosim_observer &observer, bool error)
    {
        posted = false;
        if (observer.served)
            observer.served(observer.context, posted_address, posted_word,
                            error ? IZH_MODEL_BAD_ADDRESS : IZH_MODEL_OK);
    }

    izh::Verilated<Top> top_;
    izh_stalls random_;
    uint32_t data_ = 0;
    uint32_t stimulus_tick_ = 0;
    uint32_t stimulus_ticks_ = 0;
    bool tick_ended_ = false;
    bool progress_ = false;
};

template <class Top>
izh_cosim *make(uint32_t seed)
{
    return new Core<Top>(seed);
}

struct Configuration {
    const char *name;
    izh_cosim *(*make)(uint32_t seed);
};

#define IZH_CONFIGURATION(name) {#name, make<Vizh_##name>},
constexpr Configuration configurations[] = {IZH_CONFIGURATIONS};

} // namespace

extern "C" {

const char *izh_cosim_configuration(size_t i)
{
    return i < IZH_LISTED ? configurations[i].name : nullptr;
}

enum izh_model_status izh_cosim_new(const char *configuration, uint32_t seed,
                                    struct izh_cosim **cosim)
{
    for (const Configuration &c : configurations) {
        if (std::strcmp(c.name, configuration) != 0)
            continue;
        try {
            *cosim = c.make(seed);
        } catch (const std::bad_alloc &) {
            return IZH_MODEL_NO_MEMORY;
        }
        return IZH_MODEL_OK;
    }
    return IZH_MODEL_BAD_SHAPE;
}

void izh_cosim_free(struct izh_cosim *cosim)
{
    delete cosim;
}

struct izh_shape izh_cosim_shape(const struct izh_cosim *cosim)
{
    return cosim->shape;
}

enum izh_model_status izh_cosim_write(struct izh_cosim *cosim, uint32_t address, uint32_t word)
{
    return cosim->access(true, address, &word);
}

enum izh_model_status izh_cosim_read(struct izh_cosim *cosim, uint32_t address, uint32_t *word)
{
    return cosim->access(false, address, word);
}

void izh_cosim_post(struct izh_cosim *cosim, uint32_t address, uint32_t word)
{
    cosim->posted = true;
    cosim->posted_address = address;
    cosim->posted_word = word;
}

void izh_cosim_reset(struct izh_cosim *cosim)
{
    cosim->reset();
}

void izh_cosim_set_stalls(struct izh_cosim *cosim, unsigned event, unsigned probe,
                          unsigned stimulus)
{
    cosim->event_stall = event;
    cosim->probe_stall = probe;
    cosim->stimulus_stall = stimulus;
}

bool izh_cosim_run(struct izh_cosim *cosim, uint32_t ticks,
                   const struct izh_cosim_observer *observer)
{
    return cosim->run(ticks, *observer);
}

struct izh_cosim_counts izh_cosim_count(const struct izh_cosim *cosim)
{
    return cosim->counts;
}
}
