// usb.cpp: the Verilated USB device behind a C interface
// SPDX-License-Identifier: Apache-2.0
#include "usb.h"

#include "verilated_top.h"

#include "Vizh_usb.h"
#include "Vizh_usb_ulpi.h"

#include <new>

struct izh_usb {
    virtual ~izh_usb() = default;
    virtual izh_usbwire_drive clock(bool dp, bool dn) = 0;
    virtual void set_vbus(bool vbus) = 0;
    virtual izh_usb_state state() const = 0;

    izh_usb_streams streams{};
};

namespace
{

// Of five clocks for four of the wire's, or of as many.
template <class Top, unsigned CLOCKS_PER_BIT>
class Device final : public izh_usb
{
  public:
    explicit Device(uint32_t seed) : top_(seed)
    {
        top_->usb_dp_i = 1;
        top_->usb_dn_i = 0;
        top_->usb_vbus_i = 1;
        top_->in_valid_i = 0;
        top_->rst_i = 1;
        for (int i = 0; i < 8; i++)
            top_.edge();
        top_->rst_i = 0;
    }

    izh_usbwire_drive clock(bool dp, bool dn) override
    {
        top_->usb_dp_i = dp;
        top_->usb_dn_i = dn;
        for (due_ += CLOCKS_PER_BIT; due_ >= IZH_USBWIRE_CLOCKS_PER_BIT;
             due_ -= IZH_USBWIRE_CLOCKS_PER_BIT)
            own_clock();
        return {top_->usb_oe_o != 0, top_->usb_dp_o != 0, top_->usb_dn_o != 0,
                top_->usb_pullup_o != 0};
    }

    void set_vbus(bool vbus) override
    {
        top_->usb_vbus_i = vbus;
    }

    izh_usb_state state() const override
    {
        return {top_->configured_o != 0, top_->suspended_o != 0, top_->bus_reset_o != 0};
    }

  private:
    void own_clock()
    {
        top_->in_flush_i = streams.flush;
        top_->out_ready_i = streams.ready && streams.ready(streams.context);
        if (!top_->in_valid_i && streams.in) {
            uint8_t byte = 0;
            top_->in_valid_i = streams.in(streams.context, &byte);
            top_->in_data_i = byte;
        }
        top_->eval();
        bool given = top_->in_valid_i && top_->in_ready_o;
        if (top_->out_valid_o && top_->out_ready_i)
            streams.out(streams.context, top_->out_data_o);
        top_.edge();
        if (given)
            top_->in_valid_i = 0;
    }

    izh::Verilated<Top> top_;
    unsigned due_ = 0;
};

} // namespace

extern "C" {

struct izh_usb *izh_usb_new(enum izh_usb_kind kind, uint32_t seed)
{
    try {
        if (kind == IZH_USB_ULPI)
            return new Device<Vizh_usb_ulpi, 5>(seed);
        return new Device<Vizh_usb, 4>(seed);
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

void izh_usb_free(struct izh_usb *usb)
{
    delete usb;
}

struct izh_usbwire_port izh_usb_port(struct izh_usb *usb)
{
    return {usb, [](void *device, bool dp, bool dn) {
                return static_cast<izh_usb *>(device)->clock(dp, dn);
            }};
}

void izh_usb_set_streams(struct izh_usb *usb, const struct izh_usb_streams *streams)
{
    usb->streams = *streams;
}

void izh_usb_set_vbus(struct izh_usb *usb, bool vbus)
{
    usb->set_vbus(vbus);
}

struct izh_usb_state izh_usb_read_state(const struct izh_usb *usb)
{
    return usb->state();
}
}
