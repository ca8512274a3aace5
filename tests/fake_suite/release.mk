# release.mk : for tests/test_release.c: the targets that synth/release.py calls, without what they take
# SPDX-License-Identifier: Apache-2.0
CC ?= cc
USB_ID := 1209:0001

bitstream:
	@mkdir -p build/usb
	@touch build/usb/izh_usb.v
	@echo '--id $(USB_ID) --serial 0001' >build/usb/options
	@python3 synth/bitstream.py '$(BOARD)' --size '$(SIZE)' --seed '$(SEED)'

# Debug information names the folder. The parent of this make is the script.
install:
	@mkdir -p $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib build
	@echo 'int main(void) { return 0; }' >build/main.c
	@$(CC) -g -c -o build/main.o $(CURDIR)/build/main.c
	@$(CC) -g -Wl,--build-id -o $(DESTDIR)$(PREFIX)/bin/izh build/main.o
	@ar rcU $(DESTDIR)$(PREFIX)/lib/libizh.a build/main.o
	@cp build/main.o $(DESTDIR)$(PREFIX)/lib/libizh.so.0
	@ln -s libizh.so.0 $(DESTDIR)$(PREFIX)/lib/libizh.so
	@case '$(FAKE)' in \
	*uninstalled*) exit 1 ;; \
	*meddled*) echo more >>README.md ;; \
	*terminated*) kill $$(awk '{ print $$4 }' /proc/$$PPID/stat); sleep 1 ;; \
	esac
