// usb.cpp: the Verilated USB device behind a C interface
// SPDX-License-Identifier: Apache-2.0
#include "usb.h"

#include "verilated_top.h"

#include "Vizh_usb.h"

#include <new>

struct izh_usb {
    explicit izh_usb(uint32_t seed) : top_(seed)
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

    izh_usbwire_drive clock(bool dp, bool dn)
    {
        top_->usb_dp_i = dp;
        top_->usb_dn_i = dn;
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
        return {top_->usb_oe_o != 0, top_->usb_dp_o != 0, top_->usb_dn_o != 0,
                top_->usb_pullup_o != 0};
    }

    void set_vbus(bool vbus)
    {
        top_->usb_vbus_i = vbus;
    }

    izh_usb_state state() const
    {
        return {top_->configured_o != 0, top_->suspended_o != 0, top_->bus_reset_o != 0};
    }

    izh_usb_streams streams{};

  private:
    izh::Verilated<Vizh_usb> top_;
};

extern "C" {

struct izh_usb *izh_usb_new(uint32_t seed)
{
    try {
        return new izh_usb(seed);
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
