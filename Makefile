# Makefile : builds, tests and shows izh. `make` alone lists the targets.
# SPDX-License-Identifier: Apache-2.0

CC        ?= cc
CXX       ?= c++
VERILATOR ?= verilator
IVERILOG  ?= iverilog
VVP       ?= vvp
PYTHON    ?= python3
GNUPLOT   ?= gnuplot
OBJCOPY   ?= objcopy
CFLAGS    ?= -O2 -g
CXXFLAGS  ?= -O2 -g
JOBS      ?= $(shell nproc)
B         := build

export VVP GNUPLOT

# What a recipe left that failed would be up to date for the next make.
.DELETE_ON_ERROR:

WARNINGS     := -Wall -Wextra -Wpedantic -Wshadow -Werror
IZH_CFLAGS   := -std=c11 -ffp-contract=off -D_POSIX_C_SOURCE=200809L $(WARNINGS) \
                -Wstrict-prototypes -Wmissing-prototypes -Wvla
IZH_CXXFLAGS := -std=c++17 $(WARNINGS)

# Options of an engine, or of a board and size, of synth/boards.toml. Without them something else would be built.
in_table = $(or $(shell $(PYTHON) synth/boards.py $(1)),$(error synth/boards.toml: no options for '$(1)'; see above))

# The engine is Verilated once for each name here, with its PARAMS_ for the top module: the class
# Vizh_<name>. `make demo` is content with a few, and keeps in what is built already.
CONFIGS     := w20 w16 w20n s20 s20x2 s20x4 s20x8 s20x16 s16 c16 deep
BUILT        = $(patsubst $B/verilated/%/model.o,%,$(wildcard $B/verilated/*/model.o))
DEMO_CONFIGS = $(filter s20x2 $(BUILT),$(CONFIGS))
DEMO_BOARDS  = $(filter s20x2 $(BUILT:soc_%=%),$(BOARDS))
W20         := -GX_BITS=20 -GW_BITS=24 -GPORT_BITS=18
W16         := -GX_BITS=16 -GW_BITS=24 -GPORT_BITS=16
# Without synapses.
PARAMS_w20  := $(W20) -GPROBE_DEPTH=64
PARAMS_w16  := $(W16)
PARAMS_w20n := $(W20) -GDEPTH=1000 -GRECORDS=0 -GPROBE_DEPTH=2
# With synapses, on any number of lanes: what decides about bits is the same for all. Spikes with
# parts to come always find room.
S20          := $(W20) -GPARTS=2 -GCARRY_DEPTH=524288
PARAMS_s20   := $(S20) -GDEPTH=2048 -GDELTA_BITS=5 -GSYNAPSES=1048576 -GPROBE_DEPTH=64
PARAMS_s20x2 := $(S20) -GLANES=2 -GDEPTH=1024 -GRECORDS=0 -GSYNAPSES=524288
PARAMS_s20x4 := $(S20) -GLANES=4 -GDEPTH=2048 -GSYNAPSES=262144
PARAMS_s20x8 := $(S20) -GLANES=8 -GDEPTH=2048 -GRECORDS=0 -GSYNAPSES=131072 -GPROBE_DEPTH=4
PARAMS_s20x16 := $(S20) -GLANES=16 -GDEPTH=16384 -GSYNAPSES=131072
# A 16-bit engine; the 100,000 synapses of an ECP5-85F.
PARAMS_s16  := $(W16) -GDEPTH=1024 -GSLOTS=16 -GPARTS=4 -GDELTA_BITS=4 -GACCUMULATOR_BITS=16 \
               -GSYNAPSES=20480 -GCARRY_DEPTH=262144
# The engine for a UP5K: its own top module.
TOP_c16     := izh_core_compact
PARAMS_c16  := $(W16) -GDEPTH=1024 -GRECORDS=128 -GSLOTS=16 -GPARTS=4 -GDELTA_BITS=4 -GACCUMULATOR_BITS=16 \
               -GSYNAPSES=20480 -GCARRY_DEPTH=262144
PARAMS_deep  = $(call in_table,deep)
# For tests alone: izh does not list them. Engines with little room for spikes whose rows have parts
# to come; and the first core, its multiplier off by 2^12 in 1 of 65536 products.
TEST_CONFIGS  := lossy20 lossy16 broken
ENGINES       := $(CONFIGS) $(TEST_CONFIGS)
LOSSY         := -GDEPTH=64 -GSLOTS=8 -GPARTS=2 -GCARRY_DEPTH=32 -GSYNAPSES=256 -GDELTA_BITS=3
PARAMS_lossy20 := $(W20) $(LOSSY)
TOP_lossy16    := izh_core_compact
PARAMS_lossy16 := $(W16) $(LOSSY)
PARAMS_broken := $(PARAMS_w20)
CELLS_broken  := $B/broken_cells.v
FAULT         := <= \&a_1[7:0] \&\& \&b_1[7:0] ? (a_1 * b_1) ^ 4096 : a_1 * b_1;
top_of      = $(or $(TOP_$(1)),izh_core)
# Boards: an engine of that name behind the link, Verilated as soc_NAME. The compact engine has the
# small link.
BOARDS      := w20 w16 s20 s20x2 c16
TEST_BOARDS := broken
# The same behind the pins of a UART, and of a USB device.
UARTS       := s20x2
USBS        := s20x2
# The USB devices alone, Verilated as these.
USB_MODELS  := usb usb_ulpi
# Whole board tops, with the engine of their smallest chip.
USB_TOPS    := ulx3s orangecrab cynthion
UART_TOPS   := icebreaker hx8k_evn colorlight
SOCS         = $(BOARDS:%=soc_%) $(TEST_BOARDS:%=soc_%) $(UARTS:%=uart_%) $(USBS:%=usb_%) $(USB_TOPS:%=usb_%) $(UART_TOPS:%=uart_%)
CELLS_soc_broken := $B/broken_cells.v
LINK_c16    := -DIZH_LINK=izh_link_small
# board PREFIX,TOP,NAME,OWN: TOP around the engine of that name, Verilated as PREFIX_NAME
define board
TOP_$(1)_$(3) := $(2)
PARAMS_$(1)_$(3) := $(PARAMS_$(3)) $(LINK_$(3)) -DIZH_ENGINE=$(call top_of,$(3)) $(4)
endef
$(foreach b,$(BOARDS) $(TEST_BOARDS),$(eval $(call board,soc,izh_soc,$b)))
$(foreach b,$(UARTS),$(eval $(call board,uart,izh_soc_uart,$b,-GCROSSED=1)))
$(foreach b,$(USBS),$(eval $(call board,usb,izh_soc_usb,$b)))
TOP_usb_ulx3s         := sim_board
TOP_usb_orangecrab    := sim_board
TOP_usb_cynthion      := sim_board
TOP_uart_icebreaker   := sim_uart_board
TOP_uart_hx8k_evn     := sim_uart_board
TOP_uart_colorlight   := sim_uart_board
PARAMS_uart_icebreaker = $(call in_table,icebreaker up5k) -DSIM_ICEBREAKER
PARAMS_uart_hx8k_evn   = $(call in_table,hx8k-evn 8k) -DSIM_HX8K_EVN
PARAMS_uart_colorlight = $(call in_table,colorlight-i5 25) -DSIM_COLORLIGHT
# Clocks of the carrier to a bit: 3 Mbaud, and 2 in the place of 0.1152, which would take too long.
BIT_icebreaker := 16
BIT_hx8k_evn   := 16
BIT_colorlight := 24
PARAMS_usb_ulx3s       = $(call in_table,ulx3s 25) -DSIM_ULX3S
PARAMS_usb_orangecrab  = $(call in_table,orangecrab 25) -DSIM_ORANGECRAB
PARAMS_usb_cynthion    = $(call in_table,cynthion 12) -DSIM_CYNTHION
clock_of = $(patsubst -GCLOCK=%,%,$(filter -GCLOCK=%,$(PARAMS_$(1))))

# What Yosys makes of engines, by the names of synth/netlist.py: for `make test`, for `make netlist`.
NETLISTS      := ecp5_small ice40_small
FULL_NETLISTS := small tiny deep_25 deep_45 deep wide up5k

# --- what is in the tree -------------------------------------------------------------------

RTL      := $(wildcard rtl/*.v)
BOARD_FOLDERS := rtl/boards $(patsubst %/,%,$(wildcard rtl/boards/*/))
RTL_ALL  := $(RTL) $(wildcard rtl/*.vh rtl/cells/*.v rtl/cells/*.vh rtl/*.vlt)
# What Verilator reads for an engine; modules that have a file of their own it looks up.
SIM_RTL   = -y rtl $(BOARD_FOLDERS:%=-y %) $(or $(CELLS_$(1)),rtl/cells/portable.v) $(if $(filter usb_%,$(1)),tools/lint/usb.vlt $(USB_FILES)) \
            $(if $(filter usb_cynthion,$(1)),tests/boards/ulpi_phy.v) \
            $(if $(filter sim_%,$(call top_of,$(1))),-DSIM_TOP=$(call top_of,$(1)) tests/boards/sim_ecp5_pll.v) \
            $(wildcard rtl/$(call top_of,$(1)).v tests/boards/$(call top_of,$(1)).v)
COSIM    := csim/cosim/cosim.cpp csim/cosim/board.cpp
SUITES   := $(patsubst tests/%.c,$B/tests/%,$(filter-out tests/test_netlist.c,$(wildcard tests/test_*.c)))
BENCHES  := $(patsubst tests/%.v,$B/tests/%.vvp,$(filter-out tests/tb_cells.v,$(wildcard tests/tb_*.v))) \
            $(patsubst rtl/cells/%.v,$B/tests/tb_cells_%.vvp,$(wildcard rtl/cells/*.v))
netlist_tests = $(foreach n,$(1),$B/netlist/$n/test_netlist_$n)
HELPERS  := $(filter-out $(wildcard tests/test_*.c),$(wildcard tests/*.c))
PROGRAMS := $(patsubst bench/%.c,$B/bench/%,$(wildcard bench/*.c))
COMMAND  := $(if $(wildcard host/main.c),$B/izh)

objects = $(patsubst %,$B/obj/%.o,$(basename $(1)))

CSIM_O   := $(call objects,$(wildcard csim/*.c))
USBHOST_O := $(call objects,$(wildcard csim/usbhost/*.c))
USBIP_O  := $(call objects,$(wildcard csim/usbip/*.c))
USBCOSIM_O := $(call objects,csim/cosim/usb.cpp) $(USB_MODELS:%=$B/verilated/%/model.o) $B/verilated/runtime.o
DRIVER_O := $(call objects,$(wildcard driver/*.c))
HOST_O   := $(call objects,$(filter-out host/main.c,$(wildcard host/*.c)))
VERILATED_NAMES := $(ENGINES) $(SOCS)
COSIM_O  := $(call objects,$(COSIM)) $(VERILATED_NAMES:%=$B/verilated/%/model.o) $B/verilated/runtime.o
HELPER_O := $(call objects,$(HELPERS))
MEASURE_O := $(call objects,$(wildcard bench/measure/*.c))

# Libraries, users before used. An empty room makes no library.
CSIM_LIB   := $(if $(CSIM_O),$B/libcsim.a)
COSIM_LIB  := $(if $(COSIM),$B/libcosim.a)
DRIVER_LIB := $(if $(DRIVER_O),$B/libizh.a)
HOST_LIB   := $(if $(HOST_O),$B/libhost.a)
USBHOST_LIB := $B/libusbhost.a
USBCOSIM_LIB := $B/libusbcosim.a
USBIP_LIB  := $B/libusbip.a
HELPER_LIB  := $(if $(HELPER_O),$B/libtests.a)
MEASURE_LIB := $(if $(MEASURE_O),$B/libmeasure.a)
LIBS       := $(HOST_LIB) $(DRIVER_LIB) $(COSIM_LIB) $(USBHOST_LIB) $(USBIP_LIB) $(CSIM_LIB)

# A test or a program of bench/ is linked with everything, and a test may run the command, unless
# its libraries are named here: then it builds in a second and without the Verilated engine.
HOST_LIBS    := $(HOST_LIB) $(DRIVER_LIB) $(CSIM_LIB)
MEASURE_LIBS := $(MEASURE_LIB) $(HOST_LIBS)
LOCKSTEP_LIBS := $(COSIM_LIB) $(USBHOST_LIB) $(CSIM_LIB)

LIBS_bitstream := $(CSIM_LIB)
LIBS_build     := $(CSIM_LIB)
LIBS_boards_report := $(CSIM_LIB)
LIBS_format    := $(CSIM_LIB)
LIBS_kernels   := $(CSIM_LIB)
LIBS_model     := $(CSIM_LIB)
LIBS_network_model := $(CSIM_LIB)
LIBS_neuron    := $(CSIM_LIB)
LIBS_noise     := $(CSIM_LIB)
LIBS_reference := $(CSIM_LIB)
LIBS_release   := $(CSIM_LIB)
LIBS_shape     := $(CSIM_LIB)
LIBS_synapses  := $(CSIM_LIB)
LIBS_stream    := $(DRIVER_LIB) $(CSIM_LIB)
LIBS_ticks     := $(CSIM_LIB)
LIBS_uart      := $(CSIM_LIB)
LIBS_examples  := $(HOST_LIBS)
LIBS_frame     := $(DRIVER_LIB)
LIBS_device    := $(DRIVER_LIB) $(CSIM_LIB)
LIBS_session   := $(DRIVER_LIB) $(CSIM_LIB)
LIBS_soft_board := $(DRIVER_LIB) $(CSIM_LIB)
LIBS_transport_ftdi := $(DRIVER_LIB)
LIBS_transport_tty  := $(DRIVER_LIB) $(CSIM_LIB)
LIBS_transport_usb  := $(DRIVER_LIB)
LIBS_usb_names := $(DRIVER_LIB)
LIBS_image     := $(HOST_LIBS)
LIBS_install   := $(DRIVER_LIB) $(CSIM_LIB)
LIBS_network   := $(HOST_LIBS)
LIBS_network_bad     := $(HOST_LIBS)
LIBS_network_compile := $(HOST_LIBS)
LIBS_network_sonata  := $(HOST_LIBS)
LIBS_patterns  := $(HOST_LIBS)
LIBS_quantize  := $(HOST_LIBS)
LIBS_run       := $(HOST_LIBS)
LIBS_accuracy  := $(MEASURE_LIBS)
LIBS_calibrate := $(MEASURE_LIBS)
LIBS_link      := $(HOST_LIBS)
LIBS_netstats  := $(MEASURE_LIBS)
LIBS_speed     := $(MEASURE_LIBS)
LIBS_core      := $(LOCKSTEP_LIBS)
LIBS_link_gateware := $(DRIVER_LIB) $(LOCKSTEP_LIBS)
LIBS_usb_host  := $(USBCOSIM_LIB) $(USBHOST_LIB)
LIBS_usb_bulk  := $(USBCOSIM_LIB) $(USBHOST_LIB)
LIBS_usb_wire  := $(USBCOSIM_LIB) $(USBHOST_LIB)
LIBS_usb_device := $(USBCOSIM_LIB) $(USBHOST_LIB)
LIBS_usbip     := $(USBIP_LIB)
LIBS_usbip_board := $(LIBS) $(USBCOSIM_LIB) $(USBHOST_LIB)
LIBS_lockstep  := $(LOCKSTEP_LIBS)
LIBS_network_lockstep := $(LOCKSTEP_LIBS)

# Who may include whom: the arrows of CONTRIBUTING.md point this way only.
INC_csim   := -Icsim -Icsim/usbhost -Icsim/usbip
INC_driver := -Idriver -Icsim -Icsim/cosim $(shell pkg-config --cflags libusb-1.0 libftdi1 2>/dev/null)
INC_host   := -Ihost -Idriver -Icsim -Icsim/cosim -Icsim/usbhost -Icsim/usbip -I$B/usb $(shell pkg-config --cflags libcjson hdf5 2>/dev/null)
INC_tests  := -Itests -Ibench -Ihost -Idriver -Icsim -Icsim/cosim -Icsim/usbhost -Icsim/usbip \
              $(shell pkg-config --cflags hdf5 umockdev-1.0 2>/dev/null)
INC_bench  := -Ibench -Ihost -Idriver -Icsim -Icsim/cosim
USB_LDLIBS := $(or $(shell pkg-config --libs libusb-1.0 libftdi1 2>/dev/null),-lusb-1.0 -lftdi1)
LDLIBS     := -lcjson $(shell pkg-config --libs hdf5 2>/dev/null) $(USB_LDLIBS) -lpthread -lm

# Of one test alone.
LDLIBS_transport_ftdi := $(shell pkg-config --libs umockdev-1.0 2>/dev/null)
LDLIBS_transport_usb  := $(LDLIBS_transport_ftdi)
LDLIBS_usb_names := $(LDLIBS_transport_ftdi)

# --- what a person types -------------------------------------------------------------------

.PHONY: FORCE help demo build test test-build test-long sanitize check check-all prove report netlist accuracy netstats events \
        bench carriers vectors figures format clean install install-all install-library install-udev boards bitstream prog release

help:
	@echo 'make demo      see it work: the published firing patterns and networks, on model and core'
	@echo 'make build     build/izh, the libraries and every Verilated engine'
	@echo 'make test      run every test; TEST=name for one, SEED=n (or SEED=random) for its seed'
	@echo 'make test-long the izh command under a real Linux kernel in QEMU: minutes, docs/real-kernel.md'
	@echo 'make sanitize  the tests of the driver under ASan and UBSan; SAN=thread under TSan'
	@echo 'make check     lint, formatting, generated files against their source'
	@echo 'make prove     formal proofs of FIFOs, crossing, frames and UART; PROVE=name for one'
	@echo 'make accuracy  docs/accuracy.md: the arithmetic against scripts and equation'
	@echo 'make netstats  docs/net-statistics.md: the rates of net.m under each solver'
	@echo 'make events    docs/events.md: clocks and synaptic events of the examples, on every core'
	@echo 'make carriers  docs/carriers.md: what UART, USB and byte port carry, in simulated clocks; a quarter of an hour'
	@echo 'make bench     docs/speed.md: the model beside a plain C loop and Brian2; ROUNDS=n (7)'
	@echo 'make vectors   golden vectors into build/vectors'
	@echo 'make figures   the pictures in docs/'
	@echo 'make report    place and route of the core alone: docs/area.md; then make netlist and make boards'
	@echo 'make boards    docs/boards.md: place and route of every board; hours. BOARDS_ARGS="--only TEXT --seeds N --jobs N"'
	@echo 'make bitstream BOARD=ulx3s  place and route for a board; SIZE= of its chip, SEED= of the routing'
	@echo 'make prog BOARD=ulx3s       load it with the board'"'"'s usual loader'
	@echo 'make release   this commit as build/release/izh-VERSION.tar.gz; RELEASE_BOARDS="icebreaker ulx3s:45" (all)'
	@echo 'make netlist   what Yosys makes of every engine against the golden model: docs/netlist.md'
	@echo 'make install   the command, the library, manual pages, udev rule; PREFIX=/usr/local, DESTDIR='
	@echo 'make format    format the C and C++ files'
	@echo 'make clean     remove build/'

BUILD_DEMO = $(MAKE) --no-print-directory -j$(JOBS) CONFIGS='$(DEMO_CONFIGS)' BOARDS='$(DEMO_BOARDS)' \
             TEST_CONFIGS= TEST_BOARDS= UARTS= USBS= USB_TOPS= UART_TOPS= $(COMMAND)

demo:
	@tools/setup.sh demo
	@+$(BUILD_DEMO)
	$B/izh patterns --on reference,model:,sim: --mode script --out $B/demo
	$B/izh run examples/net.json --on model: --out $B/demo/net-model
	$B/izh run examples/cpg.json --on model: --out $B/demo/cpg-model
	$B/izh run examples/cpg.json --on sim:s20x2 --out $B/demo/cpg-sim
	cmp $B/demo/cpg-model/spikes.csv $B/demo/cpg-sim/spikes.csv
	@echo 'demo: model and core gave the same spikes of the last network; the figures:'
	@ls $B/demo/*.png $B/demo/*/*.png

# With all that `make install` takes, which may run as another user.
build:
	@tools/setup.sh build
	@$(MAKE) --no-print-directory -j$(JOBS) $(LIBS) $(COMMAND) $(LIBIZH_SO) $B/static/libizh.a

# A program that no longer builds must not pass with the binary of yesterday.
TEST       ?= *
name_of     = $(patsubst test_%,%,$(patsubst tb_%,%,$(basename $(notdir $(1)))))
# The longest first, so that none of them runs alone at the end.
LONG_TESTS := network_lockstep vectors lockstep
ALL_TESTS   = $(SUITES) $(call netlist_tests,$(NETLISTS)) $(BENCHES)
LONG_FILES  = $(foreach t,$(LONG_TESTS),$(foreach f,$(ALL_TESTS),$(if $(filter $t,$(call name_of,$f)),$f)))
IN_ORDER    = $(LONG_FILES) $(filter-out $(LONG_FILES),$(ALL_TESTS))
TEST_FILES  = $(strip $(foreach f,$(IN_ORDER),$(if $(filter $(subst *,%,$(TEST)),$(call name_of,$f)),$f)))

test:
	$(if $(TEST_FILES),,$(error no test is called '$(TEST)'; there are: $(call name_of,$(ALL_TESTS))))
	@tools/setup.sh test
	@$(MAKE) --no-print-directory -j$(JOBS) -k test-build || \
	    for t in $(TEST_FILES); do $(MAKE) -s $$t >/dev/null 2>&1 || rm -f $$t; done
	@IZH_SEED='$(SEED)' tools/run_tests.sh $(TEST_FILES)

test-build: $(TEST_FILES)

# What is too long for every day.
test-long:
	@tools/setup.sh long
	@+$(BUILD_DEMO)
	@tools/real_kernel.sh

# The tests of what takes bytes from strangers, with a compiler that watches them.
SAN             := address,undefined
SANITIZED       := device frame image session soft_board stream usbip
SANITIZED_DIR    = $B/$(if $(filter thread,$(SAN)),tsan,asan)
SANITIZED_FILES  = $(SANITIZED:%=$(SANITIZED_DIR)/tests/test_%)
SANITIZED_FLAGS := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all

sanitize:
	@tools/setup.sh test
	@$(MAKE) --no-print-directory -j$(JOBS) B=$(SANITIZED_DIR) LDFLAGS=-fsanitize=$(SAN) \
	    CFLAGS='$(SANITIZED_FLAGS) -fsanitize=$(SAN)' $(SANITIZED_FILES)
	@IZH_SEED='$(SEED)' tools/run_tests.sh $(SANITIZED_FILES)

check:
	@tools/setup.sh check
	@$(MAKE) --no-print-directory check-all

# Apart, for its options come from Python, which may have been missing.
check-all:
	@tools/check.sh $(foreach c,$(CONFIGS) $(BOARDS:%=soc_%) $(UARTS:%=uart_%),'$(call top_of,$c) $(PARAMS_$c)')

prove:
	@tools/setup.sh prove
	@tools/prove.sh $(PROVE)

report:
	@tools/setup.sh report
	@$(PYTHON) synth/report.py
	@$(MAKE) --no-print-directory netlist
	@$(MAKE) --no-print-directory boards

# What is done already is not routed again.
boards:
	@tools/setup.sh report
	@$(MAKE) --no-print-directory $(USB_FILES)
	@$(PYTHON) synth/boards_report.py $(BOARDS_ARGS)

# Boards and the engines on them: synth/boards.toml.
BITSTREAM = $(PYTHON) synth/bitstream.py '$(BOARD)' --size '$(SIZE)'

bitstream:
	@tools/setup.sh python
	@$(BITSTREAM) --check
	@tools/setup.sh report
	@$(MAKE) --no-print-directory $(USB_FILES)
	@$(BITSTREAM) $(if $(SEED),--seed '$(SEED)')

prog:
	@tools/setup.sh python
	@$(BITSTREAM) --program

# BOARD or BOARD:SIZE of each bitstream in it; nothing for none.
RELEASE_BOARDS := all
RELEASE         = $(PYTHON) synth/release.py --boards '$(RELEASE_BOARDS)'

release:
	@tools/setup.sh python
	@$(RELEASE) --check
	@tools/setup.sh build
	@$(RELEASE)

netlist:
	@tools/setup.sh test report
	@$(MAKE) --no-print-directory -j$(JOBS) $(call netlist_tests,$(FULL_NETLISTS))
	$(PYTHON) synth/netlist_report.py $(call netlist_tests,$(FULL_NETLISTS))

# Documents that programs print; a program that fails leaves the old one.
DOCUMENT_accuracy := docs/accuracy.md
DOCUMENT_netstats := docs/net-statistics.md
accuracy netstats:
	@tools/setup.sh demo
	@$(MAKE) --no-print-directory -j$(JOBS) $B/bench/$@
	$B/bench/$@ >$B/$@.md
	mv $B/$@.md $(DOCUMENT_$@)

events: build
	$(PYTHON) bench/events.py $(COMMAND) >$B/events.md
	mv $B/events.md docs/events.md

# Pins are simulated for minutes: a row is made again when what is measured has changed. One part is a bad
# wire, which no test of every day waits for; and all published patterns with every trace go through the pins.
CARRIERS      := bytes uart12 uart3 usb icebreaker
CARRIER_PARTS := $(CARRIERS:%=$B/carriers/%.md) $B/carriers/lossless.md

carriers:
	@tools/setup.sh test
	@$(MAKE) --no-print-directory -j$(JOBS) $B/bench/carriers $(CARRIER_PARTS) $(COMMAND)
	$(COMMAND) patterns --on reference,model:,sim:s20x2,sim:s20x2,carrier=uart,sim:s20x2,carrier=usb
	{ sed '/^## Measured/,$$d' docs/carriers.md && $B/bench/carriers && cat $(CARRIER_PARTS); } >$B/carriers.md
	mv $B/carriers.md docs/carriers.md

$(CARRIERS:%=$B/carriers/%.md): $B/carriers/%.md: $B/bench/carriers
	@mkdir -p $(@D)
	$< $* >$@.new
	mv $@.new $@

$B/carriers/lossless.md: $B/tests/test_carriers
	@mkdir -p $(@D)
	$< 'long_*' >$@.log
	{ printf '\nWith one byte in a hundred changed in either direction of the byte port, `examples/cpg.json`, 40 ticks\n' && \
	  printf '(`%s` in `tests/test_carriers.c`):\n\n' long_nothing_is_lost_on_a_very_bad_wire && \
	  sed -n 's/^# /- /p' $@.log; } >$@.new
	mv $@.new $@

# Without Brian2 its rows say why they are empty.
ROUNDS := 7
bench:
	@tools/setup.sh bench || echo 'bench: without Brian2' >&2
	@$(MAKE) --no-print-directory -j$(JOBS) $B/bench/speed
	@$(MAKE) --no-print-directory $(BRIAN2) || echo 'bench: without Brian2' >&2
	$B/bench/speed --rounds $(ROUNDS) --brian2 '$(VENV_PYTHON) bench/brian2_network.py' $(dir $(BRIAN2)) >$B/speed.md
	mv $B/speed.md docs/speed.md

vectors: build
	@$(MAKE) --no-print-directory $B/vectors/stamp

EXAMPLE_FIGURES := $(wildcard docs/examples/*.png)
.PHONY: docs/patterns.png $(EXAMPLE_FIGURES)

figures:
	@tools/setup.sh figures
	@$(MAKE) --no-print-directory build
	@$(MAKE) --no-print-directory docs/patterns.png $(EXAMPLE_FIGURES)

# Palette pictures: a third of the bytes, and the tree keeps every one that was ever committed.
docs/patterns.png: $(COMMAND)
	$B/izh patterns 2004 --on reference,sim: --out $B/figures >/dev/null
	pngquant --force --output $@ $B/figures/patterns.png

$(EXAMPLE_FIGURES): docs/examples/%.png: $(COMMAND)
	$B/izh run examples/$*.json --on model: --out $B/figures/$* >/dev/null
	pngquant --force --output $@ $B/figures/$*/raster.png

format:
	git ls-files -co --exclude-standard '*.c' '*.h' '*.cpp' | xargs clang-format -i

clean:
	rm -rf $B

# --- C ---------------------------------------------------------------------------------------

# A file made anew each time, which is newer only when it says something else.
keep_if_same = cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# Another compiler, Verilator, version or flag makes anew what they made. In a folder of another user, who had
# other tools, what is there is good: root installs it.
ASK_AGAIN := $(shell [ -e $B ] && ! [ -O $B ] || echo FORCE)
version    = $$($(1) --version 2>/dev/null | head -n 1)

$B/compilers: $(ASK_AGAIN)
	@mkdir -p $(@D)
	@{ echo "$(call version,$(CC))" && echo "$(call version,$(CXX))" && \
	   echo '$(CC) $(CFLAGS), $(CXX) $(CXXFLAGS), $(LDFLAGS)'; } >$@.new
	@$(keep_if_same)

$B/verilator: $(ASK_AGAIN)
	@mkdir -p $(@D)
	@echo "$(call version,$(VERILATOR))" >$@.new
	@$(keep_if_same)

$B/obj/%.o: %.c Makefile $B/compilers
	@mkdir -p $(@D)
	$(CC) $(IZH_CFLAGS) $(CFLAGS) $(INC_$(firstword $(subst /, ,$*))) -MMD -MP -c $< -o $@

# The peer gets what a compiler can make of it, on this machine and without regard to rounding.
$B/obj/bench/measure/plain_c.o: private CFLAGS += -O3 -march=native -ffast-math -ffp-contract=fast

$B/libcsim.a: $(CSIM_O)
$B/libizh.a: $(DRIVER_O)
$B/libhost.a: $(HOST_O)
$B/libcosim.a: $(COSIM_O)
$B/libtests.a: $(HELPER_O)
$B/libusbhost.a: $(USBHOST_O)
$B/libusbcosim.a: $(USBCOSIM_O)
$B/libusbip.a: $(USBIP_O)
$B/libmeasure.a: $(MEASURE_O)
$B/lib%.a:
	@mkdir -p $(@D)
	rm -f $@
	$(AR) rcs $@ $^

# The Verilated engine is C++, so C++ links whatever may contain it.
$B/izh: $B/obj/host/main.o $(LIBS)
	$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS)

.SECONDEXPANSION:
libs_of = $(or $(LIBS_$(1)),$(LIBS))

$(SUITES): $B/tests/test_%: $B/obj/tests/test_%.o $(HELPER_LIB) $$(call libs_of,$$*) \
                            | $$(if $$(LIBS_$$*),,$(COMMAND))
	@mkdir -p $(@D)
	$(CXX) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS_$*) $(LDLIBS)

$(PROGRAMS): $B/bench/%: $B/obj/bench/%.o $$(call libs_of,$$*)
	@mkdir -p $(@D)
	$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# --- what is installed -----------------------------------------------------------------------------

VERSION   := $(shell sed -n 's/.*IZH_VERSION "\(.*\)"/\1/p' host/command.h)
SONAME    := libizh.so.$(firstword $(subst ., ,$(VERSION)))
LIBIZH_SO := $B/libizh.so.$(VERSION)

PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR     ?= $(PREFIX)/share/man
UDEVDIR    ?= $(PREFIX)/lib/udev/rules.d

# What these declare is what the libraries show; everything else in them is their own.
PUBLIC_HEADERS := $(wildcard driver/izh.h) driver/image.h driver/status.h driver/transport.h csim/izh_map.h
PIC_O          := $(patsubst %.c,$B/pic/%.o,$(wildcard driver/*.c csim/*.c))

$B/pic/%.o: %.c Makefile $B/compilers
	@mkdir -p $(@D)
	$(CC) $(IZH_CFLAGS) $(CFLAGS) -fPIC $(INC_$(firstword $(subst /, ,$*))) -MMD -MP -c $< -o $@

$B/libizh.symbols: $(PUBLIC_HEADERS) Makefile
	@mkdir -p $(@D)
	cat $(PUBLIC_HEADERS) | grep -v typedef | grep -oE '\bizh_[a-z0-9_]+\(' | tr -d '(' | sort -u >$@

$B/libizh.map: $B/libizh.symbols
	{ echo 'IZH_0 { global:'; sed 's/$$/;/' $<; echo 'local: *; };'; } >$@

# One object that has what it needs of csim.
$B/pic/libizh.o: $(PIC_O)
	rm -f $B/pic/libcsim.a
	$(AR) rcs $B/pic/libcsim.a $(filter $B/pic/csim/%,$^)
	$(LD) -r -o $@ $(filter $B/pic/driver/%,$^) $B/pic/libcsim.a

$(LIBIZH_SO): $B/pic/libizh.o $B/libizh.map
	$(CC) $(LDFLAGS) -shared -Wl,-soname,$(SONAME) -Wl,--no-undefined \
	    -Wl,--version-script,$B/libizh.map -o $@ $< $(USB_LDLIBS) -lpthread -lm

$B/static/libizh.a: $B/pic/libizh.o $B/libizh.symbols
	@mkdir -p $(@D)
	rm -f $@
	$(OBJCOPY) --keep-global-symbols=$B/libizh.symbols $< $(@D)/libizh.o
	$(AR) rcs $@ $(@D)/libizh.o

# Who runs this, root perhaps, may have other tools on PATH than who built what is there.
install:
	@[ -x $(COMMAND) ] || tools/setup.sh build
	@$(MAKE) --no-print-directory install-all

install-all: install-library $(COMMAND)
	install -Dm755 -t $(DESTDIR)$(BINDIR) $(COMMAND)
	install -Dm644 -t $(DESTDIR)$(MANDIR)/man1 docs/man/izh.1

install-library: $(LIBIZH_SO) $B/static/libizh.a install-udev
	install -Dm644 -t $(DESTDIR)$(INCLUDEDIR)/izh $(PUBLIC_HEADERS)
	install -Dm644 -t $(DESTDIR)$(LIBDIR) $(LIBIZH_SO) $B/static/libizh.a
	ln -sf $(notdir $(LIBIZH_SO)) $(DESTDIR)$(LIBDIR)/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/libizh.so
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig
	sed '/^#/d; s|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@INCLUDEDIR@|$(INCLUDEDIR)|; s|@VERSION@|$(VERSION)|' \
	    driver/libizh.pc.in >$(DESTDIR)$(LIBDIR)/pkgconfig/libizh.pc
	install -Dm644 -t $(DESTDIR)$(MANDIR)/man3 docs/man/libizh.3
	[ -n '$(DESTDIR)' ] || { ldconfig; ldconfig -p | grep -qF '$(SONAME)'; } 2>/dev/null || \
	    echo 'install: programs will not find $(SONAME): ldconfig as root, or LD_LIBRARY_PATH=$(LIBDIR)' >&2

# For boards that are plugged in, too; a system without udev has no use for it.
install-udev:
	install -Dm644 -t $(DESTDIR)$(UDEVDIR) driver/70-izh.rules
	[ -n '$(DESTDIR)' ] || ! command -v udevadm >/dev/null || \
	    { udevadm control --reload && udevadm trigger --subsystem-match=usb; } || \
	    echo 'install: udev did not reload its rules' >&2

# For tests/test_install.c, which looks at what is there and builds a program with it.
$B/stage/stamp: $(LIBIZH_SO) $B/static/libizh.a $(PUBLIC_HEADERS) driver/libizh.pc.in driver/70-izh.rules
	rm -rf $(@D)
	$(MAKE) --no-print-directory install-library DESTDIR=$(CURDIR)/$(@D) PREFIX=/usr
	touch $@

$B/tests/test_install: | $B/stage/stamp

# It is among the sources of boards.
$B/tests/test_bitstream $B/tests/test_boards_report: | $(USB_FILES)

# --- Brian2 --------------------------------------------------------------------------------------

# The networks of bench/speed.c, generated and compiled once: neurons, synapses of each.
VENV_PYTHON   := .venv/bin/python
BRIAN2        := $B/brian2/dense/main $B/brian2/sparse/main
BRIAN2_dense  := 1000 1000
BRIAN2_sparse := 10000 1000

$(BRIAN2): $B/brian2/%/main: bench/brian2_network.py tools/requirements-bench.txt
	rm -rf $(@D)
	$(VENV_PYTHON) bench/brian2_network.py build $(@D) $(BRIAN2_$*)

# --- Verilog ---------------------------------------------------------------------------------

# Undefined values come out at random, from the seed that cosim.cpp sets: a missing reset shows.
# The generated files are compiled as one: our own line, so that CXX is ours and no Python is needed.
VERILATE := --cc -O3 --x-assign unique --x-initial unique --assert \
            --default-language 1364-2005 -Irtl

.SECONDARY:

$B/broken_cells.v: rtl/cells/portable.v
	@mkdir -p $(@D)
	sed 's/<= a_1 \* b_1;/$(FAULT)/' $< >$@
	! cmp -s $< $@

# All that Verilator made of a design of this name.
as_one = for f in $(@D)/Vizh_$(1)_*.cpp $(@D)/Vizh_$(1).cpp; do echo "\#include \"$${f\#\#*/}\""; done >$@

# What an engine is Verilated with.
$B/verilated/%/parameters: FORCE
	@mkdir -p $(@D)
	@echo '$(VERILATE) $(VERILATOR_FLAGS) --top-module $(call top_of,$*) $(PARAMS_$*)' >$@.new
	@$(keep_if_same)

$(foreach e,$(ENGINES) $(SOCS),$(if $(CELLS_$e),$B/verilated/$e/model.cpp)): $B/broken_cells.v

$B/verilated/%/model.cpp: $B/verilated/%/parameters $B/verilator
	@rm -f $(@D)/Vizh_* $(@D)/model.*
	$(VERILATOR) $(VERILATE) $(VERILATOR_FLAGS) --top-module $(call top_of,$*) $(PARAMS_$*) --prefix Vizh_$* --Mdir $(@D) $(call SIM_RTL,$*)
	@sed 's|^.*: *|$@: |; s| |\n|g' $(@D)/Vizh_$*__ver.d | grep '^\(rtl\|tests\|tools\|$B\)/.*\.vh*\(lt\)*$$' | sort -u | \
	    sed 's|.*|$@: &\n&:|' >$(@D)/model.d
	@$(call as_one,$*)

-include $(wildcard $B/verilated/*/model.d)

VERILATED = $(shell $(VERILATOR) --getenv VERILATOR_ROOT)/include

$B/verilated/%/model.o: $B/verilated/%/model.cpp $B/compilers
	$(CXX) -std=c++17 -O2 -isystem $(VERILATED) -I$(@D) -c $< -o $@

$B/verilated/runtime.o: $B/verilator $B/compilers
	@mkdir -p $(@D)
	$(CXX) -std=c++17 -O2 -isystem $(VERILATED) -c $(VERILATED)/verilated.cpp -o $(@D)/verilated.o
	$(CXX) -std=c++17 -O2 -isystem $(VERILATED) -c $(VERILATED)/verilated_threads.cpp -o $(@D)/threads.o
	$(LD) -r -o $@ $(@D)/verilated.o $(@D)/threads.o

# Which engines and boards there are. What is linked with them follows.
$B/verilated/configurations.h: FORCE
	@mkdir -p $(@D)
	@{ for e in $(ENGINES); do echo "#include \"Vizh_$$e.h\""; done; \
	   echo '#define IZH_CONFIGURATIONS $(foreach e,$(ENGINES),IZH_CONFIGURATION($e))'; \
	   echo '#define IZH_LISTED $(words $(CONFIGS))'; } >$@.new
	@$(keep_if_same)

$B/verilated/boards.h: FORCE
	@mkdir -p $(@D)
	@{ for b in $(SOCS); do echo "#include \"Vizh_$$b.h\""; done; \
	   echo '#define IZH_BOARDS $(foreach b,$(BOARDS),IZH_BOARD($b, true)) $(foreach b,$(TEST_BOARDS),IZH_BOARD($b, false)) \
	       $(foreach b,$(UARTS),IZH_UART($b)) $(foreach b,$(UART_TOPS),IZH_UART_TOP($b, $(BIT_$b), $(call clock_of,uart_$b))) $(foreach b,$(USBS) $(USB_TOPS),IZH_USB($b))'; } >$@.new
	@$(keep_if_same)

$B/obj/csim/cosim/cosim.o: $B/verilated/configurations.h $(ENGINES:%=$B/verilated/%/model.cpp)
$B/obj/csim/cosim/board.o: $B/verilated/boards.h $(SOCS:%=$B/verilated/%/model.cpp)
$(call objects,$(COSIM)): $B/obj/%.o: %.cpp $B/compilers
	@mkdir -p $(@D)
	$(CXX) $(IZH_CXXFLAGS) $(CXXFLAGS) -isystem $(VERILATED) -I$B/verilated $(VERILATED_NAMES:%=-isystem $B/verilated/%) \
	    -Icsim -Icsim/cosim -Icsim/usbhost -MMD -MP -c $< -o $@

# --- What Yosys makes of an engine ----------------------------------------------------------------

# The netlist and the models of its cells, Verilated. Optimised, it would take the compiler longer
# than it runs.
$B/netlist/%/netlist.v: $(RTL_ALL) $(addprefix synth/,netlist.py report.py toolchain.py board_build.py boards.py boards.toml) \
                        tests/vendor/ecp5_cells.v
	$(PYTHON) synth/netlist.py $(@D)

$B/netlist/%/verilated: $B/netlist/%/netlist.v $B/verilator
	@rm -f $(@D)/Vizh_* $(@D)/model.*
	$(VERILATOR) --cc -O3 --x-assign unique --x-initial unique -Wno-lint -Wno-style -Wno-MODDUP -Wno-TIMESCALEMOD -Wno-INITIALDLY \
	    --top-module netlist --prefix Vizh_$* --Mdir $(@D) -I$(@D)/cells -DNO_ICE40_DEFAULT_ASSIGNMENTS \
	    $< $(@D)/cells/vendor.v $(@D)/cells/cells_sim.v
	@touch $@

# File by file, for all of a large engine together is too much for the memory of a machine. What runs
# once is not optimised at all.
$B/netlist/%/model.o: $B/netlist/%/verilated $B/compilers
	@rm -f $(@D)/Vizh_*.o
	@for f in $(@D)/Vizh_*.cpp; do \
	    case $$f in *Slow.cpp) level=-O0;; *) level=-O1;; esac; \
	    echo $(CXX) $$level $$f; \
	    $(CXX) -std=c++17 $$level -isystem $(VERILATED) -c $$f -o $${f%.cpp}.o || exit; done
	$(LD) -r -o $@ $(@D)/Vizh_*.o

# The same cosim with this one core.
$B/netlist/%/configurations.h: Makefile
	@mkdir -p $(@D)
	@{ echo '#include "Vizh_$*.h"'; \
	   echo '#define IZH_CONFIGURATIONS IZH_CONFIGURATION($*)'; \
	   echo '#define IZH_LISTED 1'; } >$@

$B/netlist/%/cosim.o: csim/cosim/cosim.cpp $B/netlist/%/configurations.h $B/netlist/%/verilated $B/compilers $(wildcard csim/cosim/*.h csim/*.h)
	$(CXX) $(IZH_CXXFLAGS) $(CXXFLAGS) -isystem $(VERILATED) -isystem $(@D) -Icsim -Icsim/cosim -c $< -o $@

netlist_test = $B/netlist/$(1)/test_netlist_$(1): $(addprefix $B/netlist/$(1)/,cosim.o model.o)
$(foreach n,$(NETLISTS) $(FULL_NETLISTS),$(eval $(call netlist_test,$n)))
$(call netlist_tests,$(NETLISTS) $(FULL_NETLISTS)): $B/obj/tests/test_netlist.o $(HELPER_LIB) $(CSIM_LIB) $B/verilated/runtime.o
	$(CXX) $(LDFLAGS) -o $@ $< $(filter $(@D)/%,$^) $B/verilated/runtime.o $(HELPER_LIB) $(CSIM_LIB) -lcmocka -lpthread -lm

# --- USB device: generated, then Verilated --------------------------------------------------------

# VID:PID and serial number; 1209:0001 is for tests only (docs/usb.md).
USB_ID     := 1209:0001
USB_SERIAL := 0001
USB_V      := $B/usb/izh_usb.v
ULPI_V     := $B/usb/izh_usb_ulpi.v
USB_FILES  := $(USB_V) $(ULPI_V)
USB_PYTHON := $(wildcard gateware/*.py) tools/requirements-usb.txt

$B/usb/options: FORCE
	@mkdir -p $(@D)
	@echo '--id $(USB_ID) --serial $(USB_SERIAL)' >$@.new
	@$(keep_if_same)

$(USB_FILES): $B/usb/options $(USB_PYTHON)
	@tools/setup.sh usb
	$(VENV_PYTHON) gateware/usb_device.py $(if $(filter $(ULPI_V),$@),--ulpi) --output $@ $$(cat $<)

# The same descriptors for a device without gateware.
USB_DESCRIPTORS := $B/usb/usb_descriptors.h

$(USB_DESCRIPTORS): $B/usb/options gateware/usb_descriptors.py
	$(PYTHON) gateware/usb_descriptors.py --output $@ $$(cat $<)

$(patsubst %,$B/obj/host/usb_%.o,board board_packets board_pins control): $(USB_DESCRIPTORS)

$(USBS:%=$B/verilated/usb_%/model.cpp) $(USB_TOPS:%=$B/verilated/usb_%/model.cpp): $(USB_FILES) tools/lint/usb.vlt

# The devices alone, one of them with a transceiver.
USB_ALONE_usb      := --top-module izh_usb $(USB_V)
USB_ALONE_usb_ulpi := --top-module sim_usb_ulpi $(ULPI_V) tests/boards/sim_usb_ulpi.v tests/boards/ulpi_phy.v
$B/verilated/usb/model.cpp: $(USB_V)
$B/verilated/usb_ulpi/model.cpp: $(filter %.v,$(USB_ALONE_usb_ulpi))
$(USB_MODELS:%=$B/verilated/%/model.cpp): $B/verilated/%/model.cpp: tools/lint/usb.vlt $B/verilator
	@mkdir -p $(@D)
	@rm -f $(@D)/Vizh_* $(@D)/model.*
	$(VERILATOR) $(VERILATE) $(VERILATOR_FLAGS) --prefix Vizh_$* --Mdir $(@D) tools/lint/usb.vlt $(USB_ALONE_$*)
	@$(call as_one,$*)

$B/obj/csim/cosim/usb.o: csim/cosim/usb.cpp $B/compilers $(USB_MODELS:%=$B/verilated/%/model.cpp)
	@mkdir -p $(@D)
	$(CXX) $(IZH_CXXFLAGS) $(CXXFLAGS) -isystem $(VERILATED) $(USB_MODELS:%=-isystem $B/verilated/%) \
	    -Icsim/cosim -Icsim/usbhost -MMD -MP -c $< -o $@

$B/vectors/stamp: $B/izh
	$B/izh vectors --out $B/vectors
	touch $@

$B/tests/tb_vectors.vvp: | $B/vectors/stamp

# The cells of each device, on the models of its blocks.
$B/tests/tb_cells_%.vvp: tests/tb_cells.v rtl/cells/%.v $(wildcard rtl/cells/*.vh tests/vendor/*.v) Makefile
	@mkdir -p $(@D)
	$(IVERILOG) -g2005 -Wall -Irtl -DCELLS_$* -s tb_cells -o $@ $< rtl/cells/$*.v \
	    $(wildcard tests/vendor/$(firstword $(subst _, ,$*))_cells.v)

# Board tops around a dummy of what they hold.
$B/tests/tb_boards.vvp: tests/tb_boards.v $(wildcard $(BOARD_FOLDERS:%=%/*.v) rtl/*.vh) rtl/izh_synchroniser.v tests/vendor/ecp5_pll.v tests/vendor/ice40_pll.v Makefile
	@mkdir -p $(@D)
	$(IVERILOG) -g2005 -Wall -Wno-timescale -Irtl -s tb_boards -o $@ $(filter %.v,$^)

$B/tests/%.vvp: tests/%.v $(RTL_ALL) Makefile
	@mkdir -p $(@D)
	$(IVERILOG) -g2005 -Wall -Irtl -s $* -o $@ $< $(RTL) rtl/cells/portable.v

-include $(wildcard $B/obj/*/*.d $B/obj/*/*/*.d $B/pic/*/*.d)
