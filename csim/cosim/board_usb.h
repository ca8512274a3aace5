// board_usb.h: izh_soc_usb, Verilated, with a USB host at the other end of D+ and D-
// SPDX-License-Identifier: Apache-2.0
#ifndef IZH_BOARD_USB_H
#define IZH_BOARD_USB_H

#include "board_base.h"

extern "C" {
#include "usb_host.h"
}

#include <algorithm>
#include <cstring>
#include <deque>
#include <stdexcept>

namespace izh
{

template <class Top>
class UsbBoard final : public izh_board
{
  public:
    UsbBoard(const izh_board_wiring &wiring, uint32_t seed)
        : design_(seed, wiring.engine_hz, counts)
    {
        design_.top->usb_vbus_i = 1;
        set_reset(1);
        for (int i = 0; i < RESET_CLOCKS; i++)
            clock(true, false);
        set_reset(0);

        izh_usbwire_settings settings = izh_usbwire_plain;
        settings.ppm = wiring.ppm;
        settings.jitter_ns = wiring.jitter_ns;
        settings.seed = seed;
        izh_usbwire_port port = {this, [](void *board, bool dp, bool dn) {
                                     return static_cast<UsbBoard *>(board)->clock(dp, dn);
                                 }};
        izh_usbhost_init(&host_, &port, &settings);
        for (int i = 0; i < 20 && !host_.wire.drive.pullup; i++)
            izh_usbhost_run(&host_, IZH_USBWIRE_CLOCKS_PER_MS / 10);
        izh_usbhost_reset(&host_, IZH_USBWIRE_CLOCKS_PER_MS / 10);
        command(0, SET_ADDRESS, ADDRESS);
        command(ADDRESS, SET_CONFIGURATION, 1);
        counts = {};
    }

    uint64_t step(uint64_t clocks, bool stop_at_byte, izh_board_bytes &bytes) override
    {
        uint64_t before = host_.wire.now;
        bytes.taken = bytes.got = 0;
        give(bytes);
        while (host_.wire.now - before < clocks && bytes.got < bytes.out_room &&
               !(stop_at_byte && bytes.got)) {
            offer(bytes);
            ask();
            izh_usbhost_run(&host_, 1);
            give(bytes);
        }
        return host_.wire.now - before;
    }

    izh_usbhost *usb_host() override
    {
        return &host_;
    }

  private:
    enum { SET_ADDRESS = 5, SET_CONFIGURATION = 9, ADDRESS = 5, RESET_CLOCKS = 64 };
    enum { OUT_ENDPOINT = 0x01, IN_ENDPOINT = 0x81, OUT_BYTES = 4096, IN_BYTES = 4096 };

    void set_reset(int on)
    {
        design_.top->rst_i = on;
        design_.top->usb_rst_i = on;
    }

    izh_usbwire_drive clock(bool dp, bool dn)
    {
        design_.top->usb_dp_i = dp;
        design_.top->usb_dn_i = dn;
        design_.clock([this](int on) { design_.top->usb_clk_i = on; });
        return {design_.top->usb_oe_o != 0, design_.top->usb_dp_o != 0, design_.top->usb_dn_o != 0,
                design_.top->usb_pullup_o != 0};
    }

    void command(uint8_t address, uint8_t request, uint8_t value)
    {
        izh_usbhost_transfer transfer{};
        transfer.address = address;
        transfer.setup[1] = request;
        transfer.setup[2] = value;
        if (izh_usbhost_finish(&host_, &transfer, 20 * IZH_USBWIRE_CLOCKS_PER_MS) !=
            IZH_USBHOST_DONE)
            throw std::runtime_error("USB device");
    }

    // One transfer out at a time, as long as there is something to send.
    void offer(izh_board_bytes &bytes)
    {
        if (out_.status == IZH_USBHOST_WAITING && out_.length)
            return;
        size_t count = std::min<size_t>(bytes.in_count - bytes.taken, OUT_BYTES);
        out_ = {};
        if (!count)
            return;
        std::memcpy(out_bytes_, bytes.in + bytes.taken, count);
        bytes.taken += count;
        submit(out_, OUT_ENDPOINT, out_bytes_, count);
    }

    // A transfer in is always asked for, but while what the last one gave has not been taken.
    void ask()
    {
        if (in_.length && in_.status == IZH_USBHOST_WAITING)
            return;
        if (in_given_ < in_.actual)
            return;
        in_ = {};
        in_given_ = 0;
        submit(in_, IN_ENDPOINT, in_bytes_, IN_BYTES);
    }

    void submit(izh_usbhost_transfer &transfer, uint8_t endpoint, uint8_t *data, size_t length)
    {
        transfer.address = ADDRESS;
        transfer.endpoint = endpoint;
        transfer.data = data;
        transfer.length = length;
        izh_usbhost_submit(&host_, &transfer);
    }

    // What a transfer has so far is there for the taking, as in the memory that a controller
    // writes.
    void give(izh_board_bytes &bytes)
    {
        size_t count = std::min(in_.actual - in_given_, bytes.out_room - bytes.got);
        if (!count)
            return;
        std::memcpy(bytes.out + bytes.got, in_bytes_ + in_given_, count);
        in_given_ += count;
        bytes.got += count;
    }

    TwoClocks<Top> design_;
    izh_usbhost host_{};
    izh_usbhost_transfer out_{}, in_{};
    uint8_t out_bytes_[OUT_BYTES]{}, in_bytes_[IN_BYTES]{};
    size_t in_given_ = 0;
};

} // namespace izh

#endif
