// board.cpp: Verilated boards behind a C interface
// SPDX-License-Identifier: Apache-2.0
#include "board.h"

#include "board_bytes.h"
#include "board_uart.h"
#include "board_usb.h"

#include "boards.h"

#include <cstdio>
#include <cstring>
#include <new>

namespace
{

template <class Board>
izh_board *make(const izh_board_wiring &wiring, uint32_t seed)
{
    return new Board(wiring, seed);
}

struct Configuration {
    const char *name;
    izh_board_carrier carrier;
    bool listed;
    izh_board *(*make)(const izh_board_wiring &wiring, uint32_t seed);
};

#define IZH_BOARD(name, listed)                                                                    \
    {#name, IZH_BOARD_BYTES, listed, make<izh::ByteBoard<Vizh_soc_##name>>},
// 12 Mbaud beside any engine clock, or what the board has.
#define IZH_UART(name)                                                                             \
    {#name, IZH_BOARD_UART, true, make<izh::UartBoard<Vizh_uart_##name, 4, IZH_BOARD_CARRIER_HZ>>},
#define IZH_UART_TOP(name, clocks_per_bit, hz)                                                     \
    {#name, IZH_BOARD_UART, true, make<izh::UartBoard<Vizh_uart_##name, clocks_per_bit, hz>>},
#define IZH_USB(name) {#name, IZH_BOARD_USB, true, make<izh::UsbBoard<Vizh_usb_##name>>},
constexpr Configuration configurations[] = {IZH_BOARDS};

} // namespace

extern "C" {

const char *izh_board_configuration(enum izh_board_carrier carrier, size_t i)
{
    for (const Configuration &c : configurations)
        if (c.listed && c.carrier == carrier && !i--)
            return c.name;
    return nullptr;
}

void izh_board_names(enum izh_board_carrier carrier, char names[IZH_BOARD_NAMES_MAX])
{
    std::snprintf(names, IZH_BOARD_NAMES_MAX, "%s",
                  izh_board_configuration(carrier, 0) ? "" : " none");
    const char *name;
    for (size_t i = 0, n = 0;
         n < IZH_BOARD_NAMES_MAX && (name = izh_board_configuration(carrier, i)); i++)
        n += static_cast<size_t>(std::snprintf(names + n, IZH_BOARD_NAMES_MAX - n, " %s", name));
}

enum izh_board_status izh_board_new(const char *configuration,
                                    const struct izh_board_wiring *wiring, uint32_t seed,
                                    struct izh_board **board)
{
    struct izh_board_wiring plain {
    };
    const struct izh_board_wiring &wire = wiring ? *wiring : plain;
    for (const Configuration &c : configurations) {
        if (std::strcmp(c.name, configuration) != 0 || c.carrier != wire.carrier)
            continue;
        try {
            *board = c.make(wire, seed);
        } catch (const std::bad_alloc &) {
            return IZH_BOARD_NO_MEMORY;
        } catch (const std::runtime_error &) {
            return IZH_BOARD_MUTE;
        }
        return IZH_BOARD_OK;
    }
    return IZH_BOARD_UNKNOWN;
}

void izh_board_free(struct izh_board *board)
{
    delete board;
}

uint64_t izh_board_step(struct izh_board *board, uint64_t clocks, bool stop_at_byte,
                        struct izh_board_bytes *bytes)
{
    return board->step(clocks, stop_at_byte, *bytes);
}

void izh_board_set_carrier(struct izh_board *board, unsigned clocks_per_byte, unsigned stalls)
{
    board->clocks_per_byte = clocks_per_byte;
    board->stalls = stalls;
}

void izh_board_carrier_error(struct izh_board *board)
{
    board->carrier_error = true;
}

struct izh_usbhost *izh_board_usb_host(struct izh_board *board)
{
    return board->usb_host();
}

struct izh_board_counts izh_board_count(const struct izh_board *board)
{
    return board->counts;
}
}
