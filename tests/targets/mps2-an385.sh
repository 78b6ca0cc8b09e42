# The board mps2-an385, a Cortex-M3 with Ethernet, in QEMU.
# shellcheck shell=bash disable=SC2034
libraries=cortex-m3
. tests/targets/mps2_board.bash
