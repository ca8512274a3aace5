// ecp5.v : ports of the ECP5 blocks that rtl/cells/ecp5.v instantiates, for Verilator's lint
// SPDX-License-Identifier: Apache-2.0

