// cosim.cpp: the Verilated core behind a C interface; the one C++ file of the project
// SPDX-License-Identifier: Apache-2.0
#include "cosim.h"

#include "verilated.h"

#include "Vizh_broken.h"
#include "Vizh_w16.h"
#include "Vizh_w20.h"
#include "Vizh_w20n.h"

#include <cstring>
#include <memory>
#include <new>

namespace
{

// A million clocks without progress: far beyond any stall that set_stalls can make.
constexpr uint64_t patience = 1000000;

// xorshift32: stalls repeat with the seed.
class Random
{
  public:
    explicit Random(uint32_t seed) : state_(seed ? seed : 1)
    {
    }

    bool chance(unsigned of_1024)
    {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 17;
        state_ ^= state_ << 5;
        return (state_ >> 7 & 1023) < of_1024;
    }

  private:
    uint32_t state_;
};

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
    bool posted = false;
    uint32_t posted_address = 0;
    uint32_t posted_word = 0;
    uint64_t clocks = 0;
};

namespace
{

template <class Top>
class Core final : public izh_cosim
{
  public:
    explicit Core(uint32_t seed) : random_(seed)
    {
        context_.randSeed(static_cast<int>(seed & 0x7fffffff));
        context_.randReset(2);
        top_ = std::make_unique<Top>(&context_);
        top_->clk_i = 0;
        top_->event_ready_i = 0;
        top_->probe_ready_i = 0;
        reset();
        read_shape();
        clocks = 0;
    }

    ~Core() override
    {
        top_->final();
    }

    izh_model_status access(bool write, uint32_t address, uint32_t *word) override
    {
        const izh_cosim_observer nobody{};
        uint64_t limit = clocks + patience;
        put(write, address, *word);
        bool error = false;
        while (!transfer(nobody, false, &error)) {
            if (clocks > limit) {
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
        if (access(true, IZH_ADDRESS(IZH_REGION_REGISTER, 0, IZH_REG_RUN), &word) != IZH_MODEL_OK)
            return false;
        uint64_t limit = clocks + patience;
        if (posted)
            put(true, posted_address, posted_word);
        for (uint32_t ended = 0; ended < ticks || top_->probe_valid_o || posted;) {
            bool error = false;
            progress_ = false;
            if (transfer(observer, true, &error))
                observe_served(observer, error);
            ended += tick_ended_;
            if (progress_)
                limit = clocks + patience;
            if (clocks > limit)
                return false;
        }
        return true;
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
    void put(bool write, uint32_t address, uint32_t word)
    {
        top_->bus_valid_i = 1;
        top_->bus_write_i = write;
        top_->bus_address_i = address & 0xffffff;
        top_->bus_data_i = word;
    }

    // One clock. Outputs are seen, and answered, before the edge.
    bool transfer(const izh_cosim_observer &observer, bool ports, bool *error)
    {
        top_->event_ready_i = ports && !random_.chance(event_stall);
        top_->probe_ready_i = ports && !random_.chance(probe_stall);
        top_->eval();
        observe(observer);
        bool done = top_->bus_ready_o;
        if (done) {
            *error = top_->bus_error_o;
            data_ = top_->bus_data_o;
        }
        edge();
        if (done)
            top_->bus_valid_i = 0;
        return done;
    }

    void edge()
    {
        top_->clk_i = 1;
        top_->eval();
        top_->clk_i = 0;
        top_->eval();
        clocks++;
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
    }

    izh_state state(uint32_t x, uint32_t w, uint32_t level) const
    {
        return {sign_extend(x, shape.format.x_bits), sign_extend(w, shape.format.w_bits),
                static_cast<uint8_t>(level)};
    }

    void observe(const izh_cosim_observer &observer)
    {
        if (top_->retired_o)
            observe_retired(observer);
        if (top_->probe_valid_o && top_->probe_ready_i)
            observe_probe(observer);
        tick_ended_ = false;
        if (top_->event_valid_o && top_->event_ready_i)
            observe_event(observer);
    }

    void observe_retired(const izh_cosim_observer &observer)
    {
        progress_ = true;
        if (!observer.retired)
            return;
        izh_retired retired{};
        retired.neuron = top_->retired_neuron_o;
        retired.update.state = state(top_->retired_x_o, top_->retired_w_o, top_->retired_level_o);
        retired.update.spike = top_->retired_spike_o;
        retired.update.saturated_x = top_->retired_saturated_x_o;
        retired.update.saturated_w = top_->retired_saturated_w_o;
        retired.update.saturated_port = top_->retired_saturated_port_o;
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

    VerilatedContext context_;
    std::unique_ptr<Top> top_;
    Random random_;
    uint32_t data_ = 0;
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

constexpr Configuration configurations[] = {
    {"w20", make<Vizh_w20>},
    {"w16", make<Vizh_w16>},
    {"w20n", make<Vizh_w20n>},
    {"broken", make<Vizh_broken>},
};
constexpr size_t listed = sizeof configurations / sizeof configurations[0] - 1;

} // namespace

extern "C" {

const char *izh_cosim_configuration(size_t i)
{
    return i < listed ? configurations[i].name : nullptr;
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

void izh_cosim_set_stalls(struct izh_cosim *cosim, unsigned event, unsigned probe)
{
    cosim->event_stall = event;
    cosim->probe_stall = probe;
}

bool izh_cosim_run(struct izh_cosim *cosim, uint32_t ticks,
                   const struct izh_cosim_observer *observer)
{
    return cosim->run(ticks, *observer);
}

uint64_t izh_cosim_clocks(const struct izh_cosim *cosim)
{
    return cosim->clocks;
}
}
